"""The texts of a question, one by one or by section, each with its place (`Loc`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prepkit.bank.sections import SECTIONS
from prepkit.errors import Loc
from prepkit.records import Ask, InterviewerNote, Question, WeakerAnswer


def texts_of(question: Question) -> Iterator[tuple[Loc, str]]:
    """Yield every text of a question: one list item, part or cell at a time."""
    yield ("text",), question.text
    for section in SECTIONS:
        name = section.field
        value = getattr(question, name)
        if isinstance(value, str):
            if value:
                yield (name,), value
            continue
        if isinstance(value, WeakerAnswer):
            keyed: Iterable[tuple[int | str, Any]] = (
                (key, text) for key, text in value if isinstance(text, str)
            )
        else:
            keyed = value.items() if isinstance(value, Mapping) else enumerate(value or ())
        for key, item in keyed:
            yield (name, key), _text_of(item)


def _text_of(item: Any) -> str:
    if isinstance(item, Ask):
        return item.focus
    return item.text if isinstance(item, InterviewerNote) else str(item)


def sections_of(question: Question) -> Iterator[tuple[Loc, str]]:
    """Yield the whole text of each section that has more than one part."""
    sections: dict[str, list[str]] = {}
    for loc, text in texts_of(question):
        if len(loc) > 1:
            sections.setdefault(str(loc[0]), []).append(text)
    for name, texts in sections.items():
        yield (name,), "\n".join(texts)
