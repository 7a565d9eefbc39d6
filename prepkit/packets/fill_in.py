"""The notebook that a student fills in at home and sends back: one form per question."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prepkit.answers.signatures import sign
from prepkit.engine.private import GRAMMARS, without_module
from prepkit.practice.feedback import StudentFeedback
from prepkit.records import Student
from prepkit.text import pluralize

with without_module(GRAMMARS):
    from nbformat import NotebookNode
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def fill_in_notebook(
    student: Student,
    question_ids: Sequence[str],
    *,
    bank_folder: str = "",
    run: str = "",
    signing_key: bytes = b"",
    feedback: StudentFeedback | None = None,
    answers: Mapping[str, Any] | None = None,
) -> NotebookNode:
    """Return the notebook in which a student writes the answers to some questions.

    Its metadata name the student and the questions, for `prepkit answers collect`.

    Parameters
    ----------
    student
        The student it is for.
    question_ids
        The questions, in the order in which they are shown.
    bank_folder
        The folder of the coach's own question bank, which must be beside the notebook when it is
        opened; empty for the bank that comes with prepkit.
    run
        What the signature calls the run of packets that the notebook belongs to.
    signing_key
        The student's key of `CoachKeys.student_key`; empty for a notebook without a signature.
    feedback
        What is shown beside the answers, and can be replied to; None for nothing.
    answers
        What the student has handed in, as the JSON of an export: then the forms show it on a
        computer that doesn't have it, too.

    Returns
    -------
    nbformat.NotebookNode
        A notebook without outputs; the same for the same arguments.
    """
    folder = Path(bank_folder).name
    count = len(question_ids)
    signed = {"run": run, "signature": sign(signing_key, question_ids)} if signing_key else {}
    shown = {"feedback": feedback.model_dump_json()} if feedback else {}
    welcome = _welcome_back(student.name, feedback) if feedback else _welcome(student.name, count)
    cells = [
        new_markdown_cell(welcome + _beside(folder), id="welcome"),
        _fixed_cell(_load(student.student_id, question_ids, folder, signed | shown), "load"),
    ]
    for number, question in enumerate(question_ids, start=1):
        cells += [
            new_markdown_cell(f"## Question {number} of {count}", id=f"question-{number}"),
            *(
                [_fixed_cell(f"hand_in.feedback({question!r})", f"feedback-{number}")]
                * bool(feedback)
            ),
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
                **signed,
                **({"answers": answers} if answers else {}),
            },
        },
    )
    return nb


_GOODBYE = """## Send it back

Save this notebook with the button below, or with *File > Save Notebook*, and send the file to \
your coach. You can keep writing, and send it again as often as you like."""


def _fixed_cell(source: str, name: str) -> NotebookNode:
    """Return a cell that shows a form: its code is hidden, and can't be changed or deleted."""
    metadata = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}}
    cell: NotebookNode = new_code_cell(source, id=name, metadata=metadata)
    return cell


def _welcome(name: str, count: int) -> str:
    return (
        f"# {_as_typed(name)}: {pluralize(count, 'question')} to answer\n\n"
        "Each time you open this notebook, choose *Run > Run All Cells*. Then write in the forms "
        "below: everything is saved as you type. When you are done, save this notebook and send "
        "the file back to your coach."
    )


def _welcome_back(name: str, feedback: StudentFeedback) -> str:
    return (
        f"# {_as_typed(name)}: feedback on {pluralize(len(feedback.questions), 'answer')}\n\n"
        f"From {_as_typed(feedback.raters_text)}. "
        "Choose *Run > Run All Cells*. Each answer is below as you wrote it, with the comments "
        "next to the part that they are about. Change what you like, and reply to a comment if you "
        "want: everything is saved as you type. Then save this notebook and send the file back to "
        "your coach."
    )


def _beside(folder: str) -> str:
    if not folder:
        return ""
    return (
        f"\n\nKeep this notebook in the same place as the folder *{_as_typed(folder)}*, which came "
        "with it."
    )


def _load(
    student_id: str, question_ids: Sequence[str], folder: str, more: Mapping[str, str]
) -> str:
    bank = f"pk.load_bank(Path({folder!r}))" if folder else "pk.load_bank()"
    return "\n".join(
        [
            *(["from pathlib import Path", ""] if folder else []),
            "import prepkit as pk",
            "",
            f"bank, store = {bank}, pk.student_store({student_id!r})",
            "questions = [",
            *(f"    bank[{question!r}]," for question in question_ids),
            "]",
            "hand_in = pk.HandIn(",
            "    store,",
            "    questions,",
            f"    student_id={student_id!r},",
            *(f"    {name}={value!r}," for name, value in more.items()),
            ")",
        ]
    )


def _as_typed(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line.

    Every renderer reads entities, and none takes them for markup or HTML. JupyterLab looks for
    formulas in the page itself, but not across elements, so ``$`` and a backslash get their own.
    """
    special = set(string.punctuation) - set("-.,'")
    entities = {each: f"&#{ord(each)};" for each in special}
    entities |= {each: f"<span>{entities[each]}</span>" for each in "$\\"}
    return "".join(entities.get(each, each) for each in " ".join(text.split()))
