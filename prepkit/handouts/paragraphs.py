"""Inline content -> paragraphs: large pictures stand by themselves, text runs one way in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prepkit.handouts.inline import Inline, direction, lines_of, text_of, tidy

SMALL = 48
"""Points: a picture up to this width stands within its line, such as an icon."""


def paragraphs_of(content: Sequence[Inline]) -> list[dict[str, Any]]:
    """Return content as paragraphs: pictures by themselves, and one direction in each."""
    found: list[dict[str, Any]] = []
    run: list[Inline] = []

    def end_run() -> None:
        for lines in _by_direction(lines_of(tidy(run))):
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


def _by_direction(lines: Iterable[list[Inline]]) -> list[list[list[Inline]]]:
    """Return neighbouring lines of one direction together; a line without one goes with either."""
    groups: list[list[list[Inline]]] = []
    way = None
    for line in lines:
        own = direction(text_of(line))
        if groups and (way is None or own in (None, way)):
            groups[-1].append(line)
        else:
            groups.append([line])
        way = own or way
    return groups


def directed(block: dict[str, Any], text: str) -> dict[str, Any]:
    """Return `block` with its direction, where it is the less usual one."""
    return {**block, "dir": "rtl"} if direction(text) == "rtl" else block
