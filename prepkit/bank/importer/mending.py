"""What was repaired in a page before it is read, and what was left out: each named and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from prepkit.bank.importer.lines import close_code
from prepkit.text import shorten

LOST_ADDRESS = "a link lost its address, and kept its words"
LOST_PICTURE = "a picture was left out"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page, with its number in the file; 0 in HTML, which has no lines to count."""

    number: int
    text: str


def code_places(rows: Sequence[Row]) -> set[int]:
    """Return the places of lines inside code blocks; one that isn't closed doesn't count."""
    return close_code(row.text for row in rows)[1]


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of repair; its `str` is what the user reads."""

    what: str
    """Such as ``a soft hyphen was taken out``."""
    times: int
    line: int
    """The number of the first line, or 0, as in `Row`."""
    first: str
    """The text of the first place."""

    def __str__(self) -> str:
        times = f"{self.times:,} times, first" if self.times > 1 else "once"
        line = f" in line {self.line}" if self.line else ""
        return f"{self.what} ({times}{line}: '{shorten(' '.join(self.first.split()), 50)}')"


@dataclass(slots=True)
class Mending:
    """Collects repairs, in the order in which they were first made."""

    found: dict[str, Repair] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Reason and text of what was left out."""

    def note(self, what: str, row: Row, times: int = 1) -> None:
        """Count a repair in a line, given as it was before."""
        if times:
            known = self.found.get(what)
            self.found[what] = (
                replace(known, times=known.times + times)
                if known
                else Repair(what, times, row.number, row.text)
            )

    def leave(self, reason: str, text: str) -> None:
        """Leave a text out."""
        if text.strip():
            self.left_out.append((reason, " ".join(text.split())))
