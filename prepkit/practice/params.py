"""What one student prepares for: the parameters of a packet, checked against a bank."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from prepkit.errors import InputError, PrepkitError, Problems
from prepkit.practice.names import category_slug, company_name, unknown
from prepkit.records import LEVELS, Level, Record
from prepkit.text import not_a_date

if TYPE_CHECKING:
    from prepkit.bank import Bank

T = TypeVar("T")


class PacketParams(Record):
    """What one student prepares for: the parameters of a packet, checked against a bank."""

    companies: tuple[str, ...] = ()
    """As the bank writes them."""
    level: Level | None = None
    categories: tuple[str, ...] = ()
    """Slugs; empty for all."""
    count: int = 5
    """How many questions, at most."""
    day: date | None = None
    """The day of the packet."""
    interview: date | None = None


def parse_params(
    bank: Bank,
    *,
    companies: object = (),
    level: object = "",
    categories: object = (),
    interview_date: object = "",
    n_questions: object = 5,
    date: object = "",
) -> PacketParams:
    """Return the parameters of a packet, as a notebook has them, checked against a bank.

    Parameters
    ----------
    bank
        Where the companies and categories are.
    companies, categories
        Names: a list, or one text with semicolons or line breaks between them, as papermill's
        ``-p`` passes it. Categories by slug or title. Capitals don't matter, and a name that is
        there twice counts once. A list may have companies that the bank doesn't know, since those
        of a roster were checked when it was read; in a text, they are errors.
    level
        One of the levels, or nothing.
    interview_date, date
        Dates such as ``2026-01-31``, or nothing.
    n_questions
        A whole number, at least 1.

    Raises
    ------
    InputError
        With everything that is wrong: the name of each parameter, and what would be right.
    """
    # Each is checked as text: papermill's -p gives texts where a notebook has lists and numbers.
    problems = Problems(error=partial(InputError, "The packet's parameters have {count}:"))
    check = partial(_checked, problems)
    company = partial(company_name if isinstance(companies, str) else _known_or_not, bank)
    found: dict[str, list[Any]] = {
        "companies": check("companies", company, split_names(companies)),
        "level": check("level", _parse_level, [_stripped(level)]),
        "categories": check("categories", partial(category_slug, bank), split_names(categories)),
        "interview": check("interview_date", _parse_day, [_stripped(interview_date)]),
        "count": check("n_questions", _parse_count, [_stripped(n_questions)]),
        "day": check("date", _parse_day, [_stripped(date)]),
    }
    problems.raise_any()
    several = ("companies", "categories")
    return PacketParams.model_validate(
        {name: values if name in several else values[0] for name, values in found.items()}
    )


def _checked(
    problems: Problems, parameter: str, check: Callable[[str], T], texts: Iterable[str]
) -> list[T]:
    """Return what `texts` mean, each thing once, and add those that are wrong to `problems`."""
    found: dict[T, None] = {}
    for text in texts:
        try:
            found[check(text)] = None
        except PrepkitError as error:
            problems.add_error(str(error), where=parameter)
    return list(found)


def split_names(value: object) -> list[str]:
    """Return the names in a list, or in one text with semicolons or line breaks between them."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        parts = [str(part) for part in value]
    else:
        parts = re.split(r"[;\n]", _stripped(value))
    return [name for part in parts if (name := part.strip())]


def _known_or_not(bank: Bank, name: str) -> str:
    try:
        return company_name(bank, name)
    except PrepkitError:
        return name


def _stripped(value: object) -> str:
    return "" if value is None else str(value).strip()


def _parse_level(text: str) -> str | None:
    if text and text.casefold() not in LEVELS:
        raise unknown("level", text, LEVELS)
    return text.casefold() or None


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise PrepkitError(not_a_date(text)) from None


def _parse_count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise PrepkitError(f"'{text}' is not a number of questions; use a whole number from 1 up")
    return int(text)
