"""An executed notebook of format 4, even a damaged one -> items. Pure, except for pictures.

This module and the modules that it uses decide what is shown of a notebook: tags, the richest form
of an output, pictures with their alternative texts, charts, widgets. The only files that are read
are pictures beside the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prepkit.notebook.ansi import terminal_text
from prepkit.notebook.equations import CellMaths, NotebookMaths
from prepkit.notebook.fields import joined, mapping, sequence, wishes
from prepkit.notebook.html_tree import HEADINGS, Node
from prepkit.notebook.items import (
    Code,
    Error,
    Figure,
    Html,
    Item,
    Missing,
    StoredSheet,
    Stream,
    Widget,
    WidgetText,
)
from prepkit.notebook.languages import cell_language
from prepkit.notebook.markdown import TooDeepError, cell_html, latex_html
from prepkit.notebook.mime import SHEET_MIME, WIDGET_VIEW
from prepkit.notebook.pictures import PictureFinder, PictureType, html_notices
from prepkit.notebook.scripted import Chart, chart_of, readable_html, without_own_script
from prepkit.notebook.svg import PictureError
from prepkit.notebook.trees import SILENT, TreeReader
from prepkit.notebook.widget_state import widget_content, widget_states
from prepkit.text import strip_ansi

# IPython's placeholder for an object that has a richer form; it isn't content.
_STAND_IN = re.compile(r"<IPython\.core\.display\.\w+ object>")
_NO_ALT = 'a picture has no description for screen readers ("alt" in the metadata)'
_WITH_DATA = ("display_data", "execute_result", "update_display_data")
_TEXTS = frozenset({"text/html", "text/markdown", "text/plain"})


@dataclass(frozen=True, slots=True)
class Medium:
    """What a kind of output (a page, a handout) can show, and the verb for its notices."""

    verb: str
    """``print`` or ``publish``, for notices such as "not printed"."""
    pictures: tuple[PictureType, ...]
    """The types of picture that can be shown, the best first."""
    sheet: Callable[[Any], Any]
    """Reads a stored worksheet; raises ValueError that says what is damaged."""
    scripts: bool = False
    """Whether scripts run there, so that HTML is shown with its scripts."""


def read_notebook(
    nb: Mapping[str, Any], medium: Medium, folder: Path | None = None
) -> Iterator[Item]:
    """Yield what a notebook shows, in order.

    Parameters
    ----------
    nb
        The notebook, of format 4.
    medium
        What the caller can show.
    folder
        Where the notebook is, for the pictures beside it; None reads no file.
    """
    reading = _Reading(nb, medium, folder)
    for number, cell in enumerate(sequence(nb.get("cells")), start=1):
        yield from reading.cell(mapping(cell), number)


def notebook_title(nb: Mapping[str, Any], items: Iterable[Item]) -> str | None:
    """Return a notebook's title, from its metadata or else from its first heading."""
    if title := joined(mapping(nb.get("metadata")).get("title")):
        return title
    for item in items:
        if isinstance(item, Html):
            for node in item.root.descendants():
                if node.tag in HEADINGS and (title := node.words()):
                    return title
    return None


