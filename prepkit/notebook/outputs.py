"""The outputs of a notebook -> items: the richest form that can be shown, and what can't be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepkit.notebook.ansi import terminal_text
from prepkit.notebook.charts import LiveChart, live_chart, only_loads
from prepkit.notebook.equations import CellMaths
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.html_tree import Node
from prepkit.notebook.items import (
    Download,
    Error,
    Figure,
    Html,
    Item,
    Live,
    Missing,
    StoredSheet,
    Stream,
    Widget,
    WidgetText,
)
from prepkit.notebook.long_texts import MOST, MOST_READ, Part, parts, terminal_parts
from prepkit.notebook.markdown import TooDeepError, cell_html, latex_html, output_html
from prepkit.notebook.mime import SHEET_MIME, WIDGET_VIEW
from prepkit.notebook.pictures import Picture, PictureFinder, PictureType, html_notices
from prepkit.notebook.plot_code import has_one_picture, said_of_plot, words_in_code
from prepkit.notebook.scripted import Chart, chart_of, readable_html, without_own_script
from prepkit.notebook.stored_files import OUTPUT_TYPES, stored_file
from prepkit.notebook.svg import MAX_BYTES, TOO_LARGE, PictureError
from prepkit.notebook.titles import NO_WORDS, PlotWords
from prepkit.notebook.trees import SILENT, TreeReader
from prepkit.notebook.widget_state import widget_content, widget_states
from prepkit.text import shorten, strip_ansi

# IPython's placeholder for an object that has a richer form; it isn't content.
_STAND_IN = re.compile(r"<IPython\.(?:core|lib)\.display\.\w+ object>")
_NO_ALT = 'a picture has no description for screen readers ("alt" in the metadata)'
_SCRIPT = "what a script shows is not {}"
_WITH_DATA = ("display_data", "execute_result", "update_display_data")
_CONTENT = frozenset({"ol", "pre", "td", "ul"})
_SEEN = frozenset({"hr", "input", "x-page-break"})
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
    lacks: Callable[[LiveChart], str] | None = None
    """Returns what it lacks to draw a chart, or an empty text; None if it draws no charts."""
    draw: Callable[[LiveChart], str] | None = None
    """Returns a chart as SVG; raises PictureError. By default, none is drawn here."""
    chart_remedy: str = ""
    """What would let it draw charts, if it draws none."""
    fetch: Callable[[str], bytes] | None = None
    """Returns a picture of another host; raises PictureError. By default, none is fetched."""
    files: bool = False
    """Whether it can offer a file that it doesn't show, to be downloaded."""
    root: Path | None = None
    """The folder that pictures beside a notebook may be in; None for the notebook's own."""


