"""Packets made for real, as a coach makes them: by the command.

`packets` runs it with all its processes, `here` runs it in this one, which takes far less time.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import NamedTuple

import nbformat
import pypdf
import pytest

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, students_folder
from prepkit.answers.signatures import read_keys
from prepkit.bank import shipped_folder
from prepkit.engine import client
from prepkit.packets.jobs import FORMATS, file_names
from prepkit.packets.kept import content_digest
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.storage import LocalOutput
from tests.packets_here import made_here
from tests.platforms import needs_linux
from tests.test_packets import write_roster, write_template

pytestmark = pytest.mark.slow

SHEETS = """from pathlib import Path
import prepkit as pk
from prepkit.widgets.worksheet import Worksheet
from IPython.display import display
bank = pk.load_bank(Path(bank_folder) if bank_folder else None)
for question in list(bank)[:n_questions]:
    display(Worksheet(bank[question]))"""
PLOT = """import matplotlib.pyplot as plt
from IPython.display import display
figure = plt.figure(figsize=(2, 1)); plt.plot([1, 2]); plt.title(name)
display(figure, metadata={"image/png": {"alt": "A line that rises"}}); plt.close()"""


class Run(NamedTuple):
    """What a command has printed, and how it ended."""

    code: int
    out: str
    err: str


def packets(folder: Path, *words: str, environment: Mapping[str, str] = {}) -> Run:
    """Run `prepkit packets` in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "prepkit", "packets", *words],
        cwd=folder,
        env={**os.environ, "PREPKIT_HOME": str(folder / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module", autouse=True)
def one_server() -> Iterator[None]:
    """End the fork server that the tests of `here` share."""
    yield
    client.prepare()


@pytest.fixture
def here(no_event_loop: None) -> Iterator[Callable[..., Run]]:
    """Return what does in this process what `packets` does, with one worker."""
    with made_here():
        yield packets_here


def packets_here(folder: Path, *words: str) -> Run:
    """Run `prepkit packets` in a folder, without a process of its own."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setenv("PREPKIT_HOME", str(folder / "home"))
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["packets", *words])
    return Run(code, out.getvalue(), err.getvalue())


def outcomes(folder: Path) -> dict[str, Outcome]:
    return Manifest(LocalOutput(folder)).outcomes


def check_whole(folder: Path, ids: list[str], formats: tuple[str, ...] = FORMATS[:3]) -> None:
    """Check that each packet is there once and whole, and that nothing else is."""
    found = outcomes(folder)
    wanted = {"index.html", "summary.csv", "manifest.jsonl", ".lock"}
    keys = {student: found[student].key for student in ids}
    for student in ids:
        outcome = found[student]
        assert outcome.state == "done", outcome
        assert set(outcome.files) <= set(file_names(student, formats).values())
        assert set(outcome.files) >= {f"{student}.pdf", f"{student}.ipynb"}
        wanted |= set(outcome.files)
        for name, text in outcome.files.items():
            content = (folder / name).read_bytes()
            assert content_digest(content) == text, name
            if name.endswith(".pdf"):
                assert pypdf.PdfReader(io.BytesIO(content)).pages
            elif name.endswith(".ipynb"):
                nb = nbformat.reads(content.decode(), as_version=4)
                nbformat.validate(nb)
                assert student in content.decode()
                packet = nb.metadata.prepkit.get("packet")
                assert packet is None or packet["key"] == keys[student]
    assert {path.name for path in folder.iterdir()} == wanted


def questions_begin(pdf: Path) -> list[int]:
    """Return the pages of a packet on which a question begins, counted from 0."""
    texts = [page.extract_text().casefold() for page in pypdf.PdfReader(pdf).pages]
    return [number for number, text in enumerate(texts) if "why this is asked" in text]


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with six packets of all formats, made by one command in ``one``."""
    folder = tmp_path_factory.mktemp("six")
    write_template(folder / "template.ipynb", "print(name, companies, mentor)", PLOT, SHEETS)
    nb = json.loads((folder / "template.ipynb").read_text())
    nb["cells"][1]["source"].append('\nmentor: str = "A Sample"')
    (folder / "template.ipynb").write_text(json.dumps(nb))
    rows = [f"s{number},Student {number},Amazon; Shopify,2,Mentor {number}" for number in range(6)]
    columns = "student_id,name,companies,n_questions,mentor"
    write_roster(folder / "roster.csv", *rows, columns=columns)
    run = packets(folder, *COMMAND, "-o", "one")
    assert run == Run(
        0,
        "one: 6 packets made; see index.html and summary.csv there\n",
        "6 students, 6 packets to make: 6 new\n",
    )
    return folder


ALONE = ("--workers", "1")
"""For tests that need another process, and to which a second one makes no difference."""

COMMAND = [
    *("roster.csv", "--template", "template.ipynb", "--date", "2026-12-01"),
    *("--format", "ipynb,pdf,fill-in,html,html-form"),
]
SIX = [f"s{number}" for number in range(6)]


def test_six_students_get_whole_packets_of_their_own(six: Path) -> None:
    folder = six / "one"
    check_whole(folder, SIX, FORMATS)
    keys = read_keys(six / "home")
    for number, student in enumerate(SIX):
        nb = nbformat.read(folder / f"{student}.ipynb", as_version=4)
        printed = nb.cells[3].outputs[0].text
        assert printed == f"Student {number} ['Amazon', 'Shopify'] Mentor {number}\n"
        assert nb.cells[2].metadata.tags == ["injected-parameters"]
        reader = pypdf.PdfReader(folder / f"{student}.pdf")
        assert reader.metadata is not None
        assert reader.metadata.author == f"Student {number}"
        assert questions_begin(folder / f"{student}.pdf") == [2, 4]  # each on one sheet of paper
        page = (folder / f"{student}.html").read_text(encoding="utf-8")
        assert f"<title>Student {number}</title>" in page
        assert not re.search(r"\ssrc=[\"']?(?:https?:)?//|<link\b|url\(\s*[\"']?https?:", page)
        filled = nbformat.read(folder / f"{student}-fill-in.ipynb", as_version=4)
        assert filled.metadata.prepkit.questions == list(outcomes(folder)[student].questions)
        assert len(filled.metadata.prepkit.questions) == 2
        ours = filled.metadata.prepkit
        assert ours.run == "2026-12-01"
        assert keys.verify(ours.signature, student, ours.run, ours.questions)
        form = (folder / f"{student}-fill-in.html").read_text(encoding="utf-8")
        assert f"<title>Student {number}: 2 questions to answer</title>" in form
        data = re.search('id="student">(.*?)</script>', form)
        assert data
        assert json.loads(data[1])["hand_in"] == ours
    with (folder / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["state"] for row in csv.DictReader(file)] == ["ready"] * 6


def test_packets_with_room_for_whole_answers_are_made_again_for_them(
    six: Path, here: Callable[..., Run]
) -> None:
    words = (*COMMAND[:-2], "--format", "pdf", "--only", "s0", "-o", "roomy")
    assert here(six, *words).code == 0
    assert questions_begin(six / "roomy" / "s0.pdf") == [2, 4]
    run = here(six, *words, "--no-compact")
    assert (run.code, run.err) == (0, "1 student, 1 packet to make: 1 changed\n")
    assert questions_begin(six / "roomy" / "s0.pdf") == [2, 6]


def test_a_second_run_makes_nothing(six: Path, here: Callable[..., Run]) -> None:
    def state() -> dict[str, tuple[int, int]]:
        files = [path for path in (six / "one").iterdir() if path.name != ".lock"]
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    before = state()
    run = here(six, *COMMAND, "-o", "one")
    assert run == Run(
        0,
        "one: nothing to do, all packets are up to date; see index.html and summary.csv there\n",
        "6 students, no packets to make\n",
    )
    assert state() == before


def test_the_same_packets_made_again_elsewhere_are_the_same_bytes(
    six: Path, here: Callable[..., Run]
) -> None:
    assert here(six, *COMMAND, "-o", "two").code == 0
    names = {path.name for path in (six / "one").iterdir()} - {".lock", "manifest.jsonl"}
    assert {path.name for path in (six / "two").iterdir()} == names | {".lock", "manifest.jsonl"}
    for name in sorted(names):
        assert (six / "two" / name).read_bytes() == (six / "one" / name).read_bytes(), name


def test_packets_go_to_a_url_as_well(six: Path, here: Callable[..., Run]) -> None:
    url = f"file://{six}/three"
    run = here(six, *COMMAND, "-o", url)
    assert (run.code, run.out) == (
        0,
        f"{url}: 6 packets made; see index.html and summary.csv there\n",
    )
    names = {path.name for path in (six / "one").iterdir()} - {".lock", "manifest.jsonl"}
    assert {path.name for path in (six / "three").iterdir()} == names | {"manifest"}
    assert (six / "three/s3.pdf").read_bytes() == (six / "one/s3.pdf").read_bytes()
    assert "no packets to make" in here(six, *COMMAND, "-o", url).err


def test_whoever_watches_sees_how_far_it_is(six: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "prepkit", "packets", *COMMAND, "-o", "four", "--only", "s0"],
        cwd=six,
        env={**os.environ, "PREPKIT_HOME": str(six / "home"), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # nobody has the terminal any more
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    out, _ = process.communicate()
    assert out == b"four: 1 packet made; see index.html and summary.csv there\n"
    assert re.search("Packets .*1/1.*left", shown.decode())


def test_workers_that_do_not_see_the_place_say_so(six: Path) -> None:
    run = packets(six, *COMMAND, "-o", "memory://packets", *ALONE)
    assert (run.code, run.out) == (1, "")
    assert run.err.splitlines()[1:] == [
        "A worker can't find this run in memory://packets: either not all machines share that"
        " place (choose a shared one with -o), or another run has started writing there."
    ]


def test_a_template_that_ends_python_fails_for_all_students_with_one_reason(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob", "cleo,Cleo")
    write_template(tmp_path / "template.ipynb", "import sys\nsys.exit(3)")
    run = here(tmp_path, "roster.csv", "-o", "out", "--template", "template.ipynb")
    assert run.out.splitlines()[1:3] == [
        "3 packets failed:",
        "  ada, bob, cleo: cell [3] of the notebook failed: SystemExit: 3 (it ends Python, as"
        " sys.exit does: take that out of the template)",
    ]


@needs_linux
def test_a_template_that_forks_makes_packets(tmp_path: Path, here: Callable[..., Run]) -> None:
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob")
    write_template(
        tmp_path / "template.ipynb",
        "import os\nchild = os.fork()\nif child == 0:\n    os._exit(0)\nos.waitpid(child, 0)",
        "print(f'after {name}')",
    )
    run = here(tmp_path, "roster.csv", "-o", "out", "--template", "template.ipynb")
    assert run.code == 0
    for name in ("ada", "bob"):
        assert f"after {name.title()}" in (tmp_path / f"out/{name}.ipynb").read_text()


def test_one_students_failure_stops_no_other_and_fixing_it_clears_up(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob", "cleo,Cleo")
    template = tmp_path / "template.ipynb"
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb"]
    command += ["--format", "ipynb,pdf"]
    write_template(template, "print(name)")
    assert here(tmp_path, *command).code == 0
    out = tmp_path / "out"
    (out / "bob.ipynb").write_text("Notes of the coach.")
    write_template(
        template, 'if name == "Bob":\n    raise ValueError("no \\x1b[31mluck\\n\\udc80")'
    )
    run = here(tmp_path, *command)
    assert run.code == 1
    assert run.out == (
        "out: 2 packets made; see index.html and summary.csv there\n"
        "1 packet failed:\n"
        "  bob: cell [3] of the notebook failed: ValueError: no luck �\n"
        "To see what happened, open the notebooks in out/failed. A packet is tried again when you"
        " change the template or the student's row in the roster, or with --retry-failed.\n"
    )
    assert run.err == "3 students, 3 packets to make: 3 changed\n"
    failed = nbformat.read(out / "failed/bob.ipynb", as_version=4)
    assert "ValueError" in "".join(
        line
        for cell in failed.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
        for line in output.traceback
    )
    assert not (out / "bob.pdf").exists()
    assert not (out / "bob.ipynb").exists()
    assert (out / "bob (kept).ipynb").read_text() == "Notes of the coach."
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="failed/bob.ipynb"' in page
    assert "their file is kept as “bob (kept).ipynb”" in page
    run = here(tmp_path, *command)
    assert (run.code, "no packets made" in run.out, "Failed before" in run.err) == (1, True, True)
    write_template(template, "print(name.upper())")
    assert here(tmp_path, *command).code == 0
    (out / "bob (kept).ipynb").unlink()
    check_whole(out, ["ada", "bob", "cleo"])


def test_a_time_limit_is_an_accident_and_says_what_allows_more(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob")
    source = 'import time\nif name == "Bob":\n    print("so far")\n    time.sleep(60)'
    write_template(tmp_path / "template.ipynb", source)
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb", "--seconds", "1"]
    run = here(tmp_path, *command, "--format", "ipynb")
    assert run.code == 1
    assert run.out.splitlines()[1:4] == [
        "1 packet failed:",
        "  bob: a cell ran longer than 1 second: allow more with --seconds",
        "Run the same command again to retry what did not finish.",
    ]
    assert "so far" in (tmp_path / "out/failed/bob.ipynb").read_text()
    assert (tmp_path / "out/ada.ipynb").exists()
    run = here(tmp_path, *command, "--format", "ipynb", "--dry-run")
    assert run.out == "bob  did not finish\n"


def test_a_full_disk_in_a_notebook_is_an_accident_too(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    write_roster(tmp_path / "roster.csv", "ada,Ada")
    write_template(tmp_path / "template.ipynb", 'open("/dev/full", "w").write("x" * 9**5)')
    run = here(tmp_path, "roster.csv", "-o", "out", "--template", "template.ipynb")
    assert run.code == 1
    assert "cell [3] of the notebook failed: OSError: [Errno 28] No space left on device" in run.out
    assert "Run the same command again" in run.out


def test_a_bank_of_the_coachs_own_goes_with_the_packets(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    bank = tmp_path / "own bank"
    shutil.copytree(shipped_folder(), bank, ignore=shutil.ignore_patterns("sample"))
    question = next((bank / "questions").glob("*/01-*.md"))
    text = question.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^# .*", "# What did you learn at sea?", text, count=1)
    question.write_text(text, encoding="utf-8")
    source = "bank = __import__('prepkit').load_bank(__import__('pathlib').Path(bank_folder))\n"
    category = question.parent.name
    source += f"print(bank_folder, bank['{category}/01'].question.text)"
    write_template(tmp_path / "template.ipynb", source)
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob")
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb", *ALONE]
    command += ["--bank", "own bank"]
    assert packets(tmp_path, *command, "--format", "ipynb").code == 0
    for student in ("ada", "bob"):
        nb = nbformat.read(tmp_path / f"out/{student}.ipynb", as_version=4)
        assert nb.cells[3].outputs[0].text == "own bank What did you learn at sea?\n"
    assert not (tmp_path / "out/.scratch").exists()
    assert "no packets to make" in here(tmp_path, *command, "--format", "ipynb").err
    question.write_text(text.replace("at sea", "on land"), encoding="utf-8")
    assert "2 changed" in here(tmp_path, *command, "--format", "ipynb", "--dry-run").err


def test_what_a_student_has_handed_in_reaches_the_notebook(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    store = AnswerStore(students_folder(tmp_path / "home") / "ada.sqlite")
    store.save("technical-leadership/01", "task", "Mine alone.", based_on=0)
    source = "from prepkit.answers import read_answers\nfrom pathlib import Path\n"
    source += "answers = read_answers(Path(answers_file)) if answers_file else {}\n"
    source += "print({name: each.text('task') for name, each in answers.items()})"
    write_template(tmp_path / "template.ipynb", source)
    write_roster(tmp_path / "roster.csv", "ada,Ada", "bob,Bob")
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb"]
    command += ["--format", "ipynb"]
    assert here(tmp_path, *command).code == 0
    printed = [
        nbformat.read(tmp_path / f"out/{student}.ipynb", as_version=4).cells[3].outputs[0].text
        for student in ("ada", "bob")
    ]
    assert printed == ["{'technical-leadership/01': 'Mine alone.'}\n", "{}\n"]


def test_a_notebook_that_needs_an_ordinary_kernel_gets_one_and_it_is_said(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    write_template(tmp_path / "template.ipynb", "import ipywidgets\nipywidgets.IntSlider()")
    write_roster(tmp_path / "roster.csv", "ada,Ada")
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb"]
    run = here(tmp_path, *command, "--format", "ipynb")
    assert run == Run(
        0,
        "out: 1 packet made; see index.html and summary.csv there\n"
        "There are notes on 1 packet: see index.html.\n",
        "1 student, 1 packet to make: 1 new\n",
    )
    assert "run in an ordinary Jupyter kernel, which is slower: it shows live widgets" in (
        tmp_path / "out/index.html"
    ).read_text(encoding="utf-8")


def test_a_defect_of_prepkits_own_is_an_outcome_too(
    tmp_path: Path, here: Callable[..., Run]
) -> None:
    # A worksheet's data without a question: nothing in prepkit writes such a thing.
    source = "from IPython.display import display\n"
    source += 'display({"application/vnd.prepkit.worksheet+json": {"x": 1}}, raw=True)'
    write_template(tmp_path / "template.ipynb", 'if name == "Bob":\n    1\n' + source)
    write_roster(tmp_path / "roster.csv", "ada,Ada")
    command = ["roster.csv", "-o", "out", "--template", "template.ipynb", "--format", "ipynb"]
    run = here(tmp_path, *command)
    assert (run.code, run.err) == (1, "1 student, 1 packet to make: 1 new\n")
    assert re.search(
        r"ada: prepkit itself failed, please report it: ValueError: id: Field required"
        r" \(sheet\.py, line \d+\)",
        run.out,
    )
