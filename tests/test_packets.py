"""Packets without running a notebook: templates, keys, the manifest, outputs, plans and pages."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import base64
import csv
import io
import json
import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, students_folder, user_folder
from prepkit.answers.signatures import new_key
from prepkit.bank import load_bank, shipped_folder
from prepkit.errors import PrepkitError
from prepkit.packets.cache_key import packet_code, page_code
from prepkit.packets.index import write_index
from prepkit.packets.jobs import RUN, Job, RunConfig, file_names, new_job, zipped
from prepkit.packets.kept import content_digest, put, withdraw
from prepkit.packets.manifest import NAME, Manifest, Outcome
from prepkit.packets.plan import Options, RunPlan, plan_packets
from prepkit.packets.run import RunReport, build_packets
from prepkit.packets.storage import (
    WRITTEN,
    LocalOutput,
    Output,
    OutputError,
    RemoteOutput,
    open_output,
)
from prepkit.packets.template import Template, read_template
from prepkit.records import Student
from prepkit.widgets.worksheet import Worksheet
from tests.package_copies import copy_package, longer
from tests.platforms import refusal

DAY = date(2026, 12, 1)
PARAMETERS = '''student_id: str = "sample-student"
name: str = "A Sample"
companies: list = ["Amazon"]
level: str = "director"
categories: list = ["technical-leadership"]
interview_date: str = "2026-01-31"
n_questions: int = 5
notes: str = "Sample notes"
date: str = "2026-01-01"
answers_file: str = "sample.json"
bank_folder: str = "sample-bank"
paper: str = "a4"'''
PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def write_template(
    path: Path,
    *sources: str,
    parameters: str = PARAMETERS,
    text: str = "# A packet",
    kernelspec: Mapping[str, str] | None = PYTHON,
) -> Path:
    """Write a small template with a text, its parameters, and code cells of `sources`."""
    cells = [
        new_markdown_cell(text, id="text"),
        new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}),
        *(new_code_cell(source, id=f"code-{n}") for n, source in enumerate(sources)),
    ]
    metadata = {"kernelspec": dict(kernelspec)} if kernelspec else {}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return path


def write_roster(path: Path, *rows: str, columns: str = "student_id,name") -> Path:
    """Write a roster of text rows."""
    path.write_text("\n".join([columns, *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a folder to work in, and a home of its own."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def template(tmp_path: Path) -> Template:
    return read_template(write_template(tmp_path / "template.ipynb", "print(name)"))


def a_config(**changes: Any) -> RunConfig:
    values: dict[str, Any] = {
        "template": "{}",
        "template_folder": "/templates",
        "modules": (),
        "bank": None,
        "bank_name": "",
        "output": "/packets",
        "formats": ("ipynb", "pdf", "fill-in"),
        "day": DAY,
        "paper": None,
        "compact": True,
        "seconds": 300,
        "package": "0" * 32,
        "code": "1" * 32,
        "page_code": "",
    }
    return RunConfig(**values | changes)


ADA = Student(student_id="ada", name="Ada Marin")


def done(student_id: str, **changes: Any) -> Outcome:
    values: dict[str, Any] = {"student_id": student_id, "key": "k", "state": "done"}
    return Outcome(**values | changes)


# Templates


def test_a_template_says_the_types_of_its_parameters_and_what_it_imports(tmp_path: Path) -> None:
    path = write_template(
        tmp_path / "t.ipynb",
        "import numpy as np, os.path\nfrom prepkit import widgets",
        "%matplotlib inline\nimport never_seen",
        "from . import here\nimport os.path",
        parameters='a: str = "x"\nb: list[int] = [1]\nc = 0.5\nd = True\ne = None\nf = g()',
    )
    template = read_template(path)
    assert template.parameters == {
        "a": "str",
        "b": "list[int]",
        "c": "float",
        "d": "bool",
        "e": "None",
        "f": "None",
    }
    assert template.modules == ("numpy", "os.path", "prepkit")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ('a = "x=y"  # a = b', {"a": "str"}),
        ("a: int | None = None", {"a": "int | None"}),
        ("a = 1; b: 'list[str]' = ['=']", {"a": "int", "b": "list[str]"}),
        ("a, b = 1, 'two'\n(c, *d) = f()", {"a": "int", "b": "str", "c": "None"}),
        ("a = b = 1.5", {"a": "float", "b": "float"}),
        ("a = (\n    'one'\n    'two'\n)\nb: int", {"a": "str", "b": "int"}),
        ("a = None  # type: typing.Optional[int]", {"a": "typing.Optional[int]"}),
        ("%matplotlib inline\n!ls\na: str = ''", {"a": "str"}),
        ("# a = 1\nb.c = 1\nb['d'] = 2\nb == 3\nif b: e = 4", {}),
    ],
)
def test_parameters_are_found_however_they_are_written(
    source: str, parameters: dict[str, str], tmp_path: Path
) -> None:
    path = write_template(tmp_path / "t.ipynb", parameters=source)
    assert read_template(path).parameters == parameters


def test_parameters_that_are_not_python_are_refused_with_their_line(tmp_path: Path) -> None:
    write_template(tmp_path / "t.ipynb", parameters="name = ''\nlevel = director'")
    with pytest.raises(PrepkitError) as caught:
        read_template(Path("t.ipynb"))
    assert str(caught.value) == (
        "The template t.ipynb has a mistake in cell 2, which sets its parameters: line 2:"
        " unterminated string literal (detected at line 2). Mend it, and run the cell in JupyterLab"
        " to see that it works."
    )


BOX = "(in JupyterLab: the gears at the top right, then Cell Tags)."
AGAIN = "is not a notebook: open it in JupyterLab and save it again."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "The template t.ipynb: no such file."),
        (
            b"\xff\xfe",
            "The template t.ipynb:1: this is not UTF-8 text: save the file as UTF-8.",
        ),
        (b"student_id,name", f"The template t.ipynb {AGAIN} (Notebook does not appear to be JSON"),
        (b"[]", f"The template t.ipynb {AGAIN} ("),
        (b"[" * 100_000, f"The template t.ipynb {AGAIN} ("),
        (b'{"cells": 3}', f"The template t.ipynb {AGAIN} ("),
        (b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}', AGAIN),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', AGAIN),
    ],
)
def test_what_is_no_notebook_is_refused(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "t.ipynb").write_bytes(content)
    with pytest.raises(PrepkitError) as caught:
        read_template(Path("t.ipynb"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_without_parameters_is_refused(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_code_cell("name = 1", id="a")]), tmp_path / "t.ipynb")
    with pytest.raises(PrepkitError) as caught:
        read_template(Path("t.ipynb"))
    assert str(caught.value) == (
        f"The template t.ipynb has no cell tagged 'parameters': tag the cell that sets them {BOX}"
    )


@pytest.mark.parametrize(
    ("kernelspec", "message"),
    [
        (
            {"name": "conda-env-x-py", "display_name": "x", "language": "python"},
            "The template t.ipynb needs the kernel 'conda-env-x-py', which is not installed here:"
            " open it in JupyterLab, choose another (Kernel > Change Kernel), and save it.",
        ),
        (
            {"name": "ir", "display_name": "R", "language": "R"},
            "The template t.ipynb is written in R: packets need Python.",
        ),
    ],
)
def test_a_template_that_cannot_be_run_here_is_refused(
    kernelspec: dict[str, str], message: str, tmp_path: Path
) -> None:
    write_template(tmp_path / "t.ipynb", kernelspec=kernelspec)
    with pytest.raises(PrepkitError) as caught:
        read_template(Path("t.ipynb"))
    assert str(caught.value) == message


def test_a_template_that_names_no_kernel_gets_pythons(tmp_path: Path) -> None:
    template = read_template(write_template(tmp_path / "t.ipynb", kernelspec=None))
    assert json.loads(template.content)["metadata"]["kernelspec"]["name"] == "python3"


def test_cells_without_ids_get_the_same_ones_each_time(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.ipynb", "print(1)", "print(2)")
    nb = json.loads(path.read_text())
    nb["nbformat_minor"] = 4
    for cell in nb["cells"]:
        del cell["id"]
    path.write_text(json.dumps(nb))
    first = read_template(path)
    assert read_template(path) == first
    cells = json.loads(first.content)["cells"]
    assert [cell["id"] for cell in cells] == ["cell-0", "cell-1", "cell-2", "cell-3"]
    nb["nbformat_minor"] = 5
    nb["cells"][0]["id"] = nb["cells"][1]["id"] = "twice"
    path.write_text(json.dumps(nb))
    cells = json.loads(read_template(path).content)["cells"]
    assert [cell["id"] for cell in cells] == ["twice", "cell-1", "cell-2", "cell-3"]


def test_running_a_template_and_saving_it_makes_no_other_template(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.ipynb", "print(1)")
    clean = read_template(path)
    nb = json.loads(path.read_text())
    nb["cells"][2] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
        "metadata": {"execution": {"iopub.execute_input": "2026-01-01"}},
    }
    nb["cells"].insert(2, new_code_cell("name = 2", metadata={"tags": ["injected-parameters"]}))
    nb["metadata"]["language_info"] = {"name": "python", "version": "3.11.1"}
    nb["metadata"]["papermill"] = {"duration": 3}
    nb["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    path.write_text(json.dumps(nb))
    assert read_template(path) == clean


def test_half_a_character_in_a_template_stops_nothing(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.ipynb", text="half")
    path.write_text(path.read_text().replace("half", "half \\ud83d"))
    assert "half ?" in read_template(path).content.decode()


def test_pictures_beside_a_template_are_stored_in_it(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/our logo.png").write_bytes(PNG)
    (tmp_path / "secret.txt").write_text("no picture")
    kept = "![a](missing.png) ![b](secret.txt) ![c](https://example.org/x.png) ![d](../x.png)"
    path = write_template(tmp_path / "t.ipynb", text=f"![Logo](pictures/our%20logo.png) {kept}")
    cell = json.loads(read_template(path).content)["cells"][0]
    source = "".join(cell["source"])
    assert source == f"![Logo](attachment:pictures-our%20logo.png) {kept}"
    (stored,) = cell["attachments"].values()
    assert base64.b64decode(stored["image/png"]) == PNG


# Parameters and keys


def test_a_row_gives_the_parameters_and_an_empty_cell_gives_nothing_of_a_sample(
    template: Template,
) -> None:
    parameters = new_job(ADA, template, a_config(), None, None).parameters
    assert parameters == {
        "student_id": "ada",
        "name": "Ada Marin",
        "companies": [],
        "level": "",
        "categories": [],
        "interview_date": "",
        "notes": "",
        "date": "2026-12-01",
        "answers_file": "",
        "bank_folder": "",
    }
    student = Student(
        student_id="ada",
        name="Ada Marin",
        companies=("Amazon", "Shopify"),
        level="senior manager",
        categories=("technical-leadership",),
        interview_date=date(2026, 12, 24),
        n_questions=3,
        notes="Ask for numbers.",
    )
    config = a_config(paper="us-letter", bank=b"zip", bank_name="my-bank")
    assert new_job(student, template, config, "{}", None).parameters == {
        "student_id": "ada",
        "name": "Ada Marin",
        "companies": ["Amazon", "Shopify"],
        "level": "senior manager",
        "categories": ["technical-leadership"],
        "interview_date": "2026-12-24",
        "n_questions": 3,
        "notes": "Ask for numbers.",
        "date": "2026-12-01",
        "answers_file": "answers.json",
        "bank_folder": "my-bank",
        "paper": "us-letter",
    }


def test_a_template_is_given_no_parameter_that_it_lacks(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.ipynb", parameters='name = ""\nmentor = "A Sample"')
    template = read_template(path)
    student = Student(student_id="ada", name="Ada", extra={"mentor": "Grace"}, notes="Lost.")
    assert new_job(student, template, a_config(), "{}", None).parameters == {
        "name": "Ada",
        "mentor": "Grace",
    }


def test_a_row_may_choose_the_paper_unless_the_command_does(template: Template) -> None:
    student = Student(student_id="ada", name="Ada", extra={"paper": "us-letter"})
    assert new_job(student, template, a_config(), None, None).parameters["paper"] == "us-letter"
    config = a_config(paper="a4")
    assert new_job(student, template, config, None, None).parameters["paper"] == "a4"


CHANGES: dict[str, Callable[[Student, RunConfig], tuple[Student, RunConfig, str | None]]] = {
    "the template": lambda student, config: (student, replace(config, template="{ }"), None),
    "the date": lambda student, config: (student, replace(config, day=date(2026, 12, 2)), None),
    "the paper": lambda student, config: (student, replace(config, paper="a4"), None),
    "the room to write": lambda student, config: (student, replace(config, compact=False), None),
    "the bank": lambda student, config: (student, replace(config, bank=b"zip"), None),
    "prepkit": lambda student, config: (student, replace(config, code="2" * 32), None),
    "the key that signs": lambda student, config: (student, replace(config, key_name="2"), None),
    "the answers": lambda student, config: (student, config, "{}"),
    "the name": lambda student, config: (student.model_copy(update={"name": "Ada"}), config, None),
    "the id": lambda student, config: (
        student.model_copy(update={"student_id": "a"}),
        config,
        None,
    ),
    "the notes": lambda student, config: (student.model_copy(update={"notes": "!"}), config, None),
    "a parameter": lambda student, config: (
        student.model_copy(update={"extra": {"x": 1}}),
        config,
        None,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_key_changes_with(what: str, template: Template) -> None:
    key = new_job(ADA, template, a_config(), None, None).key
    student, config, answers = CHANGES[what](ADA, a_config())
    assert new_job(student, template, config, answers, None).key != key


@pytest.mark.parametrize(
    "change",
    [
        {"output": "/elsewhere"},
        {"seconds": 1},
        {"template_folder": "/other"},
        {"formats": ("html",)},
        {"run": "another"},
        {"package": "2" * 32},
    ],
)
def test_the_key_changes_with_nothing_else(change: dict[str, Any], template: Template) -> None:
    key = new_job(ADA, template, a_config(), None, None).key
    earlier = done("ada", files={"ada.pdf": "1"})
    assert new_job(ADA, template, a_config(**change), None, earlier).key == key


def test_an_address_changes_no_key_because_it_is_in_no_packet(template: Template) -> None:
    reached = ADA.model_copy(update={"email": "ada@example.edu"})
    key = new_job(ADA, template, a_config(), None, None).key
    assert new_job(reached, template, a_config(), None, None).key == key


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_package(tmp_path_factory.mktemp("copy"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "more", "packet", "page"),
    [
        ("site/watch.py", "further = 1", False, False),
        ("commands/packets.py", "further = 1", False, False),
        ("packets/run.py", "further = 1", False, False),
        ("site/rendering.py", "further = 1", False, True),
        ("packets/execute.py", "# further", False, False),
        ("packets/execute.py", "further = 1", True, False),
        ("engine/shell.py", "further = 1", True, False),
        ("widgets/plots.py", "further = 1", True, False),
        ("handouts/template/style.typ", "// further", True, False),
        ("static/site.css", "/* further */", False, True),
        ("static/search/page.js", "// further", False, False),
        ("static/table.js", "// further", True, False),
        ("static/view.js", "// further", True, False),
        ("static/shared/keys.js", "// further", True, True),
        ("packets/html_form.py", "further = 1", False, True),
        ("packets/html_form.html.j2", "{# further #}", False, True),
        ("static/html_form/panel.js", "// further", False, True),
        ("static/form/field.js", "// further", False, True),
    ],
)
def test_only_code_that_makes_packets_makes_them_again(
    package: Path, path: str, more: str, packet: bool, page: bool
) -> None:
    with longer(package / path, f"\n{more}\n"):
        assert (packet_code([], package) != packet_code([])) is packet
        assert (page_code(package) != page_code()) is page


@pytest.mark.long
def test_code_that_only_a_template_uses_counts_for_its_packets(tmp_path: Path) -> None:
    source = "%matplotlib inline\nimport prepkit as pk\npk.cohort_plot()\nfrom prepkit import site"
    template = read_template(write_template(tmp_path / "template.ipynb", source))
    assert template.used == ("prepkit.site", "prepkit.widgets.cohort_views")
    assert packet_code(template.used) != packet_code([])


@pytest.mark.long
def test_a_page_is_made_again_when_its_own_code_has_changed(
    roster: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = ("ipynb", "html")
    built(roster, options, formats=formats, only=("ada",))
    built(roster, options, only=("bob",))
    assert reasons(planned(roster, options, formats=formats)) == {
        "bob": "incomplete",
        "cleo": "new",
    }
    monkeypatch.setattr("prepkit.packets.plan.page_code", lambda: "other code")
    plan = planned(roster, options, formats=formats)
    assert reasons(plan) == {"ada": "changed", "bob": "incomplete", "cleo": "new"}
    assert [job.is_current for job, _ in plan.jobs] == [False, True, False]
    assert reasons(planned(roster, options, formats=("ipynb",))) == {"cleo": "new"}
    # What is added to a packet leaves its page what it was.
    plan = planned(roster, options, formats=("ipynb", "pdf"), only=("ada",))
    assert [(job.is_current, job.page_code) for job, _ in plan.jobs] == [(True, page_code())]


@pytest.mark.long
def test_a_page_to_fill_in_is_made_again_like_a_page_to_read(
    roster: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = ("html-form",)
    built(roster, options, formats=formats)
    assert Path("out/ada-fill-in.html").exists()
    assert reasons(planned(roster, options, formats=formats)) == {}
    monkeypatch.setattr("prepkit.packets.plan.page_code", lambda: "other code")
    plan = planned(roster, options, formats=formats)
    assert set(reasons(plan).values()) == {"changed"}
    assert all(job.signing_key == b"" for job, _ in plan.jobs)


@pytest.mark.long
def test_a_packet_without_questions_lacks_no_form(roster: Path, options: Options) -> None:
    scribes = Scribes()
    scribes.always = {
        "questions": (),
        "files": {"ada.ipynb": "", "bob.ipynb": "", "cleo.ipynb": ""},
    }
    build_packets(planned(roster, options, formats=("ipynb",)), scribes)
    formats = ("ipynb", "fill-in", "html-form")
    assert reasons(planned(roster, options, formats=formats)) == {}
    assert set(reasons(planned(roster, options, formats=("html",))).values()) == {"incomplete"}


@pytest.mark.long
def test_a_packets_questions_are_those_whose_sheets_it_shows(tmp_path: Path) -> None:
    from prepkit.packets.execute import question_ids  # which loads papermill

    bank = load_bank()
    ids = [*bank][:3]
    cells = [new_markdown_cell("Sheets", id="text"), new_code_cell("", id="code")]
    for one in (*ids, ids[0]):
        bundle = Worksheet(bank[one])._repr_mimebundle_()
        cells[1].outputs.append(nbformat.v4.new_output("display_data", data=bundle))
    assert question_ids(new_notebook(cells=cells)) == tuple(ids)


def test_a_job_knows_only_files_of_its_student(template: Template) -> None:
    files = {"ada.pdf": "1", "../secret": "2", "bob.pdf": "3", "ada-fill-in.ipynb": "4"}
    job = new_job(ADA, template, a_config(), None, done("ada", files=files))
    assert job.written == {"ada.pdf": "1", "ada-fill-in.ipynb": "4"}
    assert not job.is_current
    again = new_job(ADA, template, a_config(), None, done("ada", key=job.key, files=files))
    assert again.is_current
    failed = done("ada", key=job.key, state="failed", retryable=True, files=files)
    assert not new_job(ADA, template, a_config(), None, failed).is_current


def test_a_bank_travels_whole_and_without_what_is_none_of_it(tmp_path: Path) -> None:
    import zipfile

    bank = tmp_path / ".hidden" / "bank"
    (bank / "questions/one").mkdir(parents=True)
    for name in ("categories.yaml", "companies.yaml", "questions/one/01-a.md"):
        (bank / name).write_text(name)
    (bank / "questions/one/.01-a.md.swp").write_text("no")
    (bank / "video.mp4").write_text("no")
    content = zipped(bank)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["categories.yaml", "companies.yaml", "questions/one/01-a.md"]
    for path in bank.rglob("*.md"):
        path.touch()
    assert zipped(bank) == content
    shipped = {path.name for path in shipped_folder().glob("questions/*/*.md")}
    with zipfile.ZipFile(io.BytesIO(zipped(shipped_folder()))) as archive:
        assert len(archive.namelist()) == len(shipped) + 2


# The manifest


def test_a_manifest_reads_what_it_has_written_and_the_last_word_counts(tmp_path: Path) -> None:
    output = LocalOutput(tmp_path / "out")
    manifest = Manifest(output)
    assert (manifest.date, manifest.outcomes) == (None, {})
    manifest.begin(DAY)
    manifest.begin(DAY)
    manifest.add(done("ada", state="failed", error="no luck"))
    manifest.add(done("ada"))
    manifest.begin(date(2027, 1, 1))
    again = Manifest(output)
    assert again.date == date(2027, 1, 1)
    assert again.outcomes == {"ada": done("ada")}
    assert len(output.lines(NAME)) == 1 + 2 + 2


@pytest.mark.parametrize(
    "torn",
    [
        b'{"student_id":"bob","key":"k","state":"do',
        b"",
        b"null",
        b"7",
        b'"format"',
        b'["format"]',
        b'{"format":"prepkit-packets","version":1,"date":"soon"}',
        b'{"format":"prepkit-packets","version":2,"date":"2030-01-01"}',
        b'{"format":null}',
        b'{"student_id":"../bob","key":"k","state":"done"}',
        b'{"student_id":"bob","key":"k","state":"done","spell":1}',
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b'{"student_id":"bob","key":"' + b"\x00" * 4096,
    ],
)
def test_a_torn_or_foreign_line_says_nothing_and_spoils_only_itself(
    torn: bytes, tmp_path: Path
) -> None:
    output = LocalOutput(tmp_path)
    manifest = Manifest(output)
    manifest.begin(DAY)
    manifest.add(done("ada"))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b"\n" + torn)
    manifest = Manifest(output)
    manifest.add(done("cleo"))
    again = Manifest(output)
    assert again.date == DAY
    assert set(again.outcomes) == {"ada", "cleo"}


texts = st.text(st.characters(codec="utf-8"))
an_outcome = st.builds(
    Outcome,
    student_id=st.from_regex(r"[a-z][a-z0-9]{0,20}", fullmatch=True),
    key=texts,
    state=st.sampled_from(["done", "failed"]),
    retryable=st.booleans(),
    error=texts,
    seconds=st.floats(0, 1e6),
    files=st.dictionaries(texts, texts, max_size=3),
    questions=st.lists(texts, max_size=3).map(tuple),
    notices=st.lists(texts, max_size=3).map(tuple),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@pytest.mark.long
@given(st.lists(an_outcome, max_size=5), st.dates())
def test_any_outcome_comes_back_as_it_was(found: list[Outcome], day: date) -> None:
    MemoryFileSystem.store.clear()
    output = RemoteOutput("memory://packets")
    manifest = Manifest(output)
    manifest.begin(day)
    for outcome in found:
        manifest.add(outcome)
    again = Manifest(RemoteOutput("memory://packets"))
    assert again.date == day
    assert again.outcomes == {outcome.student_id: outcome for outcome in found}


# Outputs


@pytest.fixture(params=["folder", "memory", "file"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> Output:
    """Return an empty place of each kind."""
    MemoryFileSystem.store.clear()
    places = {
        "folder": str(tmp_path / "out"),
        "memory": "memory://packets/spring",
        "file": f"file://{tmp_path}/remote",
    }
    return open_output(places[request.param])


def test_a_place_gives_back_what_was_put_there(output: Output) -> None:
    assert output.read("ada.pdf") is None
    assert output.names() == output.names("failed") == set()
    assert [line for line in output.lines("log.jsonl") if line] == []
    output.write("ada.pdf", b"one")
    output.write("ada.pdf", b"two")
    output.write("failed/ada.ipynb", b"{}")
    output.write(".run", b"1")
    for line in (b"a", b"b", b"c"):
        output.append("log.jsonl", line)
    assert output.read("ada.pdf") == b"two"
    assert [line for line in output.lines("log.jsonl") if line] == [b"a", b"b", b"c"]
    assert output.names() - {"log.jsonl"} == {"ada.pdf"}
    assert output.names("failed") == {"ada.ipynb"}
    output.remove("ada.pdf")
    output.remove("ada.pdf")
    assert output.read("ada.pdf") is None
    with output.scratch() as folder:
        assert list(folder.iterdir()) == []
        assert folder.is_absolute()
    assert not folder.exists()


def test_many_lines_stay_in_order(output: Output) -> None:
    lines = [f"line {number}".encode() for number in range(12)]
    for line in lines:
        output.append("log.jsonl", line)
    assert [line for line in output.lines("log.jsonl") if line] == lines


def test_a_new_file_is_put_and_the_same_one_is_not_written_again(output: Output) -> None:
    assert put(output, "ada.pdf", b"one", known=()) is None
    if isinstance(output, LocalOutput):
        before = (output.root / "ada.pdf").stat()
        assert put(output, "ada.pdf", b"one", known=()) is None
        after = (output.root / "ada.pdf").stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert put(output, "ada.pdf", b"two", known={content_digest(b"one")}) is None
    assert output.read("ada.pdf") == b"two"
    assert output.names() == {"ada.pdf"}


def test_a_file_that_somebody_has_changed_is_kept_under_another_name(output: Output) -> None:
    for number, text in enumerate((b"notes", b"more notes"), start=1):
        output.write("ada-fill-in.ipynb", text)
        kept = f"ada-fill-in (kept{' 2' if number == 2 else ''}).ipynb"
        assert put(output, "ada-fill-in.ipynb", b"new", known={content_digest(b"old")}) == kept
        assert output.read(kept) == text
        assert output.read("ada-fill-in.ipynb") == b"new"
    # A run that was killed here has kept it already.
    output.write("ada-fill-in.ipynb", b"notes")
    kept = "ada-fill-in (kept).ipynb"
    assert put(output, "ada-fill-in.ipynb", b"new", known={content_digest(b"old")}) == kept
    assert len(output.names()) == 3


def test_a_file_is_withdrawn_and_one_that_somebody_has_changed_is_kept(output: Output) -> None:
    output.write("ada.pdf", b"old")
    assert withdraw(output, "ada.pdf", known={content_digest(b"old")}) is None
    assert withdraw(output, "ada.pdf", known={content_digest(b"old")}) is None
    assert output.names() == set()
    output.write("ada.pdf", b"notes")
    assert withdraw(output, "ada.pdf", known={content_digest(b"old")}) == "ada (kept).pdf"
    assert output.names() == {"ada (kept).pdf"}
    assert output.read("ada (kept).pdf") == b"notes"


def test_what_a_killed_run_left_behind_is_removed_and_nothing_else(output: Output) -> None:
    for name in (".ada.pdf.123.tmp", ".ada.pdf.0123456789abcdef.tmp", ".mine.tmp", "ada.pdf"):
        output.write(name, b"x")
    if isinstance(output, LocalOutput):  # others have them all in one folder
        output.write("failed/.ada.ipynb.7.tmp", b"x")
    with output.locked():
        assert output.read(".ada.pdf.123.tmp") is None
        assert output.read(".ada.pdf.0123456789abcdef.tmp") is None
        assert output.read("failed/.ada.ipynb.7.tmp") is None
        output.write(".bob.pdf.7.tmp", b"x")
    assert output.read(".bob.pdf.7.tmp") is None
    assert (output.read(".mine.tmp"), output.read("ada.pdf")) == (b"x", b"x")


def test_leftovers_go_even_when_a_run_ends_badly(tmp_path: Path) -> None:
    def run() -> None:
        with LocalOutput(tmp_path / "out").locked():
            (tmp_path / "out/.scratch/tmp1").mkdir(parents=True)
            (tmp_path / "out/failed").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".lock"]


def test_a_second_run_in_one_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with LocalOutput(folder).locked():
        with pytest.raises(OutputError) as caught, LocalOutput(folder).locked():
            pass
        assert str(caught.value) == (
            f"Another run is writing to {folder}. Wait until it ends, or choose another folder"
            " with -o."
        )
    with LocalOutput(folder).locked():
        pass


def test_a_lock_that_is_no_lock_is_named(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("a file of some other program, and long enough for one\n" * 99)
    with pytest.raises(OutputError) as caught, LocalOutput(tmp_path).locked():
        pass
    assert str(caught.value) == f"{tmp_path / '.lock'} can't be written: file is not a database."


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    (tmp_path / "here").mkdir()
    (tmp_path / "here/failed").write_text("")
    message = (
        "The folder {} can't be made, because there is a file with this name: move the file, or"
        " choose another folder with -o."
    )
    for place, folder, act in (
        ("out", "out", lambda there: there.read(NAME)),
        ("out", "out", lambda there: there.write("a.pdf", b"")),
        ("out", "out", lambda there: there.append(NAME, b"")),
        ("out", "out", lambda there: there.scratch().__enter__()),
        ("out", "out", lambda there: there.locked().__enter__()),
        ("out/sub", "out/sub", lambda there: there.locked().__enter__()),
        ("here", "here/failed", lambda there: there.write("failed/a.ipynb", b"")),
    ):
        with pytest.raises(OutputError) as caught:
            act(LocalOutput(Path(place)))
        assert str(caught.value) == message.format(Path(folder))


def test_a_folder_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out/ada.pdf").mkdir(parents=True)
    reason = refusal((tmp_path / "out/ada.pdf").read_bytes)
    for output in (LocalOutput(tmp_path / "out"), RemoteOutput(f"file://{tmp_path}/out")):
        with pytest.raises(OutputError, match=rf"out[/\\]ada\.pdf can't be read: .*{reason}"):
            put(output, "ada.pdf", b"", known=())
        with pytest.raises(OutputError, match=r"out[/\\]ada\.pdf can't be removed: "):
            output.remove("ada.pdf")


def test_a_url_that_nothing_can_write_to_is_refused() -> None:
    for url in ("nowhere://x/y", "memroy://x"):
        with pytest.raises(OutputError, match=f"^{url} can't be written to: Protocol not known"):
            open_output(url)


def test_a_url_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    url = f"zip://packets::{tmp_path}/missing.zip"
    with pytest.raises(OutputError, match=r"^zip://.* can't be written to: .*missing\.zip"):
        open_output(url)


def test_every_failure_of_a_remote_place_is_explained(tmp_path: Path) -> None:
    # A file system that can only read, and that has nothing to read.
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w"):
        pass
    output = RemoteOutput(f"zip://packets::{tmp_path}/a.zip")
    with pytest.raises(OutputError, match=r"^zip://.*/ada\.pdf can't be written: "):
        output.write("ada.pdf", b"")


# Plans


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return write_roster(
        tmp_path / "roster.csv", "ada,Ada Marin", "bob,Bob Stern", "cleo,Cleo Faris"
    )


@pytest.fixture
def options(template: Template) -> Options:
    return Options(template=template.path)


class Scribes(Executor):
    """Workers that write a packet's files without running anything.

    Parameters
    ----------
    outcomes
        By student, what becomes of one attempt after the other; then it is done.
    """

    slots = 1

    def __init__(self, **outcomes: list[dict[str, Any]]) -> None:
        self.outcomes = outcomes
        self.always: dict[str, Any] = {}
        """What else is said of every packet that is done."""
        self.asked: list[str] = []
        self.is_open = True

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        """Make a packet at once, or let it fail."""
        future: Future[Outcome] = Future()
        future.set_result(self._outcome(*arguments))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Note that the run has ended."""
        self.is_open = False

    def death(self, error: BaseException) -> str:
        """Take one error for a worker's death."""
        return "the worker has died" if isinstance(error, EOFError) else ""

    def _outcome(self, job: Job, config: RunConfig) -> Outcome:
        output = open_output(config.output)
        student = job.student.student_id
        self.asked.append(student)
        assert output.read(RUN) == config.run.encode()
        coming = self.outcomes.get(student, [])
        if coming:
            return Outcome(student_id=student, key=job.key, state="failed", **coming.pop(0))
        files = {}
        for name in file_names(student, config.formats).values():
            output.write(name, job.key.encode())
            files[name] = content_digest(job.key.encode())
        files = {**job.written, **files} if job.is_current else files
        values = {"questions": ("technical-leadership/01",), "files": files} | self.always
        values["page_code"] = job.page_code
        return Outcome(student_id=student, key=job.key, state="done", **values)


