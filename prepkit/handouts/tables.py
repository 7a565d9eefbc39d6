"""An HTML table -> a grid for the template, as a reader would set it: frames without noise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prepkit.handouts.htmltree import Node

MAX_SPAN = 200
WIDE = 118
"""Characters, in the longest word or short text of each column, beyond which a page is turned."""

FITS = 90
"""Characters, in the longest text of each column, up to which no text needs a second line."""

LONG = 600
"""Characters beyond which a cell may be broken over two pages."""

SHORT = 24
"""Characters up to which a column's texts are kept on one line."""

_NUMBER = re.compile(
    r"[\s€$£¥+\-\u2212\u2013(]*\d[\d,. \u00a0\u202f]*\s*(?:%|[a-zA-Z]{0,2}|e[+-]?\d+)?\)?"
)
_NOTHING = frozenset({"", "…", "...", "NaN", "nan", "NaT", "None", "<NA>", "-", "–", "—"})  # noqa: RUF001


@dataclass
class Cell:
    """One cell at column `x` and row `y`, both from 0."""

    x: int
    y: int
    colspan: int
    rowspan: int
    content: list[Any]
    text: str
    heads: bool
    side: str | None


def table_of(node: Node, content: Callable[[Node], list[Any]]) -> dict[str, Any] | None:
    """Return the table of a ``<table>`` for the template, or None when it has no cell.

    Parameters
    ----------
    node
        The ``<table>`` element.
    content
        What turns a cell into inline content.
    """
    caption, head_rows, body_rows = _rows(node)
    rows = head_rows + body_rows
    if not rows:
        return None
    head = len(head_rows)
    while not head_rows and head < len(rows) and all(c.tag == "th" for c in rows[head]):
        head += 1
    cells = _place(rows, head, content)
    if "dataframe" in node.attributes.get("class", "").split():
        cells = _without_default_index(cells, head)
        cells, head = _index_name_in_head(cells, head)
    columns = max(cell.x + cell.colspan for cell in cells)
    return {
        "t": "table",
        "columns": columns,
        "rows": max(cell.y + cell.rowspan for cell in cells),
        "head": head,
        "index": _index_columns(cells, head, columns),
        "widths": _widths(cells, columns),
        "align": [_side([c for c in cells if c.x == x and c.y >= head]) for x in range(columns)],
        "caption": content(caption) if caption else None,
        "wide": sum(_least_width(cells, x) for x in range(columns)) > WIDE,
        "cells": [_cell_data(cell) for cell in cells],
    }


def _cell_data(cell: Cell) -> dict[str, Any]:
    return {
        "x": cell.x,
        "y": cell.y,
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
        "c": cell.content,
        # Only a long text may go on over a page.
        "long": len(cell.text) > LONG,
    }


def _rows(table: Node) -> tuple[Node | None, list[list[Node]], list[list[Node]]]:
    """Return the caption, the rows of the head and all other rows."""
    caption = None
    head: list[list[Node]] = []
    body: list[list[Node]] = []

    def walk(parent: Node, rows: list[list[Node]]) -> None:
        nonlocal caption
        for child in parent.elements():
            if child.tag == "caption":
                caption = child
            elif child.tag == "tr":
                cells = [cell for cell in child.elements() if cell.tag in ("td", "th")]
                if cells:
                    rows.append(cells)
            elif child.tag in ("thead", "tbody", "tfoot"):
                walk(child, head if child.tag == "thead" else rows)

    walk(table, body)
    return caption, head, body


def _span(cell: Node, name: str) -> int:
    value = cell.attributes.get(name, "1")
    return min(MAX_SPAN, int(value)) if re.fullmatch(r"[1-9]\d{0,8}", value) else 1


def _place(rows: list[list[Node]], head: int, content: Callable[[Node], list[Any]]) -> list[Cell]:
    """Give every cell its column: spans from above push cells to the right, none overlap."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for y, row in enumerate(rows):
        x = 0
        last = head if y < head else len(rows)
        for node in row:
            while (x, y) in taken:
                x += 1
            colspan = _span(node, "colspan")
            while any((x + i, y) in taken for i in range(colspan)):
                colspan -= 1
            rowspan = min(_span(node, "rowspan"), last - y)
            taken.update((x + i, y + j) for i in range(colspan) for j in range(rowspan))
            style = re.search(
                r"text-align:\s*(left|right|center)", node.attributes.get("style", "")
            )
            side = style.group(1) if style else None
            text = " ".join(node.text().split())
            placed.append(Cell(x, y, colspan, rowspan, content(node), text, node.tag == "th", side))
            x += colspan
    return placed


def _without_default_index(cells: list[Cell], head: int) -> list[Cell]:
    """Drop the column 0, 1, 2 … under an empty head: on paper it says nothing."""
    first = [cell for cell in cells if cell.x == 0]
    rest = [cell for cell in cells if cell.x > 0]
    titles = [cell.text for cell in first if cell.y < head]
    counted = [cell.text for cell in first if cell.y >= head]
    plain = all(cell.colspan == 1 for cell in first)
    if rest and plain and not any(titles) and counted == [str(i) for i in range(len(counted))]:
        for cell in rest:
            cell.x -= 1
        return rest
    return cells


def _index_name_in_head(cells: list[Cell], head: int) -> tuple[list[Cell], int]:
    """Put the name of a frame's index, which pandas gives a row of its own, beside the others."""
    low = {cell.x: cell for cell in cells if cell.y == 1}
    top = {cell.x: cell for cell in cells if cell.y == 0}
    named = {x for x, cell in low.items() if cell.text}
    simple = all(cell.rowspan == cell.colspan == 1 for cell in [*low.values(), *top.values()])
    if head != 2 or not simple or not named or any(top[x].text for x in named if x in top):
        return cells, head
    if not named <= set(top) or any(cell.text for x, cell in top.items() if x in named):
        return cells, head
    for x in named:
        top[x].content, top[x].text = low[x].content, low[x].text
    kept = [cell for cell in cells if cell.y != 1]
    for cell in kept:
        cell.y -= cell.y > 1
    return kept, 1


def _index_columns(cells: list[Cell], head: int, columns: int) -> int:
    for x in range(columns):
        column = [cell for cell in cells if cell.x == x and cell.y >= head]
        if not column or not all(cell.heads for cell in column):
            return x
    return columns


def _side(column: list[Cell]) -> str:
    """Return where a column is aligned: as most of its cells ask, else numbers to the right."""
    asked = Counter(cell.side for cell in column if cell.side)
    if asked:
        return asked.most_common(1)[0][0]
    texts = [cell.text for cell in column if cell.text not in _NOTHING and cell.colspan == 1]
    return "right" if texts and all(_NUMBER.fullmatch(text) for text in texts) else "left"


def _widths(cells: list[Cell], columns: int) -> list[float | None]:
    """Return each column's share of the width that is left; None where it is as wide as its text.

    Longer texts get more, but by the root of their length: twice the text needs fewer than twice
    the lines when its column is wider too.
    """
    longest = [
        max((len(c.text) for c in cells if c.x == x and c.colspan == 1), default=0)
        for x in range(columns)
    ]
    if sum(longest) <= FITS:
        return [None] * columns
    return [round(min(length, 400) ** 0.5, 2) if length > SHORT else None for length in longest]


def _least_width(cells: list[Cell], x: int) -> int:
    """Return how many characters wide column `x` must be so that its words don't break."""
    texts = [cell.text for cell in cells if cell.x == x and cell.colspan == 1]
    longest = max((max(map(len, text.split()), default=0) for text in texts), default=0)
    return 2 + min(30, max(longest, min(14, max(map(len, texts), default=0))))
