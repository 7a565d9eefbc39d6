"""What a candidate's plan is made for: the interview's date, and the questions that were chosen.

It is a file in the candidate's own folder, so that tomorrow's plan is about the same stories, and
the calendar recognizes the evenings of the plan it already has.
"""

from __future__ import annotations

from datetime import date, time
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FOLDER, atomic_write
from prepkit.records import Level


class Planned(BaseModel):
    """What a plan is made for. Names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True)
    interview: date | None = None
    level: Level | None = None
    companies: tuple[str, ...] = ()
    count: int | None = None
    """How many questions; None for as many as the evenings have room for."""
    questions: tuple[str, ...] = ()
    """The ids of the chosen questions, the most important first."""
    at: time | None = None
    """When evenings begin in a calendar; None if they take the whole day."""
    name: str = ""
    """What calendars know this plan by; it stays the same when the interview is moved."""


class PlanError(PrepkitError):
    """What is kept of a plan can't be read.

    Parameters
    ----------
    reason
        What is wrong, as a whole sentence.
    damaged
        Whether the file itself is damaged, so that only a new one helps.
    """

    def __init__(self, reason: str, *, damaged: bool) -> None:
        self.reason = reason
        self.damaged = damaged
        remedy = (
            "To choose your companies and your date again: prepkit plan --new --date 2026-01-31"
            if damaged
            else "Check the file's permissions."
        )
        super().__init__(f"{reason} Nothing was changed. {remedy}")


def load_planned(folder: Path) -> Planned:
    """Return what the last plan was made for; nothing is known if there was none.

    Raises
    ------
    PlanError
        If it can't be read.
    """
    path = _path(folder)
    try:
        return Planned.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Planned()
    except OSError as error:
        raise PlanError(
            f"Your plan can't be read: {path} can't be opened ({error.strerror}).", damaged=False
        ) from error
    except ValidationError as error:
        raise PlanError(
            f"Your plan can't be read: {path} is damaged. Your answers are not affected.",
            damaged=True,
        ) from error


def is_planned(folder: Path) -> bool:
    """Tell whether somebody has chosen what to plan for, or chosen to skip that."""
    return _path(folder).exists()


def set_planned_aside(folder: Path) -> Path:
    """Give a damaged file another name, so that a new plan can be kept, and return its path.

    Raises
    ------
    PrepkitError
        If the folder can't be written to.
    """
    path = _path(folder)
    names = (path.with_name(f"plan-damaged-{number}.json") for number in count(1))
    aside = next(name for name in names if not name.exists())
    try:
        path.rename(aside)
    except OSError as error:
        raise _not_kept(path, error) from error
    return aside


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
        raise _not_kept(path, error) from error


def _not_kept(path: Path, error: OSError) -> PrepkitError:
    return PrepkitError(
        f"Your plan was not kept: {path} can't be written ({error.strerror}). Your answers are "
        "not affected."
    )


def _path(folder: Path) -> Path:
    return folder / "plan.json"
