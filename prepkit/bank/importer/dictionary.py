"""The words that are known where a page cut one in two: a dictionary, and the bank's own words."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from prepkit.bank.lists import read_words


class Dictionary:
    """English words, and those of a bank's words.txt; read only once a word is looked up.

    Parameters
    ----------
    folder
        The bank.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, word: str) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        # Imported here: reading the dictionary takes longer than importing a page.
        from spellchecker import SpellChecker

        known = SpellChecker(language="en", distance=1)
        return frozenset(known.word_frequency.dictionary) | frozenset(read_words(self._folder))
