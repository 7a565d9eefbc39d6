"""The cover of a set of worksheets: what it is, whose, of which day, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prepkit.handouts.blocks import Block
from prepkit.handouts.layout import Layout
from prepkit.sheet import Sheet, category_mark
from prepkit.text import format_day, join_words, pluralize

MANY_CATEGORIES = 3
"""More categories than these are counted in a title rather than named."""


def set_title(worksheets: Sequence[Sheet]) -> str:
    """Return the title of a set that was given none, such as ``Technical leadership``."""
    categories = list(dict.fromkeys(sheet.category for sheet in worksheets))
    if len(categories) > MANY_CATEGORIES:
        return "Interview questions"
    return join_words(categories)


def cover_block(worksheets: Sequence[Sheet], layout: Layout) -> Block:
    """Return the cover, and the table of contents after it, as the template takes them.

    A name or date that is not known is left to write in by hand.
    """
    title = layout.title or set_title(worksheets)
    counts = Counter(sheet.category for sheet in worksheets)
    icons = {sheet.category: sheet.icon for sheet in worksheets}
    # The parts whose letters are shown are those that most of the sheets have.
    forms = Counter(
        tuple((part.title, part.letter) for part in sheet.boxes) for sheet in worksheets
    )
    [(parts, _)] = forms.most_common(1)
    return {
        "t": "cover",
        "title": title,
        "count": pluralize(len(worksheets), "question"),
        "parts": [{"title": title, "letter": letter} for title, letter in parts],
        "categories": [
            {"category": category, **category_mark(icons[category]), "count": count}
            for category, count in counts.items()
            if category != title  # as the title of its own set it is said already
        ],
        "lines": [
            {"name": "Name", "text": layout.student or ""},
            {"name": "Date", "text": format_day(layout.date) if layout.date else ""},
        ],
    }
