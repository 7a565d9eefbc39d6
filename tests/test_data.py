"""The bank that ships, beside what `tests/test_bank_checks.py` asks of its texts."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import get_args

import pytest
from pypdf import PdfReader

from prepkit.answers.exchange_json import from_json
from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.format import format_question
from prepkit.forms import KINDS
from prepkit.handouts import Layout, Paper, company_sheet_pdf, worksheet_pdf
from prepkit.handouts.worksheet import WORD
from prepkit.icons import CATEGORY_ICONS
from prepkit.widgets.worksheet import Worksheet
from tests.writing_room import boxes_of

BANK = load_bank()


def test_there_are_a_hundred_and_fifty_questions_of_every_kind_in_seventeen_categories() -> None:
    sizes = Counter(BANK[question_id].question.category for question_id in BANK)
    assert [sizes.pop(one.slug) for one in BANK.categories] == [12, *[10] * 10, 12, 8, 6, 4, 4, 4]
    assert not sizes
    assert {BANK[question_id].question.kind for question_id in BANK} == set(KINDS)


def test_every_category_has_a_drawing_of_its_own_for_paper() -> None:
    icons = [category.icon.replace("\ufe0f", "") for category in BANK.categories]
    assert set(icons) == set(CATEGORY_ICONS)


@pytest.mark.long
def test_every_shipped_file_is_as_prepkit_would_write_it() -> None:
    files = sorted((shipped_folder() / "questions").rglob("*.md"))
    assert len(files) == len(BANK)
    for path, question_id in zip(files, sorted(BANK), strict=True):
        assert format_question(BANK[question_id].question) == path.read_text("utf-8"), path


def test_every_named_value_has_its_source_and_the_day_it_was_checked() -> None:
    named = BANK.asks.dropna(subset="value")
    assert named["source_url"].str.startswith("https://").all()
    assert named["checked"].notna().all()


def test_the_sample_answers_are_for_shipped_questions() -> None:
    sample = from_json((shipped_folder() / "sample" / "answers.json").read_text("utf-8"))
    assert sample.answers
    assert set(sample.answers) <= set(BANK)


@pytest.mark.slow
@pytest.mark.parametrize("paper", get_args(Paper))
def test_every_question_fits_on_one_double_sided_sheet_if_it_is_compact(paper: Paper) -> None:
    pages = {
        question_id: len(PdfReader(BytesIO(handout.pdf)).pages)
        for question_id in BANK
        for handout in [
            worksheet_pdf([Worksheet(BANK[question_id])], Layout(paper=paper, compact=True))
        ]
    }
    # “What questions do you have for us?” brings a bank of questions to ask, on a second sheet.
    longer = {"introduction-and-fit/12": 3}
    assert {question_id: count for question_id, count in pages.items() if count != 2} == longer


@pytest.mark.slow
@pytest.mark.parametrize("paper", get_args(Paper))
def test_every_question_has_room_for_three_hundred_words_and_a_second_sheet_for_the_rest(
    paper: Paper,
) -> None:
    pages = {}
    for question_id in BANK:
        handout = worksheet_pdf([Worksheet(BANK[question_id])], Layout(paper=paper))
        reader = PdfReader(BytesIO(handout.pdf))
        parts = BANK[question_id].parts
        boxes = boxes_of(reader)
        assert len(boxes) == len(parts), question_id
        words = 300 / sum(sum(part.words) for part in parts)
        for part, box in zip(parts, boxes, strict=True):
            assert sum(box) / WORD >= words * sum(part.words), (question_id, part.name)
        pages[question_id] = len(reader.pages)
        if pages[question_id] == 4:
            last = reader.pages[-1].extract_text().casefold()
            assert last.startswith("example answer"), question_id
    # “What questions do you have for us?” brings a bank of questions to ask, on a third sheet.
    longer = {"introduction-and-fit/12": 6}
    assert {question_id: count for question_id, count in pages.items() if count != 4} == longer


@pytest.mark.slow
@pytest.mark.parametrize("paper", get_args(Paper))
def test_every_company_has_its_sheet_on_one_piece_of_paper(paper: Paper) -> None:
    pages = {
        name: len(PdfReader(BytesIO(handout.pdf)).pages)
        for name in BANK.companies["company"].unique()
        for handout in [company_sheet_pdf(BANK, name, {}, Layout(paper=paper))]
    }
    assert {name: count for name, count in pages.items() if count > 2} == {}
