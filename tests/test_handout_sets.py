"""Sets with a cover, story sheets and company sheets: what is on each page, and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.errors import PrepkitError
from prepkit.handouts import (
    Handout,
    Layout,
    company_sheet_pdf,
    story_pdf,
    worksheet_pdf,
)
from prepkit.practice.names import category_questions, company_questions
from prepkit.records import Answer, Ask, Question, Revision
from prepkit.widgets.worksheet import Worksheet
from tests.examples import long_enough

pytestmark = pytest.mark.slow  # dozens of PDFs

SAVED = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 15)
COMPANIES = """
- name: Amazon
  note: Its careers site says that the principles are used in hiring.
  values:
    - name: Dive Deep
      source_url: https://amazon.jobs/principles
      source_kind: owner
      checked: 2026-01-02
      used_in_interviews: stated
    - name: Think Big
      source_url: https://amazon.jobs/principles
      source_kind: owner
      checked: 2026-01-02
      used_in_interviews: stated
    - name: Day One
      source_url: https://example.org/amazon
      source_kind: press
      checked: 2025-12-31
      used_in_interviews: unknown
    - name: Move Slowly
      source_url: https://example.org/amazon
      source_kind: press
      checked: 2025-12-31
      superseded_by: Think Big
      used_in_interviews: unknown
- name: Zoom
"""
CATEGORIES = """
- slug: technical-leadership
  title: Technical leadership
  icon: ⚙️
  description: Systems.
- slug: people
  title: People
  icon: 👥
  description: Teams.
