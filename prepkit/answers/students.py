"""A coach's students: where their answers files are, and reading one without changing it."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.database import snapshot
from prepkit.answers.errors import StoreError
from prepkit.answers.rows import answers_from, current_answers, new_revision
from prepkit.answers.transfer import read_export
from prepkit.files import UnreadableError, read_bytes
from prepkit.records import Answer, is_student_id

SUFFIX = ".sqlite"
"""How the name of an answers file ends."""

# Copies that the store itself has put beside an answers file.
_COPY = re.compile(r"\.(corrupt|version-\d+)-\d{4}-\d\d-\d\d(-\d+)?$")


def students_folder(home: Path) -> Path:
    """Return where a coach's answers files are, one per student."""
    return home / "students"


def student_stores(folder: Path) -> dict[str, Path]:
    """Return the answers files in a folder, by student id; none where there is no folder."""
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

    The file is only read, and nothing is made beside it.

    A text that has no date in a JSON export, such as one written in a browser, is dated by the
    time of the file itself: it was written then, or earlier.

    Raises
    ------
    PrepkitError
        Where the file isn't one of the two, or can't be read.
    """
    if path.suffix == ".json":
        return _exported_answers(path)
    if path.suffix != SUFFIX:
        raise StoreError(f"{path}: expected a name that ends in {SUFFIX} or .json.")
    if not read_bytes(path).startswith(b"SQLite format 3\0"):
        raise StoreError(f"{path} is no answers file of prepkit.")
    try:
        with closing(snapshot(path)) as copy:
            return current_answers(copy)
    except OSError as error:  # of the log beside the file, or of a disk that went away
        raise UnreadableError(path, f"it can't be read: {error.strerror or error}") from error


def collected_answers(folder: Path) -> dict[str, dict[str, Answer]]:
    """Return what students have written, by student id and question id.

    Raises
    ------
    PrepkitError
        Where one of the answers files can't be read.
    """
    return {student: read_answers(path) for student, path in student_stores(folder).items()}


def _exported_answers(path: Path) -> dict[str, Answer]:
    export = read_export(path, f"{path} is no file of answers:")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return answers_from(
        new_revision(question, name, 1, value, "import", written)
        if isinstance(value, str)
        else value[-1]
        for question, fields in export.answers.items()
        for name, value in fields.items()
        if value
    )


def stored_texts(home: Path) -> frozenset[str]:
    """Return every text of an answer, current or earlier, that is stored under `home`.

    They are the user's own and those of a coach's students; none where there are no such files.
    Nothing is written. Ticked key points are no such texts: the bank's questions have them.

    Raises
    ------
    StoreError
        Where a file of answers can't be read: then nobody knows what is private.
    """
    paths = [home / "answers.sqlite", *student_stores(students_folder(home)).values()]
    texts: set[str] = set()
    for path in paths:
        if not path.exists():
            continue
        try:
            with closing(snapshot(path)) as stored:
                rows = stored.execute("SELECT text FROM revision WHERE field != 'key_points'")
                texts.update(text for (text,) in rows)
        except OSError as error:
            raise StoreError(
                f"{path} can't be read ({error.strerror or error}), so nobody knows what must not "
                "be published. Allow reading it, or say --allow-answers."
            ) from error
    return frozenset(texts)
