"""Checks of one question: it asks something, nothing is missing, and the example would pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prepkit.bank.parse import QuestionFile
from prepkit.bank.sections import SECTIONS
from prepkit.errors import Loc, Problem
from prepkit.practice.review import review_texts
from prepkit.records import Question
from prepkit.text import pluralize
from prepkit.words import count_words

TITLE_WORDS = 25
"""More can't be said in one breath and understood at first hearing."""

_MAY_BE_MISSING = ("also_asked", "notes")
"""Sections that a finished question needn't have: other wordings are documented or left out."""

_GENERAL = re.compile(
    r"\bwould you\b|\b(?:how|what|when|why) do you\b|\bdo you usually\b|"
    r"\byour (?:approach|philosophy|experience with|style|strengths|weaknesses)\b|\bimagine\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:a time|last|couldn?|you['\N{RIGHT SINGLE QUOTATION MARK}]ve|"
    r"did|was|were|had|went|made|took|gave|got|led|lost|left|kept|told|said|"
    r"chose|came|found|fell|felt|held|built|broke|brought|began|saw|ran|met|knew|thought|wrote|"
    r"won|set|cut|put|let|hurt|cost|been|done|[a-z]{2,}ed)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?$|\b(?:tell|describe|explain|give|introduce|pick|share|show|take|talk|think|walk)\b.*\.$",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_END = re.compile(r"[.?!](?=\s|$)")
_I = re.compile(r"\bI\b")


def wording_problems(file: QuestionFile) -> Iterator[Problem]:
    """Yield what a reader would refuse in one question, each with its line."""
    for check in (_asked, _complete, _lists, _told):
        for loc, message in check(file.question):
            yield file.problem(loc, message)


def _asked(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that the title is one short sentence that asks what fits the question's kind."""
    text = question.text
    count = count_words(text)
    if count > TITLE_WORDS:
        message = (
            f"the question has {count:,} words; it is heard only once: use at most {TITLE_WORDS}"
        )
        yield ("text",), message
    # A case first describes a situation, then asks: it may have two sentences.
    wanted, most = ("one or two sentences", 2) if question.kind == "case" else ("one sentence", 1)
    if not 1 <= len(_SENTENCE_END.findall(text)) <= most or text[-1] not in ".?":
        yield ("text",), f"the question must be {wanted} and end with '.' or '?'"
    elif not _ASKS.search(text):
        yield ("text",), "the title asks nothing: end it with '?', or begin it with 'Tell me about'"
    if question.kind == "past-event" and (_GENERAL.search(text) or not _PAST.search(text)):
        yield (
            ("text",),
            "the question must ask for one past event, such as 'Tell me about a time you …'; "
            "otherwise give it another kind, such as 'approach' or 'case'",
        )


def _complete(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that no section is missing."""
    for section in SECTIONS:
        if section.field not in _MAY_BE_MISSING and not getattr(question, section.field):
            heading = section.heading_for(question.kind)
            yield ("text",), f"the section '## {heading}' is missing"


def _lists(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that a list that is there has enough items, and no more than are read."""
    for section in SECTIONS:
        low, high = section.limits
        items = len(getattr(question, section.field)) if high else 0
        if items and not low <= items <= high:
            name = f"'## {section.heading_for(question.kind)}'"
            message = f"{name} has {pluralize(items, 'item')}; {low} to {high} help a reader"
            yield (section.field,), message


def _told(question: Question) -> Iterator[tuple[Loc, str]]:
    """Check that somebody tells the example, and that the workbook's own review finds nothing."""
    example = question.example
    if example is None:
        return
    if not any(_I.search(text) for text in example.values()):
        yield ("example",), "nobody tells the example: say 'I' for what the teller did"
    for finding in review_texts(example, question.kind):
        yield ("example", finding.part), f"the workbook's review would say: {finding.message}"
