"""The format of the answers file: its one table, and how such a file is made and recognised."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prepkit.answers.errors import StoreError, busy_error, damage_error
from prepkit.answers.rows import Event, add_events, transaction
from prepkit.files import PRIVATE_FILE

APPLICATION_ID = 0x50524550
VERSION = 2
"""Written as SQLite's ``user_version``. Version 1 had two tables and a write-ahead log."""

PAGE_SIZE = 4096
"""In bytes: the page size of every answers file. A damaged header can't be trusted to say it."""

PATIENCE = 10.0
"""Seconds to wait for another process that is using the file."""

TABLE = (
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        field TEXT NOT NULL,
        number INTEGER NOT NULL,
        text TEXT NOT NULL,
        at TEXT NOT NULL,
        origin TEXT NOT NULL,
        checksum BLOB NOT NULL,
        UNIQUE (kind, subject, field, number)
    )""",
    *(
        f"CREATE TRIGGER event_{what} BEFORE {what} ON event "
        "BEGIN SELECT RAISE(ABORT, 'what is stored never changes'); END"
        for what in ("UPDATE", "DELETE")
    ),
)
"""The SQL that makes the table."""

# Greater numbers have never been given: so a file with one is damaged, and not from the future.
_LAST_PLAUSIBLE_VERSION = 99


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing file of any version of ours, in autocommit mode.

    Raises
    ------
    sqlite3.DatabaseError
        For a damaged file.
    StoreError
        For a file of another program, or of a newer prepkit.
    """
    if not path.exists() or path.stat().st_size == 0:
        raise damage_error("it is empty")
    return _checked(
        sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False),
        path,
    )


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open an existing file of any version of ours to read it; for errors see `connect`."""
    where = f"{path.absolute().as_uri()}?mode=ro"
    return _checked(
        sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False), path
    )


def _checked(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    with closed_on_error(connection):
        # One damaged byte must not make a whole text unreadable.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        _check_format(connection, path)
    return connection


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    application, version = pragma(connection, "application_id"), version_of(connection)
    if application != APPLICATION_ID:
        names = connection.execute("SELECT name FROM sqlite_schema").fetchall()
        if ("event_UPDATE",) in names or ("revision_UPDATE",) in names:
            raise damage_error("its header is not as it was written")
        reason, remedy = f"{path} is a database of another program.", "Move that file elsewhere"
        raise StoreError(
            f"{reason} {remedy}, or set PREPKIT_HOME to another folder.",
            reason=reason,
            remedy=remedy,
        )
    if not 1 <= version <= _LAST_PLAUSIBLE_VERSION:
        raise damage_error("its header is not as it was written")
    if version > VERSION:
        formats = f"format {version}; this one reads up to {VERSION}"
        reason = f"{path} was written by a newer prepkit ({formats})."
        raise StoreError(
            f"{reason} Update prepkit, then open it again.",
            reason=reason,
            remedy="Update prepkit, then start it again",
        )


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the format of an open file."""
    return pragma(connection, "user_version")


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """Return a number from the header of an open file."""
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def set_durable(connection: sqlite3.Connection) -> None:
    """Make each commit of `connection` wait until it is on the disk, in the one file.

    With a rollback journal the file itself has everything as soon as a commit returns. EXTRA also
    waits for the folder once the journal is gone: otherwise a power cut could bring the journal
    back, and it would undo what was acknowledged.
    """
    (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    if mode not in ("delete", "memory"):
        raise busy_error()  # a program of before has the file open, with its log
    connection.execute("PRAGMA synchronous = EXTRA")


def make_table(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Make the table with `events` in it; the caller holds a transaction."""
    for statement in TABLE:
        connection.execute(statement)
    add_events(connection, events)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def new_database(where: Path | str, events: Iterable[Event] = ()) -> sqlite3.Connection:
    """Make a database with `events` in it, in a new file or in memory, and return it open."""
    connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
    with closed_on_error(connection):
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        set_durable(connection)
        with transaction(connection):
            make_table(connection, events)
    return connection


def build_file(path: Path, events: Iterable[Event] = ()) -> Path:
    """Write a new file beside `path` with `events` in it, and return its name."""
    part = empty_part(path)
    new_database(part, events).close()
    return part


def empty_part(path: Path) -> Path:
    """Make an empty private file beside `path`, to be renamed to it when it is whole."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    return part


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close `connection` if the block raises."""
    try:
        yield
    except BaseException:
        connection.close()
        raise
