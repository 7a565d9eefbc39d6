"""What a roster's file holds -> students, and how it was understood. Pure.

All problems are one error; `prepkit.packets.roster.understanding` is the way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from prepkit.packets.roster.aliases import alias_key
from prepkit.packets.roster.cells import cell_text, visible, without_empty
from prepkit.packets.roster.columns import COLUMNS, Column, Known
from prepkit.packets.roster.faults import CellError, Findings, rows_text, say
from prepkit.packets.roster.file import (
    Cell,
    FileSettings,
    RosterFile,
    Row,
    problems_in,
    roster_problem,
)
from prepkit.packets.roster.headers import (
    FIRST,
    LAST,
    Cells,
    FileColumn,
    Headers,
    find_headers,
    without_name,
)
from prepkit.packets.roster.mapping import PASSED_BY, RosterMapping, Said
from prepkit.packets.roster.readings import Context, Reading, joined_names, merged, read_column
from prepkit.records import Student
from prepkit.text import join_quoted, join_words

if TYPE_CHECKING:
    from prepkit.errors import Problems

_OWN = {column.name: column for column in COLUMNS}
_ID, _NAME, _EMAIL = "student_id", "name", "email"

_SHIFTED = (
    "[this row has|these rows have] more cells than the row with the column names: put quotation"
    " marks around each cell that contains a comma, or whatever separates the cells in this file"
)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column of a roster's file, and what it was understood as."""

    header: str
    role: str
    """What it is to prepkit; '' if it is passed by."""
    example: str
    """Its first cell."""
    count: int
    """How many students have something in it."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A roster, and how it was understood."""

    students: tuple[Student, ...]
    columns: tuple[ColumnRead, ...]
    guesses: tuple[str, ...]
    """What is not certain, each in a sentence."""
    notices: tuple[str, ...]
    """What the coach should look at, one per column and kind."""
    said: Said
    """What to write down beside the roster, so that it is understood in the same way again."""
    settings: FileSettings
    """How the file was read."""
    is_new: bool
    """Whether something was guessed, or has to be looked at, that isn't written down yet."""
    is_edited: bool
    """Whether the coach has changed what was written down, so that it stays as it is."""


