"""Style sheets in HTML -> how a cell of a table is set: colours, weight, slope, side."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, TypedDict

from prepkit.notebook.html_tree import Node

SIDES = ("left", "right", "center")

# pandas' Styler gives its tables ids that begin so. Other style sheets are about screens: those
# of great_tables, for one, repeat the colours that every page has anyway.
_STYLER = re.compile(r"#(T_[\w-]+)(?:\s+(th|td)?((?:\.[\w-]+)*))?")
_BOLD = re.compile(r"bold|bolder|[6-9]00")


class Style(TypedDict, total=False):
    """What a style sheet asks for; what it leaves open is absent. Colours are ``#rrggbb``."""

    fill: str
    ink: str
    bold: bool
    italic: bool
    side: str
    drawn: bool
    """Whether the background is a drawing, such as a bar, rather than a colour."""


class Sheet:
    """The rules of all ``<style>`` elements below `root` that a Styler wrote."""

    def __init__(self, root: Node) -> None:
        self._cells: dict[str, Style] = {}
        self._tables: list[tuple[str, str, set[str], Style]] = []
        for node in root.descendants():
            if node.tag == "style" and "#T_" in (text := node.text()):
                with suppress(RecursionError):  # brackets nested as no program writes them
                    self._read(text)

    def _read(self, text: str) -> None:
        import tinycss2  # type: ignore[import-untyped]

        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            style = _style(rule.content) if rule.type == "qualified-rule" else {}
            if not style:
                continue
            for selector in tinycss2.serialize(rule.prelude).split(","):
                match = _STYLER.fullmatch(selector.strip())
                if match is None:
                    continue
                name, tag, classes = match.groups()
                if tag or classes:
                    named = {one for one in classes.split(".") if one}
                    self._tables.append((name, tag or "", named, style))
                else:
                    self._cells[name] = {**self._cells.get(name, {}), **style}

    def style(self, table: Node, cell: Node) -> Style:
        """Return how `cell` of `table` is set: its own style attribute wins."""
        found: Style = {}
        if not cell.attributes and not self._tables:
            return found
        name = table.attributes.get("id", "")
        classes = set(cell.attributes.get("class", "").split())
        for owner, tag, named, style in self._tables:
            if owner == name and tag in ("", cell.tag) and named <= classes:
                found.update(style)
        found.update(self._cells.get(cell.attributes.get("id", ""), {}))
        for side in SIDES:
            if f"gt_{side}" in classes:  # great_tables says by class where a cell is aligned
                found["side"] = side
        if own := cell.attributes.get("style"):
            with suppress(RecursionError):
                found.update(_style(own))
        return found


def _style(declarations: Any) -> Style:
    """Return what CSS declarations, as text or as tokens, ask for."""
    import tinycss2

    style: Style = {}
    for one in tinycss2.parse_declaration_list(
        declarations, skip_comments=True, skip_whitespace=True
    ):
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
