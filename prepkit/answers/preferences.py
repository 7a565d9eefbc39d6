"""What the candidate allows to be recorded, and the practice log that depends on it.

Both are files in the candidate's own folder; nothing here leaves the machine.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FILE, PRIVATE_FOLDER, atomic_write

if TYPE_CHECKING:
    import pandas as pd


class _Choices(BaseModel, strict=True):
    """What the file holds; names that a later prepkit adds are passed over."""

    analytics: bool
    marketing: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is allowed beyond the strictly necessary; nothing, until the candidate says so."""

    analytics: bool = False
    """The practice log: opened questions and seconds, for the progress page."""
    marketing: bool = False
    """Nothing uses it."""
    notice: str | None = field(default=None, compare=False)
    """Why stored choices could not be read, where that is so."""


def load_preferences(folder: Path) -> Preferences:
    """Return the stored choices; where they can't be read, nothing is allowed."""
    path = _path(folder)
    try:
        stored = _Choices.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError):
        return Preferences(
            notice=f"{path} can't be read, so nothing is allowed. Choose again to write it anew."
        )
    return Preferences(stored.analytics, stored.marketing)


def save_preferences(preferences: Preferences, folder: Path) -> None:
    """Store the choices; they are on the disk when this returns.

    Raises
    ------
    PrepkitError
        Where the folder can't be written to; the earlier choices still hold.
    """
    path = _path(folder)
    choices = _Choices(analytics=preferences.analytics, marketing=preferences.marketing)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        content = f"{choices.model_dump_json(indent=1)}\n".encode()
        atomic_write(path, content, private=True)
    except OSError as error:
        raise PrepkitError(
            f"Your choices were not stored: {path} can't be written ({error.strerror}). "
            "The earlier ones still hold."
        ) from error


class PracticeLog:
    """Opened questions and seconds spent, recorded only while the candidate allows analytics.

    Parameters
    ----------
    folder
        Where the choices are, and the log: ``practice-log.jsonl``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "practice-log.jsonl"

    def record(self, question: str, at: datetime, seconds: int) -> None:
        """Add one row, if the stored choices allow it at this moment; else do nothing.

        Raises
        ------
        PrepkitError
            Where the log can't be written.
        """
        # Read anew each time: the choice may have been changed in another window just now.
        if not load_preferences(self.folder).analytics:
            return
        row = {"question": question, "at": at.astimezone(UTC).isoformat(), "seconds": seconds}
        # The line end comes first, so that a row that was cut short spoils only itself.
        line = f"\n{json.dumps(row)}".encode()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
            try:
                os.write(handle, line)
            finally:
                os.close(handle)
        except OSError as error:
            raise PrepkitError(
                f"The practice log {self.path} can't be written: {error.strerror}."
            ) from error

    def load(self) -> pd.DataFrame:
        """Return the rows as columns question (str), at (datetime, UTC) and seconds (int)."""
        # Imported here: a form that only records shouldn't wait for pandas.
        from prepkit.typed_frame import MOMENTS, typed_frame

        lines = self.path.read_bytes().split(b"\n") if self.exists() else []
        rows = [row for line in lines if (row := _row(line))]
        return typed_frame({"question": "str", "at": MOMENTS, "seconds": "int64"}, rows)

    def delete(self) -> None:
        """Remove the log.

        Raises
        ------
        PrepkitError
            Where it can't be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise PrepkitError(
                f"The practice log {self.path} can't be deleted: {error.strerror}."
            ) from error

    def exists(self) -> bool:
        """Tell whether anything was recorded that is still there."""
        return self.path.exists()


def _path(folder: Path) -> Path:
    return folder / "preferences.json"


def _row(line: bytes) -> tuple[str, datetime, int] | None:
    """Return one row of the log; None for an empty line and one that was cut short."""
    try:
        row = json.loads(line)
        return str(row["question"]), datetime.fromisoformat(row["at"]), int(row["seconds"])
    except (ValueError, LookupError, TypeError):
        return None
