"""The fields of a notebook, read even if damaged, and the texts of its terminals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prepkit.text import strip_ansi


def joined(text: Any) -> str:
    """Return the text of a notebook field, which may be stored as a list of lines."""
    if isinstance(text, list | tuple):
        return "".join(str(line) for line in text)
    return "" if text is None else str(text)


def stream_text(text: str) -> str:
    """Return what a terminal finally shows of a text that was written to it."""
    lines = strip_ansi(text).replace("\r\n", "\n").expandtabs(8).rstrip("\n").split("\n")
    # A carriage return starts its line again, as progress bars do.
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


def sequence(value: Any) -> Sequence[Any]:
    """Return `value`, or an empty list if it isn't a list, as in a damaged notebook."""
    return value if isinstance(value, list | tuple) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value`, or an empty mapping if it isn't an object, as in a damaged notebook."""
    return value if isinstance(value, Mapping) else {}
