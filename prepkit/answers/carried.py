"""What a fill-in notebook carries, and how a store takes it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from prepkit.answers.exchange import Export
from prepkit.answers.import_report import ImportConflict
from prepkit.answers.kinds import REPLY, REVISION
from prepkit.answers.store import AnswerStore
from prepkit.answers.texts import Texts
from prepkit.answers.transfer import import_answers
from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.records import Revision


def carried_in(notebook: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield whose answers a notebook has, and the answers, once for each place; None is unknown.

    The places are the notebook's metadata, which last when cells are run again, and the outputs.
    Nothing is checked.
    """
    ours = mapping(mapping(notebook.get("metadata")).get("prepkit"))
    found = [(ours.get("student_id"), ours.get("answers"))]
    for cell in sequence(notebook.get("cells")):
        for output in sequence(mapping(cell).get("outputs")):
            output = mapping(output)
            owner = mapping(mapping(output.get("metadata")).get("prepkit")).get("student_id")
            found.append((owner, mapping(output.get("data")).get(HAND_IN_MIME)))
    yield from (one for one in found if one != (None, None))


def handed_in(export: Export) -> Export:
    """Return what a student hands in: answers, rehearsals, and replies to a coach's comments.

    Whoever sends a whole export doesn't mean to hand in stories: they are left out.
    """
    replies = {REPLY: export.beside[REPLY]} if REPLY in export.beside else {}
    return replace(export, beside=replies)


def take_carried(store: AnswerStore, export: Export) -> tuple[Revision, ...]:
    """Add what a notebook carries to a store, and return what is new there; nothing is lost.

    A notebook may have been filled in on another computer since. Where both texts of a field were
    changed, the one that was written later becomes current, and the other one is kept as an earlier
    version: there is nobody to ask before the form is shown, and the notebook will carry both.

    Raises
    ------
    StoreError
        If the store's file can't be written.
    """
    export = handed_in(export)
    report = import_answers(store, export, as_written=True)
    added = list(report.added)
    for conflict in report.conflicts:
        added += _take_both(store, export, conflict)
    return tuple(added)


def _take_both(
    store: AnswerStore, export: Export, conflict: ImportConflict
) -> tuple[Revision, ...]:
    stored, kind = conflict.stored, conflict.kind
    texts = export.answers if kind == REVISION else export.beside[kind]
    value = texts[stored.question][stored.field]
    alone = {stored.question: {stored.field: value}}
    added = import_answers(
        store,
        Export(alone) if kind == REVISION else Export(beside={kind: alone}),
        keep="imported",
        as_written=True,
    ).added
    if isinstance(value, str) or value[-1].saved_at >= stored.saved_at:
        return added
    place = (stored.question, stored.field, stored.revision)
    return (*added, (store if kind == REVISION else Texts(store, kind)).restore(*place))
