"""The fields of a notebook, forgiving of damage, and the texts of its terminals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def joined(text: Any) -> str:
    """Return the text of a notebook field, which may be stored as a list of lines."""
    if isinstance(text, list | tuple):
        return "".join(str(line) for line in text)
    return "" if text is None else str(text)


def uncoloured(text: str) -> str:
    """Return a text of a terminal without the codes that colour it and move about in it."""
    return _ANSI.sub("", text)


def stream_text(text: str) -> str:
    """Return what a terminal shows in the end of a text that was written to it."""
    lines = uncoloured(text).replace("\r\n", "\n").expandtabs(8).rstrip("\n").split("\n")
    # A carriage return starts its line again, as progress bars do.
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


def sequence(value: Any) -> Sequence[Any]:
    """Return `value`, or nothing where a damaged notebook has something else than a list."""
    return value if isinstance(value, list | tuple) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value`, or nothing where a damaged notebook has something else than an object."""
    return value if isinstance(value, Mapping) else {}
