"""Private parts of other packages that the engine uses: one function for each.

Each says why nothing public will do. tests/test_engine_private.py fails as soon as one of them is
gone or no longer needed.
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
    """Forget the exit handlers registered so far, which are the server's to run, not a child's.

    A forked child inherits its parent's handlers. `atexit` can unregister a given function, but not
    all of them; and nothing public lists the finalizers of `weakref`, which are kept separately.
    """
    atexit._clear()
    finalize: Any = weakref.finalize
    for one in finalize._registry:
        one.atexit = False
    finalize._registered_with_atexit = False
    # Registered again, because what the notebook does later may need them, and they are registered
    # only when they are first imported.
    for module, function in (("logging", "shutdown"), ("multiprocessing.util", "_exit_function")):
        if module in sys.modules:
            atexit.register(getattr(sys.modules[module], function))


def run_exit_handlers() -> None:
    """Run the exit handlers.

    Python runs them when the interpreter ends, but a forked child ends with `os._exit`, because
    the rest of a normal exit belongs to its parent.
    """
    atexit._run_exitfuncs()


def refuse_input() -> None:
    """Let `input` and `getpass` fail as they do in a notebook that is run by a program.

    The errors come from methods of ipykernel's kernel, here called without a real kernel.
    """
    from ipykernel.kernelbase import Kernel

    kernel: Any = SimpleNamespace(_allow_stdin=False)
    builtins.input = partial(Kernel.raw_input, kernel)
    getpass.getpass = partial(Kernel.getpass, kernel)


def failed_to_display(shell: Any) -> bool:
    """Tell whether an object failed to display itself in the last cell.

    IPython prints the traceback but calls the cell a success; ipykernel looks at this too.
    """
    return bool(getattr(shell, "_last_traceback_during_displayhook", False))


def time_limit(client: Any, cell: Any) -> float | None:
    """Return how many seconds a cell may run, by the options of nbclient's client."""
    seconds: float | None = client._get_timeout(cell)
    return seconds


GRAMMARS = "rfc3987_syntax"
"""What nbformat's and Jupyter's checkers import to check addresses in scripts other than Latin.

No notebook and no event of Jupyter's has one that is checked, and building the grammars takes more
than a second of CPU, in each process.
"""


@contextmanager
def without_module(name: str) -> Iterator[None]:
    """Hide a module that has not been imported yet.

    For an optional module that is slow, and imported only because it is installed. Python treats a
    None in `sys.modules` as a module that doesn't exist.
    """
    known = name in sys.modules
    if not known:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if not known:
            del sys.modules[name]
