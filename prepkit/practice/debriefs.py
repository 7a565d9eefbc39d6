"""What an interview changes: which questions went badly there and come first now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prepkit.records import RATING_TITLES, Rating, Review
from prepkit.text import format_day

if TYPE_CHECKING:
    from prepkit.answers.debriefs import Asked, KeptDebrief
    from prepkit.bank import Bank

_BAD: tuple[Rating, ...] = ("again", "hard")


@dataclass(frozen=True, slots=True)
class Setback:
    """A question that went badly in an interview, and wasn't told well since."""

    question: str
    reason: str
    """Such as ``Asked at Amazon on 3 December: stumbled.``"""
    probed: str
    """What the interviewer asked further, as the candidate noted it; may be empty."""


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """When and where a question was asked, and what was probed."""

    when: str
    """Such as ``Asked at Amazon on 3 December: stumbled.``"""
    probed: str


def setbacks(
    debriefs: Iterable[KeptDebrief], reviews: Iterable[Review], now: datetime
) -> dict[str, Setback]:
    """Return the questions that went badly the last time they were asked, by id.

    Those that the candidate stumbled over come first, then those that they got through; among
    these, the latest interview. A question that was rated well since, in practice or in another
    interview, isn't there.

    Parameters
    ----------
    debriefs
        What `prepkit.answers.debriefs.debriefs_of` returns.
    reviews
        The rehearsals so far.
    now
        The present moment, with a time zone.
    """
    better: dict[str, datetime] = {}
    for review in reviews:
        if review.rating not in _BAD:
            before = better.get(review.question, review.reviewed_at)
            better[review.question] = max(before, review.reviewed_at)
    found: dict[str, tuple[Rating, datetime, Setback]] = {}
    for kept, asked in _asked(debriefs):
        question, rating, at = asked.question, asked.rating, kept.at
        if not (question and rating in _BAD and at) or question in found:
            continue
        if question in better and better[question] >= at:
            continue
        setback = Setback(question, _when(kept, asked, now), asked.probed.strip())
        found[question] = rating, at, setback
    order = sorted(found.values(), key=lambda one: (_BAD.index(one[0]), -one[1].timestamp()))
    return {setback.question: setback for _, _, setback in order}


def asked_before(
    debriefs: Iterable[KeptDebrief], question: str, now: datetime
) -> tuple[AskedBefore, ...]:
    """Return each time a question was asked in an interview, the latest first."""
    return tuple(
        AskedBefore(_when(kept, asked, now), asked.probed.strip())
        for kept, asked in _asked(debriefs)
        if asked.question == question
    )


def not_in_the_bank(debriefs: Iterable[KeptDebrief], bank: Bank) -> tuple[str, ...]:
    """Return what was asked that no question of the bank is, each once, the latest first."""
    found = {
        " ".join(asked.words.split()): None
        for _, asked in _asked(debriefs)
        if asked.question is None or asked.question not in bank
    }
    return tuple(words for words in found if words)


def _asked(debriefs: Iterable[KeptDebrief]) -> Iterator[tuple[KeptDebrief, Asked]]:
    """Yield what was asked, the latest interview first."""
    earliest = datetime.min.replace(tzinfo=UTC)
    for kept in sorted(debriefs, key=lambda one: one.at or earliest, reverse=True):
        for asked in kept.debrief.asked:
            yield kept, asked


def _when(kept: KeptDebrief, asked: Asked, now: datetime) -> str:
    """Return where and when a question was asked, and how it went, as a sentence."""
    company, day = " ".join(kept.debrief.company.split()), kept.debrief.day
    told = f"Asked at {company}" if company else "Asked in an interview"
    if day:
        told += f" on {format_day(day, year=day.year != now.year)}"
    return f"{told}: {RATING_TITLES[asked.rating].lower()}." if asked.rating else f"{told}."
