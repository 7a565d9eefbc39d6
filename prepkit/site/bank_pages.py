"""The pages of a question bank: home page, categories, questions, answers and search. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from prepkit.files import digest
from prepkit.forms import FORMS
from prepkit.language import ENGLISH, Language
from prepkit.practice.names import companies_in_order
from prepkit.sheet import level_title, sheet_of
from prepkit.site.company_pages import company_pages
from prepkit.site.level_pages import level_pages
from prepkit.site.listing import Listing, category_path, head, question_path
from prepkit.site.mock_page import mock_page
from prepkit.site.pages import Context, Page, answers_page, search_page
from prepkit.site.questions import script_json
from prepkit.site.search import search_settings, search_words
from prepkit.words import spoken_range

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry
    from prepkit.bank.rubric import Dimension
    from prepkit.bank.synonyms import Synonyms
    from prepkit.forms import Form
    from prepkit.records import Category


def bank_pages(
    bank: Bank,
    synonyms: Sequence[Synonyms],
    notebooks: Sequence[Context],
    rubric: Sequence[Dimension] = (),
    language: Language = ENGLISH,
) -> list[Page]:
    """Return the pages of a question bank, in reading order.

    Parameters
    ----------
    bank
        The questions.
    synonyms
        More words with which search finds questions.
    notebooks
        Links to the notebooks on the same site, for the search page.
    rubric
        What an answer in a mock interview is rated on.
    language
        The language of the pages around the questions.
    """
    listing = Listing(bank, language)
    return [
        _home_page(listing),
        _questions_page(listing),
        *_category_and_question_pages(listing, synonyms),
        *company_pages(listing),
        *level_pages(listing),
        mock_page(bank, rubric, language),
        answers_page(_questions_to_answer(listing), language),
        _search_page(listing, notebooks),
    ]


def _home_page(listing: Listing) -> Page:
    companies = [
        {"name": one.name, "href": listing.companies[one.name]}
        for one in companies_in_order(listing.bank.company_records)
    ]
    time = spoken_range(*_most_common_form(listing).words)
    return Page(
        path="index.html",
        template="home",
        title="",
        description="",
        section="",
        context=lambda: {
            "categories": listing.context,
            "total": len(listing.entries),
            "first": {"href": question_path(listing.entries[0].id)},
            "companies": companies,
            "levels": listing.level_tiles,
            "time": time,
        },
        cache_key=f"{listing.cache_key}{companies}{listing.levels}{time}",
    )


def _most_common_form(listing: Listing) -> Form:
    return Counter(entry.question.form for entry in listing.entries).most_common(1)[0][0]


def _questions_page(listing: Listing) -> Page:
    total = len(listing.entries)
    return Page(
        path="questions/index.html",
        template="questions",
        title=listing.language.gettext("All questions"),
        description=listing.language.ngettext(
            "%(num)s question that engineering leaders are asked.",
            "%(num)s questions that engineering leaders are asked.",
            total,
        ),
        section="questions",
        context=lambda: {"categories": listing.context, "total": total},
        cache_key=listing.cache_key,
    )


def _category_and_question_pages(listing: Listing, synonyms: Sequence[Synonyms]) -> list[Page]:
    pages: list[Page] = []
    for number, category in enumerate(listing.categories):
        heads = list(map(head, listing.by_category[category.slug]))
        # What the page of each question in the category depends on, besides the question.
        around = digest(f"{heads}{category}{synonyms}")
        pages.append(_category_page(listing, number, category, heads))
        pages += [
            _question_page(listing, entry, synonyms, around)
            for entry in listing.by_category[category.slug]
        ]
    return pages


def _category_page(
    listing: Listing, number: int, category: Category, heads: Sequence[object]
) -> Page:
    around = listing.categories[max(0, number - 1) : number + 2]
    return Page(
        path=category_path(category.slug),
        template="category",
        title=category.title,
        description=category.description,
        section="questions",
        context=lambda: {"category": listing.context[number]},
        cache_key=f"{around}{heads}",
    )


def _question_page(
    listing: Listing, entry: Entry, synonyms: Sequence[Synonyms], around: str
) -> Page:
    beside = [each and head(each) for each in (entry.previous, entry.next)]
    asks = [listing.ask_key(ask) for ask in entry.asks]
    companies = [listing.company_key(one) for one in entry.companies]
    return Page(
        path=question_path(entry.id),
        template="question",
        title=entry.question.text,
        description=_shortened(entry.question.why),
        section="questions",
        context=partial(_question_context, listing, entry, synonyms),
        # Only its digest: the texts of thousands of questions would be in memory twice.
        cache_key=digest(f"{entry.question.model_dump_json()}{asks}{companies}{beside}{around}"),
    )


def _question_context(listing: Listing, entry: Entry, synonyms: Sequence[Synonyms]) -> Context:
    def company_href(name: str) -> str | None:
        return f"../../{listing.companies[name]}" if name in listing.companies else None

    return {
        "sheet": sheet_of(entry, language=listing.language),
        "company_href": company_href,
        "kind": entry.question.kind,
        "slug": entry.category.slug,
        "steps": [
            {
                "number": one.question.number,
                "text": one.question.text,
                "href": question_path(one.id),
            }
            for one in listing.by_category[entry.category.slug]
        ],
        "previous": _beside(entry.previous),
        "next": _beside(entry.next),
        "form": listing.language.gettext(FORMS[entry.question.kind].title),
        "companies": sorted({ask.company for ask in entry.asks}),
        "regions": sorted({one.region for one in entry.companies if one.region}),
        "levels": [
            level_title(one, listing.language)
            for one in listing.levels
            if one in entry.question.levels
        ],
        "search_words": search_words(entry.question, synonyms),
    }


def _questions_to_answer(listing: Listing) -> str:
    return script_json(
        [
            {
                "id": entry.id,
                "kind": entry.question.kind,
                "text": entry.question.text,
                "category": entry.category.title,
                "href": question_path(entry.id),
            }
            for entry in listing.entries
        ]
    )


def _search_page(listing: Listing, notebooks: Sequence[Context]) -> Page:
    questions = [entry.question for entry in listing.entries]
    data = script_json(
        search_settings(
            questions, listing.categories, listing.bank.company_records, listing.language
        )
    )
    key = f"{listing.cache_key}{notebooks}{data}"
    words = listing.language
    title = words.gettext("Search")
    description = words.gettext("Find a question in your own words, by company or by level.")
    return search_page(lambda: listing.context, notebooks, data, key, title, description)


def _beside(entry: Entry | None) -> Context | None:
    return {"href": question_path(entry.id), "text": entry.question.text} if entry else None


def _shortened(text: str) -> str:
    """Return the beginning of a text for the page's description: at most 160 characters."""
    plain = re.sub(r"[*_`]", "", " ".join(text.split()))
    if len(plain) <= 160:
        return plain
    return f"{plain[:159].rsplit(' ', 1)[0].rstrip(',;:')}…"
