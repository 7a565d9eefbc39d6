"""The answers file: how it is locked, opened, checked, brought up to date and copied.

A process opens the file for one operation, holds `exclusive_lock` meanwhile, and closes it again.
So nothing of what was saved is ever outside the one file, a damaged file can be replaced while no
other process uses the old one, and a lock can't be lost by somebody who only reads the file: the
lock is on an empty file beside it. The system releases it when a process dies.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from prepkit.answers.backups import copy_to, find_backups
from prepkit.answers.checksums import Checked, check_rows, check_structure
from prepkit.answers.errors import busy_error, damage_error, is_damage
from prepkit.answers.repair import beside, free_name, recover, repair
from prepkit.answers.rows import transaction
from prepkit.answers.salvage import Rows, read_rows
from prepkit.answers.schema import (
    PATIENCE,
    VERSION,
    build_file,
    closed_on_error,
    connect,
    connect_read_only,
    make_table,
    new_database,
    set_durable,
    version_of,
)
from prepkit.answers.version_1 import old_events, read_version_1
from prepkit.files import (
    PRIVATE_FILE,
    atomic_write,
    make_private_folder,
    read_if_there,
    sync_folder,
)

# Seconds between two attempts to get the lock; another process holds it for some milliseconds.
_POLL = 0.01


@dataclass(frozen=True, slots=True)
class Opened:
    """An answers file that was found intact."""

    connection: sqlite3.Connection
    """In autocommit mode; each commit is on the disk when it returns."""
    checked: Checked
    notice: str
    """For the candidate: what had to be done to the file. Empty if nothing had to."""


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Stop other processes from using the answers file at `path` meanwhile.

    Raises
    ------
    sqlite3.OperationalError
        If another process keeps it for longer than `PATIENCE`.
    OSError
        If the lock can't be made.
    """
    make_private_folder(path.parent)
    lock = FileLock(path.with_suffix(".lock"), timeout=PATIENCE, mode=PRIVATE_FILE)
    try:
        lock.acquire(poll_interval=_POLL)
    except Timeout:
        raise busy_error() from None
    try:
        yield
    finally:
        lock.release()


def open_database(
    path: Path, clock: Callable[[], datetime], checked: Checked, damage: str = ""
) -> Opened:
    """Open the answers file; make it, bring it up to date or repair it first where needed.

    The caller holds `exclusive_lock`, and closes the connection before releasing it.

    Parameters
    ----------
    path
        The answers file itself, not a link to it.
    clock
        Gives the moment that dates the copy of a damaged or older file.
    checked
        How far this process has checked the file before.
    damage
        The damage that was met in the file, in case a check doesn't find it.
    """
    if not path.exists() and not beside(path, "-wal").exists():
        if find_backups(path):
            return _open_repaired(path, clock())
        beside(path, "-journal").unlink(missing_ok=True)  # SQLite would apply it to the new file
        build_file(path).replace(path)
        sync_folder(path.parent)
    notice = _separate(path) if path.exists() and path.stat().st_nlink > 1 else ""
    # Only files of version 1 have a log. SQLite takes it over and removes it as soon as it opens
    # the file, so we read it before, in case SQLite stops at a damaged part of it.
    log = read_if_there(beside(path, "-wal"))
    before = read_if_there(path) if log else b""
    try:
        if damage:
            raise damage_error(damage)
        connection = connect(path)
        with closed_on_error(connection):
            set_durable(connection)
            if version_of(connection) < VERSION:
                _upgrade(connection, path, clock(), read_rows(before, log))
            return Opened(connection, check_rows(connection, checked), notice)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not is_damage(error):
            raise
        if log and not beside(path, "-wal").exists():  # put back what SQLite has taken over
            atomic_write(beside(path, "-wal"), log, private=True)
            atomic_write(path, before, private=True)
        return _open_repaired(path, clock())


def snapshot(path: Path) -> sqlite3.Connection:
    """Return a copy in memory of the answers file at `path`, which is only read.

    Raises
    ------
    OSError
        If the file can't be read.
    StoreError
        If it is a file of another program, or of a newer prepkit.
    """
    path = path.resolve()
    if not path.exists() and not beside(path, "-wal").exists():
        return new_database(":memory:")
    try:
        with suppress(sqlite3.OperationalError):  # such as an unfinished transaction, see below
            if not beside(path, "-wal").exists():
                return _in_memory(path)
        # To undo an unfinished transaction, or to read a log, SQLite has to write.
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            for side in ("", "-journal", "-wal"):
                if beside(path, side).exists():
                    beside(copy, side).write_bytes(beside(path, side).read_bytes())
            with closing(connect(copy)):
                pass
            return _in_memory(copy)
    except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError):
        return new_database(":memory:", recover(path).events)


def _in_memory(path: Path) -> sqlite3.Connection:
    with closing(connect_read_only(path)) as connection:
        if version_of(connection) < VERSION:
            return new_database(":memory:", old_events(*read_version_1(connection)))
        copy = new_database(":memory:")
        with closed_on_error(copy):
            connection.backup(copy)
        return copy


def _open_repaired(path: Path, now: datetime) -> Opened:
    notice = repair(path, now)
    connection = connect(path)
    with closed_on_error(connection):
        set_durable(connection)
        return Opened(connection, check_rows(connection, Checked()), notice)


def _upgrade(connection: sqlite3.Connection, path: Path, now: datetime, found: Rows) -> None:
    """Bring a file of version 1 up to date.

    `found` is what was read of the file and its log before SQLite opened them.
    """
    check_structure(connection)
    try:
        revisions, reviews = read_version_1(connection)
    except ValueError as error:
        raise damage_error(str(error)) from error
    events = old_events([*revisions, *found.revisions], [*reviews, *found.reviews])
    if len(events) > len(revisions) + len(reviews):
        raise damage_error("a part of its log is damaged")
    # The copy is kept: if an upgrade turns out to be wrong, every text is still there.
    copy = free_name(path, "version-1", now)
    copy_to(connection, copy)
    try:
        with transaction(connection):
            connection.execute("DROP TABLE revision")
            connection.execute("DROP TABLE review")
            make_table(connection, events)
    except BaseException:
        copy.unlink()
        raise


def _separate(path: Path) -> str:
    """Make a file with several names (hard links) one with a name of its own; say so.

    SQLite keeps the journal of a file under its name, so whoever opens it under another name
    can't see that a transaction is unfinished.
    """
    atomic_write(path, path.read_bytes(), private=True)
    return (
        f"{path} also had another name (a hard link), and using both could damage it. Now it is a "
        "file of its own: the other name keeps what was saved until now."
    )
