"""What two questions have in common: sentences, first words, last words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from prepkit.bank.parse import QuestionFile
from prepkit.checks.texts import sections_of, texts_of
from prepkit.errors import Loc, Problem
from prepkit.records import Question
from prepkit.words import count_words, find_words

MOST_ALIKE = 0.15
"""Two texts with a larger share of word shingles in common are named (Jaccard's index)."""

QUESTIONS_ALIKE = 0.40
"""The same for two questions. It is larger because many questions begin the same way."""

SHINGLE = 3
"""Words in a shingle (a run of words)."""

LEAST_WORDS = 16
"""Shorter texts are not compared: in a short line, one common phrase is a large share."""

EDGE = 3
"""How many first or last words of an example are compared with those of others."""

_COMMON = 50
"""A shingle that is in more texts than this is a common phrase, and isn't counted."""

Shingle = tuple[str, ...]


def likeness_problems(files: Sequence[QuestionFile]) -> Iterator[Problem]:
    """Yield texts that are too similar, and examples that begin or end like another one."""
    yield from _near_duplicates(files, lambda question: _long(texts_of(question)), MOST_ALIKE)
    yield from _near_duplicates(files, lambda question: _long(sections_of(question)), MOST_ALIKE)
    yield from _near_duplicates(
        files, lambda question: [(("text",), question.text)], QUESTIONS_ALIKE
    )
    yield from _repeated(files, "situation", "begins", lambda words: words[:EDGE])
    yield from _repeated(files, "result", "ends", lambda words: words[-EDGE:])


def shingles(text: str) -> frozenset[Shingle]:
    """Return all runs of `SHINGLE` words in a text, in lowercase."""
    words = [word.casefold() for word in _words(text)]
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _words(text: str) -> list[str]:
    """Return the words of a text; with or without a hyphen, two words are the same two."""
    return find_words(text.replace("-", " "))


def _long(texts: Iterable[tuple[Loc, str]]) -> Iterator[tuple[Loc, str]]:
    """Yield the texts that are long enough; the question's own line is compared separately."""
    for loc, text in texts:
        if loc != ("text",) and count_words(text) >= LEAST_WORDS:
            yield loc, text


def _near_duplicates(
    files: Sequence[QuestionFile],
    texts_in: Callable[[Question], Iterable[tuple[Loc, str]]],
    most: float,
) -> Iterator[Problem]:
    texts: list[tuple[QuestionFile, Loc, frozenset[Shingle]]] = []
    for file in files:
        for loc, text in texts_in(file.question):
            texts.append((file, loc, shingles(text)))
    homes: dict[Shingle, list[int]] = defaultdict(list)
    for index, (_, _, found) in enumerate(texts):
        for shingle in found:
            homes[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indexes in homes.values():
        if len(indexes) <= _COMMON:
            shared.update(combinations(indexes, 2))
    for (one, other), count in shared.items():
        (first, loc, left), (second, second_loc, right) = texts[one], texts[other]
        # What is said about an example quotes it.
        if first is second:
            continue
        alike = count / (len(left) + len(right) - count)
        if alike > most:
            where = f"{second.question.id}, {_named(second_loc)}"
            yield first.problem(loc, f"{_named(loc)} is {alike:.0%} the same as {where}")


def _repeated(
    files: Sequence[QuestionFile], part: str, verb: str, edge: Callable[[list[str]], list[str]]
) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], list[QuestionFile]] = defaultdict(list)
    for file in files:
        if text := (file.question.example or {}).get(part):
            found = edge(_words(text))
            seen[tuple(word.casefold() for word in found)].append(file)
    for words, homes in seen.items():
        for first, second in pairwise(homes):
            yield second.problem(
                ("example", part),
                f"the example {verb} with '{' '.join(words)}', like the one of {first.question.id}",
            )


def _named(loc: Loc) -> str:
    name = "question" if loc == ("text",) else str(loc[0]).replace("_", " ")
    if len(loc) == 1:
        return name
    return f"{name} {loc[1] + 1 if isinstance(loc[1], int) else str(loc[1]).replace('_', ' ')}"
