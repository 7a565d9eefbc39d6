"""Lists to choose one thing from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.practice.names import companies_in_order

if TYPE_CHECKING:
    from prepkit.records import Company


def company_options(companies: Iterable[Company]) -> list[tuple[str, str]]:
    """Return companies as a list to choose from, then public bodies, each after its region."""
    return [
        (one.name if one.region is None else f"{one.region}: {one.name}", one.name)
        for one in companies_in_order(companies)
    ]


def dropdown(description: str, options: list[tuple[str, str]], value: str = "") -> widgets.Dropdown:
    """Return a list to choose one of `options` from, each its text and its value."""
    return widgets.Dropdown(
        description=description,
        options=options,
        value=value,
        # Two in a row where there is room, else one.
        layout=widgets.Layout(flex="1 1 40%", width="auto", min_width="16em"),
        style={"description_width": "5em"},
    )
