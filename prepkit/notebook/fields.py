"""The fields of a notebook, read even if damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_OBJECT = (dict, Mapping)
"""Nearly all are dicts, which are much quicker to tell than other mappings."""


def joined(text: Any) -> str:
    """Return the text of a notebook field, which may be stored as a list of lines."""
    if isinstance(text, str):
        return text
    if isinstance(text, list | tuple):
        return "".join(map(str, text))
    return "" if text is None else str(text)


def sequence(value: Any) -> Sequence[Any]:
    """Return `value`, or an empty list if it isn't a list, as in a damaged notebook."""
    return value if isinstance(value, list | tuple) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value`, or an empty mapping if it isn't an object, as in a damaged notebook."""
    return value if isinstance(value, _OBJECT) else {}


def wishes(metadata: Mapping[str, Any]) -> frozenset[str]:
    """Return what the author of a cell wants to be shown of it, as tags of Jupyter Book.

    These are ``remove-cell``, ``remove-input``, ``remove-output``, ``hide-input`` and
    ``hide-output``, whichever way they are written: as tags with hyphens or underscores, as
    ``hide-cell``, or as what JupyterLab and Jupyter Notebook have collapsed.

    Parameters
    ----------
    metadata
        The metadata of a cell.
    """
    found = {str(tag).replace("_", "-") for tag in sequence(metadata.get("tags"))}
    jupyter = mapping(metadata.get("jupyter"))
    if "hide-cell" in found or jupyter.get("source_hidden") or metadata.get("hide_input"):
        found.add("hide-input")
    if "hide-cell" in found or jupyter.get("outputs_hidden") or metadata.get("collapsed") is True:
        found.add("hide-output")
    return frozenset(found)
