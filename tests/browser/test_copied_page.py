"""A question's page that was copied out of a browser, whole, is imported as its question."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from prepkit.bank import load_bank
from prepkit.bank.importer.page import read_page
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.test_importer_own_page import DATA, check
from tests.test_site_build import MONDAY

pytestmark = pytest.mark.slow


def test_each_page_of_a_site_that_is_copied_whole_gives_its_question(
    tmp_path: Path, context: BrowserContext
) -> None:
    bank = load_bank(DATA / "kinds")
    publish(tmp_path / "site", (), settings=Settings(), bank_folder=DATA / "kinds", now=MONDAY)
    for entry_id in bank:
        page = context.new_page()
        page.goto((tmp_path / f"site/questions/{entry_id}.html").as_uri())
        page.get_by_text("Practise out loud").wait_for()
        page.keyboard.press("Control+a")
        copied = page.evaluate("() => getSelection().toString()")
        page.close()
        assert "Check off what your answer covers." in copied
        check(read_page(copied, source="x"), entry_id, bank)
