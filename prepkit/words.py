"""How many words a text has, and how long it takes to say them. Pure.

A word is what Unicode's segmentation (UAX #29) takes for one, with these exceptions, which count as
a reader does: a hyphenated word (``well-known``), a time (``10:30``) and an address (of a web page
or of mail) are one word each, and no apostrophe or full stop inside a word splits it (``Q3's``). So
``don't``, ``3.5`` and ``40%`` are one word each, ``and/or`` is two, and dashes, emoji and
punctuation are none.

Some scripts have no spaces between words. Unicode leaves their words to dictionaries, which differ
from browser to browser; so here their characters are counted, and so many of them are a word:

- Han: 1.6, and kana: 2. People who read the same texts aloud read 158 words or 255 characters of
  Chinese per minute, which is 1.6 characters per word, and 193 words or 357 characters of Japanese,
  which is 1.8: about what Han and kana mixed come to (Trauzettel-Klosinski and Dietz 2012,
  doi:10.1167/iovs.11-8284).
- Thai, Lao, Khmer and Burmese: 3 letters, not counting the marks above and below them. Our own
  count: in article 1 of the Universal Declaration of Human Rights, ICU 78 finds a word for every
  3.2, 3.2, 3.7 and 2.2 letters.

At `PACE`, that is 224 Chinese characters per minute: slower than those who read aloud, as everybody
is who tells something. ``static/shared/words.js`` counts the same in a browser. Whoever changes one
has to change the other: both are held to ``tests/data/words.json``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

PACE = 140
"""Spoken words per minute. A rule of thumb: most people speak at 110 to 170."""

_HAN = (
    "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
# The blocks of Thai, Lao, Burmese and Khmer: the letters in them have no spaces between words.
_BLOCKS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_LETTER = rf"(?=[{_BLOCKS}])[^\W\d_]"
_UNSPACED = rf"(?P<han>[{_HAN}])|(?P<kana>[{_KANA}])|(?P<letter>{_LETTER})"
_MAYBE_UNSPACED = re.compile(f"[{_HAN}{_KANA}{_BLOCKS}]")
_SHARES = {"han": 15, "kana": 12, "letter": 8}
_WHOLE = 24
"""What a word counts; `_SHARES` says what a character does. In whole numbers, so that sums are
exact in Python and in JavaScript."""

# Inside a word: apostrophes, full stop, at sign, dots of some languages, hyphens, unseen ones.
_INSIDE = "'.@\u00ad\u00b7\u05f3\u05f4\u200c\u200d\u2010\u2011\u2018\u2019\u2027\u2060-"

_MARK = (
    "\ufdd0"  # stands for combining marks, which `re` doesn't count as letters; nobody writes it
)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# A full stop with closing quotes or brackets, before a space. Chinese and Japanese need no space.
_END = re.compile(
    "[.!?\u2026]+[\"'\u201d\u2019\u00bb)\\]*]*(?=\\s|$)"
    "|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d\u2019)]*"
)
_GOES_ON = re.compile("\\s+[\"'\u201c\u2018\u00ab(\\[*]*[a-z]")
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|vs|cf|approx|fig|inc|ltd|[a-z])\.$", re.IGNORECASE
)


def _words(character: str) -> str:
    """Return the pattern of words made of `character`, which is a pattern itself."""
    return (
        rf"https?://[!-~]+|(?=[^\W_])(?:{character})+(?:[{_INSIDE}](?:{character})+"
        rf"|(?<=\d)[,:\u066b\u066c](?=\d)(?:{character})+"
        # In Hebrew, quotation marks are written inside abbreviations.
        rf'|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])(?:{character})+)*'
    )


_SPACED_WORD = re.compile(_words(rf"[\w{_MARK}]"))
_SPACED_LETTER = rf"(?![{_HAN}{_KANA}]|{_LETTER})[\w{_MARK}]"
_WORD = re.compile(f"{_UNSPACED}|{_words(_SPACED_LETTER)}")


@lru_cache(maxsize=2048)  # the first page counts the words of all answers, again and again
def count_words(text: str) -> int:
    """Return how many words `text` has; of a part of a word at the end, a whole one is counted."""
    plain = _without_marks(text)
    if not _MAYBE_UNSPACED.search(plain):  # nearly all texts; quicker, and counted very often
        return len(_SPACED_WORD.findall(plain))
    return -(-sum(share for _, _, share in _pieces(text)) // _WHOLE)


def find_words(text: str) -> list[str]:
    """Return the words of `text`, and each character of scripts without spaces by itself."""
    return [text[start:end] for start, end, _ in _pieces(text)]


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of what a candidate typed, unchanged except for white space.

    The end of a list item or paragraph ends a sentence too. List markers and the fences of code
    blocks are left out. An abbreviation such as "e.g." doesn't end a sentence.
    """
    for paragraph in paragraphs(text):
        start = 0
        for end in _END.finditer(paragraph):
            near = max(start, end.end() - 8)  # the longest abbreviation has seven characters
            if _GOES_ON.match(paragraph, end.end()) or _ABBREVIATION.search(
                paragraph, near, end.end()
            ):
                continue
            yield paragraph[start : end.end()].strip()
            start = end.end()
        if rest := paragraph[start:].strip():
            yield rest


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs and list items of `text`, each as one line."""
    lines: list[str] = []
    for line in text.splitlines():
        item = _ITEM.match(line)
        if (item or not line.strip() or _FENCE.match(line)) and lines:
            yield " ".join(lines)
            lines = []
        if line.strip() and not _FENCE.match(line):
            lines.append(" ".join(line[item.end() if item else 0 :].split()))
    if lines:
        yield " ".join(lines)


def start_beyond(text: str, words: int) -> int:
    """Return where in `text` the first word after so many `words` starts; its end if none does."""
    before = 0
    for start, _, share in _pieces(text):
        if before >= words * _WHOLE:
            return start
        before += share
    return len(text)


def spoken_seconds(words: int) -> int:
    """Return how long it takes to say so many words at `PACE`, to five seconds."""
    return 5 * round(words * 60 / PACE / 5)


def spoken_range(least: int, most: int) -> str:
    """Return how long it takes to say `least` to `most` words, as ``1:15-2:55 min``."""
    times = (_clock(spoken_seconds(words)) for words in (least, most))
    return "\N{EN DASH}".join(times) + " min"


def _clock(seconds: int) -> str:
    """Return seconds as a clock shows them, such as ``1:05``."""
    return "{}:{:02}".format(*divmod(seconds, 60))


def _pieces(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield where each word or character begins and ends, and what it counts (see `_WHOLE`)."""
    text = _without_marks(text)
    for match in _WORD.finditer(text):
        yield *match.span(), _SHARES.get(match.lastgroup or "", _WHOLE)


def _without_marks(text: str) -> str:
    """Return `text` with `_MARK` for each combining mark."""
    if text.isascii():
        return text
    marks = {ord(each): _MARK for each in set(text) if unicodedata.category(each)[0] == "M"}
    return text.translate(marks) if marks else text
