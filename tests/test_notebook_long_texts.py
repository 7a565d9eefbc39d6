"""Long outputs: their beginning and end are shown, and how much is between them is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.notebook import long_texts
from prepkit.notebook.long_texts import MOST, MOST_READ, Part, parts, terminal_parts


def test_a_text_within_the_limit_is_whole() -> None:
    text = "x" * MOST
    assert list(terminal_parts(text)) == [Part(text)]


def test_of_a_long_text_whole_lines_at_both_ends_are_kept() -> None:
    text = "".join(f"line {number}\n" for number in range(60_000))
    head, gap, tail = terminal_parts(text)
    assert head.text.startswith("line 0\n")
    assert head.text.endswith("\n")
    assert tail.text.startswith("line ")
    assert tail.text.endswith("line 59999")
    assert gap == Part("", left_out=len(text) - 1 - len(head.text) - len(tail.text))
    assert MOST * 0.9 < len(head.text) + len(tail.text) <= MOST


def test_a_long_line_is_cut_anywhere() -> None:
    head, gap, tail = terminal_parts("x" * 3 * MOST)
    assert (len(head.text), gap.left_out, len(tail.text)) == (MOST // 2, 2 * MOST, MOST // 2)


@pytest.mark.long
def test_a_long_progress_bar_is_read_to_its_end() -> None:
    bar = "".join(f"\r{number:>5} of 99999" for number in range(100_000))
    assert len(bar) > MOST
    assert list(terminal_parts(bar)) == [Part("99999 of 99999")]


@pytest.mark.long
def test_of_an_endless_text_only_both_ends_are_read() -> None:
    text = "".join(f"\x1b[31mline\x1b[0m {number}\n" for number in range(400_000))
    assert len(text) > MOST_READ
    head, gap, tail = terminal_parts(text)
    assert head.text.startswith("line 0\nline 1\n")
    assert head.styled[:2] == (("line", "ansi-red-fg"), (" 0\n", ""))
    assert tail.text.endswith("\nline 399999")
    assert gap.left_out > MOST_READ / 2


@given(
    st.lists(st.tuples(st.text("ab\n", min_size=1, max_size=9), st.sampled_from(["", "x", "y"]))),
    st.integers(2, 40),
)
def test_what_is_kept_and_what_is_left_out_are_the_whole(
    runs: list[tuple[str, str]], most: int
) -> None:
    text = "".join(part for part, _ in runs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_texts, "MOST", most)
        patch.setattr(long_texts, "_HALF", most // 2)
        found = list(parts(text, tuple(runs)))
    assert sum(len(part.text) + part.left_out for part in found) == len(text)
    assert text.startswith(found[0].text)
    assert text.endswith(found[-1].text)
    for part in found:
        assert "".join(one for one, _ in part.styled) == part.text
