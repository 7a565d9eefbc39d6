"""The worksheet of one question: an object that displays itself in a notebook and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prepkit.notebook.mime import SHEET_MIME
from prepkit.sheet import Paper, check_paper, sheet_of
from prepkit.widgets.content import sheet_html, sheet_text

if TYPE_CHECKING:
    from prepkit.bank import Entry
    from prepkit.records import Answer


class Worksheet:
    """A question as a sheet to write on, or with an answer. As the last line of a cell it is shown.

    Parameters
    ----------
    entry
        The question, ``bank["technical-leadership/06"]``.
    answer
        The texts to print in its parts. None, or an answer without text, gives ruled boxes to
        write in by hand.
    paper
        ``a4`` or ``us-letter``; None leaves the choice to the command that prints it.
    compact
        Whether a worksheet to write on takes one sheet of paper, with boxes for short notes.
        Otherwise the command that prints it decides; without a word there, it takes two.

    Raises
    ------
    PrepkitError
        If `paper` is something else.
    """

    def __init__(
        self,
        entry: Entry,
        answer: Answer | None = None,
        *,
        paper: Paper | None = None,
        compact: bool = False,
    ) -> None:
        check_paper(paper)
        sheet = sheet_of(entry, answer, paper=paper)
        self.sheet = sheet.model_copy(update={"compact": compact})

    def __repr__(self) -> str:
        return f"<Worksheet {self.sheet.id}: {self.sheet.text}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {
            SHEET_MIME: self.sheet.to_json(),
            "text/html": sheet_html(self.sheet),
            "text/plain": sheet_text(self.sheet),
        }