def planned(roster: Path, options: Options, **changes: Any) -> RunPlan:
    return plan_packets(roster, "out", replace(options, **changes), today=DAY)


def built(
    roster: Path, options: Options, *, failures: Mapping[str, Any] | None = None, **changes: Any
) -> RunReport:
    plan = planned(roster, options, **changes)
    return build_packets(plan, Scribes(**(failures or {})))


def reasons(plan: RunPlan) -> dict[str, str]:
    return {job.student.student_id: reason for job, reason in plan.jobs}


@pytest.mark.long
def test_a_plan_says_what_is_to_be_made_and_why(
    tmp_path: Path, roster: Path, options: Options
) -> None:
    plan = planned(roster, options)
    assert reasons(plan) == {"ada": "new", "bob": "new", "cleo": "new"}
    assert plan.lines == ("3 students, 3 packets to make: 3 new",)
    assert not (tmp_path / "out").exists()
    failures = {
        "bob": [{"retryable": True, "error": "killed"}] * 2,
        "cleo": [{"error": "In [2]: KeyError: 'x'"}],
    }
    built(roster, options, failures=failures)
    plan = planned(roster, options)
    assert reasons(plan) == {"bob": "did not finish"}
    assert plan.not_again == ("cleo",)
    assert plan.lines == (
        "3 students, 1 packet to make: 1 did not finish",
        "Failed before, so not tried again (unless you add --retry-failed): cleo",
    )
    plan = planned(roster, options, retry_failed=True)
    assert reasons(plan) == {"bob": "did not finish", "cleo": "failed before"}
    built(roster, options, retry_failed=True)
    assert planned(roster, options).lines == ("3 students, no packets to make",)
    (tmp_path / "out/ada.pdf").unlink()
    write_roster(roster, "ada,Ada Marin", "bob,Bobby Stern", "dan,Dan Ito")
    plan = planned(roster, options)
    assert reasons(plan) == {"ada": "incomplete", "bob": "changed", "dan": "new"}
    assert plan.left == ("cleo",)
    assert plan.lines == (
        "3 students, 3 packets to make: 1 incomplete, 1 changed, 1 new",
        "No longer in the roster; their packets stay as they are: cleo",
    )


