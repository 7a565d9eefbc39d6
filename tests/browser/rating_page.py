"""The page for rating on a page of its own, with a host in Python, and what its tests press."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route

from prepkit.answers import AnswerStore
from prepkit.answers.feedback import Comment, Rating, read_feedback
from prepkit.bank import Bank
from prepkit.records import Student
from prepkit.widgets.feedback import RatingDesk
from tests.browser.waits import until

HERE = Path(__file__).parent
ADDRESS = "http://localhost:9"
"""Nothing is there: all that is asked of it is answered here. Locks need such an address."""


def hand_in(home: Path, student: str, question: str, **texts: str) -> None:
    """Store what a student has written, as `prepkit answers collect` does."""
    store = AnswerStore(home / "students" / f"{student}.sqlite")
    for part, text in texts.items():
        current = store.answer(question).revisions.get(part)
        store.save(question, part, text, based_on=current.revision if current else 0)


class RatingHost:
    """Serves the page, and answers its messages by a `RatingDesk` for each page."""

    def __init__(
        self, context: BrowserContext, bank: Bank, home: Path, students: tuple[Student, ...] = ()
    ) -> None:
        self.context, self.bank, self.home, self.students = context, bank, home, students
        self.desks: dict[Page, RatingDesk] = {}
        context.route(f"{ADDRESS}/*", self._serve)
        context.expose_binding("ask", self._ask)

    def skip_calibration(self) -> None:
        """Begin with the answers in all pages."""
        self.context.add_init_script("sessionStorage.setItem('prepkit-feedback-skipped', 'yes')")

    def open(self, page: Page | None = None) -> Page:
        """Show the page in a new tab, or anew in one that there is, with a kernel of its own."""
        page = page or self.context.new_page()
        self.desks[page] = RatingDesk(self.bank, self.students, home=self.home, rater="Kim")
        page.goto(f"{ADDRESS}/rating.html")
        page.wait_for_function("window.ready")
        return page

    def rating(self, student: str, question: str) -> Rating:
        """Return what is stored."""
        ratings, _ = read_feedback(self.home / "feedback" / f"{student}.sqlite")
        return next(one for one in ratings if one.question == question)

    def comments(self, student: str) -> tuple[Comment, ...]:
        """Return what is stored."""
        path = self.home / "feedback" / f"{student}.sqlite"
        return read_feedback(path)[1] if path.exists() else ()

    def _serve(self, route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        desk = next(iter(self.desks.values()))
        if name == "rating.html":
            route.fulfill(path=HERE / name)
        elif name == "feedback.js":
            route.fulfill(body=desk._esm, content_type="text/javascript; charset=utf-8")
        elif name == "feedback.css":
            route.fulfill(body=desk._css, content_type="text/css; charset=utf-8")
        else:
            route.fulfill(status=404)

    def _ask(self, source: dict[str, Any], message: dict[str, Any]) -> Any:
        return self.desks[source["page"]].handle(message)


def status(page: Page) -> Locator:
    return page.locator(".pk-feedback .pk-status-text")


def answer_box(page: Page, part: str) -> Locator:
    return page.locator(f".pk-feedback-text[data-part={part}]")


def press_tab_until(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is on something, as somebody without a mouse does."""

    def is_there() -> bool:
        page.keyboard.press("Tab")
        there: bool = wanted.evaluate("node => node === document.activeElement")
        return there

    until(page, is_there)
