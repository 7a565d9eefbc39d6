"""The fork server: a process that has imported what notebooks import, and forks a child for each.

Run by `prepkit.engine.processes` as ``python -m prepkit.engine.fork_server FD PID JSON``. This
process is the guard: it forks the server, and when the server or the engine's process ends, it ends
everything that they started. The server has one thread, since a fork copies only the thread that
calls it. A child then behaves like a kernel: an IPython shell with its own namespace, folder and
environment.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from prepkit.engine.messages import CHILD, NO_CHILD, Message, readable, receive, send
from prepkit.engine.private import forget_exit_handlers, run_exit_handlers

_PARENT_DEATH_SIGNAL, _CHILD_SUBREAPER = 1, 36  # PR_SET_… in <linux/prctl.h>
_GRACE = 2.0
"""Seconds that a child gets to run what its notebook registered with atexit."""


def main(connection: socket.socket, engine: int, options: Message) -> None:
    """Fork the server; when the engine's process ends, end it and everything that it started.

    Parameters
    ----------
    engine
        The id of the engine's process.
    options
        See `serve`.
    """
    try:
        engine_handle = os.pidfd_open(engine)
        _children()
    except OSError as error:
        send(connection, {"problem": f"this Linux can't watch processes ({error})"})
        return
    # What a notebook leaves running becomes a child of this process when the server ends.
    _set_process(_CHILD_SUBREAPER, 1)
    server = os.fork()
    if server == 0:
        os.close(engine_handle)
        _set_process(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        # What a notebook leaves running becomes a child of this process when its parent ends.
        _set_process(_CHILD_SUBREAPER, 1)
        serve(connection, options)
        os._exit(0)
    connection.close()
    readable([engine_handle, os.pidfd_open(server)])
    _end_descendants()


def serve(connection: socket.socket, options: Message) -> None:
    """Answer the engine's requests until the engine ends.

    Parameters
    ----------
    options
        ``modules`` to import first, and ``preload``: names of functions, ``module:name``, to call
        with the list ``arguments``, so that they do once what is slow the first time.
    """
    # Imported here, because the guard doesn't need IPython.
    from prepkit.engine.shell import new_shell

    before = dict(os.environ)
    shell = new_shell()
    # An ordinary kernel sets these too, whatever they were before.
    set_by_shell = {key: text for key, text in os.environ.items() if before.get(key) != text}
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in options["modules"]:
        # If a module is missing or broken, the notebook reports it in its own cell.
        with suppress(Exception):
            importlib.import_module(name)
    for name in options["preload"]:
        module, _, function = name.partition(":")
        getattr(importlib.import_module(module), function)(*options["arguments"])
    set_by_imports = {key: text for key, text in os.environ.items() if before.get(key) != text}
    # Flushed, so that no child prints it again.
    sys.stdout.flush()
    # All objects that exist now stay until the server ends. Frozen, so that a collection in a child
    # doesn't touch them, which would copy their memory.
    gc.collect()
    gc.freeze()
    send(connection, {"ready": True})
    while True:
        try:
            request = receive(connection)
        except EOFError:
            return
        if len(list(Path("/proc/self/task").iterdir())) > 1:
            connection.sendall(NO_CHILD)
            send(connection, {"problem": "a module that the notebook imports has started threads"})
            continue
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            connection.close()
            ours.close()
            environment = {**set_by_imports, **request["environment"], **set_by_shell}
            _run_child(shell, theirs, request["folder"], environment)
        theirs.close()
        socket.send_fds(connection, [CHILD], [ours.fileno()])
        ours.close()
        if not _watch(connection, child):
            return


def _watch(connection: socket.socket, child: int) -> bool:
    """Wait until the engine is done with a child, and end it; tell whether the engine lives."""
    handle = os.pidfd_open(child)
    try:
        if connection.fileno() not in readable([connection.fileno(), handle]):
            # A process that it started may keep its socket open: the engine would wait forever.
            _kill_group(child)
        try:
            request = receive(connection)
        except EOFError:
            request = {}
        if request.get("end") == "wait":
            readable([handle], _GRACE)
        _kill_group(child)
        _, status = os.waitpid(child, 0)
        _end_descendants()
        if request:
            send(connection, {"status": os.waitstatus_to_exitcode(status)})
        return bool(request)
    finally:
        os.close(handle)


def _kill_group(leader: int) -> None:
    # Both, because it may not lead a group yet.
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(leader, signal.SIGKILL)


def _end_descendants() -> None:
    """End what left a child's process group, so that nothing a notebook starts outlives it."""
    while children := _children():
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> list[int]:
    # The first thread of a process has the same id as the process.
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    return [int(pid) for pid in found.split()]


def _set_process(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _run_child(
    shell: Any, connection: socket.socket, folder: str, environment: dict[str, str]
) -> NoReturn:
    """Run the cells that the engine sends, until there are no more; never return."""
    code = 1
    try:
        os.setsid()
        _set_process(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        os.chdir(folder)
        _find_modules_here()
        del sys.argv[1:]
        random.seed()
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        forget_exit_handlers()
        asyncio.new_event_loop().run_until_complete(_run_cells(shell, connection))
        code = 0
    finally:
        with suppress(BaseException):
            run_exit_handlers()
        os._exit(code)


def _find_modules_here() -> None:
    """Let Python find modules in the current folder, after its own, as IPython does."""
    names = [Path(entry).name for entry in sys.path]
    sites = [names.index(name) for name in ("site-packages", "dist-packages") if name in names]
    sys.path.insert(min(sites, default=0), "")


async def _run_cells(shell: Any, connection: socket.socket) -> None:
    """Run cells in an event loop, as an ordinary kernel does."""
    from prepkit.engine.shell import IOPubSender, attach, run_cell

    iopub = IOPubSender(connection.sendall)
    attach(shell, iopub)
    while True:
        # Meanwhile, what the notebook left running in the loop continues.
        await _wait_for_request(connection)
        try:
            request = receive(connection)
        except EOFError:
            return
        iopub.send("execute_input", {"execution_count": shell.execution_count})
        failed, count = await run_cell(shell, request["source"])
        iopub.end_cell()
        iopub.send("reply", {"failed": failed, "execution_count": count})


async def _wait_for_request(connection: socket.socket) -> None:
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(connection, arrived.set)
    while not arrived.is_set():
        with suppress(asyncio.CancelledError):  # a notebook may cancel all tasks
            await arrived.wait()
    loop.remove_reader(connection)


if __name__ == "__main__":
    # The engine may end before the server is ready.
    with suppress(ConnectionError):
        main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), json.loads(sys.argv[3]))
