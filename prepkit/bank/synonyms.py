"""synonyms.yaml of a question bank: what people type, for questions that use other words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from prepkit.bank.lists import read_list
from prepkit.records import Record, Text


class Synonyms(Record):
    """Words that people type, for questions that have other words for the same thing."""

    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Tags, or words that stand next to each other in a question's first line."""
    words: Annotated[tuple[Text, ...], Field(min_length=1)]


def read_synonyms(folder: Path) -> tuple[Synonyms, ...]:
    """Read synonyms.yaml of a question bank; nothing where the bank has none.

    Raises
    ------
    BankError
        With every problem, its line, and what would be right.
    """
    return read_list(folder / "synonyms.yaml", Synonyms)
