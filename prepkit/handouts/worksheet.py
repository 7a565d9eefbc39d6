"""A sheet -> the worksheet to typeset: its texts as blocks, by the shape of each section."""

from __future__ import annotations

from collections.abc import Sequence

from prepkit.bank.sections import NO_VALUE
from prepkit.forms import Part
from prepkit.handouts.blocks import Block
from prepkit.handouts.notices import Notice
from prepkit.handouts.prose import answer_blocks, bank_blocks, bank_inline
from prepkit.icons import category_mark
from prepkit.sheet import Section, Sheet

ROOM = 300
"""Words of an answer that the boxes have room for, unless a worksheet is compact: the bank's own
examples have 180 to 340."""

WORD = 18.0
"""Millimetres of a line that a handwritten word takes with the space after it, so nine words on the
160 mm of a box on A4. A rule of thumb, not research: teachers who estimate the length of what was
written by hand count 7 to 9 or 9 to 10 words per line of a page."""


def worksheet_block(sheet: Sheet, notice: Notice) -> Block:
    """Return the worksheet in the form that the template expects, as one that is not in a set."""
    return {
        "t": "worksheet",
        "set": False,
        **head_fields(sheet),
        "answered": sheet.answered,
        "compact": sheet.compact,
        "sections": [
            _section_block(section, sheet, notice)
            for section in sheet.sections
            if section.on_paper != "never"
        ],
    }


def head_fields(sheet: Sheet) -> Block:
    """Return what is at the top of every page about a question."""
    return {
        "opens": False,
        "running": sheet.running,
        "category": sheet.category,
        **category_mark(sheet.icon),
        "number": sheet.number,
        "of": sheet.of,
        "question": bank_inline(sheet.text),
        "length": len(sheet.text),
    }


def writing_room(parts: Sequence[Part]) -> list[float]:
    """Return how long the lines of each part have to be together, in millimetres.

    There is room for an answer of `ROOM` words, shared in proportion to the usual words of the
    parts.
    """
    shares = [sum(part.words) for part in parts]
    return [ROOM * WORD * share / sum(shares) for share in shares]


def _section_block(section: Section, sheet: Sheet, notice: Notice) -> Block:
    return {
        "shape": section.shape,
        "title": section.title,
        "icon": section.icon or None,
        "on-paper": section.on_paper,
        "hint": section.hint,
        "columns": list(section.columns),
        "items": [
            {
                "title": item.title,
                "ticked": item.text in sheet.ticked,
                "c": bank_blocks(item.text),
            }
            for item in section.items
        ],
        "boxes": [
            {
                "title": part.title,
                "letter": part.letter,
                "prompt": bank_inline(part.prompt),
                "words": list(part.words),
                "room": room,
                "answer": answer_blocks(sheet.answer.get(part.name, ""), notice),
            }
            for part, room in zip(section.boxes, writing_room(section.boxes), strict=True)
        ],
        "rows": [
            {
                "company": row.company,
                "value": bank_inline(row.value or NO_VALUE),
                "focus": bank_inline(row.focus),
                "basis": row.basis,
                "source": {"href": row.href, "label": row.source} if row.href else None,
            }
            for row in section.rows
        ],
    }
