"""Checks of one question: it asks about the past, its lengths are right, one person tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from prepkit.bank.checks.texts import words_of
from prepkit.bank.parse import QuestionFile
from prepkit.bank.sections import SECTIONS, unfinished
from prepkit.errors import Loc, Problem
from prepkit.records import LEVELS, Question
from prepkit.text import pluralize

WHY_WORDS = (40, 80)
QUESTION_WORDS = 30
LEVEL_WORDS = (12, 40)
FOCUS_WORDS = (6, 20)
ASKS = (4, 7)

EXAMPLE_WORDS = (200, 330)
"""For a past event: about two minutes at 130 to 150 words per minute, as guides recommend."""

SHARES: Mapping[str, tuple[float, float]] = {
    "situation": (0.08, 0.28),
    "task": (0.05, 0.18),
    "action": (0.42, 0.70),
    "result": (0.10, 0.28),
}
"""The share of words in each part of a past event (0 to 1). Some guides for candidates recommend
about 20, 10, 60 and 10 per cent, others 40 to 60 for Action; the ranges include both."""

QUESTION_GRADE = 11.0
TIPS_GRADE = 9.0
"""The highest `reading_grade`, in years of school. A question is one sentence that is heard once;
tips are read by people who are tired."""

_GENERAL = re.compile(
    r"\bwould you\b|\b(?:how|what|when|why) do you\b|\bdo you usually\b|"
    r"\byour (?:approach|philosophy|experience with|style|strengths|weaknesses)\b|\bimagine\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:a time|last|did|was|were|had|went|made|took|gave|got|led|lost|left|kept|told|said|"
    r"chose|came|found|fell|felt|held|built|broke|brought|began|saw|ran|met|knew|thought|wrote|"
    r"won|set|cut|put|let|hurt|cost|been|done|[a-z]{2,}ed)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!](?=\s|$)")
_I = re.compile(r"\bI\b")
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_LESSON = re.compile(
    r"\bI(?:['\N{RIGHT SINGLE QUOTATION MARK}]ve)? (?:have )?learn(?:ed|t)\b|\btaught me\b|"
    r"\b(?:the|my|a) lesson\b|\bmy takeaway\b",
    re.IGNORECASE,
)


def reading_grade(text: str) -> float:
    """Return the Automated Readability Index of a text: the years of school it takes to read it.

    4.71 x characters per word + 0.5 x words per sentence - 21.43 (Smith and Senter 1967, Automated
    Readability Index, AMRL-TR-66-220). 0 for a text without words.
    """
    words = words_of(text)
    if not words:
        return 0.0
    sentences = len(_SENTENCE_END.findall(text)) or 1
    characters = sum(map(len, words))
    return 4.71 * characters / len(words) + 0.5 * len(words) / sentences - 21.43


def wording_problems(file: QuestionFile) -> Iterator[Problem]:
    """Yield what is wrong with one question, each with its line."""
    for check in (_asked, _complete, _lengths, _grades, _told):
        for loc, message in check(file.question):
            yield file.problem(loc, message)


def _asked(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that the title is one short sentence that fits the question's kind."""
    text = question.text
    count = len(words_of(text))
    if count > QUESTION_WORDS:
        message = (
            f"the question has {count:,} words; it is heard only once: use at most {QUESTION_WORDS}"
        )
        yield ("text",), message
    # A case first describes a situation, then asks: it may have two sentences.
    wanted, most = ("one or two sentences", 2) if question.kind == "case" else ("one sentence", 1)
    if not 1 <= len(_SENTENCE_END.findall(text)) <= most or text[-1] not in ".?":
        yield ("text",), f"the question must be {wanted} and end with '.' or '?'"
    if question.kind == "past-event" and (_GENERAL.search(text) or not _PAST.search(text)):
        yield (
            ("text",),
            "the question must ask for one past event, such as 'Tell me about a time you …'; "
            "otherwise give it another kind, such as 'approach' or 'case'",
        )


def _complete(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that no section is missing."""
    for section in unfinished(dict(question)):
        heading = section.heading_for(question.kind)
        yield ("text",), f"the section '## {heading}' is missing"


def _lengths(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that sections are neither too short nor too long."""
    yield from _count(("why",), "the reason", question.why, WHY_WORDS)
    for level in LEVELS:
        if level in question.levels:
            yield from _count(("levels", level), level, question.levels[level], LEVEL_WORDS)
    for section in SECTIONS:
        low, high = section.limits
        items = len(getattr(question, section.field)) if high else 0
        if items and not low <= items <= high:
            name = f"'## {section.heading_for(question.kind)}'"
            yield (section.field,), f"{name} has {pluralize(items, 'item')}; {low} to {high} help"
    for index, ask in enumerate(question.asks):
        yield from _count(("asks", index), f"the focus of {ask.company}", ask.focus, FOCUS_WORDS)
    if question.asks and not ASKS[0] <= len(question.asks) <= ASKS[1]:
        count = pluralize(len(question.asks), "company", "companies")
        yield ("asks",), f"the table has {count}; it should have {ASKS[0]} to {ASKS[1]}"


def _count(loc: Loc, what: str, text: str, limits: tuple[int, int]) -> Iterator[tuple[Loc, str]]:
    low, high = limits
    count = len(words_of(text))
    if not low <= count <= high:
        yield loc, f"{what} has {pluralize(count, 'word')}; it should have {low} to {high}"


def _grades(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that the question and the tips are easy to read."""
    tips = " ".join(tip if tip.endswith((".", "?", "!")) else f"{tip}." for tip in question.tips)
    for name, text, most in (
        ("text", question.text, QUESTION_GRADE),
        ("tips", tips, TIPS_GRADE),
    ):
        if text and (grade := reading_grade(text)) > most:
            what = "the question needs" if name == "text" else "the tips need"
            yield (
                (name,),
                f"{what} {grade:.1f} years of school to read, more than {most:.0f}; "
                "use shorter words or sentences",
            )


def _told(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that the example can be told in the time that is usual for its kind."""
    if question.example is None:
        return
    counts = {part: len(words_of(text)) for part, text in question.example.items()}
    total = sum(counts.values())
    if question.kind == "past-event":
        # Narrower than the form's own limits: this is the example that people learn from.
        low, high = EXAMPLE_WORDS
        if not low <= total <= high:
            yield ("example",), f"the example has {total:,} words; it should have {low} to {high}"
        yield from _told_as_star(question.example, counts)
        return
    low = sum(part.words[0] for part in question.parts)
    high = sum(part.words[1] for part in question.parts)
    yield from _count(("example",), "the example", " ".join(question.example.values()), (low, high))


def _told_as_star(
    example: Mapping[str, str], counts: Mapping[str, int]
) -> Iterator[tuple[Loc, str]]:
    """Check that a past event is told in the first person and is mostly about actions."""
    total = max(sum(counts.values()), 1)
    for part, (least, most) in SHARES.items():
        share = counts[part] / total
        if not least <= share <= most:
            takes = f"it should be {least:.0%} to {most:.0%}"
            message = f"{part.capitalize()} is {share:.0%} of the example; {takes}"
            yield ("example", part), message
    own, shared = len(_I.findall(example["action"])), len(_WE.findall(example["action"]))
    if own < 2 * shared or not own:
        message = f"Action says 'I' {own} times and 'we' {shared}; say 'I' at least twice as often"
        yield ("example", "action"), message
    if lesson := _LESSON.search(example["result"]):
        message = f"'{lesson[0]}': instead of stating a lesson, say what changed"
        yield ("example", "result"), message
