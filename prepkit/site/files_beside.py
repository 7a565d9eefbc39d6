"""Files beside notebooks that links lead to: found, checked, and cleaned for the site.

Nothing outside the publisher's folders is taken along, and nothing hidden. A page (.html) loses the
power to run scripts, a picture its metadata.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from prepkit.files import digest
from prepkit.notebook.picture_metadata import without_metadata
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.svg import measured_svg

FOLDER = "files"
"""The folder of a site that holds them, with the folders that they are in."""

FILE_AT_MOST = 20_000_000
ALL_AT_MOST = 200_000_000
"""Bytes of one file, and of all together: hosts have limits, and visitors wait."""

_PAGES = frozenset({".html", ".htm"})
_PICTURES = frozenset({".jpeg", *(kind.suffix for kind in TYPES)})
_TEXTS = frozenset(
    {".bib", ".c", ".cfg", ".cpp", ".css", ".csv", ".dat", ".geojson", ".go", ".h", ".ini", ".java"}
    | {".jl", ".js", ".json", ".jsonl", ".log", ".m", ".md", ".py", ".qmd", ".r", ".rmd", ".rs"}
    | {".rst", ".sh", ".sql", ".tex", ".toml", ".ts", ".tsv", ".txt", ".yaml", ".yml"}
)
_ZIPPED = frozenset(
    {".docx", ".epub", ".npz", ".odp", ".ods", ".odt", ".pptx", ".xlsm", ".xlsx", ".zip"}
)
_OTHERS = frozenset(
    {".7z", ".arrow", ".bz2", ".db", ".feather", ".flac", ".gz", ".h5", ".hdf5", ".joblib", ".m4a"}
    | {".mat", ".mov", ".mp3", ".mp4", ".nc", ".npy", ".ogg", ".parquet", ".pdf", ".pickle"}
    | {".pkl", ".rds", ".sav", ".sqlite", ".sqlite3", ".tar", ".tgz", ".wav", ".webm", ".xls"}
    | {".xz"}
)
_KNOWN = _PAGES | _PICTURES | _TEXTS | _ZIPPED | _OTHERS
_SQLITE = b"SQLite format 3\0"
_OWNER = slice(68, 72)
"""Where a SQLite file says which program it belongs to."""

# Ours comes first, so that it holds for whatever the file has after it. What an earlier element of
# a page forbids, no later one allows.
_QUIET = (
    b'<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    b" style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:;"
    b" form-action 'none'; base-uri 'none'\">"
)


class NotTakenError(ValueError):
    """Why a file isn't taken along."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is taken along."""

    source: Path
    path: str
    """Below the site's folder."""
    digest: str
    """Of its content when it was checked."""


