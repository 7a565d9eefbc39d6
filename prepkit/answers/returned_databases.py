"""An answers file (.sqlite) that a student sent. It may have been made up by anybody.

A database can hold views and triggers, which are programs, and pages that refer to each other
without end. So it is opened in memory, its structure is checked first, and nothing is read from one
whose tables aren't exactly those that prepkit makes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from prepkit.answers.carried import handed_in
from prepkit.answers.checksums import Checked, check_rows, check_structure
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export
from prepkit.answers.limits import LONGEST
from prepkit.answers.schema import APPLICATION_ID, TABLE, VERSION, pragma, version_of
from prepkit.answers.transfer import export_from

MARK = b"SQLite format 3\0"
"""How every such file begins."""

_DAMAGED = "an answers file that is damaged or incomplete."
_STRANGE = "a database of another program."


def read_database(content: bytes) -> tuple[Export | None, str]:
    """Return the answers in an answers file; or None, and what is wrong with it."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            return _read(connection, content)
    except (sqlite3.Error, StoreError, ValueError, TypeError, OverflowError):
        return None, _DAMAGED


def _read(connection: sqlite3.Connection, content: bytes) -> tuple[Export | None, str]:
    # A file whose last program used a log says so here, and can't be opened in memory then.
    connection.deserialize(content[:18] + b"\1\1" + content[20:])
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * LONGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if pragma(connection, "application_id") != APPLICATION_ID:
        return None, _STRANGE
    if version_of(connection) > VERSION:
        return None, "an answers file of a newer prepkit. Update prepkit, then collect it again."
    check_structure(connection)
    statements = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    if {sql for (sql,) in statements} != set(TABLE):
        return None, "an answers file of another version of prepkit, or one that was changed."
    check_rows(connection, Checked())
    return handed_in(export_from(connection)), ""
