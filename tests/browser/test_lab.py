"""`prepkit lab` in a browser: live when it opens, and silent to every other host."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from prepkit.answers import AnswerStore
from tests.browser.shipped_pages import PAGES, PARTS, open_page
from tests.ports import unused_port
from tests.test_workbook import running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PAGES)
def test_the_first_start_of_all_shows_nothing_in_red(
    workbook: Any, context: BrowserContext, name: str
) -> None:
    page = open_page(workbook, context, "JupyterLab", name)
    assert page.locator(".jp-OutputArea-output").count() > 0
    red = page.locator(
        ".jp-OutputArea-output:is([data-mime-type$=stderr], [data-mime-type$=error])"
    )
    assert red.all_inner_texts() == []


def test_a_form_is_ready_when_its_page_opens_and_no_other_host_is_asked(
    context: BrowserContext, tmp_path: Path
) -> None:
    hosts: set[str | None] = set()
    page = context.new_page()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    with running(tmp_path, unused_port()) as lab:
        page.goto(lab.url().replace("01-start", "02-answer"))
        box = page.locator(f"[data-field={PARTS[0]}]")
        expect(box).to_be_editable()  # it is locked until the stored text is there
        box.press_sequentially("The ferry was late.")
        expect(page.locator(".pk-state").first).to_contain_text("Saved ")
        store = AnswerStore(lab.home / "answers.sqlite")
        (answer,) = store.load().values()
        assert answer.text(PARTS[0]) == "The ferry was late."
    assert hosts - {"127.0.0.1", None} == set()
