"""Answers with their histories and rehearsals as JSON: to keep, or to move to another computer.

This is the whole format::

    {
      "format": "prepkit-answers",
      "version": 1,
      "answers": {
        "technical-leadership/06": {
          "situation": "The current text of a field, where that is all there is.",
          "task": [
            {"revision": 1, "saved_at": "2026-01-31T09:30:00+00:00", "origin": "form",
             "text": "The whole history, oldest first; the last one is the current text."}
          ]
        }
      },
      "reviews": [
        {"question": "technical-leadership/06", "rating": "good", "seconds": 150,
         "reviewed_at": "2026-01-31T09:45:00+00:00"}
      ],
      "texts": {
        "story": {"20260131-7f3a9c": {"title": "The move of the billing system"}}
      }
    }

A field may be a string or a history; a script in a browser writes strings. The fields of an answer
are the parts that `prepkit.forms.FORMS` gives for the question's kind, and ``key_points`` (the
ticked key points, one per line). Each field may be absent, and so may ``reviews``.

``texts`` has what stands beside the answers, such as stories, by kind, subject and field; the
kinds are those of `prepkit.answers.kinds`. Only a file with such texts has version 2. So an older
prepkit reads every other file, and says of these that they are newer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from prepkit.answers.exchange import ExchangeError, Export, History, found_text, is_question_id
from prepkit.answers.kinds import KINDS, REVISION, has_field
from prepkit.errors import Loc, Problem, Problems
from prepkit.forms import ANSWER_FIELDS
from prepkit.notebook.mime import EXPORT_FORMAT
from prepkit.records import RATINGS, Rating, Record, Review, Revision
from prepkit.text import did_you_mean, replace_lone_surrogates

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FROM_PAGE = "hand_in"
"""Says in a file from a web page to fill in whose answers these are, with a signature. Only
`prepkit.answers.hand_ins` reads it; any other reader passes it by."""

VERSION = 2
_ANSWERS_ALONE = 1
"""The version of a file without ``texts``."""


def to_json(export: Export) -> str:
    """Return all of `export` as JSON."""
    document = {
        "format": EXPORT_FORMAT,
        "version": VERSION if export.beside else _ANSWERS_ALONE,
        "answers": _json_texts(export.answers),
        "reviews": [review.model_dump(mode="json") for review in export.reviews],
    }
    if export.beside:
        document["texts"] = {kind: _json_texts(texts) for kind, texts in export.beside.items()}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _json_texts(texts: Mapping[str, Mapping[str, str | History]]) -> dict[str, dict[str, object]]:
    return {
        subject: {
            name: value if isinstance(value, str) else [_history_item(each) for each in value]
            for name, value in fields.items()
        }
        for subject, fields in texts.items()
    }


def _history_item(revision: Revision) -> dict[str, object]:
    return revision.model_dump(mode="json", include={"revision", "saved_at", "origin", "text"})


def _line(value: object) -> str:
    # Half a surrogate pair is refused, not replaced: otherwise two ids could become the same.
    if not isinstance(value, str) or not is_question_id(value):
        raise ValueError("not one line of visible characters")
    return value


def _field(value: str) -> str:
    if value not in ANSWER_FIELDS:
        raise ValueError("not a field of an answer")
    return value


def _text(value: object) -> object:
    return replace_lone_surrogates(value) if isinstance(value, str) else value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("before the first year, or after the last") from error


class _OrderError(ValueError):
    """The number of a revision isn't greater than the one before it in the history."""

    def __init__(self, place: int, before: int, found: int) -> None:
        self.place = place
        super().__init__(f"expected more than {before}, found {found}")


def _in_order(items: list[_RevisionItem]) -> list[_RevisionItem]:
    for place, (one, other) in enumerate(pairwise(items), start=1):
        if other.revision <= one.revision:
            raise _OrderError(place, one.revision, other.revision)
    return items


def _tag(value: object) -> str | None:
    """Return ``text`` or ``history``; None for a value that is neither."""
    if isinstance(value, str):
        return "text"
    return "history" if isinstance(value, list) and value else None


Line = Annotated[str, BeforeValidator(_line)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    Field(description="a time with its zone, such as 2026-01-31T09:30:00+00:00"),
]
# The greatest whole number that SQLite and JavaScript both store exactly.
_MOST = 2**53 - 1


class _RevisionItem(Record, strict=True):
    revision: Annotated[int, Field(ge=1, le=_MOST, description="a whole number from 1")]
    text: Annotated[str, BeforeValidator(_text), Field(description="a text")]
    saved_at: Moment
    origin: Annotated[Line, Field(description="where the text came from, such as form")]


class _ReviewItem(Record, strict=True):
    question: Annotated[
        Line, Field(description="the id of a question, such as technical-leadership/06")
    ]
    rating: Annotated[Rating, Field(description=f"one of {', '.join(RATINGS)}")]
    seconds: Annotated[int, Field(ge=0, le=_MOST, description="a whole number of seconds")]
    reviewed_at: Moment


_Value = Annotated[
    Annotated[str, BeforeValidator(_text), Tag("text")]
    | Annotated[list[_RevisionItem], AfterValidator(_in_order), Tag("history")],
    Discriminator(_tag),
]
_Fields = dict[Annotated[str, AfterValidator(_field)], _Value]


class _Document(Record, strict=True):
    format: Annotated[str, Field(pattern=f"^{EXPORT_FORMAT}$", description=f'"{EXPORT_FORMAT}"')]
    version: Annotated[int, Field(ge=1, le=VERSION, description=f"1 or {VERSION}")]
    answers: Annotated[dict[Line, _Fields], Field(description="an object")]
    reviews: list[_ReviewItem] = Field(default_factory=list)
    texts: Annotated[dict[str, dict[Line, dict[str, _Value]]], Field(description="an object")] = (
        Field(default_factory=dict)
    )


