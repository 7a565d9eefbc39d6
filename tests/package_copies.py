"""A copy of prepkit whose files change for a while, to see what counts as a change of its code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import prepkit
from prepkit import files

_compiled = files._digest_and_names
_known: dict[tuple[str, bytes], tuple[str, frozenset[str]]] = {}


def copy_package(folder: Path) -> Path:
    """Copy prepkit into a folder, without what makes no digest, and return the copy."""
    unused = shutil.ignore_patterns("fonts", "__pycache__")
    return Path(shutil.copytree(Path(prepkit.__file__).parent, folder / "prepkit", ignore=unused))


@contextmanager
def longer(path: Path, more: str) -> Iterator[None]:
    """Add a text to a file of a copy for a while, and compile what stays the same only once."""
    before = path.read_bytes()
    with path.open("a", encoding="utf-8") as file:
        file.write(more)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(files, "_digest_and_names", _compiled_once)
            yield
    finally:
        path.write_bytes(before)


def _compiled_once(path: Path) -> tuple[str, frozenset[str]]:
    """Return what `code_digest` asks of a module, which its name and its text say in any folder."""
    key = path.name, path.read_bytes()
    if key not in _known:
        _known[key] = _compiled.__wrapped__(path)
    return _known[key]
