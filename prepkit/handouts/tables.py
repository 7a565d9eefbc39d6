"""An HTML table -> a grid for the template, laid out to be easy to read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from prepkit.handouts.cell_style import cell_style
from prepkit.handouts.frames import index_name_in_head, is_frame, without_default_index
from prepkit.handouts.grid import (
    GAPS,
    Cell,
    Room,
    column_count,
    cut,
    index_columns,
    least_widths,
    most_common,
    pick,
    widths,
)
from prepkit.handouts.inline import holds
from prepkit.handouts.notices import Notice
from prepkit.notebook.html_tree import Node

MAX_SPAN = 200

LONG = 600
"""If a cell has more characters than this, its row may continue on the next page."""

MANY = 10
"""A table with more columns has less space between them."""

FULL = 0.65
"""How full pages in landscape must be, on average, for a table to be turned."""

LINE = 40
"""How many characters a line break inside a cell counts as."""

_NUMBER = re.compile(
    r"[\s€$£¥+\-\u2212\u2013(]*\d[\d,. \u00a0\u202f]*\s*(?:%|[a-zA-Z]{0,2}|e[+-]?\d+)?\)?"
)
_NOTHING = frozenset(
    {"", "…", "...", "NaN", "nan", "NaT", "inf", "-inf", "None", "<NA>", "-", "\u2013", "\u2014"}
)

Content = Callable[[Node], list[Any]]
"""Turns an element into inline content."""


@dataclass
class _Rows:
    """The rows of a table by where they belong, each a list of its cells."""

    captions: list[Node] = field(default_factory=list)
    head: list[list[Node]] = field(default_factory=list)
    body: list[list[Node]] = field(default_factory=list)
    notes: list[Node] = field(default_factory=list)


def table_blocks(node: Node, content: Content, notice: Notice, room: Room) -> list[dict[str, Any]]:
    """Return a ``<table>`` for the template, as a list of blocks; empty if it has no cells.

    A table that is wider than a page comes in parts, each with the index columns, one below the
    other. Only a long table is turned: it fills pages in landscape.

    Parameters
    ----------
    node
        The ``<table>`` element.
    content
        Turns a cell into inline content.
    notice
        Called with what is not printed as it is in the notebook.
    room
        How wide the pages are.
    """
    rows = _rows(node)
    all_rows = rows.head + rows.body
    if not all_rows:
        return []
    head = len(rows.head)
    while not rows.head and head < len(all_rows) and all(c.tag == "th" for c in all_rows[head]):
        head += 1
    whole = _placed_cells(all_rows, head, content)
    if any(cell.style.get("drawn") for cell in whole):
        notice("bars or other drawings behind the cells of a table are not printed")
    cells = whole
    if is_frame(node):
        whole, head = index_name_in_head(whole, head)
        cells = without_default_index(whole, head)
    caption: list[Any] = []
    notes = [content(note) for note in rows.notes]
    for title in rows.captions:
        caption.extend([{"t": "break"}, *content(title)] if caption else content(title))
    if sum(least_widths(cells, GAPS[-1])) <= room.upright:
        return [_table_block(cells, head, caption, notes, room.upright)]
    turned = _fills_pages(whole, room)
    if turned and sum(least_widths(cells, GAPS[-1])) <= room.sideways:
        table = _table_block(cells, head, caption, notes, room.sideways)
        return [{**table, "wide": True}]
    width = room.sideways if turned else room.upright
    # Parts keep the row numbers, which show which lines belong together.
    index = index_columns(whole, head)
    parts = cut(least_widths(whole, GAPS[-1]), index, width)
    count = column_count(whole)
    notice(
        f"a table with {count} columns is wider than a page, so it is printed in {len(parts)}"
        " parts, one below the other",
        for_author=True,
    )
    tables = [_table_block(pick(whole, columns), head, [], [], width) for columns in parts]
    repeated = index if all(part[:index] == parts[0][:index] for part in parts) else 0
    for columns, table in zip(parts[1:], tables[1:], strict=True):
        first, last = columns[repeated] - repeated + 1, columns[-1] - repeated + 1
        which = f"columns {first} to {last}" if first < last else f"column {last}"
        table["part"] = f"The same table: {which} of {count - repeated}"
    tables[0]["caption"] = caption
    tables[-1]["notes"] = notes
    return [{**table, "wide": turned} for table in tables]


def _fills_pages(cells: Sequence[Cell], room: Room) -> bool:
    """Return whether a table, set in landscape, leaves no page half empty."""
    lines: dict[int, int] = {}
    for cell in cells:
        lines[cell.y] = max(lines.get(cell.y, 1), len(cell.text) // LINE + 1)
    pages = sum(lines.values()) / room.lines
    return pages >= FULL * math.ceil(pages)


def _table_block(
    cells: Sequence[Cell], head: int, caption: list[Any], notes: list[list[Any]], room: float
) -> dict[str, Any]:
    loose = sum(least_widths(cells, GAPS[0])) <= room and column_count(cells) <= MANY
    gap = GAPS[0] if loose else GAPS[-1]
    sides = [
        _usual_side([c for c in cells if c.x == x and c.y >= head and c.colspan == 1])
        for x in range(column_count(cells))
    ]
    long = {cell.y for cell in cells if _is_long(cell)}
    # In PDF/UA-1, what is repeated on the next page may not contain links.
    once = {"repeat": False} if any(_leads(cell) for cell in cells if cell.y < head) else {}
    return {
        "t": "table",
        "columns": len(sides),
        "rows": max(cell.y + cell.rowspan for cell in cells),
        "head": head,
        "index": index_columns(cells, head),
        "widths": widths(cells, room, gap),
        "gap": gap,
        "fill": round(min(1, sum(least_widths(cells, gap)) / room), 2),
        "align": sides,
        "caption": caption,
        "notes": notes,
        "wide": False,
        **once,
        "cells": [_cell_data(cell, sides[cell.x], head, long) for cell in cells],
    }


def _is_long(cell: Cell) -> bool:
    lines = cell.content.count({"t": "break"})
    return len(cell.text) + lines * LINE > LONG


def _leads(cell: Cell) -> bool:
    return holds(cell.content, "link") or holds(cell.content, "note")


def _cell_data(cell: Cell, side: str, head: int, long: Collection[int]) -> dict[str, Any]:
    if cell.colspan > 1:
        side = "center" if cell.y < head else "left"
    style = cell.style
    return {
        "x": cell.x,
        "y": cell.y,
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
        "side": style.get("side", side),
        "c": cell.content,
        "heads": cell.heads,
        # A row continues on the next page only if it has a long text, and then with all its cells.
        "long": any(y in long for y in range(cell.y, cell.y + cell.rowspan)),
        **{key: style[key] for key in ("fill", "ink", "bold", "italic") if style.get(key)},
    }


def _rows(table: Node) -> _Rows:
    """Return the rows. A great_tables heading is a caption; a single cell in the foot is a note."""
    rows = _Rows()

    def walk(parent: Node) -> None:
        for child in parent.elements():
            if child.tag == "caption":
                rows.captions.append(child)
            elif child.tag in ("thead", "tbody", "tfoot"):
                walk(child)
            elif child.tag == "tr":
                cells = [cell for cell in child.elements() if cell.tag in ("td", "th")]
                if cells and "gt_heading" in child.classes:
                    rows.captions.extend(_heading_cell(cell) for cell in cells)
                elif len(cells) == 1 and parent.tag == "tfoot":
                    rows.notes.append(cells[0])
                elif cells:
                    (rows.head if parent.tag == "thead" else rows.body).append(cells)

    walk(table)
    return rows


def _heading_cell(cell: Node) -> Node:
    """Return a cell of a heading as a caption: bold if it is the title."""
    if "gt_title" in cell.classes:
        return Node("caption", {}, [Node("b", {}, cell.children)])
    return cell


def _span(cell: Node, name: str) -> int:
    value = cell.attributes.get(name, "1")
    return min(MAX_SPAN, int(value)) if re.fullmatch(r"[1-9]\d{0,8}", value) else 1


def _placed_cells(rows: list[list[Node]], head: int, content: Content) -> list[Cell]:
    """Give every cell its column: cells that span rows push others to the right; none overlap."""
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
            heads, style = node.tag == "th", cell_style(node)
            placed.append(Cell(x, y, colspan, rowspan, content(node), node.words(), heads, style))
            x += colspan
    return placed


def _usual_side(column: list[Cell]) -> str:
    """Return a column's alignment: what most of its cells ask for, or else right for numbers."""
    asked = most_common([cell.style["side"] for cell in column if "side" in cell.style])
    if asked:
        return asked
    texts = [cell.text for cell in column if cell.text not in _NOTHING]
    return "right" if texts and all(_NUMBER.fullmatch(text) for text in texts) else "left"