# What a message says was expected, by the type of pydantic's error. For other types it is the
# description of the field.
_WANTED = {
    "model_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
    "union_tag_not_found": "a text or a list of revisions",
}


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its names it had more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.repeated = sorted(name for name, count in counts.items() if count > 1)


def from_json(text: str) -> Export:
    """Return the contents of a JSON file.

    Raises
    ------
    ExchangeError
        With all problems, each with its path in the file.
    """
    try:
        return from_document(json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Object))
    except json.JSONDecodeError as error:
        _refuse(f"not JSON ({error.msg})", f"line {error.lineno}, column {error.colno}")
    except RecursionError:
        _refuse(_TOO_DEEP)
    except ValueError:
        _refuse("not JSON that prepkit would write: a number is too long")


def from_document(document: object) -> Export:
    """Return the contents of a file whose JSON is already parsed; see `from_json`."""
    try:
        return _export(document)
    except RecursionError:
        _refuse(_TOO_DEEP)


_TOO_DEEP = "not JSON that prepkit would write: it is nested too deeply"


def _refuse(message: str, where: str = "") -> NoReturn:
    raise ExchangeError([Problem(None, 0, message, where)])


def _export(document: object) -> Export:
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > VERSION:
        # Other problems would mean nothing: we don't know the newer format.
        _refuse(f"{version} is from a newer prepkit; update prepkit first", "version")
    problems = Problems(error=ExchangeError)
    for loc, name in _repeated(document):
        problems.add_error(f"{found_text(name)} appears twice; keep one", where=_place(loc))
    try:
        found = _Document.model_validate(_without_owner(document))
    except ValidationError as error:
        for part in error.errors():
            loc, message = _explained(part)
            problems.add_error(message, where=_place(loc))
    else:
        for loc, message in _unknown_texts(found):
            problems.add_error(message, where=_place(loc))
    problems.raise_any()
    beside = {kind: _values(texts) for kind, texts in found.texts.items()}
    reviews = tuple(Review(**vars(item)) for item in found.reviews)
    return Export(_values(found.answers), reviews, beside)


def _without_owner(document: object) -> object:
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name != FROM_PAGE}


def _unknown_texts(document: _Document) -> Iterator[tuple[Loc, str]]:
    """Yield the places of texts of a kind or a field that isn't known, with the messages."""
    kinds = [kind for kind in KINDS if kind != REVISION]
    for kind, texts in document.texts.items():
        if kind not in kinds:
            yield ("texts",), _unknown(kind, kinds)
            continue
        for subject, fields in texts.items():
            for name in fields:
                if not has_field(kind, name):
                    known = KINDS[kind].fields or ("the id of a question",)
                    yield ("texts", kind, subject), _unknown(name, known)


def _values(
    texts: Mapping[str, Mapping[str, str | list[_RevisionItem]]],
) -> dict[str, dict[str, str | History]]:
    return {
        subject: {name: _value(subject, name, value) for name, value in fields.items()}
        for subject, fields in texts.items()
    }


def _value(question: str, name: str, value: str | list[_RevisionItem]) -> str | History:
    if isinstance(value, str):
        return value
    known = {"question": question, "field": name}
    return tuple(Revision.model_validate({**known, **vars(item)}) for item in value)


def _repeated(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Yield each name that an object has more than once, with the place of the object."""
    if isinstance(value, _Object):
        for name in value.repeated:
            yield loc, name
        for key, inner in value.items():
            yield from _repeated(inner, (*loc, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repeated(inner, (*loc, index))


def _explained(part: ErrorDetails) -> tuple[Loc, str]:
    """Return the place of a part of pydantic's error in the file, and our message for it.

    Some steps of pydantic's place aren't in the file and are left out: ``text`` or ``history``
    after a field, and ``[key]`` after a name that is itself wrong.
    """
    kind, loc, found = part["type"], part["loc"], part["input"]
    subject = 2 if loc[:1] == ("texts",) else 1
    """How deep the names of subjects are."""
    field = subject + 1
    if loc[:1] in (("answers",), ("texts",)) and loc[field + 1 : field + 2] != ("[key]",):
        loc = (*loc[: field + 1], *loc[field + 2 :])
    model = _Document if len(loc) < 2 else _ReviewItem if loc[0] == "reviews" else _RevisionItem
    if kind == "extra_forbidden":
        return loc[:-1], _unknown(loc[-1], model.model_fields)
    if kind == "value_error":
        error = part["ctx"]["error"]
        if isinstance(error, _OrderError):
            return (*loc, error.place, "revision"), str(error)
        if loc[field + 1 :] == ("[key]",):
            return loc[:field], _unknown(found, ANSWER_FIELDS)
        if loc[field:] == ("[key]",):
            what = "the id of a question" if subject == 1 else "an id"
            return loc[:field], f"this can't be {what}"
    wanted = _WANTED.get(kind) or model.model_fields[str(loc[-1])].description
    return loc, f"expected {wanted}, found {found_text(None if kind == 'missing' else found)}"


def _unknown(name: object, known: Iterable[str]) -> str:
    near = did_you_mean(str(name), known) or f"; expected {', '.join(known)}"
    return f"{found_text(name)} is not known here{near}"


def _place(loc: Loc) -> str:
    """Return such as ``answers["technical-leadership/06"].task[2].revision``."""
    place = ""
    for depth, step in enumerate(loc):
        is_name = loc[:depth] == ("answers",) or (loc[:1] == ("texts",) and depth == 2)
        if isinstance(step, int) or is_name or not step.isidentifier():
            place += f"[{found_text(step)}]"
        else:
            place += f".{step}" if place else step
    return place
