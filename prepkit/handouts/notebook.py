"""An executed notebook -> the document that is typeset, and what could not be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.handouts.blocks import Block
from prepkit.handouts.builder import DocumentBuilder
from prepkit.handouts.layout import Layout
from prepkit.handouts.outputs import add_output
from prepkit.handouts.prose import cell_blocks
from prepkit.handouts.typesetting import Document
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.pictures import PictureError, Pictures
from prepkit.notebook.widget_state import widget_states


def notebook_document(
    nb: Mapping[str, Any],
    layout: Layout,
    *,
    code: bool = False,
    folder: Path | None = None,
) -> Document:
    """Return the document of an executed notebook: its Markdown cells and outputs in order."""
    nb = mapping(nb)
    if nb.get("nbformat") != 4:
        raise PrepkitError(
            f"Notebooks of format 4 are printed; this one has {nb.get('nbformat')!r}."
            " Open and save it in JupyterLab first."
        )
    cells = nb.get("cells")
    if not isinstance(cells, list):
        raise PrepkitError("The notebook is damaged: it has no list of cells.")
    metadata = mapping(nb.get("metadata"))
    builder = _NotebookBuilder(folder, widget_states(metadata))
    for number, cell in enumerate(cells, start=1):
        builder.at(f"cell {number}")
        builder.cell(mapping(cell), code=code)
    title = layout.title or joined(metadata.get("title")) or builder.first_heading()
    return builder.document(replace(layout, title=title))


class _NotebookBuilder(DocumentBuilder):
    """Collects what the cells of a notebook show."""

    def __init__(self, folder: Path | None, widgets: Mapping[str, Any]) -> None:
        super().__init__()
        self._widgets = widgets
        self._pictures = Pictures(folder, self.notice)
        self.pictures = self._pictures.files
        self._attachments: Mapping[str, Any] = {}

    def cell(self, cell: Mapping[str, Any], *, code: bool) -> None:
        metadata = mapping(cell.get("metadata"))
        tags = sequence(metadata.get("tags"))
        hidden = mapping(metadata.get("jupyter"))
        if "remove-cell" in tags:
            return
        source = joined(cell.get("source"))
        self._attachments = {
            name: {mime: joined(data) for mime, data in mapping(bundle).items()}
            for name, bundle in mapping(cell.get("attachments")).items()
        }
        kind = cell.get("cell_type")
        if kind == "markdown":
            if not hidden.get("source_hidden"):
                self.add(*cell_blocks(source, self.find, self.notice, self.said), *self.said())
        elif kind == "code":
            place = self.place
            shown = code and not hidden.get("source_hidden") and "remove-input" not in tags
            if shown and source.strip():
                self.add({"t": "code", "s": source.expandtabs(4), "lang": "python"})
            if "remove-output" in tags or hidden.get("outputs_hidden"):
                return
            for number, output in enumerate(sequence(cell.get("outputs")), start=1):
                self.at(f"{place}, output {number}")
                add_output(output, self, self._widgets)
                self.add(*self.said())
        elif kind == "raw":
            if source.strip():
                self.notice("a raw cell is not printed")
        else:
            self.notice(f"the cell is not printed: its cell_type is {kind!r}")
        self.add(*self.said())

    def find(self, source: str, alt: str, width: float | None) -> Block | None:
        """Return the picture that HTML or Markdown names; None after a notice."""
        self.unnamed = self.unnamed or not alt
        try:
            return self._pictures.find(source, self._attachments, alt=alt, width=width)
        except PictureError as error:
            name = source if len(source) < 60 else source[:57] + "…"
            self.notice(f"the picture {name} is left out: {error}")
            return None

    def figure(self, mime: str, data: str, alt: str | None) -> bool:
        """Print a picture of an output; after a notice that it can't be printed, return False."""
        self.unnamed = not alt
        try:
            self.add(self._pictures.add(mime, data, alt=alt or ""))
        except PictureError as error:
            self.notice(f"the picture ({mime}) is left out: {error}")
            return False
        return True
