"""A frame as an HTML table, plain or to search and sort. It brings all it needs with it."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from numbers import Integral
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pandas as pd

from prepkit.records import STATE_TITLES, State
from prepkit.scripts import page_script, style_sheet
from prepkit.text import escape_html

STATE_MARKS: Mapping[State, str] = {"untouched": "○", "started": "◐", "complete": "●"}
"""The mark before an answer's status, wherever one is shown."""

LEFT = ' style="text-align: left"'
"""Aligns a cell's text at the left even where a notebook's style sheets are dropped."""
SEARCHED = 13
"""From this many rows on, a table of students or answers can be searched."""
_PAGE = 10


@dataclass(frozen=True)
class Table:
    """A frame as an HTML table. Every cell is shown whole; links open in a new tab."""

    frame: pd.DataFrame
    """The rows and columns shown, as plain values."""
    html: str = field(repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.frame.to_string(index=False)}


Columns: TypeAlias = pd.DataFrame | Mapping[str, Any]
"""Plain values by column heading. They are shown as they are; whole numbers get commas."""


def glance_table(
    columns: Columns,
    *,
    caption: str,
    note: str = "",
    wide: Collection[str] = (),
    short: Collection[str] = (),
    links: Mapping[str, Sequence[str]] | None = None,
    opens: Mapping[str, Sequence[str]] | None = None,
    total: bool = False,
    empty: str = "Nothing here yet.",
) -> Table:
    """Return a small table, with a `note` above it if there is one; see `search_table`.

    With `total`, its last row is set apart; without rows, it shows the text `empty`.
    """
    frame = pd.DataFrame(columns)
    # Styled cell by cell: JupyterLab drops the style sheets of a notebook that was made elsewhere,
    # and would then align all texts at the right.
    table = _table_html(
        frame, caption, _Links(links, opens), wide=wide, short=short, total=total, styled=True
    )
    if frame.empty:
        row = f'<tr><td colspan="{len(frame.columns)}">{escape(empty)}</td></tr>'
        table = table.replace("<tbody>", f"<tbody>{row}", 1)
    # In a narrow window the table scrolls sideways; the tabindex lets the arrow keys do that too.
    region = f'role="region" aria-label="{escape(caption)}" tabindex="0"'
    above = f"<p>{escape(note)}</p>" if note else ""
    view = f'<div class="prepkit-view" {region}>{above}{table}</div>'
    script = f"<script>{page_script('view.js')}</script>"
    return Table(frame=frame, html=f"{style()}{view}{script}")


def search_table(
    columns: Columns,
    *,
    caption: str,
    wide: Collection[str] = (),
    short: Collection[str] = (),
    links: Mapping[str, Sequence[str]] | None = None,
    opens: Mapping[str, Sequence[str]] | None = None,
    orders: Mapping[str, Sequence[Any]] | None = None,
    least: int = 1,
    empty: str = "Nothing here yet.",
) -> Table:
    """Return a table to search and sort. Where no script runs, all its rows can be read.

    Parameters
    ----------
    columns
        The values shown; the index of a frame isn't.
    caption
        The table's title.
    wide, short
        Names of columns that keep a readable width, and of columns whose cells never wrap.
    links
        The web addresses that the cells of a column link to, one per row; by name.
    opens
        The ids of the questions that the cells of a column name, one per row; by name. In a live
        notebook, each is a link that opens its question; on a site, a link to its page.
    orders
        Keys to sort a column by, one per row, where the text shown doesn't sort well; by name.
    least
        With fewer rows than this, it is a small table without a search box.
    empty
        What to say instead of rows, if there are none.
    """
    frame = pd.DataFrame(columns)
    if len(frame) < least:
        return glance_table(
            frame,
            caption=caption,
            wide=wide,
            short=short,
            links=links,
            opens=opens,
            empty=empty,
        )
    table = _table_html(frame, caption, _Links(links, opens), wide=wide, short=short, orders=orders)
    paging = len(frame) > _PAGE
    options = {
        "autoWidth": False,
        "order": [],
        "pageLength": _PAGE,
        "paging": paging,
        "layout": {
            "topStart": "search",
            "topEnd": "pageLength" if paging else None,
            "bottomStart": "info",
            "bottomEnd": "paging" if paging else None,
        },
        "language": {
            "search": "Search",
            "lengthMenu": "Rows per page _MENU_",
            "info": "_START_ to _END_ of _TOTAL_",
            "infoFiltered": "(filtered from _MAX_)",
            "infoEmpty": "No rows",
            "zeroRecords": "No matches.",
        },
    }
    script = page_script("table.js").replace("LIBRARY)", f"{_library()})")
    script = script.replace("OPTIONS)", f"{json.dumps(options)})")
    view = f'{style()}<div class="prepkit-view">{table}</div>'
    return Table(frame=frame, html=f"{view}<script>{script}</script>")


