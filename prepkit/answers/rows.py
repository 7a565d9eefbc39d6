"""The rows of the answers file as records, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from prepkit.records import Review, Revision

REVISION = ("question", "field", "revision", "text", "saved_at", "origin")
"""The columns of the table `revision`, in the order of the file."""

REVIEW = ("question", "rating", "seconds", "reviewed_at")
"""The columns of the table `review`, in the order of the file."""


def revision_from(row: Sequence[object]) -> Revision:
    """Return the record of a row; a row that can't be one raises ValueError."""
    values = dict(zip(REVISION, row, strict=True))
    return Revision.model_validate({**values, "saved_at": _moment(values["saved_at"])})


def review_from(row: Sequence[object]) -> Review:
    """Return the record of a row; a row that can't be one raises ValueError."""
    values = dict(zip(REVIEW, row, strict=True))
    return Review.model_validate({**values, "reviewed_at": _moment(values["reviewed_at"])})


def revision_row(revision: Revision) -> tuple[str | int, ...]:
    """Return the row of a record."""
    return (
        revision.question,
        revision.field,
        revision.revision,
        revision.text,
        _stored(revision.saved_at),
        revision.origin,
    )


def review_row(review: Review) -> tuple[str | int, ...]:
    """Return the row of a record."""
    return (review.question, review.rating, review.seconds, _stored(review.reviewed_at))


def _moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored)).astimezone(UTC)


def _stored(moment: datetime) -> str:
    # Always with microseconds, so that the texts sort as the moments do.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
