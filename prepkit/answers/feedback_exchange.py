r"""One rater's feedback on all students as a file for another coach, and back from such a file.

This is the whole format::

    {
      "format": "prepkit-feedback",
      "version": 1,
      "rater": "Ben",
      "students": {
        "2027-014": {
          "rating": {"technical-leadership/06": {"rating": [
            {"revision": 1, "saved_at": "2026-01-31T09:30:00+00:00", "origin": "form",
             "text": "{\"rater\": \"Ben\", \"scores\": {\"Substance\": 3}, …}"}
          ]}},
          "comment": {"technical-leadership/06": {"comment": [ … ]}}
        }
      }
    }

What a student has is the ``texts`` of `exchange_json`, with ratings and comments only: every row of
the rater's, so that a change or a removal goes along. Ratings and comments are logs: merging adds
the rows that aren't there yet, in any order of files, and there is nothing to choose.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import ExchangeError, Export, History, found_text
from prepkit.answers.exchange_json import from_document, to_json
from prepkit.answers.feedback import (
    StoredComment,
    StoredRating,
    feedback_stores,
    rater_name,
)
from prepkit.answers.kinds import COMMENT, KINDS, RATING
from prepkit.answers.store import AnswerStore
from prepkit.answers.transfer import export_of
from prepkit.errors import Problem
from prepkit.files import atomic_write, read_text
from prepkit.notebook.mime import EXPORT_FORMAT
from prepkit.records import Revision, is_student_id
from prepkit.text import join_quoted

FORMAT = "prepkit-feedback"
VERSION = 1

_ROWS: Mapping[str, type[StoredRating | StoredComment]] = {
    RATING: StoredRating,
    COMMENT: StoredComment,
}
_MOST_BYTES = 100_000_000
"""Of a file: a thousand students with ten long comments each have a tenth of it."""
_CLOCKS_APART = timedelta(days=1)
"""How far the clocks of two computers may be apart."""


@dataclass(frozen=True, slots=True)
class FeedbackFile:
    """What a file of feedback holds."""

    rater: str
    students: Mapping[str, Export]
    """The ratings and comments by the student's id."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    format: Literal["prepkit-feedback"]
    version: Annotated[int, Field(ge=1, le=VERSION)]
    rater: Annotated[str, Field(min_length=1, max_length=200)]
    students: dict[str, dict[str, Any]]


_WANTED = {
    "format": f'"{FORMAT}"',
    "version": str(VERSION),
    "rater": "the name of who rated",
    "students": "an object",
}


def export_feedback(
    home: Path, path: Path, *, rater: str | None = None, replace: bool = False
) -> int:
    """Write one rater's ratings and comments on all students to a file; return how many students.

    Only its owner can read the file. It is the same whenever nothing has changed.

    Parameters
    ----------
    home
        The coach's user data folder.
    path
        The file to write; its name ends in .json.
    rater
        Whose feedback; None for this computer's coach.
    replace
        Whether to replace the file if it exists.

    Raises
    ------
    StoreError
        If there is no feedback of this rater, the file exists, or it can't be written.
    """
    if path.suffix != ".json":
        raise StoreError(f"{path}: expected a name that ends in .json.")
    if path.exists() and not replace:
        raise StoreError(f"{path} already exists. Choose another name, or add --replace.")
    name = rater or rater_name(home)
    students = {}
    others: set[str] = set()
    for student, stored in feedback_stores(home).items():
        export = export_of(AnswerStore(stored))
        others |= _raters_in(export)
        own = _of_rater(export, name)
        if own.beside:
            students[student] = json.loads(to_json(own))["texts"]
    if not students:
        named = join_quoted(sorted(others), "or")
        hint = f" There is some of {named}: add --rater with that name." if named else ""
        raise StoreError(f"There is no feedback of {name} yet, so no file was written.{hint}")
    document = {"format": FORMAT, "version": VERSION, "rater": name, "students": students}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    try:
        atomic_write(path, text.encode("utf-8"), private=True)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return len(students)


def read_feedback_file(path: Path, *, now: datetime) -> FeedbackFile:
    """Return what a file of feedback holds.

    Raises
    ------
    ExchangeError
        With every problem, each with its place.
    UnreadableError
        If the file can't be read as text.
    """
    head = f"{path} can't be merged, so nothing was added: {{count}}"
    problems: list[Problem] = []
    text = read_text(path)
    if len(text) > _MOST_BYTES:
        too_large = f"it is larger than {_MOST_BYTES // 1_000_000} MB, which no feedback is"
        raise ExchangeError([_problem(too_large)], head)
    document = _document(text, problems)
    if document is None:
        raise ExchangeError(problems, head)
    students: dict[str, Export] = {}
    for student, texts in document.students.items():
        if not is_student_id(student):
            problems.append(_problem(f"{found_text(student)} can't be a student id", "students"))
            continue
        try:
            # Each student's part is checked as a file of answers is, at the same places.
            whole = {"format": EXPORT_FORMAT, "version": 2, "answers": {}, "texts": texts}
            export = from_document(whole)
        except ExchangeError as error:
            problems += [_problem(one.message, f"{student}, {one.where}") for one in error.problems]
            continue
        problems += _wrong_rows(student, export, document.rater, now)
        students[student] = export
    if problems:
        raise ExchangeError(problems, head)
    return FeedbackFile(document.rater, students)


