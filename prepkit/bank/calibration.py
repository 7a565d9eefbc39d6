"""calibration.yaml of a question bank: answers with reference ratings, which coaches rate first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from prepkit.bank.lists import read_records
from prepkit.bank.rubric import Dimension
from prepkit.bank.source_map import SourceMap
from prepkit.errors import Problem, Problems
from prepkit.records import Question, Record, Text
from prepkit.text import did_you_mean, join_words

AnswerOf = Literal["example", "weaker"]
"""Which answer of a question file is rated."""


def _whole(given: object) -> object:
    if str(given) not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"score must be a whole number from 1 to 5, not '{given}'")
    return int(str(given))


class ReferenceScore(Record):
    """How an answer is rated on one thing, and the words of the answer that say why."""

    dimension: Text
    """The name of what is rated, as in rubric.yaml."""
    score: Annotated[int, BeforeValidator(_whole)]
    quote: Text
    """Words of the answer, exactly as they are in it."""
    reason: Text


class Reference(Record):
    """An answer of a question file with its reference ratings: a coach's judgement, not a fact."""

    numbers = frozenset({"score"})
    question: Text
    """The question's id."""
    answer: AnswerOf
    scores: Annotated[tuple[ReferenceScore, ...], Field(min_length=1)]


def answer_parts(question: Question, answer: AnswerOf) -> tuple[tuple[str, str], ...]:
    """Return the titles and texts of an answer of a question file; empty if it has none.

    A weaker answer is one text without a title.
    """
    if answer == "weaker":
        return (("", question.weaker.text),) if question.weaker else ()
    example = question.example or {}
    return tuple((part.title, example[part.name]) for part in question.parts if example)


def read_calibration(
    folder: Path, questions: Mapping[str, Question], rubric: Sequence[Dimension]
) -> tuple[Reference, ...]:
    """Read calibration.yaml of a question bank; empty if there is no such file.

    Parameters
    ----------
    folder : Path
        The question bank.
    questions : mapping
        Its questions, by id.
    rubric : sequence of Dimension
        What is rated; each answer must have a score for each.

    Returns
    -------
    tuple of Reference

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    source = SourceMap(folder / "calibration.yaml")
    problems = Problems(source.path)
    found = read_records(Reference, source, problems) if source.path.exists() else ()
    for index, reference in enumerate(found or ()):
        problems.extend(_wrong_answer(reference, index, questions, source))
        problems.extend(_wrong_dimensions(reference, index, rubric, source))
    problems.raise_any()
    return found or ()


def _wrong_answer(
    reference: Reference, index: int, questions: Mapping[str, Question], source: SourceMap
) -> Iterator[Problem]:
    """Yield what is wrong with the answer that is rated, and with the words quoted from it."""
    question = questions.get(reference.question)
    if question is None:
        near = did_you_mean(reference.question, questions)
        message = f"the bank has no question '{reference.question}'{near}"
        yield source.problem((index, "question"), message)
        return
    parts = answer_parts(question, reference.answer)
    if not parts or question.weaker is None:  # the overall ratings stand below the weaker answer
        message = f"the question '{question.id}' has no rated {reference.answer} answer"
        yield source.problem((index, "answer"), message)
        return
    for place, score in enumerate(reference.scores):
        if not any(score.quote in text for _, text in parts):
            message = "these words aren't in the answer; copy them exactly, from one part of it"
            yield source.problem((index, "scores", place, "quote"), message)


def _wrong_dimensions(
    reference: Reference, index: int, rubric: Sequence[Dimension], source: SourceMap
) -> Iterator[Problem]:
    """Yield what is rated twice, what isn't rated, and what rubric.yaml doesn't have."""
    names = [dimension.name for dimension in rubric]
    seen: set[str] = set()
    for place, score in enumerate(reference.scores):
        loc = (index, "scores", place, "dimension")
        if score.dimension not in names:
            near = did_you_mean(score.dimension, names)
            message = f"rubric.yaml has no dimension '{score.dimension}'{near}"
            yield source.problem(loc, message)
        elif score.dimension in seen:
            message = f"the dimension '{score.dimension}' appears twice; keep one"
            yield source.problem(loc, message)
        seen.add(score.dimension)
    if missing := [f"'{name}'" for name in names if name not in seen]:
        yield source.problem((index, "scores"), f"no score for {join_words(missing)}")
