"""How far a coach's students are, and whom to talk to first. Pure: takes `today`.

Frames hold counts, states and dates, and no word of an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from prepkit.errors import PrepkitError
from prepkit.records import STATES, Answer, Part, Student
from prepkit.text import did_you_mean, format_day, pluralize
from prepkit.typed_frame import DAYS, MOMENTS, TUPLES, one_of, typed_frame

if TYPE_CHECKING:
    from prepkit.bank import Bank

WANTED = 5
"""Complete answers to have by an interview, where the roster doesn't say how many questions."""
SOON = 14
"""Days before an interview in which it is soon, and after it in which to ask how it went."""
STUCK = 7
"""Days without a change after which answers that were only begun are stuck."""
QUIET = 14
"""Days without a change after which somebody who still has answers to write is quiet."""

REASONS = ("interview soon", "how it went", "nothing yet", "stuck", "quiet", "hear one aloud")
"""Why to talk to somebody, the most pressing first."""

_COHORT = {
    "student_id": "str",
    "name": "str",
    "question": "str",
    "category": "category",
    "category_title": "str",
    "text": "str",
    "state": one_of(STATES, ordered=True),
    "words": "int64",
    "updated": MOMENTS,
}
_STUDENT = {"companies": TUPLES, "interview": DAYS, "wanted": "int64"}
_TRIAGE = {
    "student_id": "str",
    "name": "str",
    "reason": one_of(REASONS, ordered=True),
    "sentence": "str",
}
_CATEGORIES = {
    "category_title": "str",
    "questions": "int64",
    "complete": "int64",
    "begun": "int64",
    "neither": "int64",
    "answers": "int64",
}
_COMPANIES = {
    "company": "str",
    "students": "int64",
    "questions": "int64",
    "complete": "int64",
    "without": TUPLES,
}


def cohort_frame(
    bank: Bank,
    answers: Mapping[str, Mapping[str, Answer]],
    students: Sequence[Student] = (),
) -> pd.DataFrame:
    """Return how far each student is with each question.

    Parameters
    ----------
    bank
        The question bank; answers to questions that it lacks are left out.
    answers
        By student id, the current answers by question id.
    students
        The roster; those who are in `answers` alone follow after it, by id and without a name.

    Returns
    -------
    pandas.DataFrame
        One row per student and question, in the order of the roster and of the bank: student_id,
        name, question (its id), category, category_title, text (of the question); state (ordered
        categorical: untouched, started, complete); words (of all parts); updated (UTC, NaT
        when never saved).
    """
    names = {student.student_id: student.name for student in students}
    names |= {each: each for each in sorted(answers) if each not in names}
    questions = [
        (
            (one.id, one.category.slug, one.category.title, one.question.text),
            one.question.parts,
        )
        for one in map(bank.__getitem__, bank)
    ]
    rows = []
    for student_id, name in names.items():
        mine = answers.get(student_id, {})
        for question, parts in questions:
            answer = mine.get(question[0])
            # Most students have answered few of the questions: nothing is counted for the others.
            done = _counted(answer, parts) if answer else ("untouched", 0, None)
            rows.append((student_id, name, *question, *done))
    slugs = one_of(category.slug for category in bank.categories)
    return typed_frame({**_COHORT, "category": slugs}, rows)


def _counted(answer: Answer, parts: Sequence[Part]) -> tuple[str, int, datetime | None]:
    return answer.state(parts), answer.words(parts), answer.updated


def student_summary(cohort: pd.DataFrame, students: Sequence[Student] = ()) -> pd.DataFrame:
    """Return how far each student is.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    students
        The roster that it was made with.

    Returns
    -------
    pandas.DataFrame
        One row per student, in the order of `cohort`: student_id, name; complete and begun (how
        many answers are); words; updated (the last change, UTC, NaT if nothing was ever saved);
        companies (a tuple); interview (a day, NaT if unknown); wanted (how many complete answers
        to have by then: n_questions of the roster, or `WANTED`).
    """
    counted = cohort.assign(
        complete=cohort["state"] == "complete", begun=cohort["state"] == "started"
    )
    found = counted.groupby("student_id", sort=False).agg(
        name=("name", "first"),
        complete=("complete", "sum"),
        begun=("begun", "sum"),
        words=("words", "sum"),
        updated=("updated", "max"),
    )
    roster = {student.student_id: student for student in students}
    rows = []
    for student_id in found.index:
        one = roster.get(str(student_id))
        wanted = (one and one.n_questions) or WANTED
        rows.append((one.companies if one else (), one.interview_date if one else None, wanted))
    return pd.concat([found.reset_index(), typed_frame(_STUDENT, rows)], axis="columns")


