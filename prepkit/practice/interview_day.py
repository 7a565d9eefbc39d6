"""Which stories to tell at one company, and which of its values have none yet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from prepkit.practice.names import asks_by_company
from prepkit.practice.stories import PARTS, Story, open_stories
from prepkit.records import Answer, Level, SourcedAsk, State

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

NO_VALUE = "No published value"
"""What stands for a value where a question names a company without one."""

WITHOUT_VALUES = 6
"""How many answers are shown if no question names the company."""

_HEADING = re.compile(r"#{2,}\s+(.*)")
_ITEM = re.compile(r"[-*]\s+(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Something that can be told: a story, or a complete answer."""

    title: str = ""
    """Empty for an answer: its question is its title."""
    parts: tuple[str, ...]
    """Its texts in order, such as Situation, Task, Action and Result."""
    dwell: Mapping[str, str]
    """The questions that it answers, by id: each with the candidate's line on what to dwell on."""
    saved: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story to tell, for which values, and what to dwell on."""

    ready: Ready
    entry: Entry
    """The question for which it is chosen."""
    values: tuple[str, ...]
    """The company's values that it is chosen for; empty if there are none."""
    focus: str = ""
    """What the company looks for with that question; empty if nothing is known."""
    level: str = ""
    """What is expected at the candidate's level; empty if nothing is known."""

    @property
    def dwell(self) -> str:
        """The candidate's own line on what to dwell on; empty if there is none."""
        return self.ready.dwell[self.entry.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A value without a story, and the questions about it with the status of their answers."""

    value: str
    questions: tuple[tuple[Entry, State], ...]
    """Those in progress first, then those about past events; empty if none is about the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStories:
    """What a candidate has for one company."""

    tellings: tuple[Telling, ...]
    others: tuple[Telling, ...]
    """Those whose values a chosen one covers already."""
    gaps: tuple[Gap, ...]


def ready_answers(bank: Bank, answers: Mapping[str, Answer]) -> tuple[Ready, ...]:
    """Return the complete answers, in the order of the bank."""
    return tuple(
        Ready(
            parts=tuple(answers[one].text(part.name) for part in bank[one].parts),
            dwell={one: ""},
            saved=answers[one].updated,
        )
        for one in bank
        if one in answers and answers[one].state(bank[one].parts) == "complete"
    )


def ready_stories(stories: Iterable[Story]) -> tuple[Ready, ...]:
    """Return the stories that are complete, not put away, and told for some question."""
    return tuple(
        Ready(
            title=story.title,
            parts=tuple(story.answer.text(part.name) for part in PARTS),
            dwell=story.tellings,
            saved=story.answer.updated,
        )
        for story in open_stories(stories)
        if story.tellings and story.state == "complete"
    )


def ready_to_tell(
    bank: Bank, answers: Mapping[str, Answer], stories: Iterable[Story]
) -> tuple[Ready, ...]:
    """Return what can be told, stories first.

    An answer to a question for which a story is told isn't there: the story is what to tell.
    """
    told = ready_stories(stories)
    served = {question for one in told for question in one.dwell}
    return (*told, *(one for one in ready_answers(bank, answers) if not served & set(one.dwell)))


def stories_for(
    bank: Bank,
    company: str,
    ready: Sequence[Ready],
    answers: Mapping[str, Answer],
    level: Level | None = None,
) -> DayStories:
    """Return what to tell at a company: as few stories as cover all the values that they can.

    Each time the story is taken that covers most of the values that none covers yet; among equals,
    the first one. If no question names the company, the first few are taken as they are.

    Parameters
    ----------
    bank
        Where the company and the questions are.
    company
        The company's name as the bank writes it.
    ready
        What the candidate can tell, those to prefer first.
    answers
        The stored answers by question id, for the status of questions without a story.
    level
        The level to prepare for.
    """
    asked = asks_by_company(bank)[company]
    if not asked:
        known = [one for one in ready if any(question in bank for question in one.dwell)]
        first = [_without_value(bank, one, level) for one in known[:WITHOUT_VALUES]]
        return DayStories(tellings=tuple(first), others=(), gaps=())
    cover = _Cover(asked, level)
    tellings = list(cover.chosen(ready))
    named = [ask.value for _, ask in asked]
    # A value that was replaced, and that no question names, belongs to the past.
    shown = [
        one.name
        for found in bank.company_records
        if found.name == company
        for one in found.values
        if one.superseded_by is None or one.name in named
    ]
    covered = {value for one in tellings for value in one.values}
    wanted = [*shown, *([NO_VALUE] if None in named else [])]
    return DayStories(
        tellings=tuple(tellings),
        others=tuple(cover.others(ready, tellings)),
        gaps=tuple(_gap(value, asked, answers) for value in wanted if value not in covered),
    )


@dataclass(slots=True)
class _Cover:
    """Chooses stories for a company by what its questions are about."""

    asked: Sequence[tuple[Entry, SourcedAsk]]
    level: Level | None
    covered: set[str] = field(default_factory=set)

    def chosen(self, ready: Sequence[Ready]) -> Iterator[Telling]:
        """Yield a telling each time, until no story covers another value."""
        left = list(ready)
        while left:
            best = max(left, key=lambda one: len(self._new(one)))
            new = self._new(best)
            if not new:
                return
            left.remove(best)
            yield self._telling(best, new)
            self.covered.update(new)

    def others(self, ready: Sequence[Ready], tellings: Sequence[Telling]) -> Iterator[Telling]:
        """Yield what isn't among `tellings` and answers a question of the company."""
        taken = [one.ready for one in tellings]
        for one in ready:
            if one not in taken and (values := self._values(one)):
                yield self._telling(one, values)

    def _values(self, ready: Ready) -> tuple[str, ...]:
        found = [ask.value or NO_VALUE for entry, ask in self.asked if entry.id in ready.dwell]
        return tuple(dict.fromkeys(found))

    def _new(self, ready: Ready) -> tuple[str, ...]:
        return tuple(value for value in self._values(ready) if value not in self.covered)

    def _telling(self, ready: Ready, values: tuple[str, ...]) -> Telling:
        """Return it with the question about the first of `values`: one with a line, if any."""
        fitting = [
            (entry, ask)
            for entry, ask in self.asked
            if entry.id in ready.dwell and (ask.value or NO_VALUE) == values[0]
        ]
        entry, ask = max(fitting, key=lambda one: bool(ready.dwell[one[0].id]))
        return Telling(
            ready=ready,
            entry=entry,
            values=values,
            focus=ask.focus,
            level=_expected(entry, self.level),
        )


def _without_value(bank: Bank, ready: Ready, level: Level | None) -> Telling:
    entry = bank[next(one for one in ready.dwell if one in bank)]
    return Telling(ready=ready, entry=entry, values=(), level=_expected(entry, level))


def _expected(entry: Entry, level: Level | None) -> str:
    return entry.question.levels.get(level, "") if level else ""


def _gap(
    value: str, asked: Sequence[tuple[Entry, SourcedAsk]], answers: Mapping[str, Answer]
) -> Gap:
    found = [
        (entry, answers.get(entry.id, Answer(question=entry.id)).state(entry.parts))
        for entry, ask in asked
        if (ask.value or NO_VALUE) == value
    ]
    found.sort(key=lambda one: (one[1] == "untouched", one[0].question.kind != "past-event"))
    return Gap(value=value, questions=tuple(found))


def closer_of(bank: Bank) -> str:
    """Return the question in whose notes stands what a candidate may ask back; empty without one.

    It is the first with the tag ``closer`` whose notes have lists.
    """
    with_lists = (
        one
        for one in bank
        if "closer" in bank[one].question.tags and _lists(bank[one].question.notes.splitlines())
    )
    return next(with_lists, "")


def questions_to_ask(bank: Bank) -> dict[str, tuple[str, ...]]:
    """Return what a candidate may ask back, by round; empty if the bank has nothing of the kind.

    They are the lists in the notes of `closer_of`.
    """
    one = closer_of(bank)
    return _lists(bank[one].question.notes.splitlines()) if one else {}


def _lists(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the items of Markdown lists by the heading above them."""
    found: dict[str, tuple[str, ...]] = {}
    heading = ""
    for line in lines:
        if match := _HEADING.fullmatch(line.strip()):
            heading = match[1].strip()
        elif heading and (match := _ITEM.fullmatch(line.strip())):
            found[heading] = (*found.get(heading, ()), match[1].strip())
    return found
