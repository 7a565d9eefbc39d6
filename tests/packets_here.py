"""`prepkit packets` without processes of its own, for tests to which these make no difference.

A run on this machine starts a worker for each core, and each of them a fork server. Here this
process is the worker, and all tests share its fork server.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest

from prepkit.packets import local


class Here(Executor):
    """A worker that is this process: it takes one job at a time, and can't die."""

    slots = 1

    def __init__(self, count: int) -> None:
        pass

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        """Call a function at once."""
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave this process as it is."""

    def death(self, error: BaseException) -> str:
        """Take no error for its death."""
        return ""


@contextmanager
def made_here() -> Iterator[None]:
    """Let runs on this machine make their packets in this process."""
    papermill = logging.getLogger("papermill")
    level = papermill.level
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(local, "LocalWorkers", Here)
        yield
    papermill.setLevel(level)  # a worker silences it for good
