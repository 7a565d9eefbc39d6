"""The columns of a roster: what each is called, what its cells may hold, and what they become.

A new one is a row of `COLUMNS` here, and a field of `prepkit.records.Student`: a template that has
a parameter of this name then gets it. The errors of a cell say what would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, PlainValidator, TypeAdapter, ValidationInfo

from prepkit.packets.roster_file import Cell
from prepkit.records import LEVELS, STUDENT_ID, is_student_id
from prepkit.text import did_you_mean, fold, shorten

if TYPE_CHECKING:
    from prepkit.bank import Bank

_LONGEST_NAME = 200

# What nobody sees in a cell and a page may trip over. Line ends and tabs are not among them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufffe\uffff\ud800-\udfff]")

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LIKE_A_DAY = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})(?:[ T].*)?", re.ASCII)
_INT = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?", re.ASCII)
_TYPE = re.compile(r"(\w+)\s*(?:\[(.*)\])?")
_BOOLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_CONSTANTS = {"True": True, "False": False, "None": None}

_nearest = lru_cache(maxsize=1000)(did_you_mean)  # a cohort has the same slip again and again


@dataclass(frozen=True)
class Column:
    """A column of a roster, or of a template's parameters."""

    name: str
    """As prepkit or the template writes it."""
    type: Any
    """What pydantic makes a value of a cell by; None where no cell can give one."""
    needed: str = ""
    """What an empty cell lacks, where none may be empty."""
    empty: Any = ""
    """What the template's parameter is where the cell is empty; None leaves it to the template."""

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What makes the values; its errors are messages."""
        return TypeAdapter(self.type)


@dataclass(frozen=True, slots=True)
class Known:
    """What a question bank knows, by which cells are checked."""

    companies: Mapping[str, str]
    """Names as the bank writes them, by what their spellings have in common."""
    categories: Mapping[str, str]
    """Slugs, by what the spellings of slugs and titles have in common."""
    questions: int
    told: set[str] = field(default_factory=set)
    """What has been listed in a message already, so that it is listed once."""


def known_to(bank: Bank) -> Known:
    """Return what a bank knows."""
    titles = {spelling_key(category.title): category.slug for category in bank.categories}
    slugs = {spelling_key(category.slug): category.slug for category in bank.categories}
    companies = {fold(name): str(name) for name in bank.companies["company"].unique()}
    return Known(companies, titles | slugs, len(bank))


def spelling_key(name: str) -> str:
    """Return what two spellings of a column, level or category have in common."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name).casefold())


def visible(text: str) -> str:
    """Return a text as a message can hold it: on one line, short, all of it visible."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in shorten(text)
    )


def cell_text(cell: Cell) -> str:
    """Return what a spreadsheet would show."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def _text(cell: Cell, *, formula: str = "=@") -> str:
    """Return a cell's text; one that a spreadsheet would run, or that hides something, is wrong."""
    text = cell_text(cell)
    if isinstance(cell, str) and text[0] in formula:
        raise ValueError(
            f"'{visible(text)}' looks like a formula: begin it with something else than '{text[0]}'"
        )
    if unseen := _UNSEEN.search(text):
        raise ValueError(
            f"it holds U+{ord(unseen[0]):04X}, a character that nobody sees: type it anew"
        )
    return text


def _one_line(cell: Cell, *, formula: str = "=@") -> str:
    text = _text(cell, formula=formula)
    if "\n" in text or "\t" in text:
        raise ValueError(f"'{visible(text)}' has a line end or a tab: write it on one line")
    return text


def _short_text(cell: Cell) -> str:
    """Return a text that is shown alone; spreadsheets make dates of such ids as 2-1."""
    if isinstance(cell, date):
        raise ValueError(
            f"the cell is the date {cell_text(cell)}: format the column as text, and type it anew"
        )
    return _one_line(cell, formula="=@+-")


def _student_id(cell: Cell) -> str:
    text = _short_text(cell)
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
    raise ValueError(f"'{visible(text)}' can't be an id: {why}")


def _name(cell: Cell) -> str:
    text = _short_text(cell)
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"the name has {len(text):,} characters; at most {_LONGEST_NAME} fit")
    return text


def _level(cell: Cell) -> str:
    text = _one_line(cell)
    for level in LEVELS:
        if spelling_key(level) == spelling_key(text):
            return level
    hint = did_you_mean(shorten(text), LEVELS, otherwise="the levels are")
    raise ValueError(f"no level '{visible(text)}'{hint}")


def _interview_date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        raise ValueError(f"'{cell:%Y-%m-%d %H:%M}' has a time of day: write it as {cell.date()}")
    if isinstance(cell, date):
        return cell
    text = _one_line(cell)
    if not _ISO_DAY.fullmatch(text):
        days = " or ".join(day.isoformat() for day in _days_like(text)) or "in 2027-02-01"
        raise ValueError(f"'{visible(text)}' is no date here: write it as {days}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text} in the calendar") from None


def _days_like(text: str) -> list[date]:
    """Return the days that a date in another spelling can mean: day first, then month first."""
    match = _LIKE_A_DAY.fullmatch(text)
    if not match:
        return []
    first, second, third = (int(number) for number in match.groups())
    if len(match[1]) == 4:
        orders = [(first, second, third)]
    elif len(match[3]) == 4:
        orders = [(third, second, first), (third, first, second)]
    else:
        orders = []
    days: dict[date, None] = {}
    for year, month, day in orders:
        try:
            days[date(year, month, day)] = None
        except ValueError:
            continue
    return list(days)


