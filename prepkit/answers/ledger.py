"""The ledger of a collecting: what became of every file that was met, and of every student.

It is a table for a spreadsheet, in the folder of the collected answers. Nothing in it depends on
when it was made: collecting the same files again gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from prepkit.answers.errors import StoreError
from prepkit.files import atomic_write, make_private_folder, read_if_there
from prepkit.text import join_some, pluralize, printable, with_formula, without_formula

NAME = "ledger.csv"
"""The name of its file."""

HERE, SAME, DOUBLED, DAMAGED = "here", "same text as another's", "doubled", "damaged"
REFUSED, NOT_READ, EMPTY = "refused", "not read", "empty"
EARLIER, MISSING = "earlier", "missing"
STUDENT_STATES = {
    HERE: "Answers were taken from one file.",
    DOUBLED: "Answers were taken from several files.",
    SAME: "Answers were taken, and one of the texts is also another student's.",
    DAMAGED: "A file came, and not all of it can be read.",
    REFUSED: "A file came, and nothing of it was taken.",
    NOT_READ: "Only files came that can't hold answers.",
    EMPTY: "A file came, and no answer is in it.",
    EARLIER: "No file is in the folder; answers were collected before.",
    MISSING: "No file is in the folder.",
}
"""What became of a student, and what that means."""
WITHOUT_ANSWERS = (DAMAGED, REFUSED, NOT_READ, EMPTY)
"""The states of students who sent a file of which nothing or not everything was taken."""

_COLUMNS = ("about", "student_id", "state", "file", "details")
_NAMED = 20


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What became of a file, or of a student."""

    student_id: str
    """Empty if it isn't known whose file it is."""
    state: str
    file: str = ""
    """Its place in the folder, and in an archive there; of a student, all of their files."""
    details: str = ""
    """Why, and what to do."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of every file, and of every student."""

    students: tuple[LedgerRow, ...] = ()
    """In the order of the roster; those who aren't in it come after it, by id."""
    files: tuple[LedgerRow, ...] = ()
    """In the order of the folder."""

    def notes(self) -> list[str]:
        """Return who handed in nothing, and whose texts are the same, as lines to print."""
        lines = []
        if missing := [one.student_id for one in self.students if one.state == MISSING]:
            named = join_some(missing, _NAMED)
            lines.append(f"No file from {pluralize(len(missing), 'student')}: {named}")
        lines += [
            f"{one.student_id}: {line}"
            for one in self.students
            for line in one.details.split("\n")
            if line.startswith(SAME_TEXT)
        ]
        return lines


SAME_TEXT = "The same text as "
"""How a line of details about a text of two students begins."""


def to_csv(ledger: Ledger) -> bytes:
    """Return a ledger as a table that spreadsheet programs open."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for about, rows in (("student", ledger.students), ("file", ledger.files)):
        for row in rows:
            cells = (about, row.student_id, row.state, row.file, row.details)
            writer.writerow([without_formula(printable(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def from_csv(content: bytes) -> Ledger:
    """Return the ledger in a table; rows that aren't as `to_csv` writes them are left out."""
    found: dict[str, list[LedgerRow]] = {"student": [], "file": []}
    text = content.decode("utf-8-sig", "replace")
    for cells in csv.reader(io.StringIO(text, newline="")):
        if len(cells) == len(_COLUMNS) and cells[0] in found:
            found[cells[0]].append(LedgerRow(*map(with_formula, cells[1:])))
    return Ledger(tuple(found["student"]), tuple(found["file"]))


def write_ledger(folder: Path, ledger: Ledger) -> Path:
    """Write the ledger into the folder of the collected answers; only its owner can read it.

    Raises
    ------
    StoreError
        If it can't be written.
    """
    path = folder / NAME
    content = to_csv(ledger)
    try:
        if read_if_there(path) != content:
            make_private_folder(folder)
            atomic_write(path, content, private=True)
    except OSError as error:
        raise StoreError(
            f"The answers are stored, but {path} can't be written: {error.strerror or error}. "
            "Close it if another program has it open, then collect again."
        ) from error
    return path


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger of the last collecting into a folder; an empty one if there is none.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    path = folder / NAME
    try:
        return from_csv(read_if_there(path))
    except (OSError, csv.Error) as error:
        raise StoreError(
            f"{path} can't be read ({error}). Collect again: that writes it anew."
        ) from error


def count_states(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """Return how many rows are in each state, the most first."""
    return dict(Counter(row.state for row in rows).most_common())
