"""The story sheet: one page of a stored answer, for the last minute before the call."""

from __future__ import annotations

from prepkit.forms import Part
from prepkit.handouts.blocks import Block
from prepkit.handouts.excerpt import Number, first_sentences, numbers_in
from prepkit.handouts.notices import Notice
from prepkit.handouts.prose import answer_blocks, bank_blocks, bank_inline
from prepkit.handouts.worksheet import head_fields
from prepkit.sheet import Sheet
from prepkit.text import pluralize
from prepkit.words import count_words, start_beyond

MOST_WORDS, MOST_CHARACTERS = 90, 600
"""Beyond these, even a first sentence is cut, so that all parts fit on the page."""
NUMBERS = 6
"""The most numbers in the strip."""


def story_block(sheet: Sheet, notice: Notice) -> Block:
    """Return the story sheet of an answered question in the form that the template expects."""
    numbers = numbers_in(sheet.answer.get(part.name, "") for part in sheet.boxes)
    shown = _leading(numbers, sheet)
    return {
        "t": "story",
        **head_fields(sheet),
        "parts": [
            {
                "title": part.title,
                "letter": part.letter,
                "prompt": bank_inline(part.prompt),
                "c": answer_blocks(_told(part, sheet, notice), notice),
            }
            for part in sheet.boxes
        ],
        "numbers": [{"number": one.number, "label": one.label} for one in shown],
        "more": len(numbers) - len(shown),
        "key_points": [
            bank_blocks(item.text)
            for section in sheet.sections
            if section.shape == "ticks"
            for item in section.items
            if item.text in sheet.ticked
        ],
    }


def _leading(numbers: tuple[Number, ...], sheet: Sheet) -> list[Number]:
    """Return the numbers for the strip: if there are too many, those in digits first.

    Among these, numbers of the outcome (the last part) come first, then those of longer parts.
    """
    *others, outcome = sheet.boxes
    order = [outcome, *sorted(others, key=lambda part: -sum(part.words))]
    wanted = numbers_in(sheet.answer.get(part.name, "") for part in order)
    chosen = sorted(wanted, key=lambda number: not number.in_digits)[:NUMBERS]
    return [number for number in numbers if number in chosen]


def _told(part: Part, sheet: Sheet, notice: Notice) -> str:
    """Return what the sheet says about a part; a very long first sentence is cut."""
    told = first_sentences(sheet.answer.get(part.name, ""))
    kept = told[: start_beyond(told, MOST_WORDS)].rstrip()[:MOST_CHARACTERS]
    if kept == told:
        return told
    notice(
        f"{part.title} starts with a sentence of {pluralize(count_words(told), 'word')};"
        " the story sheet shows only its beginning"
    )
    return f"{kept} …"
