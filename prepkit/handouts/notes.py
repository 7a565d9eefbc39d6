"""Footnotes of a document: each gets its own key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def number_notes(body: Iterable[Any]) -> None:
    """Give each footnote its own key; a second mark of the same footnote gets the same key."""
    keys: dict[str, int] = {}
    count = 0

    def walk(value: Any) -> None:
        nonlocal count
        if isinstance(value, dict):
            if value.get("t") == "note":
                if value["note"] is not None:
                    keys[value["label"]] = count = count + 1
                value["key"] = keys.get(value["label"])
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    for part in body:
        walk(part)
