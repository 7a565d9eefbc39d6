"""The cells of a roster's column -> values, faults and remarks, read as a whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from prepkit.packets.roster.aliases import alias_key, says_nothing
from prepkit.packets.roster.cells import cell_text, one_line, text_of, visible, without_empty
from prepkit.packets.roster.columns import Column, Known
from prepkit.packets.roster.companies import NOTHING, CompanyReader
from prepkit.packets.roster.dates import read_days
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import Cell, Unreadable
from prepkit.packets.roster.ids import A_DATE, about_ids, student_id
from prepkit.packets.roster.levels import read_level
from prepkit.packets.roster.mapping import RosterMapping

_LONGEST_NAME = 200

_LAST_FIRST = re.compile(r"([^,]*[^\W\d_][^,]*), *([^,]*[^\W\d_][^,]*)")
# Of capitals, because Ma is a first name, and MA is none.
_AFTER_A_COMMA = re.compile(
    r"(?:[JS]r|II|III|IV|Ph\.?\s?D|M\.?D|MBA|M\.?Sc|B\.?Sc|M\.?A|B\.?A|Esq|P\.?E|PMP|CPA|Dr|LLM)\.?"
)
TURNED = "{} [is turned|are turned] round: the first name comes first"


@dataclass(frozen=True, slots=True)
class Context:
    """What cells are read with."""

    known: Known
    mapping: RosterMapping
    names: Mapping[int, str] = field(default_factory=dict)
    """The students' names by row, as they stand in the file."""

    @property
    def where(self) -> str:
        """The name of the file in which the coach can answer questions."""
        return self.mapping.path.name