@pytest.mark.long
def test_packets_are_made_again_when_another_key_signs_and_never_when_it_is_the_same(
    roster: Path, options: Options
) -> None:
    keys = new_key()
    built(roster, options, keys=keys)
    assert reasons(planned(roster, options, keys=keys)) == {}
    plan = planned(roster, options, keys=new_key())
    assert set(reasons(plan).values()) == {"changed"}
    assert {job.signing_key for job, _ in plan.jobs}.isdisjoint(
        {keys.student_key(student, DAY.isoformat()) for student in ("ada", "bob", "cleo")}
    )


@pytest.mark.long
def test_a_job_takes_to_other_machines_only_what_signs_for_its_student(
    roster: Path, options: Options
) -> None:
    keys = new_key()
    plan = planned(roster, options, keys=keys)
    for job, _ in plan.jobs:
        assert job.signing_key == keys.student_key(job.student.student_id, DAY.isoformat())
        assert job.signing_key.hex() not in repr(job)
        assert str(job.signing_key) not in repr(job)
    secret = keys._keys[0]
    assert secret not in pickle.dumps((plan.jobs, plan.config))


@pytest.mark.long
def test_a_format_that_is_missing_is_made_and_one_that_is_there_is_no_reason(
    roster: Path, options: Options
) -> None:
    built(roster, options)
    assert reasons(planned(roster, options, formats=("pdf",))) == {}
    assert set(reasons(planned(roster, options, formats=("html",))).values()) == {"incomplete"}
    plan = planned(roster, options, formats=("html",))
    assert all(job.is_current for job, _ in plan.jobs)


