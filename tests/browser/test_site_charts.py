"""Charts of a built site, drawn in Chromium by the libraries that are installed here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import altair
import bokeh.plotting
import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from bokeh.embed.notebook import notebook_content
from bokeh.models.widgets import Slider
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.serving import serving
from tests.site_samples import PIXEL, code_cell, text_cell, write_notebook

pytestmark = pytest.mark.slow


def plotly_chart(trace: Any, title: str) -> dict[str, Any]:
    figure = go.Figure(trace, layout={"title": {"text": title}})
    return {"application/vnd.plotly.v1+json": json.loads(figure.to_json())}


def altair_chart() -> dict[str, Any]:
    data = pd.DataFrame({"name": ["a", "b"], "cost": [1, 2]})
    chart = altair.Chart(data, title="Bars").mark_bar().encode(x="name", y="cost", tooltip="cost")
    # The condition is an expression, which must be interpreted here.
    color = altair.condition("datum.cost > 1", altair.value("red"), altair.value("blue"))
    return {"text/html": chart.encode(color=color).to_html(fullhtml=False)}


def bokeh_chart(root: Any) -> dict[str, Any]:
    script, _, _ = notebook_content(root)
    return {"application/javascript": script, "application/vnd.bokehjs_exec.v0+json": ""}


def line() -> Any:
    figure = bokeh.plotting.figure(title="Line", width=300, height=200)
    figure.line([1, 2, 3], [1, 3, 2])
    return figure


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    charts = (
        {**plotly_chart(go.Scatter(y=[1, 3, 2]), "Growth"), "image/png": PIXEL},
        plotly_chart(go.Scattergl(y=[1, 3, 2]), "Many points"),
        altair_chart(),
        bokeh_chart(line()),
        bokeh_chart(Slider(start=0, end=3, value=1, title="Level")),
    )
    cells = (code_cell(data, source="", id=f"c{at}") for at, data in enumerate(charts))
    write_notebook(folder / "charts.ipynb", text_cell("# Charts"), *cells)
    write_notebook(folder / "plain.ipynb", text_cell("# Plain"))
    report = publish(
        folder / "site",
        [folder / "charts.ipynb", folder / "plain.ipynb"],
        settings=Settings(vendor=True),
        with_bank=False,
        private=None,
        now=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert report.notices == ()
    return folder / "site"


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as where:
        yield where


def open_charts(page: Page, address: str) -> None:
    """Open the page with charts, and wait until each is drawn; scroll to those further down."""
    page.goto(f"{address}notebooks/charts.html")
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        drawing = figure.locator(".chart-drawing :is(svg, canvas, .bk-slider, .bk-Slider)")
        expect(drawing.first).to_be_visible()


def test_charts_are_drawn_by_the_site_alone(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    open_charts(page, address)
    figures = page.locator("figure.chart")
    assert [one.get_attribute("aria-label") for one in figures.all()] == [
        *("Growth", "Many points", "Bars; x: name, y: cost", "Line", "Chart"),
    ]
    expect(figures.nth(0).locator(".gtitle")).to_have_text("Growth")
    expect(figures.nth(0).locator("img")).to_have_count(0)
    expect(figures.nth(1).locator("path.js-line")).to_be_visible()
    expect(figures.nth(2).locator("svg [fill=red]")).to_be_visible()
    expect(figures.nth(4)).to_contain_text("Level")
    assert [one for one in asked if not one.startswith(address)] == []
    assert [one for one in said if "Content Security Policy" in one or "rror" in one] == []


def test_a_library_comes_when_its_chart_is_near(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}notebooks/charts.html")
    expect(page.locator("figure.chart").first.locator("svg").first).to_be_visible()
    assert not any("bokeh" in one for one in asked)
    page.locator("figure.chart").nth(3).scroll_into_view_if_needed()
    expect(page.locator("figure.chart").nth(3).locator("canvas").first).to_be_visible()
    assert any("bokeh" in one for one in asked)
    asked.clear()
    page.goto(f"{address}notebooks/plain.html")
    assert not any("chart" in one for one in asked)


def test_without_scripts_a_chart_is_its_picture_or_a_note(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}notebooks/charts.html")
    figures = page.locator("figure.chart")
    expect(figures.nth(0).locator("img")).to_have_count(1)
    expect(figures.nth(0).locator(".note")).to_have_count(0)
    expect(figures.nth(2)).to_contain_text("A script draws this chart.")
    context.close()


def test_a_library_that_does_not_come_is_said_in_its_place(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.route("**/charts/vega*", lambda route: route.abort())
    page.goto(f"{address}notebooks/charts.html")
    bars = page.locator("figure.chart").nth(2)
    bars.scroll_into_view_if_needed()
    expect(bars.locator(".note")).to_contain_text("This chart couldn't be drawn")


def test_a_page_with_charts_has_no_accessibility_violation(browser: Browser, address: str) -> None:
    # axe is put into the page as a script, which the page's own policy would refuse.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    open_charts(page, address)
    # What is inside a drawing is its library's.
    found = Axe().run(page, context={"exclude": [".chart-drawing"]}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    context.close()
