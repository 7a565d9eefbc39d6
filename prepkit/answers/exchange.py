"""Answers as they go into files and come from them: what the two formats have in common.

`exchange_json` keeps all of it, `exchange_markdown` the current texts, to be read and printed.
Reading either back gives exactly what was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prepkit.errors import InputError, Problem
from prepkit.records import Review, Revision
from prepkit.text import shorten

History = tuple[Revision, ...]


class ExchangeError(InputError):
    """Every problem of a file of answers, each with its place and what would be right."""

    def __init__(
        self, problems: Iterable[Problem], head: str = "This is not a file of answers:"
    ) -> None:
        super().__init__(head, problems)


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


def found_text(value: object) -> str:
    """Return a value of a file as JSON, cut to what fits in a message."""
    return shorten(json.dumps(value, ensure_ascii=False))
