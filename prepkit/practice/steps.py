"""What to do next where there is no date to plan for. Pure: takes `now` as an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from prepkit.practice.debriefs import Setback
from prepkit.practice.gaps import first_gap
from prepkit.practice.plan_rules import STEPS, Step
from prepkit.practice.progress import day_in, due_moments
from prepkit.practice.selection import choose
from prepkit.records import Answer, Level, Review, State
from prepkit.text import format_day

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

Next = Literal["review", "continue", "rehearse", "begin"]
"""What can be done next, most urgent first."""

_AS_IN_PLANS: Mapping[Next, Step] = {
    "review": "tell",
    "continue": "finish",
    "rehearse": "tell",
    "begin": "write",
}
_NOT_STARTED: tuple[State, ...] = ("untouched",)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing to do, about one question."""

    question: str
    step: Next
    sentence: str
    reason: str = ""
    """Why this question, where there are others to begin with."""

    @property
    def minutes(self) -> int:
        """About how long it takes, as in a plan."""
        minutes, _ = STEPS[_AS_IN_PLANS[self.step]]
        return minutes


def next_steps(
    bank: Bank,
    answers: Mapping[str, Answer],
    reviews: Iterable[Review],
    now: datetime,
    *,
    companies: Sequence[str] = (),
    level: Level | None = None,
    limit: int = 5,
    setbacks: Mapping[str, Setback] | None = None,
) -> tuple[NextStep, ...]:
    """Return what to do next, one plain sentence per question.

    First what went badly in an interview. Then what is due to be practised again, the longest
    overdue first; it may have been said in a mock interview and never written. Then the answers in
    progress, the last changed first. Then those that were said out loud and never written, and
    complete ones that were never said. Then questions that aren't started, chosen as in
    `select_questions`. A complete answer that isn't due yet has no step, unless it went badly.

    Parameters
    ----------
    bank, answers, reviews
        The questions, and what the candidate has written and practised so far.
    now
        The present moment, with a time zone: an answer is due on the whole of its day there.
    companies, level
        What to prepare for, if that is known: it decides which questions to begin with.
    limit
        How many steps at most.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.
    """
    due = {question: day_in(moment, now) for question, moment in due_moments(reviews).items()}
    found = {one.question: one for one in _urgent(bank, answers, due, now)}
    # What was said and never written is urgent, and may be chosen here again.
    chosen = choose(
        bank, answers, companies=companies, level=level, count=limit, states=_NOT_STARTED
    )
    for candidate, reason in chosen:
        one = candidate.question.id
        sentence = beginning(bank[one])
        step = NextStep(question=one, step="begin", sentence=sentence, reason=reason)
        found.setdefault(one, step)
    again = {
        one: _after(setback, found.get(one))
        for one, setback in (setbacks or {}).items()
        if one in bank
    }
    rest = {one: step for one, step in found.items() if one not in again}
    return (*again.values(), *rest.values())[:limit]


def _after(setback: Setback, step: NextStep | None) -> NextStep:
    """Return what to do about a question that went badly in an interview, and what happened."""
    sentence = "Say it out loud again."
    step = step or NextStep(question=setback.question, step="review", sentence=sentence)
    return replace(step, sentence=f"{setback.reason} {step.sentence}", reason="")


def _urgent(
    bank: Bank, answers: Mapping[str, Answer], due: Mapping[str, date], now: datetime
) -> Iterator[NextStep]:
    """Yield what is due, what is in progress, what was only said, and what was only written."""
    states = {one: answers[one].state(bank[one].parts) for one in bank if one in answers}
    # By the day, not by the hour: who is told "on Tuesday" may come at any time on Tuesday.
    back = [one for one in bank if one in due and due[one] <= now.date()]
    for one in sorted(back, key=lambda one: due[one]):
        then = "" if states.get(one, "untouched") != "untouched" else ", then write it down"
        sentence = f"{due_since(due[one], now)}: say it out loud again{then}."
        yield NextStep(question=one, step="review", sentence=sentence)
    rest = [one for one in bank if one not in back]
    begun = [one for one in rest if states.get(one) == "started"]
    for one in sorted(begun, key=lambda one: _changed(answers[one]), reverse=True):
        _, gap = first_gap(answers[one], bank[one].parts)
        yield NextStep(question=one, step="continue", sentence=f"Keep writing. {gap}.")
    for one in rest:
        if one in due and states.get(one, "untouched") == "untouched":
            sentence = "You have said it out loud. Now write it down, while you remember it."
            yield NextStep(question=one, step="begin", sentence=sentence)
    for one in rest:
        if states.get(one) == "complete" and one not in due:
            sentence = "Written but not spoken yet: say it out loud once, with the timer running."
            yield NextStep(question=one, step="rehearse", sentence=sentence)


def _changed(answer: Answer) -> datetime:
    assert answer.updated, "an answer with text was saved"
    return answer.updated


def due_since(due: date, now: datetime) -> str:
    """Return such as ``Due today`` or ``Due since Monday 30 November``."""
    if due >= now.date():
        return "Due today"
    return f"Due since {format_day(due, weekday=True, year=due.year != now.year)}"


def beginning(entry: Entry) -> str:
    """Return how to start an answer: where several are listed, this is said once."""
    if entry.question.kind == "past-event":
        return "Start with one event: where it happened and what was at stake."
    first, *_ = entry.question.form.parts
    return f"Start with “{first.title}”. {first.prompt}"
