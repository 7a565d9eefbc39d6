"""The SQL of the answers file: events as rows, and what forms and notebooks need of them.

Everything that is stored is an event: number `number` of the texts that one `kind` has for one
`subject` and `field`. Events are added and never changed. So a feature that stores something new
adds a kind, and no table.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from prepkit.answers.checksums import next_checksum
from prepkit.answers.errors import Conflict, StoreError
from prepkit.answers.kinds import KINDS, REVIEW, REVISION, has_field, written_texts
from prepkit.records import Answer, Review, Revision

T = TypeVar("T")

COLUMNS = ("kind", "subject", "field", "number", "text", "at", "origin")
"""The columns of the table `event` between its id and its checksum, in the order of the file."""

Key = tuple[str, str, str, int]
"""The kind, subject, field and number of an event."""

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM event"
_ORDER = "ORDER BY at, subject, field, number"


@dataclass(frozen=True, slots=True)
class Event:
    """One row as it is stored."""

    kind: str
    subject: str
    field: str
    number: int
    """From 1."""
    text: str
    at: str
    """The moment in UTC in ISO format, always with microseconds: then texts sort like times."""
    origin: str

    @property
    def key(self) -> Key:
        """What no two events of a file have in common."""
        return self.kind, self.subject, self.field, self.number

    @property
    def values(self) -> tuple[str | int, ...]:
        """The values in the order of `COLUMNS`."""
        return (*self.key, self.text, self.at, self.origin)


@dataclass(frozen=True, slots=True)
class Row:
    """An event in its place in the file, with what shows whether it is as it was saved."""

    id: int
    event: Event
    checksum: bytes


# ---- events and records


def new_revision(
    question: str, field: str, number: int, text: str, origin: str, saved_at: datetime
) -> Revision:
    """Return a record that isn't in a file yet."""
    return Revision(
        question=question,
        field=field,
        revision=number,
        text=text,
        origin=origin,
        saved_at=saved_at,
    )


def revision_from(event: Event) -> Revision:
    """Return the record of an event; raises ValueError for one that isn't valid."""
    if not has_field(event.kind, event.field):
        raise ValueError(f"a text of the kind {event.kind!r} has no field {event.field!r}")
    return new_revision(
        event.subject, event.field, event.number, event.text, event.origin, _moment(event.at)
    )


def review_from(event: Event) -> Review:
    """Return the record of an event; raises ValueError for one that isn't valid."""
    stored = json.loads(event.text)
    if not isinstance(stored, dict):
        raise ValueError("the text of a review is not a JSON object")
    return Review.model_validate(
        {**stored, "question": event.subject, "reviewed_at": _moment(event.at)}
    )


def event_of_revision(revision: Revision, kind: str = REVISION) -> Event:
    """Return the event that stores a revision."""
    return Event(
        kind,
        revision.question,
        revision.field,
        revision.revision,
        revision.text,
        stored_moment(revision.saved_at),
        revision.origin,
    )


def event_of_review(review: Review, number: int) -> Event:
    """Return the event that stores rehearsal `number` of its question."""
    text = json.dumps({"rating": review.rating, "seconds": review.seconds})
    at = stored_moment(review.reviewed_at)
    return Event(REVIEW, review.question, "", number, text, at, "form")


def stored_moment(moment: datetime) -> str:
    """Return a moment as the file has it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone(UTC)


# ---- reading


def select_revisions(
    connection: sqlite3.Connection,
    question: str | None = None,
    field: str | None = None,
    kind: str = REVISION,
) -> tuple[Revision, ...]:
    """Return revisions of a kind, oldest first: of one field, of one question, or all of them."""
    # Within one field by number, not by time: the clock of a machine can go backwards.
    order = "ORDER BY number" if question and field else _ORDER
    where = "kind = ? AND subject = coalesce(?, subject) AND field = coalesce(?, field)"
    query = f"{_SELECT} WHERE {where} {order}"
    return _records(revision_from, connection.execute(query, [kind, question, field]))


def current_answers(
    connection: sqlite3.Connection, question: str | None = None, kind: str = REVISION
) -> dict[str, Answer]:
    """Return the current answers by question id; questions without a saved text are absent.

    Parameters
    ----------
    connection
        An open answers file.
    question
        The only question to return; None for all.
    kind
        Whose texts; of other kinds than answers, a subject is in place of the question.
    """
    # The newest are found in the index alone, so that no earlier text is read. Two queries, because
    # with "subject = ?" alone the index is used.
    one = "" if question is None else "AND subject = ?"
    newest = (
        "SELECT kind, subject, field, max(number) AS number FROM event "
        f"WHERE kind = ? {one} GROUP BY subject, field"
    )
    query = (
        f"SELECT {', '.join(COLUMNS)} FROM event JOIN ({newest}) "
        "USING (kind, subject, field, number) ORDER BY subject, field"
    )
    values = [kind] if question is None else [kind, question]
    return answers_from(_records(revision_from, connection.execute(query, values)))


def answers_from(revisions: Iterable[Revision]) -> dict[str, Answer]:
    """Return the answers whose newest revisions these are, by question id."""
    fields: dict[str, dict[str, Revision]] = {}
    for revision in revisions:
        fields.setdefault(revision.question, {})[revision.field] = revision
    return {
        question: Answer(question=question, revisions=found)
        for question, found in sorted(fields.items())
    }


def current_revision(
    connection: sqlite3.Connection, question: str, field: str, kind: str = REVISION
) -> Revision | None:
    """Return the newest revision of one field."""
    query = f"{_SELECT} WHERE kind = ? AND subject = ? AND field = ? ORDER BY number DESC LIMIT 1"
    found = _records(revision_from, connection.execute(query, [kind, question, field]))
    return next(iter(found), None)


def all_reviews(connection: sqlite3.Connection) -> tuple[Review, ...]:
    """Return all rehearsals, oldest first."""
    query = f"{_SELECT} WHERE kind = ? ORDER BY at, id"
    return _records(review_from, connection.execute(query, [REVIEW]))


def answer_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield every text that somebody wrote, of any kind; ticked key points are the bank's."""
    query = "SELECT kind, field, text FROM event WHERE kind != ?"
    for kind, field, text in connection.execute(query, [REVIEW]):
        yield from written_texts(kind, field, text)


