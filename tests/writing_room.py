"""The room to write in of a worksheet, read from the lines in the PDF itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdf import PageObject, PdfReader

_MILLIMETRE = 72 / 25.4
_EDGE = 25.0
"""Where the lines in a box begin and end, in millimetres from the edges of the paper."""


def ruled_lines(page: PageObject) -> list[tuple[float, float]]:
    """Return the height on the page and the length of each line to write on, in millimetres."""
    width = float(page.mediabox.width) / _MILLIMETRE
    found: set[tuple[float, float]] = set()
    start = (0.0, 0.0)

    def visit(operator: bytes, operands: Sequence[Any], matrix: Sequence[float], _: Any) -> None:
        nonlocal start
        if operator not in (b"m", b"l"):
            return
        x, y = map(float, operands)
        a, b, c, d, e, f = matrix
        end = (a * x + c * y + e) / _MILLIMETRE, (b * x + d * y + f) / _MILLIMETRE
        left, right = sorted((start[0], end[0]))
        level = operator == b"l" and abs(end[1] - start[1]) < 0.01
        if level and abs(left - _EDGE) < 0.1 and abs(width - right - _EDGE) < 0.1:
            found.add((round(end[1], 2), right - left))
        start = end

    page.extract_text(visitor_operand_before=visit)
    return sorted(found, reverse=True)


def boxes_of(reader: PdfReader) -> list[list[float]]:
    """Return the lengths of the lines in each box to write in, in order, in millimetres.

    Lines are at least 7.5 mm apart; a box that is continued on the next page is one box.
    """
    boxes: list[list[float]] = []
    continued = False
    for page in reader.pages:
        above = None
        for height, length in ruled_lines(page):
            if above is None and continued:
                boxes[-1].append(length)
            elif above is None or above - height > 10:
                boxes.append([length])
            else:
                assert above - height > 7.5
                boxes[-1].append(length)
            above = height
        continued = "continued on the back" in page.extract_text()
    return boxes
