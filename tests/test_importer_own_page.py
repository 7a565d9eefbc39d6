"""A page of prepkit's own site, copied or saved whole, gives the question that it shows."""

# ruff: noqa: RUF001

from __future__ import annotations

import re
from pathlib import Path

import pytest

import prepkit
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


def test_a_page_copied_while_the_form_loads_gives_the_same_question() -> None:
    text = COPIED.replace("\nEarlier versions", "\nLoading …\nEarlier versions")
    text = text.replace("Nothing written yet. Saves as you type.", "Loading your answer …")
    assert text.count("Loading …") == 3
    page = read_page(text, source="x")
    assert page.fields == read_page(COPIED, source="x").fields
    assert page.moved == ()
    assert "Loading …" in " ".join(page.left_out)


def sayings() -> list[str]:
    """Return all that a form may say in a page's text, read from its code, filled with words."""
    folder = Path(prepkit.__file__).parent / "static"
    names = ("status", "part", "versions", "conflict", "rehearsal")
    paths = [*(folder / f"form/{name}.js" for name in names), folder / "site/browser_model.js"]
    said = re.compile(r'\bt\("([^"]+)"|\btn\("([^"]+)", "([^"]+)"')
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
    shown = [line for line in lines if "aria-label" not in line and "form.say" not in line]
    texts = [text for line in shown for found in said.findall(line) for text in found if text]
    return [re.sub(r"\{(\w+)\}", "5", text) for text in texts]


WITHIN = (
    "This browser has no copy either: copy your text somewhere else before you close this page.",
    "Your text is safe in this browser.",
    "5, and it will save itself.",
    "It will save itself as soon as it can.",
    "Pick one below; we keep both.",
    "Saved version:",
    "Saved version (5):",
    "Above: what you typed here (not saved).",
    "this browser's storage isn't responding.",
    "If this message stays, reload the page.",
    "this page has lost its connection to the browser's storage.",
    "Reload the page.",
    "5 word",
    "5 words",
    "aim for 5",
    "Your saved 5 hasn't loaded yet",
    "Disconnected",
    "You typed in 5 before your saved text had loaded.",
    "5 was changed in two places.",
    "5 were changed in two places.",
)
"""Texts that stand within longer lines, which are in `LINES`."""

LINES = (
    "Not saved: your disk is full. Your text is safe in this browser. It will save itself as soon"
    " as it can.",
    "Not saved yet: this browser's storage isn't responding. Your text is safe in this browser."
    " If this message stays, reload the page.",
    "Not saved yet: this browser’s storage isn’t responding. Try again in a moment.",
    "Your saved answer hasn't loaded yet: this browser's storage isn't responding. If this message"
    " stays, reload the page.",
    "Disconnected: this page has lost its connection to the browser's storage. Reload the page.",
    "You typed in Point before your saved text had loaded. Pick one below; we keep both.",
    "Point was changed in two places. Pick one below; we keep both.",
    "Point and Proof were changed in two places. Pick one below; we keep both.",
    "Above: what you typed here (not saved). Saved version (Monday 19:05):",
    "12 words, at least 20 · aim for 25–60",
    "120 words · about 0:51 out loud",
    "Monday 19:05 · 12 words",
    "Smooth in 9 days",
    "Very easy tomorrow",
    "Saved Monday 19:05",
)


def answered(text: str) -> str:
    """Return a copied page where the form shows a text below the last part."""
    return COPIED.replace("Practise out loud\n", f"{text}\nPractise out loud\n", 1)


@pytest.fixture(scope="module")
def as_copied() -> PastedPage:
    return read_page(COPIED, source="x")


@pytest.mark.parametrize("text", [*LINES, *(one for one in sayings() if one not in WITHIN)])
def test_nothing_that_the_form_ever_says_gets_into_the_question(
    text: str, as_copied: PastedPage
) -> None:
    text = text.replace("saved 5", "saved answer").replace("your 5 …", "your answer …")
    page = read_page(answered(text), source="x")
    assert page.fields == as_copied.fields
    assert text in " ".join(page.left_out)


@pytest.mark.parametrize("text", ["Smooth talk got us there.", "Saved. The day was saved by Ann."])
def test_an_answer_that_begins_as_a_label_does_goes_to_notes(text: str) -> None:
    assert read_page(answered(text), source="x").moved == (("Your answer", text),)


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
