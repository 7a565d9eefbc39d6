"""What the chosen questions and the answers cover, of companies' values or of categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from prepkit.practice.values import asks_of_bank, published_values
from prepkit.records import Answer, Basis

if TYPE_CHECKING:
    import pandas as pd

    from prepkit.bank import Bank

COVERS = ("neither", "packet", "answer")
"""What covers a value or a question: nothing, a chosen question, a complete answer."""


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
        The companies to cover, as the bank writes them; without any, the categories are covered.

    Returns
    -------
    pandas.DataFrame
        group (a company, or a category's title); kind (categorical: value, question); item
        (a value that the company has published and not replaced; or the id of a question of the
        category, or of one that lists a company without values); basis (NA without companies);
        questions (how many the value has; 1 for a question); cover (ordered categorical: neither,
        packet for a chosen question, answer for a complete answer).
    """
    import pandas as pd

    done = {
        one
        for one in answers
        if one in bank and answers[one].state(bank[one].question.parts) == "complete"
    }
    mine = set(chosen)
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question_id, company, value, _ in asks_of_bank(bank):
        asked[company, value].append(question_id)
    rows: list[tuple[str, str, str, str | None, list[str]]] = []
    if not companies:
        titles = bank.questions["category_title"].to_dict()
        rows = [(titles[one], "question", one, None, [one]) for one in bank]
    published = published_values(bank)
    for company in companies:
        for value, basis in published[company].items():
            rows.append((company, "value", value, basis, asked[company, value]))
        if not published[company]:
            rows += [(company, "question", one, "inferred", [one]) for one in asked[company, ""]]
    groups, kinds, items, bases, ids = zip(*rows, strict=True) if rows else ((),) * 5
    covers = [
        "answer" if done.intersection(one) else "packet" if mine.intersection(one) else "neither"
        for one in ids
    ]
    return pd.DataFrame(
        {
            "group": pd.array(groups, dtype="str"),
            "kind": pd.Categorical(kinds, ["value", "question"]),
            "item": pd.array(items, dtype="str"),
            "basis": pd.Categorical(bases, get_args(Basis)),
            "questions": pd.array([len(one) for one in ids], dtype="int64"),
            "cover": pd.Categorical(covers, COVERS, ordered=True),
        }
    )
