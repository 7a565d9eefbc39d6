"""The tables in a student's packet, small enough to read on paper: frame -> Table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from prepkit.practice.review import remarks
from prepkit.provenance import BASES, basis_title, legend_text
from prepkit.records import Answer, Level
from prepkit.text import capitalize_first
from prepkit.widgets.table import Table, glance_table

MOST_FINDINGS = 12
"""The most remarks on answers in one table: more than an evening's work is no help."""

LEGEND = legend_text(BASES)
"""What "stated", "published value" and "inferred" mean, below what a company looks for."""

_MARKS = {"answer": "a complete answer", "packet": "this packet", "neither": "nothing yet"}


def chosen_table(questions: pd.DataFrame) -> Table:
    """Return the questions of a packet, the name of each sheet, and why each was chosen.

    Parameters
    ----------
    questions
        A frame of `select_questions`.
    """
    return glance_table(
        {
            "No.": range(1, len(questions) + 1),
            "Sheet": _sheets(questions),
            "Question": questions["text"].array,
            "Why it was chosen": questions["reason"].array,
        },
        caption="Most useful first",
        wide=["Question", "Why it was chosen"],
        empty="No question fits these categories.",
    )


def levels_table(levels: pd.DataFrame, questions: pd.DataFrame, level: Level) -> Table:
    """Return what is expected at one level, for each question.

    Parameters
    ----------
    levels
        A bank's frame `levels`.
    questions
        A frame of `select_questions`; questions that say nothing about the level have no row.
    level
        The level.
    """
    mine = levels[levels["level"] == level]
    texts = dict(zip(mine["question"].tolist(), mine["text"].tolist(), strict=True))
    rows = [(n, texts[q]) for n, q in enumerate(questions["question"], 1) if q in texts]
    who = f"{'an' if level[0] in 'aeiou' else 'a'} {level}"
    return glance_table(
        pd.DataFrame(rows, columns=["No.", f"What {who} shows"]),
        caption="By question number",
        empty="These questions say nothing about this level.",
    )


def plan_table(plan: pd.DataFrame) -> Table:
    """Return what to do each evening, one row per evening, with a box to tick.

    Parameters
    ----------
    plan
        A frame of `plan_frame`.
    """
    evenings = plan.groupby("evening", sort=True)
    return glance_table(
        {
            "Evening": evenings["when"].first().array,
            "What to do": evenings["what"].agg(" ".join).array,
            "Minutes": evenings["minutes"].sum().array,
            "Done": "☐",
        },
        caption="One evening at a time",
        wide=["What to do"],
        short=["Evening"],
        empty="No evenings to plan.",
    )


def targets_table(coverage: pd.DataFrame) -> Table:
    """Return the values of the companies to prepare for, and what covers each value.

    Parameters
    ----------
    coverage
        A frame of `coverage_frame` with companies.
    """
    values = coverage[coverage["kind"] == "value"]
    return glance_table(
        {
            "Company": values["group"].array,
            "Value": values["item"].array,
            "How we know": [basis_title(basis) for basis in values["basis"]],
            "Questions about it": values["questions"].array,
            "Covered by": [_MARKS[cover] for cover in values["cover"]],
        },
        caption="The values they have published, and what you have for each",
        short=["Covered by"],
        empty="None of your companies has published values that we could confirm.",
    )


def target_focus_table(asks: pd.DataFrame, questions: pd.DataFrame) -> Table:
    """Return what the student's companies look for in each question of a packet.

    Parameters
    ----------
    asks
        A bank's frame `asks`.
    questions
        A frame of `select_questions`.
    """
    columns = ("question", "company", "focus", "basis")
    found = {
        (question, company): (focus, basis)
        for question, company, focus, basis in zip(
            *(asks[name].tolist() for name in columns), strict=True
        )
    }
    rows = []
    names = zip(questions["question"], questions["companies"], questions["values"], strict=True)
    for number, (question, companies, values) in enumerate(names, 1):
        for company, value in zip(companies, values, strict=True):
            focus, basis = found[question, company]
            rows.append((number, company, capitalize_first(focus), value, basis_title(basis)))
    names_shown = ["No.", "Company", "What they look for", "Value", "How we know"]
    return glance_table(
        pd.DataFrame(rows, columns=names_shown),
        caption=LEGEND,
        wide=["What they look for"],
        empty="None of these questions names one of your companies.",
    )


def second_look_table(
    answers: Mapping[str, Answer], bank_questions: pd.DataFrame, chosen: Collection[str] = ()
) -> Table:
    """Return what to look at again in the complete answers: at most `MOST_FINDINGS` remarks.

    Each row says how we know that its advice is good.

    Parameters
    ----------
    answers
        The stored answers, by question id.
    bank_questions
        A bank's frame `questions`; answers to questions that it doesn't have are left out.
    chosen
        The ids of the questions of a packet: remarks on their answers come first.
    """
    sheets = dict(zip(bank_questions.index, _sheets(bank_questions), strict=True))
    first = sorted(sheets, key=lambda question: question not in chosen)
    kinds = bank_questions["kind"].loc[first].items()
    rows = [(sheets[question], *rest) for question, *rest in remarks(answers, kinds)]
    shown = rows[:MOST_FINDINGS]
    cut = f": the first {len(shown)} of {len(rows):,} suggestions" if len(rows) > len(shown) else ""
    return glance_table(
        pd.DataFrame(shown, columns=["Sheet", "Part", "Suggestion", "How we know"]),
        caption=f"Complete answers{cut}",
        wide=["Suggestion"],
        empty="No suggestions. They appear here when an answer is complete.",
    )


def _sheets(questions: pd.DataFrame) -> list[str]:
    """Return what the head of each question's sheet says, such as ``Leading people Q3``."""
    titles = zip(questions["category_title"], questions["number"], strict=True)
    return [f"{title} Q{number}" for title, number in titles]
