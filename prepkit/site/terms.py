"""The words by which search knows a text: one rule for the index and for what is typed. Pure.

Two people write one word in different ways: with another apostrophe, with the marks of a letter
apart from it, in full width, with a soft hyphen from a PDF, without its accents. `words_of` makes
the same words of all of these. ``static/shared/terms.js`` does it in a browser. Whoever changes one
has to change the other: both are held to ``tests/data/terms.json``.

Some scripts have no spaces between words. There a run of characters is one word here, and the index
has each pair of neighbours in it, so that any part of a run is found (`keys_of`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from prepkit.text import EMPTY_CHARACTERS

_UNSEEN = re.compile(f"[\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2066-\u2069{EMPTY_CHARACTERS}]")
_APOSTROPHES = "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u2032\u055a\uff07`\u00b4"
# Letters that Unicode doesn't take apart, as people type them on a keyboard without them.
_AS_TYPED = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict(zip("øłđðħıŧ\u03c2", "olddhit\u03c3", strict=True)),
        **{"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"},
    }
)
# Han, kana, Thai, Lao, Burmese, Khmer. Half-width kana have become kana by then.
_UNSPACED = (
    "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_RUNS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_RUN = re.compile(f"[{_UNSPACED}]+")
_WITH_MORE = re.compile(r"\S*[^\x00-\x7f]\S*")
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_POSSESSIVE = re.compile(r"'s?$")
# In French and Italian, a short word leans on the next one: l'équipe, qu'il, dell'arte.
_LEANING = re.compile(
    r"^(?:[^\W\d_]{1,2}|dell|nell|sull|dall|all|jusqu|lorsqu|puisqu)'(?=[^\W_]{3})"
)

REMEMBERED = 1 << 16
"""Words whose outcome is kept: the pages of a site have most of their words in common."""

PAIR = "\ua66e"
"""Begins the keys of runs in the index. No text has this letter, so no word is taken for a key."""


def fold(text: str) -> str:
    """Return a text in small letters without accents, everything as the plainest keyboard has it.

    The marks of Indian scripts go too, as Pagefind takes them out of what it indexes.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", without_unseen(text)).lower().translate(_AS_TYPED)
        marked = (each for each in text if unicodedata.category(each)[0] != "M")
        return unicodedata.normalize("NFC", "".join(marked))
    return text.lower().replace("`", "'")


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees, such as soft hyphens."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text, folded; a run in a script without spaces is one word."""
    for token in _TOKEN.findall(fold(text)):
        if token.isascii() and "'" not in token:
            yield token
            continue
        for part in _RUNS.findall(token) if not token.isascii() else [token]:
            if word := _LEANING.sub("", _POSSESSIVE.sub("", part)).replace("'", ""):
                yield word


def is_run(word: str) -> bool:
    """Tell whether a folded word is of a script without spaces between words."""
    return bool(_RUN.match(word))


def keys_of(word: str) -> list[str]:
    """Return the keys that a page with this word has in the index, all of them."""
    if not is_run(word):
        return [word]
    pairs = (f"{PAIR}{one}{next_one}" for one, next_one in pairwise(word))
    return list(pairs) if word[1:] else [f"{PAIR}{word}"]


def index_keys(text: str) -> Iterator[str]:
    """Yield the keys of a text that Pagefind doesn't find in it by itself.

    Pagefind ends words at spaces and ASCII punctuation, takes accents off, and finds the beginnings
    of words. So plain English needs no keys.
    """
    others = (part for part in text.split(" ") if not part.isascii())
    for written in dict.fromkeys(word for part in others for word in _WITH_MORE.findall(part)):
        yield from _keys_of_written(written)


@lru_cache(REMEMBERED)
def _keys_of_written(written: str) -> tuple[str, ...]:
    """Return the keys of what is between two spaces."""
    plain = _pagefind_words(written)
    keys: list[str] = []
    for word in words_of(written):
        if is_run(word):
            # The second begins as the key of its character alone.
            keys += [*(keys_of(word) if word[1:] else ()), f"{PAIR}{word[-1]}{PAIR}"]
        elif not any(one.startswith(word) for one in plain):
            keys.append(word)
    return tuple(keys)


def _pagefind_words(written: str) -> set[str]:
    """Return the words that Pagefind makes of what is between two spaces."""
    small = unicodedata.normalize("NFD", written.lower())
    return {"".join(filter(str.isalnum, part)) for part in [small, *_ASCII_MARK.split(small)]}
