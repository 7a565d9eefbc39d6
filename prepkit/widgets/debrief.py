"""Debrief: what was asked in an interview and how it went, saved while it is typed.

The browser side is prepkit/static/debrief.js. What somebody wrote is sent in messages only, never
as widget state: a saved or published notebook must not contain it by accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.debriefs import FIELD, KeptDebrief, debriefs_of, read_debrief
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.texts import Texts
from prepkit.interviews import interview_of
from prepkit.practice.debriefs import not_in_the_bank, setbacks
from prepkit.practice.names import companies_in_order
from prepkit.records import RATING_TITLES
from prepkit.widgets.component import Component, Message, one_line
from prepkit.widgets.question_list import searchable_questions
from prepkit.widgets.star_form import workbook_name
from prepkit.widgets.text_messages import Action, act, history_reply, reply, save_replies, stored

if TYPE_CHECKING:
    from prepkit.bank import Bank

_NO_WIDGET = "Your debriefs are in your answers file. To see them here, choose Run > Run All Cells."


class Debrief(Component):
    """What was asked in interviews, how it went, and what comes first because of it.

    Parameters
    ----------
    bank
        Where the questions, the companies and their rounds are.
    store
        Where the debriefs are kept, in the same file as the answers.
    """

    script = "debrief.js"
    styles = ("colours.css", "star_form.css", "debrief.css")

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the store; the browser keeps drafts of debriefs under it."""

    def __init__(self, bank: Bank, store: AnswerStore) -> None:
        self._bank = bank
        self._store = store
        self._texts = Texts(store, DEBRIEF)
        # Not the name for answers: their forms would take our drafts for theirs.
        super().__init__(workbook=f"{workbook_name(store)}-debriefs")

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it.

        An error that the candidate can act on is answered with ``{"type": "error", …}``. A message
        of an unknown type gets no answer.
        """
        actions: dict[str, Action] = {
            "lists": self._lists,
            "overview": self._overview,
            "load": self._load,
            "save": self._save,
            "history": self._history,
        }
        return act(actions, message)

    def _lists(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer with what can be chosen: it is the same for everybody."""
        companies = [
            {"name": one.name, "rounds": [each.name for each in interview_of(one).rounds]}
            for one in companies_in_order(self._bank.company_records)
        ]
        return (
            reply(
                message,
                "lists",
                questions=searchable_questions(self._bank),
                companies=companies,
                ratings=[list(each) for each in RATING_TITLES.items()],
            ),
        )

    def _overview(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer with the list of debriefs, and what comes first because of them."""
        texts = self._texts.load()
        kept = debriefs_of(texts)
        now = self._store.moment().astimezone()
        first = [
            {
                "question": one.question,
                "text": self._bank[one.question].question.text,
                "reason": one.reason,
                "probed": one.probed,
            }
            for one in setbacks(kept, self._store.reviews(), now).values()
            if one.question in self._bank
        ]
        return (
            reply(
                message,
                "overview",
                debriefs=[_listed(one) for one in kept],
                away=[_listed(one) for one in debriefs_of(texts, removed=True)],
                first=first,
                elsewhere=list(not_in_the_bank(kept, self._bank)),
                notice=self._store.recovered,
            ),
        )

    def _load(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        revisions = self._texts.one(message["question"]).revisions
        fields = {name: stored(revision) for name, revision in revisions.items()}
        return (reply(message, "answer", fields=fields, notice=self._store.recovered),)

    def _save(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        text = message["text"]
        if text:
            read_debrief(text)  # what can't be read again isn't stored
        _, replies = save_replies(
            message,
            lambda: self._texts.save(
                message["question"], message["field"], text, based_on=message["based_on"]
            ),
        )
        return replies

    def _history(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        return (history_reply(message, self._texts.history(message["question"], FIELD)),)

    def fallback(self) -> dict[str, str]:
        """Return where the debriefs are; nothing private is in it."""
        return one_line(_NO_WIDGET)


def _listed(kept: KeptDebrief) -> Message:
    """Return what a list says of a debrief."""
    return {
        "id": kept.id,
        "company": kept.debrief.company,
        "round": kept.debrief.round,
        "day": kept.debrief.day.isoformat() if kept.debrief.day else None,
        "count": len(kept.debrief.asked),
    }
