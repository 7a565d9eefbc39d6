"""The questions that help one student most, and why: a greedy set cover. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prepkit.practice.coverage import published_values
from prepkit.practice.debriefs import Setback
from prepkit.practice.gaps import first_gap
from prepkit.practice.review import review_answer
from prepkit.provenance import Basis
from prepkit.records import STATES, Answer, Level, Question, SourcedAsk, State
from prepkit.text import pluralize, spell
from prepkit.typed_frame import TUPLES, beside, one_of, typed_frame

if TYPE_CHECKING:
    import pandas as pd

    from prepkit.bank import Bank

GUESSED = "may look for this (our reading: no published value says so)"
"""What is said of a company with no published value behind a question."""
WEIGHTS: Mapping[Basis, int] = {"stated": 3, "published value": 2, "inferred": 1}
"""How much it counts that a company looks for something. A rule of thumb of ours: what a company
says it assesses comes before what it has only published, and that before our own reading."""

_COLUMNS = {
    "companies": TUPLES,
    "values": TUPLES,
    "state": one_of(STATES, ordered=True),
    "missing": "str",
    "gap": "str",
    "findings": "int64",
    "reason": "str",
}


def select_questions(
    bank: Bank,
    answers: Mapping[str, Answer],
    *,
    companies: Sequence[str] = (),
    level: Level | None = None,
    categories: Sequence[str] = (),
    count: int = 5,
    setbacks: Mapping[str, Setback] | None = None,
) -> pd.DataFrame:
    """Return the questions for one student, the most useful first.

    What went badly in an interview comes first. Of the others, the most useful are chosen.
    They are taken one by one, each time the question that adds most. A question adds what its
    companies look for (see `WEIGHTS`), except what is covered already. A chosen question or a
    complete answer covers what it is about; a complete answer with findings of `review_answer`
    covers half. The more of a company or a category is covered, the less another question about
    it adds: with n covered, what it adds is divided by n + 1. So every company gets a look, and
    the categories take turns. Where the companies have nothing left to cover, the category alone
    decides. Among equals, a started answer comes first, then the categories that matter first at
    the level (`Category.first_for`), then the order of the bank. Complete answers come last: first
    those with findings, then those without.

    All of this is a rule of thumb, not research.

    Parameters
    ----------
    bank
        Where the questions are.
    answers
        The stored answers by question id; those to questions that the bank lacks are left out.
    companies
        The companies to prepare for, as the bank writes them.
    level
        The level to prepare for.
    categories
        Slugs of the only categories to choose from; empty for all.
    count
        How many questions, at most.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.

    Returns
    -------
    pandas.DataFrame
        One row per question, in the order to practise them: question (its id), category,
        category_title, number, kind, text; companies (a tuple: which of those given list it);
        values (a tuple: the value that each of them names, empty where none is published); state
        (ordered categorical: untouched, started, complete); missing (the first part with too few
        words, NA when complete); gap (what it lacks, in words, NA when complete); findings (how
        many a complete answer has, 0 for others); reason (a sentence for the student).
    """
    chosen = choose(
        bank,
        answers,
        companies=companies,
        level=level,
        categories=categories,
        count=count,
        setbacks=setbacks,
    )
    questions = bank.questions.loc[[one.question.id for one, _ in chosen]]
    return beside(questions, typed_frame(_COLUMNS, [one.row(reason) for one, reason in chosen]))


def choose(
    bank: Bank,
    answers: Mapping[str, Answer],
    *,
    companies: Sequence[str] = (),
    level: Level | None = None,
    categories: Sequence[str] = (),
    count: int = 5,
    states: Collection[State] = STATES,
    setbacks: Mapping[str, Setback] | None = None,
    first: Sequence[str] = (),
) -> list[tuple[Candidate, str]]:
    """Return what `select_questions` does, without a frame: each question, and why it is chosen.

    `states` are those of answers to choose from. `first` are questions that stay chosen, before
    all others.
    """
    setbacks = setbacks or {}
    cover = _GreedyCover(_candidates(bank, answers, companies, level), companies)
    known = {one.question.id: one for one in cover.candidates}
    stay = [(known[one], cover.take(known[one])) for one in first]
    count -= len(stay)

    def may_be_asked(one: Candidate) -> bool:
        return one.is_for_level or one.question.id in setbacks

    left = [
        one
        for one in cover.candidates
        if one.state in states
        and (one.category in categories if categories else may_be_asked(one))
        and one.question.id not in first
    ]
    again = [one for one in left if one.question.id in setbacks]
    again.sort(key=lambda one: list(setbacks).index(one.question.id))
    bad = [(one, _after(setbacks, one, cover.take(one))) for one in again[:count]]
    others = [one for one in left if one not in again]
    return [*stay, *bad, *cover.choices(others, count - len(bad))]


def explain(
    bank: Bank,
    answers: Mapping[str, Answer],
    chosen: Sequence[str],
    *,
    companies: Sequence[str] = (),
    level: Level | None = None,
    setbacks: Mapping[str, Setback] | None = None,
) -> list[tuple[Candidate, str]]:
    """Return questions that were chosen on an earlier day, in their order, as `choose` does now.

    Parameters
    ----------
    bank, answers, companies, level, setbacks
        As in `select_questions`.
    chosen
        The ids of the questions; the bank has all of them.
    """
    cover = _GreedyCover(_candidates(bank, answers, companies, level), companies)
    known = {one.question.id: one for one in cover.candidates}
    taken = [(known[one], cover.take(known[one])) for one in chosen]
    return [(one, _after(setbacks or {}, one, reason)) for one, reason in taken]


def _after(setbacks: Mapping[str, Setback], candidate: Candidate, reason: str) -> str:
    """Return a reason, after what went badly with this question in an interview."""
    setback = setbacks.get(candidate.question.id)
    return f"{setback.reason} {reason}" if setback else reason


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a company of the student looks for with a question."""

    company: str
    value: str
    """Empty where the company has published none."""
    basis: Basis
    goal: tuple[str, str]
    """What can be covered: the company's value, or without one our reading for this question."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be chosen, and the status of its answer."""

    question: Question
    title: str
    """The title of its category."""
    asks: tuple[_Ask, ...]
    state: State
    missing: str | None
    """The first part with too few words; None when complete."""
    gap: str | None
    """What it lacks, in words; None when complete."""
    findings: int
    """How many suggestions a complete answer has."""
    is_for_level: bool
    """Whether somebody is asked about its category who applies for the student's level."""
    order: tuple[int, int]
    """The place of its category at this level, and its own place in the bank."""

    @property
    def category(self) -> str:
        """The slug of its category."""
        return self.question.category

    @property
    def covers(self) -> float:
        """How much of what it is about its answer covers: half if there are findings, else all."""
        return (0.5 if self.findings else 1.0) if self.state == "complete" else 0.0

    def row(self, reason: str) -> tuple[Any, ...]:
        """Return the values of `_COLUMNS`."""
        companies = tuple(ask.company for ask in self.asks)
        values = tuple(ask.value for ask in self.asks)
        return companies, values, self.state, self.missing, self.gap, self.findings, reason


