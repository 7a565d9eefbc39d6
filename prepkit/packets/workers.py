"""Jobs -> outcomes, by whatever takes jobs and gives futures: processes here, or a Dask cluster."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Protocol, TypeVar

from prepkit.packets.jobs import Job, RunConfig
from prepkit.packets.manifest import Outcome

T = TypeVar("T")

_ATTEMPTS = 2
"""How often a packet is tried in one run, if it fails for a reason that may pass."""


class Workers(Protocol):
    """An executor, as of `concurrent.futures`, that says how much it takes and how workers die.

    `prepkit.packets.local` and `prepkit.packets.cluster` have one each.
    """

    @property
    def slots(self) -> int:
        """How many jobs it is given at a time; it may become another number during a run."""

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Call a function in a worker."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers."""

    def death(self, error: BaseException) -> str:
        """Return how a worker has died that had a job; nothing if `error` says something else.

        Raises
        ------
        PrepkitError
            If all workers have gone with it.
        """


def run_jobs(
    workers: Workers, jobs: Iterable[Job], config: RunConfig
) -> Generator[Outcome, None, None]:
    """Make packets; yield the outcome of each, as soon as it is known and stands.

    A worker that dies fails its own job only. What fails for a reason that may pass is tried once
    more, after all others. At the end, also an early one, the workers are ended.

    Raises
    ------
    PrepkitError
        If all workers have gone.
    """
    waiting = deque(jobs)
    running: dict[Future[Outcome], Job] = {}
    attempts: Counter[str] = Counter()
    try:
        while waiting or running:
            # Not all at once: what is retried, and what the workers hold, stay few.
            for _ in range(min(workers.slots - len(running), len(waiting))):
                job = waiting.popleft()
                running[workers.submit(_make_packet, job, config)] = job
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                outcome = _outcome(future, job, workers)
                attempts[outcome.student_id] += 1
                may_pass = outcome.retryable and not outcome.aborts_run
                if may_pass and attempts[outcome.student_id] < _ATTEMPTS:
                    waiting.append(job)
                else:
                    yield outcome
    finally:
        workers.shutdown(cancel_futures=True)


def _make_packet(job: Job, config: RunConfig) -> Outcome:
    # Imported here, in the worker: a run that makes no packets itself would wait for papermill.
    from prepkit.packets.execute import make_packet

    return make_packet(job, config)


def _outcome(future: Future[Outcome], job: Job, workers: Workers) -> Outcome:
    """Return what became of a job: its outcome, or a failure where its worker has none."""
    error = CancelledError() if future.cancelled() else future.exception()
    if error is None:
        return future.result()
    if died := workers.death(error):
        return job.failed(died, retryable=True)
    return job.failed(
        f"The workers can't make packets ({type(error).__name__}: {error}): is prepkit installed"
        " on all machines?",
        retryable=True,
        aborts_run=True,
    )
