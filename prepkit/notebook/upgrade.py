"""The file of a notebook, in any format from 2 to 4 -> the notebook in format 4. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from prepkit.engine.private import GRAMMARS, without_module
from prepkit.notebook.fields import mapping, sequence

_AGAIN = "open it in JupyterLab and save it again"
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>")


class FormatError(ValueError):
    """A file that can't be read as a notebook; the text says why, and what to do."""


def load_notebook(raw: bytes) -> Mapping[str, Any]:
    """Return the notebook in a file, in format 4.

    Raises
    ------
    FormatError
        If it isn't a notebook, is damaged, or has a format that isn't known here.
    """
    if not raw.strip():
        raise FormatError("the file is empty")
    try:
        nb = json.loads(raw)
    except UnicodeDecodeError:
        raise FormatError(
            "its text isn't in UTF-8, as notebooks are: save it in UTF-8 with a text editor"
        ) from None
    except (ValueError, RecursionError):
        lines = raw.splitlines()
        if all(any(line.startswith(mark) for line in lines) for mark in _CONFLICT):
            raise FormatError("git has marked conflicts in it: resolve them first") from None
        raise FormatError(f"this isn't a notebook, or it is damaged; {_AGAIN}") from None
    return as_format_4(nb)


def as_format_4(nb: Any) -> Mapping[str, Any]:
    """Return a notebook, as JSON has it, in format 4; one that has it already as it is.

    Raises
    ------
    FormatError
        If it is no notebook, or has a format that isn't known here.
    """
    notebook = mapping(nb)
    number = notebook.get("nbformat", 4 if "cells" in notebook else None)
    if number in (2, 3) and isinstance(notebook.get("worksheets"), list):
        return _upgraded(notebook)
    if number != 4:
        raise FormatError(f"its notebook format isn't 4; {_AGAIN}")
    if not isinstance(notebook.get("cells"), list):
        raise FormatError("it is damaged and has no list of cells")
    return notebook


def completed(nb: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook of format 4 with the fields that Jupyter's own programs can't do without.

    These are the metadata, and an id for each cell that no other cell has.
    """
    cells: list[dict[str, Any]] = []
    known: set[Any] = {None, ""}
    for number, cell in enumerate(map(mapping, sequence(nb.get("cells"))), start=1):
        name = cell.get("id") if isinstance(cell.get("id"), str) else None
        while name in known:
            name = f"{name or 'cell'}-{number}"
        known.add(name)
        cells.append({**cell, "id": name, "metadata": dict(mapping(cell.get("metadata")))})
    metadata = dict(mapping(nb.get("metadata")))
    return {**nb, "nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _upgraded(nb: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a notebook of format 2 or 3 in format 4."""
    # Imported here, because it is slow, and notebooks of these formats are from before 2015.
    with without_module(GRAMMARS):
        from nbformat import from_dict
        from nbformat.v3 import upgrade
        from nbformat.v4.convert import upgrade_cell

    sheets = [mapping(sheet) for sheet in sequence(nb["worksheets"])]
    whole = {**nb, "worksheets": [{**sheet, "cells": _cells(sheet)} for sheet in sheets]}
    try:
        if nb["nbformat"] == 2:
            whole = upgrade(from_dict(whole), 2)
        # Cell by cell, because the upgrade of a whole notebook logs whatever isn't valid in it.
        cells = [
            upgrade_cell(from_dict(cell))
            for sheet in whole["worksheets"]
            for cell in sheet["cells"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise FormatError(
            f"it is a damaged notebook of format {nb['nbformat']}; {_AGAIN}"
        ) from None
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": mapping(nb.get("metadata")),
        "cells": cells,
    }


def _cells(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the cells of a worksheet with what the upgrade expects, even if damaged."""
    found = []
    for cell in map(mapping, sequence(sheet.get("cells"))):
        outputs = [dict(mapping(output)) for output in sequence(cell.get("outputs"))]
        for output in outputs:
            output.setdefault("output_type", "unknown")
            output["metadata"] = dict(mapping(output.get("metadata")))
        source = cell.get("source", "")
        whole = {**cell, "metadata": dict(mapping(cell.get("metadata"))), "outputs": outputs}
        if isinstance(source, list):
            whole["source"] = "".join(map(str, source))
        found.append({"cell_type": "unknown", **whole})
    return found
