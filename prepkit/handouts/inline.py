"""Inline content: texts, and what can be inside a line. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal

Inline = str | dict[str, Any]
"""A text, or ``{"t": kind, "c": [Inline, …]}``; the kinds are in template/inline.typ."""

SPACE = re.compile(r"[ \t\r\n\f]+")
"""What HTML shows as one space."""

_LONG = re.compile(r"[^\s\u200b]{30,}")


def soften(text: str) -> str:
    """Let words of 30 characters and more (URLs, hashes) break, with zero-width spaces in them."""

    def breakable(match: re.Match[str]) -> str:
        parts = re.sub(r"(?<=[/._\-?&=,;:+@#])(?=\w)", "\u200b", match.group()).split("\u200b")
        return "\u200b".join(
            part[start : start + 20] for part in parts for start in range(0, len(part), 20)
        )

    return _LONG.sub(breakable, text)


def text_of(content: Iterable[Inline]) -> str:
    """Return inline content as text."""
    return "".join(
        part
        if isinstance(part, str)
        else "\n"
        if part["t"] == "break"
        else part["s"]
        if "s" in part
        else text_of(part.get("c", [part.get("alt", "")]))
        for part in content
    )


def holds(content: Iterable[Inline], kind: str) -> bool:
    """Return whether the content contains something of a kind."""
    return any(
        isinstance(part, dict) and (part["t"] == kind or holds(part.get("c", []), kind))
        for part in content
    )


def unlined(content: Iterable[Inline]) -> list[Inline]:
    """Return content without lines under the text, neither for underlining nor for links."""
    found: list[Inline] = []
    for part in content:
        if isinstance(part, str) or part["t"] == "formula" or "c" not in part:
            found.append(part)
        elif part["t"] == "underline":
            found.extend(unlined(part["c"]))
        else:
            lined = {"lined": False} if part["t"] == "link" else {}
            found.append({**part, "c": unlined(part["c"]), **lined})
    return found


def direction(text: str) -> Literal["ltr", "rtl"] | None:
    """Return the direction of the first letter in `text` that has one; None if none has.

    These are rules P2 and P3 of the Unicode Bidirectional Algorithm (UAX #9).
    """
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None


def lines_of(content: Sequence[Inline]) -> list[list[Inline]]:
    """Return content as a list of lines, without the breaks between them."""
    lines: list[list[Inline]] = [[]]
    for part in content:
        if _is_break(part):
            lines.append([])
        else:
            lines[-1].append(part)
    return lines


def tidy(content: Iterable[Inline]) -> list[Inline]:
    """Join neighbouring texts; drop white space and breaks at the ends and around line breaks."""
    joined: list[Inline] = []
    for part in content:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] = SPACE.sub(" ", joined[-1] + part)
        else:
            joined.append(part)
    kept: list[Inline] = []
    for position, part in enumerate(joined):
        if not isinstance(part, str):
            if not (_is_break(part) and not kept):
                kept.append(part)
            continue
        text = part.lstrip(" ") if not kept or _is_break(kept[-1]) else part
        if position + 1 == len(joined) or _is_break(joined[position + 1]):
            text = text.rstrip(" ")
        if text:
            kept.append(soften(text))
    while kept and _is_break(kept[-1]):
        kept.pop()
    return kept


def _is_break(part: Inline) -> bool:
    return isinstance(part, dict) and part["t"] == "break"
