"""Whatever may hold an answer can be read by the user alone, with the usual umask of 022."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from prepkit.__main__ import main
from prepkit.answers import AnswerStore
from prepkit.files import make_private, make_private_folder
from prepkit.packets.storage import LocalOutput
from prepkit.workbook import copy_notebooks
from prepkit.workbook.contents import WorkbookContents
from tests.platforms import needs_modes

pytestmark = [needs_modes, pytest.mark.usefixtures("no_event_loop")]
QUESTION = "technical-leadership/06"


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Give new files to all readers, as most computers do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return the mode of every file and folder below one."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def answered() -> Any:
    output = new_output("display_data", data={"text/plain": "Our import took nine hours."})
    return new_notebook(cells=[new_code_cell("form", outputs=[output])])


@pytest.fixture
def contents(tmp_path: Path) -> Iterator[WorkbookContents]:
    made = WorkbookContents(root_dir=str(tmp_path))
    yield made
    made.notary.store.close()  # Jupyter's file of signatures


def save(contents: WorkbookContents, path: str, **model: Any) -> None:
    asyncio.run(contents.save({"type": "notebook", "content": answered(), **model}, path))


@pytest.mark.long
def test_a_notebook_saved_in_the_workbook_is_private_and_so_is_its_checkpoint(
    tmp_path: Path, contents: WorkbookContents
) -> None:
    nbformat.write(answered(), tmp_path / "old.ipynb")
    for name in ("old.ipynb", "new.ipynb"):
        save(contents, name)
        asyncio.run(contents.create_checkpoint(name))
    asyncio.run(contents.copy("new.ipynb"))
    found = modes(tmp_path)
    assert {name: mode for name, mode in found.items() if name.endswith(".ipynb")} == {
        "old.ipynb": 0o600,
        "new.ipynb": 0o600,
        "new-Copy1.ipynb": 0o600,
        ".ipynb_checkpoints/old-checkpoint.ipynb": 0o600,
        ".ipynb_checkpoints/new-checkpoint.ipynb": 0o600,
        ".ipynb_checkpoints/new-Copy1-checkpoint.ipynb": 0o600,
    }


def test_a_notebook_is_private_before_there_is_anything_in_it(
    tmp_path: Path, contents: WorkbookContents
) -> None:
    path = tmp_path / "new.ipynb"
    for _ in range(2):
        with contents.atomic_writing(str(path), encoding="utf-8") as file:
            assert path.stat().st_size == 0
            assert set(modes(tmp_path).values()) == {0o600}
            file.write("{}")


@pytest.mark.long
def test_an_uploaded_notebook_is_private_and_other_files_keep_their_modes(
    tmp_path: Path, contents: WorkbookContents
) -> None:
    script = tmp_path / "run.sh"
    script.write_text("true", "utf-8")
    script.chmod(0o755)
    text = nbformat.writes(answered())
    for chunk in (1, -1):
        save(contents, "large.ipynb", type="file", format="text", content=text, chunk=chunk)
    save(contents, "run.sh", type="file", format="text", content="false")
    assert modes(tmp_path) == {"large.ipynb": 0o600, "run.sh": 0o755}


def test_the_workbook_s_notebooks_are_private_also_those_that_an_earlier_version_saved(
    tmp_path: Path,
) -> None:
    source, folder = tmp_path / "source", tmp_path / "mine"
    source.mkdir()
    for name in ("01-page.ipynb", "tool.ipynb"):
        nbformat.write(answered(), source / name)
    copy_notebooks(source, folder, version="1")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    copies = folder / ".ipynb_checkpoints"
    copies.mkdir()
    nbformat.write(answered(), copies / "01-page-checkpoint.ipynb")
    for path in folder.rglob("*.ipynb"):
        path.chmod(0o644)
    copy_notebooks(source, folder, version="1")
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*.ipynb")} == {
        "01-page.ipynb": 0o600,
        "tool.ipynb": 0o600,
        "01-page-checkpoint.ipynb": 0o600,
    }


def test_packets_are_private(tmp_path: Path) -> None:
    output = LocalOutput(tmp_path / "packets")
    output.write("failed/ada.ipynb", b"{}")
    output.append("outcomes.jsonl", b"{}")
    with output.locked(), output.scratch() as scratch:
        assert stat.S_IMODE(scratch.stat().st_mode) == 0o700
    assert stat.S_IMODE(output.root.stat().st_mode) == 0o700
    found = modes(output.root)
    assert {name: mode for name, mode in found.items() if name != ".lock"} == {
        "failed": 0o700,
        "failed/ada.ipynb": 0o600,
        "outcomes.jsonl": 0o600,
    }


@pytest.mark.long
def test_handouts_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    store = AnswerStore()
    store.save(QUESTION, "situation", "The ferry bookings stood still.", based_on=0)
    (tmp_path / "old.pdf").touch()
    for name in ("new.pdf", "old.pdf"):
        assert main(["handout", QUESTION, "--answered", "-o", str(tmp_path / name)]) == 0
    assert {modes(tmp_path)[name] for name in ("new.pdf", "old.pdf")} == {0o600}


def test_a_private_folder_stays_as_it_is_if_it_is_there(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "new")
    (tmp_path / "old").mkdir()
    make_private_folder(tmp_path / "old")
    assert modes(tmp_path) == {"new": 0o700, "old": 0o755}


def test_a_file_that_is_not_there_needn_t_be_private(tmp_path: Path) -> None:
    make_private(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_what_the_workbook_starts_with_is_private(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from prepkit.workbook.server import LabProcess\n"
        "folder, home = map(Path, sys.argv[1:])\n"
        "lab = LabProcess(folder, home, 0)\n"
        "lab.stop()\n"
    )
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-c", program, str(tmp_path), str(home)], check=True)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert modes(home)["jupyter/lab-0.log"] == 0o600
