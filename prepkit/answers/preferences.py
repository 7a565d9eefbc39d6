"""What the candidate allows prepkit to record, a coach's name, and the practice log.

All are files in the candidate's own folder. Nothing here leaves the computer.
"""

from __future__ import annotations

import json
import os
from collections import Counter
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
    """The contents of the file; names that a later prepkit adds are ignored."""

    analytics: bool
    marketing: bool
    rater: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is allowed besides the strictly necessary: nothing, until the candidate says so."""

    analytics: bool = False
    """The practice log: questions opened and seconds spent."""
    marketing: bool = False
    """There is no marketing; the choice is only stored."""
    rater: str = ""
    """The name under which this account's user rates and comments; empty until it is chosen."""
    notice: str | None = field(default=None, compare=False)
    """For the candidate: why the stored choices could not be read; None if they could."""


def load_preferences(folder: Path) -> Preferences:
    """Return the stored choices; if they can't be read, nothing is allowed."""
    path = _path(folder)
    try:
        stored = _Choices.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError):
        return Preferences(
            notice=f"Your choices can't be read from {path}, so everything is off. Choose again."
        )
    return Preferences(stored.analytics, stored.marketing, stored.rater)


def save_preferences(preferences: Preferences, folder: Path) -> None:
    """Store the choices; they are on the disk when this returns.

    Raises
    ------
    PrepkitError
        If the folder can't be written to; the earlier choices still apply.
    """
    path = _path(folder)
    choices = _Choices(
        analytics=preferences.analytics,
        marketing=preferences.marketing,
        rater=preferences.rater,
    )
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        content = f"{choices.model_dump_json(indent=1)}\n".encode()
        atomic_write(path, content, private=True)
    except OSError as error:
        raise PrepkitError(
            f"Your choice was not saved: {path} can't be written ({error.strerror}). Your earlier "
            "choices still apply."
        ) from error


class PracticeLog:
    """Questions opened and seconds spent, recorded only while the candidate allows it.

    Parameters
    ----------
    folder
        The folder of the choices and of the log, ``practice-log.jsonl``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "practice-log.jsonl"

    def record(self, question: str, at: datetime, seconds: int) -> None:
        """Add one row, if the stored choices allow it right now; otherwise do nothing.

        Raises
        ------
        PrepkitError
            If the log can't be written.
        """
        # Read every time: the choice may have changed in another window a moment ago.
        if not load_preferences(self.folder).analytics:
            return
        row = {"question": question, "at": at.astimezone(UTC).isoformat(), "seconds": seconds}
        # The line break comes first: a row that was cut short then can't spoil the next one.
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
        # Imported here: a form only records, and shouldn't wait for pandas.
        from prepkit.typed_frame import MOMENTS, typed_frame

        types = {"question": "str", "at": MOMENTS, "seconds": "int64"}
        return typed_frame(types, self._rows())

    def seconds(self) -> dict[str, int]:
        """Return how long each question was practised, by its id."""
        found: Counter[str] = Counter()
        for question, _, seconds in self._rows():
            found[question] += seconds
        return dict(found)

    def delete(self) -> None:
        """Remove the log.

        Raises
        ------
        PrepkitError
            If it can't be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise PrepkitError(
                f"The practice log {self.path} can't be deleted: {error.strerror}."
            ) from error

    def _rows(self) -> list[tuple[str, datetime, int]]:
        lines = self.path.read_bytes().split(b"\n") if self.exists() else []
        return [row for line in lines if (row := _row(line))]

    def exists(self) -> bool:
        """Tell whether there is a log."""
        return self.path.exists()


def _path(folder: Path) -> Path:
    return folder / "preferences.json"


def _row(line: bytes) -> tuple[str, datetime, int] | None:
    """Return one row of the log; None for an empty line or one that was cut short."""
    try:
        row = json.loads(line)
        return str(row["question"]), datetime.fromisoformat(row["at"]), int(row["seconds"])
    except (ValueError, LookupError, TypeError):
        return None