class OutputReader:
    """Reads the outputs and texts of one notebook.

    Parameters
    ----------
    metadata
        The notebook's.
    medium, folder
        As in `prepkit.notebook.reader.read_notebook`.
    """

    def __init__(self, metadata: Mapping[str, Any], medium: Medium, folder: Path | None) -> None:
        self.place = ""
        """Where what is read next stands."""
        self.attachments: Mapping[str, Any] = {}
        """The attachments of its cell."""
        self.code = ""
        """The source of its cell, if that is Python."""
        self.beside: Sequence[Any] = ()
        """All outputs of its cell."""
        self.maths = CellMaths()
        """What its cell knows of the formulas of the others."""
        self._states = widget_states(metadata)
        self._medium = medium
        self._shown = f"{medium.verb}ed"
        self._finder = PictureFinder(
            medium.pictures, self._shown, folder, medium.root, medium.fetch
        )
        self._trees = TreeReader(
            self._finder, self._shown, keep_web=medium.scripts and medium.fetch is None
        )

    def missing(self, what: str, *, for_author: bool = False) -> Missing:
        """Return a notice about the present place."""
        return Missing(place=self.place, what=what, for_author=for_author)

    def gap(self, part: Part) -> Missing:
        """Return the notice between two parts of a long text."""
        return self.missing(
            f"{part.left_out:,} characters in the middle of a long text are not {self._shown};"
            " they are in the notebook"
        )

    def output(self, output: Mapping[str, Any]) -> Iterator[Item]:
        """Yield what an output shows."""
        yield from self._output(output, self._states)

    def latex(self, source: str) -> Iterator[Item]:
        """Yield a text in LaTeX."""
        yield from self.markdown(source, latex_html)

    def _output(self, output: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[Item]:
        kind = output.get("output_type")
        if kind == "stream":
            if "text" not in output:
                yield self.missing(f"the output is not {self._shown}: it has no text")
            yield from self._stream(joined(output.get("text")))
        elif kind == "error":
            yield from self._error(output)
        elif kind in _WITH_DATA or mapping(output.get("data")):
            data = mapping(output.get("data"))
            yield from self._bundle(data, mapping(output.get("metadata")), states)
        else:
            yield self.missing(f"the output is not {self._shown}: its output_type is {kind!r}")

    def _error(self, output: Mapping[str, Any]) -> Iterator[Item]:
        name, value = joined(output.get("ename", "Error")), joined(output.get("evalue"))
        text = strip_ansi(f"{name}: {value}").rstrip(": ")
        lines = "\n".join(map(joined, sequence(output.get("traceback"))))
        traceback, styled = terminal_text(lines[-MOST_READ:])
        if traceback.strip() and text.strip() not in traceback:
            traceback = f"{traceback}\n{text}"
            styled = (*styled, ("\n" + text, "")) if styled else ()
        self._trees.above = ""
        for part in parts(traceback, styled):
            if part.left_out:
                yield self.gap(part)
            else:
                yield Error(
                    place=self.place,
                    text=shorten(text, MOST),
                    traceback=part.text,
                    styled=part.styled,
                )

    def _stream(self, text: str) -> Iterator[Item]:
        for part in terminal_parts(text):
            if part.left_out:
                yield self.gap(part)
            elif part.text.strip():
                self._trees.above = ""
                yield Stream(place=self.place, text=part.text, styled=part.styled)

    def _bundle(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any], states: Mapping[str, Any]
    ) -> Iterator[Item]:
        """Yield the richest form of an output that can be shown."""
        if SHEET_MIME in data:
            try:
                sheet = self._medium.sheet(data[SHEET_MIME])
            except ValueError as error:
                yield self.missing(
                    f"the worksheet's data is damaged ({error}); its text is {self._shown} instead"
                )
            else:
                self._trees.above = ""
                yield StoredSheet(place=self.place, data=sheet)
                return
        if not data:
            yield self.missing(f"the output is not {self._shown}: it has no data")
        html = joined(data.get("text/html"))
        if only_loads(data, html):
            return
        chart = chart_of(data, html)
        pictures = list(self._figure(data, metadata, chart))
        live = live_chart(data, html) if self._medium.lacks else None
        lacks = self._medium.lacks(live) if live and self._medium.lacks else ""
        if live and not lacks:
            figures = (item for item in pictures if isinstance(item, Figure))
            self._trees.above = ""
            yield Live(place=self.place, chart=live, figure=next(figures, None))
            return
        yield from pictures
        if any(isinstance(item, Figure) for item in pictures):
            return
        drawn, why = self._drawn(data, html, metadata, chart)
        lacks = lacks or why
        if drawn:
            yield from drawn
        elif self._medium.scripts and html.strip():
            yield from self.html(without_own_script(html))
        elif chart:
            yield self.missing(chart.notice(self._shown, lacks, self._medium.chart_remedy))
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
                yield self.missing(f"the picture ({kind.name}) is left out: {error}")
                continue
            yield from map(self.missing, html_notices(picture, self._shown))
            stated = mapping(metadata.get(kind.mime)).get("alt") or metadata.get("alt")
            alt = stated if isinstance(stated, str) else ""
            alt = alt or self._plot_words(data, chart, picture).alt(self._trees.above)
            self._trees.above = ""
            yield Figure(place=self.place, picture=picture, alt=alt)
            if not alt:
                yield self.missing(_NO_ALT, for_author=True)
            return

    def _drawn(
        self,
        data: Mapping[str, Any],
        html: str,
        metadata: Mapping[str, Any],
        chart: Chart | None,
    ) -> tuple[list[Item], str]:
        """Return a chart as a picture that is drawn here; without one, why it isn't drawn."""
        live = live_chart(data, html) if self._medium.draw else None
        if live is None or self._medium.draw is None:
            return [], ""
        try:
            svg = self._medium.draw(live)
        except PictureError as error:
            return [], str(error)
        drawing = {"image/svg+xml": svg, "text/plain": data.get("text/plain", "")}
        return list(self._figure(drawing, metadata, chart)), ""

    def _plot_words(
        self, data: Mapping[str, Any], chart: Chart | None, picture: Picture
    ) -> PlotWords:
        """Return what a plot is called by its data, its drawing, its text or its cell's code."""
        if words := (chart and chart.words) or picture.words:
            return words
        if picture.type.is_drawing:
            return NO_WORDS
        if said := said_of_plot(joined(data.get("text/plain"))):
            return PlotWords(said)
        return words_in_code(self.code) if has_one_picture(self.beside) else NO_WORDS

    def _text_or_widget(
        self, data: Mapping[str, Any], html: str, states: Mapping[str, Any]
    ) -> Iterator[Item]:
        """Yield an output as HTML, Markdown or LaTeX, or else as a widget, a file or plain text."""
        is_widget = WIDGET_VIEW in data
        has_text = not _TEXTS.isdisjoint(data)
        for form in self._forms(data, html):
            found = list(form)
            shows = any(isinstance(item, Html) for item in found)
            if shows and is_widget and has_text:
                yield self.missing(f"a widget is {self._shown} as its text")
            yield from found
            if shows:
                return
        if is_widget:
            stored = list(self._widget(data[WIDGET_VIEW], states))
            shown = tuple(stored or self._plain(data))
            yield Widget(place=self.place, shown=shown, has_text=has_text)
        else:
            yield from self._plain(data)

    def _plain(self, data: Mapping[str, Any]) -> Iterator[Item]:
        """Yield an output that has no richer form as a file, or else as the text that it has."""
        for mime in OUTPUT_TYPES:
            if mime in data and (file := stored_file(mime, joined(data[mime]))):
                if self._medium.files:
                    yield Download(place=self.place, file=file)
                    return
                yield self.missing(f"a {file.label} is not {self._shown}; it is in the notebook")
        plain = joined(data.get("text/plain"))
        others = sorted(set(map(str, data)) - _TEXTS)
        if plain and not _STAND_IN.fullmatch(plain.strip()):
            yield from self._stream(plain)
        elif "application/json" in data:
            yield from self._stream(_indented(data["application/json"]))
        elif texts := [mime for mime in others if mime.startswith("text/")]:
            yield from self._stream(joined(data[texts[0]]))
        elif others == ["application/javascript"]:
            yield self.missing(_SCRIPT.format(self._shown))
        elif others:
            named = ", ".join(others)
            yield self.missing(
                f"not {self._shown}: only other programs show its kind ({named}); show a table, a"
                " picture or text instead"
            )

    def _forms(self, data: Mapping[str, Any], html: str) -> Iterator[Iterable[Item]]:
        """Yield the forms of an output that may be text, tables and formulas, the best first."""
        readable, notices = readable_html(html, self._shown)
        yield map(self.missing, notices)
        if readable:
            yield self.html(output_html(readable, self.maths))
        if markdown := joined(data.get("text/markdown")):
            yield self.markdown(markdown)
        if latex := joined(data.get("text/latex")):
            yield self.markdown(latex, latex_html)

    def _widget(self, view: Any, states: Mapping[str, Any]) -> Iterator[Item]:
        """Yield what a stored widget and the widgets in it show."""
        for label, shown in widget_content(view, states):
            if isinstance(shown, str):
                yield WidgetText(place=self.place, label=label, text=shown)
            else:  # without the stored widgets: a widget may contain itself
                yield from self._output(mapping(shown), {})

    def markdown(
        self,
        source: str,
        render: Callable[[str, CellMaths], str] = cell_html,
        *,
        is_cell: bool = False,
    ) -> Iterator[Item]:
        """Yield a text in Markdown, or in what `render` turns into HTML."""
        try:
            html = render(source, self.maths)
        except TooDeepError as error:
            yield self.missing(f"{error}; {self._shown} as it was typed")
            html = error.html
        yield from self.html(html, is_cell=is_cell)

    def html(self, html: str, *, is_cell: bool = False) -> Iterator[Item]:
        """Yield HTML, if there is anything to see in it, and notices about it."""
        if len(html) > MAX_BYTES:
            yield self.missing(
                f"not {self._shown}: its text (HTML) {TOO_LARGE.removeprefix('it ')}"
            )
            return
        root = self._trees.read(html, self.attachments)
        shows = is_cell or self._medium.scripts or _shows(root)
        if shows:
            yield Html(place=self.place, root=root, is_cell=is_cell)
        else:
            notices = dict.fromkeys(n for node in root.descendants() for n in node.notices)
            yield from map(self.missing, notices)
        if self._trees.has_script:
            what = _SCRIPT.format(self._shown)
            # A script beside a table or a picture seldom shows more than buttons for it.
            is_rest = is_cell or any(_is_content(node) for node in root.descendants())
            yield self.missing(what, for_author=is_rest)
        if self._trees.is_undescribed:
            yield self.missing(_NO_ALT, for_author=True)


def _indented(value: Any) -> str:
    """Return JSON to read; a text that holds JSON as it is."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, indent=2)
    except (TypeError, ValueError, RecursionError):
        return str(value)


def _shows(parent: Node) -> bool:
    """Return whether HTML shows anything without running scripts."""
    for child in parent.children:
        if isinstance(child, str):
            if child.strip():
                return True
        elif child.tag not in SILENT and (_is_seen(child) or _shows(child)):
            return True
    return False


def _is_content(node: Node) -> bool:
    return node.tag in _CONTENT or node.picture is not None


def _is_seen(node: Node) -> bool:
    shown = node.picture or node.file or node.attributes.get("alt")
    return bool(shown) or node.tag in _SEEN
