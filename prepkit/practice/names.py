"""Companies and categories found by the names people write, and the questions of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from prepkit.errors import PrepkitError
from prepkit.text import did_you_mean, fold

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry
    from prepkit.records import Company, SourcedAsk


def category_questions(bank: Bank, slug: str) -> list[str]:
    """Return the ids of a category's questions, in the order of the bank.

    Raises
    ------
    PrepkitError
        If the bank has no such category; the message suggests the closest ones.
    """
    slugs = [category.slug for category in bank.categories]
    if slug not in slugs:
        raise unknown("category", slug, slugs)
    return [question_id for question_id in bank if bank[question_id].question.category == slug]


def company_questions(bank: Bank, name: str) -> tuple[str, list[str]]:
    """Return a company's name as the bank writes it, and the ids of the questions that list it.

    Raises
    ------
    PrepkitError
        If the bank has no such company, or no question lists it.
    """
    name = company_name(bank, name)
    ids = list(dict.fromkeys(entry.id for entry, _ in asks_by_company(bank)[name]))
    if not ids:
        raise PrepkitError(f"No question lists {name} yet; its values are on its company sheet.")
    return name, ids


def company_name(bank: Bank, name: str) -> str:
    """Return a company's name as the bank writes it, given it or an alias; capitals don't matter.

    Raises
    ------
    PrepkitError
        If the bank has no such company; the message suggests the closest ones.
    """
    # People type names in their own way: capitals, spaces and the form of accents don't matter.
    names = {fold(alias): one.name for one in bank.company_records for alias in one.aliases}
    names |= {fold(company.name): company.name for company in bank.company_records}
    if fold(name) not in names:
        raise unknown(
            "company", name, [one.name for one in companies_in_order(bank.company_records)]
        )
    return names[fold(name)]


COMPANIES = "Companies"
"""The heading above what is no public body, where others stand below their region."""


def by_region(companies: Iterable[Company]) -> dict[str, list[Company]]:
    """Return companies by name below `COMPANIES`, then public bodies below their regions."""
    found: dict[str, list[Company]] = {COMPANIES: []}
    for company in sorted(companies, key=lambda one: (fold(one.region or ""), fold(one.name))):
        found.setdefault(company.region or COMPANIES, []).append(company)
    return {heading: listed for heading, listed in found.items() if listed}


def companies_in_order(companies: Iterable[Company]) -> list[Company]:
    """Return companies as people look for them in a list: public bodies last, by their region."""
    return [company for listed in by_region(companies).values() for company in listed]


def category_slug(bank: Bank, name: str) -> str:
    """Return the slug of a category, given its slug or its title; capitals don't matter.

    Raises
    ------
    PrepkitError
        If the bank has no such category; the message suggests the closest ones.
    """
    for category in bank.categories:
        if fold(name) in (category.slug, fold(category.title)):
            return category.slug
    raise unknown("category", name, [category.slug for category in bank.categories])


def unknown(what: str, word: str, known: Sequence[str]) -> PrepkitError:
    """Return the error for a `word` that names nothing, with the closest of `known`, or all."""
    return PrepkitError(
        f"no {what} '{word}'{did_you_mean(word, known, most=3, otherwise='there are')}"
    )


def asks_by_company(bank: Bank) -> dict[str, list[tuple[Entry, SourcedAsk]]]:
    """Return for each company the questions that list it, each with what it looks for there."""
    found: dict[str, list[tuple[Entry, SourcedAsk]]] = {
        company.name: [] for company in bank.company_records
    }
    for question in bank:
        entry = bank[question]
        for ask in entry.asks:
            found.setdefault(ask.company, []).append((entry, ask))
    return found
