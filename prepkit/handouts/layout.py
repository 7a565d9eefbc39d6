"""How a handout is laid out: what the caller may choose, whatever is printed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from prepkit.sheet import Paper, check_paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What every handout takes, besides what is to be printed; made once, it is valid.

    Raises
    ------
    PrepkitError
        If the paper is another.
    """

    paper: Paper | None = None
    """``a4`` or ``us-letter``; None for what the worksheets ask for, else ``a4``."""
    title: str | None = None
    """The PDF's title; None for one that is made of what is printed."""
    student: str | None = None
    """Whose handout it is: the PDF's author, and named at the foot of each page."""
    date: datetime.date | None = None
    """The PDF's date. None for the day on which the newest printed answer was saved, where there
    is one: the clock is never read."""
    archive: bool = False
    """Whether to conform to PDF/A-2a (for archives) as well as PDF/UA-1; this takes a date."""

    def __post_init__(self) -> None:
        check_paper(self.paper)
