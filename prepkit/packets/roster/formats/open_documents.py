"""OpenDocument spreadsheets (.ods), as LibreOffice and Google Sheets write them.

The libraries that read them leave out what a roster depends on: hidden and struck-out rows, merged
cells, and how a number is shown.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from prepkit.packets.roster.formats.numbers import looks_like_an_id
from prepkit.packets.roster.formats.rows import (
    CannotReadError,
    Merged,
    Sheet,
    ShownNumber,
    Unreadable,
    check_rows,
    too_large,
)
from prepkit.packets.roster.formats.workbooks import NO_VALUE

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = f"{_OASIS}table:1.0}}"
_TEXT = f"{_OASIS}text:1.0}}"
_OFFICE = f"{_OASIS}office:1.0}}"
_STYLE = f"{_OASIS}style:1.0}}"
_MOST_CELLS = 10_000_000


def read_open_document(content: bytes) -> list[Sheet]:
    """Return the tables of a spreadsheet.

    Raises
    ------
    CannotReadError
        If it is damaged, has a password, or is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise CannotReadError("it has a password: save it without one")
            document = ElementTree.fromstring(archive.read("content.xml"))
            styles = [document]
            if "styles.xml" in names:
                styles.append(ElementTree.fromstring(archive.read("styles.xml")))
        found = _Styles(styles)
        return [_read_table(table, found) for table in document.iter(f"{_TABLE}table")]
    except CannotReadError:
        raise
    except Exception as error:  # a damaged file can have anything anywhere
        wanted = "open it in a spreadsheet program and save it as .xlsx"
        raise CannotReadError(f"it is not an .ods file, or it is damaged: {wanted}") from error


class _Styles:
    """The styles of a document: which strike text out, and which hide a table."""

    def __init__(self, parts: list[Element]) -> None:
        self._own: dict[str, bool] = {}
        self._parents: dict[str, str] = {}
        self.hiding: set[str] = set()
        for style in (each for part in parts for each in part.iter(f"{_STYLE}style")):
            name = style.get(f"{_STYLE}name", "")
            self._parents[name] = style.get(f"{_STYLE}parent-style-name", "")
            for text in style.iter(f"{_STYLE}text-properties"):
                lines = [
                    text.get(f"{_STYLE}text-line-through-{each}") for each in ("style", "type")
                ]
                if any(lines):
                    self._own[name] = any(each not in (None, "none") for each in lines)
            for table in style.iter(f"{_STYLE}table-properties"):
                if table.get(f"{_TABLE}display") == "false":
                    self.hiding.add(name)

    def strikes_out(self, name: str) -> bool:
        """Tell whether text in this style is struck out; a style may have that from another."""
        seen: set[str] = set()
        while name and name not in seen:
            if name in self._own:
                return self._own[name]
            seen.add(name)
            name = self._parents.get(name, "")
        return False


def _read_table(table: Element, styles: _Styles) -> Sheet:
    rows: list[list[object]] = []
    hidden: set[int] = set()
    struck: dict[int, list[int]] = {}
    merged: list[Merged] = []
    blank = 0  # rows that only count if another comes after them
    count = 0
    for element in _rows_of(table):
        times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
        row = _Row(element, len(rows) + blank + 1, styles)
        if not any(value not in (None, "") for value in row.values):
            blank += times
            continue
        rows += [[]] * blank
        blank = 0
        count += len(row.values) * times
        check_rows(len(rows) + times)
        if count > _MOST_CELLS:
            too_large(f"it has more than {_MOST_CELLS:,} cells")
        for number in range(len(rows) + 1, len(rows) + times + 1):
            if row.hidden:
                hidden.add(number)
            if row.struck:
                struck[number] = row.struck
        merged += row.merged
        rows += [row.values] * times
    visible = table.get(f"{_TABLE}style-name", "") not in styles.hiding
    name = table.get(f"{_TABLE}name", "")
    return Sheet(rows, name, visible, frozenset(hidden), struck, merged)


def _rows_of(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, also those in groups, but not those of tables within cells."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (
            f"{_TABLE}table-rows",
            f"{_TABLE}table-header-rows",
            f"{_TABLE}table-row-group",
        ):
            yield from _rows_of(child)


class _Row:
    """A row's values, up to the last that isn't empty, and its layout."""

    def __init__(self, element: Element, number: int, styles: _Styles) -> None:
        self.values: list[object] = []
        self.struck: list[int] = []
        self.merged: list[Merged] = []
        self.hidden = element.get(f"{_TABLE}visibility", "visible") != "visible"
        default = element.get(f"{_TABLE}default-cell-style-name", "")
        empty = 0
        for cell in element:
            times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            value = _value(cell.attrib, _text(cell))
            if value in (None, ""):
                empty += times
                continue
            self.values += [None] * empty
            empty = 0
            column = len(self.values) + 1
            if len(self.values) + times > 20_000:
                too_large("it has a row with more than 20,000 cells")
            named = [cell.get(f"{_TABLE}style-name", default)]
            named += [part.get(f"{_TEXT}style-name", "") for part in cell.iter(f"{_TEXT}span")]
            if any(map(styles.strikes_out, named)):
                self.struck += range(column, column + times)
            down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
            across = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
            if down > 1 or across > 1:
                self.merged.append(Merged(number, number + down - 1, column, column + across - 1))
            self.values += [value] * times


def _value(cell: Mapping[str, str], text: str) -> object:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if any(key.endswith("}value-type") and kind == "error" for key, kind in cell.items()):
        return Unreadable(f"the cell shows the error {text}: correct the formula, or type a value")
    if f"{_TABLE}formula" in cell and not kind and not text:
        return Unreadable(NO_VALUE)
    match kind:
        case "float" | "currency" | "percentage":
            if looks_like_an_id(text):
                return text
            number = float(cell[f"{_OFFICE}value"])
            if not number.is_integer():
                return number
            otherwise = re.search(r"[^\W\d_]|[/#]|^0\d", text)
            return ShownNumber.of(int(number), text) if otherwise else int(number)
        case "date":
            day = cell[f"{_OFFICE}date-value"]
            return datetime.fromisoformat(day[:26]) if "T" in day else date.fromisoformat(day)
        case "boolean":
            return cell[f"{_OFFICE}boolean-value"] == "true"
        case _:
            return text


def _text(cell: Element) -> str:
    """Return what a cell shows; its comments are not part of it."""
    return "\n".join(_characters(child) for child in cell if child.tag == f"{_TEXT}p")


def _characters(element: Element) -> str:
    text = element.text or ""
    for child in element:
        match child.tag.removeprefix(_TEXT):
            case "s":
                text += " " * min(int(child.get(f"{_TEXT}c", 1)), 1000)
            case "tab":
                text += "\t"
            case "line-break":
                text += "\n"
            case _:
                text += "" if child.tag == f"{_OFFICE}annotation" else _characters(child)
        text += child.tail or ""
    return re.sub(r"[ \n]*\n[ \n]*", "\n", text)
