"""Copies of the shipped notebooks in the user's folder. Those the user changed stay as they are.

A hidden file beside the copies records what was copied. From it, a later version of prepkit knows
whether a notebook was changed or only run.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from prepkit.errors import PrepkitError
from prepkit.files import atomic_write, make_private, make_private_folder, shipped
from prepkit.records import Record

RECORD_NAME = ".prepkit-notebooks.json"

_COACH = "coach"
"""The folder of the notebooks for coaches, beside the pages."""

_MOVED = {f"{_COACH}/{name}": name for name in ("cohort.ipynb", "packet.ipynb")}
"""Where an earlier version of prepkit put a notebook, by its name now."""

_Decision = Literal["same", "add", "update", "keep", "beside"]
"""What to do with a notebook in the user's folder."""

# Jupyter itself writes these when a notebook is run or saved: they are no changes by the user.
_NOTEBOOK_METADATA_OF_JUPYTER = {"kernelspec", "language_info", "widgets", "signature"}
_CELL_METADATA_OF_JUPYTER = {"trusted", "execution", "ExecuteTime"}


class Copy(Record):
    """The record of one notebook in the user's folder."""

    digest: str
    """A digest of the shipped notebook as it was copied, without outputs and execution counts."""
    code: tuple[str, ...]
    """The sources of its code cells, in order."""
    offered: str | None = None
    """The digest of the newer version that was put beside this copy, if the user changed it."""


class _CopyRecord(Record):
    about: str = "What prepkit copied here. Without it, prepkit treats every notebook as changed."
    notebooks: Mapping[str, Copy] = {}


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What `copy_notebooks` did; all names are those of notebooks in `folder`, or in coach/."""

    folder: Path
    added: tuple[str, ...] = ()
    """Copied because the folder had no file of that name."""
    updated: tuple[str, ...] = ()
    """Not changed by the user, and now the same as in this version of prepkit."""
    kept: tuple[str, ...] = ()
    """Changed by the user, and left as they are."""
    beside: tuple[tuple[str, str], ...] = ()
    """For some of those kept: the name, and the name of the newer version now put beside it."""
    moved: tuple[tuple[str, str], ...] = ()
    """Not changed by the user, and now in another place: the name before, and the name now."""
    left: tuple[tuple[str, str], ...] = ()
    """Changed by the user and left where they were: the name, and that of prepkit's own now."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The report in sentences, for the command line."""
        lines = [f"Your notebooks are in {self.folder}"]
        if self.updated:
            lines.append(f"Updated: {', '.join(self.updated)}")
        lines += [f"Moved: {name} is now {new_name}" for name, new_name in self.moved]
        lines += [
            f"You changed {name}, so it stays as it is; the new version is “{new_name}”."
            for name, new_name in (*self.left, *self.beside)
        ]
        return tuple(lines)


def default_notebooks() -> Path:
    """Return the folder of the shipped notebooks, in an installed prepkit or in a checkout."""
    return shipped("notebooks")


def copy_notebooks(source: Path, folder: Path, *, version: str) -> CopyReport:
    """Copy the notebooks of `source` to `folder`; a notebook the user changed isn't overwritten.

    New outputs and execution counts don't count as changes. If the user changed a notebook and a
    newer version ships, that version is put beside it, once, under a name that says so. Nothing is
    ever deleted.

    Parameters
    ----------
    source
        The folder of the shipped notebooks.
    folder
        The user's folder; it is made if it doesn't exist.
    version
        The version of prepkit, for the name of a notebook that is put beside a changed one.

    Raises
    ------
    PrepkitError
        If `source` has no notebooks, or `folder` can't be read or written.
    """
    shipped = sorted([*source.glob("*.ipynb"), *source.glob(f"{_COACH}/*.ipynb")])
    if not shipped:
        raise PrepkitError(f"There are no notebooks in {source}. Reinstall prepkit.")
    try:
        make_private_folder(folder)
        before = load_copies(folder)
        copies = dict(before)
        names = [path.relative_to(source).as_posix() for path in shipped]
        moved, left = _move(names, folder, copies)
        done = {name: _copy_one(source, name, folder, copies, version) for name in names}
        _keep_private(folder, copies)
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
        moved=moved,
        left=left,
    )


_Names = tuple[tuple[str, str], ...]