@pytest.mark.long
def test_a_packet_that_a_killed_run_was_writing_is_made_again(
    roster: Path, options: Options
) -> None:
    built(roster, options)
    LocalOutput(Path("out")).write(f"{WRITTEN}/bob", b"0 bob.pdf")
    plan = planned(roster, options)
    assert reasons(plan) == {"bob": "incomplete"}
    assert not plan.jobs[0][0].is_current
    build_packets(plan, Scribes())
    assert reasons(planned(roster, options)) == {}
    assert not Path("out", WRITTEN).exists()


@pytest.mark.long
def test_packets_keep_their_date_until_another_is_asked_for(roster: Path, options: Options) -> None:
    built(roster, options)
    later = date(2026, 12, 9)
    plan = plan_packets(roster, "out", options, today=later)
    assert plan.lines == (
        "3 students, no packets to make",
        "The packets are dated 1 December 2026, like those already there (--date changes it)",
    )
    plan = plan_packets(roster, "out", replace(options, day=later), today=later)
    assert plan.lines == ("3 students, 3 packets to make: 3 changed",)
    build_packets(plan, Scribes())
    assert plan_packets(roster, "out", options, today=later).lines == (
        "3 students, no packets to make",
    )


def test_past_interviews_are_named_once(tmp_path: Path, options: Options) -> None:
    rows = [f"s{number},Student {number},2026-11-30" for number in range(1, 25)]
    rows.append("later,A Student,2026-12-01")
    path = write_roster(tmp_path / "r.csv", *rows, columns="student_id,name,interview_date")
    first = ", ".join(f"s{number}" for number in range(1, 21))
    assert planned(path, options).lines == (
        "25 students, 25 packets to make: 25 new",
        f"Interview before the date of the packets, 1 December 2026: {first} and 4 more",
    )


