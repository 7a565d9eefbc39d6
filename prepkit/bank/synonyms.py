"""synonyms.yaml of a question bank: words that people search for but that questions don't use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from prepkit.bank.lists import read_list
from prepkit.records import Record, Text


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
