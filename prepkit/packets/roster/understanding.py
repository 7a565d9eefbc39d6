"""A roster's file -> students, and how it was understood; or one error that lists every problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.packets.roster.columns import COLUMNS, Known, columns_for, known_to
from prepkit.packets.roster.file import RosterFile, mapping_path, read_roster_file
from prepkit.packets.roster.mapping import RosterMapping, read_mapping
from prepkit.packets.roster.reader import RosterReader, Understood
from prepkit.records import Student

if TYPE_CHECKING:
    from prepkit.bank import Bank


def understand_roster(
    path: Path, bank: Bank, parameters: Mapping[str, str] | None = None
) -> Understood:
    """Return the students in a roster's file, and how it was understood.

    What the coach has written down in the file beside it is obeyed; see
    `prepkit.packets.roster.mapping`. Nothing is written.

    Parameters
    ----------
    path : Path
    bank : Bank
        The question bank, for its companies, its categories and its number of questions.
    parameters : mapping of str to str, optional
        The types of the template's parameters by name, as papermill infers them: ``str``, ``int``,
        ``float``, ``bool``, ``list`` (also ``list[int]``), or ``None`` if it can't tell: then a
        cell is read as ``papermill -p`` would read it. Columns that are only parameters of the
        template are in each student's `extra`, without empty cells. If it is None, all columns of
        prepkit's own are read.

    Raises
    ------
    RosterError
        With every problem, its column and rows, and what would be right.
    MappingError
        If something is wrong with the file beside the roster.
    """
    mapping = read_mapping(path)
    file = read_roster_file(path, mapping.said.settings)
    return understand(file, bank, parameters, mapping)


def read_roster(path: Path, bank: Bank) -> tuple[Student, ...]:
    """Return the students in a roster's file; see `understand_roster`."""
    return understand_roster(path, bank).students


def read_student_ids(path: Path) -> tuple[str, ...]:
    """Return the ids in a roster's file; nothing else in it is checked.

    Raises
    ------
    RosterError
        If there is no column of ids, or with every cell of this column that isn't an id.
    MappingError
        If something is wrong with the file beside the roster.
    """
    return _reader_of_ids(path).ids()


def read_student_names(path: Path) -> dict[str, str]:
    """Return the names by id, as far as they can be read; see `read_student_ids`."""
    return _reader_of_ids(path).names()


def _reader_of_ids(path: Path) -> RosterReader:
    mapping = read_mapping(path)
    file = read_roster_file(path, mapping.said.settings)
    return RosterReader(file, mapping, Known({}, {}, 0), columns_for({}))


def understand(
    file: RosterFile,
    bank: Bank,
    parameters: Mapping[str, str] | None = None,
    mapping: RosterMapping | None = None,
) -> Understood:
    """Return the students in what a roster's file holds; see `understand_roster`."""
    mapping = mapping or RosterMapping(mapping_path(file.path))
    wanted = (
        dict.fromkeys((column.name for column in COLUMNS), "None")
        if parameters is None
        else parameters
    )
    roster = RosterReader(file, mapping, known_to(bank), columns_for(wanted))
    return roster.understood()
