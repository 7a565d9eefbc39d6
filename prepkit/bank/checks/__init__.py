"""What an editor asks of a whole question bank, beyond its format: `prepkit check --strict`.

``wording`` looks at one question at a time, ``likeness`` at what two of them have in common,
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

    The limits are this project's own house rules; where one rests on a published convention or
    formula, the constant that holds it says so.

    Parameters
    ----------
    records
        A bank, as `prepkit.bank.loader.read_folder` gives it.
    words
        Words that the dictionary lacks and that are right.
    today
        The day on which this is asked: no source can have been checked later.

    Returns
    -------
    tuple of Problem
        In the order of files and lines; none for a bank that is ready.
    """
    found = [problem for file in records.files for problem in wording_problems(file)]
    found += likeness_problems(records.files)
    found += spread_problems(records, today=today)
    found += spelling_problems(records.files, words)
    return tuple(sorted(found))
