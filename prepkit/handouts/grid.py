"""Cells on a grid: how wide the columns must be, and how a table that is too wide is split."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from prepkit.handouts.cell_style import Style
from prepkit.handouts.layout import PAPERS, Layout

SMALLEST = 7.4
"""The smallest size in which tables are set, in points: smaller type is hard to read in print."""

ROW = 14.2
"""How high a row of one line is in that size, in points."""

MILLIMETRE = 72 / 25.4
GAPS = (10.0, 6.0)
"""The space between columns in points: what looks best, and what a full page gets."""

FITS = 90
"""Up to this many characters, in the longest texts of all columns, every text fits on one line."""

SHORT = 24
"""If a column's longest text has at most this many characters, its texts stay on one line."""


# How wide the characters from the blank to the tilde are in the bold type of tables, in units of
# four thousandths of its size.
_ADVANCES = bytes.fromhex(
    "324f788080d2a04551516e80455045568080808080808080808045458080806fdb8c95909c86809da6467c957e"
    "baa4a892a8948888a486c8877d87515651807d89818d748d7f4f828c42428244d38c898d8d5d6c5a8b7cbb787c"
    "6f51405180"
)


@dataclass(frozen=True, slots=True)
class Room:
    """The room for a table on a page."""

    upright: float
    """How wide the text of a page is, in points."""
    sideways: float
    """The same for a page in landscape."""
    lines: int
    """How many lines of a table a page in landscape takes."""


def room_of(layout: Layout) -> Room:
    """Return the room that a layout leaves for tables."""
    width, height = PAPERS[layout.paper or "a4"]
    margins = layout.meta()["margins"]
    sides = 2 * margins["x"]
    return Room(
        upright=(width - sides) * MILLIMETRE,
        sideways=(height - sides) * MILLIMETRE,
        lines=int((width - margins["top"] - margins["bottom"]) * MILLIMETRE / ROW),
    )


A4 = room_of(Layout())
"""The room on A4, with the margins of a handout."""


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


def text_width(text: str) -> float:
    """Return how wide a text is in points, in the smallest size of tables."""
    thousandths = sum(
        4 * _ADVANCES[ord(one) - 32] if " " <= one <= "~" else 1000 if one >= "\u2e80" else 560
        for one in text
    )
    return thousandths * SMALLEST / 1000


def least_widths(cells: Sequence[Cell], gap: float) -> list[float]:
    """Return how wide each column must be so that its words don't break, in points."""
    least = [0.0] * column_count(cells)
    for cell in cells:
        if cell.colspan == 1:
            texts = [cell.text[:14], *(word[:30] for word in cell.text.split())]
            least[cell.x] = max(least[cell.x], *map(text_width, texts))
    return [round(gap + width, 1) for width in least]


def widths(cells: Sequence[Cell], room: float, gap: float) -> list[float | None]:
    """Return each column's share of the width; None if it is as wide as its text.

    A column's share grows with the square root of its longest text: a text of twice the length gets
    a wider column, and so needs less than twice the lines. If that would leave a column without
    enough room, each column gets the width that its words need.
    """
    least = least_widths(cells, gap)
    longest = [0] * len(least)
    whole = [0.0] * len(least)
    for cell in cells:
        if cell.colspan == 1:
            longest[cell.x] = max(longest[cell.x], len(cell.text))
            if len(cell.text) <= SHORT:
                whole[cell.x] = max(whole[cell.x], gap + text_width(cell.text))
    if sum(longest) <= FITS:
        return [None] * len(least)
    needed = [
        width if length <= SHORT else floor
        for length, width, floor in zip(longest, whole, least, strict=True)
    ]
    if sum(needed) > room:
        return [*least]
    return [round(min(length, 400) ** 0.5, 2) if length > SHORT else None for length in longest]


def cut(least: Sequence[float], index: int, room: float) -> list[list[int]]:
    """Return the columns of each part of a table that is wider than a page.

    Each part starts with the `index` columns, unless these fill half a page by themselves. The
    parts have about the same width.
    """
    repeated = list(range(index)) if sum(least[:index]) <= room / 2 else []
    rest = list(range(len(repeated), len(least)))
    own = room - sum(least[column] for column in repeated)
    fewest = len(_fill(least, rest, own))
    narrowest = math.ceil(max((least[column] for column in rest), default=0))
    limit = next(
        (width for width in range(narrowest, int(own)) if len(_fill(least, rest, width)) == fewest),
        own,
    )
    return [[*repeated, *part] for part in _fill(least, rest, limit)]


def _fill(least: Sequence[float], columns: Sequence[int], limit: float) -> list[list[int]]:
    parts: list[list[int]] = []
    width: float = limit
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
