"""Packets made by processes of this machine."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn

from prepkit.packets.jobs import Job, RunConfig
from prepkit.packets.manifest import Outcome

_GRACE = 5.0
"""Seconds that a worker has to end by itself."""


@dataclass(eq=False, slots=True)
class _Worker:
    process: Any
    connection: Connection
    job: Job | None = None
    """What it is making."""


class LocalWorkers:
    """A few processes, each of which makes one packet at a time.

    Parameters
    ----------
    kit
        What all jobs have in common.
    count
        How many processes.
    """

    def __init__(self, kit: RunConfig, count: int) -> None:
        self._kit = kit
        self._count = count
        self._workers: list[_Worker] = []

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Make the packets of `jobs`; yield the outcome of each as soon as it is known.

        A worker that dies fails its own job only, and another takes its place.
        """
        waiting = iter(jobs)
        try:
            while True:
                idle = [worker for worker in self._workers if worker.job is None]
                while idle or len(self._workers) < self._count:
                    job = next(waiting, None)
                    if job is None:
                        break
                    worker = idle.pop() if idle else self._started()
                    worker.job = job
                    with suppress(OSError):  # it has died; that is noticed below
                        worker.connection.send(job)
                busy = [worker for worker in self._workers if worker.job is not None]
                if not busy:
                    return
                ready = wait([worker.connection for worker in busy])
                for worker in busy:
                    if worker.connection in ready:
                        yield self._outcome(worker)
        finally:
            self._stop()

    def _outcome(self, worker: _Worker) -> Outcome:
        job, worker.job = worker.job, None
        assert job is not None
        try:
            outcome: Outcome = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            self._workers.remove(worker)
            return Outcome(
                student_id=job.student.student_id,
                key=job.key,
                state="failed",
                accident=True,
                error=f"the worker process ended with exit code {worker.process.exitcode}",
                files=job.written,
            )
        return outcome

    def _started(self) -> _Worker:
        context = mp.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._kit), daemon=False)
        # Ctrl-C reaches every process of a terminal; what becomes of workers is decided here.
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN) if _in_main_thread() else None
        try:
            process.start()
        finally:
            if interrupt is not None:
                signal.signal(signal.SIGINT, interrupt)
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _stop(self) -> None:
        """End all workers: the idle by closing their pipes, the busy at once."""
        for worker in self._workers:
            worker.connection.close()
            if worker.job is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(_GRACE)
            worker.process.kill()
            worker.process.join()
        self._workers.clear()


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _work(connection: Connection, kit: RunConfig) -> None:
    """Make packets until there are no more, in a process of its own."""
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from prepkit.packets.execute import make_packet

    with suppress(EOFError, BrokenPipeError):
        while True:
            job: Job = connection.recv()
            connection.send(make_packet(job, kit))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _end(*_: object) -> NoReturn:
    """End this process, not without removing its temporary files; nothing may disturb that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(1)


def _end_with_parent() -> None:
    """End this process as soon as the run that started it has been killed."""
    parent = mp.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
