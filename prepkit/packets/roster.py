"""A roster's file -> students, or one error that lists every problem of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from prepkit.errors import Problems
from prepkit.packets.cells import cell_text, visible
from prepkit.packets.columns import (
    COLUMNS,
    ID,
    PREPKIT_GIVES,
    Column,
    Known,
    columns_for,
    known_to,
    spelling_key,
)
from prepkit.packets.roster_file import (
    TEXT_SUFFIXES,
    Cell,
    RosterFile,
    Row,
    Unreadable,
    column_letter,
    problems_in,
    read_roster_file,
)
from prepkit.records import Student
from prepkit.text import did_you_mean, join_quoted

if TYPE_CHECKING:
    from prepkit.bank import Bank

__all__ = ["read_roster", "read_roster_file", "student_ids", "students_of"]

_SHIFTED = (
    "this row has more cells than the first row: put quotation marks around each cell that contains"
    " a comma, or whatever separates the cells in this file"
)


class _FileColumn(NamedTuple):
    """A column of a roster's file."""

    position: int
    """From 0."""
    header: str
    """Its name, as the file writes it."""
    column: Column


def students_of(file: RosterFile, bank: Bank, parameters: Mapping[str, str]) -> tuple[Student, ...]:
    """Return the students of a roster, in its order.

    Parameters
    ----------
    file : RosterFile
    bank : Bank
        The question bank, for its companies, its categories and its number of questions.
    parameters : mapping of str to str
        The types of the template's parameters by name, as papermill infers them: ``str``, ``int``,
        ``float``, ``bool``, ``list`` (also ``list[int]``), or ``None`` if it can't tell: then a
        cell is read as ``papermill -p`` would read it.

    Returns
    -------
    tuple of Student
        Columns that are only parameters of the template are in `extra`, without empty cells.

    Raises
    ------
    RosterError
        With every problem, its row and column, and what would be right.
    """
    problems = problems_in(file.path)
    columns = _find_columns(file, columns_for(parameters), problems)
    rows = list(_read_rows(file, columns, known_to(bank), problems))
    for doubt in file.doubts:
        problems.add_error(doubt.message)
    problems.raise_any()
    own = {column.name for column in COLUMNS}
    return tuple(
        Student(
            **{name: value for name, value in values.items() if name in own},
            extra={name: value for name, value in values.items() if name not in own},
        )
        for values in rows
    )


def read_roster(path: Path, bank: Bank) -> tuple[Student, ...]:
    """Return the students of a roster's file; columns that only a template knows are allowed.

    Raises
    ------
    RosterError
        With every problem, its row and column, and what would be right.
    """
    file = read_roster_file(path)
    return students_of(file, bank, dict.fromkeys(map(str, file.header), "None"))


def student_ids(file: RosterFile) -> tuple[str, ...]:
    """Return the ids in a roster; nothing else in it is checked.

    Raises
    ------
    RosterError
        If there is no column of ids, or with every cell of this column that isn't an id.
    """
    problems = problems_in(file.path)
    for position, cell in enumerate(file.header):
        if isinstance(cell, str) and spelling_key(cell) == spelling_key(ID.name):
            columns = [_FileColumn(position, visible(cell), ID)]
            break
    else:
        problems.add_error(_no_column(ID.name))
        problems.fail()
    rows = list(_read_rows(file, columns, Known({}, {}, 0), problems))
    for doubt in file.doubts:
        problems.add_error(doubt.message)
    problems.raise_any()
    return tuple(values[ID.name] for values in rows)


def _find_columns(
    file: RosterFile, known: Mapping[str, Column], problems: Problems
) -> list[_FileColumn]:
    """Return the columns to read, in the order of the file; note all problems of the header."""
    names = (*known, *PREPKIT_GIVES, *(column.name for column in COLUMNS))
    by_key = {spelling_key(name): name for name in names}
    found: dict[str, list[_FileColumn]] = {}
    for position, cell in enumerate(file.header):
        if cell is None:
            continue
        if isinstance(cell, Unreadable):
            problems.add_error(cell.why, where=f"column {column_letter(position + 1)}")
            continue
        header = cell_text(cell)
        name = header if header in known else by_key.get(spelling_key(header), "")
        message = _problem_of_column(header, name, position, file, known)
        if message:
            problems.add_error(message, where=f"column {visible(header)}")
        if name and name not in PREPKIT_GIVES:
            column = known.get(name) or Column(name, None)
            file_column = _FileColumn(position, visible(header), column)
            found.setdefault(name, []).append(file_column)
    _note_unnamed(file, problems)
    for name, columns in found.items():
        if len(columns) > 1:
            letters = join_quoted([column_letter(each.position + 1) for each in columns])
            both = "both" if len(columns) == 2 else "all"
            problems.add_error(f"columns {letters} are {both} called '{name}': keep one")
    for column in COLUMNS:
        if column.needed and column.name not in found:
            problems.add_error(_no_column(column.name))
    return [columns[0] for columns in found.values()]


