"""The lines that would answer what is asked about a roster, for the coach to choose from. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from prepkit.errors import Problem
from prepkit.packets.roster.aliases import toml_text
from prepkit.records import LEVELS
from prepkit.text import capitalize_first, printable

_SECTION = re.compile(r"under \[(\w+)\]")
_LINE = re.compile(r"\n {6}(.+)")
_WITHIN = re.compile(r'\b(?:hidden|struck|totals|order|sheet) = "(?:[^"\\]|\\.)*"')
_OF_LEVEL = re.compile(r'("(?:[^"\\]|\\.)*" = )"[^"]*"')
_WIDTH = 98


def questions_by_section(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return comments for the file beside a roster, by the section that they belong to.

    Each problem that a line would answer is there in words, and below it every such line, for the
    coach to take the ``#`` away.
    """
    found: dict[str, list[str]] = {}
    for problem in problems:
        lines = [f"# {line}" for line in _lines(problem.message)]
        section = _SECTION.search(problem.message)
        if section and lines:
            found.setdefault(section[1], []).extend(["", *_words(problem), *lines])
    return found


def _words(problem: Problem) -> list[str]:
    where = f"{problem.where}: " if problem.where else ""
    text = printable(where + problem.message.split("\n")[0], one_line=True)
    return textwrap.wrap(
        capitalize_first(text),
        _WIDTH,
        initial_indent="## ",
        subsequent_indent="## ",
        break_long_words=False,
    )


def _lines(message: str) -> Iterator[str]:
    below = [match[1] for match in _LINE.finditer(message)]
    is_level = "under [levels]" in message
    for line in below or dict.fromkeys(_WITHIN.findall(message)):
        if is_level and (level := _OF_LEVEL.fullmatch(line)):
            yield from (f"{level[1]}{toml_text(each)}" for each in (*LEVELS, ""))
        else:
            yield line
