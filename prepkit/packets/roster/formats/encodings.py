"""The text of a file in whatever encoding a spreadsheet program wrote it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from prepkit.packets.roster.formats.rows import Answers, CannotReadError
from prepkit.text import join_quoted, join_words, shorten

if TYPE_CHECKING:
    from prepkit.packets.roster.formats.code_pages import Reading

SAVE_AGAIN = "in your spreadsheet program, save the roster as CSV UTF-8"

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16: it starts with the same two bytes
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_MARGIN = 0.5
"""How much more plausible a reading must be than the next, or else the coach is asked."""


def decode(content: bytes, encoding: str, mapping: str) -> tuple[str, str, str]:
    """Return a file's text, its encoding, and a line for the coach if that had to be guessed.

    Parameters
    ----------
    encoding
        What the coach says it is; "" if it is to be found.
    mapping
        The name of the file in which the coach can say it.

    Raises
    ------
    CannotReadError
        If the text is damaged, or if the coach has to say what its encoding is.
    """
    unicode = _unicode_of(content)
    if encoding:
        return _decode_as_said(content, encoding, unicode, mapping), encoding, ""
    if unicode:
        return _decode_as(content, unicode), unicode, ""
    return _most_plausible(content, mapping)


def _unicode_of(content: bytes) -> str:
    """Return which of Unicode's encodings a file has; "" if none."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name
    even, odd = content[:10_000:2].count(0), content[1:10_000:2].count(0)
    # In UTF-16, delimiters and line ends have a zero byte on one side, whatever the script.
    if max(even, odd) > 20 * min(even, odd) + 2 and len(content) % 2 == 0:
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        right = len(_UTF8_CHARACTER.findall(content))
        wrong = len(re.findall(rb"[\x80-\xff]", _UTF8_CHARACTER.sub(b"", content)))
        return "utf-8" if right >= wrong else ""
    return "utf-8"


def _decode_as_said(content: bytes, encoding: str, unicode: str, mapping: str) -> str:
    """Return the text in the encoding that the coach named, perhaps for an earlier version."""
    said = f'{mapping} says encoding = "{shorten(encoding)}"'
    try:
        text = content.decode(encoding)
    except LookupError:
        raise CannotReadError(
            f"{said}, which is none: write one such as utf-8, cp1252 or mac_roman"
        ) from None
    except UnicodeError:
        raise CannotReadError(f"{said}, but it is in another: take that line out") from None
    family = codecs.lookup(encoding).name.removesuffix("-sig")[:6]
    if unicode and family != unicode[:6].removesuffix("-") and not _is_plain(content, family):
        raise CannotReadError(f"{said}, but it is Unicode ({unicode}): take that line out")
    return text.removeprefix("\ufeff")


def _is_plain(content: bytes, family: str) -> bool:
    """Tell whether a text is the same in each encoding that has a byte for a letter."""
    return content.isascii() and family not in ("utf-16", "utf-32")


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-8"):
            raise NotUtf8Error(error.object[: error.start].decode()) from None
        name = "UTF-16" if "16" in encoding else "UTF-32"
        raise CannotReadError(f"its text is damaged ({name}): {SAVE_AGAIN}") from None


class NotUtf8Error(Exception):
    """A byte in a text that is UTF-8 otherwise; its argument is the text before."""


def _most_plausible(content: bytes, mapping: str) -> tuple[str, str, str]:
    from prepkit.packets.roster.formats.code_pages import readings

    found = readings(content)
    if not found or not found[0].is_plausible:
        raise CannotReadError(f"its encoding is not known, or its text is damaged: {SAVE_AGAIN}")
    best = found[0]
    rivals = [each for each in found[1:] if each.is_plausible and each.cost < best.cost + _MARGIN]
    if rivals:
        ways = [best, *rivals[:2]]
        read = [
            f'{join_quoted(_own_words(each, ways))} (then write encoding = "{each.page.encoding}")'
            for each in ways
        ]
        lines = tuple(f'encoding = "{each.page.encoding}"' for each in ways)
        raise CannotReadError(
            f"its encoding can't be told: does it have {join_words(read, 'or')}? Write it under"
            f" [file] in {mapping}; or {SAVE_AGAIN}",
            answers=Answers("file", lines),
        )
    examples = join_quoted([shorten(word) for word in best.words[:3]])
    return (
        content.decode(best.page.encoding),
        best.page.encoding,
        (
            f"The text is in the encoding {best.page.encoding} ({best.page.name}), so that it has"
            f" {examples}."
        ),
    )


def _own_words(reading: Reading, ways: list[Reading]) -> list[str]:
    """Return up to two words that only this reading has."""
    others = {word for each in ways if each is not reading for word in each.words}
    return [shorten(word) for word in reading.words if word not in others][:2]
