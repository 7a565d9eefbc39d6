"""The IPython shell of a forked child: ipykernel's own, whose messages go to the engine.

To give the same outputs as an ordinary kernel, nothing here makes them: ipykernel's display hook,
publisher and traceback writer do, through a `Session` that sends to the engine and not to ZeroMQ.
"""

from __future__ import annotations

import asyncio
import bdb  # noqa: F401  # IPython imports it, and its logger, when it first runs a cell
import codecs
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, NoReturn

import comm
import ipykernel.ipkernel  # noqa: F401  # it sets comm.create_comm when imported: before us, then
import IPython.core.logger  # noqa: F401
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

from prepkit.engine.limits import Budget
from prepkit.engine.messages import pack, readable
from prepkit.engine.private import failed_to_display, refuse_input

_DISPLAYS = ("display_data", "execute_result", "update_display_data")
_PART = 1 << 20
_SECONDS = 0.2
"""How long a text waits for more text before it is sent; as long as in ipykernel."""
_WAIT = 10.0
"""Seconds that a flush may take, as in ipykernel."""

Shown = tuple[str, str] | bytes | threading.Event
"""What a cell has shown: a stream's name and a text, or another message; or what awaits both."""


class IOPubSender:
    """Sends what cells show, in the order in which they showed it.

    It takes over the output streams, whether Python or any other process writes to them. A thread
    does the sending, so that no signal in the notebook cuts a message in two, and so that the
    output of a cell that hangs is still shown.

    Parameters
    ----------
    send
        A function that takes the bytes of a message.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._bytes_out = send
        # Unlike locks, these queues are safe in a signal handler that interrupts their use.
        self._queue: SimpleQueue[Shown] = SimpleQueue()
        self._urgent: SimpleQueue[None] = SimpleQueue()
        self._order = threading.RLock()
        self._budget = Budget()
        self._process = os.getpid()
        self._pipes: dict[int, tuple[str, codecs.IncrementalDecoder]] = {}
        for name, number in (("stdout", 1), ("stderr", 2)):
            pipe, end = os.pipe()
            os.dup2(end, number)
            os.close(end)
            self._pipes[pipe] = name, codecs.getincrementaldecoder("utf-8")("replace")
            setattr(sys, name, OutStream(self, name, number))
        for work in (self._watch, self._send_all):
            threading.Thread(target=work, daemon=True).start()

    def write(self, name: str, text: str) -> bool:
        """Send what Python printed; tell whether this process can do so."""
        return self._put((name, text))

    def send(self, kind: str, content: dict[str, Any]) -> None:
        """Send a message of Jupyter's protocol; displays only up to a limit."""
        message = pack({"msg_type": kind, "content": content})
        if kind == "clear_output":
            self._budget.begin()
        elif kind in _DISPLAYS:
            for name, text in self._budget.displayed(len(message)):
                self._put((name, text))
            if self._budget.is_spent:
                return
        self._put(message)

    def end_cell(self) -> None:
        """Send the end of what a cell has printed, if it has printed more than is kept."""
        with self._order:
            self._read_pipes()
            for printed in list(self._budget.end()):
                self._queue.put(printed)

    def flush(self) -> None:
        """Wait until all is sent."""
        done = threading.Event()
        if self._put(done):
            done.wait(_WAIT)

    def _put(self, shown: Shown) -> bool:
        if os.getpid() != self._process:
            return False  # the notebook has forked, and the sending thread is in the first process
        with self._order:
            self._read_pipes()
            if isinstance(shown, tuple):
                self._queue_text(*shown)
            else:
                self._queue.put(shown)
        if not isinstance(shown, tuple):
            self._urgent.put(None)
        return True

    def _watch(self) -> None:
        while True:
            readable(self._pipes)
            with self._order:
                self._read_pipes()

    def _read_pipes(self) -> None:
        """Queue what processes have written; a pipe never holds more than `_PART` bytes."""
        ready = readable(self._pipes, 0)
        for pipe, (name, decoder) in self._pipes.items():
            if pipe in ready:
                self._queue_text(name, decoder.decode(os.read(pipe, _PART)))

    def _queue_text(self, name: str, text: str) -> None:
        for printed in self._budget.printed(name, text):
            self._queue.put(printed)

    def _send_all(self) -> None:
        while True:
            waiting = [self._queue.get()]
            if isinstance(waiting[0], tuple):
                with suppress(Empty):
                    self._urgent.get(timeout=_SECONDS)
            while not self._urgent.empty():
                self._urgent.get()
            while not self._queue.empty():
                waiting.append(self._queue.get())
            for one in merge_streams(waiting):
                if isinstance(one, threading.Event):
                    one.set()
                else:
                    with suppress(OSError):  # the engine has gone
                        self._bytes_out(one)


