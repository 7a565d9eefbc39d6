"""Inline content -> paragraphs: large pictures on their own, and one text direction in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, TypeGuard, TypeVar

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

    parts = [part for whole in content for part in _split(whole)]
    for part in parts:
        if _is_picture(part) and (len(parts) == 1 or _is_large(part)):
            end_run()
            found.append(part)
        else:
            run.append(_in_line(part))
    end_run()
    return found


def _is_picture(part: Inline) -> TypeGuard[dict[str, Any]]:
    return isinstance(part, dict) and part["t"] == "picture"


def _is_large(picture: dict[str, Any]) -> bool:
    return picture["width"] is None or picture["width"] > SMALL


def _split(part: Inline) -> list[Inline]:
    """Return a link with pictures in it as several parts, each of which leads to the same."""
    if not (isinstance(part, dict) and part["t"] == "link" and any(map(_is_picture, part["c"]))):
        return [part]
    found: list[Inline] = []
    for pictured, group in groupby(part["c"], key=_is_picture):
        if pictured:
            found += [{**picture, "link": {**part, "c": []}} for picture in group]
        elif text_of(words := list(group)).strip():
            found.append({**part, "c": words})
        else:
            found += words
    return found


def _in_line(part: Inline) -> Inline:
    """Return a part as it is within a line: a link around a picture, and not on it."""
    if _is_picture(part) and "link" in part:
        plain = {key: value for key, value in part.items() if key != "link"}
        return {**part["link"], "c": [plain]}
    return part


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
