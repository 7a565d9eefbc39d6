"""Phrases of a job description that speak of a competency: rules and words, no model. Pure.

A phrase is found by the patterns of competencies.yaml, within one sentence. Not looked at are the
sections and sentences that speak of something else (benefits, equal opportunity, the employer
itself), which postings.yaml names. What a sentence denies is found too, and kept apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from prepkit.bank.competencies import Competency, SourcedPhrase, WordsFor
from prepkit.text import fold

if TYPE_CHECKING:
    from prepkit.bank import Bank
    from prepkit.records import Level, State

Cover: TypeAlias = Literal["story", "answer", "started", "untouched"]
"""What there is for a question: a story, a complete answer, one in progress, or nothing."""

_COVERS: Mapping[State, Cover] = {
    "complete": "answer",
    "started": "started",
    "untouched": "untouched",
}

MOST_QUESTIONS = 4
"""The most questions that are named for a competency."""

_TITLES: Mapping[Level, WordsFor] = {
    "director": "titles of a director",
    "senior manager": "titles of a senior manager",
    "engineering manager": "titles of an engineering manager",
    "staff engineer": "titles of a staff engineer",
    "senior engineer": "titles of a senior engineer",
}
_TITLE_LINES = 5
"""How many lines at the top may have the title: a portal puts a few of its own above it."""

_TOKEN = re.compile(r"[^\W_]+")
_END = re.compile(r"(?:[.;!?:](?=\s|$))+")
_BULLET = re.compile(r"\s*(?:[-*+\u2022\u2023\u25aa\u25cf\u00b7]|\d{1,2}[.)])\s+")
_GAP = r"(?:\S+ ){0,3}"
_MOST_HEADING_WORDS = 8
_DENIES_WITHIN = 7
"""How many words before a phrase a word that denies it may be."""
_WITHOUT_WITHIN = 3
"""The same for "without", which goes with what comes right after it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of a job description, and what it speaks of."""

    start: int
    end: int
    category: str
    of: tuple[str, ...]
    """Tags of questions, the nearest first."""
    denied: bool = False
    """Whether the sentence says that the job does not ask for it."""
    source: str = ""
    """Where an employer publishes this name; empty if the phrase is ours."""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    competency: Competency
    source: str


class Rules:
    """The patterns of a question bank, ready to be looked for.

    Parameters
    ----------
    competencies
        The phrases that speak of a competency.
    words
        The words for what isn't looked at, and for what is denied.
    """

    def __init__(
        self, competencies: Iterable[Competency], words: Mapping[WordsFor, Sequence[str]]
    ) -> None:
        self._words = words
        self._rules = [
            _Rule(_pattern([text]), competency, source)
            for competency in competencies
            for text, source in map(_phrase, competency.phrases)
        ]

    def read(self, text: str) -> tuple[Mention, ...]:
        """Return the phrases of a job description that speak of a competency, in their order."""
        found = (mention for sentence in self._sentences(text) for mention in self._in(sentence))
        return tuple(sorted(found, key=lambda one: one.start))

    def level(self, text: str) -> Level | None:
        """Return the level that the title of a job description names; None if it names none.

        The title is in the first of its first lines that names a level. Where a line names
        several, as in "Engineering Manager, reporting to the Director of Engineering", the one
        that comes first counts, and of those that begin together the longest.
        """
        lines = [line for line in text.splitlines() if line.strip()]
        for line in lines[:_TITLE_LINES]:
            folded = _folded(line)
            found = [
                (match.start(), -match.end(), level)
                for level, pattern in self._titles.items()
                if (match := pattern.search(folded))
            ]
            if found:
                return min(found, key=lambda one: one[:2])[2]
        return None

    @cached_property
    def _titles(self) -> dict[Level, re.Pattern[str]]:
        return {level: _pattern(self._words.get(name, ())) for level, name in _TITLES.items()}

    @cached_property
    def _headings(self) -> re.Pattern[str]:
        return _pattern(self._words.get("sections left out", ()))

    @cached_property
    def _left_out(self) -> re.Pattern[str]:
        return _pattern(self._words.get("sentences left out", ()))

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return _pattern(self._words.get("words that deny what is before them", ()))

    def _set(self, name: WordsFor) -> frozenset[str]:
        return frozenset(word for phrase in self._words.get(name, ()) for word in _tokens(phrase))

    @cached_property
    def _deny(self) -> frozenset[str]:
        # "don't" is two words here, and the second half denies nothing by itself.
        return self._set("words that deny") - {"t"}

    @cached_property
    def _deny_nothing(self) -> frozenset[str]:
        return self._set("words that deny nothing")

    def _sentences(self, text: str) -> Iterator[_Sentence]:
        """Yield the sentences that may ask for something."""
        is_on, after_blank, place = True, True, 0
        for line in text.splitlines(keepends=True):
            bare = line.strip()
            start = place
            place += len(line)
            if not bare:
                after_blank = True
                continue
            head = self._heading(bare)
            if head is not None and head.end() >= len(_folded(bare)):
                is_on = False
            elif _looks_like_heading(bare, line, after_blank):
                is_on = True
            after_blank = False
            is_left_out = head is not None and ":" in bare[: _head_length(bare, head)]
            if is_on and not is_left_out:
                yield from self._of_line(line, start)

    def _heading(self, bare: str) -> re.Match[str] | None:
        return self._headings.match(_folded(bare), 1)

    def _of_line(self, line: str, start: int) -> Iterator[_Sentence]:
        bullet = _BULLET.match(line)
        place = bullet.end() if bullet else 0
        for end in [*(found.end() for found in _END.finditer(line)), len(line)]:
            sentence = _Sentence(line[place:end], start + place)
            place = end
            if sentence.tokens and self._asks(sentence, is_item=bullet is not None):
                yield sentence

    def _asks(self, sentence: _Sentence, *, is_item: bool) -> bool:
        """Return whether a sentence speaks of the job, and not of the employer or the rules."""
        if self._left_out.search(sentence.joined):
            return False
        tokens = {token for token, _, _ in sentence.tokens}
        first = sentence.tokens[0][0]
        employer, you = self._set("words for the employer"), self._set("words for you")
        return is_item or first not in employer or bool(tokens & (you - employer))

    def _in(self, sentence: _Sentence) -> Iterator[Mention]:
        """Yield the phrases in a sentence. Where two overlap, the longer one counts."""
        found = [
            (match.start(), match.end(), rule)
            for rule in self._rules
            for match in rule.pattern.finditer(sentence.joined)
        ]
        found.sort(key=lambda one: one[0] - one[1])
        taken: list[tuple[int, int]] = []
        for start, end, rule in found:
            if any(start < other_end and other < end for other, other_end in taken):
                continue
            taken.append((start, end))
            first, last = sentence.token_at(start), sentence.token_at(end - 2)
            yield Mention(
                sentence.start + sentence.tokens[first][1],
                sentence.start + sentence.tokens[last][2],
                rule.competency.category,
                rule.competency.of,
                denied=self._is_denied(sentence, first, end),
                source=rule.source,
            )

    def _is_denied(self, sentence: _Sentence, first: int, end: int) -> bool:
        before = [token for token, _, _ in sentence.tokens[max(0, first - _DENIES_WITHIN) : first]]
        for place in range(len(before) - 1, -1, -1):
            if before[place] in ("but", "instead"):
                break  # what is denied before these isn't denied after them
            if before[place] == "without" and place < len(before) - _WITHOUT_WITHIN:
                continue
            if before[place] in self._deny:
                return not self._deny_nothing & set(before[place:])
        return bool(self._after.search(sentence.joined, end - 1))


class _Sentence:
    """A sentence as words between spaces, with the place of each in the text."""

    def __init__(self, text: str, start: int) -> None:
        self.start = start
        self.tokens = [(fold(one[0]), one.start(), one.end()) for one in _TOKEN.finditer(text)]
        self.joined = f" {' '.join(token for token, _, _ in self.tokens)} "

    def token_at(self, place: int) -> int:
        """Return the number of the word at a place in `joined`."""
        return self.joined.count(" ", 0, place + 1) - 1


def _folded(text: str) -> str:
    """Return the words of a text in lowercase, with one space before and after each."""
    return f" {' '.join(_tokens(text))} "


def _head_length(line: str, head: re.Match[str]) -> int:
    """Return how much of a line a heading at its beginning takes, with the colon after it."""
    count = len(head[0].split())
    words = list(_TOKEN.finditer(line))
    return words[count - 1].end() + 1


def _tokens(text: str) -> list[str]:
    return [fold(token) for token in _TOKEN.findall(text)]


def _looks_like_heading(bare: str, line: str, after_blank: bool) -> bool:
    is_short = len(bare.split()) <= _MOST_HEADING_WORDS and not _BULLET.match(line)
    return is_short and (bare.endswith(":") or (after_blank and bare[-1] not in ".!?;,"))


def _phrase(phrase: str | SourcedPhrase) -> tuple[str, str]:
    return (phrase, "") if isinstance(phrase, str) else (phrase.phrase, phrase.source)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of phrases, to be looked for in words with one space around each.

    Spaces are looked at, not taken: the space after one phrase is the one before the next.
    """
    choices = []
    for phrase in phrases:
        words = [".." if word == ".." else word for word in phrase.split()]
        parts = [_GAP if word == ".." else f"{_word(word)} " for word in words]
        choices.append("".join(parts))
    return re.compile(f"(?<= )(?:{'|'.join(choices)})" if choices else r"(?!)")


