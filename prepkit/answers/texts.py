"""The texts of one kind that stand beside the answers, such as stories."""

from __future__ import annotations

import sqlite3

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import is_question_id
from prepkit.answers.kinds import KINDS, has_field
from prepkit.answers.rows import (
    add_revisions,
    current_answers,
    current_revision,
    new_revision,
    restore_text,
    save_text,
    select_revisions,
)
from prepkit.answers.store import AnswerStore
from prepkit.records import Answer, Revision
from prepkit.text import replace_lone_surrogates


class Texts:
    """The texts of one kind in a candidate's file. Revisions are added and never changed.

    Parameters
    ----------
    store
        The file.
    kind
        One of `prepkit.answers.kinds.KINDS`. Its subjects are in the place of questions.
    """

    def __init__(self, store: AnswerStore, kind: str) -> None:
        self._store = store
        self._kind = kind

    def load(self) -> dict[str, Answer]:
        """Return the current texts by subject; subjects without a saved text are absent."""
        return self._store.read(lambda connection: current_answers(connection, kind=self._kind))

    def one(self, subject: str) -> Answer:
        """Return the current texts of a subject, none if nothing was saved."""
        found = self._store.read(lambda one: current_answers(one, subject, self._kind))
        return found.get(subject, Answer(question=subject))

    def history(self, subject: str | None = None, field: str | None = None) -> tuple[Revision, ...]:
        """Return every revision, oldest first: of one field, of one subject, or all of them."""
        return self._store.read(lambda one: select_revisions(one, subject, field, self._kind))

    def save(
        self, subject: str, field: str, text: str, *, based_on: int, origin: str = "form"
    ) -> Revision:
        """Add a revision of one field, as `AnswerStore.save` does.

        Raises
        ------
        Conflict
            If the current revision isn't `based_on` and has another text.
        StoreError
            If the file can't be written; nothing was saved.
        """
        self._check(subject, field)
        text = replace_lone_surrogates(text)

        def work(connection: sqlite3.Connection) -> Revision:
            return save_text(
                *(connection, subject, field, text),
                based_on=based_on,
                origin=origin,
                saved_at=self._store.moment(),
                kind=self._kind,
            )

        return self._store.write(work)

    def restore(self, subject: str, field: str, revision: int) -> Revision:
        """Make an earlier text current again, as a new revision.

        Raises
        ------
        StoreError
            If there is no such revision, or the file can't be written.
        """
        self._check(subject, field)

        def work(connection: sqlite3.Connection) -> Revision:
            moment, kind = self._store.moment(), self._kind
            return restore_text(connection, subject, field, revision, saved_at=moment, kind=kind)

        return self._store.write(work)

    def add(self, subject: str, field: str, text: str, *, origin: str = "form") -> Revision:
        """Add a text with a number of its own, whatever was there before.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """
        self._check(subject, field)
        text = replace_lone_surrogates(text)

        def work(connection: sqlite3.Connection) -> Revision:
            current = current_revision(connection, subject, field, self._kind)
            number = current.revision + 1 if current else 1
            moment = self._store.moment()
            added = new_revision(subject, field, number, text, origin, moment)
            add_revisions(connection, [added], self._kind)
            return added

        return self._store.write(work)

    def _check(self, subject: str, field: str) -> None:
        """Raise StoreError for a subject or a field that this kind can't have."""
        noun = KINDS[self._kind].noun
        if not is_question_id(subject):
            raise StoreError(f"{subject!r} can't be the id of a {noun}.")
        if not has_field(self._kind, field):
            raise StoreError(f"There is no field {field!r} in a {noun}.")
