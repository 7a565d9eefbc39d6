"""What was said in mock interviews, attempt by attempt. Attempts are added and never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from prepkit.answers.errors import StoreError
from prepkit.answers.exchange import is_question_id
from prepkit.answers.kinds import MOCK
from prepkit.answers.rows import add_reviews, add_revisions, new_revision, select_revisions
from prepkit.answers.store import AnswerStore
from prepkit.records import Rating, Review, Revision, Score
from prepkit.text import replace_lone_surrogates

FIELD = "attempt"

_Seconds = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]
_Name = Annotated[str, Field(max_length=200)]
_Line = Annotated[str, Field(max_length=2000)]


class _Stored(BaseModel):
    """A part of an attempt; names that a later prepkit adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Mark(_Stored):
    """When the candidate began with a part of the answer, counted from the start."""

    part: _Name
    at: _Seconds


class FollowUp(_Stored):
    """A follow-up question and the answer to it."""

    text: _Line
    seconds: _Seconds
    take: _Name | None = None


class Attempt(_Stored):
    """One answer, said out loud in a mock interview, and how the candidate rates it.

    What wasn't measured, or isn't known, is None.
    """

    session: _Name
    question: _Name
    take: _Name | None = None
    """The id of the recording, if there is one."""
    started_at: AwareDatetime
    seconds: _Seconds
    thinking_seconds: _Seconds | None = None
    start_delay: _Seconds | None = None
    """How long nothing was said at the start."""
    marks: Annotated[tuple[Mark, ...], Field(max_length=1000)] = ()
    longest_pause: _Seconds | None = None
    fillers: Annotated[int, Field(ge=0)] | None = None
    """As counted by the candidate."""
    follow_ups: Annotated[tuple[FollowUp, ...], Field(max_length=100)] = ()
    ticked: Annotated[tuple[_Line, ...], Field(max_length=100)] = ()
    """The key points that were heard."""
    level_met: bool | None = None
    scores: Annotated[Mapping[_Name, Score], Field(max_length=100)] = {}
    """By the name of what the rubric rates."""
    rating: Rating | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What no two attempts have in common."""
        return self.session, self.question, self.started_at


@dataclass(frozen=True, slots=True)
class Kept:
    """An attempt as it is stored, and when it was."""

    attempt: Attempt
    at: datetime


def read_attempt(message: Mapping[str, Any]) -> Attempt:
    """Return the attempt that a browser sent.

    Raises
    ------
    StoreError
        If it isn't one.
    """
    try:
        return Attempt.model_validate(message)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise StoreError(f"This attempt can't be stored: {place}: {first['msg']}.") from None


class Attempts:
    """The attempts of one candidate, in the answers file."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def add(self, attempt: Attempt) -> bool:
        """Store an attempt, and its rating as a rehearsal; both are on the disk when this returns.

        Whoever isn't told that an attempt is stored sends it again. So one that is there already
        isn't added, and neither is its rating.

        Returns
        -------
        bool
            Whether it is a new one.

        Raises
        ------
        StoreError
            If the file can't be written; nothing was saved, neither attempt nor rehearsal.
        """
        question = attempt.question
        if not is_question_id(question):
            raise StoreError(f"{question!r} is not a question id.")

        def work(connection: sqlite3.Connection) -> bool:
            history = select_revisions(connection, question, FIELD, MOCK)
            if any(one.attempt.key == attempt.key for one in _kept(history)):
                return False
            number = history[-1].revision + 1 if history else 1
            moment = self._store.moment()
            text = replace_lone_surrogates(_text(attempt))
            added = new_revision(question, FIELD, number, text, "form", moment)
            add_revisions(connection, [added], MOCK)
            if attempt.rating:
                review = Review(
                    question=question,
                    rating=attempt.rating,
                    seconds=round(attempt.seconds),
                    reviewed_at=moment,
                )
                add_reviews(connection, [review])
            return True

        return self._store.write(work)

    def load(self, question: str | None = None) -> tuple[Kept, ...]:
        """Return the attempts at a question, or all of them, the newest first.

        Raises
        ------
        StoreError
            If the file can't be read.
        """
        history = self._store.read(lambda one: select_revisions(one, question, FIELD, MOCK))
        return tuple(_kept(reversed(history)))


def _text(attempt: Attempt) -> str:
    return json.dumps(attempt.model_dump(mode="json"), ensure_ascii=False)


def _kept(revisions: Iterable[Revision]) -> Iterator[Kept]:
    """Yield the attempts of revisions; one that only a later prepkit can read is left out."""
    for revision in revisions:
        with suppress(ValidationError):
            yield Kept(Attempt.model_validate_json(revision.text), revision.saved_at)
