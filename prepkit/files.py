"""Files: read with a clear message if that fails, written whole or not at all, and compared."""

from __future__ import annotations

import errno
import hashlib
import marshal
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType

from prepkit.errors import PrepkitError, Problem

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_HEAD = 1000
"""In how many bytes at its beginning a file says what it is."""


class UnreadableError(PrepkitError):
    """A file that doesn't exist, that can't be read, or that isn't text."""

    def __init__(self, path: Path, message: str, line: int = 0) -> None:
        self.problem = Problem(path, line, message)
        super().__init__(str(self.problem))


def read_text(path: Path) -> str:
    """Return the text of a file that a person wrote, without a byte order mark.

    Raises
    ------
    UnreadableError
        If there is no such file, it can't be read, or it is not UTF-8. The message says what to
        do.
    """
    return decode_text(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises
    ------
    UnreadableError
        If there is no such file, or it can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(path, "no such file") from None
    except OSError as error:
        raise UnreadableError(path, f"it can't be read: {error.strerror or error}") from error


def decode_text(content: bytes, path: Path) -> str:
    """Return the text of the file `path`, whose content has already been read.

    Raises
    ------
    UnreadableError
        If it is not UTF-8. The message names the first line that isn't.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Counted in `content`, because the error's own positions leave out the byte order mark.
        start = error.start + len(content) - len(error.object)
        line = content.count(b"\n", 0, start) + 1
        message = "this is not UTF-8 text: save the file as UTF-8"
        raise UnreadableError(path, message, line) from None


def atomic_write(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write `content` to `path`; it is on the disk when this returns.

    Whatever goes wrong, `path` holds either what it held before or all of `content`.

    Parameters
    ----------
    private
        Whether only the user may read the file, if it is a new one.

    Raises
    ------
    OSError
        If the file can't be written, or the disk can't confirm it. No temporary file is left
        behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(
            temporary,
            os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0),
            PRIVATE_FILE if private else 0o666,
        )
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_own(path: Path, content: bytes, *, mark: bytes, kind: str) -> None:
    """Write a file that only the user can read; it replaces one of the same kind, and no other.

    Parameters
    ----------
    mark
        What is near the beginning of every such file, such as its first line.
    kind
        What kind of file it is, for the message: ``a calendar file from prepkit``.

    Raises
    ------
    PrepkitError
        If there is another file of this name, or it can't be written.
    """
    try:
        there = read_if_there(path)
        if there and mark not in there[:_HEAD]:
            raise PrepkitError(
                f"Nothing was written: {path} is there already, and it is not {kind}. Move or "
                "rename that file, then try again."
            )
        atomic_write(path, content, private=True)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror}.") from error


def read_if_there(path: Path) -> bytes:
    """Return the content of a file; nothing if there is no such file.

    Raises
    ------
    OSError
        If it can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk.

    Raises
    ------
    OSError
        If the disk can't confirm it.
    """
    # Windows allows this only for a file that is open for writing.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def make_private(path: Path) -> None:
    """Let nobody but the user read a file, if it is there.

    A file of somebody else's stays as it is, and so does one on a disk that knows no such rules.
    """
    with suppress(OSError):
        path.chmod(PRIVATE_FILE)


def make_private_folder(path: Path) -> None:
    """Make a folder that only the user may enter, if it isn't there; its name is on the disk then.

    Folders above it that don't exist are made, too, for the user's usual readers.

    Raises
    ------
    OSError
        If it can't be made.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for each in reversed(missing):
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk; Windows has no way to ask for this.

    Raises
    ------
    OSError
        If the disk can't confirm it. Where a file system has no such question (some network
        folders), or the folder may be changed but not listed, nothing is raised.
    """
    if os.name == "posix":
        try:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
                raise


def digest(*parts: bytes | str) -> str:
    """Return the SHA-256 of `parts` as 64 hexadecimal digits: other parts give other digits."""
    found = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        # With its length, so that ("ab", "c") and ("a", "bc") differ.
        found.update(b"%d:" % len(content) + content)
    return found.hexdigest()


def digest_files(paths: Iterable[Path]) -> str:
    """Return the digest of the names and contents of files, in the order of `paths`."""
    return digest(*(part for path in paths for part in (path.name, path.read_bytes())))


def shipped(name: str) -> Path:
    """Return a folder that comes with prepkit: inside an installed package, or else beside it."""
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


def code_digest(
    *modules: str, package: Path = Path(__file__).parent, without: Collection[str] = ()
) -> str:
    """Return the digest of what modules of a package do, including what they import from it.

    Something made by code with the same digest needn't be made again. Comments, blank lines and
    docstrings don't count, nor do modules that none of these import. For files that the code reads,
    use `digest_files`. The version of Python counts, because compiled code is compared: so this
    works on one machine, and can't tell whether two machines have the same prepkit.

    Parameters
    ----------
    modules
        Their full names, such as ``prepkit.site.article``.
    package
        The folder of the package.
    without
        Modules that don't count, and neither does what only they import.
    """
    paths, packages = _modules_of(package)
    digests: dict[str, str] = {}
    waiting = set(modules)
    while waiting:
        one = waiting.pop()
        digests[one], names = _digest_and_names(paths[one])
        imported = names & paths.keys()  # alone; below, ``from`` its package
        for name in names & packages.keys():
            imported |= {f"{parent}.{name}" for parent in names & packages[name]}
        waiting |= imported - digests.keys() - set(without)
    return digest(*(part for item in sorted(digests.items()) for part in item))


@cache
def _modules_of(package: Path) -> tuple[dict[str, Path], dict[str, set[str]]]:
    """Return the modules by their full names, and the packages that have one of each short name."""
    paths: dict[str, Path] = {}
    packages: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        paths[module] = path
        parent, _, name = module.rpartition(".")
        packages.setdefault(name, set()).add(parent)
    return paths, packages


@cache
def _digest_and_names(path: Path) -> tuple[str, frozenset[str]]:
    """Return the digest of what a module does, and the names that it uses."""
    code = compile(path.read_bytes(), path.name, "exec", dont_inherit=True, optimize=2)
    # Version 2 of the format, because later ones also record how often an object is used.
    return digest(marshal.dumps(_without_places(code), 2)), frozenset(_names_in(code))


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _without_places(code: CodeType) -> CodeType:
    """Return code without its line numbers, which change when a comment is added."""
    constants = (
        _without_places(constant) if isinstance(constant, CodeType) else constant
        for constant in code.co_consts
    )
    return code.replace(co_firstlineno=1, co_linetable=b"", co_consts=tuple(constants))
