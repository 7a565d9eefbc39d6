"""A roster's file -> a `RosterFile`: the header and rows of any kind of spreadsheet, unchecked.

A cell that can't be read becomes an `Unreadable` in its place, so that it can be reported together
with all other problems of the roster.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prepkit.files import UnreadableError, read_bytes
from prepkit.packets.roster.formats import rows
from prepkit.packets.roster.formats.arrow import read_parquet
from prepkit.packets.roster.formats.encodings import decode
from prepkit.packets.roster.formats.layout import lay_out
from prepkit.packets.roster.formats.rows import (
    Answers,
    CannotReadError,
    Cell,
    Doubt,
    FileSettings,
    RosterError,
    RosterFile,
    RosterProblem,
    Row,
    Sheet,
    Unreadable,
    column_letter,
    mapping_path,
    problems_in,
    roster_beside,
    roster_problem,
    too_large,
)
from prepkit.packets.roster.formats.texts import read_texts, take_apart
from prepkit.packets.roster.formats.workbooks import read_workbook

__all__ = [
    "Answers",
    "Cell",
    "Doubt",
    "FileSettings",
    "RosterError",
    "RosterFile",
    "RosterProblem",
    "Row",
    "Unreadable",
    "column_letter",
    "mapping_path",
    "problems_in",
    "read_roster_file",
    "roster_beside",
    "roster_problem",
]

_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_SUFFIXES = (*_TEXT_SUFFIXES, ".xlsx", ".xlsm", ".xls", ".ods", ".htm", ".html", ".parquet")

_AGAIN = "open it in a spreadsheet program and save it as .xlsx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")

# How files begin that are often taken for a roster, and what to do instead.
_OTHERS = {
    b"%PDF": "it is a PDF: save the spreadsheet that it was made from as .xlsx or CSV",
    b"{\\rtf": "it is a text document: copy its table into a spreadsheet, and save it as .xlsx",
    b"\x1f\x8b": "it is packed (gzip): unpack it first",
    b"MIME-Version:": f"it is a web page with its pictures in one file: {_AGAIN}",
    b'{"url"': "it is only a link to a Google Sheet: there, choose File, Download, .xlsx",
}
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|meta|style|table|body|div)",
    re.IGNORECASE | re.DOTALL,
)
_OLD_XML = b"urn:schemas-microsoft-com:office:spreadsheet"


def read_roster_file(path: Path, settings: FileSettings = FileSettings()) -> RosterFile:
    """Read a roster's file.

    Parameters
    ----------
    path : Path
        A text file with any delimiter, in any encoding of a spreadsheet program; a workbook
        (``.xlsx``; ``.xls`` needs xlrd), an OpenDocument spreadsheet (``.ods``), tables in HTML, or
        ``.parquet`` (which needs pyarrow). What a file holds counts, not what its name says.
    settings : FileSettings, optional
        What the coach says of it.

    Returns
    -------
    RosterFile
        Without blank rows. In a text file every cell is text. In a spreadsheet a formula counts as
        its stored value, and a number that is shown like an id counts as the text that is shown.

    Raises
    ------
    RosterError
        If there is no such file, it can't be read, or the coach has to say how.
    """
    try:
        content = _read_content(path)
        return _read(path, content, settings)
    except CannotReadError as error:
        raise error.for_roster(path) from error


def _read_content(path: Path) -> bytes:
    if path.is_dir():
        raise CannotReadError("it is a folder: name the roster file in it")
    if path.name.startswith("~$"):
        raise CannotReadError("it only shows that the roster is open in Excel: name the roster")
    if path.is_file() and path.stat().st_size > rows.LARGEST:
        too_large(f"it is larger than {rows.LARGEST // 1_000_000} MB")
    try:
        return read_bytes(path)
    except UnreadableError as error:
        raise CannotReadError(error.problem.message) from error


def _read(path: Path, content: bytes, settings: FileSettings) -> RosterFile:
    for start, message in _OTHERS.items():
        if content.startswith(start):
            raise CannotReadError(message)
    sheets = _spreadsheet(path.suffix.lower(), content, settings.sheet)
    without = replace(settings, delimiter="")
    if sheets is not None:
        return lay_out(path, [take_apart(sheet) for sheet in sheets], without, ())
    mapping = mapping_path(path).name
    if _OLD_XML in content[:2000]:
        raise CannotReadError(f"it is a spreadsheet of Excel 2003 (XML): {_AGAIN}")
    if _HTML.match(content[:2000].decode("latin-1").lstrip("\xef\xbb\xbf")):
        from prepkit.packets.roster.formats.web_pages import read_web_page

        text, encoding, _ = decode(content, settings.encoding, mapping)
        tables = read_web_page(text)
        if not tables:
            raise CannotReadError(f"it is a web page without a table: {_AGAIN}")
        return lay_out(path, tables, replace(without, encoding=encoding), ())
    if path.suffix.lower() not in _SUFFIXES:
        raise CannotReadError("a roster is a spreadsheet: save it as .xlsx, .ods or .csv")
    if path.suffix.lower() not in _TEXT_SUFFIXES and not _is_text(content):
        raise CannotReadError(f"it is not an {path.suffix} file, or it is damaged: {_AGAIN}")
    table, used, guesses = read_texts(content, settings, mapping)
    settings = replace(settings, delimiter=used.delimiter, encoding=used.encoding)
    return lay_out(path, [table], settings, guesses)


def _spreadsheet(suffix: str, content: bytes, named: str) -> Sequence[Sheet] | None:
    """Return the sheets of a spreadsheet, whatever the name of its file says; None for a text."""
    if content.startswith(b"PAR1") or suffix == ".parquet":
        return read_parquet(content)
    if content.startswith(_OLE):
        if _PASSWORD in content:
            raise CannotReadError("it has a password: save it as .xlsx without one")
        from prepkit.packets.roster.formats.old_workbooks import read_old_workbook

        return read_old_workbook(content)
    if not content.startswith(b"PK\x03\x04"):
        return None
    names = _names_in(content)
    if "content.xml" in names:
        from prepkit.packets.roster.formats.open_documents import read_open_document

        return read_open_document(content)
    if any(name.endswith(".iwa") for name in names):
        raise CannotReadError("it is a file of Numbers: there, choose File, Export To, CSV")
    if "xl/workbook.bin" in names:
        raise CannotReadError(f"it is a binary workbook (.xlsb): {_AGAIN}")
    if "word/document.xml" in names:
        raise CannotReadError(
            "it is a text document: copy its table into a spreadsheet, and save it as .xlsx"
        )
    return read_workbook(content, named)


def _names_in(content: bytes) -> set[str]:
    """Return the names of the parts of a packed file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()  # its reader says that it is damaged
    if sum(part.file_size for part in parts) > rows.LARGEST:
        too_large(f"unpacked, it is larger than {rows.LARGEST // 1_000_000} MB")
    return {part.filename for part in parts}


def _is_text(content: bytes) -> bool:
    """Tell whether a file that isn't named so is text all the same."""
    return bool(content) and not re.search(rb"[\x01-\x08\x0e-\x1f]", content[:100_000])
