"""The plots of the workbook and the packets: each function takes frames and returns a `Plot`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from prepkit.forms import FORMS
from prepkit.text import pluralize
from prepkit.widgets import drawing
from prepkit.widgets.drawing import Fill, Picture, Plot
from prepkit.words import spoken_range

# For the parts of a past event, in order; the lines are as narrow as the boxes above them.
_STORY_ASKS = (
    ("where it was,", "and what was at stake"),
    ("what was", "yours"),
    ("what you did, step by step, and why:", "say “I”, and name the others"),
    ("what came", "of it"),
)
_COVERS: Mapping[str, tuple[Fill, str]] = {
    "answer": ("full", "you have a complete answer"),
    "packet": ("half", "a question in this packet"),
    "neither": ("empty", "not yet"),
}


def focus_plot(companies: pd.DataFrame, asks: pd.DataFrame) -> Plot:
    """Return one dot per published value, filled where a question gives practice for it.

    Values that their company has replaced are left out.

    Parameters
    ----------
    companies
        A bank's frame `companies`.
    asks
        The bank's frame `asks`.
    """
    values = companies[companies["value"].notna() & companies["superseded_by"].isna()]
    trained = set(zip(asks["company"], asks["value"], strict=True))
    pairs = zip(values["company"], values["value"], strict=True)
    coverage = (
        pd.DataFrame(
            {"company": values["company"].array, "covered": [pair in trained for pair in pairs]}
        )
        .groupby("company", observed=True)["covered"]
        .agg(["sum", "size"])
        .sort_values(["sum", "size"], ascending=False, kind="stable")
    )
    total, filled = int(coverage["size"].sum()), int(coverage["sum"].sum())
    caption = (
        f"The questions here give practice for {filled} of the {pluralize(total, 'value')} that "
        f"{pluralize(len(coverage), 'company', 'companies')} {_has(len(coverage))} published."
    )
    rows: list[drawing.DotRow] = [
        (str(name), {"full": some, "empty": size - some}, f"{some} of {size}")
        for name, some, size in coverage.itertuples(name=None)
    ]
    details = [f"{name}: {words}." for name, _, words in rows]
    height = drawing.DOT_ROW * max(len(rows), 1)
    return Plot.of(
        drawing.dot_rows(rows, top=0), height, alt=" ".join([caption, *details]), caption=caption
    )


def coverage_plot(coverage: pd.DataFrame) -> Picture:
    """Return one dot per value or question: covered by an answer, by the packet, or by neither.

    Parameters
    ----------
    coverage
        A frame of `coverage_frame`.
    """
    totals = coverage["cover"].value_counts()
    kinds = coverage["kind"].value_counts(sort=False)
    whole = " and ".join(pluralize(n, str(kind)) for kind, n in kinds.items() if n) or "nothing"
    caption = (
        f"Of {whole}, {totals['answer']} {_has(totals['answer'])} a complete answer, and "
        f"{totals['packet']} more {_is(totals['packet'])} practised with this packet."
    )
    rows: list[drawing.DotRow] = []
    details = []
    for name, group in coverage.groupby("group", sort=False):
        found = group["cover"].value_counts()
        size = pluralize(len(group), str(group["kind"].iloc[0]))
        dots = {fill: int(found[cover]) for cover, (fill, _) in _COVERS.items()}
        rows.append((str(name), dots, f"{found['answer'] + found['packet']} of {size}"))
        details.append(
            f"{name}: {found['answer']} of {size} with a complete answer, {found['packet']} more "
            "with a question in this packet."
        )
    marks = [(partial(drawing.dot, fill, y=11.4), words) for fill, words in _COVERS.values()]
    shapes = [*drawing.legend(marks, gap=10), *drawing.dot_rows(rows, top=drawing.LEGEND)]
    height = drawing.LEGEND + drawing.DOT_ROW * len(rows)
    return Picture.of(shapes, height, alt=" ".join([caption, *details]), caption=caption)


def star_plot() -> Picture:
    """Return the parts of an answer about a past event, each as wide as its share of the time."""
    form = FORMS["past-event"]
    total = sum(form.words)
    shapes, details, left = [], [], 0.0
    for part, lines in zip(form.parts, _STORY_ASKS, strict=True):
        share = sum(part.words) / total
        wide = share * drawing.WIDTH
        middle = left + (wide - 5) / 2
        letter, title = part.letter, part.title
        shapes += [
            drawing.box(left, 0, wide - 5, 52, fill=drawing.COLOURS["complete"], radius=2),
            drawing.text(letter, middle, 28, "middle", size=25, fill="#ffffff", heading=True),
            drawing.text(title, middle, 44, "middle", fill="#ffffff"),
            *(drawing.text(line, left, 66 + 12 * n, size=9.2) for n, line in enumerate(lines)),
        ]
        details.append(f"{title}, {100 * share:.0f} per cent: {' '.join(lines)}.")
        left += wide
    time = spoken_range(*form.words)
    note = f"Each part is as wide as its share of the time, {time}: a rule of thumb, not research."
    shapes.append(drawing.text(note, 0, 98, size=9.2))
    caption = "An answer about a past event is one story, told in four parts."
    return Picture.of(shapes, 104, alt=" ".join([*details, note]), caption=caption)


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
