"""What search knows about a page and a bank: words, suggestions, digests. Pure.

Pagefind reads the built pages (`prepkit.site.search_index`). It reads what is inside
``data-pagefind-body`` as text. What ``data-pagefind-meta`` names are fields, which are searched but
never shown in an excerpt; that is where `search_words` goes, in the page's head::

    <meta content="…" data-pagefind-meta="words[content]">
    <meta content="Leading people · Q8" data-pagefind-meta="place[content]">
    <meta content="Acme" data-pagefind-filter="company[content]">
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from prepkit.bank.synonyms import Synonyms, synonyms_of
from prepkit.files import digest
from prepkit.practice.names import companies_in_order
from prepkit.records import LEVELS, Category, Company, Question
from prepkit.sheet import level_title

SUGGESTIONS = 6
WORDS_AT_MOST = 30_000
"""How many words a browser gets for correcting misspelt ones: the most frequent ones."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_JOINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_IGNORED = b"data-pagefind-ignore"


def search_words(question: Question, synonyms: Sequence[Synonyms]) -> str:
    """Return words that find a question as its title does: its tags, other wordings, synonyms."""
    tags = (tag.replace("-", " ") for tag in question.tags)
    found = [*tags, *question.also_asked, *synonyms_of(question, synonyms)]
    return " ".join(dict.fromkeys(found))


def search_settings(
    questions: Iterable[Question],
    categories: Iterable[Category],
    companies: Iterable[Company],
) -> dict[str, object]:
    """Return what the search page reads from ``<script type="application/json" id="search-data">``.

    ``suggestions`` are searches to start with: the most frequent tags. ``order`` is the order of a
    filter's values where it isn't alphabetical.
    """
    tags = Counter(tag for question in questions for tag in question.tags)
    return {
        "suggestions": [tag.replace("-", " ") for tag, _ in tags.most_common(SUGGESTIONS)],
        "order": {
            "category": [category.title for category in categories],
            "company": [company.name for company in companies_in_order(companies)],
            "level": [level_title(level) for level in LEVELS],
        },
    }


def page_digest(page: bytes) -> str:
    """Return the digest of what Pagefind reads from a page; an empty text if it reads nothing."""
    if b"data-pagefind-body" not in page:
        return ""
    return digest(_read_by_pagefind(page))


def _read_by_pagefind(page: bytes) -> bytes:
    """Return a page without what Pagefind ignores in it, such as the links to its neighbours.

    An element to ignore is cut up to the first closing tag of the same kind, unless it contains
    filters or fields, which Pagefind reads even there.
    """
    left, place = [], 0
    while (mark := page.find(_IGNORED, place)) >= 0:
        start = page.rfind(b"<", place, mark)
        name = page[start + 1 : mark].split(None, 1)[0] if start >= 0 else b""
        end = page.find(b"</" + name + b">", mark)
        if not name.isalnum() or end < 0 or b"data-pagefind-" in page[mark + len(_IGNORED) : end]:
            start = end = mark + len(_IGNORED)
        left.append(page[place:start])
        place = end
    return b"".join([*left, page[place:]])


def index_words(text: str) -> set[str]:
    """Return the words of a text in lowercase.

    Words with hyphens are added without hyphens too: people also type “tradeoff”, with which
    Pagefind finds “trade-off”.
    """
    small = text.lower()
    return {*_WORD.findall(small), *(word.replace("-", "") for word in _JOINED.findall(small))}


def rank_words(counts: Mapping[str, int]) -> list[str]:
    """Return the words that a browser gets, the most frequent first.

    The order matters: of two words equally similar to a misspelt one, the browser takes the first.
    """
    return sorted(counts, key=lambda word: (-counts[word], word))[:WORDS_AT_MOST]
