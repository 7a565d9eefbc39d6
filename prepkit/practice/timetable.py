"""Which step of which story on which evening: what a plan is made of. Pure, and without frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, takewhile
from math import ceil
from typing import NamedTuple, TypeAlias

from prepkit.forms import FORMS, Kind
from prepkit.practice.plan_rules import NOTHING, STEPS, Done, Step
from prepkit.text import format_day, join_words, pluralize, spell

EVENING = 60
"""The most minutes in one evening. A rule of thumb of ours, like the minutes of the steps."""
WIDEST = 3
"""The most days between two evenings with something to do, while stories are being written."""
MOST = 30
"""The most questions of a plan that isn't told how many: more stories than that are hard to keep
apart, so a longer time goes into practising them. A rule of thumb of ours."""
FEW = 5
"""How many stories can wait with their second practice until all are written: it fills the last
two evenings. With more, what comes back gets evenings in between."""
GATHERED = 40
"""The minutes of practice for which there is such an evening: two stories to reread."""
GAPS = (2, 11, 46, 163)
"""Days from one practice of a story to the next: those of `practice.due_frame` if all go well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A question that a plan is about, and how far its answer is."""

    question: str
    """Its id."""
    label: str
    """What the head of its sheet says."""
    kind: Kind
    state: str
    gap: str
    """What the answer lacks, in words; anything where it lacks nothing."""
    findings: int
    """How many suggestions a complete answer has."""


class Row(NamedTuple):
    """One step on one evening."""

    evening: int
    """From 1; free evenings don't count."""
    day: date | None
    """None where evenings are only numbered."""
    when: str
    """The evening in words."""
    step: Step
    questions: tuple[str, ...]
    """The ids of its questions; none for a step that is about all of them."""
    minutes: int
    what: str
    """A sentence that names questions by their number, from 1."""


