"""What students did, day by day, from their answers files: counts and days, and no text."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prepkit.answers.database import snapshot
from prepkit.answers.kinds import KINDS, REVIEW, REVISION
from prepkit.answers.students import student_stores
from prepkit.files import UnreadableError
from prepkit.words import count_words


@dataclass(frozen=True, slots=True)
class Written:
    """How many words a part of an answer had at the end of a day on which it was changed."""

    question: str
    part: str
    day: date
    """In UTC."""
    words: int


@dataclass(frozen=True, slots=True)
class Work:
    """What one student did, in the order of time."""

    written: tuple[Written, ...] = ()
    rehearsals: tuple[date, ...] = ()
    """The days, in UTC, of the answers that were practised out loud."""


def collected_work(folder: Path) -> dict[str, Work]:
    """Return what students did, by student id, from the answers files in a folder.

    The files are only read. A text that a student sent in a notebook has the day on which it was
    last changed; earlier days are known only if the student sent it earlier, too.

    Raises
    ------
    PrepkitError
        If one of the answers files can't be read.
    """
    found = {}
    for student_id, path in student_stores(folder).items():
        try:
            with closing(snapshot(path)) as stored:
                found[student_id] = _work_in(stored)
        except OSError as error:
            raise UnreadableError(path, f"it can't be read: {error.strerror or error}") from error
    return found


def _work_in(stored: sqlite3.Connection) -> Work:
    # Of each day only the last text is counted: a student saves hundreds of times an hour. With
    # max(), SQLite takes the other columns from the row that has it.
    texts = stored.execute(
        "SELECT subject, field, substr(at, 1, 10), text, max(number) FROM event WHERE kind = ?"
        " GROUP BY subject, field, substr(at, 1, 10) ORDER BY 3",
        [REVISION],
    )
    days = stored.execute("SELECT substr(at, 1, 10) FROM event WHERE kind = ? ORDER BY 1", [REVIEW])
    ticks = KINDS[REVISION].marks
    return Work(
        tuple(
            Written(question, part, date.fromisoformat(day), count_words(text))
            for question, part, day, text, _ in texts
            if part not in ticks
        ),
        tuple(date.fromisoformat(day) for (day,) in days),
    )
