"""Question -> the text of its file: the inverse of ``parse``, always in the same form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from prepkit.bank.parse import parse_question
from prepkit.bank.section_reader import COLUMNS
from prepkit.bank.sections import NO_VALUE, SECTIONS, SectionSpec
from prepkit.errors import BankError, PrepkitError
from prepkit.records import (
    LEVELS,
    RATED,
    WEAKER,
    Ask,
    InterviewerNote,
    Question,
    WeakerAnswer,
)
from prepkit.text import join_quoted


def format_question(question: Question) -> str:
    """Write a question as the text of its file; the inverse of `parse_question`.

    Parameters
    ----------
    question : Question

    Returns
    -------
    str
        The whole file, in the one form that prepkit writes.

    Raises
    ------
    PrepkitError
        If the file's format can't express the question, such as a title of two lines, or a line
        that begins with ``## `` and would be read as a heading.
    """
    front = ["---", f"category: {_scalar(question.category)}", f"kind: {question.kind}"]
    if question.tags:
        front.append(f"tags: [{', '.join(map(_scalar, question.tags))}]")
    blocks = ["\n".join([*front, "---", f"# {question.text}"])]
    for section in SECTIONS:
        value = getattr(question, section.field)
        if value:
            heading = section.heading_for(question.kind)
            blocks += [f"## {heading}", _written(section, value, question)]
    text = "\n\n".join(blocks) + "\n"
    _check_reads_back(text, question)
    return text


def _check_reads_back(text: str, question: Question) -> None:
    """Raise if the file would have problems, or would be read as a different question."""
    # The parser decides what a file can say, so it is asked here instead of repeating its rules.
    path = Path(f"{question.id}.md")
    try:
        same = parse_question(text, path, category=question.category, number=question.number)
    except BankError as error:
        reasons = "; ".join(f"line {one.line}: {one.message}" for one in error.problems)
        raise PrepkitError(f"{question.id} can't be written as a file: {reasons}") from None
    if same != question:
        fields = Question.model_fields
        wrong = [name for name in fields if getattr(same, name) != getattr(question, name)]
        differently = f"{join_quoted(wrong)} would be read differently"
        raise PrepkitError(f"{question.id} can't be written as a file: {differently}")


def _written(section: SectionSpec, value: Any, question: Question) -> str:
    """Return the text below a section's heading."""
    match section.syntax:
        case "items":
            return "\n".join(map(_item, value))
        case "levels":
            return "\n".join(_item(f"**{one}**: {value[one]}") for one in LEVELS if one in value)
        case "parts":
            texts = [f"### {part.title}\n\n{value[part.name]}" for part in question.parts]
            return "\n\n".join(texts)
        case "marks":
            return "\n".join(_mark(note) for note in value)
        case "weaker":
            return _weaker(value)
        case "asks":
            rule = ["---"] * len(COLUMNS)
            return "\n".join(map(_row, [COLUMNS, rule, *map(_ask_cells, value)]))
        case _:
            return str(value)


def _item(text: str, mark: str = "-") -> str:
    first, *rest = text.split("\n")
    return "\n".join([f"{mark} {first}", *(f"  {line}" if line else "" for line in rest)])


def _mark(note: InterviewerNote) -> str:
    return _item(f"{note.key_point}: {note.text}", note.sign)


def _weaker(weaker: WeakerAnswer) -> str:
    ratings = (
        (RATED["score"], weaker.score, weaker.reason),
        (RATED["example_score"], weaker.example_score, weaker.example_reason),
    )
    rated = "\n".join(_item(f"**{what}**: {score} of 5. {why}") for what, score, why in ratings)
    texts = (("text", weaker.text), ("lift", weaker.lift), ("scores", rated))
    return "\n\n".join(f"### {WEAKER[name]}\n\n{text}" for name, text in texts)


def _ask_cells(ask: Ask) -> list[str]:
    return [ask.company, ask.value or NO_VALUE, ask.focus]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _scalar(slug: str) -> str:
    """Return a slug as YAML, in quotes if YAML would read it as a number or a boolean."""
    return slug if yaml.safe_load(slug) == slug else f"'{slug}'"
