"""What a coach sees of the files that came back: ledger -> Table, and no text of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from prepkit.answers.ledger import HERE, Ledger
from prepkit.records import Student
from prepkit.text import capitalize_first
from prepkit.widgets.table import SEARCHED, Table, search_table

_TAKEN = ("taken", "opened", "skipped")


def ledger_table(ledger: Ledger, students: Sequence[Student] = ()) -> Table:
    """Return the students whose answers did not simply come, and what to do about each.

    Parameters
    ----------
    ledger
        What became of the files that were collected last.
    students
        The roster, for the names.
    """
    names = {student.student_id: student.name for student in students}
    rows = [row for row in ledger.students if row.state != HERE]
    return search_table(
        {
            "Student": [
                f"{names[row.student_id]} ({row.student_id})"
                if row.student_id in names
                else row.student_id
                for row in rows
            ],
            "What came": [capitalize_first(row.state) for row in rows],
            "Details": [row.details.replace("\n", " ") for row in rows],
        },
        least=SEARCHED,
        caption="Students to look at",
        wide=["Details"],
        short=["What came"],
        empty="Answers came from everybody." if ledger.students else _NOTHING,
    )


_NOTHING = "Nothing has been collected yet."


def unread_files_table(ledger: Ledger) -> Table:
    """Return the files of which nothing or not everything was taken, and why.

    Parameters
    ----------
    ledger
        What became of the files that were collected last.
    """
    rows = [row for row in ledger.files if row.state not in _TAKEN]
    return search_table(
        {
            "File": [row.file for row in rows],
            "Student": [row.student_id or "not known" for row in rows],
            "What became of it": [capitalize_first(row.state) for row in rows],
            "Why": [row.details for row in rows],
        },
        least=SEARCHED,
        caption="Files that were not taken",
        wide=["Why"],
        short=["What became of it"],
        empty="Every file was taken." if ledger.files else _NOTHING,
    )
