"""Worksheets, or a notebook -> the document that is typeset, and what could not be taken over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from prepkit.handouts.blocks import Block, blocks_of, text_of
from prepkit.handouts.company_sheet import asks_of, company_block
from prepkit.handouts.cover import cover_block, set_title
from prepkit.handouts.pictures import MIMES, PictureError, Pictures
from prepkit.handouts.prose import cell_blocks
from prepkit.handouts.story import story_block
from prepkit.handouts.typesetting import Document
from prepkit.handouts.worksheet import (
    MIME,
    Paper,
    WorksheetData,
    check_paper,
    counted,
    day_text,
    worksheet_block,
)
from prepkit.records import PrepkitError, StarAnswer

if TYPE_CHECKING:
    from prepkit.bank import Bank

SHEETS = frozenset({"cover", "worksheet", "story", "company"})
"""The kinds of parts that are pages of their own."""

FOOT_LENGTH = 60
"""Characters of the title at the foot of a page."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
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
) -> Document:
    """Return the document of an executed notebook: its Markdown cells and outputs in order."""
    if nb.get("nbformat") != 4:
        raise PrepkitError(
            f"Notebooks of format 4 are printed; this one has {nb.get('nbformat')!r}."
            " Open and save it in JupyterLab first."
        )
    builder = _Builder()
    for number, cell in enumerate(nb["cells"], start=1):
        builder.at(f"cell {number}")
        builder.cell(cell, code=code)
    metadata = nb.get("metadata", {})
    title = title or metadata.get("title") or builder.first_heading()
    return builder.document(paper=paper, title=title, student=student, date=date)


def _title(worksheets: Sequence[WorksheetData]) -> str:
    if not worksheets:
        return "Handout"
    if len(worksheets) == 1:
        return worksheets[0].question.text
    return f"{set_title(worksheets)}: {counted(len(worksheets), 'question')}"


def _foot(title: str) -> str:
    return title if len(title) <= FOOT_LENGTH else title[: FOOT_LENGTH - 1] + "…"


def _subtitle(student: str | None, date: date | None) -> str:
    return " · ".join(text for text in (student, day_text(date) if date else "") if text)


