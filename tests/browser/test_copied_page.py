"""A question's page that was copied out of a browser, whole, is imported as its question."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from prepkit.bank import Bank, load_bank
from prepkit.bank.importer.page import read_page
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.test_importer_own_page import DATA, check
from tests.test_site_build import MONDAY

pytestmark = pytest.mark.slow


def test_each_page_of_a_site_that_is_copied_whole_gives_its_question(
    tmp_path: Path, context: BrowserContext
) -> None:
    bank, copies = copied_pages(tmp_path / "site", context)
    for entry_id, copied in copies.items():
        check(read_page(copied, source="x"), entry_id, bank)


def test_a_page_that_is_copied_while_its_form_loads_has_nothing_of_that_moment(
    tmp_path: Path, context: BrowserContext
) -> None:
    context.add_init_script("indexedDB.open = () => ({})")  # it never answers
    bank, copies = copied_pages(tmp_path / "site", context, seen="Loading your answer …")
    for entry_id, copied in copies.items():
        assert "Loading" not in copied
        check(read_page(copied, source="x"), entry_id, bank)


def copied_pages(
    folder: Path, context: BrowserContext, seen: str = "Practise out loud"
) -> tuple[Bank, dict[str, str]]:
    """Return the text of each question's page, copied whole once `seen` is there."""
    bank = load_bank(DATA / "kinds")
    publish(folder, (), settings=Settings(), bank_folder=DATA / "kinds", now=MONDAY)
    copies = {}
    for entry_id in bank:
        page = context.new_page()
        page.goto((folder / f"questions/{entry_id}.html").as_uri())
        page.get_by_text(seen).wait_for()
        page.keyboard.press("Control+a")
        copies[entry_id] = page.evaluate("() => getSelection().toString()")
        page.close()
        assert "Check off what your answer covers." in copies[entry_id]
    return bank, copies
