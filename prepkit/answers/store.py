"""AnswerStore: what forms and notebooks use to read and save answers."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

from prepkit.answers.backups import backup_is_due, backups_folder, make_backup
from prepkit.answers.checksums import Checked
from prepkit.answers.database import exclusive_lock, open_database, snapshot
from prepkit.answers.debriefs import debriefs_of, reviews_in
from prepkit.answers.errors import StoreError, is_damage, store_error
from prepkit.answers.exchange import is_question_id
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.rows import (
    add_reviews,
    all_reviews,
    current_answers,
    restore_text,
    save_text,
    select_revisions,
    transaction,
)
from prepkit.forms import ANSWER_FIELDS
from prepkit.records import Answer, Rating, Review, Revision
from prepkit.text import did_you_mean, replace_lone_surrogates

T = TypeVar("T")

_stores: WeakSet[AnswerStore] = WeakSet()


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
    any number of processes, may use the same file. A store opens the file for each call and closes
    it again, so nothing that was saved is ever anywhere but in the file.

    Parameters
    ----------
    path
        The SQLite file, or a link to it; it and its folder are made when first needed.
        ``answers.sqlite`` in `user_folder` if it isn't given.
    now
        The clock that dates revisions.

    Attributes
    ----------
    recovered
        What the candidate should know of the file, such as that it was damaged and what was
        recovered, or None. It is known once the file has been read or written.
    """

    def __init__(self, path: Path | None = None, *, now: Callable[[], datetime] = utc_now) -> None:
        self._mutex = threading.RLock()
        self._checked = Checked()
        self.path = Path(path) if path else user_folder() / "answers.sqlite"
        self.recovered: str | None = None
        self._now = now
        self._started: datetime | None = None
        _stores.add(self)

    def load(self) -> dict[str, Answer]:
        """Return the current answers by question id; questions without a saved text are absent."""
        return self.read(current_answers)

    def answer(self, question: str) -> Answer:
        """Return the current answer to `question`, an empty one if nothing was saved."""
        found = self.read(lambda connection: current_answers(connection, question))
        return found.get(question, Answer(question=question))

    def history(
        self, question: str | None = None, field: str | None = None
    ) -> tuple[Revision, ...]:
        """Return every revision, oldest first: of one field, of one question, or all of them."""
        if field is not None:
            _check_field(field)
        return self.read(lambda connection: select_revisions(connection, question, field))

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
            return save_text(
                *(connection, question, field, text),
                based_on=based_on,
                origin=origin,
                saved_at=self.moment(),
            )

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
            return restore_text(connection, question, field, revision, saved_at=self.moment())

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
        """Return all rehearsals, oldest first; what was rated in a debrief is one, too."""

        def work(connection: sqlite3.Connection) -> tuple[Review, ...]:
            told = reviews_in(debriefs_of(current_answers(connection, kind=DEBRIEF)))
            both = [*all_reviews(connection), *told]
            return tuple(sorted(both, key=lambda review: review.reviewed_at))

        return self.read(work)

    def moment(self) -> datetime:
        """Return the store's present moment, in UTC; while it writes, when that began."""
        return self._started or self._now().astimezone(UTC)

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` reads; from a copy in memory if the file can't be opened.

        Raises
        ------
        StoreError
            If the file can't be read at all.
        """
        with self._mutex:
            path = self.path.resolve()
            try:
                with exclusive_lock(path):
                    return self._with_file(path, lambda connection, _: work(connection))
            except (sqlite3.Error, OSError) as error:
                # On a full disk or in a read-only folder SQLite can't open the file to write.
                try:
                    with closing(snapshot(path)) as copy:
                        return work(copy)
                except OSError:
                    raise store_error(error, path, "The answers can't be read") from error

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction, and return its value when everything is on the disk.

        If `work` raises, nothing that it wrote is kept. `moment` is the same all the time.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """

        def transacted(connection: sqlite3.Connection, path: Path) -> T:
            self._back_up(connection, path)
            with transaction(connection):
                return work(connection)

        with self._mutex:
            path = self.path.resolve()
            self._started = self.moment()
            try:
                with exclusive_lock(path):
                    return self._with_file(path, transacted)
            except (sqlite3.Error, OSError) as error:
                raise store_error(error, path, "Nothing was saved") from error
            finally:
                self._started = None

    def _with_file(self, path: Path, work: Callable[[sqlite3.Connection, Path], T]) -> T:
        """Return what `work` returns; if it meets damage, repair the file. The lock is held."""
        damage = ""
        while True:
            opened = open_database(path, self.moment, self._checked, damage)
            with closing(opened.connection) as connection:
                self._checked = opened.checked
                self.recovered = opened.notice or self.recovered
                try:
                    return work(connection, path)
                except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                    if damage or not is_damage(error):
                        raise
                    damage = str(error)

    def _back_up(self, connection: sqlite3.Connection, path: Path) -> None:
        """Make today's backup if it is due. If that fails, saving is not held up by it."""
        now = self.moment()
        try:
            if self._checked.last and backup_is_due(path, now):
                make_backup(connection, path, now, checked=self._checked)
        except (OSError, sqlite3.Error) as error:
            if is_damage(error):
                raise
            reason = getattr(error, "strerror", None) or error
            self.recovered = (
                f"Today's backup of your answers can't be made ({reason}). Your answers are saved "
                f"as usual. Check the folder {backups_folder(path)}."
            )


if hasattr(os, "register_at_fork"):
    # A forked child would undo a transaction that is going on in another thread of its parent. So
    # a fork waits for the stores.
    _held: list[AnswerStore] = []

    def _hold_all() -> None:
        _held[:] = _stores
        for store in _held:
            store._mutex.acquire()

    def _release_all() -> None:
        for store in _held:
            store._mutex.release()
        _held.clear()

    os.register_at_fork(before=_hold_all, after_in_parent=_release_all, after_in_child=_release_all)


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
