"""Problems are collected, and told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepkit.errors import BankError, InputError, Problem, Problems

HERE = Path("bank/a.md")


def test_a_problem_says_where_it_is() -> None:
    assert str(Problem(HERE, 3, "no title")) == f"{HERE}:3: no title"
    assert str(Problem(HERE, 0, "no such file")) == f"{HERE}: no such file"
    assert str(Problem(None, 0, "no such level", "row 3, column level")) == (
        "row 3, column level: no such level"
    )
    assert str(Problem(HERE, 0, "damaged", "cell 4")) == f"{HERE}, cell 4: damaged"


def test_an_error_tells_every_problem_or_the_first_and_how_many_more() -> None:
    problems = [Problem(None, 0, f"{number} is wrong") for number in range(3)]
    assert str(InputError("It has {count}:", problems)) == (
        "It has 3 problems:\n  0 is wrong\n  1 is wrong\n  2 is wrong"
    )
    assert str(InputError("It has {count}:", problems, most=1)) == (
        "It has 3 problems:\n  0 is wrong\n  and 2 more"
    )


def test_nothing_is_raised_before_everything_is_read() -> None:
    problems = Problems(HERE, error=BankError)
    problems.raise_any()
    problems.add_error("no text", line=2)
    problems.add_error("no such file", path=Path("bank/b.md"))
    with pytest.raises(BankError) as caught:
        problems.raise_any()
    assert str(caught.value) == (
        "The question bank has 2 problems:\n"
        f"  {HERE}:2: no text\n  {Path('bank/b.md')}: no such file"
    )
    assert len(problems) == 2
