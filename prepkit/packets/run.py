"""A run: roster, template and bank in; the packets that are missing or out of date made."""

from __future__ import annotations

import difflib
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Protocol

from prepkit.answers import read_answers, student_stores
from prepkit.answers.exchange import Export, to_json
from prepkit.bank import load_bank
from prepkit.errors import PrepkitError
from prepkit.handouts import Paper
from prepkit.packets.index import PAGES, write_index
from prepkit.packets.jobs import (
    FORMATS,
    RUN,
    Job,
    RunConfig,
    file_names,
    new_job,
    package_digest,
    zipped,
)
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.roster import read_sheet, students_of
from prepkit.packets.storage import FAILED, WRITTEN, open_output
from prepkit.packets.template import read_template
from prepkit.progress_bar import ShowProgress
from prepkit.records import Student
from prepkit.text import join_quoted, pluralize

_ATTEMPTS = 2
"""How often a packet is tried in one run, if it fails by accident."""

_LISTED = 20
"""How many students a message lists."""

Reason = Literal["new", "changed", "incomplete", "failed by accident", "failed before"]


class Workers(Protocol):
    """What makes packets: processes here, or a cluster."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Make packets; yield the outcome of each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do."""

    kit: RunConfig
    place: str
    """The folder or URL for the packets, as the coach has written it."""
    students: tuple[Student, ...]
    """All of the roster."""
    chosen: tuple[Student, ...]
    """Those of ``--only``; all, if it was not given."""
    jobs: tuple[tuple[Job, Reason], ...]
    """The packets to make, and why."""
    not_again: tuple[str, ...]
    """Ids of those that failed before by an error in the notebook, and are not tried again."""
    left: tuple[str, ...]
    """Ids of packets that are there, of students whom the roster has no more."""
    warnings: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What the coach should know before the run."""
        reasons = Counter(reason for _, reason in self.jobs)
        how = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
        to_make = pluralize(len(self.jobs), "packet") if self.jobs else "no packet"
        lines = [f"{pluralize(len(self.chosen), 'student')}, {to_make} to make"]
        lines[0] += f": {how}" if how else ""
        lines += self.warnings
        if self.not_again:
            lines.append(
                f"Failed before and not tried again (--retry-failed does): {_some(self.not_again)}"
            )
        if self.left:
            lines.append(f"Left as they are, not in the roster: {_some(self.left)}")
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has done."""

    plan: Plan
    made: tuple[Outcome, ...] = ()
    failed: tuple[Outcome, ...] = ()
    """Of this run's students, those without a packet, also from earlier runs."""
    interrupted: bool = False
    to_go: int = 0
    """How many packets were not tried when the run was interrupted."""
    pages: tuple[str, ...] = ()
    """The names of the index and the summary."""
    kept: tuple[str, ...] = ()
    """Under which names pages that somebody had changed were kept."""

    def __str__(self) -> str:
        made = f"{pluralize(len(self.made), 'packet') if self.made else 'no packet'} made"
        if not self.plan.jobs and not self.failed:
            made = "nothing to do, all packets are there"
        lines = [f"{self.plan.place}: {made}; see {' and '.join(self.pages)} there"]
        lines += [f"What you had changed there is kept as “{name}”." for name in self.kept]
        lines += [*self._failures(), *self._notes()]
        if self.interrupted:
            lines.append(
                f"Interrupted with {pluralize(self.to_go, 'packet')} to go: run the same command"
                " again to go on."
            )
        return "\n".join(lines)

    def _failures(self) -> Iterator[str]:
        if not self.failed:
            return
        yield f"{pluralize(len(self.failed), 'packet')} failed:"
        yield from (f"  {one.student_id}: {one.error}" for one in self.failed[:_LISTED])
        if len(self.failed) > _LISTED:
            yield f"  and {len(self.failed) - _LISTED} more, which the index lists"
        if not all(one.accident for one in self.failed):
            place = f"{self.plan.place.rstrip('/')}/{FAILED}"
            yield (
                f"What happened is in {place}. They are tried again when the template or their row"
                " has changed, or with --retry-failed."
            )
        if any(one.accident for one in self.failed):
            yield "Run the same command again to retry what failed by accident."

    def _notes(self) -> Iterator[str]:
        wanted = "fill-in" in self.plan.kit.formats
        if wanted and self.made and not any(one.questions for one in self.made):
            yield "There is no notebook to fill in: the template shows no worksheets."
        noted = sum(bool(one.notices) for one in self.made)
        if noted:
            yield f"There is something to know about {pluralize(noted, 'packet')}: see the index."


