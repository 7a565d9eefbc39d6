"""The lines of YAML at the top of a notebook, as Quarto, Jupytext and MyST write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BLOCK = re.compile(r"\s*---[ \t]*\r?\n(.*?\r?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_HEADING = re.compile(r"\s*(?:#[ \t]+(\S.*?)(?:[ \t]+#+)?|(\S.*)\n=+)[ \t]*(?:\n|$)")
_KEY = re.compile(r"[A-Za-z_][\w.-]*[ \t]*:(?:\s|$)")


def split_front_matter(source: str) -> tuple[Mapping[str, Any], str]:
    """Return the fields at the top of a notebook's first cell, and the rest of the cell.

    Without such lines, or if they can't be read, there are no fields, and the rest is everything.
    """
    block = _BLOCK.match(source)
    if not block or not _KEY.match(block[1]):
        return {}, source
    import yaml

    try:
        fields = yaml.safe_load(block[1])
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}, source
    if not isinstance(fields, dict):
        return {}, source
    return {str(name): value for name, value in fields.items()}, source[block.end() :]


def front_title(fields: Mapping[str, Any]) -> str:
    """Return the title in these fields as one line; an empty text if there is none."""
    title = fields.get("title")
    return " ".join(str(title).split()) if isinstance(title, str | int | float) else ""


def first_heading(source: str) -> str:
    """Return the words of the heading of level 1 that Markdown begins with, or an empty text."""
    found = _HEADING.match(source)
    return " ".join((found[1] or found[2]).split()) if found else ""
