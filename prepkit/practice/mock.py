"""Mock interviews: which questions are asked in a round, and why. Pure: takes `now` and a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from prepkit.forms import Form
from prepkit.practice.coverage import published_values
from prepkit.practice.debriefs import Setback
from prepkit.practice.mock_rounds import MockRound
from prepkit.practice.progress import due_frame
from prepkit.practice.selection import GUESSED, WEIGHTS, value_shown
from prepkit.provenance import Basis
from prepkit.records import Answer, Level, Review, SourcedAsk, State
from prepkit.text import format_day

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A question of a mock interview, and why it is asked."""

    question: str
    reason: str


def part_shares(form: Form) -> tuple[tuple[float, float], ...]:
    """Return which share of a spoken answer each part usually has, the least and the most.

    They come from the usual words of the parts: a part's least and most words, beside the middle
    of all others.
    """
    middles = [sum(part.words) / 2 for part in form.parts]
    shares = []
    for part, middle in zip(form.parts, middles, strict=True):
        others = sum(middles) - middle
        least, most = (round(words / (words + others), 2) for words in part.words)
        shares.append((least, most))
    return tuple(shares)


def draw_questions(
    bank: Bank,
    chosen: MockRound,
    minutes: int,
    *,
    now: datetime,
    seed: int,
    answers: Mapping[str, Answer] | None = None,
    reviews: Iterable[Review] = (),
    planned: Collection[str] = (),
    company: str = "",
    level: Level | None = None,
    setbacks: Mapping[str, Setback] | None = None,
) -> tuple[Drawn, ...]:
    """Return the questions of a mock interview, each once, with the reason why it was drawn.

    They are drawn one by one, each time the question that counts most: what went badly in an
    interview comes first, and then what is due. Then what the company looks for, more so if no
    complete answer shows it yet; what the plan has; what is written and was never said out loud;
    categories without a complete answer, and those that come early at the level. What was practised
    and isn't due yet comes last. Categories and values take turns, and a little chance lets
    evenings differ. All of this is a rule of thumb of ours, not research.

    Parameters
    ----------
    bank
        Where the questions are.
    chosen
        A round of `mock_rounds`.
    minutes
        How long it is; it decides how many questions there are.
    now
        The present moment, with a time zone.
    seed
        The same one gives the same questions.
    answers, reviews
        What the candidate has written and practised so far.
    planned
        The ids of the questions of the candidate's plan.
    company
        Whom to prepare for, as the bank writes it; a company's own round knows that itself.
    level
        The level to prepare for.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.
    """
    chance = random.Random(seed)
    draw = _Draw(
        bank,
        answers or {},
        reviews,
        planned,
        chosen.company or company,
        level,
        setbacks or {},
        now,
    )
    # With a chance for every question of the bank: one that is added at the end changes no other.
    chances = {question: chance.random() / 2 for question in bank}
    in_round = [bank[one] for one in bank if chosen.topic.holds(bank[one].question)]
    known = {*planned, *(setbacks or {})}
    # A round that is about another level has questions too, if it is chosen.
    for_level = [one for one in in_round if one.category.is_for(level) or one.id in known]
    left = for_level or in_round
    found = []
    for _ in range(min(chosen.questions(minutes), len(left))):
        best = max(left, key=lambda entry: draw.weight(entry) + chances[entry.id])
        left.remove(best)
        found.append(Drawn(question=best.id, reason=draw.reason(best)))
        draw.take(best)
    # Whoever interviews you wants to know first who you are.
    found.sort(key=lambda one: bank[one.question].question.kind != "introduction")
    return tuple(found)


