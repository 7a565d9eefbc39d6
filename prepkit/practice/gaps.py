"""What an answer lacks until it is complete, in words for the candidate. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from prepkit.forms import Part
from prepkit.records import Answer
from prepkit.text import pluralize
from prepkit.words import count_words


def first_gap(answer: Answer, parts: Iterable[Part]) -> tuple[str, str] | tuple[None, None]:
    """Return the name of the first of `parts` that lacks words, and what it lacks; else two None.

    The second is a sentence without its full stop, in the words of the form: ``Task is still
    empty``, or ``Task: 3 words, at least 5``.
    """
    part = answer.first_missing(parts)
    if part is None:
        return None, None
    words = count_words(answer.text(part.name))
    if not words:
        return part.name, f"{part.title} is still empty"
    return part.name, f"{part.title}: {pluralize(words, 'word')}, at least {part.least}"
