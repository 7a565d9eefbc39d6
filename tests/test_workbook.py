"""The user's copies of the notebooks, and the server that shows them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

import nbformat
import psutil
import pytest
from jupyterlab_server.config import get_federated_extensions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.errors import PrepkitError
from prepkit.workbook import copy_notebooks, default_notebooks
from prepkit.workbook.copies import RECORD_NAME, cells_as_shipped, load_copies, texts_as_shipped
from prepkit.workbook.pages import pages_in
from prepkit.workbook.server import LABEXTENSION, LabProcess, Server
from tests.browser.kernels import kernel_of
from tests.ports import unused_port


def write(path: Path, code: str, *, outputs: bool = False) -> None:
    """Write a notebook of a title and one code cell."""
    cell = new_code_cell(code, id="code")
    if outputs:
        cell.outputs = [new_output("stream", name="stdout", text="done\n")]
        cell.execution_count = 7
        cell.metadata["trusted"] = True
    nb = new_notebook(cells=[new_markdown_cell("# A page", id="title"), cell])
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nb, path)


def code_of(path: Path) -> str:
    """Return the source of the code cell."""
    source: str = nbformat.read(path, as_version=4).cells[1].source
    return source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with one notebook, as it ships."""
    write(tmp_path / "source" / "01-page.ipynb", "print(1)")
    return tmp_path / "source"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the user's notebooks go; not made yet."""
    return tmp_path / "mine" / "workbook"


def test_a_first_copy_makes_the_folder(source: Path, folder: Path) -> None:
    report = copy_notebooks(source, folder, version="1")
    assert report.added == ("01-page.ipynb",)
    assert report.lines == (f"Your notebooks are in {folder}",)
    assert (folder / "01-page.ipynb").read_bytes() == (source / "01-page.ipynb").read_bytes()


def test_a_second_copy_changes_nothing(source: Path, folder: Path) -> None:
    copy_notebooks(source, folder, version="1")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    report = copy_notebooks(source, folder, version="1")
    assert (report.added, report.updated, report.kept, report.beside) == ((), (), (), ())
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_notebook_that_was_only_run_is_brought_up_to_date(source: Path, folder: Path) -> None:
    copy_notebooks(source, folder, version="1")
    write(folder / "01-page.ipynb", "print(1)", outputs=True)
    write(source / "01-page.ipynb", "print(2)")
    report = copy_notebooks(source, folder, version="2")
    assert report.updated == ("01-page.ipynb",)
    assert code_of(folder / "01-page.ipynb") == "print(2)"


def test_a_changed_notebook_stays_and_the_new_one_is_put_beside_it_once(
    source: Path, folder: Path
) -> None:
    copy_notebooks(source, folder, version="1")
    write(folder / "01-page.ipynb", "print('mine')")
    assert copy_notebooks(source, folder, version="1").kept == ("01-page.ipynb",)

    write(source / "01-page.ipynb", "print(2)")
    report = copy_notebooks(source, folder, version="2")
    new_name = "01-page (new in 2).ipynb"
    assert report.beside == (("01-page.ipynb", new_name),)
    assert report.lines[1:] == (
        "You changed 01-page.ipynb, so it stays as it is; "
        "the new version is “01-page (new in 2).ipynb”.",
    )
    assert code_of(folder / "01-page.ipynb") == "print('mine')"
    assert code_of(folder / new_name) == "print(2)"
    assert copy_notebooks(source, folder, version="2").beside == ()


@pytest.fixture
def of_before(tmp_path: Path, folder: Path) -> Path:
    """Return where packet.ipynb ships, after a version that had it beside the pages was used."""
    write(tmp_path / "before" / "packet.ipynb", "print(1)")
    copy_notebooks(tmp_path / "before", folder, version="1")
    (tmp_path / "now").mkdir()
    write(tmp_path / "now" / "coach" / "packet.ipynb", "print(2)")
    return tmp_path / "now"


