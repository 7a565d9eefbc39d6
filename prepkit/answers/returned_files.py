"""Every file in a folder that students' files were put into, and every file in its archives."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from prepkit.answers import limits
from prepkit.answers.archives import HEAD, LINK, ArchiveError, is_archive, members_of

_SYSTEM = frozenset(("__macosx", "thumbs.db", "desktop.ini", "icon\r"))
_LOCK = "~$"  # what office programs keep beside an open document


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file: its content, or why it wasn't read."""

    place: Path
    """Where it is in the folder. A file in an archive is below the archive's name."""
    content: bytes = b""
    problem: str = ""
    is_hidden: bool = False
    """Whether it is a file of the system's, or hidden: it wasn't read, and is no problem."""
    is_archive: bool = False


def returned_files(folder: Path) -> Iterator[ReturnedFile]:
    """Yield every file in a folder and in those inside it, sorted by name; links aren't followed.

    Hidden folders are yielded as such, without their files. One file may be given instead of a
    folder, such as the archive of a course's download.
    """
    if folder.is_file():
        yield from _read(folder, Path(folder.name))
        return
    for path in _find_files(folder):
        place = path.relative_to(folder)
        if _is_hidden(place):
            yield ReturnedFile(place, is_hidden=True)
        else:
            yield from _read(path, place)


def _find_files(folder: Path) -> Iterator[Path]:
    unreadable: list[OSError] = []
    for found, folders, names in os.walk(folder, onerror=unreadable.append):
        here = Path(found)
        hidden = sorted(name for name in folders if _is_hidden(Path(name)))
        folders[:] = sorted(name for name in folders if name not in hidden)
        yield from (here / name for name in hidden)
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted(names))
    yield from (Path(error.filename) for error in unreadable)


def _is_hidden(place: Path) -> bool:
    return any(part.startswith((".", _LOCK)) or part.casefold() in _SYSTEM for part in place.parts)


def _read(path: Path, place: Path) -> Iterator[ReturnedFile]:
    try:
        if problem := _type_problem(path):
            yield ReturnedFile(place, problem=problem)
            return
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(0)
            if is_archive(head, path.name):
                yield from _unpacked(file, path, place)
                return
            content = file.read(limits.LARGEST + 1)
    except OSError as error:
        yield ReturnedFile(place, problem=f"can't be read: {error.strerror or error}.")
        return
    if len(content) > limits.LARGEST:
        yield ReturnedFile(place, head, problem=limits.too_large())
    else:
        yield ReturnedFile(place, content)


def _type_problem(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_ISDIR(mode):
        return "a folder that can't be read. Check its permissions."
    return "" if stat.S_ISREG(mode) else "not a file."


def _unpacked(file: BinaryIO, path: Path, place: Path) -> Iterator[ReturnedFile]:
    problem = "an archive without any file in it."
    try:
        for member in members_of(file, path.name, path.stat().st_size):
            problem = ""
            if _is_hidden(member.place):
                yield ReturnedFile(place / member.place, is_hidden=True)
            else:
                yield ReturnedFile(place / member.place, member.content, member.problem)
    except ArchiveError as error:
        problem = str(error)
    yield ReturnedFile(place, problem=problem, is_archive=True)