@dataclass(slots=True)
class _Draw:
    """What is known when the next question is drawn."""

    bank: Bank
    answers: Mapping[str, Answer]
    reviews: Iterable[Review]
    planned: Collection[str]
    company: str
    level: Level | None
    setbacks: Mapping[str, Setback]
    now: datetime
    _due: dict[str, tuple[bool, datetime]] = field(init=False)
    _values: Mapping[str, Basis] = field(init=False)
    _states: dict[str, State] = field(init=False)
    _categories: Counter[str] = field(init=False, default_factory=Counter)
    """How many questions of each category were drawn already."""
    _shown: set[str] = field(init=False)
    """The values of the company that a complete answer shows, or a question drawn already."""
    _written: set[str] = field(init=False)
    """The categories that have a complete answer."""

    def __post_init__(self) -> None:
        frame = due_frame(self.reviews, self.now)
        columns = (frame[name] for name in ("question", "is_due", "due"))
        self._due = {one: (is_due, due) for one, is_due, due in zip(*columns, strict=True)}
        self._values = published_values(self.bank).get(self.company, {})
        entries = [self.bank[one] for one in self.bank]
        self._states = {
            entry.id: self.answers.get(entry.id, Answer(question=entry.id)).state(entry.parts)
            for entry in entries
        }
        done = [entry for entry in entries if self._states[entry.id] == "complete"]
        self._shown = {ask.value or entry.id for entry in done for ask in self._asks(entry)}
        self._written = {entry.question.category for entry in done}

    def take(self, entry: Entry) -> None:
        """Note that a question was drawn."""
        self._categories[entry.question.category] += 1
        self._shown |= {ask.value or entry.id for ask in self._asks(entry)}

    def weight(self, entry: Entry) -> float:
        """Return how much a question counts now."""
        category = entry.question.category
        total = sum(weight for weight, _ in self._reasons(entry))
        return total - 2 * self._categories[category]

    def reason(self, entry: Entry) -> str:
        """Return the two weightiest reasons for a question, as sentences."""
        reasons = sorted(self._reasons(entry), key=lambda one: -one[0])
        return " ".join(f"{text}." for _, text in reasons[:2])

    def _asks(self, entry: Entry) -> list[SourcedAsk]:
        return [ask for ask in entry.asks if ask.company == self.company]

    def _reasons(self, entry: Entry) -> Iterator[tuple[float, str]]:
        """Yield what speaks for a question or against it, with its weight."""
        yield self._practice(entry)
        if entry.id in self.setbacks:
            # So much that nothing comes before it, although it may have been practised today.
            yield 12, self.setbacks[entry.id].reason.removesuffix(".")
        if entry.id in self.planned:
            yield 2, "It is in your plan"
        for ask in self._asks(entry)[:1]:
            # For a value that its company has since replaced, all we have is our own reading.
            basis = self._values.get(ask.value or "", "inferred")
            is_new = (ask.value or entry.id) not in self._shown
            told = f"{ask.company} {GUESSED}"
            if basis != "inferred":
                told = f"It lets you show {value_shown(ask.value or '', ask.company, basis)}"
            if is_new and self._written:
                told = f"{told}; you have no complete answer for that yet"
            yield WEIGHTS[basis] / (1 if is_new else 2), told
        title = entry.category.title
        if entry.question.category not in self._written and self._written:
            yield 1, f"You have no complete answer on {title} yet"
        if self.level and (rank := entry.category.first_for.get(self.level)):
            yield 1 / rank, f"{title} comes early for this level"

    def _practice(self, entry: Entry) -> tuple[float, str]:
        """Return what the last practice of a question says, or that there was none."""
        state = self._states[entry.id]
        if entry.id in self._due:
            is_due, due = self._due[entry.id]
            day = due.astimezone(self.now.tzinfo).date()
            told = format_day(day, weekday=True, year=day.year != self.now.year)
            if not is_due:
                return -4, f"You practised it, and it isn't due before {told}"
            return 4, "Due today" if day == self.now.date() else f"Due since {told}"
        if state == "complete":
            return 2, "Written, but never said out loud"
        if state == "started":
            return 1.2, "You have started it: saying it out loud shows what is missing"
        return 0.1, "You haven't practised it yet"
