"""Frames that have the same columns and types with and without rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DAYS = "datetime64[s]"
MOMENTS = "datetime64[us, UTC]"
TUPLES = "object"


def typed_frame(types: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return a frame of `rows`.

    Parameters
    ----------
    types
        The type of each column, by name, in the order of the values in each row. A missing day,
        moment or text is None.
    rows
        The values of each row.
    """
    # Imported here: pages that show no frame have nothing to wait for.
    import pandas as pd

    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    made: dict[str, Any] = {}
    for (name, given), values in zip(types.items(), columns, strict=True):
        type_ = given.dtype() if isinstance(given, OneOf) else given
        # Only tuples get a Series: an array would read each tuple as a row of its own. For all
        # other types an array is several times quicker, which shows even with a small bank.
        make = pd.Series if type_ == TUPLES else pd.array
        made[name] = make(list(values), dtype=type_)
    return pd.DataFrame(made)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The type of a column whose texts are all among a few."""

    values: tuple[str, ...]
    ordered: bool

    def dtype(self) -> pd.CategoricalDtype:
        """Return it as pandas knows it."""
        import pandas as pd

        return pd.CategoricalDtype(list(self.values), ordered=self.ordered)


def one_of(values: Iterable[str], *, ordered: bool = False) -> OneOf:
    """Return the type of a column whose texts are all among `values`."""
    return OneOf(tuple(values), ordered)


def beside(questions: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return columns of a bank's frame `questions`, with those of `found` beside them, row by row.

    The first columns are question (its id), category, category_title, number, kind and text.
    """
    import pandas as pd

    columns = ["category", "category_title", "number", "kind", "text"]
    known = questions[columns].rename_axis("question").reset_index().astype({"question": "str"})
    return pd.concat([known, found], axis="columns")
