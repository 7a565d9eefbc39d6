"""What a candidate's plan is made for: the interview's date, and the questions that were chosen.

It is a file in the candidate's own folder, so that tomorrow's plan is about the same stories, and
the calendar recognizes the evenings of the plan it already has.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FOLDER, atomic_write
from prepkit.records import Level

QUESTIONS = 5
"""How many questions a plan has, unless the candidate chooses another number."""


class Planned(BaseModel):
    """What a plan is made for. Names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True)
    interview: date | None = None
    level: Level | None = None
    companies: tuple[str, ...] = ()
    count: int = QUESTIONS
    questions: tuple[str, ...] = ()
    """The ids of the chosen questions, the most important first."""
    at: time | None = None
    """When evenings begin in a calendar; None if they take the whole day."""
    name: str = ""
    """What calendars know this plan by; it stays the same when the interview is moved."""


def load_planned(folder: Path) -> Planned:
    """Return what the last plan was made for; nothing is known if it can't be read."""
    try:
        return Planned.model_validate_json(_path(folder).read_bytes())
    except (OSError, ValidationError):
        return Planned()


def save_planned(planned: Planned, folder: Path) -> None:
    """Keep what a plan is made for; it is on the disk when this returns.

    Raises
    ------
    PrepkitError
        If the folder can't be written to.
    """
    path = _path(folder)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        atomic_write(path, f"{planned.model_dump_json(indent=1)}\n".encode(), private=True)
    except OSError as error:
        raise PrepkitError(
            f"Your plan was not kept: {path} can't be written ({error.strerror}). Your answers are "
            "not affected."
        ) from error


def _path(folder: Path) -> Path:
    return folder / "plan.json"
