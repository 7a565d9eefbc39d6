"""How everything but the form looks in JupyterLab, and what is published of it on the site."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import prepkit as pk
from prepkit.bank import Bank
from prepkit.practice.progress import progress_frame
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.test_form_looks import LOOKS, READ_LOOKS
from tests.browser.whole_words import WIDTHS, faults
from tests.site_samples import code_cell, write_notebook

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

PAGES = {
    "01-start.ipynb": (6, ".prepkit-view .dt-search input >> nth=0"),
    "02-answer.ipynb": (1, "[data-field=situation]:not([readonly])"),
    "03-companies.ipynb": (4, ".prepkit-view .dt-search input >> nth=2"),
}
"""The shipped pages, each with the number of its outputs and what it shows last."""


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_shipped_page_is_whole_in_jupyterlab(
    workbook: Any, context: BrowserContext, name: str
) -> None:
    count, last = PAGES[name]
    page = context.new_page()
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(f"{workbook.url().replace('01-start.ipynb', name)}&reset")
    expect(page.locator(last)).to_be_visible()
    # Plain text holds the path of a file, which has no place to break.
    outputs = page.locator(".jp-OutputArea-output:not(.jp-RenderedText)")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for place in range(outputs.count()):
            found += [(width, place, fault) for fault in faults(outputs.nth(place))]
    assert found == []
    assert outputs.count() >= count
    # In the narrowest window the page has most of the width: the list of files is folded.
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    notebook = page.locator(".jp-Notebook").bounding_box()
    assert notebook is not None
    assert notebook["width"] > 0.75 * WIDTHS[0]


def views(bank: Bank) -> list[Any]:
    """Return each kind of table and plot."""
    progress = progress_frame(bank, {})
    return [
        pk.questions_table(bank.questions, progress),
        pk.progress_table(progress),
        pk.companies_table(bank.asks, bank.questions),
        pk.next_steps_table(pk.next_steps(progress, MONDAY)),
        pk.review_table({}, bank.questions),
        pk.progress_plot(progress),
        pk.focus_plot(bank.companies, bank.asks),
    ]


SHOWN = """from IPython.display import display
from tests.browser.test_looks import views
display(*views(bank))"""


def looks(page: Page) -> list[Any]:
    """Return the looks of everything in the views of a page."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function("document.querySelectorAll('.prepkit-view').length === 7")
    expect(page.locator(".prepkit-view .dt-container")).to_have_count(2)
    found: list[Any] = []
    for view in page.locator(".prepkit-view").all():
        found += view.evaluate(READ_LOOKS, LOOKS.split())
    return found


def test_tables_and_plots_look_in_jupyterlab_as_on_a_page_of_their_own(
    lab: Any, context: BrowserContext, bank: Bank, tmp_path: Path
) -> None:
    lab.write("views.ipynb", tmp_path / "answers.sqlite", SHOWN)
    inside = context.new_page()
    lab.open(inside, "views.ipynb")
    lab.run(inside, box=".dt-search input >> nth=0")
    file = tmp_path / "views.html"
    shown = [view._repr_mimebundle_() for view in views(bank)]
    html = [data[0] if isinstance(data, tuple) else data for data in shown]
    file.write_text("<!doctype html><meta charset=utf-8>" + "".join(x["text/html"] for x in html))
    alone = context.new_page()
    alone.goto(file.as_uri())
    in_lab, on_page = looks(inside), looks(alone)
    assert [place for place, _ in in_lab] == [place for place, _ in on_page]
    differences = {
        f"{place}: {name} is {style[name]}, not {wanted[name]}"
        for (place, style), (_, wanted) in zip(in_lab, on_page, strict=True)
        for name in LOOKS.split()
        if style[name] != wanted[name]
    }
    assert differences == set()


def test_every_word_of_tables_and_plots_is_whole_on_the_site(
    context: BrowserContext, bank: Bank, bank_folder: Path, tmp_path: Path
) -> None:
    cells = []
    for view in views(bank):
        data = view._repr_mimebundle_()
        cells.append(code_cell(data[0] if isinstance(data, tuple) else data))
    source = write_notebook(tmp_path / "report.ipynb", *cells)
    publish(
        tmp_path / "site",
        [source],
        settings=Settings(base_url="https://a.example"),
        now=MONDAY,
        bank_folder=bank_folder,
    )
    page = context.new_page()
    (made,) = (tmp_path / "site").rglob("report.html")
    page.goto(made.as_uri())
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [(width, fault) for fault in faults(page.locator("main"))]
    assert found == []
    expect(page.locator("main table")).to_have_count(5)
