"""Answers in files: what the two formats have in common.

`exchange_json` keeps everything, `exchange_markdown` the current texts, to read and to print.
Reading a file gives exactly what was written to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prepkit.errors import InputError, Problem
from prepkit.records import Answer, Review, Revision
from prepkit.text import shorten

History = tuple[Revision, ...]


class ExchangeError(InputError):
    """All problems of a file of answers, each with its place and what would be right."""

    def __init__(
        self, problems: Iterable[Problem], head: str = "This is not a file of answers:"
    ) -> None:
        super().__init__(head, problems)


@dataclass(frozen=True, slots=True)
class Export:
    """The contents of a JSON file of answers."""

    answers: Mapping[str, Mapping[str, str | History]] = field(default_factory=dict)
    """By question id and field: the current text, or its whole history, oldest first."""
    reviews: tuple[Review, ...] = ()
    beside: Mapping[str, Mapping[str, Mapping[str, str | History]]] = field(default_factory=dict)
    """The texts of other kinds than answers, by kind, subject and field; see `kinds`."""
    unread: tuple[str, ...] = ()
    """What else stands in the file, to read only, such as ``stories``."""

    def texts(self) -> dict[str, dict[str, str]]:
        """Return the current texts, by question id and field."""
        return {
            question: {name: current_text(value) for name, value in fields.items()}
            for question, fields in self.answers.items()
        }


def current_export(answers: Iterable[Answer]) -> Export:
    """Return the current texts of answers alone, without earlier versions."""
    return Export(
        {
            one.question: {name: (revision,) for name, revision in one.revisions.items()}
            for one in answers
        }
    )


def current_text(value: str | History) -> str:
    """Return a text as it is, or the newest one of a history."""
    return value if isinstance(value, str) else value[-1].text


def is_question_id(question: str) -> bool:
    """Tell whether `question` could be a question's id: one line of visible characters."""
    return bool(question) and question.isprintable() and question == question.strip()


def found_text(value: object) -> str:
    """Return a value from a file as JSON, shortened to fit in a message."""
    return shorten(json.dumps(value, ensure_ascii=False))
