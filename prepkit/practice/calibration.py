"""Calibration: a coach rates three answers of the bank beside reference ratings. Pure.

The reference is one coach's judgement (data/calibration.yaml), not a measured truth. Why it helps
all the same: raters who have seen the same examples of poor, average and good work, with feedback
on their own ratings, rate more accurately (frame-of-reference training; Roch, Woehr, Mishra and
Kieszczynska 2012, J. Occupational and Organizational Psychology 85(2), 370-395).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from prepkit.bank.calibration import Reference, answer_parts
from prepkit.records import Question
from prepkit.text import pluralize

Band = Literal["weak", "middle", "strong"]

JUDGEMENT = (
    "The reference ratings are one coach's judgement, not a measured truth. Where you see it"
    " differently and can say why, keep your rating."
)
"""What is said beside every comparison."""

_NOTABLE = 0.5  # on average, in points
_NOTABLE_IN_ONE = 1.0  # of one dimension, which has three ratings at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An answer of the bank to be rated, with what the reference says of it."""

    question: Question
    reference: Reference

    @property
    def id(self) -> str:
        """The question's id: a question has one sample at most."""
        return self.question.id

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The titles and texts of the answer; a weaker answer is one text without a title."""
        return answer_parts(self.question, self.reference.answer)

    @property
    def overall(self) -> int:
        """The rating of the whole answer, as its question file gives it."""
        weaker = self.question.weaker
        assert weaker is not None  # the loader refuses a sample without ratings
        return weaker.score if self.reference.answer == "weaker" else weaker.example_score

    @property
    def reason(self) -> str:
        """Why the whole answer is rated so, as its question file gives it."""
        weaker = self.question.weaker
        assert weaker is not None
        return weaker.reason if self.reference.answer == "weaker" else weaker.example_reason

    @property
    def band(self) -> Band:
        """Whether it is a weak answer, one in the middle, or a strong one."""
        return "weak" if self.overall < 3 else "middle" if self.overall == 3 else "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A coach's rating of one thing in one answer, beside the reference."""

    question: str
    dimension: str
    given: int
    reference: int
    quote: str
    """The words of the answer that the reference points at."""
    reason: str

    @property
    def points(self) -> int:
        """How many points the coach gave more than the reference; below 0 if fewer."""
        return self.given - self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A coach's ratings of samples beside the reference."""

    differences: tuple[Difference, ...]
    """One for each rating, in the order in which the samples were shown."""
    left_out: int
    """How many ratings are missing."""

    @property
    def largest(self) -> tuple[Difference, ...]:
        """The ratings that differ from the reference, those that differ most first."""
        differing = [each for each in self.differences if each.points]
        return tuple(sorted(differing, key=lambda each: -abs(each.points)))

    @property
    def bias(self) -> float:
        """How many points more than the reference the coach gives on average; 0 without any."""
        return _mean([each.points for each in self.differences])

    @property
    def equal(self) -> int:
        """How many ratings equal the reference."""
        return sum(each.points == 0 for each in self.differences)

    @property
    def within_one(self) -> int:
        """How many ratings are one point from the reference at most."""
        return sum(abs(each.points) <= 1 for each in self.differences)

    @property
    def bias_by_dimension(self) -> dict[str, float]:
        """As `bias`, of each dimension that was rated, in the order of the reference."""
        points: dict[str, list[int]] = {}
        for each in self.differences:
            points.setdefault(each.dimension, []).append(each.points)
        return {name: _mean(found) for name, found in points.items()}


def samples(
    questions: Mapping[str, Question], references: Iterable[Reference]
) -> tuple[Sample, ...]:
    """Return the answers that can be rated; a reference to a question that isn't there has none."""
    return tuple(
        Sample(question=questions[each.question], reference=each)
        for each in references
        if each.question in questions
    )


def draw_samples(
    found: Sequence[Sample], done: Collection[str] = (), *, seed: int
) -> tuple[Sample, ...]:
    """Return a weak answer, one in the middle and a strong one, in an order that tells nothing.

    Parameters
    ----------
    found
        All samples there are.
    done
        The ids of those that the coach has rated already; they come again only if nothing else
        of their kind is left.
    seed
        The same one gives the same samples in the same order.
    """
    chance = random.Random(seed)
    bands: dict[Band, list[Sample]] = {"weak": [], "middle": [], "strong": []}
    for sample in found:
        bands[sample.band].append(sample)
    drawn = []
    for band in bands.values():
        new = [sample for sample in band if sample.id not in done]
        if band:
            drawn.append(chance.choice(new or band))
    chance.shuffle(drawn)
    return tuple(drawn)


def compare(drawn: Iterable[Sample], given: Mapping[str, Mapping[str, int]]) -> Comparison:
    """Return a coach's ratings beside the reference.

    Parameters
    ----------
    drawn
        The samples that were shown.
    given
        The coach's scores by dimension, by the id of the sample. Any may be missing.
    """
    found = []
    left_out = 0
    for sample in drawn:
        scores = given.get(sample.id, {})
        for one in sample.reference.scores:
            if one.dimension not in scores:
                left_out += 1
                continue
            found.append(
                Difference(
                    question=sample.id,
                    dimension=one.dimension,
                    given=scores[one.dimension],
                    reference=one.score,
                    quote=one.quote,
                    reason=one.reason,
                )
            )
    return Comparison(differences=tuple(found), left_out=left_out)


def calibration_findings(comparison: Comparison) -> tuple[str, ...]:
    """Return what a comparison says, as plain sentences, with how far it can be trusted last."""
    count = len(comparison.differences)
    if not count:
        return ("Nothing is rated yet.",)
    found = [
        f"{comparison.within_one} of {pluralize(count, 'rating')} are within one point of the"
        f" reference, and {comparison.equal} are equal to it."
    ]
    if comparison.left_out:
        found.append(f"{pluralize(comparison.left_out, 'rating')} left out.")
    found.append(_leaning(comparison.bias))
    found += [
        f"{name}: {_points(bias)} on average. Read again what each score means there."
        for name, bias in comparison.bias_by_dimension.items()
        if abs(bias) >= _NOTABLE_IN_ONE
    ]
    found.append(f"A few answers can only give a hint. {JUDGEMENT}")
    return tuple(found)


def _leaning(bias: float) -> str:
    if abs(bias) < _NOTABLE:
        return "On average you are neither stricter nor more lenient than the reference."
    which = "more lenient" if bias > 0 else "stricter"
    return f"On average you rate {_points(bias)} than the reference: you are {which}."


def _points(bias: float) -> str:
    """Return such as ``0.7 points higher``."""
    size = f"{abs(bias):.1f}"
    noun = "point" if size == "1.0" else "points"
    return f"{size} {noun} {'higher' if bias > 0 else 'lower'}"


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0
