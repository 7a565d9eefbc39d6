"""Jobs -> outcomes, made by processes on this machine or by a Dask cluster."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Protocol, TypeVar

from prepkit.packets.jobs import Job, RunConfig
from prepkit.packets.manifest import Outcome

T = TypeVar("T")

_ATTEMPTS = 2
"""How many times a packet is tried in one run, if it fails for a reason that may pass."""


class Workers(Protocol):
    """A `concurrent.futures` executor that also says how many jobs it takes, and how workers died.

    `prepkit.packets.local` and `prepkit.packets.cluster` have one each.
    """

    @property
    def slots(self) -> int:
        """How many jobs it is given at a time; this may change during a run."""

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Call a function in a worker."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers."""

    def death(self, error: BaseException) -> str:
        """Return how the worker that had a job died; '' if `error` isn't about a worker's death.

        Raises
        ------
        PrepkitError
            If all workers are gone.
        """


def run_jobs(
    workers: Workers, jobs: Iterable[Job], config: RunConfig
) -> Generator[Outcome, None, None]:
    """Make packets, and yield the outcome of each as soon as it is final.

    A worker that dies fails only its own job. A packet that fails for a reason that may pass is
    tried once more, after all others. The workers are ended at the end, even if that comes early.

    Raises
    ------
    PrepkitError
        If all workers are gone.
    """
    waiting = deque(jobs)
    running: dict[Future[Outcome], Job] = {}
    attempts: Counter[str] = Counter()
    try:
        while waiting or running:
            # Not all at once, so that the workers hold few jobs, and few are lost with a worker.
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
    # Imported here, in the worker, so that a run that makes no packets doesn't wait for papermill.
    from prepkit.packets.execute import make_packet

    return make_packet(job, config)


def _outcome(future: Future[Outcome], job: Job, workers: Workers) -> Outcome:
    """Return the outcome of a job, or a failure if its worker gave none."""
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
