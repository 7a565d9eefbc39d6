"""HandIn: brings a student's answers back to the coach, in the notebook with their forms.

Forms keep no answers in the notebook. So the answers have an output of their own: a status for the
reader, and with it the answers as the JSON of an export. The browser side
(prepkit/static/hand_in.js) keeps that output up to date while the forms save.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import traitlets

from prepkit.answers import AnswerStore, StoreError, student_store, user_folder
from prepkit.answers.carried import carried_in, take_carried
from prepkit.answers.errors import explain, unreadable
from prepkit.answers.exchange import ExchangeError, Export, History
from prepkit.answers.exchange_json import from_document, to_json
from prepkit.answers.kinds import REPLY
from prepkit.answers.signatures import read_keys
from prepkit.answers.texts import Texts
from prepkit.errors import PrepkitError
from prepkit.files import read_text
from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.practice.feedback import read_student_feedback
from prepkit.records import Answer, is_student_id
from prepkit.text import format_moment, pluralize
from prepkit.widgets.component import Component, Message
from prepkit.widgets.fill_in_form import FillInForm
from prepkit.widgets.star_form import StarForm, workbook_name
from prepkit.widgets.student_feedback import rated_text
from prepkit.widgets.texts import DisplayText

if TYPE_CHECKING:
    from prepkit.bank import Entry

_SETTLED = timedelta(seconds=10)
_LEFT = (
    "What this notebook brought along can't be read, and stays in it as it is ({}). What you write "
    "now is saved on this computer, but is not in the notebook."
)
_NOT_ADDED = (
    "What this notebook brought along is still in it, but can't be shown yet: {} It is tried again "
    "by itself."
)
_REMINDER = "Save this notebook, then send it to your coach."


class HandIn(Component):
    """The answers to some questions, kept in the notebook that displays this.

    The notebook may come from another computer. So what it carries is added to the store before a
    form shows an answer: the browser side reads it from the open document, and forms wait for that.

    Parameters
    ----------
    store
        Where the answers are kept. The account's own answers file, which notebooks of an earlier
        prepkit name, is never used: a student's answers are in a file of the student's own.
    entries
        The questions, as a bank gives them; answers to other questions aren't handed in.
    student_id
        The student whose answers they are.
    run, signature
        What `prepkit packets` has signed. On the account of the coach who signed, the notebook is
        one that came back, and can only be read until the coach chooses to edit it.
    feedback
        What coaches wrote about these answers, as JSON: it is shown beside them, and each comment
        can be replied to.

    Raises
    ------
    PrepkitError
        If `student_id` isn't valid as an id, or the coach's key is damaged.
    """

    script = "hand_in.js"
    styles = ("colours.css", "hand_in.css")

    name = traitlets.Unicode().tag(sync=True)
    """A unique name for this hand-in, also written into the output that carries its answers."""
    student = traitlets.Unicode().tag(sync=True)
    """The id of the student whose answers they are."""
    workbook = traitlets.Unicode().tag(sync=True)
    """The name under which the forms keep their drafts."""
    read_only = traitlets.Bool().tag(sync=True)
    """Whether the answers can only be read."""

    # Here, because a widget whose arguments are refused is closed, too.
    _scratch: TemporaryDirectory[str] | None = None

    def __init__(
        self,
        store: AnswerStore,
        entries: Iterable[Entry],
        *,
        student_id: str,
        run: str = "",
        signature: str = "",
        feedback: str = "",
    ) -> None:
        if not is_student_id(student_id):
            raise PrepkitError(f"{student_id!r} can't be a student id.")
        home = user_folder()
        is_owners = store.path.resolve() == (home / "answers.sqlite").resolve()
        self._own_store = student_store(student_id) if is_owners else store
        self._entries = {entry.id: entry for entry in entries}
        written = read_student_feedback(feedback).questions if feedback else ()
        self._feedback = {one.question: one for one in written}
        is_mine = read_keys(home).verify(signature, student_id, run, list(self._entries))
        self._store = self._scratch_store() if is_mine else self._own_store
        self._forms: list[FillInForm] = []
        self._held: list[tuple[StarForm, Mapping[str, Any]]] = []
        self.is_waiting = True
        """Whether the answers of the open document are still to come."""
        self._read: dict[str, tuple[Answer, dict[str, History]]] = {}
        super().__init__(
            name=uuid4().hex,
            student=student_id,
            workbook=workbook_name(self._store),
            read_only=is_mine,
        )

    def _scratch_store(self) -> AnswerStore:
        """Return a store for reading a notebook that came back; it is gone when this is."""
        self._scratch = TemporaryDirectory(prefix="prepkit-", ignore_cleanup_errors=True)
        return AnswerStore(Path(self._scratch.name) / "answers.sqlite")

    def _drop_scratch(self) -> None:
        if self._scratch:
            self._scratch.cleanup()

    def close(self) -> None:
        """Close the widget; what was read of a notebook that came back is removed."""
        super().close()
        self._drop_scratch()

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
        found = self._feedback.get(question)
        form = FillInForm(self._entries[question], self._store, self, found)
        # Its neighbours may not be handed in: the coach would never see an answer written there.
        form.question = {**form.question, "previous": None, "next": None}
        form.observe(lambda _change: self.send({"type": "changed"}), "saved")
        self._forms.append(form)
        return form

    def feedback(self, question: str) -> DisplayText | None:
        """Return how an answer was rated, and what to do next; None if nobody has written of it."""
        found = self._feedback.get(question)
        return rated_text(self._entries[question], found) if found else None

    def hold(self, form: StarForm, message: Mapping[str, Any]) -> None:
        """Keep a message of a form until the answers of the open document are there."""
        self._held.append((form, message))

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
        replies = {
            question: given
            for question, given in Texts(self._store, REPLY).load().items()
            if question in self._entries
        }
        export = Export(
            {question: self._fields(answers[question]) for question in answers},
            beside={REPLY: {one: self._replies(replies[one]) for one in replies}}
            if replies
            else {},
        )
        status = _status(self._entries, answers)
        return {
            "text/plain": status,
            "text/html": f"<p>{escape(status)}</p>",
            HAND_IN_MIME: json.loads(to_json(export)),
        }

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it."""
        actions: dict[object, Callable[[Mapping[str, Any]], Message]] = {
            "carried": self._take,
            "carry": self._carry,
            "edit": self._edit,
        }
        action = actions.get(message.get("type"))
        if action is None:
            return ()
        try:
            return ({**action(message), "by": message.get("by")},)
        except PrepkitError as error:
            return ({"type": "error", "by": message.get("by"), "message": unreadable(error)},)

    def _take(self, message: Mapping[str, Any]) -> Message:
        """Add what the open document carries to the store, then answer the forms that waited."""
        left = ""
        found = [*sequence(message.get("found"))]
        if message.get("hidden"):
            found += _carried_in_vs_code(self.student)
        for one in map(mapping, found):
            if one.get("student_id") not in (None, self.student):
                continue  # cells that were copied from somebody else's notebook
            try:
                new = take_carried(self._store, from_document(one.get("answers")))
            except ExchangeError as error:
                left = str(error)
                continue
            except StoreError as error:
                # The forms go on waiting: what they would show now isn't what was written last.
                reason, remedy = explain(error)
                why = f"{reason} {remedy}." if remedy else reason
                return {"type": "error", "message": _NOT_ADDED.format(why)}
            for form in self._forms:
                form.tell(new)
        self.is_waiting = False
        held, self._held = self._held, []
        for form, asked in held:
            for answer in form.handle(asked):
                form.send(answer)
        return {"type": "left", "message": _LEFT.format(left)} if left else {"type": "taken"}

    def _carry(self, message: Mapping[str, Any]) -> Message:
        data = self.bundle()
        if not message.get("display"):
            return {"type": "answers", "data": data}
        # Imported here: the command line, which shows no notebook, shouldn't wait for it.
        from IPython.display import display

        display(data, metadata=self._metadata(), raw=True, display_id=self.name, update=True)
        return {"type": "answers"}

    def _edit(self, _message: Mapping[str, Any]) -> Message:
        """Let the coach write as the student, in the store that a student has on this account."""
        self._store = self._own_store
        self._drop_scratch()
        self._read.clear()
        self.is_waiting = True
        for form in self._forms:
            form.use(self._store)
        self.workbook = workbook_name(self._store)
        self.read_only = False
        return {"type": "again"}

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

    def _replies(self, given: Answer) -> dict[str, History]:
        """Return the histories of the replies to the comments on one answer."""
        texts = Texts(self._store, REPLY)
        return {name: _settled(texts.history(given.question, name)) for name in given.revisions}

    def _metadata(self) -> dict[str, Any]:
        """Return the metadata that marks the output with the answers."""
        return {"prepkit": {"student_id": self.student, "hand_in": self.name}}

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


def _carried_in_vs_code(student_id: str) -> list[dict[str, Any]]:
    """Return what a student's notebook carries that is open in VS Code; nothing elsewhere.

    VS Code doesn't let widgets at the open notebook, but names its file to the kernel. The file is
    used only if it says itself that it is this student's.
    """
    from IPython import get_ipython

    shell = get_ipython()
    path = shell.user_ns.get("__vsc_ipynb_file__") if shell else None
    try:
        notebook = json.loads(read_text(Path(path))) if isinstance(path, str) else None
    except (PrepkitError, ValueError, RecursionError):
        return []
    places = list(carried_in(mapping(notebook)))
    if not places or places[0][0] != student_id:
        return []
    return [{"student_id": owner, "answers": answers} for owner, answers in places if answers]


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