def day_cells(moments: Iterable[date]) -> list[str]:
    """Return days such as ``2026-01-31``, which sort as text too; an empty text for NaT."""
    return ["" if pd.isna(moment) else f"{moment:%Y-%m-%d}" for moment in moments]


def status_cells(states: Iterable[State]) -> list[str]:
    """Return states as people read them, such as ``◐ In progress``."""
    return [f"{STATE_MARKS[state]} {STATE_TITLES[state]}" for state in states]


def style() -> str:
    """Return the style element that each view carries, since its output may be shown alone."""
    return f"<style>{style_sheet('views.css')}</style>"


@dataclass(frozen=True)
class _Links:
    """Where the cells of some columns lead: to web addresses or to questions, by column."""

    addresses: Mapping[str, Sequence[str]] | None
    questions: Mapping[str, Sequence[str]] | None

    def cells(self, column: str, values: pd.Series[Any]) -> list[str]:
        """Return the HTML inside the cells of a column."""
        for targets, linked in ((self.addresses, link), (self.questions, question_link)):
            if targets and column in targets:
                return [linked(*each) for each in zip(targets[column], values, strict=True)]
        return [escape_html(_cell_text(value)) for value in values]


def _table_html(
    frame: pd.DataFrame,
    caption: str,
    links: _Links,
    *,
    wide: Collection[str] = (),
    short: Collection[str] = (),
    orders: Mapping[str, Sequence[Any]] | None = None,
    total: bool = False,
    styled: bool = False,
) -> str:
    left = LEFT if styled else ""
    kinds, columns = [], []
    for name in map(str, frame):
        if name in wide or name in short:
            kinds.append(f' class="prepkit-{"wide" if name in wide else "short"}"{left}')
        elif pd.api.types.is_numeric_dtype(frame[name].dtype):
            kinds.append(' class="prepkit-number"')
        else:
            kinds.append(left)
        shown = links.cells(name, frame[name])
        columns.append(_cells(shown, kinds[-1], (orders or {}).get(name)))
    head = "".join(
        f'<th scope="col"{kind}>{escape(str(name))}</th>'
        for name, kind in zip(frame, kinds, strict=True)
    )
    rows = []
    for number, (first, *rest) in enumerate(zip(*columns, strict=True)):
        last = ' class="prepkit-total"' if total and number == len(frame) - 1 else ""
        cells = "".join(f"<td{cell}</td>" for cell in rest)
        rows.append(f'<tr{last}><th scope="row"{first}</th>{cells}</tr>')
    return (
        f'<table class="prepkit-table"><caption{left}>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _cells(shown: Iterable[str], kind: str, order: Sequence[Any] | None) -> list[str]:
    """Return the cells of a column, without ``<td`` or ``<th`` at their beginning."""
    if order is None:
        return [f"{kind}>{value}" for value in shown]
    keys = [escape(str(key)) for key in order]
    return [f'{kind} data-order="{key}">{value}' for key, value in zip(keys, shown, strict=True)]


def _cell_text(value: object) -> str:
    # Integral covers numpy's whole numbers too, and True, which is no number to a reader.
    is_number = isinstance(value, Integral) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)


def link(address: str, text: str) -> str:
    """Return a link whose text may also wrap at its dots, where a site's name is long.

    The text of anything that isn't a web address stays plain text.
    """
    shown = escape_html(text).replace(".", ".<wbr>")
    if urlsplit(address).scheme not in ("http", "https"):
        return shown
    return (
        f'<a href="{escape(address)}" title="{escape(address)}" target="_blank" '
        f'rel="noopener noreferrer">{shown}</a>'
    )


def question_link(question_id: str, text: str) -> str:
    """Return a question's text, which a script or a site makes a link that opens the question."""
    return f'<a class="pk-open" data-question="{escape(question_id)}">{escape_html(text)}</a>'


@cache
def _library() -> str:
    """Return the table library that comes with itables and its style sheet, zipped, as JSON."""
    from itables import options

    bundle = Path(options.dt_bundle)
    zipped = {
        name: gzip.compress(path.read_bytes(), mtime=0)
        for name, path in [("js", bundle), ("css", bundle.with_suffix(".css"))]
    }
    return json.dumps({name: b64encode(data).decode() for name, data in zipped.items()})
