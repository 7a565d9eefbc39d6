"""Adding what students have handed in to their answers files; nothing of it is ever executed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export
from prepkit.answers.hand_ins import HandIn, has_texts, read_hand_ins
from prepkit.answers.store import AnswerStore, utc_now
from prepkit.answers.students import SUFFIX, student_stores
from prepkit.answers.transfer import ImportConflict, ImportReport, Keep, import_answers
from prepkit.records import Revision
from prepkit.text import pluralize


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file of which something was not collected, and what to do about it."""

    path: Path
    """Its place in the folder."""
    message: str

    def __str__(self) -> str:
        return f"{_printable(str(self.path))}: {self.message}"


@dataclass(frozen=True, slots=True)
class Collected:
    """What came from one student."""

    student_id: str
    path: Path
    """The student's answers file."""
    files: tuple[Path, ...]
    """The files that gave answers, by their place in the folder, oldest answers first."""
    added: tuple[Revision, ...]
    unchanged: int
    """Texts that were there before."""
    conflicts: tuple[ImportConflict, ...]
    """Texts that were not stored."""
    recovered: str | None = None
    """One sentence about a repair of the answers file."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions with new texts."""
        return tuple(dict.fromkeys(revision.question for revision in self.added))

    def __str__(self) -> str:
        new = f"{pluralize(len(self.questions), 'answer')} new or changed"
        lines = [f"{self.student_id}: {new if self.added else 'nothing new'}"]
        if self.conflicts:
            lines[0] += f", {pluralize(len(self.conflicts), 'text')} not stored"
        for conflict in self.conflicts:
            lines += [f"  {_printable(line)}" for line in str(conflict).split("\n")]
        if self.recovered:
            lines.append(f"  {self.recovered}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a folder of returned files gave."""

    students: tuple[Collected, ...]
    """Those who handed something in, by id."""
    problems: tuple[FileProblem, ...]
    """In the order of the files."""
    others: tuple[Path, ...]
    """Notebooks that no student fills in, such as packets; they were left alone."""

    @property
    def conflicts(self) -> int:
        """The texts that were not stored."""
        return sum(len(one.conflicts) for one in self.students)

    def __str__(self) -> str:
        lines = [str(one) for one in self.students]
        if not lines:
            lines = ["No answers were found."]
        if self.conflicts:
            lines.append(
                "Texts that were changed on both sides are not stored; --keep imported makes those "
                "of the files current, and the stored ones stay in the history."
            )
        if self.others:
            lines.append(f"{pluralize(len(self.others), 'other notebook')} left alone.")
        return "\n".join(lines)


def collect_answers(
    folder: Path,
    into: Path,
    *,
    known: Collection[str] | None = None,
    keep: Keep = "stored",
    now: Callable[[], datetime] = utc_now,
) -> CollectReport:
    """Add what students have handed in to their answers files; see `import_answers`.

    A notebook says itself whose it is. A JSON export is named ``<student_id>.json`` or
    ``<student_id>-answers.json``, or lies in a folder that is named so. Hidden files and
    links are left alone. Collecting a folder again adds nothing.

    Parameters
    ----------
    folder
        Where the returned files are, at any depth.
    into
        Where the answers files are, ``<student_id>.sqlite``; made when first needed.
    known
        The ids of a roster; a file of anybody else is a problem then.
    keep
        With ``imported``, a text that was changed on both sides is stored as the current one.
    now
        The clock that dates texts without a date of their own.

    Raises
    ------
    StoreError
        Where `folder` can't be read.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a folder; name the one with the returned files.")
    found = read_hand_ins(folder, known, student_stores(into))
    students: list[Collected] = []
    failed: dict[Path, str] = {}
    for student_id in sorted({one.student_id for one in found if one.exports and not one.problem}):
        mine = [one for one in found if one.student_id == student_id and not one.problem]
        collected, failures = _add_files(student_id, mine, into, keep, now)
        students.append(collected)
        failed |= failures
    senders = {one.student_id for one in students if one.files}
    problems = [
        FileProblem(one.path, _printable(message))
        for one in found
        # Who sent another file with answers need not be asked about an empty one.
        if (message := one.problem or failed.get(one.path, ""))
        and not (one.is_empty and one.student_id in senders)
    ]
    return CollectReport(
        tuple(one for one in students if one.files),
        tuple(problems),
        tuple(one.path for one in found if one.is_other),
    )


def _add_files(
    student_id: str,
    files: Sequence[HandIn],
    into: Path,
    keep: Keep,
    now: Callable[[], datetime],
) -> tuple[Collected, dict[Path, str]]:
    """Add what the files of one student hold; return that, and why files of them failed."""
    path = into / f"{student_id}{SUFFIX}"
    dated = [(export, one.path) for one in files for export in one.exports if has_texts(export)]
    # Oldest first, so that each file finds the texts that its own were made from.
    dated.sort(key=lambda each: _by_newest_text(each[0]))
    reports: list[ImportReport] = []
    used: dict[Path, None] = {}
    failed: dict[Path, str] = {}
    with AnswerStore(path, now=now) as store:
        for export, place in dated:
            try:
                reports.append(import_answers(store, export, keep=keep, as_written=True))
                used[place] = None
            except StoreError as error:
                failed[place] = str(error)
        recovered = store.recovered
    collected = Collected(
        student_id,
        path,
        tuple(used),
        tuple(revision for report in reports for revision in report.added),
        sum(report.unchanged for report in reports),
        tuple(dict.fromkeys(each for report in reports for each in report.conflicts)),
        recovered,
    )
    return collected, failed


def _by_newest_text(export: Export) -> tuple[bool, datetime]:
    """Return what sorts exports by their contents, the oldest first and undated ones last."""
    moments = [
        value[-1].saved_at
        for fields in export.answers.values()
        for value in fields.values()
        if not isinstance(value, str)
    ]
    return not moments, max(moments, default=datetime.max.replace(tzinfo=UTC))


def _printable(text: str) -> str:
    """Return `text` without what would move a terminal's cursor, or turn its text around."""
    return "".join(
        each if each.isprintable() or each in "\n\t\u200c\u200d" else ascii(each)[1:-1]
        for each in text
    )
