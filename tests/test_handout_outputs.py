"""Outputs of code cells in print: tables, plots, texts, and what is said of the rest.

Run as a script, it writes the golden document anew.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import base64
import io
import json
import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from prepkit.errors import PrepkitError
from prepkit.handouts import Handout, Layout, handout_pdf
from prepkit.handouts.blocks import blocks_of
from prepkit.handouts.grid import A4, cut
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.typesetting import Document
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.styler import style_cells
from prepkit.notebook.titles import svg_words
from prepkit.notebook.widget_state import STATE_MIME

pytestmark = pytest.mark.slow  # the libraries whose outputs are printed take their time to load

GOLDEN = Path(__file__).parent / "data" / "handout-golden.json"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30">{}</svg>'
# As vl-convert writes a chart of altair, less its marks.
VEGA_SVG = SVG.format(
    '<g class="mark-group role-title"><g class="mark-text role-title-text" role="graphics-symbol">'
    '<text text-anchor="middle" y="20">Bars of <tspan>cost</tspan></text></g></g>'
)
WIDGET = "application/vnd.jupyter.widget-view+json"


def output(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("1", outputs=[new_output("display_data", data=data, metadata=metadata)])


def bundle_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return a cell that nbformat refuses to make: its data by some types is an object."""
    return {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": data}]}


def document_of(*cells: Any) -> Document:
    nb = {"nbformat": 4, "cells": list(cells)}
    return notebook_document(nb, Layout())


def blocks(document: Document) -> list[dict[str, Any]]:
    return [block for part in document.data["body"] for block in part["c"]]


def heard(text: str, *, for_author: bool = False) -> None:
    raise AssertionError(text, for_author)


def table(html: str) -> dict[str, Any]:
    root = parse_html(html)
    style_cells(root)
    (found,) = blocks_of(root, heard)
    return found


def rows_of(table: dict[str, Any]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(table["rows"])]
    for cell in table["cells"]:
        rows[cell["y"]].append("".join(part for part in cell["c"] if isinstance(part, str)))
    return rows


def text_of(handout: Handout) -> str:
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def figure(kind: str, *, title: str = "Load over time", **settings: Any) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    options: Any = {"svg.hashsalt": "prepkit", **settings}
    with rc_context(options):
        drawn = Figure(figsize=(3, 2))
        axes = drawn.subplots()
        axes.plot([1, 2])
        axes.set_xlabel("Weeks")
        axes.set_title(title)
        file = io.BytesIO()
        drawn.savefig(file, format=kind, dpi=40)
    return file.getvalue().decode() if kind == "svg" else base64.b64encode(file.getvalue()).decode()


def two_level_frame() -> pd.DataFrame:
    return pd.DataFrame(
        [[1.5, -2.0, 30.25, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]],
        index=pd.MultiIndex.from_tuples(
            [("Alpha", "one"), ("Alpha", "two"), ("Beta", "one")], names=["group", "item"]
        ),
        columns=pd.MultiIndex.from_product([["Before", "After"], ["mean", "spread"]]),
    )


def styled(**options: Any) -> str:
    style = pd.DataFrame({"month": ["May", "June"], "cost": [1210.5, -3]}).style
    return str(
        style.format(precision=1)
        .set_caption("Cost <b>a month</b>")
        .set_properties(subset=["month"], **{"font-weight": "bold", "font-style": "italic"})
        .highlight_max(subset=["cost"], props="background-color: gold; color: rgba(0, 0, 0, 0.5)")
        .set_table_styles([{"selector": "th.col_heading", "props": "background-color: navy"}])
        .to_html(table_uuid="golden", **options)
    )


def services_html() -> str:
    from great_tables import GT, loc, md, style

    frame = pd.DataFrame(
        {
            "region": ["North", "North", "South"],
            "name": ["search", "mail", "maps"],
            "cost": [1.5, -2, 3],
            "calls": [10, 2000, 3],
        }
    )
    made = (
        GT(frame, rowname_col="name", groupname_col="region", id="golden")
        .tab_header("Cost of services", "from the monthly bill")
        .tab_spanner("Measured", columns=["cost", "calls"])
        .tab_stubhead("Service")
        .fmt_currency("cost")
        .fmt_number("calls", decimals=0)
        .tab_source_note(md("Source: the **ledger**"))
        .tab_style(style.fill("lightyellow"), loc.body(columns="cost", rows=[0]))
        .tab_footnote("refunded", loc.body(columns="cost", rows=[1]))
    )
    return str(made.as_raw_html())


def itables_html(frame: Any, **options: Any) -> str:
    from itables import to_html_datatable

    return str(to_html_datatable(frame, **options))


def altair_bundle(renderer: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of a library while it is imported
        import altair as alt
    frame = pd.DataFrame({"name": ["a", "b"], "cost": [1, 2]})
    chart = alt.Chart(frame, title="Cost by name").mark_bar().encode(x="cost:Q", y="name:N")
    with alt.renderers.enable(renderer):
        bundle = chart._repr_mimebundle_()
    return dict(bundle[0] if isinstance(bundle, tuple) else bundle)


def golden_notebook() -> Any:
    from prepkit.widgets.table import search_table

    frame = pd.DataFrame({"month": ["May", "June"], "cost": [1210.5, -3]})
    questions = pd.DataFrame({"question": ["What broke?", "Who knew?"], "asked": [3, 12]})
    mixed = pd.DataFrame(
        {
            "level": pd.Categorical(["low", "high"], ["low", "high"], ordered=True),
            "share": [0.5, float("inf")],
            "note": ["<i>raw</i>", "fish & chips"],
        },
        index=pd.Index(["first", "second"], name="order"),
    )
    stream = [
        new_output("stream", text="10%|█ |\r100%|██|\ndone\n"),
        new_output("stream", name="stderr", text="\x1b[33mcareful\x1b[0m\n"),
        new_output("error", ename="ValueError", evalue="\x1b[31mnot\x1b[0m a number", traceback=[]),
    ]
    return new_notebook(
        cells=[
            new_markdown_cell("# Every kind\n\nFirst $x$ maths."),
            output({"text/html": frame.to_html(), "text/plain": "unseen"}),
            output({"text/html": two_level_frame().to_html()}),
            output({"text/html": styled()}),
            output({"text/html": services_html()}),
            output({"text/html": itables_html(mixed, caption="Mixed & sorted")}),
            output({"text/html": search_table(questions, caption="All questions").html}),
            new_markdown_cell("## The plot as pixels"),
            output({"image/png": figure("png"), "text/plain": "<Figure size 640x480>"}),
            output({"image/svg+xml": figure("svg"), "image/png": figure("png")}),
            output({"image/svg+xml": VEGA_SVG}),
            output(altair_bundle("html")),
            output({"application/vnd.plotly.v1+json": {"layout": {"title": {"text": "Costs"}}}}),
            output({WIDGET: {}, "text/plain": "Textarea(value='typed answer')"}),
            output({"text/latex": "$$e^{i\\pi}$$"}),
            output({"text/markdown": "**bold** from code"}),
            output({"text/plain": "{'plain': 'text'}"}),
            output({"application/x-own": "1"}),
            new_code_cell("print()", outputs=stream),
            new_raw_cell("raw"),
        ]
    )


def golden_text(nb: Any) -> str:
    document = notebook_document(nb, Layout())
    data = {"data": document.data, "notices": list(document.notices)}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


@pytest.fixture(scope="module")
def every_kind() -> Any:
    return golden_notebook()


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behave as without the package that draws charts of Vega-Lite."""
    monkeypatch.setattr("prepkit.handouts.notebook.vega_drawer", lambda: None)


@pytest.mark.usefixtures("no_drawing")
def test_the_document_of_every_kind_of_output_is_the_golden_one(every_kind: Any) -> None:
    assert golden_text(every_kind) == GOLDEN.read_text("utf-8")


def test_the_pdf_of_every_kind_of_output_holds_every_visible_word(every_kind: Any) -> None:
    shown = text_of(handout_pdf(every_kind))
    visible = ["Every kind", "First", "maths", "The plot as pixels", "100%", "done", "careful"]
    visible += ["ValueError: not a number", "typed answer", "bold from code", "plain"]
    for cell in every_kind.cells[1:7]:
        soup = BeautifulSoup(cell.outputs[0].data["text/html"], "html.parser")
        for unseen in soup.select("style, script, [hidden], sup"):
            unseen.decompose()
        visible.append(soup.get_text(" "))
    wanted = re.findall(r"[\w.,]*\w", " ".join(visible))
    # The two marks of a footnote, and the numbers of a default index, have no word of their own.
    assert [word for word in wanted if word not in shown] == []
    assert len(wanted) > 90


def test_every_notice_stands_in_the_pdf_after_what_it_is_about(every_kind: Any) -> None:
    handout = handout_pdf(every_kind)
    shown = text_of(handout)
    for notice in handout.notices:
        assert f"{notice[0].upper()}{notice[1:]}." in shown
    assert shown.index("typed answer") < shown.index("a widget is printed")


def test_styler_colours_and_weights_reach_the_cells() -> None:
    made = table(styled())
    assert rows_of(made) == [["month", "cost"], ["May", "1210.5"], ["June", "-3.0"]]
    styles = [
        {key: cell[key] for key in ("fill", "ink", "bold", "italic") if key in cell}
        for cell in made["cells"]
    ]
    slanted = {"bold": True, "italic": True}
    assert styles == [
        *[{"fill": "#000080"}] * 2,
        *[slanted, {"fill": "#ffd700", "ink": "#808080"}, slanted, {}],
    ]
    assert made["caption"] == ["Cost ", {"t": "strong", "c": ["a month"]}]
    assert made["align"] == ["left", "right"]


@pytest.mark.parametrize("deep", ["(", "{", "[", "#T_a {"])
def test_a_style_sheet_nested_beyond_reason_costs_only_its_colours(deep: str) -> None:
    deep *= 5000
    made = table(
        f"<style>#T_a_row0_col0 {{color: {deep}</style>"
        f'<table id="T_a"><tr><td id="T_a_row0_col0" style="color: {deep}">kept</td></tr></table>'
    )
    assert rows_of(made) == [["kept"]]


def test_bars_that_a_style_draws_are_reported() -> None:
    html = pd.DataFrame({"cost": [1, 2]}).style.bar().to_html()
    assert document_of(output({"text/html": html})).notices == (
        "cell 1, output 1: bars or other drawings behind the cells of a table are not printed",
    )


def test_a_hidden_index_and_hidden_columns_stay_hidden() -> None:
    style = two_level_frame().style.hide(axis="index").hide(("Before", "mean"), axis="columns")
    made = table(style.format(precision=0).to_html())
    assert rows_of(made)[:3] == [
        ["Before", "After"],
        ["spread", "mean", "spread"],
        ["-2", "30", "4"],
    ]


def test_two_levels_of_rows_and_columns_keep_their_spans() -> None:
    made = table(two_level_frame().to_html())
    assert (made["head"], made["index"]) == (2, 2)
    assert rows_of(made)[:3] == [
        ["", "", "Before", "After"],
        ["group", "item", "mean", "spread", "mean", "spread"],
        ["Alpha", "one", "1.5", "-2.0", "30.25", "4.0"],
    ]
    spans = [(c["x"], c["colspan"], c["side"]) for c in made["cells"] if c["colspan"] > 1]
    assert spans == [(2, 2, "center"), (4, 2, "center")]
    assert [c["rowspan"] for c in made["cells"] if c["c"] == ["Alpha"]] == [2]


def test_a_great_table_has_its_heading_spanner_groups_and_notes() -> None:
    made = table(services_html())
    assert made["caption"] == [
        {"t": "strong", "c": ["Cost of services"]},
        {"t": "break"},
        "from the monthly bill",
    ]
    assert rows_of(made) == [
        ["Service", "Measured"],
        ["cost", "calls"],
        ["North"],
        ["search", "$1.50", "10"],
        ["mail", " −$2.00", "2,000"],  # noqa: RUF001  # a minus sign
        ["South"],
        ["maps", "$3.00", "3"],
    ]
    assert made["notes"] == [
        ["Source: the ", {"t": "strong", "c": ["ledger"]}],
        [{"t": "sup", "c": ["1"]}, " refunded"],
    ]
    assert [cell["fill"] for cell in made["cells"] if "fill" in cell] == ["#ffffe0"]
    assert made["align"] == ["left", "right", "right"]


@pytest.mark.parametrize("connected", [True, False])
def test_all_rows_of_an_itables_table_are_printed(connected: bool) -> None:
    frame = pd.DataFrame({"name": [f"row {n}" for n in range(60)], "share": [0.25] * 60})
    document = document_of(output({"text/html": itables_html(frame, connected=connected)}))
    assert document.notices == ()
    (made,) = blocks(document)
    assert rows_of(made) == [["name", "share"], *[[f"row {n}", "0.25"] for n in range(60)]]


def test_an_itables_table_of_a_styler_keeps_its_colours() -> None:
    style = pd.DataFrame({"cost": [1, 2]}).style.highlight_max(color="gold")
    (made,) = blocks(document_of(output({"text/html": itables_html(style, allow_html=True)})))
    assert [cell["fill"] for cell in made["cells"] if "fill" in cell] == ["#ffd700"]


def test_rows_that_itables_left_out_are_reported() -> None:
    frame = pd.DataFrame({"name": range(60)})
    document = document_of(output({"text/html": itables_html(frame, maxRows=10)}))
    assert document.notices == (
        "cell 1, output 1: 50 rows of a table are not in the notebook: itables was told to show"
        " less (maxBytes, maxRows, maxColumns)",
    )


def test_an_itables_table_without_rows_in_it_is_printed_as_text() -> None:
    html = "<table><tr><td>Loading ITables v1.0</td></tr></table><script>draw()</script>"
    document = document_of(output({"text/html": html, "text/plain": "   name\n0  row"}))
    assert blocks(document)[0] == {"t": "stream", "s": "   name\n0  row"}
    assert document.notices == (
        "cell 1, output 1: a script fills in the rows of this table, so it is printed as text",
    )


def test_what_turns_itables_on_prints_nothing() -> None:
    html = "<script>window._itables_2_9_1 = import('x')</script>"
    stand_in = "<IPython.core.display.HTML object>"
    document = document_of(output({"text/html": html, "text/plain": stand_in}))
    assert (document.data["body"], document.notices) == ([], ())


def test_a_search_table_of_the_workbook_prints_whole_without_a_notice() -> None:
    from prepkit.widgets.table import search_table

    frame = pd.DataFrame({"question": [f"Question {n}?" for n in range(30)]})
    document = document_of(output(search_table(frame, caption="All")._repr_mimebundle_()))
    (made,) = blocks(document)
    assert (made["rows"], document.notices) == (31, ())


def test_a_table_of_forty_columns_comes_in_parts_with_its_index() -> None:
    frame = pd.DataFrame({f"column {n}": [n, n * 10**9] for n in range(40)})
    document = document_of(output({"text/html": frame.to_html()}))
    assert document.notices == (
        "cell 1, output 1: a table with 41 columns is wider than a page, so it is printed in 5"
        " parts, one below the other",
    )
    (part,) = document.data["body"]
    tables = [block for block in part["c"] if block["t"] == "table"]
    assert (part["t"], len(tables)) == ("text", 5)
    labels = [one["part"] for one in tables[1:]]
    assert labels == [
        f"The same table: columns {first} to {first + 7} of 40" for first in (9, 17, 25, 33)
    ]
    assert {tuple(row[0] for row in rows_of(one)) for one in tables} == {("", "0", "1")}
    heads = [name for one in tables for name in rows_of(one)[0][1:]]
    assert heads == list(frame)
    shown = text_of(handout_pdf(new_notebook(cells=[output({"text/html": frame.to_html()})])))
    assert [name for name in frame if f"{name} " not in shown] == []
    assert "39000000000" in shown


@given(st.lists(st.integers(12, 130), min_size=60, max_size=90), st.integers(0, 20))
@settings(max_examples=50, deadline=None)
def test_each_column_is_in_one_part_and_no_part_is_too_wide(least: list[int], index: int) -> None:
    room = A4.upright
    assume(sum(least) > room)
    parts = cut(least, index, room)
    repeated = list(range(index)) if sum(least[:index]) <= room / 2 else []
    assert all(part[: len(repeated)] == repeated for part in parts)
    own = [column for part in parts for column in part[len(repeated) :]]
    assert repeated + own == list(range(len(least)))
    assert all(sum(least[column] for column in part) <= room for part in parts)


def test_a_spanner_over_a_cut_stands_in_both_parts() -> None:
    columns = pd.MultiIndex.from_product([["All"], [f"column {n}" for n in range(30)]])
    frame = pd.DataFrame([range(30)], columns=columns)
    tables = [
        block
        for block in blocks(document_of(output({"text/html": frame.to_html()})))
        if block["t"] == "table"
    ]
    assert [rows_of(one)[0][-1] for one in tables] == ["All"] * len(tables)
    assert len(tables) == 3


def test_a_very_long_text_in_a_cell_goes_on_over_pages() -> None:
    words = " ".join(f"word{n}" for n in range(1500))
    frame = pd.DataFrame({"text": [words], "number": [1], "hash": ["f" * 90]})
    handout = handout_pdf(new_notebook(cells=[output({"text/html": frame.to_html()})]))
    assert handout.notices == ()
    shown = text_of(handout)
    assert [word for word in words.split() if word not in shown] == []
    assert shown.count("number") == len(pypdf.PdfReader(io.BytesIO(handout.pdf)).pages)


@pytest.mark.parametrize("kind", ["none", "path"])
def test_the_title_of_a_matplotlib_drawing_is_told_from_its_other_words(kind: str) -> None:
    drawn = figure("svg", title="Load & cost\nby week", **{"svg.fonttype": kind})
    assert svg_words(drawn).title == "Load & cost by week"
    assert svg_words(figure("svg", title="", **{"svg.fonttype": kind})).title == ""


def test_the_title_of_the_whole_figure_comes_before_those_of_its_axes() -> None:
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(4, 2), layout="constrained")
    left, right = drawn.subplots(1, 2)
    left.set_title("Left")
    right.set_title("Right")
    right.text(0.5, 0.5, "a note")
    file = io.StringIO()
    drawn.savefig(file, format="svg")
    assert svg_words(file.getvalue()).alt() == "Left; Right"
    drawn.suptitle("Both")
    file = io.StringIO()
    drawn.savefig(file, format="svg")
    assert svg_words(file.getvalue()).alt() == "Both"


@pytest.mark.parametrize(
    ("svg", "title"),
    [
        ("<svg><title>Own &amp; only</title><path/></svg>", "Own & only"),
        ('<svg role="img" aria-label="Labelled"><path/></svg>', "Labelled"),
        (VEGA_SVG, "Bars of cost"),
        ("<svg><g><title>A point</title></g></svg>", ""),
        ("<svg><title> </title></svg>", ""),
    ],
)
def test_a_drawing_says_its_title(svg: str, title: str) -> None:
    assert svg_words(svg).alt() == title


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_looking_for_a_title_never_fails(text: str) -> None:
    svg_words(f'<svg><g id="figure_1">\n  <g id="axes_1">\n{text}\n  </g>')


def test_alternative_text_is_the_authors_then_the_plots_then_what_stands_above() -> None:
    drawing, pixels = SVG.format("<title>Own</title>"), figure("png")
    document = document_of(
        output({"image/svg+xml": drawing}, **{"image/svg+xml": {"alt": "Stated"}}),
        output({"image/svg+xml": drawing}, alt="For all"),
        output({"image/svg+xml": drawing}),
        new_markdown_cell("# Load\n\n## By week"),
        output({"image/png": pixels}),
        output({"image/png": pixels}),
        new_markdown_cell("<figcaption>Below a caption</figcaption>"),
        output({"image/png": pixels}),
        new_markdown_cell(f"# Pixels\n\n![](data:image/png;base64,{pixels})"),
        new_markdown_cell(
            f'<figure><img src="data:image/png;base64,{pixels}"><figcaption>Its own</figcaption>'
            "</figure>"
        ),
    )
    alts = [block["alt"] for block in blocks(document) if block["t"] == "picture"]
    assert alts == [
        *("Stated", "For all", "Own", "By week", "Picture", "Below a caption", "Pixels", "Its own"),
    ]
    assert document.notices == (
        'cell 6, output 1: a picture has no description for screen readers ("alt" in the metadata)',
    )


@pytest.mark.slow  # starts what draws charts
@pytest.mark.parametrize("renderer", ["html", "mimetype"])
def test_a_chart_of_vega_lite_is_drawn_and_nothing_is_asked_for_it(renderer: str) -> None:
    document = document_of(bundle_of(altair_bundle(renderer)))
    assert document.notices == ()
    (picture,) = (block for block in blocks(document) if block["t"] == "picture")
    assert picture["alt"].startswith("Cost by name")
    assert b"<path" in document.pictures[picture["src"]]


@pytest.mark.slow
def test_a_chart_that_would_load_something_is_not_drawn() -> None:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "Elsewhere",
        "data": {"url": "https://example.org/a.json"},
        "mark": "bar",
        "encoding": {"x": {"field": "a"}},
    }
    document = document_of(bundle_of({"application/vnd.vegalite.v5+json": spec}))
    assert document.notices == (
        "cell 1, output 1: the Vega-Lite chart “Elsewhere” is not printed, because its data is not"
        " in the notebook but at https://example.org/a.json; to show it, install vl-convert-python"
        ' and use alt.renderers.enable("svg")',
    )


@pytest.mark.usefixtures("no_drawing")
@pytest.mark.parametrize("renderer", ["html", "mimetype"])
def test_a_chart_that_only_a_script_draws_is_named_with_the_remedy(renderer: str) -> None:
    document = document_of(bundle_of(altair_bundle(renderer)))
    assert document.notices == (
        "cell 1, output 1: the Vega-Lite chart “Cost by name” is not printed, because a"
        " script draws it; to show it, install vl-convert-python and use"
        ' alt.renderers.enable("svg")',
    )


def test_a_chart_with_a_picture_beside_it_is_printed_under_its_description() -> None:
    spec = {"description": "Costs fall", "title": "Costs"}
    bundle = {"application/vnd.vegalite.v6.json": spec, "image/png": figure("png")}
    (picture,) = blocks(document_of(bundle_of(bundle)))
    assert picture["alt"] == "Costs fall"


def test_what_was_typed_into_a_widget_is_printed_from_the_stored_state() -> None:
    import ipywidgets  # type: ignore[import-untyped]

    typed = ipywidgets.Textarea(description="Task", value="typed\nlater")
    picked = ipywidgets.Dropdown(options=["mail", "maps"], value="maps", description="Service")
    secret = ipywidgets.Password(value="secret")
    box = ipywidgets.VBox(
        [
            ipywidgets.HTML("<b>What</b> broke?"),
            ipywidgets.Tab([typed, picked], titles=["Words", "Choice"]),
            ipywidgets.Checkbox(True, description="Sure"),
            secret,
        ]
    )
    held = ipywidgets.Widget.get_manager_state()
    state = {
        **held["state"],
        "self": {
            "model_name": "OutputModel",
            "state": {"outputs": [{"output_type": "stream", "text": "from inside"}]},
        },
        "loop": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_loop"]}},
    }
    views = [box.model_id, "self", "loop", "gone"]
    nb = {
        "nbformat": 4,
        "metadata": {"widgets": {STATE_MIME: {"state": state}}},
        "cells": [
            bundle_of({WIDGET: {"model_id": v}, "text/plain": f"text of {v}"}) for v in views
        ],
    }
    for one in (box, typed, picked, secret):
        one.close()
    document = notebook_document(nb, Layout())
    assert [block for block in blocks(document) if block["t"] != "notice"] == [
        {"t": "paragraph", "c": ["What broke?"]},
        {"t": "paragraph", "c": ["Words"]},
        {"t": "paragraph", "c": ["Choice"]},
        {
            "t": "paragraph",
            "c": [{"t": "strong", "c": ["Task:"]}, " ", "typed", {"t": "break"}, "later"],
        },
        {"t": "paragraph", "c": [{"t": "strong", "c": ["Service:"]}, " ", "maps"]},
        {"t": "paragraph", "c": [{"t": "strong", "c": ["Sure:"]}, " ", "yes"]},
        {"t": "stream", "s": "from inside"},
        {"t": "stream", "s": "text of loop"},
        {"t": "stream", "s": "text of gone"},
    ]


def test_a_short_output_is_not_divided_between_pages() -> None:
    printed = "\n".join(f"line {n}" for n in range(10))
    cells = [new_code_cell("1", outputs=[new_output("stream", text=printed)]) for _ in range(20)]
    pdf = handout_pdf(new_notebook(cells=cells)).pdf
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 3
    assert all(page.count("line 0") == page.count("line 9") for page in pages)


def test_long_words_in_fixed_width_stay_on_the_page() -> None:
    nb = new_notebook(cells=[new_code_cell("1", outputs=[new_output("stream", text="x" * 500)])])
    lines = pypdf.PdfReader(io.BytesIO(handout_pdf(nb).pdf)).pages[0].extract_text().splitlines()
    assert max(map(len, lines)) < 90


def test_a_notice_of_a_wide_table_stands_on_its_page() -> None:
    frame = pd.DataFrame({f"a column {n}": ["some value here"] * 30 for n in range(9)})
    html = frame.style.bar(subset=[]).highlight_max(props="background: url(x)").to_html()
    (part,) = document_of(output({"text/html": html})).data["body"]
    assert part["t"] == "wide"
    assert [block["t"] for block in part["c"]] == ["table", "notice"]


def test_a_broken_picture_and_unprintable_characters_are_told_at_their_place() -> None:
    nb = new_notebook(
        cells=[
            output({"image/svg+xml": SVG.replace('"90"', '"0"')}, alt="Bad"),
            new_markdown_cell("bell\x07 rings"),
            new_markdown_cell("The end"),
        ]
    )
    handout = handout_pdf(nb)
    assert text_of(handout).startswith(
        "Cell 1, output 1: a damaged picture is left out. bell rings"
        " Cell 2: unprintable characters are left out: U+0007. The end"
    )


DAMAGED: list[tuple[Any, str]] = [
    ("text", "cell 1: the cell is not printed: its cell_type is None"),
    ({"cell_type": "sql"}, "cell 1: the cell is not printed: its cell_type is 'sql'"),
    (
        {"cell_type": "code", "outputs": ["text"]},
        "cell 1, output 1: the output is not printed: its output_type is None",
    ),
    (
        {"cell_type": "code", "outputs": [{"output_type": "stream"}]},
        "cell 1, output 1: the output is not printed: it has no text",
    ),
    (
        {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": [1]}]},
        "cell 1, output 1: the output is not printed: it has no data",
    ),
    (
        {"cell_type": "markdown", "source": "![x](attachment:x)", "attachments": {"x": 1}},
        "cell 1: the picture attachment:x is left out: no picture of this name (SVG,"
        " PNG, JPEG, GIF or WebP) is stored with the cell; paste it again",
    ),
]


@pytest.mark.parametrize(("cell", "notice"), DAMAGED)
def test_a_damaged_cell_is_named(cell: Any, notice: str) -> None:
    nb = {"nbformat": 4, "metadata": 1, "cells": [cell]}
    document = notebook_document(nb, Layout(), code=True)
    assert document.notices == (notice,)


def test_an_output_of_an_unknown_type_is_shown_if_it_has_data() -> None:
    output = {"output_type": "later", "data": {"text/plain": "shown"}}
    document = document_of({"cell_type": "code", "outputs": [output]})
    assert (blocks(document), document.notices) == ([{"t": "stream", "s": "shown"}], ())


@pytest.mark.parametrize("nb", [{"nbformat": 4}, {"nbformat": 4, "cells": {"a": 1}}])
def test_a_notebook_without_cells_is_refused(nb: Any) -> None:
    with pytest.raises(PrepkitError) as caught:
        handout_pdf(nb)
    assert (
        str(caught.value)
        == "This notebook can't be printed: it is damaged and has no list of cells."
    )


ANY_JSON: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, 1.5, True, "", "text", "\x80", [], ["a", "b"], [1], [[]], {}, {"alt": 1}, {"a": []}]
)
MIME_KEYS = st.sampled_from(
    [
        *("text/plain", "text/html", "image/png", "image/svg+xml", WIDGET, "text/latex"),
        *("application/vnd.vegalite.v6.json", "application/vnd.prepkit.worksheet+json"),
    ]
)
ANY_OUTPUT = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["stream", "error", "display_data"]) | ANY_JSON,
        "data": st.dictionaries(MIME_KEYS, ANY_JSON, max_size=3) | ANY_JSON,
        "metadata": ANY_JSON,
    },
    optional={"text": ANY_JSON, "ename": ANY_JSON, "evalue": ANY_JSON},
)
ANY_CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]) | ANY_JSON},
    optional={
        "source": ANY_JSON,
        "metadata": ANY_JSON | st.fixed_dictionaries({"tags": ANY_JSON, "jupyter": ANY_JSON}),
        "attachments": ANY_JSON,
        "outputs": st.lists(ANY_OUTPUT, max_size=2) | ANY_JSON,
    },
)


@given(st.lists(ANY_CELL | ANY_JSON, max_size=3), ANY_JSON)
@example([{"cell_type": "code", "outputs": [{"output_type": []}]}], None)
@settings(max_examples=50, deadline=None)
def test_no_damaged_notebook_is_an_unforeseen_error(cells: list[Any], metadata: Any) -> None:
    nb = {"nbformat": 4, "metadata": metadata, "cells": cells}
    notebook_document(nb, Layout(), code=True)


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    pytest.MonkeyPatch().setattr("prepkit.handouts.notebook.vega_drawer", lambda: None)
    GOLDEN.write_text(golden_text(golden_notebook()), "utf-8")
