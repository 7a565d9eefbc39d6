"""Notices about a notebook: one line for each kind, with all of its places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prepkit.notebook.notices import Notice, grouped

PLACES = st.one_of(
    st.just(""),
    st.integers(1, 40).map("cell {}".format),
    st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda n: f"cell {n[0]}, output {n[1]}"),
    st.sampled_from(["the handout", "title", "craft/01"]),
)


def lines(what: str, *places: str) -> list[str]:
    return grouped(Notice(place, what) for place in places)


def test_the_same_notice_about_several_places_is_one_line() -> None:
    what = "a picture is left out"
    assert lines(what, "cell 3") == ["cell 3: a picture is left out"]
    assert lines(what, "cell 3", "cell 5, output 1", "cell 9", "cell 3") == [
        "cells 3, 5 and 9: a picture is left out"
    ]
    assert lines(what, "cell 4, output 1", "cell 4, output 2") == [
        "cell 4, outputs 1 and 2: a picture is left out"
    ]
    assert lines(what, "cell 4", "cell 4, output 2") == ["cell 4: a picture is left out"]


def test_a_notice_about_the_whole_notebook_has_no_place() -> None:
    assert lines("it has format 3", "") == ["it has format 3"]
    assert lines("it is odd", "", "the handout", "cell 2") == ["the handout; cell 2: it is odd"]


def test_of_many_places_the_first_nine_are_named() -> None:
    cells = [f"cell {number}" for number in range(1, 16)]
    assert lines("x", *cells) == ["cells 1, 2, 3, 4, 5, 6, 7, 8, 9 and 6 more: x"]
    assert lines("x", *cells[:10]) == ["cells 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10: x"]


def test_lines_stand_in_the_order_of_their_first_places() -> None:
    notices = [Notice("cell 1", "b"), Notice("cell 2", "a"), Notice("cell 3", "b")]
    assert grouped(notices) == ["cells 1 and 3: b", "cell 2: a"]


@given(st.lists(st.tuples(PLACES, st.sampled_from("abc"), st.booleans())))
def test_each_kind_of_notice_has_one_line(found: list[tuple[str, str, bool]]) -> None:
    said = grouped(Notice(*one) for one in found)
    assert [line[-1] for line in said] == list(dict.fromkeys(what for _, what, _ in found))
