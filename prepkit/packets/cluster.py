"""Packets made by the workers of a Dask cluster that is already running."""

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
"""How many jobs each thread of the cluster has at a time: more than one, so that it never waits for
the next; but few, so that the scheduler doesn't have to remember a hundred thousand."""

_SECONDS = 20
"""How long a scheduler may take to answer."""

_ASKED = "__import__('prepkit.packets.cache_key', fromlist=['package_digest']).package_digest()"
"""What each worker has to evaluate. Source code, because a worker without prepkit couldn't unpickle
one of its functions."""

_START = "Start one with 'dask scheduler', and workers with 'dask worker ADDRESS --nthreads 1'."


class ClusterWorkers(Executor):
    """The workers of a Dask cluster.

    A job may be done twice, if a worker was thought lost: both write the same files, and each file
    appears only when it is complete.

    Parameters
    ----------
    package
        The digest of this prepkit; all workers must have the same.
    scheduler
        The cluster's address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    PrepkitError
        If distributed is not installed, no cluster answers at the address, or its workers have no
        prepkit or a different version.
    """

    def __init__(self, package: str, scheduler: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise PrepkitError(
                "--scheduler needs Dask: run pip install 'prepkit[cluster]'."
            ) from None
        self._package = package
        self._scheduler = scheduler
        _check_scheduler(scheduler)
        # The outcomes say what goes wrong, in fewer words than the logs of distributed.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            # About versions of other packages that differ; only prepkit's must be the same.
            warnings.simplefilter("ignore")
            # Must be given: in a thread with an event loop, such as Jupyter's, it would be True.
            self._client = Client(
                scheduler, timeout=_SECONDS, set_as_default=False, asynchronous=False
            )
        self._executor = self._client.get_executor(pure=False)
        self._check_workers()

    @property
    def threads(self) -> int:
        """How many packets the cluster can make at a time; 0 while it has no workers."""
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
        """Leave the cluster, which forgets the jobs that it has not started."""
        self._client.close()

    def death(self, error: BaseException) -> str:
        """Return how workers died; '' if `error` isn't about that.

        Raises
        ------
        PrepkitError
            If the scheduler is gone, which cancels all futures.
        """
        from distributed import KilledWorker

        if isinstance(error, CancelledError):
            raise self._lost()
        # Several workers, because the scheduler gives the job of a dead worker to others at first.
        return "the workers that were making it died" if isinstance(error, KilledWorker) else ""

    def _check_workers(self) -> None:
        """Refuse workers without this prepkit: a job would kill them, and the run would hang."""
        answers = self._client.run(eval, _ASKED, on_error="return")
        others = sorted(name for name, answer in answers.items() if answer != self._package)
        if others:
            self._client.close()
            raise PrepkitError(
                "Some workers of the cluster have no prepkit, or a different version:"
                f" {join_some(others, 5)}. Install this version there, and start them again."
            )

    def _lost(self) -> PrepkitError:
        return PrepkitError(
            f"The Dask scheduler at {self._scheduler} no longer answers. The packets made so far"
            " are kept: start it again, then run the same command again to continue."
        )


def _check_scheduler(address: str) -> None:
    """Refuse an address where no scheduler answers: a client would wait for it forever."""
    reason = "something else is running there"
    try:
        if asyncio.run(asyncio.wait_for(_kind(address), _SECONDS)) == "Scheduler":
            return
    except (OSError, ValueError) as error:
        reason = str(error) or reason
    except Exception:  # another kind of server can answer anything
        pass
    raise PrepkitError(f"No Dask scheduler answers at {address}: {reason}. {_START}")


async def _kind(address: str) -> str:
    from distributed.core import rpc
    from distributed.security import Security

    secured = Security().get_connection_args("client")
    async with rpc(address, timeout=_SECONDS - 1, connection_args=secured) as there:
        identity: dict[str, Any] = await there.identity()
    return str(identity["type"])
