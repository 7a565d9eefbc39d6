"""What coaches say about a student's answers: ratings and comments, and the student's replies.

A student's feedback is in one file of its own in the coach's user data folder: never in the file of
what the student handed in, and never in an export of answers. Ratings and comments are logs:
nothing is changed or removed, what was added last counts, and the files of two raters are merged by
adding them up.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from prepkit.answers.database import snapshot
from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import is_question_id
from prepkit.answers.kinds import COMMENT, RATING, REPLY
from prepkit.answers.preferences import load_preferences
from prepkit.answers.rows import add_revisions, current_answers, new_revision, select_revisions
from prepkit.answers.store import AnswerStore
from prepkit.answers.students import SUFFIX, feedback_folder, student_stores
from prepkit.files import UnreadableError
from prepkit.forms import ANSWER_FIELDS
from prepkit.records import Revision, Score, is_student_id
from prepkit.text import replace_lone_surrogates

RATER = "PREPKIT_RATER"
"""The environment variable that names the rater, whatever the preferences say."""

_MOMENT = timedelta(microseconds=1)
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Part = Annotated[str, Field(max_length=200)]
_Text = Annotated[str, Field(max_length=200_000)]


@dataclass(frozen=True, slots=True)
class Rating:
    """How one rater rates one answer; the rater's latest of an answer counts."""

    question: str
    rater: str
    scores: Mapping[str, int]
    """From 1 to 5, by the name of what the rubric rates; one that isn't rated is absent."""
    level_met: bool | None
    """Whether the answer is what the student's level shows; None if that isn't rated."""
    revisions: Mapping[str, int]
    """By part: the number of the revision that was rated."""
    at: datetime

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing: it was taken back, or not begun."""
        return not self.scores and self.level_met is None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on some words of an answer, as it was changed last."""

    id: str
    """Random, and the same through all changes."""
    question: str
    rater: str
    part: str
    """Empty if the comment is on the whole answer."""
    quote: str
    """The words that it is about; empty if it is on the whole part."""
    start: int
    """How many characters of the part stood before these words."""
    text: str
    at: datetime


