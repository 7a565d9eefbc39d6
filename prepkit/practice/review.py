"""Checks on one answer: findings that name the words they point at, and their status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from prepkit.records import Answer, Part

Rule = Literal["missing", "short", "long", "we", "measure", "general"]
Status = Literal["research", "convention"]

_LENGTH_SOURCE = "guides for candidates: shares of a spoken answer of 1.5 to 3 minutes"
_STORY_SOURCE = "Bangerter, Corvalan and Cavin 2014"

_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_I = re.compile(r"\bI\b(?!/)")  # not the I of I/O
_WORD = re.compile(r"\S+")
_GENERAL = re.compile(
    r"\b(?:usually|always|typically|generally|normally|often|in general|as a rule|"
    r"whenever|every time|I tend to)\b",
    re.IGNORECASE,
)
# "one" and "second" are left out: both are mostly no measure ("one of them", "a second team").
_MEASURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
    r"thousands?|millions?|half|halved|halving|thirds?|quarters?|twice|doubled?|doubling|"
    r"tripled?|tripling|zero|per ?cent)\b|%",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of an answer's part: ``text[start:end] == words``, counted in characters."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at again in one part of an answer, and how well founded the advice is."""

    part: str
    """Its name."""
    rule: Rule
    message: str
    """A plain sentence, which says "Research" or "Convention" where it gives advice."""
    status: Status
    source: str
    spans: tuple[Span, ...] = ()
    """The words pointed at, in their order; none where the point is what isn't there."""


def review_answer(answer: Answer, parts: Sequence[Part]) -> tuple[Finding, ...]:
    """Return what is worth another look in `answer`, in the order of its parts.

    Nothing here is a mark: the checks count words and know nothing of the story. Lengths, "I" in
    Action and a measure in Result are conventions; that one specific event is rated higher than
    generalities, and that Action and Result are told too briefly, is research.

    Parameters
    ----------
    answer
        The current text of each part.
    parts
        The parts of its question: `Question.parts`.

    Returns
    -------
    tuple of Finding
        For an answer never begun: the missing parts.
    """
    findings: list[Finding] = []
    for part in parts:
        text = answer.text(part.name)
        if not text.strip():
            findings.append(_missing(part))
            continue
        findings.extend(_length(part, text))
        if part.name == "action":
            findings.extend(_we(text))
        if part.name == "result":
            findings.extend(_measure(text))
        else:
            # Result may well say what its teller always does since: that is a thing learnt.
            findings.extend(_generalities(part, text))
    return tuple(findings)


def _missing(part: Part) -> Finding:
    name = part.title
    if part.name in ("action", "result"):
        return Finding(
            part=part.name,
            rule="missing",
            message=f"{name} is still empty. Research: candidates tell too little of what they "
            "did and of what came of it.",
            status="research",
            source=_STORY_SOURCE,
        )
    return Finding(
        part=part.name,
        rule="missing",
        message=f"{name} is still empty. Convention: a STAR answer has all four parts.",
        status="convention",
        source="the STAR scheme",
    )


def _length(part: Part, text: str) -> Iterator[Finding]:
    words = list(_WORD.finditer(text))
    low, high = part.words
    if low <= len(words) <= high:
        return
    name, count = part.title, f"{len(words)} word{'' if len(words) == 1 else 's'}"
    long = len(words) > high
    yield Finding(
        part=part.name,
        rule="long" if long else "short",
        message=f"{name} has {count}. Convention: {low} to {high}, so that the whole answer "
        "takes 1.5 to 3 minutes.",
        status="convention",
        source=_LENGTH_SOURCE,
        spans=(_span(text, words[high].start(), words[-1].end()),) if long else (),
    )


def _we(text: str) -> Iterator[Finding]:
    we, own = list(_WE.finditer(text)), len(_I.findall(text))
    if len(we) <= own:
        return
    yield Finding(
        part="action",
        rule="we",
        message=f"Action says “we” {_times(len(we))} and “I” {_times(own)}. Convention: say “I” "
        "for what you did yourself, and name the others for what they did.",
        status="convention",
        source="university career services",
        spans=tuple(_span(text, *match.span()) for match in we),
    )


def _measure(text: str) -> Iterator[Finding]:
    if _MEASURE.search(text):
        return
    yield Finding(
        part="result",
        rule="measure",
        message="Result gives no measure. Convention: a number, if there is an honest one. No "
        "study has found that a digit raises a rating.",
        status="convention",
        source="guides for candidates",
    )


def _generalities(part: Part, text: str) -> Iterator[Finding]:
    spans = tuple(_span(text, *match.span()) for match in _GENERAL.finditer(text))
    if not spans:
        return
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(span.words.lower() for span in spans))
    yield Finding(
        part=part.name,
        rule="general",
        message=f"{part.title} says {words}. Research: one specific event is rated higher "
        "than what somebody does in general. If this is a habit, tell the one time instead.",
        status="research",
        source=_STORY_SOURCE,
        spans=spans,
    )


def _span(text: str, start: int, end: int) -> Span:
    return Span(start=start, end=end, words=text[start:end])


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
