"""Files of version 1, which had a table of revisions and one of reviews, and a write-ahead log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from prepkit.answers.rows import Event, event_of_revision, number_reviews
from prepkit.records import Review, Revision

REVISION = ("question", "field", "revision", "text", "saved_at", "origin")
"""The columns of the table `revision`, in the order of the file."""
REVIEW = ("question", "rating", "seconds", "reviewed_at")
"""The columns of the table `review`, in the order of the file."""


def old_revision(columns: Sequence[object]) -> Revision:
    """Return the record of a row; raises ValueError for a row that isn't valid."""
    values = dict(zip(REVISION, columns, strict=True))
    return Revision.model_validate({**values, "saved_at": _moment(values["saved_at"])})


def old_review(columns: Sequence[object]) -> Review:
    """Return the record of a row; raises ValueError for a row that isn't valid."""
    values = dict(zip(REVIEW, columns, strict=True))
    return Review.model_validate({**values, "reviewed_at": _moment(values["reviewed_at"])})


def old_events(revisions: Iterable[Revision], reviews: Iterable[Review]) -> tuple[Event, ...]:
    """Return rows as events, in the order in which they were saved; each row once."""
    once: dict[tuple[str, str, int], Revision] = {}
    for found in revisions:
        once.setdefault((found.question, found.field, found.revision), found)
    # A rehearsal had no number: two are the same if everything in them is.
    by_time = sorted(dict.fromkeys(reviews), key=lambda found: found.reviewed_at)
    events = [*(event_of_revision(each) for each in once.values()), *number_reviews(by_time, {})]
    return tuple(sorted(events, key=lambda event: event.at))


def read_version_1(
    connection: sqlite3.Connection,
) -> tuple[tuple[Revision, ...], tuple[Review, ...]]:
    """Return everything in an open file of version 1.

    Raises
    ------
    ValueError
        If a row isn't valid: the file is damaged.
    """
    revisions = connection.execute(f"SELECT {', '.join(REVISION)} FROM revision ORDER BY rowid")
    reviews = connection.execute(f"SELECT {', '.join(REVIEW)} FROM review ORDER BY rowid")
    return tuple(map(old_revision, revisions)), tuple(map(old_review, reviews))


def _moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored)).astimezone(UTC)
