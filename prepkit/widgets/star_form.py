"""StarForm: the widget that shows one question and saves the candidate's answer to it.

The browser side (prepkit/static/star_form.js) keeps what is typed until it is stored; this side
answers its messages. Widget state and output hold only the question: a saved or published notebook
must not contain an answer by accident.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from prepkit.answers import AnswerStore, utc_now
from prepkit.answers.debriefs import debriefs_of
from prepkit.answers.errors import unreadable
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.preferences import PracticeLog, load_preferences
from prepkit.answers.texts import Texts
from prepkit.errors import PrepkitError
from prepkit.practice.debriefs import asked_before
from prepkit.practice.progress import due_after
from prepkit.records import Revision
from prepkit.widgets.component import Component, Message
from prepkit.widgets.content import (
    answer_html,
    answer_text,
    form_html,
    form_text,
    question_content,
)
from prepkit.widgets.story_texts import offers_for, tell
from prepkit.widgets.text_messages import Action, act, history_reply, reply, save_replies, stored

if TYPE_CHECKING:
    from prepkit.bank import Entry


class AnswerForm(Component):
    """What every widget with a form does: its messages load, save, rehearse and rate answers.

    Parameters
    ----------
    store, log, now
        As in `StarForm`.
    state
        The widget's other traits.
    """

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the store; the browser keeps drafts under it."""
    level = traitlets.Unicode().tag(sync=True)
    """The level whose expectations are highlighted, or an empty string."""
    practice_log = traitlets.Bool().tag(sync=True)
    """Whether the browser may send the seconds of practice."""
    read_only = traitlets.Bool().tag(sync=True)
    """Whether the answer can only be read."""
    saved = traitlets.Instance(Revision, allow_none=True)
    """The newest revision that this form has saved; for `observe`, never sent to the browser."""

    def __init__(
        self,
        store: AnswerStore,
        *,
        log: PracticeLog | None = None,
        now: Callable[[], datetime] = utc_now,
        **state: Any,
    ) -> None:
        self._store = store
        self._log = log
        self._now = now
        super().__init__(workbook=workbook_name(store), practice_log=self._may_log(), **state)

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it.

        An error that the candidate can act on is answered with ``{"type": "error", …}``, and the
        form shows it. A message of an unknown type gets no answer.
        """
        kind = message.get("type")
        actions: dict[str, Action] = {
            "load": self._load,
            "save": self._save,
            "history": self._history,
            "open": self._open,
            "comebacks": self._comebacks,
            "review": self._review,
            "practised": self._practised,
            "offers": self._offers,
            "tell": self._tell,
        }
        if self.read_only and kind in ("save", "review", "tell"):
            reason = "this answer can only be read here."
            return (reply(message, "error", about=kind, message=reason, remedy=""),)
        return act(actions, message)

    def _load(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        self.practice_log = self._may_log()
        answer = self._store.answer(message["question"])
        fields = {name: stored(revision) for name, revision in answer.revisions.items()}
        told = debriefs_of(Texts(self._store, DEBRIEF).load())
        now = self._store.moment().astimezone()
        asked = [asdict(one) for one in asked_before(told, message["question"], now)]
        notice = self._store.recovered
        return (reply(message, "answer", fields=fields, notice=notice, asked=asked),)

    def _save(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        saved, replies = save_replies(
            message,
            lambda: self._store.save(
                message["question"],
                message["field"],
                message["text"],
                based_on=message["based_on"],
            ),
        )
        self.saved = saved or self.saved
        return replies

    def _history(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        revisions = self._store.history(message["question"], message["field"])
        return (history_reply(message, revisions),)

    def _open(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Show another question."""
        raise NotImplementedError

    def _comebacks(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        due = due_after(self._store.reviews(), message["question"], self._store.moment())
        days = {rating: moment.isoformat() for rating, moment in due.items()}
        return (reply(message, "comebacks", due=days),)

    def _review(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        question, rating = message["question"], message["rating"]
        before = self._store.reviews()
        review = self._store.add_review(question, rating, int(message["seconds"]))
        due = due_after(before, question, review.reviewed_at)[review.rating]
        return (reply(message, "reviewed", due=due.isoformat()),)

    def _practised(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        self.practice_log = self._may_log()
        if self._log is not None and self.practice_log:
            self._log.record(message["question"], self._now(), int(message["seconds"]))
        return ()

    def _offers(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        found = offers_for(self._store, message["question"])
        return (reply(message, "offers", found=found),)

    def _tell(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        tell(self._store, message["story"], message["question"])
        return ()

    def _may_log(self) -> bool:
        return self._log is not None and load_preferences(self._log.folder).analytics


class StarForm(AnswerForm):
    """One question and the answer to it, saved while the candidate types.

    Parameters
    ----------
    entry
        The question, as ``bank["technical-leadership/06"]`` gives it.
    store
        Where the answer is kept.
    log
        Where practice is logged if the candidate allows it; without one, nothing is logged.
    now
        The clock that dates practice.
    with_answer
        Whether a notebook that shows this form keeps a copy of the answer, as it is when the form
        is shown: for printing the notebook, and for pages where no widget runs. Whoever gets the
        notebook can then read the answer.
    opens
        Whether it shows the questions that are opened on its page, such as by a link in a table.
    """

    script = "star_form.js"
    styles: ClassVar[tuple[str, ...]] = ("colours.css", "star_form.css")

    question = traitlets.Dict().tag(sync=True)
    """What the form shows: see `prepkit.widgets.content.question_content`."""
    opens = traitlets.Bool().tag(sync=True)
    """Whether it shows the questions that are opened on its page."""

    def __init__(
        self,
        entry: Entry,
        store: AnswerStore,
        *,
        log: PracticeLog | None = None,
        now: Callable[[], datetime] = utc_now,
        with_answer: bool = False,
        opens: bool = False,
    ) -> None:
        self.entry = entry
        self._with_answer = with_answer
        super().__init__(store, log=log, now=now, question=question_content(entry), opens=opens)

    def show(self, entry: Entry) -> None:
        """Show another question. Text typed before is saved, or kept as a draft in the browser."""
        self.entry = entry
        self.practice_log = self._may_log()
        self.question = question_content(entry)

    def _open(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        self.show(self.entry.other(message["question"]))
        return ()

    def fallback(self) -> dict[str, str]:
        """Return the question by MIME type, and the answer as stored now only if that was asked."""
        if not self._with_answer:
            return {"text/plain": form_text(self.entry), "text/html": form_html(self.entry)}
        try:
            answer = self._store.answer(self.entry.id)
        except PrepkitError as error:
            return {"text/plain": unreadable(error)}
        return {
            "text/plain": answer_text(self.entry, answer),
            "text/html": answer_html(self.entry, answer),
        }


def workbook_name(store: AnswerStore) -> str:
    """Return the name under which the browser keeps drafts of answers in a store."""
    # Not `files.digest`: browsers keep unsaved drafts of earlier versions under this name.
    return hashlib.sha256(str(store.path.absolute()).encode()).hexdigest()[:12]
