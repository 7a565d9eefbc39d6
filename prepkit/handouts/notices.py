"""Notices in print: the document says, at the right place, what differs from the notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Block = dict[str, Any]


class Notice(Protocol):
    """Takes one sentence about content that is not printed as it is."""

    def __call__(self, text: str, *, for_author: bool = False) -> None:
        """Report it; what only the author has to know isn't printed."""


def notice_block(notice: str) -> Block:
    """Return the block of a notice, ``place: what``, as a sentence."""
    # A question's id is never capitalized.
    sentence = f"C{notice[1:]}" if notice.startswith("cell ") else notice
    return {"t": "notice", "s": f"{sentence}."}


def noted(body: Sequence[Block], notices: Sequence[str]) -> list[Block]:
    """Return the parts of a document, with each notice added after the last part that it is about.

    Notices about a sheet come right after it. Notices about no part in particular come last.
    """
    parts: list[Block] = []
    last = {part["place"]: number for number, part in enumerate(body)}
    by_place: dict[str, list[Block]] = {}
    for notice in notices:
        place = next((place for place in last if notice.startswith(f"{place}: ")), "the handout")
        by_place.setdefault(place, []).append(notice_block(notice))
    for number, part in enumerate(body):
        place = part["place"]
        here = by_place.pop(place, []) if last[place] == number else []
        if here and part["t"] in ("text", "wide"):
            parts.append({**part, "c": [*part["c"], *here]})
        else:
            parts.append(part)
            parts.extend([{"t": "text", "place": place, "c": here}] if here else [])
    for place, rest in by_place.items():
        parts.append({"t": "text", "place": place, "c": rest})
    return parts
