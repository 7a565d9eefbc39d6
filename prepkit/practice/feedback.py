"""What goes back to a student: comments at their words, scores in words, and what to do next. Pure.

It is made once, on the coach's computer, and the packet, a PDF and a notebook show what is in it.
So it holds nothing of another student, and no more of a rater than the coach wants to show.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from prepkit.errors import PrepkitError
from prepkit.records import Answer, Level
from prepkit.text import capitalize_first, end_sentence, format_day, join_words

if TYPE_CHECKING:
    from prepkit.answers.feedback import Comment, Rating
    from prepkit.bank import Entry
    from prepkit.bank.rubric import Dimension
    from prepkit.records import Revision

_MOST = 5
_SPACE = re.compile(r"\s+")


class _Shown(BaseModel):
    """A part of what goes back; names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Remark(_Shown):
    """A comment, and the student's reply if there is one."""

    id: str
    part: str = ""
    """The name of the part; empty for the whole answer."""
    quote: str = ""
    """The words that it is about; empty for the whole part."""
    start: int = 0
    text: str
    rater: str
    reply: str = ""


class Scored(_Shown):
    """The scores in one thing that the rubric rates, and what they mean in words."""

    name: str
    by: Mapping[str, int]
    """By rater."""
    anchor: str = ""
    """What the score says of the answer; of several, their mean, rounded down."""
    next: str = ""
    """What the next higher score asks for; empty if there is none."""

    @property
    def mean(self) -> float:
        """The mean of the raters' scores."""
        return sum(self.by.values()) / len(self.by)

    @property
    def mean_text(self) -> str:
        """The mean as it is read, such as ``3`` and ``3.5``."""
        return f"{self.mean:.1f}".removesuffix(".0")

    @property
    def whole(self) -> int:
        """The score whose words are shown."""
        return int(self.mean)

    @property
    def text(self) -> str:
        """The score as it is read, such as ``3 of 5``; of several raters, each one's too."""
        if len(set(self.by.values())) < 2:
            return f"{self.mean_text} of {_MOST}"
        each = ", ".join(f"{rater} {score}" for rater, score in self.by.items())
        return f"{self.mean_text} of {_MOST} ({each})"


class QuestionFeedback(_Shown):
    """What is said about the answer to one question."""

    question: str
    remarks: tuple[Remark, ...] = ()
    """By part and place; their numbers are their places here, from 1."""
    scores: tuple[Scored, ...] = ()
    level: Level | None = None
    """The student's level, if the answer was rated against it."""
    level_line: str = ""
    """What that level is expected to show."""
    level_met: Mapping[str, bool] = {}
    """By rater."""
    changed: bool = False
    """Whether the answer has a newer text than the one that was rated."""
    at: datetime

    @property
    def weakest(self) -> Scored | None:
        """What would lift the answer most: the lowest score that can rise; the first of several."""
        rising = [one for one in self.scores if one.next]
        return min(rising, key=lambda one: one.mean, default=None)


class StudentFeedback(_Shown):
    """Everything that goes back to one student."""

    version: int = 1
    raters: tuple[str, ...]
    """Whose feedback it is, as the student reads it."""
    questions: tuple[QuestionFeedback, ...]
    """In the order of the bank."""

    @property
    def at(self) -> datetime:
        """When the newest of it was written."""
        return max(one.at for one in self.questions)

    @property
    def raters_text(self) -> str:
        """The raters and the day, such as ``Grace, 31 January 2026``."""
        return f"{join_words(self.raters)}, {format_day(self.at.date())}"


@dataclass(frozen=True, slots=True)
class Given:
    """What is stored about one student's answers, to be sent back."""

    ratings: Sequence[Rating]
    comments: Sequence[Comment]
    replies: Mapping[str, Revision]
    """The student's own, by the comment's id."""
    answers: Mapping[str, Answer]


def student_feedback(
    given: Given,
    entries: Iterable[Entry],
    rubric: Sequence[Dimension],
    level: Level | None = None,
    *,
    names: bool = True,
) -> StudentFeedback | None:
    """Return what goes back to a student; None if nobody has rated or commented anything.

    Parameters
    ----------
    given
        What is stored about the student.
    entries
        The questions of the bank, in order; feedback on others is left out.
    rubric
        What the scores mean.
    level
        The student's level.
    names
        Whether to show the raters' names. Without them, a lone rater is "your coach", and of
        several each has a number.
    """
    raters = {one.rater for one in _said(given.ratings)}
    raters |= {one.rater for one in _written(given.comments)}
    shown = _shown_names(raters, names)
    questions = [
        one
        for entry in entries
        if (one := _question_feedback(given, entry, rubric, level, shown)) is not None
    ]
    if not questions:
        return None
    named = {
        rater
        for one in questions
        for rater in (
            *(remark.rater for remark in one.remarks),
            *(rater for score in one.scores for rater in score.by),
            *one.level_met,
        )
    }
    return StudentFeedback(raters=tuple(sorted(named)), questions=tuple(questions))


def read_student_feedback(stored: str) -> StudentFeedback:
    """Return what `StudentFeedback.model_dump_json` has written.

    Raises
    ------
    PrepkitError
        If it is something else.
    """
    try:
        return StudentFeedback.model_validate_json(stored)
    except ValidationError:
        raise PrepkitError(
            "The feedback in this notebook can't be read. Ask your coach to send it again."
        ) from None


