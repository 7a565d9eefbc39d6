"""The notebooks that a publisher names: read, and checked for reasons not to publish them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Any

from prepkit.errors import InputError, Problem, Problems
from prepkit.files import UnreadableError, digest, read_bytes
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.items import Html
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.reader import notebook_title, read_notebook
from prepkit.site.article import medium
from prepkit.text import capitalize_first, replace_lone_surrogates, slugify

_SUMMARY = 160
_SUFFIXES = "|".join(kind.suffix[1:] for kind in TYPES)
_PICTURE = re.compile(rf"[^\s()<>\"']+\.(?:{_SUFFIXES}|jpeg)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Notebook:
    """An executed notebook and the page that is made from it."""

    source: Path
    path: str
    """Below the site's folder, such as ``notebooks/companies.html``."""
    title: str
    summary: str
    """Its first words; may be empty."""
    nb: Mapping[str, Any]
    digest: str
    """The digest of its file and of the pictures beside it."""


class NotebookError(InputError):
    """Every reason why notebooks can't be published, one per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("Nothing was published:", problems)


def read_notebooks(sources: Sequence[Path]) -> list[Notebook]:
    """Return the notebooks at `sources`, which may be files and folders of notebooks.

    Raises
    ------
    NotebookError
        With every problem of every notebook: it can't be read, has an old format, was never run, or
        would have the same address as another one.
    """
    problems = Problems(error=NotebookError)
    found: dict[str, Notebook] = {}
    for source in _files(sources, problems):
        notebook = _read(source, problems)
        if notebook is None:
            continue
        if twin := found.get(notebook.path):
            problems.add_error(
                f"its page would have the same address as the page of {twin.source};"
                " rename one of them",
                path=source,
            )
        found[notebook.path] = notebook
    problems.raise_any()
    return list(found.values())


def _files(sources: Sequence[Path], problems: Problems) -> list[Path]:
    files: list[Path] = []
    for source in sources:
        if not source.is_dir():
            files.append(source)
            continue
        inside = sorted(source.glob("*.ipynb"))
        if not inside:
            problems.add_error("there are no notebooks (.ipynb) in this folder", path=source)
        files += inside
    return list(dict.fromkeys(files))


def _read(source: Path, problems: Problems) -> Notebook | None:
    try:
        raw = read_bytes(source)
        nb = json.loads(raw)
    except UnreadableError as error:
        problems.extend([error.problem])
        return None
    except (ValueError, RecursionError):
        problems.add_error(
            "this isn't a notebook, or it is damaged; open it in JupyterLab and save it again",
            path=source,
        )
        return None
    if message := _unfit(nb, source.name):
        problems.add_error(message, path=source)
        return None
    title, summary = _title_and_summary(nb)
    named = re.sub(r"[\s_-]+", " ", source.stem).strip() or source.stem
    pictures = [path.read_bytes() for path in sorted(_pictures_beside(nb, source.parent))]
    name = slugify(source.stem) or "notebook"
    return Notebook(
        source,
        f"notebooks/{'index-notebook' if name == 'index' else name}.html",
        title or capitalize_first(named),
        summary,
        nb,
        digest(raw, *pictures),
    )


def _unfit(nb: Any, name: str) -> str:
    """Return why a notebook can't be published; an empty text if it can."""
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        return "its notebook format isn't 4; open it in JupyterLab and save it again"
    code = [cell for cell in map(mapping, nb["cells"]) if _runs(cell)]
    if code and not any(cell.get("execution_count") or cell.get("outputs") for cell in code):
        return (
            "it was never run, so there is nothing to show; run it first:"
            f" papermill {name} out.ipynb"
        )
    return ""


def _runs(cell: Mapping[str, Any]) -> bool:
    tags = sequence(mapping(cell.get("metadata")).get("tags"))
    return (
        cell.get("cell_type") == "code"
        and bool(joined(cell.get("source")).strip())
        and "remove-cell" not in tags
    )


def _title_and_summary(nb: Mapping[str, Any]) -> tuple[str, str]:
    """Return a notebook's title and the first words of its text; either may be empty."""
    for_title, for_words = tee(read_notebook(nb, medium(trusted=False)))
    title = notebook_title(nb, for_title) or ""
    words = ""
    for item in for_words:  # a generator: it reads only as far as needed
        if isinstance(item, Html) and item.is_cell:
            paragraphs = (node.words() for node in item.root.elements() if node.tag == "p")
            if words := next(filter(None, paragraphs), ""):
                break
    if len(words) > _SUMMARY:
        words = f"{words[: _SUMMARY - 1].rsplit(' ', 1)[0]}…"
    return replace_lone_surrogates(title), replace_lone_surrogates(words)


def _pictures_beside(nb: Mapping[str, Any], folder: Path) -> set[Path]:
    """Return the pictures beside a notebook that its text may show."""
    texts = " ".join(
        joined(cell.get("source"))
        for cell in map(mapping, nb["cells"])
        if cell.get("cell_type") == "markdown"
    )
    names = (name for name in _PICTURE.findall(texts) if "://" not in name)
    return {path for name in names if (path := folder / name).is_file()}
