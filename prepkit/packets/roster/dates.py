"""The days in a column of a roster, in whatever notation they are written. Pure.

``2/1/2027`` alone can mean two days. The whole column settles which: where one of its dates can be
read in only one order, all are read in this order. If none settles it, the coach is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Literal, NamedTuple, get_args

from prepkit.packets.roster.cells import visible
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import Answers, Cell
from prepkit.text import format_day, shorten

Order = Literal["day first", "month first"]
ORDERS: tuple[Order, ...] = get_args(Order)

_YEARS = range(2000, 2100)
_SERIALS = range(40_000, 60_000)  # Excel's numbers of the days from 2009 to 2064

_NUMBERS = re.compile(r"(\d{1,4})(\s?[-./]\s?| )(\d{1,2})(\s?[-./]\s?| )(\d{1,4})\.?", re.ASCII)
_TIME = re.compile(
    r"""(?:[Tt ,@]|\bum\b|\bat\b|\bà\b|\ba\s+las\b|\bkl\b)+\s*
    (?P<hour>\d{1,2})
    (?:[:.h](?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?(?=\D|$)
     | (?=\s?(?:am|pm|a\.m\.|p\.m\.|uhr|h)\b))
    \s*(?P<half>am|pm|a\.\s?m\.|p\.\s?m\.)?\s*(?:uhr|h)?\b\.?
    \s*\(?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[a-z]{2,5}|[a-z]+/[a-z_]+)?\)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_FILLERS = frozenset({"of", "the", "on", "de", "del", "den", "der", "le", "el", "am"})
_LANGUAGES = ("en", "de", "fr", "es")

NOT_A_DATE = "{} [is not a date|are not dates]: write [it|each] as in 2026-01-31"
NO_SUCH_DAY = "there is no such day as {}: check the month and the day"
NO_YEAR = "{} [has|have] no year: write [it|each] as in 2026-01-31"
A_SERIAL = "{} [is|are] how a spreadsheet counts days: format the column as a date"
UTC_DAY = (
    "{} [is|are] in UTC, so the day depends on where the student is: write only the date, as in"
    " 2026-01-31"
)
TWO_WAYS = (
    "{} can be read in two ways, and no other date in the column settles it. Say which comes first,"
    ' under [dates] in {mapping}: order = "day first", or order = "month first"'
)
BOTH_WAYS = (
    "{} can be read in two ways: some dates in the column have the day first, and others the month."
    " Write [it|each] as in 2026-01-31"
)
OTHER_WAY = "{} can't be read {order}, as {mapping} says: write [it|each] as in 2026-01-31"
TIME_LEFT_OUT = "{} [has|have] a time: only the day is taken"
MIXED = (
    "{} [is a date|are dates] to the spreadsheet, while other cells of the column are text. A"
    " spreadsheet that expects another order may have swapped day and month: please check"
)


