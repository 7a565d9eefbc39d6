"""A roster's file -> a `RosterFile`: the header and rows of a CSV, XLSX or Parquet file, unchecked.

A cell that can't be read becomes an `Unreadable` in its place, so that it can be reported together
with all other problems of the roster.
"""

from __future__ import annotations

import codecs
import csv
import importlib
import io
import math
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from prepkit.errors import InputError, Problem, Problems
from prepkit.files import UnreadableError, read_bytes

if TYPE_CHECKING:
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

LONGEST_CELL = 10_000
"""The most characters in a cell: far more than a note for a packet needs."""

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")

LISTED = 50
"""How many problems a message lists; it counts the rest."""

_MOST_ROWS = 1_048_576  # what a spreadsheet has
_LARGEST = 500_000_000  # bytes, unpacked

_SAVE_AGAIN = "in your spreadsheet program, save the roster as CSV UTF-8"

_QUOTED = re.compile(r'"[^"]*"?')
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")
_PARQUET_EXTRA = 'pip install "prepkit[parquet]"'

# A number format that shows 17 as 00017, which is common for ids; LibreOffice writes a language
# code before it.
_ZEROS = re.compile(r"(?:\[\$[^]]*\])?(0{2,})")

# Excel's escape for the carriage return in an old line end, which openpyxl doesn't decode.
_LINE_END = re.compile(r"(?:_x000D_|\r)\n?")


class RosterError(InputError):
    """Every problem of a roster; the message lists the first `LISTED`."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        super().__init__(f"{path} has {{count}}:", problems, most=LISTED)


def problems_in(path: Path) -> Problems:
    """Return an object that collects the problems of the roster `path`."""
    return Problems(error=partial(RosterError, path))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell without a usable value, and why."""

    why: str


Cell = str | int | float | date | Unreadable | None
"""Texts are never blank and have no spaces around them; a `datetime` has a time of day."""


class Row(NamedTuple):
    """A row that has something in it."""

    number: int
    """As a spreadsheet counts, from 1 for the header."""
    cells: tuple[Cell, ...]


Answer = Literal["", "leave out", "take"]
"""What a coach says of rows that may not be students; "" is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """What a coach says of a roster's file; what is not said is found, or asked about."""

    sheet: str = ""
    """The name of the worksheet."""
    header_row: int = 0
    """The number of the row with the column names, from 1; 0 if it is to be found."""
    delimiter: str = ""
    encoding: str = ""
    """As Python names it, such as ``utf-8`` and ``cp1252``."""
    hidden: Answer = ""
    struck: Answer = ""
    totals: Answer = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that may not be students: the coach is asked, and until then nothing is made of them."""

    kind: Literal["hidden", "struck", "totals"]
    """Also the name of the setting that answers it."""
    rows: tuple[Row, ...]
    message: str
    """Which rows these are, and what to write where."""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The content of a roster's file. There is at least one row, or one doubt."""

    path: Path
    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    """Those that are surely meant: the rows of `doubts` are not among them."""
    doubts: tuple[Doubt, ...] = ()
    guesses: tuple[str, ...] = ()
    """What was found or left out, for the coach to check, each a line in plain words."""
    settings: FileSettings = FileSettings()
    """What was said or found: to read the file again in the same way."""


def mapping_path(roster: Path) -> Path:
    """Return where the coach's settings for a roster are kept: beside it."""
    return roster.with_name(f"{roster.stem}.prepkit.toml")


