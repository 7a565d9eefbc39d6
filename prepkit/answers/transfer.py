"""Answers into a file and back into a store; importing never overwrites."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import ExchangeError, Export, History, current_text
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.exchange_markdown import from_markdown, to_markdown
from prepkit.answers.rows import add_reviews, add_revisions, add_text, all_reviews, field_history
from prepkit.answers.store import AnswerStore
from prepkit.files import atomic_write, read_text
from prepkit.records import ANSWER_FIELDS, FORMS, Revision
from prepkit.text import pluralize

Keep = Literal["stored", "imported"]


@dataclass(frozen=True, slots=True)
class ImportConflict:
    """A text that was changed both in the store and in the file; the stored one is current."""

    stored: Revision
    imported: str

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.stored.question}, {self.stored.field}: changed both here and in the file.",
                f"  Stored, revision {self.stored.revision}:",
                *_indented(self.stored.text),
                "  In the file:",
                *_indented(self.imported),
            ]
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import has done."""

    added: tuple[Revision, ...]
    unchanged: int
    """Texts that the store has already, as the current ones or in its history."""
    conflicts: tuple[ImportConflict, ...]
    """Texts that were not stored."""
    reviews: int
    """Rehearsals that were added."""

    def __str__(self) -> str:
        lines = [
            f"Added {pluralize(len(self.added), 'text')} and"
            f" {pluralize(self.reviews, 'rehearsal')}; {self.unchanged} stored already."
        ]
        if self.conflicts:
            lines += [
                f"{pluralize(len(self.conflicts), 'text')} not stored, and still in the file "
                "(--keep imported makes such texts current; the stored ones stay in the history):",
                *map(str, self.conflicts),
            ]
        return "\n".join(lines)


def import_answers(
    store: AnswerStore, export: Export, *, keep: Keep = "stored", as_written: bool = False
) -> ImportReport:
    """Add what `export` has and the store has not, all of it or nothing.

    A field without a stored text gets the text, or the whole history as it is. A text that was
    made from the current one, by the history that comes with it, is added after it. A text that
    the store's own history has is not added. Any other is a conflict.

    Parameters
    ----------
    keep
        With ``imported``, the file's text becomes the current one wherever the two differ.
    as_written
        For files that somebody else sends again and again. A text that is added after a stored
        one keeps the date and the origin of its own history, and brings along what came between
        the two. A text that the stored history has is added only where the file tells that it was
        put back since, whatever `keep` says: an older file changes nothing.

    Raises
    ------
    StoreError
        Where the file of the store can't be written; nothing was imported.
    """

    def work(connection: sqlite3.Connection) -> ImportReport:
        added: list[Revision] = []
        conflicts: list[ImportConflict] = []
        unchanged = 0
        for question, fields in export.answers.items():
            for field, value in fields.items():
                stored = field_history(connection, question, field)
                text = current_text(value)
                if not stored and not isinstance(value, str):
                    # Numbers, dates and origins are kept: nothing here could contradict them.
                    add_revisions(connection, value)
                    added += value
                elif _is_known(stored, value, "stored" if as_written else keep) and not (
                    as_written and _is_put_back(stored, value)
                ):
                    unchanged += 1
                elif stored and keep != "imported" and not _follows(value, stored[-1]):
                    # Which of the two is newer says nothing of which is better: a person chooses.
                    conflicts.append(ImportConflict(stored[-1], text))
                elif as_written and not isinstance(value, str):
                    since = _since(value, stored[-1])
                    add_revisions(connection, since)
                    added += since
                else:
                    moment = store.moment()
                    added.append(add_text(connection, question, field, text, "import", moment))
        # A rehearsal has no number: it is known by all that it says.
        known = set(all_reviews(connection))
        reviews = [review for review in dict.fromkeys(export.reviews) if review not in known]
        add_reviews(connection, reviews)
        return ImportReport(tuple(added), unchanged, tuple(conflicts), len(reviews))

    return store.write(work)


