"""The pages of companies: interview, published values, and the questions that test for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from prepkit.interviews import interview_of, source_of
from prepkit.language import Language
from prepkit.notebook.markdown import bank_line
from prepkit.practice.names import COMPANIES, asks_by_company, by_region
from prepkit.site.listing import Listing, head, in_list
from prepkit.site.pages import Context, Page
from prepkit.text import capitalize_first, slugify

if TYPE_CHECKING:
    from prepkit.bank import Entry
    from prepkit.records import Company, SourcedAsk, Value

    _Asked = Sequence[tuple[Entry, SourcedAsk]]  # questions, each with what a company looks for

USED = {
    "stated": "The company says that it uses this in interviews.",
    "inferred": "Published. We infer that it is used in interviews.",
    "unknown": "Published. We don't know whether it is used in interviews.",
}
"""What we know of the use of a value, by `Value.used_in_interviews`."""


def company_pages(listing: Listing) -> list[Page]:
    """Return the list of companies and a page for each; no pages if there are no companies."""
    companies = listing.bank.company_records
    language = listing.language
    if not companies:
        return []
    asked = asks_by_company(listing.bank)
    groups = [
        {
            "title": language.gettext(title) if title == COMPANIES else title,
            "public": title != COMPANIES,
            "id": f"in-{slugify(title) or number}",
            "tiles": [_tile(listing, company, asked[company.name]) for company in group],
        }
        for number, (title, group) in enumerate(by_region(companies).items())
    ]
    return [
        Page(
            path="companies/index.html",
            template="companies",
            title=language.gettext("Companies"),
            description=language.gettext(
                "What companies look for in people, and the questions that test for it."
            ),
            section="companies",
            context=lambda: {"groups": groups},
            cache_key=repr(groups),
        ),
        *(_company_page(listing, company, asked[company.name]) for company in companies),
    ]


def _tile(listing: Listing, company: Company, asked: _Asked) -> Context:
    language = listing.language
    current = [value.name for value in company.values if not value.superseded_by]
    rounds, questions = len(company.rounds), len({entry.id for entry, _ in asked})
    counts = []
    if current:
        published = language.ngettext(
            "%(num)s published value", "%(num)s published values", len(current)
        )
        counts.append(published)
    if rounds:
        counts.append(language.ngettext("%(num)s round", "%(num)s rounds", rounds))
    counts.append(language.ngettext("%(num)s question", "%(num)s questions", questions))
    return {
        "name": company.name,
        "href": listing.companies[company.name],
        "published": current,
        "summary": ", ".join(counts),
    }


def _company_page(listing: Listing, company: Company, asked: _Asked) -> Page:
    questions = [(head(entry), ask.value, ask.focus, ask.basis) for entry, ask in asked]
    return Page(
        path=listing.companies[company.name],
        template="company",
        title=company.name,
        description=listing.language.gettext(
            "%(company)s: interview rounds and published values, each with its source, and"
            " questions.",
            company=company.name,
        ),
        section="companies",
        context=partial(_company_context, company, asked, listing.language),
        cache_key=f"{company!r}{questions}",
    )


def _company_context(company: Company, asked: _Asked, language: Language) -> Context:
    groups = [_value_group(value, asked, language) for value in company.values]
    named = {value.name for value in company.values}
    if rest := [_ask(entry, ask, language) for entry, ask in asked if ask.value not in named]:
        groups.append(
            {
                "name": language.gettext("What else they look for")
                if groups
                else language.gettext("What they look for"),
                "ours": True,
                "status": language.gettext(
                    "Our reading of how the company works, not based on a published value."
                ),
                "source": None,
                "asks": rest,
            }
        )
    head = {"name": company.name, "region": company.region, "note": company.note}
    return {"company": {**head, "groups": groups}, "interview": interview_of(company, language)}


def _value_group(value: Value, asked: _Asked, language: Language) -> Context:
    status = language.gettext(USED[value.used_in_interviews])
    if newer := value.superseded_by:
        replaced = language.gettext("Replaced by %(value)s.", value=newer)
        status = f"{replaced} {status}"
    return {
        "name": value.name,
        "ours": False,
        "status": status,
        "source": source_of(value, language),
        "asks": [_ask(entry, ask, language) for entry, ask in asked if ask.value == value.name],
    }


def _ask(entry: Entry, ask: SourcedAsk, language: Language) -> Context:
    focus = Markup(bank_line(capitalize_first(ask.focus)))
    return {**in_list(entry), "focus": focus, "basis": language.gettext(ask.basis)}
