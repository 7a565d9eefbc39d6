"""Which column of a roster's file is what: by its name, and where that isn't enough by its cells.

Pure. Whatever isn't certain is a guess that the coach is told, or a problem that says which line to
write into the file beside the roster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prepkit.packets.roster.aliases import alias_key, aliases, column_aliases, misspelt, toml_text
from prepkit.packets.roster.cells import cell_text, visible
from prepkit.packets.roster.columns import COLUMNS, PREPKIT_GIVES, Column, spelling_key
from prepkit.packets.roster.file import (
    Answers,
    Cell,
    RosterFile,
    RosterProblem,
    Unreadable,
    column_letter,
    roster_problem,
)
from prepkit.packets.roster.mapping import PASSED_BY, RosterMapping
from prepkit.text import join_quoted, join_words

FIRST, LAST = "first_name", "last_name"
"""The parts of a name, which are columns of a file, but not of a student."""

_OWN = {column.name: column for column in COLUMNS}
_LISTS = ("companies", "categories")
_IN_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]\s*")
_NUMBER = re.compile(r"[\s_#-]*\d+$")

Cells = Mapping[int, Cell]
"""The cells of a column that have something in them, by row."""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a roster's file."""

    position: int
    """From 0."""
    header: str
    """Its name, as the file writes it."""
    cells: Cells = field(repr=False)

    @property
    def shown(self) -> str:
        """Its name as a message quotes it."""
        return visible(self.header)

    @property
    def letter(self) -> str:
        """What a spreadsheet calls it."""
        return column_letter(self.position + 1)


@dataclass(slots=True)
class Headers:
    """What the columns of a file are."""

    roles: dict[str, list[FileColumn]] = field(default_factory=dict)
    """By what they are: a column of prepkit, a part of a name, or a parameter of the template."""
    guessed: set[str] = field(default_factory=set)
    """The roles that something other than their name says."""
    passed_by: list[FileColumn] = field(default_factory=list)
    why_passed: dict[int, str] = field(default_factory=dict)
    """By position, where there is more to say than that nothing uses it."""
    problems: list[RosterProblem] = field(default_factory=list)
    no_ids: RosterProblem | None = None
    """What is wrong, among `problems`, if nothing can be an id."""
    by_line: list[tuple[int, str]] = field(default_factory=list)
    """Problems of the file beside the roster: the line, and what."""


