"""The tables of the workbook: each function takes a frame and returns a `Table`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from prepkit.provenance import basis_title, source_label
from prepkit.records import STATE_TITLES, STATES
from prepkit.text import capitalize_first
from prepkit.widgets.table import Table, day_cells, glance_table, search_table, status_cells

_FOCUS, _BASIS = "What they look for", "How we know"  # the same words as in the form
_USED = {"stated": "Company says so", "inferred": "Our reading", "unknown": "Not known"}


def progress_table(progress: pd.DataFrame) -> Table:
    """Return how many questions of each category are complete, in progress and not started.

    The minutes of practice are shown if there are any in the log.

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
            **{STATE_TITLES[state]: counts[state].array for state in reversed(STATES)},
            "Words written": sums["words"].array,
        }
    )
    # Without a practice log nobody knows the minutes: a column of zeros would be wrong.
    if sums["minutes"].any():
        frame["Minutes practised"] = sums["minutes"].round().astype("int64").array
    if len(frame) > 1:
        total = pd.DataFrame([{"Category": "All", **frame.drop(columns="Category").sum()}])
        frame = pd.concat([frame, total], ignore_index=True)
    return glance_table(frame, caption="Answers by status", total=len(frame) > 1)


def questions_table(questions: pd.DataFrame, progress: pd.DataFrame | None = None) -> Table:
    """Return all questions, to search and sort.

    Parameters
    ----------
    questions
        A bank's frame `questions`.
    progress
        A frame of `progress_frame`, to show the status of each answer as well.
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
        frame["Status"] = status_cells(mine["state"])
        frame["Changed"] = day_cells(mine["updated"])
        frame["Due"] = day_cells(mine["due"])
        orders["Status"] = list(mine["state"].cat.codes)
    return search_table(
        frame,
        caption="All questions",
        wide=["Question"],
        short=["Status", "Changed", "Due"],
        opens={"Question": list(map(str, questions.index))},
        orders=orders,
    )


def companies_table(asks: pd.DataFrame, questions: pd.DataFrame | None = None) -> Table:
    """Return what each company looks for, and with which question, to search and sort.

    Parameters
    ----------
    asks
        A bank's frame `asks`.
    questions
        The bank's frame `questions`, to show each question's text instead of its id.
    """
    by_name = asks.sort_values(
        "company", kind="stable", key=lambda names: names.astype("str").str.casefold()
    )
    return _asks_table(
        by_name,
        questions,
        columns=["Company", _FOCUS, "Value", _BASIS, "Question"],
        caption="By company",
    )


def focus_table(asks: pd.DataFrame, questions: pd.DataFrame | None = None) -> Table:
    """Return for each question which companies look for what, to search and sort.

    Parameters
    ----------
    asks
        A bank's frame `asks`.
    questions
        The bank's frame `questions`, to show each question's text instead of its id.
    """
    return _asks_table(
        asks,
        questions,
        columns=["Question", "Company", _FOCUS, "Value", _BASIS],
        caption="By question",
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
            "Used in interviews": values["used_in_interviews"].astype("str").map(_USED).array,
            "Replaced by": values["superseded_by"].astype("str").fillna("").array,
            "Source": source_cells(values),
        }
    )
    if frame["Replaced by"].eq("").all():
        frame = frame.drop(columns="Replaced by")
    return search_table(
        frame,
        caption="Values that companies have published",
        wide=["Source"],
        links={"Source": addresses(values)},
        orders={"Source": day_cells(values["checked"])},
    )


def source_cells(frame: pd.DataFrame) -> list[str]:
    """Return the `source_label` of each row of a bank's frame; empty where there is no source."""
    dated = frame.get("dated", pd.Series(None, index=frame.index, dtype="object"))
    columns = [frame["source_kind"], frame["source_url"], frame["checked"], dated]
    return [
        "" if pd.isna(url) else source_label(kind, url, day, None if pd.isna(of) else of)
        for kind, url, day, of in zip(*columns, strict=True)
    ]


def addresses(frame: pd.DataFrame) -> list[str]:
    """Return the address of each row's source; empty where there is no source."""
    return ["" if pd.isna(url) else str(url) for url in frame["source_url"]]


def state_counts(progress: pd.DataFrame) -> pd.DataFrame:
    """Return how many questions have each state: states in columns, category titles in rows.

    The titles are in the order of `progress`; states without a question have zeros.
    """
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
        _FOCUS: asks["focus"].map(capitalize_first),
        "Value": asks["value"].astype("object").fillna(""),
        _BASIS: asks["basis"].astype("object").map(basis_title),
        "Question": ids if questions is None else ids.map(questions["text"]),
    }
    return search_table(
        {
            **{name: shown[name].array for name in columns},
            "Source": source_cells(asks),
        },
        caption=caption,
        wide=["Question", _FOCUS],
        links={"Source": addresses(asks)},
        opens={"Question": list(ids)},
        orders={"Source": day_cells(asks["checked"])},
    )
