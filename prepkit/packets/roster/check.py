"""What was understood of a roster, as a coach reads it, and the file beside it that keeps it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from prepkit.errors import PrepkitError
from prepkit.files import read_text
from prepkit.packets.roster.file import RosterError, mapping_path, roster_beside
from prepkit.packets.roster.mapping import (
    PASSED_BY,
    RosterMapping,
    Said,
    mapping_text,
    read_mapping,
    starter_text,
    write_mapping,
)
from prepkit.packets.roster.open_questions import lines_by_section, questions_by_section
from prepkit.packets.roster.reader import Understood
from prepkit.text import pluralize, printable, shorten

_WIDEST = 40
_NOTE = "Please note: "


def table_of(understood: Understood) -> list[str]:
    """Return a table of the columns: the name in the file, what it is, an example, how many."""
    rows = [("Column", "Read as", "Example", "Students")]
    rows += [
        (one.header, one.role or "(passed by)", one.example, f"{one.count:,}")
        for one in understood.columns
    ]
    cells = [[shorten(printable(cell, one_line=True), _WIDEST) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def lines_about(understood: Understood) -> Iterator[str]:
    """Yield what was guessed, and what the coach should look at."""
    for guess in understood.guesses:
        yield printable(guess, one_line=True)
    for notice in understood.notices:
        yield f"{_NOTE}{printable(notice, one_line=True)}"


def lines_to_tell(understood: Understood) -> Iterator[str]:
    """Yield what a run tells: guesses until they are written down, and notices each time."""
    for line in lines_about(understood):
        if understood.is_new or line.startswith(_NOTE):
            yield line


def students_line(understood: Understood) -> str:
    """Return how many students there are, and how many of them have what a packet needs."""
    students = understood.students
    counts = {
        "companies": sum(bool(one.companies) for one in students),
        "a level": sum(bool(one.level) for one in students),
        "an interview date": sum(bool(one.interview_date) for one in students),
    }
    if any(column.role == "email" for column in understood.columns):
        counts["an address"] = sum(bool(one.email) for one in students)
    having = ", ".join(f"{count:,} with {what}" for what, count in counts.items())
    return f"{pluralize(len(students), 'student')}: {having}"


def keep(roster: Path, understood: Understood, *, replace: bool = False) -> str:
    """Write down what was understood beside the roster, and return what to say about it.

    A file that the coach has changed stays as it is, unless they want it to be replaced. What they
    have said in it is kept then, too.
    """
    mapping = read_mapping(roster)
    name = mapping.path.name
    if mapping.is_edited and not replace:
        if not _adds(mapping, understood):
            return f"{name} is obeyed."
        return (
            f"You have changed {name}, so what is new above isn't written into it. To have it"
            f" written with what you said and what is new: prepkit roster check"
            f" {shlex.quote(str(roster))} --replace"
        )
    text = mapping_text(roster, understood.said, understood.settings)
    if text == mapping.text:
        return f"{name} is obeyed."
    try:
        write_mapping(mapping.path, text)
    except OSError as error:
        return f"This can't be kept beside the roster ({error.strerror}): {mapping.path}"
    other = roster_beside(roster)
    beside = f" ({mapping_path(roster.with_name(other)).name} is for {other})" if other else ""
    return f"This is kept in {mapping.path}{beside}: change it there if it isn't right."


def answerable(roster: Path, error: RosterError) -> PrepkitError:
    """Return the error of a roster; if it asks something, there is a file to answer in."""
    path = mapping_path(roster)
    questions = questions_by_section(error.problems)
    if not questions:
        return error
    if not _is_ours(roster):
        return _with_lines_to_add(path, error)
    try:
        write_mapping(path, starter_text(roster, questions))
    except OSError as failure:
        return PrepkitError(f"{error}\n{path} can't be made for you: {failure.strerror}")
    return PrepkitError(
        f"{error}\nTo answer, open {path} in a text editor and remove the # before each line that"
        " is right. Then type the command again."
    )


def _with_lines_to_add(path: Path, error: RosterError) -> PrepkitError:
    """Return the error with the lines that the coach's own file lacks: it isn't written again."""
    there = read_text(path)
    lines = []
    for section, answers in lines_by_section(error.problems).items():
        if lacking := [line for line in answers if line not in there]:
            lines += [f"  [{section}]", *(f"  {line}" for line in lacking)]
    if not lines:
        return PrepkitError(
            f"{error}\nTo answer, open {path} in a text editor and remove the # before each line"
            " that is right. Then type the command again."
        )
    return PrepkitError(
        "\n".join(
            [
                f"{error}",
                f"You have changed {path}, so nothing is added to it. To answer, copy into it those"
                " of these lines that are right, each below the line in brackets that is above it"
                " here. Then type the command again.",
                *lines,
            ]
        )
    )


def _is_ours(roster: Path) -> bool:
    """Tell whether the file beside a roster has only our questions in it, or isn't there."""
    try:
        mapping = read_mapping(roster)
    except PrepkitError:
        return False
    return mapping.said == Said() and not mapping.is_edited


def _adds(mapping: RosterMapping, understood: Understood) -> bool:
    """Tell whether something was understood that the coach has not said."""
    before, now = mapping.said, understood.said
    columns = {name: each for name, each in now.columns.items() if name != PASSED_BY}
    return (
        any(name not in before.columns for name in columns)
        or now.levels != before.levels
        or now.companies != before.companies
        or now.dates != before.dates
        or now.names != before.names
    )
