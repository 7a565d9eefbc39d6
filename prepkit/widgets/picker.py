"""Picker: a list of questions to search and choose from, above the form of the one that is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.answers import AnswerStore
from prepkit.answers.places import Place, Places
from prepkit.answers.planned import load_planned
from prepkit.answers.preferences import PracticeLog
from prepkit.errors import PrepkitError
from prepkit.widgets.key_box import KeyBox
from prepkit.widgets.question_list import CHOICES, QuestionList
from prepkit.widgets.star_form import StarForm

if TYPE_CHECKING:
    from prepkit.bank import Bank


class Picker(KeyBox):
    """A list of questions, found by words and filters, above the form of the one that is picked.

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
        its level and filters, or else the bank's first question. Where no level was chosen, it is
        the one that the candidate prepares for, also if that is said or changed later.

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
        if not len(bank):
            raise PrepkitError("The question bank is empty: there is no question to pick.")
        self._store = store
        self._places = Places(store)
        last = self._places.last() if question is None else None
        self._planned_level = _planned_level(store)
        is_first = question is None and (last is None or last.question not in bank)
        if last is None or is_first:
            last = Place(question=question or next(iter(bank)))
        self.form = StarForm(
            bank[last.question], store, log=log, with_answer=with_answer, opens=True
        )
        level = last.level or self._planned_level
        self.questions = QuestionList(
            bank,
            store,
            current=last.question,
            chosen={name: getattr(last, name) for name in CHOICES} | {"level": level},
            first=is_first,
            asked=self._follow_plan,
        )
        self.form.level = self.questions.chosen["level"]
        super().__init__(
            [self.questions, self.form],
            # The form's sticky bar works only if no box around the form scrolls.
            layout=widgets.Layout(overflow="visible", width="100%", max_width="60em"),
        )
        self.questions.observe(self._on_choice, "chosen")
        self.form.observe(self._on_question, "question")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the open question as text and HTML, for pages where no widget runs."""
        data = super()._repr_mimebundle_(**kwargs)
        return data and {**data, **self.form.fallback()}

    def _on_choice(self, change: Mapping[str, Any]) -> None:
        self.form.level = change["new"].get("level", "")
        self._keep_place()

    def _on_question(self, _change: object) -> None:
        self.questions.current = self.form.entry.id
        self._keep_place()

    def _follow_plan(self) -> None:
        # All pages are run when the workbook opens: a first plan is made after that.
        before, self._planned_level = self._planned_level, _planned_level(self._store)
        chosen = self.questions.chosen
        if chosen["level"] != before or before == self._planned_level:
            return
        self.questions.unobserve(self._on_choice, "chosen")  # nobody has been at this place yet
        self.questions.chosen = {**chosen, "level": self._planned_level}
        self.questions.observe(self._on_choice, "chosen")
        self.form.level = self._planned_level

    def _keep_place(self) -> None:
        chosen = {name: self.questions.chosen.get(name, "") for name in CHOICES}
        if chosen["level"] == self._planned_level:
            chosen["level"] = ""  # the next time, that of the plan, which may be another one
        self._places.keep(Place(question=self.form.entry.id, **chosen))


def _planned_level(store: AnswerStore) -> str:
    """Return the level that the candidate prepares for; empty if that isn't known."""
    try:
        return load_planned(store.path.parent).level or ""
    except PrepkitError:
        return ""  # the first page tells what is wrong with the plan
