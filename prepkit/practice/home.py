"""What the first page shows: tonight, the evenings to come, progress, a second look. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from prepkit.answers.planned import Planned
from prepkit.practice.debriefs import Setback
from prepkit.practice.evenings import PracticePlan
from prepkit.practice.interview_day import closer_of
from prepkit.practice.plan_rules import Step
from prepkit.practice.progress import day_in, due_moments, told_on
from prepkit.practice.review import remarks
from prepkit.practice.steps import Next, NextStep, beginning, due_since, next_steps
from prepkit.practice.timetable import Row
from prepkit.records import STATES, Answer, Review, State
from prepkit.text import format_day, pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank

STEP_TITLES: Mapping[Step | Next, str] = {
    "write": "Write a first version",
    "finish": "Finish writing",
    "fix": "Look at the suggestions",
    "sketch": "Sketch it, then say it out loud",
    "tell": "Practise out loud",
    "look again": "Reread, then practise out loud",
    "rehearse": "Practise out loud",
    "rest": "Rest",
    "review": "Practise again",
    "continue": "Continue",
    "begin": "Start",
}
_OUT_LOUD: Sequence[Step | Next] = ("tell", "rehearse", "review")
"""Where opening the question is for practising it, and not for writing."""

Json = dict[str, Any]


def home_view(
    bank: Bank,
    answers: Mapping[str, Answer],
    reviews: Sequence[Review],
    planned: Planned,
    now: datetime,
    *,
    plan: PracticePlan | None = None,
    setbacks: Mapping[str, Setback] | None = None,
    written: Collection[str] = (),
    seconds: Mapping[str, int] | None = None,
) -> Json:
    """Return what the first page shows, as JSON values.

    Parameters
    ----------
    bank, answers, reviews
        The questions, and what the candidate has written and practised so far.
    planned
        What the candidate prepares for.
    now
        The present moment; it must have a time zone.
    plan
        The plan until the interview; None if there is no date to plan for.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.
    written
        The ids of the questions whose answers became complete today.
    seconds
        How long each question was practised, by its id; none without a practice log.
    """
    states = {one: answers[one].state(bank[one].parts) for one in bank if one in answers}
    has_text = any(state != "untouched" for state in states.values())
    if plan:
        due = {question: day_in(moment, now) for question, moment in due_moments(reviews).items()}
        agenda = _evenings(bank, plan, due, now)
    else:
        steps = next_steps(
            bank,
            answers,
            reviews,
            now,
            companies=planned.companies,
            level=planned.level,
            setbacks=setbacks,
        )
        agenda = _next(bank, steps, planned, now)
    said = told_on(reviews, now)
    agenda = _after_tonight(agenda, {*written, *said}, has_plan=plan is not None)
    return {
        **agenda,
        "start": "" if has_text else _beginning(bank, agenda["tonight"]),
        "done": _done(written, said, enough=agenda["tonight"] is None),
        "progress": _progress(bank, answers, states, seconds or {}),
        "to_ask": closer_of(bank),
        "second_look": _second_look(bank, answers),
        "complete": sum(state == "complete" for state in states.values()),
    }


def _evenings(bank: Bank, plan: PracticePlan, due: Mapping[str, date], now: datetime) -> Json:
    """Return tonight's part of a plan, and the evenings after it."""
    today = now.date()
    evenings = [
        {
            "day": evening.day.isoformat(),
            "when": format_day(evening.day, weekday=True, year=False),
            "minutes": evening.minutes,
            "items": [
                item
                for row in evening.rows
                for item in _items(bank, row, plan, due, now if evening.day == today else None)
            ],
        }
        for evening in plan.evenings
    ]
    tonight = [evening for evening in evenings if evening["day"] == today.isoformat()]
    later = [evening for evening in evenings if evening["day"] != today.isoformat()]
    free = (
        f"Nothing is planned for tonight. The next evening is {later[0]['when']}." if later else ""
    )
    return {
        "note": plan.note,
        "made_of": plan.made_of,
        "over": False,
        "tonight": tonight[0] if tonight else None,
        "nothing": "" if tonight else free or "You're all caught up.",
        "later": later,
    }


