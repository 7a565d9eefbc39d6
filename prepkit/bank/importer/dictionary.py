"""The words that are known where a page cut one in two: a dictionary, and the bank's own words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from prepkit.bank.lists import read_words


def is_word(folder: Path, word: str) -> bool:
    """Tell whether a word in lowercase is English, or in the words.txt of the bank in `folder`."""
    return word in _english() or word in read_words(folder)


@cache
def _english() -> frozenset[str]:
    # Only once a word is looked up, because reading it takes longer than importing a page.
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en", distance=1).word_frequency.dictionary)
