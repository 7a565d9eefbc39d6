"""A coach's files as the page for rating reads them; each is read again only if it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from prepkit.answers.database import snapshot
from prepkit.answers.feedback import Comment, Rating, feedback_stores, read_feedback, read_replies
from prepkit.answers.rows import select_revisions
from prepkit.answers.students import SUFFIX, feedback_folder, read_answers, student_stores
from prepkit.records import Answer, Revision, is_student_id

T = TypeVar("T")
_Mark = tuple[int, int, int]


class Shelf:
    """What students have handed in, and what was said about it so far. Nothing is written.

    Parameters
    ----------
    home
        The coach's user data folder, where the feedback is.
    folder
        The folder of the answers that were collected.
    """

    def __init__(self, home: Path, folder: Path) -> None:
        self._home, self._folder = home, folder
        self._known: dict[tuple[str, Path], tuple[_Mark, object]] = {}

    def students(self) -> list[str]:
        """Return those who have handed something in, sorted."""
        return list(student_stores(self._folder))

    def answers(self, student: str) -> dict[str, Answer]:
        """Return a student's current answers by question."""
        path = _path(self._folder, student)
        return self._read("answers", path, read_answers) if path else {}

    def replies(self, student: str) -> dict[str, Revision]:
        """Return a student's replies by the id of the comment."""
        path = _path(self._folder, student)
        return self._read("replies", path, read_replies) if path else {}

    def feedback(self, student: str) -> tuple[tuple[Rating, ...], tuple[Comment, ...]]:
        """Return the current ratings and comments about a student's answers, of all raters."""
        path = _path(feedback_folder(self._home), student)
        return self._read("feedback", path, read_feedback) if path else ((), ())

    def comments_of(self, rater: str) -> Iterable[Comment]:
        """Yield the current comments of one rater, about all students."""
        for path in feedback_stores(self._home).values():
            _, comments = self._read("feedback", path, read_feedback)
            yield from (one for one in comments if one.rater == rater)

    def earlier(self, student: str, question: str, part: str, number: int) -> Revision | None:
        """Return an earlier text of a part by its number; None if there is none."""
        path = _path(self._folder, student)
        if path is None:
            return None
        with closing(snapshot(path)) as copy:
            history = select_revisions(copy, question, part)
        return next((one for one in history if one.revision == number), None)

    def _read(self, kind: str, path: Path, read: Callable[[Path], T]) -> T:
        stat = path.stat()
        mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.get((kind, path))
        if known is None or known[0] != mark:
            # The mark is of before: what is written meanwhile is read the next time.
            known = self._known[kind, path] = (mark, read(path))
        return known[1]  # type: ignore[return-value]  # what `read` has returned for this kind


def _path(folder: Path, student: str) -> Path | None:
    """Return the file of a student, if there is one; listing a folder for each would take long."""
    path = folder / f"{student}{SUFFIX}"
    return path if is_student_id(student) and path.exists() else None
