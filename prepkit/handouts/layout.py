"""How a handout is laid out: what the caller can choose for every kind of handout."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from prepkit.sheet import Paper, check_paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The options that every kind of handout has, checked when they are set.

    Raises
    ------
    PrepkitError
        If the paper is not one of these two.
    """

    paper: Paper | None = None
    """``a4`` or ``us-letter``; None for what the worksheets ask for, else ``a4``."""
    title: str | None = None
    """The PDF's title; None for one that is made from the content."""
    student: str | None = None
    """Whose handout it is: the PDF's author, and named at the foot of each page."""
    date: datetime.date | None = None
    """The PDF's date. None for the day on which the newest printed answer was saved, if there is
    one. The clock is never read."""
    archive: bool = False
    """Whether to conform to PDF/A-2a (for archives) as well as PDF/UA-1; this needs a date."""

    compact: bool = False
    """Whether a worksheet to write on takes one double-sided sheet of paper, with boxes for short
    notes. Otherwise it takes two, with room for a whole answer by hand and with all that helps."""

    def __post_init__(self) -> None:
        check_paper(self.paper)
