"""The nouns of the workbook: frozen, validated records, and errors that name every problem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

Part = Literal["situation", "task", "action", "result"]
Kind = Literal["past-event", "situational"]
Level = Literal["senior engineer", "engineering manager", "senior manager", "director"]
Basis = Literal["stated", "published value", "inferred"]
State = Literal["untouched", "started", "complete"]

PARTS: tuple[Part, ...] = get_args(Part)
LEVELS: tuple[Level, ...] = get_args(Level)
STATES: tuple[State, ...] = get_args(State)

ANSWER_FIELDS = (*PARTS, "key_points")
"""What the store keeps of an answer: the four parts, and the ticked key points, one a line."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What names a category or a tag: small letters, digits and single hyphens."""

STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]|[A-Za-z0-9]")
"""What names a student: it is in the names of files, so it must be safe on every system."""

_WINDOWS_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$")]


def is_student_id(text: str) -> bool:
    """Tell whether `text` can name a student: in file names on any system, and in ours.

    Devices of Windows (``con``, ``nul``, ``com1`` …) can't be names of files there; a packet's own
    files end in ``-fill-in`` and ``index``.
    """
    stem = text.casefold().split(".")[0]
    return bool(
        STUDENT_ID.fullmatch(text)
        and not _WINDOWS_DEVICE.fullmatch(stem)
        and not text.casefold().endswith("-fill-in")
        and text.casefold() != "index"
    )


def _checked_student_id(text: str) -> str:
    if not is_student_id(text):
        raise ValueError(f"{text!r} can't name a student")
    return text


class Record(BaseModel):
    """Base of all records: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Star(Record):
    """Four texts, one for each part of an answer: the prompts of a question, or its example."""

    situation: Text
    task: Text
    action: Text
    result: Text


DEFAULT_PROMPTS = Star(
    situation="Set the scene: what was happening, in which team, and what was at stake?",
    task="What was yours to solve or decide?",
    action="Which steps did you take, in what order, and why those? Say “I”, not “we”.",
    result="What came of it? Give a number if there is an honest one, and what you changed since.",
)
"""Shown where a question brings no prompts of its own."""


class Ask(Record):
    """What a company looks for with a question; `value` is one that it has published, or None."""

    company: Text
    value: Text | None = None
    focus: Text


class SourcedAsk(Ask):
    """An ask of a bank, with what it rests on."""

    basis: Basis
    source_url: str | None = None
    checked: date | None = None
    """The day on which the source was last read."""


class Question(Record):
    """One question file. Texts are Markdown; a section that the file leaves out is empty here."""

    category: Slug
    number: Annotated[int, Field(ge=1, le=99)]
    kind: Kind = "past-event"
    tags: tuple[Slug, ...] = ()
    text: Text
    why: Text
    key_points: Annotated[tuple[Text, ...], Field(min_length=4, max_length=6)]
    follow_ups: Annotated[tuple[Text, ...], Field(max_length=5)] = ()
    levels: Mapping[Level, Text] = {}
    prompts: Star | None = None
    tips: Annotated[tuple[Text, ...], Field(max_length=4)] = ()
    example: Star | None = None
    asks: tuple[Ask, ...] = ()
    notes: str = ""

    @property
    def id(self) -> str:
        """The question's name everywhere, such as ``technical-leadership/06``."""
        return f"{self.category}/{self.number:02d}"


class Category(Record):
    """A folder of questions, as data/categories.yaml describes it."""

    slug: Slug
    title: Text
    icon: Text
    description: Text


class Value(Record):
    """A value or principle that a company has published, and how far it is known to be used."""

    name: Text
    source_url: Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\.[^\s/]+(/\S*)?$")]
    source_kind: Literal["owner", "press", "candidate report"]
    checked: date
    superseded_by: Text | None = None
    used_in_interviews: Literal["stated", "inferred", "unknown"]


class Company(Record):
    """A company, and the values it has published; none where none could be confirmed."""

    name: Text
    note: Text | None = None
    values: tuple[Value, ...] = ()

    @model_validator(mode="after")
    def _one_name_once(self) -> Company:
        names = [value.name for value in self.values]
        if len(set(names)) < len(names):
            raise ValueError("two values have the same name")
        return self


class Student(Record):
    """One row of a coach's roster: whom a packet is for, and what it is to hold."""

    student_id: Annotated[str, AfterValidator(_checked_student_id)]
    name: Text
    companies: tuple[Text, ...] = ()
    """As the bank writes them."""
    level: Level | None = None
    categories: tuple[Slug, ...] = ()
    """Empty for all."""
    interview_date: date | None = None
    n_questions: Annotated[int, Field(ge=1)] | None = None
    """None leaves the number to the template."""
    notes: str = ""
    extra: Mapping[str, Any] = {}
    """Further parameters of the template, by name, as JSON values."""


class Revision(Record):
    """One saved text of one field of an answer. Revisions are counted from 1 and never change."""

    question: Text
    field: Literal["situation", "task", "action", "result", "key_points"]
    revision: Annotated[int, Field(ge=1)]
    text: str
    saved_at: datetime
    """In UTC, with its time zone."""
    origin: Text
    """Where the text came from: ``form``, ``import``, ``restore``."""


class StarAnswer(Record):
    """A candidate's current answer to one question: the newest revision of each field."""

    question: Text
    revisions: Mapping[str, Revision] = {}
    """By field; a field that was never saved is absent."""

    def text(self, field: str) -> str:
        """Return the current text of `field`, or an empty string."""
        revision = self.revisions.get(field)
        return revision.text if revision else ""

    @property
    def ticked(self) -> tuple[str, ...]:
        """The key points that the candidate has ticked."""
        return tuple(line for line in self.text("key_points").split("\n") if line)

    @property
    def words(self) -> int:
        """The words of all four parts together."""
        return sum(len(self.text(part).split()) for part in PARTS)

    @property
    def state(self) -> State:
        """``complete`` with text in all four parts, ``untouched`` with none, else ``started``."""
        filled = sum(bool(self.text(part).strip()) for part in PARTS)
        return "complete" if filled == len(PARTS) else "started" if filled else "untouched"

    @property
    def updated(self) -> datetime | None:
        """When a field was last saved; None for an answer never begun."""
        return max((revision.saved_at for revision in self.revisions.values()), default=None)


class Review(Record):
    """One rehearsal and how it went, in the words of the FSRS scheduler."""

    question: Text
    rating: Literal["again", "hard", "good", "easy"]
    seconds: Annotated[int, Field(ge=0)]
    """How long the candidate spoke."""
    reviewed_at: datetime
    """In UTC, with its time zone."""
