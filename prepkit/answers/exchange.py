"""Answers as a file to keep, to move to another machine, or to read: JSON and Markdown.

The JSON holds everything, and this is all of its format::

    {
      "format": "prepkit-answers",
      "version": 1,
      "answers": {
        "technical-leadership/06": {
          "situation": "The current text of a field, where that is all there is.",
          "task": [
            {"revision": 1, "saved_at": "2026-01-31T09:30:00+00:00", "origin": "form",
             "text": "Its whole history, oldest first; the last is the current text."}
          ]
        }
      },
      "reviews": [
        {"question": "technical-leadership/06", "rating": "good", "seconds": 150,
         "reviewed_at": "2026-01-31T09:45:00+00:00"}
      ]
    }

A field is a string or a history, as the writer likes: a script in a browser writes strings. The
fields of an answer are ``situation``, ``task``, ``action``, ``result`` and ``key_points`` (the
ticked key points, one a line); each may be absent, and so may ``reviews``.

The Markdown holds the current texts, to be read and printed: a section a question, a sub-section
a field, and the text as a block quote, so that nothing in it can be taken for a heading. Reading
either back gives exactly what was written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, get_args

from prepkit.errors import PrepkitError
from prepkit.notebook.mime import EXPORT_FORMAT
from prepkit.records import ANSWER_FIELDS, Review, Revision
from prepkit.text import replace_lone_surrogates

VERSION = 1

History = tuple[Revision, ...]
Rating = Literal["again", "hard", "good", "easy"]

R = TypeVar("R", Revision, Review)


class ExchangeError(PrepkitError):
    """Every problem of a file of answers, each with its place and what would be right."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(["This is not a file of answers:", *(f"  {each}" for each in self.problems)])
        )


@dataclass(frozen=True, slots=True)
class Export:
    """What a JSON file of answers holds."""

    answers: Mapping[str, Mapping[str, str | History]] = field(default_factory=dict)
    """By question id and field: a current text, or a history, oldest first."""
    reviews: tuple[Review, ...] = ()

    def texts(self) -> dict[str, dict[str, str]]:
        """Return the current texts, by question id and field."""
        return {
            question: {name: current_text(value) for name, value in fields.items()}
            for question, fields in self.answers.items()
        }


def current_text(value: str | History) -> str:
    """Return the text itself, or the newest one of a history."""
    return value if isinstance(value, str) else value[-1].text


def is_question_id(question: str) -> bool:
    """Tell whether `question` could name a question: one line of visible characters."""
    return bool(question) and question.isprintable() and question == question.strip()


def to_json(export: Export) -> str:
    """Return the JSON of all that `export` holds."""
    answers = {
        question: {
            name: value if isinstance(value, str) else [_history_item(each) for each in value]
            for name, value in fields.items()
        }
        for question, fields in export.answers.items()
    }
    reviews = [review.model_dump(mode="json") for review in export.reviews]
    document = {"format": EXPORT_FORMAT, "version": VERSION, "answers": answers, "reviews": reviews}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> Export:
    """Return what a JSON file holds.

    Raises
    ------
    ExchangeError
        With every problem, by the path to it.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise ExchangeError(
            [f"line {error.lineno}, column {error.colno}: not JSON ({error.msg})"]
        ) from error
    except RecursionError as error:
        raise ExchangeError(["not JSON that prepkit writes: it is nested too deeply"]) from error
    except ValueError as error:
        raise ExchangeError(["not JSON that prepkit writes: a number is too long"]) from error
    problems: list[str] = []
    export = _export(document, problems)
    if problems:
        raise ExchangeError(problems)
    return export


def to_markdown(texts: Mapping[str, Mapping[str, str]]) -> str:
    """Return a page with the current texts, by question id and field."""
    lines = ["# Answers", ""]
    for question, fields in texts.items():
        lines += [f"## {question}", ""]
        for name, text in fields.items():
            lines += [f"### {_heading(name)}", ""]
            lines += [f"> {line}" if line else ">" for line in text.split("\n")]
            lines.append("")
    return "\n".join(lines)


def from_markdown(text: str) -> dict[str, dict[str, str]]:
    """Return the texts of a page, by question id and field.

    Raises
    ------
    ExchangeError
        With every problem, by its line.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].endswith("\r"):  # an editor has changed every line end
        lines = [line.removesuffix("\r") for line in lines]
    problems: list[str] = []
    if lines[0].rstrip() != "# Answers":
        problems.append(f"line 1: expected '# Answers', found {_shown(lines[0])}")
    answers: dict[str, dict[str, list[str]]] = {}
    fields: dict[str, list[str]] = {}
    quote: list[str] | None = None
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("### "):
            quote = []
            problems += _place(fields, _FIELDS.get(line[4:].strip(), ""), quote, number, line)
        elif line.startswith("## "):
            fields, quote = {}, None
            question = line[3:].strip()
            if question in answers:
                problems.append(f"line {number}: {question} is there twice; join its sections")
            elif not is_question_id(question):
                problems.append(
                    f"line {number}: expected the id of a question, found {_shown(line)}"
                )
            answers.setdefault(question, fields)
        elif line == ">" or line.startswith("> "):
            if quote is None:
                problems.append(f"line {number}: a text needs a heading, such as '### Situation'")
            else:
                quote.append(line[2:])
        elif line.strip():
            problems.append(
                f"line {number}: a text starts each line with '> ', found {_shown(line)}"
            )
    if problems:
        raise ExchangeError(problems)
    return {
        question: {name: "\n".join(quoted) for name, quoted in fields.items()}
        for question, fields in answers.items()
    }


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