def test_a_notebook_that_ships_elsewhere_now_is_moved_and_brought_up_to_date(
    of_before: Path, folder: Path
) -> None:
    write(folder / "packet.ipynb", "print(1)", outputs=True)
    report = copy_notebooks(of_before, folder, version="2")
    assert report.lines[1:] == (
        "Updated: coach/packet.ipynb",
        "Moved: packet.ipynb is now coach/packet.ipynb",
    )
    assert code_of(folder / "coach" / "packet.ipynb") == "print(2)"
    assert not (folder / "packet.ipynb").exists()
    assert list(load_copies(folder)) == ["coach/packet.ipynb"]
    assert len(copy_notebooks(of_before, folder, version="2").lines) == 1


def test_a_changed_notebook_that_ships_elsewhere_now_stays_and_that_is_said_once(
    of_before: Path, folder: Path
) -> None:
    write(folder / "packet.ipynb", "print('mine')")
    report = copy_notebooks(of_before, folder, version="2")
    assert report.lines[1:] == (
        "You changed packet.ipynb, so it stays as it is; the new version is “coach/packet.ipynb”.",
    )
    assert code_of(folder / "packet.ipynb") == "print('mine')"
    assert code_of(folder / "coach" / "packet.ipynb") == "print(2)"
    assert len(copy_notebooks(of_before, folder, version="2").lines) == 1
    write(folder / "coach" / "packet.ipynb", "print('mine, too')")
    write(of_before / "coach" / "packet.ipynb", "print(3)")
    report = copy_notebooks(of_before, folder, version="3")
    assert report.beside == (("coach/packet.ipynb", "coach/packet (new in 3).ipynb"),)
    assert code_of(folder / "packet.ipynb") == "print('mine')"


def test_what_is_in_the_way_of_a_moved_notebook_stays(of_before: Path, folder: Path) -> None:
    write(folder / "coach" / "packet.ipynb", "print('mine')")
    report = copy_notebooks(of_before, folder, version="2")
    assert report.beside == (("coach/packet.ipynb", "coach/packet (new in 2).ipynb"),)
    assert code_of(folder / "coach" / "packet.ipynb") == "print('mine')"
    assert code_of(folder / "packet.ipynb") == "print(1)"


def test_a_packet_of_the_users_own_is_not_moved(of_before: Path, folder: Path) -> None:
    (folder / RECORD_NAME).unlink()
    assert copy_notebooks(of_before, folder, version="2").moved == ()
    assert code_of(folder / "packet.ipynb") == "print(1)"


def test_a_notebook_of_the_users_own_is_never_overwritten(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    write(folder / "01-page.ipynb", "print('mine')")
    copy_notebooks(source, folder, version="1")
    assert code_of(folder / "01-page.ipynb") == "print('mine')"
    assert code_of(folder / "01-page (new in 1).ipynb") == "print(1)"


def test_without_its_record_every_notebook_counts_as_changed(source: Path, folder: Path) -> None:
    copy_notebooks(source, folder, version="1")
    (folder / RECORD_NAME).write_text("not JSON")
    write(source / "01-page.ipynb", "print(2)")
    assert copy_notebooks(source, folder, version="2").kept == ("01-page.ipynb",)
    assert code_of(folder / "01-page.ipynb") == "print(1)"


def test_a_deleted_notebook_comes_back(source: Path, folder: Path) -> None:
    copy_notebooks(source, folder, version="1")
    (folder / "01-page.ipynb").unlink()
    assert copy_notebooks(source, folder, version="1").added == ("01-page.ipynb",)


def test_a_file_where_the_folder_should_be_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PrepkitError) as error:
        copy_notebooks(source, tmp_path / "file", version="1")
    assert str(error.value) == (
        f"{tmp_path / 'file'} is not a folder, or is inside a file. Choose another folder."
    )


def test_a_file_where_the_coachs_folder_should_be_is_told(of_before: Path, folder: Path) -> None:
    (folder / "coach").touch()
    with pytest.raises(PrepkitError) as error:
        copy_notebooks(of_before, folder, version="2")
    assert str(error.value) == (
        f"{folder / 'coach'} is not a folder, or is inside a file. Choose another folder."
    )
    assert code_of(folder / "packet.ipynb") == "print(1)"


def test_a_source_without_notebooks_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrepkitError, match=r"^There are no notebooks in .*\. Reinstall prepkit\.$"):
        copy_notebooks(tmp_path, tmp_path / "workbook", version="1")


