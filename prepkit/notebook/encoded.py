"""Texts inside texts: base64, percent forms and JSON, as they stand in any text. Pure."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from urllib.parse import unquote

# The shortest that is looked at is a word or two.
_CODE = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_TAIL = re.compile(r"[A-Za-z0-9+/_-]{2,}={0,2}")
# What is between two lines of one code: line ends as such or escaped, quotes, numbers of lines.
_BETWEEN = re.compile(r"(?:[^A-Za-z+/]|\\n|\bb(?=['\"])){1,24}")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_PICTURE = re.compile(r"data:image/(?!svg)[\w.+-]+;base64,[A-Za-z0-9+/=\s]+")
_PLAIN = re.compile(r"[^\W\d_]")


def texts_inside(text: str) -> Iterator[str]:
    """Yield what a text decodes to as JSON, and what parts of it decode to as other forms.

    A picture in base64 is passed over. What is yielded may hold texts inside itself again.
    """
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            yield "\n".join(texts_of(json.loads(text)))
    if "%" in text and _PERCENT.search(text):
        plain = unquote(text.replace("+", " "), errors="replace")
        if plain != text:
            yield plain
    if "data:image/" in text:
        text = _PICTURE.sub(" ", text)
    yield from _from_base64(text)


def texts_of(value: object) -> Iterator[str]:
    """Yield every text in a JSON value in reading order, the names in it too."""
    waiting = [value]  # a stack, since a damaged notebook may be nested deeper than calls can be
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [part for item in reversed(one.items()) for part in reversed(item)]
        elif isinstance(one, list | tuple):
            if len(one) > 1 and all(isinstance(part, str) for part in one):
                # Notebooks store a text as a list of its lines, which end with a line end.
                glue = "" if any(part.endswith("\n") for part in one[:-1]) else "\n"
                yield glue.join(one)
            else:
                waiting += reversed(one)


def _from_base64(text: str) -> Iterator[str]:
    found = [(one.start(), one.end()) for one in _CODE.finditer(text)]
    if not found:
        return
    groups: list[list[tuple[int, int]]] = [[found[0]]]
    for before, after in pairwise(found):
        between = text[before[1] : after[0]]
        if len(between) <= 24 and _BETWEEN.fullmatch(between):
            groups[-1].append(after)
        else:
            groups.append([after])
    for group in groups:
        codes = [text[start:end] for start, end in group]
        if len(codes) > 1:
            # The last line may be too short to be found by itself.
            tail = _TAIL.search(text, group[-1][1], group[-1][1] + 32)
            rest = (
                [tail[0]] if tail and _BETWEEN.fullmatch(text, group[-1][1], tail.start()) else []
            )
            if whole := _decoded("".join([*codes, *rest])):
                yield whole
                continue
        for code in codes:
            # A slash is part of a code, or stands before it in an address.
            parts = [code, *(part for part in code.split("/") if len(part) >= 16)]
            if inner := next(filter(None, map(_decoded, parts)), ""):
                yield inner


def _decoded(code: str) -> str:
    """Return the text that a code in base64 stands for; an empty one if it stands for none."""
    plain = code.rstrip("=").translate(_STANDARD)
    try:
        raw = b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + "==")
        is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = raw.decode("utf-16" if is_wide else "utf-8-sig")
    except ValueError:  # a picture, a word, or a name: no text in base64
        return ""
    return text if _PLAIN.search(text) else ""


_STANDARD = str.maketrans("-_", "+/")
