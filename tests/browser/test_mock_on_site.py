"""The mock interview on the site: everything of it stays in the visitor's browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.mock_page import RECORD, button, heading, press
from tests.browser.test_accessibility import violations
from tests.browser.waits import until

pytestmark = pytest.mark.slow

ADDRESS = "http://localhost:2"

LENGTH = "document.querySelector('audio')?.duration ?? Infinity"

TAKES = """
async () => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("prepkit-recordings:prepkit", 1);
    request.onsuccess = () => done(request.result);
  });
  const count = await new Promise((done) => {
    const request = database.transaction("pieces").objectStore("pieces").count();
    request.onsuccess = () => done(request.result);
  });
  database.close();
  return count;
}
"""


@pytest.fixture
def context(heard: BrowserContext) -> BrowserContext:
    return heard


@pytest.fixture(scope="module")
def built_site(tmp_path_factory: pytest.TempPathFactory, bank_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    publish(folder, settings=Settings(), bank_folder=bank_folder, now=datetime.now(UTC))
    return folder


def on_site(context: BrowserContext, folder: Path) -> tuple[Page, list[str]]:
    """Open the page of the site; return it with what its console and its policy object to."""
    complaints: list[str] = []

    def send(route: Route) -> None:
        route.fulfill(path=folder / urlsplit(route.request.url).path.removeprefix("/"))

    context.route(f"{ADDRESS}/**", send)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{ADDRESS}/index.html")
    page.get_by_role("navigation").get_by_role("link", name="Mock interview").click()
    expect(button(page, RECORD)).to_be_visible()
    return page, complaints


def test_on_the_site_an_interview_stays_in_the_browser_until_all_is_deleted(
    context: BrowserContext, built_site: Path, requests: list[str]
) -> None:
    page, complaints = on_site(context, built_site)
    assert page.evaluate("Object.keys(localStorage)") == []  # nothing before the reader chose
    assert page.evaluate(TAKES) == 0
    page.get_by_label("Company").select_option("Acme")
    page.get_by_label("Level").select_option("director")
    press(page, RECORD)
    reason = "It lets you show “Own it”, which Acme says it assesses."
    expect(page.get_by_text(reason)).to_be_visible()
    press(page, "Record")
    expect(heading(page, "Recording")).to_be_focused()
    page.keyboard.press("1")
    until(page, lambda: page.evaluate(TAKES) > 0)
    press(page, "Stop", "Enough")
    until(page, lambda: (page.evaluate(LENGTH) or 99) < 60)  # its policy lets a page play it
    button(page, "Rate this answer").click()
    expect(page.get_by_text("Shows what a director can move.")).to_be_visible()
    assert violations(page, "main") == []
    page.get_by_role("button", name="Smooth").click()
    expect(page.get_by_text("Saved. It goes into your export")).to_be_visible()
    button(page, "Next question").click()
    button(page, "End the interview").click()
    page.get_by_text("Your recordings").click()
    expect(page.get_by_text("This browser may delete them")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the recording").click()
    assert download.value.suggested_filename.startswith("craft-0")
    assert download.value.suggested_filename.endswith(".webm")
    page.get_by_role("link", name="Your answers", exact=True).click()
    button(page, "Delete all answers …").click()
    button(page, "Delete all").click()
    expect(
        page.get_by_text("All answers and recordings in this browser are deleted.")
    ).to_be_visible()
    assert page.evaluate(TAKES) == 0
    assert complaints == []
    assert [url for url in requests if not url.startswith((ADDRESS, "blob:", "data:"))] == []
