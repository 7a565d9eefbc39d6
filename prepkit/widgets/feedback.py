"""RatingDesk: a coach reads answers beside the rubric, rates them, and comments on their words.

The browser side (prepkit/static/feedback.js) keeps what the coach says until it is stored; this
side answers its messages. Names, answers and comments are sent in messages only, never as widget
state: a saved or published notebook must not contain them by accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers.store import user_folder
from prepkit.answers.students import students_folder
from prepkit.files import digest
from prepkit.records import Student
from prepkit.widgets.component import Component, Message, one_line
from prepkit.widgets.feedback_host import FeedbackHost

if TYPE_CHECKING:
    from prepkit.bank import Bank

_NO_WIDGET = (
    "Here you rate your students' answers. Ratings and comments are in your user data folder. To "
    "see them here, choose Run > Run All Cells."
)


class RatingDesk(Component):
    """Answers of students, to rate one question across students, or one student across questions.

    Parameters
    ----------
    bank
        The questions.
    students
        The roster, for names and levels; without it, students are called by their ids.
    home
        Where feedback is kept; None for the user data folder.
    folder
        The folder of the answers that were collected; None for the usual one in `home`.
    rater
        The coach's name; None for the one that was chosen before, or else the account's.
    """

    script = "feedback.js"
    styles = ("colours.css", "star_form.css", "feedback.css")

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the place of the feedback; the browser keeps what isn't stored under it."""

    def __init__(
        self,
        bank: Bank,
        students: Sequence[Student] = (),
        *,
        home: Path | None = None,
        folder: Path | None = None,
        rater: str | None = None,
    ) -> None:
        home = home or user_folder()
        self.host = FeedbackHost(bank, students, home, folder or students_folder(home), rater=rater)
        super().__init__(workbook=digest(str(home.absolute()))[:12])

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it."""
        return self.host.answer(message)

    def fallback(self) -> dict[str, str]:
        """Return where the feedback is; nothing private is in it."""
        return one_line(_NO_WIDGET)
