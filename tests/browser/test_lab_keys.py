"""Keys that are pressed in anything that the shipped pages show never reach the notebook."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.slow

KEYS = ("b", "a", "d", "d", "x", "m", "Escape", "ArrowDown", "ArrowUp", "j", "k", "Shift+Enter")
"""In a notebook these add, delete, cut, change, run and leave cells."""

CONTROLS = ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):visible"

PAGES = {
    "01-start.ipynb": ".prepkit-view .dt-search input >> nth=0",
    "02-answer.ipynb": "[data-field=situation]:not([readonly])",
    "03-companies.ipynb": ".prepkit-view .dt-search input >> nth=2",
}
"""The shipped pages, each with what it shows last."""


def in_jupyterlab(page: Page, address: str, ready: str) -> Locator:
    """Open a page of the workbook, and return its outputs' controls."""
    page.goto(f"{address}&reset")
    expect(page.locator(ready)).to_be_visible()
    return page.locator(f".jp-OutputArea-output {CONTROLS}")


@pytest.mark.parametrize("name", PAGES)
def test_no_key_in_any_control_of_a_shipped_page_changes_a_cell_or_leaves_it(
    workbook: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    address = workbook.url().replace("01-start.ipynb", name)
    controls = in_jupyterlab(page, address, PAGES[name])
    cells = page.locator(".jp-Notebook .jp-Cell")
    count = len(nbformat.read(workbook.folder / name, as_version=4).cells)
    expect(cells).to_have_count(count)  # they are added one after the other
    tried = 0
    while tried < controls.count():  # a key may change what a list shows, and so how many there are
        control = controls.nth(tried)
        control.focus()
        about = control.evaluate("node => node.outerHTML.slice(0, 200)")
        for key in KEYS:
            page.keyboard.press(key)
            active = page.locator(".jp-Notebook .jp-mod-active")
            assert cells.count() == count, f"{key} in {about}"
            assert active.evaluate("cell => cell.contains(document.activeElement)"), (
                f"{key} leaves the cell of {about}"
            )
        tried += 1
    assert tried >= 5
