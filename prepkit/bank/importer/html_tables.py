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
    single = all(len(cells_of(row)) < 2 for row in rows_of(table))
    return single or bool(inside & {*HEADINGS, "table", "ul", "ol"})


def grid(table: Node) -> list[list[Node | None]]:
    """Return the cells of a table by row.

    A cell that reaches over several rows is in each of them, as readers see it. Where one reaches
    over columns, None follows it.
    """
    found: list[list[Node | None]] = []
    reaching: dict[int, tuple[Node, int]] = {}
    """By column: a cell from above, and how many rows of it are left."""
    for row in filter(cells_of, rows_of(table)):
        cells: list[Node | None] = []
        own = cells_of(row)
        while own or len(cells) in reaching:
            column = len(cells)
            if column in reaching:
                cell, rows = reaching.pop(column)
                columns = 1
            else:
                cell = own.pop(0)
                rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            if rows > 1:
                reaching[column] = (cell, rows - 1)
            cells += [cell, *([None] * (columns - 1))]
        found.append(cells)
    return found


def cells_of(row: Node) -> list[Node]:
    """Return the cells of a table's row."""
    return [cell for cell in row.elements() if cell.tag in ("td", "th")]


def _span(cell: Node, name: str) -> int:
    value = cell.attributes.get(name, "1")
    return min(max(int(value), 1), _MOST) if value.isdecimal() and len(value) < 5 else 1


def pipe_rows(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of a table in Markdown; the first one is its head."""
    filled = [row for row in texts if any(row)]
    rows = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in filled]
    rule = [f"|{' --- |' * len(filled[0])}"] if rows[1:] else []
    return [*rows[:1], *rule, *rows[1:]]
