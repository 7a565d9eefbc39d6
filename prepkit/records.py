"""The workbook's data as frozen, validated records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from prepkit.forms import FORMS, Form, Kind, Part
from prepkit.provenance import Basis, SourceKind
from prepkit.words import count_words

Level = Literal[
    "senior engineer", "staff engineer", "engineering manager", "senior manager", "director"
]
State = Literal["untouched", "started", "complete"]
Rating = Literal["again", "hard", "good", "easy"]

LEVELS: tuple[Level, ...] = get_args(Level)
STATES: tuple[State, ...] = get_args(State)
RATINGS: tuple[Rating, ...] = get_args(Rating)
STATE_TITLES: Mapping[State, str] = {
    "untouched": "Not started",
    "started": "In progress",
    "complete": "Complete",
}
"""How people read the state of an answer; files and data keep the names of `STATES`."""
RATING_TITLES: Mapping[Rating, str] = {
    "again": "Stumbled",
    "hard": "Got through it",
    "good": "Smooth",
    "easy": "Very easy",
}
"""How people read how an answer went."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""The form of a category's or a tag's name: lowercase letters, digits and single hyphens."""

STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]|[A-Za-z0-9]")
"""The form of a student's id. It is used in file names, so it must be safe on every system."""

_MINUTES = re.compile(r"(\d{1,3})(?: ?[-\N{EN DASH}] ?(\d{1,3}))?")
_PERIOD = re.compile(r"\d{4}(-\d\d){0,2}")
_WINDOWS_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$")]


def is_student_id(text: str) -> bool:
    """Tell whether `text` can be a student's id, which is used in the names of files.

    Windows doesn't allow the names of devices (``con``, ``nul``, ``com1`` …), and a packet's own
    files already use ``-fill-in`` at the end and ``index``.
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


def _checked_minutes(given: object) -> object:
    """Return minutes, which a file has as ``45`` or as ``45-60``, as the least and the most."""
    if given is None or isinstance(given, tuple):
        return given
    found = _MINUTES.fullmatch(str(given).strip())
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if least > most:
        raise ValueError(
            f"the range of minutes '{given}' is the wrong way round; write {most}-{least}"
        )
    if not least:
        raise ValueError(
            f"minutes must be a number such as 45, or a range such as 45-60, not '{given}'"
        )
    return least, most


def _checked_period(text: str) -> str:
    try:
        if not _PERIOD.fullmatch(text):
            raise ValueError
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        raise ValueError(
            "dated must be a year, a month such as 2024-11 or a day such as 2024-11-19,"
            f" not '{text}'"
        ) from None
    return text


class Record(BaseModel):
    """The base of all records: they are frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    numbers: ClassVar[frozenset[str]] = frozenset()
    """Keys that its file may give as a number; elsewhere a number must be in quotes."""


class Ask(Record):
    """What a company looks for with a question; `value` is one of its published values, or None."""

    company: Text
    value: Text | None = None
    focus: Text


class SourcedAsk(Ask):
    """An ask with its basis and its source."""

    basis: Basis
    source_url: str | None = None
    source_kind: SourceKind | None = None
    checked: date | None = None
    """The day on which the source was last read."""


class InterviewerNote(Record):
    """A line that an interviewer would write about the example answer."""

    sign: Literal["+", "-"]
    """Whether it speaks for the candidate, or against them."""
    key_point: Annotated[int, Field(ge=1)]
    """The number of the key point that it belongs to, from 1."""
    text: Text


Score = Annotated[int, Field(ge=1, le=5)]
"""A rating of an answer, from 1 (poor) to 5 (outstanding)."""


class WeakerAnswer(Record):
    """The same question answered as many people do, and what the ratings of both answers are."""

    text: Text
    lift: Text
    """The one change that would lift it most."""
    score: Score
    reason: Text
    example_score: Score
    """Of the example answer."""
    example_reason: Text


WEAKER = {"text": "As told", "lift": "What would lift it most", "scores": "Ratings"}
"""The headings below a weaker answer, by what the parser calls them."""

RATED = {"score": "This answer", "example_score": "The example"}
"""What is rated below a weaker answer, by the field of `WeakerAnswer` that has the rating."""


class Question(Record):
    """One question file. Texts are Markdown; a section that the file doesn't have is empty."""

    category: Slug
    number: Annotated[int, Field(ge=1, le=99)]
    kind: Kind = "past-event"
    tags: tuple[Slug, ...] = ()
    text: Text
    why: Text
    key_points: Annotated[tuple[Text, ...], Field(min_length=1)]
    follow_ups: tuple[Text, ...] = ()
    levels: Mapping[Level, Text] = {}
    also_asked: tuple[Text, ...] = ()
    """Other wordings in which interviewers ask the same; each is documented."""
    prompts: Mapping[str, Text] | None = None
    """The question's own prompts by the name of the part, in any order; None for the usual ones."""
    tips: tuple[Text, ...] = ()
    example: Mapping[str, Text] | None = None
    """The example answer by the name of the part, in any order."""
    interviewer_notes: tuple[InterviewerNote, ...] = ()
    weaker: WeakerAnswer | None = None
    asks: tuple[Ask, ...] = ()
    notes: str = ""

    @model_validator(mode="after")
    def _of_one_form(self) -> Question:
        names = self.form.names
        for name, texts in (("prompts", self.prompts), ("example", self.example)):
            # In any order, because a saved notebook has its keys in alphabetical order.
            if texts is not None and set(texts) != set(names):
                raise ValueError(f"{name} must have {', '.join(names)}")
        most = len(self.key_points)
        for note in self.interviewer_notes:
            if note.key_point > most:
                raise ValueError(
                    f"there is no key point {note.key_point}; they are numbered 1 to {most}"
                )
        return self

    @property
    def form(self) -> Form:
        """The form of an answer to this question."""
        return FORMS[self.kind]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of an answer to this question, with its own prompts if it has any."""
        own = self.prompts or {}
        return tuple(
            replace(part, prompt=own.get(part.name, part.prompt)) for part in self.form.parts
        )

    @property
    def id(self) -> str:
        """The question's name everywhere, such as ``technical-leadership/06``."""
        return f"{self.category}/{self.number:02d}"


