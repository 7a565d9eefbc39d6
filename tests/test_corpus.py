"""The comparison with nbconvert's page: what counts as missing, and what counts as named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.corpus import ours, report
from tests.corpus.shown import (
    FORMULA,
    Kind,
    Link,
    Missing,
    Part,
    Shown,
    Visual,
    by_place,
    charts,
    missing,
    words,
)


def texts(**parts: str) -> Shown:
    """Return what shows texts at places; ``cell_4_output_2`` is ``cell 4, output 2``."""
    return Shown([Part(place_of(name), text) for name, text in parts.items()])


def place_of(name: str) -> str:
    cell, _, output = name.replace("_", " ").partition(" output ")
    return f"{cell}, output {output}" if output else cell


def page(text: str) -> Shown:
    return Shown([Part("", text)])


def picture(place: str, key: str = "10x10", kind: Kind = "picture") -> Visual:
    return Visual(place, kind, key)


def lacking(theirs: Shown, ours: Shown, *notices: str) -> list[tuple[Kind, str, str]]:
    """Return the kind and place of what is missing, and the notice that names it."""
    return [(one.kind, one.place, one.notice) for one in missing(theirs, ours, notices)]


# ---- words ---------------------------------------------------------------------------------------


def test_words_have_no_capitals_no_punctuation_and_no_invisible_signs() -> None:
    assert words("Soft\u00adware, (IT) 🙂!") == ["software", "it", "🙂"]
    assert words(f"as {FORMULA} says") == ["as", FORMULA, "says"]
    assert words("ﬁne") == ["fine"]


def test_a_text_that_is_there_in_another_order_is_whole() -> None:
    assert lacking(texts(cell_1="one two", cell_2="three"), page("Three: one, TWO")) == []


def test_a_word_that_is_missing_is_told_with_its_place_and_its_neighbours() -> None:
    found = missing(texts(cell_1="one two", cell_2="three four five"), page("one two three"), [])
    assert found == [
        Missing("word", "cell 2", "four (three four five)"),
        Missing("word", "cell 2", "five (three four five)"),
    ]


def test_of_two_equal_words_the_one_whose_neighbours_are_missing_too_is_missing() -> None:
    theirs = texts(cell_1="a red house stands", cell_2_output_1="my red car drives")
    assert lacking(theirs, page("a red house stands"), "cell 2, output 1: a table") == [
        ("word", "cell 2, output 1", "cell 2, output 1: a table")
    ] * len(words("my red car drives"))


def test_a_word_that_is_broken_at_the_end_of_a_line_is_not_missing() -> None:
    assert lacking(texts(cell_1="the extraordinary case"), page("the extraordi\nnary case")) == []
    assert lacking(texts(cell_1="extraordinary"), page("extraordi\nnary")) == []


def test_a_word_of_another_place_does_not_stand_for_a_missing_one() -> None:
    theirs = texts(cell_1="total 5", cell_2="total 5")
    assert [kind for kind, _, _ in lacking(theirs, page("total 5"))] == ["word", "word"]


# ---- notices -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "places"),
    [
        ("cell 4: it is left out", ["cell 4"]),
        ("cell 4, output 2: it is left out", ["cell 4, output 2"]),
        ("cells 3, 5 and 9: they are left out", ["cell 3", "cell 5", "cell 9"]),
        ("cells 3-5: they are left out", ["cell 3", "cell 4", "cell 5"]),
        ("cell 4, outputs 1 and 2: out", ["cell 4, output 1", "cell 4, output 2"]),
        (
            "cell 3, output 1; cell 4, output 2: out",
            ["cell 3, output 1", "cell 4, output 2"],
        ),
        ("the code is left out", [""]),
    ],
)
def test_a_notice_names_its_places(notice: str, places: list[str]) -> None:
    assert by_place([notice]) == {place: [notice] for place in places}


def test_a_notice_of_another_place_names_nothing() -> None:
    theirs = texts(cell_1="one", cell_2="two")
    assert lacking(theirs, page("one"), "cell 1: it is left out") == [("word", "cell 2", "")]


def test_a_notice_about_an_alternative_text_names_nothing_that_is_missing() -> None:
    theirs = Shown(visuals=[picture("cell 1")])
    notice = "cell 1: a picture has no alternative text"
    assert lacking(theirs, Shown(), notice) == [("picture", "cell 1", "")]


def test_the_notices_of_a_notebook_are_those_with_its_path() -> None:
    said = ["/n/a.ipynb: cell 1: out", "/n/b.ipynb: cell 2: out", "no sitemap was made"]
    assert ours.about(said, Path("/n/a.ipynb")) == ["cell 1: out"]


# ---- pictures, formulas, links -------------------------------------------------------------------


def test_a_picture_of_the_same_size_is_the_same_picture() -> None:
    theirs = Shown(visuals=[picture("cell 1", "10x10"), picture("cell 2", "20x20")])
    mine = Shown(visuals=[picture("", "20x20")])
    assert lacking(theirs, mine) == [("picture", "cell 1", "")]


def test_a_chart_may_be_shown_as_a_picture_but_a_video_may_not() -> None:
    mine = Shown(visuals=[picture("", "any"), picture("", "any")])
    theirs = [picture("cell 1, output 1", "chart", "chart"), picture("cell 2", "IFRAME", "media")]
    assert lacking(Shown(visuals=theirs), mine) == [("media", "cell 2", "")]


def test_a_formula_may_be_shown_as_the_picture_that_the_output_has_too() -> None:
    theirs = texts(cell_1_output_1=FORMULA, cell_2=FORMULA)
    mine = Shown(visuals=[picture("")])
    assert lacking(theirs, mine) == [("formula", "cell 2", "")]
    assert len(lacking(theirs, Shown())) == 2


def test_a_script_that_draws_is_a_chart_and_one_that_only_loads_is_none() -> None:
    def script(place: str, text: str, kind: str = "") -> dict[str, str]:
        return {"place": place, "text": text, "type": kind, "source": ""}

    widget = "application/vnd.jupyter.widget-view+json"
    found = charts(
        [
            script("cell 1, output 1", "requirejs.config({})"),
            script("cell 2, output 1", "Plotly.newPlot('a', [])"),
            script("cell 2, output 1", "Plotly.newPlot('b', [])"),
            script("cell 3, output 1", "{}", widget),
            script("cell 4", "Plotly.newPlot('a', [])"),
        ]
    )
    assert [one.place for one in found] == ["cell 2, output 1", "cell 3, output 1"]


def test_a_link_on_the_web_is_the_same_by_its_address_and_one_between_files_by_its_text() -> None:
    theirs = [Link("cell 1", "https://a.example/", "A"), Link("cell 2", "./b.ipynb", "B")]
    same = [Link("", "https://a.example", "another"), Link("", "b.html", "B")]
    other = [Link("", "https://c.example", "A"), Link("", "c.html", "C")]
    assert lacking(Shown(links=theirs), Shown(links=same)) == []
    assert lacking(Shown(links=theirs), Shown(links=other)) == [
        ("link", "cell 1", ""),
        ("link", "cell 2", ""),
    ]
    notice = "cell 2: a link is left out"
    assert ("link", "cell 2", notice) in lacking(Shown(links=theirs), Shown(), notice)


def test_a_link_within_a_pdf_stands_for_one_within_the_notebook() -> None:
    theirs = Shown(links=[Link("cell 1", "#part", "Part"), Link("cell 1", "#other", "Other")])
    assert len(lacking(theirs, Shown(links=[Link("", "#", "")]))) == 1


# ---- the report ----------------------------------------------------------------------------------


def test_what_is_missing_is_counted_and_what_is_silent_is_listed() -> None:
    found = [Missing("word", "cell 1", "a"), Missing("picture", "cell 2", "b", "cell 2: out")]
    assert report.outcome(found) == {
        "named": {"picture": 1},
        "silent": {"word": 1},
        "list": [["word", "cell 1", "a"]],
    }


def test_the_report_has_a_line_for_each_notebook_and_the_totals() -> None:
    there = report.counts(texts(cell_1=f"one two {FORMULA}"))
    silent = report.outcome([Missing("word", "cell 1", "two")])
    whole = report.outcome([])
    results: list[dict[str, Any]] = [
        {"notebook": "a.ipynb", "there": there, "site": silent, "pdf": whole},
        {"notebook": "b.ipynb", "there": there, "site": whole, "pdf": {"failed": "too deep"}},
        {"notebook": "c.ipynb", "unread": "it is damaged"},
    ]
    assert [report.row(one) for one in results] == [
        "a.ipynb: site silent 1 word; pdf whole",
        "b.ipynb: site whole; pdf not made: too deep",
        "c.ipynb: not compared: it is damaged",
    ]
    lines = [" ".join(line.split()) for line in report.totals(results).splitlines() if line]
    assert lines == [
        "2 notebooks compared, 1 not",
        "not made word formula picture drawing chart media link",
        "there 4 2 0 0 0 0 0",
        "site 0 1 silent 0 silent 0 silent 0 silent 0 silent 0 silent 0 silent",
        "0 named 0 named 0 named 0 named 0 named 0 named 0 named",
        "1 of 2 notebooks lack nothing in silence",
        "pdf 1 0 silent 0 silent 0 silent 0 silent 0 silent 0 silent 0 silent",
        "0 named 0 named 0 named 0 named 0 named 0 named 0 named",
        "1 of 2 notebooks lack nothing in silence",
    ]
    assert report.has_silent(results)
    assert not report.has_silent([{"notebook": "b.ipynb", "there": there, "site": whole}])
