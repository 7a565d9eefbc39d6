"""What each student, and all of them together, did in each week. Pure: takes `today`.

Frames hold counts and days, and never the text of an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from prepkit.practice.people import names_told_apart
from prepkit.records import Student
from prepkit.typed_frame import DAYS, typed_frame

if TYPE_CHECKING:
    from prepkit.answers.work import Work

WEEKS = 8
"""How many weeks are looked at, if nobody says otherwise: the present one and those before it."""

_WEEKS = {
    "student_id": "str",
    "name": "str",
    "week": DAYS,
    "answers": "int64",
    "words": "int64",
    "rehearsals": "int64",
}
_TOGETHER = {
    "week": DAYS,
    "students": "int64",
    "of": "int64",
    "answers": "int64",
    "words": "int64",
    "rehearsals": "int64",
}


def weeks_frame(
    work: Mapping[str, Work],
    students: Sequence[Student] = (),
    *,
    today: date,
    weeks: int = WEEKS,
) -> pd.DataFrame:
    """Return what each student did in each of the last weeks.

    Parameters
    ----------
    work
        What students did, by student id, as `prepkit.answers.work.collected_work` returns it.
    students
        The roster. Students who are only in `work` come after it, sorted by id, with the id as
        their name.
    today
        A day in the last week. What a student's clock dates later counts as of that week.
    weeks
        How many weeks.

    Returns
    -------
    pandas.DataFrame
        One row per student and week, the weeks from the first to the last: student_id; name (with
        the id, if two of the roster share it); week (its Monday); answers (how many were changed in
        it); words (by how many the parts of answers grew from the end of the week before; one that
        got shorter counts as 0); rehearsals.
    """
    names = names_told_apart(students, work)
    last = _monday(today)
    mondays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    rows = []
    for student_id, name in names.items():
        done = _done(work[student_id], last) if student_id in work else {}
        rows += [(student_id, name, day, *done.get(day, (0, 0, 0))) for day in mondays]
    return typed_frame(_WEEKS, rows)


def weeks_together(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return what all students did in each week.

    Parameters
    ----------
    weeks
        A frame of `weeks_frame`.

    Returns
    -------
    pandas.DataFrame
        One row per week: week (its Monday); students (how many did anything); of (how many there
        are); answers, words and rehearsals of all of them.
    """
    rows = []
    for day, group in weeks.groupby("week"):
        active = group[["answers", "rehearsals"]].any(axis="columns")
        sums = (int(group[name].sum()) for name in ("answers", "words", "rehearsals"))
        rows.append((day, int(active.sum()), len(group), *sums))
    return typed_frame(_TOGETHER, rows)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _done(work: Work, last: date) -> dict[date, tuple[int, int, int]]:
    """Return a student's answers, words and rehearsals, by the Monday of the week."""
    answers: dict[date, set[str]] = {}
    words: dict[date, int] = {}
    before: dict[tuple[str, str], int] = {}
    ends: dict[tuple[date, str, str], int] = {}
    for one in work.written:  # in the order of time, so that the last of a week stays
        monday = min(_monday(one.day), last)
        answers.setdefault(monday, set()).add(one.question)
        ends[monday, one.question, one.part] = one.words
    for (monday, question, part), count in ends.items():
        grown = count - before.get((question, part), 0)
        words[monday] = words.get(monday, 0) + max(0, grown)
        before[question, part] = count
    rehearsals = [min(_monday(day), last) for day in work.rehearsals]
    return {
        monday: (len(answers.get(monday, ())), words.get(monday, 0), rehearsals.count(monday))
        for monday in {*answers, *rehearsals}
    }
