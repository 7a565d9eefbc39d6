"""The notebooks that a publisher names: found, read, and left out if they can't be published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import tee
from pathlib import Path
from typing import Any

from prepkit.errors import InputError, Problem, Problems
from prepkit.files import UnreadableError, digest, read_bytes
from prepkit.notebook.fields import joined, mapping, wishes
from prepkit.notebook.html_tree import HEADINGS
from prepkit.notebook.items import Html
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.reader import notebook_title, read_notebook
from prepkit.notebook.upgrade import FormatError, load_notebook
from prepkit.site.article import medium
from prepkit.site.book import title_from_name, title_without_number
from prepkit.site.folders import find_notebooks
from prepkit.text import replace_lone_surrogates

_SUMMARY = 160
_SUFFIXES = "|".join(kind.suffix[1:] for kind in TYPES)
_PICTURE = re.compile(rf"[^\s()<>\"']+\.(?:{_SUFFIXES}|jpeg)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Notebook:
    """An executed notebook."""

    source: Path
    place: str
    """Its path in the folder that the publisher named, such as ``lectures/02 Graphs.ipynb``."""
    title: str
    summary: str
    """Its first words; may be empty."""
    nb: Mapping[str, Any]
    digest: str
    """The digest of its file and of the pictures beside it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The notebooks that can be published, and what can't."""

    notebooks: tuple[Notebook, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why each of the others is left out."""
    left_out: frozenset[str] = frozenset()
    """The places of the others."""


class NotebookError(InputError):
    """Every reason why notebooks can't be published, one per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("Nothing was published:", problems)


def read_notebooks(sources: Sequence[Path], *, without: Path | None = None) -> Reading:
    """Return the notebooks at `sources`, which may be files and folders of notebooks.

    A notebook that can't be read, has an old format or was never run is left out.

    Parameters
    ----------
    sources
        The files and folders. Folders are searched whole; see `find_notebooks`.
    without
        A folder to leave out, such as the one that the site is written to.

    Raises
    ------
    NotebookError
        If a file in `sources` doesn't exist, or if there are sources and no notebook is left; with
        every problem of every notebook.
    """
    problems = Problems(error=NotebookError)
    notebooks: list[Notebook] = []
    left_out: list[str] = []
    for source, place in _found(sources, without, problems):
        notebook = _read(source, place, problems)
        if notebook:
            notebooks.append(notebook)
        else:
            left_out.append(place)
    # A name with a typing mistake isn't a notebook that can wait.
    if (sources and not notebooks) or not all(source.exists() for source in sources):
        problems.fail()
    return Reading(tuple(_told_apart(notebooks)), tuple(problems), frozenset(left_out))


def _found(
    sources: Sequence[Path], without: Path | None, problems: Problems
) -> Iterator[tuple[Path, str]]:
    """Yield each notebook once, with its place."""

    def refused(error: OSError) -> None:
        path = Path(error.filename)
        problems.add_error(f"this folder can't be read: {error.strerror}", path=path)

    known: set[Path] = set()
    for source in sources:
        is_folder = source.is_dir()
        files = find_notebooks(source, without=without, refused=refused) if is_folder else [source]
        if not files:
            problems.add_error("there are no notebooks (.ipynb) in this folder", path=source)
        for file in files:
            real = file.resolve()
            if real not in known:
                known.add(real)
                yield file, file.relative_to(source).as_posix() if is_folder else file.name


def _read(source: Path, place: str, problems: Problems) -> Notebook | None:
    try:
        raw = read_bytes(source)
        nb = load_notebook(raw)
    except UnreadableError as error:
        problems.extend([error.problem])
        return None
    except FormatError as error:
        problems.add_error(str(error), path=source)
        return None
    if message := _unfit(nb):
        problems.add_error(message, path=source)
        return None
    title, summary = _title_and_summary(nb)
    pictures = [path.read_bytes() for path in sorted(_pictures_beside(nb, source.parent))]
    return Notebook(
        source,
        place,
        title or title_without_number(source.stem),
        summary,
        nb,
        digest(raw, *pictures),
    )


def _told_apart(notebooks: Sequence[Notebook]) -> Iterator[Notebook]:
    """Yield notebooks; if several of a folder have one title, with what tells them apart.

    A course often has its own name as the title of each notebook, and the lesson's below it.
    """
    alike: dict[tuple[str, str], list[Notebook]] = {}
    for notebook in notebooks:
        folder = notebook.place.rpartition("/")[0]
        alike.setdefault((folder, notebook.title), []).append(notebook)
    apart: dict[Path, str] = {}
    for group in alike.values():
        if len(group) > 1:
            own = [_second_heading(one) for one in group]
            if "" in own or len(set(own)) < len(group):
                own = [title_from_name(one.source.stem) for one in group]
            apart |= {
                one.source: f"{one.title} · {words}" for one, words in zip(group, own, strict=True)
            }
    for notebook in notebooks:
        yield replace(notebook, title=apart.get(notebook.source, notebook.title))


def _second_heading(notebook: Notebook) -> str:
    """Return the first heading of a notebook that isn't its title; empty if there is none."""
    for item in read_notebook(notebook.nb, medium(trusted=False)):
        if isinstance(item, Html):
            for node in item.root.descendants():
                words = replace_lone_surrogates(node.words()) if node.tag in HEADINGS else ""
                if words not in ("", notebook.title):
                    return words
    return ""


def _unfit(nb: Mapping[str, Any]) -> str:
    """Return why a notebook can't be published; an empty text if it can."""
    code = [cell for cell in map(mapping, nb["cells"]) if _runs(cell)]
    if code and not any(cell.get("execution_count") or cell.get("outputs") for cell in code):
        return (
            "it was never run, so there is nothing to show; open it in JupyterLab, choose"
            " Run ▸ Run All Cells, and save it"
        )
    return ""


def _runs(cell: Mapping[str, Any]) -> bool:
    return (
        cell.get("cell_type") == "code"
        and bool(joined(cell.get("source")).strip())
        and "remove-cell" not in wishes(mapping(cell.get("metadata")))
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
