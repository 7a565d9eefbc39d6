"""The lines that would answer what is asked about a roster, for the coach to choose from. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from prepkit.errors import Problem
from prepkit.packets.roster.file import RosterProblem
from prepkit.text import capitalize_first, printable

_WIDTH = 98


def questions_by_section(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return comments for the file beside a roster, by the section that they belong to.

    Each problem that a line would answer is there in words, and below it every such line, for the
    coach to take the ``#`` away.
    """
    found: dict[str, list[str]] = {}
    for problem in problems:
        if isinstance(problem, RosterProblem) and problem.answers.lines:
            lines = [f"# {line}" for line in problem.answers.lines]
            found.setdefault(problem.answers.section, []).extend(["", *_words(problem), *lines])
    return found


def lines_by_section(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return the lines that answer the problems, each once, by the section they belong to."""
    found: dict[str, dict[str, None]] = {}
    for problem in problems:
        if isinstance(problem, RosterProblem) and problem.answers.lines:
            found.setdefault(problem.answers.section, {}).update(
                dict.fromkeys(problem.answers.lines)
            )
    return {section: list(lines) for section, lines in found.items()}


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
