"""What the engine uses without a promise of its owners: each is still there, and still needed."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from prepkit.engine import private


def printed(code: str) -> str:
    """Return what code prints in a process of its own, which must end without an error."""
    # -E: without the tests' own PYTHONPATH, which hides a module.
    command = [sys.executable, "-E", "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return ran.stdout


EXITS = """
import atexit, os, weakref
from prepkit.engine import private
class Thing: pass
before, after = Thing(), Thing()
atexit.register(print, "of the server")
weakref.finalize(before, print, "finalizer of the server")
private.forget_exit_handlers()
atexit.register(print, "of the notebook")
weakref.finalize(after, print, "finalizer of the notebook")
private.run_exit_handlers()
print(end="", flush=True)
os._exit(0)
"""


@pytest.mark.long
def test_exit_handlers_from_before_are_forgotten_and_later_ones_run() -> None:
    assert printed(EXITS) == "finalizer of the notebook\nof the notebook\n"


def test_input_is_refused_as_ipykernel_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("builtins.input", "getpass.getpass"):
        monkeypatch.setattr(name, None)
    private.refuse_input()
    import getpass

    for ask in (input, getpass.getpass):
        with pytest.raises(Exception, match="frontend does not support input requests"):
            ask("Your name?")


def test_an_object_that_fails_to_show_itself_is_known() -> None:
    from ipykernel.zmqshell import ZMQInteractiveShell

    shell: Any = SimpleNamespace()
    assert not private.failed_to_display(shell)
    shell._last_traceback_during_displayhook = True
    assert private.failed_to_display(shell)
    # ipykernel's shell still notes it under this name.
    assert (
        "_last_traceback_during_displayhook" in ZMQInteractiveShell._showtraceback.__code__.co_names
    )


def test_a_cells_time_limit_is_that_of_nbclients_options() -> None:
    from nbclient import NotebookClient

    nb = new_notebook(cells=[new_code_cell("1")])
    assert private.time_limit(NotebookClient(nb, timeout=7), nb.cells[0]) == 7
    assert private.time_limit(NotebookClient(nb, timeout=None), nb.cells[0]) is None


@pytest.mark.long
def test_a_module_is_not_found_for_a_while() -> None:
    code = """
import json
from prepkit.engine.private import without_module
with without_module("tabnanny"):
    try:
        import tabnanny
    except ImportError:
        print("not there")
with without_module("json"):
    import json
import tabnanny
print("there")
"""
    assert printed(code) == "not there\nthere\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "slow"),
    [
        pytest.param("nbformat", "True", marks=pytest.mark.slow),
        ("prepkit.packets.execute", "False"),
        ("prepkit.packets.feedback_files", "False"),
        ("prepkit.packets.template", "False"),
        ("prepkit.workbook.lab_server", "False"),
    ],
)
def test_no_process_of_ours_loads_the_grammar_that_nbformat_alone_loads(
    module: str, slow: str
) -> None:
    # When the first is no longer so, `without_module` can go.
    code = f"import sys, {module}; print('rfc3987_syntax.syntax_helpers' in sys.modules)"
    assert printed(code) == f"{slow}\n"
