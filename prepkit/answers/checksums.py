"""Checksums that show silent damage: a bit that a disk or a copy has changed.

SQLite notices a broken structure, and no changed letter in a text. So every row has a SHA-256 over
itself and the checksum of the row before it. A changed, missing or exchanged row breaks the chain
at its place. It is no protection from somebody who writes a file on purpose: they can write
checksums too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from prepkit.answers.errors import damage_error

# Between the values of a row. It may occur in a text as well: this is no protection from intent.
_SEPARATOR = "\x1f"

# SQLite joins the values, because that takes half the time of doing it here.
_JOINED = (
    "CAST(kind || char(31) || subject || char(31) || field || char(31) || number || char(31) || "
    "text || char(31) || at || char(31) || origin AS BLOB)"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Up to where a file was found to be intact."""

    last: int = 0
    """The id of the last row that was checked; 0 if none was."""
    checksum: bytes = b""
    whole: bool = False
    """Whether all of it was checked this time, its structure too, and not only what is new."""


def next_checksum(previous: bytes, values: Sequence[str | int]) -> bytes:
    """Return the checksum of the row with these values, which follows `previous`."""
    return sha256(previous + _SEPARATOR.join(map(str, values)).encode()).digest()


def check_structure(connection: sqlite3.Connection) -> None:
    """Raise SQLite's error for damage if the file's structure or its index is damaged."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise damage_error(found)


def check_rows(connection: sqlite3.Connection, checked: Checked) -> Checked:
    """Check the rows that were added after `checked`, or all if the file is another one by now.

    Before all rows are checked, SQLite compares its index with them: a search trusts the index.

    Raises
    ------
    sqlite3.DatabaseError
        For damage, as SQLite itself raises it.
    """
    try:
        if checked.last:
            query = "SELECT checksum FROM event WHERE id = ?"
            known = connection.execute(query, [checked.last]).fetchone()
            if known != (checked.checksum,):
                checked = Checked()
        whole = not checked.last
        if whole:
            check_structure(connection)
        last, checksum = checked.last, checked.checksum
        query = f"SELECT id, {_JOINED}, checksum FROM event WHERE id > ? ORDER BY id"
        for number, joined, found in connection.execute(query, [last]):
            checksum = sha256(checksum + joined).digest()
            if number != last + 1 or found != checksum:
                raise damage_error(f"row {last + 1} is not as it was saved")
            last = number
    except (sqlite3.OperationalError, TypeError, OverflowError) as error:
        # Only the file's own description of its tables can make this fail: the SQL is always the
        # same. A full disk and a locked file have other codes.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code != sqlite3.SQLITE_ERROR:
            raise
        raise damage_error(str(error)) from error
    return Checked(last, checksum, whole)
