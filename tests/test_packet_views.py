"""What a packet shows: safe with any text, whole without style sheets, and in plain words."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, date, datetime
from math import ceil
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import prepkit as pk
from prepkit.forms import FORMS
from prepkit.handouts import handout_pdf
from prepkit.practice.coverage import COVERS
from prepkit.practice.params import PacketParams
from prepkit.practice.plan import plan_frame
from prepkit.practice.plan_rules import RULES
from prepkit.records import LEVELS, Answer, Revision
from prepkit.widgets import packet_tables

STAR = FORMS["past-event"].names

DAY = date(2026, 11, 24)
HOSTILE = "<b>*x*</b> [a](b) $x$ # \\(y\\) <script>alert(1)</script>"
CHOSEN = pd.DataFrame(
    {
        "question": ["people/01", "delivery/02"],
        "category_title": ["People & teams", "Delivery"],
        "number": [1, 2],
        "kind": ["past-event", "past-event"],
        "text": ["Was <b>feedback</b> hard to give?", "A date for $5?"],
        "companies": [("Acme", "Quiet"), ()],
        "values": [("Care", ""), ()],
        "state": ["untouched", "untouched"],
        "gap": ["Situation is still empty"] * 2,
        "findings": [0, 0],
        "reason": ["It probes “Care” (Acme, stated).", "A first story on Delivery."],
    }
)
LEVEL_LINES = pd.DataFrame(
    {
        "question": ["people/01", "people/01", "other/01"],
        "level": pd.Categorical(["director", "senior engineer", "director"], LEVELS),
        "text": ["sets the <i>tone</i>", "asks early", "never shown"],
    }
)
ASKS = pd.DataFrame(
    {
        "question": ["people/01", "people/01", "delivery/02"],
        "company": ["Acme", "Quiet", "Acme"],
        "focus": ["warmth", "calm", "never shown"],
        "basis": ["stated", "inferred", "stated"],
    }
)
COVERAGE = pd.DataFrame(
    {
        "group": ["Acme & Co", "Acme & Co", "Acme & Co", "Quiet"],
        "kind": pd.Categorical(["value"] * 3 + ["question"], ["value", "question"]),
        "item": ["Speed", "Care", "Depth", "people/01"],
        "basis": ["stated", "stated", "published value", "inferred"],
        "questions": [3, 1, 0, 1],
        "cover": pd.Categorical(["packet", "answer", "neither", "packet"], COVERS, ordered=True),
    }
)
COMPANIES = pd.DataFrame(
    {
        "company": ["Acme", "Acme", "Acme", "Quiet", "Other"],
        "value": pd.array(["Care", "Speed", "Depth", None, "Never shown"], dtype="str"),
        "source_url": ["https://www.acme.example/v?a=1&b=2"] * 2
        + ["https://news.example/acme", None, "https://other.example"],
        "source_kind": ["owner", "owner", "press", None, "owner"],
        "checked": pd.to_datetime(["2026-01-02"] * 3 + ["NaT", "2026-01-02"]),
        "note": ["It <says> so."] * 3 + ["Nothing was found.", None],
    }
)


def answer(question: str, **texts: str) -> Answer:
    revisions = {
        part: Revision.model_validate(
            {
                "question": question,
                "field": part,
                "revision": 1,
                "text": text,
                "saved_at": datetime(2026, 1, 5, 9, tzinfo=UTC),
                "origin": "form",
            }
        )
        for part, text in texts.items()
    }
    return Answer(question=question, revisions=revisions)


def short(question: str) -> Answer:
    """Return a complete answer of which each part is short, and more."""
    parts = FORMS["past-event"].parts
    return answer(question, **{part.name: "we did it " * ceil(part.least / 3) for part in parts})


def rows(table: pk.Table) -> list[list[str]]:
    """Return the texts of the cells, the head first."""
    page = BeautifulSoup(table.html, "html.parser")
    return [[cell.get_text() for cell in row(["th", "td"])] for row in page("tr")]


def words(html: str) -> str:
    page = BeautifulSoup(html, "html.parser")
    for unseen in page("style"):
        unseen.extract()
    return page.get_text(" ", strip=True)


PASSAGES = {
    "welcome": pk.welcome(HOSTILE, PacketParams()),
    "coach": pk.coach_note(HOSTILE),
    "paragraph": pk.paragraph(HOSTILE),
    "fill-in": pk.fill_in_name(HOSTILE),
}


@pytest.mark.parametrize("name", PASSAGES)
def test_no_text_is_taken_for_markup_or_for_a_formula(name: str) -> None:
    passage = PASSAGES[name]
    assert passage is not None
    page = BeautifulSoup(passage.html, "html.parser")
    assert not page(["b", "a", "script"])
    # JupyterLab's MathJax looks for pairs of delimiters within one text of a page.
    texts = [
        text for text in page.find_all(string=True) if text.parent and text.parent.name != "style"
    ]
    assert not [text for text in texts if re.search(r"\$.+\$|\\[(\[]", text)]
    assert HOSTILE in "".join(texts)
    assert HOSTILE in passage.text


@given(st.text())
def test_any_note_of_a_coach_is_shown_with_every_word(notes: str) -> None:
    passage = pk.coach_note(notes)
    if passage is None:
        assert not notes.split()
        return
    data = passage._repr_mimebundle_()
    shown = BeautifulSoup(data["text/html"].split("</style>")[1], "html.parser").get_text(" ")
    for text in (shown, data["text/plain"]):
        told = text.replace("A note from your coach", "", 1)
        assert "".join(told.split()) == "".join(notes.split())


def test_the_head_says_what_is_known_and_nothing_else() -> None:
    params = PacketParams(
        companies=("Acme", "Bolt & Co"), level="director", day=DAY, interview=date(2026, 12, 1)
    )
    assert pk.welcome("Maya\nOkafor", params).text.splitlines() == [
        "Your interview packet",
        "For: Maya Okafor",
        "Date: Tuesday 24 November 2026",
        "Interview: Tuesday 1 December 2026",
        "Level: Director",
        "Companies: Acme, Bolt & Co",
    ]
    assert pk.welcome("", PacketParams()).text == "Your interview packet"
    assert "<table" not in pk.welcome("", PacketParams()).html


def test_a_coachs_lines_and_paragraphs_stay_apart() -> None:
    passage = pk.coach_note("\n One.\nTwo.\n\n\n  Three. \n")
    assert passage is not None
    assert "<p>One.<br>Two.</p><p>Three.</p>" in passage.html
    assert passage.text == "A note from your coach\nOne.\nTwo.\nThree."


def test_without_a_note_nothing_is_shown() -> None:
    assert pk.coach_note(" \n\t\n") is None


def test_the_notebook_to_write_in_is_named_where_the_student_is_known() -> None:
    assert pk.fill_in_name("maya.okafor").text == (
        "Write your answers in maya.okafor-fill-in.ipynb, which came with this packet."
    )
    assert pk.fill_in_name("").text == (
        "Write your answers in the notebook that came with this packet: its name ends in "
        "-fill-in.ipynb."
    )


def test_a_story_sheet_is_asked_for_with_one_of_the_questions() -> None:
    assert "prepkit handout --story people/01 in" in pk.story_hint("people/01").text


def test_each_rule_says_what_it_rests_on() -> None:
    lines = pk.plan_rules(RULES).text.splitlines()
    assert lines[0] == "What this plan is based on:"
    assert all(re.fullmatch(r"(Research|Rule of thumb): .+ \(.+\)", line) for line in lines[1:])


def test_each_source_of_a_company_is_named_once_with_its_day() -> None:
    passage = pk.company_sources(COMPANIES, ["Quiet", "Acme"])
    assert passage.text.splitlines() == [
        "Quiet: Nothing was found.",
        "Acme: It <says> so. Company's own site: acme.example, read 2 January 2026; "
        "Press: news.example, read 2 January 2026",
    ]
    assert words(passage.html).startswith("Quiet: Nothing was found. Acme: It <says> so.")
    links = [a["href"] for a in BeautifulSoup(passage.html, "html.parser")("a")]
    assert links == ["https://www.acme.example/v?a=1&b=2", "https://news.example/acme"]


def test_of_a_company_that_the_bank_lacks_it_is_said_that_nothing_is_known() -> None:
    passage = pk.company_sources(COMPANIES, ["Adyen"])
    assert passage.text == (
        "Adyen: We have nothing on this company, so no question was chosen for it."
    )
    assert "<b>&lt;i&gt;x:</b>" in pk.company_sources(COMPANIES, ["<i>x"]).html


def test_the_questions_are_numbered_and_each_says_why_it_was_chosen() -> None:
    assert rows(pk.chosen_table(CHOSEN)) == [
        ["No.", "Sheet", "Question", "Why it was chosen"],
        [
            "1",
            "People & teams Q1",
            "Was <b>feedback</b> hard to give?",
            "It probes “Care” (Acme, stated).",
        ],
        ["2", "Delivery Q2", "A date for $5?", "A first story on Delivery."],
    ]


def test_a_level_is_told_by_the_number_of_the_question() -> None:
    assert rows(pk.levels_table(LEVEL_LINES, CHOSEN, "director")) == [
        ["No.", "What a director shows"],
        ["1", "sets the <i>tone</i>"],
    ]
    empty = pk.levels_table(LEVEL_LINES, CHOSEN, "engineering manager")
    assert rows(empty) == [
        ["No.", "What an engineering manager shows"],
        ["These questions say nothing about this level."],
    ]


def test_an_evening_is_one_row_of_the_plan_with_a_box_to_tick() -> None:
    table = rows(pk.plan_table(plan_frame(CHOSEN, DAY, date(2026, 11, 27))))
    assert table == [
        ["Evening", "What to do", "Minutes", "Done"],
        [
            "Tuesday 24 November",
            "Write a first version of question 1 (People & teams Q1): one real event, all four "
            "parts.",
            "45",
            "☐",
        ],
        [
            "Wednesday 25 November",
            "Practise question 1 out loud, with the timer. Write a first version of question 2 "
            "(Delivery Q2): one real event, all four parts.",
            "60",
            "☐",
        ],
        [
            "Thursday 26 November",
            "Practise question 2 out loud, with the timer. Read your story sheets or notes once. "
            "Then stop, and rest.",
            "35",
            "☐",
        ],
    ]


def test_values_show_their_basis_and_what_covers_them() -> None:
    assert rows(pk.targets_table(COVERAGE)) == [
        ["Company", "Value", "How we know", "Questions about it", "Covered by"],
        ["Acme & Co", "Speed", "Stated", "3", "this packet"],
        ["Acme & Co", "Care", "Stated", "1", "a complete answer"],
        ["Acme & Co", "Depth", "Published value", "0", "nothing yet"],
    ]


def test_the_focus_is_that_of_the_companies_of_each_question() -> None:
    table = pk.target_focus_table(ASKS, CHOSEN)
    assert rows(table) == [
        ["No.", "Company", "What they look for", "Value", "How we know"],
        ["1", "Acme", "Warmth", "Care", "Stated"],
        ["1", "Quiet", "Calm", "", "Inferred"],
    ]
    assert "no proof that it is scored" in table.html


def test_what_to_look_at_again_begins_with_the_packets_own_answers() -> None:
    titles = CHOSEN.set_index("question").assign(kind="past-event")
    answers = {name: short(name) for name in titles.index} | {"gone/01": short("gone/01")}
    table = pk.second_look_table(answers, titles, {"delivery/02"}).frame
    assert list(table["Sheet"].unique()) == ["Delivery Q2", "People & teams Q1"]
    assert table["How we know"].str.fullmatch("Research: .+|Rule of thumb").all()
    started = pk.second_look_table({"people/01": answer("people/01", task="x")}, titles)
    assert rows(started)[1] == ["No suggestions. They appear here when an answer is complete."]


def test_a_long_list_of_remarks_is_cut_and_says_so() -> None:
    titles = pd.DataFrame(
        {"category_title": "People", "number": range(1, 9), "kind": "past-event"},
        index=pd.Index([f"people/{number:02d}" for number in range(1, 9)], name="question"),
    )
    table = pk.second_look_table({name: short(name) for name in titles.index}, titles)
    assert len(table.frame) == packet_tables.MOST_FINDINGS
    assert "Complete answers: the first 12 of 48 suggestions" in table.html


EMPTY = {
    "chosen": pk.chosen_table(CHOSEN[:0]),
    "plan": pk.plan_table(plan_frame(CHOSEN[:0], DAY)),
    "targets": pk.targets_table(COVERAGE[3:]),
    "focus": pk.target_focus_table(ASKS, CHOSEN[1:]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_table_without_rows_says_so(name: str) -> None:
    assert len(rows(EMPTY[name])) == 2
    assert re.fullmatch(r"(No|None) .+\.", rows(EMPTY[name])[1][0])


@pytest.mark.parametrize(
    "table",
    [pk.chosen_table(CHOSEN), pk.targets_table(COVERAGE)],
    ids=["chosen", "targets"],
)
def test_texts_begin_at_the_left_even_without_style_sheets(table: pk.Table) -> None:
    page = BeautifulSoup(table.html, "html.parser")
    for cell in page(["th", "td", "caption"]):
        number = "prepkit-number" in (cell.get("class") or [])
        assert cell.get("style") == (None if number else "text-align: left")


PLOTS: dict[str, pk.Plot] = {
    "parts": pk.star_plot(),
    "coverage": pk.coverage_plot(COVERAGE),
    "nothing": pk.coverage_plot(COVERAGE[:0]),
}


@pytest.fixture(params=PLOTS)
def plot(request: pytest.FixtureRequest) -> pk.Plot:
    return PLOTS[request.param]


def test_the_coverage_plot_says_what_it_shows() -> None:
    assert PLOTS["coverage"].alt == (
        "Of 3 values and 1 question, 1 has a complete answer, and 2 more are practised with this "
        "packet. Acme & Co: 1 of 3 values with a complete answer, 1 more with a question in this "
        "packet. Quiet: 0 of 1 question with a complete answer, 1 more with a question in this "
        "packet."
    )
    assert PLOTS["nothing"].caption == (
        "Of nothing, 0 have a complete answer, and 0 more are practised with this packet."
    )


def test_the_parts_are_as_wide_as_their_share_of_the_words_which_is_a_rule_of_thumb() -> None:
    svg = ElementTree.fromstring(PLOTS["parts"].svg)
    wide = [float(box.attrib["width"]) + 5 for box in svg.findall("{*}rect")]
    assert [round(100 * one / sum(wide)) for one in wide] == [22, 10, 47, 21]
    texts = [text.text for text in svg.findall("{*}text")]
    note = (
        "Each part is as wide as its share of the time, 1:15\N{EN DASH}2:55 min: a rule of thumb, "
        "not research."
    )
    assert note in texts


def test_a_dot_tells_its_kind_without_its_colour() -> None:
    svg = ElementTree.fromstring(PLOTS["coverage"].svg)
    dots = [circle.attrib for circle in svg.findall("{*}circle")]
    assert len(dots) == 3 + 4  # the legend's and the rows'
    assert sum(dot["fill"] != "none" for dot in dots) == 1 + 1
    assert len(svg.findall("{*}path")) == 1 + 2  # half dots


def test_a_plot_is_a_picture_that_any_page_shows(plot: pk.Plot) -> None:
    data, metadata = plot._repr_mimebundle_()
    page = BeautifulSoup(data["text/html"], "html.parser")
    assert not page("svg")
    (picture,) = page("img")
    assert picture["alt"] == plot.alt == data["text/plain"]
    kind, coded = str(picture["src"]).split(",")
    assert kind == "data:image/svg+xml;base64"
    shapes = list(ElementTree.fromstring(b64decode(coded)))
    assert shapes[0].attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
    assert data["image/svg+xml"] == plot.svg
    assert metadata == {"image/svg+xml": {"alt": plot.alt}}


def test_plots_are_printed_with_their_words() -> None:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": "",
            "outputs": [{"output_type": "display_data", "data": data, "metadata": metadata}],
        }
        for data, metadata in (plot._repr_mimebundle_() for plot in PLOTS.values())
    ]
    handout = handout_pdf({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    assert handout.notices == ()
    assert handout.pdf.startswith(b"%PDF")
