"""How a handout is laid out: what the caller can choose for every kind of handout."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.sheet import Paper, check_paper

NARROWEST, WIDEST = 12, 50
"""The margins that can be chosen, in millimetres: below them is the line at the foot of a page."""

FONT_SIZE = 10.2
"""The usual size of running text, in points."""
SMALLEST_FONT, LARGEST_FONT = 9, 16
"""The sizes that can be chosen."""

PAPERS = {"a4": (210.0, 297.0), "us-letter": (215.9, 279.4)}
"""How wide and how high a sheet of paper is, in millimetres."""

_MARGINS = {"x": 21.0, "top": 18.0, "bottom": 20.0}
_LENGTH = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*(mm|cm|in)")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4}
_POINTS = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*(?:pt)?")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The options that every kind of handout has, checked when they are set.

    Raises
    ------
    PrepkitError
        If the paper is not one of these two, or the margins, the size or the language can't be
        used.
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

    toc: bool = False
    """Whether a notebook, or a set of worksheets without a cover, has a table of contents."""
    margins: str | None = None
    """The same margin on all four sides, such as ``25mm``, ``2.5cm`` or ``1in``."""
    font_size: float | None = None
    """The size of running text in points; everything else is as much larger or smaller."""
    language: str | None = None
    """The language of the text, such as ``de`` or ``pt-BR``: the PDF says so to screen readers, and
    words are hyphenated by its rules. None for English without hyphens."""

    def __post_init__(self) -> None:
        check_paper(self.paper)
        _margins(self.margins)
        _language(self.language)
        if self.font_size is not None and not SMALLEST_FONT <= self.font_size <= LARGEST_FONT:
            raise PrepkitError(not_a_font_size(f"{self.font_size:g}"))

    @property
    def zoom(self) -> float:
        """How much larger than usual all type is."""
        return round((self.font_size or FONT_SIZE) / FONT_SIZE, 4)

    def meta(self) -> dict[str, Any]:
        """Return what the template needs of it."""
        return {
            "margins": _margins(self.margins),
            "zoom": self.zoom,
            "language": _language(self.language),
            "hyphenate": self.language is not None,
        }


def font_size(text: str) -> float:
    """Return a size of type that was written as ``11`` or ``11pt``.

    Raises
    ------
    PrepkitError
        If it is no size, or can't be chosen.
    """
    found = _POINTS.fullmatch(text.strip())
    if not found or not SMALLEST_FONT <= float(found[1]) <= LARGEST_FONT:
        raise PrepkitError(not_a_font_size(text))
    return float(found[1])


def not_a_font_size(text: str) -> str:
    """Say that a text is no size of type that can be chosen."""
    return (
        f"{text!r} is not a font size that can be read and fits a page: give points, from"
        f" {SMALLEST_FONT} to {LARGEST_FONT}"
    )


def _margins(text: str | None) -> dict[str, float]:
    """Return the margins at the sides, at the top and at the bottom, in millimetres."""
    if text is None:
        return _MARGINS
    found = _LENGTH.fullmatch(text.strip())
    width = float(found[1]) * _MILLIMETRES[found[2]] if found else 0
    if not NARROWEST <= width <= WIDEST:
        raise PrepkitError(
            f"{text!r} is not a margin: give a length from {NARROWEST}mm to {WIDEST}mm, such as"
            " 25mm, 2.5cm or 1in"
        )
    return dict.fromkeys(_MARGINS, round(width, 2))


def _language(text: str | None) -> dict[str, str | None]:
    """Return the parts of a language's code, as the template expects them."""
    found = _LANGUAGE.fullmatch(text or "en")
    if not found:
        raise PrepkitError(
            f"{text!r} is not the code of a language: give one such as de, pt-BR or zh-Hant"
        )
    code, script, region = found.groups()
    return {
        "code": code.lower(),
        "script": script.lower() if script else None,
        "region": region.upper() if region else None,
    }
