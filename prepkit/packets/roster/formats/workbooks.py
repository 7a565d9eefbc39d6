"""Excel's workbooks: .xlsx, and .xlsm, whose programs are left alone."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from prepkit.packets.roster.formats.numbers import as_shown
from prepkit.packets.roster.formats.rows import (
    CannotReadError,
    Merged,
    Sheet,
    Unreadable,
    check_rows,
)
from prepkit.text import fold

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.worksheet.worksheet import Worksheet

NO_VALUE = (
    "the formula has no stored value: open the roster in a spreadsheet program and save it, or"
    " paste the values"
)

_FORMULA = object()
"""Takes the place of a formula until its stored value is known."""

_STRICT = b"http://purl.oclc.org/ooxml/"

_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


def read_workbook(content: bytes, named: str) -> list[Sheet]:
    """Return the worksheets of a workbook; one that is hidden has its rows only if it is `named`.

    Raises
    ------
    CannotReadError
        If it is damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the file that a roster doesn't need
            return _read_sheets(content, named)
    except CannotReadError:
        raise
    except Exception as error:  # a damaged file can make openpyxl fail in any way
        wanted = "open it in a spreadsheet program and save it as .xlsx"
        raise CannotReadError(f"it is not an .xlsx file, or it is damaged: {wanted}") from error


def _read_sheets(content: bytes, named: str) -> list[Sheet]:
    formulas = _open(content, values=False)
    main = "xl/workbook.xml"
    if main in formulas.archive.namelist() and _STRICT in formulas.archive.read(main):
        raise CannotReadError(
            "it is a Strict Open XML workbook: in Excel, save it as an Excel Workbook (.xlsx)"
        )
    parts = {sheet.name: part.target for sheet, part in formulas.parser.find_sheets()}
    found: list[Sheet] = []
    for index, sheet in enumerate(formulas.wb.worksheets):
        if sheet.sheet_state != "visible" and fold(sheet.title) != fold(named):
            found.append(Sheet((), sheet.title, visible=False))
            continue
        rows, struck = _read_rows(sheet)
        if any(cell is _FORMULA for row in rows for cell in row):
            _put_values(rows, _open(content, values=True).wb.worksheets[index])
        layout = _layout(formulas.archive, parts[sheet.title])
        struck |= layout.struck
        found.append(Sheet(rows, sheet.title, True, layout.hidden, struck, layout.merged))
    return found


def _open(content: bytes, *, values: bool) -> ExcelReader:
    """Open a workbook with the values of formulas, or with the formulas."""
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(
        io.BytesIO(content), read_only=True, data_only=values, keep_links=False, rich_text=True
    )
    reader.read()
    return reader


def _cells(sheet: Any) -> Iterator[Sequence[ReadOnlyCell | EmptyCell]]:
    sheet.reset_dimensions()  # many programs write wrong ones, and then rows would be left out
    for number, row in enumerate(sheet.iter_rows(), 1):
        check_rows(number)
        yield row


def _read_rows(sheet: Worksheet) -> tuple[list[list[object]], dict[int, list[int]]]:
    """Return the values of a sheet, and which columns are struck out in which rows."""
    rows: list[list[object]] = []
    struck: dict[int, list[int]] = {}
    for number, cells in enumerate(_cells(sheet), 1):
        rows.append([_FORMULA if each.data_type == "f" else _stored_value(each) for each in cells])
        columns = [column for column, each in enumerate(cells, 1) if _is_struck(each)]
        if columns:
            struck[number] = columns
    return rows, struck


def _is_struck(cell: ReadOnlyCell | EmptyCell) -> bool:
    """Tell whether a cell's text, or a part of it, is struck out."""
    value: object = cell.value
    if isinstance(value, list):  # text in several fonts
        return any(getattr(getattr(part, "font", None), "strike", False) for part in value)
    return value is not None and cell.font is not None and bool(cell.font.strike)


def _put_values(rows: list[list[object]], sheet: Worksheet) -> None:
    for row, cells in zip(rows, _cells(sheet), strict=True):
        row[:] = [
            _formula_value(stored) if cell is _FORMULA else cell
            for cell, stored in zip(row, cells, strict=True)
        ]


def _formula_value(cell: ReadOnlyCell | EmptyCell) -> object:
    """Return a formula's stored value."""
    if cell.value is None and cell.data_type != "str":  # with "str" it is a stored empty text
        return Unreadable(NO_VALUE)
    return _stored_value(cell)


def _stored_value(cell: ReadOnlyCell | EmptyCell) -> object:
    value: object = cell.value
    if isinstance(value, list):  # text in several fonts
        return str(value)
    if cell.data_type == "e":
        return Unreadable(f"the cell shows the error {value}: correct the formula, or type a value")
    if isinstance(value, int) and not isinstance(value, bool):
        return as_shown(value, cell.number_format)
    return value


class _Layout(NamedTuple):
    """What openpyxl leaves out of a sheet that it reads row by row."""

    hidden: frozenset[int]
    merged: tuple[Merged, ...]
    struck: dict[int, list[int]]
    """Columns with text that is struck out and stands in the cell itself, by row."""


def _layout(archive: zipfile.ZipFile, part: str) -> _Layout:
    from xml.etree import ElementTree

    from openpyxl.utils import column_index_from_string

    hidden: set[int] = set()
    merged: list[Merged] = []
    struck: dict[int, list[int]] = {}
    number = 0
    partly = False
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            name = element.tag.rpartition("}")[2]
            if name == "row":
                number = int(element.get("r", number + 1))
                if element.get("hidden") in ("1", "true"):
                    hidden.add(number)
                if partly:
                    struck[number] = _struck_columns(element)
                partly = False
                element.clear()
            elif name == "strike":
                partly = True
            elif name == "mergeCell" and (found := _RANGE.fullmatch(element.get("ref", ""))):
                columns = (column_index_from_string(found[1]), column_index_from_string(found[3]))
                merged.append(Merged(int(found[2]), int(found[4]), *columns))
    return _Layout(frozenset(hidden), tuple(merged), struck)


def _struck_columns(row: Element) -> list[int]:
    return [
        column
        for column, cell in enumerate(row, 1)
        if any(part.tag.endswith("}strike") for part in cell.iter())
    ]
