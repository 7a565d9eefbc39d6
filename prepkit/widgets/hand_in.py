"""HandIn: brings a student's answers back to the coach, in the notebook with their forms.

Forms keep no answers in the notebook. So the answers have an output of their own: a status for the
reader, and with it the answers as the JSON of an export. The browser side
(prepkit/static/hand_in.js) keeps that output up to date while the forms save.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.errors import unreadable
from prepkit.answers.exchange import Export, History
from prepkit.answers.exchange_json import to_json
from prepkit.errors import PrepkitError
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.records import Answer, is_student_id
from prepkit.text import format_moment, pluralize
from prepkit.widgets.component import Component, Message
from prepkit.widgets.star_form import StarForm

if TYPE_CHECKING:
    from prepkit.bank import Entry

_SETTLED = timedelta(seconds=10)
_REMINDER = "Save this notebook, then send it to your coach."


class HandIn(Component):
    """The answers to some questions, kept in the notebook that displays this.

    Parameters
    ----------
    store
        Where the answers are kept.
    entries
        The questions, as a bank gives them; answers to other questions aren't handed in.
    student_id
        The student whose answers they are.

    Raises
    ------
    PrepkitError
        If `student_id` isn't valid as an id.
    """

    script = "hand_in.js"
    styles = ("colours.css", "hand_in.css")

    name = traitlets.Unicode().tag(sync=True)
    """A unique name for this hand-in, also written into the output that carries its answers."""

    def __init__(self, store: AnswerStore, entries: Iterable[Entry], *, student_id: str) -> None:
        if not is_student_id(student_id):
            raise PrepkitError(f"{student_id!r} can't be a student id.")
        self._store = store
        self._entries = {entry.id: entry for entry in entries}
        self._student_id = student_id
        self._read: dict[str, tuple[Answer, dict[str, History]]] = {}
        super().__init__(name=uuid4().hex)

    def form(self, question: str) -> StarForm:
        """Return the form of one of the questions; it has no way to another question.

        Raises
        ------
        PrepkitError
            If the question isn't one that is handed in here.
        """
        if question not in self._entries:
            raise PrepkitError(
                f"{question!r} is not handed in here; the questions are "
                f"{', '.join(self._entries) or 'none'}."
            )
        form = StarForm(self._entries[question], self._store)
        # Its neighbours may not be handed in: the coach would never see an answer written there.
        form.question = {**form.question, "previous": None, "next": None}
        form.observe(lambda _change: self.send({"type": "changed"}), "saved")
        return form

    def bundle(self) -> dict[str, Any]:
        """Return the status and the answers as stored now, by MIME type.

        The answers come with their earlier texts, except those that were replaced within ten
        seconds: a form saves every second while somebody types.

        Raises
        ------
        StoreError
            If the answers can't be read.
        """
        answers = {
            question: answer
            for question, answer in self._store.load().items()
            if question in self._entries
        }
        export = Export({question: self._fields(answers[question]) for question in answers})
        status = _status(self._entries, answers)
        return {
            "text/plain": status,
            "text/html": f"<p>{escape(status)}</p>",
            HAND_IN_MIME: json.loads(to_json(export)),
        }

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it."""
        if message.get("type") != "carry":
            return ()
        address = {"by": message.get("by")}
        try:
            data = self.bundle()
        except PrepkitError as error:
            return ({"type": "error", **address, "message": unreadable(error)},)
        if message.get("display"):
            # Imported here: the command line, which shows no notebook, shouldn't wait for it.
            from IPython.display import display

            metadata = self._metadata()
            display(data, metadata=metadata, raw=True, display_id=self.name, update=True)
            return ({"type": "answers", **address},)
        return ({"type": "answers", **address, "data": data},)

    def _fields(self, answer: Answer) -> dict[str, History]:
        """Return the histories of one answer by field; they are read again only after a change."""
        known = self._read.get(answer.question)
        if known is None or known[0] != answer:
            fields = {
                name: _settled(self._store.history(answer.question, name))
                for name in answer.revisions
            }
            known = self._read[answer.question] = (answer, fields)
        return known[1]

    def _metadata(self) -> dict[str, Any]:
        """Return the metadata that marks the output with the answers."""
        return {"prepkit": {"student_id": self._student_id, "hand_in": self.name}}

    def _ipython_display_(self) -> None:
        """Show the output that carries the answers, and below it the widget that updates it."""
        from IPython.display import display

        try:
            data = self.bundle()
        except PrepkitError as error:
            text = unreadable(error)
            data = {"text/plain": text, "text/html": f"<p>{escape(text)}</p>"}
        display(data, metadata=self._metadata(), raw=True, display_id=self.name)
        bundle = self._repr_mimebundle_()
        if bundle:
            # For pages that run no widgets.
            texts = {"text/plain": _REMINDER, "text/html": f"<p>{_REMINDER}</p>"}
            display({**bundle[0], **texts}, metadata=bundle[1], raw=True)


def _settled(history: History) -> History:
    """Return the revisions that lasted for a while, and the current one."""
    stood = [one for one, other in pairwise(history) if other.saved_at - one.saved_at >= _SETTLED]
    return (*stood, history[-1])


def _status(entries: Mapping[str, Entry], answers: Mapping[str, Answer]) -> str:
    """Return how many answers are complete, as a sentence for the reader of the notebook."""
    all_of_them = pluralize(len(entries), "answer")
    moments = [answer.updated for answer in answers.values() if answer.updated]
    if not moments:
        return f"0 of {all_of_them} complete: nothing written yet."
    states = [answer.state(entries[one].parts) for one, answer in answers.items()]
    started = f", {states.count('started')} in progress" if "started" in states else ""
    return (
        f"{states.count('complete')} of {all_of_them} complete{started}; last saved on "
        f"{format_moment(max(moments).astimezone())}. What you wrote, and earlier versions of it, "
        "go to your coach with this notebook."
    )
