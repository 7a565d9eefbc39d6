"""How much of what companies look for is covered by questions and answers. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from prepkit.practice.names import asks_by_company
from prepkit.provenance import Basis
from prepkit.records import Answer
from prepkit.typed_frame import one_of, typed_frame

if TYPE_CHECKING:
    import pandas as pd

    from prepkit.bank import Bank

COVERS = ("neither", "packet", "answer")
"""What covers a value or a question: nothing, a chosen question, or a complete answer."""
_COLUMNS = {
    "group": "str",
    "kind": one_of(["value", "question"]),
    "item": "str",
    "basis": one_of(get_args(Basis)),
    "questions": "int64",
    "cover": one_of(COVERS, ordered=True),
}


def coverage_frame(
    bank: Bank,
    answers: Mapping[str, Answer],
    chosen: Iterable[str],
    companies: Sequence[str] = (),
) -> pd.DataFrame:
    """Return what the chosen questions and the complete answers cover.

    Parameters
    ----------
    bank
        Where questions and values are.
    answers
        The stored answers by question id.
    chosen
        The ids of the chosen questions.
    companies
        The companies to cover, as the bank writes them; without any that the bank knows, the
        categories are covered.

    Returns
    -------
    pandas.DataFrame
        One row per value or question: group (a company, or the title of a category); kind
        (categorical: value, question); item (a value that the company has published and not
        replaced; or the id of a question in the category, or of one that lists a company without
        values); basis (NA without companies); questions (how many give practice for the value; 1
        for a question); cover (ordered categorical: neither, packet for a chosen question, answer
        for a complete answer).
    """
    done = {
        one
        for one, answer in answers.items()
        if one in bank and answer.state(bank[one].question.parts) == "complete"
    }
    mine = set(chosen)

    def cover(questions: Sequence[str]) -> str:
        if done.intersection(questions):
            return "answer"
        return "packet" if mine.intersection(questions) else "neither"

    known = [one for one in companies if one in published_values(bank)]
    items = _items_of_companies(bank, known) if known else _items_of_categories(bank)
    return typed_frame(_COLUMNS, [(*item, len(ids), cover(ids)) for *item, ids in items])


_Item = tuple[str, str, str, Basis | None, Sequence[str]]
"""Group, kind, item, basis, and the ids of the questions that cover it."""


def _items_of_categories(bank: Bank) -> Iterator[_Item]:
    for question in bank:
        yield bank[question].category.title, "question", question, None, [question]


def _items_of_companies(bank: Bank, companies: Sequence[str]) -> Iterator[_Item]:
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for company, asks in asks_by_company(bank).items():
        for entry, ask in asks:
            asked[company, ask.value or ""].append(entry.id)
    published = published_values(bank)
    for company in companies:
        for value, basis in published[company].items():
            yield company, "value", value, basis, asked[company, value]
        # A company without values is covered by questions, which are our reading of what it wants.
        if not published[company]:
            for question in asked[company, ""]:
                yield company, "question", question, "inferred", [question]


def published_values(bank: Bank) -> dict[str, dict[str, Basis]]:
    """Return each company's values with their basis, without values that it has replaced."""
    return {
        company.name: {
            value.name: value.basis for value in company.values if not value.superseded_by
        }
        for company in bank.company_records
    }