def under_name(found: FeedbackFile, rater: str) -> FeedbackFile:
    """Return the feedback under another name, for two raters whose computers call them the same."""

    def renamed(revision: Revision) -> Revision:
        text = json.dumps({**json.loads(revision.text), "rater": rater}, ensure_ascii=False)
        return revision.model_copy(update={"text": text})

    students = {
        student: replace(export, beside=_mapped(export, lambda rows: tuple(map(renamed, rows))))
        for student, export in found.students.items()
    }
    return FeedbackFile(rater, students)


def _document(text: str, problems: list[Problem]) -> _Document | None:
    """Return the whole file without what students have in it checked; None with problems."""
    try:
        parsed = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        problems.append(_problem(f"not JSON ({error.msg})", place))
        return None
    except (RecursionError, ValueError) as error:
        problems.append(_problem(f"not JSON that prepkit would write ({error})"))
        return None
    version = parsed.get("version") if isinstance(parsed, dict) else None
    if isinstance(version, int) and version > VERSION:
        problems.append(_problem(f"{version} is from a newer prepkit; update prepkit", "version"))
        return None
    try:
        return _Document.model_validate(parsed)
    except ValidationError as error:
        for part in error.errors():
            *_, name = part["loc"] or ("",)
            if part["type"] == "extra_forbidden":
                problems.append(_problem(f"{found_text(name)} is not known here"))
                continue
            wanted = _WANTED.get(str(name), "an object")
            given = found_text(None if part["type"] == "missing" else part["input"])
            place = ", ".join(map(str, part["loc"]))
            problems.append(_problem(f"expected {wanted}, found {given}", place))
        return None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{found_text(name)} appears twice in one place")
        found[name] = value
    return found


def _problem(message: str, where: str = "") -> Problem:
    return Problem(None, 0, message, where)


def _wrong_rows(student: str, export: Export, rater: str, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with the ratings and comments of one student, with their places."""
    for kind, texts in export.beside.items():
        if kind not in _ROWS:
            yield _problem(f"a {KINDS[kind].noun} is no feedback", student)
            continue
        for question, value in _values(texts):
            if isinstance(value, str):
                message = "expected a list of revisions, found a text"
                yield _problem(message, f"{student}, {question}, {kind}")
                continue
            for place, revision in enumerate(value, 1):
                if wrong := _wrong_row(_ROWS[kind], revision, rater, now):
                    yield _problem(wrong, f"{student}, {question}, {kind} {place}")


def _wrong_row(
    form: type[StoredRating | StoredComment], revision: Revision, rater: str, now: datetime
) -> str:
    """Return what is wrong with a row; empty if nothing is."""
    try:
        row = form.model_validate_json(revision.text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "text"
        return f"not as prepkit writes it ({place}: {first['msg']})"
    if row.rater != rater:
        return f"it is {found_text(row.rater)}'s, and the file is {found_text(rater)}'s"
    # What is dated in the future would count as the latest for as long.
    if revision.saved_at > now + _CLOCKS_APART:
        return f"{revision.saved_at.isoformat()} hasn't come yet; is a computer's clock wrong?"
    return ""


def _of_rater(export: Export, rater: str) -> Export:
    """Return one rater's ratings and comments alone."""

    def own(rows: History) -> History:
        return tuple(row for row in rows if json.loads(row.text).get("rater") == rater)

    return Export(beside=_mapped(export, own))


def _raters_in(export: Export) -> set[str]:
    """Return the names of all who have rated or commented."""
    return {
        str(json.loads(row.text).get("rater"))
        for kind in _ROWS
        for _, rows in _values(export.beside.get(kind, {}))
        if not isinstance(rows, str)
        for row in rows
    }


def _mapped(
    export: Export, change: Callable[[History], History]
) -> dict[str, dict[str, dict[str, str | History]]]:
    """Return the ratings and comments of an export, changed; what is empty then is left out."""
    found: dict[str, dict[str, dict[str, str | History]]] = {}
    for kind in _ROWS:
        for question, rows in _values(export.beside.get(kind, {})):
            changed = change(rows) if not isinstance(rows, str) else ()
            if changed:
                found.setdefault(kind, {})[question] = {kind: changed}
    return found


def _values(
    texts: Mapping[str, Mapping[str, str | History]],
) -> Iterator[tuple[str, str | History]]:
    for question, fields in texts.items():
        for value in fields.values():
            yield question, value