def import_file(store: AnswerStore, path: Path, *, keep: Keep = "stored") -> ImportReport:
    """Add the answers of a file that was exported; see `import_answers` and `read_export`."""
    _check_suffix(path)
    return import_answers(store, read_export(path, f"{path}: nothing was imported."), keep=keep)


def read_export(path: Path, head: str) -> Export:
    """Return what a file of answers holds, JSON or (with a name that ends in .md) Markdown.

    Parameters
    ----------
    head
        The first line of an error that names every problem.

    Raises
    ------
    ExchangeError
        Where the file can't be read as answers, with every reason.
    UnreadableError
        Where the file can't be read as text.
    """
    text = read_text(path)
    try:
        return Export(from_markdown(text)) if path.suffix == ".md" else from_json(text)
    except ExchangeError as error:
        raise ExchangeError(error.problems, head) from None


def export_of(store: AnswerStore) -> Export:
    """Return all that a store holds, by question and field."""
    found: dict[str, dict[str, list[Revision]]] = {}
    for revision in sorted(store.history(), key=lambda each: (each.question, each.revision)):
        found.setdefault(revision.question, {}).setdefault(revision.field, []).append(revision)
    answers: Mapping[str, Mapping[str, History]] = {
        question: {field: tuple(fields[field]) for field in _in_order(fields)}
        for question, fields in found.items()
    }
    return Export(answers, store.reviews())


def _in_order(fields: Collection[str]) -> list[str]:
    """Return the fields of one answer in the order in which they are written and read.

    The store doesn't know of what kind a question is, but its fields tell: all are of one form. (A
    single one may be of several; where a question has changed its kind, they are of none.)
    """
    orders = [(*form.names, "key_points") for form in FORMS.values()]
    order = next((each for each in orders if set(fields) <= set(each)), ANSWER_FIELDS)
    return [field for field in order if field in fields]


def export_answers(store: AnswerStore, path: Path, *, replace: bool = False) -> Path:
    """Write the answers to a file: all of their history (.json), or to be read (.md).

    Only its owner can read the file.

    Raises
    ------
    StoreError
        Where the file is there already and not to be replaced, or can't be written.
    """
    _check_suffix(path)
    if path.exists() and not replace:
        raise StoreError(f"{path} is there already. Choose another name, or say --replace.")
    export = export_of(store)
    text = to_json(export) if path.suffix == ".json" else to_markdown(export.texts())
    try:
        atomic_write(path, text.encode("utf-8"), private=True)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return path


def _is_known(stored: Sequence[Revision], value: str | History, keep: Keep) -> bool:
    """Tell whether importing `value` would add nothing."""
    if value == "":  # an empty box of a browser's export, not a text that was deleted
        return True
    among = stored[-1:] if keep == "imported" else stored
    return any(revision.text == current_text(value) for revision in among)


def _is_put_back(stored: Sequence[Revision], value: str | History) -> bool:
    """Tell whether a known text became current again after the one that is current here."""
    return (
        not isinstance(value, str)
        and value[-1].text != stored[-1].text
        and value[-1].saved_at > stored[-1].saved_at
        and _follows(value, stored[-1])
    )


def _follows(value: str | History, current: Revision) -> bool:
    """Tell whether the newest text of a history was made from the current one."""
    return not isinstance(value, str) and any(each.text == current.text for each in value)


def _since(history: History, current: Revision) -> History:
    """Return what came after the current text, numbered on from it; the newest if it has no part.

    The numbers of the file are those of another store.
    """
    after = max(
        (place for place, each in enumerate(history) if each.text == current.text),
        default=len(history) - 2,
    )
    return tuple(
        each.model_copy(update={"revision": current.revision + count})
        for count, each in enumerate(history[after + 1 :], start=1)
    )


def _check_suffix(path: Path) -> None:
    if path.suffix not in (".json", ".md"):
        raise StoreError(f"{path}: expected a name that ends in .json or .md.")


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
