"""The rows of an answers file read from its bytes, for files that SQLite can't or mustn't open.

A row is found wherever its own page is intact, even if the pages that lead to it are damaged. The
layout, offsets and names are those of https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from prepkit.answers.rows import REVIEW, REVISION, review_from, revision_from
from prepkit.records import Review, Revision

PAGE_SIZE = 4096
"""In bytes: the page size of every answers file. A damaged header can't be trusted to say it."""

Column = str | int | None

_TABLE_LEAF = 13
_INTEGER_BYTES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answers file, as records."""

    revisions: tuple[Revision, ...] = ()
    reviews: tuple[Review, ...] = ()


def read_rows(database: bytes, wal: bytes) -> Rows:
    """Return every intact row, in the order in which they were saved.

    Parameters
    ----------
    database, wal
        The bytes of the file, and of the write-ahead log beside it (empty if there is none).
    """
    revisions: list[Revision] = []
    reviews: list[Review] = []
    pages = _pages(database, wal)
    for number in sorted(pages):
        for row in _leaf_rows(pages, number):
            # Rows of SQLite's own schema have five columns; damaged bytes can look like anything.
            with suppress(ValueError):
                if len(row) == len(REVISION):
                    revisions.append(revision_from(row))
                elif len(row) == len(REVIEW):
                    reviews.append(review_from(row))
    # A page that SQLite no longer uses may hold a second copy of a row.
    once: dict[tuple[str, str, int], Revision] = {}
    for found in sorted(revisions, key=lambda found: (found.saved_at, found.revision)):
        once.setdefault((found.question, found.field, found.revision), found)
    return Rows(tuple(once.values()), tuple(sorted(reviews, key=lambda found: found.reviewed_at)))


def _pages(database: bytes, wal: bytes) -> dict[int, bytes]:
    """Return the pages by number; committed pages of the log replace older ones."""
    pages = {
        start // PAGE_SIZE + 1: database[start : start + PAGE_SIZE]
        for start in range(0, len(database), PAGE_SIZE)
    }
    logged: dict[int, bytes] = {}
    for start in range(32, len(wal), 24 + PAGE_SIZE):
        frame = wal[start : start + 24 + PAGE_SIZE]
        if frame[8:16] != wal[16:24]:  # other salts: from here on the frames are leftovers
            break
        logged[_integer(frame[:4])] = frame[24:]
        if _integer(frame[4:8]):  # the last frame of a transaction
            pages |= logged
            logged = {}
    return pages


def _leaf_rows(pages: dict[int, bytes], number: int) -> Iterator[tuple[Column, ...]]:
    page = pages[number]
    header = 100 if number == 1 else 0
    if len(page) < PAGE_SIZE or page[header] != _TABLE_LEAF:
        return
    for index in range(_integer(page[header + 3 : header + 5])):
        pointer = header + 8 + 2 * index
        try:
            payload = _payload(pages, page, _integer(page[pointer : pointer + 2]))
            yield _columns(payload)
        except (ValueError, LookupError):
            continue  # damaged bytes instead of a row; its neighbours may be intact


def _payload(pages: dict[int, bytes], page: bytes, start: int) -> bytes:
    """Return the record of one cell, with the part of it that is in overflow pages."""
    size, start = _varint(page, start)
    if size > len(pages) * PAGE_SIZE:
        raise ValueError("more than the file holds")  # damaged; its pages could form a circle
    _, start = _varint(page, start)
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
    return payload


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
        is_text = kind >= 13 and kind % 2
        size = (kind - 13) // 2 if is_text else _INTEGER_BYTES[kind]
        raw = payload[place : place + size]
        place += size
        if is_text:
            row.append(raw.decode("utf-8", "replace"))
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
