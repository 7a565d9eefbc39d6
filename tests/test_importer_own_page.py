"""A page of prepkit's own site, copied or saved whole, gives the question that it shows."""

# ruff: noqa: RUF001

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prepkit.bank import Bank, load_bank
from prepkit.bank.importer.lines import KNOWN
from prepkit.bank.importer.page import PastedPage, read_page
from prepkit.records import RATED, WEAKER, Question
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.test_site_build import MONDAY

DATA = Path(__file__).parent / "data"
COPIED = (DATA / "copied-page.txt").read_text("utf-8")
"""The page of openers/02, as a browser copies it: Ctrl+A, Ctrl+C."""


LABELS = " ".join([*KNOWN, *WEAKER.values(), *RATED.values(), "Plus Minus key 2 4 know of 5 3"])
"""Headings and labels that are the shape of a question, and no text of it."""


@pytest.fixture(scope="module")
def kinds() -> Bank:
    return load_bank(DATA / "kinds")


def shown(question: Question) -> str:
    """Return what a page shows of a question: with typographic marks, and capitals at the start."""
    text = question.model_dump_json(exclude={"tags", "category", "number", "prompts"})
    return re.sub(r'\\"|[“”]', "''", plain(text).replace("*", "")).casefold()


def check(page: PastedPage, entry_id: str, bank: Bank) -> None:
    """Check that a page gives the question that it shows, and that nothing of it is in Notes."""
    entry = bank[entry_id]
    assert (page.category, page.number) == (entry.category.title, entry.question.number)
    question = page.question(entry.question.category, entry.question.number)
    assert shown(question) == shown(entry.question)
    prompts = {part.name: part.prompt for part in question.parts}
    assert {name: plain(text) for name, text in prompts.items()} == {
        part.name: plain(part.prompt) for part in entry.question.parts
    }
    assert page.moved == ()


def plain(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_a_page_copied_whole_has_no_label_of_the_form_in_it(kinds: Bank) -> None:
    page = read_page(COPIED, source="x")
    check(page, "openers/02", kinds)
    assert page.fields["key_points"] == kinds["openers/02"].question.key_points


def test_what_is_left_out_of_a_copied_page_is_named() -> None:
    page = read_page(COPIED, source="x")
    named = " ".join(page.left_out)
    kept = page.question("openers", 2).model_dump_json()
    words = set(re.findall(r"\w+", f"{named} {kept} {LABELS}".casefold()))
    assert set(re.findall(r"\w+", COPIED.casefold())) <= words


def test_sources_and_rounds_of_companies_are_left_out_and_named() -> None:
    source = "Company’s own site, read second-hand: harbour.example, read 24 November 2026"
    text = COPIED.replace("Stated · example.org\n", f"Stated\n{source}\n")
    rounds = "Rounds at these companies\nAs far as they are documented.\nHarbour\nPhone screen."
    page = read_page(text.replace("Background\n", f"{rounds}\nBackground\n", 1), source="x")
    assert page.fields == read_page(COPIED, source="x").fields
    assert page.guesses == ()
    assert source in " ".join(page.left_out)
    assert (
        "what the page says about interviews at these companies: " + rounds.replace("\n", " / ")
    ) in page.left_out


def test_text_below_a_table_of_companies_is_no_company() -> None:
    text = (
        "How?\n\nWhy this is asked\n\nTo see.\n\nKey points to cover\n\n- a\n\nCompanies\n\n"
        "| Company | Focus |\n| --- | --- |\n| Acme | Scale |\n\nAsked in every loop there.\n"
    )
    page = read_page(text, source="x")
    assert [ask.company for ask in page.fields["asks"]] == ["Acme"]
    assert page.moved == (("Companies", "Asked in every loop there."),)


def test_an_answer_in_the_form_goes_to_notes(kinds: Bank) -> None:
    text = COPIED.replace("\n0 words", "\nI care.\n\n2 words", 1)
    page = read_page(text, source="x")
    assert page.moved == (("Your answer", "I care."),)
    assert page.fields["prompts"] == read_page(COPIED, source="x").fields["prompts"]


def test_another_page_with_the_words_your_answer_stays_as_it_is() -> None:
    text = (
        "How?\n\nWhy this is asked\n\nTo see.\n\nKey points to cover\n\n- One\n\nYour answer\n\n"
        "Write it here.\n"
    )
    assert read_page(text, source="x").left_out == ()


@pytest.mark.slow
def test_every_page_of_a_site_that_was_saved_gives_its_question(
    tmp_path: Path, kinds: Bank
) -> None:
    publish(tmp_path / "site", (), settings=Settings(), bank_folder=DATA / "kinds", now=MONDAY)
    for entry_id in kinds:
        html = (tmp_path / f"site/questions/{entry_id}.html").read_text("utf-8")
        check(read_page(html, source="x"), entry_id, kinds)
