"""The view of a question: what is in it, in which order, and how notebooks store it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup

from prepkit.bank import Bank, load_bank
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.handouts import Layout, company_sheet_pdf, handout_pdf, story_pdf, worksheet_pdf
from prepkit.notebook.mime import SHEET_MIME
from prepkit.provenance import legend_text
from prepkit.records import LEVELS, Answer, InterviewerNote, Revision, WeakerAnswer
from prepkit.sheet import read_sheet, sheet_of
from prepkit.site.rendering import worksheet_html
from prepkit.widgets.content import question_content, sheet_html, sheet_text
from prepkit.widgets.worksheet import Worksheet
from tests.examples import long_enough
from tests.site_samples import write_bank, write_question

DATA = Path(__file__).parent / "data"


ABOUT_THE_EXAMPLE: dict[str, Any] = {
    "also_asked": ("When did a craft fail you?", "What broke?"),
    "interviewer_notes": (
        InterviewerNote(sign="+", key_point=2, text="It says what was measured."),
        InterviewerNote(sign="-", key_point=1, text="It leaves out who paid."),
    ),
    "weaker": WeakerAnswer(
        text="We worked hard on it.",
        lift="Say what you did.",
        score=2,
        reason="No step is named.",
        example_score=4,
        example_reason="Each step is named.",
    ),
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Return a bank with one question of each kind, ``kinds/01`` and on."""
    folder = write_bank(tmp_path_factory.mktemp("bank"), questions=1)
    for number, kind in enumerate(KINDS, 1):
        example = {part.name: f"What {part.title} says." for part in FORMS[kind].parts}
        more: dict[str, Any] = {"example": example, "notes": "Behind it."}
        write_question(folder, "craft", number, kind=kind, **more, **ABOUT_THE_EXAMPLE)
    return load_bank(folder)


def entry_of(bank: Bank, kind: Kind) -> Any:
    return next(bank[each] for each in bank if bank[each].question.kind == kind)


def answer_to(bank: Bank, kind: Kind) -> Answer:
    """Return an answer with a text in each part."""
    entry = entry_of(bank, kind)
    texts = {part.name: long_enough(f"I told of {part.name}.") for part in entry.parts}
    revisions = {
        name: Revision.model_validate(
            {
                "question": entry.id,
                "field": name,
                "revision": 1,
                "text": text,
                "saved_at": "2026-03-14T09:30:00Z",
                "origin": "form",
            }
        )
        for name, text in texts.items()
    }
    return Answer(question=entry.id, revisions=revisions)


