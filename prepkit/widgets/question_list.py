"""QuestionList: the questions of a bank as a list to search, filter and choose from.

The browser side (prepkit/static/picker.js) searches and filters by itself: it is told the questions
once, and how far each answer is whenever that has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.errors import unreadable
from prepkit.bank.synonyms import Synonyms, read_synonyms, synonyms_of
from prepkit.errors import PrepkitError
from prepkit.practice.progress import due_frame
from prepkit.records import LEVELS, STATE_TITLES, STATES
from prepkit.sheet import level_title
from prepkit.widgets.choices import company_options
from prepkit.widgets.component import Component, Message
from prepkit.widgets.table import STATE_MARKS

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

_DUES = (("now", "Due now"), ("week", "Due within a week"), ("never", "Never practised"))
CHOICES = ("level", "category", "company", "state", "due")
"""What can be chosen above the list, by name; the level filters nothing."""


class QuestionList(Component):
    """The questions of a bank, found by words, and narrowed by category, company, status and date.

    Parameters
    ----------
    bank
        The questions.
    store
        The candidate's answers and rehearsals, from which each question has its status and its day.
    current
        The id of the open question.
    chosen
        What was chosen in the filters: a value for some of `CHOICES`. One that isn't in a list is
        left out.
    first
        Whether the list is shown from the start.
    asked
        Called each time before the browser is told what the list shows.
    """

    script = "picker.js"
    styles = ("colours.css", "picker.css")

    current = traitlets.Unicode().tag(sync=True)
    """The id of the open question."""
    chosen = traitlets.Dict().tag(sync=True)
    """What is chosen above the list: a value for each of `CHOICES`, empty for none."""

    def __init__(
        self,
        bank: Bank,
        store: AnswerStore,
        *,
        current: str,
        chosen: Mapping[str, str] | None = None,
        first: bool = False,
        asked: Callable[[], None] = lambda: None,
    ) -> None:
        self._asked = asked
        self._entries: dict[str, Entry] = {key: bank[key] for key in bank}
        self._store = store
        self._lists = {
            "questions": searchable_questions(bank),
            **_options(bank, self._entries.values()),
        }
        self._first = first
        known = {**(chosen or {})}
        super().__init__(
            current=current,
            chosen={name: self._valid(name, known.get(name, "")) for name in CHOICES},
        )

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer the browser: what the list shows, and how far each answer is."""
        self._asked()
        if message.get("type") == "load":
            return ({"type": "lists", "first": self._first, **self._lists}, self.progress())
        return (self.progress(),) if message.get("type") == "refresh" else ()

    def progress(self) -> Message:
        """Return the status and the due day of each question that has an answer or a rehearsal."""
        try:
            return {"type": "progress", "progress": self._read_progress(), "error": ""}
        except PrepkitError as error:
            return {"type": "progress", "progress": {}, "error": unreadable(error)}

    def _read_progress(self) -> dict[str, Message]:
        found: dict[str, Message] = {
            key: {"state": answer.state(self._entries[key].parts), "due": None}
            for key, answer in self._store.load().items()
            if key in self._entries
        }
        now = self._store.moment().astimezone()
        due = due_frame(self._store.reviews(), now)
        for key, moment in zip(due["question"], due["due"], strict=True):
            if key in self._entries:
                untouched: Message = {"state": "untouched"}
                day = moment.to_pydatetime().astimezone(now.tzinfo).date().isoformat()
                found[key] = {**found.get(key, untouched), "due": day}
        return found

    def _valid(self, name: str, value: str) -> str:
        """Return a choice if it is in its list, or else none."""
        options = self._lists["states" if name == "state" else _LISTS[name]]
        known = options if isinstance(options, Mapping) else [key for key, _ in options]
        return value if value in known else ""


_LISTS = {"level": "levels", "category": "categories", "company": "companies", "due": "dues"}


def searchable_questions(bank: Bank) -> list[Message]:
    """Return what is shown of each question, and the texts by which it is found."""
    synonyms = _synonyms(bank)
    return [
        {
            "id": entry.id,
            "text": entry.question.text,
            "slug": entry.category.slug,
            "category": entry.category.title,
            "number": entry.question.number,
            "also": list(entry.question.also_asked),
            "words": [
                *(tag.replace("-", " ") for tag in entry.question.tags),
                *dict.fromkeys(synonyms_of(entry.question, synonyms)),
            ],
            "companies": [company.name for company in entry.companies],
        }
        for entry in (bank[key] for key in bank)
    ]


def _options(bank: Bank, entries: Iterable[Entry]) -> dict[str, Any]:
    """Return what can be chosen above the list, each value with its text."""
    companies = {one.name: one for entry in entries for one in entry.companies}
    return {
        "categories": [[one.slug, f"{one.icon} {one.title}"] for one in bank.categories],
        "companies": [[name, text] for text, name in company_options(companies.values())],
        "states": {
            name: {"mark": STATE_MARKS[name], "title": STATE_TITLES[name]} for name in STATES
        },
        "dues": [list(each) for each in _DUES],
        "levels": [[name, level_title(name)] for name in LEVELS],
    }


def _synonyms(bank: Bank) -> tuple[Synonyms, ...]:
    """Return the bank's further words; none if their file can't be read: they only help search."""
    try:
        return read_synonyms(bank.folder)
    except PrepkitError:
        return ()
