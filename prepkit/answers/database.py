"""The answers file: how it is made, opened, checked, brought up to date and repaired.

To open the file or write to it, a process holds `exclusive_lock`, which locks an empty SQLite file
beside it. So a damaged file can be replaced while no other process writes to the old one. The
system releases the lock when a process dies.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from prepkit.answers.errors import StoreError, damage_error, is_damage
from prepkit.answers.rows import add_reviews, add_revisions, transaction
from prepkit.answers.salvage import PAGE_SIZE, Rows, read_rows
from prepkit.files import PRIVATE_FILE, PRIVATE_FOLDER, atomic_write, sync_folder
from prepkit.text import pluralize

APPLICATION_ID = 0x50524550
PATIENCE = 10.0
"""Seconds to wait for another process that is writing."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE revision (
            question TEXT NOT NULL,
            field TEXT NOT NULL,
            revision INTEGER NOT NULL,
            text TEXT NOT NULL,
            saved_at TEXT NOT NULL,
            origin TEXT NOT NULL,
            PRIMARY KEY (question, field, revision)
        )""",
        """CREATE TABLE review (
            question TEXT NOT NULL,
            rating TEXT NOT NULL,
            seconds INTEGER NOT NULL,
            reviewed_at TEXT NOT NULL
        )""",
        *(
            f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'a stored {table} never changes'); END"
            for table in ("revision", "review")
            for event in ("UPDATE", "DELETE")
        ),
    ),
)
"""The SQL that brings a file from each version to the next; a new file starts at version 0."""

_SIDES = ("", "-wal", "-shm")
"""Added to the file's name: the file itself, and the files that SQLite may keep beside it."""


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Stop other processes from opening or writing the answers file at `path` meanwhile."""
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    lock = path.with_suffix(".lock")
    _make_private(lock)
    with closing(sqlite3.connect(lock, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def open_database(
    path: Path, now: datetime, damage: str | None = None
) -> tuple[sqlite3.Connection, str | None]:
    """Open the answers file; make it, bring it up to date or repair it first where needed.

    The caller holds `exclusive_lock`. The connection is in autocommit mode, and each commit is on
    the disk when it returns. The second value is a sentence about a repair, or None.

    Parameters
    ----------
    path
        The answers file.
    now
        The moment that dates the copy of a damaged or older file.
    damage
        The damage that was met in the open file, in case a check of the file doesn't find it.
    """
    recovered = _finish_replacing(path)
    if not any(_beside(path, side).exists() for side in _SIDES):
        _build(path, Rows()).replace(path)
        sync_folder(path.parent)
    try:
        if damage:
            raise damage_error(damage)
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        _set_aside(path, now)
        recovered = _finish_replacing(path)
        connection = _connect(path)
    with _closed_on_error(connection):
        _migrate(connection, path, now)
        set_durable(connection)
    return connection, recovered


def snapshot(path: Path) -> sqlite3.Connection:
    """Return a copy in memory, to read a file that can't be opened for writing."""
    with suppress(FileNotFoundError), path.open("rb") as reading:
        header = reading.read(100)
        if header.startswith(b"SQLite format 3\0"):
            _check_format(path, *(int.from_bytes(header[at : at + 4], "big") for at in (68, 60)))
    return _filled(":memory:", _read_rows(path))


def set_durable(connection: sqlite3.Connection) -> None:
    """Make each commit of `connection` wait for the disk."""
    # On file systems without shared memory SQLite refuses the log, and keeps its journal.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _connect(path: Path) -> sqlite3.Connection:
    """Open an existing file; a damaged one raises SQLite's error for that."""
    if not path.exists() or path.stat().st_size == 0:
        raise damage_error("it is empty")
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    with _closed_on_error(connection):
        connection.text_factory = _decode
        _check_format(
            path, _pragma(connection, "application_id"), _pragma(connection, "user_version")
        )
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise damage_error(found)
    return connection


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _decode(raw: bytes) -> str:
    # One damaged byte must not make a whole text unreadable.
    return raw.decode("utf-8", "replace")


