"""Handouts: worksheets and executed notebooks as tagged PDFs, with a notice of every difference.

Nothing here imports nbconvert; its exporter is in `prepkit.handouts.exporter`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.handouts.document import notebook_document, worksheets_document
from prepkit.handouts.typesetting import Handout, typeset
from prepkit.handouts.worksheet import Paper, Worksheet
from prepkit.records import PrepkitError, StarAnswer
from prepkit.whole_files import write_whole

if TYPE_CHECKING:
    from prepkit.bank import Bank

__all__ = ["Handout", "Paper", "Worksheet", "build_handout", "handout_pdf", "worksheet_pdf"]


def handout_pdf(
    nb: Mapping[str, Any],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
    code: bool = False,
    folder: Path | None = None,
) -> Handout:
    """Return an executed notebook as a PDF: its text, tables, plots and worksheets.

    Cells and outputs with the tags ``remove-cell``, ``remove-input`` or ``remove-output``, and
    those folded in JupyterLab, are not printed. Whatever else is not printed as it is, is among
    the notices, and said in grey at its place.

    Parameters
    ----------
    nb
        A NotebookNode, or the parsed JSON of a notebook of format 4.
    paper
        ``a4`` or ``us-letter``; by default what the worksheets ask for, else ``a4``.
    title
        The PDF's title; by default the notebook's ``title`` in its metadata, or its first heading.
    student
        Whose handout it is, for the foot of each page.
    date
        The PDF's date. None leaves it out: the clock is never read.
    code
        Whether to print the source of code cells.
    folder
        Where the notebook is, to print the pictures in there that its text names by a path.
        None reads no file.

    Raises
    ------
    PrepkitError
        If it is not a notebook of format 4, or cannot be typeset at all.
    """
    return typeset(
        notebook_document(
            nb,
            paper=paper,
            title=title,
            student=student,
            date=date,
            code=code,
            folder=folder,
        )
    )


def worksheet_pdf(
    worksheets: Sequence[Worksheet],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
) -> Handout:
    """Return worksheets as a PDF, one double-sided sheet a question.

    Parameters
    ----------
    worksheets
        At least one.
    paper, title, student, date
        As in `handout_pdf`; without `title`, the question is the title, or how many there are,
        and without `date`, the day on which the newest answer was saved.

    Raises
    ------
    PrepkitError
        If there is no worksheet.
    """
    return typeset(
        worksheets_document(
            [worksheet.data for worksheet in worksheets],
            paper=paper,
            title=title,
            student=student,
            date=date,
        )
    )


def build_handout(
    bank: Bank,
    ids: Sequence[str],
    answers: Mapping[str, StarAnswer] | None,
    path: Path,
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """Write the worksheets of `ids` to `path`, which appears only when it is whole.

    Parameters
    ----------
    bank
        Where the questions are.
    ids
        Question ids, in the order of the sheets.
    answers
        What the store holds, by id (``store.load()``), to print answers; None for blank sheets.
    path
        The PDF to write; one that is there is replaced.
    paper, title, student, date
        As in `worksheet_pdf`.

    Returns
    -------
    tuple of Path and tuple of str
        The file, and the notices.

    Raises
    ------
    PrepkitError
        If an id is unknown, none is given, or the file can't be written.
    """
    worksheets = [
        Worksheet(
            bank[question_id],
            None if answers is None else answers.get(question_id, StarAnswer(question=question_id)),
        )
        for question_id in ids
    ]
    handout = worksheet_pdf(worksheets, paper=paper, title=title, student=student, date=date)
    try:
        write_whole(path, handout.pdf)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror}.") from error
    return path, handout.notices
