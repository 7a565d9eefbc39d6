"""What a spreadsheet shows of a number: ids may have zeros or letters only in their format."""

from __future__ import annotations

import re

from prepkit.packets.roster.formats.rows import ShownNumber

_IN_BRACKETS = re.compile(r"\[[^]]*\]")  # a colour, or the code of a language
_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|.', re.DOTALL)
_LIKE_AN_ID = re.compile(r"[A-Za-z0-9._-]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E[-+]?\d+", re.IGNORECASE)


def as_shown(number: int, number_format: str) -> str | int:
    """Return how a whole number is shown if that may be an id, or else the number.

    Parameters
    ----------
    number_format
        A format as spreadsheets write it, such as ``00000``, ``0000-000`` and ``"S"0``.

    Returns
    -------
    str or int
        A `ShownNumber` if it is shown with characters that no id has.
    """
    text = _filled(number, number_format)
    if text in ("", str(number)):
        return number
    return text if looks_like_an_id(text) else ShownNumber.of(number, text)


def _filled(number: int, number_format: str) -> str:
    """Return a number in its format; "" if the format isn't one of whole numbers."""
    section = _IN_BRACKETS.sub("", number_format.split(";", 1)[0])
    tokens = [each for each in _TOKEN.findall(section) if each[0] not in "_*,"]
    places = [each for each in tokens if each in "0#?"]
    if number < 0 or not places or re.search("[.%/@E]|General", "".join(_unquoted(tokens))):
        return ""
    digits = list(str(number).zfill(sum(each == "0" for each in places)))
    parts: list[str] = []
    left = len(places)
    for each in reversed(tokens):
        if each not in "0#?":
            parts.append(each.strip('"').removeprefix("\\"))
            continue
        left -= 1
        if not left:
            parts.append("".join(digits))  # the first place takes what has no place of its own
        elif digits:
            parts.append(digits.pop())
    return "".join(reversed(parts)).strip()


def looks_like_an_id(text: str) -> bool:
    """Tell whether a text that a cell shows for a number may be meant as an id, as it is shown."""
    marked = re.search(r"[A-Za-z]|^0\d|\d-\d", text)
    return bool(marked and _LIKE_AN_ID.fullmatch(text) and not _SCIENTIFIC.fullmatch(text))


def _unquoted(tokens: list[str]) -> list[str]:
    return [each for each in tokens if each[0] not in '"\\']
