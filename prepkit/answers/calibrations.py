"""The calibrations of a coach: how three answers of the bank were rated, each time that was done.

They are rows of one file beside the feedback, which is only ever added to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from prepkit.answers.errors import StoreError
from prepkit.answers.students import feedback_folder
from prepkit.files import PRIVATE_FILE, make_private_folder, read_if_there
from prepkit.records import Score

_Name = Annotated[str, Field(min_length=1, max_length=200)]


class Calibration(BaseModel):
    """One calibration of one coach; names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: _Name
    """Random: whoever isn't told that a calibration is stored sends it again."""
    rater: _Name
    at: AwareDatetime
    given: Annotated[Mapping[_Name, Mapping[_Name, Score]], Field(max_length=100)]
    """The scores by dimension, by the id of the question whose answer was rated."""


class Calibrations:
    """The calibrations of all coaches of an account.

    Parameters
    ----------
    home
        The user data folder.
    """

    def __init__(self, home: Path) -> None:
        self._path = feedback_folder(home) / "calibrations.jsonl"

    def add(self, calibration: Calibration) -> None:
        """Add one, unless it is there already; it is on the disk when this returns.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """
        if any(one.id == calibration.id for one in self._load()):
            return
        # The line break comes first: a row that was cut short then can't spoil the next one.
        line = f"\n{json.dumps(calibration.model_dump(mode='json'))}".encode()
        try:
            make_private_folder(self._path.parent)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise StoreError(
                f"Your calibration was not saved: {self._path} can't be written ({error.strerror})."
            ) from error

    def of(self, rater: str) -> tuple[Calibration, ...]:
        """Return what one coach has done, oldest first."""
        return tuple(one for one in self._load() if one.rater == rater)

    def _load(self) -> list[Calibration]:
        """Return all rows but those that were cut short, or that only a later prepkit can read."""
        found = []
        for line in read_if_there(self._path).split(b"\n"):
            with suppress(ValidationError):
                found.append(Calibration.model_validate_json(line))
        return found
