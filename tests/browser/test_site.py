"""The built site in a browser: every kind of page, and the way of an answer from it to paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, user_folder
from prepkit.site.publishing import publish
from prepkit.site.settings import Script, Settings
from tests.browser.test_accessibility import violations
from tests.browser.waits import flush
from tests.serving import Quiet, serving
from tests.site_samples import rich_notebook, write_bank, write_notebook

pytestmark = pytest.mark.slow

PAGES = {
    "home": "index.html",
    "questions": "questions/index.html",
    "category": "questions/technical-leadership/index.html",
    "question": "questions/technical-leadership/06.html",
    "companies": "companies/index.html",
    "company": "companies/amazon.html",
    "levels": "levels/index.html",
    "level": "levels/director.html",
    "notebooks": "notebooks/index.html",
    "notebook": "notebooks/report.html",
    "answers": "answers.html",
    "search": "search.html?q=outage",
    "missing": "no-such-folder/no-such-page.html",
}
TEXT = "Scans were lost for eleven minutes, and I was on call. Ünïcode & <tags> “too”."


class _Host(Quiet):
    """A static host that shows 404.html for what it doesn't have."""

    def send_error(self, code: int, *_: object) -> None:
        content = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    source = write_notebook(
        folder / "report.ipynb", *rich_notebook(write_bank(folder / "bank"))["cells"]
    )
    settings = Settings()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    publish(folder / "site", [source], settings=settings, now=now)
    return folder / "site"


def served(site: Path) -> AbstractContextManager[str]:
    """Serve a site as a static host does; yield its address."""
    return serving(site, _Host)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


def opened(context: BrowserContext, url: str, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_no_errors_no_violations_and_does_not_scroll_sideways(
    kind: str, address: str, context: BrowserContext, requests: list[str]
) -> None:
    complaints: list[str] = []
    page = opened(context, address + PAGES[kind], complaints)
    if kind == "search":
        expect(page.locator("#search li").first).to_be_visible()
    if kind in ("question", "notebook"):
        expect(page.locator("[data-field=situation]")).to_be_editable()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if width != 320:
                assert violations(page, "html") == []
    if kind == "missing":  # the browser itself complains of the status
        complaints = [each for each in complaints if "404 (" not in each]
    assert complaints == []
    assert [each for each in requests if not each.startswith((address, "data:"))] == []


def test_a_page_without_javascript_shows_the_whole_question(address: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PAGES["question"])
    for text in ("Key points to cover", "What was growing, how fast", "Take one bottleneck"):
        expect(page.get_by_text(text).first).to_be_visible()
    page.get_by_text("A made-up example. Draft yours before you look.").click()
    expect(page.get_by_text("Our webhook service took four times its old load")).to_be_visible()
    page.goto(address + "search.html?q=outage")
    expect(page.get_by_role("link", name="Tell me about the worst incident")).to_be_visible()
    context.close()


def test_an_answer_goes_from_the_site_to_the_store_and_onto_paper(
    address: str, context: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = context.new_page()
    page.goto(address + PAGES["question"])
    box = page.locator("[data-field=situation]")
    expect(box).to_be_editable()
    box.fill(TEXT)
    expect(page.locator(".pk-bar")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("[data-field=situation]")).to_have_value(TEXT)
    page.goto(address + "questions/technical-leadership/index.html")
    expect(page.locator('[data-mark="technical-leadership/06"]')).to_contain_text("In progress")
    page.goto(address + "answers.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export my answers").click()
    file = tmp_path / "answers.json"
    download.value.save_as(file)

    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    assert main(["answers", "import", str(file)]) == 0
    store = AnswerStore(user_folder() / "answers.sqlite")
    assert store.answer("technical-leadership/06").text("situation") == TEXT
    pdf = tmp_path / "sheet.pdf"
    assert main(["handout", "technical-leadership/06", "--answered", "-o", str(pdf)]) == 0
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split()
    assert TEXT in " ".join(words)


def test_pages_open_from_a_folder_too(site: Path, context: BrowserContext) -> None:
    complaints: list[str] = []
    page = opened(context, (site / "index.html").as_uri(), complaints)
    page.get_by_role("link", name="Start with the first question").click()
    expect(page.locator("[data-field=now]")).to_be_editable()
    page.locator("[data-field=now]").fill("From a folder")
    expect(page.locator(".pk-bar")).to_contain_text("Saved")
    page.get_by_role("link", name="Your answers", exact=True).click()
    expect(page.get_by_text("3 words")).to_be_visible()
    page.goto((site / "search.html").as_uri())
    expect(page.locator("#all-questions")).to_be_visible()
    assert complaints == []


def test_the_keyboard_leads_through_the_questions(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(address + PAGES["question"])
    expect(page.locator("[data-field=situation]")).to_be_editable()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/technical-leadership/07.html")
    page.keyboard.press("/")
    page.keyboard.type("oncall")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=oncall")
    expect(page.locator("#search li").first).to_be_visible()


def test_on_paper_a_question_is_whole_and_without_buttons(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + PAGES["question"])
    expect(page.locator("[data-field=situation]")).to_be_editable()
    page.locator("[data-field=situation]").fill("Written on the site")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    context.close()
    pages = pypdf.PdfReader(tmp_path / "page.pdf").pages
    words = " ".join(" ".join(each.extract_text() for each in pages).split())
    for text in ("to scale a system", "four times its old load", "Dive Deep"):
        assert text in words
    for text in ("Cookie preferences", "Earlier versions", "Skip to content", "Rounds at these"):
        assert text not in words
    assert len(pages) <= 5


def test_a_publishers_script_is_asked_for_only_while_the_visitor_allows_it(
    context: BrowserContext, tmp_path: Path, requests: list[str]
) -> None:
    script = "https://stats.example/count.js"
    context.route(script, lambda route: route.fulfill(body="document.cookie = '_pk_id=1; path=/';"))
    settings = Settings(analytics=Script(script=script, cookies=("_pk_*",)))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    bank = write_bank(tmp_path / "bank", questions=1)
    publish(tmp_path / "site", settings=settings, bank_folder=bank, now=now)
    with served(tmp_path / "site") as address:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("button", name="Necessary only")).to_be_visible()
        assert script not in requests
        page.get_by_role("button", name="Allow all").click()
        page.wait_for_function("document.cookie.includes('_pk_id')")
        assert requests.count(script) == 1
        page.get_by_role("button", name="Cookie preferences").click()
        page.get_by_role("button", name="Necessary only").last.click()
        page.wait_for_function("!document.cookie.includes('_pk_id')")
        page.goto(f"{address}questions/index.html")
        flush(page)
        assert requests.count(script) == 1
