"""Checks on one answer: what is worth a second look, at which words, and how we know. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prepkit.forms import FORMS, Kind, Part
from prepkit.records import Answer
from prepkit.text import pluralize, spell
from prepkit.words import count_words, start_beyond

RuleName = Literal["missing", "short", "long", "we", "measure", "general"]
Status = Literal["research", "convention"]

STATUS_TITLES: Mapping[Status, str] = {"research": "Research", "convention": "Rule of thumb"}
"""How people read what a piece of advice is based on."""
_STORY_SOURCE = "Bangerter, Corvalan and Cavin 2014"
_TOLD_TOO_BRIEFLY = ("action", "result")

_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_I = re.compile(r"\bI\b(?!/)")  # not the I of I/O
_HABIT = r"(?:usually|always|typically|generally|normally|often|in general|as a rule)"
# Only what the candidate usually does: others may always be late, and a server may often fail.
_GENERAL = re.compile(
    rf"\b{_HABIT}\b(?=,? (?:I|we)\b)|\b(?:whenever|every time)(?= (?:I|we)\b)|\bI tend to\b|"
    rf"(?<=\bI )(?:would |will |do )?{_HABIT}\b|(?<=\bwe ){_HABIT}\b",
    re.IGNORECASE,
)
# "one" and "second" are left out: they rarely measure anything ("one of them", "a second team").
_MEASURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|"
    r"thousands?|millions?|half|halved|halving|thirds?|quarters?|twice|doubled?|doubling|"
    r"tripled?|tripling|zero|per ?cent|once|an? (?:hour|day|week|month|quarter|year))\b|%",
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
    """The name of the part."""
    title: str
    """What people call the part."""
    rule: RuleName
    message: str
    """One or two plain sentences for the candidate."""
    status: Status
    source: str
    """Who says so: a study, or the kind of guide that a rule of thumb comes from."""
    spans: tuple[Span, ...] = ()
    """The words that the finding points at, in order; none where something is missing."""

    @property
    def basis(self) -> str:
        """How we know, for the candidate: ``Rule of thumb``, or ``Research`` with the study."""
        title = STATUS_TITLES[self.status]
        return f"{title}: {self.source}" if self.status == "research" else title


def review_answer(answer: Answer, kind: Kind) -> tuple[Finding, ...]:
    """Return what is worth another look in `answer`, in the order of its parts.

    The findings are no grade: the checks count words and know nothing about the story. Lengths,
    "I" in Action and a number in Result are rules of thumb. Two things are research: one specific
    event is rated higher than generalities, and candidates say too little in Action and Result.

    Parameters
    ----------
    answer
        The current text of each part.
    kind
        The kind of its question: it decides which parts there are and what is checked in each.

    Returns
    -------
    tuple of Finding
        Empty where nothing was found. An answer without any text has one finding per part.
    """
    texts = {part.name: answer.text(part.name) for part in FORMS[kind].parts}
    return review_texts(texts, kind)


def review_texts(texts: Mapping[str, str], kind: Kind) -> tuple[Finding, ...]:
    """Return what `review_answer` returns, of texts by the name of their part."""
    findings: list[Finding] = []
    for part in FORMS[kind].parts:
        text = texts.get(part.name, "")
        if text.strip():
            findings.extend(_length(part, text))
            for check in _CHECKS.get((kind, part.name), ()):
                findings.extend(check(part, text))
        else:
            findings.append(_missing(part, kind))
    return tuple(findings)


def remarks(
    answers: Mapping[str, Answer], questions: Iterable[tuple[Any, Kind]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each remark on a complete answer: question id, part's title, message, how we know.

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
                yield question, finding.title, finding.message, finding.basis


def _missing(part: Part, kind: Kind) -> Finding:
    is_story = kind == "past-event"
    if is_story and part.name in _TOLD_TOO_BRIEFLY:
        advice = "Candidates often say too little about what they did and what came of it."
        return _finding(part, "missing", f"{part.title} is still empty. {advice}", _STORY_SOURCE)
    such = "A STAR answer" if is_story else "An answer like this"
    return _finding(
        part,
        "missing",
        f"{part.title} is still empty. {such} has all {spell(len(FORMS[kind].parts))} parts.",
        "the STAR scheme" if is_story else "ours",
    )


def _length(part: Part, text: str) -> Iterator[Finding]:
    words = count_words(text)
    low, high = part.words
    if low <= words <= high:
        return
    size: RuleName = "long" if words > high else "short"
    yield _finding(
        part,
        size,
        f"{part.title} is {size}: {pluralize(words, 'word')} ({low}\N{EN DASH}{high} is typical).",
        "guides for candidates: each part's share of the time to speak",
        [_span(text, start_beyond(text, high), len(text.rstrip()))] if size == "long" else [],
    )


def _we(part: Part, text: str) -> Iterator[Finding]:
    we, own = list(_WE.finditer(text)), len(_I.findall(text))
    if len(we) > own:
        yield _finding(
            part,
            "we",
            f"{part.title} says “we” {_times(len(we))} and “I” {_times(own)}. Say “I” for what "
            "you did yourself, and name the others for what they did.",
            "university career services",
            [_span(text, *match.span()) for match in we],
        )


def _measure(part: Part, text: str) -> Iterator[Finding]:
    if not _MEASURE.search(text):
        yield _finding(
            part,
            "measure",
            f"{part.title} has no number. Add one if you have an honest one. No study has found "
            "that numbers raise ratings.",
            "guides for candidates",
        )


def _generalities(part: Part, text: str) -> Iterator[Finding]:
    spans = [_span(text, *match.span()) for match in _GENERAL.finditer(text)]
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(span.words.lower() for span in spans))
    if spans:
        yield _finding(
            part,
            "general",
            f"{part.title} says {words}. One specific event is rated higher than what you usually "
            "do. If this describes a habit, tell about one time it happened.",
            _STORY_SOURCE,
            spans,
        )


_CHECKS: Mapping[tuple[Kind, str], Sequence[Callable[[Part, str], Iterator[Finding]]]] = {
    ("past-event", "situation"): [_generalities],
    ("past-event", "task"): [_generalities],
    ("past-event", "action"): [_we, _generalities],
    # Result isn't checked for generalities: what somebody always does since then is a lesson.
    ("past-event", "result"): [_measure],
    ("approach", "example"): [_we, _generalities],
    ("approach", "result"): [_measure],
    ("walkthrough", "outcome"): [_measure],
}
"""What is checked in a part besides its length; most checks only suit things that happened once."""


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