@pytest.mark.long
def test_only_some_students_are_made_and_the_others_stay(roster: Path, options: Options) -> None:
    report = built(roster, options, only=("bob",))
    assert [outcome.student_id for outcome in report.made] == ["bob"]
    assert planned(roster, options, only=("bob",)).lines == ("1 student, no packets to make",)
    page = Path("out/index.html").read_text()
    assert "3 students: 1 ready, 2 not made yet" in page
    assert all(name in page for name in ("Ada Marin", "Bob Stern", "Cleo Faris"))


def test_unknown_ids_are_refused_all_at_once_with_the_nearest(
    tmp_path: Path, options: Options
) -> None:
    roster = write_roster(tmp_path / "r.csv", "ada-01,A", "ada-02,B", "bob-01,C")
    with pytest.raises(PrepkitError) as caught:
        planned(roster, options, only=("ada-1", "bob-01", "xyz"))
    assert str(caught.value) == (
        "--only ada-1: the roster has no student with this id; did you mean 'ada-01' or 'ada-02'?\n"
        "--only xyz: the roster has no student with this id"
    )


def test_collected_answers_reach_the_job_and_change_its_key(
    tmp_path: Path, roster: Path, options: Options
) -> None:
    folder = tmp_path / "answers"
    before = {job.student.student_id: job.key for job, _ in planned(roster, options).jobs}
    store = AnswerStore(folder / "ada.sqlite")
    store.save("technical-leadership/01", "task", "Mine.", based_on=0)
    store = AnswerStore(folder / "bob.sqlite")
    store.load()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    jobs = {job.student.student_id: job for job, _ in planned(roster, options, answers=folder).jobs}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert "Mine." in (jobs["ada"].answers or "")
    assert jobs["bob"].answers is None
    assert [name for name, job in jobs.items() if job.key != before[name]] == ["ada"]
    assert jobs["ada"].parameters["answers_file"] == "answers.json"


