"""Text files with one row on a line: CSV with whatever separates its cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from prepkit.packets.roster.formats.encodings import SAVE_AGAIN, NotUtf8Error, decode
from prepkit.packets.roster.formats.headings import find_header
from prepkit.packets.roster.formats.rows import CannotReadError, FileSettings, Sheet, check_rows
from prepkit.text import join_some, shorten

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

_QUOTED = re.compile(r'"[^"]*"?')
_SEP_LINE = re.compile(r'"?sep=(.)"?[\t;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_LOST_LETTER = re.compile(r"[^\W\d_]\?+[^\W\d_]|\ufffd")
_LOOKED_AT = 100_000
"""The characters of a text in which its delimiter is looked for."""


def read_texts(
    content: bytes, settings: FileSettings, mapping: str
) -> tuple[Sheet, FileSettings, list[str]]:
    """Return the table of a text file, how it was read, and lines about what was guessed.

    Raises
    ------
    CannotReadError
        If it can't be read; with the row, if it is one.
    """
    try:
        text, encoding, guess = decode(content, settings.encoding, mapping)
    except NotUtf8Error as error:
        row = _row_after(str(error))
        raise CannotReadError(f"it is not UTF-8 text: {SAVE_AGAIN}", row) from None
    guesses = [guess] if guess else []
    if "\0" in text:
        row = _row_after(text[: text.index("\0")])
        raise CannotReadError(f"a character here is damaged (a NUL byte): {SAVE_AGAIN}", row)
    text = text.removesuffix("\x1a")  # how DOS ended a file
    said = _SEP_LINE.match(text)
    if said:
        text = text[said.end() :]  # a spreadsheet doesn't show this line, nor count it
    delimiter = settings.delimiter or (said[1] if said else "") or _delimiter(text)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CannotReadError(
            f"'{delimiter}' can't be a delimiter: it is one character, such as ; or ,"
        )
    rows = _rows(text, delimiter)
    if within := _rows_within_cells(rows):
        delimiter, rows = within
        guesses.append("Each row was in quotation marks as a whole, and was taken apart.")
    guesses += _about_lost_letters(rows)
    if delimiter != ",":
        guesses.append(f"The cells are separated by {DELIMITERS.get(delimiter, delimiter)}.")
    used = FileSettings(delimiter=delimiter, encoding=encoding)
    return Sheet(rows), used, guesses


def take_apart(sheet: Sheet) -> Sheet:
    """Return a sheet of a spreadsheet; cells again, if all text of each row is in the first one."""
    if all(isinstance(cell, str | None) for row in sheet.rows for cell in row):
        rows = [[str(cell or "") for cell in row] for row in sheet.rows]
        if within := _rows_within_cells(rows):
            return replace(sheet, rows=within[1])
    return sheet


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with _cells_of_any_length(text):
        try:
            for cells in _records(text, delimiter, strict=True):
                check_rows(len(rows) + 1)
                rows.append(cells)  # one by one: the number read so far tells where it broke
        except csv.Error:
            raise CannotReadError(
                "a quotation mark is missing, or there is one too many: a cell that starts with"
                " one must end with one, and inside such a cell it is written twice, as in"
                ' "Ann ""Annie"" Lee"',
                len(rows) + 1,
            ) from None
    return rows


def _rows_within_cells(rows: list[list[str]]) -> tuple[str, list[list[str]]] | None:
    """Return the rows of a table that a program wrote as one cell per row; None if it isn't one.

    Excel does that if it opens a file whose delimiter isn't that of its locale, and saves it.
    """
    if any(cell for cells in rows for cell in cells[1:]):
        return None
    text = "\n".join(cells[0] if cells else "" for cells in rows)
    delimiter = _delimiter(text)
    with _cells_of_any_length(text):
        inner = list(islice(_records(text, delimiter, strict=False), 50))
    return (delimiter, _rows(text, delimiter)) if find_header(inner)[1] > 1 else None


def _about_lost_letters(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield what to check: words whose letters a program couldn't write, or wrote as others."""
    lost: list[str] = []
    garbled: list[str] = []
    for number, row in enumerate(rows, 1):
        for word in " ".join(row).split():
            if _LOST_LETTER.search(word) and "/" not in word:
                lost.append(f"'{shorten(word)}' (row {number})")
            elif not word.isascii() and (right := _read_again(word)):
                garbled.append(f"'{shorten(word)}' (row {number}) is perhaps '{shorten(right)}'")
    if lost:
        yield (
            f"Letters may be lost, since a program writes ? for one that it can't write: check"
            f" {join_some(lost, 5)}."
        )
    if garbled:
        yield f"Letters may have been read wrongly before: {join_some(garbled, 5)}."


def _read_again(word: str) -> str:
    """Return a word that was UTF-8 and was read as Western Windows; "" if it wasn't."""
    try:
        right = word.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return right if right.isprintable() else ""


def _records(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _delimiter(text: str) -> str:
    """Return what separates the cells: with it there are most headings, or else most cells."""
    start = text[:_LOOKED_AT]
    lines = re.split(r"[\r\n]+", _QUOTED.sub("", start))
    first = next((line for line in lines if line.strip(",;\t| ")), "")

    def rank(delimiter: str) -> tuple[int, int]:
        with _cells_of_any_length(start):
            found = find_header(_records(start, delimiter, strict=False))[1]
        return found, first.count(delimiter)

    return max(DELIMITERS, key=rank)


def _row_after(text: str) -> int:
    """Return the row, from 1, of the character that comes after `text`."""
    with _cells_of_any_length(text):
        return sum(1 for _ in _records(f"{text}.", _delimiter(text), strict=False))


@contextmanager
def _cells_of_any_length(text: str) -> Iterator[None]:
    """Lift the csv module's limit, so that a long cell is reported by us, with its place."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, len(text) + 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)
