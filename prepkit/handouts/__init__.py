"""Handouts: worksheets and executed notebooks as tagged PDFs, with a notice of every difference.

Each function takes what to print and a `Layout`, and returns a `Handout`. Each raises
`PrepkitError` if there is nothing to print, if no PDF can be made at all, or if a PDF for archives
has no date.

Nothing here imports nbconvert; the exporter is in `prepkit.handouts.exporter`. The modules that
make documents are imported when one is made, since a `Worksheet` alone doesn't need them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write
from prepkit.handouts.layout import Layout
from prepkit.handouts.part import Part
from prepkit.handouts.typesetting import Handout, typeset
from prepkit.records import Answer
from prepkit.sheet import Paper, Sheet, sheet_of

if TYPE_CHECKING:
    from prepkit.bank import Bank

__all__ = [
    "Handout",
    "Layout",
    "Paper",
    "Part",
    "book_pdf",
    "build_handout",
    "company_sheet_pdf",
    "handout_pdf",
    "story_pdf",
    "worksheet_pdf",
    "write_handout",
]


class HasSheet(Protocol):
    """What a worksheet in a notebook is for a printer."""

    sheet: Sheet


def handout_pdf(
    nb: Mapping[str, Any],
    layout: Layout = Layout(),
    *,
    code: bool = False,
    folder: Path | None = None,
    root: Path | None = None,
    fetch: Callable[[str], bytes] | None = None,
) -> Handout:
    """Return an executed notebook as a PDF: its text, tables, plots and worksheets.

    Cells and outputs with the tags ``remove-cell``, ``remove-input`` or ``remove-output`` are not
    printed, nor is code that its author has folded away. For anything else that is not printed as
    it is, there is a notice, which is also printed in grey in its place.

    Parameters
    ----------
    nb
        A NotebookNode, or the parsed JSON of a notebook of format 4. If `layout` has no title,
        the title is the one in its metadata, or else its first heading.
    layout
        How to print it.
    code
        Whether to print the source of code cells.
    folder
        The notebook's folder, to print the pictures in it that the text names by a path. With
        None, no file is read.
    root
        A folder around it, if such pictures may be anywhere in that.
    fetch
        Returns a picture of another host by its address, or raises PictureError. Without it, no
        host is asked.
    """
    from prepkit.handouts.notebook import notebook_document

    return typeset(notebook_document(nb, layout, code=code, folder=folder, root=root, fetch=fetch))


def book_pdf(
    parts: Sequence[Part],
    layout: Layout = Layout(),
    *,
    code: bool = False,
    fetch: Callable[[str], bytes] | None = None,
) -> Handout:
    """Return several executed notebooks as one PDF; each begins on a new page.

    Parameters
    ----------
    parts
        The notebooks, in order. Their headings come below those of the book.
    layout
        How to print it; its title is that of the book.
    code, fetch
        As in `handout_pdf`.
    """
    from prepkit.handouts.notebook import book_document

    return typeset(book_document(parts, layout, code=code, fetch=fetch))


def worksheet_pdf(
    worksheets: Sequence[HasSheet], layout: Layout = Layout(), *, cover: bool = False
) -> Handout:
    """Return worksheets as a PDF; each question starts on a new sheet of paper.

    A worksheet to write on takes two double-sided sheets: the first has room for a whole answer,
    the second what helps. If `layout` is compact, it takes one.

    If `layout` has no title, the title is the question, or for several the categories and the
    number of questions. With `cover`, several worksheets get a cover, with a table of contents on
    its back.
    """
    from prepkit.handouts.document import worksheets_document

    return typeset(worksheets_document([each.sheet for each in worksheets], layout, cover=cover))


def story_pdf(worksheets: Sequence[HasSheet], layout: Layout = Layout()) -> Handout:
    """Return answers as story sheets: one page each, to look at in the last minute before the call.

    A page has the first sentence or two of each part as they were written, the numbers of the
    answer, and the ticked key points. Each worksheet needs an answer.
    """
    from prepkit.handouts.document import stories_document

    return typeset(stories_document([each.sheet for each in worksheets], layout))


def company_sheet_pdf(
    bank: Bank, company: str, answers: Mapping[str, Answer], layout: Layout = Layout()
) -> Handout:
    """Return a company's sheet: rounds and values, the questions about each, your answers so far.

    Parameters
    ----------
    bank
        Where the company and the questions are.
    company
        Its name; capitals don't matter. A company that the bank doesn't have is refused.
    answers
        The stored answers, by question id (``store.load()``).
    layout
        How to print it. If it has no title, the title is made from the company's name.
    """
    from prepkit.handouts.document import company_document

    return typeset(company_document(bank, company, answers, layout))


def build_handout(
    bank: Bank,
    ids: Sequence[str],
    answers: Mapping[str, Answer] | None,
    path: Path,
    layout: Layout = Layout(),
    *,
    cover: bool = False,
    story: bool = False,
) -> tuple[Path, tuple[str, ...]]:
    """Write the worksheets of `ids` to `path`, and return the file and the notices.

    Parameters
    ----------
    bank
        Where the questions are.
    ids
        Question ids, in the order of the sheets; an unknown one is refused.
    answers
        The stored answers, by question id (``store.load()``), to print them; None for blank sheets.
    path
        The PDF to write; an existing one is replaced.
    layout, cover
        As in `worksheet_pdf`.
    story
        Whether to write story sheets instead, as `story_pdf` does.
    """
    from prepkit.handouts.document import stories_document, worksheets_document

    stored = answers or {}
    sheets = [sheet_of(bank[question_id], stored.get(question_id)) for question_id in ids]
    if story:
        handout = typeset(stories_document(sheets, layout))
    else:
        handout = typeset(worksheets_document(sheets, layout, cover=cover))
    write_handout(handout, path)
    return path, handout.notices


def write_handout(handout: Handout, path: Path) -> None:
    """Write a handout to `path`, which appears only when it is complete.

    Only the user may read the file, since it may print answers.

    Raises
    ------
    PrepkitError
        If the file can't be written.
    """
    try:
        atomic_write(path, handout.pdf, private=True)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror}.") from error