@dataclass(slots=True)
class _Finder:
    """Finds the role of each column, the surest ones first."""

    columns: list[FileColumn]
    mapping: RosterMapping
    known: Mapping[str, Column]
    """The columns that the template can use."""
    is_readable: Callable[[str, Cells], bool]
    """Tells whether any of a column's cells can be read as a role."""
    found: Headers = field(default_factory=Headers)
    taken: set[int] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    """The roles that a column may be, about which the coach is asked."""
    something_else: set[int] = field(default_factory=set)
    """Columns with the name of a role, but with cells that are something else."""

    def take(self, role: str, columns: Sequence[FileColumn], *, guess: bool = False) -> None:
        """Let columns be `role`."""
        self.found.roles[role] = list(columns)
        self.taken.update(column.position for column in columns)
        if guess:
            self.found.guessed.add(role)

    def left(self) -> list[FileColumn]:
        """Return the columns without a role."""
        return [column for column in self.columns if column.position not in self.taken]

    def said(self) -> None:
        """Take what the coach has written down."""
        for role, headers in self.mapping.said.columns.items():
            wanted = {name: self._called(name) for name in headers}
            here = [column for columns in wanted.values() for column in columns]
            if role == PASSED_BY:
                if not self.mapping.is_edited:
                    continue  # it was only a guess, and the cells may say something else now
                here = [one for one in here if not self._is_of_template(one)]
                self.found.passed_by += here
                self.taken.update(column.position for column in here)
                continue
            gone = [name for name, columns in wanted.items() if not columns]
            line = self.mapping.line_of("columns", role)
            own = {*_OWN, FIRST, LAST, PASSED_BY}
            if role not in {*own, *self.known} and (near := misspelt(role, own)):
                message = f"prepkit has no column '{visible(role)}'; did you mean '{near}'?"
                self.found.by_line.append((line, message))
            elif not gone:
                self.take(role, here)
                if len(here) > 1 and role not in _LISTS:
                    self._several(role, here)
            elif self.mapping.is_edited:
                names = join_quoted([column.shown for column in self.columns])
                message = f"the roster has no column {join_quoted(gone)}; it has {names}"
                self.found.by_line.append((line, message))

    def _called(self, name: str) -> list[FileColumn]:
        """Return the columns with this very name, or else those whose spelling is like it."""
        exact = [column for column in self.columns if column.header == name]
        key = alias_key(name)
        return exact or [one for one in self.columns if key and alias_key(one.header) == key]

    def _is_of_template(self, column: FileColumn) -> bool:
        """Tell whether a column is a parameter of the template alone; each template has its own."""
        key = spelling_key(column.header)
        return any(spelling_key(name) == key for name in self.known if name not in _OWN)

    def named(self) -> None:
        """Take the columns that have prepkit's or the template's own names."""
        by_key = {spelling_key(name): name for name in (*_OWN, *self.known)}
        exact: dict[str, list[FileColumn]] = {}
        for column in self.left():
            is_own = column.header in self.known
            name = column.header if is_own else by_key.get(spelling_key(column.header))
            if name and name not in self.found.roles:
                exact.setdefault(name, []).append(column)
        for name, columns in exact.items():
            self.take(name, columns)
            if len(columns) > 1 and name not in _LISTS:
                self._several(name, columns)

    def aliased(self) -> None:
        """Take the columns that have other people's names for what prepkit knows."""
        names = self._candidates()
        for role in _OWN:
            if role in self.found.roles or role in (*PREPKIT_GIVES, "name"):
                continue
            best = self._best(names.get(role, {}))
            last = aliases()["columns"].get(role, [[]])[-1]
            is_unsure = role in aliases()["unsure"]["columns"]
            if is_unsure and any(alias_key(one.header) in map(alias_key, last) for one in best):
                readable = [one for one in best if self.is_readable(role, one.cells)]
                self.something_else.update(one.position for one in best if one not in readable)
                best = readable
            if best:
                self.take(role, best, guess=True)
                if len(best) > 1 and role not in _LISTS:
                    self._several(role, best)
        self._names(names)

    def _candidates(self) -> dict[str, dict[int, list[FileColumn]]]:
        """Return the columns that may be a role, by how sure that is."""
        found: dict[str, dict[int, list[FileColumn]]] = {}
        by_key = {spelling_key(name): name for name in _OWN}
        for column in self.left():
            plain = _IN_BRACKETS.sub(" ", column.header)
            keys = {alias_key(column.header), alias_key(plain), alias_key(_NUMBER.sub("", plain))}
            for key in sorted(keys):
                for role, tier in column_aliases().get(key, []):
                    among = found.setdefault(role, {}).setdefault(tier, [])
                    if column not in among:
                        among.append(column)
            # "Level (target)", and "Categories 2", of which there can be several.
            own = by_key.get(spelling_key(plain)) or by_key.get(
                spelling_key(_NUMBER.sub("", plain))
            )
            if own:
                found.setdefault(own, {}).setdefault(1, []).append(column)
        return found

    def _best(self, tiers: Mapping[int, list[FileColumn]]) -> list[FileColumn]:
        for tier in sorted(tiers):
            if free := [one for one in tiers[tier] if one.position not in self.taken]:
                return free
        return []

    def _names(self, names: Mapping[str, Mapping[int, list[FileColumn]]]) -> None:
        """Find the columns of the name: one, or the first and the last name."""
        roles = self.found.roles
        if FIRST in roles or LAST in roles:
            return
        first, last = names.get(FIRST, {}), names.get(LAST, {})
        if "name" in roles:
            whole = roles["name"][0]
            sure = self._best({1: first.get(1, [])})
            # "Name; Vorname" are the last and the first name, "Name, First name" may be both.
            if len(sure) == 1 and not last.get(1) and _is_last_name(whole, sure[0]):
                del roles["name"]
                self.take(LAST, [whole], guess=True)
                self.take(FIRST, sure, guess=True)
            return
        whole_names = names.get("name", {})
        best = self._best({1: whole_names.get(1, [])})
        one = self._best(last)
        other = [column for column in self._best(first) if column not in one]
        if best:
            self.take("name", best, guess=True)
        elif one and other:
            self.take(LAST, one[:1], guess=True)
            self.take(FIRST, other[:1], guess=True)
            return
        elif best := self._best(whole_names) or self._best(first) or self._best(last):
            self.take("name", best, guess=True)
        if len(best) > 1:
            self._several("name", best)

    def _several(self, role: str, columns: Sequence[FileColumn]) -> None:
        self.found.roles[role] = [columns[0]]
        headers = [column.shown for column in columns]
        letters = join_quoted([column.letter for column in columns])
        both = "both" if len(columns) == 2 else "all"
        if len(set(map(spelling_key, headers))) == 1:
            message = f"columns {letters} are {both} called '{headers[0]}': keep one"
            answers = Answers()
        else:
            line = f"{role} = {toml_text(headers[0])}"
            answers = _each_column(role, columns)
            message = (
                f"{join_quoted(headers)} can {both} be the {_in_words(role)}. Say which it is"
                f" under [columns] in {self.mapping.path.name}, for instance:\n      {line}"
            )
        self.found.problems.append(roster_problem(message, answers=answers))

    def rest(self) -> None:
        """Decide what becomes of the columns that nobody knows."""
        unsure = aliases()["unsure"]
        dates = set(map(alias_key, unsure["dates"]))
        notes = set(map(alias_key, unsure["notes"]))
        missing = {name: name for name in {**_OWN, **self.known} if name not in self.found.roles}
        if FIRST in self.found.roles:
            missing.pop("name", None)
        if "student_id" not in self.found.roles and "email" in self.found.roles:
            missing.pop("student_id")
        names = [*missing, *_surest_names(missing)]
        for column in self.left():
            self.found.passed_by.append(column)
            if not column.cells or column.position in self.something_else:
                continue
            key = alias_key(column.header)
            may_be_day = key in dates and "interview_date" in missing
            if may_be_day and self.is_readable("interview_date", column.cells):
                self._ask(column, "interview_date", "may be the date of the interview, or another")
            elif key in notes and "notes" in missing:
                line = f"notes = {toml_text(column.header)}"
                self.found.why_passed[column.position] = (
                    f"a note is printed in the student's packet; if that is what you want, write"
                    f" {line} under [columns]"
                )
            elif given := _given(column.header):
                self.found.why_passed[column.position] = given
            elif near := misspelt(column.header, names):
                role = missing.get(near) or column_aliases()[alias_key(near)][0][0]
                self._ask(column, role, f"looks like '{near}' misspelt")

    def _ask(self, column: FileColumn, role: str, why: str) -> None:
        self.asked.add(role)
        quoted = toml_text(column.header)
        lines = (f"{role} = {quoted}", f"{PASSED_BY} = [{quoted}]")
        message = (
            f"it {why}. Say which under [columns] in {self.mapping.path.name}, with one of"
            f" these lines:\n      {lines[0]}\n      {lines[1]}"
        )
        self.found.problems.append(
            roster_problem(message, f"column '{column.shown}'", Answers("columns", lines))
        )

    def needed(self) -> None:
        """Note which columns every roster must have, and this one lacks."""
        roles, where = {*self.found.roles, *self.asked}, self.mapping.path.name
        unused = [column for column in self.found.passed_by if column.cells]
        if "student_id" not in roles and "email" not in roles:
            message = (
                "there is no column of ids, and none of e-mail addresses, which would do: name one"
                f" 'student_id', or say which it is under [columns] in {where}, for instance:"
                '\n      student_id = "Number"'
            )
            self.found.no_ids = roster_problem(message, "", _each_column("student_id", unused))
            self.found.problems.append(self.found.no_ids)
        if "name" not in roles and FIRST not in roles and LAST not in roles:
            message = (
                "there is no column of names: name one 'name', or say which it is under [columns]"
                f' in {where}, for instance:\n      name = "Student"'
            )
            self.found.problems.append(roster_problem(message, "", _each_column("name", unused)))


