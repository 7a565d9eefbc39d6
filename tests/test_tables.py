"""Tables and plots: what they show, that they need nothing else, and that anyone can read them."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import prepkit as pk
from prepkit.forms import FORMS
from prepkit.practice.progress import progress_frame
from prepkit.records import Answer, Revision
from prepkit.widgets import drawing
from prepkit.widgets.table import glance_table, search_table
from prepkit.words import count_words
from tests.examples import long_enough

SAVED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = long_enough("We did it")
LONG = "Tell me about a time " + "when it went on and on " * 20 + "and then it ended."
LINK = re.compile(r'<a href="([^"]*)" title="[^"]*" ([^>]*)>((?:[^<]|<wbr>)*)</a>')


@dataclass(frozen=True)
class FakeBank:
    """What progress reads of a bank."""

    questions: pd.DataFrame


QUESTIONS = pd.DataFrame(
    {
        "category": pd.Categorical(["people", "people", "delivery"]),
        "category_title": ["People & teams", "People & teams", "Delivery"],
        "number": [1, 2, 1],
        "kind": ["past-event"] * 3,
        "text": ["Was <b>feedback</b> hard to give?", LONG, "A date for $5, or $6?"],
        "tags": [("feedback",), (), ("dates", "scope")],
    },
    index=pd.Index(["people/01", "people/02", "delivery/01"], name="question"),
)
COMPANIES = pd.DataFrame(
    {
        "company": ["Acme", "Acme", "Acme", "Bolt", "Quiet"],
        "value": pd.array(["Care", "Speed", "Old word", "Candour", None], dtype="str"),
        "source_url": ["https://www.acme.example/values"] * 3 + ["javascript:alert(1)", pd.NA],
        "source_kind": ["owner", "owner", "press", "press", pd.NA],
        "checked": pd.to_datetime(["2026-01-02"] * 4 + ["NaT"]),
        "superseded_by": [pd.NA, pd.NA, "Speed", pd.NA, pd.NA],
        "used_in_interviews": ["stated", "stated", "unknown", "unknown", pd.NA],
    }
)
ASKS = pd.DataFrame(
    {
        "question": ["people/01", "people/02", "delivery/01", "people/01"],
        "company": ["bolt & Co", "Acme", "Acme", "Quiet"],
        "value": [pd.NA, "Care", "Care", pd.NA],
        "focus": ["frankness", "warmth", "keeping your word", "calm"],
        "basis": pd.Categorical(["inferred", "stated", "stated", "inferred"]),
        "source_url": [pd.NA, *["https://www.acme.example/values"] * 2, pd.NA],
        "source_kind": [pd.NA, "owner", "second-hand", pd.NA],
        "checked": pd.to_datetime(["NaT", "2026-01-02", "2026-01-02", "NaT"]),
    }
)


def answer(question: str, *parts: str) -> Answer:
    revisions = {
        part: Revision.model_validate(
            {
                "question": question,
                "field": part,
                "revision": 1,
                "text": TEXT,
                "saved_at": SAVED_AT,
                "origin": "form",
            }
        )
        for part in parts
    }
    return Answer(question=question, revisions=revisions)


ANSWERS = {
    "people/01": answer("people/01", *FORMS["past-event"].names),
    "people/02": answer("people/02", "situation"),
}
PROGRESS = progress_frame(FakeBank(QUESTIONS), ANSWERS)
SEARCH_TABLES: dict[str, Callable[[], pk.Table]] = {
    "questions": lambda: pk.questions_table(QUESTIONS, PROGRESS),
    "companies": lambda: pk.companies_table(ASKS, QUESTIONS),
    "focus": lambda: pk.focus_table(ASKS, QUESTIONS),
    "values": lambda: pk.values_table(COMPANIES, ASKS),
}
TABLES: dict[str, Callable[[], pk.Table]] = SEARCH_TABLES | {
    "progress": lambda: pk.progress_table(PROGRESS),
}


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> pk.Table:
    return TABLES[request.param]()


@pytest.fixture(scope="module")
def plot() -> pk.Plot:
    return pk.focus_plot(COMPANIES, ASKS)


def rows(table: pk.Table) -> list[list[str]]:
    """Return the texts of the cells of a table's HTML, without its links and marks."""
    body = re.sub(r"^.*?<table|</table>.*$", "", table.html, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("<tr")[1:]]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_progress_is_counted_by_category_with_a_total() -> None:
    words = str(5 * count_words(TEXT))
    assert rows(pk.progress_table(PROGRESS)) == [
        ["Category", "Questions", "Complete", "In progress", "Not started", "Words written"],
        ["People &amp; teams", "2", "1", "1", "0", words],
        ["Delivery", "1", "0", "0", "1", "0"],
        ["All", "3", "1", "1", "1", words],
    ]


