"""papermill's client with messages from a forked child, and the fork server of this process.

The engine `prepkit.engine.engine` runs notebooks with it; `prepare` says what is loaded first.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prepkit.engine.messages import Message
from prepkit.engine.private import GRAMMARS, time_limit, without_module
from prepkit.engine.processes import (
    Child,
    DeadChildError,
    ForkServer,
    NoForkError,
    ServerGoneError,
)

with without_module(GRAMMARS):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from nbclient.client import timestamp
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbformat import NotebookNode, from_dict
    from papermill.clientwrap import PapermillNotebookClient

_LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info.major},
    "pygments_lexer": f"ipython{sys.version_info.major}",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}
_IPYKERNEL = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
_FOR_DEBUGGERS = "-Xfrozen_modules=off"
"""An option that older versions of ipykernel write into every kernel specification."""


class NeedsKernelError(Exception):
    """The notebook needs something that only a kernel has; the text says what."""


class ForkClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with messages from a forked child instead of a kernel."""

    @classmethod
    def options_of(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return only nbclient's options, since papermill also passes some of its own."""
        return {name: value for name, value in options.items() if name in cls.class_traits()}

    def execute_in(self, child: Child) -> None:
        """Run all cells in `child`, and end it."""
        self._child = child
        done = False
        try:
            self.reset_execution_trackers()
            self.papermill_execute_cells()
            done = True
        finally:
            child.end(kill=not done)
        self.nb.metadata["language_info"] = from_dict(_LANGUAGE)

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:
        """Run one cell as nbclient does, with the same tags and the same errors."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        cell.outputs = []
        if self.record_timing:
            cell.metadata["execution"] = {"iopub.status.busy": timestamp(_message("status"))}
        self.clear_before_next_output = False
        seconds = time_limit(self, cell)
        try:
            for message in self._child.run(cell.source, seconds):
                self._handle(message, cell, cell_index)
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", int(seconds or 0), cell
            ) from None
        except DeadChildError as error:
            raise DeadKernelError(f"Kernel died. {error}") from error
        if self.record_timing:
            ended = timestamp(_message("status"))
            cell.metadata["execution"] |= {
                "iopub.status.idle": ended,
                "shell.execute_reply": ended,
            }
        cell.execution_count = message["content"]["execution_count"]
        may_fail = not self.force_raise_errors and (self.allow_errors or "raises-exception" in tags)
        if message["content"]["failed"] and not may_fail:
            raise _execution_error(cell)
        return cell

    def _handle(self, message: Message, cell: NotebookNode, cell_index: int) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "needs_kernel":
            raise NeedsKernelError(content["reason"])
        if kind != "reply":
            # nbclient's process_message fills the cell, and handles displays and clear_output.
            self.process_message(_message(kind, content), cell, cell_index)
            _merge_last_streams(cell.outputs)


def _message(kind: str, content: Message | None = None) -> Message:
    """Return a message with the current time, as nbclient expects it."""
    header = {"msg_type": kind, "date": datetime.now(UTC)}
    return {"msg_type": kind, "header": header, "parent_header": {}, "content": content or {}}


def _merge_last_streams(outputs: list[NotebookNode]) -> None:
    """Join the last two outputs if both are texts of the same stream, as a notebook shows them."""
    names = [output.get("name") for output in outputs[-2:] if output.output_type == "stream"]
    if len(names) == 2 and names[0] == names[1]:
        last = outputs.pop()
        outputs[-1].text += last.text


class _Servers:
    """The fork server of this process: started when first used, and again after it has ended."""

    def __init__(self) -> None:
        self._options: dict[str, Any] = {}
        self._running: ForkServer | None = None
        self._owner = 0
        self._refused: NoForkError | None = None
        """Why the last start failed: the next one would fail too."""
        self._mutex = threading.Lock()

    def prepare(self, options: dict[str, Any]) -> None:
        with self._mutex:
            if options != self._options:
                self._close()
                self._options, self._refused = options, None

    def fork(self, folder: str, environment: dict[str, str]) -> Child:
        server = self._get()
        try:
            return server.fork(folder, environment)
        except ServerGoneError:
            return self._get(after=server).fork(folder, environment)

    def _get(self, after: ForkServer | None = None) -> ForkServer:
        with self._mutex:
            if self._refused:
                raise self._refused
            if self._owner != os.getpid():
                # This process was forked: the server that it knows belongs to its parent.
                self._running, self._owner = None, os.getpid()
                atexit.register(self._close)
            if self._running is None or self._running is after:
                self._close()
                try:
                    self._running = ForkServer(**self._options)
                except NoForkError as error:
                    self._refused = error
                    raise
            return self._running

    def _close(self) -> None:
        if self._running is not None and self._owner == os.getpid():
            self._running.close()
        self._running = None


_SERVERS = _Servers()


def fork(folder: str) -> Child:
    """Return a new child in `folder`, with the environment of this process.

    Raises
    ------
    NoForkError
        Where processes can't be forked safely.
    """
    return _SERVERS.fork(folder, dict(os.environ))


def prepare(
    modules: Sequence[str] = (), *, preload: Sequence[str] = (), arguments: Sequence[Any] = ()
) -> None:
    """Say what the fork server of this process does once, when it starts; see `ForkServer`."""
    _SERVERS.prepare({"modules": modules, "preload": preload, "arguments": arguments})


def check_kernel(name: str) -> None:
    """Refuse a kernel that isn't this Python's own, without options or environment.

    Raises
    ------
    NoForkError
        If it is a different one.
    """
    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        ours = False  # papermill's own error lists the kernels that exist
    else:
        command = [word for word in spec.argv if word != _FOR_DEBUGGERS]
        ours = _is_this_python(command[0]) and command[1:] == _IPYKERNEL and not spec.env
    if not ours:
        raise NoForkError(f"the kernel '{name}' is not this Python's own")


def _is_this_python(command: str) -> bool:
    if command in ("python", f"python{sys.version_info.major}"):  # jupyter_client runs this Python
        return True
    path, python = Path(command), Path(sys.executable)
    # The folder decides which packages it has; the names in it (python, python3) are links.
    return path.parent == python.parent and path.resolve() == python.resolve()


def _execution_error(cell: NotebookNode) -> CellExecutionError:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    error = errors[-1] if errors else {"ename": "Error", "evalue": "", "traceback": []}
    return CellExecutionError.from_cell_and_msg(cell, error)
