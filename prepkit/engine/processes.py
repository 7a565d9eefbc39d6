"""Handles on the fork server's process, and on the child that runs a notebook."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from prepkit.engine.messages import NO_CHILD, Message, receive, send

# Threads that libraries start on import are missing in a forked child, so we keep libraries from
# starting them: numerical libraries, and Arrow's allocator, which returns memory in a thread.
_ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # The same order of sets in all servers, so that a packet is the same from each of them.
    "PYTHONHASHSEED": "0",
}


# The engine handles these errors and no user reads them, so they are not a PrepkitError.
class NoForkError(Exception):
    """Notebooks can't be run in forked children here."""


class ServerGoneError(NoForkError):
    """The fork server has ended; another one can be started."""

    def __init__(self) -> None:
        super().__init__("the fork server has gone")


class DeadChildError(Exception):
    """The child that ran a notebook died; `status` is its exit code, such as -9 for SIGKILL."""

    def __init__(self, status: int) -> None:
        self.status = status
        how = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
        super().__init__(f"The process that ran the notebook {how}.")


class ForkServer:
    """A process that has imported what notebooks import; it forks a child for each notebook.

    Parameters
    ----------
    modules
        What to import before the first fork. One that can't be imported is left out.
    preload
        Functions to call before the first fork, such as ``prepkit.packets.preload:preload``.
    arguments
        Their arguments, as JSON values.

    Raises
    ------
    NoForkError
        If processes can't be forked safely here, or the server doesn't start.
    """

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        preload: Sequence[str] = (),
        arguments: Sequence[Any] = (),
    ) -> None:
        if not sys.platform.startswith("linux"):
            raise NoForkError(f"processes can't be forked safely on {sys.platform}")
        options = {
            "modules": list(modules),
            "preload": list(preload),
            "arguments": list(arguments),
        }
        self._mutex = threading.Lock()
        self._connection, theirs = socket.socketpair()
        with theirs:
            # -P: files in the current folder must not shadow the modules that the server imports.
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "prepkit.engine.fork_server"),
                    *(str(theirs.fileno()), str(os.getpid()), json.dumps(options)),
                ],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self._receive()
        except ServerGoneError:
            self.close()
            raise NoForkError("the fork server does not start") from None
        except NoForkError:
            self.close()
            raise

    def fork(self, folder: str, environment: dict[str, str]) -> Child:
        """Return a new child in `folder` with `environment`; other calls wait until it has ended.

        Raises
        ------
        ServerGoneError
            If the server has ended.
        NoForkError
            If the server has threads.
        """
        self._mutex.acquire()
        try:
            send(self._connection, {"folder": folder, "environment": environment})
            answer, descriptors, _, _ = socket.recv_fds(self._connection, 1, 1)
            if answer == NO_CHILD:
                self._receive()
            if not descriptors:
                raise ServerGoneError
            return Child(socket.socket(fileno=descriptors[0]), self._end)
        except BaseException as error:
            self._give_up(error)
            self._mutex.release()
            if isinstance(error, OSError):
                raise ServerGoneError from error
            raise

    def close(self) -> None:
        """End the server, and the child if there is one."""
        _hang_up(self._connection)
        self._process.wait()

    def _end(self, how: str) -> int:
        """End the child and return its exit code."""
        try:
            send(self._connection, {"end": how})
            status = self._receive()["status"]
            return int(status)
        except BaseException as error:
            self._give_up(error)
            if isinstance(error, (ServerGoneError, OSError)):
                return -signal.SIGKILL  # the child has ended with the server
            raise
        finally:
            self._mutex.release()

    def _give_up(self, error: BaseException) -> None:
        """End the server unless it only refused: after Ctrl-C its answers would be out of step."""
        if type(error) is not NoForkError:
            _hang_up(self._connection)

    def _receive(self) -> Message:
        try:
            message = receive(self._connection)
        except EOFError:
            raise ServerGoneError from None
        if "problem" in message:
            raise NoForkError(message["problem"])
        return message


class Child:
    """A process that runs the cells of one notebook, one after another."""

    def __init__(self, connection: socket.socket, end: Any) -> None:
        self._connection = connection
        self._end = end

    def run(self, source: str, seconds: float | None) -> Iterator[Message]:
        """Run one cell, and yield its messages; the last one has the type ``reply``.

        Raises
        ------
        TimeoutError
            If the cell takes more than `seconds`. The caller must then end the child.
        DeadChildError
            If the child dies. It needs no further ending.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            send(self._connection, {"source": source})
            while True:
                rest = None if deadline is None else max(0.0, deadline - time.monotonic())
                message = receive(self._connection, seconds=rest)
                yield message
                if message["msg_type"] == "reply":
                    return
        except (EOFError, ConnectionError):
            raise DeadChildError(self.end(kill=True) or 0) from None

    def end(self, *, kill: bool = False) -> int | None:
        """End the child and all that it started; return its exit code, None if it had ended before.

        Parameters
        ----------
        kill
            Whether to end it at once, without running its exit handlers.
        """
        if self._connection.fileno() < 0:
            return None
        _hang_up(self._connection)
        status: int = self._end("kill" if kill else "wait")
        return status


def _hang_up(connection: socket.socket) -> None:
    """Close a connection, even if a process that this one has forked has a copy of it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
