"""A job: everything that a worker on any machine needs to make one packet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from prepkit.answers.signatures import CoachKeys
from prepkit.handouts import Paper
from prepkit.packets.cache_key import packet_key
from prepkit.packets.manifest import Outcome
from prepkit.packets.roster.columns import COLUMNS
from prepkit.packets.template import Template
from prepkit.records import Student

_ENDINGS = {
    "ipynb": ".ipynb",
    "pdf": ".pdf",
    "fill-in": "-fill-in.ipynb",
    "html": ".html",
    "html-form": "-fill-in.html",  # no student's id ends so
}
FORMATS = tuple(_ENDINGS)
"""What a packet can consist of: the executed notebook, its PDF, a notebook to fill in, a web page
to read, a web page to fill in."""

TO_FILL_IN = {"fill-in": "notebooks", "html-form": "web pages"}
"""The formats that are signed, because they come back, and what they are. A packet without
questions has none."""

PAGES = ("html", "html-form")
"""The formats that are web pages, whose code counts only for them."""

RUN = ".run"
"""The name of the file that says which run may write to an output."""

ANSWERS_FILE = "answers.json"
"""The name of the file with a student's answers, in the folder where the notebook runs."""

FEEDBACK_FILE = "feedback.json"
"""The name of the file with what the coach wrote about a student's answers, in the same folder."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What all jobs of a run have in common; it can be sent to another machine."""

    template: str
    """The notebook, as JSON."""
    template_folder: str
    """The folder of the notebook, for the drawings that its text names."""
    modules: tuple[str, ...]
    """The modules that the template imports, to import them only once."""
    bank: bytes | None = field(repr=False)
    """A question bank as a zip file; None for the one that comes with prepkit."""
    bank_name: str
    """The name of the bank's folder; empty for prepkit's own."""
    output: str
    """The folder, from the root, or the URL for the packets."""
    formats: tuple[str, ...]
    day: date
    """The date of the packets."""
    paper: Paper | None
    compact: bool
    """Whether each question takes one sheet of paper in the PDF."""
    seconds: int
    """How long one cell may run."""
    package: str
    """The digest of this prepkit: workers with a different one are refused."""
    code: str
    """The digest of the code that makes packets; if it differs, they are made again."""
    page_code: str
    """The digest of the code that makes their web pages; empty if none are wanted."""
    run: str = ""
    """The name of this run in the file `RUN` of the output; empty outside of a run."""
    key_name: str = ""
    """The name of the key that signs notebooks to fill in; empty if they aren't signed."""


@dataclass(frozen=True, slots=True)
class Job:
    """One packet to make."""

    student: Student
    parameters: Mapping[str, Any]
    """The parameters that the template is given."""
    key: str
    """The digest of everything that goes into the packet; see `packet_key`."""
    answers: str | None = field(repr=False)
    """The student's answers as JSON; None if there are none."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The digests of the files that an earlier run wrote for the student, by name."""
    is_current: bool = False
    """Whether these files belong to this same packet, and only some are missing."""
    page_code: str = ""
    """The digest of the code that makes, or has made, the packet's web pages."""
    signing_key: bytes = field(default=b"", repr=False)
    """What signs this student's notebook to fill in; empty for none. Never the coach's own key,
    because jobs go to other machines."""
    feedback: str | None = field(default=None, repr=False)
    """What the coach wrote about the student's answers, as JSON; None for nothing."""

    def failed(
        self,
        error: str,
        *,
        retryable: bool = False,
        aborts_run: bool = False,
        files: Mapping[str, str] | None = None,
        notices: Iterable[str] = (),
    ) -> Outcome:
        """Return the outcome of an attempt that failed; see `Outcome`.

        Parameters
        ----------
        files
            The digests of the files that are left; None for the files of the earlier run.
        """
        return Outcome(
            student_id=self.student.student_id,
            key=self.key,
            state="failed",
            retryable=retryable,
            aborts_run=aborts_run,
            error=error,
            files=self.written if files is None else files,
            notices=tuple(notices),
        )


def new_job(
    student: Student,
    template: Template,
    config: RunConfig,
    answers: str | None,
    last: Outcome | None,
    keys: CoachKeys | None = None,
    feedback: str | None = None,
) -> Job:
    """Return the job of a student, with the key of the packet that it will make.

    Parameters
    ----------
    last
        The last outcome of the student's packet; None for a new student.
    keys
        What signs the notebook to fill in; None leaves it without a signature.
    feedback
        What the coach wrote about the student's answers, as JSON.
    """
    row = student.model_dump(mode="json", exclude={"extra"})
    # A cell left empty is empty in the packet too: the template's defaults are only a sample.
    row |= {column.name: column.empty for column in COLUMNS if row[column.name] is None}
    given: dict[str, Any] = {
        **row,
        **student.extra,
        "date": config.day.isoformat(),
        "answers_file": ANSWERS_FILE if answers else "",
        "feedback_file": FEEDBACK_FILE if feedback else "",
        "bank_folder": config.bank_name,
    }
    if config.paper:
        given["paper"] = config.paper
    parameters = {
        name: value
        for name, value in given.items()
        if name in template.parameters and value is not None
    }
    if "feedback_file" not in parameters:
        feedback = None  # a template that prints none stays as it is when there is some
    key = packet_key(config, parameters, student, answers, feedback)
    names = file_names(student.student_id, FORMATS).values()
    written = {name: text for name, text in (last.files if last else {}).items() if name in names}
    is_current = (
        last is not None
        and last.state == "done"
        and last.key == key
        and not is_page_stale(last, config)
    )
    page_code = config.page_code or (last.page_code if last and is_current else "")
    signing_key = keys.student_key(student.student_id, signed_run(config)) if keys else b""
    return Job(
        *(student, parameters, key, answers, written, is_current, page_code, signing_key),
        feedback=feedback,
    )


def signed_run(config: RunConfig) -> str:
    """Return what a signature calls the run: the date of the packets, the same when made again."""
    return config.day.isoformat()


def is_page_stale(last: Outcome, config: RunConfig) -> bool:
    """Tell whether web pages are wanted, and the packet's were made by different code."""
    names = file_names(last.student_id, PAGES).values()
    there = any(name in last.files for name in names)
    return bool(config.page_code) and there and last.page_code != config.page_code


def file_names(student_id: str, formats: Sequence[str]) -> dict[str, str]:
    """Return the names of a packet's files by format."""
    return {kind: f"{student_id}{_ENDINGS[kind]}" for kind in formats}


def zipped(folder: Path) -> bytes:
    """Return a question bank as a zip file, the same bytes for the same files."""
    content = io.BytesIO()
    questions = sorted(folder.glob("questions/[!.]*/[!.]*"))
    with zipfile.ZipFile(content, "w") as archive:
        for path in (folder / "categories.yaml", folder / "companies.yaml", *questions):
            name = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()
