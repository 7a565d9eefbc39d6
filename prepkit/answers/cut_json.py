"""JSON whose end is missing, as an upload or a full disk leaves it: what is whole before the cut.

Nothing is guessed: a text that was cut is left out, so every text that is returned is exact.
"""

from __future__ import annotations

import json
import re
from typing import Any

from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.mime import EXPORT_FORMAT

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]')
_CLOSING = {"{": "}", "[": "]"}
_DEEPEST = 100
_REVISION = frozenset(("revision", "saved_at", "origin", "text"))


def before_cut(text: str) -> Any:
    """Return the values that are whole in a JSON text that ends too early; None if there are none.

    Names whose value isn't whole are left out. From the first place where it is no JSON at all, the
    text counts as cut off.
    """
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        text = text[: error.pos]
    except (ValueError, RecursionError):
        return None
    open_ones: list[str] = []
    end, closing = 0, ""
    is_value = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            open_ones.append(mark)
            if len(open_ones) > _DEEPEST:
                return None
            is_value = mark == "["
            continue
        if mark in "}]" and open_ones:
            open_ones.pop()
            whole = token.end()
        elif mark == ",":
            whole = token.start()
        elif mark == ":" or not is_value:  # a name has no value yet
            is_value = mark == ":"
            continue
        else:
            whole = token.end()
        is_value = mark == "," and open_ones[-1:] == ["["]
        end, closing = whole, "".join(_CLOSING[each] for each in reversed(open_ones))
        if not open_ones:
            break
    try:
        return json.loads(text[:end] + closing) if end else None
    except (ValueError, RecursionError):
        return None


def whole_answers(answers: object) -> dict[str, Any]:
    """Return answers as an export has them, without versions of a text that were cut."""
    found: dict[str, Any] = {}
    for question, fields in mapping(answers).items():
        kept = {name: _whole(value) for name, value in mapping(fields).items()}
        if kept := {name: value for name, value in kept.items() if value is not None}:
            found[question] = kept
    return {"format": EXPORT_FORMAT, "version": 1, "answers": found, "reviews": []}


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value
    return [each for each in sequence(value) if mapping(each).keys() >= _REVISION] or None
