"""The notebooks that a publisher names: read, and checked for what can't be published."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepkit.errors import PrepkitError
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.text import replace_lone_surrogates

_SUMMARY = 160
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`]|!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Notebook:
    """An executed notebook, and the page that it becomes."""

    source: Path
    path: str
    """Below the site's folder, such as ``notebooks/companies.html``."""
    title: str
    summary: str
    """Its first words, or nothing."""
    nb: Mapping[str, Any]
    digest: str
    """Of its file, and of the pictures beside it."""


class NotebookError(PrepkitError):
    """Every reason for which notebooks can't be published, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["Nothing was published:", *(f"  {one}" for one in problems)]))


def read_notebooks(sources: Sequence[Path]) -> list[Notebook]:
    """Return the notebooks at `sources`; a folder stands for those in it.

    Raises
    ------
    NotebookError
        With every problem of every notebook: one that can't be read, is of an old format, was
        never run, or would have the page of another.
    """
    problems: list[str] = []
    found: list[Notebook] = []
    pages: dict[str, Path] = {}
    for source in _files(sources, problems):
        notebook = _read(source, problems)
        if notebook is None:
            continue
        if notebook.path in pages:
            problems.append(
                f"{source}: its page would be that of {pages[notebook.path]}; rename one of them"
            )
        pages[notebook.path] = source
        found.append(notebook)
    if problems:
        raise NotebookError(problems)
    return found


def _files(sources: Sequence[Path], problems: list[str]) -> list[Path]:
    files: list[Path] = []
    for source in sources:
        if not source.is_dir():
            files.append(source)
            continue
        inside = sorted(source.glob("*.ipynb"))
        if not inside:
            problems.append(f"{source}: there are no notebooks (.ipynb) in this folder")
        files += inside
    return list(dict.fromkeys(files))


def _read(source: Path, problems: list[str]) -> Notebook | None:
    try:
        raw = source.read_bytes()
        nb = json.loads(raw)
    except OSError as error:
        problems.append(f"{source}: it can't be read ({error.strerror})")
        return None
    except (ValueError, RecursionError):
        problems.append(f"{source}: it is not a notebook; save it in JupyterLab again")
        return None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        problems.append(
            f"{source}: only notebooks of format 4 are published; open it in JupyterLab and save it"
        )
        return None
    cells = [mapping(cell) for cell in nb["cells"]]
    code = [cell for cell in cells if _runs(cell)]
    unrun = [cell for cell in code if not cell.get("execution_count") and not cell.get("outputs")]
    if code and len(unrun) == len(code):
        problems.append(
            f"{source}: it was never run, so there is nothing to show; run it first:"
            f" papermill {source.name} out.ipynb"
        )
        return None
    title, summary = _words(nb, cells, source)
    digest = hashlib.sha256(raw)
    for picture in sorted(_pictures(cells, source.parent)):
        digest.update(picture.read_bytes())
    name = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-") or "notebook"
    name = "index-notebook" if name == "index" else name
    return Notebook(source, f"notebooks/{name}.html", title, summary, nb, digest.hexdigest())


def _runs(cell: Mapping[str, Any]) -> bool:
    tags = sequence(mapping(cell.get("metadata")).get("tags"))
    return (
        cell.get("cell_type") == "code"
        and bool(joined(cell.get("source")).strip())
        and "remove-cell" not in tags
    )


def _words(
    nb: Mapping[str, Any], cells: Sequence[Mapping[str, Any]], source: Path
) -> tuple[str, str]:
    """Return a notebook's title, and the first words after it."""
    texts = [joined(cell.get("source")) for cell in cells if cell.get("cell_type") == "markdown"]
    title = replace_lone_surrogates(joined(mapping(nb.get("metadata")).get("title")))
    for text in texts:
        if title:
            break
        if heading := _TITLE.search(text):
            title = _plain(heading.group(1))
    paragraphs = [
        part for text in texts for part in text.split("\n\n") if part.strip() and part[0].isalnum()
    ]
    summary = _plain(" ".join(paragraphs[0].split())) if paragraphs else ""
    if len(summary) > _SUMMARY:
        summary = f"{summary[: _SUMMARY - 1].rsplit(' ', 1)[0]}…"
    named = re.sub(r"[\s_-]+", " ", source.stem).strip() or source.stem
    return title or named[:1].upper() + named[1:], summary


def _plain(markdown: str) -> str:
    return replace_lone_surrogates(_MARKS.sub(lambda mark: mark.group(1) or "", markdown).strip())


def _pictures(cells: Sequence[Mapping[str, Any]], folder: Path) -> set[Path]:
    """Return the files beside a notebook that its text could show."""
    texts = " ".join(
        joined(cell.get("source")) for cell in cells if cell.get("cell_type") == "markdown"
    )
    names = re.findall(r"[^\s()<>\"']+\.(?:png|jpe?g|gif|webp|svg)", texts, re.IGNORECASE)
    return {path for name in names if "://" not in name and (path := folder / name).is_file()}
