"""The story sheet: one page of a stored answer, for the last minute before the call."""

from __future__ import annotations

from prepkit.handouts.blocks import Block, Notice
from prepkit.handouts.excerpt import Number, first_sentences, numbers_in
from prepkit.handouts.prose import answer_blocks, bank_blocks, bank_inline
from prepkit.handouts.worksheet import WorksheetData, category_mark, running_title
from prepkit.records import Part

MOST_WORDS, MOST_CHARACTERS = 90, 600
"""Where even a first sentence is cut, so that four of them have room on the page."""
NUMBERS = 6
"""Numbers in the strip, at most."""


def story_block(data: WorksheetData, notice: Notice) -> Block:
    """Return the story sheet of an answered worksheet as the template takes it."""
    numbers = numbers_in(data.answer.get(part.name, "") for part in data.question.parts)
    shown = _leading(numbers, data)
    return {
        "t": "story",
        "opens": False,
        "running": running_title(data),
        "category": data.category,
        **category_mark(data.icon),
        "number": data.question.number,
        "of": data.of,
        "question": bank_inline(data.question.text),
        "length": len(data.question.text),
        "parts": [
            {
                "name": part.title,
                "letter": part.letter,
                "prompt": bank_inline(data.prompts[part.name]),
                "c": answer_blocks(_told(part, data.answer.get(part.name, ""), notice), notice),
            }
            for part in data.question.parts
        ],
        "numbers": [{"number": one.number, "label": one.label} for one in shown],
        "more": len(numbers) - len(shown),
        "key_points": [bank_blocks(p) for p in data.question.key_points if p in data.ticked],
    }


def _leading(numbers: tuple[Number, ...], data: WorksheetData) -> list[Number]:
    """Return the numbers for the strip: where there are too many, digits and late parts first."""
    order = reversed(data.question.form.names)  # what came of it is told towards the end
    wanted = numbers_in(data.answer.get(part, "") for part in order)
    chosen = sorted(wanted, key=lambda number: not number.in_digits)[:NUMBERS]
    return [number for number in numbers if number in chosen]


def _told(part: Part, text: str, notice: Notice) -> str:
    """Return what the sheet says of a part; a first sentence that would fill it is cut."""
    told = first_sentences(text)
    kept = " ".join(told.split()[:MOST_WORDS])[:MOST_CHARACTERS]
    if kept == told:
        return told
    notice(
        f"{part.title} begins with a sentence of {len(told.split())} words;"
        " the story sheet has its beginning"
    )
    return f"{kept} …"