def test_one_category_needs_no_total() -> None:
    assert len(rows(pk.progress_table(PROGRESS[:2]))) == 2


def test_minutes_are_shown_when_a_log_was_kept() -> None:
    log = pd.DataFrame({"question": ["people/01"] * 2, "seconds": [50, 100]})
    progress = progress_frame(FakeBank(QUESTIONS), ANSWERS, (), log)
    table = rows(pk.progress_table(progress))
    assert [row[-1] for row in table] == ["Minutes practised", "2", "0", "2"]


def test_large_numbers_have_commas() -> None:
    frame = pd.DataFrame(
        {"Category": ["People"], "Words": [10010], "Known": [True], "Share": [0.5]}
    )
    assert rows(glance_table(frame, caption="Words"))[1] == ["People", "10,010", "True", "0.5"]


def test_a_search_table_without_rows_says_so() -> None:
    table = search_table(pd.DataFrame({"Question": []}), caption="Suggestions", empty="None yet.")
    assert rows(table)[1] == ["None yet."]
    assert "prepkitTables" not in table.html  # nothing to search


@pytest.mark.parametrize("name", ["questions", "companies"])
def test_a_cell_is_never_cut(name: str) -> None:
    assert LONG in TABLES[name]().html


def test_text_is_never_taken_for_html(table: pk.Table) -> None:
    assert "<b>" not in table.html


def test_a_state_sorts_by_its_order_and_not_by_its_mark() -> None:
    cells = re.findall(r'data-order="(\d)">([^<]*)<', TABLES["questions"]().html)
    assert cells == [("2", "● Complete"), ("1", "◐ In progress"), ("0", "○ Not started")]


def test_questions_are_listed_without_answers_too() -> None:
    header, *_ = rows(pk.questions_table(QUESTIONS))
    assert header == ["Question", "Category", "No.", "Topics"]


def test_companies_come_in_the_order_of_the_alphabet_and_questions_in_that_of_the_bank() -> None:
    by_company = rows(pk.companies_table(ASKS, QUESTIONS))[1:]
    assert [row[0] for row in by_company] == ["Acme", "Acme", "bolt &amp; Co", "Quiet"]
    by_question = rows(pk.focus_table(ASKS))[1:]
    assert [row[0] for row in by_question] == list(ASKS["question"])


def test_a_missing_value_or_source_is_an_empty_cell() -> None:
    last = rows(pk.companies_table(ASKS))[-1]
    assert last == ["Quiet", "Calm", "", "Inferred", "people/01", ""]


def test_values_tell_how_many_questions_train_them_and_how_they_are_known() -> None:
    table = rows(pk.values_table(COMPANIES, ASKS))
    assert [row[:5] for row in table] == [
        ["Value", "Company", "Questions", "Used in interviews", "Replaced by"],
        ["Care", "Acme", "2", "Company says so", ""],
        ["Speed", "Acme", "0", "Company says so", ""],
        ["Old word", "Acme", "0", "Not known", "Speed"],
        ["Candour", "Bolt", "0", "Not known", ""],
    ]
    assert [row[5:] for row in table] == [
        ["Source"],
        *[["Company&#x27;s own site: acme.example, read 2 January 2026"]] * 2,
        ["Press: acme.example, read 2 January 2026"],
        ["Press: javascript:alert(1), read 2 January 2026"],
    ]


def test_there_is_no_column_of_replacements_where_nothing_was_replaced() -> None:
    table = pk.values_table(COMPANIES[:2], ASKS)
    assert "Replaced by" not in table.frame.columns


def test_links_open_in_a_new_tab_and_name_their_source() -> None:
    links = LINK.findall(pk.companies_table(ASKS).html)
    assert len(links) == 2
    for address, attributes, _text in links:
        assert address == "https://www.acme.example/values"
        assert attributes == 'target="_blank" rel="noopener noreferrer"'
    assert [text for *_, text in links] == [
        "Company&#x27;s own site: acme.<wbr>example, read 2 January 2026",
        "Company&#x27;s own site, read second-hand: acme.<wbr>example, read 2 January 2026",
    ]