def _check_format(path: Path, application: int, version: int) -> None:
    if application != APPLICATION_ID:
        reason, remedy = f"{path} is a database of another program.", "Move that file elsewhere"
        raise StoreError(
            f"{reason} {remedy}, or set PREPKIT_HOME to another folder.",
            reason=reason,
            remedy=remedy,
        )
    if version > len(STEPS):
        formats = f"format {version}; this one reads up to {len(STEPS)}"
        reason = f"{path} was written by a newer prepkit ({formats})."
        raise StoreError(
            f"{reason} Update prepkit, then open it again.",
            reason=reason,
            remedy="Update prepkit, then start it again",
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _migrate(connection: sqlite3.Connection, path: Path, now: datetime) -> None:
    version = _pragma(connection, "user_version")
    if version == len(STEPS):
        return
    # The copy is kept: if an upgrade turns out to be wrong, every text is still there.
    copy = _free_name(path, f"version-{version}", now)
    _make_private(copy)
    try:
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)
        sync_folder(path.parent)
        _upgrade(connection)
    except BaseException:
        copy.unlink()
        raise


def _upgrade(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        for step in STEPS[_pragma(connection, "user_version") :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")


def _filled(place: Path | str, rows: Rows) -> sqlite3.Connection:
    """Open a new file of the newest version with `rows` in it."""
    connection = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    with _closed_on_error(connection):
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _upgrade(connection)
        with transaction(connection):
            add_revisions(connection, rows.revisions)
            add_reviews(connection, rows.reviews)
    return connection


def _build(path: Path, rows: Rows) -> Path:
    """Write a new file with `rows` in it beside `path`, and return its path."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    _make_private(part)
    _filled(part, rows).close()
    return part


def _set_aside(path: Path, now: datetime) -> None:
    """Keep a copy of a damaged file under another name, and prepare a new one from its rows."""
    aside = _free_name(path, "corrupt", now)
    try:
        _make_private(aside)  # reserves the name even if only the log of the file is left
        for side in _SIDES:
            if _beside(path, side).exists():
                content = _beside(path, side).read_bytes()
                atomic_write(_beside(aside, side), content, private=True)
        part = _build(path, _read_rows(path))
    except BaseException:
        for side in _SIDES:
            _beside(aside, side).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    # From here on the new file is complete: whoever opens the file next only puts it in place.
    part.replace(path.with_suffix(".next"))
    sync_folder(path.parent)


def repair_is_waiting(path: Path) -> bool:
    """Return whether a repaired file couldn't yet be put in the place of the damaged one.

    On Windows that takes until nobody has the damaged file open; elsewhere, a process that was
    ended in between leaves it so.
    """
    return path.with_suffix(".next").exists()


def _finish_replacing(path: Path) -> str | None:
    """Replace the damaged file with a repaired one, if there is one; return a sentence on it."""
    if not repair_is_waiting(path):
        return None
    repaired = path.with_suffix(".next")
    # The old log goes first: SQLite would apply it to any file that it finds beside it.
    for side in ("-wal", "-shm"):
        _beside(path, side).unlink(missing_ok=True)
    repaired.replace(path)
    sync_folder(path.parent)
    with closing(sqlite3.connect(path)) as connection:
        texts = connection.execute("SELECT count(*) FROM revision").fetchone()[0]
    asides = (
        found
        for found in path.parent.iterdir()
        if found.name.startswith(f"{path.stem}.corrupt-") and found.suffix == path.suffix
    )
    newest = max(asides, key=lambda found: found.stat().st_mtime_ns)
    were = "was" if texts == 1 else "were"
    return (
        f"The answers file was damaged. {pluralize(texts, 'saved text')} {were} recovered; the "
        f"damaged file is kept as {newest}."
    )


def _read_rows(path: Path) -> Rows:
    database, wal = path, _beside(path, "-wal")
    return read_rows(
        database.read_bytes() if database.exists() else b"",
        wal.read_bytes() if wal.exists() else b"",
    )


def _beside(path: Path, side: str) -> Path:
    return path.with_name(path.name + side)


def _free_name(path: Path, what: str, now: datetime) -> Path:
    """Return a name that no file has, such as ``answers.corrupt-2026-01-31.sqlite``."""
    stem = f"{path.stem}.{what}-{now:%Y-%m-%d}"
    free = path.with_name(stem + path.suffix)
    count = 1
    while free.exists():
        count += 1
        free = path.with_name(f"{stem}-{count}{path.suffix}")
    return free


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one."""
    if not path.exists():
        # O_EXCL: opening and closing a file that SQLite has open would drop this process's locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
