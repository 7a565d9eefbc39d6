"""Recordings of mock interviews: in the candidate's own folder, and nowhere else.

A take arrives in pieces, since whoever records may lose the connection at any moment. Each piece
says where it begins. It is written there only if that is where the file ends, and it is on the disk
before the answer says so; every answer says how far the file goes. So a piece that comes twice adds
nothing, one that comes too early is asked for again, and a new process goes on where the old one
was killed. Until size and SHA-256 agree, the file's name ends in ``.part``.

No export, hand-in, packet or site reads this folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from prepkit.answers.errors import StoreError, store_error
from prepkit.files import PRIVATE_FILE, make_private_folder, sync_folder
from prepkit.records import SLUG

MOST = 256 * 1024
"""The most bytes of one piece, either way: with ten megabytes, browsers lose the connection."""

_TAKE = re.compile(r"\d{8}T\d{6}Z-[0-9a-z]{4,32}")
_QUESTION = re.compile(rf"({SLUG.pattern})/(\d\d)")
_STAMP = "%Y%m%dT%H%M%SZ"
_ENDINGS = {"audio/webm": ".webm", "audio/mp4": ".m4a"}
_MIMES = {ending: mime for mime, ending in _ENDINGS.items()}
_PART = ".part"
_DELETED = ".deleted"
_DIFFERS = ".differs"

_OF_THE_STORE = ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOTDIR", "EEXIST")
"""Errors for which the answers file already has the right words."""

# A link in place of a file would lead out of the folder. Windows makes links for few people.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class RecordingError(StoreError):
    """A recording can't be stored or read; those that were kept are unharmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One recording, as it is on the disk."""

    id: str
    question: str
    at: datetime
    """When it began, in UTC."""
    mime: str
    size: int
    whole: bool
    """Whether it was compared with what the browser recorded; otherwise its end may be missing."""


class Kept(NamedTuple):
    """How far the file of a take goes, and whether it is the whole recording."""

    size: int
    whole: bool


