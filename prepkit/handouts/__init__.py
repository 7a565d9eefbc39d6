"""Handouts: worksheets and executed notebooks as tagged PDFs, with a notice of every difference.

Nothing here imports nbconvert; its exporter is in `prepkit.handouts.exporter`. What makes documents
is imported when one is made: those who want a worksheet alone need none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write
from prepkit.handouts.typesetting import Handout, typeset
from prepkit.handouts.worksheet import Paper, Worksheet
from prepkit.records import StarAnswer

if TYPE_CHECKING:
    from prepkit.bank import Bank

__all__ = [
    "Handout",
    "Paper",
    "Worksheet",
    "build_handout",
    "company_sheet_pdf",
    "handout_pdf",
    "story_pdf",
    "worksheet_pdf",
    "write_handout",
]


def handout_pdf(
    nb: Mapping[str, Any],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
    code: bool = False,
    folder: Path | None = None,
    archive: bool = False,
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
        Whose handout it is: the PDF's author, and named at the foot of each page.
    date
        The PDF's date. Without it, the day on which the newest printed answer was saved, or none:
        the clock is never read.
    code
        Whether to print the source of code cells.
    folder
        Where the notebook is, to print the pictures in there that its text names by a path.
        None reads no file.
    archive
        Whether to conform to PDF/A-2a (for archives) as well as PDF/UA-1; this takes a date.

    Raises
    ------
    PrepkitError
        If it is not a notebook of format 4, cannot be typeset at all, or is to be archived
        without a date.
    """
    from prepkit.handouts.notebook import notebook_document

    return typeset(
        notebook_document(
            nb,
            paper=paper,
            title=title,
            student=student,
            date=date,
            code=code,
            folder=folder,
        ),
        archive=archive,
    )


def worksheet_pdf(
    worksheets: Sequence[Worksheet],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
    cover: bool = False,
    archive: bool = False,
) -> Handout:
    """Return worksheets as a PDF, one double-sided sheet a question.

    Parameters
    ----------
    worksheets
        At least one.
    paper, title, student, date, archive
        As in `handout_pdf`; without `title`, the question is the title, or the categories and how
        many questions there are.
    cover
        Whether several worksheets get a cover, and a table of contents on its back.

    Raises
    ------
    PrepkitError
        If there is no worksheet, or it is to be archived without a date.
    """
    from prepkit.handouts.document import worksheets_document

    return typeset(
        worksheets_document(
            [worksheet.data for worksheet in worksheets],
            paper=paper,
            title=title,
            student=student,
            date=date,
            cover=cover,
        ),
        archive=archive,
    )


def story_pdf(
    worksheets: Sequence[Worksheet],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
    archive: bool = False,
) -> Handout:
    """Return answers as story sheets: a page each, to look at in the last minute before the call.

    A page has the first sentence or two of each part as they were written, the numbers of the
    answer, and the ticked key points.

    Parameters
    ----------
    worksheets
        At least one, each with an answer.
    paper, title, student, date, archive
        As in `handout_pdf`; without `title`, the question is the title, or "Stories".

    Raises
    ------
    PrepkitError
        If there is no worksheet, one has no answer, or it is to be archived without a date.
    """
    from prepkit.handouts.document import stories_document

    return typeset(
        stories_document(
            [worksheet.data for worksheet in worksheets],
            paper=paper,
            title=title,
            student=student,
            date=date,
        ),
        archive=archive,
    )


def company_sheet_pdf(
    bank: Bank,
    company: str,
    answers: Mapping[str, StarAnswer],
    *,
    paper: Paper | None = None,
    title: str | None = None,
    student: str | None = None,
    date: date | None = None,
    archive: bool = False,
) -> Handout:
    """Return a company's sheet: its values, the questions that probe each, and your answers so far.

    Parameters
    ----------
    bank
        Where the company and the questions are.
    company
        Its name, in capitals or not.
    answers
        What the store holds, by id (``store.load()``).
    paper, title, student, date, archive
        As in `handout_pdf`; without `title`, the company's name is in it.

    Raises
    ------
    PrepkitError
        If the bank has no such company, or it is to be archived without a date.
    """
    from prepkit.handouts.document import company_document

    return typeset(
        company_document(
            bank, company, answers, paper=paper, title=title, student=student, date=date
        ),
        archive=archive,
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
    cover: bool = False,
    story: bool = False,
    archive: bool = False,
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
    paper, title, student, date, cover, archive
        As in `worksheet_pdf`.
    story
        Whether to write story sheets instead, as `story_pdf` does.

    Returns
    -------
    tuple of Path and tuple of str
        The file, and the notices.

    Raises
    ------
    PrepkitError
        If an id is unknown, none is given, the file can't be written, or as in `worksheet_pdf`
        and `story_pdf`.
    """
    worksheets = [
        Worksheet(
            bank[question_id],
            None if answers is None else answers.get(question_id, StarAnswer(question=question_id)),
        )
        for question_id in ids
    ]
    if story:
        handout = story_pdf(
            worksheets, paper=paper, title=title, student=student, date=date, archive=archive
        )
    else:
        handout = worksheet_pdf(
            worksheets,
            paper=paper,
            title=title,
            student=student,
            date=date,
            cover=cover,
            archive=archive,
        )
    write_handout(handout, path)
    return path, handout.notices


def write_handout(handout: Handout, path: Path) -> None:
    """Write a handout to `path`, which appears only when it is whole.

    Raises
    ------
    PrepkitError
        If the file can't be written.
    """
    try:
        atomic_write(path, handout.pdf)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror}.") from error
