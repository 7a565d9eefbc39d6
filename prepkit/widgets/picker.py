"""Picker: finds a question by category, company, status and words, and shows its form."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.errors import unreadable
from prepkit.answers.places import Place, Places
from prepkit.answers.preferences import PracticeLog
from prepkit.errors import PrepkitError
from prepkit.records import LEVELS, STATE_TITLES, STATES, State
from prepkit.sheet import level_title
from prepkit.text import fold
from prepkit.widgets.choices import company_options, dropdown
from prepkit.widgets.key_box import KeyBox
from prepkit.widgets.star_form import StarForm
from prepkit.widgets.table import STATE_MARKS, status_cells

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

_NOTHING = "No question matches all of these filters. Try removing a filter, or clear them all."


class Picker(KeyBox):
    """Filters and a list, above the form of the question that is picked.

    The level is not a filter, since every question is asked at all levels: it highlights in the
    form what is expected at that level.

    Parameters
    ----------
    bank
        The questions to pick from.
    store
        The candidate's answers, from which each question has its status.
    log, with_answer
        Passed on to the form.
    question
        The id of the question to open first; without it, what was open last in this notebook, with
        its level and filters, or else the bank's first question.

    Raises
    ------
    PrepkitError
        If the bank has no question, or not this one.
    """

    def __init__(
        self,
        bank: Bank,
        store: AnswerStore,
        *,
        log: PracticeLog | None = None,
        question: str | None = None,
        with_answer: bool = False,
    ) -> None:
        self._entries: dict[str, Entry] = {key: bank[key] for key in bank}
        if not self._entries:
            raise PrepkitError("The question bank is empty: there is no question to pick.")
        self._store = store
        self._filling = False
        categories = [(f"{each.icon} {each.title}", each.slug) for each in bank.categories]
        self.category = dropdown("Category", [("All categories", ""), *categories])
        companies = {one.name: one for entry in self._entries.values() for one in entry.companies}
        listed = company_options(companies.values())
        self.company = dropdown("Company", [("Any company", ""), *listed])
        levels = ((level_title(name), name) for name in LEVELS)
        self.level = dropdown("Level", [("Choose your level", ""), *levels])
        states = zip(status_cells(STATES), STATES, strict=True)
        self.state = dropdown("Status", [("Any status", ""), *states])
        self.find = widgets.Text(
            description="Find",
            placeholder="Words of a question, as you were asked it",
            layout=widgets.Layout(width="100%"),
            style={"description_width": "5em"},
        )
        # The level is not a filter: see above.
        self._filters = (self.category, self.company, self.state)
        self._texts = {key: _searched(entry) for key, entry in self._entries.items()}
        self.questions = widgets.Select(
            description="Question",
            rows=6,
            layout=widgets.Layout(width="100%"),
            style={"description_width": "5em"},
        )
        self.note = widgets.HTML()
        self.clear = widgets.Button(
            description="Clear filters", layout=widgets.Layout(display="none")
        )
        self._places = Places(store)
        place = self._place(question)
        self.form = StarForm(
            bank[place.question], store, log=log, with_answer=with_answer, opens=True
        )
        self._states = self._read_states()
        super().__init__(
            [
                widgets.HBox(
                    [self.category, self.company, self.level, self.state],
                    layout=widgets.Layout(flex_flow="row wrap", overflow="visible", width="100%"),
                ),
                self.find,
                self.questions,
                self.note,
                self.clear,
                self.form,
            ],
            # The form's sticky bar works only if no box around the form scrolls.
            layout=widgets.Layout(overflow="visible", width="100%", max_width="60em"),
        )
        self._fill()
        self._follow()

    def _follow(self) -> None:
        for choice in self._filters:
            choice.observe(self._on_choice, "value")
        # Typing only shortens the list: the form doesn't change until a question is picked.
        self.find.observe(lambda _change: self._fill(), "value")
        traitlets.dlink((self.level, "value"), (self.form, "level"))
        for choice in (*self._filters, self.level):
            choice.observe(self._keep_place, "value")
        self.form.observe(self._keep_place, "question")
        self.questions.observe(self._on_pick, "value")
        self.clear.on_click(self._on_clear)
        self.form.observe(self._on_saved, "saved")
        self.form.observe(lambda _change: self._fill(), "question")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the open question as text and HTML, for pages where no widget runs."""
        data = super()._repr_mimebundle_(**kwargs)
        return data and {**data, **self.form.fallback()}

    def matches(self) -> list[str]:
        """Return the ids of the questions that match the filters, in the bank's order."""
        category, company, state = (choice.value for choice in self._filters)
        words = fold(self.find.value).split()
        return [
            key
            for key, entry in self._entries.items()
            if category in ("", entry.question.category)
            and (not company or company in [ask.company for ask in entry.asks])
            and state in ("", self._states.get(key, "untouched"))
            and all(word in self._texts[key] for word in words)
        ]

    def _place(self, question: str | None) -> Place:
        """Return where to begin, and choose the level and the filters of that place."""
        last = self._places.last() if question is None else None
        if last is None or last.question not in self._entries:
            return Place(question=question or next(iter(self._entries)))
        for choice, value in (
            (self.level, last.level),
            (self.category, last.category),
            (self.company, last.company),
            (self.state, last.state),
        ):
            if value in [known for _, known in choice.options]:
                choice.value = value
        return last

    def _keep_place(self, _change: object) -> None:
        self._places.keep(
            Place(
                question=self.form.entry.id,
                level=self.level.value,
                category=self.category.value,
                company=self.company.value,
                state=self.state.value,
            )
        )

    def _read_states(self) -> dict[str, State]:
        try:
            return {
                key: answer.state(self._entries[key].parts)
                for key, answer in self._store.load().items()
                if key in self._entries
            }
        except PrepkitError as error:
            self._say(unreadable(error))
            return {}

    def _say(self, text: str) -> None:
        self.note.value = f'<span role="status">{escape(text)}</span>' if text else ""

    def _fill(self) -> None:
        """List the matching questions; the open one stays listed, unless words are looked for."""
        current = self.form.entry.id
        listed = self.matches()
        if not listed:
            self._say(_NOTHING)
        elif self.note.value and _NOTHING in self.note.value:
            self._say("")
        self.clear.layout.display = "none" if listed else ""
        kept = {*listed, current} if listed and not self.find.value.strip() else {*listed}
        shown = [key for key in self._entries if key in kept]
        # Filling the list changes what is selected in it, which isn't a choice by the candidate.
        self._filling = True
        self.questions.options = [(self._label(key), key) for key in shown]
        self.questions.value = current if current in shown else None
        self._filling = False

    def _label(self, key: str) -> str:
        entry = self._entries[key]
        state = self._states.get(key, "untouched")
        many = len({each.question.category for each in self._entries.values()}) > 1
        place = f"{entry.category.title} Q" if many and not self.category.value else "Q"
        word = "" if state == "untouched" else f" ({STATE_TITLES[state].lower()})"
        return f"{STATE_MARKS[state]} {place}{entry.question.number}{word} · {entry.question.text}"

    def _on_choice(self, _change: object) -> None:
        self._states = self._read_states()
        listed = self.matches()
        if listed and self.form.entry.id not in listed:
            self._open(listed[0])
        self._fill()

    def _on_pick(self, change: Mapping[str, Any]) -> None:
        if not self._filling and change["new"] is not None:
            self._open(change["new"])

    def _on_clear(self, _button: object) -> None:
        # First: the button goes away when there is something to list, and the focus would be lost.
        self.find.focus()
        for choice in (*self._filters, self.find):
            choice.value = ""

    def _on_saved(self, change: Mapping[str, Any]) -> None:
        key = change["new"].question
        try:
            state = self._store.answer(key).state(self._entries[key].parts)
        except PrepkitError as error:
            self._say(unreadable(error))
            return
        if self._states.get(key, "untouched") != state:
            self._states[key] = state
            self._fill()

    def _open(self, key: str) -> None:
        if key != self.form.entry.id:
            self.form.show(self._entries[key])


def _searched(entry: Entry) -> str:
    """Return the texts by which a question is found: its wordings, and its tags."""
    question = entry.question
    tags = [tag.replace("-", " ") for tag in question.tags]
    return fold(" ".join([question.text, *question.also_asked, *tags]))
