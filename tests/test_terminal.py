"""What commands print: no text that somebody else wrote reaches the terminal as a code."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from prepkit.__main__ import main
from prepkit.answers import AnswerStore
from prepkit.progress_bar import progress_bar
from prepkit.terminal import PrintableStream, printable_output, terminal_itself

QUESTION = "technical-leadership/06"
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eend"
SHOWN = r"\x1b]0;owned\x07\x1b[2J\x9b31m\u202eend"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test answers of its own, and a folder to write to."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, after a look at each character."""
    out, err = capsys.readouterr()
    assert all(each.isprintable() or each == "\n" for each in out + err)
    return out + err


def export(text: str, name: str = "theirs.json") -> None:
    answers = {QUESTION: {"task": text}}
    Path(name).write_text(
        json.dumps({"format": "prepkit-answers", "version": 1, "answers": answers}), "utf-8"
    )


def test_the_history_of_an_answer_shows_codes_and_doesn_t_obey_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = AnswerStore()
    store.save(QUESTION, "task", f"First line\n{HOSTILE}", based_on=0)
    assert main(["answers", "history", QUESTION]) == 0
    shown = printed(capsys)
    assert f"    First line\n    {SHOWN}\n" in shown


def test_an_import_shows_the_codes_of_both_texts(capsys: pytest.CaptureFixture[str]) -> None:
    store = AnswerStore()
    store.save(QUESTION, "task", f"Mine {HOSTILE}", based_on=0)
    export(f"Theirs {HOSTILE}")
    assert main(["answers", "import", "theirs.json"]) == 1
    shown = printed(capsys)
    assert SHOWN in shown


def test_names_of_files_stay_on_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{HOSTILE}\nno problems.json"
    assert main(["answers", "import", name]) == 1
    assert printed(capsys).count("\n") == 1


def test_an_unknown_option_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["answers", "import", "a.json", HOSTILE])
    assert SHOWN in printed(capsys)


def test_a_roster_can_t_take_over_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Path("roster.csv").write_text(f"student_id,name,{HOSTILE}\nada,{HOSTILE},x\n", "utf-8")
    assert main(["packets", "roster.csv", "-o", "out", "--dry-run"]) == 1
    assert "roster.csv" in printed(capsys)


@pytest.mark.long
def test_a_notebook_can_t_take_over_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output = new_output("display_data", data={f"application/{HOSTILE}": "x"})
    nb = new_notebook(cells=[new_code_cell("1", outputs=[output])])
    Path("a.ipynb").write_text(json.dumps(nb), "utf-8")
    assert main(["site", "a.ipynb", "--no-bank", "-o", "site"]) == 0
    assert f"application/{SHOWN}" in printed(capsys)


def test_logs_pass_too(capsys: pytest.CaptureFixture[str]) -> None:
    with printable_output():
        assert logging.lastResort is not None
        logging.lastResort.handle(logging.makeLogRecord({"msg": HOSTILE, "levelno": 40}))
    assert printed(capsys) == f"{SHOWN}\n"


@pytest.mark.long
def test_warnings_and_the_traceback_of_a_fault_of_prepkit_are_printable() -> None:
    program = (
        "import warnings\n"
        "from prepkit.terminal import printable_output\n"
        "with printable_output():\n"
        f"    warnings.warn({HOSTILE!r})\n"
        f"    raise LookupError({HOSTILE!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0].endswith(f"UserWarning: {SHOWN}")
    assert lines[-1] == f"LookupError: {SHOWN}"


def test_after_a_command_the_streams_are_as_before() -> None:
    before = sys.stdout, sys.stderr
    main(["answers", "history", QUESTION])
    with pytest.raises(SystemExit):
        main(["--version"])
    with pytest.raises(KeyboardInterrupt), printable_output():
        raise KeyboardInterrupt
    assert (sys.stdout, sys.stderr) == before


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.mark.long
def test_our_own_bar_is_drawn_with_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with printable_output():
        assert not sys.stderr.isatty()  # so that Python's tracebacks have no colours
        with progress_bar("Packets") as show:
            show(1, 2)
    assert "Packets" in screen.getvalue()
    assert "\x1b[" in screen.getvalue()
    assert r"\x1b" not in screen.getvalue()


def test_a_stream_passes_on_what_is_printable() -> None:
    target = io.StringIO()
    stream = PrintableStream(target)
    print("é\t字", file=stream, flush=True)
    assert target.getvalue() == "é\t字\n"
    stream.close()
    assert terminal_itself(stream) is target  # type: ignore[arg-type]  # not TextIO by its types
    assert not target.closed
