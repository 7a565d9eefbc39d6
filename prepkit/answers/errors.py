"""What can go wrong with the answers file, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from pathlib import Path

from prepkit.errors import PrepkitError
from prepkit.records import Revision

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_LITTLE = 64 * 1024
"""In bytes: about what SQLite needs for a save besides the text itself."""


class StoreError(PrepkitError):
    """The answers file can't be read or written; what was saved before is unharmed.

    Parameters
    ----------
    message
        The whole text, for the terminal.
    reason, remedy
        What is wrong, as the end of a sentence, and what to do, as a sentence without its full
        stop. For forms, which say themselves what has happened to the text. Without them a form
        shows `message`.
    """

    def __init__(self, message: str, *, reason: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message
        self.remedy = remedy


class Conflict(PrepkitError):  # noqa: N818 (a choice to make, not a failure)
    """A text was not saved, because it was made from an older revision than the current one."""

    def __init__(self, current: Revision, text: str) -> None:
        self.current = current
        self.text = text
        super().__init__(
            f"{current.question}, {current.field}: another window saved revision "
            f"{current.revision} in the meantime. Choose which of the two texts to keep."
        )


def damage_error(message: str) -> sqlite3.DatabaseError:
    """Return the error that SQLite raises for a damaged file."""
    error = sqlite3.DatabaseError(message)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def busy_error() -> sqlite3.OperationalError:
    """Return the error that SQLite raises while another program uses the file."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def is_damage(error: BaseException) -> bool:
    """Tell whether SQLite found the file itself to be damaged."""
    # SQLite repeats damaged bytes in its messages, and Python then fails to read the message.
    damaged = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, UnicodeDecodeError) or _code(error) in damaged


def store_error(error: sqlite3.Error | OSError, path: Path, outcome: str) -> StoreError:
    """Return an error that tells a candidate what has happened, and what to do.

    Parameters
    ----------
    error
        What SQLite or the system said.
    path
        The answers file.
    outcome
        What it means for the candidate, such as "Nothing was saved".
    """
    folder = path.parent
    code = _code(error)
    number = getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or number in _FULL or _is_full(folder):
        return StoreError(
            f"{outcome}: the disk that holds {folder} is full. Free some space, then try again.",
            reason="your disk is full.",
            remedy="Free some space",
        )
    for name in (path, path.with_suffix(".lock")):
        if name.is_dir():
            return _misplaced(outcome, f"{name} has to be a file, but it is a folder.", "folder")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{outcome}: another program is using {path}. Close it, then try again.",
            reason="another program is using your answers file.",
            remedy="Close that program",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or (
        number in (errno.EROFS, errno.EACCES, errno.EPERM)
    ):
        reason = f"prepkit can't write to the folder {folder}."
        remedy = "Check the folder's permissions"
        return StoreError(
            f"{outcome}: {reason} {remedy}, or set PREPKIT_HOME to a folder of your own.",
            reason=reason,
            remedy=remedy,
        )
    if number in (errno.EEXIST, errno.ENOTDIR):
        there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        return _misplaced(outcome, f"{there} has to be a folder, but it is a file.", "file")
    return StoreError(
        f"{outcome}: {path} can't be used ({error}). Try again. If that doesn't help, copy the "
        "file to another disk and set PREPKIT_HOME to its new folder.",
        reason=f"your answers file can't be used ({error}).",
        remedy="Close the workbook and start it again",
    )


def _misplaced(outcome: str, reason: str, what: str) -> StoreError:
    remedy = f"Move or rename that {what}"
    return StoreError(
        f"{outcome}: {reason} {remedy}, or set PREPKIT_HOME to a folder of your own.",
        reason=reason,
        remedy=remedy,
    )


def explain(error: Exception) -> tuple[str, str]:
    """Return what is wrong and what to do, for a form; see `StoreError`."""
    return (error.reason, error.remedy) if isinstance(error, StoreError) else (str(error), "")


def unreadable(error: Exception) -> str:
    """Return a text for a candidate whose answers can't be read: why, and what to do."""
    reason, remedy = explain(error)
    return f"Your answers can't be read: {reason}{f' {remedy}.' if remedy else ''}"


def _code(error: BaseException) -> int:
    extended: int = getattr(error, "sqlite_errorcode", 0)
    return extended & 0xFF


def _is_full(folder: Path) -> bool:
    """Tell whether nothing more can be written in `folder`, not even as much as a save needs."""
    # SQLite reports a full disk as "disk I/O error" where it can't even write its journal, or where
    # a quota is used up, so we try it ourselves.
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LITTLE))
    except OSError as error:
        return error.errno in _FULL
    return False
