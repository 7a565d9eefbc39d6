"""Worksheets, or a notebook -> the document that is typeset, and what could not be taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.handouts.blocks import Block
from prepkit.handouts.company_sheet import asks_of, company_block
from prepkit.handouts.cover import cover_block, set_title
from prepkit.handouts.inline import text_of
from prepkit.handouts.notes import number_notes
from prepkit.handouts.notices import noted, notice_block
from prepkit.handouts.outputs import add_output
from prepkit.handouts.prose import cell_blocks
from prepkit.handouts.story import story_block
from prepkit.handouts.typesetting import Document
from prepkit.handouts.worksheet import (
    Paper,
    WorksheetData,
    check_paper,
    day_text,
    worksheet_block,
)
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.pictures import PictureError, Pictures
from prepkit.notebook.widget_state import widget_states
from prepkit.records import PrepkitError, StarAnswer
from prepkit.text import pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank

SHEETS = frozenset({"cover", "worksheet", "story", "company"})
"""The kinds of parts that are pages of their own."""

FOOT_LENGTH = 60
"""Characters of the title at the foot of a page."""

# Characters that no font shows, and half characters, which no file may hold.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def worksheets_document(
    worksheets: Sequence[WorksheetData],
    *,
    paper: Paper | None,
    title: str | None,
    student: str | None,
    date: date | None,
    cover: bool = False,
) -> Document:
    """Return the document of a set of worksheets, one sheet a question.

    Of several, the PDF's outline has the categories, and their questions below them; with `cover`,
    a cover and a table of contents come first.
    """
    if not worksheets:
        raise PrepkitError("A handout needs at least one question.")
    builder = _Builder()
    if cover and len(worksheets) > 1:
        builder.at("cover")
        builder.add(cover_block(worksheets, title=title, student=student, date=date))
    category = None
    for data in worksheets:
        builder.at(data.question.id)
        in_set = {"set": len(worksheets) > 1, "opens": data.category != category}
        builder.worksheet(data, **(in_set if in_set["set"] else {}))
        category = data.category
    return builder.document(paper=paper, title=title, student=student, date=date)


def stories_document(
    worksheets: Sequence[WorksheetData],
    *,
    paper: Paper | None,
    title: str | None,
    student: str | None,
    date: date | None,
) -> Document:
    """Return the document of story sheets, a page a question; each needs an answer."""
    if not worksheets:
        raise PrepkitError("A handout needs at least one question.")
    if missing := [data.question.id for data in worksheets if not data.answered]:
        raise PrepkitError(
            f"No answer is stored for {', '.join(missing)}: a story sheet is made of one."
            " Write it first, or print a worksheet to write on."
        )
    builder = _Builder()
    for data in worksheets:
        builder.at(data.question.id)
        builder.story(data)
    named = f"{worksheets[0].question.text} (story)" if len(worksheets) == 1 else "Stories"
    return builder.document(paper=paper, title=title, named=named, student=student, date=date)


def company_document(
    bank: Bank,
    company: str,
    answers: Mapping[str, StarAnswer],
    *,
    paper: Paper | None,
    title: str | None,
    student: str | None,
    date: date | None,
) -> Document:
    """Return the document of one company's sheet."""
    builder = _Builder()
    builder.at("company sheet")
    sheet = company_block(bank, company, answers, builder.notice)
    builder.add(sheet)
    for entry, _ in chain.from_iterable(asks_of(bank, sheet["company"]).values()):
        if entry.id in answers:
            builder.saved(answers[entry.id].updated)
    named = f"{sheet['company']}: company sheet"
    return builder.document(paper=paper, title=title, named=named, student=student, date=date)


def notebook_document(
    nb: Mapping[str, Any],
    *,
    paper: Paper | None,
    title: str | None,
    student: str | None,
    date: date | None,
    code: bool,
    folder: Path | None = None,
) -> Document:
    """Return the document of an executed notebook: its Markdown cells and outputs in order."""
    nb = mapping(nb)
    if nb.get("nbformat") != 4:
        raise PrepkitError(
            f"Notebooks of format 4 are printed; this one has {nb.get('nbformat')!r}."
            " Open and save it in JupyterLab first."
        )
    cells = nb.get("cells")
    if not isinstance(cells, list):
        raise PrepkitError("The notebook is damaged: it has no list of cells.")
    metadata = mapping(nb.get("metadata"))
    builder = _Builder(folder, widget_states(metadata))
    for number, cell in enumerate(cells, start=1):
        builder.at(f"cell {number}")
        builder.cell(mapping(cell), code=code)
    title = title or joined(metadata.get("title")) or builder.first_heading()
    return builder.document(paper=paper, title=title, student=student, date=date)