class _Stored(BaseModel):
    """The JSON of a row; names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StoredRating(_Stored):
    """The JSON of a rating."""

    rater: _Name
    scores: Annotated[Mapping[_Name, Score], Field(max_length=100)] = {}
    level_met: bool | None = None
    revisions: Annotated[Mapping[_Name, int], Field(max_length=100)] = {}


def _checked_id(text: str) -> str:
    # It is also the name of the reply's field, which stands beside those of the answer.
    if text in ANSWER_FIELDS or not _ID.fullmatch(text):
        raise ValueError("expected 1 to 100 letters, digits, hyphens and underscores")
    return text


class StoredComment(_Stored):
    """The JSON of a comment, of a change of it, or of its removal."""

    id: Annotated[str, AfterValidator(_checked_id)]
    rater: _Name
    part: _Part = ""
    quote: _Text = ""
    start: Annotated[int, Field(ge=0)] = 0
    text: _Text
    removed: bool = False


class Feedback:
    """What coaches say about one student's answers, in the student's file of feedback.

    Each change is on the disk when its function returns. What was stored already isn't added again,
    so a change may be sent twice.

    Parameters
    ----------
    store
        The file; see `feedback_store`.
    """

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def rate(self, rating: Rating) -> Rating:
        """Add a rating, and return it as it is stored: its moment comes after all earlier ones.

        Raises
        ------
        StoreError
            If it isn't a rating, or the file can't be written; nothing was saved.
        """
        _rating_json(rating)  # refused before there is a file
        return self.change_rating(rating.question, rating.rater, lambda _: rating)

    def change_rating(
        self, question: str, rater: str, change: Callable[[Rating | None], Rating]
    ) -> Rating:
        """Add what `change` makes of a rater's current rating of an answer; return it as `rate`.

        Nobody else can write meanwhile, so two windows that rate different things lose neither.

        Raises
        ------
        StoreError
            As `rate`.
        """

        def work(connection: sqlite3.Connection) -> Rating:
            history = select_revisions(connection, question, "rating", RATING)
            current = next((one for one in _ratings(history) if one.rater == rater), None)
            rating = change(current)
            if current and replace(current, at=rating.at) == rating:
                return current
            at = _add(connection, history, RATING, _rating_json(rating), rating)
            return replace(rating, at=at)

        return self._store.write(work)

    def comment(self, comment: Comment, *, seen: str | None = None) -> Comment:
        """Add a comment, or change the one with its id; return it as `rate` does.

        `seen` is the text that the rater has changed. If the comment has another one by now, it
        stays as it is, and is returned.

        Raises
        ------
        StoreError
            If it isn't a comment, if it is another rater's, or the file can't be written; nothing
            was saved.
        """
        comment = replace(comment, text=replace_lone_surrogates(comment.text))
        text = _comment_json(comment)

        def work(connection: sqlite3.Connection) -> Comment:
            history = select_revisions(connection, comment.question, "comment", COMMENT)
            for current in _comments(history):
                if current.id == comment.id and current.rater != comment.rater:
                    raise StoreError(f"This comment is {current.rater}'s. Write one of your own.")
                if replace(current, at=comment.at) == comment:
                    return current
                is_other = current.id == comment.id and current.text not in (seen, comment.text)
                if seen is not None and is_other:
                    return current
            return replace(comment, at=_add(connection, history, COMMENT, text, comment))

        return self._store.write(work)

    def remove(self, comment_id: str, rater: str) -> None:
        """Take a rater's comment back; one that isn't there stays so. Its text stays stored.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved.
        """

        def work(connection: sqlite3.Connection) -> None:
            history = select_revisions(connection, kind=COMMENT)
            for one in _comments(history):
                if (one.id, one.rater) == (comment_id, rater):
                    mine = [each for each in history if each.question == one.question]
                    gone = replace(one, at=self._store.moment())
                    _add(connection, mine, COMMENT, _comment_json(one, removed=True), gone)

        self._store.write(work)

    def ratings(self, question: str | None = None) -> tuple[Rating, ...]:
        """Return the current rating of each rater, by question and time."""
        return self._store.read(lambda one: _ratings(select_revisions(one, question, kind=RATING)))

    def comments(self, question: str | None = None) -> tuple[Comment, ...]:
        """Return the current comments of all raters, by question and time."""
        return self._store.read(
            lambda one: _comments(select_revisions(one, question, kind=COMMENT))
        )


def feedback_store(home: Path, student_id: str) -> AnswerStore:
    """Return the store of the feedback on a student; the file is made when first needed.

    Raises
    ------
    StoreError
        If `student_id` isn't valid as an id.
    """
    if not is_student_id(student_id):
        raise StoreError(f"{student_id!r} can't be a student id.")
    return AnswerStore(feedback_folder(home) / f"{student_id}{SUFFIX}")


def feedback_stores(home: Path) -> dict[str, Path]:
    """Return the files of feedback in a coach's user data folder by student id."""
    return student_stores(feedback_folder(home))


def read_feedback(path: Path) -> tuple[tuple[Rating, ...], tuple[Comment, ...]]:
    """Return the current ratings and comments in a file, which is only read.

    Raises
    ------
    PrepkitError
        If the file can't be read.
    """
    with _reading(path) as copy:
        return (
            _ratings(select_revisions(copy, kind=RATING)),
            _comments(select_revisions(copy, kind=COMMENT)),
        )


def collected_feedback(home: Path) -> dict[str, tuple[tuple[Rating, ...], tuple[Comment, ...]]]:
    """Return the current ratings and comments on each student's answers, by the student's id.

    Raises
    ------
    PrepkitError
        If a file can't be read.
    """
    return {student: read_feedback(path) for student, path in feedback_stores(home).items()}


