"""How `prepkit lab` looks: pages without code, a strip that leads to them, and a way out."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser.shipped_pages import open_page
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.slow

FOR_PROGRAMMERS = (
    ":is(.jp-NotebookPanel-toolbar, .jp-InputPrompt, .jp-OutputPrompt,"
    " .jp-OutputArea-promptOverlay, .jp-InputPlaceholder, .jp-InputArea-editor, .jp-Collapser,"
    " .jp-cell-toolbar, .jp-collapseHeadingButton, .jp-SideBar, .jp-StatusBar-Widget,"
    " #jp-title-panel-title):visible"
)
"""What JupyterLab shows of a notebook and around it, and nobody needs who writes on a page."""


def strip(page: Page) -> Any:
    return page.get_by_role("navigation", name="Workbook")


def test_a_page_shows_no_code_and_the_strip_leads_to_the_others_by_keyboard(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "03-companies.ipynb")
    expect(strip(page).get_by_role("link", name="Companies")).to_have_attribute(
        "aria-current", "page"
    )
    assert page.locator(FOR_PROGRAMMERS).count() == 0
    before = page.locator(".jp-NotebookPanel:visible").evaluate_handle("node => node")
    page.evaluate(
        """() => {
            window.saidUnsaved = false;
            const look = () => (saidUnsaved ||= /not saved/.test(nav.textContent));
            const nav = document.querySelector("nav.prepkit-strip");
            new MutationObserver(look).observe(nav, {childList: true, subtree: true});
        }"""
    )
    strip(page).get_by_role("link", name="Answer").press("Enter")
    expect(page.locator("textarea[data-field]:not([readonly]):visible").first).to_be_visible()
    assert strip(page).locator("[aria-current]").all_inner_texts() == ["Answer"]
    assert page.evaluate("saidUnsaved") is False
    assert page.locator(FOR_PROGRAMMERS).count() == 0
    strip(page).get_by_role("link", name="Companies").press("Enter")
    expect(page.locator(".prepkit-view .dt-search input").first).to_be_visible()
    assert before.evaluate("node => node.isConnected && node.offsetWidth > 0")  # the same one


def test_a_page_can_be_shown_as_a_notebook_and_that_is_remembered(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "02-answer.ipynb")
    switch = strip(page).get_by_role("switch", name="Show as notebook")
    expect(switch).to_have_attribute("aria-checked", "false")
    shown = page.locator(
        ":is(.jp-NotebookPanel-toolbar, .jp-InputPlaceholder, .jp-SideBar, .jp-StatusBar-Widget)"
        ":visible"
    )
    assert shown.count() == 0
    switch.press("Enter")
    expect(shown).to_have_count(5)  # two of them are side bars
    page.reload()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(shown).to_have_count(5)
    switch.click()
    expect(shown).to_have_count(0)


def test_cells_and_notebooks_that_are_not_prepkits_look_as_in_any_jupyterlab(
    workbook: Any, context: BrowserContext
) -> None:
    shipped_look = {"jupyter": {"source_hidden": True}}
    claims = new_notebook(
        cells=[new_code_cell("import prepkit", metadata=shipped_look)],
        metadata={"prepkit": {"page": True}},
    )
    nbformat.write(claims, workbook.folder / "09-stranger.ipynb")

    page = open_page(workbook, context, "JupyterLab", "03-companies.ipynb")
    switch = strip(page).get_by_role("switch")
    switch.click()
    page.locator(".jp-MarkdownCell").last.locator(".jp-RenderedMarkdown").click()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("x = 1")
    switch.click()
    mine = page.locator(".jp-CodeCell.jp-mod-active")
    expect(mine.locator(".jp-InputPrompt")).to_be_visible()
    expect(mine.locator(".jp-InputArea-editor")).to_be_visible()
    mine.locator(".jp-InputPrompt").click()
    expect(mine.locator(".jp-cell-toolbar")).to_be_visible()
    assert page.locator(f".prepkit-own {FOR_PROGRAMMERS}").count() == 0
    heading = page.locator(".jp-MarkdownCell").first
    heading.locator(".jp-RenderedMarkdown").click(position={"x": 300, "y": 10})
    expect(heading.locator(".jp-cell-toolbar")).to_be_hidden()
    count = page.locator(".jp-Cell").count()
    for key in ("b", "x", "d", "d"):  # commands of JupyterLab for the cell, were it a notebook
        page.keyboard.press(key)
    expect(page.locator(".jp-Cell")).to_have_count(count)

    page.goto(workbook.url().replace("01-start", "09-stranger"))
    for usual in (".jp-NotebookPanel-toolbar", ".jp-InputPlaceholder", ".jp-StatusBar-Widget"):
        expect(page.locator(usual).locator("visible=true")).to_have_count(1)
    expect(page.locator(".jp-SideBar:visible")).to_have_count(2)
    expect(strip(page).get_by_role("link", name="Start")).to_be_visible()
    assert strip(page).locator("[aria-current], [role=switch]:visible").count() == 0


def test_in_a_narrow_window_a_page_is_as_wide_as_the_window_and_the_strip_is_a_menu(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "03-companies.ipynb")
    page.set_viewport_size({"width": 390, "height": 844})
    box = page.locator(".jp-Cell:visible").first.bounding_box()
    assert box is not None
    assert box["width"] > 360
    assert page.locator(".jp-Cell").evaluate_all(
        "cells => cells.every(cell => cell.scrollWidth <= innerWidth)"
    )
    expect(page.get_by_role("menuitem", name="File")).to_be_visible()
    menu = strip(page).get_by_role("button", name="Companies")
    link = strip(page).get_by_role("link", name="Answer")
    expect(link).to_be_hidden()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(strip(page).get_by_role("switch")).to_be_in_viewport(ratio=1)
    link.press("Escape")
    expect(menu).to_be_focused()
    expect(link).to_be_hidden()
    assert strip(page).evaluate("nav => nav.offsetHeight < 2 * nav.firstChild.offsetHeight")
    menu.press("Enter")
    link.press("Enter")
    expect(page.locator("textarea[data-field]:not([readonly]):visible").first).to_be_visible()
    expect(strip(page).get_by_role("button", name="Answer")).to_be_visible()


def test_at_no_width_is_a_part_of_the_strip_cut_off(workbook: Any, context: BrowserContext) -> None:
    page = open_page(workbook, context, "JupyterLab", "03-companies.ipynb")
    for width in (1280, 1024, 980, 900, 800, 700, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert strip(page).evaluate("strip => strip.scrollWidth <= strip.clientWidth"), width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_and_the_strip_have_no_violation_of_axes_rules(
    workbook: Any, context: BrowserContext, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(workbook, context, "JupyterLab", "02-answer.ipynb")
    page.emulate_media(color_scheme=scheme)
    expect(
        page.locator(f"body[data-jp-theme-light={str(scheme == 'light').lower()}]")
    ).to_be_attached()
    assert violations(page, ".prepkit-strip") == []
    assert violations(page, ".prepkit-page .prepkit-own") == []
    page.set_viewport_size({"width": 390, "height": 844})
    strip(page).get_by_role("button", name="Answer").click()
    assert violations(page, ".prepkit-strip") == []


def test_a_printed_page_has_all_that_is_on_it_and_nothing_around_it(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "02-answer.ipynb")
    expect(page.locator("textarea[data-field]:not([readonly])").first).to_be_visible()
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert len(texts) > 1
    assert "Write an answer" in texts[0]
    assert "Why this is asked" in texts[0]
    assert "What each level is expected to show" in " ".join(texts)
    around = {"Kernel", "Settings", "Show as notebook", "ipykernel", "import prepkit"}
    assert [one for one in around if one in " ".join(texts)] == []