def test_only_the_cells_that_shipped_are_run(source: Path, folder: Path) -> None:
    copy_notebooks(source, folder, version="1")
    copy = load_copies(folder)["01-page.ipynb"]
    shipped = {"cell_type": "code", "source": "print(1)"}
    own = {"cell_type": "code", "source": "mine()"}
    assert cells_as_shipped(copy, [own, shipped, own]) == (1,)
    assert cells_as_shipped(copy, [own]) == ()


def test_texts_that_ship_are_known_and_others_are_the_users(source: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Mine"},
        {"cell_type": "markdown", "source": "# A page"},
        {"cell_type": "code", "source": "# A page"},
    ]
    assert texts_as_shipped(source / "01-page.ipynb", cells) == (1,)
    assert texts_as_shipped(source / "99-of-before.ipynb", cells) == ()


def test_the_strip_names_the_pages_that_were_copied_and_are_still_there(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "mine"
    for name in ("handout", "02-answer", "01-start", "another"):
        write(source / f"{name}.ipynb", "print(1)")
    copy_notebooks(source, folder, version="1")
    write(folder / "03-companies.ipynb", "print('not ours')")
    assert list(pages_in(folder).items()) == [
        ("01-start.ipynb", "Start"),
        ("02-answer.ipynb", "Answer"),
        ("handout.ipynb", "Print"),
    ]
    (folder / "02-answer.ipynb").unlink()
    assert list(pages_in(folder).values()) == ["Start", "Print"]


def test_the_extension_of_jupyterlab_names_a_file_that_exists() -> None:
    (found,) = get_federated_extensions([str(LABEXTENSION)]).values()
    assert (found["name"], found["version"]) == ("prepkit", version("prepkit"))
    assert (Path(found["ext_path"]) / found["jupyterlab"]["_build"]["load"]).is_file()


class Lab:
    """A `prepkit lab` of its own, and what it printed."""

    def __init__(self, tmp_path: Path, port: int, home: str = "home") -> None:
        self.home = tmp_path / home
        self.port = port
        self.folder = tmp_path / "workbook"
        self._printed = tmp_path / f"printed-{port}-{home}.txt"
        with self._printed.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "prepkit", "lab", "--no-browser"),
                    *("--port", str(port), "--folder", str(self.folder)),
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_first_start(tmp_path / "user") | {"PREPKIT_HOME": str(self.home)},
            )

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return self._printed.read_text("utf-8")

    def url(self) -> str:
        """Return the address that it prints, once it is there."""
        return str(self.wait_for(r"http://127\.0\.0\.1:\d+/lab/tree/01-start\.ipynb\?token=\S+"))

    def wait_for(self, pattern: str, seconds: float = 300) -> str:
        """Return what it printed that fits `pattern`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(pattern, self.printed)
            if found:
                return found.group()
            if self.process.poll() is not None and not re.search(pattern, self.printed):
                break
            time.sleep(0.1)
        raise AssertionError(f"{pattern} was not printed: {self.printed}")

    def close(self) -> int:
        """End it as Ctrl-C would, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)


