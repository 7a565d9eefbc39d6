"""One output of a code cell -> blocks: its richest form that can be printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from prepkit.handouts.blocks import Block, blocks_of
from prepkit.handouts.inline import Inline, soften
from prepkit.handouts.prose import cell_blocks, latex_blocks
from prepkit.handouts.worksheet import WorksheetData
from prepkit.notebook.fields import joined, mapping, stream_text
from prepkit.notebook.mime import SHEET_MIME, WIDGET_VIEW
from prepkit.notebook.pictures import MIMES
from prepkit.notebook.scripted import Chart, chart_of, readable_html
from prepkit.notebook.titles import svg_title
from prepkit.notebook.widget_state import widget_content
from prepkit.text import strip_ansi

_LINE = 80
"""Characters without a space that a line of fixed width takes on any paper."""

_LONG = re.compile(rf"\S{{{_LINE}}}(?=\S)")
# What IPython says of an object that has another form; nothing of it is content.
_STAND_IN = re.compile(r"<IPython\.core\.display\.\w+ object>")
_TEXTS = frozenset({"text/html", "text/markdown", "text/plain"})


class Page(Protocol):
    """Where blocks go, in order; notices say at which place of the notebook."""

    def add(self, *blocks: Block) -> None:
        """Print blocks."""

    def notice(self, text: str) -> None:
        """Report content that is not printed as it is."""

    def said(self) -> list[Block]:
        """Return the notices since the last call, as blocks."""

    def find(self, source: str, alt: str, width: float | None) -> Block | None:
        """Return the picture that HTML or Markdown names; None after a notice."""

    def figure(self, mime: str, data: str, alt: str | None) -> bool:
        """Print a picture; after a notice that it can't be printed, return False."""

    def worksheet(self, data: WorksheetData) -> None:
        """Print a worksheet."""


def add_output(output: Any, page: Page, states: Mapping[str, Any]) -> None:
    """Print `output`, of a code cell of a notebook of format 4; report what it lacks.

    `states` are the notebook's stored widgets, by id.
    """
    output = mapping(output)
    kind = output.get("output_type")
    if kind == "stream":
        if "text" not in output:
            page.notice("the output is not printed: it has no text")
        _add_stream(joined(output.get("text")), page)
    elif kind == "error":
        name, value = joined(output.get("ename", "Error")), joined(output.get("evalue"))
        text = strip_ansi(f"{name}: {value}").rstrip(": ")
        page.add({"t": "error", "s": _breakable(text)})
    elif kind in ("display_data", "execute_result", "update_display_data"):
        _add_bundle(mapping(output.get("data")), mapping(output.get("metadata")), page, states)
    else:
        page.notice(f"the output is not printed: its output_type is {kind!r}")


def _add_stream(text: str, page: Page) -> None:
    shown = stream_text(text)
    if shown.strip():
        page.add({"t": "stream", "s": _breakable(shown)})


def _breakable(text: str) -> str:
    """Let words that are longer than a line break, by zero-width spaces."""
    return _LONG.sub(lambda word: f"{word.group()}\u200b", text)


def _add_bundle(
    data: Mapping[str, Any], metadata: Mapping[str, Any], page: Page, states: Mapping[str, Any]
) -> None:
    if SHEET_MIME in data and _add_worksheet(data[SHEET_MIME], page):
        return
    if not data:
        page.notice("the output is not printed: it has no data")
    if WIDGET_VIEW in data and not _TEXTS.isdisjoint(data):
        page.notice("a widget is printed as its text")
    html = joined(data.get("text/html"))
    chart = chart_of(data, html)
    for mime in MIMES:
        if mime in data:
            picture = joined(data[mime])
            alt = _alt(mime, picture, metadata, chart)
            if page.figure(mime, picture, alt):
                return
    if chart:
        page.notice(chart.notice)
        return
    readable, notices = readable_html(html)
    for notice in notices:
        page.notice(notice)
    markdown = joined(data.get("text/markdown"))
    latex = joined(data.get("text/latex"))
    readers = ((readable, blocks_of), (markdown, cell_blocks), (latex, latex_blocks))
    for text, read in readers:
        if text and (blocks := read(text, page.find, page.notice, page.said)):
            page.add(*blocks)
            if any(block["t"] != "notice" for block in blocks):
                return
    if WIDGET_VIEW in data and _add_widget(data[WIDGET_VIEW], page, states):
        return
    plain = joined(data.get("text/plain"))
    others = sorted(set(map(str, data)) - _TEXTS)
    if plain and not _STAND_IN.fullmatch(plain.strip()):
        _add_stream(plain, page)
    elif others:
        page.notice(f"not printed, as it has no printable form: {', '.join(others)}")


def _add_worksheet(stored: Any, page: Page) -> bool:
    try:
        data = WorksheetData.model_validate(stored)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        page.notice(f"the worksheet's data is damaged ({where}: {first['msg']}); text printed")
        return False
    page.worksheet(data)
    return True


def _add_widget(view: Any, page: Page, states: Mapping[str, Any]) -> bool:
    """Print what a stored widget and all in it show; return False if there is nothing."""
    content = widget_content(view, states)
    for label, shown in content:
        if isinstance(shown, str):
            lines: list[Inline] = []
            for line in shown.split("\n"):
                lines += [{"t": "break"}, soften(line)] if lines else [soften(line)]
            head: list[Inline] = [{"t": "strong", "c": [f"{label}:"]}, " "] if label else []
            page.add({"t": "paragraph", "c": [*head, *lines]})
        else:
            add_output(shown, page, {})  # without the stored widgets: one may show itself
    return bool(content)


def _alt(mime: str, picture: str, metadata: Mapping[str, Any], chart: Chart | None) -> str | None:
    """Return what a picture shows: as its author says, else as the plot itself does."""
    stated = mapping(metadata.get(mime)).get("alt") or metadata.get("alt")
    if stated and isinstance(stated, str):
        return stated
    if chart and chart.title:
        return chart.title
    return svg_title(picture) if mime == "image/svg+xml" else None