class Category(Record):
    """A category of questions, as categories.yaml describes it; its questions are one folder."""

    slug: Slug
    title: Text
    icon: Text
    description: Text
    first_for: Mapping[Level, Annotated[int, Field(ge=1)]] = {}
    """The levels that should practise this category early, each with its place (1 is first)."""
    only_for: tuple[Level, ...] = ()
    """The levels that are asked about it at all; all of them if it names none."""

    def is_for(self, level: Level | None) -> bool:
        """Tell whether somebody is asked about it who applies for a level; None is not known."""
        return not level or not self.only_for or level in self.only_for


SourceUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\.[^\s/]+(/\S*)?$")]
Period = Annotated[str, AfterValidator(_checked_period)]
"""A year, a month or a day, as exact as a source says it."""


class Value(Record):
    """A value or principle that a company has published, and what is known about its use."""

    name: Text
    source_url: SourceUrl
    source_kind: SourceKind
    checked: date
    superseded_by: Text | None = None
    used_in_interviews: Literal["stated", "inferred", "unknown"]

    @property
    def basis(self) -> Basis:
        """How we know that the company looks for this."""
        return "stated" if self.used_in_interviews == "stated" else "published value"


class Round(Record):
    """One round of a company's interview, as far as it is documented."""

    name: Text
    about: Text | None = None
    """The role that the source speaks of, such as ``engineering manager``."""
    minutes: Annotated[tuple[int, int] | None, BeforeValidator(_checked_minutes)] = None
    """The least and the most; the same number twice if the source gives one."""
    scored: Text | None = None
    """What is scored, in our words."""
    decides: Text | None = None
    """Who decides, or who has a special role."""
    source_url: SourceUrl
    source_kind: SourceKind
    checked: date
    dated: Period | None = None
    """The source's own date."""


class AiRule(Record):
    """What a company says about the use of AI during its interviews, in our words."""

    rule: Text
    source_url: SourceUrl
    source_kind: SourceKind
    checked: date
    dated: Period | None = None


class Company(Record):
    """A company or a public body: its published values, and what is documented of its interview.

    Whatever could not be confirmed is empty.
    """

    numbers: ClassVar[frozenset[str]] = frozenset({"minutes", "dated"})
    name: Text
    aliases: tuple[Text, ...] = ()
    """Other names that people use for it, such as ``AWS``."""
    note: Text | None = None
    region: Text | None = None
    """The country or area that a public body serves; None for a company."""
    values: tuple[Value, ...] = ()
    rounds: tuple[Round, ...] = ()
    """In the order of the interview."""
    ai_rule: AiRule | None = None

    @model_validator(mode="after")
    def _one_name_once(self) -> Company:
        names = [value.name for value in self.values]
        if len(set(names)) < len(names):
            raise ValueError("two values have the same name")
        return self


class Student(Record):
    """One row of a coach's roster: who a packet is for, and what goes into it."""

    student_id: Annotated[str, AfterValidator(_checked_student_id)]
    name: Text
    email: str = ""
    companies: tuple[Text, ...] = ()
    """As the bank spells them."""
    level: Level | None = None
    categories: tuple[Slug, ...] = ()
    """Empty for all."""
    interview_date: date | None = None
    n_questions: Annotated[int, Field(ge=1)] | None = None
    """With None, the template decides."""
    notes: str = ""
    extra: Mapping[str, Any] = {}
    """More parameters for the template, by name, as JSON values."""


class Revision(Record):
    """One saved text of one field of an answer. Revisions are numbered from 1 and never change."""

    question: Text
    field: Text
    """Of an answer, one of `prepkit.forms.ANSWER_FIELDS`; see `prepkit.answers.kinds`."""
    revision: Annotated[int, Field(ge=1)]
    text: str
    saved_at: datetime
    """In UTC, with its time zone."""
    origin: Text
    """Where the text came from: ``form``, ``import``, ``restore``."""


class Answer(Record):
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

    def words(self, parts: Iterable[Part]) -> int:
        """Return the total number of words in `parts`."""
        return sum(count_words(self.text(part.name)) for part in parts)

    def state(self, parts: Sequence[Part]) -> State:
        """Return ``complete`` if each of `parts` has its least number of words (`Part.least`).

        Otherwise ``untouched`` if none has any text, or else ``started``.
        """
        if not any(self.text(part.name).strip() for part in parts):
            return "untouched"
        return "started" if self.first_missing(parts) else "complete"

    def first_missing(self, parts: Iterable[Part]) -> Part | None:
        """Return the first of `parts` with fewer words than its least; None if all have enough."""
        short = (part for part in parts if count_words(self.text(part.name)) < part.least)
        return next(short, None)

    @property
    def updated(self) -> datetime | None:
        """When a field was last saved; None for an answer that isn't started."""
        return max((revision.saved_at for revision in self.revisions.values()), default=None)


class Review(Record):
    """One rehearsal and how it went, with the ratings of the FSRS scheduler."""

    question: Text
    rating: Rating
    seconds: Annotated[int, Field(ge=0)]
    """How long the candidate spoke."""
    reviewed_at: datetime
    """In UTC, with its time zone."""
