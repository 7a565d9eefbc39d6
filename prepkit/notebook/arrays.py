r"""The lines of TeX's tables: ``\hline`` and the ``|`` between the letters of columns.

latex2mathml misplaces them. So they are taken out, and a text of marks in the table's first cell
says where they were.
"""

from __future__ import annotations

import re

from prepkit.notebook.tex import Cursor, MathsError, Tokens, name_of, tex_of, tokens_of

_ACROSS, _DOWN = 0xE000, 0xE100  # of private characters: a line above row n, left of column n
_MARKS = re.compile(r"[\ue000-\ue1ff]+")


def lined(tex: str) -> str:
    """Return TeX whose arrays have marks for their lines."""
    if r"\begin" not in tex or not re.search(r"\\hline|\\begin\s*\{array\}", tex):
        return tex
    return tex_of(_arrays(Cursor(tokens_of(tex)), ""))


def lines_of(text: str) -> tuple[list[int], list[int]] | None:
    """Return which rows have a line above them and which columns one beside; None if no marks."""
    if not _MARKS.fullmatch(text):
        return None
    places = [ord(mark) for mark in text]
    rows = [place - _ACROSS for place in places if place < _DOWN]
    return rows, [place - _DOWN for place in places if place >= _DOWN]


def _arrays(cursor: Cursor, name: str) -> Tokens:
    """Return what is left, up to the end of the environment of this name."""
    found: Tokens = []
    columns: list[int] = []
    if name == "array":
        cursor.optional()
        columns, letters = _columns(tex_of(cursor.argument()))
        found += ["{", *letters, "}"]
    start = len(found)
    rows: list[int] = []
    row = 0
    while cursor:
        token = cursor.take()
        if token == r"\begin":
            inner = name_of(cursor.argument())
            found += [token, "{", *inner, "}", *_arrays(cursor, inner)]
            continue
        if token == r"\end":
            other = cursor.argument()
            found += [token, "{", *other, "}"]
            if name_of(other) == name:
                break
            continue
        if token == r"\hline" and name:
            if row not in rows:
                rows.append(row)
            continue
        row += token in ("\\\\", r"\cr")
        found.append(token)
    marks = "".join([*(chr(_ACROSS + min(place, 255)) for place in rows)])
    marks += "".join(chr(_DOWN + min(place, 255)) for place in columns)
    if marks:
        found[start:start] = [r"\text", "{", *marks, "}"]
    return found


def _columns(spec: str) -> tuple[list[int], str]:
    """Return the columns that have a line beside them, and the letters without the lines."""
    spec = re.sub(r"\*\s*\{(\d{1,2})\}\s*\{([^{}]*)\}", lambda one: one[2] * int(one[1]), spec)
    spec = re.sub(r"[@!><]\s*\{[^{}]*\}", "", spec)
    spec = re.sub(r"[pmb]\s*\{[^{}]*\}|X", "l", spec)
    lines: list[int] = []
    letters = ""
    for letter in spec:
        if letter == "|" or letter == ":":
            if len(letters) not in lines:
                lines.append(len(letters))
        elif letter in "lcr":
            letters += letter
        elif not letter.isspace():
            raise MathsError(f"the column {letter} of a table is not supported")
    return lines, letters
