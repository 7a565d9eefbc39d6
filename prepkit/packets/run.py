"""A run: make the packets of a plan, write down the outcome of each, and report at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from prepkit.errors import PrepkitError
from prepkit.packets.index import PAGES, write_index
from prepkit.packets.jobs import RUN, TO_FILL_IN
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.plan import RunPlan
from prepkit.packets.storage import FAILED, WRITTEN, Output, open_output
from prepkit.packets.workers import Workers, run_jobs
from prepkit.progress_bar import ShowProgress
from prepkit.records import Student
from prepkit.text import join_some, join_words, pluralize

_LISTED = 20
"""How many reasons for failures a report lists."""
_NAMED = 5
"""How many students it names for each."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run has done."""

    plan: RunPlan
    made: tuple[Outcome, ...] = ()
    failed: tuple[Outcome, ...] = ()
    """The students of this run whose packet has failed, now or in an earlier run."""
    interrupted: bool = False
    to_go: int = 0
    """How many packets had not been tried when the run was interrupted."""
    pages: tuple[str, ...] = ()
    """The names of the index and the summary."""
    kept: tuple[str, ...] = ()
    """The names under which pages that somebody had changed were kept."""

    def __str__(self) -> str:
        made = f"{pluralize(len(self.made), 'packet') if self.made else 'no packets'} made"
        if not self.plan.jobs and not self.failed:
            made = "nothing to do, all packets are up to date"
        lines = [f"{self.plan.place}: {made}; see {' and '.join(self.pages)} there"]
        lines += [f"A page that you had changed is kept as “{name}”." for name in self.kept]
        lines += [*self._failures(), *self._notes()]
        if self.interrupted:
            lines.append(
                f"Interrupted with {pluralize(self.to_go, 'packet')} left to make: run the same"
                " command again to continue."
            )
        return "\n".join(lines)

    def _failures(self) -> Iterator[str]:
        if not self.failed:
            return
        yield f"{pluralize(len(self.failed), 'packet')} failed:"
        # A mistake in the template fails all of them for one reason, which is said once.
        students: dict[str, list[str]] = {}
        for one in self.failed:
            students.setdefault(one.error, []).append(one.student_id)
        for error, ids in list(students.items())[:_LISTED]:
            yield f"  {join_some(ids, _NAMED)}: {error}"
        if rest := sum(map(len, list(students.values())[_LISTED:])):
            yield f"  and {rest:,} more: see index.html"
        if not all(one.retryable for one in self.failed):
            place = f"{self.plan.place.rstrip('/')}/{FAILED}"
            yield (
                f"To see what happened, open the notebooks in {place}. A packet is tried again when"
                " you change the template or the student's row in the roster, or with"
                " --retry-failed."
            )
        if any(one.retryable for one in self.failed):
            yield "Run the same command again to retry what did not finish."

    def _notes(self) -> Iterator[str]:
        formats = self.plan.config.formats
        wanted = [what for kind, what in TO_FILL_IN.items() if kind in formats]
        if wanted and self.made and not any(one.questions for one in self.made):
            what = join_words(wanted, "or")
            yield f"No {what} to fill in were made, because the template shows no worksheets."
        noted = sum(bool(one.notices) for one in self.made)
        if noted:
            yield f"There are notes on {pluralize(noted, 'packet')}: see index.html."


def build_packets(
    plan: RunPlan,
    workers: Workers,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> RunReport:
    """Make the packets of `plan`, and write the outcome of each into the manifest.

    A packet that fails doesn't stop the others. After Ctrl-C the report says so, and the packets
    made so far are kept.

    Parameters
    ----------
    workers
        The processes or the cluster that make the packets.
    now
        The clock of the manifest.
    progress
        Called with each outcome that is final.

    Raises
    ------
    PrepkitError
        If the place can't be written to, another run is writing there, or no packet can be made.
    """
    output = open_output(plan.place)
    tried: list[Outcome] = []
    interrupted = False
    with output.locked():
        manifest = Manifest(output)
        manifest.begin(plan.config.day)
        output.write(RUN, plan.config.run.encode())
        try:
            # Closed at once, also after Ctrl-C: the generator ends the workers when it is closed.
            with closing(run_jobs(workers, [job for job, _ in plan.jobs], plan.config)) as outcomes:
                for outcome in outcomes:
                    outcome = outcome.model_copy(update={"at": now()})
                    _record(outcome, manifest, output)
                    tried.append(outcome)
                    progress(outcome)
                    if outcome.aborts_run:
                        raise PrepkitError(outcome.error)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            output.remove(RUN)
        kept = write_index(output, manifest, plan.students, plan.config)
    return RunReport(
        plan=plan,
        made=tuple(outcome for outcome in tried if outcome.state == "done"),
        failed=_failed(plan.chosen, manifest.outcomes),
        interrupted=interrupted,
        to_go=len(plan.jobs) - len(tried),
        pages=PAGES,
        kept=kept,
    )


def _record(outcome: Outcome, manifest: Manifest, output: Output) -> None:
    """Write down the outcome of a packet, and that all its files are written."""
    manifest.add(outcome)
    if not outcome.retryable:
        output.remove(f"{WRITTEN}/{outcome.student_id}")


def report_to(show: ShowProgress, total: int) -> Callable[[Outcome], None]:
    """Return a function that counts outcomes, and failures, on a progress bar."""
    done = failed = 0

    def count(outcome: Outcome) -> None:
        nonlocal done, failed
        done += 1
        failed += outcome.state == "failed"
        show(done, total, f"[red]{failed} failed[/red]" if failed else "")

    return count


def _failed(students: Sequence[Student], outcomes: Mapping[str, Outcome]) -> tuple[Outcome, ...]:
    found = [outcomes.get(student.student_id) for student in students]
    return tuple(outcome for outcome in found if outcome and outcome.state == "failed")
