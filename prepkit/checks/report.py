"""What a bank's examples are like, counted: printed for whoever edits it, and nothing fails."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import mean, median

from prepkit.bank.loader import Records
from prepkit.bank.parse import QuestionFile
from prepkit.checks.likeness import likeness_problems
from prepkit.text import pluralize
from prepkit.words import count_words, find_words

SETTINGS: Mapping[str, str] = {
    "cloud and infrastructure": r"cloud|infrastructure|platform|data cent|storage|hosting|network"
    r"|monitoring|developer tool|deploy",
    "software for companies": r"\bSaaS|software (?:for|that)|(?:makes?|sells?) \w+ software"
    r"|(?:accounting|billing|expense|payroll|scheduling|planning) (?:software|app|product)",
    "fintech": r"payment|fintech|lending|insur|trading|invoice",
    "marketplace": r"marketplace|booking|delivery app|ride|resale|online shop|e-commerce",
    "machine learning and AI": r"machine learning|\bML\b|\bAI\b|recommendation|model training",
    "bank": r"\bbank\b",
    "health": r"hospital|clinic|patient|health|medical|pharmac",
    "public": r"government|council|ministry|public sector|tax office|city of|agency",
}
"""Kinds of company, and the words by which one is recognised; an example may be in several."""

_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
    r"thousands?|half|thirds?|quarters?|twice)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,;] )(?!I\b)[A-Z][a-z]+\b")
_DAYS = frozenset((*calendar.day_name, *calendar.month_name, "Christmas"))
_I = re.compile(r"\bI\b")
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!](?=\s|$)")


def reading_grade(text: str) -> float:
    """Return the Automated Readability Index of a text: the years of school it takes to read it.

    4.71 x characters per word + 0.5 x words per sentence - 21.43 (Smith and Senter 1967, Automated
    Readability Index, AMRL-TR-66-220). 0 for a text without words.
    """
    words = find_words(text)
    if not words:
        return 0.0
    sentences = len(_SENTENCE_END.findall(text)) or 1
    characters = sum(map(len, words))
    return 4.71 * characters / len(words) + 0.5 * len(words) / sentences - 21.43


def editorial_report(records: Records) -> str:
    """Return what the examples of a bank are like, by category, as text for a terminal.

    Words, figures, names, "I" against "we" and reading grade for each category; the kinds of
    company; how often a company is named; and the texts that are alike. "As far as words tell": a
    figure is a number, a name is a word with a capital inside a sentence, and a kind of company is
    recognised by a few words.
    """
    if not records.files:
        return "There is no question to report on."
    blocks = [
        _by_category(records),
        _settings(records.files),
        _companies(records),
        _alike(records.files),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _by_category(records: Records) -> list[str]:
    """Return a table with a line per category, and one for all of them."""
    heads = ("", "questions", "words", "median", "figures", "names", "I of I+we", "grade")
    groups = [
        (category.title, [one for one in records.files if one.question.category == category.slug])
        for category in records.categories
    ]
    rows = [heads, *(_row(*group) for group in [*groups, ("All", list(records.files))])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for row in rows
    ]
    return [
        "Examples by category (words: least to most; figures and names: mean per example)",
        *lines,
    ]


def _row(title: str, files: Sequence[QuestionFile]) -> tuple[str, ...]:
    texts = [" ".join(one.question.example.values()) for one in files if one.question.example]
    if not texts:
        return (title, str(len(files)), *["-"] * 6)
    counts = list(map(count_words, texts))
    own, shared = (sum(len(one.findall(text)) for text in texts) for one in (_I, _WE))
    return (
        title,
        str(len(files)),
        f"{min(counts)}-{max(counts)}",
        f"{median(counts):.0f}",
        f"{mean(len(_NUMBER.findall(text)) for text in texts):.1f}",
        f"{mean(len(_names(text)) for text in texts):.1f}",
        f"{own / (own + shared):.0%}" if own + shared else "-",
        f"{mean(map(reading_grade, texts)):.1f}",
    )


def _names(text: str) -> set[str]:
    return {name for name in _NAME.findall(text) if name not in _DAYS}


def _settings(files: Sequence[QuestionFile]) -> list[str]:
    """Return how many examples play in each kind of company."""
    counts: Counter[str] = Counter()
    for file in files:
        # The first part of any kind of answer says where it plays.
        text = next(iter((file.question.example or {}).values()), "")
        found = [name for name, words in SETTINGS.items() if re.search(words, text, re.IGNORECASE)]
        counts.update(found or ["not said in words that we know"])
    lines = [f"{count:>5}  {name}" for name, count in counts.most_common()]
    return ["Kinds of company, as far as words tell (an example may be in several)", *lines]


def _companies(records: Records) -> list[str]:
    """Return which companies are named most, and which never."""
    asked = Counter(ask.company for file in records.files for ask in file.question.asks)
    most = ", ".join(f"{name} {count}" for name, count in asked.most_common(5)) or "none"
    never = [company.name for company in records.companies if not asked[company.name]]
    lines = [f"  Most often: {most}"]
    if never:
        lines.append(f"  Never: {', '.join(never)}")
    return [
        f"Companies: {len(records.companies)}, and in how many questions they are named",
        *lines,
    ]


def _alike(files: Sequence[QuestionFile]) -> list[str]:
    """Return the texts that have much in common."""
    found = list(_lines_alike(files))
    return [f"Texts that are alike: {pluralize(len(found), 'pair')}", *found]


def _lines_alike(files: Sequence[QuestionFile]) -> Iterator[str]:
    names = {file.source.path: file.question.id for file in files}
    for problem in sorted(likeness_problems(files)):
        path = problem.path
        yield f"  {names[path] if path else ''}: {problem.message}"
