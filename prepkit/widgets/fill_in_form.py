"""The form of one question in a notebook that is handed in, with what a coach wrote beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from prepkit.answers import AnswerStore
from prepkit.answers.kinds import REPLY
from prepkit.answers.texts import Texts
from prepkit.practice.feedback import QuestionFeedback
from prepkit.records import Revision
from prepkit.widgets.component import Message
from prepkit.widgets.star_form import StarForm, workbook_name
from prepkit.widgets.text_messages import changed_message, history_reply, save_replies, stored

if TYPE_CHECKING:
    from prepkit.bank import Entry


class Waiting(Protocol):
    """What a form needs of the notebook that it is in."""

    is_waiting: bool
    read_only: bool

    def hold(self, form: StarForm, message: Mapping[str, Any]) -> None:
        """Keep a message of a form until the answers of the open document are there."""


class FillInForm(StarForm):
    """A form that shows nothing until what its notebook carries is in the store."""

    script = "fill_in_form.js"
    styles = (*StarForm.styles, "remarks.css")

    def __init__(
        self,
        entry: Entry,
        store: AnswerStore,
        hand_in: Waiting,
        feedback: QuestionFeedback | None = None,
    ) -> None:
        self._hand_in = hand_in
        remarks = feedback.remarks if feedback else ()
        self._comments = frozenset(one.id for one in remarks)
        super().__init__(entry, store)
        if remarks:
            comments = [one.model_dump(exclude={"reply"}) for one in remarks]
            self.question = {**self.question, "comments": comments}
        self.read_only = hand_in.read_only

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer a message, or keep it until it can be answered."""
        if self._hand_in.is_waiting:
            self._hand_in.hold(self, message)
            return ()
        return super().handle(message)

    def _load(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        (answer,) = super()._load(message)
        if self._comments:
            given = self._given.one(self.entry.id).revisions
            answer["fields"] |= {name: stored(revision) for name, revision in given.items()}
        return (answer,)

    def _save(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        if message["field"] not in self._comments:
            return super()._save(message)
        question, field, text = self.entry.id, message["field"], message["text"]
        based_on = message["based_on"]
        saved, replies = save_replies(
            message, lambda: self._given.save(question, field, text, based_on=based_on)
        )
        self.saved = saved or self.saved
        return replies

    def _history(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        if message["field"] not in self._comments:
            return super()._history(message)
        return (history_reply(message, self._given.history(self.entry.id, message["field"])),)

    @property
    def _given(self) -> Texts:
        """The replies to the comments."""
        return Texts(self._store, REPLY)

    def use(self, store: AnswerStore) -> None:
        """Show the answer in another store, to write in it."""
        self._store = store
        self.workbook = workbook_name(store)
        self.read_only = False

    def tell(self, new: Iterable[Revision]) -> None:
        """Show texts that have come into the store."""
        newest = {each.field: each for each in new if each.question == self.entry.id}
        for revision in newest.values():
            self.send(changed_message(revision))
