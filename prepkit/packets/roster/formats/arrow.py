"""Parquet files, as pandas and polars write them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence

from prepkit.packets.roster.formats.rows import CannotReadError, Sheet, check_rows

_PANDAS_INDEX = re.compile(r"__index_level_\d+__")
_EXTRA = 'pip install "prepkit[parquet]"'


def read_parquet(content: bytes) -> list[Sheet]:
    """Return the table of a Parquet file, without an index that has no name.

    Raises
    ------
    CannotReadError
        If it is damaged, or if pyarrow isn't installed.
    """
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise CannotReadError(
            f"a Parquet file needs pyarrow: run {_EXTRA}, or save the roster as CSV"
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
        raise CannotReadError(f"it is not a Parquet file, or it is damaged: {wanted}") from error
    names = [name for name, _ in columns]
    rows: list[Sequence[object]] = [
        names,
        *zip(*(values for _, values in columns), strict=True),
    ]
    check_rows(len(rows))
    return [Sheet(rows)]
