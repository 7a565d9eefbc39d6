"""competencies.yaml and postings.yaml: what job descriptions say when they ask for a competency."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from prepkit.bank.lists import read_list
from prepkit.records import Record, Slug, Text


class SourcedPhrase(Record):
    """A phrase that an employer itself uses as the name of a competency."""

    phrase: Text
    source: Text


class Competency(Record):
    """Phrases of job descriptions, and the questions that ask for what they speak of."""

    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Tags of questions, the nearest first."""
    category: Slug
    phrases: Annotated[tuple[Text | SourcedPhrase, ...], Field(min_length=1)]


WordsFor = Literal[
    "sections left out",
    "sentences left out",
    "words that deny",
    "words that deny what is before them",
    "words that deny nothing",
    "words for the employer",
    "words for you",
    "titles of a director",
    "titles of a senior manager",
    "titles of an engineering manager",
    "titles of a staff engineer",
    "titles of a senior engineer",
]


class PostingWords(Record):
    """Phrases that say which parts of a job description speak of something else."""

    name: WordsFor
    phrases: tuple[Text, ...]


def read_competencies(folder: Path) -> tuple[Competency, ...]:
    """Read competencies.yaml of a question bank; empty if there is no such file.

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    return read_list(folder / "competencies.yaml", Competency)


def read_posting_words(folder: Path) -> dict[WordsFor, tuple[str, ...]]:
    """Read postings.yaml of a question bank; empty if there is no such file.

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    return {one.name: one.phrases for one in read_list(folder / "postings.yaml", PostingWords)}
