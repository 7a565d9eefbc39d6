"""A roster's sheet -> students, or one error that lists every problem of every cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from prepkit.packets.sheets import (
    TEXT_SUFFIXES,
    Cell,
    RosterError,
    RosterProblem,
    Row,
    Sheet,
    Unreadable,
    column_letter,
    read_sheet,
)
from prepkit.records import LEVELS, STUDENT_ID, Student, is_student_id
from prepkit.text import did_you_mean, join_quoted

if TYPE_CHECKING:
    from pathlib import Path

    from prepkit.bank import Bank

__all__ = ["RosterError", "read_roster", "read_sheet", "student_ids", "students_of"]

_REQUIRED = {"student_id": "an id", "name": "a name"}
_OPTIONAL = ("companies", "level", "categories", "interview_date", "n_questions", "notes")
_OWN = (*_REQUIRED, *_OPTIONAL)
"""The columns that become a student's fields; others become `extra`."""

_PREPKIT_GIVES = {
    "date": "prepkit dates all packets of a run; the interview's day is 'interview_date'",
    "answers_file": "prepkit finds the answers of each student by the id",
    "bank_folder": "all packets of a run are made from one bank",
}
_SHIFTED = (
    "it has more cells than the first row: a cell with a comma in it, or whatever else separates"
    " the cells, needs quotation marks around it"
)
_LONGEST_NAME = 200
_SHOWN = 60

# What nobody sees in a cell and a page may trip over. Line ends and tabs are not among them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufffe\uffff\ud800-\udfff]")

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LIKE_A_DAY = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})(?:[ T].*)?", re.ASCII)
_INT = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?", re.ASCII)
_TYPE = re.compile(r"(\w+)\s*(?:\[(.*)\])?")
_BOOLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

_Convert = Callable[[Cell], Any]


class _Column(NamedTuple):
    """A column that is read."""

    position: int
    """From 0."""
    name: str
    """As prepkit or the template writes it."""
    header: str
    """As the file writes it."""
    convert: _Convert | None
    """None where the template can't take what it holds."""