class Recordings:
    """The recordings of one candidate.

    Parameters
    ----------
    folder
        Where they are; it is made when the first one comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mutex = threading.Lock()

    def write(self, take: str, question: str, mime: str, at: int, data: bytes) -> int:
        """Write a piece of a take, if the file ends where the piece begins.

        Parameters
        ----------
        take
            Its id: a moment in UTC and some random letters, ``20260131T093000Z-4k2f9a``.
        question
            The id of the question that it answers.
        mime
            What kind of sound it is: WebM or MP4.
        at
            Where in the recording the piece begins, in bytes.
        data
            At most `MOST` bytes.

        Returns
        -------
        int
            How many bytes of the take are on the disk now. If that isn't the end of the piece,
            the piece wasn't written: go on from there.

        Raises
        ------
        RecordingError
            If the disk is full or can't be written to, or if the take was deleted. Nothing of the
            piece is stored then.
        """
        ending = _ending(mime)
        if not 0 < len(data) <= MOST:
            raise RecordingError(f"A piece of a recording has 1 to {MOST} bytes, not {len(data)}.")
        place = self._place(take, question)
        with self._mutex, self._told("This piece of the recording was not saved"):
            if place.with_name(take + _DELETED).exists():
                raise RecordingError("This recording was deleted, so no more of it is kept.")
            whole = place.with_name(take + ending)
            if whole.exists():
                return whole.stat().st_size
            for folder in (self.folder.parent, self.folder, place.parent):
                make_private_folder(folder)
                if folder.is_symlink() and folder != self.folder.parent:
                    raise RecordingError(
                        f"Nothing was saved: {folder} is a link. Put a folder in its place."
                    )
            return _append(place.with_name(take + ending + _PART), at, data)

    def finish(self, take: str, size: int, sha256: str) -> Kept:
        """Keep a take for good, if all of it is there.

        If the bytes aren't those that were recorded, they are set aside, and the take begins again
        from its first byte: whoever recorded it still has all of it.

        Parameters
        ----------
        take
            Its id.
        size, sha256
            What whoever recorded it has: bytes, and hexadecimal digits.

        Raises
        ------
        RecordingError
            If the disk can't be written to.
        """
        _check(take)
        with self._mutex, self._told("The recording is not complete yet"):
            path = self._find(take)
            if path is None:
                return Kept(0, whole=False)
            found = path.stat().st_size
            agrees = found == size and _digest(path) == sha256.lower()
            if agrees and path.suffix == _PART:
                path.replace(path.with_suffix(""))
            elif not agrees and found >= size:
                path.replace(path.with_name(f"{path.name.removesuffix(_PART)}{_DIFFERS}"))
                found = 0
            sync_folder(path.parent)
            return Kept(found, whole=agrees)

    def takes(self, question: str | None = None) -> tuple[Take, ...]:
        """Return the takes of one question, or all of them, the newest first.

        Raises
        ------
        RecordingError
            If the folder can't be read.
        """
        with self._told("The recordings can't be read"):
            found = [each for path in self._files() if (each := _take(path))]
        mine = (each for each in found if question in (None, each.question))
        return tuple(sorted(mine, key=lambda each: each.id, reverse=True))

    def read(self, take: str) -> Iterator[tuple[int, bytes]]:
        """Yield a take in pieces of at most `MOST` bytes, each with where it begins.

        Raises
        ------
        RecordingError
            If there is no such take, or it can't be read.
        """
        _check(take)
        with self._told("The recording can't be read"):
            path = self._find(take)
            if path is None:
                raise RecordingError("This recording isn't in your folder any more.")
            with os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb") as file:
                at = 0
                while piece := file.read(MOST):
                    yield at, piece
                    at += len(piece)

    def delete(self, take: str) -> None:
        """Remove a take, and whatever there is of it; an empty file remembers that it was deleted.

        Raises
        ------
        RecordingError
            If it can't be removed.
        """
        _check(take)
        with self._mutex, self._told("The recording was not deleted"):
            for path in [each for each in self._files() if _id_of(each) == take]:
                if path.suffix != _DELETED:
                    # First: a piece on its way mustn't begin the take again.
                    os.close(_open(path.with_name(take + _DELETED), os.O_WRONLY | os.O_CREAT))
                    path.unlink()
                    sync_folder(path.parent)

    def state(self, take: str) -> Literal["kept", "deleted", "missing"]:
        """Tell whether a take is here; ``missing`` if it is, for example, on another computer.

        Raises
        ------
        RecordingError
            If the folder can't be read.
        """
        _check(take)
        with self._told("The recordings can't be read"):
            endings = {path.suffix for path in self._files() if _id_of(path) == take}
        if endings - {_DELETED}:
            return "kept"
        return "deleted" if endings else "missing"

    def _place(self, take: str, question: str) -> Path:
        """Return where a take is, but for the ending."""
        _check(take)
        found = _QUESTION.fullmatch(question)
        if not found:
            raise RecordingError(f"{question!r} is not a question's id.")
        return self.folder / f"{found[1]}-{found[3]}" / take

    def _files(self) -> Iterator[Path]:
        """Yield the files in the folders of questions; links are left out."""
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if folder.is_symlink() or not folder.is_dir():
                continue
            for path in sorted(folder.iterdir()):
                if stat.S_ISREG(path.lstat().st_mode) and _TAKE.fullmatch(_id_of(path)):
                    yield path

    def _find(self, take: str) -> Path | None:
        """Return the file of a take: the whole one, or else its part."""
        found = [path for path in self._files() if _id_of(path) == take]
        ends = [path for path in found if path.suffix in _MIMES]
        parts = [path for path in found if path.suffix == _PART]
        return next(iter([*ends, *parts]), None)

    @contextmanager
    def _told(self, outcome: str) -> Iterator[None]:
        """Say what an error of the system means for the recording, and what to do."""
        try:
            yield
        except OSError as error:
            if errno.errorcode.get(error.errno or 0) in _OF_THE_STORE:
                told = store_error(error, self.folder / "recordings", outcome)
                raise RecordingError(str(told), reason=told.reason, remedy=told.remedy) from error
            reason = f"{self.folder} can't be used ({error.strerror or error})."
            raise RecordingError(f"{outcome}: {reason}", reason=reason) from error


def _check(take: str) -> None:
    if not _TAKE.fullmatch(take):
        raise RecordingError(f"{take!r} is not the id of a recording.")


def _ending(mime: str) -> str:
    kind = str(mime).split(";")[0].strip().lower()
    if kind not in _ENDINGS:
        raise RecordingError(f"A recording is {' or '.join(_ENDINGS)}, not {mime!r}.")
    return _ENDINGS[kind]


def _id_of(path: Path) -> str:
    return path.name.split(".")[0]


def _take(path: Path) -> Take | None:
    """Return the take that a file is; None for what is left of others."""
    whole = path.suffix in _MIMES
    ending = path.suffix if whole else path.with_suffix("").suffix
    if not whole and not (path.suffix == _PART and ending in _MIMES):
        return None
    if not whole and path.with_suffix("").exists():
        return None
    category, _, number = path.parent.name.rpartition("-")
    stamp = _id_of(path).split("-")[0]
    try:
        at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Take(
        id=_id_of(path),
        question=f"{category}/{number}",
        at=at,
        mime=_MIMES[ending],
        size=path.stat().st_size,
        whole=whole,
    )


def _open(path: Path, how: int) -> int:
    return os.open(path, how | _FLAGS, PRIVATE_FILE)


def _append(path: Path, at: int, data: bytes) -> int:
    """Write `data` if the file ends at `at`; return where it ends then, on the disk."""
    handle = _open(path, os.O_RDWR | os.O_CREAT)
    try:
        size = os.fstat(handle).st_size
        if size != at:
            return size
        try:
            os.lseek(handle, at, os.SEEK_SET)
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, at)  # a part of a piece would be taken for all of it
            raise
    finally:
        os.close(handle)
    if at == 0:
        sync_folder(path.parent)  # so that its name is on the disk, too
    return at + len(data)


def _digest(path: Path) -> str:
    with os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
