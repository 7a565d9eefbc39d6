"""The columns of a roster: their names, what their cells may hold, and what they become.

To add one, add a row to `COLUMNS` and a field to `prepkit.records.Student`: a template that has a
parameter with this name then gets it. The error of a cell says what would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, PlainValidator, TypeAdapter, ValidationInfo

from prepkit.packets.roster.cells import (
    cell_text,
    one_line,
    parameter_type,
    split_names,
    text_of,
    visible,
    whole_number,
)
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import Cell
from prepkit.packets.roster.ids import EMAIL
from prepkit.text import closest, join_quoted

if TYPE_CHECKING:
    from prepkit.bank import Bank

_nearest = lru_cache(maxsize=1000)(closest)  # a cohort repeats the same typing mistake


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

    companies: Mapping[str, Sequence[str]]
    """Names as the bank writes them, each with other names of the company."""
    categories: Mapping[str, str]
    """Slugs, by `spelling_key` of the slug and of the title."""
    questions: int
    """How many the bank has."""


def known_to(bank: Bank) -> Known:
    """Return what `bank` knows."""
    titles = {spelling_key(category.title): category.slug for category in bank.categories}
    slugs = {spelling_key(category.slug): category.slug for category in bank.categories}
    companies = {company.name: company.aliases for company in bank.company_records}
    return Known(companies, titles | slugs, len(bank))


def spelling_key(name: str) -> str:
    """Return a name without capitals, spaces, hyphens and underscores, to compare spellings."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name).casefold())


def _email(cell: Cell) -> str:
    text = one_line(cell)
    if not EMAIL.fullmatch(text):
        raise CellError(
            "{} [is not an e-mail address|are not e-mail addresses]: write only the address",
            visible(text),
        )
    return text


def _n_questions(cell: Cell, info: ValidationInfo) -> int:
    number, most = whole_number(cell), _known(info).questions
    if number is None or not 1 <= number <= most:
        raise CellError(
            "{} [is not a number|are not numbers] of questions: write a whole number from"
            f" 1 to {most}, as many as the question bank has",
            visible(cell_text(cell)),
            is_other=True,
        )
    return number


def _known(info: ValidationInfo) -> Known:
    return cast(Known, info.context)


def _category_names(cell: Cell, info: ValidationInfo) -> tuple[str, ...]:
    known = _known(info).categories
    most = 1 + max((name.count(",") for name in known), default=0)
    names = split_names(text_of(cell), lambda text: spelling_key(text) in known, most)
    return tuple(dict.fromkeys(names))


def _category(name: str, info: ValidationInfo) -> str:
    known = _known(info).categories
    if found := known.get(spelling_key(name)):
        return found
    slugs = tuple(sorted(set(known.values())))
    if near := _nearest(visible(name), slugs):
        raise CellError(
            "no [category|categories] {}; did you mean {near}?", visible(name), near=near[0]
        )
    says = f"no [category|categories] {{}}; there are {join_quoted(slugs)}"
    raise CellError(says, visible(name), is_other=True)


_CATEGORIES = Annotated[
    tuple[Annotated[str, AfterValidator(_category)], ...],
    BeforeValidator(_category_names),
    AfterValidator(lambda names: tuple(dict.fromkeys(names))),
]

COLUMNS = (
    Column("student_id", Any, needed="an id"),
    Column("name", Any, needed="a name"),
    Column("email", Annotated[str, PlainValidator(_email)], kept=True),
    Column("companies", Any),
    Column("level", Any),
    Column("categories", _CATEGORIES),
    Column("interview_date", Any),
    Column("n_questions", Annotated[int, PlainValidator(_n_questions)], empty=None),
    Column("notes", Annotated[str, PlainValidator(text_of)]),
)
"""The columns that become fields of `Student`; any other is only a parameter of the template.

Those whose type is `Any` are read as a whole, since one cell may say how another is meant: see
`prepkit.packets.roster.readings`.
"""

ID = COLUMNS[0]

PREPKIT_GIVES = {
    "date": "all packets get the same date; the date of the interview goes in 'interview_date'",
    "answers_file": "prepkit finds each student's answers by the id",
    "feedback_file": "prepkit finds what you wrote about each student by the id",
    "bank_folder": "all packets are made from the same question bank",
}
"""Parameters that can't be columns, and why."""


def columns_for(parameters: Mapping[str, str]) -> dict[str, Column]:
    """Return the columns that a template can use, by name; see `understand_roster`."""
    own = {column.name: column for column in COLUMNS}
    wanted = dict.fromkeys(
        [*(column.name for column in COLUMNS if column.needed or column.kept), *parameters]
    )
    return {
        name: own[name] if name in own else Column(name, parameter_type(parameters[name]))
        for name in wanted
        if name not in PREPKIT_GIVES
    }
