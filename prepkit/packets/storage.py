"""Where packets are put: a folder on this machine, or anything that fsspec can write to.

A file appears under its name only when it is complete.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FILE, atomic_write, make_private_folder

SCRATCH = ".scratch"
"""Where notebooks run, inside a folder of packets; it exists only during a run."""

FAILED = "failed"
"""The folder of notebooks that failed, with what they had shown until then."""

WRITTEN = ".written"
"""The folder in which workers note what they are about to write, one file per student.

If a run is killed before the manifest knows about a packet, the next run sees which of its files
may be there, and that they are not somebody's changes."""

_FULL = (errno.ENOSPC, errno.EDQUOT)

_LEFT_BEHIND = re.compile(r"\..+\.[0-9a-f]+\.tmp")
"""Names of files that were still being written; the number is of a process, or a random one."""


class OutputError(PrepkitError):
    """The place for the packets can't be read or written; the text says why and what to do."""


class LocalOutput:
    """A folder on this machine, or one that several machines share.

    Packets hold what students wrote and what their coach says: the files are for the user alone.

    Parameters
    ----------
    root
        The folder; it is created when something is written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None if there is no such file."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._output_error(name, error, "read") from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file, which appears only when it is complete; an existing one is replaced."""
        path = self.root / name
        try:
            # First the folder itself, so that it is private even if a folder inside it is needed.
            make_private_folder(self.root)
            make_private_folder(path.parent)
            atomic_write(path, content, private=True)
        except OSError as error:
            raise self._output_error(name, error) from error

    def append(self, name: str, line: bytes) -> None:
        """Add a line to a file; it is on the disk when this returns."""
        try:
            make_private_folder(self.root)
            (self.root / name).touch(PRIVATE_FILE)
            with (self.root / name).open("ab") as file:
                # The line end comes first, so that a line that was cut short damages no other line.
                file.write(b"\n" + line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._output_error(name, error) from error

    def lines(self, name: str) -> list[bytes]:
        """Return the lines that `append` has written to a file, including any cut short."""
        return (self.read(name) or b"").split(b"\n")

    def names(self, folder: str = "") -> set[str]:
        """Return the names of the files in a folder, without hidden files."""
        try:
            with os.scandir(self.root / folder) as entries:
                return {
                    entry.name
                    for entry in entries
                    if entry.is_file() and not entry.name.startswith(".")
                }
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            raise self._output_error(folder, error, "read") from error

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            (self.root / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._output_error(name, error, "removed") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs from writing here, and remove what an earlier run left behind.

        Raises
        ------
        OutputError
            If another run is writing here, or the folder can't be written to.
        """
        try:
            make_private_folder(self.root)
            # A lock on an SQLite database works on every system, and ends with its process.
            lock = sqlite3.connect(self.root / ".lock", timeout=0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._output_error("", error) from error
        with closing(lock):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise self._output_error(".lock", error) from error
                raise OutputError(
                    f"Another run is writing to {self.root}. Wait until it ends, or choose another"
                    " folder with -o."
                ) from None
            self._tidy()
            try:
                yield
            finally:
                self._tidy()

    def _tidy(self) -> None:
        shutil.rmtree(self.root / SCRATCH, ignore_errors=True)
        for folder in (self.root, self.root / FAILED, self.root / WRITTEN):
            for path in folder.glob(".*.tmp"):
                if _LEFT_BEHIND.fullmatch(path.name):
                    with suppress(OSError):
                        path.unlink()
        for folder in (self.root / FAILED, self.root / WRITTEN):
            with suppress(OSError):  # there is something in it, or nothing there
                folder.rmdir()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make an empty folder to run a notebook in, and remove it at the end."""
        try:
            make_private_folder(self.root / SCRATCH)
            folder = tempfile.TemporaryDirectory(
                dir=self.root / SCRATCH, ignore_cleanup_errors=True
            )
        except OSError as error:
            raise self._output_error(SCRATCH, error) from error
        with folder as name:
            yield Path(name).absolute()

    def _output_error(self, name: str, error: Exception, how: str = "written") -> OutputError:
        if getattr(error, "errno", None) in _FULL:
            return DiskFullError(
                f"The disk is full ({self.root}): free some space and run the same command again."
            )
        if isinstance(error, NotADirectoryError | FileExistsError):
            folder = (self.root / name).parent if name else self.root
            return OutputError(
                f"The folder {folder} can't be made, because there is a file with this name: move"
                " the file, or choose another folder with -o."
            )
        if how == "written" and not os.access(self.root, os.W_OK):
            return OutputError(
                f"Nothing can be written to {self.root}: check the folder's permissions, or choose"
                " another folder with -o."
            )
        reason = getattr(error, "strerror", None) or error
        message = f"{self.root / name} can't be {how}: {reason}."
        if isinstance(error, PermissionError):  # on Windows, a spreadsheet that is open
            message += " If it is open in another program, close it and run the same command again."
        return OutputError(message)


class DiskFullError(OutputError):
    """Nothing more can be written: a run stops at once."""


class RemoteOutput:
    """A place that fsspec can write to, such as ``s3://bucket/spring``.

    Each appended line becomes a file of its own, because object stores can't add to a file.

    Parameters
    ----------
    url
        With its protocol; what this needs besides fsspec, such as s3fs, must be installed.

    Raises
    ------
    OutputError
        If fsspec, or what this protocol needs, is not installed.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._counts: dict[str, int] = {}
        """How many lines each file has; only one process adds lines."""
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise OutputError(
                f"Writing to {url} needs fsspec: run pip install 'prepkit[cluster]'."
            ) from None
        try:
            self._system, self._root = url_to_fs(url)
        except Exception as error:  # each file system of fsspec has errors of its own
            raise OutputError(f"{url} can't be written to: {error}") from error

    def __str__(self) -> str:
        return self.url

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None if there is no such file."""
        with self._with_output_errors(name, "read"):
            try:
                content: bytes = self._system.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file, which appears only when it is complete; an existing one is replaced."""
        # The temporary name has a random number: two machines may write the same packet at once,
        # when a worker that was thought lost is still alive.
        temporary = self._path(f".{name.replace('/', '-')}.{uuid.uuid4().hex}.tmp")
        with self._with_output_errors(name, "written"):
            self._system.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self._system.pipe_file(temporary, content)
            self._system.mv(temporary, self._path(name))

    def append(self, name: str, line: bytes) -> None:
        """Add a line, as a file of its own whose name sorts after the earlier ones."""
        if name not in self._counts:
            self._counts[name] = len(self._parts(name))
        stem, _, suffix = name.rpartition(".")
        part = f"{self._counts[name]:08d}-{uuid.uuid4().hex[:8]}"
        self.write(f"{stem}/{part}.{suffix}", line)
        self._counts[name] += 1

    def lines(self, name: str) -> list[bytes]:
        """Return the lines that `append` has written to a file."""
        parts = self._parts(name)
        with self._with_output_errors(name, "read"):
            # All in one request: one request per line would take minutes for thousands of lines.
            contents: dict[str, bytes] = self._system.cat(parts) if parts else {}
        return [contents[part] for part in parts]

    def _parts(self, name: str) -> list[str]:
        stem, _, suffix = name.rpartition(".")
        return sorted(path for path in self._list(stem) if path.endswith(f".{suffix}"))

    def names(self, folder: str = "") -> set[str]:
        """Return the names of the files in a folder, without hidden files."""
        found = {path.rpartition("/")[2] for path in self._list(folder)}
        return {name for name in found if not name.startswith(".")}

    def _list(self, folder: str) -> list[str]:
        with self._with_output_errors(folder, "read"):
            self._system.invalidate_cache()
            found: list[str] = self._system.find(self._path(folder).rstrip("/"), maxdepth=1)
        return found

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with self._with_output_errors(name, "removed"), suppress(FileNotFoundError):
            self._system.rm_file(self._path(name))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Remove what an earlier run left behind. Other runs can't be kept from writing here."""
        self._tidy()
        try:
            yield
        finally:
            self._tidy()

    def _tidy(self) -> None:
        for path in self._list(""):
            if _LEFT_BEHIND.fullmatch(path.rpartition("/")[2]):
                with self._with_output_errors("", "removed"), suppress(FileNotFoundError):
                    self._system.rm_file(path)
        for folder in (FAILED, WRITTEN):
            # Object stores have no folders; file systems that have them remove only empty ones.
            with suppress(Exception):
                self._system.rmdir(self._path(folder))

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make an empty folder on this machine to run a notebook in, and remove it at the end."""
        with tempfile.TemporaryDirectory(
            prefix="prepkit-packet-", ignore_cleanup_errors=True
        ) as name:
            yield Path(name)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @contextmanager
    def _with_output_errors(self, name: str, how: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each file system of fsspec has errors of its own
            if getattr(error, "errno", None) in _FULL:
                raise DiskFullError(
                    f"{self.url} is full: free some space and run the same command again."
                ) from error
            reason = str(error) or type(error).__name__
            raise OutputError(f"{self.url}/{name} can't be {how}: {reason}.") from error


Output = LocalOutput | RemoteOutput
"""A place for packets; names are relative, with ``/`` between their parts."""


def open_output(place: str) -> Output:
    """Return the place for packets: a folder by its path, or any other place by its URL.

    Raises
    ------
    OutputError
        If what a URL needs is not installed.
    """
    if "://" in place:
        return RemoteOutput(place)
    return LocalOutput(Path(place))


def failed_name(student_id: str) -> str:
    """Return the name of a student's notebook that failed."""
    return f"{FAILED}/{student_id}.ipynb"
