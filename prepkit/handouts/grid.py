"""Cells on a grid: how wide the columns must be, and how a table that is too wide is split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from prepkit.handouts.cell_style import Style

UPRIGHT = 118
"""How many characters a page has room for: the longest words of all columns added up."""

SIDEWAYS = 175
"""The same for a page in landscape; a wider table is split into parts."""

FITS = 90
"""Up to this many characters, in the longest texts of all columns, every text fits on one line."""

SHORT = 24
"""If a column's longest text has at most this many characters, its texts stay on one line."""


@dataclass(frozen=True)
class Cell:
    """One cell, at column `x` and row `y`, both counted from 0."""

    x: int
    y: int
    colspan: int
    rowspan: int
    content: list[Any]
    text: str
    heads: bool
    style: Style


def column_count(cells: Sequence[Cell]) -> int:
    """Return how many columns `cells` cover."""
    return max(cell.x + cell.colspan for cell in cells)


def index_columns(cells: Sequence[Cell], head: int) -> int:
    """Return how many columns on the left contain only row headings."""
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
    """Return each column's share of the width; None if it is as wide as its text.

    A column's share grows with the square root of its longest text: a text of twice the length gets
    a wider column, and so needs less than twice the lines. If that would leave a column without
    enough room, each column gets the width that its words need.
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
    """Return the columns of each part of a table that is wider than a page in landscape.

    Each part starts with the `index` columns, unless these fill half a page by themselves. The
    parts have about the same width.
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
    """Return the cells of some columns, without gaps; one that spans parts is in each of them."""
    place = {column: position for position, column in enumerate(columns)}
    picked = []
    for cell in cells:
        covered = [place[x] for x in range(cell.x, cell.x + cell.colspan) if x in place]
        if covered:
            picked.append(replace(cell, x=covered[0], colspan=len(covered)))
    return picked


def most_common(values: Sequence[str]) -> str | None:
    """Return the value that is most frequent in `values`; None if there is none."""
    return Counter(values).most_common(1)[0][0] if values else None