class _WrongError(Exception):
    """What is wrong with one cell."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__(*messages)


def students_of(sheet: Sheet, bank: Bank, parameters: Mapping[str, str]) -> tuple[Student, ...]:
    """Return the students of a roster, in its order.

    Parameters
    ----------
    sheet : Sheet
    bank : Bank
        Whose companies, categories and number of questions the roster must keep to.
    parameters : mapping of str to str
        The types of the template's parameters by name, as papermill infers them: ``str``, ``int``,
        ``float``, ``bool``, ``list`` (also ``list[int]``), and ``None`` where it can't tell: then
        a cell is taken as ``papermill -p`` would take it.

    Returns
    -------
    tuple of Student
        Columns that are parameters of the template are in `extra`, but for empty cells.

    Raises
    ------
    RosterError
        With every problem, its row and column, and what would be right.
    """
    columns, problems = _columns(sheet, _converters(bank, parameters))
    students: list[Student] = []
    rows_of_ids: dict[str, int] = {}
    for row in sheet.rows:
        if _is_shifted(row, sheet):
            problems.append(RosterProblem(_SHIFTED, row.number))
            continue
        values, wrong = _values(row, columns, rows_of_ids)
        problems += wrong
        if not problems:
            own = {name: values.pop(name) for name in _OWN if name in values}
            students.append(Student(**own, extra=values))
    if problems:
        raise RosterError(sheet.path, problems)
    return tuple(students)


def read_roster(path: Path, bank: Bank) -> tuple[Student, ...]:
    """Return the students of a roster's file; columns that only a template knows are let be.

    Raises
    ------
    PrepkitError
        With every problem, its row and column, and what would be right.
    """
    sheet = read_sheet(path)
    return students_of(sheet, bank, dict.fromkeys(map(str, sheet.header), "None"))


def student_ids(sheet: Sheet) -> tuple[str, ...]:
    """Return the ids of a roster, whatever else is in it.

    Raises
    ------
    RosterError
        If there is no column of ids, or with every cell of it that holds none.
    """
    column = [(cell, place) for place, cell in enumerate(sheet.header) if isinstance(cell, str)]
    place = next((place for cell, place in column if _key(cell) == _key("student_id")), None)
    if place is None:
        raise RosterError(sheet.path, [RosterProblem("there is no column 'student_id'")])
    columns = [_Column(place, "student_id", _shown(_as_text(sheet.header[place])), _student_id)]
    rows_of_ids: dict[str, int] = {}
    found = [_values(row, columns, rows_of_ids) for row in sheet.rows]
    problems = [problem for _, wrong in found for problem in wrong]
    if problems:
        raise RosterError(sheet.path, problems)
    return tuple(values["student_id"] for values, _ in found)


def _columns(
    sheet: Sheet, converters: Mapping[str, _Convert | None]
) -> tuple[list[_Column], list[RosterProblem]]:
    """Return the columns that are read, in the sheet's order, and all problems of the header."""
    problems: list[RosterProblem] = []
    by_key = {_key(name): name for name in (*converters, *_PREPKIT_GIVES, *_OWN)}
    found: dict[str, list[_Column]] = {}
    for position, cell in enumerate(sheet.header):
        if cell is None:
            continue
        if isinstance(cell, Unreadable):
            problems.append(RosterProblem(cell.why, 0, column_letter(position + 1)))
            continue
        header = _as_text(cell)
        name = header if header in converters else by_key.get(_key(header))
        column = _Column(position, name or "", _shown(header), converters.get(name or ""))
        problem = _problem_of_column(column, sheet, converters)
        if problem:
            problems.append(RosterProblem(problem, 0, column.header))
        if name and name not in _PREPKIT_GIVES:
            found.setdefault(name, []).append(column)
    problems += _unnamed(sheet)
    for name, columns in found.items():
        if len(columns) > 1:
            letters = join_quoted([column_letter(column.position + 1) for column in columns])
            both = "both" if len(columns) == 2 else "all"
            problems.append(RosterProblem(f"columns {letters} are {both} '{name}'; keep one"))
    for name in _REQUIRED:
        if name not in found:
            message = f"there is no column '{name}': the first row must name the columns"
            problems.append(RosterProblem(f"{message}, and this is one of them"))
    return [columns[0] for columns in found.values()], problems


def _problem_of_column(
    column: _Column, sheet: Sheet, converters: Mapping[str, _Convert | None]
) -> str:
    """Return what is wrong with a column as a whole; nothing if it may stand in the roster."""
    name = column.name
    if name in _PREPKIT_GIVES:
        return f"leave it out: {_PREPKIT_GIVES[name]}"
    if not name:
        known = [one for one in (*_OWN, *converters) if one not in _PREPKIT_GIVES]
        hint = did_you_mean(column.header, known) or ": rename it, or leave it out"
        return f"neither prepkit nor the template knows such a column{hint}"
    if name not in _REQUIRED and all(_cell_at(row, column.position) is None for row in sheet.rows):
        return ""
    if name not in _REQUIRED and name not in converters:
        return (
            f"the template has no parameter '{name}': leave the column out, or add the parameter"
            " to the template"
        )
    if name not in _OWN and column.convert is None:
        return "no cell can give it: in the template it is neither a str, int, float, bool nor list"
    return ""


