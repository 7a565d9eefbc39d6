"""Packets made by the workers of a Dask cluster that is there already."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.packets.execute import make_packet
from prepkit.packets.jobs import Job, RunConfig
from prepkit.packets.manifest import Outcome

_WINDOW = 4
"""How many jobs a thread of the cluster has at a time: the next ones are there when one is done,
and the scheduler need not remember a hundred thousand."""

_LISTED = 5
"""How many workers a message lists."""

_SECONDS = 20
"""How long a scheduler may take to answer."""

_ASKED = "__import__('prepkit.packets.jobs', fromlist=['package_digest']).package_digest()"
"""What each worker is asked. It is source, as a worker without prepkit has no function of it."""

_START = "Start one with 'dask scheduler', and workers with 'dask worker ADDRESS --nthreads 1'."


class ClusterWorkers:
    """The workers of a Dask cluster.

    A job may be made twice, when the worker that made it was thought lost: both write the same
    files, and each appears only when it is whole.

    Parameters
    ----------
    kit
        What all jobs have in common; its output must be a place that all workers reach.
    scheduler
        The cluster's address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    PrepkitError
        If distributed is not installed, no cluster answers at the address, or its workers have
        another prepkit than this machine, or none.
    """

    def __init__(self, kit: RunConfig, scheduler: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise PrepkitError(
                "--scheduler needs Dask's distributed: pip install 'prepkit[cluster]'."
            ) from None
        self._kit = kit
        self._scheduler = scheduler
        _check_scheduler(scheduler)
        # What goes wrong is among the outcomes, in fewer words than those of distributed's logs.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions that differ; ours must be the same
            # Said outright: in a thread with an event loop, as Jupyter's, it would be asynchronous.
            self._client = Client(
                scheduler, timeout=_SECONDS, set_as_default=False, asynchronous=False
            )
        self._check_workers()

    @property
    def threads(self) -> int:
        """How many packets the cluster can make at a time; 0 as long as it has no workers."""
        try:
            return sum(self._client.nthreads().values())
        except OSError as error:
            raise self._lost() from error

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Make the packets of `jobs`; yield the outcome of each as soon as it is known.

        Raises
        ------
        PrepkitError
            If the scheduler goes away.
        """
        from distributed import as_completed

        waiting = iter(jobs)
        running: dict[Any, Job] = {}
        done = as_completed(loop=self._client.loop)

        def submit_more() -> None:
            most = _WINDOW * max(self.threads, 1)
            while len(running) < most:
                job = next(waiting, None)
                if job is None:
                    return
                future = self._client.submit(make_packet, job, self._kit, pure=False)
                running[future.key] = job
                done.add(future)

        try:
            submit_more()
            for future in done if running else ():
                yield self._outcome(future, running.pop(future.key))
                future.release()
                submit_more()
        finally:
            self._client.close()

    def _check_workers(self) -> None:
        """Refuse workers without prepkit: a job would end them, and the run wait for ever."""
        answers = self._client.run(eval, _ASKED, on_error="return")
        others = sorted(name for name, answer in answers.items() if answer != self._kit.package)
        if others:
            self._client.close()
            more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
            raise PrepkitError(
                "Workers of the cluster have no prepkit, or another one than this machine:"
                f" {', '.join(others[:_LISTED])}{more}. Install the same there, and start them"
                " again."
            )

    def _outcome(self, future: Any, job: Job) -> Outcome:
        from distributed import KilledWorker

        if future.status == "finished":
            outcome: Outcome = future.result()
            return outcome
        if future.status != "error":
            raise self._lost()
        error = future.exception()
        # The workers that had the job died one after the other; or they can't even read it.
        lost = isinstance(error, KilledWorker)
        reason = f"{type(error).__name__}: {error}"
        return Outcome(
            student_id=job.student.student_id,
            key=job.key,
            state="failed",
            accident=True,
            fatal=not lost,
            error="the workers that had it have died"
            if lost
            else f"The cluster can't make packets ({reason}): is prepkit installed on all of it?",
            files=job.written,
        )

    def _lost(self) -> PrepkitError:
        return PrepkitError(
            f"The Dask scheduler at {self._scheduler} has gone. The packets made so far stay: when"
            " it is there again, run the same command again to go on."
        )


def _check_scheduler(address: str) -> None:
    """Refuse an address at which no scheduler answers: a client would wait for it for ever."""
    reason = "what listens there is no scheduler"
    try:
        if asyncio.run(asyncio.wait_for(_kind(address), _SECONDS)) == "Scheduler":
            return
    except (OSError, ValueError) as error:
        reason = str(error) or reason
    except Exception:  # whatever an answer in another language is taken for
        pass
    raise PrepkitError(f"No Dask scheduler answers at {address}: {reason}. {_START}")


async def _kind(address: str) -> str:
    from distributed.core import rpc
    from distributed.security import Security

    secured = Security().get_connection_args("client")
    async with rpc(address, timeout=_SECONDS - 1, connection_args=secured) as there:
        identity: dict[str, Any] = await there.identity()
    return str(identity["type"])
