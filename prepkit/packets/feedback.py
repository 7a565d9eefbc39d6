"""What coaches wrote about each student, from their files: for packets, and to send by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.answers import read_answers, student_stores
from prepkit.answers.feedback import read_feedback, read_replies
from prepkit.bank import shipped_folder
from prepkit.bank.rubric import Dimension, read_rubric
from prepkit.practice.feedback import Given, StudentFeedback, student_feedback, unknown_questions
from prepkit.records import Answer, Student

if TYPE_CHECKING:
    from prepkit.bank import Bank


@dataclass(frozen=True, slots=True)
class Found:
    """What there is about one student."""

    feedback: StudentFeedback | None = None
    """What goes back; None if nothing does."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """The questions that there is feedback on and that the bank doesn't have."""


@dataclass(frozen=True)
class FeedbackSources:
    """Where what was written about each student is found.

    The files are only read, and those of one student at a time.
    """

    bank: Bank
    feedback: Mapping[str, Path] = field(default_factory=dict)
    """The files of ratings and comments by student id."""
    answers: Mapping[str, Path] = field(default_factory=dict)
    """The files of collected answers by student id."""
    names: bool = True
    """Whether a student sees who wrote it."""

    @classmethod
    def of(
        cls, bank: Bank, feedback: Path | None, answers: Path | None, *, names: bool = True
    ) -> FeedbackSources:
        """Return the sources in two folders; None is a folder without any file."""
        found = student_stores(feedback) if feedback else {}
        collected = student_stores(answers) if answers else {}
        return cls(bank, found, collected, names)

    def read(self, student: Student) -> Found:
        """Return what there is about a student.

        Raises
        ------
        PrepkitError
            If one of the student's files can't be read.
        """
        path = self.feedback.get(student.student_id)
        if path is None:
            return Found()
        collected = self.answers.get(student.student_id)
        answers = read_answers(collected) if collected else {}
        replies = read_replies(collected) if collected else {}
        ratings, comments = read_feedback(path)
        given = Given(ratings, comments, replies, answers)
        entries = (self.bank[one] for one in self.bank)
        found = student_feedback(given, entries, self._rubric, student.level, names=self.names)
        return Found(found, answers, unknown_questions(given, self.bank))

    def json_for(self, student: Student) -> str | None:
        """Return what goes back to a student as JSON; None if nothing does."""
        found = self.read(student).feedback
        return found.model_dump_json() if found else None

    @cached_property
    def _rubric(self) -> tuple[Dimension, ...]:
        return read_rubric(shipped_folder())
