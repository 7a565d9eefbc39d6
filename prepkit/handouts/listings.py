"""Texts whose lines and spaces stay as they are: code, and what it printed, with its colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from prepkit.notebook.ansi import Run

_LINE = 80
"""Characters without a space that a line of fixed width takes on any paper."""

_LONG = re.compile(rf"\S{{{_LINE}}}(?=\S)")
_ENDLESS = re.compile(rf"[^\n]{{{50 * _LINE}}} *(?=[^\n])")
"""The beginning of a line that would fill pages."""

# Inks that are easy to read on white paper, and grounds on which black is.
_INKS = {
    "black": None, "red": "#a03030", "green": "#1c6b3c", "yellow": "#7a5a00", "blue": "#23489c",
    "magenta": "#87317f", "cyan": "#0f6674", "white": "#59616a",
}  # fmt: skip
_GROUNDS = {
    "black": "#dcdfe1", "red": "#f6dcdc", "green": "#d9eedf", "yellow": "#fbefc4",
    "blue": "#dbe5f7", "magenta": "#f2def0", "cyan": "#d5edf1", "white": "#eceeef",
}  # fmt: skip


def breakable(text: str) -> str:
    """Let words that are longer than a line break, with zero-width spaces in them.

    A line that would fill pages becomes several: Typst sets it at a cost that grows with the square
    of its length.
    """
    lines = _ENDLESS.sub(lambda line: f"{line.group()}\n", text)
    return _LONG.sub(lambda word: f"{word.group()}\u200b", lines)


def coloured_lines(runs: Sequence[Run]) -> list[list[dict[str, Any]]]:
    """Return a terminal's text as lines, each of which is a list of runs for the template."""
    lines: list[list[dict[str, Any]]] = [[]]
    for text, classes in runs:
        first, *others = breakable(text).split("\n")
        for number, part in enumerate([first, *others]):
            if number:
                lines.append([])
            if part:
                lines[-1].append({"s": part, **_style(classes)})
    return lines


@cache
def _style(classes: str) -> dict[str, Any]:
    """Return how a run is set. In PDF/UA-1, Typst can give a text only one line."""
    names = set(classes.split())
    inverse = "ansi-inverse" in names
    return {
        "ink": _of(_INKS, names, "-fg"),
        "fill": "#dcdfe1" if inverse else _of(_GROUNDS, names, "-bg"),
        "bold": "ansi-bold" in names,
        "italic": "ansi-italic" in names,
        "line": next((kind for kind in ("strike", "underline") if f"ansi-{kind}" in names), None),
    }


def _of(colours: dict[str, Any], names: set[str], end: str) -> str | None:
    """Return the colour in some classes: ``ansi-red-fg`` and ``ansi-red-intense-fg`` are one."""
    for name in names:
        colour = name.removeprefix("ansi-").removesuffix(end).removesuffix("-intense")
        if name.endswith(end) and colour in colours:
            found: str | None = colours[colour]
            return found
    return None
