"""The style attribute of a table's cell -> how it is set: colours, weight, slope, side."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import TypedDict

from prepkit.notebook.html_tree import Node

SIDES = ("left", "right", "center")

_BOLD = re.compile(r"bold|bolder|[6-9]00")


class Style(TypedDict, total=False):
    """What CSS asks for; what it leaves open is absent. Colours are ``#rrggbb``."""

    fill: str
    ink: str
    bold: bool
    italic: bool
    side: str
    drawn: bool
    """Whether the background is a drawing, such as a bar, rather than a colour."""


def cell_style(cell: Node) -> Style:
    """Return how a cell is set."""
    found: Style = {}
    for side in SIDES:
        if f"gt_{side}" in cell.classes:  # great_tables says by class where a cell is aligned
            found["side"] = side
    if css := cell.attributes.get("style"):
        with suppress(RecursionError):  # brackets nested as no program writes them
            found.update(_style(css))
    return found


@lru_cache(1024)  # the cells of a table share few styles
def _style(css: str) -> Style:
    import tinycss2  # type: ignore[import-untyped]

    style: Style = {}
    for one in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            continue
        value = tinycss2.serialize(one.value).strip()
        match one.lower_name:
            case "background" | "background-color":
                style["drawn"] = "gradient(" in value or "url(" in value
                if colour := _colour(value):
                    style["fill"] = colour
            case "color":
                if colour := _colour(value):
                    style["ink"] = colour
            case "font-weight":
                style["bold"] = _BOLD.fullmatch(value) is not None
            case "font-style":
                style["italic"] = value in ("italic", "oblique")
            case "text-align" if value in SIDES:
                style["side"] = value
    return style


def _colour(value: str) -> str | None:
    """Return a CSS colour as it looks on white paper, ``#rrggbb``; None if it is not one."""
    from tinycss2 import color3

    colour = color3.parse_color(value)
    if colour is None or colour == "currentColor" or colour.alpha == 0:
        return None
    parts = (colour.red, colour.green, colour.blue)
    mixed = [part * colour.alpha + 1 - colour.alpha for part in parts]
    return "#" + "".join(f"{round(255 * min(1, max(0, part))):02x}" for part in mixed)