class FilesBeside:
    """The files in the publisher's folders that may be taken along.

    Parameters
    ----------
    roots
        The publisher's folders, as absolute paths.
    """

    def __init__(self, roots: Collection[Path]) -> None:
        self._roots = tuple(roots)
        self._known: dict[str, Taken | NotTakenError] = {}
        self._paths: dict[str, Path] = {}
        self._left = ALL_AT_MOST

    def is_file(self, path: str) -> bool:
        """Tell whether there is a file in the publisher's folders, wherever links lead."""
        try:
            found = Path(path).resolve(strict=True)
            return found.is_file() and self._root_of(found) is not None
        except (OSError, RuntimeError, ValueError):  # no such file, links in a circle, no name
            return False

    def take(self, path: str) -> Taken:
        """Return the file that is taken along from a path.

        Raises
        ------
        NotTakenError
            If it isn't: it is too large, of a kind that isn't published, or not to be read.
        """
        if path not in self._known:
            try:
                self._known[path] = self._checked(Path(path))
            except NotTakenError as error:
                self._known[path] = error
        found = self._known[path]
        if isinstance(found, NotTakenError):
            raise found
        return found

    def content(self, path: str, *, trusted: bool) -> bytes:
        """Return what is published of a file that is taken along from a path.

        Raises
        ------
        NotTakenError
            If it is a picture that is damaged, or isn't what it was when it was checked.
        """
        taken = self.take(path)
        raw = _read(taken.source)
        if digest(raw) != taken.digest:
            raise NotTakenError("it was changed during the build; build again")
        return raw if trusted else _cleaned(raw, taken.source.suffix.lower())

    def texts(self) -> Iterator[tuple[Path, str]]:
        """Yield each file that is taken along, with the text in it that can be read."""
        for taken in self._known.values():
            if isinstance(taken, Taken) and (text := _text_in(_read(taken.source), taken.source)):
                yield taken.source, text

    def _checked(self, path: Path) -> Taken:
        suffix = path.suffix.lower()
        if suffix not in _KNOWN:
            kind = f"{suffix} files" if suffix else "files without an ending"
            raise NotTakenError(f"{kind} are not taken along; the setting 'files' can publish it")
        real = path.resolve()
        if self._root_of(real) is None:
            raise NotTakenError("it is outside the folders that you publish")
        raw = _read(real)
        _refuse_answers(raw)
        if len(raw) > self._left:
            most = f"{ALL_AT_MOST // 10**6} MB"
            raise NotTakenError(f"all files that are taken along may have {most} together")
        self._left -= len(raw)
        key = digest(raw)
        return Taken(path, self._path(path, key), key)

    def _path(self, path: Path, key: str) -> str:
        """Return the path in the site: that in the publisher's folder, if it isn't taken."""
        root = self._root_of(path)
        inside = PurePosixPath(path.relative_to(root).as_posix() if root else path.name)
        name = f"{FOLDER}/{inside}"
        # Some hosts and computers don't tell capital letters from small ones.
        if self._paths.setdefault(name.casefold(), path) != path:
            name = f"{FOLDER}/{key[:16]}/{inside}"
        return name

    def _root_of(self, path: Path) -> Path | None:
        """Return the publisher's folder that a path is in; None if it is in none, or hidden."""
        for root in self._roots:
            for folder in (root, root.resolve()):
                if path.is_relative_to(folder):
                    inside = path.relative_to(folder).parts
                    if not any(part.startswith(".") for part in inside):
                        return folder
        return None


def loses_scripts(published: bytes) -> bool:
    """Tell whether what is published of a file is a page with scripts that don't run any more."""
    return published.startswith(_QUIET) and b"<script" in published.lower()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_AT_MOST + 1)
    except OSError as error:
        raise NotTakenError(f"it can't be read: {error.strerror}") from None
    if len(raw) > FILE_AT_MOST:
        raise NotTakenError(f"it has more than {FILE_AT_MOST // 10**6} MB")
    return raw


def _refuse_answers(raw: bytes) -> None:
    if raw.startswith(_SQLITE):
        # Imported here: most sites take no such file along.
        from prepkit.answers.schema import APPLICATION_ID

        if int.from_bytes(raw[_OWNER]) == APPLICATION_ID:
            raise NotTakenError("it is a file of answers, which is never published")


def _cleaned(raw: bytes, suffix: str) -> bytes:
    if suffix in _PAGES:
        return _QUIET + _as_utf8(raw)
    if suffix not in _PICTURES:
        return raw
    try:
        if suffix == ".svg":
            return measured_svg(raw.decode("utf-8", "replace"))[0]
        if any(kind.begins.match(raw) for kind in TYPES[1:]):
            return without_metadata(raw)
    except ValueError:
        pass
    raise NotTakenError("it is no picture, or it is damaged")


def _as_utf8(raw: bytes) -> bytes:
    """Return a page as it can stand after text in ASCII: without a mark of UTF-16."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b'<meta charset="utf-8">' + raw.decode("utf-16", "replace").encode("utf-8")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _text_in(raw: bytes, path: Path) -> str:
    """Return the text that can be read in a file: its own, or that of the files packed in it."""
    suffix = path.suffix.lower()
    if suffix in _ZIPPED:
        return "\n".join(_unzipped(raw))
    if suffix == ".gz":
        raw = _ungzipped(raw)
    elif suffix not in _TEXTS | _PAGES and suffix != ".svg" and not raw.startswith(_SQLITE):
        return ""
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    return raw.decode("utf-16" if is_wide else "utf-8-sig", "replace")


def _unzipped(raw: bytes) -> Iterator[str]:
    left = FILE_AT_MOST
    try:
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            for entry in packed.infolist():
                with packed.open(entry) as file:
                    content = file.read(left)
                left -= len(content)
                yield content.decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError):
        return  # damaged, or locked: nobody reads it without a password


def _ungzipped(raw: bytes) -> bytes:
    try:
        with gzip.open(BytesIO(raw)) as file:
            return file.read(FILE_AT_MOST)
    except (OSError, EOFError, zlib.error):
        return b""
