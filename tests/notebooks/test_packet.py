"""The packet of a student: made by papermill itself, and printed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup

from prepkit.bank import load_bank
from prepkit.handouts import Layout, handout_pdf
from prepkit.forms import FORMS
from prepkit.answers import AnswerStore

STAR = FORMS["past-event"].names

PACKET = Path(__file__).parents[2] / "notebooks" / "coach" / "packet.ipynb"
HOSTILE = "<b>*x*</b> [a](b) $x$ # \\(y\\) <script>alert(1)</script>"
SECRET = "marzipan"  # a word that no question has
STUDENTS: dict[str, dict[str, Any]] = {
    "nobody": {},
    "director": {
        "student_id": "maya.okafor",
        "name": "Maya Okafor",
        "companies": ["Amazon", "Stripe", "Shopify", "UK Civil Service", "Google"],
        "level": "director",
        "interview_date": "2026-12-10",
        "date": "2026-11-24",
        "n_questions": 6,
        "notes": "Your stories are strong.\nMore of what came of it.",
    },
    "tomorrow": {
        "student_id": "tom",
        "name": "Tom",
        "companies": ["Netflix"],
        "level": "engineering manager",
        "interview_date": "2026-11-25",
        "date": "2026-11-24",
        "paper": "us-letter",
    },
    "late": {
        "student_id": "petra",
        "name": "Petra Pål",
        "companies": ["Shopify"],
        "categories": ["Leading people", "technical-leadership"],
        "interview_date": "2026-10-25",
        "date": "2026-11-24",
    },
    "hostile": {"student_id": "h", "name": HOSTILE, "notes": f"{HOSTILE}\n\n# {HOSTILE}"},
}


def made(folder: Path, parameters: dict[str, Any]) -> nbformat.NotebookNode:
    """Make a packet by papermill with the engine that makes packets: no kernel for each."""
    # Here, as it takes long and the fast tests need none of it.
    import papermill

    from prepkit.engine import client

    client.prepare(["prepkit", "matplotlib.pyplot"])
    nb: nbformat.NotebookNode = papermill.execute_notebook(
        PACKET,
        folder / "out.ipynb",
        parameters,
        engine_name="prepkit",
        progress_bar=False,
        cwd=folder,
    )
    return nb


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, nbformat.NotebookNode]:
    return {
        name: made(tmp_path_factory.mktemp(name), student) for name, student in STUDENTS.items()
    }


def outputs(nb: nbformat.NotebookNode) -> dict[str, list[Any]]:
    """Return what each cell shows, by the cell's id."""
    return {
        cell.id: [output.get("data", output) for output in cell.outputs]
        for cell in nb.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    }


def plain(nb: nbformat.NotebookNode, cell: str) -> str:
    return "\n".join(data["text/plain"] for data in outputs(nb)[cell])


def printed(nb: nbformat.NotebookNode, **options: Any) -> list[str]:
    """Return the text of each page of the PDF that a coach gets, of which nothing may be missing."""
    handout = handout_pdf(nb, Layout(date=date(2026, 11, 24), compact=True, **options))
    assert handout.notices == ()
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(handout.pdf)).pages]


def letters(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]", "", text)


@pytest.mark.long
def test_papermill_knows_every_parameter_with_its_type_and_what_it_is_for() -> None:
    import papermill

    parameters = papermill.inspect_notebook(PACKET)
    types = {name: one["inferred_type_name"] for name, one in parameters.items()}
    assert types == {
        "student_id": "str",
        "name": "str",
        "companies": "list",
        "level": "str",
        "categories": "list",
        "interview_date": "str",
        "n_questions": "int",
        "notes": "str",
        "date": "str",
        "answers_file": "str",
        "feedback_file": "str",
        "bank_folder": "str",
        "paper": "str",
    }
    assert all(len(one["help"]) > 10 for one in parameters.values())


def test_code_is_folded_away() -> None:
    nb = nbformat.read(PACKET, as_version=4)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    assert code[0].metadata["tags"] == ["parameters"]
    assert all(cell.metadata["jupyter"] == {"source_hidden": True} for cell in code)


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDENTS)
def test_a_packet_shows_its_parts_and_prints_nothing_by_the_way(
    name: str, packets: dict[str, nbformat.NotebookNode]
) -> None:
    shown = outputs(packets[name])
    assert all("text/plain" in data for each in shown.values() for data in each)
    always = ["welcome", "four-parts", "plan", "questions", "coverage", "sheets", "fill-in-name"]
    assert [cell for cell in always if not shown[cell]] == []
    student = STUDENTS[name]
    assert bool(shown["coach-note"]) == ("notes" in student)
    assert bool(shown["level"]) == ("level" in student)
    assert bool(shown["companies"]) == ("companies" in student)
    assert shown["answers"] == []
    assert len(shown["sheets"]) == student.get("n_questions", 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDENTS)
def test_a_packet_is_a_few_pages_and_a_sheet_for_each_question(
    name: str, packets: dict[str, nbformat.NotebookNode]
) -> None:
    student = STUDENTS[name]
    pages = printed(packets[name], student=student.get("name"))
    sheets = [number for number, text in enumerate(pages) if "WHY THIS IS ASKED" in text.upper()]
    count = student.get("n_questions", 5)
    assert sheets == [sheets[0] + 2 * number for number in range(count)]
    assert sheets[0] <= 4
    assert len(pages) == sheets[0] + 2 * count + 1
    assert pages[0].startswith("Your interview packet")
    assert "Send your answers back" in pages[-1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["director", "hostile"])