def read_roster_file(path: Path) -> RosterFile:
    """Read a roster's file.

    Parameters
    ----------
    path : Path
        Its suffix says what it is: ``.csv``, ``.tsv`` or ``.txt`` (UTF-8, or UTF-16 with a byte
        order mark; commas, semicolons or tabs), ``.xlsx`` (its first worksheet), or ``.parquet``
        (which needs pyarrow).

    Returns
    -------
    RosterFile
        Without blank rows. In a CSV file every cell is text. In an XLSX file a formula counts as
        its stored value, and a number shown with leading zeros counts as the text that is shown.

    Raises
    ------
    RosterError
        If there is no such file, or it can't be read as the kind of file that its suffix says.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise _refusal(path, "a roster is a .csv, .xlsx or .parquet file: save it as one of these")
    rows = read(path, _read_content(path))
    header: tuple[Cell, ...] = ()
    found: list[Row] = []
    for number, row in enumerate(rows, 1):
        if number > _MOST_ROWS:
            raise _refusal(path, _too_large(f"it has more than {_MOST_ROWS:,} rows"))
        cells = tuple(map(_to_cell, row))
        if all(cell is None for cell in cells):
            continue
        if not header:
            header = cells
        else:
            found.append(Row(number, cells))
    if not header:
        raise _refusal(
            path, "it is empty: put the column names in the first row: student_id, name, …"
        )
    if not found:
        raise _refusal(path, "it has no students: add one row per student below the column names")
    return RosterFile(path, header, tuple(found))


def column_letter(position: int) -> str:
    """Return a spreadsheet's name for a column, such as ``A`` for 1."""
    letters = ""
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _refusal(path: Path, message: str, row: int = 0) -> RosterError:
    return RosterError(path, [Problem(None, 0, message, f"row {row}" if row else "")])


def _too_large(what: str) -> str:
    return f"{what}: split it into several rosters"


def _read_content(path: Path) -> bytes:
    if path.is_dir():
        raise _refusal(path, "it is a folder: name the roster file in it")
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise _refusal(path, _too_large(f"it is larger than {_LARGEST // 1_000_000} MB"))
    try:
        return read_bytes(path)
    except UnreadableError as error:
        raise _refusal(path, error.problem.message) from error


def _to_cell(value: object) -> Cell:
    """Return a cell from any of the formats as a `Cell`."""
    match value:
        case None | Unreadable():
            return value
        case str():
            return _clean_text(value)
        case bool() | int():
            return value
        case float():
            if math.isnan(value):
                return None
            return value if math.isfinite(value) else Unreadable("the number is infinite: type it")
        case datetime():
            return value.date() if value.time() == time() else value
        case date():
            return value
        case time() | timedelta():
            return str(value)
        case Decimal():
            return _to_cell(int(value) if value == value.to_integral_value() else float(value))
        case bytes():
            return _clean_text(value.decode("utf-8", "replace"))
        case list():
            return _clean_text("\n".join(str(item) for item in value if item is not None))
        case _:
            return Unreadable("the cell holds something other than text, a number or a date")


def _clean_text(value: str) -> str | Unreadable | None:
    if len(value) > LONGEST_CELL:
        return Unreadable(
            f"the cell has {len(value):,} characters: shorten it to {LONGEST_CELL:,} at most"
        )
    return _LINE_END.sub("\n", value).strip() or None


def _csv_rows(path: Path, content: bytes) -> list[list[str]]:
    if content.startswith((_ZIP, _OLE)):
        raise _refusal(
            path, "it is a spreadsheet, not a text file: save it as CSV UTF-8, or as .xlsx"
        )
    text = _decode(path, content)
    if "\0" in text:
        row = _row_at(text, text.index("\0"))
        raise _refusal(path, f"a character here is damaged (a NUL byte): {_SAVE_AGAIN}", row)
    rows: list[list[str]] = []
    with _cells_of_any_length(text):
        try:
            for cells in _records(text, _delimiter(text), strict=True):
                rows.append(cells)  # one by one: the number read so far tells where it broke
        except csv.Error:
            raise _refusal(
                path,
                "a quotation mark is missing, or there is one too many: a cell that starts with"
                " one must end with one, and inside such a cell it is written twice, as in"
                ' "Ann ""Annie"" Lee"',
                len(rows) + 1,
            ) from None
    return rows