def _first_start(home: Path) -> dict[str, str]:
    """Return the environment of a user whose home is empty: nothing was ever started there."""
    home.mkdir(exist_ok=True)
    elsewhere = ("XDG_", "MPLCONFIGDIR", "IPYTHONDIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(elsewhere)}
    return kept | {"HOME": str(home)}


@contextlib.contextmanager
def running(tmp_path: Path, port: int) -> Iterator[Lab]:
    """Run a `prepkit lab` while the block runs."""
    lab = Lab(tmp_path, port)
    try:
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a workbook in it, of which one page has code of the user's own."""
    made = tmp_path_factory.mktemp("lab")
    copy_notebooks(default_notebooks(), made / "workbook", version=version("prepkit"))
    page = made / "workbook" / "03-companies.ipynb"
    nb = json.loads(page.read_text("utf-8"))
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell.update(source="raise SystemExit", outputs=[], execution_count=None)
    page.write_text(json.dumps(nb), "utf-8")
    (made / "before.ipynb").write_text(json.dumps(nb), "utf-8")
    return made


@pytest.fixture(scope="module")
def lab(place: Path) -> Iterator[Lab]:
    """Run one `prepkit lab` for the tests that only look at it, and for the last, which ends it."""
    with running(place, unused_port()) as made:
        yield made


@pytest.mark.slow
def test_a_taken_port_is_told_and_another_one_used(tmp_path: Path) -> None:
    port = unused_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with running(tmp_path, port) as lab:
            assert f":{port}/" not in lab.url()
            assert f"Port {port} is in use, so the workbook is at port" in lab.printed
            assert lab.close() == 0


@pytest.mark.slow
def test_a_second_lab_of_the_same_folder_shows_the_first(place: Path, lab: Lab) -> None:
    address = lab.url()
    second = Lab(place, lab.port + 1)
    assert second.process.wait(120) == 0
    assert f"The workbook is already open at {address}" in second.printed


@pytest.mark.slow
def test_a_page_with_code_of_the_users_own_is_not_run(place: Path, lab: Lab) -> None:
    lab.wait_for(r"You changed code in 03-companies\.ipynb, so it doesn't run by itself")
    before, after = place / "before.ipynb", lab.folder / "03-companies.ipynb"
    assert json.loads(after.read_text("utf-8")) == json.loads(before.read_text("utf-8"))


@pytest.mark.slow
def test_a_browser_asks_again_for_the_extension_so_a_newer_one_is_not_mixed_with_it(
    lab: Lab,
) -> None:
    (found,) = get_federated_extensions([str(LABEXTENSION)]).values()
    address = f"/lab/extensions/prepkit/{found['jupyterlab']['_build']['load']}?token="
    with urlopen(lab.url().replace("/lab/tree/01-start.ipynb?token=", address)) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.slow
@pytest.mark.parametrize("kernels", [0, 1, 2])
def test_a_server_that_is_stopped_while_it_runs_pages_ends_without_force(
    tmp_path: Path, kernels: int
) -> None:
    folder = tmp_path / "workbook"
    copy_notebooks(default_notebooks(), folder, version=version("prepkit"))
    lab = LabProcess(folder, tmp_path / "home", unused_port())
    pages = ("01-start.ipynb", "02-answer.ipynb")
    with ThreadPoolExecutor(len(pages)) as pool:
        try:
            lab.wait_until_it_answers()
            for page in pages:
                pool.submit(lab.server.ask, f"contents/{page}?type=notebook")
            process = psutil.Process(lab.pid)
            deadline = time.monotonic() + 300
            while len(started := process.children(recursive=True)) < kernels:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        finally:
            lab.stop()
    assert lab.exit_code == 0  # and not that of a process that was killed
    assert psutil.wait_procs(started, timeout=120)[1] == []
    for path in folder.glob("*.ipynb"):  # no page shows that its kernel was ended
        assert '"output_type": "error"' not in path.read_text("utf-8")


def until_run(page: Path, lab: Lab) -> None:
    """Wait until a page has been run: its file has what its widget needs."""
    deadline = time.monotonic() + 300
    while "application/vnd.jupyter.widget-view+json" not in page.read_text("utf-8"):
        assert time.monotonic() < deadline, lab.printed
        time.sleep(0.2)


@pytest.mark.slow
def test_home_has_been_run_before_the_kernel_of_another_page_starts(lab: Lab) -> None:
    server = Server(lab.port, lab.url().rsplit("token=")[1])
    until_run(lab.folder / "02-answer.ipynb", lab)
    kernel = kernel_of(server, "02-answer.ipynb")
    assert kernel is not None
    assert (lab.folder / "01-start.ipynb").stat().st_mtime < kernel.create_time()


@pytest.mark.slow
def test_the_lab_runs_its_pages_and_leaves_no_process_behind(lab: Lab) -> None:
    assert f":{lab.port}/" in lab.url()
    until_run(lab.folder / "02-answer.ipynb", lab)
    children = psutil.Process(lab.process.pid).children(recursive=True)
    assert len(children) >= 2  # the server, and at least one kernel
    lab.process.terminate()
    assert lab.process.wait(120) == 0
    gone, alive = psutil.wait_procs(children, timeout=120)
    assert (len(gone), alive) == (len(children), [])
    assert "Closing the workbook." in lab.printed
    assert f"Your answers are kept in {lab.home}" in lab.printed
