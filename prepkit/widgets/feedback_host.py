"""FeedbackHost: answers the messages of the page on which a coach rates and comments.

It needs no widget, so that every message can be tried without a browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.answers.errors import explain
from prepkit.answers.feedback import Comment, Feedback, Rating, feedback_store, rater_name
from prepkit.answers.preferences import load_preferences, save_preferences
from prepkit.bank.frames import shipped_folder
from prepkit.bank.rubric import Dimension, read_rubric
from prepkit.errors import PrepkitError
from prepkit.practice.feedback import changed_parts
from prepkit.records import Answer, Level, Student
from prepkit.text import replace_lone_surrogates
from prepkit.widgets.component import Message
from prepkit.widgets.feedback_calibration import Calibrator
from prepkit.widgets.feedback_content import (
    answered_questions,
    listed_question,
    listed_students,
    pooled,
    rated_question,
    shown_answer,
    shown_comment,
    shown_rating,
    shown_text,
    state_of,
)
from prepkit.widgets.feedback_shelf import Shelf
from prepkit.widgets.mock_content import mock_rubric

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

_MISFIT = "the page and the workbook don't understand each other."
_LONGEST_NAME = 200


class FeedbackHost:
    """What stands behind the page for rating.

    Parameters
    ----------
    bank
        The questions.
    students
        The roster; students who have answered and aren't on it come after it.
    home
        The coach's user data folder: feedback is kept there.
    folder
        The folder of the answers that were collected.
    rater
        The coach's name; None for the one that was chosen, or else the account's.
    now
        The clock; it gives moments with a time zone.
    """

    def __init__(
        self,
        bank: Bank,
        students: Sequence[Student],
        home: Path,
        folder: Path,
        *,
        rater: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bank, self._students, self._home = bank, tuple(students), home
        self._given_rater, self._now = rater, now
        self._levels: dict[str, Level | None] = {one.student_id: one.level for one in students}
        self._shelf = Shelf(home, folder)
        self._calibrator = Calibrator(home)

    @cached_property
    def rubric(self) -> tuple[Dimension, ...]:
        """What an answer is rated on: the rubric that comes with prepkit."""
        return read_rubric(shipped_folder())

    @property
    def rater(self) -> str:
        """The name under which this coach rates."""
        return self._given_rater or rater_name(self._home)

    def answer(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the message that answers it.

        What can't be done is answered with ``{"type": "error", …}``. A message of an unknown type
        gets no answer.
        """
        actions: dict[object, Callable[[Mapping[str, Any]], Message]] = {
            "overview": self._overview,
            "open": self._open,
            "rate": self._rate,
            "comment": self._comment,
            "remove": self._remove,
            "pool": self._pool,
            "rater": self._rename,
            "samples": self._samples,
            "calibrated": self._calibrated,
        }
        kind = message.get("type")
        if kind not in actions:
            return ()
        try:
            reply = actions[kind](message)
        except (PrepkitError, OSError) as error:
            reply = _error(kind, *explain(error))
        except (LookupError, TypeError, ValueError):
            # The browser side of another version, as in a page that stayed open for an update.
            reply = _error(kind, _MISFIT, "Reload the page")
        return ({**reply, "view": message.get("view"), "seq": message.get("seq")},)

    # ---- what there is

    def _overview(self, _message: Mapping[str, Any]) -> Message:
        answered = self._shelf.students()
        questions: set[str] = set()
        cells = []
        for student in answered:
            answers, replies = self._shelf.answers(student), self._shelf.replies(student)
            ratings = {one.question: one for one in self._mine(student)}
            _, comments = self._shelf.feedback(student)
            mine = [one for one in comments if one.rater == self.rater]
            for question in answered_questions(self._bank, answers):
                here = [one for one in mine if one.question == question]
                questions.add(question)
                cells.append(
                    {
                        "student": student,
                        "question": question,
                        "state": self._state(student, question, ratings.get(question)),
                        "comments": len(here),
                        "replies": sum(one.id in replies for one in here),
                    }
                )
        rubric = mock_rubric(self.rubric)
        return {
            "type": "overview",
            "rater": self.rater,
            "asks_name": not (self._given_rater or load_preferences(self._home).rater),
            "students": listed_students(self._students, answered),
            "questions": [
                listed_question(self._bank[one]) for one in self._bank if one in questions
            ],
            "answers": cells,
            "rubric": rubric,
            "calibration": self._calibrator.summary(self.rater),
        }

    def _mine(self, student: str) -> list[Rating]:
        ratings, _ = self._shelf.feedback(student)
        return [one for one in ratings if one.rater == self.rater]

    def _rating(self, student: str, question: str) -> Rating | None:
        return next((one for one in self._mine(student) if one.question == question), None)

    def _state(self, student: str, question: str, rating: Rating | None) -> str:
        answer = self._shelf.answers(student).get(question)
        if answer is None or question not in self._bank:
            return "rated"  # what was said of an answer that is gone is kept all the same
        level = self._levels.get(student)
        return state_of(self._bank[question], answer, rating, self.rubric, level)

    def _open(self, message: Mapping[str, Any]) -> Message:
        student, question = str(message["student"]), str(message["question"])
        if question not in self._bank or question not in self._shelf.answers(student):
            raise PrepkitError("This answer isn't there any more. Choose another one.")
        entry, answer = self._bank[question], self._shelf.answers(student)[question]
        rating = self._rating(student, question)
        replies = self._shelf.replies(student)
        _, comments = self._shelf.feedback(student)
        return {
            "type": "answer",
            "student": student,
            "question": question,
            "content": rated_question(entry),
            "level": self._levels.get(student),
            "texts": shown_answer(entry, answer),
            "ticked": list(answer.ticked),
            "rating": shown_rating(rating),
            "rated_texts": self._rated_texts(student, entry, answer, rating) if rating else {},
            "state": self._state(student, question, rating),
            "comments": [
                shown_comment(one, replies)
                for one in comments
                if one.question == question and one.rater == self.rater
            ],
        }

    def _rated_texts(
        self, student: str, entry: Entry, answer: Answer, rating: Rating
    ) -> dict[str, Any]:
        """Return the texts that were rated, of the parts that are newer now."""
        return {
            part: shown_text(
                self._shelf.earlier(student, entry.id, part, rating.revisions.get(part, 0))
            )
            for part in changed_parts(entry, answer, rating)
        }

    # ---- what is said about it

    def _feedback(self, student: str) -> Feedback:
        return Feedback(feedback_store(self._home, student))

    def _rate(self, message: Mapping[str, Any]) -> Message:
        """Store what a rating has that is new; what another window rated meanwhile stays."""
        student, question = str(message["student"]), str(message["question"])
        change, rater = message["change"], self.rater

        def changed(before: Rating | None) -> Rating:
            scores = {**(before.scores if before else {}), **change.get("scores", {})}
            level_met = before.level_met if before else None
            return Rating(
                question=question,
                rater=rater,
                scores={name: score for name, score in scores.items() if score is not None},
                level_met=change.get("level_met", level_met),
                revisions=dict(message["revisions"]),
                at=self._now(),
            )

        rating = self._feedback(student).change_rating(question, rater, changed)
        return {
            "type": "rated",
            "rating": shown_rating(rating),
            "state": self._state(student, question, rating),
        }

    def _comment(self, message: Mapping[str, Any]) -> Message:
        """Store a comment, unless another window has changed it since this one saw it."""
        student, question = str(message["student"]), str(message["question"])
        new = Comment(
            id=message["id"],
            question=question,
            rater=self.rater,
            part=message["part"],
            quote=message["quote"],
            start=int(message["start"]),
            text=replace_lone_surrogates(message["text"]),
            at=self._now(),
        )
        kept = self._feedback(student).comment(new, seen=message["before"])
        said = "commented" if kept.text == new.text else "clash"
        return {"type": said, "comment": shown_comment(kept, self._shelf.replies(student))}

    def _remove(self, message: Mapping[str, Any]) -> Message:
        student = str(message["student"])
        self._feedback(student).remove(message["id"], self.rater)
        return {"type": "removed", "id": message["id"]}

    def _pool(self, _message: Mapping[str, Any]) -> Message:
        return {"type": "pool", "pool": pooled(self._shelf.comments_of(self.rater))}

    def _rename(self, message: Mapping[str, Any]) -> Message:
        name = " ".join(str(message["name"]).split())
        if not name or len(name) > _LONGEST_NAME:
            raise PrepkitError(f"A name has 1 to {_LONGEST_NAME} characters. Choose another one.")
        chosen = load_preferences(self._home)
        if self._given_rater is None:
            save_preferences(replace(chosen, rater=name), self._home)
        return {"type": "named", "rater": self.rater}

    # ---- calibration

    def _samples(self, message: Mapping[str, Any]) -> Message:
        shown = self._calibrator.samples(self.rater, message["ids"], int(message["seed"]))
        return {"type": "samples", "samples": shown, "rubric": mock_rubric(self.rubric)}

    def _calibrated(self, message: Mapping[str, Any]) -> Message:
        result = self._calibrator.keep(
            *(self.rater, message["id"], message["ids"], message["given"], self._now())
        )
        return {"type": "compared", **result}


def _error(about: object, message: str, remedy: str) -> Message:
    return {"type": "error", "about": about, "message": message, "remedy": remedy}
