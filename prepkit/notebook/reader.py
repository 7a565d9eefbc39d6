"""A notebook, even a damaged one -> items. Pure, except for pictures.

This module and the modules that it uses decide what is shown of a notebook: tags, the richest form
of an output, pictures with their alternative texts, charts, widgets. The only files that are read
are pictures beside the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from prepkit.notebook.byline import UNDERSTOOD
from prepkit.notebook.equations import NotebookMaths
from prepkit.notebook.fields import joined, mapping, sequence, wishes
from prepkit.notebook.front_matter import first_heading, front_title, split_front_matter
from prepkit.notebook.html_tree import HEADINGS
from prepkit.notebook.items import Code, Html, Item
from prepkit.notebook.languages import cell_language
from prepkit.notebook.long_texts import parts
from prepkit.notebook.outputs import Medium, OutputReader
from prepkit.text import join_some

__all__ = ["Medium", "notebook_title", "read_notebook"]

_NAMED_AT_MOST = 6
_COMMANDS = re.compile(r"\s*\\(?:new|clear|cleardouble)?page(?:break)?\b\s*")
_FRONT_MATTER = re.compile(r"\s*---\s*\n.*?\n(?:---|\.\.\.)\s*", re.DOTALL)
_RAW_FORMATS = {"": "", "text/html": "html", "text/markdown": "markdown", "text/latex": "latex"}


def read_notebook(
    nb: Mapping[str, Any], medium: Medium, folder: Path | None = None
) -> Iterator[Item]:
    """Yield what a notebook shows, in order.

    Parameters
    ----------
    nb
        The notebook, of format 4.
    medium
        What the caller can show.
    folder
        Where the notebook is, for the pictures beside it; None reads no file.
    """
    reading = _Reading(nb, medium, folder)
    for number, cell in enumerate(sequence(nb.get("cells")), start=1):
        yield from reading.cell(mapping(cell), number)


def notebook_title(nb: Mapping[str, Any], items: Iterable[Item]) -> str | None:
    """Return a notebook's title, from its metadata or else from its first heading."""
    if title := joined(mapping(nb.get("metadata")).get("title")):
        return title
    for item in items:
        if isinstance(item, Html):
            for node in item.root.descendants():
                if node.tag in HEADINGS and (title := node.words()):
                    return title
    return None


class _Reading:
    """The reading of one notebook, cell by cell."""

    def __init__(self, nb: Mapping[str, Any], medium: Medium, folder: Path | None) -> None:
        metadata = mapping(nb.get("metadata"))
        kernel = mapping(metadata.get("kernelspec")).get("language")
        language = mapping(metadata.get("language_info")).get("name") or kernel
        self._language = joined(language).lower() or "python"
        self._outputs = OutputReader(metadata, medium, folder)
        self._shown = f"{medium.verb}ed"
        self._cells = sequence(nb.get("cells"))
        self._maths = NotebookMaths(self._cells)

    def cell(self, cell: Mapping[str, Any], count: int) -> Iterator[Item]:
        """Yield what the cell of this number shows."""
        read = self._outputs
        place = read.place = f"cell {count}"
        read.maths = self._maths.cell(count)
        asked = wishes(mapping(cell.get("metadata")))
        if "remove-cell" in asked:
            return
        source = joined(cell.get("source"))
        read.attachments = mapping(cell.get("attachments"))
        read.code = source if self._language == "python" else ""
        read.beside = sequence(cell.get("outputs"))
        if count == 1 and cell.get("cell_type") in ("markdown", "raw"):
            fields, source = split_front_matter(source)
            title = front_title(fields)
            if title and not self._begins_with(title, cell, source):
                yield from read.html(f"<h1>{escape(title)}</h1>", is_cell=True)
            if others := list(fields.keys() - UNDERSTOOD):
                named = join_some(sorted(others), _NAMED_AT_MOST)
                what = f"settings at the top of the notebook (YAML) are not {self._shown}: {named}"
                yield read.missing(what, for_author=True)
        match cell.get("cell_type"):
            case "markdown":
                shown = read.markdown(source, is_cell=True)
                yield from _folded(shown, "hide-input" in asked)
            case "code":
                if source.strip() and "remove-input" not in asked:
                    yield from _folded(self._code(source, place), "hide-input" in asked)
                if "remove-output" not in asked:
                    for number, output in enumerate(sequence(cell.get("outputs")), start=1):
                        read.place = f"{place}, output {number}"
                        yield from _folded(read.output(mapping(output)), "hide-output" in asked)
            case "raw":
                yield from _folded(self._raw(cell, source), "hide-input" in asked)
            case kind:
                yield read.missing(f"the cell is not {self._shown}: its cell_type is {kind!r}")

    def _begins_with(self, title: str, first: Mapping[str, Any], rest: str) -> bool:
        """Tell whether the text after the YAML at the top begins with its title as a heading."""
        cell = first
        if not rest.strip():
            cell = mapping(next(iter(self._cells[1:]), None))
            rest = joined(cell.get("source"))
        return (
            cell.get("cell_type") == "markdown"
            and not wishes(mapping(cell.get("metadata")))
            and first_heading(rest) == title
        )

    def _code(self, source: str, place: str) -> Iterator[Item]:
        language = cell_language(source, self._language)
        for part in parts(source):
            if part.left_out:
                yield self._outputs.gap(part)
            else:
                yield Code(place=place, source=part.text, language=language)

    def _raw(self, cell: Mapping[str, Any], source: str) -> Iterator[Item]:
        """Yield a raw cell in its format; text of an unknown format as it was typed."""
        read = self._outputs
        metadata = mapping(cell.get("metadata"))
        named = joined(metadata.get("format") or metadata.get("raw_mimetype")).lower()
        kind = _RAW_FORMATS.get(named)
        if not source.strip():
            return
        if kind == "html":
            yield from read.html(source)
        elif kind == "markdown":
            yield from read.markdown(source)
        elif kind == "latex" and _COMMANDS.fullmatch(source):
            yield from read.html("<x-page-break></x-page-break>")
        elif kind == "latex" and re.match(r"\s*(?:\$|\\\[|\\\(|\\begin\{)", source):
            yield from read.latex(source)
        elif _FRONT_MATTER.fullmatch(source):
            what = f"settings in a raw cell (YAML) are not {self._shown}"
            yield read.missing(what, for_author=True)
        else:
            if named:
                what = f"a raw cell for another program ({named}) is {self._shown} as it was typed"
                yield read.missing(what)
            yield from read.html(f"<pre>{escape(source)}</pre>")


def _folded(shown: Iterable[Item], folded: bool) -> Iterable[Item]:
    return (replace(item, folded=True) for item in shown) if folded else shown
