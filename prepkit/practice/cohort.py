"""How far a coach's students are, and who to talk to first. Pure: takes `today`.

Frames hold counts, states and dates, and never the text of an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from prepkit.answers.ledger import Ledger
from prepkit.errors import PrepkitError
from prepkit.forms import Part
from prepkit.practice.people import names_told_apart
from prepkit.records import STATES, Answer, Student
from prepkit.text import did_you_mean, format_day, pluralize
from prepkit.typed_frame import DAYS, MOMENTS, TUPLES, one_of, typed_frame

if TYPE_CHECKING:
    from prepkit.bank import Bank

WANTED = 5
"""Complete answers to have by an interview, if the roster doesn't say how many questions."""
SOON = 14
"""An interview is soon for this many days before it; for as many after it, ask how it went."""
STUCK = 7
"""Days without a change after which a student with answers in progress only is stuck."""
QUIET = 14
"""Days without a change after which a student with answers still to write is quiet."""

REASONS = (
    *("interview soon", "ask how it went", "ask again", "nothing yet", "stuck", "quiet"),
    "ready to rehearse",
)
"""Why to talk to somebody, most urgent first."""

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
        The question bank; answers to questions that it doesn't have are left out.
    answers
        The current answers by question id, by student id.
    students
        The roster. Students who are only in `answers` come after it, sorted by id, with the id as
        their name.

    Returns
    -------
    pandas.DataFrame
        One row per student and question, in the order of the roster and of the bank: student_id,
        name (with the id, if two of the roster share it), question (its id), category,
        category_title, text (of the question); state (ordered categorical: untouched, started,
        complete); words (in all parts); updated (UTC, NaT if never saved).
    """
    names = names_told_apart(students, answers)
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
            # Most students have answered few of the questions, so there is nothing to count for
            # most rows: this keeps a cohort of 200 quick.
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
        many answers are in each state); words; updated (the last change, UTC, NaT if nothing was
        ever saved); companies (a tuple); interview (a day, NaT if unknown); wanted (how many
        complete answers to have by then: n_questions from the roster, or `WANTED`).
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


def triage(summary: pd.DataFrame, today: date, ledger: Ledger | None = None) -> pd.DataFrame:
    """Return who to talk to first, with one plain sentence per student.

    Each student gets the first of these reasons that applies, and the rows are in this order:

    - interview soon: it is within `SOON` days, and fewer answers are complete than wanted. The
      nearest interview first, then the fewest complete answers.
    - ask how it went: the interview was within the last `SOON` days. The latest first.
    - ask again: a file came, and no answers could be taken from it. The nearest interview first.
    - nothing yet: no answers received. The nearest interview first.
    - stuck: answers are in progress, none is complete, and none has changed for `STUCK` days. The
      longest without a change first.
    - quiet: fewer answers are complete than wanted, and none has changed for `QUIET` days. The
      longest without a change first.
    - ready to rehearse: the interview is within `SOON` days, and enough answers are complete.

    All other students, and those whose interview was longer ago, have no row.

    Parameters
    ----------
    summary
        A frame of `student_summary`.
    today
        The day to count from. A change counts by its day in UTC.
    ledger
        What became of the files that came; without one, nothing is known of files without answers.

    Returns
    -------
    pandas.DataFrame
        student_id, name, reason (ordered categorical, see `REASONS`) and sentence.
    """
    found = []
    came = {one.student_id for one in (ledger or Ledger()).students if one.sent_in_vain}
    for row in summary.to_dict("records"):
        row["came"] = row["student_id"] in came
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
        complete (students with a complete answer); begun (students with one in progress and none
        complete); neither (all other students); answers (complete answers of all students).
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
    """Return, for each company, how many of the students who aim at it have an answer for it.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    summary
        The frame of `student_summary` made from `cohort`.
    asks
        The bank's frame `asks`.

    Returns
    -------
    pandas.DataFrame
        One row per company that any student aims at, the one with the most students first:
        company; students (who aim at it); questions (that name it); complete (students with a
        complete answer to one of these); without (a tuple of the other students' names).
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
        If `answers` has nobody with this id. The message names the closest id.
    """
    if student_id not in answers:
        hint = did_you_mean(student_id, answers)
        raise PrepkitError(f"No answers have been collected from the student '{student_id}'{hint}")
    mine = answers[student_id]
    return {
        one: mine[one]
        for one in bank
        if one in mine and mine[one].state(bank[one].question.parts) != "untouched"
    }


def _reason(row: Mapping[Any, Any], today: date) -> tuple[str, tuple[int, int]]:
    """Return why to talk to a student, '' for no reason, and the sort key among equal reasons."""
    until = _days_from(today, row["interview"])
    if until is not None and until < 0:
        return ("ask how it went" if until >= -SOON else ""), (-until, 0)
    soon = until is not None and until <= SOON
    missing = row["complete"] < row["wanted"]
    # A student's clock may be ahead of ours: what was saved "tomorrow" counts as saved today.
    still = max(0, -(_days_from(today, row["updated"]) or 0))
    if soon and missing:
        return "interview soon", (until or 0, row["complete"])
    if not row["complete"] and not row["begun"]:
        # A student without an interview date comes after everybody who has one.
        nothing = "ask again" if row["came"] else "nothing yet"
        return nothing, (10**6 if until is None else until, 0)
    if not row["complete"] and still >= STUCK:
        return "stuck", (-still, 0)
    if missing and still >= QUIET:
        return "quiet", (-still, 0)
    return ("ready to rehearse" if soon else ""), (until or 0, 0)


def _sentence(reason: str, row: Mapping[Any, Any], today: date) -> str:
    when = _when(row["interview"], today)
    have = f"{row['complete']} of {pluralize(row['wanted'], 'answer')} complete"
    if reason == "ask how it went":
        return f"The interview was {when}."
    if reason == "interview soon":
        nothing = not row["complete"] and not row["begun"]
        none = "a file came, without answers that can be read" if row["came"] else "no answers yet"
        return f"Interview {when}: {none if nothing else have}."
    if reason == "ready to rehearse":
        return f"Interview {when}: {have}. Ask to hear one out loud."
    if reason == "ask again":
        return (
            "A file came, without answers that can be read: see What came back"
            f"{f'; interview {when}' if when else ''}."
        )
    if reason == "nothing yet":
        return f"No answers yet{f'; interview {when}' if when else ''}."
    since = f"No change since {_recent_day(row['updated'], today)}"
    if reason == "stuck":
        return f"{since}: {pluralize(row['begun'], 'answer')} in progress, none complete."
    return f"{since}: {have}."


def _days_from(today: date, moment: Any) -> int | None:
    """Return how many days ahead a moment is, negative if it is past; None for NaT."""
    return None if pd.isna(moment) else (moment.date() - today).days


def _recent_day(moment: Any, today: date) -> str:
    return format_day(moment, year=moment.year != today.year)


def _when(moment: Any, today: date) -> str:
    """Return text such as ``on 6 May, in 5 days``; an empty one for NaT."""
    days = _days_from(today, moment)
    if days is None:
        return ""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    distance = near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")
    return f"on {_recent_day(moment, today)}, {distance}"
