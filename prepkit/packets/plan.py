"""What a run has to do: roster, template and bank in; the packets to make, and why, out."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from prepkit.answers import read_answers, student_stores
from prepkit.answers.exchange import current_export
from prepkit.answers.exchange_json import to_json
from prepkit.answers.signatures import CoachKeys
from prepkit.bank import load_bank, shipped_folder
from prepkit.errors import PrepkitError
from prepkit.handouts import Paper
from prepkit.packets.cache_key import bank_digest, package_digest, packet_code, page_code
from prepkit.packets.feedback import FeedbackSources
from prepkit.packets.jobs import (
    FORMATS,
    PAGES,
    TO_FILL_IN,
    Job,
    RunConfig,
    file_names,
    is_page_stale,
    new_job,
    zipped,
)
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.roster import Understood, understand_roster
from prepkit.packets.storage import WRITTEN, Output, open_output
from prepkit.packets.template import Template, read_template
from prepkit.records import Student
from prepkit.text import did_you_mean, format_day, join_some, pluralize

_LISTED = 20
"""How many students a message lists."""

Reason = Literal["new", "changed", "incomplete", "did not finish", "failed before"]
"""Why a packet has to be made. "Did not finish" is a failure that may pass, such as a full disk."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the coach chooses besides the roster and the output."""

    template: Path
    bank: Path | None = None
    """A question bank; None for prepkit's own."""
    answers: Path | None = None
    """The folder of collected answers, one file per student; None for none."""
    formats: tuple[str, ...] = FORMATS[:3]
    only: tuple[str, ...] = ()
    """Student ids; empty for all."""
    retry_failed: bool = False
    """Whether to try again the packets that failed because of an error in the notebook."""
    day: date | None = None
    """The date of the packets; None for the date of an earlier run there, or else today."""
    paper: Paper | None = None
    compact: bool = True
    """Whether each question takes one sheet of paper; see `prepkit.handouts.Layout`. A packet is
    printed for every student, so that the second sheet would double the paper of a whole class, and
    there is a notebook to write whole answers in."""
    seconds: int = 300
    """How long one cell may run."""
    keys: CoachKeys = field(default_factory=CoachKeys)
    """What signs the notebooks and web pages to fill in."""
    feedback: Path | None = None
    """The folder of ratings and comments, one file per student; None for none."""
    names: bool = True
    """Whether a student sees who wrote the ratings and comments."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run has to do."""

    config: RunConfig
    place: str
    """The folder or URL for the packets, as the coach wrote it."""
    understood: Understood
    """The roster, and how it was understood."""
    students: tuple[Student, ...]
    """All students in the roster."""
    chosen: tuple[Student, ...]
    """The students named with ``--only``; all, if it was not given."""
    jobs: tuple[tuple[Job, Reason], ...]
    """The packets to make, and why."""
    not_again: tuple[str, ...]
    """Ids of the students whose packets failed before because of an error in the notebook, and are
    not tried again."""
    left: tuple[str, ...]
    """Ids of students who have packets there, but are no longer in the roster."""
    warnings: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What the coach should know before the run."""
        reasons = Counter(reason for _, reason in self.jobs)
        how = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        to_make = pluralize(len(self.jobs), "packet") if self.jobs else "no packets"
        lines = [f"{pluralize(len(self.chosen), 'student')}, {to_make} to make"]
        lines[0] += f": {how}" if how else ""
        lines += self.warnings
        if self.not_again:
            lines.append(
                "Failed before, so not tried again (unless you add --retry-failed):"
                f" {join_some(self.not_again, _LISTED)}"
            )
        if self.left:
            lines.append(
                "No longer in the roster; their packets stay as they are:"
                f" {join_some(self.left, _LISTED)}"
            )
        return tuple(lines)


def plan_packets(roster: Path, place: str, options: Options, *, today: date) -> RunPlan:
    """Return what a run has to do; nothing is written.

    Parameters
    ----------
    roster
        Any file that `read_roster_file` reads.
    place
        The folder or URL for the packets.
    today
        The date of packets in a new place.

    Raises
    ------
    PrepkitError
        If the bank, the template or the roster has problems: with every problem of the first of
        these that has any.
    """
    bank = load_bank(options.bank)
    template = read_template(options.template)
    understood = understand_roster(roster, bank, template.parameters)
    students = understood.students
    chosen = students_named(students, options.only)
    output = open_output(place)
    manifest = Manifest(output)
    day = options.day or manifest.date or today
    config = _run_config(template, place, options, day)
    wanted = options.feedback if "feedback_file" in template.parameters else None
    sources = FeedbackSources.of(bank, wanted, options.answers, names=options.names)
    jobs = tuple(_jobs(chosen, template, config, options, output, manifest, sources))
    ids = {student.student_id for student in students}
    making = {job.student.student_id for job, _ in jobs}
    return RunPlan(
        config=config,
        place=place,
        understood=understood,
        students=students,
        chosen=chosen,
        jobs=jobs,
        not_again=tuple(
            student.student_id
            for student in chosen
            if student.student_id not in making
            and manifest.outcomes[student.student_id].state == "failed"
        ),
        left=tuple(sorted(set(manifest.outcomes) - ids)),
        warnings=tuple(_warnings(chosen, day, options.day or today)),
    )


def _run_config(template: Template, place: str, options: Options, day: date) -> RunConfig:
    return RunConfig(
        template=template.content.decode(),
        template_folder=str(options.template.parent.absolute()),
        modules=template.modules,
        bank=zipped(options.bank) if options.bank else None,
        bank_name=options.bank.resolve().name if options.bank else "",
        output=place if "://" in place else str(Path(place).absolute()),
        formats=options.formats,
        day=day,
        paper=options.paper,
        compact=options.compact,
        seconds=options.seconds,
        package=package_digest(),
        code=packet_code(template.used) + ("" if options.bank else bank_digest(shipped_folder())),
        page_code=page_code() if set(PAGES) & set(options.formats) else "",
        run=uuid.uuid4().hex,
        key_name=options.keys.name,
    )


def _jobs(
    students: Sequence[Student],
    template: Template,
    config: RunConfig,
    options: Options,
    output: Output,
    manifest: Manifest,
    sources: FeedbackSources,
) -> Iterator[tuple[Job, Reason]]:
    """Yield the packets to make, and why."""
    stores = student_stores(options.answers) if options.answers else {}
    names, unsettled = output.names(), output.names(WRITTEN)
    for student in students:
        last = manifest.outcomes.get(student.student_id)
        answers = _answers_json(stores.get(student.student_id))
        feedback = sources.json_for(student)
        job = new_job(student, template, config, answers, last, options.keys, feedback)
        reason = _reason(job, last, config, names, options.retry_failed)
        if student.student_id in unsettled:
            # A run was killed while it wrote this packet, perhaps from other inputs.
            job, reason = replace(job, is_current=False), reason or "incomplete"
        if reason:
            yield job, reason


def _reason(
    job: Job, last: Outcome | None, config: RunConfig, names: set[str], retry_failed: bool
) -> Reason | None:
    """Return why a packet has to be made; None if it doesn't have to be."""
    if last is None:
        return "new"
    if last.key != job.key or is_page_stale(last, config):
        return "changed"
    if last.state == "failed":
        if last.retryable:
            return "did not finish"
        return "failed before" if retry_failed else None
    wanted = file_names(last.student_id, config.formats)
    if not last.questions:
        wanted = {kind: name for kind, name in wanted.items() if kind not in TO_FILL_IN}
    return None if set(wanted.values()) <= set(last.files) & names else "incomplete"


