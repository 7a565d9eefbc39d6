"""Characters that pasting brings along: invisible ones, ligatures, odd spaces and the like. Pure.

Each function takes and returns one line, and notes what it repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from prepkit.bank.importer.mending import Mending, Row
from prepkit.text import EMPTY_CHARACTERS, LIGATURES

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SOFT_HYPHEN = re.compile("\u00ad(?!$)")  # one at a line's end says that a word goes on below
_JOINED = "\u0590-\u1fff\u2070-\U0010ffff"
"""What may have a joiner beside it: emoji, and letters of scripts after Latin to Armenian."""
_INVISIBLE = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)"
    f"|[{EMPTY_CHARACTERS}\U000e0001-\U000e007f]"
    f"|[\u200c\u200d](?![{_JOINED}])|(?<![{_JOINED}])[\u200c\u200d]"
)
"""Invisible characters that do nothing where they are, and flags, in which they do something."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb]")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_LIGATURE = re.compile(f"[{''.join(LIGATURES)}]")
_STYLED = re.compile("[\U0001d400-\U0001d7ff\u210e]+")
_ACCENT = re.compile(r"[^\W\d_][\u0300-\u036f]+")
# UTF-8 that was read as the encoding of Windows: punctuation, letters with accents, emoji. Others,
# such as a capital with an accent before a closing quotation mark, may be meant as they are.
_GARBLED = re.compile(
    "\u00e2(?:\u20ac|\u201e|\u0153|\u017e|\u02c6|\u2020)[^\x00-\x7f]|[\u00c2\u00c3][\u00a0-\u00bf]"
    "|\u00f0\u0178[^\x00-\x7f]{2}"
)
_UNASSIGNED = "\x81\x8d\x8f\x90\x9d"
_PICTURE = re.compile("\ufffc")
_LOST = "a character was lost before the import and shows as '\ufffd'; write it again"


def mend_characters(row: Row, mending: Mending) -> str:
    """Return a line in plain characters."""
    text, before = row.text, ""
    while text != before and not (text.isascii() and text.isprintable()):
        before = text  # again, since what is taken out may have stood within something else
        for pattern, by, what in _PLAIN:
            text = _counted(pattern, by, what, text, row, mending)
        if not _RIGHT_TO_LEFT.search(text):
            what = "a mark of direction was taken out"
            text = _counted(_DIRECTION, "", what, text, row, mending)
    return text


def note_lost(row: Row, mending: Mending) -> None:
    """Name characters that some program couldn't read before, and that nothing brings back."""
    mending.note(_LOST, row, row.text.count("\ufffd"))


def _counted(
    pattern: re.Pattern[str],
    by: str | Callable[[re.Match[str]], str],
    what: str,
    text: str,
    row: Row,
    mending: Mending,
) -> str:
    """Replace what a pattern finds, and note how often something changed."""
    times = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal times
        new = by if isinstance(by, str) else by(found)
        times += new != found[0]
        return new

    text = pattern.sub(replace, text)
    mending.note(what, row, times)
    return text


def _decoded(found: re.Match[str]) -> str:
    """Return UTF-8 that was read as the encoding of Windows, such as ``â€™``, as it was meant."""
    try:
        # The five bytes that this encoding doesn't have stay what they are in Latin-1.
        return b"".join(
            each.encode("latin-1" if each in _UNASSIGNED else "windows-1252") for each in found[0]
        ).decode("utf-8")
    except UnicodeError:
        return found[0]


_PLAIN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], str], ...] = (
    (_GARBLED, _decoded, "letters that were garbled by a wrong encoding"),
    (_SOFT_HYPHEN, "", "a soft hyphen was taken out"),
    (_INVISIBLE, lambda found: found["flag"] or "", "an invisible character was taken out"),
    (_CONTROL, "", "a control character was taken out"),
    (_PICTURE, "", "the place of a picture or an object was taken out"),
    (_SPACES, " ", "a non-breaking or odd space became a space"),
    (_LIGATURE, lambda found: LIGATURES[found[0]], "letters joined as in \ufb01 were taken apart"),
    (
        _STYLED,
        lambda found: unicodedata.normalize("NFKC", found[0]),
        "bold or italic letters made of symbols became letters",
    ),
    (
        _ACCENT,
        lambda found: unicodedata.normalize("NFC", found[0]),
        "an accent was put onto its letter",
    ),
)


def without_last_hyphen(row: Row, mending: Mending) -> Row:
    """Take out a soft hyphen at the end of a line below which no word goes on."""
    bare = row.text.rstrip("\u00ad")
    mending.note("a soft hyphen was taken out", row, len(row.text) - len(bare))
    return Row(row.number, bare)
