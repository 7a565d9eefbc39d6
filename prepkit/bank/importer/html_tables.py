"""Tables of an HTML page: their cells as a grid, and rows between bars. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prepkit.notebook.html_tree import HEADINGS, Node

_MOST = 50
"""How many rows or columns a cell may reach over; more is a mistake."""


def rows_of(table: Node) -> Iterator[Node]:
    """Yield the rows of a table, without those of tables in its cells."""
    for child in table.elements():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from rows_of(child)


def beside_cells(table: Node) -> Iterator[Node | str]:
    """Yield what is in a table, but in none of its cells: its caption, and what is misplaced."""
    for child in table.children:
        if isinstance(child, Node) and child.tag in ("thead", "tbody", "tfoot", "tr"):
            yield from beside_cells(child)
        elif isinstance(child, str) or child.tag not in ("td", "th") or table.tag != "tr":
            yield child


def is_layout(table: Node) -> bool:
    """Tell whether a table only arranges the page: it has headings, lists or tables in its cells.

    A table with one cell in each row, such as a box with a coloured ground, does so too.
    """
    inside = {node.tag for node in table.descendants()}
    single = all(len(_cells(row)) < 2 for row in rows_of(table))
    return single or bool(inside & {*HEADINGS, "table", "ul", "ol"})


def grid(table: Node, *, repeat: bool = False) -> list[list[Node | None]]:
    """Return the cells of a table by row.

    Parameters
    ----------
    table
        The table.
    repeat
        Whether a cell that reaches over several rows is in each of them, as readers see it. Where
        one reaches over columns, None follows it.
    """
    found: list[list[Node | None]] = []
    above: dict[int, tuple[Node, int]] = {}
    for row in rows_of(table):
        cells: list[Node | None] = []
        for cell in _cells(row):
            while repeat and len(cells) in above:
                cells.append(_from_above(above, len(cells)))
            if (rows := _span(cell, "rowspan")) > 1:
                above[len(cells)] = (cell, rows - 1)
            cells += [cell, *([None] * (_span(cell, "colspan") - 1))]
        while repeat and len(cells) in above and _cells(row):
            cells.append(_from_above(above, len(cells)))
        found.append(cells)
    return found


def _from_above(above: dict[int, tuple[Node, int]], column: int) -> Node:
    cell, left = above.pop(column)
    if left > 1:
        above[column] = (cell, left - 1)
    return cell


def _cells(row: Node) -> list[Node]:
    return [cell for cell in row.elements() if cell.tag in ("td", "th")]


def _span(cell: Node, name: str) -> int:
    value = cell.attributes.get(name, "1")
    return min(max(int(value), 1), _MOST) if value.isdecimal() and len(value) < 5 else 1


def pipe_rows(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of a table in Markdown; the first one is its head."""
    rows = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        for row in texts
        if any(row)
    ]
    rule = [f"|{' --- |' * len(next(row for row in texts if any(row)))}"] if rows[1:] else []
    return [*rows[:1], *rule, *rows[1:]]
