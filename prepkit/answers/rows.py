"""The SQL of the answers file: its rows as records, and records as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from prepkit.answers.errors import damage_error
from prepkit.records import Answer, Review, Revision

T = TypeVar("T")

REVISION = ("question", "field", "revision", "text", "saved_at", "origin")
"""The columns of the table `revision`, in the order of the file."""

REVIEW = ("question", "rating", "seconds", "reviewed_at")
"""The columns of the table `review`, in the order of the file."""

_NEWEST = """JOIN
    (SELECT question, field, max(revision) AS revision FROM revision GROUP BY question, field)
    USING (question, field, revision)
"""


def revision_from(row: Sequence[object]) -> Revision:
    """Return the record of a row; raises ValueError for a row that isn't valid."""
    values = dict(zip(REVISION, row, strict=True))
    return Revision.model_validate({**values, "saved_at": _moment(values["saved_at"])})


def review_from(row: Sequence[object]) -> Review:
    """Return the record of a row; raises ValueError for a row that isn't valid."""
    values = dict(zip(REVIEW, row, strict=True))
    return Review.model_validate({**values, "reviewed_at": _moment(values["reviewed_at"])})


def new_revision(
    question: str, field: str, number: int, text: str, origin: str, saved_at: datetime
) -> Revision:
    """Return a record that isn't in a file yet."""
    values = (question, field, number, text, saved_at, origin)
    return Revision.model_validate(dict(zip(REVISION, values, strict=True)))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything or nothing: at the end it is on the disk; an exception undoes it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself ends some, on a full disk for example
            connection.execute("ROLLBACK")
        raise


def select_revisions(
    connection: sqlite3.Connection, clauses: str, *values: object
) -> tuple[Revision, ...]:
    """Return the revisions selected by the SQL clauses that follow ``FROM revision``."""
    rows = connection.execute(f"SELECT {', '.join(REVISION)} FROM revision {clauses}", values)
    return tuple(_valid(revision_from, row) for row in rows)


def current_answers(
    connection: sqlite3.Connection, question: str | None = None
) -> dict[str, Answer]:
    """Return the current answers by question id; questions without a saved text are absent.

    Parameters
    ----------
    connection
        An open answers file.
    question
        The only question to return; None for all.
    """
    # Two queries: SQLite uses the table's key for one question only with a plain "question = ?".
    if question is None:
        return answers_from(select_revisions(connection, f"{_NEWEST} ORDER BY question, field"))
    clauses = f"{_NEWEST} WHERE question = ? ORDER BY field"
    return answers_from(select_revisions(connection, clauses, question))


def answers_from(revisions: Iterable[Revision]) -> dict[str, Answer]:
    """Return the answers whose newest revisions these are, by question id."""
    fields: dict[str, dict[str, Revision]] = {}
    for revision in revisions:
        fields.setdefault(revision.question, {})[revision.field] = revision
    return {
        question: Answer(question=question, revisions=found)
        for question, found in sorted(fields.items())
    }


def field_history(
    connection: sqlite3.Connection, question: str, field: str
) -> tuple[Revision, ...]:
    """Return every revision of one field, oldest first."""
    clauses = "WHERE question = ? AND field = ? ORDER BY revision"
    return select_revisions(connection, clauses, question, field)


def current_revision(connection: sqlite3.Connection, question: str, field: str) -> Revision | None:
    """Return the newest revision of one field."""
    clauses = "WHERE question = ? AND field = ? ORDER BY revision DESC LIMIT 1"
    return next(iter(select_revisions(connection, clauses, question, field)), None)


def all_reviews(connection: sqlite3.Connection) -> tuple[Review, ...]:
    """Return all rehearsals, oldest first."""
    rows = connection.execute(f"SELECT {', '.join(REVIEW)} FROM review ORDER BY reviewed_at, rowid")
    return tuple(_valid(review_from, row) for row in rows)


def add_text(
    connection: sqlite3.Connection,
    question: str,
    field: str,
    text: str,
    origin: str,
    saved_at: datetime,
) -> Revision:
    """Add `text` after the current revision; if that has the same text, return it instead."""
    current = current_revision(connection, question, field)
    if current and current.text == text:
        return current
    number = current.revision + 1 if current else 1
    revision = new_revision(question, field, number, text, origin, saved_at)
    add_revisions(connection, [revision])
    return revision


def add_revisions(connection: sqlite3.Connection, revisions: Iterable[Revision]) -> None:
    """Add revisions as they are."""
    rows = (
        (one.question, one.field, one.revision, one.text, _stored(one.saved_at), one.origin)
        for one in revisions
    )
    connection.executemany("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?)", rows)


def add_reviews(connection: sqlite3.Connection, reviews: Iterable[Review]) -> None:
    """Add rehearsals as they are."""
    rows = ((one.question, one.rating, one.seconds, _stored(one.reviewed_at)) for one in reviews)
    connection.executemany("INSERT INTO review VALUES (?, ?, ?, ?)", rows)


def _valid(record_from: Callable[[Sequence[object]], T], row: Sequence[object]) -> T:
    try:
        return record_from(row)
    except ValueError as error:
        raise damage_error(str(error)) from error


def _moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored)).astimezone(UTC)


def _stored(moment: datetime) -> str:
    # Always with microseconds: then the texts sort in the order of time.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
