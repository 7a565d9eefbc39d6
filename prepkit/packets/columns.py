"""The columns of a roster: their names, what their cells may hold, and what they become.

To add one, add a row to `COLUMNS` and a field to `prepkit.records.Student`: a template that has a
parameter with this name then gets it. The error of a cell says what would be right.
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

from prepkit.packets.cells import (
    cell_text,
    one_line,
    parameter_type,
    text_of,
    visible,
    whole_number,
)
from prepkit.packets.roster_file import Cell
from prepkit.records import LEVELS, STUDENT_ID, is_student_id
from prepkit.text import did_you_mean, fold, not_a_date, shorten

if TYPE_CHECKING:
    from prepkit.bank import Bank

_LONGEST_NAME = 200

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LIKE_A_DAY = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})(?:[ T].*)?", re.ASCII)
# What a person may have typed; whether it exists, only a mail can tell.
_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")

_nearest = lru_cache(maxsize=1000)(did_you_mean)  # a cohort repeats the same typing mistake


@dataclass(frozen=True)
class Column:
    """A column of a roster, or of a template's parameters."""

    name: str
    """As prepkit or the template writes it."""
    type: Any
    """The pydantic type that turns a cell into a value; None if no cell can hold one."""
    needed: str = ""
    """What is missing if the cell is empty, such as ``a name``; '' if it may be empty."""
    empty: Any = ""
    """What the template gets if the cell is empty; None leaves the template's own value."""
    kept: bool = False
    """Whether prepkit itself uses it, so that no template needs a parameter for it."""

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What turns cells into values; its errors are messages for the coach."""
        return TypeAdapter(self.type)


@dataclass(frozen=True, slots=True)
class Known:
    """What a question bank knows, to check cells with."""

    companies: Mapping[str, str]
    """Names as the bank writes them, by `fold` of the name."""
    categories: Mapping[str, str]
    """Slugs, by `spelling_key` of the slug and of the title."""
    questions: int
    """How many the bank has."""
    told: set[str] = field(default_factory=set)
    """The names that a message has already listed, so that they are listed only once."""


def known_to(bank: Bank) -> Known:
    """Return what `bank` knows."""
    titles = {spelling_key(category.title): category.slug for category in bank.categories}
    slugs = {spelling_key(category.slug): category.slug for category in bank.categories}
    companies = {fold(name): str(name) for name in bank.companies["company"].unique()}
    return Known(companies, titles | slugs, len(bank))


def spelling_key(name: str) -> str:
    """Return a name without capitals, spaces, hyphens and underscores, to compare spellings."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name).casefold())


def _short_text(cell: Cell) -> str:
    """Return a short text, such as an id. Spreadsheets turn ids such as 2-1 into dates."""
    if isinstance(cell, date):
        raise ValueError(
            f"the spreadsheet made this the date {cell_text(cell)}: format the column as text, and"
            " type the cell again"
        )
    return one_line(cell, formula="=@+-")


def _student_id(cell: Cell) -> str:
    text = _short_text(cell)
    if is_student_id(text):
        return text
    if not STUDENT_ID.fullmatch(text):
        why = (
            "use only the letters A to Z, digits, '.', '_' and '-', start and end with a letter or"
            " a digit, and stay within 64 characters"
        )
    elif text.casefold() == "index":
        why = "the page that lists the packets has this name"
    elif text.casefold().endswith("-fill-in"):
        why = "names of the notebooks to fill in end in '-fill-in'"
    else:
        why = "Windows doesn't allow files with this name"
    raise ValueError(f"'{visible(text)}' can't be an id: {why}")


def _name(cell: Cell) -> str:
    text = _short_text(cell)
    if len(text) > _LONGEST_NAME:
        raise ValueError(
            f"the name has {len(text):,} characters: shorten it to {_LONGEST_NAME} at most"
        )
    return text


def _email(cell: Cell) -> str:
    text = one_line(cell)
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"'{visible(text)}' is not an e-mail address: write only the address")
    return text


def _level(cell: Cell) -> str:
    text = one_line(cell)
    for level in LEVELS:
        if spelling_key(level) == spelling_key(text):
            return level
    hint = did_you_mean(shorten(text), LEVELS, otherwise="the levels are")
    raise ValueError(f"no level '{visible(text)}'{hint}")


def _interview_date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        raise ValueError(f"'{cell:%Y-%m-%d %H:%M}' has a time: write only the date, {cell.date()}")
    if isinstance(cell, date):
        return cell
    text = one_line(cell)
    if not _ISO_DAY.fullmatch(text):
        if days := [day.isoformat() for day in _days_like(text)]:
            means = "can mean two dates: write" if len(days) > 1 else "must be written as"
            raise ValueError(f"'{visible(text)}' {means} {' or '.join(days)}")
        raise ValueError(not_a_date(visible(text)))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day as {text}: check the month and the day") from None


def _days_like(text: str) -> list[date]:
    """Return the days that a date in another notation can mean: day first, then month first."""
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
    number, most = whole_number(cell), _known(info).questions
    if number is None or not 1 <= number <= most:
        raise ValueError(
            f"'{visible(cell_text(cell))}' is not a number of questions: write a whole number from"
            f" 1 to {most}, as many as the question bank has"
        )
    return number


def _known(info: ValidationInfo) -> Known:
    return cast(Known, info.context)


def _names_type(what: str, known_of: Callable[[Known], Mapping[str, str]], key: Any) -> Any:
    """Return the type of a cell with names that the bank knows: each once, as the bank writes it.

    Parameters
    ----------
    what
        What the names are, for messages.
    known_of
        Returns the bank's names by their keys.
    key
        Returns the key of a name, which is the same for all its spellings.
    """

    def split(cell: Cell, info: ValidationInfo) -> tuple[str, ...]:
        known = known_of(_known(info))
        most = 1 + max((name.count(",") for name in known), default=0)
        names = _split_names(text_of(cell), lambda text: key(text) in known, most)
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
    """Yield the names in a text, separated by semicolons, bars, line ends or commas.

    A comma inside a known name doesn't separate; such a name has at most `most` parts.
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
    Column("email", Annotated[str, PlainValidator(_email)], kept=True),
    Column("companies", _names_type("company", lambda known: known.companies, fold)),
    Column("level", Annotated[str, PlainValidator(_level)]),
    Column("categories", _names_type("category", lambda known: known.categories, spelling_key)),
    Column("interview_date", Annotated[date, PlainValidator(_interview_date)]),
    Column("n_questions", Annotated[int, PlainValidator(_n_questions)], empty=None),
    Column("notes", Annotated[str, PlainValidator(text_of)]),
)
"""The columns that become fields of `Student`; any other is only a parameter of the template."""

ID = COLUMNS[0]

PREPKIT_GIVES = {
    "date": "all packets get the same date; the date of the interview goes in 'interview_date'",
    "answers_file": "prepkit finds each student's answers by the id",
    "bank_folder": "all packets are made from the same question bank",
}
"""Parameters that can't be columns, and why."""


def columns_for(parameters: Mapping[str, str]) -> dict[str, Column]:
    """Return the columns that a template can use, by name; see `students_of`."""
    own = {column.name: column for column in COLUMNS}
    wanted = dict.fromkeys(
        [*(column.name for column in COLUMNS if column.needed or column.kept), *parameters]
    )
    return {
        name: own[name] if name in own else Column(name, parameter_type(parameters[name]))
        for name in wanted
    }
