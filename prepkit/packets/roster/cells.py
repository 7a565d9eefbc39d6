"""What a cell of a roster holds, and the values that it gives to a template's own parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator

from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.formats.rows import Cell
from prepkit.text import EMPTY_CHARACTERS, shorten

# Characters that are invisible in a cell and that a page may trip over; not line ends and tabs.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufffe\uffff\ud800-\udfff]")

# What programs put into texts for their line breaks: nobody sees it, and nobody means it.
_EMPTY = re.compile(f"[\u00ad{EMPTY_CHARACTERS}]")

_INT = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?", re.ASCII)
_BOOLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_CONSTANTS = {"True": True, "False": False, "None": None}


def visible(text: str) -> str:
    """Return a text for use in a message: on one line, short, with every character visible."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in shorten(text)
    )


def cell_text(cell: Cell) -> str:
    """Return what a spreadsheet would show."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def without_empty(cell: Cell) -> Cell:
    """Return a cell without characters that show nothing, and with ordinary spaces."""
    if not isinstance(cell, str):
        return cell
    lines = (" ".join(line.split()) for line in _EMPTY.sub("", cell).split("\n"))
    return "\n".join(lines).strip() or None


def text_of(cell: Cell, *, formula: str = "=@") -> str:
    """Return a cell's text.

    Raises
    ------
    ValueError
        If it begins with one of `formula`, so that a spreadsheet would run it, or if a character in
        it is invisible.
    """
    text = cell_text(cell)
    if isinstance(cell, str) and text[0] in formula:
        raise CellError(
            "{} [looks like a formula|look like formulas]: start [it|each] with something other"
            f" than '{text[0]}'",
            visible(text),
        )
    if unseen := _UNSEEN.search(text):
        raise ValueError(
            f"the cell contains an invisible character (U+{ord(unseen[0]):04X}): delete the text,"
            " and type it again"
        )
    return text


def one_line(cell: Cell, *, formula: str = "=@") -> str:
    """Return a cell's text as `text_of` does; a line end or a tab raises ValueError, too."""
    text = text_of(cell, formula=formula)
    if "\n" in text or "\t" in text:
        raise CellError(
            "{} [has a line break or a tab: write it|have line breaks or tabs: write each] on one"
            " line",
            visible(text),
        )
    return text


def split_names(text: str, is_known: Callable[[str], bool], most: int) -> Iterator[str]:
    """Yield the names in a text, separated by semicolons, bars, line ends or commas.

    A comma inside a known name doesn't separate; such a name has at most `most` parts.
    """
    for piece in re.split(r"[;|\n]", text):
        parts = piece.split(",")
        start = 0
        while start < len(parts):
            sizes = range(min(most, len(parts) - start), 1, -1)
            joined = {size: ",".join(parts[start : start + size]).strip() for size in sizes}
            size = next((size for size, name in joined.items() if is_known(name)), 1)
            name = joined[size] if size > 1 else parts[start].strip()
            if name:
                yield name
            start += size


def parameter_type(annotation: str) -> Any:
    """Return the pydantic type for a parameter; None if no cell can hold such a value."""
    try:
        return _cell_type(ast.parse(annotation.strip(), mode="eval").body)
    except SyntaxError:
        return None


def _cell_type(annotation: ast.expr) -> Any:
    """Return the pydantic type for an annotation; None if no cell can hold such a value."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):  # such as ``int`` and ``typing.Any``
            return (
                _list_of(_SCALARS["str"]) if name.lower() == "list" else _SCALARS.get(name.lower())
            )
        case ast.Constant(value=None):
            return _SCALARS["none"]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _one_of([left, right])
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name in ("Optional", "Union"):
                return _one_of(parts)
            if name.lower() == "list":
                item = _cell_type(inner)
                return item and _list_of(item)
    return None


def _one_of(parts: Sequence[ast.expr]) -> Any:
    """Return the type for a choice of types: that of the only one besides None, or else any."""
    others = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
    types = [_cell_type(part) for part in others]
    if None in types:
        return None
    return types[0] if len(types) == 1 else _SCALARS["any"]


def _list_of(item: Any) -> Any:
    # mypy doesn't accept a type that is only made at run time.
    return Annotated[list[item], BeforeValidator(_items)]


def _items(cell: Cell) -> list[Cell]:
    if not isinstance(cell, str):
        return [cell]
    return [item.strip() for item in re.split(r"[;\n]", text_of(cell)) if item.strip()]


def whole_number(cell: Cell) -> int | None:
    """Return a cell's whole number; None if it holds something else."""
    text = cell_text(cell)
    return int(text) if _INT.fullmatch(text) and not isinstance(cell, bool) else None


def _int(cell: Cell) -> int:
    number = whole_number(cell)
    if number is None:
        raise CellError(
            "{} [is not a whole number|are not whole numbers]", visible(cell_text(cell))
        )
    return number


def _float(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = cell_text(cell)
    if not _FLOAT.fullmatch(text):
        with_point = text.replace(",", ".", 1)
        if _FLOAT.fullmatch(with_point):
            says = "{} [is not a number|are not numbers]: write [it|them] with a point, as 1.5"
            raise CellError(says, visible(text))
        raise CellError("{} [is not a number|are not numbers]", visible(text))
    return float(text)


def _bool(cell: Cell) -> bool:
    found = _BOOLS.get(cell_text(cell).casefold())
    if found is None:
        raise CellError(
            "{} [is not an answer|are not answers]: write yes or no", visible(cell_text(cell))
        )
    return found


def _any(cell: Cell) -> Any:
    """Return a text as `papermill -p` reads it, and any other cell as it is."""
    if isinstance(cell, bool | int | float):
        return cell
    text = text_of(cell)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


_SCALARS: dict[str, Any] = {
    "str": Annotated[str, PlainValidator(text_of)],
    "int": Annotated[int, PlainValidator(_int)],
    "float": Annotated[float, PlainValidator(_float)],
    "bool": Annotated[bool, PlainValidator(_bool)],
    "none": Annotated[Any, PlainValidator(_any)],
    "any": Annotated[Any, PlainValidator(_any)],
}
