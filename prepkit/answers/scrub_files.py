"""A file before it is shared: a table of what is in it to be looked at, and a copy without it.

The first run writes the table, in which the coach says what is replaced. The next one writes a
copy of the file in which that is replaced, and nothing else. The file itself never changes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepkit.answers.scrub import Finding, find, occurs, replace
from prepkit.errors import InputError, PrepkitError, Problem, Problems
from prepkit.files import atomic_write, read_if_there, read_text
from prepkit.records import Student
from prepkit.text import join_some, pluralize, with_formula, without_formula

COLUMNS = ("replace", "text", "with", "what it is", "times", "where", "where else", "and where")
"""The columns of the table; the first three are read again."""

_JSON = (".json", ".ipynb")
_TEXT = (".md", ".txt", ".csv")
_YES = frozenset({"yes", "y", "x", "1", "true", "ja", "j", "oui", "o", "sí", "si", "s"})
_NO = frozenset({"", "no", "n", "0", "false", "nein", "non"})
_LISTED = 10
# Such as pictures in a notebook: nobody reads them as words.
_ENCODED = re.compile(r"[A-Za-z0-9+/=\s]{400,}")


class ScrubTableError(InputError):
    """Every problem in a table of what to replace."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("The table can't be read; it has {count}:", problems)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the coach says about one text."""

    text: str
    instead: str
    chosen: bool


def table_path(path: Path) -> Path:
    """Return where the table of a file is: beside it."""
    return path.with_name(f"{path.stem}.scrub.csv")


def copy_path(path: Path) -> Path:
    """Return where the copy of a file is, if nobody says otherwise: beside it."""
    return path.with_name(f"{path.stem}-scrubbed{path.suffix}")


def scrub(
    path: Path,
    copy: Path,
    *,
    students: Sequence[Student] = (),
    employers: Iterable[str] = (),
    is_word: Callable[[str], bool] = lambda word: False,
    replace_copy: bool = False,
) -> str:
    """Write the table of a file, or, if it is there and complete, the copy; return what was done.

    Parameters
    ----------
    path
        A text (.md, .txt, .csv), JSON or a notebook. It is only read.
    copy
        Where to write the copy.
    students, employers, is_word
        As `prepkit.answers.scrub.find` takes them.
    replace_copy
        Whether a file that is at `copy` may be replaced.

    Raises
    ------
    PrepkitError
        If the file or the table can't be read, or there is a file at `copy`.
    """
    text = read_text(path)
    strings = list(_strings(path, text))
    found = find(strings, students=students, employers=employers, is_word=is_word)
    table = table_path(path)
    choices = _read_table(table)
    known = {one.text for one in choices}
    new = [one for one in found if one.text not in known]
    if new or not choices:
        return _add(table, choices, found, new)
    chosen = {one.text: one.instead for one in choices if one.chosen}
    if not chosen:
        return (
            f"{table}: nothing is chosen. Write yes in the column replace of what should go, save"
            " it, and run the same command again."
        )
    if copy.exists() and (not replace_copy or copy.samefile(path)):
        raise PrepkitError(
            f"{copy} is there already. Nothing was written: name another file with -o, or add"
            " --replace."
        )
    made, count = _replaced(path, text, chosen)
    _write(copy, made.encode())
    return _report(copy, chosen, count, choices)


def _report(copy: Path, chosen: Mapping[str, str], count: int, choices: Sequence[Choice]) -> str:
    lines = [
        f"{copy}: {pluralize(len(chosen), 'text')} replaced in {pluralize(count, 'place')}."
        " Read it before you share it: a computer can't know what tells who somebody is."
    ]
    if kept := [one.text for one in choices if not one.chosen]:
        lines.append(f"Not chosen, and still in it: {join_some(kept, _LISTED)}")
    if named := [one.text for one in choices if occurs(one.text, re.sub("[-_]", " ", copy.stem))]:
        lines.append(f"The name of the file has {join_some(named, _LISTED)} in it.")
    return "\n".join(lines)


