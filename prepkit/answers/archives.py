"""The files in a zip or tar archive that somebody sent, read in memory and within limits.

Nothing is written to a disk, so no name in an archive can lead anywhere, and no link is followed.
An archive of a few bytes may unpack to more than any disk holds: so what comes out is counted while
it is unpacked, whatever the archive says of itself.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from prepkit.answers import limits

DEPTH = 3
"""How many archives deep: the download of a whole course has the archives of its students."""
HEAD = 512
"""In bytes: how much of a file shows whether it is an archive."""
LINK = "a link, and links are not followed. Put the file itself there."
"""What is said of a link, in an archive and outside of one."""

_CHUNK = 1 << 16
_LARGEST_INDEX = 3_000_000
"""The most bytes of a zip's list of its files, which is read at once; and of a name in a tar."""
_FREE = 10_000_000
"""Up to so many bytes, nobody minds how well they were packed."""
_XZ_MEMORY = 200_000_000
_TAR_MARK = 257
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_ENCRYPTED = 0x41
_UTF_8 = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_AGAIN = "If it is still being copied, collect again later; otherwise ask for it again"
_UNPACK = "Unpack it yourself, and put what you need of it into the folder"
_DAMAGE = (
    *(OSError, EOFError, ValueError, OverflowError, RuntimeError, struct.error, zlib.error),
    *(lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError),
)
"""What the standard library raises for archives that are cut off, damaged or made up."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its content, or why that wasn't read."""

    place: Path
    """Its name in the archive; of an archive in an archive, with the name of that one before it."""
    content: bytes = b""
    problem: str = ""


class ArchiveError(Exception):
    """Nothing more can be read of an archive; the message says why, and what to do."""


class _LimitError(ArchiveError):
    """There is more in an archive than may be."""


@dataclass(slots=True)
class _Budget:
    """What one archive and those in it may still hold."""

    packed: int
    """How large the outermost archive is."""
    files: int = field(default_factory=lambda: limits.FILES)
    unpacked: int = 0

    def count_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise _LimitError(
                f"it has more than {limits.FILES:,} files; no more of it was read. {_UNPACK}."
            )

    def count(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > limits.UNPACKED:
            raise _LimitError(
                f"what is in it takes more than {limits.UNPACKED // 1_000_000:,} MB; no more of it "
                f"was read. {_UNPACK}."
            )
        if self.unpacked > _FREE and self.unpacked > limits.RATIO * self.packed:
            raise _LimitError(
                f"what is in it takes more than {limits.RATIO:,} times as much as the archive, as "
                "in one that is made to fill a disk; no more of it was read. Ask who sent it what "
                "it is."
            )


def is_archive(head: bytes, name: str) -> bool:
    """Tell whether a file is an archive that can be read here, by its first `HEAD` bytes.

    Documents of office programs are zips too; they are none here.
    """
    return bool(_packing(head)) and not _is_document(head, name)


def members_of(file: BinaryIO, name: str, size: int) -> Iterator[Member]:
    """Yield the files in an archive, and in the archives in it, each while it is unpacked.

    Parameters
    ----------
    file
        The archive, open for reading.
    name
        Its name.
    size
        How many bytes it has.

    Raises
    ------
    ArchiveError
        If no more can be read of it.
    """
    taken: set[Path] = set()
    for member in _members(file, name, _Budget(size), DEPTH):
        place, count = member.place, 1
        while place in taken:  # nothing keeps an archive from having one name twice
            count += 1
            place = member.place.with_stem(f"{member.place.stem} ({count})")
        taken.add(place)
        yield Member(place, member.content, member.problem)


def _members(file: BinaryIO, name: str, budget: _Budget, depth: int) -> Iterator[Member]:
    head = file.read(HEAD)
    file.seek(0)
    packing = _packing(head)
    try:
        found = _zipped(file, budget) if packing == "zip" else _packed(file, name, packing, budget)
        for member in found:
            inner = member.content[:HEAD]
            if member.problem or not is_archive(inner, member.place.name):
                yield member
            elif depth == 1:
                problem = f"an archive inside {DEPTH} others, so it was not opened. {_UNPACK}."
                yield Member(member.place, problem=problem)
            else:
                yield from _nested(member, budget, depth)
    except _DAMAGE as error:
        raise ArchiveError(f"an archive that is incomplete or damaged. {_AGAIN}.") from error


def _nested(member: Member, budget: _Budget, depth: int) -> Iterator[Member]:
    """Yield the files of an archive in an archive; one that is damaged stops no other."""
    try:
        file = io.BytesIO(member.content)
        for each in _members(file, member.place.name, budget, depth - 1):
            yield Member(member.place / each.place, each.content, each.problem)
    except _LimitError:
        raise
    except ArchiveError as error:
        yield Member(member.place, problem=str(error))


def _packing(head: bytes) -> str:
    """Return how a file is packed, by its beginning; empty if it isn't."""
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return "zip"
    marks = {"gz": b"\x1f\x8b", "bz2": b"BZh", "xz": b"\xfd7zXZ\0"}
    found = next((name for name, mark in marks.items() if head.startswith(mark)), "")
    return found or ("tar" if head[_TAR_MARK:].startswith(b"ustar") else "")


def _is_document(head: bytes, name: str) -> bool:
    inner = head[30:200]  # after a zip's first header comes the name of its first file
    marks = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"docProps/")
    suffix = Path(name).suffix.casefold()
    return head.startswith(b"PK\3\4") and (inner.startswith(marks) or suffix in _DOCUMENTS)


