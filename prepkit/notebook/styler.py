"""The style sheet of pandas' Styler -> style attributes of the cells that it applies to."""

from __future__ import annotations

import re
from contextlib import suppress

from prepkit.notebook.html_tree import Node

# The ids of a Styler's tables begin with "T_". Other style sheets are ignored, because they are
# made for screens: the one of great_tables, for example, repeats colours that every page has.
_SELECTOR = re.compile(r"#(T_[\w-]+)(?:\s+(th|td|caption)?((?:\.[\w-]+)*))?")
_STYLED = ("th", "td", "caption")


class _Sheet:
    """The rules that a Styler wrote, by a cell's id, or by its table, tag and classes."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}
        self._tables: list[tuple[str, str, set[str], str]] = []

    def read(self, css: str) -> None:
        import tinycss2  # type: ignore[import-untyped]

        for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            style = tinycss2.serialize(rule.content).strip().rstrip(";")
            for selector in tinycss2.serialize(rule.prelude).split(","):
                match = _SELECTOR.fullmatch(selector.strip())
                if match is None:
                    continue
                name, tag, classes = match.groups()
                if tag or classes:
                    named = {one for one in classes.split(".") if one}
                    self._tables.append((name, tag or "", named, style))
                else:
                    self._cells.setdefault(name, []).append(style)

    def style(self, table: str, cell: Node) -> str:
        """Return the declarations for a cell of a table, the most specific ones last."""
        classes = set(cell.classes)
        found = [
            style
            for owner, tag, named, style in self._tables
            if owner == table and tag in ("", cell.tag) and named <= classes
        ]
        found += self._cells.get(cell.attributes.get("id", ""), [])
        if own := cell.attributes.get("style"):
            found.append(own)
        return "; ".join(found)


def style_cells(root: Node) -> None:
    """Put the rules of a Styler into the style attributes of its cells, before their own.

    After this, the style sheet isn't needed any more.
    """
    sheet = _Sheet()
    for node in root.descendants():
        if node.tag == "style" and "#T_" in (css := node.text()):
            with suppress(RecursionError):  # brackets nested deeper than any program writes them
                sheet.read(css)
    for table in root.descendants():
        name = table.attributes.get("id", "")
        if table.tag == "table" and name.startswith("T_"):
            for cell in table.descendants():
                if cell.tag in _STYLED and (style := sheet.style(name, cell)):
                    cell.attributes = {**cell.attributes, "style": style}
