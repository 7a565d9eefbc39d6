"""The site's mock interview: what its page knows of the bank."""

from __future__ import annotations

import json
from pathlib import Path

from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.rubric import read_rubric
from prepkit.practice.mock_rounds import mock_rounds
from prepkit.site.mock_page import mock_data, mock_page
from tests.site_samples import write_bank


def test_each_round_leads_to_the_questions_that_it_may_ask(tmp_path: Path) -> None:
    bank = load_bank(shipped_folder())
    data = mock_data(bank, ())
    for one, offered in zip(mock_rounds(bank), data["rounds"], strict=True):
        topic = data["topics"][offered["topic"]]
        asked = [data["questions"][place]["id"] for place in topic["questions"]]
        assert asked == [each for each in bank if one.topic.holds(bank[each].question)]
        assert (offered["id"], topic["each"]) == (one.id, one.topic.each)


def test_a_question_says_for_whom_it_is_asked_and_how_that_is_known(tmp_path: Path) -> None:
    data = mock_data(load_bank(write_bank(tmp_path)), ())
    bases = {
        (ask["company"], ask["value"], ask["basis"])
        for question in data["questions"]
        for ask in question["asks"]
    }
    assert ("Acme & Sons", "Own it", "stated") in bases
    assert {basis for _, _, basis in bases} <= {"stated", "published value", "inferred"}


def test_the_page_is_listed_and_its_data_can_not_end_its_script(tmp_path: Path) -> None:
    page = mock_page(load_bank(write_bank(tmp_path)), read_rubric(shipped_folder()))
    assert (page.path, page.listed, page.searched) == ("mock.html", True, False)
    data = page.context()["mock_data"]
    assert "<" not in data
    assert json.loads(data)["questions"][0]["text"].endswith("<and> why.")
    assert page.cache_key == data
