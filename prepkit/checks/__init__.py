"""What an editor asks of a question bank besides its format.

`editorial_problems` is ``prepkit check --strict``: what a reader would refuse. ``wording`` looks at
one question at a time, ``sources`` at what is known about companies, ``spelling`` at every word.
`editorial_report` is ``prepkit check --report``: what is a matter of taste, counted. No count is a
limit, because a number that must be met gets written for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from prepkit.bank.loader import Records
from prepkit.checks.report import editorial_report
from prepkit.checks.sources import source_problems
from prepkit.checks.spelling import spelling_problems
from prepkit.checks.wording import wording_problems
from prepkit.errors import Problem

__all__ = ["editorial_problems", "editorial_report"]


def editorial_problems(
    records: Records, *, words: Collection[str], today: date
) -> tuple[Problem, ...]:
    """Return what keeps a bank from being ready to publish, each with its file and line.

    Parameters
    ----------
    records
        A bank, as `prepkit.bank.loader.read_folder` gives it.
    words
        Correct words that the dictionary doesn't have.
    today
        The current day: no source can have been checked later.

    Returns
    -------
    tuple of Problem
        Sorted by file and line; empty for a bank that is ready.
    """
    found = [problem for file in records.files for problem in wording_problems(file)]
    found += source_problems(records, today=today)
    found += spelling_problems(records.files, words)
    return tuple(sorted(found))