def all_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """Yield every row in the order in which they were saved."""
    query = f"SELECT id, {', '.join(COLUMNS)}, checksum FROM event ORDER BY id"
    for number, *values, checksum in connection.execute(query):
        yield Row(number, Event(*values), checksum)


def _records(record_from: Callable[[Event], T], rows: sqlite3.Cursor) -> tuple[T, ...]:
    return tuple(_valid(record_from, Event(*row)) for row in rows)


def _valid(record_from: Callable[[Event], T], event: Event) -> T:
    try:
        return record_from(event)
    except (ValueError, TypeError) as error:
        # Its checksum is right, so it isn't damaged: this prepkit doesn't know such a text.
        what = f"Your answers file has a text of {event.subject} that this prepkit can't read"
        raise StoreError(
            f"{what} ({event.field} {event.number}). Update prepkit, then start it again.",
            reason=f"your answers file was written by a newer prepkit ({event.field}).",
            remedy="Update prepkit, then start it again",
        ) from error


# ---- writing


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything or nothing: at the end it is on the disk; an exception undoes it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself ends some transactions, on a full disk for example. If undoing fails too,
        # the journal is still there, and whoever opens the file next undoes it. The first error is
        # the one that says what is wrong.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def add_events(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Add events as they are, each with the checksum that continues the chain."""
    last = connection.execute("SELECT checksum FROM event ORDER BY id DESC LIMIT 1").fetchone()
    checksum: bytes = last[0] if last else b""
    rows = []
    for event in events:
        checksum = next_checksum(checksum, event.values)
        rows.append((*event.values, checksum))
    names = ", ".join((*COLUMNS, "checksum"))
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    connection.executemany(f"INSERT INTO event ({names}) VALUES ({marks})", rows)


def add_text(
    connection: sqlite3.Connection,
    question: str,
    field: str,
    text: str,
    origin: str,
    saved_at: datetime,
    kind: str = REVISION,
) -> Revision:
    """Add `text` after the current revision; if that has the same text, return it instead.

    In a log the same text may come again, and is added again.
    """
    current = current_revision(connection, question, field, kind)
    if current and current.text == text and not KINDS[kind].is_log:
        return current
    number = current.revision + 1 if current else 1
    revision = new_revision(question, field, number, text, origin, saved_at)
    add_revisions(connection, [revision], kind)
    return revision


def save_text(
    connection: sqlite3.Connection,
    question: str,
    field: str,
    text: str,
    *,
    based_on: int,
    origin: str,
    saved_at: datetime,
    kind: str = REVISION,
) -> Revision:
    """Add a text that was made from revision `based_on`, as `add_text` does.

    Raises
    ------
    Conflict
        If the current revision is another one and has another text.
    """
    current = current_revision(connection, question, field, kind)
    if current and current.text != text and current.revision != based_on:
        raise Conflict(current, text)
    return add_text(connection, question, field, text, origin, saved_at, kind)


def restore_text(
    connection: sqlite3.Connection,
    question: str,
    field: str,
    revision: int,
    *,
    saved_at: datetime,
    kind: str = REVISION,
) -> Revision:
    """Add the text of an earlier revision, as `add_text` does.

    Raises
    ------
    StoreError
        If there is no such revision.
    """
    history = select_revisions(connection, question, field, kind)
    earlier = {found.revision: found.text for found in history}
    if revision not in earlier:
        known = ", ".join(map(str, sorted(earlier))) or "none"
        raise StoreError(f"{question} has no revision {revision} of {field}; it has: {known}.")
    return add_text(connection, question, field, earlier[revision], "restore", saved_at, kind)


def add_revisions(
    connection: sqlite3.Connection, revisions: Iterable[Revision], kind: str = REVISION
) -> None:
    """Add revisions as they are."""
    add_events(connection, (event_of_revision(revision, kind) for revision in revisions))


def add_reviews(connection: sqlite3.Connection, reviews: Iterable[Review]) -> None:
    """Add rehearsals after those that each question has."""
    query = "SELECT subject, max(number) FROM event WHERE kind = ? GROUP BY subject"
    last: Mapping[str, int] = dict(connection.execute(query, [REVIEW]).fetchall())
    add_events(connection, number_reviews(reviews, last))


def number_reviews(reviews: Iterable[Review], last: Mapping[str, int]) -> Iterator[Event]:
    """Yield the events of rehearsals; `last` is how many each question has already."""
    counts = Counter(last)
    for review in reviews:
        counts[review.question] += 1
        yield event_of_review(review, counts[review.question])
