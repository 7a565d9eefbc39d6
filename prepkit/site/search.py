"""What search knows about a page and a bank: words, suggestions, digests. Pure.

Pagefind reads the built pages (`prepkit.site.search_index`). It reads what is inside
``data-pagefind-body`` as text. What ``data-pagefind-meta`` names are fields, which are searched but
never shown in an excerpt; that is where `search_words` goes, in the page's head::

    <meta name="search:words" content="…" data-pagefind-meta="words[content]">
    <meta name="search:place" content="Leading people · Q8" data-pagefind-meta="place[content]">
    <meta name="search:company" content="Acme" data-pagefind-filter="company[content]">

A ``<meta>`` of HTML needs a name; Pagefind doesn't read it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import unescape

from prepkit.bank.synonyms import Synonyms, synonyms_of
from prepkit.files import digest
from prepkit.forms import FORMS
from prepkit.language import ENGLISH, Language
from prepkit.practice.names import companies_in_order
from prepkit.records import LEVELS, Category, Company, Question
from prepkit.sheet import level_title
from prepkit.site.terms import REMEMBERED, fold, index_keys, is_run, without_unseen, words_of

SUGGESTIONS = 6
WORDS_AT_MOST = 30_000
"""How many words a browser gets for correcting misspelt ones: the most frequent ones."""

KEYS = "terms"
"""The field of a page's keys in the index (`with_keys`)."""
_LONGEST = 40
"""Letters: what is longer is data in a notebook, and nobody types it."""

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(rf"[^\W\d_]{{2,{_LONGEST}}}$")
_JOINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_SEARCH_WORDS = re.compile(rb'content="([^"]*)" data-pagefind-meta="words')
_UNSHOWN = re.compile(rb"<(script|style)\b.*?</\1>", re.DOTALL)
_INLINE_TAG = re.compile(
    rb"</?(?:a|abbr|b|bdi|code|del|em|i|ins|kbd|mark|s|small|span|strong|sub|sup|u|var|wbr)\b[^>]*>"
)
_TAG = re.compile(rb"<[^>]*>")
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
    language: Language = ENGLISH,
) -> dict[str, object]:
    """Return what the search page reads from ``<script type="application/json" id="search-data">``.

    ``questions`` tells whether there are any. ``suggestions`` are searches to start with: the most
    frequent tags. ``order`` is the order of a filter's values where it isn't alphabetical.
    """
    tags = Counter(tag for question in questions for tag in question.tags)
    return {
        "questions": True,
        "suggestions": [tag.replace("-", " ") for tag, _ in tags.most_common(SUGGESTIONS)],
        "order": {
            "category": [category.title for category in categories],
            "company": [company.name for company in companies_in_order(companies)],
            "level": [level_title(level, language) for level in LEVELS],
            "kind": [
                *(language.gettext(form.title) for form in FORMS.values()),
                language.gettext("Notebook"),
            ],
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


def with_keys(page: bytes) -> bytes | None:
    """Return a page with keys for words that Pagefind doesn't find in it; None if there are none.

    Only the index is made from this; what is published has no keys.
    """
    if page.isascii() and b"&#" not in page:
        return None
    read = _read_by_pagefind(page)
    shown = _INLINE_TAG.sub(b"", _UNSHOWN.sub(b" ", read[read.find(b"data-pagefind-body") :]))
    text = b" ".join([*_SEARCH_WORDS.findall(page), _TAG.sub(b" ", shown)])
    keys = " ".join(dict.fromkeys(index_keys(unescape(text.decode("utf-8", "replace")))))
    if not keys:
        return None
    meta = f'<head><meta content="{keys}" data-pagefind-meta="{KEYS}[content]">'
    return page.replace(b"<head>", meta.encode(), 1)


def index_words(text: str) -> set[str]:
    """Return the words of a text that somebody may misspell, as they are written in small letters.

    Words with digits and runs of scripts without spaces are left out. Words with hyphens are added
    without hyphens too: people also type “tradeoff”, with which Pagefind finds “trade-off”.
    """
    text = without_unseen(text)
    small = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()
    written = {_folded(word): word for word in sorted(set(_WORD.findall(small)))}
    joined = (word.replace("-", "") for word in _JOINED.findall(small))
    # No word reaches across a space, so each piece is looked at once, however often it is there.
    words = set().union(*map(_spelt, {*text.split(), *joined}))
    return {written.get(word, word) for word in words}


_folded = lru_cache(REMEMBERED)(fold)


@lru_cache(REMEMBERED)
def _spelt(piece: str) -> tuple[str, ...]:
    """Return the words of what is between two spaces that somebody may misspell."""
    return tuple(word for word in words_of(piece) if _LETTERS.match(word) and not is_run(word))


def rank_words(counts: Mapping[str, int]) -> list[str]:
    """Return the words that a browser gets, the most frequent first.

    The order matters: of two words equally similar to a misspelt one, the browser takes the first.
    """
    return sorted(counts, key=lambda word: (-counts[word], word))[:WORDS_AT_MOST]
