"""Adding what students hand in to their answers files. Nothing that they send is ever executed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import Export
from prepkit.answers.hand_ins import HandIn, has_texts, read_hand_ins
from prepkit.answers.limits import Handed
from prepkit.answers.signatures import CoachKeys
from prepkit.answers.store import AnswerStore, utc_now
from prepkit.answers.students import SUFFIX, student_stores
from prepkit.answers.transfer import ImportConflict, ImportReport, Keep, import_answers
from prepkit.records import Revision
from prepkit.text import join_some, join_words, pluralize, printable

_NAMED = 10
"""The most files of one student in a line."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that was not collected, or not all of it, and what to do about that."""

    path: Path
    """The file's place in the folder."""
    message: str

    def __str__(self) -> str:
        return f"{printable(str(self.path), one_line=True)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Collected:
    """What came from one student."""

    student_id: str
    path: Path
    """The student's answers file."""
    files: tuple[Path, ...]
    """The files with answers, by their place in the folder, oldest answers first."""
    newest: Path | None
    """The one of several files that has the newest text; None if their dates don't say it."""
    added: tuple[Revision, ...]
    unchanged: int
    """How many texts were there before."""
    conflicts: tuple[ImportConflict, ...]
    """Texts that were not stored."""
    recovered: str | None = None
    """A sentence or two about a repair of the answers file."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions with new texts."""
        return tuple(dict.fromkeys(revision.question for revision in self.added))

    def __str__(self) -> str:
        new = f"{pluralize(len(self.questions), 'answer')} new or changed"
        lines = [f"{self.student_id}: {new if self.added else 'nothing new'}"]
        if self.conflicts:
            lines[0] += f", {pluralize(len(self.conflicts), 'text')} not stored"
        if len(self.files) > 1:
            lines.append(f"  {self._claims()}")
        for conflict in self.conflicts:
            lines += [f"  {printable(line)}" for line in str(conflict).split("\n")]
        if self.recovered:
            lines.append(f"  {self.recovered}")
        return "\n".join(lines)

    def _claims(self) -> str:
        names = [printable(str(path), one_line=True) for path in self.files]
        named = join_words(names) if len(names) <= _NAMED else join_some(names, _NAMED)
        claims = f"{pluralize(len(names), 'file')} from {self.student_id}: {named}"
        newest = "Which one is newer can't be told from the dates in them."
        if self.newest:
            newest = f"The newest text is in {printable(str(self.newest), one_line=True)}."
        return f"{claims}. {newest}"


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What was collected from a folder of returned files."""

    students: tuple[Collected, ...]
    """Those who handed something in, sorted by id."""
    problems: tuple[FileProblem, ...]
    """In the order of the files."""
    others: tuple[Path, ...]
    """Notebooks that aren't for students to fill in, such as packets; they were skipped."""
    unsigned: tuple[Path, ...] = ()
    """Files with answers that no signature shows to be from the notebook of that student."""
    unchecked: tuple[Path, ...] = ()
    """Notebooks with a signature that can't be checked, because the coach's key isn't here."""

    @property
    def conflicts(self) -> int:
        """How many texts were not stored."""
        return sum(len(one.conflicts) for one in self.students)

    def __str__(self) -> str:
        lines = [str(one) for one in self.students]
        if not lines:
            lines = ["No answers were found."]
        if self.conflicts:
            lines.append(
                "Texts that were changed both here and in a file were not stored. To use the "
                "file's version, collect again with --keep imported; the one here stays in the "
                "history."
            )
        if self.unsigned:
            lines.append("Not signed (exports never are), so anybody could have written these:")
            lines += [f"  {printable(str(path), one_line=True)}" for path in self.unsigned]
        if self.unchecked:
            lines.append(
                "Signed, but the key to check it is not on this computer (it is brought here by "
                "'prepkit answers import-key'):"
            )
            lines += [f"  {printable(str(path), one_line=True)}" for path in self.unchecked]
        if self.others:
            lines.append(f"{pluralize(len(self.others), 'other notebook')} skipped.")
        return "\n".join(lines)


