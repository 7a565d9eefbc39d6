"""Frames whose columns and types are the same with and without rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

DAYS = "datetime64[s]"
MOMENTS = "datetime64[us, UTC]"
TUPLES = "object"


def typed_frame(types: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return a frame of `rows`.

    Parameters
    ----------
    types
        The type of each column by its name, in the order of the values in each row. A missing day
        or moment is None, as is a missing text.
    rows
        The values of each row.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    made: dict[str, Any] = {}
    for (name, type_), values in zip(types.items(), columns, strict=True):
        # A Series for tuples alone: an array would take them for rows of their own. For the rest
        # an array is several times quicker, which a bank of few questions feels.
        make = pd.Series if type_ == TUPLES else pd.array
        made[name] = make(list(values), dtype=type_)
    return pd.DataFrame(made)


def one_of(values: Iterable[str], *, ordered: bool = False) -> pd.CategoricalDtype:
    """Return the type of a column in which each text is one of `values`."""
    return pd.CategoricalDtype(list(values), ordered=ordered)


def beside(questions: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return what a bank's frame `questions` says of questions, and `found` beside it, row by row.

    The columns of the first are question (its id), category, category_title, number, kind, text.
    """
    columns = ["category", "category_title", "number", "kind", "text"]
    known = questions[columns].rename_axis("question").reset_index().astype({"question": "str"})
    return pd.concat([known, found], axis="columns")