def _each_column(role: str, columns: Iterable[FileColumn]) -> Answers:
    """Return the lines that say which of these columns is `role`."""
    headers = dict.fromkeys(column.header for column in columns)
    return Answers("columns", tuple(f"{role} = {toml_text(header)}" for header in headers))


def _given(header: str) -> str:
    by_key = {spelling_key(name): why for name, why in PREPKIT_GIVES.items()}
    return by_key.get(spelling_key(header), "")


def _in_words(role: str) -> str:
    return {"student_id": "id", "n_questions": "number of questions"}.get(
        role, role.replace("_", " ")
    )


def _surest_names(roles: Mapping[str, str]) -> list[str]:
    lists = aliases()["columns"]
    return [name for role in roles if role in lists for name in lists[role][0] if len(name) > 4]


def _is_last_name(whole: FileColumn, first: FileColumn) -> bool:
    """Tell whether a column has only the last names: no cell in it has the first name, too."""
    both = [row for row in whole.cells if row in first.cells]
    return bool(both) and not any(
        set(cell_text(first.cells[row]).casefold().split())
        & set(re.findall(r"\w+", cell_text(whole.cells[row]).casefold()))
        for row in both
    )


def find_headers(
    file: RosterFile,
    mapping: RosterMapping,
    known: Mapping[str, Column],
    is_readable: Callable[[str, Cells], bool],
) -> Headers:
    """Return what the columns of a roster's file are.

    Parameters
    ----------
    known
        The columns that the template can use, by name.
    is_readable
        Tells whether any of a column's cells can be read as a column of prepkit.
    """
    problems: list[RosterProblem] = []
    columns = []
    for position, cell in enumerate(file.header):
        if isinstance(cell, Unreadable):
            problems.append(roster_problem(cell.why, f"column {column_letter(position + 1)}"))
        elif cell is not None:
            columns.append(FileColumn(position, cell_text(cell), cells_of(file, position)))
    finder = _Finder(columns, mapping, known, is_readable)
    finder.found.problems += problems
    finder.said()
    finder.named()
    finder.aliased()
    finder.rest()
    finder.needed()
    return finder.found


def cells_of(file: RosterFile, position: int) -> Cells:
    """Return the cells of a column that have something in them, by row."""
    return {
        row.number: cell
        for row in file.rows
        if position < len(row.cells) and (cell := row.cells[position]) is not None
    }


def without_name(file: RosterFile) -> str:
    """Return a notice about the columns that have no name, but something in a cell; '' if none."""
    named = {position for position, cell in enumerate(file.header) if cell is not None}
    found = {
        position
        for row in file.rows
        for position, cell in enumerate(row.cells)
        if cell is not None and position not in named
    }
    if not found:
        return ""
    letters = join_words([column_letter(position + 1) for position in sorted(found)])
    one = len(found) == 1
    return f"column{'' if one else 's'} {letters} {'has' if one else 'have'} no name: passed by"