# Runs


@pytest.mark.long
def test_a_report_says_what_was_made(roster: Path, options: Options) -> None:
    assert str(built(roster, options)) == (
        "out: 3 packets made; see index.html and summary.csv there"
    )
    assert str(built(roster, options)) == (
        "out: nothing to do, all packets are up to date; see index.html and summary.csv there"
    )


@pytest.mark.long
def test_a_report_says_who_failed_and_why(roster: Path, options: Options) -> None:
    failures = {
        "ada": [{"error": "In [2]: KeyError: 'x'"}],
        "cleo": [{"retryable": True, "error": "killed"}] * 2,
    }
    report = built(roster, options, failures=failures)
    assert str(report) == (
        "out: 1 packet made; see index.html and summary.csv there\n"
        "2 packets failed:\n"
        "  ada: In [2]: KeyError: 'x'\n"
        "  cleo: killed\n"
        "To see what happened, open the notebooks in out/failed. A packet is tried again when you"
        " change the template or the student's row in the roster, or with --retry-failed.\n"
        "Run the same command again to retry what did not finish."
    )
    assert str(built(roster, options)) == (
        "out: 1 packet made; see index.html and summary.csv there\n"
        "1 packet failed:\n"
        "  ada: In [2]: KeyError: 'x'\n"
        "To see what happened, open the notebooks in out/failed. A packet is tried again when you"
        " change the template or the student's row in the roster, or with --retry-failed."
    )


