"""A frame as an HTML table, plain or to search and sort, that needs nothing but itself."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pandas as pd

from prepkit.records import State
from prepkit.scripts import page_script, style_sheet
from prepkit.text import escape_html

STATE_MARKS: Mapping[State, str] = {"untouched": "○", "started": "◐", "complete": "●"}
"""What stands before the name of an answer's state, wherever one is shown."""

LEFT = ' style="text-align: left"'
"""For a cell whose text is to begin at the left where a notebook's style sheets are not kept."""
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
"""Plain values, by the headings of their columns; they are shown as they are."""


def glance_table(
    columns: Columns,
    *,
    caption: str,
    wide: Collection[str] = (),
    short: Collection[str] = (),
    total: bool = False,
    empty: str = "Nothing here yet.",
) -> Table:
    """Return a small table.

    With `total`, its last row is set apart; without rows, it says what `empty` says. Texts begin
    at the left by a style of their own: JupyterLab shows a notebook that was made elsewhere without
    style sheets, and with all texts at the right.
    """
    frame = pd.DataFrame(columns)
    table = _table_html(frame, caption, wide=wide, short=short, total=total, styled=True)
    if frame.empty:
        row = f'<tr><td colspan="{len(frame.columns)}">{escape(empty)}</td></tr>'
        table = table.replace("<tbody>", f"<tbody>{row}", 1)
    # In a narrow window the table scrolls sideways, by keyboard too: hence the tabindex.
    region = f'role="region" aria-label="{escape(caption)}" tabindex="0"'
    return Table(frame=frame, html=f'{style()}<div class="prepkit-view" {region}>{table}</div>')


def search_table(
    columns: Columns,
    *,
    caption: str,
    wide: Collection[str] = (),
    short: Collection[str] = (),
    links: Collection[str] = (),
    orders: Mapping[str, Sequence[Any]] | None = None,
    least: int = 1,
    empty: str = "Nothing here yet.",
) -> Table:
    """Return a table to search and sort, whole and readable where no script runs.

    Parameters
    ----------
    columns
        What is in it; the index of a frame isn't shown.
    caption
        The table's title.
    wide, short
        Names of columns that keep a readable width, and that never break into lines.
    links
        Names of columns of web addresses.
    orders
        By column name, what to sort its rows by where that isn't the text shown.
    least
        How many rows a search is worth; with fewer it is a small table.
    empty
        What to say in place of rows, if there are none.
    """
    frame = pd.DataFrame(columns)
    if len(frame) < least:
        return glance_table(frame, caption=caption, wide=wide, short=short, empty=empty)
    table = _table_html(frame, caption, wide=wide, short=short, links=links, orders=orders or {})
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
            "lengthMenu": "Rows _MENU_",
            "info": "_START_ to _END_ of _TOTAL_",
            "infoFiltered": "(found among _MAX_)",
            "infoEmpty": "Nothing",
            "zeroRecords": "Nothing here matches.",
        },
    }
    script = page_script("table.js").replace("LIBRARY)", f"{_library()})")
    script = script.replace("OPTIONS)", f"{json.dumps(options)})")
    view = f'{style()}<div class="prepkit-view">{table}</div>'
    return Table(frame=frame, html=f"{view}<script>{script}</script>")


def day_cells(moments: Iterable[date]) -> list[str]:
    """Return days as a reader and a sort both want them; nothing for NaT."""
    return ["" if pd.isna(moment) else f"{moment:%Y-%m-%d}" for moment in moments]


def style() -> str:
    """Return the style element of all views: each output carries it, since any may stand alone."""
    return f"<style>{style_sheet('views.css')}</style>"


def _table_html(
    frame: pd.DataFrame,
    caption: str,
    *,
    wide: Collection[str] = (),
    short: Collection[str] = (),
    links: Collection[str] = (),
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
        columns.append(_cells(frame[name], kinds[-1], name in links, (orders or {}).get(name)))
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


def _cells(
    values: pd.Series[Any], kind: str, linked: bool, order: Sequence[Any] | None
) -> list[str]:
    """Return a column's cells, without the names of their elements."""
    shown = [link(str(value)) if linked else escape_html(str(value)) for value in values]
    if order is None:
        return [f"{kind}>{value}" for value in shown]
    keys = [escape(str(key)) for key in order]
    return [f'{kind} data-order="{key}">{value}' for key, value in zip(keys, shown, strict=True)]


def link(address: str) -> str:
    """Return a link that shows the host, which may break at its dots.

    What isn't an address of the web stays plain text.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return escape(address)
    host = escape(parts.netloc.removeprefix("www.")).replace(".", ".<wbr>")
    return (
        f'<a href="{escape(address)}" title="{escape(address)}" target="_blank" '
        f'rel="noopener noreferrer">{host}</a>'
    )


@cache
def _library() -> str:
    """Return the table library of itables and its style sheet, zipped, as a JSON object."""
    from itables import options

    bundle = Path(options.dt_bundle)
    zipped = {
        name: gzip.compress(path.read_bytes(), mtime=0)
        for name, path in [("js", bundle), ("css", bundle.with_suffix(".css"))]
    }
    return json.dumps({name: b64encode(data).decode() for name, data in zipped.items()})
