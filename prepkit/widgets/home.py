"""Home: the first page of the workbook, which is never out of date.

What it shows is sent in messages and is no state of the widget, so that a saved notebook has none
of it. The browser side (prepkit/static/home.js) asks for it again whenever something has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from prepkit.answers import AnswerStore
from prepkit.answers.errors import unreadable
from prepkit.answers.planned import PlanError, Planned, is_planned, load_planned, set_planned_aside
from prepkit.answers.preferences import PracticeLog, load_preferences, save_preferences
from prepkit.errors import PrepkitError
from prepkit.own_plan import keep_wishes, own_plan, own_setbacks, written_on
from prepkit.practice.home import home_view
from prepkit.practice.names import companies_in_order
from prepkit.records import LEVELS
from prepkit.sheet import level_title
from prepkit.widgets.component import Message, one_line
from prepkit.widgets.content import question_content
from prepkit.widgets.home_files import HomeFiles, beside
from prepkit.widgets.star_form import AnswerForm

if TYPE_CHECKING:
    from prepkit.bank import Bank

_Value = TypeVar("_Value")

_FALLBACK = (
    "Your evenings, your progress and your questions are shown here while the workbook is running. "
    "To see them, choose Run > Run All Cells. This copy of the page has none of your data."
)


class Home(AnswerForm):
    """What to do tonight, the evenings until the interview, progress, and the form of any question.

    Parameters
    ----------
    bank
        The questions.
    store
        The candidate's answers; what they prepare for is kept in the same folder.
    folder
        Where files are saved; without it, in the folder of the notebook.
    now
        The clock; it gives moments with a time zone.
    """

    script = "home.js"
    styles = ("colours.css", "home.css", "star_form.css")

    def __init__(
        self,
        bank: Bank,
        store: AnswerStore,
        *,
        folder: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._bank = bank
        self._clock = now
        self._folder = store.path.parent
        self._files = HomeFiles(bank, store, folder or Path.cwd())
        self._own_log = PracticeLog(self._folder)
        super().__init__(store, log=self._own_log, now=now)

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it.

        ``home`` is answered with everything that the page shows. Whatever changes it is answered
        with the same, or with ``{"type": "refused", …}``, which says why not. Messages of the form
        are those of `AnswerForm`.
        """
        actions: dict[object, Callable[[Mapping[str, Any]], Message]] = {
            "home": lambda message: {},
            "wishes": self._keep_wishes,
            "start again": self._start_again,
            "file": self._save_file,
            "privacy": self._keep_privacy,
            "delete log": self._delete_log,
        }
        kind = message.get("type")
        if kind not in actions:
            return super().handle(message)
        try:
            more = actions[kind](message)
        except (PrepkitError, OSError) as error:
            said = error.reason if isinstance(error, PlanError) else str(error)
            return (_to(message, "refused", about=kind, message=said),)
        return (_to(message, "home", about=kind, **self._shown(), **more),)

    def _open(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        question = question_content(self._bank[message["question"]])
        return (_to(message, "question", content=question),)

    def _shown(self) -> Message:
        """Return all that the page shows; what can't be read is said, not left out."""
        now, store = self._clock(), self._store
        preferences = load_preferences(self._folder)
        self.practice_log = self._may_log()
        shown: Message = {
            "today": now.date().isoformat(),
            "path": str(store.path),
            "choices": self._choices(),
            "wishes": None,
            "plan_error": None,
            "trouble": "",
            "notice": store.recovered or "",
            "privacy": {
                "analytics": preferences.analytics,
                "marketing": preferences.marketing,
                "notice": preferences.notice or "",
                "log": self._own_log.exists(),
            },
        }
        planned = Planned()
        try:
            planned = load_planned(self._folder)
            shown["wishes"] = _wishes(planned) if is_planned(self._folder) else None
        except PlanError as error:
            shown["plan_error"] = {"message": error.reason, "damaged": error.damaged}
        try:
            return {**shown, **self._view(planned, now)}
        except (PrepkitError, OSError) as error:
            return {**shown, "trouble": unreadable(error)}

    def _view(self, planned: Planned, now: datetime) -> Message:
        plan, problem = None, ""
        if planned.interview and planned.interview >= now.date():
            try:
                planned, plan = own_plan(self._bank, self._store, now)
            except PrepkitError as error:  # such as a company that the bank no longer has
                problem = str(error)
        answers, reviews = self._store.load(), self._store.reviews()
        view = home_view(
            self._bank,
            answers,
            reviews,
            planned,
            now,
            plan=plan,
            setbacks=own_setbacks(self._store, now),
            written=written_on(self._bank, self._store, now, answers),
            seconds=self._own_log.seconds(),
        )
        return {**view, "note": problem or view["note"]}

    def _choices(self) -> Message:
        """Return what can be chosen: companies, levels and when evenings begin."""
        companies = companies_in_order(self._bank.company_records)
        return {
            "companies": [{"name": one.name, "region": one.region or ""} for one in companies],
            "levels": [{"name": one, "title": level_title(one)} for one in LEVELS],
        }

    def _keep_wishes(self, message: Mapping[str, Any]) -> Message:
        given: Message = {}
        if "companies" in message:
            given["companies"] = tuple(message["companies"])
        if "level" in message:
            given["level"] = message["level"] or None
        if "interview" in message:
            given["interview"] = _read(date.fromisoformat, message["interview"])
        if "at" in message:
            given["at"] = _read(time.fromisoformat, message["at"])
        keep_wishes(self._bank, self._store, self._clock(), given)
        return {}

    def _start_again(self, _message: Mapping[str, Any]) -> Message:
        """Give a damaged plan another name, so that the page asks again what to prepare for."""
        try:
            load_planned(self._folder)
        except PlanError as error:
            if error.damaged:
                return {"aside": str(set_planned_aside(self._folder))}
        return {}

    def _save_file(self, message: Mapping[str, Any]) -> Message:
        subject = message.get("subject", "")
        path, hint = self._files.save(message["kind"], subject, self._clock())
        return {"file": {**beside(path), "hint": hint}}

    def _keep_privacy(self, message: Mapping[str, Any]) -> Message:
        # Not all preferences are on this page.
        kept = load_preferences(self._folder)
        chosen = replace(kept, analytics=message["analytics"], marketing=message["marketing"])
        save_preferences(chosen, self._folder)
        return {}

    def _delete_log(self, _message: Mapping[str, Any]) -> Message:
        self._own_log.delete()
        return {}

    def fallback(self) -> dict[str, str]:
        """Return where the page is alive; nothing private is in it."""
        return one_line(_FALLBACK)


def _wishes(planned: Planned) -> Message:
    return {
        "companies": list(planned.companies),
        "level": planned.level or "",
        "interview": planned.interview.isoformat() if planned.interview else "",
        "at": f"{planned.at:%H:%M}" if planned.at else "",
    }


def _read(parse: Callable[[str], _Value], text: str) -> _Value | None:
    """Return a day or a time as a browser writes it; None for an empty one."""
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise PrepkitError(f"{text} is no date or time. Choose another one.") from error


def _to(request: Mapping[str, Any], kind: str, **content: Any) -> Message:
    """Return an answer addressed to the view that asked, since every window receives it."""
    return {"type": kind, "view": request.get("view"), "seq": request.get("seq"), **content}
