"""The page of a notebook in a browser: all code at one click, and a button that copies it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.test_accessibility import violations
from tests.browser.test_site import served
from tests.site_samples import code_cell, text_cell, write_notebook

pytestmark = pytest.mark.slow

SOURCE = "if True:\n    print('a  <b>')\n"


def build(folder: Path, code: Any) -> Path:
    book = folder / "book"
    book.mkdir(exist_ok=True)
    write_notebook(
        book / "report.ipynb",
        text_cell("# A report\n\n```sh\nls -l\n```\n\n[two](two.ipynb)"),
        code_cell({"text/plain": "3"}, source=SOURCE),
        code_cell({"text/plain": "4"}, source="2 + 2"),
        authors=[{"name": "Ada Marin"}],
        date="2026-01-31",
    )
    write_notebook(
        book / "two.ipynb", text_cell("# Two"), code_cell({"text/plain": "5"}, source="2 + 3")
    )
    publish(
        folder / "site",
        [book],
        settings=Settings(code=code, edit="https://example.org/edit/"),
        with_bank=False,
        private=None,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return folder / "site"


@pytest.fixture(params=["folded", "open", "hidden"])
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(code: str, tmp_path: Path) -> Iterator[str]:
    with served(build(tmp_path, code)) as found:
        yield f"{found}notebooks/"


def blocks(page: Page) -> list[bool]:
    return [each.is_visible() for each in page.locator(".code .highlight").all()]


def test_all_code_is_shown_and_folded_by_keyboard_and_the_browser_remembers(
    address: str, code: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{address}report.html")
    switch = page.get_by_role("button", name="Show all code")
    begins = code == "open"
    expect(switch).to_have_attribute("aria-pressed", str(begins).lower())
    assert blocks(page) == [begins, begins]
    assert page.locator(".code summary").first.is_visible() is (code != "hidden")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", str(not begins).lower())
    assert blocks(page) == [not begins, not begins]
    page.locator("article").get_by_role("link", name="two").click()
    expect(page.locator("h1")).to_have_text("Two")
    expect(switch).to_have_attribute("aria-pressed", str(not begins).lower())
    assert blocks(page) == [not begins]
    switch.press(" ")
    assert blocks(page) == [begins]
    assert page.evaluate("localStorage.getItem('prepkit-code')") is None


def test_without_scripts_code_can_be_unfolded_unless_it_is_hidden(
    address: str, code: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}report.html")
    assert not page.get_by_text("Show all code").is_visible()
    if code == "folded":
        page.locator(".code summary").first.click()
    expect(page.locator(".code .highlight").first).to_be_visible(visible=code != "hidden")
    context.close()


@pytest.mark.parametrize("code", ["open"], indirect=True)
def test_a_block_of_code_is_copied_as_it_is(address: str, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}report.html")
    buttons = page.get_by_role("button", name="Copy the code")
    expect(buttons).to_have_count(3)
    for number, text in enumerate(("ls -l", SOURCE.rstrip("\n"), "2 + 2")):
        buttons.nth(number).press("Enter")
        expect(page.get_by_role("status")).to_have_text("The code was copied.")
        assert page.evaluate("navigator.clipboard.readText()") == text
        expect(buttons.nth(number)).to_be_focused()


@pytest.mark.parametrize("code", ["open"], indirect=True)
def test_code_is_copied_without_a_clipboard_that_pages_may_write(
    address: str, context: BrowserContext
) -> None:
    context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.execCommand = (name) => { window.copied = [name, getSelection().toString() ||"
        " document.activeElement.value]; return true; };"
    )
    page = context.new_page()
    page.goto(f"{address}report.html")
    page.get_by_role("button", name="Copy the code").nth(1).click()
    expect(page.get_by_role("status")).to_have_text("The code was copied.")
    assert page.evaluate("window.copied") == ["copy", SOURCE.rstrip("\n")]


@pytest.mark.parametrize("code", ["open"], indirect=True)
def test_the_line_above_a_notebook_has_no_violations_and_fits(
    address: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{address}report.html")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1440, 1024, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page, "html") == []
    with page.expect_download() as started:
        page.get_by_role("link", name="Download notebook").click()
    assert started.value.suggested_filename == "report.ipynb"


RUNS = "document.title = 'it ran'; fetch('https://elsewhere.example/a');"
PAGES = {
    "plain": f'<p>Words</p><script>{RUNS}</script><img src=x onerror="{RUNS}">',
    "whole": f"\ufeff<!-- a --!><!DOCTYPE html><html><head><script>{RUNS}</script></head>"
    f'<body onload="{RUNS}"><p>Words</p></body></html>',
    "loose": "<meta http-equiv='Content-Security-Policy' content=\"script-src 'unsafe-inline'\">"
    f"<p>Words</p><base href='https://elsewhere.example/'><script src='a.js'></script>"
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe><svg onload=\"{RUNS}\"></svg>"
    f"<a id='go' href=\"javascript:{RUNS}\">go</a><form action='https://elsewhere.example/'>",
}


@pytest.mark.parametrize("kind", [*PAGES, "utf-16"])
def test_a_page_that_is_taken_along_runs_nothing_and_loads_nothing(
    kind: str, tmp_path: Path, context: BrowserContext, requests: list[str]
) -> None:
    text = PAGES["whole" if kind == "utf-16" else kind]
    content = text.encode("utf-16" if kind == "utf-16" else "utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.html").write_bytes(content)
    write_notebook(tmp_path / "book" / "a.ipynb", text_cell("# A\n\n[page](page.html)"))
    publish(
        tmp_path / "site",
        [tmp_path / "book"],
        settings=Settings(),
        with_bank=False,
        private=None,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    with served(tmp_path / "site") as address:
        page = context.new_page()
        page.goto(f"{address}files/page.html")
        expect(page.get_by_text("Words")).to_be_visible()
        if page.locator("#go").count():
            page.locator("#go").click()
        page.wait_for_load_state("networkidle")
        assert page.title() != "it ran"
        assert [url for url in requests if "elsewhere" in url] == []
