"""How the form looks in JupyterLab, on a page of the site and on a page of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.form_page import box
from tests.browser.site_pages import Site
from tests.browser.whole_words import WIDTHS, faults, faults_by_width

pytestmark = pytest.mark.slow

ALL_WHOLE: dict[int, list[str]] = {width: [] for width in WIDTHS}


def unfolded(page: Page) -> Locator:
    """Return the form with all open that it can show."""
    form = page.locator(".pk-form")
    expect(box(page, "task")).to_be_editable()
    form.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true })")
    form.get_by_role("button", name="Start", exact=True).click()
    form.get_by_role("button", name="Pause", exact=True).click()
    form.get_by_role("button", name="Earlier versions of Task").click()
    expect(form.locator(".pk-versions .pk-hint").first).to_have_text("No earlier versions yet.")
    return form


def test_every_word_is_whole_in_jupyterlab(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    lab.write("words.ipynb", tmp_path / "answers.sqlite", "pk.Picker(bank, store, log=log)")
    page = context.new_page()
    lab.open(page, "words.ipynb")
    lab.run(page)
    page.get_by_label("Your level").select_option("Director")
    page.keyboard.press("Control+b")  # no list of files beside it
    assert faults_by_width(unfolded(page)) == ALL_WHOLE


def test_every_word_is_whole_on_a_page_of_the_site(context: BrowserContext, bank: Any) -> None:
    assert faults_by_width(unfolded(Site(context, bank).open())) == ALL_WHOLE


def test_every_word_is_whole_on_a_page_of_its_own(host: Any) -> None:
    assert faults_by_width(unfolded(host.open())) == ALL_WHOLE


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (".pk-form .pk-term { width: 3em }", "“engineer” is broken into 2 lines (dt.pk-term)"),
        (".pk-form .pk-term { width: 3em; overflow-wrap: normal }", "“engineer” sticks out"),
        (".pk-form .pk-prompt { height: 5px; overflow: hidden }", "cut below (div.pk-prompt)"),
        (".pk-form { width: 2000px; max-width: none }", "wider than the window (section.pk-form"),
    ],
)
def test_words_that_are_not_whole_are_found(host: Any, style: str, fault: str) -> None:
    page = host.open()
    page.add_style_tag(content=style)
    assert any(each.startswith(fault) for each in faults(page.locator(".pk-form")))


LOOKS = """
    display float clear position overflowX overflowY boxSizing whiteSpace overflowWrap wordBreak
    marginTop marginBottom paddingTop paddingBottom paddingLeft paddingRight borderTopWidth
    borderBottomWidth borderLeftWidth borderRightWidth borderTopLeftRadius fontSize fontWeight
    fontStyle lineHeight letterSpacing textTransform textAlign textDecorationLine verticalAlign
    listStyleType maxWidth minWidth tableLayout borderCollapse cursor opacity
"""

# JupyterLab's table of contents puts an empty element into each heading.
READ_LOOKS = """(form, names) => [
  form, ...form.querySelectorAll(":not(.numbering-entry)")
].map((node) => {
  const style = getComputedStyle(node);
  const place = [node.localName, ...node.classList].join(".");
  return [place, Object.fromEntries(names.map((name) => [name, style[name]]))];
})"""


def test_the_form_looks_in_jupyterlab_as_on_a_page_of_its_own(
    lab: Any, host: Any, context: BrowserContext, tmp_path: Path
) -> None:
    lab.write("looks.ipynb", tmp_path / "lab.sqlite", 'pk.StarForm(bank["craft/01"], store)')
    inside = context.new_page()
    lab.open(inside, "looks.ipynb")
    lab.run(inside)
    inside.keyboard.press("Control+b")
    shown = []
    for page in (inside, host.open()):
        page.set_viewport_size({"width": 1440, "height": 900})
        shown.append(unfolded(page).evaluate(READ_LOOKS, LOOKS.split()))
    in_lab, on_page = shown
    assert [place for place, _ in in_lab] == [place for place, _ in on_page]
    differences = [
        f"{place}: {name} is {style[name]}, not {wanted[name]}"
        for (place, style), (_, wanted) in zip(in_lab, on_page, strict=True)
        for name in LOOKS.split()
        if style[name] != wanted[name]
    ]
    assert differences == []