def _word(word: str) -> str:
    """Return the pattern of one word: ``*`` is any ending, ``/`` is between alternatives."""
    choices = []
    for one in word.split("/"):
        tokens = [re.escape(token) for token in _tokens(one.rstrip("*"))]
        choices.append(" ".join(tokens) + (r"\w*" if one.endswith("*") else ""))
    return f"(?:{'|'.join(choices)})"


# ---- what can be practised for it


@dataclass(frozen=True, slots=True)
class Practice:
    """A question that asks for a competency, and what the candidate has for it."""

    question: str
    cover: Cover
    stories: tuple[str, ...] = ()
    """The ids of the stories that are told for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A competency that a job description speaks of."""

    category: str
    mentions: tuple[Mention, ...]
    practice: tuple[Practice, ...]
    """Its nearest questions, at most `MOST_QUESTIONS`."""
    more: int
    """How many questions the category has besides."""

    @property
    def covered(self) -> int:
        """How many of the questions have a complete answer or a story."""
        return sum(one.cover in ("story", "answer") for one in self.practice)


def asked_of(
    bank: Bank,
    mentions: Iterable[Mention],
    states: Mapping[str, State],
    told: Mapping[str, Sequence[str]],
    level: Level | None = None,
) -> tuple[Asked, ...]:
    """Return the competencies that mentions speak of, those with nothing to tell yet first.

    Parameters
    ----------
    bank
        The questions; a category that it lacks is left out.
    mentions
        What `Rules.read` found; what is denied doesn't count.
    states
        The state of each answer, by question.
    told
        The stories that are told for each question, as `told_for` gives them.
    level
        What the candidate applies for: categories that aren't for it are left out.
    """
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if not mention.denied:
            found[mention.category].append(mention)
    asked = [
        _asked(bank, category.slug, found[category.slug], states, told)
        for category in bank.categories
        if category.slug in found and category.is_for(level)
    ]
    return tuple(sorted(asked, key=lambda one: one.covered > 0))


def _asked(
    bank: Bank,
    category: str,
    mentions: Sequence[Mention],
    states: Mapping[str, State],
    told: Mapping[str, Sequence[str]],
) -> Asked:
    ids = [one for one in bank if bank[one].question.category == category]
    # The nearest tag of each phrase comes before the second nearest of any.
    wanted = sorted(
        ((place, tag) for mention in mentions for place, tag in enumerate(mention.of)),
        key=lambda one: one[0],
    )
    near = [one for _, tag in wanted for one in ids if tag in bank[one].question.tags]
    chosen = list(dict.fromkeys(near or ids))[:MOST_QUESTIONS]
    practice = []
    for one in chosen:
        stories = tuple(told.get(one, ()))
        cover = "story" if stories else _COVERS[states.get(one, "untouched")]
        practice.append(Practice(one, cover, stories))
    return Asked(category, tuple(mentions), tuple(practice), len(ids) - len(chosen))
