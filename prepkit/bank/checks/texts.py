"""The texts of a question, one by one and by section, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prepkit.bank.source_map import Place
from prepkit.records import Question

_WORD = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W\d_]+)*|\d[\d.,]*")


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text; the parts of a hyphenated word count singly."""
    return _WORD.findall(text)


def texts_of(question: Question) -> Iterator[tuple[Place, str]]:
    """Yield every text of a question: a list item, a part, a cell at a time."""
    yield ("text",), question.text
    yield ("why",), question.why
    for name in ("key_points", "follow_ups", "tips"):
        for index, text in enumerate(getattr(question, name)):
            yield (name, index), text
    for level, text in question.levels.items():
        yield ("levels", level), text
    for name in ("prompts", "example"):
        for part, text in (getattr(question, name) or {}).items():
            yield (name, part), text
    for index, ask in enumerate(question.asks):
        yield ("asks", index), ask.focus
    if question.notes:
        yield ("notes",), question.notes


def sections_of(question: Question) -> Iterator[tuple[Place, str]]:
    """Yield the whole text of each section that has more than one part."""
    sections: dict[str, list[str]] = {}
    for place, text in texts_of(question):
        if len(place) > 1:
            sections.setdefault(str(place[0]), []).append(text)
    for name, texts in sections.items():
        yield (name,), "\n".join(texts)
