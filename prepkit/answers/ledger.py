"""The ledger of a collecting: what became of every file that was met, and of every student.

It is a table for a spreadsheet, in the folder of the collected answers. Nothing in it depends on
when it was made: collecting the same files again gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from prepkit.answers.errors import StoreError
from prepkit.files import atomic_write, make_private_folder, read_if_there
from prepkit.text import join_some, join_words, pluralize, printable, with_formula, without_formula

NAME = "ledger.csv"
"""The name of its file."""

HERE, SAME, DOUBLED, DAMAGED = "here", "same text as another's", "doubled", "damaged"
REFUSED, NOT_READ, EMPTY = "refused", "not read", "empty"
EARLIER, MISSING = "earlier", "missing"
"""What became of a student. Answers came from one file or copies of it (here), from several that
differ (doubled), or with a text that is another student's, too; a file came of which not everything
was taken (damaged), of which nothing was (refused), that can't hold answers (not read), or that has
none (empty); no file is in the folder, and something came before (earlier) or nothing did
(missing)."""

_STATES = (HERE, DOUBLED, SAME, DAMAGED, REFUSED, NOT_READ, EMPTY, EARLIER, MISSING)
_COLUMNS = ("about", "student_id", "name", "state", "file", "details")
_NAMED = 20
_VAIN = "No file is in this folder. Earlier: "


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
    name: str = ""
    """The student's, as the roster has it."""

    @property
    def sent_in_vain(self) -> bool:
        """Whether it is a student who sent a file, and nothing or not everything was taken."""
        earlier = self.state == EARLIER and self.details.startswith(_VAIN)
        return earlier or self.state in (DAMAGED, REFUSED, NOT_READ, EMPTY)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of every file, and of every student."""

    students: tuple[LedgerRow, ...] = ()
    """In the order of the roster; those who aren't in it come after it, by id."""
    files: tuple[LedgerRow, ...] = ()
    """In the order of the folder."""

    def notes(self) -> list[str]:
        """Return how it stands, who is missing, and whose texts are the same, as lines to print."""
        lines = []
        counts = Counter(one.state for one in self.students)
        if set(counts) - {HERE}:
            states = join_words([f"{counts[each]:,} {each}" for each in _STATES if counts[each]])
            lines.append(f"{pluralize(len(self.students), 'student')}: {states}.")
        if missing := [one for one in self.students if one.state == MISSING]:
            named = [
                f"{one.student_id} ({one.name})" if one.name else one.student_id for one in missing
            ]
            lines.append(f"No file from {join_some(named, _NAMED)}.")
            lines += [f"{one.student_id}: {one.details}" for one in missing if one.details]
        lines += [
            f"{one.student_id}: {line}"
            for one in self.students
            for line in one.details.split("\n")
            # The rows of the others say the same of this student.
            if line.startswith(SAME_TEXT) and one.student_id < _first_other(line)
        ]
        return lines


SAME_TEXT = "The same text as "
"""How a line of details about a text of two students begins."""


def _first_other(line: str) -> str:
    return re.split(r"[,:] | and ", line.removeprefix(SAME_TEXT))[0]


def with_earlier(ledger: Ledger, before: Ledger) -> Ledger:
    """Return a ledger in which nobody is missing who sent a file of another folder.

    Parameters
    ----------
    ledger
        What became of the files of this folder.
    before
        The ledger of the collecting before.
    """
    # Who sent answers then has them stored, and isn't missing anyway.
    sent = {one.student_id: one for one in before.students if one.sent_in_vain}
    students = tuple(
        replace(one, state=EARLIER, details=_earlier(sent[one.student_id]))
        if one.state == MISSING and one.student_id in sent
        else one
        for one in ledger.students
    )
    return replace(ledger, students=students)


def _earlier(row: LedgerRow) -> str:
    return row.details if row.state == EARLIER else f"{_VAIN}{row.details}"


def to_csv(ledger: Ledger) -> bytes:
    """Return a ledger as a table that spreadsheet programs open."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for about, rows in (("student", ledger.students), ("file", ledger.files)):
        for row in rows:
            cells = (about, row.student_id, row.name, row.state, row.file, row.details)
            writer.writerow([without_formula(printable(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def from_csv(content: bytes) -> Ledger:
    """Return the ledger in a table; rows that aren't as `to_csv` writes them are left out."""
    found: dict[str, list[LedgerRow]] = {"student": [], "file": []}
    text = content.decode("utf-8-sig", "replace")
    for cells in csv.reader(io.StringIO(text, newline="")):
        if len(cells) == len(_COLUMNS) and cells[0] in found:
            student_id, name, state, file, details = map(with_formula, cells[1:])
            found[cells[0]].append(LedgerRow(student_id, state, file, details, name))
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
