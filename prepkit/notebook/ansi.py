"""A terminal's text -> what it finally shows, with its colours as classes. Pure, and linear.

Carriage returns, backspaces, and the codes that erase or move, as progress bars write them, are
obeyed. Colours beyond the sixteen of old terminals become the closest of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

Run = tuple[str, str]
"""A text, and the classes in which it is shown, separated by blanks."""

COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
"""The colours in the classes ``ansi-red-fg``, ``ansi-red-intense-bg`` and so on."""

_ACTIVE = re.compile(r"[\x1b\x08\r]")
_PART = re.compile(
    r"\x1b\[(?P<numbers>[0-9;:]*)(?P<code>[A-Za-z])"  # a colour, an erasure, a movement
    r"|\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])?"  # other codes
    r"|(?P<back>\x08+)|(?P<start>\r+)|(?P<end>\n)|(?P<tab>\t)|(?P<text>[^\x1b\x08\r\n\t]+)"
)
_TAB = 8
_WIDEST = 1_000
"""Columns to which a code can move: no terminal is wider."""

_FLAGS = {1: "ansi-bold", 3: "ansi-italic", 4: "ansi-underline", 9: "ansi-strike"}
_INVERSE = 7
_ENDED_BY = {22: 1, 23: 3, 24: 4, 27: _INVERSE, 29: 9}
# The sixteen colours as xterm shows them, to find the one that is closest to any other.
_SHADES = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
    *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
    *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
)
_CUBE = (0, 95, 135, 175, 215, 255)


def terminal_text(text: str) -> tuple[str, tuple[Run, ...]]:
    """Return what a terminal finally shows of a text, and its runs if any of it has colours."""
    if not _ACTIVE.search(text):
        return text.expandtabs(_TAB).rstrip("\n"), ()
    screen = _Screen()
    for part in _PART.finditer(text):
        screen.obey(part)
    runs = list(screen.runs())
    plain = "".join(part for part, _ in runs)
    return plain, tuple(runs) if any(classes for _, classes in runs) else ()


@dataclass(frozen=True, slots=True)
class _Pen:
    """How text is written: colours as numbers from 0 to 15, or None for the page's own."""

    flags: frozenset[int] = frozenset()
    ink: int | None = None
    ground: int | None = None
    classes: str = ""


class _Line:
    """A line of a terminal. While it only grows it is kept as runs, and after that as cells."""

    __slots__ = ("_cells", "_runs", "length")

    def __init__(self) -> None:
        self.length = 0
        self._runs: list[Run] = []
        self._cells: list[Run] | None = None

    def put(self, column: int, text: str, classes: str) -> None:
        """Write a text over what stands at `column`."""
        if column > self.length:
            self.put(self.length, " " * (column - self.length), "")
        if self._cells is None and column == self.length:
            self._runs.append((text, classes))
            self.length += len(text)
            return
        cells = self._as_cells()
        cells[column : column + len(text)] = [(one, classes) for one in text]
        self.length = len(cells)

    def erase(self, start: int, end: int) -> None:
        """Erase what stands between two columns."""
        cells = self._as_cells()
        if end >= len(cells):
            del cells[start:]
        else:
            cells[start:end] = [(" ", "")] * (end - start)
        self.length = len(cells)

    def runs(self) -> list[Run]:
        """Return what the line shows."""
        return self._runs if self._cells is None else self._cells

    def _as_cells(self) -> list[Run]:
        if self._cells is None:
            self._cells = [(one, classes) for text, classes in self._runs for one in text]
            self._runs = []
        return self._cells