class _Reading:
    """The reading of one notebook, cell by cell."""

    def __init__(self, nb: Mapping[str, Any], medium: Medium, folder: Path | None) -> None:
        metadata = mapping(nb.get("metadata"))
        kernel = mapping(metadata.get("kernelspec")).get("language")
        language = mapping(metadata.get("language_info")).get("name") or kernel
        self._language = joined(language).lower() or "python"
        self._states = widget_states(metadata)
        self._medium = medium
        self._shown = f"{medium.verb}ed"
        self._finder = PictureFinder(medium.pictures, self._shown, folder)
        self._trees = TreeReader(self._finder, self._shown, keep_web=medium.scripts)
        self._attachments: Mapping[str, Any] = {}
        self._place = ""
        self._notebook_maths = NotebookMaths(sequence(nb.get("cells")))
        self._maths = CellMaths()

    def _missing(self, what: str, *, for_author: bool = False) -> Missing:
        return Missing(place=self._place, what=what, for_author=for_author)

    # ---- cells

    def cell(self, cell: Mapping[str, Any], count: int) -> Iterator[Item]:
        """Yield what the cell of this number shows."""
        place = self._place = f"cell {count}"
        self._maths = self._notebook_maths.cell(count)
        asked = wishes(mapping(cell.get("metadata")))
        if "remove-cell" in asked:
            return
        source = joined(cell.get("source"))
        self._attachments = mapping(cell.get("attachments"))
        kind = cell.get("cell_type")
        if kind == "markdown":
            shown = self._markdown(source, is_cell=True)
            yield from _folded(shown, "hide-input" in asked)
        elif kind == "code":
            if source.strip() and "remove-input" not in asked:
                folded = "hide-input" in asked
                language = cell_language(source, self._language)
                yield Code(place=place, source=source, language=language, folded=folded)
            if "remove-output" not in asked:
                for number, output in enumerate(sequence(cell.get("outputs")), start=1):
                    self._place = f"{place}, output {number}"
                    shown = self._output(mapping(output), self._states)
                    yield from _folded(shown, "hide-output" in asked)
        elif kind == "raw":
            if source.strip():
                yield self._missing(f"a raw cell is not {self._shown}")
        else:
            yield self._missing(f"the cell is not {self._shown}: its cell_type is {kind!r}")

    # ---- outputs

    def _output(self, output: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[Item]:
        kind = output.get("output_type")
        if kind == "stream":
            if "text" not in output:
                yield self._missing(f"the output is not {self._shown}: it has no text")
            yield from self._stream(joined(output.get("text")))
        elif kind == "error":
            yield self._error(output)
        elif kind in _WITH_DATA or mapping(output.get("data")):
            data = mapping(output.get("data"))
            yield from self._bundle(data, mapping(output.get("metadata")), states)
        else:
            yield self._missing(f"the output is not {self._shown}: its output_type is {kind!r}")

    def _error(self, output: Mapping[str, Any]) -> Error:
        name, value = joined(output.get("ename", "Error")), joined(output.get("evalue"))
        text = strip_ansi(f"{name}: {value}").rstrip(": ")
        lines = "\n".join(map(joined, sequence(output.get("traceback"))))
        traceback, styled = terminal_text(lines)
        if traceback.strip() and text.strip() not in traceback:
            traceback = f"{traceback}\n{text}"
            styled = (*styled, ("\n" + text, "")) if styled else ()
        self._trees.above = ""
        return Error(place=self._place, text=text, traceback=traceback, styled=styled)

    def _stream(self, text: str) -> Iterator[Item]:
        shown, styled = terminal_text(text)
        if shown.strip():
            self._trees.above = ""
            yield Stream(place=self._place, text=shown, styled=styled)

    def _bundle(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any], states: Mapping[str, Any]
    ) -> Iterator[Item]:
        """Yield the richest form of an output that can be shown."""
        if SHEET_MIME in data:
            try:
                sheet = self._medium.sheet(data[SHEET_MIME])
            except ValueError as error:
                yield self._missing(
                    f"the worksheet's data is damaged ({error}); its text is {self._shown} instead"
                )
            else:
                self._trees.above = ""
                yield StoredSheet(place=self._place, data=sheet)
                return
        if not data:
            yield self._missing(f"the output is not {self._shown}: it has no data")
        html = joined(data.get("text/html"))
        chart = chart_of(data, html)
        pictures = list(self._figure(data, metadata, chart))
        yield from pictures
        if any(isinstance(item, Figure) for item in pictures):
            return
        if self._medium.scripts and html.strip():
            yield from self._html(without_own_script(html))
        elif chart:
            yield self._missing(chart.notice(self._shown))
        else:
            yield from self._text_or_widget(data, html, states)

    def _figure(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any], chart: Chart | None
    ) -> Iterator[Item]:
        """Yield the best picture of an output, after notices about it and about broken ones."""
        for kind in self._medium.pictures:
            if kind.mime not in data:
                continue
            try:
                picture = self._finder.stored(kind, joined(data[kind.mime]))
            except PictureError as error:
                yield self._missing(f"the picture ({kind.mime}) is left out: {error}")
                continue
            yield from map(self._missing, html_notices(picture, self._shown))
            stated = mapping(metadata.get(kind.mime)).get("alt") or metadata.get("alt")
            alt = stated if isinstance(stated, str) else ""
            alt = alt or (chart.title if chart else None) or picture.title or self._trees.above
            self._trees.above = ""
            yield Figure(place=self._place, picture=picture, alt=alt)
            if not alt:
                yield self._missing(_NO_ALT, for_author=True)
            return

    def _text_or_widget(
        self, data: Mapping[str, Any], html: str, states: Mapping[str, Any]
    ) -> Iterator[Item]:
        """Yield an output as HTML, Markdown or LaTeX, or else as a widget or plain text."""
        is_widget = WIDGET_VIEW in data
        has_text = not _TEXTS.isdisjoint(data)
        for form in self._forms(data, html):
            found = list(form)
            shows = any(isinstance(item, Html) and _shows(item.root) for item in found)
            if shows and is_widget and has_text:
                yield self._missing(f"a widget is {self._shown} as its text")
            yield from found
            if shows:
                return
        plain = joined(data.get("text/plain"))
        others = ", ".join(sorted(set(map(str, data)) - _TEXTS))
        found = []
        if plain and not _STAND_IN.fullmatch(plain.strip()):
            found = list(self._stream(plain))
        elif others:
            able = f"{self._medium.verb}able"
            found = [self._missing(f"not {self._shown}: it has no {able} form ({others})")]
        if is_widget:
            stored = list(self._widget(data[WIDGET_VIEW], states))
            shown = tuple(stored or found)
            yield Widget(place=self._place, shown=shown, has_text=has_text)
        else:
            yield from found

    def _forms(self, data: Mapping[str, Any], html: str) -> Iterator[Iterable[Item]]:
        """Yield the forms of an output that may be text, tables and formulas, the best first."""
        readable, notices = readable_html(html, self._shown)
        yield map(self._missing, notices)
        if readable:
            yield self._html(readable)
        if markdown := joined(data.get("text/markdown")):
            yield self._markdown(markdown)
        if latex := joined(data.get("text/latex")):
            yield self._markdown(latex, latex_html)

    def _widget(self, view: Any, states: Mapping[str, Any]) -> Iterator[Item]:
        """Yield what a stored widget and the widgets in it show."""
        for label, shown in widget_content(view, states):
            if isinstance(shown, str):
                yield WidgetText(place=self._place, label=label, text=shown)
            else:  # without the stored widgets: a widget may contain itself
                yield from self._output(mapping(shown), {})

    def _markdown(
        self,
        source: str,
        render: Callable[[str, CellMaths], str] = cell_html,
        *,
        is_cell: bool = False,
    ) -> Iterator[Item]:
        try:
            html = render(source, self._maths)
        except TooDeepError as error:
            yield self._missing(f"{error}; {self._shown} as it was typed")
            html = error.html
        yield from self._html(html, is_cell=is_cell)

    def _html(self, html: str, *, is_cell: bool = False) -> Iterator[Item]:
        root = self._trees.read(html, self._attachments)
        yield Html(place=self._place, root=root, is_cell=is_cell)
        if any(node.picture and not node.attributes.get("alt") for node in root.descendants()):
            yield self._missing(_NO_ALT, for_author=True)


def _folded(shown: Iterable[Item], folded: bool) -> Iterable[Item]:
    return (replace(item, folded=True) for item in shown) if folded else shown


def _shows(parent: Node) -> bool:
    """Return whether HTML shows anything without running scripts."""
    for child in parent.children:
        if isinstance(child, str):
            if child.strip():
                return True
        elif child.tag in SILENT or "hidden" in child.attributes:
            continue
        elif child.picture or child.tag == "hr" or child.attributes.get("alt") or _shows(child):
            return True
    return False