@dataclass(frozen=True, slots=True)
class Options:
    """What the coach says besides roster and output."""

    template: Path
    bank: Path | None = None
    """A question bank; None for prepkit's own."""
    answers: Path | None = None
    """The folder of collected answers, a file a student; None for none."""
    formats: tuple[str, ...] = FORMATS[:3]
    only: tuple[str, ...] = ()
    """Student ids; empty for all."""
    retry_failed: bool = False
    """Whether to try again what failed by an error in the notebook."""
    day: date | None = None
    """The date of the packets; None for that of an earlier run there, else today."""
    paper: Paper | None = None
    seconds: int = 300
    """How long a cell may take."""


def plan_packets(roster: Path, place: str, options: Options, *, today: date) -> Plan:
    """Return what a run has to do; nothing is written.

    Parameters
    ----------
    roster
        A CSV, XLSX or Parquet file.
    place
        The folder or URL for the packets.
    today
        The date of packets in a new place.

    Raises
    ------
    PrepkitError
        If roster, template or bank are not in order: with every problem of the first of them
        that has any.
    """
    bank = load_bank(options.bank)
    template = read_template(options.template)
    students = students_of(read_sheet(roster), bank, template.parameters)
    chosen = _only(students, options.only)
    output = open_output(place)
    manifest = Manifest(output)
    day = options.day or manifest.date or today
    remote = "://" in place
    kit = RunConfig(
        template=template.content.decode(),
        template_folder=str(options.template.parent.absolute()),
        modules=template.modules,
        bank=zipped(options.bank) if options.bank else None,
        bank_name=options.bank.resolve().name if options.bank else "",
        output=place if remote else str(Path(place).absolute()),
        formats=options.formats,
        day=day,
        paper=options.paper,
        seconds=options.seconds,
        package=package_digest(),
        run=uuid.uuid4().hex,
    )
    stores = student_stores(options.answers) if options.answers else {}
    names, unsettled = output.names(), output.names(WRITTEN)
    jobs: list[tuple[Job, Reason]] = []
    for student in chosen:
        last = manifest.outcomes.get(student.student_id)
        job = new_job(
            student,
            template,
            kit,
            _answers(stores.get(student.student_id)),
            last,
        )
        reason = _reason(job, last, kit, names, options.retry_failed)
        if student.student_id in unsettled:
            # A run was killed while it wrote, perhaps from other inputs.
            job, reason = replace(job, is_current=False), reason or "incomplete"
        if reason:
            jobs.append((job, reason))
    ids = {student.student_id for student in students}
    making = {job.student.student_id for job, _ in jobs}
    return Plan(
        kit=kit,
        place=place,
        students=students,
        chosen=chosen,
        jobs=tuple(jobs),
        not_again=tuple(
            student.student_id
            for student in chosen
            if student.student_id not in making
            and manifest.outcomes[student.student_id].state == "failed"
        ),
        left=tuple(sorted(set(manifest.outcomes) - ids)),
        warnings=tuple(_warnings(chosen, day, options.day or today)),
    )


