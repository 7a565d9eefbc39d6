"""What one student prepares for: the parameters of a packet, checked against a bank."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from prepkit.errors import PrepkitError
from prepkit.practice.names import category_slug, company_name, hint
from prepkit.records import LEVELS, Level, Record

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
        Names: a list, or one text with semicolons or line ends between them, as papermill's ``-p``
        passes it. Categories by slug or title. In capitals or not; each counts once.
    level
        One of the four levels, or nothing.
    interview_date, date
        Days as in ``2026-01-31``, or nothing.
    n_questions
        A whole number, at least 1.

    Raises
    ------
    PrepkitError
        With everything that is wrong, each with the parameter's name and what would be right.
    """
    problems: list[str] = []

    def checked(name: str, value: T, check: Callable[[T], object]) -> object:
        try:
            return check(value)
        except PrepkitError as error:
            problems.append(f"{name}: {error}")
            return None

    found = {
        "companies": [
            checked("companies", name, lambda name: company_name(bank, name))
            for name in _names(companies)
        ],
        "level": checked("level", level, _level),
        "categories": [
            checked("categories", name, lambda name: category_slug(bank, name))
            for name in _names(categories)
        ],
        "interview": checked("interview_date", interview_date, _day),
        "count": checked("n_questions", n_questions, _count),
        "day": checked("date", date, _day),
    }
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        lines = [f"The packet's parameters have {count}:", *(f"  {one}" for one in problems)]
        raise PrepkitError("\n".join(lines))
    for name in ("companies", "categories"):
        found[name] = tuple(dict.fromkeys(found[name]))  # type: ignore[call-overload]
    return PacketParams.model_validate(found)


def _names(value: object) -> list[str]:
    """Return the names in a list, or in one text with semicolons or line ends between them."""
    several = isinstance(value, Iterable) and not isinstance(value, str)
    parts = value if several else re.split(r"[;\n]", "" if value is None else str(value))
    names = [str(part).strip() for part in parts]  # type: ignore[attr-defined]
    return [name for name in names if name]


def _level(value: object) -> str | None:
    text = _text(value)
    if not text or text.casefold() in LEVELS:
        return text.casefold() or None
    raise PrepkitError(f"no level '{text}'; {hint(text, LEVELS)}")


def _day(value: object) -> date | None:
    text = _text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise PrepkitError(f"'{text}' is no day; write it as in 2026-01-31") from None


def _count(value: object) -> int:
    text = _text(value)
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise PrepkitError(f"'{text}' is no number of questions; it is a whole one, at least 1")
    return int(text)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
