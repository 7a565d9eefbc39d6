"""What a coach sees of all students together: frame -> Table or Plot, and no text of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

import pandas as pd

from prepkit.records import STATE_TITLES, STATES, State
from prepkit.text import join_some, pluralize, shorten
from prepkit.widgets import drawing
from prepkit.widgets.drawing import Plot
from prepkit.widgets.table import (
    SEARCHED,
    Table,
    day_cells,
    glance_table,
    search_table,
    status_cells,
)

MOST = 40
"""The most students in a plot: more could be neither read nor printed."""

MOST_ROWS = 5000
"""The most answers in a table: a browser takes seconds for each ten thousand more."""

_MOST_NAMES = 12
"""The most names in one cell of a table."""
_NAME = 31
"""The most letters of a name in a plot."""
_SQUARE, _GAP = 20.0, 3.0  # points

_Cells: TypeAlias = Sequence[tuple[State, int]]
"""For each category: the best state of a student's answers, and how many are in that state."""


def triage_table(talk: pd.DataFrame) -> Table:
    """Return who to talk to first, and why.

    Parameters
    ----------
    talk
        A frame of `triage`.
    """
    return search_table(
        {
            "Student": talk["name"].array,
            "Why": [str(each).capitalize() for each in talk["reason"]],
            "Details": talk["sentence"].array,
        },
        least=SEARCHED,
        caption="Most urgent first",
        wide=["Details"],
        short=["Why"],
        orders={"Why": list(talk["reason"].cat.codes)},
        empty="Nobody right now.",
    )


def students_table(summary: pd.DataFrame) -> Table:
    """Return how far each student is.

    Parameters
    ----------
    summary
        A frame of `student_summary`.
    """
    frame = pd.DataFrame(
        {
            "Student": summary["name"].array,
            STATE_TITLES["complete"]: summary["complete"].array,
            STATE_TITLES["started"]: summary["begun"].array,
            "Words": summary["words"].array,
            "Last change": day_cells(summary["updated"]),
            "Interview": day_cells(summary["interview"]),
            "Companies": [", ".join(companies) for companies in summary["companies"]],
        }
    )
    unknown = [name for name in ("Interview", "Companies") if frame[name].eq("").all()]
    return search_table(
        frame.drop(columns=unknown),
        least=SEARCHED,
        caption="Answers by student",
        short=["Student", "Last change", "Interview"],
        empty="No students yet.",
    )


def answered_table(cohort: pd.DataFrame) -> Table:
    """Return who has started or completed which answer, the latest change first.

    With more than `MOST_ROWS` answers it has the latest ones only, and says so.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    """
    rows = cohort[cohort["state"] != "untouched"]
    answers = len(rows)
    rows = rows.sort_values("updated", ascending=False, kind="stable").head(MOST_ROWS)
    left_out = f": the latest {len(rows):,} of {answers:,} answers" if answers > len(rows) else ""
    return search_table(
        {
            "Student": rows["name"].array,
            "Question": rows["text"].array,
            "Category": rows["category_title"].array,
            "Status": status_cells(rows["state"]),
            "Words": rows["words"].array,
            "Last change": day_cells(rows["updated"]),
        },
        least=SEARCHED,
        caption=f"Latest change first{left_out}",
        wide=["Question"],
        short=["Status", "Last change"],
        orders={"Status": list(rows["state"].cat.codes)},
        empty="No answers received yet.",
    )


def by_category_table(coverage: pd.DataFrame) -> Table:
    """Return how many students have answers in each category.

    Parameters
    ----------
    coverage
        A frame of `category_coverage`.
    """
    names = {
        "category_title": "Category",
        "questions": "Questions",
        "complete": "Students with a complete answer",
        "begun": "with one in progress",
        "neither": "with none yet",
        "answers": "Complete answers in all",
    }
    frame = coverage.rename(columns=names)
    return glance_table(frame, caption="Students by category", empty="No students yet.")


def by_company_table(coverage: pd.DataFrame) -> Table:
    """Return how many of the students who aim at a company have an answer for it.

    Parameters
    ----------
    coverage
        A frame of `company_coverage`.
    """
    return search_table(
        {
            "Company": coverage["company"].array,
            "Students": coverage["students"].array,
            "with a complete answer": coverage["complete"].array,
            "Without one yet": [join_some(names, _MOST_NAMES) for names in coverage["without"]],
            "Questions that name it": coverage["questions"].array,
        },
        least=SEARCHED,
        caption="Companies with the most students first",
        wide=["Without one yet"],
        empty="No companies yet: they come from the column companies of your roster.",
    )