def place_of(text: str, quote: str, start: int) -> tuple[int, int] | None:
    """Return where the marked words are in a text now, or None if they aren't there any more.

    The text may have changed since: of several such places, the nearest to the first one counts,
    and white space doesn't matter.
    """
    if not quote.strip():
        return None
    words = r"\s+".join(map(re.escape, quote.split()))
    found = [match.span() for match in re.finditer(words, text)]
    return min(found, key=lambda span: abs(span[0] - start), default=None)


def next_steps_of(one: QuestionFeedback, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield what a student can do next with one answer, the most useful first.

    Parameters
    ----------
    one
        What is said about the answer.
    titles
        The titles of the answer's parts, by name.
    """
    weakest = one.weakest
    if weakest:
        yield f"Lift {weakest.name} from {weakest.whole} to {weakest.whole + 1}: {weakest.next}"
    if one.level_line and not all(one.level_met.values()):
        yield f"Show what is expected at your level. {one.level_line}"
    if one.remarks:
        parts = [titles[each] for each in titles if each in {remark.part for remark in one.remarks}]
        where = f", most of all in {join_words(parts)}" if 0 < len(parts) < len(titles) else ""
        count = f"{len(one.remarks)} comments" if len(one.remarks) > 1 else "comment"
        yield f"Read the {count}, and change your answer where you agree{where}."
    yield "Then say it out loud once more, with a timer."


def unknown_questions(given: Given, known: Container[str]) -> tuple[str, ...]:
    """Return the questions that there is feedback on and that a bank doesn't have."""
    said = {one.question for one in _said(given.ratings)}
    said |= {one.question for one in _written(given.comments)}
    return tuple(sorted(one for one in said if one not in known))


def changed_parts(entry: Entry, answer: Answer, rating: Rating) -> tuple[str, ...]:
    """Return the parts of an answer with a newer text than the one that was rated.

    One that was empty when it was rated, and isn't now, is among them.
    """
    return tuple(
        part.name
        for part in entry.parts
        if part.name in answer.revisions
        and answer.revisions[part.name].revision > rating.revisions.get(part.name, 0)
    )


def _said(ratings: Iterable[Rating]) -> list[Rating]:
    """Return the ratings that say something: one that was taken back has no score any more."""
    return [one for one in ratings if not one.is_empty]


def _written(comments: Iterable[Comment]) -> list[Comment]:
    return [one for one in comments if one.text.strip()]


def _question_feedback(
    given: Given,
    entry: Entry,
    rubric: Sequence[Dimension],
    level: Level | None,
    shown: Mapping[str, str],
) -> QuestionFeedback | None:
    ratings = [one for one in _said(given.ratings) if one.question == entry.id]
    comments = [one for one in _written(given.comments) if one.question == entry.id]
    if not (ratings or comments):
        return None
    answer = given.answers.get(entry.id, Answer(question=entry.id))
    met = {shown[one.rater]: one.level_met for one in ratings if one.level_met is not None}
    line = end_sentence(capitalize_first(entry.question.levels.get(level, ""))) if level else ""
    return QuestionFeedback(
        question=entry.id,
        remarks=tuple(_remarks(comments, entry, answer, given.replies, shown)),
        scores=tuple(_scores(ratings, rubric, shown)),
        level=level if met else None,
        level_line=line if met else "",
        level_met=met,
        changed=any(changed_parts(entry, answer, one) for one in ratings),
        at=max([*(one.at for one in ratings), *(one.at for one in comments)]),
    )


def _remarks(
    comments: Iterable[Comment],
    entry: Entry,
    answer: Answer,
    replies: Mapping[str, Revision],
    shown: Mapping[str, str],
) -> list[Remark]:
    order = {part.name: place for place, part in enumerate(entry.parts, start=1)}

    def place(one: Comment) -> tuple[int, int, datetime]:
        span = place_of(answer.text(one.part), one.quote, one.start) if one.part else None
        return order.get(one.part, 0), span[0] if span else one.start, one.at

    return [
        Remark(
            id=one.id,
            part=one.part if one.part in order else "",
            quote=_SPACE.sub(" ", one.quote),
            start=one.start,
            text=one.text,
            rater=shown[one.rater],
            reply=replies[one.id].text if one.id in replies else "",
        )
        for one in sorted(comments, key=place)
    ]


def _scores(
    ratings: Sequence[Rating], rubric: Sequence[Dimension], shown: Mapping[str, str]
) -> Iterator[Scored]:
    known = {dimension.name: dimension for dimension in rubric}
    others = dict.fromkeys(name for one in ratings for name in one.scores if name not in known)
    for name in (*known, *others):
        by = {shown[one.rater]: one.scores[name] for one in ratings if name in one.scores}
        if by:
            anchors = known[name].anchors if name in known else ()
            at = sum(by.values()) // len(by)
            yield Scored(
                name=name,
                by=by,
                anchor=anchors[at - 1] if anchors else "",
                next=anchors[at] if at < len(anchors) else "",
            )


def _shown_names(raters: Iterable[str], names: bool) -> dict[str, str]:
    ordered = sorted(raters)
    if names:
        return {rater: rater for rater in ordered}
    if len(ordered) == 1:
        return {ordered[0]: "your coach"}
    return {rater: f"coach {number}" for number, rater in enumerate(ordered, start=1)}
