"""The bank that ships: whole, in canonical form, and with a source for every value it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepkit.bank import load_bank, shipped_folder
from prepkit.exchange import from_json
from prepkit.markdown import format_question, parse_question
from prepkit.records import LEVELS

BANK = load_bank()
FILES = sorted((shipped_folder() / "questions").rglob("*.md"))


def test_every_category_has_ten_questions() -> None:
    assert set(BANK.questions["of"]) == {10}


@pytest.mark.parametrize("question_id", list(BANK))
def test_a_shipped_question_has_every_section(question_id: str) -> None:
    question = BANK[question_id].question
    assert list(question.levels) == list(LEVELS)
    assert question.example is not None
    assert len(question.follow_ups) >= 3
    assert len(question.tips) >= 2
    assert 4 <= len(question.asks) <= 7


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_is_as_prepkit_would_write_it(path: Path) -> None:
    text = path.read_text("utf-8")
    number = int(path.name[:2])
    question = parse_question(text, path, category=path.parent.name, number=number)
    assert format_question(question) == text


def test_every_named_value_has_its_source_and_the_day_it_was_checked() -> None:
    named = BANK.asks.dropna(subset="value")
    assert named["source_url"].str.startswith("https://").all()
    assert named["checked"].notna().all()


def test_no_company_is_named_for_more_than_half_of_the_questions() -> None:
    questions = BANK.asks.groupby("company")["question"].nunique()
    assert questions.max() <= len(BANK) / 2


def test_the_sample_answers_are_for_shipped_questions() -> None:
    sample = from_json((shipped_folder() / "sample" / "answers.json").read_text("utf-8"))
    assert sample.answers
    assert set(sample.answers) <= set(BANK)