def words_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page, with straight apostrophes."""
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return [
        " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()) for text in texts
    ]


def test_a_sheet_has_the_sections_of_a_question_in_order(bank: Bank) -> None:
    sections = sheet_of(entry_of(bank, "past-event")).sections
    assert [(one.title, one.shape) for one in sections] == [
        ("Why this is asked", "text"),
        ("Key points to cover", "ticks"),
        ("Your answer", "boxes"),
        ("Tips", "bullets"),
        ("Follow-up questions", "numbers"),
        ("Also asked as", "bullets"),
        ("What each level is expected to show", "terms"),
        ("Example answer", "parts"),
        ("What the interviewer notes", "signs"),
        ("A weaker answer", "terms"),
        ("Companies that look for this", "companies"),
        ("Background", "text"),
    ]


def test_a_section_that_the_question_leaves_out_has_no_heading(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "bank", questions=1)
    write_question(folder, "craft", 1, tips=(), levels={}, example=None, asks=())
    names = [one.name for one in sheet_of(load_bank(folder)["craft/01"]).sections]
    assert names == ["why", "key-points", "answer", "follow-ups"]


def test_levels_and_companies_are_said_as_a_reader_sees_them(bank: Bank) -> None:
    sections = {one.name: one for one in sheet_of(entry_of(bank, "past-event")).sections}
    levels = sections["levels"].items
    assert [one.name for one in levels] == list(LEVELS)
    assert (levels[1].title, levels[1].text) == (
        "Staff engineer",
        "Shows what a staff engineer can move",
    )
    first, second = sections["companies"].rows
    assert (first.company, first.value, first.focus) == ("Acme & Sons", "Own it", "Who acted")
    assert (first.basis, first.href) == ("Stated", "https://acme.example/values")
    assert first.source == "Company's own site: acme.example, read 2 January 2026"
    assert (second.value, second.basis, second.href) == ("", "Inferred", "")


def test_what_is_said_about_the_example_has_its_sign_key_point_and_rating(bank: Bank) -> None:
    sections = {one.name: one for one in sheet_of(entry_of(bank, "past-event")).sections}
    notes, weaker = sections["on-example"], sections["weaker"]
    assert [(one.title, one.sign, one.text) for one in notes.items] == [
        ("Plus", "+", "It says what was measured. (key point 2)"),
        ("Minus", "\N{MINUS SIGN}", "It leaves out who paid. (key point 1)"),
    ]
    assert [(one.title, one.text) for one in weaker.items] == [
        ("As told", "We worked hard on it."),
        ("What would lift it most", "Say what you did."),
        ("This answer: 2 of 5", "No step is named."),
        ("The example: 4 of 5", "Each step is named."),
    ]


@pytest.mark.long
def test_what_spoils_a_first_draft_is_folded_on_a_screen_and_last_on_paper(bank: Bank) -> None:
    entry = entry_of(bank, "past-event")
    folded = [one.name for one in sheet_of(entry).sections if one.hint]
    assert folded == ["example", "on-example", "weaker"]
    site = BeautifulSoup(worksheet_html(sheet_of(entry), live=True), "html.parser")
    for name in folded:
        assert len(site.select(f"section.{name} > details")) == 1
    *before, last = pages_of(worksheet_pdf([Worksheet(entry)]).pdf)
    assert "When did a craft fail you?" in " ".join(before)
    for text in ("It says what was measured.", "We worked hard on it."):
        assert text in last
        assert text not in " ".join(before)
    paper = words_of(worksheet_pdf([Worksheet(entry)], Layout(compact=True)).pdf)
    assert "When did a craft fail you?" in paper
    assert "It says what was measured." not in paper
    assert "We worked hard on it." not in paper


@pytest.mark.long
def test_a_sign_is_drawn_and_its_name_is_said(bank: Bank) -> None:
    sheet = sheet_of(entry_of(bank, "past-event"))
    first, second = BeautifulSoup(worksheet_html(sheet), "html.parser").select(".signs li")
    assert first.get_text() == "+Plus: It says what was measured. (key point 2)"
    assert [one.get_text() for one in second.select("[aria-hidden]")] == ["\N{MINUS SIGN}"]
    assert [one.get_text() for one in second.select(".unseen")] == ["Minus: "]
    assert "<li>Minus: It leaves out who paid. (key point 1)</li>" in sheet_html(sheet)


@pytest.mark.long
def test_other_wordings_are_left_off_a_worksheet_that_has_no_room_for_them(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "bank", questions=1)
    example = {part.name: "Long words fill the page. " * 42 for part in FORMS["past-event"].parts}
    write_question(folder, "craft", 1, example=example, **ABOUT_THE_EXAMPLE)
    worksheets = [Worksheet(load_bank(folder)["craft/01"])]
    assert "When did a craft fail you?" in words_of(worksheet_pdf(worksheets).pdf)
    handout = worksheet_pdf(worksheets, Layout(compact=True))
    assert len(pypdf.PdfReader(io.BytesIO(handout.pdf)).pages) == 2
    assert "When did a craft fail you?" not in words_of(handout.pdf)
    assert "Companies that look for this" in words_of(handout.pdf)


def test_what_a_basis_means_is_said_once_for_each(bank: Bank) -> None:
    assert legend_text(["inferred", "stated", "stated"]) == (
        "Stated: the company says that it looks for this."
        " Inferred: our reading of how the company works."
    )


def test_a_sheet_is_stored_as_json_and_read_back(bank: Bank) -> None:
    for kind in KINDS:
        sheet = sheet_of(entry_of(bank, kind), answer_to(bank, kind), paper="us-letter")
        # A notebook is stored with its keys in the order of the alphabet.
        stored = json.loads(json.dumps(sheet.to_json(), sort_keys=True))
        assert read_sheet(stored) == sheet


def test_a_sheet_without_its_answer_holds_nothing_private(bank: Bank) -> None:
    sheet = sheet_of(entry_of(bank, "case"), answer_to(bank, "case"))
    assert "I told of" in json.dumps(sheet.to_json())
    bare = sheet.without_answer(("ticks", "boxes"))
    assert "I told of" not in json.dumps(bare.to_json())
    assert bare.updated is None
    assert [one.shape for one in bare.sections] == ["ticks", "boxes"]


def version_1(**changes: Any) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((DATA / "worksheet-version-1.json").read_text("utf-8"))
    return {**stored, **changes}


def test_what_a_notebook_stored_before_there_were_sections_is_read(bank: Bank) -> None:
    sheet = read_sheet(version_1())
    assert sheet.running == "Technical leadership · Q1"
    assert sheet.text == "Tell me about system 1 that you had to scale."
    assert sheet.answer == {
        "situation": "Orders rose tenfold.",
        "action": "I measured.\n\n- and `wrote` it down",
    }
    assert sheet.ticked == ("The limit", "The proof")
    assert sheet.paper == "us-letter"
    assert [part.prompt for part in sheet.boxes] == ["Where.", "What.", "How.", "Which number."]
    assert [one.name for one in sheet.sections][-2:] == ["example", "companies"]


@pytest.mark.long
def test_a_notebook_of_before_is_printed_with_the_worksheets_it_stored() -> None:
    nb = nbformat.read(DATA / "before" / "packets" / "ada.ipynb", as_version=4)
    stored = [
        output.data[SHEET_MIME]
        for cell in nb.cells
        for output in cell.get("outputs", [])
        if SHEET_MIME in output.get("data", {})
    ]
    assert {each["version"] for each in stored} == {1}
    assert [read_sheet(each).id for each in stored]
    handout = handout_pdf(nb)
    assert not [one for one in handout.notices if "worksheet" in one]


def test_a_company_stored_before_there_were_labels_keeps_site_and_day(bank: Bank) -> None:
    stored = sheet_of(entry_of(bank, "past-event")).to_json()
    (companies,) = (one for one in stored["sections"] if one["name"] == "companies")
    row = {"company": "Acme", "focus": "Who acted", "basis": "Stated"}
    link = {"href": "https://acme.example/values", "host": "acme.example"}
    companies["rows"] = [{**row, **link, "checked": "2026-01-02"}, {**row, **link}, row]
    rows = next(one.rows for one in read_sheet(stored).sections if one.shape == "companies")
    assert [one.source for one in rows] == [
        "acme.example, read 2 January 2026",
        "acme.example",
        "",
    ]
    assert [one.href for one in rows] == ["https://acme.example/values"] * 2 + [""]


def test_a_stored_address_that_is_not_of_a_site_is_no_link(bank: Bank) -> None:
    stored = sheet_of(entry_of(bank, "past-event")).to_json()
    (companies,) = (one for one in stored["sections"] if one["name"] == "companies")
    companies["rows"][0]["href"] = "javascript:alert(1)"
    assert "javascript:" not in worksheet_html(read_sheet(stored))


def test_damaged_data_of_before_is_refused_with_the_place() -> None:
    with pytest.raises(ValueError, match="of: Input should be a valid integer"):
        read_sheet(version_1(of="many"))


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [
        one if one in ("past-event", "case") else pytest.param(one, marks=pytest.mark.slow)
        for one in KINDS
    ],
)
def test_every_kind_is_printed_with_its_own_parts(bank: Bank, kind: Kind) -> None:
    entry = entry_of(bank, kind)
    blank = worksheet_pdf([Worksheet(entry)])
    assert (blank.notices, len(pypdf.PdfReader(io.BytesIO(blank.pdf)).pages)) == ((), 4)
    answered = Worksheet(entry, answer_to(bank, kind))
    sheets = [words_of(each.pdf) for each in (worksheet_pdf([answered]), story_pdf([answered]))]
    to_fill_in = words_of(blank.pdf)
    for part in entry.parts:
        assert f"{part.title} {part.prompt}" in to_fill_in
        for text in sheets:
            assert f"{part.title} I told of {part.name}." in text


@pytest.mark.long
def test_the_cover_shows_the_letters_that_most_sheets_have(bank: Bank) -> None:
    def cover(*kinds: Kind) -> str:
        worksheets = [Worksheet(entry_of(bank, kind)) for kind in kinds]
        handout = worksheet_pdf(worksheets, Layout(title="Evening"), cover=True)
        return str(pypdf.PdfReader(io.BytesIO(handout.pdf)).pages[0].extract_text())

    assert "Hindsight" in cover("walkthrough", "walkthrough")
    assert "Situation" in cover("introduction", "past-event", "past-event")


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_company_sheet_has_how_an_answer_of_any_kind_begins(bank: Bank, kind: Kind) -> None:
    answer = answer_to(bank, kind)
    page = words_of(company_sheet_pdf(bank, "Bolt", {answer.question: answer}).pdf)
    first, second, *_ = FORMS[kind].names
    assert "1 complete" in page
    assert f"I told of {first}." in page
    assert f"I told of {second}." not in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_on_the_site_in_the_form_and_in_a_plain_page(bank: Bank, kind: Kind) -> None:
    entry = entry_of(bank, kind)
    sheet = sheet_of(entry, answer_to(bank, kind))
    content: Mapping[str, Any] = question_content(entry)
    (boxes,) = (one["boxes"] for one in content["sections"] if one["shape"] == "boxes")
    assert [part["name"] for part in boxes] == list(FORMS[kind].names)
    for html in (worksheet_html(sheet, live=False), sheet_html(sheet), sheet_text(sheet)):
        for part in entry.parts:
            assert part.title in html
            assert f"I told of {part.name}." in html
            if html != sheet_text(sheet):
                assert f"What {part.title} says." in html
