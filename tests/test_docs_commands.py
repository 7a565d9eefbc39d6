"""The commands of README and docs are run, those of a page in order and in one folder."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, import_file
from prepkit.answers.feedback import Feedback, Rating, feedback_store, rater_name
from prepkit.answers.feedback_exchange import export_feedback
from prepkit.engine import client
from tests.docs_reader import PAGES, ROOT, Command, blocks, commands
from tests.packets_here import made_here
from tests.test_docs import NOT_RUN, ids, shown
from tests.test_importer_page import PASTED

pytestmark = pytest.mark.slow

SECONDS = 300
"""How long a process may take, on a machine that is busy with something else."""


def is_run(command: Command) -> bool:
    return command.text not in NOT_RUN


RUN = [page for page in PAGES if any(map(is_run, commands(page)))]
WITH_PYTHON = [page for page in PAGES if blocks(page, "python")]


@pytest.fixture(scope="module", autouse=True)
def one_server() -> Iterator[None]:
    """End the fork server that makes the packets of all pages."""
    yield
    client.prepare()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_event_loop: None) -> Iterator[Path]:
    """Return a folder with what a checkout has, and what the docs speak of as the reader's own."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    store = AnswerStore(now=lambda: datetime(2026, 1, 31, 12, tzinfo=UTC))
    import_file(store, ROOT / "data/sample/answers.json")
    store.add_review("technical-leadership/06", "good", 90)  # before it, the day's backup is made
    here = tmp_path / "prepkit"
    for name in ("data/sample", "notebooks"):
        shutil.copytree(ROOT / name, here / name)
    shutil.copytree(ROOT / "tests/data/kinds", here / "my-bank")
    (here / "page.txt").write_text(PASTED, "utf-8")
    shutil.copy(ROOT / "constraints.txt", here)
    rated_by_two(tmp_path, here / "ben.json")
    nbformat.write(report(), here / "report.ipynb")
    nbformat.write(report(), here / "ada.ipynb")
    (here / "course/week-1").mkdir(parents=True)
    nbformat.write(report(), here / "course/week-1/report.ipynb")
    monkeypatch.chdir(here)
    with made_here():
        yield here


def rated_by_two(folder: Path, file: Path) -> None:
    """Let the coach of this account rate an answer of the sample, and Ben too, who sends a file."""
    for home, rater in (("home", rater_name(folder / "home")), ("ben", "Ben")):
        at = datetime(2026, 1, 31, 13, tzinfo=UTC)
        rating = Rating("technical-leadership/06", rater, {"Substance": 3}, True, {}, at)
        Feedback(feedback_store(folder / home, "2027-014")).rate(rating)
    export_feedback(folder / "ben", file, rater="Ben")


def report() -> nbformat.NotebookNode:
    """Return a notebook that was run."""
    output = new_output("execute_result", {"text/plain": "4"}, execution_count=1)
    code = new_code_cell("2 + 2", execution_count=1, outputs=[output])
    notebook: nbformat.NotebookNode = new_notebook(cells=[new_markdown_cell("# A report"), code])
    return notebook


@pytest.mark.parametrize("page", RUN, ids=ids)
def test_the_commands_of_a_page_do_what_they_say(page: Path, folder: Path) -> None:
    failed = [
        f"{command}\n{problem}"
        for command in filter(is_run, commands(page))
        if (problem := run(command, folder))
    ]
    assert not failed, "\n\n".join(failed)


def run(command: Command, folder: Path) -> str:
    """Run a command; return what is wrong with what came of it, an empty text if nothing is."""
    words = list(command.words)
    if words[:3] == ["python", "-m", "http.server"]:
        return serve_and_ask(words, folder)
    if words[0] == "prepkit":
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                code = main(words[1:])
            except SystemExit as ended:
                code = int(str(ended.code))
        text = said.getvalue()
    else:
        # The programs that were installed beside this Python, and the system's own.
        program = shutil.which(words[0], path=str(Path(sys.executable).parent)) or words[0]
        done = subprocess.run(
            [program, *words[1:]],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
        )
        code, text = done.returncode, done.stdout
    missing = [name for name in written_by(words, text) if not (folder / name).exists()]
    if code == 0 and not missing:
        return ""
    return f"exit code {code}; not written: {missing}\n{text}"


def written_by(words: list[str], text: str) -> Iterator[str]:
    """Yield the names of the files and folders that a command is to write."""
    for name, value in pairwise(words):
        if name in ("-o", "--into", "--ics", "--anki") and "--dry-run" not in words:
            yield value
    if words[:3] == ["prepkit", "answers", "export"]:
        yield words[3]
    if words[:2] == ["prepkit", "handout"]:
        yield text.splitlines()[-1]  # its name is the last that is said
    if words[0] in ("mkdir", "cp"):
        yield words[-1]
    if words[0] == "papermill" and "--help-notebook" not in words:
        yield next(word for word in words[2:] if word.endswith(".ipynb") and word != words[3])
    if words[:3] == ["jupyter", "nbconvert", "--to"]:
        ending = {"handout": ".pdf", "html": ".html"}[words[3]]
        yield Path(words[-1]).with_suffix(ending).name


