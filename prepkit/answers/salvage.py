"""The rows of an answers file read from its bytes, for files that SQLite can't or mustn't open.

A row is found wherever its own page is intact, even if the pages that lead to it are damaged. The
layout, offsets and names are those of https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from prepkit.answers.rows import COLUMNS, Event, Row
from prepkit.answers.schema import PAGE_SIZE
from prepkit.answers.version_1 import REVIEW, REVISION, old_review, old_revision
from prepkit.records import Review, Revision

Column = str | int | bytes | None

_TABLE_LEAF = 13
_INTEGER_BYTES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}


@dataclass(frozen=True, slots=True)
class Rows:
    """What was found in the bytes of a file."""

    rows: tuple[Row, ...] = ()
    """By id. Two rows may have the same id, where SQLite left an old page behind."""
    revisions: tuple[Revision, ...] = ()
    """Of a file of version 1."""
    reviews: tuple[Review, ...] = ()
    """Of a file of version 1."""


def read_rows(database: bytes, log: bytes = b"") -> Rows:
    """Return every row that can be read.

    Parameters
    ----------
    database
        The bytes of the file.
    log
        The bytes of the write-ahead log beside a file of version 1; empty if there is none.
    """
    rows: dict[Row, None] = {}
    revisions: dict[Revision, None] = {}
    reviews: dict[Review, None] = {}
    for pages, numbers in _states(database, log):
        for number in sorted(numbers):
            for rowid, columns in _leaf_rows(pages, number):
                # Rows of SQLite's own schema have five columns; damaged bytes can be anything.
                with suppress(ValueError, TypeError):
                    if len(columns) == len(COLUMNS) + 2:
                        rows[_row(rowid, columns)] = None
                    elif len(columns) == len(REVISION):
                        revisions[old_revision(columns)] = None
                    elif len(columns) == len(REVIEW):
                        reviews[old_review(columns)] = None
    by_id = sorted(rows, key=lambda row: row.id)
    return Rows(tuple(by_id), tuple(revisions), tuple(reviews))


def _row(rowid: int, columns: tuple[Column, ...]) -> Row:
    *values, checksum = columns[1:]
    wanted = (str, str, str, int, str, str, str)
    if not all(isinstance(value, kind) for value, kind in zip(values, wanted, strict=True)):
        raise ValueError("not a row of ours")
    if not isinstance(checksum, bytes):
        checksum = b""  # damaged, so that it fits no text; the text itself may be intact
    return Row(rowid, Event(*values), checksum)  # type: ignore[arg-type]


def _states(database: bytes, log: bytes) -> Iterator[tuple[dict[int, bytes], Iterable[int]]]:
    """Yield the pages of the file, then again after each transaction of the log.

    With the pages come the numbers of those that are new. A row is looked for in each of these
    states: a page of the log may be damaged, and the row may be intact in an earlier one.
    """
    pages = {
        start // PAGE_SIZE + 1: database[start : start + PAGE_SIZE]
        for start in range(0, len(database), PAGE_SIZE)
    }
    yield pages, list(pages)
    logged: dict[int, bytes] = {}
    for start in range(32, len(log), 24 + PAGE_SIZE):
        frame = log[start : start + 24 + PAGE_SIZE]
        # Other salts are of an earlier log, whose pages the file has already, or damaged. SQLite
        # stops at the first such frame; what follows may still be intact.
        if frame[8:16] == log[16:24]:
            logged[_integer(frame[:4])] = frame[24:]
            if _integer(frame[4:8]):  # the last frame of a transaction
                pages |= logged
                yield pages, list(logged)
                logged = {}


def _leaf_rows(pages: dict[int, bytes], number: int) -> Iterator[tuple[int, tuple[Column, ...]]]:
    """Yield the rows of one page, each with its id; of other pages nothing."""
    page = pages[number]
    header = 100 if number == 1 else 0
    if len(page) < PAGE_SIZE or page[header] != _TABLE_LEAF:
        return
    for index in range(_integer(page[header + 3 : header + 5])):
        pointer = header + 8 + 2 * index
        try:
            rowid, payload = _payload(pages, page, _integer(page[pointer : pointer + 2]))
            yield rowid, _columns(payload)
        except (ValueError, LookupError):
            continue  # damaged bytes instead of a row; its neighbours may be intact


def _payload(pages: dict[int, bytes], page: bytes, start: int) -> tuple[int, bytes]:
    """Return the id and the record of one cell, with the part of it that is in overflow pages."""
    size, start = _varint(page, start)
    if size > len(pages) * PAGE_SIZE:
        raise ValueError("more than the file holds")  # damaged; its pages could form a circle
    rowid, start = _varint(page, start)
    whole, least = PAGE_SIZE - 35, (PAGE_SIZE - 12) * 32 // 255 - 23
    here = size
    if size > whole:
        here = least + (size - least) % (PAGE_SIZE - 4)
        here = here if here <= whole else least
    payload = page[start : start + here]
    following = _integer(page[start + here : start + here + 4]) if size > whole else 0
    while len(payload) < size:
        overflow = pages[following]
        payload += overflow[4 : 4 + size - len(payload)]
        if len(overflow) < PAGE_SIZE:
            raise ValueError("a page is cut short")
        following = _integer(overflow[:4])
    return rowid, payload


def _columns(payload: bytes) -> tuple[Column, ...]:
    end, place = _varint(payload, 0)
    kinds = []
    while place < end:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    if place != end:
        raise ValueError("not a row of ours")
    row: list[Column] = []
    for kind in kinds:
        is_text, is_blob = kind >= 13 and kind % 2, kind >= 12 and not kind % 2
        size = (kind - 12) // 2 if is_text or is_blob else _INTEGER_BYTES[kind]
        raw = payload[place : place + size]
        place += size
        if is_text:
            row.append(raw.decode("utf-8", "replace"))
        elif is_blob:
            row.append(raw)
        elif kind == 0:
            row.append(None)
        else:
            row.append(kind - 8 if kind in (8, 9) else int.from_bytes(raw, "big", signed=True))
    if place != len(payload):
        raise ValueError("a row is longer than its columns")
    return tuple(row)


def _integer(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    """Return SQLite's variable-length integer at `place`, and the place after it."""
    value = 0
    for at in range(place, place + 8):
        value = value << 7 | raw[at] & 0x7F
        if raw[at] < 0x80:
            return value, at + 1
    return value << 8 | raw[place + 8], place + 9
