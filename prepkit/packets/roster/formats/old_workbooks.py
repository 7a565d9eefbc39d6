"""Workbooks as Excel wrote them until 2003: .xls."""

from __future__ import annotations

import importlib
import io
from decimal import Decimal
from typing import Any

from prepkit.packets.roster.formats.numbers import as_shown
from prepkit.packets.roster.formats.rows import CannotReadError, Merged, Sheet, Unreadable

_EXTRA = 'pip install "prepkit[xls]"'


def read_old_workbook(content: bytes) -> list[Sheet]:
    """Return the worksheets of a workbook.

    Raises
    ------
    CannotReadError
        If it is damaged or has a password, or if xlrd isn't installed.
    """
    try:
        xlrd = importlib.import_module("xlrd")
    except ImportError:
        raise CannotReadError(
            f"an old .xls file needs xlrd: run {_EXTRA}, or save the roster as .xlsx"
        ) from None
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO()
        )
        return [_read_sheet(book, sheet, xlrd) for sheet in book.sheets()]
    except Exception as error:  # a damaged file can make xlrd fail in any way
        if "encrypted" in str(error):
            raise CannotReadError("it has a password: save it without one, as .xlsx") from None
        wanted = "open it in a spreadsheet program and save it as .xlsx"
        raise CannotReadError(f"it is not an .xls file, or it is damaged: {wanted}") from error


def _read_sheet(book: Any, sheet: Any, xlrd: Any) -> Sheet:
    struck: dict[int, list[int]] = {}
    rows: list[list[object]] = []
    for number in range(sheet.nrows):
        cells = sheet.row(number)
        rows.append([_value(book, cell, xlrd) for cell in cells])
        columns = [
            column
            for column, cell in enumerate(cells, 1)
            if cell.value != "" and _is_struck(book, sheet, cell, (number, column - 1))
        ]
        if columns:
            struck[number + 1] = columns
    hidden = frozenset(number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden)
    merged = [
        Merged(first + 1, last, left + 1, right) for first, last, left, right in sheet.merged_cells
    ]
    return Sheet(rows, sheet.name, not sheet.visibility, hidden, struck, merged)


def _is_struck(book: Any, sheet: Any, cell: Any, place: tuple[int, int]) -> bool:
    """Tell whether a cell's text, or a part of it, is struck out."""
    fonts = [font for _, font in sheet.rich_text_runlist_map.get(place, ())]
    fonts.append(book.xf_list[cell.xf_index].font_index)
    return any(book.font_list[font].struck_out for font in fonts)


def _value(book: Any, cell: Any, xlrd: Any) -> object:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER:
            if not float(cell.value).is_integer():
                return cell.value
            form = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return as_shown(int(Decimal(repr(cell.value))), form)
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            shown = xlrd.error_text_from_code.get(cell.value, "#ERR")
            return Unreadable(
                f"the cell shows the error {shown}: correct the formula, or type a value"
            )
        case _:
            return cell.value
