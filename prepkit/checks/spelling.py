"""Spelling: looks every word of a bank up in a dictionary and in the bank's own list of words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from prepkit.bank.parse import QuestionFile
from prepkit.checks.texts import texts_of
from prepkit.errors import Problem

_WORD = re.compile(r"(?P<start>^|[.?!:]\s+[\"“]?|[\"“(])?(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)")  # noqa: RUF001
_ENDING = re.compile(r"'(?:s|d|ve|ll|re|m)$")
_CODE = re.compile(r"`[^`]*`|https?://\S+")


def spelling_problems(files: Sequence[QuestionFile], words: Collection[str]) -> Iterator[Problem]:
    """Yield the words that are neither in the dictionary nor in `words`, each once.

    Not looked up: names (words with a capital in the middle of a sentence, in the same question),
    abbreviations in capitals, code and addresses.
    """
    # Imported here: reading the dictionary takes longer than all other checks together.
    from spellchecker import SpellChecker

    known = SpellChecker(language="en", distance=1)
    known.word_frequency.load_words(words)
    seen: set[str] = set()
    for file in files:
        texts = list(texts_of(file.question))
        names = {name for _, text in texts for name in _names(text)}
        for loc, text in texts:
            for word in _to_check(text, names):
                if word in seen or word in known:
                    continue
                seen.add(word)
                near = known.candidates(word) or set()
                better = sorted(near - {word}, key=lambda one: -known.word_usage_frequency(one))
                hint = f"did you mean '{better[0]}'? " if better else ""
                message = f"unknown word '{word}'; {hint}If it is right, add it to words.txt"
                yield file.problem(loc, message)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text without endings such as 's, and whether each begins a sentence."""
    for found in _WORD.finditer(_CODE.sub(" ", text)):
        word = found["word"].replace("’", "'")  # noqa: RUF001
        yield _ENDING.sub("", word), found["start"] is not None


def _names(text: str) -> Iterator[str]:
    return (word for word, begins in _words(text) if word[0].isupper() and not begins)


def _to_check(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield the words to look up, in lowercase."""
    for word, _ in _words(text):
        if word not in names and not (word.isupper() and len(word) > 1):
            yield word.lower()