class _Reading(NamedTuple):
    """What one cell can mean."""

    days: Mapping[Order, date]
    """By order; both orders are there if the notation leaves it open."""
    has_time: bool = False

    @property
    def choices(self) -> set[date]:
        return set(self.days.values())


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a column, by row, and what is to be said about its cells."""

    found: dict[int, date] = field(default_factory=dict)
    faults: list[tuple[int, CellError]] = field(default_factory=list)
    remarks: list[tuple[int, CellError]] = field(default_factory=list)
    order: Order | None = None
    """The order that was needed to read them; None if none was."""
    settled_by: int = 0
    """The row whose date settles the order; 0 if the coach has said it."""


def read_days(cells: Mapping[int, Cell], said: Order | None = None, mapping: str = "") -> Days:
    """Return the days of a column.

    Parameters
    ----------
    cells
        By row; those without a cell are left out.
    said
        The order that the coach has written down.
    mapping
        The name of the file in which it can be written down.
    """
    days = Days()
    readings: dict[int, _Reading] = {}
    for row, cell in cells.items():
        try:
            readings[row] = _read(cell)
        except CellError as fault:
            days.faults.append((row, fault))
    rows_of = {order: _only(readings, order) for order in ORDERS}
    unclear = [row for row, reading in readings.items() if len(reading.choices) > 1]
    settled = [order for order in ORDERS if rows_of[order]]
    order = said or (settled[0] if len(settled) == 1 else None)
    for row, reading in readings.items():
        text = shown(cells[row])
        if said and row in rows_of[_other(said)]:
            says = OTHER_WAY.replace("{order}", said).replace("{mapping}", mapping)
            days.faults.append((row, CellError(says, text)))
        elif row in unclear and not order:
            days.faults.append((row, _unclear(text, mapping, both=bool(settled))))
        else:
            days.found[row] = reading.days.get(order or "day first", _any(reading))
            if reading.has_time:
                days.remarks.append((row, CellError(TIME_LEFT_OUT, text)))
    if settled:
        days.remarks.extend(_perhaps_swapped(cells, days.found))
    if not order or not (unclear or any(rows_of.values())):
        return days
    by = 0 if said else rows_of[order][0]
    return Days(days.found, days.faults, days.remarks, order, by)


def _any(reading: _Reading) -> date:
    return next(iter(reading.days.values()))


def _other(order: Order) -> Order:
    return ORDERS[1 - ORDERS.index(order)]


def _only(readings: Mapping[int, _Reading], order: Order) -> list[int]:
    """Return the rows whose date can be read in this order only."""
    return [row for row, reading in readings.items() if set(reading.days) == {order}]


def _unclear(text: str, mapping: str, *, both: bool) -> CellError:
    if both:
        return CellError(BOTH_WAYS, text)
    answers = Answers("dates", tuple(f'order = "{order}"' for order in ORDERS))
    return CellError(TWO_WAYS.replace("{mapping}", mapping), text, answers=answers)


def _perhaps_swapped(
    cells: Mapping[int, Cell], found: Mapping[int, date]
) -> Iterable[tuple[int, CellError]]:
    """Yield the dates of a spreadsheet that stand among texts, and would also be right swapped.

    A spreadsheet with the settings of another country makes dates of those that it can, in its own
    order, and leaves the others as text.
    """
    for row, cell in cells.items():
        if isinstance(cell, date) and row in found and cell.month != cell.day <= 12:
            yield row, CellError(MIXED, format_day(found[row]))


def shown(cell: Cell) -> str:
    """Return a cell as a message quotes it."""
    if isinstance(cell, datetime):
        zone = f" {cell:%Z}" if cell.tzinfo else ""
        return f"{cell:%Y-%m-%d %H:%M}{zone}"
    return visible(" ".join(str(cell).split()))


def _read(cell: Cell) -> _Reading:
    """Return what a cell can mean; raise a CellError if it is no day."""
    if isinstance(cell, datetime):
        return _always(_day_of(cell), has_time=True)
    if isinstance(cell, date):
        return _always(cell)
    text = " ".join(unicodedata.normalize("NFKC", str(cell)).split())
    if isinstance(cell, int | float) or text.isdecimal():
        raise _of_number(text)
    try:
        moment = datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        moment = None
    if moment and re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        has_time = moment.time() != time()
        return _always(_day_of(moment), has_time=has_time)
    without = _TIME.sub("", text)
    reading = _read_day(without.strip(" ,"), text)
    return _Reading(reading.days, has_time=without != text)


def _always(day: date, *, has_time: bool = False) -> _Reading:
    return _Reading(dict.fromkeys(ORDERS, day), has_time)


def _day_of(moment: datetime) -> date:
    """Return the day of a moment, which is the same wherever most people are.

    A zone of one's own says where the interview is; UTC often is only how a program keeps times.
    """
    if moment.year not in _YEARS:
        raise CellError(NO_SUCH_DAY, shown(moment))
    is_utc = moment.tzinfo is not None and str(moment.tzname()).upper() in ("UTC", "GMT", "Z")
    if is_utc and moment.time() != time() and not 8 <= moment.hour < 15:
        raise CellError(UTC_DAY, shown(moment))
    if moment.tzinfo and not is_utc and moment.astimezone(UTC).time() == time():
        return moment.astimezone(UTC).date()  # a day without a time, kept as midnight in UTC
    return moment.date()


def _of_number(text: str) -> CellError:
    number = int(text) if len(text) < 10 and text.isdecimal() else 0
    if number in _SERIALS:
        return CellError(A_SERIAL, f"{number}")
    return CellError(NOT_A_DATE, shorten(text), is_other=True)


def _read_day(text: str, whole: str) -> _Reading:
    match = _NUMBERS.fullmatch(text)
    if match and match[2].strip() == match[4].strip():
        return _of_numbers([match[1], match[3], match[5]], match[2].strip(), whole)
    words = [word.casefold() for word in _WORD.findall(_ORDINAL.sub("", text))]
    words = [word for word in words if word not in _FILLERS]
    names = [word for word in words if not word.isdecimal()]
    numbers = [word for word in words if word.isdecimal()]
    months = [word for word in names if _plain(word) in _month_names()]
    if len(months) > 1:  # "mar" is a day of the week in French, and a month elsewhere
        months = [word for word in months if _plain(word) not in _weekdays()]
    others = [word for word in names if word not in months and _plain(word) not in _weekdays()]
    if len(months) != 1 or others or not 1 <= len(numbers) <= 2:
        if others or not _mostly_numbers(text, names):
            raise CellError(NOT_A_DATE, shown(whole), is_other=True)
        return _read_day(" ".join(text.split()[1:]), whole)  # after the day of the week
    if len(numbers) == 1:
        raise CellError(NO_YEAR if len(numbers[0]) < 3 else NOT_A_DATE, shown(whole))
    month = _month_names()[_plain(months[0])]
    day, year = numbers if len(numbers[0]) < 3 else reversed(numbers)
    found = _day(year, month, int(day))
    if not found:
        raise CellError(NO_SUCH_DAY, shown(whole))
    return _always(found)


def _mostly_numbers(text: str, names: list[str]) -> bool:
    """Tell whether a text is the day of the week, and then numbers."""
    first, _, rest = text.partition(" ")
    return len(names) == 1 and _plain(first) in _weekdays() and bool(_NUMBERS.fullmatch(rest))


def _of_numbers(parts: list[str], mark: str, whole: str) -> _Reading:
    first, second, third = parts
    days: dict[Order, date] = {}
    if len(first) > 2:
        if (found := _day(first, int(second), int(third))) and len(first) == 4:
            return _always(found)
    elif len(third) in (2, 4):
        by_order: dict[Order, date | None] = {
            "day first": _day(third, int(second), int(first)),
            "month first": _day(third, int(first), int(second)),
        }
        days = {order: day for order, day in by_order.items() if day}
        if mark == "." and "day first" in days:  # with dots, nobody writes the month first
            return _always(days["day first"])
    if days:
        # The same day in both orders leaves nothing open; it settles nothing either.
        return _Reading(days)
    is_like_one = max(map(len, parts)) == 4
    raise CellError(NO_SUCH_DAY if is_like_one else NOT_A_DATE, shown(whole))


def _day(year: str, month: int, day: int) -> date | None:
    number = int(year) + (2000 if len(year) == 2 else 0)
    if number not in _YEARS:
        return None
    try:
        return date(number, month, day)
    except ValueError:
        return None


def _plain(word: str) -> str:
    """Return a word without accents, capitals and a full stop."""
    text = unicodedata.normalize("NFKD", word.casefold().strip("., "))
    return "".join(each for each in text if not unicodedata.combining(each))


@cache
def _month_names() -> dict[str, int]:
    """Return the months of the year by their names and short forms in four languages."""
    from babel.dates import get_month_names

    found = {"sept": 9}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    found[_plain(name)] = int(number)
    return found


@cache
def _weekdays() -> frozenset[str]:
    """Return the days of the week, with their short forms, in four languages."""
    from babel.dates import get_day_names

    return frozenset(
        _plain(name)
        for language in _LANGUAGES
        for width in ("wide", "abbreviated", "short")
        for name in get_day_names(width, "format", language).values()
    )
