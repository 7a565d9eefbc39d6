"""Keys that are pressed in anything that the shipped pages show never reach the notebook."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.shipped_pages import HOSTS, PAGES, open_page

pytestmark = pytest.mark.slow

KEYS = ("b", "a", "d", "d", "x", "m", "Escape", "ArrowDown", "ArrowUp", "j", "k", "Shift+Enter")
"""In a notebook these add, delete, cut, change, run and leave cells."""

LEAST = {"04-stories.ipynb": 1}
"""How many controls a page has at least, if not five: without a story, one button."""

CONTROLS = ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):visible"

MARK = "nodes => nodes.forEach((node, place) => { node.dataset.place = place; })"
KIND = r"""node => {
  const name = node.ariaLabel ?? node.innerText;
  return node.dataset.place ?? `${node.tagName} ${node.className} ${name}`.replace(/\d+/g, "");
}"""
"""What is tried once: each control that was there from the beginning, and each kind of those that a
key has made. A page to which keys add more and more would never end."""


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", PAGES)
def test_no_key_in_any_control_of_a_shipped_page_changes_a_cell_or_leaves_it(
    workbook: Any, context: BrowserContext, host: str, name: str
) -> None:
    page = open_page(workbook, context, host, name)
    controls = page.locator(f".jp-OutputArea-output {CONTROLS}")
    cells = page.locator(".jp-Notebook .jp-Cell")
    count = cells.count()
    page.evaluate(MARK, controls.element_handles())
    kinds: set[str] = set()
    place = tried = 0
    # Looked for each time: a key may change what a list shows, and so how many controls there are.
    while place < len(found := controls.element_handles()):
        control = found[place]
        place += 1
        kind = control.evaluate(KIND)
        if kind in kinds:
            continue
        kinds.add(kind)
        if not control.evaluate("node => (node.focus(), node === document.activeElement)"):
            continue  # it can't be used now, or went away when a list changed
        about = control.evaluate("node => node.outerHTML.slice(0, 200)")
        for key in KEYS:
            page.keyboard.press(key)
            active = page.locator(".jp-Notebook .jp-mod-active")
            assert cells.count() == count, f"{key} in {about}"
            assert active.evaluate("cell => cell.contains(document.activeElement)"), (
                f"{key} leaves the cell of {about}"
            )
        tried += 1
    assert tried >= LEAST.get(name, 5)


@pytest.mark.parametrize("host", HOSTS)
def test_the_key_that_saves_is_still_the_notebooks(
    workbook: Any, context: BrowserContext, host: str
) -> None:
    page = open_page(workbook, context, host, "01-start.ipynb")
    for control in (".pk-home [type=checkbox]:enabled", ".pk-home summary"):
        page.locator(control).first.focus()
        page.keyboard.press("x")
        with page.expect_response("**/api/contents/01-start.ipynb/checkpoints*"):  # the last step
            page.keyboard.press("Control+s")