def test_a_report_lists_a_score_of_reasons_and_counts_the_rest(
    tmp_path: Path, options: Options
) -> None:
    path = write_roster(tmp_path / "r.csv", *(f"s{number},S" for number in range(30)))
    failures = {f"s{number}": [{"error": f"no {number}"}] for number in range(30)}
    lines = str(built(path, options, failures=failures)).splitlines()
    assert lines[:2] == [
        "out: no packets made; see index.html and summary.csv there",
        "30 packets failed:",
    ]
    assert lines[21:23] == ["  s19: no 19", "  and 10 more: see index.html"]


def test_a_report_says_once_what_failed_for_everybody(tmp_path: Path, options: Options) -> None:
    path = write_roster(tmp_path / "r.csv", *(f"s{number},S" for number in range(30)))
    failures = {f"s{number}": [{"error": "no"}] for number in range(29)}
    failures["s29"] = [{"error": "another"}]
    lines = str(built(path, options, failures=failures)).splitlines()
    assert lines[1:4] == [
        "30 packets failed:",
        "  s0, s1, s2, s3, s4 and 24 more: no",
        "  s29: another",
    ]


@pytest.mark.long
def test_a_report_says_what_else_a_coach_should_know(roster: Path, options: Options) -> None:
    plan = planned(roster, options)
    scribes = Scribes()
    scribes.always = {"questions": (), "notices": ("an emoji is left out",)}
    assert str(build_packets(plan, scribes)) == (
        "out: 3 packets made; see index.html and summary.csv there\n"
        "No notebooks to fill in were made, because the template shows no worksheets.\n"
        "There are notes on 3 packets: see index.html."
    )
    page = Path("out/index.html").read_text()
    assert page.count("an emoji is left out") == 3
    assert reasons(planned(roster, options)) == {}


@pytest.mark.long
@pytest.mark.parametrize(
    ("formats", "what"),
    [
        (("html-form",), "web pages to fill in"),
        (("ipynb", "fill-in", "html-form"), "notebooks or web pages to fill in"),
    ],
    ids=["pages", "both"],
)
def test_a_report_says_that_there_is_nothing_to_fill_in(
    roster: Path, options: Options, formats: tuple[str, ...], what: str
) -> None:
    scribes = Scribes()
    scribes.always = {"questions": ()}
    report = build_packets(planned(roster, options, formats=formats), scribes)
    assert str(report).splitlines()[1:] == [
        f"No {what} were made, because the template shows no worksheets."
    ]


def test_an_accident_is_tried_once_more_and_no_other_failure(
    roster: Path, options: Options
) -> None:
    plan = planned(roster, options)
    ada: dict[str, Any] = {"retryable": True, "error": "killed"}
    scribes = Scribes(ada=[ada], bob=[{"error": "no"}])
    seen: list[str] = []
    report = build_packets(plan, scribes, progress=lambda outcome: seen.append(outcome.student_id))
    assert scribes.asked == ["ada", "bob", "cleo", "ada"]
    assert seen == ["bob", "cleo", "ada"]
    assert [outcome.student_id for outcome in report.failed] == ["bob"]


@pytest.mark.long
def test_a_fatal_outcome_stops_the_run_with_its_message(roster: Path, options: Options) -> None:
    plan = planned(roster, options)
    scribes = Scribes(bob=[{"retryable": True, "aborts_run": True, "error": "Disk full."}])
    with pytest.raises(PrepkitError, match=r"^Disk full\.$"):
        build_packets(plan, scribes)
    assert scribes.asked == ["ada", "bob"]
    assert reasons(planned(roster, options)) == {"bob": "did not finish", "cleo": "new"}
    assert not Path("out", RUN).exists()


@pytest.mark.long
def test_an_interrupted_run_says_how_to_continue(roster: Path, options: Options) -> None:
    plan = planned(roster, options)

    class Interrupted(Scribes):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
            if self.asked:
                raise KeyboardInterrupt
            return super().submit(function, *arguments)

    report = build_packets(plan, Interrupted())
    assert report.interrupted
    assert str(report) == (
        "out: 1 packet made; see index.html and summary.csv there\n"
        "Interrupted with 2 packets left to make: run the same command again to continue."
    )
    assert reasons(planned(roster, options)) == {"bob": "new", "cleo": "new"}


class Mortals(Scribes):
    """Workers of which some die, or fail in another way, at a student."""

    def __init__(self, **errors: Exception) -> None:
        super().__init__()
        self.errors = errors

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        """Make a packet at once, or raise the student's error."""
        error = self.errors.get(arguments[0].student.student_id)
        if error is None:
            return super().submit(function, *arguments)
        self.asked.append(arguments[0].student.student_id)
        future: Future[Outcome] = Future()
        future.set_exception(error)
        return future


@pytest.mark.long
def test_a_worker_that_dies_fails_its_own_job_alone(roster: Path, options: Options) -> None:
    workers = Mortals(bob=EOFError())
    report = build_packets(planned(roster, options), workers)
    assert workers.asked == ["ada", "bob", "cleo", "bob"]
    assert not workers.is_open
    assert [(one.student_id, one.error, one.retryable) for one in report.failed] == [
        ("bob", "the worker has died", True)
    ]
    assert reasons(planned(roster, options)) == {"bob": "did not finish"}


def test_workers_that_cannot_do_their_work_end_the_run(roster: Path, options: Options) -> None:
    workers = Mortals(bob=ModuleNotFoundError("no prepkit"))
    with pytest.raises(PrepkitError) as caught:
        build_packets(planned(roster, options), workers)
    assert str(caught.value) == (
        "The workers can't make packets (ModuleNotFoundError: no prepkit): is prepkit installed on"
        " all machines?"
    )
    assert (workers.asked, workers.is_open) == (["ada", "bob"], False)


def test_manifests_of_the_first_version_are_read(roster: Path, options: Options) -> None:
    line = '{"student_id":"bob","key":"k","state":"failed","accident":true,"fatal":true}'
    Path("out").mkdir()
    Path("out", NAME).write_text(line)
    bob = Manifest(LocalOutput(Path("out"))).outcomes["bob"]
    assert (bob.retryable, bob.aborts_run) == (True, True)


