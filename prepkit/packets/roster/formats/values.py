"""Whatever a file gives for a cell -> a `Cell` that can be checked."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from prepkit.packets.roster.formats.rows import Cell, Unreadable
from prepkit.text import EMPTY_CHARACTERS

LONGEST_CELL = 10_000
"""The most characters in a cell: far more than a note for a packet needs."""

_LONG = 10**15

# Excel's escape for the carriage return in an old line end, which openpyxl doesn't decode.
_LINE_END = re.compile(r"(?:_x000D_|\r)\n?")

# Joiners have a meaning in scripts such as Arabic and Devanagari, but not after a Latin letter;
# marks of direction may have one within a text, but not at its ends, where copying leaves them.
_UNSEEN = re.compile(
    f"[\u00ad{EMPTY_CHARACTERS}]|(?<![\u0600-\U0010ffff])[\u200c\u200d]"
    "|^[\u200e\u200f\u202a-\u202e\u2066-\u2069]+|[\u200e\u200f\u202a-\u202e\u2066-\u2069]+$"
)


def to_cell(value: object) -> Cell:
    """Return a cell from any of the formats as a `Cell`."""
    match value:
        case None | Unreadable():
            return value
        case str():
            return _clean_text(value)
        case bool() | int():
            return value
        case float():
            if math.isnan(value):
                return None
            if not math.isfinite(value):
                return Unreadable("the number is infinite: type it")
            # Beyond 15 digits a spreadsheet has zeros, where Python would make up digits.
            return (
                int(Decimal(repr(value))) if abs(value) >= _LONG and value.is_integer() else value
            )
        case datetime():
            return value.date() if value.time() == time() else value
        case date():
            return value
        case time() | timedelta():
            return str(value)
        case Decimal():
            return to_cell(int(value) if value == value.to_integral_value() else float(value))
        case bytes():
            return _clean_text(value.decode("utf-8", "replace"))
        case list():
            return _clean_text("\n".join(str(item) for item in value if item is not None))
        case _:
            return Unreadable(
                "the cell holds something other than text, a number or a date: write what it means"
                " as text, or leave this column out"
            )


def has_unseen(value: object) -> bool:
    """Tell whether a cell has characters that show nothing, which `to_cell` leaves out."""
    return isinstance(value, str) and bool(_UNSEEN.search(value.strip()))


def _clean_text(value: str) -> str | Unreadable | None:
    if len(value) > LONGEST_CELL:
        return Unreadable(
            f"the cell has {len(value):,} characters: shorten it to {LONGEST_CELL:,} at most"
        )
    text = _LINE_END.sub("\n", value)
    if not text.isascii():
        text = _UNSEEN.sub("", text.strip())
    return text.strip() or None
