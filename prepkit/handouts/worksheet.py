"""A sheet -> the worksheet to typeset: its texts as blocks, by the shape of each section."""

from __future__ import annotations

from prepkit.bank.sections import NO_VALUE
from prepkit.handouts.blocks import Block, Notice
from prepkit.handouts.prose import answer_blocks, bank_blocks, bank_inline
from prepkit.sheet import Section, Sheet, category_mark


def worksheet_block(sheet: Sheet, notice: Notice) -> Block:
    """Return the worksheet in the form that the template expects, as one that is not in a set."""
    return {
        "t": "worksheet",
        "set": False,
        **head_fields(sheet),
        "answered": sheet.answered,
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


def _section_block(section: Section, sheet: Sheet, notice: Notice) -> Block:
    return {
        "shape": section.shape,
        "title": section.title,
        "icon": section.icon or None,
        "optional": section.on_paper == "if room",
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
                "answer": answer_blocks(sheet.answer.get(part.name, ""), notice),
            }
            for part in section.boxes
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
