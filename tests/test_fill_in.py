"""The fill-in notebook: what is in it, that it is safe, and that it is the same each time."""

from __future__ import annotations

import ast

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbformat import NotebookNode

from prepkit.answers.signatures import sign
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Student

ADA = Student(student_id="ada", name="Ada Marin")
QUESTIONS = ["technical-leadership/06", "leading-people/01"]


def cell(nb: NotebookNode, name: str) -> NotebookNode:
    found: NotebookNode
    (found,) = [each for each in nb.cells if each.id == name]
    return found


def shown(nb: NotebookNode) -> str:
    """Return the text of the first cell as a reader sees it."""
    html = MarkdownIt().render(cell(nb, "welcome").source)
    return BeautifulSoup(html, "html.parser").get_text()


def test_it_greets_the_student_says_what_to_do_and_brings_back_what_was_written() -> None:
    nb = fill_in_notebook(ADA, QUESTIONS)
    nbformat.validate(nb)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)
    assert [each.id for each in nb.cells] == [
        "welcome",
        "load",
        "question-1",
        "form-1",
        "question-2",
        "form-2",
        "send-it-back",
        "hand-in",
    ]
    assert shown(nb) == (
        "Ada Marin: 2 questions to answer\n"
        "Each time you open this notebook, choose Run > Run All Cells. Then write in the forms "
        "below: everything is saved as you type. When you are done, save this notebook and send "
        "the file back to your coach.\n"
    )
    assert cell(nb, "load").source == (
        "import prepkit as pk\n"
        "\n"
        "bank, store = pk.load_bank(), pk.student_store('ada')\n"
        "questions = [\n"
        "    bank['technical-leadership/06'],\n"
        "    bank['leading-people/01'],\n"
        "]\n"
        "hand_in = pk.HandIn(\n"
        "    store,\n"
        "    questions,\n"
        "    student_id='ada',\n"
        ")"
    )
    assert cell(nb, "form-2").source == "hand_in.form('leading-people/01')"
    assert cell(nb, "hand-in").source == "hand_in"
    assert nb.metadata.prepkit == {"student_id": "ada", "questions": QUESTIONS, "version": 1}


def test_a_signed_notebook_says_for_which_run_it_was_made() -> None:
    nb = fill_in_notebook(ADA, QUESTIONS, run="2026-12-01", signing_key=b"key")
    assert nb.metadata.prepkit == {
        "student_id": "ada",
        "questions": QUESTIONS,
        "version": 1,
        "run": "2026-12-01",
        "signature": sign(b"key", QUESTIONS),
    }
    assert cell(nb, "load").source.endswith(
        "hand_in = pk.HandIn(\n"
        "    store,\n"
        "    questions,\n"
        "    student_id='ada',\n"
        "    run='2026-12-01',\n"
        f"    signature={sign(b'key', QUESTIONS)!r},\n"
        ")"
    )


def test_a_cell_that_shows_a_form_cannot_be_deleted_or_edited_by_a_slip() -> None:
    nb = fill_in_notebook(ADA, QUESTIONS)
    for each in nb.cells:
        if each.cell_type == "code":
            assert each.metadata == {
                "deletable": False,
                "editable": False,
                "jupyter": {"source_hidden": True},
            }
            assert (each.outputs, each.execution_count) == ([], None)


def test_a_bank_of_the_coach_lies_beside_the_notebook() -> None:
    nb = fill_in_notebook(ADA, QUESTIONS, bank_folder="/home/coach/my bank")
    assert cell(nb, "load").source.startswith(
        "from pathlib import Path\n"
        "\n"
        "import prepkit as pk\n"
        "\n"
        "bank, store = pk.load_bank(Path('my bank')), pk.student_store('ada')\n"
    )
    assert shown(nb).endswith(
        "\nKeep this notebook in the same place as the folder my bank, which came with it.\n"
    )
    assert "/home" not in nbformat.writes(nb)


def test_one_question_is_called_one() -> None:
    assert shown(fill_in_notebook(ADA, QUESTIONS[:1])).startswith("Ada Marin: 1 question to answer")


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (nbformat.writes(fill_in_notebook(ADA, QUESTIONS)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "name",
    [
        "Ada <script>alert(1)</script>",
        "[Ada](javascript:alert(1))",
        "*Ada* _Marin_ `x` # ~~y~~",
        "Ada\n\n# Marin",
        r"$Ada$ \(x\) \begin{x}",
        "1. Ada & Zoë O'Brien-Marin",
        "![x](http://host.example/x.png) http://host.example",
    ],
)
def test_a_name_is_shown_as_it_is_and_is_no_markup(name: str) -> None:
    nb = fill_in_notebook(Student(student_id="ada", name=name), QUESTIONS)
    html = BeautifulSoup(MarkdownIt().render(cell(nb, "welcome").source), "html.parser")
    heading = html.find("h1")
    assert heading is not None
    assert heading.get_text() == f"{' '.join(name.split())}: 2 questions to answer"
    assert {each.name for each in heading.find_all()} <= {"span"}


@pytest.mark.long
@given(st.text(min_size=1), st.text(st.characters(exclude_characters="/\0\r\n")))
def test_no_text_becomes_code(question: str, folder: str) -> None:
    nb = fill_in_notebook(ADA, [question], bank_folder=folder)
    for name in ("load", "form-1", "hand-in"):
        calls = [each for each in ast.walk(ast.parse(cell(nb, name).source)) if is_call(each)]
        expected = {"load": {"load_bank", "student_store", "HandIn", "Path"}, "form-1": {"form"}}
        assert {called(each) for each in calls} <= expected.get(name, set())


def is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call)


def called(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
