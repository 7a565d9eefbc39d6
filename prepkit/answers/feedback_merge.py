"""A second rater's file of feedback is added to the coach's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export, found_text
from prepkit.answers.feedback import StoredComment, feedback_store, feedback_stores, rater_name
from prepkit.answers.feedback_exchange import FeedbackFile
from prepkit.answers.kinds import COMMENT, KINDS, RATING
from prepkit.answers.store import AnswerStore
from prepkit.answers.transfer import export_of, import_answers
from prepkit.text import join_some, pluralize

_NAMED = 10
"""How many students or questions a report names."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge has done."""

    rater: str
    ratings: int = 0
    """How many rows were added, earlier versions of a rating included."""
    comments: int = 0
    students: tuple[str, ...] = ()
    """On whom something was added."""
    unchanged: int = 0
    """On how many students everything was here already."""
    unknown_students: tuple[str, ...] = ()
    """Who haven't handed in anything here. The feedback on them is kept."""
    unknown_questions: tuple[str, ...] = ()
    """What isn't in the question bank. The feedback on it is kept."""

    def __str__(self) -> str:
        added = f"{pluralize(self.ratings, 'rating')} and {pluralize(self.comments, 'comment')}"
        lines = [f"Added {added} of {self.rater} on {pluralize(len(self.students), 'student')}."]
        if self.unchanged:
            lines.append(f"On {pluralize(self.unchanged, 'student')}, everything was here already.")
        if self.unknown_students:
            lines.append(
                f"Nothing handed in here by {join_some(self.unknown_students, _NAMED)}. The"
                " feedback on them is kept: collect their answers, or check the ids."
            )
        if self.unknown_questions:
            lines.append(
                f"Not in the question bank: {join_some(self.unknown_questions, _NAMED)}. The"
                " feedback on these is kept."
            )
        return "\n".join(lines)


def merge_feedback(
    home: Path,
    found: FeedbackFile,
    *,
    mine: bool = False,
    known_students: Collection[str] | None = None,
    known_questions: Collection[str] | None = None,
) -> MergeReport:
    """Add what is in a file of feedback and not yet here. Nothing is changed or removed.

    Each student's part is added whole or not at all. Merging the file again adds what is missing.

    Parameters
    ----------
    home
        The coach's user data folder.
    found
        From `read_feedback_file`.
    mine
        Whether it is this coach's own feedback, from another computer.
    known_students, known_questions
        The ids that are expected; others are named in the report. None if all are.

    Raises
    ------
    StoreError
        If it is under this coach's name without being theirs, if it changes another rater's
        comment, or if a file of feedback can't be read or written.
    """
    if found.rater == rater_name(home) and not mine:
        raise StoreError(
            f"Nothing was added: the file has feedback of {found.rater}, and that is your own name"
            " here. If somebody else wrote it, add --as with another name for them. If you wrote it"
            " on another computer, add --mine."
        )
    _check_comments(home, found)
    report = MergeReport(found.rater)
    for student, export in found.students.items():
        added = import_answers(feedback_store(home, student), export).added
        if not added:
            report = replace(report, unchanged=report.unchanged + 1)
            continue
        ratings = sum(one.field == KINDS[RATING].fields[0] for one in added)
        report = replace(
            report,
            ratings=report.ratings + ratings,
            comments=report.comments + len(added) - ratings,
            students=(*report.students, student),
        )
    questions = {
        question
        for export in found.students.values()
        for texts in export.beside.values()
        for question in texts
    }
    return replace(
        report,
        unknown_students=_unknown(found.students, known_students),
        unknown_questions=_unknown(questions, known_questions),
    )


def _check_comments(home: Path, found: FeedbackFile) -> None:
    """Raise StoreError if a comment in the file has the id of another rater's comment here."""
    stored = feedback_stores(home)
    for student, export in found.students.items():
        here = export_of(AnswerStore(stored[student])) if student in stored else Export()
        others = {row.id: row.rater for row in _comment_rows(here) if row.rater != found.rater}
        for row in _comment_rows(export):
            if row.id in others:
                raise StoreError(
                    f"Nothing was added: a comment on {student} in the file has the id of one by"
                    f" {others[row.id]} ({found_text(row.id)}). The file isn't as prepkit wrote it."
                )


def _comment_rows(export: Export) -> Iterator[StoredComment]:
    for fields in export.beside.get(COMMENT, {}).values():
        for rows in fields.values():
            for row in rows if not isinstance(rows, str) else ():
                with suppress(ValidationError):  # only a later prepkit can read it
                    yield StoredComment.model_validate_json(row.text)


def _unknown(found: Iterable[str], known: Collection[str] | None) -> tuple[str, ...]:
    return tuple(sorted(set(found) - set(known))) if known is not None else ()
