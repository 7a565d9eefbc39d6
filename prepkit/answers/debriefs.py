"""What a candidate noted after an interview: which questions, how each went, what was probed.

A debrief is one text, JSON, of which each save is a revision. A question that the candidate has
found in the bank and rated counts as a rehearsal on the day of the interview. That is read from the
debrief as it is now, so it counts once, however often the debrief is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prepkit.answers.errors import StoreError
from prepkit.records import Answer, Rating, Review

FIELD = "debrief"

_HOUR = time(10, tzinfo=UTC)  # the same day nearly everywhere on earth
_STAMP = "%Y%m%dT%H%M%S%z"

_Line = Annotated[str, Field(max_length=300)]
_Text = Annotated[str, Field(max_length=200_000)]


class _Stored(BaseModel):
    """A part of a debrief; names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Asked(_Stored):
    """A question as it was asked."""

    words: _Text = ""
    """In the candidate's own words."""
    question: _Line | None = None
    """The id of the question of the bank, if the candidate has confirmed that it is this one."""
    elsewhere: bool = False
    """Whether the candidate has said that it isn't in the bank."""
    rating: Rating | None = None
    probed: _Text = ""
    """What the interviewer asked further."""


class Debrief(_Stored):
    """What was noted after one interview; what isn't known is empty."""

    company: _Line = ""
    round: _Line = ""
    day: date | None = None
    note: _Text = ""
    asked: Annotated[tuple[Asked, ...], Field(max_length=200)] = ()
    removed: bool = False
    """Whether the candidate has put it away; its text is kept."""


@dataclass(frozen=True, slots=True)
class KeptDebrief:
    """A debrief as it is stored."""

    id: str
    """When it was begun, such as ``20261203T190500Z``."""
    debrief: Debrief

    @property
    def at(self) -> datetime | None:
        """The moment that its ratings are dated with: on its day, and not after it was begun.

        None if neither is known.
        """
        begun = None
        with suppress(ValueError):
            begun = datetime.strptime(self.id.split("-")[0], _STAMP)
        day = self.debrief.day
        asked = datetime.combine(day, _HOUR) if day else None
        return min((one for one in (asked, begun) if one), default=None)


def read_debrief(text: str) -> Debrief:
    """Return the debrief that a browser sent.

    Raises
    ------
    StoreError
        If it isn't one.
    """
    try:
        return Debrief.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "debrief"
        raise StoreError(f"This debrief can't be stored: {place}: {first['msg']}.") from None


def debriefs_of(texts: Mapping[str, Answer], *, removed: bool = False) -> tuple[KeptDebrief, ...]:
    """Return the debriefs that aren't put away, the newest interview first.

    Parameters
    ----------
    texts
        The current texts of the kind, as `prepkit.answers.texts.Texts` loads them. One that only a
        later prepkit can read is left out.
    removed
        Whether to return those that were put away instead.
    """
    found = []
    for name, answer in texts.items():
        with suppress(ValidationError):
            debrief = Debrief.model_validate_json(answer.text(FIELD))
            if debrief.removed == removed:
                found.append(KeptDebrief(name, debrief))
    return tuple(sorted(found, key=lambda one: (one.debrief.day or date.min, one.id), reverse=True))


def reviews_in(debriefs: Iterable[KeptDebrief]) -> Iterator[Review]:
    """Yield a rehearsal for each question that was found in the bank and rated."""
    for kept in debriefs:
        at = kept.at
        for asked in kept.debrief.asked:
            if at and asked.question and asked.rating:
                yield Review(
                    question=asked.question, rating=asked.rating, seconds=0, reviewed_at=at
                )