def test_outcomes_are_dated_by_the_clock_that_is_given(roster: Path, options: Options) -> None:
    moment = datetime(2026, 12, 1, 12, tzinfo=UTC)
    plan = planned(roster, options)
    build_packets(plan, Scribes(), now=lambda: moment)
    outcomes = Manifest(LocalOutput(Path("out"))).outcomes
    assert {outcome.at for outcome in outcomes.values()} == {moment}


# The index and the summary


class Page(HTMLParser):
    """Collects a page's text and links, and fails where tags are not closed in order."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where a link leads."""
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add to the text."""
        self.text += data


HOSTILE = """<script>alert("1")</script> & 'Söhne' {day} %s"""


@pytest.fixture
def listed(tmp_path: Path) -> Output:
    """Return a place with an index of hostile students, one in each state."""
    output = LocalOutput(tmp_path / "out")
    students = [
        Student(
            student_id="ada", name=HOSTILE, companies=("Amazon",), interview_date=date(2027, 1, 9)
        ),
        Student(student_id="bob", name="-1+cmd", level="director", notes=HOSTILE),
        Student(student_id="cleo", name="Cleo"),
        Student(student_id="dan", name="Dan"),
    ]
    for name in ("ada.ipynb", "ada.pdf", "ada-fill-in.html", "failed/bob.ipynb", "evil.html"):
        output.write(name, b"x")
    manifest = Manifest(output)
    manifest.begin(DAY)
    names = ("ada.ipynb", "ada.pdf", "ada-fill-in.ipynb", "ada-fill-in.html", "evil.html")
    for outcome in (
        done("ada", files=dict.fromkeys(names, ""), questions=("a/01", "b/02"), notices=(HOSTILE,)),
        done("bob", state="failed", error=f"=1+1 {HOSTILE}"),
        done("cleo", state="failed", retryable=True, error="killed"),
    ):
        manifest.add(outcome)
    assert write_index(output, manifest, students, a_config()) == ()
    return output


def test_the_index_escapes_what_is_in_it_and_its_links_lead_somewhere(listed: LocalOutput) -> None:
    html = (listed.root / "index.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(html)
    assert page.open == []
    assert "<script" not in html
    assert page.text.count(HOSTILE) == 3
    links = ["summary.csv", "ada.ipynb", "ada.pdf", "ada-fill-in.html", "failed/bob.ipynb"]
    assert page.links == links
    assert all((listed.root / unquote(link)).is_file() for link in page.links)
    assert "4 students: 1 ready, 2 failed, 1 not made yet" in page.text
    assert "1 December 2026" in page.text
    assert "9 January 2027" in page.text


def test_no_cell_of_the_summary_is_a_formula(listed: LocalOutput) -> None:
    content = (listed.root / "summary.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # so that spreadsheet programs see UTF-8
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["state"] for row in rows] == ["ready", "failed", "failed", "not made yet"]
    assert rows[0]["name"] == HOSTILE
    assert rows[0]["questions"] == "a/01; b/02"
    assert rows[1]["name"] == "'-1+cmd"
    assert rows[1]["error"] == f"=1+1 {HOSTILE}".join(["'", ""])
    assert rows[2]["error"] == "killed"


@pytest.mark.long
def test_a_page_that_the_coach_has_changed_is_kept(roster: Path, options: Options) -> None:
    built(roster, options)
    mine = "student_id,name,sent on\nada,Ada,yesterday\n"
    Path("out/summary.csv").write_text(mine)
    report = built(roster, options)
    assert report.kept == ("summary (kept).csv",)
    assert str(report).splitlines()[1] == (
        "A page that you had changed is kept as “summary (kept).csv”."
    )
    assert Path("out/summary (kept).csv").read_text() == mine
    assert "Ada Marin" in Path("out/summary.csv").read_text()
    assert built(roster, options).kept == ()


@pytest.mark.long
def test_pages_of_earlier_runs_are_replaced(roster: Path, options: Options) -> None:
    built(roster, options)
    first = Path("out/index.html").read_text()
    write_roster(roster, "ada,Ada Marin")
    built(roster, options)
    assert Path("out/index.html").read_text() != first
    write_roster(roster, "ada,Ada Marin", "bob,Bob Stern", "cleo,Cleo Faris")
    assert built(roster, options).kept == ()
    assert Path("out/index.html").read_text() == first
    assert not list(Path("out").glob("*kept*"))


# The command


def test_a_dry_run_writes_nothing_at_all(
    tmp_path: Path, roster: Path, template: Template, capsys: pytest.CaptureFixture[str]
) -> None:
    store = AnswerStore(students_folder(user_folder()) / "ada.sqlite")
    store.save("technical-leadership/01", "task", "Mine.", based_on=0)

    def everything() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    before = everything()
    command = ["packets", "roster.csv", "-o", "out", "--template", "template.ipynb", "--dry-run"]
    assert main(command) == 0
    assert capsys.readouterr() == (
        "ada  new\nbob  new\ncleo  new\n",
        "3 students, 3 packets to make: 3 new\n",
    )
    assert everything() == before


def test_students_named_one_option_at_a_time_are_all_meant(
    roster: Path, template: Template, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["packets", "roster.csv", "-o", "out", "--template", "template.ipynb", "--dry-run"]
    assert main([*command, "--only", "ada", "--only", "cleo"]) == 0
    assert capsys.readouterr().out == "ada  new\ncleo  new\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "docx"], "'docx': choose from ipynb, pdf, fill-in, html"),
        (["--format", "pdf,,x"], "'', 'x': choose from ipynb, pdf, fill-in, html"),
        (["--workers", "0"], "'0' is not a whole number of 1 or more"),
        (["--seconds", "0.5"], "'0.5' is not a whole number of 1 or more"),
        (["--date", "1.12.2026"], "'1.12.2026' is not a date: write it as in 2026-01-31"),
        (["-o", ""], "give a folder, or a URL such as s3://bucket/spring"),
        (["--workers", "2", "--scheduler", "tcp://x:1"], "not allowed with argument --workers"),
    ],
)
def test_a_wrong_command_is_explained(
    words: list[str], message: str, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["packets", "roster.csv", "-o", "out", *words])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv"], "none.csv"),
        (["roster.csv", "--template", "none.ipynb"], "The template none.ipynb: no such file."),
        (["roster.csv", "--bank", "none"], "none: no such folder"),
        (
            ["roster.csv", "--only", "adaa"],
            "--only adaa: the roster has no student with this id; did you",
        ),
        (["roster.csv", "-o", "nowhere://x"], "nowhere://x can't be written to: Protocol not kn"),
    ],
)
def test_wrong_input_is_explained_and_nothing_is_written(
    words: list[str],
    message: str,
    tmp_path: Path,
    roster: Path,
    template: Template,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert main(["packets", "-o", "out", "--template", "template.ipynb", *words]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert sorted(tmp_path.rglob("*")) == before