class _Builder:
    """Collects the parts of a document in order; `at` says what the next ones belong to."""

    def __init__(self) -> None:
        self._body: list[Block] = []
        self._worksheets: list[WorksheetData] = []
        self._days: list[date] = []
        self._pictures = Pictures()
        self._notices: dict[str, None] = {}
        self._place = ""
        self._attachments: Mapping[str, Any] = {}

    def at(self, place: str) -> None:
        self._place = place

    def notice(self, text: str) -> None:
        self._notices[f"{self._place}: {text}"] = None

    def saved(self, moment: datetime | None) -> None:
        if moment:
            self._days.append(moment.date())

    def worksheet(self, data: WorksheetData, **place_in_set: bool) -> None:
        self._worksheets.append(data)
        self.saved(data.updated)
        self.add({**worksheet_block(data, self.notice), **place_in_set})

    def story(self, data: WorksheetData) -> None:
        self._worksheets.append(data)
        self.saved(data.updated)
        self.add(story_block(data, self.notice))

    def add(self, *blocks: Block) -> None:
        """Add blocks; a sheet and a wide table stand for themselves, others together."""
        for block in blocks:
            if block["t"] in SHEETS:
                self._body.append({**block, "place": self._place, "key": len(self._body)})
            elif block["t"] == "table" and block["wide"]:
                self._body.append({"t": "wide", "place": self._place, "c": [block]})
            else:
                last = self._body[-1] if self._body else {"t": "", "place": ""}
                if last["t"] != "text" or last["place"] != self._place:
                    self._body.append({"t": "text", "place": self._place, "c": []})
                self._body[-1]["c"].append(block)

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
        data = self._printable({"meta": meta, "body": self._body})
        return Document(data, self._pictures.files, tuple(self._notices))

    def _printable(self, value: Any, place: str | None = None) -> Any:
        """Return `value` without characters that cannot be printed; says which were there."""
        if isinstance(value, dict):
            place = value.get("place", place)
            return {key: self._printable(item, place) for key, item in value.items()}
        if isinstance(value, list):
            return [self._printable(item, place) for item in value]
        if isinstance(value, str) and (found := _UNPRINTABLE.findall(value)):
            codes = ", ".join(sorted({f"U+{ord(character):04X}" for character in found}))
            self._notices[f"{place or 'title'}: unprintable characters are left out: {codes}"] = (
                None
            )
            return _UNPRINTABLE.sub("", value)
        return value

    # ------------------------------------------------------------------ cells

    def cell(self, cell: Mapping[str, Any], *, code: bool) -> None:
        metadata = cell.get("metadata", {})
        tags = metadata.get("tags", [])
        hidden = metadata.get("jupyter", {})
        if "remove-cell" in tags:
            return
        source = _joined(cell.get("source", ""))
        self._attachments = cell.get("attachments", {})
        if cell["cell_type"] == "markdown":
            if not hidden.get("source_hidden"):
                self.add(*cell_blocks(source, self._find, self.notice))
        elif cell["cell_type"] == "code":
            place = self._place
            shown = code and not hidden.get("source_hidden") and "remove-input" not in tags
            if shown and source.strip():
                self.add({"t": "code", "s": source.expandtabs(4), "lang": "python"})
            if "remove-output" in tags or hidden.get("outputs_hidden"):
                return
            for number, output in enumerate(cell.get("outputs", []), start=1):
                self.at(f"{place}, output {number}")
                self._output(output)
        elif source.strip():
            self.notice("a raw cell is not printed")

    def _find(self, source: str, alt: str, width: float | None) -> Block | None:
        try:
            return self._pictures.find(source, self._attachments, alt=alt or "Picture", width=width)
        except PictureError as error:
            name = source if len(source) < 60 else source[:57] + "…"
            self.notice(f"the picture {name} is left out: {error}")
            return None

    def _output(self, output: Mapping[str, Any]) -> None:
        kind = output["output_type"]
        if kind == "stream":
            self._stream(_joined(output["text"]))
        elif kind == "error":
            name, value = output.get("ename", "Error"), output.get("evalue", "")
            self.add({"t": "error", "s": _ANSI.sub("", f"{name}: {value}").rstrip(": ")})
        else:
            self._bundle(output.get("data", {}), output.get("metadata", {}))

    def _stream(self, text: str) -> None:
        lines = _ANSI.sub("", text).replace("\r\n", "\n").expandtabs(8).rstrip("\n").split("\n")
        # A carriage return starts its line again, as progress bars do.
        shown = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)
        if shown.strip():
            self.add({"t": "stream", "s": shown})

    def _bundle(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Add the richest form of an output that can be printed."""
        if MIME in data and self._stored_worksheet(data[MIME]):
            return
        if "application/vnd.jupyter.widget-view+json" in data:
            self.notice("a widget is printed as its text")
        for mime in MIMES:
            if mime in data and self._figure(mime, _joined(data[mime]), metadata):
                return
        for mime, read in (("text/html", blocks_of), ("text/markdown", cell_blocks)):
            if mime in data and (blocks := read(_joined(data[mime]), self._find, self.notice)):
                self.add(*blocks)
                return
        if "text/latex" in data:
            self.notice("a formula is printed as its TeX source")
            self.add({"t": "code", "s": _joined(data["text/latex"]), "lang": None})
        elif "text/plain" in data:
            self._stream(_joined(data["text/plain"]))
        elif data:
            self.notice(f"not printed, as it has no printable form: {', '.join(sorted(data))}")

    def _stored_worksheet(self, stored: Any) -> bool:
        try:
            data = WorksheetData.model_validate(stored)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            self.notice(f"the worksheet's data is damaged ({where}: {first['msg']}); text printed")
            return False
        self.worksheet(data)
        return True

    def _figure(self, mime: str, data: str, metadata: Mapping[str, Any]) -> bool:
        own = metadata.get(mime, {})
        stated = own.get("alt") or metadata.get("alt") if isinstance(own, dict) else None
        alt = str(stated) if stated else f"Figure of {self._place}"
        try:
            self.add(self._pictures.add(mime, data, alt=alt))
        except PictureError as error:
            self.notice(f"the picture ({mime}) is left out: {error}")
            return False
        if not stated:
            self.notice('the figure has no alternative text (output metadata "alt")')
        return True


def _joined(text: Any) -> str:
    """Return the text of a notebook field, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


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
