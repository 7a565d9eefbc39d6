"""How a coach's students stand, and whom to talk to first: pure functions, the day an argument.

Frames hold counts, states and dates, and no word of an answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from prepkit.errors import PrepkitError
from prepkit.records import STATES, Answer, Student
from prepkit.text import pluralize

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
        One row a student and question, in the order of the roster and of the bank: student_id,
        name, question (its id), category, category_title, text (of the question); state (ordered
        categorical: untouched, started, complete); words (of all parts); updated (UTC, NaT
        when never saved).
    """
    questions = bank.questions
    columns = ["category", "category_title", "text"]
    names = _names(answers, students)
    nothing = {one: Answer(question=one) for one in bank}
    mine = [{**nothing, **answers.get(each, {})}[one] for each in names for one in bank]
    parts = [bank[one].question.parts for one in bank] * len(names)
    count = len(questions)
    repeated = pd.concat([questions[columns]] * len(names)) if names else questions[columns][:0]
    return pd.DataFrame(
        {
            "student_id": pd.array([each for each in names for _ in range(count)], dtype="str"),
            "name": pd.array([each for each in names.values() for _ in range(count)], dtype="str"),
            "question": repeated.index.astype("str"),
            **{name: repeated[name].array for name in columns},
            "state": pd.Categorical(list(map(Answer.state, mine, parts)), STATES, ordered=True),
            "words": pd.array(list(map(Answer.words, mine, parts)), dtype="int64"),
            "updated": pd.Series([one.updated for one in mine], dtype="datetime64[us, UTC]").array,
        }
    )


def student_summary(cohort: pd.DataFrame, students: Sequence[Student] = ()) -> pd.DataFrame:
    """Return how each student stands.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    students
        The roster that it was made with.

    Returns
    -------
    pandas.DataFrame
        One row a student, in the order of `cohort`: student_id, name; companies (a tuple);
        interview (a day, NaT if unknown); wanted (how many complete answers to have by then:
        n_questions of the roster, or `WANTED`); complete and begun (how many answers are);
        words; updated (the last change, UTC, NaT if nothing was ever saved).
    """
    roster = {student.student_id: student for student in students}
    by_student = cohort.groupby("student_id", sort=False)
    counted = {
        state: (cohort["state"] == state).groupby(cohort["student_id"], sort=False).sum()
        for state in ("complete", "started")
    }
    ids = [str(each) for each in by_student.groups]
    known = [roster.get(each) for each in ids]
    days = [one.interview_date if one else None for one in known]
    return pd.DataFrame(
        {
            "student_id": pd.array(ids, dtype="str"),
            "name": by_student["name"].first().array,
            "companies": pd.Series([one.companies if one else () for one in known], dtype="object"),
            "interview": pd.Series(days, dtype="object").astype("datetime64[s]"),
            "wanted": pd.array(
                [one.n_questions or WANTED if one else WANTED for one in known], dtype="int64"
            ),
            "complete": counted["complete"].array.astype("int64"),
            "begun": counted["started"].array.astype("int64"),
            "words": by_student["words"].sum().array,
            "updated": by_student["updated"].max().array,
        }
    )


def triage(standing: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return whom to talk to first, one plain sentence a student.

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
    standing
        A frame of `student_summary`.
    today
        The day to count from. Changes count by their day in UTC.

    Returns
    -------
    pandas.DataFrame
        student_id, name, reason (ordered categorical, see `REASONS`) and sentence.
    """
    found = [
        (*placed, row)
        for row in standing.to_dict("records")
        if (placed := _reason(row, today)) is not None
    ]
    # Stable: equals stay in the order of the roster.
    found.sort(key=lambda each: (REASONS.index(each[0]), each[1]))
    rows = [
        {
            "student_id": row["student_id"],
            "name": row["name"],
            "reason": reason,
            "sentence": _sentence(reason, row, today),
        }
        for reason, _, row in found
    ]
    frame = pd.DataFrame(rows, columns=["student_id", "name", "reason", "sentence"])
    types = dict.fromkeys(["student_id", "name", "sentence"], "str")
    return frame.astype({**types, "reason": pd.CategoricalDtype(list(REASONS), ordered=True)})


def category_coverage(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return how many students have answers in each category.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.

    Returns
    -------
    pandas.DataFrame
        One row a category, in the order of the bank: category_title; questions (how many it has);
        complete (students with a complete answer); begun (students who have begun one, and
        completed none); neither (all others); answers (complete ones of all students).
    """
    best = _by_student_and_category(cohort)
    rows = [
        {
            "category_title": str(title),
            "questions": group["question"].nunique(),
            "complete": int((best[title] == "complete").sum()),
            "begun": int((best[title] == "started").sum()),
            "neither": int((best[title] == "untouched").sum()),
            "answers": int((group["state"] == "complete").sum()),
        }
        for title, group in cohort.groupby("category_title", sort=False)
    ]
    columns = ["category_title", "questions", "complete", "begun", "neither", "answers"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"category_title": "str", **dict.fromkeys(columns[1:], "int64")})


