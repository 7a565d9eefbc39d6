"""What companies wish to hear, by question, and the values that they have published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prepkit.records import Basis

if TYPE_CHECKING:
    from prepkit.bank import Bank


def asks_of_bank(bank: Bank) -> Iterable[tuple[str, str, str, Basis]]:
    """Return question, company, value (empty for none) and basis of each ask."""
    asks = bank.asks
    values = asks["value"].fillna("").tolist()
    return zip(
        asks["question"].tolist(),
        asks["company"].tolist(),
        values,
        asks["basis"].tolist(),
        strict=True,
    )


def published_values(bank: Bank) -> dict[str, dict[str, Basis]]:
    """Return the basis of each value of each company, without those that it has replaced."""
    frame = bank.companies
    values = frame["value"].fillna("").tolist()
    replaced = frame["superseded_by"].notna().tolist()
    used = frame["used_in_interviews"].tolist()
    found: dict[str, dict[str, Basis]] = {}
    for company, value, old, use in zip(
        frame["company"].tolist(), values, replaced, used, strict=True
    ):
        current = found.setdefault(company, {})
        if value and not old:
            current[value] = "stated" if use == "stated" else "published value"
    return found