class _GreedyCover:
    """Chooses among candidates, and remembers what is covered so far."""

    def __init__(self, candidates: Sequence[Candidate], companies: Sequence[str]) -> None:
        self.candidates = candidates
        self._companies = companies
        self._has_begun = any(one.state != "untouched" for one in candidates)
        self._covered: dict[tuple[str, str], float] = defaultdict(float)
        self._by_company: dict[str, float] = defaultdict(float)
        self._by_category: dict[str, float] = defaultdict(float)
        done = [one for one in candidates if one.state == "complete"]
        self._answered = {one.category for one in done}
        for one in done:
            self._cover(one, one.covers)

    def choices(
        self, candidates: Sequence[Candidate], count: int
    ) -> Iterator[tuple[Candidate, str]]:
        """Yield up to `count` of `candidates`, each time the one that adds most, and why."""
        left = list(candidates)
        for _ in range(min(count, len(left))):
            best = min(left, key=self._rank)
            left.remove(best)
            yield best, self.take(best)

    def take(self, candidate: Candidate) -> str:
        """Choose a candidate, and return why, in one sentence."""
        reason = self._reason(candidate)
        # From here on as if its answer were complete: the student is going to write it.
        self._cover(candidate, 1.0)
        return reason

    def _rank(self, candidate: Candidate) -> tuple[float, float, bool, tuple[int, int]]:
        """Return a key that sorts candidates, best first."""
        share = 1 + self._by_category[candidate.category]
        adds = 0.0
        for ask in candidate.asks:
            adds += WEIGHTS[ask.basis] * self._open(ask) / (1 + self._by_company[ask.company])
        # Rounded: sums of floats depend on the order, and equals have to be equal.
        return (
            -round(adds / share, 9),
            -round((1 - candidate.covers) / share, 9),
            candidate.state != "started",
            candidate.order,
        )

    def _reason(self, candidate: Candidate) -> str:
        """Return why `candidate` is chosen now, in one sentence."""
        most = max(map(self._open, candidate.asks), default=0.0)
        asks = [ask for ask in candidate.asks if self._open(ask) == most > 0]
        if asks:
            return f"{_asked_for(asks)}{self._so_far(candidate, most)}."
        if not self._companies:
            again = self._by_category[candidate.category] > 0
            head = f"{'Another' if again else 'A first'} story on {candidate.title}"
        elif candidate.asks:
            head = (
                "You already cover what your companies look for in it; it adds a story on "
                f"{candidate.title}"
            )
        else:
            head = f"None of your companies lists it; it adds a story on {candidate.title}"
        return f"{head}{self._so_far(candidate, 0.0)}."

    def _so_far(self, candidate: Candidate, open_part: float) -> str:
        """Return what the student has of it so far, to add to a sentence before its full stop."""
        if candidate.state == "started":
            return f"; you have started it. {candidate.gap}"
        if candidate.state == "complete" and candidate.findings:
            points = pluralize(candidate.findings, "suggestion")
            return f"; your answer is complete, with {points} for a second look"
        if candidate.state == "complete":
            return "; your answer is complete, so practise it out loud again"
        if 0 < open_part < 1:
            return "; the answer you have for that is worth a second look"
        if open_part and self._has_begun:
            return "; you have no complete answer for that yet"
        if self._has_begun and candidate.category not in self._answered:
            return "; you have no complete answer there yet"
        return ""

    def _open(self, ask: _Ask) -> float:
        """Return how much of an ask isn't covered yet, from 0 to 1."""
        return 1 - self._covered[ask.goal]

    def _cover(self, candidate: Candidate, part: float) -> None:
        # What was half covered before adds only the other half.
        self._by_category[candidate.category] += part
        for ask in candidate.asks:
            more = max(0.0, part - self._covered[ask.goal])
            self._covered[ask.goal] += more
            self._by_company[ask.company] += more


