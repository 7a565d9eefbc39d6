"""The files in which a student gets what coaches wrote: a PDF, and a notebook to reply in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prepkit.answers.exchange import current_export
from prepkit.answers.exchange_json import to_json
from prepkit.answers.signatures import CoachKeys
from prepkit.bank import Bank
from prepkit.engine.private import GRAMMARS, without_module
from prepkit.errors import PrepkitError
from prepkit.handouts import Layout, Paper, handout_pdf
from prepkit.packets.feedback import FeedbackSources, Found
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.packets.kept import content_digest, put, withdraw
from prepkit.packets.storage import Output, open_output
from prepkit.practice.feedback import StudentFeedback
from prepkit.records import Answer, Student
from prepkit.text import join_some, join_words, pluralize
from prepkit.widgets.student_feedback import overview, question_texts, title_text
from prepkit.widgets.texts import DisplayText

with without_module(GRAMMARS):
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

_ENDINGS = {"pdf": "-feedback.pdf", "ipynb": "-feedback.ipynb"}
FORMATS = tuple(_ENDINGS)
"""What a student can get: a PDF to read, and a notebook to reply and go on writing in."""

MADE = ".feedback.json"
"""The name of the file with the digests of what was written, by name."""

WRITING = ".feedback-written.json"
"""The name of the file with the digests of what is about to be written. After a kill, the
next one knows these files from those that somebody has changed."""

_LISTED = 20


@dataclass(frozen=True, slots=True)
class FeedbackOptions:
    """What a coach chooses besides the roster and the output."""

    formats: tuple[str, ...] = FORMATS
    paper: Paper | None = None
    bank_name: str = ""
    """The name of the folder of the coach's own question bank; empty for prepkit's."""
    keys: CoachKeys = field(default_factory=CoachKeys)
    """What signs the notebooks."""


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """What became of each student of a roster."""

    made: Mapping[str, tuple[str, ...]]
    """The files of each student who has feedback, by id."""
    without: tuple[str, ...]
    """The ids of those who have none yet."""
    failed: Mapping[str, str]
    """Why a student's feedback can't be made, by id."""
    notices: tuple[str, ...]
    unchanged: frozenset[str] = frozenset()
    """The ids of those in `made` whose files are as they were before."""
    removed: tuple[str, ...] = ()
    """The names of the files of those whose feedback was all taken back."""
    strangers: tuple[str, ...] = ()
    """The names of the files that are there of students who aren't on the roster any more."""

    def __str__(self) -> str:
        new = [each for each in self.made if each not in self.unchanged]
        lines = [f"Feedback for {pluralize(len(new), 'student')} written."]
        if self.unchanged:
            as_before = f"unchanged for {pluralize(len(self.unchanged), 'student')}"
            lines = [
                f"Feedback is new for {join_some(new, _LISTED)}, and {as_before}."
                if new
                else f"Nothing new: feedback is {as_before}."
            ]
        if self.removed:
            lines.append(
                "Removed, because nothing is left of what was written:"
                f" {join_some(self.removed, _LISTED)}"
            )
        if self.strangers:
            lines.append(
                "Left as they are, because their students aren't on the roster:"
                f" {join_some(self.strangers, _LISTED)}"
            )
        if self.without:
            lines.append(f"No feedback yet: {join_some(self.without, _LISTED)}")
        lines += [f"{student}: {why}" for student, why in self.failed.items()]
        return "\n".join([*lines, *self.notices])


def make_feedback(
    students: Sequence[Student],
    place: str,
    sources: FeedbackSources,
    options: FeedbackOptions,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    roster: Sequence[Student] = (),
) -> FeedbackReport:
    """Write the files of every student who has feedback; one who fails doesn't stop the others.

    A file that is as it should be isn't written again. One that somebody has changed is kept beside
    the new one. Whose feedback was all taken back has no files any more.

    Parameters
    ----------
    students
        Whose feedback to make.
    place
        The folder or URL for the files.
    progress
        Called with how many students are done, and how many there are.
    roster
        All students, if `students` are only some of them.
    """
    output = open_output(place)
    made: dict[str, tuple[str, ...]] = {}
    without: list[str] = []
    failed: dict[str, str] = {}
    notices: list[str] = []
    unchanged = set()
    removed: list[str] = []
    with output.locked():
        digests = made_files(output)
        for done, student in enumerate(students):
            progress(done, len(students))
            name = student.student_id
            try:
                found = sources.read(student)
                files, about = student_files(student, found, sources.bank, options)
            except PrepkitError as error:
                failed[name] = str(error)
                continue
            if found.feedback:
                made[name] = tuple(files)
                if _digests_of(files).items() <= digests.items():
                    unchanged.add(name)
            else:
                without.append(name)
            notices += [f"{name}: {each}" for each in (*_left_out(found), *about)]
            notices += _replace(output, files, digests)
            if not found.feedback:
                notices += _withdraw(output, name, digests, removed)
        output.remove(WRITING)
        progress(len(students), len(students))
    everybody = {name for one in roster or students for name in file_names(one.student_id).values()}
    return FeedbackReport(
        made,
        tuple(without),
        failed,
        tuple(notices),
        frozenset(unchanged),
        tuple(removed),
        tuple(sorted(digests.keys() - everybody)),
    )


