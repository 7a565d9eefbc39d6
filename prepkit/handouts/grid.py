"""Cells on a grid: how wide its columns must be, and where a table too wide is cut in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from prepkit.handouts.cell_style import Style

UPRIGHT = 118
"""Characters, in the longest word or short text of each column, that a page has room for."""

SIDEWAYS = 175
"""The same for a page that is turned; what needs more is cut in parts."""

FITS = 90
"""Characters, in the longest text of each column, up to which no text needs a second line."""

SHORT = 24
"""Characters up to which a column's texts are kept on one line."""


@dataclass(frozen=True)
class Cell:
    """One cell at column `x` and row `y`, both from 0."""

    x: int
    y: int
    colspan: int
    rowspan: int
    content: list[Any]
    text: str
    heads: bool
    style: Style


def column_count(cells: Sequence[Cell]) -> int:
    """Return how many columns `cells` reach over."""
    return max(cell.x + cell.colspan for cell in cells)


def index_columns(cells: Sequence[Cell], head: int) -> int:
    """Return how many columns at the left hold nothing but heads of rows."""
    columns = column_count(cells)
    plain = {cell.x for cell in cells if cell.y >= head and not cell.heads}
    headed = {cell.x for cell in cells if cell.y >= head and cell.heads}
    return next((x for x in range(columns) if x in plain or x not in headed), columns)


def least_widths(cells: Sequence[Cell]) -> list[int]:
    """Return how many characters wide each column must be so that its words don't break."""
    least = [0] * column_count(cells)
    for cell in cells:
        if cell.colspan == 1:
            word = max(map(len, cell.text.split()), default=0)
            least[cell.x] = max(least[cell.x], word, min(14, len(cell.text)))
    return [2 + min(30, width) for width in least]


def widths(cells: Sequence[Cell], room: int) -> list[float | None]:
    """Return each column's share of the width; None where it is as wide as its text.

    Longer texts get more, but by the root of their length: twice the text needs fewer than twice
    the lines when its column is wider too. Where that would leave no room for some column, each
    gets what its words need.
    """
    least = least_widths(cells)
    longest = [0] * len(least)
    for cell in cells:
        if cell.colspan == 1:
            longest[cell.x] = max(longest[cell.x], len(cell.text))
    if sum(longest) <= FITS:
        return [None] * len(least)
    needed = [
        length + 2 if length <= SHORT else floor
        for length, floor in zip(longest, least, strict=True)
    ]
    if sum(needed) > room:
        return [float(floor) for floor in least]
    return [round(min(length, 400) ** 0.5, 2) if length > SHORT else None for length in longest]


def cut(least: Sequence[int], index: int) -> list[list[int]]:
    """Return the columns of each part of a table that is wider than a turned page.

    Each part begins with the `index` columns, unless these alone fill half a page; the parts are
    of about the same width.
    """
    repeated = list(range(index)) if sum(least[:index]) <= SIDEWAYS / 2 else []
    rest = list(range(len(repeated), len(least)))
    room = SIDEWAYS - sum(least[column] for column in repeated)
    fewest = len(_fill(least, rest, room))
    limit = next(
        limit for limit in range(max(least), room + 1) if len(_fill(least, rest, limit)) == fewest
    )
    return [[*repeated, *part] for part in _fill(least, rest, limit)]


def _fill(least: Sequence[int], columns: Sequence[int], limit: int) -> list[list[int]]:
    parts: list[list[int]] = []
    width = limit
    for column in columns:
        if width + least[column] > limit:
            parts.append([])
            width = 0
        parts[-1].append(column)
        width += least[column]
    return parts


def pick(cells: Sequence[Cell], columns: Sequence[int]) -> list[Cell]:
    """Return the cells of some columns, moved together; one that spans more is repeated."""
    place = {column: position for position, column in enumerate(columns)}
    picked = []
    for cell in cells:
        covered = [place[x] for x in range(cell.x, cell.x + cell.colspan) if x in place]
        if covered:
            picked.append(replace(cell, x=covered[0], colspan=len(covered)))
    return picked


def most_common(values: Sequence[str]) -> str | None:
    """Return the value that stands most often among `values`; None if there is none."""
    return Counter(values).most_common(1)[0][0] if values else None
