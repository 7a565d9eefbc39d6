"""What a roster's file holds: cells, rows, sheets, and what the coach has to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from prepkit.errors import InputError, Problem, Problems

LISTED = 50
"""How many problems a message lists; it counts the rest."""

MOST_ROWS = 1_048_576
"""What a spreadsheet has."""

LARGEST = 500_000_000
"""The most bytes of a file, unpacked."""

_MAPPING = ".prepkit.toml"
# What `prepkit.packets.roster.mapping` writes at the top of such a file.
_ABOUT = re.compile(r"^# (?:How prepkit reads (.+?)\. Change|What you say of (.+?): prepkit)", re.M)


@dataclass(frozen=True, slots=True)
class Answers:
    """Lines that would answer a question, for the coach to choose from."""

    section: str = ""
    """The section of the file beside the roster that they belong to."""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterProblem(Problem):
    """A problem of a roster, with the lines that would answer it in the file beside it."""

    answers: Answers = Answers()


def roster_problem(message: str, where: str = "", answers: Answers = Answers()) -> RosterProblem:
    """Return a problem of the roster that the error's first line names."""
    return RosterProblem(None, 0, message, where, answers)


class RosterError(InputError):
    """Every problem of a roster; the message lists the first `LISTED`."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        super().__init__(f"{path} has {{count}}:", problems, most=LISTED)


def problems_in(path: Path) -> Problems:
    """Return an object that collects the problems of the roster `path`."""
    return Problems(error=partial(RosterError, path))


class CannotReadError(Exception):
    """Why a file can't be read as what it seems to be, and what to do."""

    def __init__(self, message: str, row: int = 0, answers: Answers = Answers()) -> None:
        super().__init__(message)
        self.row = row
        """From 1; 0 if the file as a whole is meant."""
        self.answers = answers

    def for_roster(self, path: Path) -> RosterError:
        """Return the error that a coach sees."""
        where = f"row {self.row}" if self.row else ""
        return RosterError(path, [roster_problem(str(self), where, self.answers)])


def too_large(what: str) -> NoReturn:
    """Refuse a file, or a part of it, for its size."""
    raise CannotReadError(f"{what}: split it into several rosters")


def check_rows(number: int) -> None:
    """Refuse a file that has more than `MOST_ROWS` rows."""
    if number > MOST_ROWS:
        too_large(f"it has more than {MOST_ROWS:,} rows")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell without a usable value, and why."""

    why: str


class ShownNumber(int):
    """A whole number that the spreadsheet shows in another way, such as ``0412 001``."""

    shown: str

    @classmethod
    def of(cls, number: int, shown: str) -> ShownNumber:
        """Return a number with how it is shown."""
        made = cls(number)
        made.shown = shown
        return made

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)  # how it is shown only matters while a roster is read


Cell = str | int | float | date | Unreadable | None
"""Texts are never blank and have no spaces around them; a `datetime` has a time of day."""


class Row(NamedTuple):
    """A row that has something in it."""

    number: int
    """As a spreadsheet counts, from 1."""
    cells: tuple[Cell, ...]


class Merged(NamedTuple):
    """Cells that were made one; rows and columns from 1, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a file has it, with what its layout says about the rows."""

    rows: Sequence[Sequence[object]]
    name: str = ""
    visible: bool = True
    hidden: frozenset[int] = frozenset()
    """The numbers of the rows that are not shown."""
    struck: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """The columns, from 1, whose cells are struck out, by the number of the row."""
    merged: Sequence[Merged] = ()


Answer = Literal["", "leave out", "take"]
"""What a coach says of rows that may not be students; "" is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """What a coach says of a roster's file; what is not said is found, or asked about."""

    sheet: str = ""
    """The name of the worksheet."""
    header_row: int = 0
    """The number of the row with the column names, from 1; 0 if it is to be found."""
    delimiter: str = ""
    """What is between the cells of a text; what was found has none in a spreadsheet."""
    encoding: str = ""
    """As Python names it, such as ``utf-8`` and ``cp1252``."""
    hidden: Answer = ""
    struck: Answer = ""
    totals: Answer = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that may not be students: the coach is asked, and until then nothing is made of them."""

    kind: Literal["hidden", "struck", "totals"]
    """Also the name of the setting that answers it."""
    rows: tuple[Row, ...]
    message: str
    """Which rows these are, and what to write where."""

    @property
    def answers(self) -> Answers:
        """The lines that answer it."""
        return Answers("rows", (f'{self.kind} = "leave out"', f'{self.kind} = "take"'))


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The content of a roster's file. There is at least one row, or one doubt."""

    path: Path
    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    """Those that are surely meant: the rows of `doubts` are not among them."""
    doubts: tuple[Doubt, ...] = ()
    guesses: tuple[str, ...] = ()
    """What was found or left out, for the coach to check, each a line in plain words."""
    settings: FileSettings = FileSettings()
    """What was said or found: to read the file again in the same way."""


def mapping_path(roster: Path) -> Path:
    """Return where the coach's settings for a roster are kept: beside it.

    ``spring.csv`` has ``spring.prepkit.toml``. If that one is for another roster beside it, such as
    ``spring.xlsx``, as its first lines say, it has ``spring.csv.prepkit.toml``.
    """
    own = roster.with_name(f"{roster.name}{_MAPPING}")
    shared = roster.with_name(f"{roster.stem}{_MAPPING}")
    return own if own.is_file() or roster_beside(roster) else shared


def roster_beside(roster: Path) -> str:
    """Return the name of the other roster that ``spring.prepkit.toml`` is for; '' if of none."""
    try:
        with roster.with_name(f"{roster.stem}{_MAPPING}").open("rb") as file:
            start = file.read(1000).decode(errors="replace")
    except OSError:
        return ""
    found = _ABOUT.search(start)
    name = (found[1] or found[2]) if found else ""
    is_another = name != roster.name and Path(name).stem == roster.stem
    return name if is_another and roster.with_name(name).is_file() else ""


def column_letter(position: int) -> str:
    """Return a spreadsheet's name for a column, such as ``A`` for 1."""
    letters = ""
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