def read_replies(path: Path) -> dict[str, Revision]:
    """Return a student's current replies by the id of the comment; the file is only read.

    Parameters
    ----------
    path
        What the student handed in, or the student's own file.

    Raises
    ------
    PrepkitError
        If the file can't be read.
    """
    with _reading(path) as copy:
        answers = current_answers(copy, kind=REPLY).values()
        return {name: one for each in answers for name, one in each.revisions.items() if one.text}


def rater_name(home: Path) -> str:
    """Return the name under which ratings and comments are stored: as chosen, or the account's."""
    chosen = os.environ.get(RATER, "").strip() or load_preferences(home).rater
    if chosen:
        return chosen
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in a container
        return "Coach"


def _reading(path: Path) -> closing[sqlite3.Connection]:
    try:
        return closing(snapshot(path))
    except OSError as error:
        raise UnreadableError(path, f"it can't be read: {error.strerror or error}") from error


def _json(form: type[_Stored], question: str, noun: str, **values: Any) -> str:
    """Return a row's JSON, checked.

    Raises
    ------
    StoreError
        If it isn't valid.
    """
    if not is_question_id(question):
        raise StoreError(f"{question!r} is not a question id.")
    try:
        stored = form(**values).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise StoreError(f"This {noun} can't be stored: {place}: {first['msg']}.") from None
    return json.dumps(stored, ensure_ascii=False)


def _rating_json(rating: Rating) -> str:
    return _json(
        *(StoredRating, rating.question, "rating"),
        rater=rating.rater,
        scores=dict(rating.scores),
        level_met=rating.level_met,
        revisions=dict(rating.revisions),
    )


def _comment_json(comment: Comment, *, removed: bool = False) -> str:
    names = ("id", "rater", "part", "quote", "start", "text")
    values = {name: getattr(comment, name) for name in names}
    return _json(StoredComment, comment.question, "comment", **values, removed=removed)


def _add(
    connection: sqlite3.Connection,
    history: Iterable[Revision],
    kind: str,
    text: str,
    new: Rating | Comment,
) -> datetime:
    """Add a row after those of its question, and return its moment."""
    # A clock can go backwards, and the files of two raters know nothing of each other's numbers:
    # so the moment is what tells which row was added last.
    last = _newest_last(history)[-1:]
    at = max([new.at, *(one.saved_at + _MOMENT for one in last)])
    number = max((one.revision for one in history), default=0) + 1
    add_revisions(connection, [new_revision(new.question, kind, number, text, "form", at)], kind)
    return at


def _newest_last(history: Iterable[Revision]) -> list[Revision]:
    return sorted(history, key=lambda one: (one.saved_at, one.revision))


def _ratings(history: Iterable[Revision]) -> tuple[Rating, ...]:
    """Return the current ratings; one that only a later prepkit can read is left out."""
    found: dict[tuple[str, str], Rating] = {}
    for revision in _newest_last(history):
        with suppress(ValidationError):
            row = StoredRating.model_validate_json(revision.text)
            found[revision.question, row.rater] = Rating(
                revision.question,
                *(row.rater, row.scores, row.level_met, row.revisions),
                revision.saved_at,
            )
    return tuple(sorted(found.values(), key=_order))


def _comments(history: Iterable[Revision]) -> tuple[Comment, ...]:
    """Return the current comments; one that only a later prepkit can read is left out."""
    found: dict[str, Comment] = {}
    for comment, removed in _rows(history):
        found.pop(comment.id, None)
        if not removed:
            found[comment.id] = comment
    return tuple(sorted(found.values(), key=_order))


def _rows(history: Iterable[Revision]) -> Iterator[tuple[Comment, bool]]:
    for revision in _newest_last(history):
        with suppress(ValidationError):
            row = StoredComment.model_validate_json(revision.text)
            texts = (row.part, row.quote, row.start, row.text)
            comment = Comment(row.id, revision.question, row.rater, *texts, revision.saved_at)
            yield comment, row.removed


def _order(one: Rating | Comment) -> tuple[str, datetime, str]:
    return one.question, one.at, one.rater
