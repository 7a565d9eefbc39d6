"""The table of a pandas frame -> the same table without what is of no use on paper."""

from __future__ import annotations

from dataclasses import replace

from prepkit.handouts.grid import Cell
from prepkit.notebook.html_tree import Node


def is_frame(table: Node) -> bool:
    """Return whether pandas made the table: `to_html` sets a class, a Styler sets an id."""
    return "dataframe" in table.classes or table.attributes.get("id", "").startswith("T_")


def without_default_index(cells: list[Cell], head: int) -> list[Cell]:
    """Drop a first column 0, 1, 2 … without a title, which is of no use on paper."""
    first = [cell for cell in cells if cell.x == 0]
    rest = [cell for cell in cells if cell.x > 0]
    titles = [cell.text for cell in first if cell.y < head]
    counted = [cell.text for cell in first if cell.y >= head]
    plain = all(cell.colspan == 1 for cell in first) and all(c.heads for c in first if c.y >= head)
    if rest and plain and not any(titles) and counted == [str(i) for i in range(len(counted))]:
        return [replace(cell, x=cell.x - 1) for cell in rest]
    return cells


def index_name_in_head(cells: list[Cell], head: int) -> tuple[list[Cell], int]:
    """Move the names of a frame's index from their own row into the row of the other titles."""
    low = {cell.x: cell for cell in cells if cell.y == head - 1}
    top = {cell.x: cell for cell in cells if cell.y == head - 2}
    named = {x for x, cell in low.items() if cell.text}
    simple = all(cell.rowspan == 1 for cell in [*low.values(), *top.values()])
    if head < 2 or not simple or not named or len(named) == len(low):
        return cells, head
    if any(x not in top or top[x].text or top[x].colspan > 1 for x in named):
        return cells, head
    kept = []
    for cell in cells:
        if cell.y == head - 2 and cell.x in named:
            name = low[cell.x]
            kept.append(replace(cell, content=name.content, text=name.text, style=name.style))
        elif cell.y != head - 1:
            kept.append(replace(cell, y=cell.y - (cell.y >= head)))
    return kept, head - 1
