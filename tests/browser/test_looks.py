"""How everything but the form looks in JupyterLab, and what is published of it on the site."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import prepkit as pk
from prepkit.bank import Bank
from prepkit.practice.progress import progress_frame
from prepkit.scripts import style_sheet
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.shipped_pages import HOSTS, PAGES, open_page
from tests.browser.test_form_looks import LOOKS, READ_LOOKS
from tests.browser.whole_words import WIDTHS, faults, faults_by_width
from tests.site_samples import code_cell, write_notebook

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

OUTPUTS = {
    "01-start.ipynb": 1,
    "02-answer.ipynb": 1,
    "03-companies.ipynb": 5,
    "04-stories.ipynb": 1,
    "05-mock.ipynb": 1,
    "06-debrief.ipynb": 1,
}
"""The number of outputs on the shipped pages, without the plain texts."""


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_shipped_page_is_whole(
    workbook: Any, context: BrowserContext, host: str, name: str
) -> None:
    page = open_page(workbook, context, host, name)
    # Plain text holds the path of a file, which has no place to break.
    outputs = page.locator(".jp-OutputArea-output:not(.jp-RenderedText)")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for place in range(outputs.count()):
            found += [(width, place, fault) for fault in faults(outputs.nth(place))]
    assert found == []
    assert outputs.count() >= OUTPUTS[name]


def test_every_word_of_the_hand_in_is_whole(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    shown = (
        "from IPython.display import display\n"
        "hand_in = pk.HandIn(store, [bank['craft/01']], student_id='ada')\n"
        "display(hand_in.form('craft/01'), hand_in)"
    )
    lab.write("hand-in.ipynb", tmp_path / "answers.sqlite", shown)
    page = context.new_page()
    lab.open(page, "hand-in.ipynb")
    lab.run(page)
    page.keyboard.press("Control+b")  # no list of files beside it
    expect(page.locator(".pk-hand-in")).to_contain_text(re.compile(r"\w"))
    assert faults_by_width(page.locator(".pk-hand-in")) == {width: [] for width in WIDTHS}


def test_in_a_narrow_window_a_page_has_most_of_the_width(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "01-start.ipynb")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.wait_for_function("document.querySelector('.jp-Notebook')?.offsetWidth > 0.75 * 390")


def views(bank: Bank) -> list[Any]:
    """Return each kind of table and plot."""
    progress = progress_frame(bank, {})
    return [
        pk.questions_table(bank.questions, progress),
        pk.progress_table(progress),
        pk.companies_table(bank.asks, bank.questions),
        pk.focus_plot(bank.companies, bank.asks),
    ]


SHOWN = """from IPython.display import display
from tests.browser.test_looks import views
display(*views(bank))"""


def looks(page: Page) -> list[Any]:
    """Return the looks of everything in the views of a page."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function("document.querySelectorAll('.prepkit-view').length === 4")
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
    # In JupyterLab, questions are links; on a page of its own nothing could open them.
    alone.evaluate("for (const link of document.querySelectorAll('a.pk-open')) link.href = '#';")
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
    expect(page.locator("main table")).to_have_count(3)


@pytest.mark.parametrize(("name", "part"), [("05-mock", ".pk-mock"), ("06-debrief", ".pk-debrief")])
def test_a_page_keeps_its_looks_when_the_style_sheet_of_another_is_loaded(
    workbook: Any, context: BrowserContext, name: str, part: str
) -> None:
    page = open_page(workbook, context, "JupyterLab", f"{name}.ipynb")
    inside = page.locator(part)
    look = """root => [...root.querySelectorAll("*")].map((one) => {
      const style = getComputedStyle(one);
      return [...style].map((name) => `${one.className} ${name}: ${style.getPropertyValue(name)}`);
    })"""
    inside.locator("input:visible, select:visible").first.wait_for()
    before = inside.evaluate(look)
    page.add_style_tag(
        content=style_sheet("colours.css", "star_form.css")
    )  # as each part of another page brings it along
    assert inside.evaluate(look) == before
