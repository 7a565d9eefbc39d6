"""Copies of the shipped notebooks in the user's folder; one that the user changed stays as it is.

A hidden file beside the copies remembers what was copied, so that a later version of prepkit can
tell a notebook that was only run from one that was changed.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write, shipped
from prepkit.records import Record

RECORD_NAME = ".prepkit-notebooks.json"

_Decision = Literal["same", "add", "update", "keep", "beside"]
"""What to do with a notebook of the user's folder."""

# What Jupyter writes by itself when a notebook is run or saved: no change of the user's.
_NOTEBOOK_METADATA_OF_JUPYTER = {"kernelspec", "language_info", "widgets", "signature"}
_CELL_METADATA_OF_JUPYTER = {"trusted", "execution", "ExecuteTime"}


class Copy(Record):
    """What is remembered of one notebook in the user's folder."""

    digest: str
    """Of the shipped notebook as it was copied, outputs and execution counts aside."""
    code: tuple[str, ...]
    """The sources of its code cells, in order."""
    offered: str | None = None
    """The digest of a newer one that was put beside this copy, which the user had changed."""


class _CopyRecord(Record):
    about: str = "What prepkit copied here. Without this file it takes every notebook as changed."
    notebooks: Mapping[str, Copy] = {}


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What `copy_notebooks` did; all names are those of files in `folder`."""

    folder: Path
    added: tuple[str, ...] = ()
    """Copied because the folder had none of that name."""
    updated: tuple[str, ...] = ()
    """Not changed by the user, and now as they ship with this version of prepkit."""
    kept: tuple[str, ...] = ()
    """Changed by the user, and left alone."""
    beside: tuple[tuple[str, str], ...] = ()
    """Of the kept ones: the name, and the name of the newer one that was now put beside it."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The report in sentences, for the command line."""
        lines = [f"Your notebooks are in {self.folder}"]
        if self.updated:
            lines.append(f"Brought up to date: {', '.join(self.updated)}")
        lines += [
            f"{name} has changes of yours, so it stays as it is; the new one is “{new_name}”."
            for name, new_name in self.beside
        ]
        return tuple(lines)


def default_notebooks() -> Path:
    """Return the folder of the notebooks that ship, in an installed prepkit or in a checkout."""
    return shipped("notebooks")