class _Screen:
    """The lines of a terminal that is as long as it needs to be, with its cursor and its pen."""

    def __init__(self) -> None:
        self._lines = [_Line()]
        self._row = 0
        self._column = 0
        self._pen = _Pen()

    def obey(self, part: re.Match[str]) -> None:
        """Take a part of the text, as `_PART` finds it."""
        match part.lastgroup:
            case "text":
                self._put(part[0])
            case "tab":
                self._put(" " * (_TAB - self._column % _TAB))
            case "end":
                self._down(1)
                self._column = 0
            case "start":
                self._column = 0
            case "back":
                self._column = max(0, self._column - len(part[0]))
            case "code":
                self._code(part["code"], part["numbers"])

    def runs(self) -> Iterator[Run]:
        """Yield all that is shown, without empty lines at the end."""
        lines = [line.runs() for line in self._lines]
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        ends = [("\n", "")]
        every = [run for line in lines for run in (*line, *ends)][:-1]
        for classes, group in groupby(every, key=lambda run: run[1]):
            yield "".join(text for text, _ in group), classes

    def _put(self, text: str) -> None:
        self._lines[self._row].put(self._column, text, self._pen.classes)
        self._column += len(text)

    def _down(self, rows: int) -> None:
        self._row += rows
        while self._row >= len(self._lines):
            self._lines.append(_Line())

    def _code(self, code: str, written: str) -> None:
        if code == "m":
            self._pen = _pen_after(self._pen, written)
            return
        number = int(written) if written.isdecimal() and len(written) < 5 else 0
        count = min(number, _WIDEST) or 1
        match code:
            case "K":
                line = self._lines[self._row]
                start = self._column if number == 0 else 0
                end = line.length if number != 1 else self._column + 1
                line.erase(start, end)
            case "A":
                self._row = max(0, self._row - count)
            case "B":
                self._row = min(len(self._lines) - 1, self._row + count)
            case "C":
                self._column = min(self._column + count, max(_WIDEST, self._column))
            case "D":
                self._column = max(0, self._column - count)
            case "G":
                self._column = count - 1


@lru_cache(4096)
def _pen_after(pen: _Pen, written: str) -> _Pen:
    """Return the pen after a code for colours and weights."""
    flags, ink, ground = pen.flags, pen.ink, pen.ground
    numbers = iter([int(one or 0) for one in re.split("[;:]", written) if len(one) < 5])
    for number in numbers:
        if number == 0:
            flags, ink, ground = frozenset(), None, None
        elif number in _FLAGS or number == _INVERSE:
            flags |= {number}
        elif number in _ENDED_BY:
            flags -= {_ENDED_BY[number]}
        elif number == 38:
            ink = _further(numbers)
        elif number == 48:
            ground = _further(numbers)
        elif 30 <= number <= 37 or 90 <= number <= 97:
            ink = number - 30 if number < 90 else number - 82
        elif 40 <= number <= 47 or 100 <= number <= 107:
            ground = number - 40 if number < 100 else number - 92
        elif number == 39:
            ink = None
        elif number == 49:
            ground = None
    return _Pen(flags, ink, ground, _class_names(flags, ink, ground))


def _further(numbers: Iterator[int]) -> int | None:
    """Return the colour that is written as ``5;n`` or ``2;red;green;blue``; None if it is none."""
    kind = next(numbers, None)
    if kind == 5:
        return _closest_of_256(next(numbers, 0))
    if kind == 2:
        return _closest(next(numbers, 0), next(numbers, 0), next(numbers, 0))
    return None


def _closest_of_256(number: int) -> int:
    if number < 16:
        return number
    if number < 232:
        number -= 16
        return _closest(_CUBE[number // 36], _CUBE[number // 6 % 6], _CUBE[number % 6])
    grey = 8 + 10 * (number - 232)
    return _closest(grey, grey, grey)


@lru_cache(1024)
def _closest(red: int, green: int, blue: int) -> int:
    def distance(number: int) -> int:
        shade = _SHADES[number]
        return sum((a - b) ** 2 for a, b in zip(shade, (red, green, blue), strict=True))

    return min(range(len(_SHADES)), key=distance)


def _class_names(flags: frozenset[int], ink: int | None, ground: int | None) -> str:
    """Return the classes of a pen."""
    names = [_FLAGS[flag] for flag in sorted(flags - {_INVERSE})]
    if _INVERSE in flags:
        if ink is None and ground is None:
            return " ".join([*names, "ansi-inverse"])
        # What has no colour of its own has that of the page, which is known to nobody here.
        ink, ground = ground, ink
    names += [f"ansi-{_colour(ink)}-fg"] if ink is not None else []
    names += [f"ansi-{_colour(ground)}-bg"] if ground is not None else []
    return " ".join(names)


def _colour(number: int) -> str:
    return f"{COLOURS[number % 8]}{'-intense' if number >= 8 else ''}"
