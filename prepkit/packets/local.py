"""Workers on this machine: a few processes, each of which makes one packet at a time.

None of the libraries for this passes tests/test_packets_faults.py. The executors of loky and of the
standard library fail all jobs when one of their processes dies. pebble's pool fails only the job of
that process, but fails all jobs when an idle process dies; and because its processes share one pipe
and its lock, a process that is killed while it takes a job can block all others. Here each process
has its own pipe and thread, and `ThreadPoolExecutor` does the rest: the queue and the futures.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

_GRACE = 5.0
"""Seconds that a worker gets to end by itself."""


class WorkerDiedError(Exception):
    """The process that had a job ended without returning a result."""


class _Worker:
    """A process that does one call after another."""

    def __init__(self) -> None:
        context = mp.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=False)
        # Ctrl-C reaches every process of a terminal. Workers ignore it: we end them ourselves.
        in_main_thread = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
        try:
            self._process.start()
        finally:
            if in_main_thread:
                signal.signal(signal.SIGINT, before)
        theirs.close()

    def call(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        """Call a function in the process, and return its result."""
        try:
            self._connection.send((function, arguments))
            result: T = self._connection.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode
            raise WorkerDiedError(
                f"the process that was making it ended unexpectedly, with exit code {code}"
            ) from None
        return result

    def ask_to_end(self, *, now: bool) -> None:
        """Ask the process to end; with `now`, even in the middle of a call."""
        if now:
            self._process.terminate()
        else:
            self._connection.close()

    def wait_for_end(self) -> None:
        """Wait until the process ends, and kill it if it doesn't."""
        self._process.join(_GRACE)
        self._process.kill()
        self._process.join()


class LocalWorkers(Executor):
    """An executor whose processes may die: this fails only their job, and new ones replace them.

    Parameters
    ----------
    count
        How many processes. Don't submit more jobs than this before others are done.
    """

    def __init__(self, count: int) -> None:
        self.slots = count
        self._threads = ThreadPoolExecutor(max(count, 1))
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []

    def submit(self, function: Callable[..., T], /, *arguments: Any, **_: Any) -> Future[T]:
        """Call a function in an idle process, or else in a new one."""
        if self._idle:
            worker = self._idle.pop()
        else:
            worker = _Worker()
            self._workers.append(worker)
        return self._threads.submit(self._call, worker, function, arguments)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes; busy ones are ended at once."""
        workers = list(self._workers)
        for worker in workers:
            worker.ask_to_end(now=worker not in self._idle)
        for worker in workers:
            worker.wait_for_end()
        self._threads.shutdown()

    def death(self, error: BaseException) -> str:
        """Return how a process died; '' if `error` isn't about that."""
        return str(error) if isinstance(error, WorkerDiedError) else ""

    def _call(
        self, worker: _Worker, function: Callable[..., T], arguments: tuple[object, ...]
    ) -> T:
        try:
            result = worker.call(function, arguments)
        except WorkerDiedError:
            self._workers.remove(worker)
            raise
        self._idle.append(worker)
        return result


def _work(connection: Connection) -> None:
    """Run calls in a process of its own, until there are no more."""
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, arguments = connection.recv()
            connection.send(function(*arguments))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _end(*_: object) -> NoReturn:
    """End this process after removing its temporary files, which nothing may interrupt."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(1)


def _end_with_parent() -> None:
    """End this process as soon as the run that started it is killed."""
    parent = mp.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