def _title(worksheets: Sequence[WorksheetData]) -> str:
    if not worksheets:
        return "Handout"
    if len(worksheets) == 1:
        return worksheets[0].question.text
    return f"{set_title(worksheets)}: {pluralize(len(worksheets), 'question')}"


def _foot(title: str) -> str:
    return title if len(title) <= FOOT_LENGTH else title[: FOOT_LENGTH - 1] + "…"


def _subtitle(student: str | None, date: date | None) -> str:
    return " · ".join(text for text in (student, day_text(date) if date else "") if text)


class _Builder:
    """Collects the parts of a document in order; `at` says what the next ones belong to."""

    def __init__(
        self, folder: Path | None = None, widgets: Mapping[str, Any] | None = None
    ) -> None:
        self._widgets = widgets or {}
        self._body: list[Block] = []
        self._worksheets: list[WorksheetData] = []
        self._days: list[date] = []
        self._pictures = Pictures(folder, self.notice)
        self._notices: dict[str, None] = {}
        self._unsaid: list[str] = []
        self._unnamed = False  # whether pictures without an alternative text are on their way
        self._place = ""
        self._above = ""
        self._attachments: Mapping[str, Any] = {}

    def at(self, place: str) -> None:
        self._place = place
        self._unnamed = False

    def notice(self, text: str) -> None:
        """Report something about the present place, and print that after the next block."""
        notice = f"{self._place}: {text}"
        if notice not in self._notices:
            self._notices[notice] = None
            self._unsaid.append(notice)

    def said(self) -> list[Block]:
        """Return the notices that are not printed yet, as blocks."""
        blocks = [notice_block(notice) for notice in self._unsaid]
        self._unsaid.clear()
        return blocks

    def saved(self, moment: datetime | None) -> None:
        if moment:
            self._days.append(moment.date())

    def worksheet(self, data: WorksheetData, **place_in_set: bool) -> None:
        self._worksheets.append(data)
        self.saved(data.updated)
        self.add({**worksheet_block(data, self.notice), **place_in_set})
        self.add(*self.said())

    def story(self, data: WorksheetData) -> None:
        self._worksheets.append(data)
        self.saved(data.updated)
        # What a story lacks is said on its own page, since there is to be only one.
        block = story_block(data, self.notice)
        self.add({**block, "notices": self.said()})

    def add(self, *blocks: Block) -> None:
        """Add blocks; sheets and wide tables have pages of their own, others go together."""
        for block in blocks:
            if block["t"] in SHEETS:
                self._body.append({**block, "place": self._place, "key": len(self._body)})
                continue
            if self._unnamed:
                for picture in _pictures_in(block):
                    self._name(picture)
            last = self._body[-1] if self._body else {"t": "", "place": ""}
            wide = block["t"] == "table" and block["wide"]
            wide = wide or (block["t"] == "notice" and last["t"] == "wide")
            kind = "wide" if wide else "text"
            if last["t"] != kind or last["place"] != self._place:
                self._body.append({"t": kind, "place": self._place, "c": []})
            self._body[-1]["c"] += [block, *self.said()]
            if block["t"] in ("heading", "caption"):
                self._above = text_of(block["c"])
            elif block["t"] not in ("code", "notice"):
                self._above = ""

    def _name(self, picture: Block) -> None:
        """See to it that a picture has an alternative text: its own, or what stands above it."""
        if not picture["alt"] and not self._above:
            self.notice('a picture has no alternative text (in an output\'s metadata, "alt")')
        picture["alt"] = picture["alt"] or self._above or "Picture"

    def first_heading(self) -> str | None:
        for part in self._body:
            for block in part.get("c", []):
                if block["t"] == "heading":
                    return text_of(block["c"])
        return None

    def document(
        self,
        *,
        paper: Paper | None,
        title: str | None,
        named: str | None = None,
        student: str | None,
        date: date | None,
    ) -> Document:
        """Return what was collected; the sheets say what the caller leaves open.

        Without `title`, `named` is the PDF's title, and is not repeated at the foot of each page.
        """
        check_paper(paper)
        _level_headings(self._body)
        number_notes(self._body)
        sheets = self._worksheets
        day = date or max(self._days, default=None)
        meta = {
            "paper": paper or next((data.paper for data in sheets if data.paper), "a4"),
            "title": title or named or _title(sheets),
            "foot": _foot(title or ""),
            "subtitle": _subtitle(student, date),
            "author": student or "",
            "date": [day.year, day.month, day.day] if day else None,
            "language": "en",
        }
        data = {"meta": self._printable(meta, "title"), "body": self._printable_body()}
        return Document(data, self._pictures.files, tuple(self._notices))

    def _printable(self, value: Any, place: str) -> Any:
        """Return `value` without characters that cannot be printed; says which were there."""
        if isinstance(value, dict):
            return {key: self._printable(item, place) for key, item in value.items()}
        if isinstance(value, list):
            return [self._printable(item, place) for item in value]
        if isinstance(value, str) and (found := _UNPRINTABLE.findall(value)):
            codes = ", ".join(sorted({f"U+{ord(character):04X}" for character in found}))
            self.at(place)
            self.notice(f"unprintable characters are left out: {codes}")
            return _UNPRINTABLE.sub("", value)
        return value

    def _printable_body(self) -> list[Block]:
        body = [self._printable(part, part["place"]) for part in self._body]
        notices = list(self._unsaid)
        self._unsaid.clear()
        return noted(body, notices)

    # ------------------------------------------------------------------ cells

    def cell(self, cell: Mapping[str, Any], *, code: bool) -> None:
        metadata = mapping(cell.get("metadata"))
        tags = sequence(metadata.get("tags"))
        hidden = mapping(metadata.get("jupyter"))
        if "remove-cell" in tags:
            return
        source = joined(cell.get("source"))
        self._attachments = {
            name: {mime: joined(data) for mime, data in mapping(bundle).items()}
            for name, bundle in mapping(cell.get("attachments")).items()
        }
        kind = cell.get("cell_type")
        if kind == "markdown":
            if not hidden.get("source_hidden"):
                self.add(*cell_blocks(source, self.find, self.notice, self.said), *self.said())
        elif kind == "code":
            place = self._place
            shown = code and not hidden.get("source_hidden") and "remove-input" not in tags
            if shown and source.strip():
                self.add({"t": "code", "s": source.expandtabs(4), "lang": "python"})
            if "remove-output" in tags or hidden.get("outputs_hidden"):
                return
            for number, output in enumerate(sequence(cell.get("outputs")), start=1):
                self.at(f"{place}, output {number}")
                add_output(output, self, self._widgets)
                self.add(*self.said())
        elif kind == "raw":
            if source.strip():
                self.notice("a raw cell is not printed")
        else:
            self.notice(f"the cell is not printed: its cell_type is {kind!r}")
        self.add(*self.said())

    def find(self, source: str, alt: str, width: float | None) -> Block | None:
        """Return the picture that HTML or Markdown names; None after a notice."""
        self._unnamed = self._unnamed or not alt
        try:
            return self._pictures.find(source, self._attachments, alt=alt, width=width)
        except PictureError as error:
            name = source if len(source) < 60 else source[:57] + "…"
            self.notice(f"the picture {name} is left out: {error}")
            return None

    def figure(self, mime: str, data: str, alt: str | None) -> bool:
        """Print a picture of an output; after a notice that it can't be printed, return False."""
        self._unnamed = not alt
        try:
            self.add(self._pictures.add(mime, data, alt=alt or ""))
        except PictureError as error:
            self.notice(f"the picture ({mime}) is left out: {error}")
            return False
        return True


def _pictures_in(value: Any) -> Iterator[Block]:
    if isinstance(value, dict) and value.get("t") == "picture":
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _pictures_in(item)


def _level_headings(body: Sequence[Block]) -> None:
    """Set headings so that the first is of level 1 and none skips one, as PDF/UA-1 asks."""
    previous = 0

    def walk(blocks: Sequence[Block]) -> None:
        nonlocal previous
        for block in blocks:
            if block["t"] == "heading":
                previous = block["level"] = min(block["level"], previous + 1)
            elif block["t"] == "quote":
                walk(block["c"])
            for item in block.get("items", []):
                walk(item["c"])

    for part in body:
        if part["t"] in SHEETS:
            previous = 2  # its title is of level 1, its sections of level 2
        else:
            walk(part["c"])
