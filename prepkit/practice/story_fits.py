"""Where a story would fit: the questions that share words with it. Pure.

What a story could be told for is found by words alone, and those words are shown: they are a hint,
no judgement.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prepkit.practice.stories import Story
from prepkit.records import Question
from prepkit.text import fold
from prepkit.words import find_words

if TYPE_CHECKING:
    from prepkit.bank import Bank

COMMON = 0.3
"""A word in more than this share of the questions or of their examples says nothing."""
RARE = 0.1
"""A word in at most this share of the questions and of their examples is one to name."""
LEAST_SHARED = 2
"""How many such words a story and a question have in common at least, to be suggested: one alone
may be there by chance."""
_SHOWN = 5
"""The most words that are named."""
_LEAST_LETTERS = 3
_SAY_NOTHING = frozenset(
    find_words(
        "about after again against all almost alone already also although always and another "
        "any anyone anything anyway are around ask asked away back because become been before "
        "began behind being below best better between both but call called came can cannot "
        "chose come could couldn day days did didn does doesn doing done down during each eight "
        "either else ended enough even ever every everybody everyone everything far few fewer "
        "fine first five for found four from gave get give given goes going gone good got great "
        "had hadn half hardly has hasn have haven having head heard held her here hers him "
        "himself his how however hundred instead into isn its itself just keep kept knew know "
        "known last later least left less let like line list little long longer look looked "
        "made main make making many may maybe me mean meant met might mine month months more "
        "most much must my myself near need needed neither never new next nine nobody none nor "
        "not nothing now off often old once one only onto open other others our ours out over "
        "own part people per perhaps point put quite rather really right room run said same saw "
        "say says second see seen seven several she should shouldn since six small some "
        "somebody someone something soon still such take taken tell ten than that the their "
        "theirs them then there these they thing things think third this those though thought "
        "thousand three through till time times today together told too took toward towards "
        "tried try turned two under until upon use used usually very want wanted was wasn way "
        "week weeks well went were weren what when where whether which while who whole whom "
        "whose why will wish with within without won word words work worked working would "
        "wouldn year years yes yet you your yours "
    )
)
"""Words that stand in every story. What they have in common with a question shows nothing."""

# Longest first: of "migrations" all of "ations" goes, not only its s.
_ENDINGS = (
    *("ations", "ation", "ments", "ment", "ings", "ing", "ers", "ies", "ied"),
    *("ed", "er", "es", "ly", "s", "y", "e"),
)
_LEAST_STEM = 4
_APOSTROPHES = str.maketrans("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@dataclass(frozen=True, slots=True)
class Fit:
    """A question that a story could answer, or a story that could answer a question."""

    id: str
    words: tuple[str, ...]
    """The words that say so, as they are in the story, the rarest first."""
    score: float


class WordBook:
    """The words of all questions, and how much each says about a question.

    What counts are the words that a story and a question have in common, whatever their endings.
    The rarer a word is, in the questions and in their examples, the more it counts, and twice as
    much in what is asked and what to cover as in follow-up questions and tips. In the bank that
    comes with prepkit, with each question's own example as a story, the question is the first of
    109 for 59 examples, and among the first three for 72.

    Parameters
    ----------
    bank
        Where the questions are.
    """

    def __init__(self, bank: Bank) -> None:
        questions = {one: bank[one].question for one in bank}
        self._asked = {one: frozenset(_stems(_asked_in(each))) for one, each in questions.items()}
        self._words = {
            one: self._asked[one].union(_stems(_said_besides(each)))
            for one, each in questions.items()
        }
        self._events = [one for one, each in questions.items() if each.kind == "past-event"]
        told = [_stems("\n".join((each.example or {}).values())) for each in questions.values()]
        in_questions = Counter(word for words in self._words.values() for word in words)
        in_examples = Counter(word for words in told for word in words)
        self._shares = {
            word: max(used, in_examples[word]) / len(questions)
            for word, used in in_questions.items()
        }
        # In a small bank, a word of one question is more than this share of it.
        self._common, self._rare = (max(1 / len(questions), one) for one in (COMMON, RARE))

    def questions_for(self, story: Story, *, most: int = 5) -> tuple[Fit, ...]:
        """Return questions about a past event that a story could answer, the likeliest first.

        Those that it is told for already are left out.
        """
        spoken = _stems(story.text)
        asked = (one for one in self._events if one not in story.tellings)
        fits = [fit for one in asked if (fit := self._fit(one, one, spoken))]
        return tuple(sorted(fits, key=lambda fit: -fit.score)[:most])

    def stories_for(self, question: str, stories: Sequence[Story]) -> tuple[Fit, ...]:
        """Return the stories that could answer a question, the likeliest first.

        Every story is among them: those that have too few words in common with it come last.
        """
        fits = (
            self._fit(question, story.id, _stems(story.text)) or Fit(story.id, (), 0.0)
            for story in stories
        )
        return tuple(sorted(fits, key=lambda fit: -fit.score))

    def _fit(self, question: str, name: str, spoken: Mapping[str, str]) -> Fit | None:
        """Return how a question fits to the words of a story, by stem; None if it doesn't."""
        known = self._words[question]
        shared = sorted(
            (stem for stem in known if stem in spoken and self._shares[stem] <= self._common),
            key=lambda stem: (self._shares[stem], stem),
        )
        named = [stem for stem in shared if self._shares[stem] <= self._rare]
        if len(named) < LEAST_SHARED:
            return None
        score = sum(
            -math.log(self._shares[stem]) * (2 if stem in self._asked[question] else 1)
            for stem in shared
        )
        # Otherwise the questions with the most text would fit to everything.
        score /= math.sqrt(len(known))
        return Fit(name, tuple(spoken[stem] for stem in named[:_SHOWN]), score)


def _asked_in(question: Question) -> str:
    tags = (tag.replace("-", " ") for tag in question.tags)
    return "\n".join([question.text, *question.also_asked, *tags, *question.key_points])


def _said_besides(question: Question) -> str:
    return "\n".join([*question.follow_ups, *question.tips])


def _stems(text: str) -> dict[str, str]:
    """Return the words of a text without their endings, each with the first word that has it."""
    found: dict[str, str] = {}
    plain = fold(text).translate(_APOSTROPHES).replace("-", " ")
    for word in find_words(plain):
        word = word.split("'")[0]
        if len(word) >= _LEAST_LETTERS and word not in _SAY_NOTHING:
            found.setdefault(_stem(word), word)
    return found


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word