# ---- what a file says ----------------------------------------------------------------------------


def _strings(path: Path, text: str) -> Iterable[str]:
    """Return the texts in a file: of JSON, its values."""
    if path.suffix.lower() in _TEXT:
        return [text]
    if path.suffix.lower() not in _JSON:
        known = ", ".join((*_TEXT, *_JSON))
        raise PrepkitError(f"{path}: only files of these kinds can be looked through: {known}.")
    found: list[str] = []

    def keep(value: str) -> str:
        found.append(value)
        return value

    _changed(_parsed(path, text), keep)
    return found


def _replaced(path: Path, text: str, chosen: Mapping[str, str]) -> tuple[str, int]:
    if path.suffix.lower() in _TEXT:
        return replace(text, chosen)
    total = 0

    def change(value: str) -> str:
        nonlocal total
        made, count = replace(value, chosen)
        total += count
        return made

    made = _changed(_parsed(path, text), change)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n", total


def _parsed(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PrepkitError(f"{path}: this is no JSON, or it is damaged.") from None


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Return a value of JSON in which all texts are changed; names of values stay."""
    if isinstance(value, str):
        return value if _ENCODED.fullmatch(value) else change(value)
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _changed(one, change) for name, one in value.items()}
    return value


# ---- the table -----------------------------------------------------------------------------------


def _add(
    table: Path, choices: Sequence[Choice], found: Sequence[Finding], new: Sequence[Finding]
) -> str:
    """Write the table: what the coach has said stays, and what is new is added."""
    if not found:
        return "Nothing was found. Read the file before you share it all the same."
    here = {one.text: one for one in found}
    rows = [
        _cells(one.text, one.instead, here.get(one.text), "yes" if one.chosen else "")
        for one in choices
    ]
    rows += [_cells(one.text, one.instead, one, "") for one in new]
    made = io.StringIO()
    csv.writer(made).writerows([COLUMNS, *rows])
    _write(table, made.getvalue().encode("utf-8-sig"))
    what = "more to look at" if choices else "to look at"
    return (
        f"{table}: {pluralize(len(new), 'text')} {what}. Nothing was replaced. Write yes in the"
        " column replace of what should go, change what stands in its place if you like, add rows"
        " of your own, save it, and run the same command again."
    )


def _cells(text: str, instead: str, found: Finding | None, chosen: str) -> list[str]:
    about = [found.kind, str(found.count), *found.contexts] if found else ["", "0"]
    cells = [chosen, text, instead, *about]
    return [without_formula(cell) for cell in [*cells, *[""] * (len(COLUMNS) - len(cells))]]


def _read_table(path: Path) -> list[Choice]:
    """Return what a table says; nothing if there is none."""
    if not read_if_there(path):
        return []
    problems = Problems(path, error=ScrubTableError)
    text = read_text(path)
    first = text.split("\n", 1)[0]
    mark = max((",", ";", "\t"), key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    header = [cell.strip().casefold() for cell in rows[0]]
    if lacking := [name for name in COLUMNS[:3] if name not in header]:
        for name in lacking:
            problems.add_error(f"there is no column '{name}'", line=1)
        problems.fail()
    places = [header.index(name) for name in COLUMNS[:3]]
    choices: dict[str, Choice] = {}
    for number, row in enumerate(rows[1:], 2):
        said, what, instead = (
            with_formula(row[place]) if place < len(row) else "" for place in places
        )
        said = said.strip().casefold()
        if said not in _YES | _NO:
            problems.add_error(f"'{said}' is neither yes nor no", where=f"row {number}")
        if what.strip():
            choices[what] = Choice(what, instead, said in _YES)
    problems.raise_any()
    return list(choices.values())


def _write(path: Path, content: bytes) -> None:
    try:
        atomic_write(path, content, private=True)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror}.") from error