def test_every_word_of_a_packet_is_printed(
    name: str, packets: dict[str, nbformat.NotebookNode]
) -> None:
    everything = letters("".join(printed(packets[name])))
    for cell, shown in outputs(packets[name]).items():
        for data in shown if cell != "sheets" else []:
            page = BeautifulSoup(data.get("text/html", ""), "html.parser")
            for unseen in page(["style", "figure"]):
                unseen.extract()
            for word in page.get_text(" ").split():
                assert letters(word) in everything


@pytest.mark.slow
def test_a_name_is_never_markup(packets: dict[str, nbformat.NotebookNode]) -> None:
    pages = printed(packets["hostile"], student=HOSTILE)
    assert letters(HOSTILE) in letters(pages[0])
    html = [
        data["text/html"]
        for cell in ("welcome", "coach-note")
        for data in outputs(packets["hostile"])[cell]
    ]
    page = BeautifulSoup("".join(html), "html.parser")
    assert not page(["b", "a", "script"])
    assert page.get_text().count(HOSTILE) == 3


@pytest.mark.slow
def test_the_plan_fits_the_time_there_is(packets: dict[str, nbformat.NotebookNode]) -> None:
    assert "Thursday 10 December 2026, in 16 days." in plain(packets["director"], "plan")
    assert "Your interview is tomorrow" in plain(packets["tomorrow"], "plan")
    assert "was on Sunday 25 October 2026, before" in plain(packets["late"], "plan")
    assert "We don't know your interview date" in plain(packets["nobody"], "plan")


@pytest.mark.slow
def test_the_categories_that_are_given_are_the_only_ones(
    packets: dict[str, nbformat.NotebookNode],
) -> None:
    from prepkit.packets.execute import question_ids

    ids = question_ids(packets["late"])
    assert {one.partition("/")[0] for one in ids} == {"leading-people", "technical-leadership"}


@pytest.mark.slow
def test_the_paper_is_the_one_that_is_asked_for(
    packets: dict[str, nbformat.NotebookNode],
) -> None:
    page = pypdf.PdfReader(io.BytesIO(handout_pdf(packets["tomorrow"]).pdf)).pages[0]
    assert [round(side / 72, 1) for side in page.mediabox.upper_right] == [8.5, 11]


@pytest.mark.slow
def test_the_same_student_gets_the_same_packet(
    tmp_path: Path, packets: dict[str, nbformat.NotebookNode]
) -> None:
    again = made(tmp_path, STUDENTS["director"])
    assert outputs(again) == outputs(packets["director"])
    assert handout_pdf(again).pdf == handout_pdf(packets["director"]).pdf


def fill(path: Path) -> None:
    """Store a complete answer with remarks, and one that is started."""
    store = AnswerStore(path)
    for part in STAR:
        store.save("leading-people/01", part, f"{SECRET} " * 48, based_on=0)
    store.save("technical-leadership/02", "situation", f"A {SECRET} depot", based_on=0)


@pytest.mark.slow
def test_answers_are_counted_looked_at_and_printed_in_their_sheets(tmp_path: Path) -> None:
    fill(tmp_path / "ann.sqlite")
    student = {
        "student_id": "ann",
        "companies": ["Amazon"],
        "answers_file": str(tmp_path / "ann.sqlite"),
        "n_questions": 12,
    }
    nb = made(tmp_path, student)
    questions = plain(nb, "questions")
    assert "you have started it. Situation: 3 words, at least 20" in questions
    assert "Finish question" in plain(nb, "plan")
    assert "Action is short: 48 words (90\N{EN DASH}180 is typical)." in plain(nb, "answers")
    assert re.search(r"Leading people\s+10\s+1\s+0\s+9\s+192\b", plain(nb, "answers"))
    pages = printed(nb)
    assert sum(f"A {SECRET} depot" in page for page in pages) == 1


@pytest.mark.slow
def test_ticked_points_alone_are_no_answers_so_far(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "ann.sqlite")
    store.save("leading-people/01", "key_points", "Who was there", based_on=0)
    nb = made(tmp_path, {"student_id": "ann", "answers_file": str(tmp_path / "ann.sqlite")})
    assert outputs(nb)["answers"] == []


@pytest.mark.slow
def test_another_bank_may_be_used(tmp_path: Path) -> None:
    shipped = PACKET.parents[2] / "data"
    shutil.copy(shipped / "companies.yaml", tmp_path)
    (tmp_path / "categories.yaml").write_text(
        "- {slug: technical-leadership, title: Systems, icon: ⚙, description: How they grow.}\n"
    )
    one = shipped / "questions" / "technical-leadership"
    shutil.copytree(one, tmp_path / "questions" / "technical-leadership")
    nb = made(tmp_path, {"bank_folder": str(tmp_path), "level": "director"})
    assert len(outputs(nb)["sheets"]) == 5
    assert plain(nb, "questions").count("Systems Q") == 5


@pytest.mark.slow
def test_the_command_of_papermill_takes_a_list_as_one_text(tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(PACKET), str(out)]
    options = ["-p", "companies", "amazon; Stripe", "-p", "n_questions", "2", "-p", "name", "1984"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    nb = nbformat.read(out, as_version=4)
    assert "Companies: Amazon, Stripe" in plain(nb, "welcome")
    assert "For: 1984" in plain(nb, "welcome")
    assert len(outputs(nb)["sheets"]) == 2


@pytest.mark.slow
def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    import papermill

    with pytest.raises(papermill.PapermillExecutionError) as error:
        made(tmp_path, {"companies": "Amazn", "level": "boss", "date": "soon"})
    assert "The packet's parameters have 3 problems:" in error.value.evalue
    assert "companies: no company 'Amazn'; did you mean 'Amazon'?" in error.value.evalue


def test_the_questions_named_here_are_in_the_bank() -> None:
    bank = load_bank()
    assert {"leading-people/01", "technical-leadership/02"} <= set(bank)