@dataclass(slots=True)
class RosterReader:
    """A roster that is being understood."""

    file: RosterFile
    mapping: RosterMapping
    known: Known
    columns: Mapping[str, Column]
    """The columns that the template can use."""
    context: Context = field(init=False)
    headers: Headers = field(init=False)
    shifted: tuple[Row, ...] = field(init=False)
    straight: tuple[Row, ...] = field(init=False)
    """All rows but the shifted ones."""
    findings: Findings = field(default_factory=Findings)
    remarks: Findings = field(default_factory=Findings)
    readings: dict[str, Reading] = field(default_factory=dict)
    unused: dict[str, str] = field(default_factory=dict)
    """Why columns that prepkit knows are passed by all the same, by their names in the file."""

    def __post_init__(self) -> None:
        self.context = Context(self.known, self.mapping)
        self.shifted = tuple(row for row in self.file.rows if _is_shifted(row, self.file))
        numbers = {row.number for row in self.shifted}
        self.straight = tuple(row for row in self.file.rows if row.number not in numbers)
        self.headers = find_headers(
            RosterFile(self.file.path, self.file.header, self.straight),
            self.mapping,
            self.columns,
            self._is_readable,
        )

    def _is_readable(self, role: str, cells: Cells) -> bool:
        reading = read_column(_OWN[role], cells, self.context)
        others = [isinstance(fault, CellError) and fault.is_other for _, fault in reading.faults]
        return bool(reading.values) or not others or not all(others)

    def _read_ids(self) -> None:
        """Read the ids, from their own column or from the addresses."""
        source = self.headers.roles.get(_ID) or self.headers.roles[_EMAIL]
        roles = [self.headers.roles.get(role, []) for role in (_NAME, FIRST, LAST)]
        parts = [columns[0].cells for columns in roles if columns]
        names = {
            row.number: " ".join(
                cell_text(part[row.number]) for part in parts if row.number in part
            )
            for row in self.file.rows
        }
        # Of two rows with one id, the names tell whether they are of one student.
        self.context = replace(self.context, names=names)
        self.readings[_ID] = self._read(_OWN[_ID], source[0])

    def ids(self) -> tuple[str, ...]:
        """Return the ids; raise only what concerns them."""
        problems = problems_in(self.file.path)
        if _ID not in self.headers.roles and _EMAIL not in self.headers.roles:
            # Without a column that can have them, or with one about which the coach is asked.
            no_ids = self.headers.no_ids
            problems.extend([no_ids] if no_ids else self.headers.problems)
            problems.fail()
        self._note_shifted(problems)
        self._read_ids()
        self._raise(problems)
        return tuple(self.readings[_ID].values[row.number] for row in self.file.rows)

    def names(self) -> dict[str, str]:
        """Return the names by id, in the order of the file; raise only what concerns the ids."""
        ids = self.ids()
        roles = self.headers.roles
        if _NAME in roles:
            self.readings[_NAME] = self._read(_OWN[_NAME], roles[_NAME][0])
        elif FIRST in roles or LAST in roles:
            self._read_parts_of_names()
        found = self.readings[_NAME].values if _NAME in self.readings else {}
        rows = zip(ids, self.file.rows, strict=True)
        return {student_id: str(found.get(row.number, "")) for student_id, row in rows}

    def understood(self) -> Understood:
        """Read all columns, and raise all problems."""
        problems = problems_in(self.file.path)
        if self.headers.by_line:
            wrong = self.mapping.problems()
            for line, message in self.headers.by_line:
                wrong.add_error(message, line=line)
            wrong.fail()
        problems.extend(self.headers.problems)
        self._note_shifted(problems)
        self._read_columns(problems)
        self._raise(problems)
        said = self._said()
        return Understood(
            students=tuple(self._student(row) for row in self.file.rows),
            columns=tuple(self._columns_read()),
            guesses=tuple(self._guesses()),
            notices=tuple(self._notices()),
            said=said,
            settings=self.file.settings,
            is_new=self._is_new(said),
            is_edited=self.mapping.is_edited,
        )

    def _note_shifted(self, problems: Problems) -> None:
        if self.shifted:
            rows = [row.number for row in self.shifted]
            problems.add_error(say([CellError(_SHIFTED)] * len(rows)), where=rows_text(rows))

    def _raise(self, problems: Problems) -> None:
        problems.extend(self.findings)
        problems.extend(
            roster_problem(doubt.message, answers=doubt.answers) for doubt in self.file.doubts
        )
        problems.raise_any()

    def _read_columns(self, problems: Problems) -> None:
        roles = self.headers.roles
        by_position = sorted(roles, key=lambda role: roles[role][0].position)
        for role in by_position:
            if role == _ID or (role == _EMAIL and _ID not in roles):
                self._read_ids()
            if role in (_ID, FIRST, LAST):
                continue
            column = self.columns.get(role)
            if column is None:
                self._pass_by(role, f"the template has no parameter '{role}'")
            elif column.type is None:
                if any(one.cells for one in roles[role]):
                    problems.add_error(
                        "in the template this is not a str, int, float, bool or list, so no"
                        " cell can hold it: leave this column out",
                        where=f"column '{roles[role][0].shown}'",
                    )
            else:
                several = [self._read(column, one) for one in roles[role]]
                self.readings[role] = merged(several)
        if _NAME not in roles and (FIRST in roles or LAST in roles):
            self._read_parts_of_names()

    def _read_parts_of_names(self) -> None:
        parts = [self.headers.roles.get(role, []) for role in (FIRST, LAST)]
        first, last = (part[0].cells if part else {} for part in parts)
        source = (parts[0] or parts[1])[0]
        whole = FileColumn(source.position, source.header, joined_names(first, last))
        self.readings[_NAME] = self._read(_OWN[_NAME], whole)

    def _pass_by(self, role: str, why: str) -> None:
        for column in self.headers.roles[role]:
            if column.cells:
                self.unused[column.header] = why

    def _read(self, column: Column, source: FileColumn) -> Reading:
        """Read a column, and note what is wrong with its cells."""
        reading = read_column(column, source.cells, self.context)
        for row, fault in reading.faults:
            self.findings.add(source.shown, row, fault)
        for row, remark in reading.remarks:
            self.remarks.add(source.shown, row, remark)
        if column.needed:
            has = {*reading.values, *(row for row, _ in reading.faults)}
            for number, _ in self.straight:
                if number not in has:
                    self.findings.add(source.shown, number, _empty(column))
        return reading

    def _student(self, row: Row) -> Student:
        values = {
            role: reading.values[row.number]
            for role, reading in self.readings.items()
            if row.number in reading.values
        }
        return Student(
            **{name: value for name, value in values.items() if name in _OWN},
            extra={name: value for name, value in values.items() if name not in _OWN},
        )

    def _columns_read(self) -> list[ColumnRead]:
        role_of = {
            column.position: role
            for role, columns in self.headers.roles.items()
            for column in columns
            if column.header not in self.unused
        }
        every = [column for columns in self.headers.roles.values() for column in columns]
        return [
            ColumnRead(
                column.header,
                role_of.get(column.position, ""),
                next((_example(cell) for cell in column.cells.values()), ""),
                len(column.cells),
            )
            for column in sorted(
                [*every, *self.headers.passed_by], key=lambda column: column.position
            )
        ]

    def _guesses(self) -> list[str]:
        roles = {
            role: columns
            for role, columns in self.headers.roles.items()
            if role in {*self.readings, FIRST, LAST}
        }
        read_as = [
            f"{join_quoted([column.shown for column in columns])} as {role}"
            for role, columns in sorted(roles.items(), key=lambda each: each[1][0].position)
            if len(columns) > 1
            or (role in self.headers.guessed and alias_key(columns[0].header) != alias_key(role))
        ]
        found = [f"Read {join_words(read_as)}."] if read_as else []
        if _ID not in self.headers.roles:
            header = self.headers.roles[_EMAIL][0].shown
            found.append(f"The ids are made from the addresses in '{header}'.")
        for reading in self.readings.values():
            found += reading.guesses
        return [*self.file.guesses, *found]

    def _notices(self) -> list[str]:
        said = set(self.mapping.said.columns.get(PASSED_BY, ()))
        passed = [one for one in self.headers.passed_by if one.cells and one.header not in said]
        plain = [one for one in passed if one.position not in self.headers.why_passed]
        found = []
        if plain:
            named = join_quoted([column.shown for column in plain])
            found.append(f"nothing uses {_column(len(plain))} {named}: passed by")
        for column in passed:
            if why := self.headers.why_passed.get(column.position):
                found.append(f"column '{column.shown}' is passed by: {why}")
        for header, why in self.unused.items():
            found.append(f"column '{visible(header)}' is passed by: {why}")
        if nameless := without_name(self.file):
            found.append(nameless)
        return [*found, *map(str, self.remarks)]

    def _is_new(self, said: Said) -> bool:
        if self.mapping.exists:
            return said != self.mapping.said
        return bool(self._guesses() or said.passed_by or said.levels or said.companies)

    def _said(self) -> Said:
        """Return what was said before, and what was understood now."""
        before = self.mapping.said
        columns = dict(before.columns) if self.mapping.is_edited else {}
        columns.pop(PASSED_BY, None)
        for role, found in self.headers.roles.items():
            # What is only the template's is found again by its name.
            if role in {*_OWN, FIRST, LAST} and found[0].header not in self.unused:
                columns.setdefault(role, tuple(column.header for column in found))
        passed = [one.header for one in self.headers.passed_by if one.cells]
        used = {header for headers in columns.values() for header in headers}
        passed = [one for one in dict.fromkeys([*before.passed_by, *passed]) if one not in used]
        if passed:
            columns[PASSED_BY] = tuple(passed)
        changes: dict[str, Any] = {"columns": columns}
        for reading in self.readings.values():
            for section, said in reading.said.items():
                old = getattr(before, section)
                if isinstance(old, Mapping):
                    changes[section] = {**said, **changes.get(section, {}), **old}
                else:
                    changes[section] = old.model_copy(update=said)
        return before.model_copy(update=changes)


def _empty(column: Column) -> CellError:
    return CellError(f"the [cell is|cells are] empty: every student needs {column.needed}")


def _example(cell: Cell) -> str:
    lines = cell_text(without_empty(cell) or "").split("\n")
    return visible("; ".join(lines))


def _column(number: int) -> str:
    return "the column" if number == 1 else "the columns"


def _is_shifted(row: Row, file: RosterFile) -> bool:
    """Tell whether a cell was split in two, so that the cells after it are in wrong columns."""
    is_text = bool(file.settings.delimiter)
    return is_text and any(cell is not None for cell in row.cells[len(file.header) :])
