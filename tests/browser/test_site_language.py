"""What scripts say on a site in another language."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.bracketed import DONE, NOW, bracketed_site, unbracketed

pytestmark = pytest.mark.slow

ADDRESS = "http://localhost:2"

SAID = """
() => {
  const spoken = (node) => node.closest("[lang]").lang;
  const hidden = "script, style, noscript, template, code, kbd, textarea, .written";
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: at, data } = walker.currentNode;
    if (!at.closest(hidden) && spoken(at) === "de") texts.push(data);
  }
  const named = [...document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")];
  const names = named.filter((node) => spoken(node) === "de").flatMap((node) =>
    ["aria-label", "title", "placeholder", "alt"].map((name) => node.getAttribute(name) ?? ""));
  return { texts: texts.join("\\n"), names };
}
"""
"""What the page itself says, in whatever is marked as its language."""

_LETTERS = re.compile(r"[^\W\d_]{3,}")


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bracketed_site(tmp_path_factory.mktemp("bracketed"))


def open_site(context: BrowserContext, folder: Path) -> tuple[Page, list[str]]:
    """Serve a site; return a page, and what its console and its policy object to."""
    complaints: list[str] = []

    def send(route: Route) -> None:
        route.fulfill(path=folder / urlsplit(route.request.url).path.removeprefix("/"))

    context.route(f"{ADDRESS}/**", send)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def untranslated(page: Page) -> list[str]:
    """Return what the page says in English where it says that it speaks German."""
    said = page.evaluate(SAID)
    hosts = re.compile(r"\b[\w-]+(?:\.[\w-]+)+\b")
    texts = [*unbracketed(said["texts"]).split("\n"), *map(unbracketed, said["names"])]
    return [text for text in texts if DONE not in text and _LETTERS.search(hosts.sub("", text))]


def write_and_practise(page: Page) -> None:
    page.locator("textarea").first.fill("It was slow.")
    expect(page.locator(".pk-state").first).to_contain_text("Saved")
    page.locator(".pk-under button").first.click()
    page.locator(".pk-clock-row button").first.click()
    page.locator(".pk-clock-row button").first.click()
    page.keyboard.press("?")


def look_up(page: Page) -> None:
    page.locator("#search-box").fill("craft")
    expect(page.locator(".search-results li").first).to_be_visible()


def look_up_nothing(page: Page) -> None:
    page.locator("#search-box").fill("xylophonic quuxes")
    expect(page.locator(".search-notice")).to_contain_text("⟦")


def begin_interview(page: Page) -> None:
    page.locator(".pk-mock select").first.wait_for()
    page.get_by_role("button", name="⟦Begin with the clock only⟧").click()
    page.get_by_role("button", name="⟦Start now⟧").click()
    page.get_by_role("button", name="⟦Stop⟧").click()


def see_preferences(page: Page) -> None:
    page.locator("[data-cc=show-preferencesModal]").click()
    expect(page.locator("#cc-main .pm")).to_be_visible()


def see_answers(page: Page) -> None:
    page.locator("#answers h2").first.wait_for()


def load(page: Page) -> None:
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("path", "visit"),
    [
        ("index.html", see_preferences),
        ("questions/craft/01.html", write_and_practise),
        ("answers.html", see_answers),
        ("search.html", look_up),
        ("search.html", look_up_nothing),
        ("mock.html", begin_interview),
        ("notebooks/index.html", load),
        ("notebooks/a-report.html", load),
        ("companies/acme-sons.html", load),
    ],
)
def test_no_script_says_a_word_that_is_not_translated(
    context: BrowserContext, bracketed: Path, path: str, visit: Callable[[Page], None]
) -> None:
    page, complaints = open_site(context, bracketed)
    page.goto(f"{ADDRESS}/{path}")
    visit(page)
    assert (untranslated(page), complaints) == ([], [])


def test_a_german_site_speaks_german_and_stores_what_the_workbook_reads(
    context: BrowserContext, bank_folder: Path, tmp_path: Path
) -> None:
    settings = Settings(language="de", content_language="en")
    publish(tmp_path / "site", settings=settings, bank_folder=bank_folder, now=NOW)
    page, complaints = open_site(context, tmp_path / "site")
    page.goto(f"{ADDRESS}/questions/craft/01.html")
    page.get_by_role("textbox", name="Aufgabe").fill("Es war meine Aufgabe.")
    expect(page.locator(".pk-state").nth(1)).to_contain_text("Gespeichert")
    expect(page.locator(".pk-count").nth(1)).to_contain_text("4 Wörter, mindestens 5 · Ziel: 10")
    point = page.get_by_text("Point one that a good answer has")
    assert point.evaluate("(node) => node.closest('[lang]').lang") == "en"
    with page.expect_download() as begun:
        page.get_by_role("button", name="Meine Antworten exportieren").click()
    assert '"task"' in begun.value.path().read_text("utf-8")
    page.goto(f"{ADDRESS}/answers.html")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Als Markdown exportieren").click()
    exported = begun.value.path().read_text("utf-8")
    assert exported.startswith("# Answers\n\n## Tell me about a system that had to grow.")
    assert "### Task\n\n> Es war meine Aufgabe." in exported
    page.goto(f"{ADDRESS}/index.html")
    expect(page.locator("p.count span").first).to_have_text("0 von 3 vollständig")
    assert complaints == []
