"""Checks on one answer: findings that name the words they point at, and their status."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prepkit.records import FORMS, Answer, Kind, Part
from prepkit.text import pluralize, spell

RuleName = Literal["missing", "short", "long", "we", "measure", "general"]
Status = Literal["research", "convention"]

_STORY_SOURCE = "Bangerter, Corvalan and Cavin 2014"
_TOLD_TOO_BRIEFLY = ("action", "result")

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
    title: str
    """What people call the part."""
    rule: RuleName
    message: str
    """A plain sentence, which says "Research" or "Convention" where it gives advice."""
    status: Status
    source: str
    spans: tuple[Span, ...] = ()
    """The words pointed at, in their order; none where the point is what isn't there."""


def review_answer(answer: Answer, kind: Kind) -> tuple[Finding, ...]:
    """Return what is worth another look in `answer`, in the order of its parts.

    Nothing here is a mark: the checks count words and know nothing of the story. Lengths, "I" in
    Action and a measure in Result are conventions; that one specific event is rated higher than
    generalities, and that Action and Result are told too briefly, is research.

    Parameters
    ----------
    answer
        The current text of each part.
    kind
        The kind of its question, which says what parts it has and what is looked for in each.

    Returns
    -------
    tuple of Finding
        For an answer never begun: the missing parts.
    """
    findings: list[Finding] = []
    for part in FORMS[kind].parts:
        text = answer.text(part.name)
        if text.strip():
            findings.extend(_length(part, text, kind))
            for check in _CHECKS.get((kind, part.name), ()):
                findings.extend(check(part, text))
        else:
            findings.append(_missing(part, kind))
    return tuple(findings)


def remarks(
    answers: Mapping[str, Answer], questions: Iterable[tuple[Any, Kind]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each remark on a complete answer: question, part, message, and what it rests on.

    Parameters
    ----------
    answers
        The stored answers by question id.
    questions
        The ids of the questions to go through, in this order, each with its kind.
    """
    for question, kind in questions:
        answer = answers.get(question)
        if answer and answer.state(FORMS[kind].parts) == "complete":
            for finding in review_answer(answer, kind):
                rests_on = f"{finding.status}: {finding.source}"
                yield question, finding.title, finding.message, rests_on


def _missing(part: Part, kind: Kind) -> Finding:
    is_story = kind == "past-event"
    if is_story and part.name in _TOLD_TOO_BRIEFLY:
        advice = "Research: candidates tell too little of what they did and of what came of it."
        return _finding(part, "missing", f"{part.title} is still empty. {advice}", _STORY_SOURCE)
    such = "a STAR answer" if is_story else "such an answer"
    return _finding(
        part,
        "missing",
        f"{part.title} is still empty. Convention: {such} has all "
        f"{spell(len(FORMS[kind].parts))} parts.",
        "the STAR scheme" if is_story else "ours",
    )


def _length(part: Part, text: str, kind: Kind) -> Iterator[Finding]:
    words = list(_WORD.finditer(text))
    low, high = part.words
    if low <= len(words) <= high:
        return
    long = len(words) > high
    time = spoken_time(kind)
    yield _finding(
        part,
        "long" if long else "short",
        f"{part.title} has {pluralize(len(words), 'word')}. Convention: {low} to {high}, so that "
        f"the whole answer takes {time}.",
        f"guides for candidates: shares of a spoken answer of {time}",
        [_span(text, words[high].start(), words[-1].end())] if long else [],
    )


def spoken_time(kind: Kind) -> str:
    """Return how long an answer takes aloud, at 130 to 150 words per minute."""
    words = [part.words for part in FORMS[kind].parts]
    fewest, most = sum(low for low, _ in words) / 130, sum(high for _, high in words) / 150
    return f"{round(fewest, 1):g} to {round(most, 1):g} minutes"


def _we(part: Part, text: str) -> Iterator[Finding]:
    we, own = list(_WE.finditer(text)), len(_I.findall(text))
    if len(we) > own:
        yield _finding(
            part,
            "we",
            f"{part.title} says “we” {_times(len(we))} and “I” {_times(own)}. Convention: say “I” "
            "for what you did yourself, and name the others for what they did.",
            "university career services",
            [_span(text, *match.span()) for match in we],
        )


def _measure(part: Part, text: str) -> Iterator[Finding]:
    if not _MEASURE.search(text):
        yield _finding(
            part,
            "measure",
            f"{part.title} gives no measure. Convention: a number, if there is an honest one. No "
            "study has found that a digit raises a rating.",
            "guides for candidates",
        )


def _generalities(part: Part, text: str) -> Iterator[Finding]:
    spans = [_span(text, *match.span()) for match in _GENERAL.finditer(text)]
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(span.words.lower() for span in spans))
    if spans:
        yield _finding(
            part,
            "general",
            f"{part.title} says {words}. Research: one specific event is rated higher than what "
            "somebody does in general. If this is a habit, tell the one time instead.",
            _STORY_SOURCE,
            spans,
        )


_CHECKS: Mapping[tuple[Kind, str], Sequence[Callable[[Part, str], Iterator[Finding]]]] = {
    ("past-event", "situation"): [_generalities],
    ("past-event", "task"): [_generalities],
    ("past-event", "action"): [_we, _generalities],
    # Result may well say what its teller always does since: that is a thing learnt.
    ("past-event", "result"): [_measure],
    ("approach", "example"): [_we, _generalities],
    ("approach", "result"): [_measure],
    ("walkthrough", "outcome"): [_measure],
}
"""What is looked for in a part, beyond its length: most of it fits only what has happened once."""


def _finding(
    part: Part, rule: RuleName, message: str, source: str, spans: Iterable[Span] = ()
) -> Finding:
    return Finding(
        part=part.name,
        title=part.title,
        rule=rule,
        message=message,
        status="research" if source == _STORY_SOURCE else "convention",
        source=source,
        spans=tuple(spans),
    )


def _span(text: str, start: int, end: int) -> Span:
    return Span(start=start, end=end, words=text[start:end])


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
