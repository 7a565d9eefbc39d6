"""Names of companies and categories, and the questions that go by them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from prepkit.errors import PrepkitError
from prepkit.text import join_quoted

if TYPE_CHECKING:
    from prepkit.bank import Bank


def category_questions(bank: Bank, slug: str) -> list[str]:
    """Return the ids of a category's questions, in the order of the bank.

    Raises
    ------
    PrepkitError
        If the bank has no such category; it names the nearest.
    """
    slugs = [category.slug for category in bank.categories]
    if slug not in slugs:
        raise PrepkitError(f"no category '{slug}'; {hint(slug, slugs)}")
    return [question_id for question_id in bank if bank[question_id].question.category == slug]


def company_questions(bank: Bank, name: str) -> tuple[str, list[str]]:
    """Return a company's name as the bank writes it, and the questions that list it, by id.

    Raises
    ------
    PrepkitError
        If the bank has no such company, or no question that lists it.
    """
    name = company_name(bank, name)
    ids = [
        question_id
        for question_id in bank
        if any(ask.company == name for ask in bank[question_id].asks)
    ]
    if not ids:
        raise PrepkitError(f"No question lists {name} yet; its values are on its company sheet.")
    return name, ids


def company_name(bank: Bank, name: str) -> str:
    """Return a company's name as the bank writes it, whatever the case of the letters.

    Raises
    ------
    PrepkitError
        If the bank has no such company; it names the nearest.
    """
    names = list(bank.companies["company"].unique())
    for known in names:
        if known.casefold() == name.strip().casefold():
            return str(known)
    raise PrepkitError(f"no company '{name}'; {hint(name, names)}")


def category_slug(bank: Bank, name: str) -> str:
    """Return the slug of a category that is given by its slug or its title, in capitals or not.

    Raises
    ------
    PrepkitError
        If the bank has no such category; it names the nearest.
    """
    for category in bank.categories:
        if name.strip().casefold() in (category.slug, category.title.casefold()):
            return category.slug
    raise PrepkitError(f"no category '{name}'; {hint(name, [c.slug for c in bank.categories])}")


def hint(word: str, known: Sequence[str]) -> str:
    """Return what to write instead of `word`: the nearest of `known`, or all of them."""
    spelt = {one.casefold(): one for one in known}
    near = [spelt[one] for one in difflib.get_close_matches(word.casefold(), spelt, n=3)]
    if near:
        return f"did you mean {join_quoted(near, 'or')}?"
    return f"there {'is' if len(known) == 1 else 'are'} {join_quoted(sorted(known))}"
