"""The answers file: how it is made, opened, checked, brought up to date and repaired.

Whoever opens the file or writes to it holds `exclusive_lock`, an empty SQLite file beside it, so
that a damaged file can be replaced without another process still writing to the old one. The
system lets go of it when a process dies.
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
"""What brings a file from each version to the next; a new file starts from version 0."""

_SIDES = ("", "-wal", "-shm")
"""The file itself, and what SQLite may keep beside it."""


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Keep other processes from opening or writing the answers file at `path`."""
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    lock = path.with_suffix(".lock")
    _make_private(lock)
    with closing(sqlite3.connect(lock, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def open_database(
    path: Path, now: datetime, damage: str | None = None
) -> tuple[sqlite3.Connection, str | None]:
    """Open the answers file, made, brought up to date or repaired where that is needed.

    The caller holds `exclusive_lock`. The connection is in autocommit, and each commit is on the
    disk when it returns; with it comes a sentence about a repair, where there was one.

    Parameters
    ----------
    damage
        What was found to be wrong with the file in use, where checking it might not find that.
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
    """Return a copy in memory of a file that can't be opened for writing, to read from."""
    with suppress(FileNotFoundError), path.open("rb") as reading:
        header = reading.read(100)
        if header.startswith(b"SQLite format 3\0"):
            _check_format(path, *(int.from_bytes(header[at : at + 4], "big") for at in (68, 60)))
    return _filled(":memory:", _read_rows(path))


def set_durable(connection: sqlite3.Connection) -> None:
    """Make each commit of `connection` wait for the disk."""
    # Where the file system has no shared memory, SQLite refuses the log and keeps its journal.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there; a damaged one raises SQLite's error for it."""
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
        raise StoreError(
            f"{path} is a database of another program. Move it elsewhere, or set PREPKIT_HOME to "
            "another folder."
        )
    if version > len(STEPS):
        raise StoreError(
            f"{path} was written by a newer prepkit (format {version}; this one reads up to "
            f"{len(STEPS)}). Update prepkit, then open it again."
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _migrate(connection: sqlite3.Connection, path: Path, now: datetime) -> None:
    version = _pragma(connection, "user_version")
    if version == len(STEPS):
        return
    # The copy is kept: should an upgrade turn out to be wrong, every text is still there.
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
    """Write a new file with `rows` in it beside `path`, and return its name."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    _make_private(part)
    _filled(part, rows).close()
    return part


def _set_aside(path: Path, now: datetime) -> None:
    """Copy a damaged file to a name of its own, and make ready what can be read of it."""
    aside = _free_name(path, "corrupt", now)
    try:
        _make_private(aside)  # its name is kept free even where only the log is left
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
    # From here on the repair is complete: whoever opens the file next only has to finish it.
    part.replace(path.with_suffix(".next"))
    sync_folder(path.parent)


def _finish_replacing(path: Path) -> str | None:
    """Put a repaired file, where there is one, in the place of the damaged one."""
    repaired = path.with_suffix(".next")
    if not repaired.exists():
        return None
    # First the old log: SQLite would apply it to whatever file it finds beside it.
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
    return (
        f"The answers file was damaged: {pluralize(texts, 'saved text')} could be read and "
        f"{'is' if texts == 1 else 'are'} here again, and the damaged file is kept as {newest}."
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
        # Exclusive, since closing a file that SQLite has open would drop the process's locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