def company_coverage(
    cohort: pd.DataFrame, standing: pd.DataFrame, asks: pd.DataFrame
) -> pd.DataFrame:
    """Return how many of the students who aim at a company have an answer for it.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    standing
        The frame of `student_summary` that was made from it.
    asks
        The bank's frame `asks`.

    Returns
    -------
    pandas.DataFrame
        One row a company that anybody aims at, the most wanted first: company; students (who aim
        at it); questions (that list it); complete (students with a complete answer to one of
        them); without (a tuple of the names of the others).
    """
    done = cohort[cohort["state"] == "complete"]
    answered = {str(one): set(group) for one, group in done.groupby("student_id")["question"]}
    listing = {str(one): set(group) for one, group in asks.groupby("company")["question"]}
    aiming: dict[str, list[Mapping[Any, Any]]] = {}
    for row in standing.to_dict("records"):
        for company in row["companies"]:
            aiming.setdefault(company, []).append(row)
    rows = []
    for company, group in sorted(aiming.items(), key=lambda each: (-len(each[1]), each[0])):
        questions = listing.get(company, set())
        without = [
            row["name"] for row in group if not questions & answered.get(row["student_id"], set())
        ]
        rows.append(
            {
                "company": company,
                "students": len(group),
                "questions": len(questions),
                "complete": len(group) - len(without),
                "without": tuple(without),
            }
        )
    columns = ["company", "students", "questions", "complete", "without"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"company": "str", **dict.fromkeys(columns[1:4], "int64")})


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
        near = difflib.get_close_matches(student_id, answers, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise PrepkitError(f"Nothing was collected from {student_id!r}.{hint}")
    mine = answers[student_id]
    return {one: mine[one] for one in bank if one in mine and mine[one].updated}


def _names(
    answers: Mapping[str, Mapping[str, Answer]], students: Sequence[Student]
) -> dict[str, str]:
    """Return all students' names by id; the id itself for those who aren't in the roster."""
    names = {student.student_id: student.name for student in students}
    return names | {each: each for each in sorted(answers) if each not in names}


def _by_student_and_category(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return the best state of each student in each category title, a row a student."""
    codes = cohort["state"].cat.codes.groupby(
        [cohort["student_id"], cohort["category_title"]], sort=False
    )
    return codes.max().unstack().map(lambda code: STATES[int(code)])


def _reason(row: Mapping[Any, Any], today: date) -> tuple[str, tuple[int, int]] | None:
    """Return why to talk to somebody, and what to sort those with that reason by."""
    until = _days_from(today, row["interview"])
    if until is not None and -SOON <= until < 0:
        return "how it went", (-until, 0)
    if until is not None and until < 0:
        return None
    soon = until is not None and until <= SOON
    if soon and row["complete"] < row["wanted"]:
        return "interview soon", (until or 0, row["complete"])
    if not row["complete"] and not row["begun"]:
        return "nothing yet", (10**6 if until is None else until, 0)
    still = max(0, -(_days_from(today, row["updated"]) or 0))
    if not row["complete"] and still >= STUCK:
        return "stuck", (-still, 0)
    if row["complete"] < row["wanted"] and still >= QUIET:
        return "quiet", (-still, 0)
    if soon:
        return "hear one aloud", (until or 0, 0)
    return None


def _sentence(reason: str, row: Mapping[Any, Any], today: date) -> str:
    interview = _days_from(today, row["interview"])
    when = "" if interview is None else f"on {_day(row['interview'], today)}, {_far(interview)}"
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
    since = f"Nothing has changed since {_day(row['updated'], today)}"
    if reason == "stuck":
        return f"{since}: {pluralize(row['begun'], 'answer')} begun, none complete."
    return f"{since}: {have}."


def _days_from(today: date, moment: Any) -> int | None:
    """Return in how many days a moment is, negative for one that was; None for NaT."""
    return None if pd.isna(moment) else (moment.date() - today).days


def _day(moment: Any, today: date) -> str:
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%B}{year}"


def _far(days: int) -> str:
    if days in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[days + 1]
    return f"in {days} days" if days > 0 else f"{-days} days ago"
