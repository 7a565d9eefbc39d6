"""The sizes in which the backs of worksheets fit on their pages, kept for the next document.

To find one, Typst sets the back two or three times. In the packets of a class the same questions
return, so a size that was found once is told to the template from then on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

MOST = 2000
"""How many sizes are kept, of 16 bytes and a number each: all questions of a large bank."""

Size = tuple[int, int, bool]
"""The key of a worksheet, the number of its back's size, and whether that is final."""

_ON_PAGE = ("paper", "margins", "zoom", "hyphenate", "language")
_found: dict[bytes, int] = {}


def with_sizes(body: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a document, with the size of each back that is known."""
    return [
        {**part, "size": _found[key]} if (key := _key(part, meta)) in _found else dict(part)
        for part in body
    ]


def without_sizes(body: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts of a document without sizes, to be set in other fonts."""
    return [{name: value for name, value in part.items() if name != "size"} for part in body]


def keep_sizes(
    body: Sequence[Mapping[str, Any]], meta: Mapping[str, Any], sizes: Sequence[Size]
) -> None:
    """Keep the sizes that Typst has found for worksheets; the oldest make room."""
    parts = {part["key"]: part for part in body if part["t"] == "worksheet"}
    for number, size, final in sizes:
        if final:
            _found[_key(parts[number], meta)] = size
    while len(_found) > MOST:
        del _found[next(iter(_found))]


def _key(part: Mapping[str, Any], meta: Mapping[str, Any]) -> bytes:
    """Return a digest of all that the size depends on; empty for what isn't a worksheet."""
    if part["t"] != "worksheet":
        return b""
    sections = [{**one, "boxes": len(one["boxes"])} for one in part["sections"]]
    parts = [sections, part["set"], *(meta[name] for name in _ON_PAGE)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest()[:16]
