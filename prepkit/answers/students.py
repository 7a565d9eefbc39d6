"""A coach's students: where their answers files are, and reading one without changing it."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.database import snapshot
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export
from prepkit.answers.limits import STORED
from prepkit.answers.rows import answer_texts, answers_from, current_answers, new_revision
from prepkit.answers.store import AnswerStore, user_folder
from prepkit.answers.transfer import read_export
from prepkit.files import UnreadableError, read_bytes
from prepkit.records import Answer, is_student_id

SUFFIX = ".sqlite"
"""How the name of an answers file ends."""

# Copies that the store itself keeps beside an answers file.
_COPY = re.compile(r"\.(corrupt|version-\d+)-\d{4}-\d\d-\d\d(-\d+)?$")

_CAPITAL = re.compile("[A-Z]")


def students_folder(home: Path) -> Path:
    """Return the folder of a coach's answers files, one file per student."""
    return home / "students"


def feedback_folder(home: Path) -> Path:
    """Return the folder of a coach's ratings and comments, one file per student."""
    return home / "feedback"


def fill_in_folder(home: Path) -> Path:
    """Return the folder of what students write in their notebooks on this account."""
    return home / "fill-in"


def student_store(student_id: str) -> AnswerStore:
    """Return the store of a student who fills in a notebook on this account.

    It is neither the account's own answers file nor what a coach has collected: the notebook says
    whose it is, and several students may use the same account.

    Raises
    ------
    StoreError
        If `student_id` isn't valid as an id.
    """
    if not is_student_id(student_id):
        raise StoreError(f"{student_id!r} can't be a student id.")
    # On many systems, names that differ only in capitals are the same file.
    name = _CAPITAL.sub(lambda letter: f"={letter[0].lower()}", student_id)
    return AnswerStore(fill_in_folder(user_folder()) / f"{name}{SUFFIX}")


def student_stores(folder: Path) -> dict[str, Path]:
    """Return the answers files in a folder by student id; none if there is no such folder."""
    if not folder.is_dir():
        return {}
    stores = {
        path.stem: path
        for path in folder.iterdir()
        if path.suffix == SUFFIX and not _COPY.search(path.stem) and is_student_id(path.stem)
    }
    return dict(sorted(stores.items()))


def read_answers(path: Path) -> dict[str, Answer]:
    """Return the current answers in an answers file (.sqlite) or a JSON export, by question id.

    The file is only read, and nothing is written beside it.

    Texts in a JSON export may have no date, as those written in a browser. They get the date of
    the file: they were written then or earlier.

    Raises
    ------
    PrepkitError
        If the file is neither of the two, or can't be read.
    """
    if path.suffix == ".json":
        return _exported_answers(path)
    if path.suffix != SUFFIX:
        raise StoreError(f"{path}: expected a name that ends in {SUFFIX} or .json.")
    if not read_bytes(path).startswith(b"SQLite format 3\0"):
        raise StoreError(f"{path} is not a prepkit answers file.")
    try:
        with closing(snapshot(path)) as copy:
            return current_answers(copy)
    except OSError as error:  # the log beside the file can't be read, or the disk has gone
        raise UnreadableError(path, f"it can't be read: {error.strerror or error}") from error


def collected_answers(folder: Path) -> dict[str, dict[str, Answer]]:
    """Return what students have written, by student id and question id.

    Raises
    ------
    PrepkitError
        If one of the answers files can't be read, or is so large that reading it takes minutes.
    """
    stores = student_stores(folder)
    for path in stores.values():
        if path.stat().st_size > STORED:
            raise StoreError(
                f"{path} is larger than {STORED // 1_000_000} MB, which no student can write. An "
                "earlier prepkit has collected it: move it elsewhere, and look at what was sent."
            )
    return {student: read_answers(path) for student, path in stores.items()}


def _exported_answers(path: Path) -> dict[str, Answer]:
    export = read_export(path, f"{path} is not a file of answers:")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return exported_answers(export, written)


def exported_answers(export: Export, written: datetime) -> dict[str, Answer]:
    """Return the current answers of an export by question; a text without a time has `written`."""
    return answers_from(
        new_revision(question, name, 1, value, "import", written)
        if isinstance(value, str)
        else value[-1]
        for question, fields in export.answers.items()
        for name, value in fields.items()
        if value
    )


def _fill_in_stores(home: Path) -> list[Path]:
    found = fill_in_folder(home).glob(f"*{SUFFIX}")
    return sorted(path for path in found if not _COPY.search(path.stem))


def stored_texts(home: Path) -> frozenset[str]:
    """Return every text, current or earlier, that is stored under `home`.

    These are the user's own texts, those of a coach's students, what coaches wrote about these, and
    the texts of the notebooks that students fill in on this account. Nothing is written. Ticked key
    points don't count: they are texts of the question bank.

    Raises
    ------
    StoreError
        If an answers file can't be read: then we can't know what is private.
    """
    paths = [
        home / "answers.sqlite",
        *student_stores(students_folder(home)).values(),
        *student_stores(feedback_folder(home)).values(),
        *_fill_in_stores(home),
    ]
    texts: set[str] = set()
    for path in paths:
        if not path.exists():
            continue
        try:
            with closing(snapshot(path)) as stored:
                texts.update(answer_texts(stored))
        except OSError as error:
            raise StoreError(
                f"{path} can't be read ({error.strerror or error}), so we can't tell which texts "
                "must not be published. Check its permissions, or add --allow-answers."
            ) from error
    return frozenset(texts)
