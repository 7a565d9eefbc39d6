"""What a coach sees of all students together: frame -> Table or Plot; no word of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from prepkit.records import STATES
from prepkit.widgets.coverage_plots import _svg, _text
from prepkit.widgets.plots import COLOURS, INK, LINE, ON_COLOUR, Plot
from prepkit.widgets.table import Table, glance_table, search_table

MOST = 40
"""Students in a plot, at most: more could be neither read nor printed."""

_GLANCE = 12
"""Rows that need no search."""
_MARKS = {"complete": "●", "started": "◐"}
_WORDS = {"complete": "complete", "started": "begun", "untouched": "neither"}
_CELL, _GAP = 20.0, 3.0  # points
_LETTER = 5.4
_NAMES = 170.0


def triage_table(talk: pd.DataFrame) -> Table:
    """Return whom to talk to first.

    Parameters
    ----------
    talk
        A frame of `cohort.triage`.
    """
    frame = pd.DataFrame(
        {
            "Student": _labels(talk),
            "Why": [str(each).capitalize() for each in talk["reason"]],
            "How things are": talk["sentence"].array,
        }
    )
    return _table(
        frame,
        caption="The most pressing first",
        wide=["How things are"],
        short=["Why"],
        orders={"Why": list(talk["reason"].cat.codes)},
        empty="Nobody, for now.",
    )


def standing_table(standing: pd.DataFrame) -> Table:
    """Return how each student stands.

    Parameters
    ----------
    standing
        A frame of `cohort.student_summary`.
    """
    frame = pd.DataFrame(
        {
            "Student": _labels(standing),
            "Complete": standing["complete"].array,
            "Begun": standing["begun"].array,
            "Words": standing["words"].array,
            "Last change": [_day(moment) for moment in standing["updated"]],
            "Interview": [_day(moment) for moment in standing["interview"]],
            "Companies": [", ".join(companies) for companies in standing["companies"]],
        }
    )
    unknown = [name for name in ("Interview", "Companies") if frame[name].eq("").all()]
    return _table(
        frame.drop(columns=unknown),
        caption="Answers by student",
        short=["Student", "Last change", "Interview"],
        empty="No students yet.",
    )


def answered_table(cohort: pd.DataFrame) -> Table:
    """Return who has begun or completed which answer, the latest change first.

    Parameters
    ----------
    cohort
        A frame of `cohort.cohort_frame`.
    """
    rows = cohort[cohort["state"] != "untouched"]
    rows = rows.sort_values("updated", ascending=False, kind="stable")
    frame = pd.DataFrame(
        {
            "Student": _labels(rows),
            "Question": rows["text"].array,
            "Category": rows["category_title"].array,
            "State": [f"{_MARKS[state]} {_WORDS[state]}" for state in rows["state"]],
            "Words": rows["words"].array,
            "Changed": [_day(moment) for moment in rows["updated"]],
        }
    )
    return _table(
        frame,
        caption="The latest change first",
        wide=["Question"],
        short=["State", "Changed"],
        orders={"State": list(rows["state"].cat.codes)},
        empty="Nobody has handed anything in yet.",
    )


def by_category_table(coverage: pd.DataFrame) -> Table:
    """Return how many students have answers in each category.

    Parameters
    ----------
    coverage
        A frame of `cohort.category_coverage`.
    """
    names = {
        "category_title": "Category",
        "questions": "Questions",
        "complete": "Students with a complete answer",
        "begun": "with one begun",
        "neither": "with neither",
        "answers": "Complete answers",
    }
    frame = coverage.rename(columns=names)
    return glance_table(frame, caption="Students by category", empty="No students yet.")


def by_company_table(coverage: pd.DataFrame) -> Table:
    """Return how many of those who aim at a company have an answer for it.

    Parameters
    ----------
    coverage
        A frame of `cohort.company_coverage`.
    """
    frame = pd.DataFrame(
        {
            "Company": coverage["company"].array,
            "Students": coverage["students"].array,
            "with a complete answer": coverage["complete"].array,
            "Without one yet": [_some(names) for names in coverage["without"]],
            "Questions that list it": coverage["questions"].array,
        }
    )
    return _table(
        frame,
        caption="The companies that most students aim at first",
        wide=["Without one yet"],
        empty="No companies are known: they stand in a roster.",
    )


def cohort_plot(cohort: pd.DataFrame) -> Plot:
    """Return a square for each student and category, with the number of answers.

    Where a student has complete answers there, those are counted, else those that were begun. Of
    more than `MOST` students, those are shown who have begun, and of them the ones with the fewest
    complete answers.

    Parameters
    ----------
    cohort
        A frame of `cohort.cohort_frame`.
    """
    titles = [str(title) for title in cohort["category_title"].drop_duplicates()]
    counts = Counter(
        zip(cohort["student_id"], cohort["category_title"], cohort["state"], strict=True)
    )
    complete = cohort["state"].eq("complete").groupby(cohort["student_id"], sort=False).sum()
    begun = cohort["state"].ne("untouched").groupby(cohort["student_id"], sort=False).any()
    listed = complete if len(complete) <= MOST else complete[begun]
    # Stable, and then back in the order of the roster.
    fewest = set(listed.sort_values(kind="stable").index[:MOST])
    shown = [str(each) for each in complete.index if each in fewest]
    people = cohort.drop_duplicates("student_id")
    names = dict(zip(people["student_id"], _labels(people), strict=True))
    cells = {
        student: [
            _best({state: counts[student, title, state] for state in STATES}) for title in titles
        ]
        for student in shown
    }
    caption = _caption(len(complete), int(begun.sum()), len(shown), int(complete.sum()))
    each = [
        f"{names[student]}: "
        + (
            ", ".join(
                f"{title} {number} {_WORDS[state]}"
                for title, (state, number) in zip(titles, row, strict=True)
                if number
            )
            or "nothing"
        )
        + "."
        for student, row in cells.items()
    ]
    svg = _grid(titles, [(names[student], row) for student, row in cells.items()])
    return Plot(svg=svg, alt=" ".join([caption, *each]), caption=caption)


def _grid(titles: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> str:
    """Return a row a student and a column a category, the titles slanted above."""
    left = 12 + min(_LETTER * max((len(name) for name, _ in rows), default=0), _NAMES)
    top = 34 + 0.71 * _LETTER * max(map(len, titles), default=0)
    step = _CELL + _GAP
    shapes = _legend()
    for column, title in enumerate(titles):
        x = left + step * column + _CELL / 2
        shapes.append(f'<g transform="rotate(-45 {x:.1f} {top - 6:.1f})">')
        shapes += [_text(title, x, top - 6), "</g>"]
    for line, (name, cells) in enumerate(rows):
        y = top + step * line
        shapes.append(_text(_cut(name), left - 8, y + 14, "end"))
        for column, (state, number) in enumerate(cells):
            shapes.append(_square(state, number, left + step * column, y))
    return _svg(shapes, top + step * len(rows) + 2)


def _square(state: str, number: int, x: float, y: float) -> str:
    """Return a filled square with a number, or a point where there is nothing."""
    middle = x + _CELL / 2
    if state == "untouched":
        return f'<circle cx="{middle:.1f}" cy="{y + _CELL / 2:.1f}" r="1.5" fill="{LINE}"/>'
    box = f'x="{x:.1f}" y="{y:.1f}" width="{_CELL:g}" height="{_CELL:g}" rx="3"'
    colour = COLOURS[state]
    # Told by more than the colour: what is complete is filled, and what was begun is framed.
    filled = state == "complete"
    paint = f'fill="{colour if filled else "none"}" stroke="{colour}" stroke-width="1.5"'
    ink = ON_COLOUR[state] if filled else INK
    return f"<rect {box} {paint}/>" + _text(str(number), middle, y + 14, "middle", fill=ink)


def _legend() -> list[str]:
    shapes, x = [], 1.0
    for state, number, text in (
        ("complete", 2, "complete answers"),
        ("started", 1, "begun, and none complete"),
        ("untouched", 0, "nothing yet"),
    ):
        shapes += [_square(state, number, x, 1), _text(text, x + 26, 15)]
        x += 44 + 6.45 * len(text)
    return shapes


def _best(counts: Mapping[str, int]) -> tuple[str, int]:
    """Return the best state that any answer is in, and how many are."""
    for state in ("complete", "started"):
        if counts[state]:
            return state, counts[state]
    return "untouched", 0


def _caption(students: int, begun: int, shown: int, answers: int) -> str:
    if not students:
        return "No students yet."
    people = "student has" if students == 1 else "students have"
    text = f"{begun} of {students} {people} begun, with "
    text += f"{answers} complete {'answer' if answers == 1 else 'answers'} in all."
    if shown < begun:
        text += f" Here are the {shown} of them with the fewest; the table has everybody."
    elif shown < students:
        text += " Here are those who have."
    return text


def _labels(frame: pd.DataFrame) -> list[str]:
    """Return the students' names, with the ids of those who share theirs."""
    people = frame[["student_id", "name"]].drop_duplicates()
    shared = set(people.loc[people["name"].duplicated(keep=False), "name"])
    return [
        f"{name} ({student_id})" if name in shared else str(name)
        for student_id, name in zip(frame["student_id"], frame["name"], strict=True)
    ]


def _table(
    frame: pd.DataFrame,
    *,
    caption: str,
    empty: str,
    wide: Sequence[str] = (),
    short: Sequence[str] = (),
    orders: Mapping[str, Sequence[int]] | None = None,
) -> Table:
    """Return a table to glance at, or one to search where there is much."""
    if len(frame) <= _GLANCE:
        return glance_table(frame, caption=caption, wide=wide, short=short, empty=empty)
    return search_table(frame, caption=caption, wide=wide, short=short, orders=orders)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _GLANCE
    return ", ".join(names[:_GLANCE]) + (f" and {more} more" if more > 0 else "")


def _cut(name: str) -> str:
    return name if len(name) <= 31 else f"{name[:30]}…"


def _day(moment: datetime) -> str:
    return "" if pd.isna(moment) else f"{moment:%Y-%m-%d}"
