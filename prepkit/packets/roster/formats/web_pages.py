"""Tables in HTML, which many student systems offer as "Excel", with the suffix .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prepkit.notebook.html_tree import Node, parse_html
from prepkit.packets.roster.formats.rows import Merged, Sheet

_STRUCK = re.compile(r"text-decoration[^;]*line-through")
_HIDDEN = re.compile(r"display\s*:\s*none")
_MOST_SPANNED = 1000


def read_web_page(text: str) -> list[Sheet]:
    """Return the tables of a page that hold no other table."""
    tables = [each for each in parse_html(text).descendants() if each.tag == "table"]
    inner = [each for each in tables if not _within(each, "table")]
    return [_read_table(table, f"table {count}") for count, table in enumerate(inner, 1)]


def _within(node: Node, *tags: str) -> list[Node]:
    return [each for each in node.descendants() if each.tag in tags]


def _read_table(table: Node, name: str) -> Sheet:
    rows: list[list[object]] = []
    hidden: set[int] = set()
    struck: dict[int, list[int]] = {}
    merged: list[Merged] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(_within(table, "tr"), 1):
        values: list[object] = []
        for cell in (each for each in row.elements() if each.tag in ("td", "th")):
            while (number, len(values) + 1) in taken:
                values.append(None)
            column = len(values) + 1
            values.append(_text(cell))
            if _is_struck(cell) or (_STRUCK.search(row.attributes.get("style", ""))):
                struck.setdefault(number, []).append(column)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            if down > 1 or across > 1:
                merged.append(Merged(number, number + down - 1, column, column + across - 1))
                taken.update(_covered(number, down, column, across))
        rows.append(values)
        if _HIDDEN.search(row.attributes.get("style", "")):
            hidden.add(number)
    return Sheet(rows, name, True, frozenset(hidden), struck, merged)


def _text(cell: Node) -> str:
    lines = cell.text().replace("\xa0", " ").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def _is_struck(cell: Node) -> bool:
    """Tell whether a cell's text, or a part of it, is struck out."""
    return any(
        each.tag in ("s", "strike", "del") or _STRUCK.search(each.attributes.get("style", ""))
        for each in (cell, *cell.descendants())
        if each.words()
    )


def _span(cell: Node, name: str) -> int:
    found = cell.attributes.get(name, "1")
    return max(1, min(int(found), _MOST_SPANNED)) if found.isdecimal() else 1


def _covered(row: int, down: int, column: int, across: int) -> Iterator[tuple[int, int]]:
    for each in range(row, row + down):
        for place in range(column, column + across):
            yield each, place
