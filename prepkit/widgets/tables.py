"""What people search, sort and glance at: frame -> Table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from prepkit.practice.review import remarks
from prepkit.records import STATES, Answer
from prepkit.widgets.table import STATE_MARKS, Table, day_cells, glance_table, search_table

_STEPS = {
    "review": "Tell again",
    "continue": "Carry on",
    "rehearse": "Tell aloud",
    "begin": "Begin",
}


def progress_table(progress: pd.DataFrame) -> Table:
    """Return how many questions of each category are complete, started and untouched.

    The minutes practised are shown if a log was kept of any.

    Parameters
    ----------
    progress
        A frame of `progress_frame`.
    """
    counts = state_counts(progress)
    sums = progress.groupby("category_title", observed=True)[["words", "minutes"]].sum()
    sums = sums.reindex(counts.index)
    frame = pd.DataFrame(
        {
            "Category": counts.index,
            "Questions": counts.sum(axis="columns").array,
            **{state.capitalize(): counts[state].array for state in reversed(STATES)},
            "Words written": sums["words"].array,
        }
    )
    # Without a practice log there is nothing to say of minutes, least of all a column of zeros.
    if sums["minutes"].any():
        frame["Minutes practised"] = sums["minutes"].round().astype("int64").array
    if len(frame) > 1:
        total = pd.DataFrame([{"Category": "All", **frame.drop(columns="Category").sum()}])
        frame = pd.concat([frame, total], ignore_index=True)
    return glance_table(
        frame, caption="Questions by how far their answers are", total=len(frame) > 1
    )


def next_steps_table(steps: pd.DataFrame) -> Table:
    """Return what to do next, the most pressing first.

    Parameters
    ----------
    steps
        A frame of `next_steps`.
    """
    return glance_table(
        {
            "Next": [_STEPS[step] for step in steps["step"]],
            "Question": steps["text"].array,
            "What to do": steps["sentence"].array,
            "Category": steps["category_title"].array,
        },
        caption="The most pressing first",
        wide=["Question", "What to do"],
        short=["Next"],
        empty="Nothing is due, and no question is left untouched. Enjoy your evening.",
    )


def review_table(answers: Mapping[str, Answer], questions: pd.DataFrame) -> Table:
    """Return what is worth another look in the complete answers, to search and sort.

    Each row says what its advice rests on.

    Parameters
    ----------
    answers
        The stored answers by question id, as `AnswerStore.load` gives them.
    questions
        A bank's frame `questions`; answers to questions that it lacks are left out.
    """
    texts = questions["text"].to_dict()
    rows = [
        (texts[question], *rest) for question, *rest in remarks(answers, questions["kind"].items())
    ]
    return search_table(
        pd.DataFrame(rows, columns=["Question", "Part", "Look again", "Rests on"]),
        caption="Complete answers only",
        wide=["Question", "Look again"],
        empty="Nothing found: either no answer is complete yet, or the checks have no remark.",
    )


def questions_table(questions: pd.DataFrame, progress: pd.DataFrame | None = None) -> Table:
    """Return all questions, to search and sort.

    Parameters
    ----------
    questions
        A bank's frame `questions`.
    progress
        A frame of `progress_frame`, to show the state of each answer as well.
    """
    frame = pd.DataFrame(
        {
            "Question": questions["text"].array,
            "Category": questions["category_title"].array,
            "No.": questions["number"].array,
            "Topics": [", ".join(tags) for tags in questions["tags"]],
        }
    )
    orders: dict[str, Sequence[Any]] = {}
    if progress is not None:
        mine = progress.set_index("question").loc[questions.index]
        frame["State"] = [f"{STATE_MARKS[state]} {state}" for state in mine["state"]]
        frame["Changed"] = day_cells(mine["updated"])
        frame["Due"] = day_cells(mine["due"])
        orders["State"] = list(mine["state"].cat.codes)
    return search_table(
        frame,
        caption="The questions, in their order",
        wide=["Question"],
        short=["State", "Changed", "Due"],
        orders=orders,
    )


def companies_table(asks: pd.DataFrame, questions: pd.DataFrame | None = None) -> Table:
    """Return by company what it looks for with which question, to search and sort.

    Parameters
    ----------
    asks
        A bank's frame `asks`.
    questions
        The bank's frame `questions`, to show each question's text in place of its id.
    """
    by_name = asks.sort_values(
        "company", kind="stable", key=lambda names: names.astype("str").str.casefold()
    )
    return _asks_table(
        by_name,
        questions,
        columns=["Company", "Focus", "Value", "Basis", "Question"],
        caption="What each company looks for, and with which question",
    )


def focus_table(asks: pd.DataFrame, questions: pd.DataFrame | None = None) -> Table:
    """Return by question which companies look for what, to search and sort.

    Parameters
    ----------
    asks
        A bank's frame `asks`.
    questions
        The bank's frame `questions`, to show each question's text in place of its id.
    """
    return _asks_table(
        asks,
        questions,
        columns=["Question", "Company", "Focus", "Value", "Basis"],
        caption="Who looks for what with each question",
    )


def values_table(companies: pd.DataFrame, asks: pd.DataFrame) -> Table:
    """Return every published value, and how many questions give practice for it.

    Parameters
    ----------
    companies
        A bank's frame `companies`; companies without values have no row here.
    asks
        The bank's frame `asks`.
    """
    values = companies.dropna(subset=["value"])
    practice = asks.dropna(subset=["value"]).groupby(["company", "value"], observed=True)
    counts = practice["question"].nunique().to_dict()
    pairs = list(zip(values["company"], values["value"], strict=True))
    frame = pd.DataFrame(
        {
            "Value": values["value"].array,
            "Company": values["company"].astype("str").array,
            "Questions": [counts.get(pair, 0) for pair in pairs],
            "Used in interviews": values["used_in_interviews"].astype("str").array,
            "Replaced by": values["superseded_by"].astype("str").fillna("").array,
            "Source": values["source_url"].array,
            "Known from": values["source_kind"].astype("str").array,
            "Checked": day_cells(values["checked"]),
        }
    )
    if frame["Replaced by"].eq("").all():
        frame = frame.drop(columns="Replaced by")
    return search_table(
        frame,
        caption="The values that companies have published",
        short=["Known from", "Checked"],
        links=["Source"],
    )


def state_counts(progress: pd.DataFrame) -> pd.DataFrame:
    """Return how many questions are in each state (columns), by category title (rows), as met."""
    states = pd.Categorical(progress["state"].astype("str"), categories=STATES, ordered=True)
    counts = pd.crosstab(progress["category_title"].astype("str"), states, dropna=False)
    order = progress["category_title"].astype("str").drop_duplicates()
    return counts.reindex(index=order, columns=list(STATES), fill_value=0)


def _asks_table(
    asks: pd.DataFrame, questions: pd.DataFrame | None, *, columns: Sequence[str], caption: str
) -> Table:
    ids = asks["question"].astype("str")
    shown = {
        "Company": asks["company"].astype("str"),
        "Focus": asks["focus"],
        "Value": asks["value"].astype("object").fillna(""),
        "Basis": asks["basis"].astype("str"),
        "Question": ids if questions is None else ids.map(questions["text"]),
    }
    return search_table(
        {
            **{name: shown[name].array for name in columns},
            "Source": asks["source_url"].astype("object").fillna("").array,
            "Checked": day_cells(asks["checked"]),
        },
        caption=caption,
        wide=["Question", "Focus"],
        short=["Checked"],
        links=["Source"],
    )
