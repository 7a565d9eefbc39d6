"""Finds private texts again in other texts, whole or in pieces, however they are set. Pure.

Two searches complete each other. The letters of a text in a row, without spaces, digits and marks,
show runs of words that are cut into pieces or put together otherwise. Short answers have too few
letters for that: they are looked for word by word.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple, NoReturn

from prepkit.notebook.folding import fold, letters, words, words_of_letters
from prepkit.notebook.letter_book import (
    END,
    GRAM,
    LEAST,
    RUN,
    LetterBook,
    Spans,
    longest,
    sentences_of,
)

LEAST_WHOLE = 3
"""A whole answer needs at least this many words to be looked for inside other texts.

One or two words are no sign, and neither is a mere beginning such as "When I was at": anybody may
write them. They are found if they have a line to themselves; a single word is never found.
"""
_LEAST_LETTERS = 9
_NO_LAST_WORDS = frozenset(
    words(
        "a an and are as at be been but by for from had has have he her his i if im in into is its"
        " ive my no not of on or our she so than that the their then there they this to very was"
        " we were what when where which while who whose why will with would your"
    )
)
_LEAST_ALONE = 2
_SHOWN_WORDS = 8
_SHOWN_LENGTH = 60

_STEP = 7
"""Only every seventh place is looked up, so that 20 letters in a row are always found."""
_PIECE = GRAM + _STEP - 1
_FEW_LETTERS = 24
"""A sentence with fewer letters is looked for word by word."""
_SHORT_WORDS = 2.5
"""So is a text whose words have fewer letters than this, as in Chinese, where one is a word."""
_NEAR_ANSWER = range(-20, 26)
"""How many letters of an answer may be missing between two pieces of it, or be there twice."""
_NEAR_TEXT = 2000
"""How many other letters may be between two pieces of an answer."""
_OPEN_CHAINS = 8


@dataclass(slots=True)
class _Chain:
    """Pieces of a text that follow one another, in an answer and in what is searched."""

    start: int
    """Its first letter in the answers."""
    end: int
    last: int
    """Where its last piece ends in the searched letters."""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Where its pieces are in the searched letters."""
    letters: int = 0
    words: int = 0