def _candidates(
    bank: Bank, answers: Mapping[str, Answer], companies: Sequence[str], level: Level | None
) -> list[Candidate]:
    # A stable sort: categories without a place at this level follow in the order of the bank.
    categories = sorted(
        bank.categories, key=lambda one: one.first_for.get(level, math.inf) if level else 0
    )
    ranks = {category.slug: rank for rank, category in enumerate(categories)}
    published = published_values(bank)
    found = []
    for place, entry in enumerate(bank[one] for one in bank):
        question = entry.question
        answer = answers.get(entry.id, Answer(question=entry.id))
        state = answer.state(question.parts)
        missing, gap = first_gap(answer, question.parts)
        asks = [ask for ask in entry.asks if ask.company in companies]
        found.append(
            Candidate(
                question=question,
                title=entry.category.title,
                asks=tuple(_ask(ask, entry.id, published[ask.company]) for ask in asks),
                state=state,
                missing=missing,
                gap=gap,
                findings=len(review_answer(answer, question.kind)) if state == "complete" else 0,
                is_for_level=entry.category.is_for(level),
                order=(ranks[question.category], place),
            )
        )
    return found


def _ask(ask: SourcedAsk, question: str, published: Mapping[str, Basis]) -> _Ask:
    value = ask.value or ""
    # For a value that its company has since replaced, all we have is our own reading.
    basis = ask.basis if value in published else "inferred"
    return _Ask(ask.company, value, basis, goal=(ask.company, value or question))


def _asked_for(asks: Sequence[_Ask]) -> str:
    """Return which values or companies a question is for: two, and how many more there are."""
    named = sorted(
        (ask for ask in asks if ask.basis != "inferred"), key=lambda ask: -WEIGHTS[ask.basis]
    )
    if named:
        told = [value_shown(ask.value, ask.company, ask.basis) for ask in named[:2]]
        head = f"It lets you show {', and '.join(told)}"
    else:
        told = [ask.company for ask in asks[:2]]
        head = f"{' and '.join(told)} {GUESSED}"
    more = len(asks) - len(told)
    if not more:
        return head
    return f"{head}, and {spell(more)} more of your companies list{'s' if more == 1 else ''} it"


def value_shown(value: str, company: str, basis: Basis) -> str:
    """Return a published value, and how it is known that its company looks for it, in words."""
    if basis == "stated":
        return f"“{value}”, which {company} says it assesses"
    return f"“{value}”, a published value of {company}"
