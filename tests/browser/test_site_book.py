"""A site that is a book, in a browser: its sidebar and contents in wide and narrow windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.test_accessibility import violations
from tests.browser.test_site import served
from tests.site_samples import code_cell, text_cell, write_notebook

pytestmark = pytest.mark.slow

NOTEBOOK = "notebooks/graphs/search.html"
LONG = "Words that fill a line or two of the page. " * 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("book")
    for place in ("README", "start", "graphs/search", "graphs/paths", "graphs/deep/flows"):
        path = folder / f"book/{place}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"# About {path.stem}\n\n## First\n\n{LONG}\n\n### Detail\n\n## Last\n\n{LONG}"
        write_notebook(path, text_cell(text), code_cell({"text/plain": "1"}))
    for number in range(80):
        path = folder / f"book/many/{number}.ipynb"
        path.parent.mkdir(exist_ok=True)
        write_notebook(path, text_cell(f"# Number {number}"))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    publish(folder / "site", [folder / "book"], settings=Settings(), with_bank=False, now=now)
    with served(folder / "site") as found:
        yield found


@pytest.mark.parametrize(
    "path", [NOTEBOOK, "index.html", "notebooks/graphs/index.html", "notebooks/many/50.html"]
)
def test_pages_of_a_book_have_no_violations_and_do_not_scroll_sideways(
    path: str, address: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(address + path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1440, 1024, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page, "html") == []


def test_a_wide_window_shows_sidebar_and_contents(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 800})
    page.goto(address + NOTEBOOK)
    expect(page.locator("#tree").get_by_role("link", name="About search")).to_be_visible()
    expect(page.locator("#contents").get_by_role("link", name="Detail")).to_be_visible()
    expect(page.locator(".book-bar")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/many/0.html")
    page.set_viewport_size({"width": 1024, "height": 800})
    expect(page.locator("#tree")).to_be_visible()


def test_the_sidebar_begins_where_the_page_is(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 600})
    page.goto(f"{address}notebooks/many/50.html")
    expect(page.locator("#tree").get_by_role("link", name="Number 50")).to_be_in_viewport()


def narrow(page: Page, address: str) -> None:
    """Open a notebook as on a telephone, and see that sidebar and contents open and close."""
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(address + NOTEBOOK)
    expect(page.locator("#tree")).to_be_hidden()
    page.get_by_role("button", name="All notebooks").click()
    expect(page.locator("#tree").get_by_role("link", name="About search")).to_be_visible()
    page.locator("#tree").get_by_role("button", name="Close").click()
    expect(page.locator("#tree")).to_be_hidden()
    page.get_by_role("button", name="On this page").click()
    expect(page.locator("#contents")).to_be_visible()


def test_a_narrow_window_shows_them_without_a_script(address: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    narrow(page, address)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All notebooks").click()
    page.locator("#tree summary", has_text="What is in Graphs").click()
    expect(page.locator("#tree").get_by_role("link", name="About search")).to_be_hidden()
    context.close()


def test_in_a_narrow_window_a_link_to_a_section_closes_the_contents(
    address: str, context: BrowserContext
) -> None:
    page = context.new_page()
    narrow(page, address)
    page.locator("#contents").get_by_role("link", name="Last").click()
    expect(page.locator("#contents")).to_be_hidden()
    expect(page.get_by_role("heading", name="Last")).to_be_in_viewport()
