r"""The formulas of a whole notebook: what one defines, labels or refers to holds in every cell.

Jupyter shows ``\eqref`` as ``(???)`` unless the formula has a ``\tag``. Here it is a number: in a
notebook that refers to formulas, those are numbered that LaTeX numbers, and those with a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from prepkit.notebook.delimiters import Found, take_formulas
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.macros import Macro, Macros, defines, expanded, is_known
from prepkit.notebook.numbers import Numbers, numbered
from prepkit.notebook.tex import MathsError

_REFERENCE = re.compile(r"\\(eq)?ref\s*\{\s*([^{}]*?)\s*\}")
_WHOLE = re.compile(r"\\(?:(?:eq)?ref|(?:re)?new(?:command|env)|provide|[ge]?def|let|Declare)")


@dataclass(slots=True)
class CellMaths:
    """Writes the formulas of a cell as HTML, one after another.

    Parameters
    ----------
    macros
        What the cells before this one define.
    later
        What only later cells define.
    numbers
        The numbers of formulas so far, and every label of the notebook.
    """

    macros: Macros = field(default_factory=dict)
    later: Mapping[str, Macro] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)

    def write(self, found: Found) -> str:
        r"""Return a formula, or a reference to one, as HTML.

        That is ``<x-math>`` or ``<x-math-inline>`` around the TeX that was typed. The attribute
        ``tex`` is what `prepkit.notebook.maths` reads, ``number`` its number if it has one, and
        ``problem`` says why it can't be shown. What only defines commands is written as nothing.
        """
        alone = _REFERENCE.fullmatch(found.tex.strip())
        if alone and not found.display:
            return self._reference(alone, found)
        tag = "x-math" if found.display else "x-math-inline"
        typed = escape(found.tex)
        try:
            tex, number, labels = self.read(found)
        except MathsError as error:
            return f'<{tag} problem="{escape(str(error))}">{typed}</{tag}>'
        if not tex.strip():
            return ""
        anchors = "".join(f'<span id="{_anchor(label)}"></span>' for label in labels)
        attributes = f' tex="{escape(tex)}"' if tex != found.tex else ""
        if number:
            attributes += f' number="{escape(number)}"'
        return f"{anchors}<{tag}{attributes}>{typed}</{tag}>"

    def read(self, found: Found) -> tuple[str, str, tuple[str, ...]]:
        """Return the TeX of a formula without macros, its number and its labels."""
        tex = expanded(found.tex, self.macros, self.later)
        if "ref" in tex:
            tex = _REFERENCE.sub(lambda one: rf"\text{{{self._number(one)}}}", tex)
        return numbered(tex, self.numbers)

    def _number(self, reference: re.Match[str]) -> str:
        label = reference[2]
        if label not in self.numbers.labels:
            raise MathsError(f"no formula has the label {label}")
        number = self.numbers.labels[label]
        return f"({number})" if reference[1] else number

    def _reference(self, reference: re.Match[str], found: Found) -> str:
        try:
            number = self._number(reference)
        except MathsError as error:
            problem = escape(str(error))
            return f'<x-math-inline problem="{problem}">{escape(found.tex)}</x-math-inline>'
        return f'<a href="#{_anchor(reference[2])}">{escape(number)}</a>'


class NotebookMaths:
    """What the formulas of a notebook define and label."""

    def __init__(self, cells: Iterable[Any]) -> None:
        self._states: list[tuple[Macros, int]] = []
        self._later: Macros = {}
        self._labels: dict[str, str] = {}
        self._automatic = False
        texts = [list(_texts(mapping(cell))) for cell in cells]
        if not any(_WHOLE.search(text) for cell in texts for text, _ in cell):
            return
        formulas = [[found for one in cell for found in take_formulas(*one)[1]] for cell in texts]
        self._automatic = any(_REFERENCE.search(found.tex) for cell in formulas for found in cell)
        self._define_all(found for cell in formulas for found in cell if defines(found.tex))
        reading = CellMaths({}, self._later, Numbers(self._automatic, 0, self._labels))
        for cell in formulas:
            self._states.append((dict(reading.macros), reading.numbers.count))
            for found in cell:
                try:
                    tex = expanded(found.tex, reading.macros, self._later)
                    numbered(tex, reading.numbers)
                except MathsError:
                    continue  # it is named when it is shown

    def cell(self, number: int) -> CellMaths:
        """Return the writer of the formulas of the cell of this number, from 1."""
        if number > len(self._states):
            return CellMaths()
        macros, count = self._states[number - 1]
        return CellMaths(dict(macros), self._later, Numbers(self._automatic, count, self._labels))

    def _define_all(self, formulas: Iterable[Found]) -> None:
        """Collect the first definition of each command."""
        macros: Macros = {}
        for found in formulas:
            try:
                expanded(found.tex, macros)
            except MathsError:
                continue
            finally:
                fresh = {name: macro for name, macro in macros.items() if not is_known(name)}
                self._later = {**fresh, **self._later}


def _texts(cell: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a cell that may have formulas, and the kind of each."""
    if cell.get("cell_type") == "markdown":
        yield joined(cell.get("source")), "markdown"
    for output in sequence(cell.get("outputs")):
        data = mapping(mapping(output).get("data"))
        if text := joined(data.get("text/markdown")):
            yield text, "markdown"
        if text := joined(data.get("text/latex")):
            yield text, "latex"


def _anchor(label: str) -> str:
    return "eq-" + re.sub(r"[^\w.-]+", "-", label)
