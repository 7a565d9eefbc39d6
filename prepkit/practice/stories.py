"""Stories that serve many questions: what they cover, and where they would fit. Pure.

A story is told for a question once somebody has linked the two (a telling). What a story could be
told for besides is found by words alone, and those words are shown: they are a hint, no judgement.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prepkit.answers.kinds import REMOVED
from prepkit.forms import FORMS
from prepkit.practice.coverage import published_values
from prepkit.records import Answer, Question, State
from prepkit.text import fold
from prepkit.words import find_words

if TYPE_CHECKING:
    from prepkit.bank import Bank

PARTS = FORMS["past-event"].parts
"""The parts of a story, which are those of an answer about a past event."""

COMMON = 0.15
"""A word that more than this share of the questions use says nothing about one of them."""
LEAST_SHARED = 2
"""How many words a story and a question have in common at least, to be suggested."""
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
class Story:
    """A story as it is stored now."""

    id: str
    answer: Answer
    """Its texts by field: a title, the parts and the tags."""
    tellings: Mapping[str, str]
    """What to dwell on, by the id of the question that it is told for; may be empty."""

    @property
    def title(self) -> str:
        """Its title in one line, or else its first words; empty if it has no text at all."""
        title = " ".join(self.answer.text("title").split())
        if title:
            return title
        words = " ".join(self.answer.text(part.name) for part in PARTS).split()
        return " ".join(words[:6]) + (" …" if len(words) > 6 else "")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, as they were typed between commas."""
        tags = (" ".join(tag.split()) for tag in self.answer.text("tags").split(","))
        return tuple(dict.fromkeys(tag for tag in tags if tag))

    @property
    def is_put_away(self) -> bool:
        """Whether the candidate has put it away; its texts are kept."""
        return bool(self.answer.text("removed"))

    @property
    def state(self) -> State:
        """How far its text is."""
        return self.answer.state(PARTS)

    @property
    def words(self) -> int:
        """How many words its parts have."""
        return self.answer.words(PARTS)

    @property
    def text(self) -> str:
        """All that it says, for a search."""
        names = ("title", *(part.name for part in PARTS), "tags")
        return "\n".join(self.answer.text(name) for name in names)


def stories_of(stories: Mapping[str, Answer], tellings: Mapping[str, Answer]) -> tuple[Story, ...]:
    """Return every story with some text, those put away too, by title.

    Parameters
    ----------
    stories, tellings
        The current texts of the two kinds, as `prepkit.answers.texts.Texts` loads them.
    """
    found = []
    for subject, answer in stories.items():
        links = tellings.get(subject, Answer(question=subject)).revisions
        told = {name: one.text for name, one in links.items() if one.text != REMOVED}
        story = Story(subject, answer, told)
        if story.title or story.answer.text("removed"):
            found.append(story)
    return tuple(sorted(found, key=lambda one: (not one.title, fold(one.title), one.id)))


def open_stories(stories: Iterable[Story]) -> tuple[Story, ...]:
    """Return the stories that aren't put away."""
    return tuple(story for story in stories if not story.is_put_away)


# ---- coverage


@dataclass(frozen=True, slots=True)
class Cell:
    """What stories there are for some questions."""

    stories: tuple[str, ...]
    """The ids of the stories that are told for one of the questions."""
    open: tuple[str, ...]
    """The questions without a story, in the order of the bank."""
    told: tuple[str, ...]
    """The questions that have one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A category, or a value of a company, and what stories there are for it."""

    group: str
    """The company that has published the value; empty for a category."""
    name: str
    cells: Mapping[str, Cell]
    """For a category, by company, with all its questions under ``""``; a company without a
    question there is absent. For a value, only ``""``."""


