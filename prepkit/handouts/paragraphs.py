"""Inline content -> paragraphs: large pictures on their own, and one text direction in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from prepkit.handouts.inline import Inline, direction, lines_of, text_of, tidy

Part = TypeVar("Part")

SMALL = 48
"""In points: a picture up to this width, such as an icon, stays inside its line."""


def paragraphs_of(content: Sequence[Inline]) -> list[dict[str, Any]]:
    """Return content as paragraphs: large pictures on their own, and one text direction in each."""
    found: list[dict[str, Any]] = []
    run: list[Inline] = []

    def end_run() -> None:
        for lines in by_direction(lines_of(tidy(run)), text_of):
            whole: list[Inline] = list(lines[0])
            for line in lines[1:]:
                whole += [{"t": "break"}, *line]
            if whole:
                found.append(directed({"t": "paragraph", "c": whole}, text_of(whole)))
        run.clear()

    for part in content:
        if isinstance(part, dict) and part["t"] == "picture" and _is_large(part, content):
            end_run()
            found.append(part)
        else:
            run.append(part)
    end_run()
    return found


def _is_large(picture: dict[str, Any], content: Sequence[Inline]) -> bool:
    return len(content) == 1 or picture["width"] is None or picture["width"] > SMALL


def by_direction(parts: Iterable[Part], text: Callable[[Part], str]) -> list[list[Part]]:
    """Group neighbours that have the same direction; a part without a direction fits any group."""
    groups: list[list[Part]] = []
    way = None
    for part in parts:
        own = direction(text(part))
        if groups and (way is None or own in (None, way)):
            groups[-1].append(part)
        else:
            groups.append([part])
        way = own or way
    return groups


def directed(block: dict[str, Any], text: str) -> dict[str, Any]:
    """Return `block` with its direction if that is right to left."""
    return {**block, "dir": "rtl"} if direction(text) == "rtl" else block
