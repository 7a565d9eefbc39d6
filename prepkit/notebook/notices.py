"""Notices: what of a notebook isn't shown as it is, and where; grouped for a terminal. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prepkit.text import join_words

_NAMED = 9
"""How many places a line names; of more, it says how many more there are."""

_OUTPUT = re.compile(r"(cell \d+), output (\d+)")
_CELL = re.compile(r"cell (\d+)(?:, output \d+)?")


@dataclass(frozen=True, slots=True)
class Notice:
    """What isn't shown as it is in the notebook, in one sentence, and where that is."""

    place: str
    """Such as ``cell 4, output 2``; empty if it is about the whole notebook."""
    what: str
    """The sentence without the place."""
    for_author: bool = False
    """Whether only the author has to know it, so that neither print nor page says it."""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


def grouped(notices: Iterable[Notice]) -> list[str]:
    """Return notices as lines; the same sentence about several places becomes one line.

    Such as ``cells 3, 5 and 9: a picture is left out``. Lines are in the order of their first
    places.
    """
    places: dict[str, dict[str, None]] = {}
    for notice in notices:
        places.setdefault(notice.what, {})[notice.place] = None
    return [str(Notice(_together(list(found)), what)) for what, found in places.items()]


def _together(places: list[str]) -> str:
    """Return several places as one: ``cells 3 and 5``, ``cell 4, outputs 1 and 2``."""
    if len(places) == 1:
        return places[0]
    outputs = [_OUTPUT.fullmatch(place) for place in places]
    if all(outputs) and len({found[1] for found in outputs if found}) == 1:
        numbers = [found[2] for found in outputs if found]
        return f"{places[0].split(',')[0]}, outputs {_some(numbers)}"
    cells = [_CELL.fullmatch(place) for place in places]
    if all(cells):
        numbers = list(dict.fromkeys(found[1] for found in cells if found))
        return f"cells {_some(numbers)}" if len(numbers) > 1 else f"cell {numbers[0]}"
    return "; ".join(filter(None, places))


def _some(numbers: list[str]) -> str:
    more = len(numbers) - _NAMED
    return join_words(numbers if more < 2 else [*numbers[:_NAMED], f"{more:,} more"])
