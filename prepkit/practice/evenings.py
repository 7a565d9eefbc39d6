"""A candidate's own plan, evening by evening, with the same questions from day to day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from prepkit.answers.planned import Planned
from prepkit.errors import PrepkitError
from prepkit.practice.names import company_name, unknown
from prepkit.practice.plan import plan_frame, plan_note
from prepkit.practice.selection import select_questions
from prepkit.records import LEVELS, Answer, Review
from prepkit.text import format_day

if TYPE_CHECKING:
    from prepkit.bank import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What to do on one evening."""

    day: date
    left: int
    """How many evenings of the plan are left with this one: 1 for the last."""
    minutes: int
    tasks: tuple[str, ...]
    """Sentences that name questions by their number."""
    numbers: tuple[int, ...]
    """The numbers of these questions, from 1."""

    def __str__(self) -> str:
        day = format_day(self.day, weekday=True, year=False)
        return f"{day} ({self.minutes} min): {' '.join(self.tasks)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePlan:
    """A candidate's plan from today to the interview."""

    name: str
    """What calendars know it by."""
    interview: date
    note: str
    """How much time there is, and which questions get no evening."""
    questions: Mapping[str, str]
    """The texts of the questions by id, the most important first."""
    evenings: tuple[Evening, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan as plain lines, one per question and one per evening."""
        numbered = (f"{n}. {text}" for n, text in enumerate(self.questions.values(), 1))
        interview = f"{format_day(self.interview, weekday=True, year=False)}: your interview"
        return (self.note, "", *numbered, "", *map(str, self.evenings), interview)


def settle(
    bank: Bank,
    answers: Mapping[str, Answer],
    wanted: Planned,
    kept: Planned,
    *,
    today: date,
    new_name: str,
) -> Planned:
    """Return what is wanted, with its companies as the bank writes them and its questions chosen.

    The questions stay those of the plan before, as long as it is made for the same companies, level
    and number of questions, and its interview isn't over.

    Parameters
    ----------
    bank, answers
        Where the questions are chosen from; they are chosen as in `select_questions`.
    wanted
        What the plan is to be made for; its questions and name don't count.
    kept
        What the plan before was made for.
    today
        The day of the first evening.
    new_name
        What calendars are to know it by, if it is a new plan.

    Raises
    ------
    PrepkitError
        If there is no interview date, or it is over, or there is no such company or level.
    """
    if wanted.interview is None:
        raise PrepkitError(
            "We don't know when your interview is, so there is no plan yet. Give its date first."
        )
    if wanted.interview < today:
        raise PrepkitError(
            f"{format_day(wanted.interview)} is over. Give the date of your next interview."
        )
    if wanted.level and wanted.level not in LEVELS:
        raise unknown("level", wanted.level, LEVELS)
    companies = tuple(dict.fromkeys(company_name(bank, name) for name in wanted.companies))
    goes_on = bool(kept.name and kept.interview and kept.interview >= today)
    same = (kept.companies, kept.level, kept.count) == (companies, wanted.level, wanted.count)
    questions = kept.questions
    if not (goes_on and same and questions and all(one in bank for one in questions)):
        chosen = select_questions(
            bank, answers, companies=companies, level=wanted.level, count=wanted.count
        )
        questions = tuple(chosen["question"])
    return wanted.model_copy(
        update={
            "companies": companies,
            "questions": questions,
            "name": kept.name if goes_on else new_name,
        }
    )


def practice_plan(
    bank: Bank,
    answers: Mapping[str, Answer],
    reviews: Iterable[Review],
    planned: Planned,
    now: datetime,
) -> PracticePlan:
    """Return the plan from the day of `now` to the interview.

    Parameters
    ----------
    bank, answers, reviews
        The questions, and what the candidate has written and practised so far.
    planned
        What `settle` returned.
    now
        It must have a time zone, which is the one of the evenings.
    """
    assert planned.interview, "settle() refuses a plan without a date"
    today = now.date()
    # All questions, since these are to stay although their answers are complete by now.
    every = select_questions(bank, answers, count=len(bank)).set_index("question", drop=False)
    chosen = every.loc[list(planned.questions)].reset_index(drop=True)
    told: dict[str, set[date]] = {}
    for review in reviews:
        told.setdefault(review.question, set()).add(
            review.reviewed_at.astimezone(now.tzinfo).date()
        )
    frame = plan_frame(chosen, today, planned.interview, told)
    numbers = {question: number for number, question in enumerate(chosen["question"], 1)}
    most = int(frame["evening"].max())
    return PracticePlan(
        name=planned.name,
        interview=planned.interview,
        note=plan_note(frame, chosen, today, planned.interview),
        questions=dict(zip(chosen["question"], chosen["text"], strict=True)),
        evenings=tuple(
            Evening(
                day=rows["day"].iloc[0].date(),
                left=most - number + 1,
                minutes=int(rows["minutes"].sum()),
                tasks=tuple(rows["what"]),
                numbers=tuple(
                    sorted({numbers[one] for several in rows["questions"] for one in several})
                ),
            )
            for number, (_, rows) in enumerate(frame.groupby("evening"), 1)
        ),
    )
