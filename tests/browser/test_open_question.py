"""A question that is named in a table opens where it can be answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.shipped_pages import open_page

pytestmark = pytest.mark.slow


def expect_open(page: Page, question: str) -> None:
    """Wait until a form shows a question, with the focus on its first line."""
    heading = page.locator(".pk-form:visible .pk-question")
    expect(heading).to_have_text(question)
    expect(heading).to_be_focused()


def test_a_form_on_the_same_page_shows_a_question_and_no_other_page_opens(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    shown = "display(pk.questions_table(bank.questions))\npk.Picker(bank, store)"
    lab.write(
        "both.ipynb", tmp_path / "answers.sqlite", f"from IPython.display import display\n{shown}"
    )
    page = context.new_page()
    lab.open(page, "both.ipynb")
    lab.run(page)
    link = page.get_by_role("link", name="Tell me about a rule you changed.")
    link.focus()
    page.keyboard.press("Shift+Enter")  # runs a cell elsewhere
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect_open(page, "Tell me about a rule you changed.")
    assert page.locator(".jp-NotebookPanel").count() == 1
    assert len(context.pages) == 1


def test_a_table_on_another_page_opens_a_question_on_the_page_for_writing_however_often(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "JupyterLab", "03-companies.ipynb")
    for number in (2, 3):
        link = page.locator("a.pk-open:visible").nth(number)
        question = link.inner_text()
        link.click()
        expect_open(page, question)
        page.get_by_role("navigation").get_by_role("link", name="Companies").click()


def test_in_notebook_7_the_page_for_writing_opens_in_another_tab_with_the_question(
    workbook: Any, context: BrowserContext
) -> None:
    page = open_page(workbook, context, "Notebook 7", "03-companies.ipynb")
    link = page.locator("a.pk-open:visible").nth(4)
    question = link.inner_text()
    with context.expect_page() as opened:
        link.click()
    expect_open(opened.value, question)
