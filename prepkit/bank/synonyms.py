"""synonyms.yaml of a question bank: words that people search for but that questions don't use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from prepkit.bank.lists import read_list
from prepkit.records import Question, Record, Text


class Synonyms(Record):
    """Words that people type for questions that use other words for the same thing."""

    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Tags of questions, or a phrase in a question's first line."""
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What people type to find those questions."""


def read_synonyms(folder: Path) -> tuple[Synonyms, ...]:
    """Read synonyms.yaml of a question bank; empty if there is no such file.

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    return read_list(folder / "synonyms.yaml", Synonyms)


def synonyms_of(question: Question, synonyms: Sequence[Synonyms]) -> Iterator[str]:
    """Yield the words of each entry that applies to a question. Pure.

    An entry applies if one of its `of` is a tag of the question or is in its first line, as whole
    words in that order.
    """
    heads = [_spaced(text) for text in (question.text, *question.tags)]
    for entry in synonyms:
        if any(f" {_spaced(of).strip()} " in head for of in entry.of for head in heads):
            yield from entry.words


def _spaced(text: str) -> str:
    """Return the words of a text in lowercase, with one space before and after each."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} "