def _no_column(name: str) -> str:
    return f"there is no column '{name}': add it to the first row, which names the columns"


def _problem_of_column(
    header: str, name: str, position: int, file: RosterFile, known: Mapping[str, Column]
) -> str:
    """Return what is wrong with a column as a whole; '' if the roster may have it."""
    if name in PREPKIT_GIVES:
        return f"leave this column out: {PREPKIT_GIVES[name]}"
    if not name:
        names = [*(column.name for column in COLUMNS), *known]
        hint = did_you_mean(visible(header), [one for one in names if one not in PREPKIT_GIVES])
        return (
            "neither prepkit nor the template uses this column"
            f"{hint or ': rename it, or leave it out'}"
        )
    if name in known and known[name].needed:
        return ""
    if all(_cell_at(row, position) is None for row in file.rows):
        return ""
    if name not in known:
        return (
            f"the template has no parameter '{name}': leave this column out, or add the parameter"
            " to the template"
        )
    if known[name].type is None:
        return (
            "leave this column out: in the template this is not a str, int, float, bool or list,"
            " so no cell can hold it"
        )
    return ""


def _note_unnamed(file: RosterFile, problems: Problems) -> None:
    """Note a problem for each column that has text in a cell but no name."""
    named = {position for position, cell in enumerate(file.header) if cell is not None}
    found: dict[int, Row] = {}
    for row in file.rows:
        if not _is_shifted(row, file):
            for position, cell in enumerate(row.cells):
                if cell is not None and position not in named:
                    found.setdefault(position, row)
    for position, row in sorted(found.items()):
        problems.add_error(
            f"row {row.number} has something here, but the column has no name: name it in the first"
            " row, or clear the cell",
            where=f"column {column_letter(position + 1)}",
        )


def _read_rows(
    file: RosterFile, columns: Sequence[_FileColumn], known: Known, problems: Problems
) -> Iterator[dict[str, Any]]:
    """Yield the values of each row by the names of its columns; note all problems of the cells."""
    rows_of_ids: dict[str, int] = {}
    for row in file.rows:
        if _is_shifted(row, file):
            problems.add_error(_SHIFTED, where=f"row {row.number}")
            continue
        values: dict[str, Any] = {}
        for file_column in columns:
            where = f"row {row.number}, column {file_column.header}"
            cell = _cell_at(row, file_column.position)
            values |= _read_cell(cell, file_column, known, where, problems)
            if file_column.column is ID and ID.name in values:
                # On some systems, names of files that differ only in case are the same file.
                student_id = values[ID.name]
                before = rows_of_ids.setdefault(student_id.casefold(), row.number)
                if before != row.number:
                    problems.add_error(
                        f"'{student_id}' is also the id in row {before}: give each student an id"
                        " of their own (upper and lower case count as the same)",
                        where=where,
                    )
        yield values


def _read_cell(
    cell: Cell, file_column: _FileColumn, known: Known, where: str, problems: Problems
) -> dict[str, Any]:
    """Return the value of a cell under its column's name; an empty dict if there is none."""
    column = file_column.column
    if isinstance(cell, Unreadable):
        problems.add_error(cell.why, where=where)
    elif cell is None and column.needed:
        problems.add_error(f"the cell is empty: every student needs {column.needed}", where=where)
    elif cell is not None and column.type is not None:
        try:
            return {column.name: column.adapter.validate_python(cell, context=known)}
        except ValidationError as error:
            problems.add_validation(
                error, say=lambda part: str(part["ctx"]["error"]), where_of=lambda loc: where
            )
    return {}


def _is_shifted(row: Row, file: RosterFile) -> bool:
    """Tell whether a cell was split in two, so that the cells after it are in wrong columns."""
    is_text = file.path.suffix.lower() in TEXT_SUFFIXES
    return is_text and any(cell is not None for cell in row.cells[len(file.header) :])


def _cell_at(row: Row, position: int) -> Cell:
    return row.cells[position] if position < len(row.cells) else None
