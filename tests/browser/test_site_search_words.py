"""What is typed into the search of a built site, and how it is written in a notebook there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.searching import links, search, settle
from tests.serving import serving
from tests.site_samples import text_cell, write_bank, write_notebook

pytestmark = pytest.mark.slow

NOTEBOOKS = {
    "poland": "# Poland\n\nFrom Łódź to the Stra\u00dfe, by \ufb01rst class; l\u2019équipe left.",
    "parts": "# Parts\n\nA judg\u00adment of a cafe\u0301\u2014falcons, in"
    " \uff26\uff35\uff2c\uff2c. The eigenvalue of Fähigkeit.",
    "japan": "# Japan\n\n" + "これは長い文です。" * 20 + "昨日私は東京都に引っ越した。\n\n猫",
    "china": "# China\n\n我们的团队花了三个月。",
}
TYPED = {
    "poland": ["lodz", "Łódź", "LO\u0301DZ\u0301", "strasse", "first", "equipe", "l'équipe"],
    "parts": ["judgment", "judg\u00adment", "café", "cafe\u0301", "falcons", "full", "\uff26ull"],
    "japan": ["東京", "東京都", "私は東京", "猫", "都に"],
    "china": ["团队", "花了三"],
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("words")
    for name, text in NOTEBOOKS.items():
        write_notebook(folder / f"{name}.ipynb", text_cell(text))
    bank = write_bank(folder / "bank")
    command = [sys.executable, "-m", "prepkit", "site", str(folder), "--bank", str(bank)]
    done = subprocess.run(
        [*command, "-o", str(folder / "site")], env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with serving(folder / "site") as where:
        yield where


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def found(page: Page, query: str) -> list[str]:
    """Return the notebooks that are found, on the page that is open."""
    page.get_by_label("Search the questions").fill(query)
    settle(page)
    addresses = [link.get_attribute("href") or "" for link in links(page).all()]
    return [one.split("/")[-1].removesuffix(".html") for one in addresses]


def test_a_word_is_found_however_it_is_written_and_typed(page: Page, address: str) -> None:
    search(page, address)
    wrong = {
        query: names
        for name, queries in TYPED.items()
        for query in queries
        if (names := found(page, query)) != [name]
    }
    assert wrong == {}


def test_a_part_of_a_run_that_no_page_has_finds_nothing(page: Page, address: str) -> None:
    search(page, address)
    assert found(page, "京東") == []
    assert found(page, "団体") == []


def test_a_result_shows_and_marks_what_was_typed_in_other_letters(page: Page, address: str) -> None:
    search(page, address, "lodz strasse")
    excerpt = page.locator(".search-results .excerpt")
    assert excerpt.locator("mark").all_inner_texts() == ["Łódź", "Straße,"]
    found(page, "東京都")
    assert excerpt.locator("mark").all_inner_texts() == ["東京都"]
    assert "昨日私は東京都に引っ越した。" in excerpt.inner_text()
    assert len(excerpt.inner_text()) < 150


def test_a_misspelt_word_of_a_notebook_is_corrected(page: Page, address: str) -> None:
    search(page, address, "eigenvlaue")
    notice = page.locator(".search-notice p")
    assert notice.inner_text() == "Showing results for eigenvalue."
    assert found(page, "Fähigkiet") == ["parts"]
    assert notice.inner_text() == "Showing results for fähigkeit."


def test_questions_are_filtered_by_kind_and_notebooks_are_one(page: Page, address: str) -> None:
    search(page, address, kind="Notebook")
    assert links(page).count() == len(NOTEBOOKS)
    search(page, address, kind="Past event")
    assert links(page).count() == 6
