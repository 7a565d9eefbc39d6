"""Packets made by the workers of a Dask cluster that is there already."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, TypeVar

from prepkit.errors import PrepkitError
from prepkit.text import join_some

T = TypeVar("T")

_JOBS_PER_THREAD = 4
"""How many jobs a thread of the cluster has at a time: the next ones are there when one is done,
and the scheduler need not remember a hundred thousand."""

_SECONDS = 20
"""How long a scheduler may take to answer."""

_ASKED = "__import__('prepkit.packets.cache_key', fromlist=['package_digest']).package_digest()"
"""What each worker is asked. It is source, as a worker without prepkit has no function of it."""

_START = "Start one with 'dask scheduler', and workers with 'dask worker ADDRESS --nthreads 1'."


class ClusterWorkers(Executor):
    """The workers of a Dask cluster.

    A job may be made twice, when the worker that made it was thought lost: both write the same
    files, and each appears only when it is whole.

    Parameters
    ----------
    package
        The digest of this prepkit, which all workers must have.
    scheduler
        The cluster's address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    PrepkitError
        If distributed is not installed, no cluster answers at the address, or its workers have
        another prepkit than this machine, or none.
    """

    def __init__(self, package: str, scheduler: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise PrepkitError(
                "--scheduler needs Dask's distributed: pip install 'prepkit[cluster]'."
            ) from None
        self._package = package
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
        self._executor = self._client.get_executor(pure=False)
        self._check_workers()

    @property
    def threads(self) -> int:
        """How many packets the cluster can make at a time; 0 as long as it has no workers."""
        try:
            return sum(self._client.nthreads().values())
        except OSError as error:
            raise self._lost() from error

    @property
    def slots(self) -> int:
        """How many jobs the cluster is given at a time."""
        return _JOBS_PER_THREAD * max(self.threads, 1)

    def submit(self, function: Callable[..., T], /, *arguments: Any, **_: Any) -> Future[T]:
        """Call a function in one of the cluster's workers."""
        future: Future[T] = self._executor.submit(function, *arguments)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which forgets the jobs that it has not begun."""
        self._client.close()

    def death(self, error: BaseException) -> str:
        """Return how workers have died; nothing if `error` says something else.

        Raises
        ------
        PrepkitError
            If the scheduler has gone, which cancels all futures.
        """
        from distributed import KilledWorker

        if isinstance(error, CancelledError):
            raise self._lost()
        # They died one after the other: the scheduler gives a job to others for a while.
        return "the workers that had it have died" if isinstance(error, KilledWorker) else ""

    def _check_workers(self) -> None:
        """Refuse workers without prepkit: a job would end them, and the run wait for ever."""
        answers = self._client.run(eval, _ASKED, on_error="return")
        others = sorted(name for name, answer in answers.items() if answer != self._package)
        if others:
            self._client.close()
            raise PrepkitError(
                "Workers of the cluster have no prepkit, or another one than this machine:"
                f" {join_some(others, 5)}. Install the same there, and start them again."
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
