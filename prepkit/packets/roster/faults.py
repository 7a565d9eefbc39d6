"""What is wrong with cells of a roster, said once per column and kind, with all its rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prepkit.packets.roster.formats.rows import Answers, RosterProblem, roster_problem
from prepkit.text import join_quoted, join_words

_ONE_OR_MANY = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")

_ROWS = 10
_VALUES = 5
"""How many rows and values a message names; it counts the rest."""


class CellError(ValueError):
    """What is wrong with a cell, or worth knowing about it.

    Parameters
    ----------
    says
        A sentence in which ``{}`` stands for the value, ``{near}`` for what may be meant, and
        ``[is|are]`` for the form with one and with several values. Faults that say the same are one
        message.
    value
        What the cell has, ready to be printed.
    beside
        What is printed after the value, outside its quotation marks.
    near
        What may have been meant.
    is_other
        Whether the cell has something else altogether, so that the column may be another, too.
    line
        Which line the message shows, because it would answer it in the file beside the roster.
    answers
        All lines that would.
    """

    def __init__(
        self,
        says: str,
        value: str = "",
        *,
        beside: str = "",
        near: str = "",
        is_other: bool = False,
        line: str = "",
        answers: Answers = Answers(),
    ) -> None:
        super().__init__(says, value, beside, near, is_other, line, answers)
        self.says = says
        self.value = value
        self.beside = beside
        self.near = near
        self.line = line
        self.answers = answers
        self.is_other = is_other

    @property
    def kind(self) -> str:
        """What faults of one message have in common."""
        return self.says

    def __str__(self) -> str:
        return say([self])


def say(faults: Sequence[CellError]) -> str:
    """Return the message of faults of one kind."""
    first = faults[0]
    values = list(dict.fromkeys(_quoted(fault) for fault in faults if fault.value))
    many = len(values or faults) > 1
    text = _ONE_OR_MANY.sub(lambda match: match[2 if many else 1], first.says)
    nears = list(dict.fromkeys(fault.near for fault in faults if fault.near))
    parts = {"{}": _named(values), "{near}": join_quoted(nears[:_VALUES], "or")}
    # In one go, because what a coach wrote may have braces, too.
    text = re.sub(r"\{(?:near)?\}", lambda match: parts[match[0]], text)
    lines = list(dict.fromkeys(fault.line for fault in faults if fault.line))
    if lines:
        text += "".join(f"\n      {line}" for line in lines)
    return text


def _answers_to(faults: Sequence[CellError]) -> Answers:
    """Return the lines that would answer faults of one kind."""
    lines = dict.fromkeys(line for fault in faults for line in fault.answers.lines)
    return Answers(faults[0].answers.section, tuple(lines))


def _quoted(fault: CellError) -> str:
    return " ".join(filter(None, [f"'{fault.value}'", fault.beside]))


def _named(quoted: Sequence[str]) -> str:
    if len(quoted) <= _VALUES:
        return join_words(quoted)
    return f"{', '.join(quoted[:_VALUES])} and {len(quoted) - _VALUES:,} more"


def rows_text(rows: Sequence[int]) -> str:
    """Return such as ``row 3`` or ``rows 3, 5 and 9``."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    named = [str(row) for row in rows]
    if len(rows) > _ROWS:
        named = [*named[:_ROWS], f"{len(rows) - _ROWS:,} more"]
    return f"rows {join_words(named)}"


@dataclass(frozen=True, slots=True)
class Findings:
    """Collects what was found in the cells of a roster, in the order of its columns."""

    _found: dict[tuple[str, object], list[tuple[int, ValueError]]] = field(default_factory=dict)

    def add(self, column: str, row: int, fault: ValueError) -> None:
        """Note a fault of the cell in `row` of `column`."""
        kind: object = fault.kind if isinstance(fault, CellError) else str(fault)
        self._found.setdefault((column, kind), []).append((row, fault))

    def __iter__(self) -> Iterator[RosterProblem]:
        """Yield where something was found, and what: one of each column and kind."""
        for (column, _), found in self._found.items():
            rows = list(dict.fromkeys(row for row, _ in found))
            faults = [fault for _, fault in found if isinstance(fault, CellError)]
            where = f"column '{column}', {rows_text(rows)}"
            if faults:
                yield roster_problem(say(faults), where, _answers_to(faults))
            else:
                yield roster_problem(str(found[0][1]), where)
