"""What an editor checks in a question bank besides its format: `prepkit check --strict`.

``wording`` looks at one question at a time, ``likeness`` at what two questions have in common,
``spread`` at counts, companies and sources, ``spelling`` at every word.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from prepkit.bank.checks.likeness import likeness_problems
from prepkit.bank.checks.spelling import spelling_problems
from prepkit.bank.checks.spread import spread_problems
from prepkit.bank.checks.wording import wording_problems
from prepkit.bank.loader import Records
from prepkit.errors import Problem

__all__ = ["editorial_problems"]


def editorial_problems(
    records: Records, *, words: Collection[str], today: date
) -> tuple[Problem, ...]:
    """Return what keeps a bank from being ready to publish, each with its file and line.

    The limits are this project's own house rules. Where a limit comes from a published convention
    or formula, the docstring of its constant says so.

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
    found += likeness_problems(records.files)
    found += spread_problems(records, today=today)
    found += spelling_problems(records.files, words)
    return tuple(sorted(found))