def _values(
    row: Row, columns: Sequence[_Column], rows_of_ids: dict[str, int]
) -> tuple[dict[str, Any], list[RosterProblem]]:
    """Return the values of a row by the names of its columns, and all of its problems.

    `rows_of_ids` holds the row of each id before, and gets this one's.
    """
    values: dict[str, Any] = {}
    problems: list[RosterProblem] = []
    for column in columns:
        cell = _cell_at(row, column.position)
        try:
            if isinstance(cell, Unreadable):
                raise _WrongError(cell.why)
            if cell is not None and column.convert is not None:
                values[column.name] = column.convert(cell)
            elif cell is None and column.name in _REQUIRED:
                raise _WrongError(f"it is empty; every student needs {_REQUIRED[column.name]}")
            if column.name == "student_id":
                _check_new(values["student_id"], row.number, rows_of_ids)
        except _WrongError as error:
            problems += [RosterProblem(text, row.number, column.header) for text in error.messages]
    return values, problems


def _is_shifted(row: Row, sheet: Sheet) -> bool:
    """Tell whether a cell was divided in two, so that those after it are in wrong columns."""
    is_text = sheet.path.suffix.lower() in TEXT_SUFFIXES
    return is_text and any(cell is not None for cell in row.cells[len(sheet.header) :])


def _unnamed(sheet: Sheet) -> Iterator[RosterProblem]:
    """Yield a problem for each column that has a cell but no name."""
    named = {position for position, cell in enumerate(sheet.header) if cell is not None}
    found: dict[int, Row] = {}
    for row in sheet.rows:
        if not _is_shifted(row, sheet):
            for position, cell in enumerate(row.cells):
                if cell is not None and position not in named:
                    found.setdefault(position, row)
    for position, row in sorted(found.items()):
        message = f"row {row.number} has a cell here, but the column has no name: name it"
        yield RosterProblem(f"{message}, or empty the cell", 0, column_letter(position + 1))


def _cell_at(row: Row, position: int) -> Cell:
    return row.cells[position] if position < len(row.cells) else None


def _check_new(student_id: str, row: int, rows_of_ids: dict[str, int]) -> None:
    """Refuse an id that a row before has; files of some systems don't tell case apart."""
    before = rows_of_ids.setdefault(student_id.casefold(), row)
    if before != row:
        raise _WrongError(
            f"'{student_id}' is the id of row {before} too; ids must differ by more than the case"
            " of letters"
        )


def _converters(bank: Bank, parameters: Mapping[str, str]) -> dict[str, _Convert | None]:
    """Return what makes a value of a cell, by the names of the columns that can be taken."""
    companies = {_fold(name): str(name) for name in bank.companies["company"].unique()}
    titles = {category.title: category.slug for category in bank.categories}
    slugs = {category.slug: category.slug for category in bank.categories}
    categories = {_key(name): slug for name, slug in (titles | slugs).items()}
    told: set[str] = set()
    own: dict[str, _Convert] = {
        "student_id": _student_id,
        "name": _name,
        "companies": partial(_names, what="company", known=companies, fold=_fold, told=told),
        "level": _level,
        "categories": partial(_names, what="category", known=categories, fold=_key, told=told),
        "interview_date": _interview_date,
        "n_questions": partial(_n_questions, most=len(bank)),
        "notes": _notes,
    }
    return {
        name: own[name] if name in own else _parameter_converter(parameters[name])
        for name in (*_REQUIRED, *parameters)
    }


def _student_id(cell: Cell) -> str:
    text = _one_line(_no_date(cell), formula="=@+-")
    if is_student_id(text):
        return text
    if not STUDENT_ID.fullmatch(text):
        why = (
            "an id is made of the letters A to Z, digits, '.', '_' and '-', begins and ends with a"
            " letter or digit, and has at most 64 characters"
        )
    elif text.casefold() == "index":
        why = "'index' names the page that lists the packets"
    elif text.casefold().endswith("-fill-in"):
        why = "'-fill-in' marks the notebooks to fill in"
    else:
        why = "on Windows that is a device, and no file may have its name"
    raise _WrongError(f"'{_shown(text)}' can't be an id: {why}")


