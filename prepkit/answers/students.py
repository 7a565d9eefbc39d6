"""A coach's students: where their answers files are, and reading one without changing it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.database import snapshot
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import ExchangeError, from_json
from prepkit.answers.rows import REVISION, revision_from
from prepkit.records import Revision, StarAnswer, is_student_id

SUFFIX = ".sqlite"
"""How the name of an answers file ends."""

_JSON = ".json"
# Copies that the store itself has put beside an answers file.
_COPY = re.compile(r"\.(corrupt|version-\d+)-\d{4}-\d\d-\d\d(-\d+)?$")


def students_folder(home: Path) -> Path:
    """Return where a coach's answers files are, one a student."""
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


def read_answers(path: Path) -> dict[str, StarAnswer]:
    """Return the current answers in an answers file (.sqlite) or a JSON export, by question id.

    The file is only read, and nothing is made beside it.

    A text that has no date in a JSON export, such as one written in a browser, is dated by the
    time of the file itself: it was written then, or earlier.

    Raises
    ------
    StoreError
        Where the file isn't one of the two, or can't be read.
    """
    try:
        if path.suffix == SUFFIX:
            return _stored_answers(path)
        if path.suffix == _JSON:
            return _exported_answers(path)
    except OSError as error:
        raise StoreError(f"{path} can't be read: {error.strerror or error}.") from error
    raise StoreError(f"{path}: expected a name that ends in {SUFFIX} or {_JSON}.")


def collected_answers(folder: Path) -> dict[str, dict[str, StarAnswer]]:
    """Return what students have written, by student id and question id.

    Raises
    ------
    StoreError
        Where one of the answers files can't be read.
    """
    return {student: read_answers(path) for student, path in student_stores(folder).items()}


def _stored_answers(path: Path) -> dict[str, StarAnswer]:
    with path.open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3\0"):
            raise StoreError(f"{path} is no answers file of prepkit.")
    with closing(snapshot(path)) as copy:
        rows = copy.execute(f"SELECT {', '.join(REVISION)} FROM revision ORDER BY revision")
        return _answers(map(revision_from, rows))


def _exported_answers(path: Path) -> dict[str, StarAnswer]:
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        export = from_json(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not UTF-8 text.") from error
    except ExchangeError as error:
        raise StoreError(
            "\n".join([f"{path} is no file of answers:", *(f"  {each}" for each in error.problems)])
        ) from error
    return _answers(
        value[-1] if not isinstance(value, str) else _undated(question, name, value, written)
        for question, fields in export.answers.items()
        for name, value in fields.items()
        if value
    )


def _undated(question: str, name: str, text: str, written: datetime) -> Revision:
    return Revision.model_validate(
        {
            "question": question,
            "field": name,
            "revision": 1,
            "text": text,
            "saved_at": written,
            "origin": "import",
        }
    )


def _answers(revisions: Iterable[Revision]) -> dict[str, StarAnswer]:
    """Return the answers whose newest revisions these are, the newest of each field last."""
    fields: dict[str, dict[str, Revision]] = {}
    for revision in revisions:
        fields.setdefault(revision.question, {})[revision.field] = revision
    return {
        question: StarAnswer(question=question, revisions=found)
        for question, found in sorted(fields.items())
    }


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
