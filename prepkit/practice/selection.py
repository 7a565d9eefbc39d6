"""The questions that serve one student best: a greedy cover, with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prepkit.practice.review import review_answer
from prepkit.practice.values import asks_of_bank, published_values
from prepkit.records import STATES, Answer, Basis, Level

if TYPE_CHECKING:
    import pandas as pd

    from prepkit.bank import Bank

WEIGHTS: Mapping[Basis, int] = {"stated": 3, "published value": 2, "inferred": 1}
"""What a company's wish counts. A convention of ours: what a company says that it assesses comes
before what it has merely published, and that before our reading of it."""

FIRST_CATEGORIES: Mapping[Level, tuple[str, ...]] = {
    "senior engineer": (
        "technical-leadership",
        "delivery-and-execution",
        "operations-and-metrics",
        "communication-and-influence",
    ),
    "staff engineer": (
        "technical-leadership",
        "communication-and-influence",
        "strategy-customers-and-change",
        "delivery-and-execution",
    ),
    "engineering manager": (
        "leading-people",
        "coaching-and-careers",
        "conflict-and-hard-conversations",
        "delivery-and-execution",
    ),
    "senior manager": (
        "leading-people",
        "hiring-and-team-building",
        "strategy-customers-and-change",
        "communication-and-influence",
    ),
    "director": (
        "strategy-customers-and-change",
        "communication-and-influence",
        "hiring-and-team-building",
        "judgment-failure-and-values",
    ),
}
"""The categories that each level meets first, where all else is equal; the others follow in the
order of the bank. A convention of ours, after what separates the levels: who acted (oneself, a
team, other managers), how many were affected, and how far ahead it reached."""


def select_questions(
    bank: Bank,
    answers: Mapping[str, Answer],
    *,
    companies: Sequence[str] = (),
    level: Level | None = None,
    categories: Sequence[str] = (),
    count: int = 5,
) -> pd.DataFrame:
    """Return the questions for one student, the most useful first.

    They are taken one by one, each time the one that adds most. A question adds what its companies
    look for (see `WEIGHTS`), as far as nothing covers it yet: a chosen question and a complete
    answer cover it, an answer with findings of `review_answer` by half. The more of a company or
    of a category is covered, the less a further question about it adds: with n covered it is
    divided by n + 1, so that each company gets a look, and the categories come in turn. Where no
    company is left to serve, the category alone decides. Among equals, one that was begun comes
    first, then the categories of the level (see `FIRST_CATEGORIES`), then the order of the bank.
    Complete answers come back only where they are worth it: those with findings before those
    without, which are last.

    All of this is convention: a greedy cover, which takes what adds most again and again.

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

    Returns
    -------
    pandas.DataFrame
        One row a question, in the order to practise them: question (its id), category,
        category_title, number, text; companies (a tuple: which of those given list it); values (a
        tuple: the value that each of them names, empty where none is published); state (ordered
        categorical: untouched, started, complete); missing (the first part without text, NA when
        complete); findings (how many a complete answer has); reason (a sentence for the student).
    """
    import pandas as pd

    pool = _Pool(bank, answers, companies, level)
    rows: list[tuple[_Candidate, str]] = []
    left = [each for each in pool.candidates if not categories or each.category in categories]
    while left and len(rows) < count:
        best = min(left, key=pool.rank)
        left.remove(best)
        rows.append((best, pool.reason(best)))
        pool.choose(best)
    chosen = [each for each, _ in rows]

    def texts(of: Callable[[_Candidate], str | None]) -> Any:
        return pd.array([of(each) for each in chosen], dtype="str")

    slugs = [category.slug for category in bank.categories]
    states = pd.Categorical([each.state for each in chosen], categories=STATES, ordered=True)
    return pd.DataFrame(
        {
            "question": texts(lambda each: each.question),
            "category": pd.Categorical([each.category for each in chosen], slugs),
            "category_title": texts(lambda each: each.title),
            "number": pd.array([each.number for each in chosen], dtype="int64"),
            "text": texts(lambda each: each.text),
            "companies": _tuples([wish.company for wish in each.wishes] for each in chosen),
            "values": _tuples([wish.value for wish in each.wishes] for each in chosen),
            "state": states,
            "missing": texts(lambda each: each.missing),
            "findings": pd.array([each.findings for each in chosen], dtype="int64"),
            "reason": pd.array([reason for _, reason in rows], dtype="str"),
        }
    )


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a company looks for with a question."""

    company: str
    value: str
    """Empty where the company has published none."""
    basis: Basis
    key: tuple[str, str]
    """What there is to cover: the company's value, or our reading of it for this question."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: str
    category: str
    title: str
    number: int
    text: str
    wishes: tuple[_Wish, ...]
    state: str
    missing: str | None
    findings: int
    order: tuple[int, int]
    """The place of its category for the level, and its own in the bank."""

    @property
    def covers(self) -> float:
        """How far its answer covers what it is about: by half, if the checks have a remark."""
        return (0.5 if self.findings else 1.0) if self.state == "complete" else 0.0


class _Pool:
    """The candidates of one choice, and what is covered so far."""

    def __init__(
        self,
        bank: Bank,
        answers: Mapping[str, Answer],
        companies: Sequence[str],
        level: Level | None,
    ) -> None:
        self.candidates = _candidates(bank, answers, companies, level)
        self._companies = companies
        self._begun = any(each.state != "untouched" for each in self.candidates)
        self._covered: dict[tuple[str, str], float] = defaultdict(float)
        self._by_company: dict[str, float] = defaultdict(float)
        self._by_category: dict[str, float] = defaultdict(float)
        done = [each for each in self.candidates if each.state == "complete"]
        self._told = {each.category for each in done}
        for each in done:
            self._cover(each, each.covers)

    def choose(self, candidate: _Candidate) -> None:
        """Count what `candidate` covers, as if its answer were complete and sound."""
        self._cover(candidate, 1.0)

    def rank(self, candidate: _Candidate) -> tuple[float, float, bool, tuple[int, int]]:
        """Return what candidates are sorted by, the best first."""
        share = 1 + self._by_category[candidate.category]
        adds = 0.0
        for wish in candidate.wishes:
            open_part = 1 - self._covered[wish.key]
            adds += WEIGHTS[wish.basis] * open_part / (1 + self._by_company[wish.company])
        # Rounded, so that equals are equal whatever the order in which they were added up.
        return (
            -round(adds / share, 9),
            -round((1 - candidate.covers) / share, 9),
            candidate.state != "started",
            candidate.order,
        )

    def reason(self, candidate: _Candidate) -> str:
        """Return why `candidate` is chosen now, in one sentence."""
        opens = {wish: 1 - self._covered[wish.key] for wish in candidate.wishes}
        most = max(opens.values(), default=0.0)
        wishes = [wish for wish, part in opens.items() if part == most > 0]
        if wishes:
            return f"{_wished(wishes)}{self._standing(candidate, most)}."
        if self._companies:
            if candidate.wishes:
                head = "What your companies look for in it is covered already"
            else:
                head = "None of your companies lists it"
            head += f"; it adds a story on {candidate.title}"
        else:
            again = self._by_category[candidate.category] > 0
            head = f"A {'further' if again else 'first'} story on {candidate.title}"
        return f"{head}{self._standing(candidate, 0.0)}."

    def _standing(self, candidate: _Candidate, open_part: float) -> str:
        """Return how the student stands with it, to follow a sentence without its full stop."""
        if candidate.state == "started":
            return f"; you have begun it, and {str(candidate.missing).capitalize()} is still empty"
        if candidate.state == "complete":
            points = f"{candidate.findings} point{'' if candidate.findings == 1 else 's'}"
            if candidate.findings:
                return f"; your answer is complete, with {points} to look at again"
            return "; your answer is complete, so tell it aloud again"
        if 0 < open_part < 1:
            return "; the answer you have for that is worth a second look"
        if open_part and self._begun:
            return "; no complete answer of yours is about that yet"
        if self._begun and candidate.category not in self._told:
            return "; you have no complete answer there yet"
        return ""

    def _cover(self, candidate: _Candidate, part: float) -> None:
        # What was covered by half before adds the other half.
        self._by_category[candidate.category] += part
        for wish in candidate.wishes:
            more = max(0.0, part - self._covered[wish.key])
            self._covered[wish.key] += more
            self._by_company[wish.company] += more


def _candidates(
    bank: Bank, answers: Mapping[str, Answer], companies: Sequence[str], level: Level | None
) -> list[_Candidate]:
    slugs = [category.slug for category in bank.categories]
    first = [slug for slug in FIRST_CATEGORIES.get(level, ()) if slug in slugs] if level else []
    places = {slug: place for place, slug in enumerate(dict.fromkeys([*first, *slugs]))}
    published = published_values(bank)
    wishes: dict[str, list[_Wish]] = defaultdict(list)
    for question_id, company, value, basis in asks_of_bank(bank):
        if company in companies:
            # Of a value that its company has replaced, no more is known than our reading.
            kept = basis if value in published[company] else "inferred"
            key = (company, value or question_id)
            wishes[question_id].append(_Wish(company, value, kept, key))
    questions = bank.questions
    columns = ("category", "category_title", "number", "text")
    rows = zip(questions.index, *(questions[name].tolist() for name in columns), strict=True)
    nothing = Answer(question="none")
    found = []
    for place, (question_id, category, title, number, text) in enumerate(rows):
        answer = answers.get(question_id, nothing)
        parts = bank[question_id].question.parts
        state, missing = answer.state(parts), answer.first_missing(parts)
        found.append(
            _Candidate(
                question=question_id,
                category=category,
                title=title,
                number=number,
                text=text,
                wishes=tuple(wishes[question_id]),
                state=state,
                missing=missing,
                findings=len(review_answer(answer, parts)) if state == "complete" else 0,
                order=(places[category], place),
            )
        )
    return found


def _wished(wishes: Sequence[_Wish]) -> str:
    """Return what whom it is for, on what basis; beyond two values, how many more companies."""
    named = sorted(
        (wish for wish in wishes if wish.basis != "inferred"),
        key=lambda wish: -WEIGHTS[wish.basis],
    )[:2]
    if not named:
        names = " and ".join(wish.company for wish in wishes[:2])
        head, told = f"{names} may listen for this (inferred: our reading)", wishes[:2]
    else:
        values = [f"“{wish.value}” ({wish.company}, {wish.basis})" for wish in named]
        head, told = f"It probes {' and '.join(values)}", named
    more = len(wishes) - len(told)
    if not more:
        return head
    count = {1: "one", 2: "two", 3: "three", 4: "four"}.get(more, str(more))
    return f"{head}, and {count} more of your companies list{'s' if more == 1 else ''} it"


def _tuples(rows: Iterable[Iterable[str]]) -> Any:
    import pandas as pd

    return pd.Series([tuple(row) for row in rows], dtype="object")
