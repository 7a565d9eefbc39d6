"""What can go wrong with the answers file, in words that say what to do."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

from prepkit.errors import PrepkitError
from prepkit.records import Revision


class StoreError(PrepkitError):
    """The answers file can't be read or written; what was saved before is untouched."""


class Conflict(PrepkitError):  # noqa: N818 (a choice to make, not a failure)
    """A text was based on another revision than the current one, so it was not stored."""

    def __init__(self, current: Revision, text: str) -> None:
        self.current = current
        self.text = text
        super().__init__(
            f"{current.question}, {current.field}: another window saved revision "
            f"{current.revision} in the meantime. Choose which of the two texts to keep."
        )


def damage_error(message: str) -> sqlite3.DatabaseError:
    """Return the error with which SQLite would report a damaged file."""
    error = sqlite3.DatabaseError(message)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def is_damage(error: BaseException) -> bool:
    """Tell whether SQLite found the file itself to be damaged."""
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def store_error(error: sqlite3.Error | OSError, path: Path, outcome: str) -> StoreError:
    """Return what a candidate should know of `error`, and what to do.

    Parameters
    ----------
    outcome
        What didn't happen, such as "Nothing was saved".
    """
    folder = path.parent
    code = _code(error)
    number = getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or number == errno.ENOSPC or _is_full(folder):
        return StoreError(
            f"{outcome}: the disk that holds {folder} is full. Free some space, then try again."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{outcome}: another program keeps {path} to itself. Close what else has it open, then "
            "try again."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or (
        number in (errno.EROFS, errno.EACCES, errno.EPERM)
    ):
        return StoreError(
            f"{outcome}: {folder} can't be written to. Allow writing there, or set PREPKIT_HOME "
            "to a folder of yours."
        )
    if number in (errno.EEXIST, errno.ENOTDIR):
        return StoreError(
            f"{outcome}: {folder} can't be a folder, since a file is in its way. Set PREPKIT_HOME "
            "to a folder of yours."
        )
    return StoreError(
        f"{outcome}: {path} can't be used ({error}). Try again; if it stays so, "
        "copy the file to another disk and set PREPKIT_HOME to its folder."
    )


def _code(error: BaseException) -> int:
    extended: int = getattr(error, "sqlite_errorcode", 0)
    return extended & 0xFF


def _is_full(folder: Path) -> bool:
    # Less than what SQLite needs beside the text itself for a log and its index.
    try:
        return shutil.disk_usage(folder).free < 64 * 1024
    except OSError:
        return False
