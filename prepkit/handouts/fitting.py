"""Pictures that would leave a page half empty -> how high they may be, to stay on that page.

Typst sets a picture as large as it is, and moves it to the next page if the rest of a page is too
low for it. How much is left is known only when the text is set. So the document is set once without
being written, each block tells where it begins, and the pages are counted out here, picture by
picture. The count is exact to about a line; where it errs, a picture is only smaller than it had to
be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from prepkit.handouts.layout import PAPERS

LEAST = 0.65
"""A picture is made smaller only down to this part of its height."""

LOWEST = 90.0
"""A picture that is lower than this, in points, stays as it is."""

_POINT = 72 / 25.4
_BELOW = 12.24
"""The space below a picture in the usual size of type, in points."""
_ABOVE = {"picture": 12.24, "kept": 8.8, "heading": 15.0}
"""The space above what stays whole, unless a page begins with it."""
_SLACK = 10.0
"""How many points of a page are left free, since the count isn't exact."""
_LINES = 34.0
"""Below a heading, there must be room for so many points of what follows."""

Spot = tuple[int, int, int, float]
"""The number of a block, 0 or 1 for its last lines, its page, and how far down that it begins.

At the end of a part, the number is -1.
"""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or the last lines of code."""

    number: int
    kind: str
    height: float
    start: float | None
    """Where it begins, if that doesn't depend on what is above; else None."""


def numbered(body: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts of a document with their blocks numbered, to be set for measuring."""
    count = 0
    parts = []
    for part in body:
        blocks = []
        for block in part["c"] if part["t"] == "text" else ():
            blocks.append({**block, "spot": count})
            count += 1
        parts.append({**part, "c": blocks} if part["t"] == "text" else dict(part))
    return parts


def has_pictures(body: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a document has pictures that can be fitted."""
    return any(
        block["t"] == "picture" for part in body if part["t"] == "text" for block in part["c"]
    )


def fitted(
    body: Sequence[Mapping[str, Any]], spots: Sequence[Spot], meta: Mapping[str, Any]
) -> dict[int, float]:
    """Return how high pictures may be, in points, by their numbers; the others stay as they are.

    Parameters
    ----------
    body
        The parts of the document, as `numbered` returns them.
    spots
        Where each block begins, in order.
    meta
        The document's paper and margins.
    """
    _, height = PAPERS[meta["paper"]]
    top = meta["margins"]["top"] * _POINT
    bottom = (height - meta["margins"]["bottom"]) * _POINT
    below = _BELOW * meta["zoom"]
    limits: dict[int, float] = {}
    down = top
    for group in _groups(_pieces(body, spots, (top, bottom, meta["zoom"]))):
        down = group[0].start if group[0].start is not None else down
        *above, last = group
        kept = sum(piece.height for piece in above)
        if last.kind == "newpage":
            down = top
        elif last.kind == "picture":
            room = bottom - down - kept
            image = last.height - below
            if image <= room:
                down += kept + last.height
            elif image >= LOWEST and room - _SLACK >= LEAST * image:
                limits[last.number] = round(room - _SLACK, 1)
                down = top
            else:
                down = top + kept + last.height
        else:
            if above and down + kept + min(_LINES, last.height) > bottom:
                down = top
            down += kept + last.height
            while down > bottom:
                down += top - bottom
    return limits


def _pieces(
    body: Sequence[Mapping[str, Any]], spots: Sequence[Spot], page: tuple[float, float, float]
) -> Iterator[_Piece]:
    """Yield what is set between two spots, with its height, and the space below it.

    `page` is where a page begins and ends, and how much larger than usual the type is.
    """
    top, bottom, zoom = page
    blocks: dict[int, Mapping[str, Any]] = {}
    firsts: set[int] = set()
    for part in body:
        if part["t"] == "text":
            blocks |= {block["spot"]: block for block in part["c"]}
        else:
            firsts.add(max(blocks, default=-1) + 1)  # a sheet ends where it ends
    tails = {number for number, tail, *_ in spots if tail}
    for (number, tail, first, start), (following, _, last, end) in pairwise(spots):
        if number < 0:
            continue
        if following < 0:  # at the end of a part, there is no space below what comes last
            end += _BELOW * zoom
        block = blocks[number]
        kind = block["t"]
        if kind == "code" and block.get("keep") and (tail or number not in tails):
            kind = "kept"
        if last == first:
            height = end - start
        elif kind in _ABOVE:
            height = end - top + _ABOVE[kind] * zoom
        else:
            height = bottom - start + (last - first - 1) * (bottom - top) + end - top
        at = start if number in firsts and not tail else None
        yield _Piece(number, kind, max(0.0, height), at)


def _groups(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Yield what stays on one page: headings and kept code with what comes after them."""
    group: list[_Piece] = []
    for piece in pieces:
        group.append(piece)
        if piece.kind not in ("heading", "kept"):
            yield group
            group = []
    if group:
        yield group
