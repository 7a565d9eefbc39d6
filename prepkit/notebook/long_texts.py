"""Long texts of outputs: their beginning and their end, and how much is between them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prepkit.notebook.ansi import Run, terminal_text

MOST = 200_000
"""Characters of an output that are shown: about eighty pages in print."""

MOST_READ = 4_000_000
"""Characters that are read, since a long text may be a progress bar of which little is seen."""

_HALF = MOST // 2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, or what is left out between two parts."""

    text: str
    styled: tuple[Run, ...] = ()
    left_out: int = 0
    """How many characters are left out here; then there is no text."""


def terminal_parts(text: str) -> Iterator[Part]:
    """Yield what a terminal finally shows of a text: all, or the beginning, a gap and the end."""
    if len(text) <= MOST_READ:
        yield from parts(*terminal_text(text))
        return
    half = MOST_READ // 2
    start, end = _line_end(text, half), _line_start(text, len(text) - half)
    first, first_runs = terminal_text(text[:start])
    last, last_runs = terminal_text(text[end:])
    *head, _ = _cut(first, first_runs, _line_end(first, _HALF), len(first))
    _, *tail = _cut(last, last_runs, 0, _line_start(last, len(last) - _HALF))
    gap = end - start + len(first) - len(head[0].text) + len(last) - len(tail[0].text)
    yield from (*head, Part("", left_out=gap), *tail)


def parts(text: str, styled: tuple[Run, ...] = ()) -> Iterator[Part]:
    """Yield a text whole, or its beginning, a gap and its end."""
    if len(text) <= MOST:
        yield Part(text, styled)
        return
    start, end = _line_end(text, _HALF), _line_start(text, len(text) - _HALF)
    head, tail = _cut(text, styled, start, end)
    yield from (head, Part("", left_out=end - start), tail)


def _cut(text: str, styled: Sequence[Run], start: int, end: int) -> tuple[Part, Part]:
    """Return a text without what stands from `start` to `end`."""
    return (
        Part(text[:start], tuple(_runs(styled, 0, start))),
        Part(text[end:], tuple(_runs(styled, end, len(text)))),
    )


def _runs(styled: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    place = 0
    for text, classes in styled:
        part = text[max(0, start - place) : max(0, end - place)]
        if part:
            yield part, classes
        place += len(text)


def _line_end(text: str, place: int) -> int:
    """Return where the last line before `place` ends; `place` if that line is very long."""
    found = text.rfind("\n", place // 2, place)
    return place if found < 0 else found + 1


def _line_start(text: str, place: int) -> int:
    """Return where the first line after `place` starts; `place` if the line before is very long."""
    found = text.find("\n", place, place + _HALF // 2)
    return place if found < 0 else found + 1
