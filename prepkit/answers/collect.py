"""Adding what students hand in to their answers files. Nothing that they send is ever executed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.accounting import ledger_of
from prepkit.answers.collect_report import Collected, CollectReport, FileProblem
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export
from prepkit.answers.hand_ins import read_hand_ins
from prepkit.answers.import_report import ImportReport
from prepkit.answers.kinds import REVISION, has_field
from prepkit.answers.ledger import Ledger
from prepkit.answers.limits import Handed
from prepkit.answers.received import HandIn, has_texts
from prepkit.answers.same_texts import Prints, prints_of, same_texts
from prepkit.answers.signatures import CoachKeys
from prepkit.answers.store import AnswerStore, utc_now
from prepkit.answers.students import SUFFIX, student_stores
from prepkit.answers.transfer import Keep, import_answers
from prepkit.records import Revision
from prepkit.text import printable

_WITH_ANSWERS = ("taken", "taken in part")
_BESIDE = ("empty", "not read")
"""What is no problem if the same student sent a file with answers."""


def collect_answers(
    folder: Path,
    into: Path,
    *,
    known: Collection[str] | None = None,
    keys: CoachKeys | None = None,
    names: Mapping[str, str] | None = None,
    keep: Keep = "stored",
    now: Callable[[], datetime] = utc_now,
) -> CollectReport:
    """Add what students have handed in to their answers files; see `import_answers`.

    A notebook says whose it is. The name of any other file has to say it, as in
    ``<student_id>.json``, or that of its folder or archive. Hidden files and links are skipped.
    Collecting the same folder again adds nothing.

    Parameters
    ----------
    folder
        The returned files, in this folder, in those inside it, and in zip and tar archives; or one
        such file.
    into
        The folder of the answers files, ``<student_id>.sqlite``; made when first needed.
    known
        The ids of a roster; a file from anybody else is then a problem. None allows any id.
    keys
        What signed the notebooks that were sent out. A notebook with a wrong signature is a
        problem; one without any is taken, and named. None takes every notebook.
    names
        The students' names by id. They tell whose a file is that holds no answers.
    keep
        With ``imported``, a text that was changed both here and in the file becomes current.
    now
        The clock that dates texts without a date of their own.

    Raises
    ------
    StoreError
        If there is no such folder or file.
    """
    if not (folder.is_dir() or folder.is_file()):
        raise StoreError(f"{folder} is not there. Give the folder with the returned files.")
    before = student_stores(into)
    found = read_hand_ins(folder, known, before, keys or CoachKeys(), names or {})
    by_student: dict[str, list[HandIn]] = {}
    for one in found:
        if one.state in _WITH_ANSWERS:
            by_student.setdefault(one.student_id, []).append(one)
    added = {
        student_id: _add_files(student_id, by_student[student_id], into, keep, now)
        for student_id in sorted(by_student)
    }
    failed = {place: why for one in added.values() for place, why in one.failed.items()}
    found = [_outcome(one, failed, added) for one in found]
    students = tuple(one.collected for one in added.values() if one.collected.files)
    ledger = ledger_of(
        found,
        students,
        known=known or (),
        stores=before,
        same=same_texts({student_id: one.prints for student_id, one in added.items()}),
        names=names or {},
    )
    return _report(found, students, ledger)


def _report(
    found: Sequence[HandIn], students: tuple[Collected, ...], ledger: Ledger
) -> CollectReport:
    senders = {one.student_id for one in students}
    beside = [one for one in found if one.state in _BESIDE and one.student_id in senders]
    used = {path for one in students for path in one.files}
    return CollectReport(
        students,
        tuple(
            FileProblem(one.path, printable(one.message, one_line=True))
            for one in found
            if one.message and one not in beside
        ),
        tuple(one.path for one in found if one.state == "skipped" and one.is_notebook),
        tuple(one.path for one in found if one.path in used and one.proof == "unsigned"),
        tuple(one.path for one in found if one.path in used and one.proof == "unchecked"),
        sum(one.state == "not read" for one in beside),
        ledger,
    )


@dataclass(frozen=True, slots=True)
class _Added:
    """What came of one student's files."""

    collected: Collected
    failed: dict[Path, str]
    """The reason for each file that couldn't be added, or not all of it."""
    prints: Prints


def _outcome(one: HandIn, failed: dict[Path, str], added: dict[str, _Added]) -> HandIn:
    """Return a file with what became of it when its answers were added."""
    if one.path not in failed:
        return one
    is_used = one.path in added[one.student_id].collected.files
    return replace(one, state="taken in part" if is_used else "refused", problem=failed[one.path])


def _add_files(
    student_id: str,
    files: Sequence[HandIn],
    into: Path,
    keep: Keep,
    now: Callable[[], datetime],
) -> _Added:
    """Add the answers in one student's files."""
    path = into / f"{student_id}{SUFFIX}"
    dated = [(export, one.path) for one in files for export in one.exports if has_texts(export)]
    # Oldest first: then each file finds the texts that its own were made from.
    dated.sort(key=lambda each: _by_newest_text(each[0]))
    reports: list[ImportReport] = []
    used: dict[Path, None] = {}
    failed: dict[Path, str] = {}
    store = AnswerStore(path, now=now)
    handed = None
    history: tuple[Revision, ...] = ()
    for export, place in dated:
        try:
            if handed is None:
                history = store.history()
                handed = Handed(history)
            if problem := handed.excess_with(export):
                failed[place] = f"{problem} Nothing of it was taken."
                continue
            report = import_answers(store, export, keep=keep, as_written=True)
            handed.add(report.added)
            reports.append(report)
            used[place] = None
        except StoreError as error:
            failed[place] = str(error)
    new = [revision for report in reports for revision in report.added]
    added = tuple(one for one in new if has_field(REVISION, one.field))
    taken = [(export, place) for export, place in dated if place in used]
    collected = Collected(
        student_id,
        path,
        tuple(used),
        _newest(taken),
        added,
        sum(report.unchanged for report in reports),
        tuple(dict.fromkeys(each for report in reports for each in report.conflicts)),
        store.recovered,
        tuple(one for one in new if not has_field(REVISION, one.field)),
        are_copies=len(used) > 1 and _are_alike(taken, used),
    )
    return _Added(collected, failed, prints_of([*history, *added]))


def _newest(dated: Sequence[tuple[Export, Path]]) -> Path | None:
    """Return the file with the newest text, or the first of copies that have it.

    It is None if two that differ have it, or if one file has no dates.
    """
    ages: dict[Path, tuple[bool, datetime]] = {}
    for export, place in dated:
        age = _by_newest_text(export)
        ages[place] = max(ages.get(place, age), age)
    newest = [place for place, age in ages.items() if age == max(ages.values())]
    is_known = not any(undated for undated, _ in ages.values())
    return newest[0] if newest and is_known and _are_alike(dated, newest) else None


def _are_alike(dated: Sequence[tuple[Export, Path]], files: Iterable[Path]) -> bool:
    """Return whether all of these files say the same."""
    said = [[export for export, place in dated if place == one] for one in files]
    return all(each == said[0] for each in said)


def _by_newest_text(export: Export) -> tuple[bool, datetime]:
    """Return a key that sorts exports by their newest text, undated ones last."""
    moments = [
        value[-1].saved_at
        for texts in (export.answers, *export.beside.values())
        for fields in texts.values()
        for value in fields.values()
        if not isinstance(value, str)
    ]
    return not moments, max(moments, default=datetime.max.replace(tzinfo=UTC))
