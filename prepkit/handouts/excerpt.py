"""The main points of an answer's text: its first sentences and its numbers. Nothing is made up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prepkit.words import count_words, paragraphs, sentences

SENTENCES = 2
"""The most sentences that `first_sentences` takes."""
WORDS = 45
"""It adds the second sentence only if both have at most this many words."""
LABEL_WORDS = 4
"""The most words after a number that become its label."""

_DIGITS = (
    r"(?<![\w.,:/#+\u2212-])"  # not inside a word, a date, a time or a version
    r"(?:[+\u2212-]?[€$£¥₹]?|[€$£¥₹]\s)"
    r"\d+(?:[.,'\u00a0\u202f]\d+)*"
    r"(?:[\u2013-][€$£¥₹]?\d+(?:[.,]\d+)*)?"  # a range
    r"(?:\s?[%‰€£]|\s?per ?cent\b|\s(?:thousand|million|billion)\b|[kMx\u00d7](?!\w)"
    r"|\s?(?:ms|µs|s|h|min|[kMGTP]B)\b)?"
    r"(?![\w:/]|[\u2013-]\d|[.,]\d)"
)
_WORDED = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|(?:a|one|two) (?:hundred|thousand|million|third|quarter)s?"
    r"|dozens?|hundreds|thousands|millions|half|halved|halving|twice|doubled?|doubling|tripled?"
    r"|tripling|zero)\b(?!-)"
)
_NUMBER = re.compile(f"{_DIGITS}|{_WORDED}", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATING = re.compile(
    r"\b(?:in|since|until|till|by|from|during|of|early|mid|late|January|February|March|April|May"
    r"|June|July|August|September|October|November|December)\s$",
    re.IGNORECASE,
)
_CLAUSE = re.compile("[^.,;:!?()\n\u2014\u2013\u2026]*")
_LOOSE = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "i", "in", "into", "it", "my", "of",
     "on", "or", "our", "than", "that", "the", "their", "then", "to", "was", "we", "were", "which",
     "while", "who", "with"}
)  # fmt: skip
"""Words that a label must not end with."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in an answer, and the words that follow it."""

    number: str
    label: str
    """Up to four words of the same clause; empty if the clause ends with the number."""

    @property
    def in_digits(self) -> bool:
        """Whether it is written in digits and not as a word."""
        return any(character.isdigit() for character in self.number)


def first_sentences(text: str, words: int = WORDS) -> str:
    """Return the first sentence of `text`, and the second if both have at most `words` words.

    Sentences are never cut or changed. A text without any gives an empty string.
    """
    chosen: list[str] = []
    for sentence in sentences(text):
        count = sum(map(count_words, (*chosen, sentence)))
        if len(chosen) == SENTENCES or (chosen and count > words):
            break
        chosen.append(sentence)
    return " ".join(chosen)


def numbers_in(texts: Iterable[str]) -> tuple[Number, ...]:
    """Return the numbers in `texts`, each once, in order.

    A number is written in digits, with its sign, currency and unit, or as a word such as "five",
    "half" or "doubled". Not counted as numbers: "one", years after a word such as "in" or "since",
    dates, times and versions.
    """
    found: dict[Number, None] = {}
    for text in texts:
        lines = "\n".join(paragraphs(text))
        matches = [match for match in _NUMBER.finditer(lines) if not _is_year(match)]
        ends = [*(match.start() for match in matches[1:]), len(lines)]
        for match, end in zip(matches, ends, strict=False):
            number = " ".join(match.group().split())
            found[Number(number, _label(lines[match.end() : end]))] = None
    return tuple(found)


def _is_year(match: re.Match[str]) -> bool:
    before = max(0, match.start() - 12)
    return bool(
        _YEAR.fullmatch(match.group()) and _DATING.search(match.string, before, match.start())
    )


def _label(after: str) -> str:
    clause = _CLAUSE.match(after.lstrip("-"))
    words = (clause.group() if clause else "").split()[:LABEL_WORDS]
    while words and words[-1].lower() in _LOOSE:
        words.pop()
    return " ".join(words)
