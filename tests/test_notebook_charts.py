"""Charts as notebooks store them, and what a page needs to draw them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prepkit.notebook.charts import LiveChart, live_chart, only_loads

TRACE = {"type": "scatter", "y": [1, 3]}
BOKEH = {
    "version": "3.9.2",
    "roots": [
        {
            "name": "Column",
            "attributes": {
                "children": [
                    {"name": "Figure", "attributes": {"height": 200, "title": {"id": "p2"}}},
                    {"name": "Title", "id": "p2", "attributes": {"text": "Line"}},
                ]
            },
        }
    ],
}


def plotly(*traces: dict[str, Any], **layout: Any) -> dict[str, Any]:
    return {"application/vnd.plotly.v1+json": {"data": traces or [TRACE], "layout": layout}}


def vega(**spec: Any) -> dict[str, Any]:
    schema = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
    return {"application/vnd.vegalite.v6+json": {"$schema": schema, **spec}}


def bokeh(document: dict[str, Any]) -> dict[str, Any]:
    script = (
        f"const docs_json = {json.dumps({'d1': document})};\n"
        'const render_items = [{"docid":"d1","roots":{"p1":"place"},"root_ids":["p1"]}];'
    )
    return {"application/javascript": script, "application/vnd.bokehjs_exec.v0+json": ""}


def chart(data: dict[str, Any], html: str = "") -> LiveChart:
    found = live_chart(data, html)
    assert found
    return found


def test_a_plotly_chart_is_its_traces_and_layout() -> None:
    found = chart(plotly(title={"text": "Costs"}, height=300))
    assert found == LiveChart(
        "plotly",
        {"data": [TRACE], "layout": {"title": {"text": "Costs"}, "height": 300}, "frames": []},
        "Costs",
        300,
    )
    assert chart(plotly()).height == 450


def test_a_vega_lite_chart_is_its_specification_with_its_version() -> None:
    found = chart(vega(title="Bars", height=100, data={"values": [1]}))
    assert (found.library, found.label, found.height, found.version) == ("vega", "Bars", 160, "6")
    assert found.lacks == ""


def test_a_vega_lite_chart_of_one_row_keeps_little_room() -> None:
    x, y = {"field": "people"}, {"field": "age"}
    assert chart(vega(encoding={"x": x})).height == 80
    assert chart(vega(encoding={"x": x, "y": y})).height == 360
    assert chart(vega(encoding={"x": x}, height=200)).height == 260
    assert chart(vega()).height == 360


def test_a_bokeh_chart_is_its_document_and_the_parts_that_are_shown() -> None:
    found = chart(bokeh(BOKEH))
    assert found == LiveChart("bokeh", {"doc": BOKEH, "roots": ["p1"]}, "Line", 200, "3")


def test_charts_in_html_are_those_that_its_scripts_draw() -> None:
    spec = {"$schema": "https://x/vega-lite/v5.8.json", "title": "In HTML"}
    html = f"<script>(function(s, e){{ vegaEmbed(s) }})({json.dumps(spec)}, {{}});</script>"
    assert chart({}, html).spec == spec
    html = f"""<script>Plotly.newPlot(
        "the-id", [{json.dumps(TRACE)}],  {{"title": "Too"}}, {{"responsive": true}})</script>"""
    assert chart({}, html).spec == {"data": [TRACE], "layout": {"title": "Too"}, "frames": []}


@pytest.mark.parametrize(
    ("data", "html"),
    [
        ({"text/plain": "12"}, ""),
        ({}, "<script>Plotly.newPlot('x', data, layout)</script>"),
        ({}, "<script>vegaEmbed('#x', spec)</script>"),
        ({"application/vnd.plotly.v1+json": "damaged"}, ""),
        ({"application/vnd.bokehjs_exec.v0+json": ""}, ""),
    ],
)
def test_what_holds_no_chart_is_none(data: dict[str, Any], html: str) -> None:
    assert live_chart(data, html) is None


@pytest.mark.parametrize(
    ("data", "lacks"),
    [
        (plotly({"type": "choropleth"}), "its map would have to come from another host"),
        (plotly({"type": "scattermapbox"}), "its map would have to come from another host"),
        (
            plotly({"type": "splom"}),
            "the site's security policy refuses what its kind, splom, needs",
        ),
        (plotly({"type": "scattergl"}), ""),
        (
            vega(layer=[{"data": {"url": "data/cars.json"}}]),
            "its data is not in the notebook but at data/cars.json",
        ),
        (vega(data={"url": "data:text/csv,a"}), ""),
        (
            bokeh({**BOKEH, "defs": [{"name": "WMTSTileSource"}]}),
            "its map would have to come from another host",
        ),
    ],
)
def test_what_a_chart_lacks_to_be_drawn_is_said(data: dict[str, Any], lacks: str) -> None:
    assert chart(data).lacks == lacks


def test_an_output_that_only_loads_a_library_shows_nothing() -> None:
    assert only_loads({"application/vnd.bokehjs_load.v0+json": ""}, "")
    assert only_loads({}, "<script>window.PlotlyConfig = {}</script>")
    assert not only_loads({}, "<script>window.PlotlyConfig = {}; Plotly.newPlot('x', [])</script>")
