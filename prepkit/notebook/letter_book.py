"""Private texts as one row of letters, with the places of their words and sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

from prepkit.notebook.folding import words, words_of_letters

RUN = 12
"""This many words in a row that match an answer are not a coincidence."""
LEAST = 6
"""A sentence needs at least this many words to be looked for inside other texts."""
GRAM = 14
"""This many letters in a row are looked up at once."""

END = "\0"
"""Stands between texts: no letter, so nothing matches across it."""

Spans: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Where some things start, and where they end, both in order."""

_SENTENCE_END = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])[\"'\u201d\u2019)]*\s+|\n")


class LetterBook:
    """The letters of all private texts in a row, and where their words and sentences are.

    A sentence that several texts share, as the versions of an answer do, is in it once.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sentences: list[tuple[int, int]] = []
        self._seen: set[tuple[str, str]] = set()
        self._after = ""

    def add(self, folded: str, *, whole: bool) -> None:
        """Add a text; with `whole`, all of it together counts as a sentence."""
        parts = [(part, words_of_letters(part)) for part in sentences_of(folded)]
        rows = ["".join(each) for _, each in parts]
        for number, (part, plain) in enumerate(parts):
            after = "".join(rows[number + 1 : number + 4])[: GRAM - 1]
            if not plain or (rows[number], after) in self._seen:
                self._cut()
                continue
            self._seen.add((rows[number], after))
            self._add_words(plain, after, counts=len(words(part)) >= LEAST)
        self._cut()
        if whole and len(parts) > 1:
            self._add_words([word for _, plain in parts for word in plain], "", counts=True)
            self._cut()

    def _add_words(self, plain: Sequence[str], after: str, *, counts: bool) -> None:
        first = self._length
        for word in plain:
            self._starts.append(self._length)
            self._length += len(word)
            self._ends.append(self._length)
        self._parts += plain
        self._after = after
        if counts:
            self._sentences.append((first, self._length))

    def _cut(self) -> None:
        """End a run of sentences, with the letters that come after it."""
        if self._parts and self._parts[-1] != END:
            self._parts += [self._after, END]
            self._length += len(self._after) + 1

    def close(self) -> tuple[str, Spans, Spans]:
        """Return all letters, and where words and sentences start and end in them."""
        self._sentences.sort()
        starts, ends = zip(*self._sentences, strict=True) if self._sentences else ((), ())
        return "".join(self._parts), (self._starts, self._ends), (starts, ends)


def sentences_of(folded: str) -> list[str]:
    """Return the sentences and lines of a text."""
    return [part for part in _SENTENCE_END.split(folded) if part.strip()]


def longest(texts: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the texts, and whether another one begins with it, as texts do while they are typed.

    A long one that goes on in another one is left out: every twelve words of it are there, too.
    """
    ordered = sorted(set(texts))
    for text, after in zip_longest(ordered, ordered[1:], fillvalue=""):
        goes_on = after.startswith(text)
        if not goes_on or (len(text) < 40 * RUN and len(text.split()) < RUN):
            yield text, goes_on