def _move(names: Iterable[str], folder: Path, copies: dict[str, Copy]) -> tuple[_Names, _Names]:
    """Move what an earlier version put elsewhere, if the user didn't change it.

    Returns
    -------
    tuple of pairs
        What was moved, and what the user changed and has to be told: each with its new name.
    """
    moved, left = [], []
    for new in names:
        old = _MOVED.get(new, "")
        if old not in copies or new in copies or (folder / new).exists():
            continue
        try:
            present = _copy_of((folder / old).read_bytes())
        except FileNotFoundError:
            continue
        if present is None or present.digest != copies[old].digest:
            left.append((old, new))
            continue
        make_private_folder((folder / new).parent)
        (folder / old).rename(folder / new)
        copies[new] = copies.pop(old)
        moved.append((old, new))
    return tuple(moved), tuple(left)


def _copy_one(
    source: Path, name: str, folder: Path, copies: dict[str, Copy], version: str
) -> tuple[_Decision, str]:
    """Copy a notebook unless the user changed it, and record that in `copies`.

    Returns
    -------
    tuple of str
        What was done, and the name of the new version beside the user's, empty if there is none.
    """
    content = (source / name).read_bytes()
    new = _copy_of(content)
    if new is None:
        raise PrepkitError(f"{source / name} is damaged. Reinstall prepkit.")
    known = copies.get(name)
    decision = _decide(folder / name, known, new)
    if decision in ("add", "update"):
        make_private_folder((folder / name).parent)
        atomic_write(folder / name, content, private=True)
    if decision in ("same", "add", "update"):
        copies[name] = new
    if decision != "beside":
        return decision, ""
    path = _free_path(folder, name, new, version)
    if not path.exists():
        atomic_write(path, content, private=True)
    beside = path.relative_to(folder).as_posix()
    copies[beside] = new
    # Without a record we can't know what was copied: only cells as they ship now may be run.
    base = known or Copy(digest="", code=new.code)
    copies[name] = base.model_copy(update={"offered": new.digest})
    return decision, beside


def _keep_private(folder: Path, names: Iterable[str]) -> None:
    """Let only the user read these notebooks and Jupyter's copies of them.

    Earlier versions of prepkit didn't, and notebooks that they saved hold answers.
    """
    for name in names:
        path = folder / name
        make_private(path)
        saved = path.parent / ".ipynb_checkpoints"
        for copy in saved.glob(f"{glob.escape(path.stem)}-*.ipynb"):
            make_private(copy)


def load_copies(folder: Path) -> dict[str, Copy]:
    """Return the records of the notebooks in `folder` by name; none if the file is damaged."""
    try:
        return dict(_CopyRecord.model_validate_json((folder / RECORD_NAME).read_bytes()).notebooks)
    except (FileNotFoundError, ValidationError):
        return {}


def cells_as_shipped(copy: Copy, cells: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return which cells of a notebook are the code cells that it was copied with.

    The user may have added cells between them, and may have changed any text.

    Returns
    -------
    tuple of int
        Their positions in `cells`, in order. Empty if one of them was changed, moved or removed,
        since the others may not work without it.
    """
    positions: list[int] = []
    for position, cell in enumerate(cells):
        if len(positions) == len(copy.code):
            break
        if cell["cell_type"] == "code" and _source(cell) == copy.code[len(positions)]:
            positions.append(position)
    return tuple(positions) if len(positions) == len(copy.code) else ()


def texts_as_shipped(shipped: Path, cells: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return which cells of a notebook are texts that came with this version of prepkit.

    Returns
    -------
    tuple of int
        The positions in `cells` of Markdown cells that `shipped` has, too, in order.
    """
    try:
        ours = json.loads(shipped.read_bytes())["cells"]
    except FileNotFoundError:  # a page that an earlier version brought
        return ()
    texts = {_source(cell) for cell in ours if cell["cell_type"] == "markdown"}
    return tuple(
        position
        for position, cell in enumerate(cells)
        if cell["cell_type"] == "markdown" and _source(cell) in texts
    )


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
    """Return the path for a newer version beside a changed notebook; the same one each time."""
    for number in count(1):
        again = f", {number}" if number > 1 else ""
        path = (folder / name).with_stem(f"{Path(name).stem} (new in {version}{again})")
        if not path.exists():
            break
        present = _copy_of(path.read_bytes())
        if present is not None and present.digest == new.digest:
            break
    return path


def _copy_of(content: bytes) -> Copy | None:
    """Return the record of a notebook, or None for a file that isn't a notebook."""
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
        place = error.filename or folder
        return f"{place} is not a folder, or is inside a file. Choose another folder."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            f"The notebooks can't be copied to {folder}: you don't have permission to write there. "
            "Choose another folder."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The notebooks can't be copied to {folder}: the disk is full. Free some space, then "
            "start again."
        )
    return f"The notebooks can't be copied to {folder}: {error.strerror or error}."