@pytest.mark.parametrize("name", ["questions", "companies", "focus"])
def test_every_question_that_a_table_names_can_be_opened(name: str) -> None:
    table = TABLES[name]()
    opened = re.findall(
        r'<t[hd][^>]*><a class="pk-open" data-question="([^"]*)">(.*?)</a>', table.html
    )
    assert [QUESTIONS["text"][key] for key, _ in opened] == list(table.frame["Question"])
    assert [unescape(re.sub("<[^>]*>", "", text)) for _, text in opened] == [
        QUESTIONS["text"][key] for key, _ in opened
    ]


def test_a_small_table_has_the_links_of_a_large_one() -> None:
    table = search_table({"Question": ["Why?"]}, opens={"Question": ["a/01"]}, least=2, caption="")
    assert '<a class="pk-open" data-question="a/01">Why?</a>' in table.html


def test_sources_are_sorted_by_the_day_on_which_they_were_read() -> None:
    days = re.findall(r'data-order="([^"]*)"', pk.companies_table(ASKS).html)
    assert days == ["2026-01-02", "2026-01-02", "", ""]


def test_only_web_addresses_become_links() -> None:
    html = pk.values_table(COMPANIES, ASKS).html
    assert ">Press: javascript:alert(1), read 2 January 2026</td>" in html
    assert 'href="javascript' not in html


def test_a_table_names_no_host_but_in_its_links(table: pk.Table) -> None:
    html = re.sub(r"load\(\{.*?\}\)", "", LINK.sub("", table.html))
    assert "http" not in html


def test_the_library_inside_is_that_of_itables() -> None:
    from itables import options

    found = re.search(r"load\((\{.*?\})\)", TABLES["questions"]().html)
    assert found is not None
    library = json.loads(found[1])
    script = Path(options.dt_bundle)
    assert gzip.decompress(b64decode(library["js"])) == script.read_bytes()
    assert gzip.decompress(b64decode(library["css"])) == script.with_suffix(".css").read_bytes()


def test_a_table_is_plain_text_where_there_is_no_html(table: pk.Table) -> None:
    assert table._repr_mimebundle_()["text/plain"] == table.frame.to_string(index=False)


def test_the_focus_plot_leaves_out_what_a_company_has_replaced() -> None:
    assert pk.focus_plot(COMPANIES, ASKS).alt == (
        "The questions here give practice for 1 of the 3 values that 2 companies have published. "
        "Acme: 1 of 2. Bolt: 0 of 1."
    )


def test_a_plot_is_whole_svg_with_text_as_text(plot: pk.Plot) -> None:
    svg = ElementTree.fromstring(plot.svg)
    texts = {"".join(node.itertext()).strip() for node in svg.findall(".//{*}text")}
    assert "Acme" in texts
    assert "DOCTYPE" not in plot.svg


def test_a_plot_carries_its_alternative_text_for_screen_and_print(plot: pk.Plot) -> None:
    data, metadata = plot._repr_mimebundle_()
    assert metadata == {"image/svg+xml": {"alt": plot.alt}}
    assert data["image/svg+xml"] == plot.svg
    assert f'role="img" aria-label="{plot.alt.replace("&", "&amp;")}"' in data["text/html"]


def test_the_text_of_a_plot_follows_the_theme(plot: pk.Plot) -> None:
    data, _ = plot._repr_mimebundle_()
    assert "currentColor" in data["text/html"]
    assert drawing.INK not in data["text/html"]


def test_the_same_frame_gives_the_same_bytes() -> None:
    assert TABLES["companies"]().html == TABLES["companies"]().html
    assert pk.focus_plot(COMPANIES, ASKS) == pk.focus_plot(COMPANIES, ASKS)


def test_plots_of_nothing_are_drawn() -> None:
    assert pk.focus_plot(COMPANIES[:0], ASKS).caption.endswith("0 companies have published.")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


COLOURS = [colour for colour in drawing.COLOURS.values() if colour != "none"]


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
@pytest.mark.parametrize("colour", [*COLOURS, drawing.LINE])
def test_shapes_stand_out_on_light_and_dark(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("state", ["complete", "started"])
def test_numbers_on_bars_can_be_read(state: str) -> None:
    assert contrast(drawing.COLOURS[state], drawing.ON_COLOUR[state]) >= 4.5
