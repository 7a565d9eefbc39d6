"""How far two raters agree, by what the rubric rates, and where they differ most. Pure.

Agreement is Cohen's kappa with quadratic weights, from statsmodels: 1 is full agreement, 0 what
chance would give, and a difference of two points counts four times as much as one of a point.

Its 95% interval leaves out one student at a time (a jackknife on Fisher's z, with quantiles of t),
because the answers of one student are alike. Tried on made-up ratings with a known kappa, 4 to 30
students with one or five answers each, it held the true value in 93 to 97 of 100 cases. The usual
formula for large samples, which takes answers for independent, held it in 77 to 93.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from prepkit.text import pluralize

if TYPE_CHECKING:
    from prepkit.answers.feedback import Comment, Rating

EXTRA = 'pip install "prepkit[agreement]"'
LEVEL = "Level"
"""What the yes or no to the question's own level line is called beside the rubric's names."""

LEAST_ANSWERS = 10
LEAST_STUDENTS = 4
"""With fewer, an interval would say nothing, or hold the true value too rarely."""

_LEVELS_MET = (0, 1)
_SCORES = (1, 2, 3, 4, 5)
_WIDE = 0.5
# Marks that are often used. Landis and Koch (1977, Biometrics 33(1), 159-174), whose they are, call
# them arbitrary.
_WELL, _LITTLE = 0.6, 0.4
_END = 0.9999  # Fisher's z of 1 is infinite

Pair = tuple[int, int]
"""Two raters' scores of one thing in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two raters agree on one thing that the rubric rates."""

    dimension: str
    raters: tuple[str, str]
    answers: int
    """How many answers both have rated on it."""
    students: int
    """Whose answers these are."""
    equal: int
    """How many have the same score from both."""
    within_one: int
    """How many have scores that are one point apart at most."""
    lean: float
    """How many points more the second rater gives on average; below 0 if fewer."""
    kappa: float | None = None
    """None if there are too few answers, or if the scores hardly vary."""
    low: float | None = None
    """Where the 95% interval of kappa begins; None if there is none."""
    high: float | None = None
    is_computed: bool = True
    """Whether the library that computes kappa is installed, or wasn't needed."""

    @property
    def reading(self) -> str:
        """What it says, in plain words."""
        if self.answers < LEAST_ANSWERS or self.students < LEAST_STUDENTS:
            return "Too few to say"
        if self.equal == self.answers:
            return "The same score each time"
        if not self.is_computed:
            return "Kappa isn't computed"
        if self.kappa is None or self.low is None or self.high is None:
            return "The scores hardly vary, so chance could explain them"
        if self.low >= _WELL:
            return "They agree well"
        if self.high < _LITTLE:
            return "They agree little: talk about what each score means"
        if self.high - self.low > _WIDE:
            return "The interval is too wide to say much"
        return "They agree in part"

    @property
    def kappa_text(self) -> str:
        """Kappa with two digits; empty if there is none."""
        return "" if self.kappa is None else f"{self.kappa:.2f}"

    @property
    def interval_text(self) -> str:
        """The interval, such as ``0.35 to 0.79``; empty if there is none."""
        return "" if self.low is None else f"{self.low:.2f} to {self.high:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """An answer that two raters rate differently on one thing."""

    student: str
    question: str
    dimension: str
    raters: tuple[str, str]
    scores: Pair
    comments: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """What each of the two has commented on the answer."""

    @property
    def points(self) -> int:
        """How many points more the second rater gives; below 0 if fewer."""
        return self.scores[1] - self.scores[0]


def pairs_of_raters(ratings: Mapping[str, Iterable[Rating]]) -> tuple[tuple[str, str], ...]:
    """Return each two raters who have rated an answer both, those with most in common first.

    Parameters
    ----------
    ratings
        The current ratings of each student's answers, by the student's id.
    """
    common: Counter[tuple[str, str]] = Counter()
    for by_rater in _by_answer(ratings).values():
        common.update(combinations(sorted(by_rater), 2))
    return tuple(sorted(common, key=lambda pair: (-common[pair], pair)))


def agreement(
    ratings: Mapping[str, Iterable[Rating]],
    raters: tuple[str, str],
    dimensions: Sequence[str] = (),
) -> tuple[Agreement, ...]:
    """Return how far two raters agree, one for each thing that both have rated.

    An answer counts for what both have rated in it; the rest of a rating may be missing.

    Parameters
    ----------
    ratings
        The current ratings of each student's answers, by the student's id.
    raters
        Their names. `Agreement.lean` is above 0 if the second gives more points.
    dimensions
        The names of what the rubric rates, in its order; others come after them.
    """
    found: dict[str, dict[str, list[Pair]]] = {name: {} for name in dimensions}
    for student, _, scores in _rated_by_both(ratings, raters):
        for name, pair in scores.items():
            found.setdefault(name, {}).setdefault(student, []).append(pair)
    found[LEVEL] = found.pop(LEVEL, {})  # last, because it is no score of the rubric
    return tuple(
        _agreement(name, raters, list(by_student.values()))
        for name, by_student in found.items()
        if by_student
    )


def disagreements(
    ratings: Mapping[str, Iterable[Rating]],
    raters: tuple[str, str],
    comments: Mapping[str, Iterable[Comment]] | None = None,
) -> tuple[Disagreement, ...]:
    """Return where two raters differ, the largest differences first.

    Among equal ones, those of the answer on which the two differ most in all come first.

    Parameters
    ----------
    ratings, raters
        As for `agreement`.
    comments
        The current comments on each student's answers, by the student's id.
    """
    said: dict[tuple[str, str, str], list[str]] = {}
    for student, those in (comments or {}).items():
        for comment in those:
            said.setdefault((student, comment.question, comment.rater), []).append(comment.text)
    found: list[tuple[tuple[int, int], Disagreement]] = []
    for student, question, scores in _rated_by_both(ratings, raters):
        in_all = sum(abs(one - other) for one, other in scores.values())
        first, second = (tuple(said.get((student, question, rater), ())) for rater in raters)
        for name, pair in scores.items():
            if pair[0] == pair[1]:
                continue
            one = Disagreement(
                student=student,
                question=question,
                dimension=name,
                raters=raters,
                scores=pair,
                comments=(first, second),
            )
            found.append(((-abs(one.points), -in_all), one))
    found.sort(key=lambda each: each[0])
    return tuple(one for _, one in found)


def other_versions(ratings: Mapping[str, Iterable[Rating]], raters: tuple[str, str]) -> int:
    """Return how many answers the two may have read in different versions of the text."""
    both = (
        (by_rater[raters[0]], by_rater[raters[1]])
        for by_rater in _by_answer(ratings).values()
        if set(raters) <= set(by_rater)
    )
    return sum(
        any(
            number != second.revisions.get(part, number) for part, number in first.revisions.items()
        )
        for first, second in both
    )


def agreement_notes(found: Sequence[Agreement], others: int = 0) -> tuple[str, ...]:
    """Return what to know beside the figures, as plain sentences.

    Parameters
    ----------
    found
        From `agreement`.
    others
        From `other_versions`.
    """
    if not found:
        return ("No answer has been rated by both yet.",)
    first, second = found[0].raters
    notes = []
    if all(one.is_computed for one in found):
        notes += [
            "Kappa is 1 where two raters agree fully, and 0 where they agree no more than by"
            " chance. A difference of two points counts four times as much as one of a point.",
            "The true value lies between the two numbers of an interval in about 95 of 100 cases."
            " The interval leaves out one student at a time.",
        ]
    if any(one.answers < LEAST_ANSWERS or one.students < LEAST_STUDENTS for one in found):
        notes.append(
            f"It takes {LEAST_ANSWERS} answers of {LEAST_STUDENTS} students that both have rated to"
            " say anything."
        )
    scored = [one for one in found if one.dimension != LEVEL]
    count = sum(one.answers for one in scored)
    lean = sum(one.lean * one.answers for one in scored) / count if count else 0
    if abs(lean) >= 0.5:
        more, less = (second, first) if lean > 0 else (first, second)
        notes.append(f"{more} gives {abs(lean):.1f} points more than {less} on average.")
    if others:
        notes.append(
            f"{pluralize(others, 'answer')} may have been rated in different versions of the text."
        )
    if not all(one.is_computed for one in found):
        notes.append(f"Kappa is computed with statsmodels, which isn't installed: run {EXTRA}.")
    return tuple(notes)


def _by_answer(
    ratings: Mapping[str, Iterable[Rating]],
) -> dict[tuple[str, str], dict[str, Rating]]:
    """Return the ratings by student and question, then by rater, in a fixed order."""
    found: dict[tuple[str, str], dict[str, Rating]] = {}
    for student in sorted(ratings):
        for rating in sorted(ratings[student], key=lambda one: (one.question, one.at)):
            found.setdefault((student, rating.question), {})[rating.rater] = rating
    return found


def _rated_by_both(
    ratings: Mapping[str, Iterable[Rating]], raters: tuple[str, str]
) -> Iterator[tuple[str, str, dict[str, Pair]]]:
    """Yield the student, the question and both scores by dimension of each answer."""
    for (student, question), by_rater in _by_answer(ratings).items():
        if not set(raters) <= set(by_rater):
            continue
        first, second = (_scores(by_rater[rater]) for rater in raters)
        both = {name: (score, second[name]) for name, score in first.items() if name in second}
        if both:
            yield student, question, both


def _scores(rating: Rating) -> dict[str, int]:
    level = {} if rating.level_met is None else {LEVEL: int(rating.level_met)}
    return {**rating.scores, **level}


def _agreement(
    dimension: str, raters: tuple[str, str], by_student: Sequence[Sequence[Pair]]
) -> Agreement:
    pairs = [pair for those in by_student for pair in those]
    differences = [second - first for first, second in pairs]
    kappa, interval, is_computed = None, None, True
    if len(pairs) >= LEAST_ANSWERS and len(by_student) >= LEAST_STUDENTS:
        categories = _LEVELS_MET if dimension == LEVEL else _SCORES
        try:
            kappa, interval = _kappa_with_interval(by_student, categories)
        except ImportError:  # what is only counted needs no library
            is_computed = False
    return Agreement(
        dimension=dimension,
        raters=raters,
        answers=len(pairs),
        students=len(by_student),
        equal=differences.count(0),
        within_one=sum(abs(each) <= 1 for each in differences),
        lean=sum(differences) / len(differences),
        kappa=kappa,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        is_computed=is_computed,
    )


def _kappa_with_interval(
    by_student: Sequence[Sequence[Pair]], categories: Sequence[int]
) -> tuple[float | None, tuple[float, float] | None]:
    """Return kappa and its 95% interval; None for what can't be computed."""
    tables = [_table(pairs, categories) for pairs in by_student]
    whole = [
        [sum(cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)
    ]
    kappa = _weighted_kappa(whole)
    if kappa is None:
        return None, None
    without = []
    for table in tables:
        rest = [
            [cell - own for cell, own in zip(row, own_row, strict=True)]
            for row, own_row in zip(whole, table, strict=True)
        ]
        one = _weighted_kappa(rest)
        if one is None:
            return kappa, None
        without.append(_fisher(one))
    count = len(without)
    mean = sum(without) / count
    error = math.sqrt((count - 1) / count * sum((each - mean) ** 2 for each in without))
    if not error:
        return kappa, None
    reach = _t_quantile(count - 1) * error
    return kappa, (math.tanh(_fisher(kappa) - reach), math.tanh(_fisher(kappa) + reach))


def _table(pairs: Iterable[Pair], categories: Sequence[int]) -> list[list[int]]:
    """Return how often the two raters gave each two scores: the first's in rows."""
    counts = Counter(pairs)
    return [[counts[first, second] for second in categories] for first in categories]


def _fisher(kappa: float) -> float:
    return math.atanh(max(-_END, min(_END, kappa)))


def _weighted_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """Return kappa with quadratic weights; None if both gave one and the same score throughout."""
    given = {score for score, row in enumerate(table) if any(row)}
    given |= {score for row in table for score, count in enumerate(row) if count}
    if len(given) < 2:
        return None
    from statsmodels.stats.inter_rater import cohens_kappa

    return float(cohens_kappa(table, wt="quadratic", return_results=False))


def _t_quantile(freedom: int) -> float:
    from scipy.stats import t  # statsmodels brings it

    return float(t.ppf(0.975, freedom))
