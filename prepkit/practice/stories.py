"""Stories that serve many questions, and what they cover. Pure.

A story is told for a question once somebody has linked the two (a telling). `story_fits` finds what
it could be told for besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prepkit.answers.kinds import REMOVED
from prepkit.forms import FORMS
from prepkit.practice.coverage import published_values
from prepkit.records import Answer, State
from prepkit.text import fold

if TYPE_CHECKING:
    from prepkit.bank import Bank

PARTS = FORMS["past-event"].parts
"""The parts of a story, which are those of an answer about a past event."""


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