def cohort_plot(cohort: pd.DataFrame) -> Plot:
    """Return one square per student and category, with the number of answers.

    If a student has complete answers in a category, the square counts these; if not, the answers in
    progress. With more than `MOST` students, the plot shows only those who have started, and of
    these the ones with the fewest complete answers.

    Parameters
    ----------
    cohort
        A frame of `cohort_frame`.
    """
    titles = [str(title) for title in cohort["category_title"].drop_duplicates()]
    complete = cohort["state"].eq("complete").groupby(cohort["student_id"], sort=False).sum()
    begun = cohort["state"].ne("untouched").groupby(cohort["student_id"], sort=False).any()
    listed = complete if len(complete) <= MOST else complete[begun]
    # A stable sort picks the same students each time; the rows keep the order of the roster.
    fewest = set(listed.sort_values(kind="stable").index[:MOST])
    people = cohort.drop_duplicates("student_id")
    names = dict(zip(people["student_id"], people["name"], strict=True))
    counts = Counter(
        zip(cohort["student_id"], cohort["category_title"], cohort["state"], strict=True)
    )
    rows = [
        (
            names[student],
            [_best({state: counts[student, title, state] for state in STATES}) for title in titles],
        )
        for student in complete.index
        if student in fewest
    ]
    caption = _caption(len(complete), int(begun.sum()), len(rows), int(complete.sum()))
    details = [f"{name}: {_in_words(titles, cells)}." for name, cells in rows]
    top = (
        drawing.LEGEND + 8 + 0.71 * drawing.LETTER * max(map(len, titles), default=0)
    )  # room for the slanted titles
    height = top + (_SQUARE + _GAP) * len(rows) + 2
    alt = " ".join([caption, *details])
    return Plot.of(_grid(titles, rows, top), height, alt=alt, caption=caption)


def _grid(titles: Sequence[str], rows: Sequence[tuple[str, _Cells]], top: float) -> list[str]:
    """Return one row per student and one column per category, the titles slanted above."""
    labels = [shorten(name, _NAME) for name, _ in rows]
    left, step = drawing.label_width(labels), _SQUARE + _GAP
    shapes = drawing.legend(
        [
            (partial(_square, "complete", 2, y=1), "complete answers"),
            (partial(_square, "started", 1, y=1), "in progress, none complete"),
            (partial(_square, "untouched", 0, y=1), "nothing yet"),
        ],
        gap=_SQUARE + 6,
    )
    for column, title in enumerate(titles):
        x, y = left + step * column + _SQUARE / 2, top - 6
        shapes.append(f'<g transform="rotate(-45 {x:.1f} {y:.1f})">{drawing.text(title, x, y)}</g>')
    for row, (label, (_, cells)) in enumerate(zip(labels, rows, strict=True)):
        y = top + step * row
        shapes.append(drawing.text(label, left - 8, y + 14, "end"))
        for column, (state, number) in enumerate(cells):
            shapes.append(_square(state, number, left + step * column, y))
    return shapes


def _square(state: State, number: int, x: float, y: float) -> str:
    """Return a square with a number in it, or a dot if there is nothing to count."""
    middle = x + _SQUARE / 2
    if state == "untouched":
        return (
            f'<circle cx="{middle:.1f}" cy="{y + _SQUARE / 2:.1f}" r="1.5" fill="{drawing.LINE}"/>'
        )
    # Not by colour alone: complete is a filled square, in progress an empty one.
    filled = state == "complete"
    fill, ink = (
        (drawing.COLOURS[state], drawing.ON_COLOUR[state]) if filled else ("none", drawing.INK)
    )
    square = drawing.box(x, y, _SQUARE, _SQUARE, fill=fill, line=drawing.COLOURS[state], radius=3)
    return square + drawing.text(str(number), middle, y + 14, "middle", fill=ink)


def _best(counts: Mapping[State, int]) -> tuple[State, int]:
    """Return the best state that any answer is in, and how many answers are in it."""
    best = next((state for state in reversed(STATES) if counts[state]), STATES[0])
    return best, 0 if best == STATES[0] else counts[best]


def _in_words(titles: Sequence[str], cells: _Cells) -> str:
    begun = [
        f"{title} {number} {STATE_TITLES[state].lower()}"
        for title, (state, number) in zip(titles, cells, strict=True)
        if number
    ]
    return ", ".join(begun) or "nothing"


def _caption(students: int, begun: int, shown: int, answers: int) -> str:
    if not students:
        return "No students yet."
    have = "student has" if students == 1 else "students have"
    complete = pluralize(answers, "complete answer")
    caption = f"{begun:,} of {students:,} {have} started, with {complete} in all."
    if shown < begun:
        caption += f" Shown are the {shown} with the fewest; the table below has everybody."
    elif shown < students:
        caption += " Shown are those who have."
    return caption