def coverage_rows(
    bank: Bank, stories: Sequence[Story], companies: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return what stories there are for each category and each value, gaps first.

    Questions about a past event count, since those ask for a story, and every other question that a
    story is told for. A category or a value without any such question has no row: there is nothing
    here to tell a story for.

    Parameters
    ----------
    bank
        Where the questions and the values are.
    stories
        The stories that aren't put away.
    companies
        The companies to prepare for, as the bank writes them.
    """
    told = told_for(stories)
    counted = [one for one in bank if one in told or bank[one].question.kind == "past-event"]
    rows = []
    for category in bank.categories:
        ids = [one for one in counted if bank[one].question.category == category.slug]
        columns = {"": ids}
        for company in companies:
            listed = [one for one in ids if company in {ask.company for ask in bank[one].asks}]
            columns |= {company: listed} if listed else {}
        cells = {name: _cell(found, told) for name, found in columns.items()}
        rows.append(Row("", category.title, cells))
    categories = sorted((row for row in rows if _size(row)), key=_gaps_first)
    published = published_values(bank)
    values = []
    for company in companies:
        asked: dict[str | None, list[str]] = defaultdict(list)
        for one in counted:
            for ask in bank[one].asks:
                if ask.company == company and one not in asked[ask.value]:
                    asked[ask.value].append(one)
        of_company = (
            Row(company, name, {"": _cell(asked[name], told)}) for name in published[company]
        )
        values += sorted((row for row in of_company if _size(row)), key=_gaps_first)
    return (*categories, *values)


def _cell(questions: Iterable[str], told: Mapping[str, Sequence[str]]) -> Cell:
    questions = list(questions)
    stories = dict.fromkeys(story for one in questions for story in told.get(one, ()))
    with_story = tuple(one for one in questions if one in told)
    return Cell(tuple(stories), tuple(one for one in questions if one not in told), with_story)


def _size(row: Row) -> int:
    return len(row.cells[""].open) + len(row.cells[""].told)


def _gaps_first(row: Row) -> tuple[int, int]:
    """Return a key that sorts rows: the fewest stories first, then the most open questions."""
    return len(row.cells[""].stories), -len(row.cells[""].open)


def told_for(stories: Iterable[Story]) -> dict[str, list[str]]:
    """Return the ids of the stories that are told for each question, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for story in stories:
        for question in story.tellings:
            found[question].append(story.id)
    return dict(found)


# ---- the same story twice


@dataclass(frozen=True, slots=True)
class Twice:
    """A story that would be told more than once in one loop."""

    story: str
    loop: str
    """The company, or empty for the candidate's plan."""
    questions: tuple[str, ...]
    """The questions that have no other story."""


def told_twice(
    bank: Bank, stories: Sequence[Story], planned: Sequence[str], companies: Sequence[str] = ()
) -> tuple[Twice, ...]:
    """Return the stories that would be told twice: the only one for several questions of a loop.

    A question that has another story besides is no problem: then the candidate can choose.

    Parameters
    ----------
    bank
        Where the questions are.
    stories
        The stories that aren't put away.
    planned
        The questions of the candidate's plan, which is one loop.
    companies
        The chosen companies: the questions that a company lists are another.
    """
    told = told_for(stories)
    loops: dict[str, list[str]] = {"": [one for one in planned if one in bank]}
    for company in companies:
        loops[company] = [one for one in bank if company in {ask.company for ask in bank[one].asks}]
    found = []
    for loop, questions in loops.items():
        only: dict[str, list[str]] = defaultdict(list)
        for one in questions:
            if len(told.get(one, ())) == 1:
                only[told[one][0]].append(one)
        found += [Twice(story, loop, tuple(ids)) for story, ids in only.items() if len(ids) > 1]
    return tuple(found)


# ---- where a story would fit


@dataclass(frozen=True, slots=True)
class Fit:
    """A question that a story could answer, or a story that could answer a question."""

    id: str
    words: tuple[str, ...]
    """The words that say so, as they are in the story, the rarest first."""
    score: float


class WordBook:
    """The words of all questions, and how much each says about a question.

    What counts are the words that a story and a question have in common, whatever their endings;
    the fewer questions use a word, the more it counts. In the bank that comes with prepkit, with
    each question's own example as a story, the question is among the first eight of 109 for 79
    examples.

    Parameters
    ----------
    bank
        Where the questions are.
    """

    def __init__(self, bank: Bank) -> None:
        questions = {one: bank[one].question for one in bank}
        self._words = {one: frozenset(_stems(_said_of(each))) for one, each in questions.items()}
        self._events = [one for one, each in questions.items() if each.kind == "past-event"]
        count = Counter(word for words in self._words.values() for word in words)
        self._weights = {
            word: math.log(len(self._words) / used)
            for word, used in count.items()
            if used <= max(1.0, COMMON * len(self._words))
        }

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
            (stem for stem in known if stem in spoken and stem in self._weights),
            key=lambda stem: (-self._weights[stem], stem),
        )
        if len(shared) < LEAST_SHARED:
            return None
        # Otherwise the questions with the most text would fit to everything.
        score = sum(self._weights[stem] for stem in shared) / math.sqrt(len(known))
        return Fit(name, tuple(spoken[stem] for stem in shared[:_SHOWN]), score)


def _said_of(question: Question) -> str:
    tags = (tag.replace("-", " ") for tag in question.tags)
    points = (*question.key_points, *question.follow_ups)
    return "\n".join([question.text, *question.also_asked, *tags, *points])


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


# ---- answers as stories


def story_id_of(question: str) -> str:
    """Return the id of the story that was made from the answer to a question.

    It is the same on every computer, so an answer becomes one story, wherever that is done.
    """
    return f"from/{question}"


def source_of(story: str) -> str:
    """Return the question whose answer became a story; empty if the story has another beginning."""
    return story.removeprefix("from/") if story.startswith("from/") else ""


def importable(
    bank: Bank, answers: Mapping[str, Answer], stories: Mapping[str, Answer]
) -> tuple[str, ...]:
    """Return the questions about a past event whose answers have text and aren't stories yet.

    Parameters
    ----------
    bank
        Where the questions are; others are left out.
    answers
        The stored answers.
    stories
        The stored stories, those put away too.
    """
    return tuple(
        one
        for one in bank
        if bank[one].question.kind == "past-event"
        and one in answers
        and answers[one].state(PARTS) != "untouched"
        and story_id_of(one) not in stories
    )
