"""Export of answers to a file, and import into a store. An import never overwrites a text."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from prepkit.answers.backups import count_answers, find_backups
from prepkit.answers.database import snapshot
from prepkit.answers.debriefs import debriefs_of
from prepkit.answers.debriefs_markdown import debriefs_markdown
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import ExchangeError, Export, History, current_text
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.exchange_markdown import from_markdown, to_markdown, unread_in
from prepkit.answers.import_report import ImportConflict, ImportReport
from prepkit.answers.kinds import DEBRIEF, KINDS, REVISION
from prepkit.answers.rows import (
    add_reviews,
    add_revisions,
    add_text,
    all_reviews,
    current_answers,
    select_revisions,
)
from prepkit.answers.store import AnswerStore
from prepkit.answers.stories_markdown import stories_markdown
from prepkit.answers.texts import Texts
from prepkit.files import atomic_write, read_text
from prepkit.forms import ANSWER_FIELDS, FORMS
from prepkit.records import Revision
from prepkit.text import format_day, join_words

Keep = Literal["stored", "imported"]


def import_answers(
    store: AnswerStore,
    export: Export,
    *,
    keep: Keep = "stored",
    as_written: bool = False,
    origin: str = "import",
) -> ImportReport:
    """Add the texts of `export` that the store doesn't have: all of them, or none.

    A field without a stored text gets the text, or its whole history as it is. A text whose
    history contains the current stored text was made from it, and is added after it. A text that
    is already in the store's history isn't added. Any other text is a conflict. The same holds for
    stories and the other texts beside the answers, but that what is kept as a log is put together.

    Parameters
    ----------
    store
        Where the answers are kept.
    export
        What to add.
    keep
        With ``imported``, the file's text becomes the current one wherever the two differ.
    as_written
        For files that somebody else sends again and again. A text that is added after a stored
        one keeps its own date and origin, and the texts between the two are added as well. A text
        that is already in the stored history is added only if the file shows that it was put back
        later, whatever `keep` says: so an older file changes nothing.

    origin
        Where a text that is added by itself comes from; a history has its own origins.

    Raises
    ------
    StoreError
        If the store's file can't be written; nothing was imported.
    """

    def work(connection: sqlite3.Connection) -> ImportReport:
        added: list[Revision] = []
        kinds: list[str] = []
        conflicts: list[ImportConflict] = []
        unchanged = 0
        for kind, subject, field, value in _texts_of(export):
            stored = select_revisions(connection, subject, field, kind)
            text = current_text(value)
            new: History
            if KINDS[kind].is_log and not isinstance(value, str):
                new = _not_in(stored, value)
                unchanged += not new
            elif not stored and not isinstance(value, str):
                new = value  # numbers, dates and origins can be kept: nothing contradicts them
            elif _is_known(stored, value, "stored" if as_written else keep) and not (
                as_written and _is_put_back(stored, value)
            ):
                unchanged += 1
                continue
            elif stored and keep != "imported" and not _follows(value, stored[-1]):
                # The newer text isn't always the better one: the candidate has to choose.
                conflicts.append(ImportConflict(stored[-1], text, kind))
                continue
            elif as_written and not isinstance(value, str):
                new = _since(value, stored[-1])
            else:
                moment = store.moment()
                new = (add_text(connection, subject, field, text, origin, moment, kind),)
                added += new
                kinds.append(kind)
                continue
            add_revisions(connection, new, kind)
            added += new
            kinds += [kind] * len(new)
        rehearsals = _add_rehearsals(connection, export)
        return ImportReport(
            tuple(added), unchanged, tuple(conflicts), rehearsals, export.unread, tuple(kinds)
        )

    return store.write(work)


def _texts_of(export: Export) -> Iterator[tuple[str, str, str, str | History]]:
    """Yield the kind, subject, field and value of every text, those of answers first."""
    for kind, texts in {REVISION: export.answers, **export.beside}.items():
        for subject, fields in texts.items():
            for field, value in fields.items():
                yield kind, subject, field, value


def _add_rehearsals(connection: sqlite3.Connection, export: Export) -> int:
    """Add the rehearsals that the store doesn't have, and return how many there were."""
    # A rehearsal has no number: two are the same if everything in them is.
    known = set(all_reviews(connection))
    reviews = [review for review in dict.fromkeys(export.reviews) if review not in known]
    add_reviews(connection, reviews)
    return len(reviews)


def import_file(store: AnswerStore, path: Path, *, keep: Keep = "stored") -> ImportReport:
    """Add the answers of an exported file; for errors see `import_answers` and `read_export`."""
    _check_suffix(path)
    return import_answers(store, read_export(path, f"{path}: nothing was imported."), keep=keep)


def restore_backup(store: AnswerStore, day: date) -> ImportReport:
    """Make the texts of a backup current again, as new revisions. Nothing is removed.

    Texts of parts that were first written after the backup stay as they are.

    Raises
    ------
    StoreError
        If there is no such backup, if it is damaged, or if the store's file can't be written.
    """
    backups = find_backups(store.path.resolve())
    backup = next((one for one in backups if one.day == day), None)
    if backup is None:
        days = join_words([format_day(one.day) for one in backups]) or "none"
        raise StoreError(f"There is no backup of {format_day(day)}; there are: {days}.")
    if count_answers(backup.path) is None:
        raise StoreError(
            f"Nothing was changed: the backup of {format_day(day)} is damaged ({backup.path}). "
            "Choose another one: 'prepkit answers backups' lists them."
        )
    with closing(snapshot(backup.path)) as copy:
        export = export_from(copy)
    return import_answers(store, export, keep="imported", origin="restore")