def _decode(path: Path, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise _refusal(path, f"its text is damaged (UTF-16): {_SAVE_AGAIN}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()  # without the byte order mark
        row = _row_at(before, len(before))
        raise _refusal(path, f"it is not UTF-8 text: {_SAVE_AGAIN}", row) from None


def _records(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _delimiter(text: str) -> str:
    """Return what separates the cells: the mark that the header has most of, outside quotes."""
    for line in re.split(r"[\r\n]+", _QUOTED.sub("", text[:100_000])):
        if line.strip(",;\t "):
            return max(",;\t", key=line.count)
    return ","


def _row_at(text: str, index: int) -> int:
    """Return the row, from 1, in which the character at `index` is."""
    with _cells_of_any_length(text):
        return sum(1 for _ in _records(f"{text[:index]}.", _delimiter(text), strict=False))


@contextmanager
def _cells_of_any_length(text: str) -> Iterator[None]:
    """Lift the csv module's limit, so that a long cell is reported by us, with its place."""
    before = csv.field_size_limit(len(text) + 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _xlsx_rows(path: Path, content: bytes) -> list[list[object]]:
    if content.startswith(_OLE):
        raise _refusal(
            path, "it has a password, or is an old .xls file: save it as .xlsx without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > _LARGEST:
            megabytes = _LARGEST // 1_000_000
            raise _refusal(path, _too_large(f"unpacked, it is larger than {megabytes} MB"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the file that a roster doesn't need
            return _first_worksheet(path, content)
    except RosterError:
        raise
    except Exception as error:  # a damaged file can make openpyxl fail in any way
        wanted = "open it in a spreadsheet program and save it as .xlsx"
        raise _refusal(path, f"it is not an .xlsx file, or it is damaged: {wanted}") from error


_FORMULA = object()
"""Takes the place of a formula until its stored value is known."""


def _first_worksheet(path: Path, content: bytes) -> list[list[object]]:
    rows = [
        [_FORMULA if cell.data_type == "f" else _stored_value(cell) for cell in row]
        for row in _worksheet(path, content, values=False)
    ]
    if any(cell is _FORMULA for row in rows for cell in row):
        for row, cells in zip(rows, _worksheet(path, content, values=True), strict=True):
            row[:] = [
                _formula_value(stored) if cell is _FORMULA else cell
                for cell, stored in zip(row, cells, strict=True)
            ]
    return rows


def _worksheet(
    path: Path, content: bytes, *, values: bool
) -> Iterator[Sequence[ReadOnlyCell | EmptyCell]]:
    """Yield the rows of the first worksheet, with the values of formulas or with the formulas."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # many programs write wrong ones, and then rows would be left out
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > _MOST_ROWS:
            raise _refusal(path, _too_large(f"it has more than {_MOST_ROWS:,} rows"))
        yield row  # type: ignore[misc]  # the stub has the cells of the mode that isn't read-only


def _formula_value(cell: ReadOnlyCell | EmptyCell) -> object:
    """Return a formula's stored value."""
    if cell.value is None and cell.data_type != "str":  # with "str" it is a stored empty text
        return Unreadable(
            "the formula has no stored value: open the roster in a spreadsheet program and save"
            " it, or paste the values"
        )
    return _stored_value(cell)


def _stored_value(cell: ReadOnlyCell | EmptyCell) -> object:
    value: object = cell.value
    if cell.data_type == "e":
        return Unreadable(f"the cell shows the error {value}: correct the formula, or type a value")
    if isinstance(value, int) and not isinstance(value, bool):
        zeros = _ZEROS.fullmatch(cell.number_format)
        return str(value).zfill(len(zeros[1])) if zeros else value
    return value


def _parquet_rows(path: Path, content: bytes) -> list[Sequence[object]]:
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise _refusal(
            path, f"a Parquet file needs pyarrow: run {_PARQUET_EXTRA}, or save the roster as CSV"
        ) from None
    try:
        table = parquet.ParquetFile(arrow.BufferReader(content)).read()
        columns = [
            (name, column.to_pylist())
            for name, column in zip(table.column_names, table.columns, strict=True)
            if not _PANDAS_INDEX.fullmatch(name)
        ]
    except Exception as error:  # a damaged file can make Arrow fail in any way
        wanted = "write it again, or save it as CSV"
        raise _refusal(path, f"it is not a Parquet file, or it is damaged: {wanted}") from error
    names = [name for name, _ in columns]
    return [names, *zip(*(values for _, values in columns), strict=True)]


_READERS: dict[str, Callable[[Path, bytes], Sequence[Sequence[object]]]] = {
    **dict.fromkeys(TEXT_SUFFIXES, _csv_rows),
    ".xlsx": _xlsx_rows,
    ".parquet": _parquet_rows,
}