def _left_out(found: Found) -> Iterator[str]:
    if found.unknown:
        yield (
            f"what you wrote about {join_words(found.unknown)} is left out, because the question "
            "bank has no such question (--bank names another bank)"
        )


def _replace(output: Output, files: Mapping[str, bytes], digests: dict[str, str]) -> list[str]:
    """Write a student's files, and return what the coach should know.

    Parameters
    ----------
    digests
        Those of the files that were written before, by name; it is kept up to date.
    """
    kept: dict[str, str | None] = {}
    before, begun = dict(digests), made_files(output, WRITING)
    coming = _digests_of(files)
    if not coming.items() <= digests.items():
        output.write(WRITING, _as_json(begun | coming))
    for name, content in files.items():
        known = [each[name] for each in (digests, begun) if name in each]
        kept[name] = put(output, name, content, known=known)
    digests |= coming
    if digests != before:
        output.write(MADE, _as_json(digests))
    return _about_kept(kept)


def _withdraw(
    output: Output, student_id: str, digests: dict[str, str], removed: list[str]
) -> list[str]:
    """Remove a student's files of every format, and return what the coach should know.

    Parameters
    ----------
    digests
        Those of the files that were written before, by name; it is kept up to date.
    removed
        Gets the names of the files that were there.
    """
    kept: dict[str, str | None] = {}
    for name in file_names(student_id).values():
        if name in digests:
            removed += [name] * (output.read(name) is not None)
            kept[name] = withdraw(output, name, known=[digests.pop(name)])
    if kept:
        output.write(MADE, _as_json(digests))
    return _about_kept(kept)


def _about_kept(kept: Mapping[str, str | None]) -> list[str]:
    return [
        f"somebody had changed {name}: their file is kept as “{where}”"
        for name, where in kept.items()
        if where
    ]


def student_files(
    student: Student, found: Found, bank: Bank, options: FeedbackOptions
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return a student's files by name, and what isn't printed in them as it is."""
    feedback, answers = found.feedback, found.answers
    if feedback is None:
        return {}, ()
    notices: tuple[str, ...] = ()
    day = feedback.at.date()
    files: dict[str, bytes] = {}
    names = file_names(student.student_id, options.formats)
    if "pdf" in names:
        layout = Layout(paper=options.paper, student=student.name, date=day)
        nb = _printed(list(_texts(student, feedback, answers, bank)))
        handout = handout_pdf(nb, layout)
        files[names["pdf"]] = handout.pdf
        # A notice begins with a place in a notebook, which nobody sees here.
        notices = tuple(dict.fromkeys(each.partition(": ")[2] or each for each in handout.notices))
    if "ipynb" in names:
        run = day.isoformat()
        nb = fill_in_notebook(
            student,
            [one.question for one in feedback.questions],
            bank_folder=options.bank_name,
            run=run,
            signing_key=options.keys.student_key(student.student_id, run),
            feedback=feedback,
            answers=_handed_in(feedback, answers),
        )
        files[names["ipynb"]] = f"{nbformat.writes(nb)}\n".encode("utf-8", "replace")
    return files, notices


def file_names(student_id: str, formats: Sequence[str] = FORMATS) -> dict[str, str]:
    """Return the names of a student's files by format."""
    return {kind: f"{student_id}{_ENDINGS[kind]}" for kind in formats}


def _texts(
    student: Student, feedback: StudentFeedback, answers: Mapping[str, Answer], bank: Bank
) -> Iterator[DisplayText]:
    yield title_text(student.name, feedback)
    if len(feedback.questions) > 1 and any(one.scores for one in feedback.questions):
        yield overview(bank, feedback)
    yield from question_texts(bank, answers, feedback, level=2)


def _printed(texts: Sequence[DisplayText]) -> nbformat.NotebookNode:
    """Return an executed notebook that shows these texts."""
    cell = new_code_cell("", id="feedback", metadata={"tags": ["remove-input"]})
    cell.outputs = [new_output("display_data", {"text/html": one.html}) for one in texts]
    nb: nbformat.NotebookNode = new_notebook(cells=[cell])
    return nb


def _handed_in(feedback: StudentFeedback, answers: Mapping[str, Answer]) -> Any:
    """Return the current texts of the answers that the feedback is about, as parsed JSON."""
    found = [answers[one.question] for one in feedback.questions if one.question in answers]
    return json.loads(to_json(current_export(found))) if found else None


def made_files(output: Output, where: str = MADE) -> dict[str, str]:
    """Return the digests of the files that were written there, by name."""
    try:
        found = json.loads(output.read(where) or b"{}")
    except ValueError:  # it was damaged: then every file counts as changed by somebody
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {str(name): str(value) for name, value in known}


def _digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content_digest(content) for name, content in files.items()}


def _as_json(digests: Mapping[str, str]) -> bytes:
    return json.dumps(digests, indent=1, sort_keys=True).encode()