def copy_notebooks(source: Path, folder: Path, *, version: str) -> CopyReport:
    """Copy the notebooks of `source` to `folder`; nothing that the user changed is overwritten.

    New outputs and execution counts are no change. A changed notebook of which a newer version
    ships gets that version beside it, once, under a name that says so. Nothing is ever deleted.

    Parameters
    ----------
    source
        The folder of the notebooks that ship.
    folder
        The user's folder; it is made if it isn't there.
    version
        The version of prepkit, for the name of a notebook that is put beside a changed one.

    Raises
    ------
    PrepkitError
        If `source` has no notebooks, or `folder` can't be read or written.
    """
    shipped = sorted(source.glob("*.ipynb"))
    if not shipped:
        raise PrepkitError(f"There are no notebooks in {source}: install prepkit again.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = load_copies(folder)
        copies = dict(before)
        done = {path.name: _copy_one(path, folder, copies, version) for path in shipped}
        if copies != before:
            text = _CopyRecord(notebooks=copies).model_dump_json(indent=1, exclude_none=True)
            atomic_write(folder / RECORD_NAME, text.encode())
    except OSError as error:
        raise PrepkitError(_explain(error, folder)) from error

    def named(*decisions: _Decision) -> tuple[str, ...]:
        return tuple(name for name, (decision, _) in done.items() if decision in decisions)

    return CopyReport(
        folder=folder,
        added=named("add"),
        updated=named("update"),
        kept=named("keep", "beside"),
        beside=tuple((name, beside) for name, (_, beside) in done.items() if beside),
    )


def _copy_one(
    shipped: Path, folder: Path, copies: dict[str, Copy], version: str
) -> tuple[_Decision, str]:
    """Copy a notebook where it changes nothing of the user's, and note so in `copies`.

    Returns
    -------
    tuple of str
        What was done; and the name of the new one beside the user's, empty if there is none.
    """
    name, content = shipped.name, shipped.read_bytes()
    new = _copy_of(content)
    if new is None:
        raise PrepkitError(f"{shipped} is damaged: install prepkit again.")
    known = copies.get(name)
    decision = _decide(folder / name, known, new)
    if decision in ("add", "update"):
        atomic_write(folder / name, content)
    if decision in ("same", "add", "update"):
        copies[name] = new
    if decision != "beside":
        return decision, ""
    path = _free_path(folder, name, new, version)
    if not path.exists():
        atomic_write(path, content)
    copies[path.name] = new
    # Of a copy that nothing is remembered of, only cells as they ship now may be run.
    base = known or Copy(digest="", code=new.code)
    copies[name] = base.model_copy(update={"offered": new.digest})
    return decision, path.name


def load_copies(folder: Path) -> dict[str, Copy]:
    """Return what is remembered of the notebooks in `folder`, by name; nothing if it is damaged."""
    try:
        return dict(_CopyRecord.model_validate_json((folder / RECORD_NAME).read_bytes()).notebooks)
    except (FileNotFoundError, ValidationError):
        return {}


def cells_as_shipped(copy: Copy, cells: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return which of the cells of a notebook are the code cells that it was copied with.

    The user may have added cells of their own between them, and changed any text.

    Returns
    -------
    tuple of int
        Their positions in `cells`, in order; empty if one of them was changed, moved or
        taken out, since the others may not work without it.
    """
    positions: list[int] = []
    for position, cell in enumerate(cells):
        if len(positions) == len(copy.code):
            break
        if cell["cell_type"] == "code" and _source(cell) == copy.code[len(positions)]:
            positions.append(position)
    return tuple(positions) if len(positions) == len(copy.code) else ()


def _decide(path: Path, known: Copy | None, new: Copy) -> _Decision:
    try:
        present = _copy_of(path.read_bytes())
    except FileNotFoundError:
        return "add"
    if present is not None and present.digest == new.digest:
        return "same"
    if known is None:
        return "beside"
    if present is not None and present.digest == known.digest:
        return "update"
    return "keep" if new.digest in (known.digest, known.offered) else "beside"


def _free_path(folder: Path, name: str, new: Copy, version: str) -> Path:
    """Return where to put a newer notebook beside a changed one, or where it was put before."""
    for number in count(1):
        again = f", {number}" if number > 1 else ""
        path = folder / f"{Path(name).stem} (new in {version}{again}).ipynb"
        if not path.exists():
            break
        present = _copy_of(path.read_bytes())
        if present is not None and present.digest == new.digest:
            break
    return path


def _copy_of(content: bytes) -> Copy | None:
    """Return what to remember of a notebook, or None for a file that is no notebook."""
    try:
        nb = json.loads(content)
        cells = [
            {
                "cell_type": cell["cell_type"],
                "source": _source(cell),
                "attachments": cell.get("attachments", {}),
                "metadata": _without(cell["metadata"], _CELL_METADATA_OF_JUPYTER),
            }
            for cell in nb["cells"]
        ]
        metadata = _without(nb["metadata"], _NOTEBOOK_METADATA_OF_JUPYTER)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    canonical = json.dumps([metadata, cells], sort_keys=True)
    # Not `files.digest`: the records of earlier versions hold this one.
    return Copy(
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
        code=tuple(cell["source"] for cell in cells if cell["cell_type"] == "code"),
    )


def _source(cell: Mapping[str, Any]) -> str:
    # A notebook's file may hold a source as one string or as a list of lines.
    return "".join(cell["source"])


def _without(metadata: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in keys}


def _explain(error: OSError, folder: Path) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{folder} can't hold the notebooks, because a file is in the way: name a folder."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"The notebooks can't be written to {folder}: you may not write there. Name another."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {folder} is full: free some space and start again."
    return f"The notebooks can't be copied to {folder}: {error.strerror or error}."