def _answers_json(path: Path | None) -> str | None:
    """Return the current texts in a student's file of answers, as JSON; None if there are none."""
    if path is None:
        return None
    answers = read_answers(path)
    return to_json(current_export(answers.values())) if answers else None


def students_named(students: Sequence[Student], wanted: Sequence[str]) -> tuple[Student, ...]:
    """Return the students with these ids, in the order of the roster; all if there are none.

    Raises
    ------
    PrepkitError
        Naming each id that the roster doesn't have.
    """
    if not wanted:
        return tuple(students)
    known = [student.student_id for student in students]
    problems = [
        f"--only {name}: the roster has no student with this id{did_you_mean(name, known, most=3)}"
        for name in wanted
        if name not in known
    ]
    if problems:
        raise PrepkitError("\n".join(problems))
    return tuple(student for student in students if student.student_id in wanted)


def _warnings(students: Sequence[Student], day: date, wanted: date) -> Iterator[str]:
    if day != wanted:
        yield (
            f"The packets are dated {format_day(day)}, like those already there (--date changes it)"
        )
    past = [
        student.student_id
        for student in students
        if student.interview_date and student.interview_date < day
    ]
    if past:
        yield (
            f"Interview before the date of the packets, {format_day(day)}:"
            f" {join_some(past, _LISTED)}"
        )
