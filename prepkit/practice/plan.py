"""The plan until the interview: what to do on which evening. Pure: takes the days as arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from prepkit.practice.plan_rules import STEPS
from prepkit.practice.timetable import Row, Topic, timetable, timetable_note
from prepkit.typed_frame import DAYS, TUPLES, one_of, typed_frame

_TYPES = {
    "evening": "int64",
    "day": DAYS,
    "when": "str",
    "step": one_of(STEPS),
    "questions": TUPLES,
    "minutes": "int64",
    "what": "str",
}


def plan_frame(
    questions: pd.DataFrame,
    day: date | None = None,
    interview: date | None = None,
    told: Mapping[str, Collection[date]] | None = None,
) -> pd.DataFrame:
    """Return what to do on which evening, until the interview.

    An answer is written on one evening, practised out loud on a later one, and reread when it is
    practised for the second time, two or more days after that. From then on it is practised after
    the days in `GAPS`. With few evenings, the first questions get them, so that each is practised
    at least once, and the last questions have no row. With many, some evenings stay free. Nothing
    is new on the evening before the interview. If that is the only evening, two questions get a
    sketch.

    Without a day, without an interview, or if the interview is over, the evenings are only
    numbered: as many as it takes.

    Parameters
    ----------
    questions
        A frame of `select_questions`, the most important first.
    day
        The day of the first evening.
    interview
        The day of the interview.
    told
        The days on which a question was practised out loud before, by its id. They count where
        there is a day to count from, and only for an answer in which nothing is left to write.

    Returns
    -------
    pandas.DataFrame
        One row per evening and step: evening (from 1, free ones not counted), day (NaT where
        evenings are numbered), when (the evening in words), step, questions (a tuple of their ids,
        empty for a step that is about all of them), minutes, what (a sentence that names questions
        by their row number, from 1).
    """
    return typed_frame(_TYPES, timetable(_topics(questions), day, interview, told))


def plan_note(
    plan: pd.DataFrame,
    questions: pd.DataFrame,
    day: date | None = None,
    interview: date | None = None,
) -> str:
    """Return a few sentences on how much time there is, and which questions get no evening.

    Parameters
    ----------
    plan
        A frame of `plan_frame`.
    questions, day, interview
        What `plan` was made from.
    """
    rows = [Row(*values) for values in plan.itertuples(index=False)]
    return timetable_note(rows, list(questions["question"]), day, interview)


def _topics(questions: pd.DataFrame) -> list[Topic]:
    return [
        Topic(
            question=row["question"],
            label=f"{row['category_title']} Q{row['number']}",
            kind=row["kind"],
            state=row["state"],
            gap=str(row["gap"]),
            findings=row["findings"],
        )
        for row in questions.to_dict("records")
    ]