def serve_and_ask(words: list[str], folder: Path) -> str:
    """Serve a folder as the command says, at a port that is free, and ask for its first page."""
    command = [sys.executable, "-u", *words[1:], "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stdout
        said = server.stdout.readline()  # "Serving HTTP on 127.0.0.1 port 40123 (http://…/) ..."
        address = said[said.index("(") + 1 : said.index(")")]
        try:
            with urllib.request.urlopen(address, timeout=SECONDS) as page:
                return "" if b"<title>" in page.read() else "the first page has no title"
        finally:
            server.kill()


@pytest.mark.parametrize("page", WITH_PYTHON, ids=ids)
def test_the_python_of_a_page_runs(page: Path, folder: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block.text, str(block.place), "exec"), names)


def test_the_workflow_that_is_shown_is_one_that_github_reads(folder: Path) -> None:
    file = folder / ".github/workflows/site.yml"
    file.parent.mkdir(parents=True)
    file.write_text(shown("docs/publishers.md", "yaml", "name: Site").text, "utf-8")
    tools = Path(sys.executable).parent
    schema = [str(tools / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    subprocess.run([*schema, str(file)], check=True, timeout=SECONDS)
    lint = [str(tools / "jactionlint"), "--shellcheck=", "--pyflakes=", str(file)]
    said = subprocess.run(lint, stdout=subprocess.PIPE, encoding="utf-8", timeout=SECONDS).stdout
    # A reader copies it, and has nobody who would keep commits up to date.
    assert set(re.findall(r"\[([\w-]+)\]$", said, re.M)) == {"unpinned-uses"}, said


def test_the_workflow_that_is_shown_publishes_a_repository_of_the_publishers_own(
    tmp_path: Path,
) -> None:
    own = tmp_path / "my-site"
    for line in shown("docs/publishers.md", "sh", "mkdir -p ../my-site").text.splitlines():
        words = [word.replace("../my-site", str(own)) for word in line.split()]
        program = [sys.executable, "-m", *words] if words[0] == "pip" else words
        subprocess.run(program, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=SECONDS)
    (own / "notebooks").mkdir()
    nbformat.write(report(), own / "notebooks/report.ipynb")
    workflow = yaml.safe_load(shown("docs/publishers.md", "yaml", "name: Site").text)
    for step in workflow["jobs"]["build"]["steps"]:
        named = step.get("with", {}).get("cache-dependency-path", "site.toml")
        assert (own / named).is_file() or named == "site.toml"
        command = step.get("run", "").replace("$BASE_URL", "https://example.org")
        words = shlex.split(command)
        if words[:3] == ["pip", "install", "--require-hashes"]:
            assert (own / words[-1]).is_file()  # what it names is here already
        elif words[:1] == ["pip"]:
            wheels = [str(path) for path in own.glob(words[-1])]
            install = [sys.executable, "-m", *words[:-1], "--no-index", "--target", "lib", *wheels]
            subprocess.run(install, cwd=own, check=True, stdout=subprocess.DEVNULL, timeout=SECONDS)
        elif words:
            assert words[0] == "prepkit"
            installed = {**os.environ, "PYTHONPATH": str(own / "lib")}
            run_it = [sys.executable, "-m", *words]
            subprocess.run(run_it, cwd=own, env=installed, check=True, timeout=SECONDS)
    assert (own / "build/site/notebooks/report.html").is_file()
    sitemap = (own / "build/site/sitemap.xml").read_text("utf-8")
    assert "https://example.org/notebooks/report.html" in sitemap


def test_coaches_are_told_of_each_file_and_of_the_packet_that_new_answers_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make = ["packets", "data/sample/roster.csv", "-o", "packets", "--only", "2027-014", "2027-018"]
    assert main(make) == 0
    there = {path.name for path in (folder / "packets").iterdir() if path.name[0] != "."}
    page = (ROOT / "docs/coaches.md").read_text("utf-8").splitlines()
    start = page.index("| File | What it is |")
    rows = page[start + 2 : page.index("", start)]
    named = {row.split("`")[1] for row in rows}
    assert named == {name for name in there if not name.startswith("2027-018")}
    (folder / "returned").mkdir()
    shutil.copy(folder / "data/sample/answers.json", folder / "returned/2027-014.json")
    assert main(["answers", "collect", "returned", "--roster", "data/sample/roster.csv"]) == 0
    capsys.readouterr()
    assert main([*make, "--dry-run"]) == 0
    assert capsys.readouterr().out == "2027-014  changed\n"
