"""The notebooks that ship, as a candidate sees them in JupyterLab, or in Notebook 7."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prepkit.bank import load_bank

PAGES = {
    "01-start.ipynb": ".pk-home .pk-kept",
    "02-answer.ipynb": "textarea[data-field]:not([readonly]) >> nth=0",
    "03-companies.ipynb": ".prepkit-view .dt-search input >> nth=2",
    "04-stories.ipynb": ".pk-stories .pk-strong",
    "05-mock.ipynb": ".pk-mock select >> nth=0",
    "06-debrief.ipynb": ".pk-debrief-fields:not([disabled]) .pk-input >> nth=0",
}
"""The pages of the workbook, each with what it shows last."""

_BANK = load_bank()
FIRST_QUESTION = next(iter(_BANK))
PARTS = _BANK[FIRST_QUESTION].question.form.names
"""The parts of the question with which 02-answer opens when nothing was opened there before."""

HOSTS = {"JupyterLab": "/lab/tree/", "Notebook 7": "/notebooks/"}
"""The programs that show them, each with its place on the server."""


def open_page(workbook: Any, context: BrowserContext, host: str, name: str) -> Page:
    """Open a page of the workbook, and wait until all of it is there."""
    if host == "Notebook 7":
        pytest.importorskip("notebook", reason="make test installs Notebook 7")
    page = context.new_page()
    address = workbook.url().replace("/lab/tree/01-start.ipynb", f"{HOSTS[host]}{name}")
    page.goto(f"{address}&reset")
    expect(page.locator(PAGES[name])).to_be_visible()
    count = len(nbformat.read(workbook.folder / name, as_version=4).cells)
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(count)  # added one by one
    return page
