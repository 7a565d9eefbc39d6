"""What was collected: which answers came from whom, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from prepkit.answers.import_report import ImportConflict
from prepkit.answers.ledger import Ledger
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


def problem_lines(problems: Iterable[FileProblem]) -> Iterator[str]:
    """Yield a line for each problem; of many files with the same one, only the first few."""
    alike: dict[tuple[str, str], int] = {}
    for problem in problems:
        kind = (problem.path.parts[0], problem.message)
        alike[kind] = alike.get(kind, 0) + 1
        if alike[kind] <= _NAMED:
            yield str(problem)
    for (place, message), count in alike.items():
        if count > _NAMED:
            name = printable(place, one_line=True)
            more = pluralize(count - _NAMED, "more file", "more files")
            yield f"{name}: the same of {more}, which ledger.csv names: {message}"


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
    replies: tuple[Revision, ...] = ()
    """New replies to a coach's comments."""
    are_copies: bool = False
    """Whether there are several files, and all of them say the same."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions with new texts."""
        return tuple(dict.fromkeys(revision.question for revision in self.added))

    def __str__(self) -> str:
        new = []
        if self.added:
            new.append(f"{pluralize(len(self.questions), 'answer')} new or changed")
        if self.replies:
            count = pluralize(len({one.field for one in self.replies}), "reply", "replies")
            new.append(f"{count} to comments")
        lines = [f"{self.student_id}: {', '.join(new) or 'nothing new'}"]
        if self.conflicts:
            lines[0] += f", {pluralize(len(self.conflicts), 'text')} not stored"
        if len(self.files) > 1:
            lines.append(f"  {self.claims}")
        for conflict in self.conflicts:
            lines += [f"  {printable(line)}" for line in str(conflict).split("\n")]
        if self.recovered:
            lines.append(f"  {self.recovered}")
        return "\n".join(lines)

    @property
    def claims(self) -> str:
        """Which files are from the student, and which is the newest or that they are copies."""
        names = [printable(str(path), one_line=True) for path in self.files]
        named = join_words(names) if len(names) <= _NAMED else join_some(names, _NAMED)
        claims = f"{pluralize(len(names), 'file')} from {self.student_id}: {named}"
        newest = "Which one is newer can't be told from the dates in them."
        if self.are_copies:
            newest = "They are copies: the same answers are in each."
        elif self.newest:
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
    beside: int = 0
    """How many files of students whose answers were taken hold no answers."""
    ledger: Ledger = field(default_factory=Ledger)
    """What became of every file and every student."""

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
        if self.beside:
            lines.append(
                f"{pluralize(self.beside, 'file')} without answers besides those that were taken."
            )
        return "\n".join(lines)
