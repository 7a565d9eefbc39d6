"""The columns of a table in a text, one after the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

_MOST = 300_000
"""In a longer text no column is read: that would take a while, and nobody reads it either."""

_MOST_COLUMNS = 200

_ROW = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG_BUT_CELLS = re.compile(r"</?(?!t[dh]\b)[^<>]*>|</t[dh]>", re.IGNORECASE)
_GAP = re.compile(r"\s{2,}|\t|\s*\|\s*")


def by_columns(text: str) -> Iterator[str]:
    """Yield the cells of the tables in a text, column by column.

    Tables are those of HTML, those of Markdown, and lines with wide gaps as pandas prints a frame.
    """
    if len(text) > _MOST:
        return
    if "<tr" in text:
        rows = [_CELL.split(_TAG_BUT_CELLS.sub("", row))[1:] for row in _ROW.split(text)[1:]]
    else:
        rows = [
            cells for line in text.split("\n") if len(cells := _GAP.split(line.strip(" |"))) > 1
        ]
    if len(rows) > 1 and max(map(len, rows)) <= _MOST_COLUMNS:
        yield _columns(rows)


def _columns(rows: Sequence[Sequence[str]]) -> str:
    # From the last cell on, because the first line of a frame has no cell above the row labels.
    columns = list(zip_longest(*(reversed(row) for row in rows), fillvalue=""))
    return "\n".join("\n".join(column) for column in reversed(columns))
