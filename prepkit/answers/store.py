"""AnswerStore: what forms and notebooks use to read and save answers."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar
from weakref import WeakSet

from prepkit.answers.database import exclusive_lock, open_database, repair_is_waiting, snapshot
from prepkit.answers.errors import Conflict, StoreError, is_damage, store_error
from prepkit.answers.exchange import is_question_id
from prepkit.answers.rows import (
    add_reviews,
    add_text,
    all_reviews,
    current_answers,
    current_revision,
    field_history,
    select_revisions,
    transaction,
)
from prepkit.forms import ANSWER_FIELDS
from prepkit.records import Answer, Rating, Review, Revision
from prepkit.text import did_you_mean, replace_lone_surrogates

T = TypeVar("T")

_open_stores: WeakSet[AnswerStore] = WeakSet()


def utc_now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def user_folder() -> Path:
    """Return the folder of the candidate's own files.

    It is ``$PREPKIT_HOME`` if that is set, otherwise the system's folder for user data.
    """
    home = os.environ.get("PREPKIT_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("prepkit", appauthor=False))


class AnswerStore:
    """The answers of one candidate, in one file.

    A store may be used from any thread: its calls wait for each other. Any number of stores, in
    any number of processes, may use the same file. A store opens the file when it is first used,
    and closes it before the process forks; parent and child then open it separately.

    Parameters
    ----------
    path
        The SQLite file; it and its folder are made when first needed. ``answers.sqlite`` in
        `user_folder` if it isn't given.
    now
        The clock that dates revisions.

    Attributes
    ----------
    recovered
        A sentence or two about a repair of a damaged file, or None. It is known once the file
        has been read or written.
    """

    def __init__(self, path: Path | None = None, *, now: Callable[[], datetime] = utc_now) -> None:
        self._mutex = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self.path = Path(path) if path else user_folder() / "answers.sqlite"
        self.recovered: str | None = None
        self._now = now
        self._identity: tuple[int, int] | None = None
        _open_stores.add(self)

    def load(self) -> dict[str, Answer]:
        """Return the current answers by question id; questions without a saved text are absent."""
        return self._read(current_answers)

    def answer(self, question: str) -> Answer:
        """Return the current answer to `question`, an empty one if nothing was saved."""
        found = self._read(lambda connection: current_answers(connection, question))
        return found.get(question, Answer(question=question))

    def history(
        self, question: str | None = None, field: str | None = None
    ) -> tuple[Revision, ...]:
        """Return every revision, oldest first: of one field, of one question, or all of them."""
        if field is not None:
            _check_field(field)
        # Within one field by number, not by time: the clock of a machine can go backwards.
        order = "revision" if question and field else "saved_at, question, field, revision"
        clauses = (
            "WHERE question = coalesce(?, question) AND field = coalesce(?, field) "
            f"ORDER BY {order}"
        )
        return self._read(lambda connection: select_revisions(connection, clauses, question, field))

    def save(
        self, question: str, field: str, text: str, *, based_on: int, origin: str = "form"
    ) -> Revision:
        """Add a revision of one field; it is on the disk when this returns.

        Half a surrogate pair can't be written to any file: it is stored as U+FFFD. Every other
        character is kept as it is.

        Parameters
        ----------
        question
            The question's id.
        field
            One of `prepkit.forms.ANSWER_FIELDS`.
        text
            The whole text of the field.
        based_on
            The number of the revision that the text was made from; 0 if there was none.
        origin
            Where the text comes from.

        Returns
        -------
        Revision
            The new one; or the current one, if it already has the same text.

        Raises
        ------
        Conflict
            If the current revision isn't `based_on` and has another text.
        StoreError
            If the file can't be written; nothing was saved.
        """
        _check_question(question)
        _check_field(field)
        text = replace_lone_surrogates(text)

        def work(connection: sqlite3.Connection) -> Revision:
            current = current_revision(connection, question, field)
            if current and current.text != text and current.revision != based_on:
                raise Conflict(current, text)
            return add_text(connection, question, field, text, origin, self.moment())

        return self.write(work)

    def restore(self, question: str, field: str, revision: int) -> Revision:
        """Make an earlier text current again, as a new revision.

        Raises
        ------
        StoreError
            If there is no such revision, or the file can't be written.
        """
        _check_field(field)

        def work(connection: sqlite3.Connection) -> Revision:
            history = field_history(connection, question, field)
            earlier = {found.revision: found.text for found in history}
            if revision not in earlier:
                known = ", ".join(map(str, sorted(earlier))) or "none"
                raise StoreError(
                    f"{question} has no revision {revision} of {field}; it has: {known}."
                )
            text = earlier[revision]
            return add_text(connection, question, field, text, "restore", self.moment())

        return self.write(work)

    def add_review(self, question: str, rating: Rating, seconds: int) -> Review:
        """Add one rehearsal with the present date; `seconds` is how long the candidate spoke.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """
        _check_question(question)
        review = Review(
            question=question, rating=rating, seconds=seconds, reviewed_at=self.moment()
        )
        self.write(lambda connection: add_reviews(connection, [review]))
        return review

    def reviews(self) -> tuple[Review, ...]:
        """Return all rehearsals, oldest first."""
        return self._read(all_reviews)

    def moment(self) -> datetime:
        """Return the store's present moment, in UTC."""
        return self._now().astimezone(UTC)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction, and return its value when everything is on the disk.

        If `work` raises, nothing that it wrote is kept.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """

        def transacted(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return work(connection)

        with self._mutex:
            try:
                with exclusive_lock(self.path):
                    return self._with_file(transacted)
            except (sqlite3.Error, OSError) as error:
                raise store_error(error, self.path, "Nothing was saved") from error

    def close(self) -> None:
        """Close the file. The store opens it again when it is next used."""
        with self._mutex:
            if self._connection:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` reads; from a copy in memory if the file can't be opened."""
        with self._mutex:
            try:
                if self._connection and self._identity == _identity(self.path):
                    # Without the lock, so that reading never waits for writers. An error here
                    # comes up again below, where the damage is repaired.
                    with suppress(sqlite3.DatabaseError):
                        return work(self._connection)
                with exclusive_lock(self.path):
                    return self._with_file(work)
            except (sqlite3.Error, OSError) as error:
                # On a full disk or in a read-only folder SQLite can't open the file at all.
                try:
                    with closing(snapshot(self.path)) as copy:
                        return work(copy)
                except OSError:
                    raise store_error(error, self.path, "The answers can't be read") from error

    def _with_file(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` returns; if it meets damage, repair the file. The lock is held."""
        try:
            return work(self._opened())
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return work(self._repaired(error))

    def _opened(self) -> sqlite3.Connection:
        """Return a connection to the file that is at the store's path now. The lock is held."""
        if self._connection is None or self._identity != _identity(self.path):
            return self._open(damage=None)
        return self._connection

    def _repaired(self, error: sqlite3.DatabaseError) -> sqlite3.Connection:
        """Open the file again after damage was met in it. The lock is held."""
        # If it is still the damaged file, a check of it might find nothing: so we pass the damage
        # on. If another process has replaced it by now, the new file is checked for itself.
        same = self._connection is not None and self._identity == _identity(self.path)
        return self._open(damage=str(error) if same else None)

    def _open(self, damage: str | None) -> sqlite3.Connection:
        self.close()
        self._connection, recovered = open_database(self.path, self.moment(), damage)
        self._identity = _identity(self.path)
        self.recovered = recovered or self.recovered
        return self._connection


def _close_all() -> None:
    for store in list(_open_stores):
        store.close()


if hasattr(os, "register_at_fork"):
    # SQLite must not carry an open file into a forked child.
    os.register_at_fork(before=_close_all)


def _check_question(question: str) -> None:
    """Raise StoreError for text that can't be a question's id."""
    if not is_question_id(question):
        raise StoreError(
            f"{question!r} is not a question id; one looks like 'technical-leadership/06'."
        )


def _check_field(field: str) -> None:
    """Raise StoreError for a name that isn't a field of an answer."""
    if field not in ANSWER_FIELDS:
        hint = did_you_mean(field, ANSWER_FIELDS, otherwise="its fields are") or "."
        raise StoreError(f"There is no field {field!r} in an answer{hint}")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one that has replaced it; None if there is none."""
    if repair_is_waiting(path):
        return None  # it must be put in place first: what is saved before that would be lost
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
