"""A candidate's own plan, evening by evening, with the same questions from day to day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from prepkit.answers.planned import Planned
from prepkit.errors import PrepkitError
from prepkit.practice.debriefs import Setback
from prepkit.practice.names import company_name, unknown
from prepkit.practice.plan_rules import STEPS, Done
from prepkit.practice.progress import day_in, due_moments, told_on
from prepkit.practice.selection import Candidate, choose, explain
from prepkit.practice.timetable import (
    EVENING,
    Row,
    Topic,
    make_up,
    questions_for,
    timetable,
    timetable_note,
)
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
    rows: tuple[Row, ...]
    """The steps. Their sentences name the questions of the plan by their number."""
    numbers: tuple[int, ...]
    """The numbers of these questions, from 1."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(row.minutes for row in self.rows)

    @property
    def tasks(self) -> tuple[str, ...]:
        """What to do, a sentence per step."""
        return tuple(row.what for row in self.rows)

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
    made_of: str = ""
    """How much of it is new and how much comes back, in a sentence; empty if nothing is new."""
    questions: Mapping[str, str]
    """The texts of the questions by id, the most important first."""
    reasons: Mapping[str, str]
    """Why each of them is in the plan, by id."""
    setbacks: Mapping[str, Setback] = field(default_factory=dict)
    """Which of them went badly in an interview, and what was probed there, by id."""
    evenings: tuple[Evening, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan as plain lines, one per question and one per evening."""
        numbered = [
            f"{number}. {' '.join([text, *self._after(question)])}"
            for number, (question, text) in enumerate(self.questions.items(), 1)
        ]
        interview = f"{format_day(self.interview, weekday=True, year=False)}: your interview"
        head = f"{self.note} {self.made_of}".rstrip()
        return (head, "", *numbered, "", *map(str, self.evenings), interview)

    @property
    def probed_lines(self) -> tuple[str, ...]:
        """What interviewers asked further, as the candidate noted it: for no file, and no page."""
        found = (
            f"They probed in question {number}: {' '.join(self.setbacks[question].probed.split())}"
            for number, question in enumerate(self.questions, 1)
            if question in self.setbacks and self.setbacks[question].probed
        )
        return tuple(found)

    def _after(self, question: str) -> Iterator[str]:
        """Yield how a question went in an interview, as a sentence."""
        if setback := self.setbacks.get(question):
            yield setback.reason


def known(bank: Bank, companies: Iterable[str], level: str | None) -> tuple[str, ...]:
    """Return the names of companies as the bank writes them, each once.

    Raises
    ------
    PrepkitError
        If there is no such company or level.
    """
    if level and level not in LEVELS:
        raise unknown("level", level, LEVELS)
    return tuple(dict.fromkeys(company_name(bank, name) for name in companies))


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
    and number of questions, and its interview isn't over. If no number was given and the interview
    is moved to a later day, others are added.

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
    companies = known(bank, wanted.companies, wanted.level)
    goes_on = bool(kept.name and kept.interview and kept.interview >= today)
    same = (kept.companies, kept.level, kept.count) == (companies, wanted.level, wanted.count)
    days = (wanted.interview - today).days
    questions, count = kept.questions, wanted.count or questions_for(days)
    stay = goes_on and same and questions and all(one in bank for one in questions)
    is_later = bool(kept.interview and wanted.interview > kept.interview)
    if not stay or (is_later and count > len(questions)):
        chosen = choose(
            bank,
            answers,
            companies=companies,
            level=wanted.level,
            count=count,
            first=questions if stay else (),
        )
        questions = tuple(one.question.id for one, _ in chosen)
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
    setbacks: Mapping[str, Setback] | None = None,
    written: Iterable[str] = (),
) -> PracticePlan:
    """Return the plan from the day of `now` to the interview.

    What went badly in an interview comes first, then the questions that were settled. They come
    back when their last rating says, and so do other answers that were practised before, as long as
    an evening has room for them.

    Parameters
    ----------
    bank, answers, reviews
        The questions, and what the candidate has written and practised so far.
    planned
        What `settle` returned.
    now
        It must have a time zone, which is the one of the evenings.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.
    written
        The ids of the questions whose answers became complete on this day: tonight has that much
        less to do.
    """
    assert planned.interview, "settle() refuses a plan without a date"
    today, reviews = now.date(), list(reviews)
    bad = {question: one for question, one in (setbacks or {}).items() if question in bank}
    ids = tuple(dict.fromkeys((*bad, *planned.questions)))
    chosen = explain(
        bank, answers, ids, companies=planned.companies, level=planned.level, setbacks=bad
    )
    told: dict[str, set[date]] = {}
    for review in reviews:
        told.setdefault(review.question, set()).add(day_in(review.reviewed_at, now))
    due = {question: day_in(moment, now) for question, moment in due_moments(reviews).items()}
    done = Done(frozenset(written), frozenset(told_on(reviews, now)))
    rows = timetable(_topics(chosen), today, planned.interview, told, due, done)
    others = [
        (day, bank[one].question.text, one)
        for one, day in due.items()
        if one in bank and one not in ids
    ]
    by_day = _by_day(rows, sorted(others), today, planned.interview, done)
    every = [row for day in by_day.values() for row in day]
    return PracticePlan(
        name=planned.name,
        interview=planned.interview,
        note=timetable_note(every, ids, today, planned.interview),
        made_of=make_up(every, planned.interview),
        questions={one.question.id: one.question.text for one, _ in chosen},
        reasons={one.question.id: reason for one, reason in chosen},
        setbacks=bad,
        evenings=tuple(
            Evening(
                day=day,
                left=len(by_day) - number,
                rows=tuple(rows),
                numbers=tuple(
                    n for n, one in enumerate(ids, 1) if any(one in row.questions for row in rows)
                ),
            )
            for number, (day, rows) in enumerate(by_day.items())
        ),
    )


def _by_day(
    rows: Iterable[Row],
    others: Iterable[tuple[date, str, str]],
    today: date,
    interview: date,
    done: Done,
) -> dict[date, list[Row]]:
    """Return the rows of each evening, with those of other answers that come back, in order."""
    found: dict[date, list[Row]] = {}
    for row in rows:
        assert row.day, "there are days where there is an interview to come"
        found.setdefault(row.day, []).append(row)
    for day, row in _returns(others, found, today, interview, done):
        found.setdefault(day, []).insert(0, row)
    return {
        day: [row._replace(evening=number) for row in found[day]]
        for number, day in enumerate(sorted(found), 1)
    }


def _topics(chosen: Iterable[tuple[Candidate, str]]) -> list[Topic]:
    return [
        Topic(
            question=one.question.id,
            label=f"{one.title} Q{one.question.number}",
            kind=one.question.kind,
            state=one.state,
            gap=one.gap or "",
            findings=one.findings,
        )
        for one, _ in chosen
    ]


def _returns(
    due: Iterable[tuple[date, str, str]],
    evenings: Mapping[date, list[Row]],
    today: date,
    interview: date,
    done: Done,
) -> Iterator[tuple[date, Row]]:
    """Yield when answers are practised again that aren't in the plan, on evenings with room.

    Those that come back after the interview have nothing to come back for. The evening before it is
    for rest.
    """
    minutes, _ = STEPS["tell"]
    used = {day: sum(row.minutes for row in rows) for day, rows in evenings.items()}
    used[today] = used.get(today, 0) + done.minutes
    for back, text, question in due:
        days = (interview - max(back, today)).days
        for day in (max(back, today) + timedelta(ahead) for ahead in range(days - 1)):
            if used.get(day, 0) + minutes <= EVENING:
                used[day] = used.get(day, 0) + minutes
                what = f"Practise “{text}” out loud again."
                when = format_day(day, weekday=True, year=False)
                yield day, Row(0, day, when, "tell", (question,), minutes, what)
                break
