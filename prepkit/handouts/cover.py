"""The cover of a set of worksheets: what it is, whose, of which day, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prepkit.handouts.blocks import Block
from prepkit.handouts.layout import Layout
from prepkit.handouts.worksheet import WorksheetData, category_mark
from prepkit.text import format_day, pluralize

MANY_CATEGORIES = 3
"""More categories than these are counted in a title rather than named."""


def set_title(worksheets: Sequence[WorksheetData]) -> str:
    """Return the title of a set that was given none, such as ``Technical leadership``."""
    categories = list(dict.fromkeys(data.category for data in worksheets))
    if len(categories) > MANY_CATEGORIES:
        return "Interview questions"
    return listed(categories)


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def cover_block(worksheets: Sequence[WorksheetData], layout: Layout) -> Block:
    """Return the cover, and the table of contents after it, as the template takes them.

    A name or date that is not known is left to write in by hand.
    """
    title = layout.title or set_title(worksheets)
    counts = Counter(data.category for data in worksheets)
    icons = {data.category: data.icon for data in worksheets}
    return {
        "t": "cover",
        "title": title,
        "count": pluralize(len(worksheets), "question"),
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