def collect_answers(
    folder: Path,
    into: Path,
    *,
    known: Collection[str] | None = None,
    keys: CoachKeys | None = None,
    keep: Keep = "stored",
    now: Callable[[], datetime] = utc_now,
) -> CollectReport:
    """Add what students have handed in to their answers files; see `import_answers`.

    A notebook says whose it is. A JSON export has to be named ``<student_id>.json`` or
    ``<student_id>-answers.json``, or has to be in a folder named ``<student_id>``. Hidden files
    and links are skipped. Collecting the same folder again adds nothing.

    Parameters
    ----------
    folder
        The returned files, in this folder and in those inside it.
    into
        The folder of the answers files, ``<student_id>.sqlite``; made when first needed.
    known
        The ids of a roster; a file from anybody else is then a problem. None allows any id.
    keys
        What signed the notebooks that were sent out. A notebook with a wrong signature is a
        problem; one without any is taken, and named. None takes every notebook.
    keep
        With ``imported``, a text that was changed both here and in the file becomes current.
    now
        The clock that dates texts without a date of their own.

    Raises
    ------
    StoreError
        If `folder` isn't a folder.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a folder. Give the folder with the returned files.")
    found = read_hand_ins(folder, known, student_stores(into), keys or CoachKeys())
    students: list[Collected] = []
    failed: dict[Path, str] = {}
    for student_id in sorted({one.student_id for one in found if one.exports and not one.problem}):
        mine = [one for one in found if one.student_id == student_id and not one.problem]
        collected, failures = _add_files(student_id, mine, into, keep, now)
        students.append(collected)
        failed |= failures
    senders = {one.student_id for one in students if one.files}
    problems = [
        FileProblem(one.path, printable(message, one_line=True))
        for one in found
        # An empty file is no problem if the same student sent another one with answers.
        if (message := one.problem or failed.get(one.path, ""))
        and not (one.is_empty and one.student_id in senders)
    ]
    used = {path for one in students for path in one.files}
    proofs = {one.path: one.proof for one in found if one.path in used}
    return CollectReport(
        tuple(one for one in students if one.files),
        tuple(problems),
        tuple(one.path for one in found if one.is_other),
        tuple(path for path, proof in proofs.items() if proof == "unsigned"),
        tuple(path for path, proof in proofs.items() if proof == "unchecked"),
    )


def _add_files(
    student_id: str,
    files: Sequence[HandIn],
    into: Path,
    keep: Keep,
    now: Callable[[], datetime],
) -> tuple[Collected, dict[Path, str]]:
    """Add the answers in one student's files; return them, and the reason for each failed file."""
    path = into / f"{student_id}{SUFFIX}"
    dated = [(export, one.path) for one in files for export in one.exports if has_texts(export)]
    # Oldest first: then each file finds the texts that its own were made from.
    dated.sort(key=lambda each: _by_newest_text(each[0]))
    reports: list[ImportReport] = []
    used: dict[Path, None] = {}
    failed: dict[Path, str] = {}
    store = AnswerStore(path, now=now)
    handed = None
    for export, place in dated:
        try:
            handed = handed or Handed(store.history())
            if problem := handed.excess_with(export):
                failed[place] = f"{problem} Nothing of it was taken."
                continue
            report = import_answers(store, export, keep=keep, as_written=True)
            handed.add(report.added)
            reports.append(report)
            used[place] = None
        except StoreError as error:
            failed[place] = str(error)
    recovered = store.recovered
    collected = Collected(
        student_id,
        path,
        tuple(used),
        _newest([(export, place) for export, place in dated if place in used]),
        tuple(revision for report in reports for revision in report.added),
        sum(report.unchanged for report in reports),
        tuple(dict.fromkeys(each for report in reports for each in report.conflicts)),
        recovered,
    )
    return collected, failed


def _newest(dated: Sequence[tuple[Export, Path]]) -> Path | None:
    """Return the file with the newest text; None if two have it, or one file has no dates."""
    ages: dict[Path, tuple[bool, datetime]] = {}
    for export, place in dated:
        age = _by_newest_text(export)
        ages[place] = max(ages.get(place, age), age)
    newest = [place for place, age in ages.items() if age == max(ages.values())]
    is_known = len(newest) == 1 and not any(undated for undated, _ in ages.values())
    return newest[0] if is_known else None


def _by_newest_text(export: Export) -> tuple[bool, datetime]:
    """Return a key that sorts exports by their newest text, undated ones last."""
    moments = [
        value[-1].saved_at
        for fields in export.answers.values()
        for value in fields.values()
        if not isinstance(value, str)
    ]
    return not moments, max(moments, default=datetime.max.replace(tzinfo=UTC))
