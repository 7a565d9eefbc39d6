"""The plan until the interview: what to do on which evening (pure; the days are arguments)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, takewhile
from math import ceil
from typing import Literal

import pandas as pd

from prepkit.practice.review import Status

Step = Literal["write", "finish", "mend", "sketch", "tell", "look again", "rehearse", "rest"]

MINUTES: Mapping[Step, int] = {
    "write": 45,
    "finish": 30,
    "mend": 20,
    "sketch": 20,
    "tell": 15,
    "look again": 20,
    "rehearse": 60,
    "rest": 20,
}
EVENING = 60
"""Minutes an evening has, at most. Like those of the steps, a convention of ours."""
WIDEST = 3
"""Days from one evening with something to do to the next, at most, while stories are written."""
GAPS = (2, 11, 46, 163)
"""Days from each telling to the next: what `practice.due_frame` gives if each of them goes well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that the plan goes by, and how well founded it is."""

    text: str
    status: Status
    source: str
    steps: frozenset[Step]
    """The steps that go by it."""


RULES = (
    Rule(
        text="Begin early. With more time to recall, candidates tell different stories, and in "
        "well over half of the cases better-rated ones.",
        status="research",
        source="Huffcutt et al. 2016",
        steps=frozenset({"write", "finish"}),
    ),
    Rule(
        text="Give the second look to Action and Result. Candidates tell too little of both.",
        status="research",
        source="Bangerter, Corvalan and Cavin 2014",
        steps=frozenset({"mend", "look again"}),
    ),
    Rule(
        text="An hour an evening at most, with one new story in it. A story told twice is worth "
        "more than a second one that was only written.",
        status="convention",
        source="ours",
        steps=frozenset({"write", "finish"}),
    ),
    Rule(
        text="A story is told again after two days, after eleven more, and so on.",
        status="convention",
        source="the FSRS scheduler, which was made for flash cards",
        steps=frozenset({"look again"}),
    ),
    Rule(
        text="Nothing new on the last evening.",
        status="convention",
        source="guides for candidates",
        steps=frozenset({"rest"}),
    ),
)
"""What the plan rests on, research first."""


def plan_frame(
    questions: pd.DataFrame, day: date | None = None, interview: date | None = None
) -> pd.DataFrame:
    """Return what to do on which evening, until the interview.

    A question is written on one evening, told aloud on a later one, and looked at again when it
    is told for the second time, two days or more after that; then it is told at the distances of
    `GAPS`. With few evenings the first questions have them, so that each is told at least once,
    and the last ones have no row. With many, evenings stay free. On the evening before the
    interview nothing is new. If that is the only one, two questions get a sketch.

    Without a day, without an interview, or with one that is over, the evenings are only numbered:
    as many as it takes.

    Parameters
    ----------
    questions
        A frame of `choice.select_questions`, the most important first.
    day
        The day of the first evening.
    interview
        The day of the interview.

    Returns
    -------
    pandas.DataFrame
        One row an evening and step: evening (from 1, free ones not counted), day (NaT where
        evenings are numbered), when (the evening in words), step, questions (a tuple of their ids,
        empty for a step that is about all), minutes, what (a sentence, in which questions have the
        numbers of their rows, from 1).
    """
    columns = ["question", "category_title", "number", "state", "missing", "findings"]
    stories = [
        _Story(place, *row)
        for place, row in enumerate(questions[columns].itertuples(index=False, name=None), 1)
    ]
    dated = day is not None and interview is not None and interview >= day
    if not stories:
        steps: list[_Step] = []
    elif day and interview and dated:
        steps = list(_dated(stories, (interview - day).days))
    else:
        steps = list(_numbered(stories))
    rows: dict[tuple[int, Step], list[_Story]] = {}
    for one in steps:
        told = rows.setdefault((one.day, one.step), [])
        told += [one.story] if one.story else []
    places = list(dict.fromkeys(place for place, _ in rows))
    numbers = [places.index(place) + 1 for place, _ in rows]
    last = len(places)
    days = [day + timedelta(place) if day and dated else None for place, _ in rows]
    return pd.DataFrame(
        {
            "evening": pd.array(numbers, dtype="int64"),
            "day": pd.Series(days, dtype="object").astype("datetime64[s]"),
            "when": pd.array(
                [
                    day_in_words(on)
                    if on
                    else "The evening before"
                    if n == last
                    else f"Evening {n}"
                    for on, n in zip(days, numbers, strict=True)
                ],
                dtype="str",
            ),
            "step": pd.Categorical([step for _, step in rows], list(MINUTES)),
            "questions": pd.Series(
                [tuple(story.question for story in told) for told in rows.values()], dtype="object"
            ),
            "minutes": pd.array(
                [MINUTES[step] * max(1, len(told)) for (_, step), told in rows.items()],
                dtype="int64",
            ),
            "what": pd.array(
                [_sentence(step, told) for (_, step), told in rows.items()], dtype="str"
            ),
        }
    )


def rules_of(plan: pd.DataFrame) -> tuple[Rule, ...]:
    """Return which of `RULES` a frame of `plan_frame` goes by."""
    steps = set(plan["step"])
    return tuple(rule for rule in RULES if steps & rule.steps)


def day_in_words(day: date) -> str:
    """Return such as ``Tuesday 24 November``."""
    return f"{day:%A} {day.day} {day:%B}"


def day_in_full(day: date) -> str:
    """Return such as ``Tuesday 24 November 2026``."""
    return f"{day_in_words(day)} {day.year}"


def plan_note(
    plan: pd.DataFrame,
    questions: pd.DataFrame,
    day: date | None = None,
    interview: date | None = None,
) -> str:
    """Return in a few sentences how long there is, and what there is no evening for.

    Parameters
    ----------
    plan
        A frame of `plan_frame`.
    questions, day, interview
        What it was made of.
    """
    if questions.empty:
        return "There is nothing to plan: no question was chosen."
    if interview is None:
        note = (
            "No interview date is known, so the evenings are numbered. Two or three a week are "
            "enough."
        )
    elif day is None:
        note = (
            f"The interview is on {day_in_full(interview)}. The evenings are numbered: choose "
            "yours, and keep the last row for the evening before."
        )
    elif interview < day:
        note = (
            f"The interview that we know of was on {day_in_full(interview)}, before this packet "
            "was made. For the next one the evenings are numbered. Two or three a week are enough."
        )
    else:
        note = _time_left(plan, day, interview)
    planned = {question for row in plan["questions"] for question in row}
    left = [n for n, question in enumerate(questions["question"], 1) if question not in planned]
    if not left or interview == day:
        return note
    names = _numbers(left)
    has = "has" if len(left) == 1 else "have"
    return f"{note} {names.capitalize()} {has} no evening: fewer stories, told well, come first."


def _time_left(plan: pd.DataFrame, day: date, interview: date) -> str:
    days = (interview - day).days
    if days == 0:
        return f"The interview is today, {day_in_full(interview)}. There is nothing left to write."
    if days == 1:
        return (
            f"The interview is tomorrow, {day_in_full(interview)}. One evening is enough to have "
            "two stories at hand, and for some rest."
        )
    busy = int(plan["evening"].max())
    free = days - busy
    evenings = f"{busy} evenings have something to do" if free else "Each evening has its step"
    rest = f", {free} {'is' if free == 1 else 'are'} free" if free else ""
    return f"The interview is on {day_in_full(interview)}, in {days} days. {evenings}{rest}."


@dataclass(slots=True)
class _Story:
    """A chosen question, and how far its plan has come."""

    place: int
    """Its number in the packet, from 1."""
    question: str
    category_title: str
    number: int
    state: str
    missing: str
    findings: int
    begun: int | None = None
    """The day of its first step, from 0."""
    told: list[int] = field(default_factory=list)
    """The days on which it is told."""

    @property
    def first_step(self) -> Step:
        if self.state == "complete":
            return "mend" if self.findings else "tell"
        return "finish" if self.state == "started" else "write"

    def due(self, day: int) -> bool:
        """Return whether a story that was begun is to be told on `day`."""
        if self.begun is None:
            return False
        if self.told:
            gap = GAPS[min(len(self.told), len(GAPS)) - 1]
            return day >= self.told[-1] + gap
        return day > self.begun

    def next_step(self) -> Step:
        if self.begun is None:
            return self.first_step
        return "look again" if len(self.told) == 1 and self.state != "complete" else "tell"

    def take(self, day: int) -> Step:
        """Plan the next step for `day`, and return it."""
        step = self.next_step()
        if self.begun is None:
            self.begun = day
        if step in ("tell", "look again"):
            self.told.append(day)
        return step


@dataclass(frozen=True, slots=True)
class _Step:
    day: int
    """From 0."""
    step: Step
    story: _Story | None = None
    """None for a step that is about all."""


def _dated(stories: Sequence[_Story], days: int) -> Iterator[_Step]:
    """Yield the rows of the evenings 0 to `days` - 1, the last of which is for rest."""
    if days == 0:
        yield _Step(0, "rest")
        return
    if days == 1:
        for story in stories[:2]:
            yield _Step(0, "tell" if story.state == "complete" else "sketch", story)
        yield _Step(0, "rest")
        return
    work = days - 1
    needed = _evenings_needed(len(stories))
    rehearsal = work > needed and len(stories) > 1
    if rehearsal:
        work -= 1
    # Spread over the days there are, so that free evenings lie between the others.
    pace = min(WIDEST, max(1, work / needed))
    for day in takewhile(lambda day: day < work, (int(pace * n) for n in count())):
        yield from _evening(stories, day)
    if rehearsal:
        yield _Step(days - 2, "rehearse")
    for story in [one for one in stories if not one.told and one.due(days - 1)][:2]:
        yield _Step(days - 1, story.take(days - 1), story)
    yield _Step(days - 1, "rest")


def _numbered(stories: Sequence[_Story]) -> Iterator[_Step]:
    """Yield the rows of as many evenings as it takes, two days from one to the next."""
    day = 0
    while any(len(story.told) < 2 for story in stories):
        yield from _evening(stories, day)
        day += 2
    if len(stories) > 1:
        yield _Step(day, "rehearse")
    yield _Step(day + 2, "rest")


def _evening(stories: Sequence[_Story], day: int) -> Iterator[_Step]:
    """Yield what an evening has room for: first tellings, one new story, then what is due again."""
    left = EVENING
    new = mended = 0
    first = [story for story in stories if story.due(day) and not story.told]
    again = [story for story in stories if story.due(day) and story.told]
    again.sort(key=lambda story: len(story.told))  # a second look before a fourth telling
    for story in [*first, *(one for one in stories if one.begun is None), *again]:
        step = story.next_step()
        # No more than two of which the next evening has the first telling, be it the last one.
        full = (step in ("write", "finish") and new == 1) or (step == "mend" and new + mended == 2)
        if MINUTES[step] > left or full:
            continue
        new += step in ("write", "finish")
        mended += step == "mend"
        left -= MINUTES[step]
        yield _Step(day, story.take(day), story)


def _evenings_needed(stories: int) -> int:
    """Return how many evenings it takes, none of them free, to tell each of `stories` twice.

    That is one for each, one more for the last telling and two second looks, and one for each
    three of those that are left.
    """
    return stories + 1 + max(1, ceil((stories - 2) / 3))


def _sentence(step: Step, stories: Sequence[_Story]) -> str:
    if step == "rehearse":
        return (
            "Rehearse: draw the sheets in any order, or have somebody ask, and take a follow-up "
            "question from each back."
        )
    if step == "rest":
        return "Read your story sheets, or your notes, once. Then stop, and rest."
    names = _numbers([story.place for story in stories])
    first = stories[0]
    label = f"{names} ({first.category_title} Q{first.number})" if len(stories) == 1 else names
    one = len(stories) == 1
    return {
        "write": f"Write a first version of {label}: one real event, all four parts.",
        "finish": f"Finish {label}: the first empty part is {str(first.missing).capitalize()}."
        if one
        else f"Finish {label}.",
        "mend": f"Mend {label} where the checks point, and keep what is yours.",
        "sketch": f"For {label}, note one real event{'' if one else ' each'}, a line for each "
        "part, and tell it once.",
        "tell": f"Tell {names} aloud, with the timer.",
        "look again": f"Look again at {names}, change what was weak in the telling, and tell "
        f"{'it' if one else 'each'} once more.",
    }[step]


def _numbers(places: Sequence[int]) -> str:
    """Return such as ``question 1`` or ``questions 1, 2 and 4``."""
    texts = [str(place) for place in places]
    if len(texts) == 1:
        return f"question {texts[0]}"
    return f"questions {', '.join(texts[:-1])} and {texts[-1]}"