_FIELDS = {_heading(name): name for name in ANSWER_FIELDS}


def _place(
    fields: dict[str, list[str]], name: str, quote: list[str], number: int, line: str
) -> list[str]:
    """Make `quote` the text of a field, or return why not."""
    if not name:
        return [f"line {number}: expected one of {', '.join(_FIELDS)}, found {_shown(line)}"]
    if name in fields:
        return [f"line {number}: {_heading(name)} is there twice in this answer; keep one"]
    fields[name] = quote
    return []


def _history_item(revision: Revision) -> dict[str, object]:
    return revision.model_dump(mode="json", include={"revision", "saved_at", "origin", "text"})


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its names were there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.repeated = sorted(name for name, count in counts.items() if count > 1)


def _export(document: Any, problems: list[str]) -> Export:
    if not isinstance(document, _Object):
        problems.append(f"expected an object, found {_shown(document)}")
        return Export()
    if document.get("format") != EXPORT_FORMAT:
        problems.append(
            f'format: expected "{EXPORT_FORMAT}", found {_shown(document.get("format"))}'
        )
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        # Nothing else that is found wrong would mean anything.
        raise ExchangeError([f"version: {version} is of a newer prepkit; update prepkit first"])
    if version != VERSION or isinstance(version, bool):
        problems.append(f"version: expected {VERSION}, found {_shown(version)}")
    _only(document, ("format", "version", "answers", "reviews"), "", problems)
    answers: dict[str, dict[str, str | History]] = {}
    for question, fields in _object(document.get("answers"), "answers", problems).items():
        place = f"answers[{_shown(question)}]"
        if not is_question_id(question):
            problems.append(f"{place}: this can't be the id of a question")
        fields = _object(fields, place, problems)
        _only(fields, ANSWER_FIELDS, place, problems)
        answers[question] = {
            name: _field(value, question, name, f"{place}.{name}", problems)
            for name, value in fields.items()
            if name in ANSWER_FIELDS
        }
    reviews = document.get("reviews", [])
    if not isinstance(reviews, list):
        problems.append(f"reviews: expected a list, found {_shown(reviews)}")
        reviews = []
    return Export(
        answers,
        tuple(
            review
            for index, item in enumerate(reviews)
            if (review := _record(Review, item, {}, f"reviews[{index}]", problems))
        ),
    )


def _object(value: Any, place: str, problems: list[str]) -> _Object:
    if isinstance(value, _Object):
        return value
    problems.append(f"{place}: expected an object, found {_shown(value)}")
    return _Object([])


def _only(found: _Object, known: tuple[str, ...], place: str, problems: list[str]) -> None:
    prefix = f"{place}: " if place else ""
    problems += [f"{prefix}{_shown(name)} is there twice; keep one" for name in found.repeated]
    problems += [
        f"{prefix}{_shown(name)} is not known here; expected {', '.join(known)}"
        for name in found
        if name not in known
    ]


def _field(value: Any, question: str, name: str, place: str, problems: list[str]) -> str | History:
    if isinstance(value, str):
        return replace_lone_surrogates(value)
    if not isinstance(value, list) or not value:
        problems.append(f"{place}: expected a text or a list of revisions, found {_shown(value)}")
        return ""
    known = {"question": question, "field": name}
    history: list[Revision] = []
    for index, item in enumerate(value):
        revision = _record(Revision, item, known, f"{place}[{index}]", problems)
        if revision and history and revision.revision <= history[-1].revision:
            problems.append(
                f"{place}[{index}].revision: expected more than {history[-1].revision}, "
                f"found {revision.revision}"
            )
        if revision:
            history.append(revision)
    return tuple(history)


def _record(
    kind: type[R], item: Any, known: dict[str, str], place: str, problems: list[str]
) -> R | None:
    """Return `item` as a record, or None and the reasons in `problems`."""
    before = len(problems)
    values = _object(item, place, problems)
    expected = tuple(name for name in kind.model_fields if name not in known)
    _only(values, expected, place, problems)
    readable: dict[str, Any] = {}
    for name in expected:
        value = values.get(name)
        reader, wanted = _READERS[name]
        try:
            readable[name] = reader(value)
        except (ValueError, TypeError, OverflowError):
            problems.append(f"{place}.{name}: expected {wanted}, found {_shown(value)}")
    return kind.model_validate({**readable, **known}) if len(problems) == before else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return replace_lone_surrogates(value)


def _name(value: Any) -> str:
    if not is_question_id(_text(value)):
        raise ValueError
    return _text(value)


def _rating(value: Any) -> str:
    if value not in get_args(Rating):
        raise ValueError
    return _text(value)


def _count(value: Any, least: int) -> int:
    # The greatest whole number that SQLite and JavaScript both keep exactly.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**53:
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


_A_MOMENT = "a time with its zone, such as 2026-01-31T09:30:00+00:00"
_READERS: Mapping[str, tuple[Callable[[Any], object], str]] = {
    "question": (_name, "the id of a question, such as technical-leadership/06"),
    "text": (_text, "a text"),
    "origin": (_name, "where the text came from, such as form"),
    "revision": (lambda value: _count(value, 1), "a whole number from 1"),
    "seconds": (lambda value: _count(value, 0), "a whole number of seconds"),
    "rating": (_rating, f"one of {', '.join(get_args(Rating))}"),
    "saved_at": (_moment, _A_MOMENT),
    "reviewed_at": (_moment, _A_MOMENT),
}


def _shown(value: Any) -> str:
    """Return a value as JSON, cut to what fits in a message."""
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