def triage(summary: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return whom to talk to first, one plain sentence per student.

    Each student has the first of these reasons that fits, and the rows are in this order:

    - interview soon: it is within `SOON` days, and fewer answers are complete than wanted. The
      nearest first, then the fewest complete.
    - how it went: the interview was within the last `SOON` days. The latest first.
    - nothing yet: no answer was handed in. The nearest interview first.
    - stuck: answers are begun, none is complete, and none has changed for `STUCK` days.
    - quiet: fewer answers are complete than wanted, and none has changed for `QUIET` days. As with
      the stuck, the longest without a change first.
    - hear one aloud: the interview is within `SOON` days, and enough answers are complete.

    Nobody else has a row, nor has anybody whose interview was longer ago.

    Parameters
    ----------
    summary
        A frame of `student_summary`.
    today
        The day to count from. Changes count by their day in UTC.

    Returns
    -------
    pandas.DataFrame
        student_id, name, reason (ordered categorical, see `REASONS`) and sentence.
    """
    found = []
    for row in summary.to_dict("records"):
        reason, rank = _reason(row, today)
        if reason:
            told = (row["student_id"], row["name"], reason, _sentence(reason, row, today))
            found.append((REASONS.index(reason), rank, told))
    # Stable: equals stay in the order of the roster.
    found.sort(key=lambda each: each[:2])
    return typed_frame(_TRIAGE, [told for *_, told in found])


def category_coverage(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return how many students have answers in each category.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.

    Returns
    -------
    pandas.DataFrame
        One row per category, in the order of the bank: category_title; questions (how many it has);
        complete (students with a complete answer); begun (students who have begun one, and
        completed none); neither (all others); answers (complete ones of all students).
    """
    rows = []
    for title, group in cohort.groupby("category_title", sort=False):
        best = group.groupby("student_id")["state"].max().value_counts()
        rows.append(
            (
                title,
                group["question"].nunique(),
                best["complete"],
                best["started"],
                best["untouched"],
                (group["state"] == "complete").sum(),
            )
        )
    return typed_frame(_CATEGORIES, rows)


def company_coverage(
    cohort: pd.DataFrame, summary: pd.DataFrame, asks: pd.DataFrame
) -> pd.DataFrame:
    """Return how many of the students who aim at a company have an answer for it.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    summary
        The frame of `student_summary` that was made from it.
    asks
        The bank's frame `asks`.

    Returns
    -------
    pandas.DataFrame
        One row per company that anybody aims at, the most wanted first: company; students (who aim
        at it); questions (that list it); complete (students with a complete answer to one of
        them); without (a tuple of the names of the others).
    """
    done = cohort[cohort["state"] == "complete"]
    answered = {str(one): set(group) for one, group in done.groupby("student_id")["question"]}
    listing = {str(one): set(group) for one, group in asks.groupby("company")["question"]}
    aiming: dict[str, list[Mapping[Any, Any]]] = {}
    for row in summary.to_dict("records"):
        for company in row["companies"]:
            aiming.setdefault(company, []).append(row)
    rows = []
    for company, group in sorted(aiming.items(), key=lambda each: (-len(each[1]), each[0])):
        questions = listing.get(company, set())
        without = tuple(
            row["name"] for row in group if not questions & answered.get(row["student_id"], set())
        )
        complete = len(group) - len(without)
        rows.append((company, len(group), len(questions), complete, without))
    return typed_frame(_COMPANIES, rows)


def answers_of(
    bank: Bank, answers: Mapping[str, Mapping[str, Answer]], student_id: str
) -> dict[str, Answer]:
    """Return what one student has written, by question id in the order of the bank.

    Raises
    ------
    PrepkitError
        If there is nobody with that id in `answers`; it names the nearest.
    """
    if student_id not in answers:
        hint = did_you_mean(student_id, answers)
        raise PrepkitError(f"Nothing was collected from '{student_id}'{hint}")
    mine = answers[student_id]
    return {
        one: mine[one]
        for one in bank
        if one in mine and mine[one].state(bank[one].question.parts) != "untouched"
    }


def _reason(row: Mapping[Any, Any], today: date) -> tuple[str, tuple[int, int]]:
    """Return why to talk to somebody, empty for no reason; and what to sort those like it by."""
    until = _days_from(today, row["interview"])
    if until is not None and until < 0:
        return ("how it went" if until >= -SOON else ""), (-until, 0)
    soon = until is not None and until <= SOON
    missing = row["complete"] < row["wanted"]
    # A student's clock may be ahead: what was saved tomorrow was saved today.
    still = max(0, -(_days_from(today, row["updated"]) or 0))
    if soon and missing:
        return "interview soon", (until or 0, row["complete"])
    if not row["complete"] and not row["begun"]:
        # Who has no interview yet comes after everybody who has one.
        return "nothing yet", (10**6 if until is None else until, 0)
    if not row["complete"] and still >= STUCK:
        return "stuck", (-still, 0)
    if missing and still >= QUIET:
        return "quiet", (-still, 0)
    return ("hear one aloud" if soon else ""), (until or 0, 0)


def _sentence(reason: str, row: Mapping[Any, Any], today: date) -> str:
    when = _when(row["interview"], today)
    have = f"{row['complete']} of {pluralize(row['wanted'], 'answer')} complete"
    if reason == "how it went":
        return f"The interview was {when}: ask how it went."
    if reason == "interview soon":
        nothing = not row["complete"] and not row["begun"]
        return f"Interview {when}: {'nothing handed in yet' if nothing else have}."
    if reason == "hear one aloud":
        return f"Interview {when}, with {have}: hear one aloud."
    if reason == "nothing yet":
        return f"Nothing handed in yet{f'; interview {when}' if when else ''}."
    since = f"Nothing has changed since {_recent_day(row['updated'], today)}"
    if reason == "stuck":
        return f"{since}: {pluralize(row['begun'], 'answer')} begun, none complete."
    return f"{since}: {have}."


def _days_from(today: date, moment: Any) -> int | None:
    """Return in how many days a moment is, negative for one that was; None for NaT."""
    return None if pd.isna(moment) else (moment.date() - today).days


def _recent_day(moment: Any, today: date) -> str:
    return format_day(moment, year=moment.year != today.year)


def _when(moment: Any, today: date) -> str:
    """Return such as ``on 6 May, in 5 days``; nothing for NaT."""
    days = _days_from(today, moment)
    if days is None:
        return ""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    distance = near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")
    return f"on {_recent_day(moment, today)}, {distance}"
