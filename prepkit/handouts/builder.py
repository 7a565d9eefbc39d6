"""Collects the blocks of a document in order, with notices of what could not be printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from prepkit.handouts.blocks import Block
from prepkit.handouts.cover import set_title
from prepkit.handouts.layout import Layout
from prepkit.handouts.links import unlink_lost
from prepkit.handouts.notes import number_notes
from prepkit.handouts.notices import noted, notice_block
from prepkit.handouts.story import story_block
from prepkit.handouts.typesetting import Document
from prepkit.handouts.worksheet import worksheet_block
from prepkit.notebook.notices import Notice, grouped
from prepkit.sheet import Sheet
from prepkit.text import format_day, pluralize, shorten

SHEETS = frozenset({"contents", "cover", "worksheet", "story", "company", "day"})
"""The kinds of parts that are pages of their own."""

MANY_HEADINGS = 60
"""With more headings, the table of contents leaves out the third level."""

FOOT_LENGTH = 60
"""Characters of the title at the foot of a page."""

# Characters that no font shows, and half characters (lone surrogates), which no file can hold.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


class DocumentBuilder:
    """Collects the parts of a document in order; `at` says where the next ones come from."""

    def __init__(self) -> None:
        self._body: list[Block] = []
        self._worksheets: list[Sheet] = []
        self._days: list[date] = []
        self.pictures: dict[str, bytes] = {}
        self._notices: dict[Notice, None] = {}
        self._unsaid: list[str] = []
        self.place = ""

    def at(self, place: str) -> None:
        """Say where the next blocks and notices come from, such as ``cell 4, output 2``."""
        self.place = place

    def notice(self, text: str, *, for_author: bool = False) -> None:
        """Report something about the current place, and print it after the next block.

        What only the author has to know isn't printed.
        """
        self.report(Notice(self.place, text, for_author))

    def report(self, notice: Notice) -> None:
        """Report something; what only the author has to know isn't printed."""
        if notice not in self._notices:
            self._notices[notice] = None
            if not notice.for_author:
                self._unsaid.append(str(notice))

    def said(self) -> list[Block]:
        """Return the notices that have not been printed yet, as blocks."""
        blocks = [notice_block(notice) for notice in self._unsaid]
        self._unsaid.clear()
        return blocks

    def saved(self, moment: datetime | None) -> None:
        """Note when an answer was saved: a document without a date gets the latest such day."""
        if moment:
            self._days.append(moment.date())

    def worksheet(self, sheet: Sheet, **place_in_set: bool) -> None:
        """Add a worksheet; in a set, `place_in_set` says what the outline of the PDF needs."""
        self._worksheets.append(sheet)
        self.saved(sheet.updated)
        self.add({**worksheet_block(sheet, self.notice), **place_in_set})
        self.add(*self.said())

    def story(self, sheet: Sheet) -> None:
        """Add a story sheet."""
        self._worksheets.append(sheet)
        self.saved(sheet.updated)
        # Notices about a story are printed on its own page, because it has only one.
        block = story_block(sheet, self.notice)
        self.add({**block, "notices": self.said()})

    def add(self, *blocks: Block) -> None:
        """Add blocks; sheets and wide tables get pages of their own, others go together."""
        for block in blocks:
            if block["t"] in SHEETS:
                self._body.append({**block, "place": self.place, "key": len(self._body)})
                continue
            last: Block = self._body[-1] if self._body else {"t": "", "place": ""}
            wide = block["t"] == "table" and block["wide"]
            wide = wide or (block["t"] == "notice" and last["t"] == "wide")
            kind = "wide" if wide else "text"
            if last["t"] != kind or last["place"] != self.place:
                # Code stays with the table that it made, on the table's page.
                above = [last["c"].pop()] if wide and _is_kept_code(last) else []
                self._body.append({"t": kind, "place": self.place, "c": above})
            self._body[-1]["c"] += [block, *self.said()]

    def contents(self) -> None:
        """Put a table of contents below the first heading, or first if something is above that."""
        headings = [block for block in _text_blocks(self._body) if block["t"] == "heading"]
        if len(headings) < 2 and not self._worksheets:
            what = "there are too few headings for a table of contents"
            self.report(Notice("", what, for_author=True))
            return
        first = next(_text_blocks(self._body), None)
        titled = bool(headings) and first is headings[0]
        # The title of the whole isn't one of its own contents.
        alone = titled and all(one["level"] > headings[0]["level"] for one in headings[1:])
        if alone:
            headings[0]["outlined"] = False
        top = 1 + alone
        depth = top + (1 if len(headings) > MANY_HEADINGS else 2)
        block = {"t": "contents", "level": 1 + titled, "top": top, "depth": depth}
        if titled:
            part = next(part for part in self._body if part["c"])
            part["c"].insert(1, block)
        else:
            self._body.insert(0, {"t": "text", "place": "contents", "c": [block]})

    def document(self, layout: Layout, named: str | None = None) -> Document:
        """Return the collected document; the sheets decide what `layout` leaves open.

        If `layout` has no title, `named` is the PDF's title, and is not printed at the foot of
        each page.
        """
        _level_headings(self._body)
        number_notes(self._body)
        unlink_lost(self._body)
        sheets = self._worksheets
        day = layout.date or max(self._days, default=None)
        meta = {
            "compact": layout.compact,
            "paper": layout.paper or next((sheet.paper for sheet in sheets if sheet.paper), "a4"),
            "title": layout.title or named or _title(sheets),
            "foot": shorten(layout.title or "", FOOT_LENGTH),
            "subtitle": _subtitle(layout),
            "author": layout.student or "",
            "date": [day.year, day.month, day.day] if day else None,
            **layout.meta(),
        }
        data = {"meta": self._printable(meta, "title"), "body": self._printable_body()}
        return Document(data, self.pictures, tuple(grouped(self._notices)), layout.archive)

    def _printable(self, value: Any, place: str) -> Any:
        """Return `value` without characters that can't be printed, and add a notice of them."""
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


def _text_blocks(body: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks that are not sheets, without those inside others."""
    for part in body:
        if part["t"] not in SHEETS:
            yield from part["c"]


def _is_kept_code(part: Block) -> bool:
    """Return whether a part ends with code that stays with its output."""
    return part["t"] == "text" and bool(part["c"]) and bool(part["c"][-1].get("keep"))


def _title(worksheets: Sequence[Sheet]) -> str:
    if not worksheets:
        return "Handout"
    if len(worksheets) == 1:
        return worksheets[0].text
    return f"{set_title(worksheets)}: {pluralize(len(worksheets), 'question')}"


def _subtitle(layout: Layout) -> str:
    day = format_day(layout.date) if layout.date else None
    return " · ".join(text for text in (layout.student, day) if text)


def _level_headings(body: Sequence[Block]) -> None:
    """Set the levels of headings so that the first is 1 and none is skipped, as PDF/UA-1 asks."""
    previous = 0

    def walk(blocks: Sequence[Block]) -> None:
        nonlocal previous
        for block in blocks:
            if block["t"] == "heading":
                previous = block["level"] = min(block["level"], previous + 1)
            elif block["t"] in ("quote", "alert"):
                walk(block["c"])
            for item in block.get("items", []):
                walk(item["c"])

    for part in body:
        if part["t"] in SHEETS:
            previous = 2  # a sheet's title has level 1, and its sections have level 2
        else:
            walk(part["c"])
