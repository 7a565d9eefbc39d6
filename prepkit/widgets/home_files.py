"""The files that the first page saves beside the notebook: PDFs, a calendar, cards for Anki."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.answers import AnswerStore
from prepkit.answers.planned import load_planned
from prepkit.errors import PrepkitError
from prepkit.files import read_if_there, write_own
from prepkit.handouts import Handout, company_sheet_pdf, story_pdf, worksheet_pdf, write_handout
from prepkit.own_plan import own_plan
from prepkit.practice.plan_calendar import CALENDAR_KIND, CALENDAR_MARK, calendar_file
from prepkit.practice.plan_cards import CARDS_KIND, CARDS_MARK, cards_file
from prepkit.text import slugify
from prepkit.widgets.worksheet import Worksheet

if TYPE_CHECKING:
    from prepkit.bank import Bank

_NO_STORY = "No answer is complete yet. Write one, then come back for its sheet."


class HomeFiles:
    """Saves what a candidate asks for in a folder.

    Parameters
    ----------
    bank, store
        The questions, and the candidate's answers.
    folder
        Where the files are saved: the folder of the notebook.
    """

    def __init__(self, bank: Bank, store: AnswerStore, folder: Path) -> None:
        self._bank, self._store, self._folder = bank, store, folder

    def save(self, kind: str, subject: str, now: datetime) -> tuple[Path, str]:
        """Save a file, and return its path and what to do with it.

        Parameters
        ----------
        kind
            ``question``, ``story``, ``stories``, ``company``, ``day``, ``calendar`` or ``cards``.
        subject
            The question's id or the company's name, where there is one.
        now
            The present moment, with its time zone.

        Raises
        ------
        PrepkitError
            If there is nothing to save, or it can't be saved.
        """
        if kind == "calendar":
            return self._calendar(now)
        if kind == "cards":
            return self._cards()
        handout = self._handout(kind, subject, now)
        end = {"story": "-story", "company": "-sheet", "day": "-day"}.get(kind, "")
        name = "stories" if kind == "stories" else f"{slugify(subject)}{end}"
        return self._write_pdf(name, handout), ""

    def _handout(self, kind: str, subject: str, now: datetime) -> Handout:
        bank, answers = self._bank, self._store.load()
        if kind == "company":
            return company_sheet_pdf(bank, subject, answers)
        if kind == "day":
            from prepkit.handouts.day_pack import day_pack

            planned = load_planned(self._store.path.parent)
            return day_pack(bank, self._store, subject, now=now, planned=planned)
        if kind == "question":
            return worksheet_pdf([Worksheet(bank[subject], answers.get(subject))])
        ids = [subject] if kind == "story" else list(bank)
        complete = [
            one
            for one in ids
            if one in answers and answers[one].state(bank[one].parts) == "complete"
        ]
        if not complete:
            raise PrepkitError(_NO_STORY)
        return story_pdf([Worksheet(bank[one], answers[one]) for one in complete])

    def _write_pdf(self, name: str, handout: Handout) -> Path:
        """Write a PDF under a name that no other file has; it may have notes on it by now."""
        for number in count(1):
            path = self._folder / f"{name}{f'-{number}' if number > 1 else ''}.pdf"
            there = read_if_there(path)
            if not there:
                write_handout(handout, path)
                break
            if there == handout.pdf:
                break
        return path

    def _calendar(self, now: datetime) -> tuple[Path, str]:
        planned, plan = own_plan(self._bank, self._store, now)
        path = self._folder / "plan.ics"
        content = calendar_file(plan, now, at=planned.at)
        write_own(path, content, mark=CALENDAR_MARK, kind=CALENDAR_KIND)
        return path, (
            "Open it with your calendar. When your plan changes, save it again and open it again: "
            "the evenings in your calendar move."
        )

    def _cards(self) -> tuple[Path, str]:
        planned = load_planned(self._store.path.parent)
        path = self._folder / "cards.txt"
        content = cards_file(self._bank, self._store.load(), planned.questions)
        write_own(path, content, mark=CARDS_MARK, kind=CARDS_KIND)
        return path, (
            "In Anki, choose File > Import. The cards hold the first sentences of your complete "
            "answers, so only you can read this file."
        )


def beside(path: Path) -> dict[str, Any]:
    """Return a file as the page shows it: its place, and its name for a link beside the page."""
    return {"path": str(path), "name": path.name}
