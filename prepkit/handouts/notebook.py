"""An executed notebook -> the document to typeset, with notices of what could not be included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.handouts.blocks import Block, blocks_of
from prepkit.handouts.builder import DocumentBuilder
from prepkit.handouts.grid import Room, room_of
from prepkit.handouts.inline import Inline, soften
from prepkit.handouts.layout import Layout
from prepkit.handouts.links import PrintedLinks
from prepkit.handouts.listings import breakable, coloured_lines
from prepkit.handouts.part import Part
from prepkit.handouts.pictures import PRINTED, PrintedPictures
from prepkit.handouts.typesetting import Document
from prepkit.language import ENGLISH, is_known, language_of
from prepkit.notebook import items
from prepkit.notebook.ansi import Run
from prepkit.notebook.byline import byline
from prepkit.notebook.html_tree import HEADINGS, Node
from prepkit.notebook.notices import Notice
from prepkit.notebook.reader import Medium, notebook_title, read_notebook
from prepkit.notebook.upgrade import FormatError, as_format_4
from prepkit.notebook.vega import vega_drawer
from prepkit.sheet import read_sheet
from prepkit.text import pluralize

Fetch = Callable[[str], bytes]
"""Returns a picture of another host."""


def notebook_document(
    nb: Mapping[str, Any],
    layout: Layout,
    *,
    code: bool = False,
    folder: Path | None = None,
    root: Path | None = None,
    fetch: Fetch | None = None,
) -> Document:
    """Return the document of an executed notebook: its Markdown cells and outputs in order."""
    try:
        nb = as_format_4(nb)
    except FormatError as error:
        raise PrepkitError(f"This notebook can't be printed: {error}.") from None
    read = _with_byline(list(read_notebook(nb, _medium(root, fetch), folder)), nb, layout.language)
    writer = _Writer(code=code, room=room_of(layout))
    writer.write_all(read)
    writer.end()
    if layout.toc:
        writer.builder.contents()
    title = layout.title or notebook_title(nb, read)
    return writer.builder.document(replace(layout, title=title))


def book_document(
    parts: Sequence[Part], layout: Layout, *, code: bool = False, fetch: Fetch | None = None
) -> Document:
    """Return the document of several notebooks: their contents, then each on new pages."""
    writer = _Writer(code=code, room=room_of(layout))
    builder = writer.builder
    builder.at("the book")
    builder.add({"t": "heading", "level": 1, "c": [soften(layout.title or "Notebooks")]})
    starts = {part.key: writer.new_place() for part in parts}
    for part in parts:
        own = list(read_notebook(part.nb, _medium(part.root, fetch), part.folder))
        read = [
            replace(item, place=f"{part.title}, {item.place}")
            for item in _with_byline(own, part.nb, layout.language)
        ]
        builder.at(part.title)
        builder.add({"t": "newpage"}, {"t": "place", "places": [starts[part.key]]})
        if not _begin_with(part.title, read):
            builder.add({"t": "heading", "level": 2, "c": [soften(part.title)]})
        writer.write_all(read, partial(_start_of, starts, part))
    writer.end()
    builder.contents()
    return builder.document(layout)


def _start_of(starts: Mapping[str, int], part: Part, href: str) -> int | None:
    """Return the place of the part that a link in a part leads to."""
    return starts.get(part.leads_to(href) or "")


def _with_byline(
    read: Sequence[items.Item], nb: Mapping[str, Any], language: str | None
) -> list[items.Item]:
    """Return the items of a notebook with its authors and its date below its first heading."""
    found = byline(nb)
    words = language_of(language) if language and is_known(language) else ENGLISH
    day = words.day(found.day) if found.day else found.written
    said = " · ".join(filter(None, [", ".join(found.authors), day]))
    if not said:
        return list(read)
    paragraph = Node("p", {}, [said])
    first = read[0] if read else None
    heading = next(iter(first.root.elements()), None) if isinstance(first, items.Html) else None
    if isinstance(first, items.Html) and heading and heading.tag in HEADINGS:
        after = first.root.children.index(heading) + 1
        first.root.children.insert(after, paragraph)
        return list(read)
    return [items.Html(place="cell 1", root=Node("div", {}, [paragraph]), is_cell=True), *read]


def _medium(root: Path | None, fetch: Fetch | None) -> Medium:
    return Medium(
        verb="print",
        pictures=PRINTED,
        sheet=read_sheet,
        root=root,
        fetch=fetch,
        draw=vega_drawer(),
    )


def _begin_with(title: str, read: Sequence[items.Item]) -> bool:
    """Put the headings of a notebook below that of its book; return whether it has its title."""
    headings = [
        node
        for item in read
        if isinstance(item, items.Html)
        for node in item.root.descendants()
        if node.tag in HEADINGS
    ]
    first = read[0] if read else None
    begins = isinstance(first, items.Html) and first.root.elements()[:1] == headings[:1]
    is_titled = begins and bool(headings) and headings[0].words() == title
    for node in headings:
        node.tag = f"h{max(3, min(6, int(node.tag[1]) + 1))}"
    if is_titled:
        headings[0].tag = "h2"
    return is_titled


class _Writer:
    """Writes the items of a notebook into a document, one by one."""

    def __init__(self, *, code: bool, room: Room) -> None:
        self.builder = DocumentBuilder()
        self._code = code
        self._room = room
        self._folded = 0
        self._pictures = PrintedPictures()
        self.builder.pictures = self._pictures.files
        self._places = count()
        self._links = PrintedLinks()

    def new_place(self) -> int:
        """Return the number of a new place that links may lead to."""
        return next(self._places)

    def write_all(
        self,
        read: Sequence[items.Item],
        elsewhere: Callable[[str], int | None] = lambda address: None,
    ) -> None:
        """Add a whole notebook, with the links within it and those to others."""
        self._links = PrintedLinks(read, self._places, elsewhere)
        for item, following in zip_longest(read, read[1:]):
            self.write(item, following)
        self.flush()
        self.builder.add(*self._links.last())

    def _add(self, *blocks: Block) -> None:
        self.builder.add(*self._links.settle(list(blocks)))

    def write(self, item: items.Item, following: items.Item | None = None) -> None:
        """Add the blocks of an item, with the notices about the item before it.

        Code stays on the page on which its output begins, if `following` is its output.
        """
        if item.place != self.builder.place:
            self.flush()
            self.builder.at(item.place)
        match item:
            case items.Html():
                notice, said = self.builder.notice, self.builder.said
                blocks = blocks_of(item.root, notice, said, self._pictures, self._room, self._links)
                self._add(*blocks)
            case items.Code() if self._code and item.folded:
                self._folded += 1
            case items.Code() if self._code:
                source = breakable(item.source.expandtabs(4))
                keep = following is not None and following.place.startswith(f"{item.place}, ")
                self._add({"t": "code", "s": source, "lang": item.language, "keep": keep})
            case items.Stream():
                self._add(_printout("stream", item.text, item.styled))
            case items.Error():
                self._add(_printout("error", item.traceback or item.text, item.styled))
            case items.Figure():
                self._add(self._pictures.block(item.picture, item.alt))
            case items.Download():
                self.builder.notice(f"a {item.file.label} is not printed; it is in the notebook")
            case items.StoredSheet():
                self.builder.worksheet(item.data)
            case items.Widget():
                if item.has_text:
                    self.builder.notice("a widget is printed as its text")
                for shown in item.shown:
                    self.write(shown)
            case items.WidgetText():
                self._widget_text(item)
            case items.Missing():
                self.builder.report(item.notice)

    def flush(self) -> None:
        """Add the notices about the last item."""
        self.builder.add(*self.builder.said())

    def end(self) -> None:
        """Add what is left, and tell the author what was not printed on purpose."""
        self.flush()
        if self._folded:
            what = f"the code of {pluralize(self._folded, 'cell')} is folded, so it is not printed"
            self.builder.report(Notice("", what, for_author=True))

    def _widget_text(self, item: items.WidgetText) -> None:
        lines: list[Inline] = []
        for line in item.text.split("\n"):
            lines += [{"t": "break"}, soften(line)] if lines else [soften(line)]
        label: list[Inline] = [{"t": "strong", "c": [f"{item.label}:"]}, " "] if item.label else []
        self._add({"t": "paragraph", "c": [*label, *lines]})


def _printout(kind: str, text: str, styled: Sequence[Run]) -> Block:
    """Return the block of what a cell printed, with its colours if it has any."""
    block = {"t": kind, "s": breakable(text)}
    return {"t": kind, "lines": coloured_lines(styled)} if styled else block
