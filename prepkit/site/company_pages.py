"""The pages of companies: interview, published values, and the questions that test for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from prepkit.interviews import interview_of, source_of
from prepkit.notebook.markdown import bank_line
from prepkit.practice.names import COMPANIES, asks_by_company, by_region
from prepkit.site.listing import Listing, head, in_list
from prepkit.site.pages import Context, Page
from prepkit.text import capitalize_first, pluralize, slugify

if TYPE_CHECKING:
    from prepkit.bank import Entry
    from prepkit.records import Company, SourcedAsk, Value

    _Asked = Sequence[tuple[Entry, SourcedAsk]]  # questions, each with what a company looks for

_USED = {
    "stated": "The company says that it uses this in interviews.",
    "inferred": "Published. We infer that it is used in interviews.",
    "unknown": "Published. We don't know whether it is used in interviews.",
}


def company_pages(listing: Listing) -> list[Page]:
    """Return the list of companies and a page for each; no pages if there are no companies."""
    companies = listing.bank.company_records
    if not companies:
        return []
    asked = asks_by_company(listing.bank)
    groups = [
        {
            "title": title,
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
            title="Companies",
            description="What companies look for in people, and the questions that test for it.",
            section="companies",
            context=lambda: {"groups": groups},
            cache_key=repr(groups),
        ),
        *(_company_page(listing, company, asked[company.name]) for company in companies),
    ]


def _tile(listing: Listing, company: Company, asked: _Asked) -> Context:
    current = [value.name for value in company.values if not value.superseded_by]
    counts = [pluralize(len(current), "published value")] if current else []
    counts += [pluralize(len(company.rounds), "round")] if company.rounds else []
    counts.append(pluralize(len({entry.id for entry, _ in asked}), "question"))
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
        description=f"{company.name}: interview rounds and published values, each with its source,"
        " and questions.",
        section="companies",
        context=partial(_company_context, company, asked),
        cache_key=f"{company!r}{questions}",
    )


def _company_context(company: Company, asked: _Asked) -> Context:
    groups = [_value_group(value, asked) for value in company.values]
    named = {value.name for value in company.values}
    if rest := [_ask(entry, ask) for entry, ask in asked if ask.value not in named]:
        groups.append(
            {
                "name": "What else they look for" if groups else "What they look for",
                "status": "Our reading of how the company works, not based on a published value.",
                "source": None,
                "asks": rest,
            }
        )
    head = {"name": company.name, "region": company.region, "note": company.note}
    return {"company": {**head, "groups": groups}, "interview": interview_of(company)}


def _value_group(value: Value, asked: _Asked) -> Context:
    status = _USED[value.used_in_interviews]
    return {
        "name": value.name,
        "status": f"Replaced by {value.superseded_by}. {status}" if value.superseded_by else status,
        "source": source_of(value),
        "asks": [_ask(entry, ask) for entry, ask in asked if ask.value == value.name],
    }


def _ask(entry: Entry, ask: SourcedAsk) -> Context:
    focus = Markup(bank_line(capitalize_first(ask.focus)))
    return {**in_list(entry), "focus": focus, "basis": ask.basis}
