"""The id that a cell of a roster gives a student, safe in the name of a file. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from prepkit.packets.roster.cells import cell_text, one_line, visible
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.formats.rows import Cell, ShownNumber
from prepkit.records import STUDENT_ID, is_student_id
from prepkit.text import fold

EMAIL = re.compile(r'[^\s@<>,;:"()]+@[^\s@<>,;:"()]+\.[^\s@<>,;:"()]+')
"""What a person may have typed as an address; whether it exists, only a mail can tell."""

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_LONGEST = 64
_SAFELY_LONG = 15
"""The most digits that a spreadsheet keeps of a number."""

A_DATE = (
    "the spreadsheet made [this the date|these dates:] {}: format the column as text, and type the"
    " [cell|cells] again"
)
UNSAFE = (
    "{} can't be [an id|ids]: use only the letters A to Z, digits, '.', '_' and '-', start and end"
    " with a letter or a digit, and stay within 64 characters"
)
INDEX = "{} can't be an id: the page that lists the packets has this name"
FILL_IN = "{} can't be [an id|ids]: names of the notebooks to fill in end in '-fill-in'"
DEVICE = "{} can't be [an id|ids]: Windows doesn't allow files with [this name|these names]"
SHORTENED = (
    "the spreadsheet has shortened [a number|numbers] to {}: format the column as text, and type"
    " the [id|ids] again"
)
LONG = (
    "{} [has|have] more than 15 digits: a spreadsheet that took [it for a number|them for numbers]"
    " has changed the last ones to 0"
)
TWICE = (
    "{} [is in an earlier row, too|are in earlier rows, too]: give each student an id of their own"
    " (upper and lower case count as the same)"
)
HANDED_IN_TWICE = (
    "{} [is in an earlier row with the same name, too|are in earlier rows with the same names,"
    " too]: if a student has filled in the form twice, keep one of the rows; if not, give each"
    " student an id of their own"
)
ZEROS = "only zeros at the start tell {} from another id: are these two students?"


def student_id(cell: Cell) -> str:
    """Return the id in a cell, as the spreadsheet shows it; for an address, see `id_of_email`.

    Raises
    ------
    ValueError
        If it can't be used in the name of a file, or isn't what was typed.
    """
    if isinstance(cell, date):
        raise CellError(A_DATE, cell_text(cell))
    text = cell.shown if isinstance(cell, ShownNumber) else one_line(cell, formula="=@+-")
    if EMAIL.fullmatch(text):
        return id_of_email(text)
    if is_student_id(text):
        return text
    if _SHORTENED.fullmatch(text):
        raise CellError(SHORTENED, text)
    if not STUDENT_ID.fullmatch(text):
        raise CellError(UNSAFE, visible(text))
    if text.casefold() == "index":
        raise CellError(INDEX, text)
    raise CellError(FILL_IN if text.casefold().endswith("-fill-in") else DEVICE, text)


def id_of_email(address: str) -> str:
    """Return an id made from an e-mail address, the same however its capitals are written.

    ``ann.lee@example.edu`` becomes ``ann.lee-at-example.edu``, and ``+`` becomes ``-plus-``. Any
    other character that can't be in an id becomes its number, such as ``-u27-``; a long address is
    cut, and ends in a digest of the whole.
    """
    plain = address.casefold().replace("@", "-at-").replace("+", "-plus-")
    made = re.sub(r"[^a-z0-9._-]", lambda each: f"-u{ord(each[0]):x}-", plain)
    if not is_student_id(made[:_LONGEST]):
        made = f"mail-{made.strip('._-')}"
    if len(made) > _LONGEST:
        digest = hashlib.sha256(made.encode()).hexdigest()[:12]
        made = f"{made[: _LONGEST - 13].rstrip('._-')}-{digest}"
    return made if is_student_id(made) else f"{made.rstrip('._-')}-mail"


def about_ids(
    ids: Mapping[int, str], names: Mapping[int, str]
) -> tuple[list[tuple[int, CellError]], list[tuple[int, CellError]]]:
    """Return what is wrong with the ids of a roster together, and what should be looked at.

    Parameters
    ----------
    ids
        By row.
    names
        The students' names by row, as far as they are known.
    """
    faults: list[tuple[int, CellError]] = []
    remarks: list[tuple[int, CellError]] = []
    first: dict[str, int] = {}
    without_zeros: dict[str, str] = {}
    for row, text in ids.items():
        key = text.casefold()
        # On some systems, names of files that differ only in case are the same file.
        if (before := first.setdefault(key, row)) != row:
            name, other = names.get(row, ""), names.get(before, "")
            says = HANDED_IN_TWICE if name and fold(name) == fold(other) else TWICE
            faults.append((row, CellError(says, text, beside=f"(row {before})")))
            continue
        if without_zeros.setdefault(key.lstrip("0"), key) != key:
            remarks.append((row, CellError(ZEROS, text)))
        if text.isdecimal() and len(text) > _SAFELY_LONG:
            remarks.append((row, CellError(LONG, text)))
    return faults, remarks