def _items(
    bank: Bank,
    row: Row,
    plan: PracticePlan,
    due: Mapping[str, date],
    now: datetime | None,
) -> Iterable[Json]:
    """Yield what a row of a plan is, question by question; with `now`, also why."""
    title = STEP_TITLES[row.step]
    if not row.questions:
        mock = row.step == "rehearse"
        yield {"title": title, "text": row.what, "minutes": row.minutes, "mock": mock}
    for question in row.questions:
        why = plan.reasons.get(question, "")
        if now and not why and question in due:
            why = f"{due_since(due[question], now)}."
        yield {
            **_question(bank, question),
            "title": title,
            "minutes": row.minutes // len(row.questions),
            "why": why if now else "",
            "aloud": row.step in _OUT_LOUD,
        }


def _next(bank: Bank, steps: Iterable[NextStep], planned: Planned, now: datetime) -> Json:
    """Return what to do where there is no date to plan for."""
    items = [
        {
            **_question(bank, step.question),
            "title": STEP_TITLES[step.step],
            "minutes": step.minutes,
            "why": step.reason or step.sentence,
            "aloud": step.step in _OUT_LOUD,
        }
        for step in steps
    ]
    first, rest = items[:1], items[1:]
    return {
        "note": _over(planned, now),
        "over": _over(planned, now) != "",
        "tonight": {"minutes": first[0]["minutes"], "items": first} if first else None,
        "nothing": "" if first else "You're all caught up.",
        "later": [{"when": "After that", "items": rest}] if rest else [],
    }


def _over(planned: Planned, now: datetime) -> str:
    if planned.interview is None or planned.interview >= now.date():
        return ""
    return f"Your interview on {format_day(planned.interview, weekday=True)} is over."


def _question(bank: Bank, question: str) -> Json:
    entry = bank[question]
    place = f"{entry.category.title} Q{entry.question.number}"
    return {"question": question, "text": entry.question.text, "place": place}


def _beginning(bank: Bank, tonight: Json | None) -> str:
    """Return how to start the first answer of all."""
    items = tonight["items"] if tonight else []
    return next((beginning(bank[one["question"]]) for one in items if "question" in one), "")


def _after_tonight(agenda: Json, done: Collection[str], *, has_plan: bool) -> Json:
    """Return what is to be done, once something was done: what is enough, and what could be next.

    With a plan, it is enough when nothing of tonight is left; without one, after one question.
    """
    if not done or (has_plan and agenda["tonight"]):
        return {**agenda, "more": []}
    evenings = [agenda["tonight"], *agenda["later"]] if agenda["tonight"] else agenda["later"]
    fresh = [
        item for one in evenings for item in one["items"] if item.get("question", "") not in done
    ]
    more = next((item for item in fresh if "question" in item), None)
    later = agenda["later"]
    if not has_plan:
        rest = [item for item in fresh if item is not more]
        later = [{"when": "After that", "items": rest}] if rest else []
    nothing = agenda["nothing"] if not later and not more else ""
    return {
        **agenda,
        "tonight": None,
        "nothing": nothing,
        "later": later,
        "more": [more] if more else [],
    }


def _done(written: Collection[str], said: Collection[str], *, enough: bool) -> str:
    """Return what was done today, and whether it is enough; nothing if nothing was done."""
    counts = [
        f"{pluralize(len(written), 'answer')} written" if written else "",
        f"{pluralize(len(said), 'question')} practised out loud" if said else "",
    ]
    told = " and ".join(filter(None, counts))
    if not told:
        return ""
    return f"Done today: {told}. {'That is enough for tonight.' if enough else ''}".rstrip()


def _progress(
    bank: Bank,
    answers: Mapping[str, Answer],
    states: Mapping[str, State],
    seconds: Mapping[str, int],
) -> list[Json]:
    """Return how far the answers of each category are, in the order of the bank."""
    rows = {
        one.slug: {"title": one.title, **dict.fromkeys(STATES, 0), "words": 0, "seconds": 0}
        for one in bank.categories
    }
    for one in bank:
        entry = bank[one]
        row = rows[entry.question.category]
        row[states.get(one, "untouched")] += 1
        row["words"] += answers[one].words(entry.parts) if one in answers else 0
        row["seconds"] += seconds.get(one, 0)
    return list(rows.values())


def _second_look(bank: Bank, answers: Mapping[str, Answer]) -> list[Json]:
    """Return the suggestions for each complete answer that has some."""
    found: dict[str, list[Json]] = {}
    kinds = ((one, bank[one].question.kind) for one in bank if one in answers)
    for question, part, message, basis in remarks(answers, kinds):
        found.setdefault(question, []).append({"part": part, "message": message, "basis": basis})
    return [{**_question(bank, one), "remarks": several} for one, several in found.items()]