def questions_for(days: int) -> int:
    """Return how many questions the evenings until an interview in `days` days have room for.

    A story takes 45 minutes to write, 15 to practise on the next evening and 20 to reread, and 15
    for each later practice. So an hour per evening has room for a new one on every second evening;
    in the last week, where hardly any comes back for the third time, on each but the last two. It
    is at least two, since one story is not enough, and at most `MOST`. All of this is a rule of
    thumb of ours, as are the minutes.
    """
    last_week, before = min(days, 7), max(0, days - 7)
    return min(MOST, max(2, last_week - 2 + before // 2))


def timetable(
    topics: Sequence[Topic],
    day: date | None = None,
    interview: date | None = None,
    told: Mapping[str, Collection[date]] | None = None,
    due: Mapping[str, date] | None = None,
    done: Done = NOTHING,
) -> tuple[Row, ...]:
    """Return what to do on which evening; `plan.plan_frame` says by which rules.

    Parameters
    ----------
    topics, day, interview, told
        As in `plan.plan_frame`.
    due
        When a question that was practised and rated before comes back, by its id: instead of after
        the days in `GAPS`, and even if the checks point something out in its answer.
    done
        What was done on the first evening already: it leaves that much less to do on it.
    """
    first = day if day and interview and interview >= day else None
    together: dict[tuple[int, Step], list[_Story]] = {}
    # Stories with the same step on one evening share a row, and a sentence.
    for offset, step, story in _steps(
        _stories(topics, first, told or {}, due or {}, done), first, interview, done
    ):
        together.setdefault((offset, step), []).extend([story] if story else [])
    evenings = {offset: n for n, offset in enumerate(dict.fromkeys(o for o, _ in together), 1)}
    rows = []
    for (offset, step), stories in together.items():
        evening = evenings[offset]
        on = first + timedelta(offset) if first else None
        when = _when(on, evening, last=evening == len(evenings))
        rows.append(Row(evening, on, when, *_cells(step, stories)))
    return tuple(rows)


def timetable_note(
    rows: Sequence[Row], questions: Sequence[str], day: date | None, interview: date | None
) -> str:
    """Return a few sentences on how much time there is, and which questions get no evening.

    Parameters
    ----------
    rows
        What `timetable` returned.
    questions
        The ids of the questions that it was to be about.
    day, interview
        What it was made from.
    """
    if not questions:
        return "There is nothing to plan: no question was chosen."
    note = _time_left(max((row.evening for row in rows), default=0), day, interview)
    planned = {question for row in rows for question in row.questions}
    left = [n for n, question in enumerate(questions, 1) if question not in planned]
    if not left or (interview and interview == day):
        return note
    names = _numbers(left)
    return f"{note} No evening is left for {names}: a few well-practised stories are worth more."


def make_up(rows: Iterable[Row], interview: date | None) -> str:
    """Return in a sentence what a timetable with days is made of; empty if nothing is new in it."""
    days = [row.day for row in rows if row.day and row.step in ("write", "finish")]
    if not days or not interview:
        return ""
    new = pluralize(len(days), "question")
    light = (interview - max(days)).days - 1
    end = f" Nothing is new on the last {pluralize(light, 'evening')}." if light > 1 else ""
    return (
        f"Your plan has {new} to write, at most one per evening. Say each out loud the evening "
        f"after; then it comes back when you rate it to.{end}"
    )


def _cells(step: Step, stories: Sequence[_Story]) -> tuple[Step, tuple[str, ...], int, str]:
    """Return what a row has after the evening: a step, its questions, minutes and sentence."""
    ids = tuple(story.topic.question for story in stories)
    minutes, _ = STEPS[step]
    return step, ids, minutes * max(1, len(ids)), _sentence(step, stories)


def _steps(
    stories: Sequence[_Story], day: date | None, interview: date | None, done: Done
) -> Iterator[_PlannedStep]:
    if not stories:
        return iter(())
    if day and interview:
        return _dated(stories, (interview - day).days, done)
    return _numbered(stories)


def _when(day: date | None, evening: int, *, last: bool) -> str:
    if day:
        return format_day(day, weekday=True, year=False)
    return "Evening before the interview" if last else f"Evening {evening}"


def _time_left(busy: int, day: date | None, interview: date | None) -> str:
    if interview is None:
        return (
            "We don't know your interview date, so the evenings are only numbered. Two or three "
            "per week are enough."
        )
    on = format_day(interview, weekday=True)
    if day is None:
        return (
            f"Your interview is on {on}. The evenings are only numbered: choose your own days, and "
            "keep the last row for the evening before the interview."
        )
    if interview < day:
        return (
            f"The interview we know of was on {on}, before this packet was made. For your next "
            "one, the evenings are only numbered. Two or three per week are enough."
        )
    days = (interview - day).days
    if days == 0:
        return f"Your interview is today, {on}. There is nothing left to write."
    if days == 1:
        return (
            f"Your interview is tomorrow, {on}. One evening is enough to get two stories ready, "
            "and to rest."
        )
    free = days - busy
    evenings = f"{busy} evenings of practice, {free} free" if free else "You need every evening"
    return f"Your interview is on {on}, in {days} days. {evenings}."


@dataclass(slots=True)
class _Story:
    """A question of the plan, and what has been planned for it so far."""

    number: int
    """Its number in the plan, from 1."""
    topic: Topic
    begun: int | None = None
    """The day of its first step, counted from 0."""
    told: list[int] = field(default_factory=list)
    """The days on which it is practised out loud."""
    comes_back: int | None = None
    """The day on which it is due, as the last rating of it says; None if no rating says so."""

    @property
    def first_step(self) -> Step:
        if self.topic.state == "complete":
            return "fix" if self.topic.findings else "tell"
        return "finish" if self.topic.state == "started" else "write"

    def due(self, day: int) -> bool:
        """Return whether a story that was begun is due for practice on `day`."""
        if self.begun is None:
            return False
        if self.comes_back is not None:
            return day >= self.comes_back
        if self.told:
            gap = GAPS[min(len(self.told), len(GAPS)) - 1]
            return day >= self.told[-1] + gap
        return day > self.begun

    def next_step(self) -> Step:
        if self.begun is None:
            return self.first_step
        return "look again" if len(self.told) == 1 and self.topic.state != "complete" else "tell"

    def take(self, day: int) -> Step:
        """Plan the next step for `day`, and return it."""
        step = self.next_step()
        if self.begun is None:
            self.begun = day
        if step in ("tell", "look again"):
            self.told.append(day)
            self.comes_back = None
        return step


_PlannedStep: TypeAlias = tuple[int, Step, _Story | None]
"""A day, from 0; a step on it; and the story it is about, None for a step about all of them."""


def _stories(
    topics: Sequence[Topic],
    day: date | None,
    told: Mapping[str, Collection[date]],
    due: Mapping[str, date],
    done: Done,
) -> list[_Story]:
    stories = [_Story(number=number, topic=topic) for number, topic in enumerate(topics, 1)]
    for story in stories:
        question = story.topic.question
        rated = story.first_step == "fix" and question in due
        if day and (story.first_step == "tell" or rated):
            # Negative, because these days come before the plan's first, or 0 if it was today.
            story.told = sorted({(on - day).days for on in told.get(question, ())})
            story.begun = story.told[0] if story.told else None
            if story.told and question in due:
                story.comes_back = (due[question] - day).days
        if day and story.begun is None and question in done.written:
            story.begun = 0
    return stories


def _dated(stories: Sequence[_Story], days: int, done: Done) -> Iterator[_PlannedStep]:
    """Yield the rows of evenings 0 to `days` - 1; the last evening is for rest."""
    if days == 0:
        yield 0, "rest", None
        return
    if days == 1:
        for story in stories[:2]:
            yield 0, "tell" if story.topic.state == "complete" else "sketch", story
        yield 0, "rest", None
        return
    work = days - 1
    needed = _evenings_needed(len(stories))
    # A rehearsal takes a whole evening: only if each story is practised twice without that one.
    rehearsal = work > needed and len(stories) > 1
    if rehearsal:
        work -= 1
    # Spread over the days there are, so that free evenings come in between and not all at the end.
    # With many, the evenings count on which a story is practised for the third time, too.
    busy = max(needed, 2 * len(stories) - FEW) if len(stories) > FEW else needed
    pace = min(WIDEST, max(1, work / busy))
    paced = set(takewhile(lambda day: day < work, (int(pace * n) for n in count())))
    for day in range(work):
        before = NOTHING if day else done
        yield from _evening(stories, day, before) if day in paced else _promised(stories, day)
    if rehearsal:
        yield days - 2, "rehearse", None
    for story in [one for one in stories if not one.told and one.due(days - 1)][:2]:
        yield days - 1, story.take(days - 1), story
    yield days - 1, "rest", None


def _numbered(stories: Sequence[_Story]) -> Iterator[_PlannedStep]:
    """Yield the rows of as many evenings as it takes, two days apart."""
    day = 0
    while any(len(story.told) < 2 for story in stories):
        yield from _evening(stories, day)
        day += 2
    if len(stories) > 1:
        yield day, "rehearse", None
    yield day + 2, "rest", None


def _evening(stories: Sequence[_Story], day: int, done: Done = NOTHING) -> Iterator[_PlannedStep]:
    """Yield what one evening has room for: first practices, one new story, then what is due."""
    left = EVENING - done.minutes
    new, fixed = len(done.written), 0
    first = [story for story in stories if story.due(day) and not story.told]
    again = [story for story in stories if story.due(day) and story.told]
    again.sort(key=lambda story: len(story.told))  # a second practice before a fourth
    others = [story for story in stories if story.begun is None]
    gathered = sum(STEPS[story.next_step()][0] for story in again)
    is_full = gathered >= GATHERED and len(stories) > FEW
    for story in [*first, *(again + others if is_full else others + again)]:
        step = story.next_step()
        # At most two, since both are practised on the next evening, which may be the last one.
        full = (step in ("write", "finish") and new >= 1) or (step == "fix" and new + fixed >= 2)
        minutes, _ = STEPS[step]
        if minutes > left or full:
            continue
        new += step in ("write", "finish")
        fixed += step == "fix"
        left -= minutes
        yield day, story.take(day), story


def _promised(stories: Sequence[_Story], day: int) -> Iterator[_PlannedStep]:
    """Yield what comes back on an evening that would be free, because of its last rating."""
    minutes, _ = STEPS["tell"]
    back = [story for story in stories if story.comes_back is not None and story.due(day)]
    for story in back[: EVENING // minutes]:
        yield day, story.take(day), story


def _evenings_needed(stories: int) -> int:
    """Return how many evenings in a row it takes to practise each of `stories` twice.

    That is one evening for each, one more for the first practice of the last story and two second
    practices, and one for every three of the rest.
    """
    return stories + 1 + max(1, ceil((stories - 2) / 3))


def _sentence(step: Step, stories: Sequence[_Story]) -> str:
    """Return what to do, in a sentence."""
    _, sentence = STEPS[step]
    if not stories:
        return sentence
    names = _numbers([story.number for story in stories])
    first, one = stories[0], len(stories) == 1
    parts = FORMS[first.topic.kind].parts
    whole = f"all {spell(len(parts))} parts"
    event = ""
    if all(story.topic.kind == "past-event" for story in stories):
        whole = f"one real event, {whole}"
        event = "one real event, " if one else "one real event each, "
    return sentence.format(
        names=names,
        label=f"{names} ({first.topic.label})" if one else names,
        whole=whole,
        event=event,
        gap=first.topic.gap,
        each="it" if one else "each",
    )


def _numbers(places: Sequence[int]) -> str:
    """Return such as ``question 1`` or ``questions 1, 2 and 4``."""
    return f"question{'s' if len(places) > 1 else ''} {join_words(list(map(str, places)))}"