def _name(cell: Cell) -> str:
    text = _one_line(_no_date(cell), formula="=@+-")
    if len(text) > _LONGEST_NAME:
        raise _WrongError(f"the name has {len(text):,} characters; at most {_LONGEST_NAME} fit")
    return text


def _notes(cell: Cell) -> str:
    return _plain(cell)


def _level(cell: Cell) -> str:
    text = _one_line(cell)
    for level in LEVELS:
        if _key(level) == _key(text):
            return level
    hint = did_you_mean(text[:_SHOWN], LEVELS) or f"; the levels are {join_quoted(LEVELS)}"
    raise _WrongError(f"no level '{_shown(text)}'{hint}")


def _names(
    cell: Cell, *, what: str, known: Mapping[str, str], fold: Callable[[str], str], told: set[str]
) -> tuple[str, ...]:
    """Return the names in a cell as the bank writes them, each once, in the cell's order.

    `told` collects what has been told already, so that all that are known are listed once.
    """
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    most = 1 + max((name.count(",") for name in known), default=0)
    for name in _split(_plain(cell), lambda text: fold(text) in known, most):
        if fold(name) in known:
            found[known[fold(name)]] = None
        else:
            unknown[name] = None
    if unknown:
        names = tuple(sorted(set(known.values())))
        raise _WrongError(
            *(f"no {what} '{_shown(name)}'{_hint(_shown(name), names, told)}" for name in unknown)
        )
    return tuple(found)


def _split(text: str, is_known: Callable[[str], bool], most: int) -> Iterator[str]:
    """Yield the names in a text, divided by semicolons, bars, line ends, and commas.

    A comma that belongs to a known name doesn't divide; such names have at most `most` parts.
    """
    for piece in re.split(r"[;|\n]", text):
        parts = piece.split(",")
        start = 0
        while start < len(parts):
            sizes = range(min(most, len(parts) - start), 1, -1)
            joined = {size: ",".join(parts[start : start + size]).strip() for size in sizes}
            size = next((size for size, name in joined.items() if is_known(name)), 1)
            name = joined[size] if size > 1 else parts[start].strip()
            if name:
                yield name
            start += size


def _hint(word: str, names: tuple[str, ...], told: set[str]) -> str:
    near = _nearest(word, names)
    if near or not told.isdisjoint(names):
        return near
    told.update(names)
    return f"; there are {join_quoted(names)}"


@lru_cache(maxsize=1000)
def _nearest(word: str, names: tuple[str, ...]) -> str:
    return did_you_mean(word, names)  # a cohort has the same slip again and again


