"""AnswerStore: what forms and notebooks use to read and save answers."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, cast

from prepkit.records import ANSWER_FIELDS, Review, Revision, StarAnswer
from prepkit.store.errors import Conflict, StoreError

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS revision (
        question TEXT NOT NULL,
        field TEXT NOT NULL,
        revision INTEGER NOT NULL,
        text TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        origin TEXT NOT NULL,
        PRIMARY KEY (question, field, revision)
    )""",
    """CREATE TABLE IF NOT EXISTS review (
        question TEXT NOT NULL,
        rating TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        reviewed_at TEXT NOT NULL
    )""",
)

_COLUMNS = "question, field, revision, text, saved_at, origin"


def utc_now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def user_folder() -> Path:
    """Return the folder of the candidate's own files.

    It is ``$PREPKIT_HOME`` where that is set, else the user data folder of the system.
    """
    home = os.environ.get("PREPKIT_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("prepkit", appauthor=False))


class AnswerStore:
    """The answers of one candidate, in one file.

    Parameters
    ----------
    path
        The SQLite file; made with its folder when first needed. Without it,
        ``answers.sqlite`` in `user_folder`.
    now
        The clock that dates revisions.
    """

    def __init__(self, path: Path | None = None, *, now: Callable[[], datetime] = utc_now) -> None:
        self.path = Path(path) if path else user_folder() / "answers.sqlite"
        self.recovered: str | None = None
        self._now = now
        self._mutex = threading.RLock()
        self._open: sqlite3.Connection | None = None

    def load(self) -> dict[str, StarAnswer]:
        """Return the current answers by question id, only those that have revisions."""
        rows = self._read(
            f"SELECT {_COLUMNS} FROM revision JOIN (SELECT question, field, "
            "max(revision) AS revision FROM revision GROUP BY question, field) "
            "USING (question, field, revision) ORDER BY question, field"
        )
        fields: dict[str, dict[str, Revision]] = {}
        for row in rows:
            fields.setdefault(row.question, {})[row.field] = row
        return {id_: StarAnswer(question=id_, revisions=found) for id_, found in fields.items()}

    def answer(self, question: str) -> StarAnswer:
        """Return the current answer to `question`, an empty one where nothing was saved."""
        rows = self._read(
            f"SELECT {_COLUMNS} FROM revision WHERE question = ? ORDER BY revision", question
        )
        return StarAnswer(question=question, revisions={row.field: row for row in rows})

    def history(self, question: str, field: str | None = None) -> tuple[Revision, ...]:
        """Return every revision of `question`, or of one field of it, oldest first."""
        if field is None:
            return self._read(
                f"SELECT {_COLUMNS} FROM revision WHERE question = ? ORDER BY rowid", question
            )
        return self._read(
            f"SELECT {_COLUMNS} FROM revision WHERE question = ? AND field = ? ORDER BY revision",
            question,
            _checked(field),
        )

    def save(
        self, question: str, field: str, text: str, *, based_on: int, origin: str = "form"
    ) -> Revision:
        """Add a revision of one field; it is on the disk when this returns.

        Parameters
        ----------
        based_on
            The revision that the text was made from; 0 where there was none.

        Returns
        -------
        Revision
            The new one; or the current one, where it has the same text already.

        Raises
        ------
        Conflict
            Where the current revision is another than `based_on`, and its text too.
        StoreError
            Where the file can't be written; nothing was saved.
        """
        _checked(field)
        with self._transaction() as connection:
            current = _current(connection, question, field)
            if current and current.text == text:
                return current
            if current and current.revision != based_on:
                raise Conflict(current, text)
            return self._add(connection, question, field, text, origin, current)

    def restore(self, question: str, field: str, revision: int) -> Revision:
        """Make an earlier text current again, as a new revision.

        Raises
        ------
        StoreError
            Where there is no such revision.
        """
        _checked(field)
        with self._transaction() as connection:
            found = _select(
                connection,
                f"SELECT {_COLUMNS} FROM revision WHERE question = ? AND field = ? "
                "AND revision = ?",
                question,
                field,
                revision,
            )
            if not found:
                raise StoreError(f"{question} has no revision {revision} of {field}.")
            current = _current(connection, question, field)
            if current and current.text == found[0].text:
                return current
            return self._add(connection, question, field, found[0].text, "restore", current)

    def add_review(
        self, question: str, rating: Literal["again", "hard", "good", "easy"], seconds: int
    ) -> Review:
        """Add one rehearsal, dated now."""
        review = Review(
            question=question, rating=rating, seconds=seconds, reviewed_at=self._moment()
        )
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO review VALUES (?, ?, ?, ?)",
                (question, rating, seconds, review.reviewed_at.isoformat()),
            )
        return review

    def reviews(self) -> tuple[Review, ...]:
        """Return all rehearsals, oldest first."""
        with self._mutex:
            rows = self._connection().execute(
                "SELECT question, rating, seconds, reviewed_at FROM review "
                "ORDER BY reviewed_at, rowid"
            )
            return tuple(
                Review(question=q, rating=r, seconds=s, reviewed_at=datetime.fromisoformat(at))
                for q, r, s, at in rows
            )

    def close(self) -> None:
        """Close the file. The store opens it again when it is next used."""
        with self._mutex:
            if self._open:
                self._open.close()
                self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _moment(self) -> datetime:
        return self._now().astimezone(UTC)

    def _add(
        self,
        connection: sqlite3.Connection,
        question: str,
        field: str,
        text: str,
        origin: str,
        current: Revision | None,
    ) -> Revision:
        revision = Revision.model_validate(
            {
                "question": question,
                "field": field,
                "revision": current.revision + 1 if current else 1,
                "text": text,
                "saved_at": self._moment(),
                "origin": origin,
            }
        )
        connection.execute(
            f"INSERT INTO revision ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
            (question, field, revision.revision, text, revision.saved_at.isoformat(), origin),
        )
        return revision

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._open = sqlite3.connect(
                self.path, timeout=10, isolation_level=None, check_same_thread=False
            )
            self._open.execute("PRAGMA journal_mode = WAL")
            self._open.execute("PRAGMA synchronous = FULL")
            for statement in _SCHEMA:
                self._open.execute(statement)
        return self._open

    def _read(self, query: str, *values: object) -> tuple[Revision, ...]:
        with self._mutex:
            return _select(self._connection(), query, *values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._mutex:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _checked(field: str) -> str:
    if field not in ANSWER_FIELDS:
        raise StoreError(
            f"There is no field {field!r} in an answer; its fields are {', '.join(ANSWER_FIELDS)}."
        )
    return field


def _select(connection: sqlite3.Connection, query: str, *values: object) -> tuple[Revision, ...]:
    names = _COLUMNS.split(", ")
    rows = cast("sqlite3.Cursor", connection.execute(query, values))
    return tuple(
        Revision.model_validate(
            {**dict(zip(names, row, strict=True)), "saved_at": datetime.fromisoformat(row[4])}
        )
        for row in rows
    )


def _current(connection: sqlite3.Connection, question: str, field: str) -> Revision | None:
    found = _select(
        connection,
        f"SELECT {_COLUMNS} FROM revision WHERE question = ? AND field = ? "
        "ORDER BY revision DESC LIMIT 1",
        question,
        field,
    )
    return found[0] if found else None
