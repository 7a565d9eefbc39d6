"""The notebooks in the folders that a publisher names, without those that nobody means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

_TOOLS = frozenset({"__pycache__", "node_modules"})


def find_notebooks(
    source: Path, *, without: Path | None = None, refused: Callable[[OSError], None]
) -> list[Path]:
    """Return the notebooks in a folder and in all folders below it.

    Hidden folders (``.ipynb_checkpoints`` too) and those of other programs (``node_modules``,
    Python environments) are left out.

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
    files: list[Path] = []
    waiting = [source]
    # Folders that are links come after all others, so that what is in the folder itself has its
    # own address. One that leads back up leads to what has been seen.
    while waiting:
        links: list[Path] = []
        for start in waiting:
            for name, folders, names in os.walk(start, onerror=refused):
                folder = Path(name)
                if (real := folder.resolve()) in seen:
                    folders.clear()
                    continue
                seen.add(real)
                folders[:] = visible_folders(folder, folders)
                links += [path for each in folders if (path := folder / each).is_symlink()]
                files += [folder / each for each in sorted(names) if _is_notebook(each)]
        waiting = links
    return files


def visible_folders(folder: Path, names: Iterable[str]) -> list[str]:
    """Return those of the `names` in a folder that may be folders of notebooks."""
    return [
        name
        for name in sorted(names)
        if not name.startswith(".")
        and name not in _TOOLS
        and not (folder / name / "pyvenv.cfg").is_file()  # a Python environment
    ]


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb") and not name.startswith(".")
