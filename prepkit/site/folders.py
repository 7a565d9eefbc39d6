"""The notebooks in the folders that a publisher names, without those that nobody means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_TOOLS = frozenset({"__pycache__", "node_modules"})


def find_notebooks(
    source: Path, *, without: Path | None = None, refused: Callable[[OSError], None]
) -> list[Path]:
    """Return the notebooks in a folder and in all folders below it; see `walk`."""
    return [
        folder / name
        for folder, names in walk(source, without=without, refused=refused)
        for name in sorted(names)
        if name.lower().endswith(".ipynb") and not name.startswith(".")
    ]


def walk(
    source: Path,
    *,
    without: Path | None = None,
    refused: Callable[[OSError], None] = lambda error: None,
) -> Iterator[tuple[Path, list[str]]]:
    """Yield a folder and all folders below it, each once, with the names of their files.

    Hidden folders (``.ipynb_checkpoints`` too) and those of other programs (``node_modules``,
    Python environments) are left out. Folders that are links come after all others, so that what is
    in the folder itself has its own address; one that leads back up leads to what has been seen.

    Parameters
    ----------
    source
        The folder.
    without
        A folder to leave out.
    refused
        Is called for each folder that can't be read.
    """
    seen = {without.resolve()} if without else set()
    waiting = [source]
    while waiting:
        links: list[Path] = []
        for start in waiting:
            for path, folders, names in os.walk(start, onerror=refused):
                folder = Path(path)
                if (real := folder.resolve()) in seen:
                    folders.clear()
                    continue
                seen.add(real)
                folders[:] = _visible(folder, folders)
                links += [link for each in folders if (link := folder / each).is_symlink()]
                yield folder, names
        waiting = links


def _visible(folder: Path, names: Iterable[str]) -> list[str]:
    return [
        name
        for name in sorted(names)
        if not name.startswith(".")
        and name not in _TOOLS
        and not (folder / name / "pyvenv.cfg").is_file()  # a Python environment
    ]
