"""What the engine uses of other packages that they promise to nobody: one function for each.

Each says why nothing public does. tests/test_engine_private.py fails as soon as one of them is
gone, or is no longer needed.
"""

from __future__ import annotations

import atexit
import builtins
import getpass
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any


def forget_exit_handlers() -> None:
    """Leave what is registered for the end so far to the server: each child would do it again.

    A forked child inherits its parent's handlers. `atexit` can unregister a function that one
    knows, but not all; and nothing lists the finalizers of `weakref`, which have a list of theirs.
    """
    atexit._clear()
    finalize: Any = weakref.finalize
    for one in finalize._registry:
        one.atexit = False
    finalize._registered_with_atexit = False
    # These do what the notebook asks for later: they are registered when they are imported.
    for module, function in (("logging", "shutdown"), ("multiprocessing.util", "_exit_function")):
        if module in sys.modules:
            atexit.register(getattr(sys.modules[module], function))


def run_exit_handlers() -> None:
    """Do what is registered for the end.

    Python does it when the interpreter ends; a forked child leaves by `os._exit` and before that,
    since the rest of that end would be its parent's.
    """
    atexit._run_exitfuncs()


def refuse_input() -> None:
    """Let `input` and `getpass` fail as in a notebook that is run by a program.

    The errors are ipykernel's own, from methods of a kernel that takes no input; there is none.
    """
    from ipykernel.kernelbase import Kernel

    kernel: Any = SimpleNamespace(_allow_stdin=False)
    builtins.input = partial(Kernel.raw_input, kernel)
    getpass.getpass = partial(Kernel.getpass, kernel)


def failed_to_display(shell: Any) -> bool:
    """Tell whether an object's way to show itself has failed in the last cell.

    IPython has printed that traceback and calls the cell a success; ipykernel looks here, too.
    """
    return bool(getattr(shell, "_last_traceback_during_displayhook", False))


def time_limit(client: Any, cell: Any) -> float | None:
    """Return how many seconds a cell may take by the options of nbclient's client."""
    seconds: float | None = client._get_timeout(cell)
    return seconds


@contextmanager
def without_module(name: str) -> Iterator[None]:
    """Let nobody find a module that is not imported yet.

    For an optional one that is slow to import, and imported just because it is installed: Python
    takes a None in `sys.modules` for a module that is not there.
    """
    known = name in sys.modules
    if not known:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if not known:
            del sys.modules[name]