"""


def question(category: str, number: int, *asks: Ask) -> Question:
    star = {"situation": "Where.", "task": "What.", "action": "How.", "result": "Which number."}
    return Question(
        category=category,
        number=number,
        text=f"Tell me about case {number} of {category}.",
        why="Growth finds the limits that nobody drew.",
        key_points=("The load", "The limit", "The choice", "The proof"),
        follow_ups=("What broke first?", "What would break next?", "Who agreed?"),
        prompts=star,
        tips=("Bring one figure.", "Name what it cost."),
        asks=asks,
    )


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("bank")
    questions = (
        question(
            "technical-leadership", 1, Ask(company="Amazon", value="Dive Deep", focus="who counted")
        ),
        question(
            "technical-leadership",
            2,
            Ask(company="Amazon", value="Dive Deep", focus="who looked"),
            Ask(company="Amazon", value="Day One", focus="what was new"),
        ),
        question("people", 1, Ask(company="Amazon", focus="how it was said")),
        question("people", 2),
    )
    for one in questions:
        home = folder / "questions" / one.category
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{one.number:02d}-question.md").write_text(format_question(one), "utf-8")
    (folder / "categories.yaml").write_text(CATEGORIES, "utf-8")
    (folder / "companies.yaml").write_text(COMPANIES, "utf-8")
    return load_bank(folder)


def answer_of(name: str, **texts: str) -> Answer:
    revisions = {
        field: Revision(
            question=name,
            field=field,
            revision=1,
            text=text,
            saved_at=SAVED,
            origin="form",
        )
        for field, text in texts.items()
    }
    return Answer(question=name, revisions=revisions)


FULL = {
    "situation": "Orders rose tenfold in 2023. Nobody slept. The third sentence is left out.",
    "task": "Mine was the queue.",
    "action": "I measured 48 hosts. I moved 3 of them for $1,200.",
    "result": "Pages took 120 ms instead of 800 ms, 85 % less.",
    "key_points": "The limit\nThe proof",
}


def sheets(bank: Bank, *ids: str, answered: bool = False) -> list[Worksheet]:
    return [Worksheet(bank[i], answer_of(i, **FULL) if answered else None) for i in ids or bank]


def read(handout: Handout) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(handout.pdf))


def pages(handout: Handout) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in read(handout).pages]


def outline_of(reader: pypdf.PdfReader) -> list[Any]:
    """Return the bookmarks as (title, page from 1), those below one as a list after it."""

    def plain(items: Sequence[Any]) -> list[Any]:
        return [
            plain(item)
            if isinstance(item, list)
            else (item["/Title"], (reader.get_destination_page_number(item) or 0) + 1)
            for item in items
        ]

    return plain(reader.outline)


def test_a_set_has_a_cover_contents_on_its_back_and_each_sheet_on_an_odd_page(bank: Bank) -> None:
    handout = worksheet_pdf(sheets(bank), Layout(student="Ada Marin", date=DAY), cover=True)
    assert handout.notices == ()
    cover, contents, *rest = pages(handout)
    for text in ("Technical leadership and People", "4 questions", "Ada Marin", "15 March 2026"):
        assert text in cover
    assert re.search(r"Technical leadership\s*2.*People\s*2", cover)
    assert contents.startswith("Contents")
    for number, name in enumerate(bank):
        assert bank[name].question.text in contents
        assert bank[name].question.text in rest[4 * number]
    assert len(rest) == 16


def test_the_contents_lead_to_the_pages_whose_numbers_they_give(bank: Bank) -> None:
    reader = read(worksheet_pdf(sheets(bank), cover=True))
    annotations: Any = reader.pages[1]["/Annots"]
    links = [annotation.get_object() for annotation in annotations]
    targets = [link["/Dest"].get_object()[0].get_object() for link in links]
    questions = [3, 7, 11, 15]
    assert list(dict.fromkeys(reader.pages.index(page) + 1 for page in targets)) == questions
    assert links[0]["/Contents"] == "Technical leadership, page 3"
    lines = reader.pages[1].extract_text()
    assert re.findall(r"\.[ .]*\n?\s*(\d+)\s*$", lines, re.MULTILINE)[:4] == [
        str(page) for page in questions
    ]


def test_the_outline_of_a_set_has_categories_and_their_questions(bank: Bank) -> None:
    covered = outline_of(read(worksheet_pdf(sheets(bank), cover=True)))
    text = {name: bank[name].question.text for name in bank}
    assert covered == [
        ("Contents", 2),
        ("Technical leadership", 3),
        [(text["technical-leadership/01"], 3), (text["technical-leadership/02"], 7)],
        ("People", 11),
        [(text["people/01"], 11), (text["people/02"], 15)],
    ]
    plain = outline_of(read(worksheet_pdf(sheets(bank))))
    assert [item[0] for item in plain if isinstance(item, tuple)] == [
        "Technical leadership",
        "People",
    ]


def test_a_single_question_has_no_cover(bank: Bank) -> None:
    one = sheets(bank, "people/01")
    assert worksheet_pdf(one, cover=True).pdf == worksheet_pdf(one).pdf
    assert len(pages(worksheet_pdf(one))) == 4


def test_a_cover_without_name_and_date_leaves_room_to_write_them(bank: Bank) -> None:
    cover = pages(worksheet_pdf(sheets(bank), Layout(title="For practice"), cover=True))[0]
    assert "For practice" in cover
    assert re.search(r"name\s*date$", cover, re.IGNORECASE)


def test_long_contents_go_on_and_the_first_sheet_still_starts_on_an_odd_page(bank: Bank) -> None:
    many = sheets(bank, *(list(bank) * 3))
    for sheet in many:
        long = {"text": sheet.sheet.text + " And say how it went in the end." * 14}
        sheet.sheet = sheet.sheet.model_copy(update=long)
    printed = pages(worksheet_pdf(many, cover=True))
    assert "Tell me about case" in printed[2]
    assert "Growth finds the limits" not in printed[2] + printed[3]
    assert "Growth finds the limits" in printed[4]


def test_a_story_sheet_has_first_sentences_numbers_and_ticks_on_one_page(bank: Bank) -> None:
    handout = story_pdf(sheets(bank, "people/01", "people/02", answered=True))
    assert handout.notices == ()
    first, second = pages(handout)
    assert bank["people/01"].question.text in first
    assert bank["people/02"].question.text in second
    assert "Orders rose tenfold in 2023. Nobody slept." in first
    assert "The third sentence" not in first
    for text in ("Mine was the queue.", "I measured 48 hosts.", "85 % less", "The limit"):
        assert text in first
    assert re.search(r"48\s*hosts.*\$1,200.*120 ms\s*instead.*800 ms.*85 %\s*less", first)
    assert first.count("☑") == 2
    assert "The load" not in first


def test_a_story_says_which_part_is_not_written_yet(bank: Bank) -> None:
    sheet = Worksheet(bank["people/01"], answer_of("people/01", task="Mine."))
    (page,) = pages(story_pdf([sheet]))
    assert "Not written yet: Which number." in page
    assert "The numbers" not in page


def test_a_story_without_an_answer_is_refused(bank: Bank) -> None:
    answered, *blank = sheets(bank, "people/01", answered=True) + sheets(bank, *bank)[:2]
    with pytest.raises(PrepkitError) as caught:
        story_pdf([answered, *blank])
    assert str(caught.value) == (
        "There is no saved answer for technical-leadership/01, technical-leadership/02, so there is"
        " nothing to put on a story sheet. Write an answer first, or print a worksheet to write on."
    )
    with pytest.raises(PrepkitError) as caught:
        story_pdf([])
    assert str(caught.value) == "A handout needs at least one question."


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_longest_story_stays_on_its_page(bank: Bank, paper: Any) -> None:
    long = "word " * 200 + "1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g."
    texts = dict.fromkeys(("situation", "task", "action", "result"), long)
    points = "\n".join(bank["people/01"].question.key_points)
    sheet = Worksheet(bank["people/01"], answer_of("people/01", **texts, key_points=points))
    handout = story_pdf([sheet], Layout(paper=paper))
    (page,) = pages(handout)
    assert "and 1 more in the answer" in page
    assert handout.notices == tuple(
        f"people/01: {part} starts with a sentence of 214 words; the story sheet shows only its"
        " beginning"
        for part in ("Situation", "Task", "Action", "Result")
    )


def test_a_company_sheet_has_values_questions_and_how_far_answers_are(bank: Bank) -> None:
    enough = {name: long_enough(text) for name, text in FULL.items()}
    answers = {
        "technical-leadership/01": answer_of("technical-leadership/01", **enough),
        "technical-leadership/02": answer_of("technical-leadership/02", situation="Only begun."),
    }
    handout = company_sheet_pdf(bank, "amazon", answers, Layout(student="Ada Marin"))
    assert handout.notices == ()
    (page,) = pages(handout)
    assert "4 questions" not in page
    assert "3 questions: 1 complete, 1 in progress, 1 not started" in page
    assert "Its careers site says that the principles are used in hiring." in page
    assert re.search(r"Dive Deep\s*1?\s*Stated", page)
    assert re.search(r"Day One\s*2?\s*Published value", page)
    assert re.search(r"No published value\s*Inferred", page)
    for text in ("Who counted", "Who looked", "What was new", "How it was said", "Ada Marin"):
        assert text in page
    assert "Orders rose tenfold in 2023." in page
    assert "Nobody slept" not in page
    assert "Only begun" not in page
    assert page.count(bank["technical-leadership/02"].question.text) == 1
    assert re.search(r"Values without a question Stated: Think Big", page)
    assert "Move Slowly" not in page
    assert "Company's own site: amazon.jobs, read 2 January 2026" in page
    assert "Press: example.org, read 31 December 2025" in page
    metadata = read(handout).metadata
    assert metadata
    assert metadata.title == "Amazon: company sheet"
    assert metadata.author == "Ada Marin"
    assert metadata.creation_date
    assert metadata.creation_date.date() == SAVED.date()


def test_a_company_without_values_and_questions_has_a_sheet_that_says_so(bank: Bank) -> None:
    (page,) = pages(company_sheet_pdf(bank, "Zoom", {}))
    assert "No question names it yet" in page
    assert "We could not confirm any published value." in page


@pytest.mark.parametrize(
    ("choose", "name", "message"),
    [
        (category_questions, "peple", "no category 'peple'; did you mean 'people'?"),
        (
            category_questions,
            "x",
            "no category 'x'; there are 'technical-leadership' and 'people'",
        ),
        (company_questions, "Amazn", "no company 'Amazn'; did you mean 'Amazon'?"),
        (
            company_questions,
            "zoom",
            "No question lists Zoom yet; its values are on its company sheet.",
        ),
        (
            lambda bank, name: company_sheet_pdf(bank, name, {}),
            "Q",
            "no company 'Q'; there are 'Amazon' and 'Zoom'",
        ),
    ],
)
def test_a_choice_that_cannot_be_made_is_told_with_what_can(
    bank: Bank, choose: Callable[[Bank, str], Any], name: str, message: str
) -> None:
    with pytest.raises(PrepkitError) as caught:
        choose(bank, name)
    assert str(caught.value) == message


def test_a_category_and_a_company_choose_their_questions(bank: Bank) -> None:
    assert category_questions(bank, "people") == ["people/01", "people/02"]
    amazon = ["technical-leadership/01", "technical-leadership/02", "people/01"]
    assert company_questions(bank, "AMAZON ") == ("Amazon", amazon)


LAYOUTS: dict[str, Callable[[Bank, bool], Handout]] = {
    "set": lambda bank, archive: worksheet_pdf(
        sheets(bank), Layout(date=DAY, student="Ada Marin", archive=archive), cover=True
    ),
    "single": lambda bank, archive: worksheet_pdf(
        sheets(bank, "people/01", answered=True), Layout(archive=archive)
    ),
    "story": lambda bank, archive: story_pdf(
        sheets(bank, "people/01", answered=True), Layout(archive=archive)
    ),
    "company": lambda bank, archive: company_sheet_pdf(
        bank, "Amazon", {}, Layout(date=DAY, archive=archive)
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_runs_of_a_layout_give_the_same_bytes(bank: Bank, layout: str) -> None:
    assert LAYOUTS[layout](bank, False) == LAYOUTS[layout](bank, False)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_archived_layout_conforms_to_both_standards(bank: Bank, layout: str) -> None:
    handout = LAYOUTS[layout](bank, True)
    assert handout.notices == ()
    root: Any = read(handout).root_object
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert root["/Lang"] == "en"


def test_a_pdf_to_archive_needs_a_date(bank: Bank) -> None:
    with pytest.raises(PrepkitError) as caught:
        worksheet_pdf(sheets(bank), Layout(archive=True))
    assert str(caught.value) == ("A PDF for archives needs a date: give one, such as 2026-01-31.")


def test_a_standard_that_is_given_up_is_named(bank: Bank) -> None:
    sheet = Worksheet(bank["people/01"], answer_of("people/01", task="Deciphered 𒀀 at work"))
    assert worksheet_pdf([sheet], Layout(archive=True)).notices[-1] == (
        "the PDF is tagged, but does not conform to PDF/A-2a and PDF/UA-1"
    )


def test_the_back_is_set_smaller_where_it_would_run_over(bank: Bank) -> None:
    entry = bank["people/01"]
    text = "It went on for longer than the page had been made for, as such things do. "

    def printed(times: int) -> list[str]:
        grown = entry.question.model_copy(update={"follow_ups": (text * times,) * 5})
        sheet = Worksheet(replace(entry, question=grown))
        return pages(worksheet_pdf([sheet], Layout(compact=True)))

    heights = [printed(times) for times in (2, 5, 6, 7, 8, 9)]
    assert [len(each) for each in heights] == [2, 2, 2, 2, 2, 3]
    for each in heights:
        for number, page in enumerate(each, 1):
            assert f"{number} / {len(each)}" in page