@dataclass(slots=True)
class Reading:
    """What the cells of a column are."""

    values: dict[int, Any] = field(default_factory=dict)
    """By row."""
    faults: list[tuple[int, ValueError]] = field(default_factory=list)
    remarks: list[tuple[int, CellError]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    """What was understood that can be written down, by the section of the file."""

    def each(
        self, cells: Mapping[int, Cell], read: Callable[[Cell], Any], *, optional: bool = False
    ) -> None:
        """Read one cell after the other; in an `optional` column, ``N/A`` is an empty cell."""
        for row, cell in self.usable(cells, optional=optional):
            try:
                self.values[row] = read(cell)
            except ValidationError as error:
                self.faults += [(row, part["ctx"]["error"]) for part in error.errors()]
            except ValueError as error:
                self.faults.append((row, error))

    def usable(
        self, cells: Mapping[int, Cell], *, optional: bool = False
    ) -> Iterator[tuple[int, Cell]]:
        """Yield the cells that can be read and say something."""
        for row, cell in cells.items():
            if isinstance(cell, Unreadable):
                self.faults.append((row, ValueError(cell.why)))
            elif optional and isinstance(cell, str) and says_nothing(cell):
                self.remarks.append((row, CellError(NOTHING, visible(cell))))
            else:
                yield row, cell


def read_column(column: Column, cells: Mapping[int, Cell], context: Context) -> Reading:
    """Return what the cells of a column are."""
    reading = Reading()
    own = _READERS.get(column.name)
    if own:
        plain = {row: without_empty(cell) for row, cell in cells.items()}
        own(reading, {row: cell for row, cell in plain.items() if cell is not None}, context)
    elif column.type is not None:
        optional = column.name in ("email", "categories", "n_questions")
        known = context.known
        validate = column.adapter.validate_python
        reading.each(cells, lambda cell: validate(cell, context=known), optional=optional)
    return reading


def _ids(reading: Reading, cells: Mapping[int, Cell], context: Context) -> None:
    reading.each(cells, student_id)
    faults, remarks = about_ids(reading.values, context.names)
    reading.faults += faults
    reading.remarks += remarks


def _names(reading: Reading, cells: Mapping[int, Cell], context: Context) -> None:
    reading.each(cells, name_of)
    order = context.mapping.said.names.order
    if order == "as written":
        return
    for row, name in reading.values.items():
        match = _LAST_FIRST.fullmatch(name)
        if match and not _AFTER_A_COMMA.fullmatch(match[2].strip()):
            reading.values[row] = f"{match[2].strip()} {match[1].strip()}"
            if not order:
                reading.remarks.append((row, CellError(TURNED, visible(name))))
                reading.said["names"] = {"order": "last name first"}


def name_of(cell: Cell) -> str:
    """Return the name in a cell."""
    if isinstance(cell, date):
        raise CellError(A_DATE, cell_text(cell))
    text = one_line(cell, formula="=@+-")
    if len(text) > _LONGEST_NAME:
        says = f"{{}} [is|are] too long: shorten [it|each] to {_LONGEST_NAME} characters at most"
        raise CellError(says, visible(text))
    return text


def _companies(reading: Reading, cells: Mapping[int, Cell], context: Context) -> None:
    reader = CompanyReader(context.known.companies, context.mapping.said.companies, context.where)
    for row, cell in reading.usable(cells):
        try:
            found = reader.read(text_of(cell))
        except ValueError as error:
            reading.faults.append((row, error))
            continue
        reading.faults += [(row, fault) for fault in found.faults]
        reading.remarks += [(row, remark) for remark in found.remarks]
        reading.said.setdefault("companies", {}).update(found.understood)
        if not found.faults:
            reading.values[row] = found.names


def _levels(reading: Reading, cells: Mapping[int, Cell], context: Context) -> None:
    said = context.mapping.said.levels
    own = set(map(alias_key, said))
    for row, cell in reading.usable(cells):
        try:
            text = one_line(cell)
            if says_nothing(text) and alias_key(text) not in own:
                reading.remarks.append((row, CellError(NOTHING, visible(text))))
                continue
            found = read_level(text, said, context.where)
        except ValueError as error:
            reading.faults.append((row, error))
            continue
        if found.level:
            reading.values[row] = found.level
        if found.remark:
            reading.remarks.append((row, found.remark))
            reading.said.setdefault("levels", {})[text] = found.level


def _days(reading: Reading, cells: Mapping[int, Cell], context: Context) -> None:
    usable = dict(reading.usable(cells, optional=True))
    days = read_days(usable, context.mapping.said.dates.order, context.where)
    reading.values.update(days.found)
    reading.faults += days.faults
    reading.remarks += days.remarks
    if days.order and days.settled_by:
        example = visible(cell_text(usable[days.settled_by]))
        reading.guesses.append(
            f"Dates have the {days.order}, as in {example} (row {days.settled_by})."
        )
        reading.said["dates"] = {"order": days.order}


_READERS: Mapping[str, Callable[[Reading, Mapping[int, Cell], Context], None]] = {
    "student_id": _ids,
    "name": _names,
    "companies": _companies,
    "level": _levels,
    "interview_date": _days,
}


def joined_names(first: Mapping[int, Cell], last: Mapping[int, Cell]) -> dict[int, Cell]:
    """Return the names made of two columns, by row: the first name, then the last."""
    names: dict[int, Cell] = {}
    for row in sorted({*first, *last}):
        parts = [part[row] for part in (first, last) if row in part]
        bad = next((part for part in parts if isinstance(part, Unreadable | date)), None)
        names[row] = bad if bad is not None else " ".join(map(cell_text, parts))
    return names


def merged(readings: Sequence[Reading]) -> Reading:
    """Return several columns of the same kind as one: the values of each row together."""
    if len(readings) == 1:
        return readings[0]
    together = Reading()
    for reading in readings:
        for row, values in reading.values.items():
            before = together.values.get(row, ())
            together.values[row] = tuple(dict.fromkeys([*before, *values]))
        for section, said in reading.said.items():
            together.said.setdefault(section, {}).update(said)
    return together
