"""The tables in a browser: they can be searched and sorted with nothing but their page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

import prepkit as pk
from tests.test_tables import ASKS, QUESTIONS

pytestmark = pytest.mark.slow


@pytest.fixture
def page(context: BrowserContext, tmp_path: Path) -> Page:
    """Return a page with two tables, the first of fifteen rows."""
    many = QUESTIONS.loc[["people/01", "people/02", "delivery/01"] * 5].reset_index(drop=True)
    many["number"] = range(15)
    file = tmp_path / "page.html"
    file.write_text(
        "<!doctype html><meta charset=utf-8>"
        + pk.questions_table(many).html
        + pk.companies_table(ASKS, QUESTIONS).html,
        encoding="utf-8",
    )
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector(".dt-search input")
    return page


def test_a_table_can_be_searched_sorted_and_paged_with_its_page_alone(page: Page) -> None:
    table = page.locator(".prepkit-view").first
    assert table.locator("tbody tr").count() == 10
    table.get_by_role("navigation", name="Pages: All questions").get_by_text("2").click()
    assert table.locator("tbody tr").count() == 5
    table.get_by_label("Search").fill("$6")
    assert table.locator("tbody tr").count() == 5
    sort = table.get_by_role("button", name="No.:")
    sort.press("Enter")
    sort.press("Enter")
    assert table.locator("th[aria-sort=descending]").inner_text().strip() == "No."
    assert table.locator("tbody td:nth-child(3)").first.inner_text() == "14"
    assert page.locator(".prepkit-view").nth(1).locator("tbody tr").count() == len(ASKS)


def test_keys_typed_in_a_table_stay_there(page: Page) -> None:
    page.evaluate("document.addEventListener('keydown', () => { window.heard = true; })")
    page.locator(".prepkit-view").first.get_by_label("Search").press("x")
    assert page.evaluate("window.heard") is None