def read_export(path: Path, head: str) -> Export:
    """Return the contents of a file of answers: Markdown if its name ends in .md, otherwise JSON.

    Parameters
    ----------
    path
        The file.
    head
        The first line of the error; the problems follow it.

    Raises
    ------
    ExchangeError
        If it isn't a file of answers; names every problem.
    UnreadableError
        If the file can't be read as text.
    """
    text = read_text(path)
    try:
        if path.suffix == ".md":
            return Export(from_markdown(text), unread=unread_in(text))
        return from_json(text)
    except ExchangeError as error:
        raise ExchangeError(error.problems, head) from None


def export_of(store: AnswerStore) -> Export:
    """Return all that a store holds, by question and field."""
    return store.read(export_from)


def export_from(connection: sqlite3.Connection, *, newest: bool = False) -> Export:
    """Return all that an open answers file holds, by question and field; or the `newest` texts."""
    texts = {kind: _histories(connection, kind, newest=newest) for kind in KINDS}
    beside = {kind: found for kind, found in texts.items() if found and kind != REVISION}
    return Export(texts[REVISION], all_reviews(connection), beside)


def _histories(
    connection: sqlite3.Connection, kind: str, *, newest: bool
) -> dict[str, dict[str, History]]:
    """Return all texts of a kind by subject and field, both in a fixed order."""
    found: dict[str, dict[str, list[Revision]]] = {}
    if newest:
        answers = current_answers(connection, kind=kind).values()
        revisions = tuple(each for answer in answers for each in answer.revisions.values())
    else:
        revisions = select_revisions(connection, kind=kind)
    for revision in sorted(revisions, key=lambda each: (each.question, each.revision)):
        found.setdefault(revision.question, {}).setdefault(revision.field, []).append(revision)
    return {
        subject: {field: tuple(fields[field]) for field in _in_order(fields, kind)}
        for subject, fields in found.items()
    }


def _in_order(fields: Collection[str], kind: str) -> list[str]:
    """Return the fields of one answer in the order of its form; those of other kinds in theirs.

    The store doesn't know the kind of a question, so the form is the first one that has all these
    fields. If none has, because the question's kind was changed, they are in the order of
    `ANSWER_FIELDS`.
    """
    if kind != REVISION:
        return [name for name in KINDS[kind].fields or sorted(fields) if name in fields]
    orders = [(*form.names, "key_points") for form in FORMS.values()]
    order = next((each for each in orders if set(fields) <= set(each)), ANSWER_FIELDS)
    return [field for field in order if field in fields]


def export_answers(
    store: AnswerStore,
    path: Path,
    *,
    replace: bool = False,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write the answers to a file: with all their history (.json), or to be read (.md).

    Only its owner can read the file.

    Parameters
    ----------
    store
        Where the answers are kept.
    path
        The file to write; its name ends in .json or .md.
    replace
        Whether to replace the file if it exists.
    titles
        The questions themselves, by id: the headings of a Markdown file.

    Raises
    ------
    StoreError
        If the file already exists and `replace` is false, or if it can't be written.
    """
    _check_suffix(path)
    if path.exists() and not replace:
        raise StoreError(f"{path} already exists. Choose another name, or add --replace.")
    text = to_json(export_of(store)) if path.suffix == ".json" else _page_of(store, titles)
    try:
        atomic_write(path, text.encode("utf-8"), private=True)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return path


def _page_of(store: AnswerStore, titles: Mapping[str, str] | None) -> str:
    """Return a Markdown page of all that is there to read."""
    export = store.read(partial(export_from, newest=True))
    debriefs = debriefs_of(Texts(store, DEBRIEF).load())
    parts = (stories_markdown(export, titles), debriefs_markdown(debriefs, titles))
    return "\n".join([to_markdown(export.texts(), titles), *filter(None, parts)])


def _is_known(stored: Sequence[Revision], value: str | History, keep: Keep) -> bool:
    """Tell whether importing `value` would add nothing."""
    if value == "":  # an empty box in an export from a browser, not a text that was deleted
        return True
    among = stored[-1:] if keep == "imported" else stored
    return any(revision.text == current_text(value) for revision in among)


def _is_put_back(stored: Sequence[Revision], value: str | History) -> bool:
    """Tell whether the file shows that an earlier text was put back after the current one."""
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
    """Return the revisions after the current text; only the newest if that text isn't in there.

    They are numbered on from the current one: their own numbers come from another store.
    """
    after = max(
        (place for place, each in enumerate(history) if each.text == current.text),
        default=len(history) - 2,
    )
    return tuple(
        each.model_copy(update={"revision": current.revision + count})
        for count, each in enumerate(history[after + 1 :], start=1)
    )


def _not_in(stored: Sequence[Revision], history: History) -> History:
    """Return what a stored log doesn't have, numbered on from it."""
    known = {(each.text, each.saved_at) for each in stored}
    last = stored[-1].revision if stored else 0
    new = (each for each in history if (each.text, each.saved_at) not in known)
    return tuple(
        each.model_copy(update={"revision": last + count}) for count, each in enumerate(new, 1)
    )


def _check_suffix(path: Path) -> None:
    if path.suffix not in (".json", ".md"):
        raise StoreError(f"{path}: expected a name that ends in .json or .md.")
