"""A browser, the form on a page of its own, and a real JupyterLab, for the tests in this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from prepkit.bank import Bank, load_bank
from prepkit.forms import StarForm
from prepkit.markdown import format_question
from prepkit.privacy import PracticeLog
from prepkit.records import LEVELS, Ask, Question, Star
from prepkit.store import AnswerStore

HERE = Path(__file__).parent
STATIC = Path(__file__).parents[2] / "prepkit" / "static"
ADDRESS = "http://form.example"
"""Neither https nor localhost, so what browsers keep for those is missing here too."""

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the browser to drive: the one that is named, Debian's, or else Playwright's own."""
    return os.environ.get("PREPKIT_CHROMIUM") or shutil.which("chromium", path="/usr/bin")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1100, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Three questions, with everything that a form can show."""
    folder = tmp_path_factory.mktemp("bank")
    (folder / "questions" / "craft").mkdir(parents=True)
    (folder / "categories.yaml").write_text(
        "- {slug: craft, title: Craft, icon: ⚙, description: How work gets done.}\n"
    )
    (folder / "companies.yaml").write_text(
        "- name: Acme\n  values:\n"
        "  - {name: Own it, source_url: 'https://acme.example/values', source_kind: owner,\n"
        "     checked: 2026-01-02, used_in_interviews: stated}\n"
        "- {name: Bolt}\n"
    )
    topics = ("a system that had to grow", "a promise you could not keep", "a rule you changed")
    for number, topic in enumerate(topics, 1):
        question = Question(
            category="craft",
            number=number,
            text=f"Tell me about {topic}.",
            why="It shows *judgement* under load, and whether you `measure` before you act.",
            key_points=tuple(
                f"Point {letter} that a good answer has"
                for letter in ["one", "two", "three", "four"]
            ),
            follow_ups=("What would you do today?", "Who disagreed?", "What did it cost?"),
            levels={level: f"Shows what a {level} can move." for level in LEVELS},
            tips=("Name one number.", "Say what you left out."),
            example=Star(
                situation="It was slow.",
                task="Mine to fix.",
                action="I **measured**.",
                result="It was fast.",
            ),
            asks=(
                Ask(company="Acme", value="Own it", focus="Who acted"),
                Ask(company="Bolt", focus="Speed"),
            ),
        )
        path = folder / "questions" / "craft" / f"{number:02d}-topic.md"
        path.write_text(format_question(question))
    return load_bank(folder)


class Host:
    """Serves the form's page, and answers its messages by a StarForm for each page."""

    def __init__(self, context: BrowserContext, bank: Bank, folder: Path) -> None:
        self.context = context
        self.bank = bank
        self.folder = folder
        self.store = AnswerStore(folder / "answers.sqlite")
        self.forms: dict[Page, StarForm] = {}
        self.refusal: Exception | None = None
        context.route(f"{ADDRESS}/*", self._serve)
        context.expose_binding("ask", self._ask)

    def open(self, question: str = "craft/01", *, line: str = "open") -> Page:
        """Show a question in a new tab of the same browser, with a kernel of its own."""
        page = self.context.new_page()
        page.add_init_script(f"window.line = {line!r}")
        self.show(page, question)
        return page

    def show(self, page: Page, question: str = "craft/01") -> None:
        """Show a question in a tab, as after a restart of the kernel."""
        log = PracticeLog(self.folder)
        self.forms[page] = StarForm(self.bank[question], self.store, log=log)
        page.goto(f"{ADDRESS}/page.html")
        page.wait_for_function("window.ready")

    def text(self, field: str, question: str = "craft/01") -> str:
        """Return what is stored."""
        return self.store.answer(question).text(field)

    def texts(self, field: str, question: str = "craft/01") -> list[str]:
        """Return all that was ever stored, oldest first."""
        return [revision.text for revision in self.store.history(question, field)]

    def _serve(self, route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        path = HERE / name if name == "page.html" else STATIC / name
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(status=404)

    def _ask(self, source: dict[str, Any], message: dict[str, Any] | None) -> Any:
        form = self.forms[source["page"]]
        names = ("question", "workbook", "level", "practice_log")
        if message is None:
            return {name: getattr(form, name) for name in names}
        before = form.entry
        answers: Any = form.handle(message)
        state = {name: getattr(form, name) for name in names}
        return {"answers": answers if form.entry is before else None, "state": state}


@pytest.fixture
def host(context: BrowserContext, bank: Bank, tmp_path: Path) -> Iterator[Host]:
    made = Host(context, bank, tmp_path)
    yield made
    made.store.close()
