"""The notebook that a student fills in at home: one live form per question, and a way back."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from prepkit.records import Student


def fill_in_notebook(
    student: Student, question_ids: Sequence[str], *, bank_folder: str = ""
) -> NotebookNode:
    """Return the notebook for a student to write the answers to some questions in.

    Its metadata name the student and the questions, for `prepkit answers collect`.

    Parameters
    ----------
    student
        Whom it is for.
    question_ids
        The questions, in the order in which they are shown.
    bank_folder
        The folder of the coach's own question bank, which must lie beside the notebook when it is
        opened; empty for the bank that comes with prepkit.

    Returns
    -------
    nbformat.NotebookNode
        A notebook without outputs; the same for the same arguments.
    """
    folder = Path(bank_folder).name
    count = len(question_ids)
    cells = [
        new_markdown_cell(_welcome(student.name, count, folder), id="welcome"),
        _fixed_cell(_load(student.student_id, question_ids, folder), "load"),
    ]
    for number, question in enumerate(question_ids, start=1):
        cells += [
            new_markdown_cell(f"## Question {number} of {count}", id=f"question-{number}"),
            _fixed_cell(f"hand_in.form({question!r})", f"form-{number}"),
        ]
    cells += [
        new_markdown_cell(_GOODBYE, id="send-it-back"),
        _fixed_cell("hand_in", "hand-in"),
    ]
    nb: NotebookNode = new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "prepkit": {
                "student_id": student.student_id,
                "questions": list(question_ids),
                "version": 1,
            },
        },
    )
    return nb


_GOODBYE = """## Send it back

Save this notebook with the button below, or with *File > Save Notebook*, and send the file to \
your coach. You can go on writing, and send it again, as often as you like."""


def _fixed_cell(source: str, name: str) -> NotebookNode:
    """Return a cell that shows a form: no code to read, to change, or to cut by a slip."""
    metadata = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}}
    cell: NotebookNode = new_code_cell(source, id=name, metadata=metadata)
    return cell


def _welcome(name: str, count: int, folder: str) -> str:
    questions = "a question" if count == 1 else f"{count} questions"
    text = (
        f"# {_as_typed(name)}: {questions} to answer\n\n"
        "Choose *Run > Run All Cells*, now and whenever you open this notebook, and write in the "
        "forms below: everything is saved as you type. When you are done, save this notebook and "
        "send the file back to your coach."
    )
    if folder:
        text += (
            f"\n\nThe folder *{_as_typed(folder)}*, which came with this notebook, must lie beside"
            " it."
        )
    return text


def _load(student_id: str, question_ids: Sequence[str], folder: str) -> str:
    bank = f"pk.load_bank(Path({folder!r}))" if folder else "pk.load_bank()"
    return "\n".join(
        [
            *(["from pathlib import Path", ""] if folder else []),
            "import prepkit as pk",
            "",
            f"bank, store = {bank}, pk.AnswerStore()",
            "questions = [",
            *(f"    bank[{question!r}]," for question in question_ids),
            "]",
            f"hand_in = pk.HandIn(store, questions, student_id={student_id!r})",
        ]
    )


def _as_typed(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line.

    Entities are read by every renderer, and none takes them for markup or HTML. A formula, which
    JupyterLab looks for in the page itself, doesn't reach across elements.
    """
    special = set(string.punctuation) - set("-.,'")
    entities = {each: f"&#{ord(each)};" for each in special}
    entities |= {each: f"<span>{entities[each]}</span>" for each in "$\\"}
    return "".join(entities.get(each, each) for each in " ".join(text.split()))