_DOCUMENTS = frozenset(
    (
        *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pages", ".numbers", ".key"),
        *(".epub", ".jar", ".apk", ".whl", ".npz"),
    )
)
"""Files that are zips, too, and that nobody means to be unpacked."""


class _Guarded(io.RawIOBase):
    """A zip of which only little is read at once, so that its own numbers can't fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _LARGEST_INDEX:
            start = self._file.tell()
            size = self._file.seek(0, 2) - start if size is None or size < 0 else size
            self._file.seek(start)
            if size > _LARGEST_INDEX:
                raise _LimitError(
                    f"it has more than {limits.FILES:,} files; nothing of it was read. {_UNPACK}."
                )
        return self._file.read(size)


def _zipped(file: BinaryIO, budget: _Budget) -> Iterator[Member]:
    with zipfile.ZipFile(_Guarded(file)) as archive:
        for info in archive.infolist():
            if info.is_dir() or info.filename.endswith("\\"):
                continue
            budget.count_file()
            place, problem = _place(_zip_name(info))
            if not problem and stat.S_ISLNK(info.external_attr >> 16):
                problem = LINK
            elif not problem and info.flag_bits & _ENCRYPTED:
                problem = "protected by a password. Ask for it without one, or unpack it yourself."
            elif not problem and info.compress_type not in _READABLE:
                problem = f"packed in an unusual way. {_UNPACK}."
            yield (
                Member(place, problem=problem) if problem else _unzip(archive, info, place, budget)
            )


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, budget: _Budget) -> Member:
    try:
        with archive.open(info) as packed:
            return _read(packed, place, budget)
    except _DAMAGE:
        return Member(place, problem=f"it is damaged in the archive. {_AGAIN}.")


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a file in a zip, whose encoding is often not what the zip says."""
    name = info.filename
    if not info.flag_bits & _UTF_8 and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _packed(file: BinaryIO, name: str, packing: str, budget: _Budget) -> Iterator[Member]:
    """Yield the files of a tar that may be compressed, or the one compressed file."""
    unpacked: BinaryIO = file
    if packing == "gz":
        unpacked = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    elif packing == "bz2":
        unpacked = bz2.BZ2File(file)  # type: ignore[assignment]
    elif packing == "xz":
        unpacked = io.BufferedReader(_XzFile(file))
    if packing != "tar":
        counted = io.BufferedReader(_Counted(unpacked, budget), _CHUNK)
        if _packing(counted.peek(HEAD)) != "tar":
            stem = Path(name).stem if Path(name).suffix else f"{name}-unpacked"
            yield _read(counted, Path(stem), None)
            return
        unpacked = counted
    with tarfile.open(fileobj=unpacked, mode="r|", tarinfo=_SmallHeader) as archive:
        for info in archive:
            if info.isdir():
                continue
            budget.count_file()
            place, problem = _place(info.name)
            if not problem and (info.issym() or info.islnk()):
                problem = LINK
            elif not problem and not info.isreg():
                problem = "not a file."
            if problem:
                yield Member(place, problem=problem)
                continue
            content = archive.extractfile(info)
            assert content is not None  # it is a file
            # The holes of a sparse file take no room in the archive, so they aren't counted yet.
            is_counted = packing != "tar" and not info.issparse()
            yield _read(content, place, None if is_counted else budget)


class _SmallHeader(tarfile.TarInfo):
    """An entry of a tar whose own size may be anything, but whose long name has an end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _SmallHeader:
        found = super().frombuf(buf, encoding, errors)
        if found.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) and found.size > _LARGEST_INDEX:
            raise tarfile.HeaderError("a name of megabytes")
        return found


class _Counted(io.RawIOBase):
    """What comes out of a compressed file, counted."""

    def __init__(self, file: BinaryIO, budget: _Budget) -> None:
        self._file = file
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._file.read(len(buffer))
        self._budget.count(len(content))
        buffer[: len(content)] = content
        return len(content)


class _XzFile(io.RawIOBase):
    """An unpacked .xz file; the standard library's uses as much memory as the file asks for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpack = self._start()

    @staticmethod
    def _start() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = packed = b""
        while not content:
            if self._unpack.eof:  # such files may be put together
                packed = self._unpack.unused_data or self._file.read(_CHUNK)
                if not packed.strip(b"\0"):
                    break
                self._unpack = self._start()
            elif self._unpack.needs_input:
                packed = self._file.read(_CHUNK)
                if not packed:
                    raise EOFError("cut off")
            content = self._unpack.decompress(packed, len(buffer))
            packed = b""
        buffer[: len(content)] = content
        return len(content)


def _read(file: IO[bytes] | io.BufferedReader, place: Path, budget: _Budget | None) -> Member:
    """Read a file, unless it is too large. What is counted already has no budget here."""
    content = bytearray()
    while len(content) <= limits.LARGEST and (chunk := file.read(_CHUNK)):
        content += chunk
        if budget:
            budget.count(len(chunk))
    if len(content) > limits.LARGEST:
        return Member(place, problem=limits.too_large())
    return Member(place, bytes(content))


def _place(name: str) -> tuple[Path, str]:
    """Return where a file is in its archive, and what is wrong with its name."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    inside = [part for part in parts if part != ".." and not _DRIVE.fullmatch(part)]
    place = Path(*inside) if inside else Path("a file without a name")
    if name.startswith(("/", "\\")) or inside != parts or not inside:
        return place, "its name leads out of the archive, so it was not read. Ask who sent it why."
    return place, ""
