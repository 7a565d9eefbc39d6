"""A browser, the form on a page of its own, and a real JupyterLab, for the tests in this folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    expect,
    sync_playwright,
)

from prepkit.answers import AnswerStore
from prepkit.answers.preferences import PracticeLog
from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.records import LEVELS, Ask, Question
from prepkit.widgets.star_form import StarForm
from prepkit.workbook.server import LabProcess
from tests.browser.kernels import kernel_of
from tests.browser.waits import SECONDS, until_saved
from tests.ports import unused_port
from tests.test_workbook import Lab as Workbook
from tests.test_workbook import running

HERE = Path(__file__).parent
expect.set_options(timeout=1000 * SECONDS)

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


MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def chromium() -> str | None:
    """Return the browser to drive: the one that is named, Debian's, or else Playwright's own.

    The headless shell is the same engine without windows, and starts with a third of the work.
    """
    return (
        os.environ.get("PREPKIT_CHROMIUM")
        or shutil.which("chromium-headless-shell", path="/usr/bin")
        or shutil.which("chromium", path="/usr/bin")
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1100, "height": 900})
    made.set_default_timeout(1000 * SECONDS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def listening(browser: Browser) -> Iterator[Browser]:
    """Start a browser that has a made microphone, and lets every page use it."""
    flags = [*FLAGS, *MICROPHONE]
    launched = browser.browser_type.launch(executable_path=chromium(), args=flags)
    yield launched
    launched.close()


@pytest.fixture
def heard(listening: Browser) -> Iterator[BrowserContext]:
    """Return a browser's context with a made microphone."""
    made = listening.new_context(viewport={"width": 1100, "height": 900})
    made.set_default_timeout(1000 * SECONDS)
    yield made
    made.close()


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three questions, with everything that a form can show."""
    topics = ("a system that had to grow", "a promise you could not keep", "a rule you changed")
    return write_bank(tmp_path_factory.mktemp("bank"), [(topic, "past-event") for topic in topics])


def write_bank(folder: Path, topics: Iterable[tuple[str, Kind]]) -> Path:
    """Write a bank of questions about topics, each with its kind, and return its folder."""
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
    for number, (topic, kind) in enumerate(topics, 1):
        question = Question(
            category="craft",
            number=number,
            kind=kind,
            text=f"Tell me about {topic}.",
            why="It shows *judgement* under load, and whether you `measure` before you act.",
            key_points=tuple(
                f"Point {letter} that a good answer has"
                for letter in ["one", "two", "three", "four"]
            ),
            also_asked=(f"Have you known {topic}?",),
            follow_ups=("What would you do today?", "Who disagreed?", "What did it cost?"),
            levels={level: f"Shows what a {level} can move." for level in LEVELS},
            tips=("Name one number.", "Say what you left out."),
            example={name: f"The **{name}** was so." for name in FORMS[kind].names},
            asks=(
                Ask(company="Acme", value="Own it", focus="Who acted"),
                Ask(company="Bolt", focus="Speed"),
            ),
        )
        path = folder / "questions" / "craft" / f"{number:02d}-topic.md"
        path.write_text(format_question(question))
    return folder


@pytest.fixture(scope="session")
def bank(bank_folder: Path) -> Bank:
    return load_bank(bank_folder)


@pytest.fixture(scope="session")
def bank_of_kinds(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """One question of each kind, those with three parts first."""
    kinds = sorted(KINDS, key=lambda kind: len(FORMS[kind].parts))
    folder = tmp_path_factory.mktemp("kinds")
    return load_bank(write_bank(folder, [(f"a {kind}", kind) for kind in kinds]))


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
        form = next(iter(self.forms.values()))
        if name == "page.html":
            route.fulfill(path=HERE / name)
        elif name == "star_form.js":
            route.fulfill(body=form._esm, content_type="text/javascript; charset=utf-8")
        elif name == "star_form.css":
            route.fulfill(body=form._css, content_type="text/css; charset=utf-8")
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
def host(context: BrowserContext, bank: Bank, tmp_path: Path) -> Host:
    return Host(context, bank, tmp_path)


class Lab:
    """A JupyterLab with the settings of `prepkit lab`, and notebooks that show a form."""

    def __init__(self, process: LabProcess, folder: Path, bank_folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.bank_folder = bank_folder

    def write(self, name: str, store: Path, shown: str) -> None:
        """Write a notebook whose last line is `shown`; it may use ``bank``, ``store``, ``log``."""
        source = (
            "import prepkit as pk\nfrom pathlib import Path\n"
            f"bank = pk.load_bank(Path({str(self.bank_folder)!r}))\n"
            f"store = pk.AnswerStore(Path({str(store)!r}))\n"
            f"log = pk.PracticeLog(store.path.parent)\n{shown}"
        )
        fixed = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}}
        cells = [
            nbformat.v4.new_code_cell(source, metadata=fixed),
            nbformat.v4.new_markdown_cell("A cell that can be cut."),
        ]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), self.folder / name)

    def open(self, page: Page, name: str) -> None:
        """Open a notebook, and wait for its kernel."""
        page.goto(f"{self.process.server.url(name)}&reset")
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()

    def run(self, page: Page, box: str = "[data-field=task]") -> None:
        """Run all cells, as the menu does, and wait until a box can be typed in."""
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(page.locator(box)).to_be_editable()

    def kernel(self, name: str) -> psutil.Process | None:
        """Return the process of the kernel that runs a notebook, if there is one."""
        return kernel_of(self.process.server, name)

    def end_kernels(self) -> None:
        """End all kernels: those of earlier tests would fill the memory."""
        for each in self.process.server.ask("sessions"):
            self.process.server.ask(f"sessions/{each['id']}", method="DELETE")

    def save(self, page: Page, name: str) -> dict[str, Any]:
        """Save the notebook by the menu, and return it as it is then on the disk."""
        path = self.folder / name
        before = path.stat().st_mtime_ns
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Save Notebook", exact=True).click()
        until_saved(page, path, before)
        nb: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return nb


@pytest.fixture(scope="session")
def one_lab(tmp_path_factory: pytest.TempPathFactory, bank_folder: Path) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("notebooks")
    process = LabProcess(folder, tmp_path_factory.mktemp("home"), unused_port())
    try:
        process.wait_until_it_answers()
        yield Lab(process, folder, bank_folder)
    finally:
        process.stop()


@pytest.fixture
def lab(one_lab: Lab) -> Iterator[Lab]:
    """Return the one JupyterLab of all tests; a test's kernels end with it."""
    yield one_lab
    one_lab.end_kernels()


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbook]:
    """Run `prepkit lab` on the notebooks as they ship."""
    with running(tmp_path_factory.mktemp("workbook"), unused_port()) as made:
        yield made


@pytest.fixture
def requests(context: BrowserContext) -> list[str]:
    """Every address that the browser asked for, web sockets too."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
    return asked