def _interview_date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        shown = f"{cell:%Y-%m-%d %H:%M}"
        raise _WrongError(f"'{shown}' has a time of day: write it as {cell.date()}")
    if isinstance(cell, date):
        return cell
    text = _one_line(cell)
    if not _ISO_DAY.fullmatch(text):
        days = [day.isoformat() for day in _days_like(text)]
        wanted = f"as {' or '.join(days)}" if days else "as in 2027-02-01"
        raise _WrongError(f"'{_shown(text)}' is no date here: write it {wanted}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _WrongError(f"there is no day {text} in the calendar") from None


def _days_like(text: str) -> list[date]:
    """Return the days that a date in another spelling can mean: day first, then month first."""
    match = _LIKE_A_DAY.fullmatch(text)
    if not match:
        return []
    first, second, third = (int(number) for number in match.groups())
    orders = (
        [(first, second, third)]
        if len(match[1]) == 4
        else [(third, second, first), (third, first, second)]
        if len(match[3]) == 4
        else []
    )
    days: dict[date, None] = {}
    for year, month, day in orders:
        try:
            days[date(year, month, day)] = None
        except ValueError:
            continue
    return list(days)


def _n_questions(cell: Cell, *, most: int) -> int:
    number = _whole(cell)
    if number is None or not 1 <= number <= most:
        raise _WrongError(
            f"'{_shown(_as_text(cell))}' is no number of questions; the bank has {most}: write a"
            f" whole number from 1 to {most}"
        )
    return number


def _parameter_converter(annotation: str) -> _Convert | None:
    """Return what makes a value of a parameter's type; None where no cell can give one."""
    match = _TYPE.fullmatch(annotation.strip())
    kind, inner = (match[1].lower(), match[2]) if match else ("", None)
    if kind == "optional" and inner:
        return _parameter_converter(inner)
    if kind == "list":
        item = _parameter_converter(inner) if inner else _plain
        return partial(_list_of, convert=item) if item else None
    return _SCALARS.get(kind)


def _list_of(cell: Cell, *, convert: _Convert) -> list[Any]:
    if not isinstance(cell, str):
        return [convert(cell)]
    items = [item.strip() for item in re.split(r"[;\n]", _plain(cell))]
    return [convert(item) for item in items if item]


def _as_int(cell: Cell) -> int:
    number = _whole(cell)
    if number is None:
        raise _WrongError(f"'{_shown(_as_text(cell))}' is no whole number")
    return number


def _as_float(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _as_text(cell)
    if not _FLOAT.fullmatch(text):
        with_point = text.replace(",", ".", 1)
        hint = f": write it as {with_point}" if _FLOAT.fullmatch(with_point) else ""
        raise _WrongError(f"'{_shown(text)}' is no number{hint}")
    return float(text)


def _as_bool(cell: Cell) -> bool:
    found = _BOOLS.get(_as_text(cell).casefold())
    if found is None:
        raise _WrongError(f"'{_shown(_as_text(cell))}' is neither yes nor no: write one of them")
    return found


def _as_papermill_would(cell: Cell) -> Any:
    """Return a text as `papermill -p` takes it, and another cell as it is."""
    if isinstance(cell, bool | int | float):
        return cell
    text = _plain(cell)
    if text in ("True", "False", "None"):
        return {"True": True, "False": False, "None": None}[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _plain(cell: Cell, *, formula: str = "=@") -> str:
    """Return a cell's text; one that a spreadsheet would run, or that hides something, is wrong."""
    text = _as_text(cell)
    if isinstance(cell, str) and text[0] in formula:
        raise _WrongError(
            f"'{_shown(text)}' looks like a formula: begin it with something else than '{text[0]}'"
        )
    if unseen := _UNSEEN.search(text):
        raise _WrongError(
            f"it holds U+{ord(unseen[0]):04X}, a character that nobody sees: type it anew"
        )
    return text


def _one_line(cell: Cell, *, formula: str = "=@") -> str:
    text = _plain(cell, formula=formula)
    if "\n" in text or "\t" in text:
        raise _WrongError(f"'{_shown(text)}' has a line end or a tab: write it on one line")
    return text


def _no_date(cell: Cell) -> Cell:
    """Refuse a date where a text should be: spreadsheets make dates of such ids as 2-1."""
    if isinstance(cell, date):
        raise _WrongError(
            f"the cell is the date {_as_text(cell)}: format the column as text, and type it anew"
        )
    return cell


def _as_text(cell: Cell) -> str:
    """Return what a spreadsheet would show."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def _whole(cell: Cell) -> int | None:
    """Return a cell's whole number; None where it holds something else."""
    text = _as_text(cell)
    return int(text) if _INT.fullmatch(text) and not isinstance(cell, bool) else None


def _key(name: str) -> str:
    """Return what two spellings of a column, level or category have in common."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name).casefold())


def _fold(name: str) -> str:
    """Return what two spellings of a company's name have in common."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _shown(text: str) -> str:
    """Return a text as a message can hold it: on one line, short, all of it visible."""
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut
    )


_SCALARS: dict[str, _Convert] = {
    "str": _plain,
    "int": _as_int,
    "float": _as_float,
    "bool": _as_bool,
    "none": _as_papermill_would,
    "any": _as_papermill_would,
}
