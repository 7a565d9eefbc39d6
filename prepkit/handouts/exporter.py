"""The nbconvert exporter: ``jupyter nbconvert --to handout``, and JupyterLab's export menu."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, cast, get_args

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode, from_dict
from traitlets import Bool, Enum, Float, Unicode, default

from prepkit.errors import PrepkitError
from prepkit.handouts import Layout, Paper, handout_pdf
from prepkit.notebook.upgrade import FormatError, completed, load_notebook
from prepkit.text import not_a_date, printable


class HandoutExporter(Exporter):
    """Exports a notebook as a tagged PDF; anything not printed as it is becomes a warning."""

    export_from_notebook = "Handout (PDF)"
    output_mimetype = "application/pdf"

    paper = Enum(
        get_args(Paper),
        default_value=None,
        allow_none=True,
        help="The paper size; by default what the notebook's worksheets ask for, or else a4.",
    ).tag(config=True)
    student = Unicode("", help="The student's name, for the foot of each page.").tag(config=True)
    date = Unicode(
        "", help="The PDF's date, as in 2026-01-31; without it, the date of the newest answer."
    ).tag(config=True)
    archive = Bool(
        False, help="Whether to conform to PDF/A-2a as well as PDF/UA-1; this needs a date."
    ).tag(config=True)
    compact = Bool(
        False,
        help="Whether a worksheet to write on takes one sheet of paper, with boxes for short notes;"
        " by default it takes two, with room for a whole answer.",
    ).tag(config=True)
    toc = Bool(False, help="Whether to print a table of contents.").tag(config=True)
    margins = Unicode(
        "", help="The same margin on all sides, such as 25mm, 2.5cm or 1in; by default about 2 cm."
    ).tag(config=True)
    font_size = Float(
        default_value=None,
        allow_none=True,
        help="The size of the text in points, such as 12; by default 10.2.",
    ).tag(config=True)
    language = Unicode(
        "",
        help="The language of the text, such as de or pt-BR, for screen readers and hyphens; by"
        " default English without hyphens.",
    ).tag(config=True)
    code = Bool(False, help="Whether to print the source of code cells.").tag(config=True)

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    def from_file(  # type: ignore[override]
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of a notebook in a file, of any format, and nbconvert's resources."""
        try:
            nb = load_notebook(file_stream.read().encode())
        except FormatError as error:
            raise PrepkitError(f"This notebook can't be printed: {error}.") from None
        return self.from_notebook_node(from_dict(completed(nb)), resources, **kw)

    def _validate_preprocessor(self, nbc: NotebookNode, preprocessor: object) -> None:
        """Let nbconvert refuse nothing: what can't be printed of a notebook is named instead."""

    # The base class declares that it returns text, but every exporter returns its own format.
    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of `nb`, and nbconvert's resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        path = resources["metadata"].get("path")  # empty for the current folder
        handout = handout_pdf(
            nb,
            Layout(
                paper=cast("Paper | None", self.paper),
                student=self.student or None,
                date=self._date(),
                archive=self.archive,
                compact=self.compact,
                toc=self.toc,
                margins=self.margins or None,
                font_size=self.font_size,
                language=self.language or None,
            ),
            code=self.code,
            folder=None if path is None else Path(path),
        )
        for notice in handout.notices:
            self.log.warning("%s", printable(f"{resources['metadata']['name']}: {notice}"))
        return handout.pdf, resources

    def _date(self) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(self.date) if self.date else None
        except ValueError:
            raise PrepkitError(f"{not_a_date(self.date)}.") from None