class LeakDetector:
    """Texts that must not be published, prepared for a search in many notebooks.

    Found are: twelve words in a row of an answer, a whole sentence of at least six words, and a
    whole answer of at least three. It doesn't matter whether they stand together: pieces of four or
    five words each are enough if they follow one another. An answer of two words is found if it
    has a line to itself.

    Parameters
    ----------
    texts
        The texts of answers, current and earlier ones.
    public
        Texts that are published anyway, such as the questions, since an answer may quote them.
    """

    def __init__(self, texts: Iterable[str], public: Iterable[str] = ()) -> None:
        self._alone: set[tuple[str, ...]] = set()
        self._short: dict[str, dict[tuple[int, int], set[tuple[str, ...]]]] = {}
        """By their longest word, which is the rarest; then by its place and the number of words."""
        self._index: dict[str, int] = {}
        """Where some letters in a row first are in `_known`."""
        book = LetterBook()
        for text, goes_on in longest(texts):
            self._add(text, book, goes_on=goes_on)
        self._known, self._words, self._sentences = book.close()
        for place in range(len(self._known) - GRAM + 1):
            self._index.setdefault(self._known[place : place + GRAM], place)
        if self and public:
            for text in public:
                self._forget(text)
            self._count_private_only()
        self._most_alone = max((sum(map(len, one)) for one in self._alone), default=0) + 20

    def __bool__(self) -> bool:
        return bool(self._index or self._short or self._alone)

    def __reduce__(self) -> NoReturn:
        # With it would go every answer, into the memory of a process that needn't have them.
        raise TypeError("LeakDetector can't be sent to another process: make a new one there")

    def _add(self, text: str, book: LetterBook, *, goes_on: bool) -> None:
        """Add a text; with `goes_on`, another one begins with it, so it was left off there."""
        folded = fold(text)
        all_words = words(folded)
        if len(all_words) < LEAST:
            is_sign = len(all_words) >= LEAST_WHOLE and sum(map(len, all_words)) >= _LEAST_LETTERS
            # A text is saved while it is typed, so there are also beginnings such as "When I was".
            is_sign = is_sign and not goes_on and all_words[-1] not in _NO_LAST_WORDS
            if is_sign:
                self._add_short(all_words)
            elif len(all_words) >= _LEAST_ALONE:
                self._alone.add(tuple(all_words))
            return
        plain = words_of_letters(folded)
        sentences = [(words(part), letters(part)) for part in sentences_of(folded)]
        if sum(map(len, plain)) < max(_FEW_LETTERS, _SHORT_WORDS * len(plain)):
            for run in (all_words, *(each for each, _ in sentences)):
                length = min(len(run), RUN)
                if length >= LEAST:
                    for first in range(len(run) - length + 1):
                        self._add_short(run[first : first + length])
            return
        for sentence, plain_letters in sentences:
            if len(sentence) >= LEAST and len(plain_letters) < _FEW_LETTERS:
                self._add_short(sentence)
        book.add(folded, whole=len(all_words) < RUN)

    def _add_short(self, run: Sequence[str]) -> None:
        anchor = max(run, key=len)
        by_place = self._short.setdefault(anchor, {})
        by_place.setdefault((run.index(anchor), len(run)), set()).add(tuple(run))

    def _forget(self, text: str) -> None:
        """Look no more for what a public text says."""
        folded = fold(text)
        plain = letters(folded)
        for place in range(len(plain) - GRAM + 1):
            self._index.pop(plain[place : place + GRAM], None)
        all_words = words(folded)
        self._alone.discard(tuple(all_words))
        for place, length in list(self._short_runs(all_words)):
            run = tuple(all_words[place : place + length])
            anchor = max(run, key=len)
            self._short[anchor][run.index(anchor), length].discard(run)

    def _count_private_only(self) -> None:
        """Leave out the words and sentences that stand in public texts: they are no sign."""
        known, index = self._known, self._index
        is_public = bytearray(len(known))
        for place in range(len(known) - GRAM + 1):
            if known[place : place + GRAM] not in index:
                is_public[place : place + GRAM] = b"\1" * GRAM

        def private(spans: Spans) -> Spans:
            kept = [span for span in zip(*spans, strict=True) if not all(is_public[slice(*span)])]
            return ([start for start, _ in kept], [end for _, end in kept])

        self._words, self._sentences = private(self._words), private(self._sentences)

    def search(self, texts: Sequence[Searched]) -> Found:
        """Return where private words are, by the positions of the texts.

        The texts are read one after the other: words may begin in one and end in the next.
        """
        found = self.search_pieces(texts)
        if self._short:
            self._search_words(texts, found.words)
        if self._alone:
            for place, text in enumerate(texts):
                if place not in found.words and (line := self._line_alone(text.folded)):
                    found.words[place] = line
        return found

    def search_pieces(self, texts: Sequence[Searched]) -> Found:
        """Do what `search` does, but not for short answers."""
        found = Found({}, set())
        ends = list(accumulate(len(text.letters) for text in texts))
        stream = "".join([text.letters for text in texts])
        for chain in self._chains(stream):
            said = self._words_at(chain.start, chain.end) if self._tells(chain) else ""
            for start, end in chain.pieces:
                for place in range(bisect_right(ends, start), bisect_left(ends, end) + 1):
                    first = ends[place] - len(texts[place].letters)
                    shared = min(end, ends[place]) - max(start, first)
                    # A letter or two at the edge of another text may fit by accident.
                    if shared > 0 and shared >= min(GRAM, ends[place] - first):
                        if shared >= _PIECE:
                            found.touched.add(place)
                        if said:
                            found.words.setdefault(place, said)
        return found

    def _chains(self, stream: str) -> Iterator[_Chain]:
        """Yield the pieces of private texts in some letters, those that belong together as one."""
        if not self._index:
            return
        index, known = self._index, self._known
        hits = [
            place
            for place in range(0, len(stream) - GRAM + 1, _STEP)
            if stream[place : place + GRAM] in index
        ]
        open_chains: list[_Chain] = []
        end = 0
        for place in hits:
            if place + GRAM <= end:
                continue  # inside the last piece
            at = index[stream[place : place + GRAM]]
            before = _common_end(stream, place, known, at)
            after = _common_start(stream, place, known, at)
            start, end, at = place - before, place + after, at - before
            for chain in open_chains:
                if at - chain.end in _NEAR_ANSWER and END not in known[chain.end : at]:
                    break
            else:
                chain = _Chain(at, at, start)
                open_chains.append(chain)
            self._continue(chain, (start, end), at)
            while open_chains and (
                len(open_chains) > _OPEN_CHAINS or start - open_chains[0].last > _NEAR_TEXT
            ):
                yield open_chains.pop(0)
        yield from open_chains

    def _continue(self, chain: _Chain, piece: tuple[int, int], at: int) -> None:
        """Add a piece to a chain, which is `at` a place in the private texts."""
        new, end = max(at, chain.end), at + piece[1] - piece[0]
        if new < end:
            chain.letters += end - new
            first = bisect_left(self._words[0], new)
            chain.words += max(0, bisect_right(self._words[1], end) - first)
            chain.end = end
        chain.last = piece[1]
        chain.pieces.append(piece)

    def _tells(self, chain: _Chain) -> bool:
        """Return whether the pieces of a chain together are no coincidence."""
        if chain.words >= RUN:
            return True
        starts, ends = self._sentences
        for number in range(bisect_left(starts, chain.start), len(starts)):
            if starts[number] >= chain.end:
                break
            if ends[number] <= chain.end and chain.letters >= 0.8 * (ends[number] - starts[number]):
                return True
        return False

    def _words_at(self, start: int, end: int) -> str:
        starts, ends = self._words
        first = bisect_left(starts, start)
        last = min(bisect_right(ends, end), first + _SHOWN_WORDS)
        spans = zip(starts[first:last], ends[first:last], strict=True)
        return " ".join(self._known[start:end] for start, end in spans)[:_SHOWN_LENGTH]

    def _search_words(self, texts: Sequence[Searched], found: dict[int, str]) -> None:
        lists = [words(text.folded) for text in texts]
        ends = list(accumulate(map(len, lists)))
        all_words = [word for each in lists for word in each]
        for place, length in self._short_runs(all_words):
            said = " ".join(all_words[place : place + min(length, _SHOWN_WORDS)])
            for number in range(bisect_right(ends, place), bisect_left(ends, place + length) + 1):
                if lists[number]:
                    found.setdefault(number, said[:_SHOWN_LENGTH])

    def _short_runs(self, all_words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where short private runs of words begin, and how many words each has."""
        short = self._short
        for place in [place for place, word in enumerate(all_words) if word in short]:
            for (before, length), runs in short[all_words[place]].items():
                first = place - before
                if first >= 0 and tuple(all_words[first : first + length]) in runs:
                    yield first, length

    def _line_alone(self, folded: str) -> str:
        for line in folded.split("\n") if len(folded) < 10**6 else ():
            if line and len(line) <= self._most_alone and tuple(words(line)) in self._alone:
                return line.strip()[:_SHOWN_LENGTH]
        return ""


class Found(NamedTuple):
    """Where private words are among some texts."""

    words: dict[int, str]
    """By the position of each text that has some."""
    touched: set[int]
    """The positions of texts with at least a piece of a private text, which may be none."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A text to be searched, folded once for all searches."""

    folded: str
    letters: str

    @classmethod
    def of(cls, text: str) -> Searched:
        """Return a text to be searched."""
        folded = fold(text)
        return cls(folded, letters(folded))


def _common_start(one: str, first: int, other: str, second: int) -> int:
    """Return how many characters are the same from two places on."""
    most = min(len(one) - first, len(other) - second)
    for count in range(most):
        if one[first + count] != other[second + count]:
            return count
    return most


def _common_end(one: str, first: int, other: str, second: int) -> int:
    """Return how many characters are the same before two places."""
    most = min(first, second)
    for count in range(most):
        if one[first - count - 1] != other[second - count - 1]:
            return count
    return most
