"""The cover of a set of worksheets: its title, name and date, and what is in the set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prepkit.handouts.blocks import Block
from prepkit.handouts.layout import Layout
from prepkit.icons import category_mark
from prepkit.sheet import Sheet
from prepkit.text import format_day, join_words, pluralize

MANY_CATEGORIES = 3
"""The most categories that a title names; with more, it is a general one."""


def set_title(worksheets: Sequence[Sheet]) -> str:
    """Return the title of a set that has none of its own, such as ``Technical leadership``."""
    categories = list(dict.fromkeys(sheet.category for sheet in worksheets))
    if len(categories) > MANY_CATEGORIES:
        return "Interview questions"
    return join_words(categories)


def cover_block(worksheets: Sequence[Sheet], layout: Layout) -> Block:
    """Return the cover and the table of contents in the form that the template expects.

    A name or date that is not known gets a line to write it on by hand.
    """
    title = layout.title or set_title(worksheets)
    counts = Counter(sheet.category for sheet in worksheets)
    icons = {sheet.category: sheet.icon for sheet in worksheets}
    # The cover shows the letters of the parts that most of the sheets have.
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
            if category != title  # the title says it already
        ],
        "lines": [
            {"name": "Name", "text": layout.student or ""},
            {"name": "Date", "text": format_day(layout.date) if layout.date else ""},
        ],
    }
