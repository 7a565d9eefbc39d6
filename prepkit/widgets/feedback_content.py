"""What a coach sees while rating, as JSON values: questions, answers, comments. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prepkit.answers.feedback import Comment, Rating
from prepkit.bank.rubric import Dimension
from prepkit.files import digest
from prepkit.practice.feedback import changed_parts
from prepkit.records import LEVELS, Answer, Level, Revision, Student
from prepkit.sheet import level_title
from prepkit.text import capitalize_first

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

State = str
"""Of an answer: ``new``, ``begun`` (rated in part), ``rated``, or ``changed``, which is rated, and
its student has written something newer since."""

_CROWD = 450
"""So many students can have numbers of three digits, with about as many left over."""


def hidden_numbers(ids: Iterable[str]) -> dict[str, int]:
    """Return a number for each student, by which a coach can't tell who it is.

    A student keeps the number when others join, unless one of them is before in order and has it.
    """
    ordered = sorted(ids, key=digest)
    least = 100 if len(ordered) <= _CROWD else 10 ** len(str(len(ordered)))
    taken: dict[int, str] = {}
    for student in ordered:
        place = int(digest(student)[:12], 16) % (9 * least)
        while least + place in taken:
            place = (place + 1) % (9 * least)
        taken[least + place] = student
    return {student: number for number, student in taken.items()}


def listed_students(students: Sequence[Student], answered: Iterable[str]) -> list[dict[str, Any]]:
    """Return the roster, then those who have answered and aren't on it."""
    known = {one.student_id: (one.name, one.level) for one in students}
    known |= {each: (each, None) for each in sorted(answered) if each not in known}
    numbers = hidden_numbers(known)
    return [
        {"id": each, "name": name, "number": numbers[each], "level": level}
        for each, (name, level) in known.items()
    ]


def listed_question(entry: Entry) -> dict[str, Any]:
    """Return a question as a list shows it."""
    return {
        "id": entry.id,
        "place": f"{entry.category.title} · Q{entry.question.number}",
        "text": entry.question.text,
    }


def rated_question(entry: Entry) -> dict[str, Any]:
    """Return all that is shown of a question beside an answer to it."""
    question = entry.question
    example = question.example or {}
    return {
        **listed_question(entry),
        "parts": [{"name": part.name, "title": part.title} for part in entry.parts],
        "key_points": list(question.key_points),
        "levels": [
            {"level": level, "title": level_title(level), "line": _level_line(entry, level)}
            for level in LEVELS
            if level in question.levels
        ],
        "notes": [{"sign": one.sign, "text": one.text} for one in question.interviewer_notes],
        "example": [
            {"title": part.title, "text": example[part.name]} for part in entry.parts if example
        ],
    }


def _level_line(entry: Entry, level: Level) -> str:
    return capitalize_first(entry.question.levels[level])


def has_level_row(entry: Entry, level: Level | None) -> bool:
    """Tell whether there is a line of the student's level, which an answer meets or not yet."""
    return level is not None and level in entry.question.levels


def state_of(
    entry: Entry,
    answer: Answer,
    rating: Rating | None,
    rubric: Sequence[Dimension],
    level: Level | None,
) -> State:
    """Return how far the rating of an answer is; see `State`."""
    if rating is None or rating.is_empty:
        return "new"
    if changed_parts(entry, answer, rating):
        return "changed"
    left = any(one.name not in rating.scores for one in rubric)
    left = left or (has_level_row(entry, level) and rating.level_met is None)
    return "begun" if left else "rated"


def shown_answer(entry: Entry, answer: Answer) -> dict[str, dict[str, Any]]:
    """Return the texts of an answer by part, each with its number and when it was saved."""
    found = ((part.name, answer.revisions.get(part.name)) for part in entry.parts)
    return {name: shown_text(one) for name, one in found if one}


def shown_text(revision: Revision | None) -> dict[str, Any]:
    """Return a text with its number and when it was saved; an empty one if there is none."""
    if revision is None:
        return {"text": "", "revision": 0, "saved_at": None}
    saved_at = revision.saved_at.isoformat()
    return {"text": revision.text, "revision": revision.revision, "saved_at": saved_at}


def shown_rating(rating: Rating | None) -> dict[str, Any] | None:
    """Return a rating."""
    if rating is None:
        return None
    return {
        "scores": dict(rating.scores),
        "level_met": rating.level_met,
        "revisions": dict(rating.revisions),
        "at": rating.at.isoformat(),
    }


def shown_comment(comment: Comment, replies: Mapping[str, Revision]) -> dict[str, Any]:
    """Return a comment, with what the student says to it."""
    reply = replies.get(comment.id)
    return {
        "id": comment.id,
        "part": comment.part,
        "quote": comment.quote,
        "start": comment.start,
        "text": comment.text,
        "at": comment.at.isoformat(),
        "reply": {"text": reply.text, "at": reply.saved_at.isoformat()} if reply else None,
    }


def pooled(comments: Iterable[Comment]) -> list[dict[str, Any]]:
    """Return the distinct texts of comments, those used most first; among equals, the latest."""
    texts = [(" ".join(one.text.split()), one) for one in comments if one.text.strip()]
    counts = Counter(key for key, _ in texts)
    latest = dict(sorted(texts, key=lambda each: each[1].at))
    found = sorted(latest, key=lambda key: (counts[key], latest[key].at), reverse=True)
    return [{"text": latest[key].text, "count": counts[key]} for key in found]


def answered_questions(bank: Bank, answers: Mapping[str, Answer]) -> list[str]:
    """Return the questions of the bank with any text in their parts, in its order."""
    return [
        one
        for one in bank
        if one in answers and answers[one].state(bank[one].question.parts) != "untouched"
    ]