def _n_questions(cell: Cell, info: ValidationInfo) -> int:
    number, most = _whole(cell), _known(info).questions
    if number is None or not 1 <= number <= most:
        raise ValueError(
            f"'{visible(cell_text(cell))}' is no number of questions; the bank has {most}: write a"
            f" whole number from 1 to {most}"
        )
    return number


def _known(info: ValidationInfo) -> Known:
    return cast(Known, info.context)


def _names_type(what: str, known_of: Callable[[Known], Mapping[str, str]], key: Any) -> Any:
    """Return the type of a cell with names that the bank knows: each once, as the bank writes it.

    Parameters
    ----------
    what
        What is named, for messages.
    known_of
        Returns the bank's names by their keys.
    key
        Returns what the spellings of a name have in common.
    """

    def split(cell: Cell, info: ValidationInfo) -> tuple[str, ...]:
        known = known_of(_known(info))
        most = 1 + max((name.count(",") for name in known), default=0)
        names = _split_names(_text(cell), lambda text: key(text) in known, most)
        return tuple(dict.fromkeys(names))

    def look_up(name: str, info: ValidationInfo) -> str:
        known, told = known_of(_known(info)), _known(info).told
        if found := known.get(key(name)):
            return found
        names = tuple(sorted(set(known.values())))
        hint = _nearest(visible(name), names)
        if not hint and told.isdisjoint(names):
            told.update(names)
            hint = did_you_mean("", names, otherwise="there are")
        raise ValueError(f"no {what} '{visible(name)}'{hint}")

    return Annotated[
        tuple[Annotated[str, AfterValidator(look_up)], ...],
        BeforeValidator(split),
        AfterValidator(lambda names: tuple(dict.fromkeys(names))),
    ]


def _split_names(text: str, is_known: Callable[[str], bool], most: int) -> Iterator[str]:
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


COLUMNS = (
    Column("student_id", Annotated[str, PlainValidator(_student_id)], needed="an id"),
    Column("name", Annotated[str, PlainValidator(_name)], needed="a name"),
    Column("companies", _names_type("company", lambda known: known.companies, fold)),
    Column("level", Annotated[str, PlainValidator(_level)]),
    Column("categories", _names_type("category", lambda known: known.categories, spelling_key)),
    Column("interview_date", Annotated[date, PlainValidator(_interview_date)]),
    Column("n_questions", Annotated[int, PlainValidator(_n_questions)], empty=None),
    Column("notes", Annotated[str, PlainValidator(_text)]),
)
"""Those that become fields of `Student`; others are for parameters of the template alone."""

ID = COLUMNS[0]

PREPKIT_GIVES = {
    "date": "prepkit dates all packets of a run; the interview's day is 'interview_date'",
    "answers_file": "prepkit finds the answers of each student by the id",
    "bank_folder": "all packets of a run are made from one bank",
}
"""Parameters that are no columns, and why."""


def columns_for(parameters: Mapping[str, str]) -> dict[str, Column]:
    """Return the columns that a template can take, by name; see `students_of`."""
    own = {column.name: column for column in COLUMNS}
    wanted = dict.fromkeys([*(column.name for column in COLUMNS if column.needed), *parameters])
    return {
        name: own[name] if name in own else Column(name, _parameter_type(parameters[name]))
        for name in wanted
    }


def _parameter_type(annotation: str) -> Any:
    """Return what makes a value for a parameter; None where no cell can give one."""
    match = _TYPE.fullmatch(annotation.strip())
    kind, inner = (match[1].lower(), match[2]) if match else ("", None)
    if kind == "optional" and inner:
        return _parameter_type(inner)
    if kind == "list":
        item = _parameter_type(inner) if inner else _SCALARS["str"]
        # A type that is made here, and which mypy can't know.
        return item and Annotated[list[item], BeforeValidator(_items)]  # type: ignore[valid-type]
    return _SCALARS.get(kind)


def _items(cell: Cell) -> list[Cell]:
    if not isinstance(cell, str):
        return [cell]
    return [item.strip() for item in re.split(r"[;\n]", _text(cell)) if item.strip()]


def _whole(cell: Cell) -> int | None:
    """Return a cell's whole number; None where it holds something else."""
    text = cell_text(cell)
    return int(text) if _INT.fullmatch(text) and not isinstance(cell, bool) else None


def _int(cell: Cell) -> int:
    number = _whole(cell)
    if number is None:
        raise ValueError(f"'{visible(cell_text(cell))}' is no whole number")
    return number


def _float(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = cell_text(cell)
    if not _FLOAT.fullmatch(text):
        with_point = text.replace(",", ".", 1)
        hint = f": write it as {with_point}" if _FLOAT.fullmatch(with_point) else ""
        raise ValueError(f"'{visible(text)}' is no number{hint}")
    return float(text)


def _bool(cell: Cell) -> bool:
    found = _BOOLS.get(cell_text(cell).casefold())
    if found is None:
        raise ValueError(f"'{visible(cell_text(cell))}' is neither yes nor no: write one of them")
    return found


def _any(cell: Cell) -> Any:
    """Return a text as `papermill -p` takes it, and another cell as it is."""
    if isinstance(cell, bool | int | float):
        return cell
    text = _text(cell)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


_SCALARS: dict[str, Any] = {
    "str": Annotated[str, PlainValidator(_text)],
    "int": Annotated[int, PlainValidator(_int)],
    "float": Annotated[float, PlainValidator(_float)],
    "bool": Annotated[bool, PlainValidator(_bool)],
    "none": Annotated[Any, PlainValidator(_any)],
    "any": Annotated[Any, PlainValidator(_any)],
}
