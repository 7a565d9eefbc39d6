"""What a coach sees of each week: frame -> Table or Plot, and no text of an answer."""

from __future__ import annotations

import pandas as pd

from prepkit.practice.weeks import weeks_together
from prepkit.text import format_day, pluralize
from prepkit.widgets import drawing
from prepkit.widgets.drawing import Plot
from prepkit.widgets.table import SEARCHED, Table, search_table

_ROW, _BAR = 21.6, 12.0
"""In points: the height of a row, and of the bar in it."""


def weeks_plot(weeks: pd.DataFrame) -> Plot:
    """Return one bar per week: how many of the students did anything, and what, in words.

    Parameters
    ----------
    weeks
        A frame of `weeks_frame`.
    """
    together = weeks_together(weeks)
    rows = []
    for row in together.to_dict("records"):
        counts = [f"{row['students']:,} of {pluralize(row['of'], 'student')}"]
        counts += [
            pluralize(row[name], word)
            for name, word in (
                ("answers", "answer"),
                ("words", "word"),
                ("rehearsals", "rehearsal"),
            )
            if row[name]
        ]
        rows.append((format_day(row["week"], year=False), row["students"], ", ".join(counts)))
    labels = [label for label, *_ in rows]
    left = drawing.label_width(labels)
    room = drawing.WIDTH - left - drawing.LETTER * max((len(told) for *_, told in rows), default=0)
    most = max((count for _, count, _ in rows), default=0)
    shapes = []
    for place, (label, count, told) in enumerate(rows):
        y = _ROW * place
        length = max(0.0, room - 24) * count / most if most else 0.0
        shapes.append(drawing.text(label, left - 10, y + 14, "end"))
        if count:
            colour = drawing.COLOURS["complete"]
            shapes.append(drawing.box(left, y + 4, max(length, 3), _BAR, fill=colour, radius=2))
        shapes.append(drawing.text(told, left + length + 8, y + 14))
    caption = (
        "How many students did anything in the week that began on each of these days."
        if len(weeks)
        else "No students yet."
    )
    alt = " ".join([caption, *(f"{label}: {told}." for label, _, told in rows)])
    return Plot.of(shapes, _ROW * len(rows) + 2, alt=alt, caption=caption)


def weeks_table(weeks: pd.DataFrame) -> Table:
    """Return what each student did in each week.

    Parameters
    ----------
    weeks
        A frame of `weeks_frame`.
    """
    columns: dict[str, list[str] | list[int]] = {"Student": [], "Words": []}
    orders: dict[str, list[int]] = {}
    for day in weeks["week"].drop_duplicates():
        group = weeks[weeks["week"] == day]
        name = format_day(day, year=False)
        columns[name] = [
            _cell(answers, rehearsals)
            for answers, rehearsals in zip(group["answers"], group["rehearsals"], strict=True)
        ]
        orders[name] = [int(done) for done in group["answers"] + group["rehearsals"]]
    people = weeks.groupby(["student_id", "name"], sort=False)["words"].sum().reset_index()
    columns["Student"] = [str(name) for name in people["name"]]
    columns["Words"] = [int(words) for words in people["words"]]
    return search_table(
        columns,
        least=SEARCHED,
        caption="What each student did in the week that began on each day",
        short=["Student"],
        orders=orders,
        empty="No students yet.",
    )


def _cell(answers: int, rehearsals: int) -> str:
    told = [pluralize(answers, "answer")] if answers else []
    told += [pluralize(rehearsals, "rehearsal")] if rehearsals else []
    return ", ".join(told)