def build_packets(
    plan: Plan,
    workers: Workers,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Report:
    """Make the packets of `plan`, and write what became of each into the manifest.

    A packet that fails does not stop the others. What fails by accident is tried once more. After
    Ctrl-C the report says so, and the packets made so far stay.

    Parameters
    ----------
    workers
        What makes them.
    now
        The clock of the manifest.
    progress
        Called with each outcome that stands.

    Raises
    ------
    PrepkitError
        If the place can't be written, another run is writing there, or no packet can be made.
    """
    output = open_output(plan.place)
    tried: list[Outcome] = []
    interrupted = False
    with output.locked():
        manifest = Manifest(output)
        manifest.begin(plan.kit.day)
        output.write(RUN, plan.kit.run.encode())
        queue = _Queue([job for job, _ in plan.jobs])
        outcomes = workers.run(queue)
        try:
            for outcome in outcomes:
                if outcome.accident and not outcome.fatal and queue.again(outcome):
                    continue
                outcome = outcome.model_copy(update={"at": now()})
                manifest.add(outcome)
                if not outcome.accident:
                    output.remove(f"{WRITTEN}/{outcome.student_id}")
                tried.append(outcome)
                progress(outcome)
                if outcome.fatal:
                    raise PrepkitError(outcome.error)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            _close(outcomes)
            output.remove(RUN)
        kept = write_index(output, manifest, plan.students, plan.kit)
    return Report(
        plan=plan,
        made=tuple(outcome for outcome in tried if outcome.state == "done"),
        failed=_failed(plan.chosen, manifest.outcomes),
        interrupted=interrupted,
        to_go=len(plan.jobs) - len(tried),
        pages=PAGES,
        kept=kept,
    )


def report_to(show: ShowProgress, total: int) -> Callable[[Outcome], None]:
    """Return what counts outcomes, and those that failed, on a progress bar."""
    done = failed = 0

    def count(outcome: Outcome) -> None:
        nonlocal done, failed
        done += 1
        failed += outcome.state == "failed"
        show(done, total, f"[red]{failed} failed[/red]" if failed else "")

    return count


class _Queue:
    """Jobs to come, to which those that failed by accident are added once more."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.student.student_id: job for job in jobs}
        self._waiting = deque(jobs)
        self._attempts = dict.fromkeys(self._jobs, 1)

    def __iter__(self) -> Iterator[Job]:
        return self

    def __next__(self) -> Job:
        # Not a generator, which once at its end would stay there.
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()

    def again(self, outcome: Outcome) -> bool:
        """Put a job back, unless it has been tried often enough."""
        student = outcome.student_id
        if self._attempts[student] >= _ATTEMPTS:
            return False
        self._attempts[student] += 1
        self._waiting.append(self._jobs[student])
        return True


def _close(outcomes: Iterator[Outcome]) -> None:
    # A generator: its end is where the workers are ended.
    close = getattr(outcomes, "close", None)
    if close:
        close()


def _warnings(students: Sequence[Student], day: date, wanted: date) -> Iterator[str]:
    if day != wanted:
        yield f"The packets are dated {day}, as those that are there (--date dates them anew)"
    past = [
        student.student_id
        for student in students
        if student.interview_date and student.interview_date < day
    ]
    if past:
        yield f"The interview is before the packets' date, {day}: {_some(past)}"


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(ids[:_LISTED]) + more


def _only(students: Sequence[Student], wanted: Sequence[str]) -> tuple[Student, ...]:
    if not wanted:
        return tuple(students)
    known = [student.student_id for student in students]
    problems = []
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3)
            hint = f"; did you mean {join_quoted(near, 'or')}?" if near else ""
            problems.append(f"--only {name}: the roster has no such student{hint}")
    if problems:
        raise PrepkitError("\n".join(problems))
    return tuple(student for student in students if student.student_id in wanted)


def _answers(path: Path | None) -> str | None:
    """Return the current texts in a student's file of collected answers, as JSON; None for none."""
    if path is None:
        return None
    answers = {
        question: {name: (revision,) for name, revision in answer.revisions.items()}
        for question, answer in read_answers(path).items()
    }
    return to_json(Export(answers)) if answers else None


def _reason(
    job: Job, last: Outcome | None, kit: RunConfig, names: set[str], retry_failed: bool
) -> Reason | None:
    """Return why a packet has to be made, None if it has not."""
    if last is None:
        return "new"
    if last.key != job.key:
        return "changed"
    if last.state == "failed":
        if last.accident:
            return "failed by accident"
        return "failed before" if retry_failed else None
    wanted = file_names(last.student_id, kit.formats)
    if not last.questions:
        wanted.pop("fill-in", None)
    return None if set(wanted.values()) <= set(last.files) & names else "incomplete"


def _failed(students: Sequence[Student], outcomes: Mapping[str, Outcome]) -> tuple[Outcome, ...]:
    found = [outcomes.get(student.student_id) for student in students]
    return tuple(outcome for outcome in found if outcome and outcome.state == "failed")