def merge_streams(shown: Iterable[Shown]) -> Iterator[bytes | threading.Event]:
    """Yield what has to be sent; texts of one stream in a row become one message."""
    for name, group in groupby(shown, key=lambda one: one[0] if isinstance(one, tuple) else ""):
        if name:
            text = "".join(one[1] for one in group if isinstance(one, tuple))
            if text:
                yield pack({"msg_type": "stream", "content": {"name": name, "text": text}})
        else:
            yield from (one for one in group if not isinstance(one, tuple))


class OutStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr``, with the name and the attributes of ipykernel's."""

    encoding = "UTF-8"

    def __init__(self, iopub: IOPubSender, name: str, number: int) -> None:
        self._iopub = iopub
        self._number = number
        self.name = name

    def writable(self) -> bool:
        """Tell that the stream can be written to."""
        return True

    def write(self, text: str) -> int:
        """Show `text`."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if not self._iopub.write(self.name, text):
            with open(
                self._number, "w", encoding="utf-8", errors="replace", closefd=False
            ) as stream:
                stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Wait until all is sent."""
        self._iopub.flush()

    def fileno(self) -> int:
        """Return the descriptor that processes write to."""
        return self._number


class IOPubSession(Session):
    """A session whose messages go to an `IOPubSender`."""

    iopub: Any = AnyTrait()

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Send a message to the engine, whichever ZeroMQ stream it is for."""
        if isinstance(msg_or_type, dict):
            self.iopub.send(msg_or_type["header"]["msg_type"], msg_or_type["content"])
        else:
            self.iopub.send(msg_or_type, content)


class KernelStub:
    """What ``get_ipython().kernel`` is here: code that uses it needs an ordinary kernel."""

    def __init__(self, needs_kernel: Callable[[str], NoReturn]) -> None:
        self._needs_kernel = needs_kernel

    def __getattr__(self, name: str) -> NoReturn:
        self._needs_kernel(f"it uses the kernel's '{name}'")


def new_shell() -> ZMQInteractiveShell:
    """Return the one shell of this process; it shows nothing until `attach` is called."""
    config = Config()
    # The history's database would block the next notebook, and nobody wants these cells in it.
    config.HistoryManager.enabled = False
    # Libraries such as tqdm look for this section to find out that they run in a notebook.
    config.IPKernelApp = Config()
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(
        config=config, compiler_class=XCachingCompiler
    )
    return shell


def attach(shell: ZMQInteractiveShell, iopub: IOPubSender) -> None:
    """Send what the shell shows to `iopub`, and ask for a kernel if the notebook needs one.

    In that case the last message is ``needs_kernel``, with a reason, and this process ends.
    """
    session = IOPubSession(iopub=iopub)
    parts: tuple[Any, ...] = (shell.displayhook, shell.display_pub)
    for part in parts:
        part.session = session

    def needs_kernel(reason: str) -> NoReturn:
        iopub.send("needs_kernel", {"reason": reason})
        iopub.flush()
        os._exit(0)

    def no_comm(*_: object, **__: object) -> NoReturn:
        needs_kernel("it shows live widgets")

    comm.create_comm = no_comm
    shell.kernel = KernelStub(needs_kernel)
    # There is no window, so there are no events to handle.
    shell.__dict__["enable_gui"] = lambda gui=None: None
    refuse_input()


async def run_cell(shell: Any, source: str) -> tuple[bool, int]:
    """Run a cell as ipykernel's `do_execute` does; return whether it failed and its number."""
    problem: Any = None
    try:
        transformed = shell.transform_cell(source)
    except Exception:
        transformed, problem = source, sys.exc_info()
    code: dict[str, Any] = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
    if shell.should_run_async(source, **code):
        result = None
        try:
            task = asyncio.ensure_future(shell.run_cell_async(source, store_history=True, **code))
            while not task.done():
                with suppress(asyncio.CancelledError):  # a notebook may cancel all tasks
                    await asyncio.wait([task])
            result = task.result()
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
    else:
        result = shell.run_cell(source, store_history=True)
    # An object that fails to display itself fails the cell too.
    failed = not result.success or failed_to_display(shell)
    return failed, shell.execution_count - 1
