"""rubric.yaml of a bank: what an answer is rated on, with a source, or every problem in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepkit.bank import shipped_folder
from prepkit.bank.rubric import read_rubric
from prepkit.errors import BankError


def test_a_bank_needs_no_rubric(tmp_path: Path) -> None:
    assert read_rubric(tmp_path) == ()


def test_each_thing_that_is_rated_says_what_its_scores_mean_and_who_says_so() -> None:
    rubric = read_rubric(shipped_folder())
    names = ["Substance", "Structure", "Relevance", "Credibility", "Differentiation"]
    assert [each.name for each in rubric] == names
    for each in rubric:
        assert len(set(each.anchors)) == 5
        assert each.source_kind == "coach"
        assert each.source_url == "https://github.com/noamseg/interview-coach-skill"


def test_everything_wrong_with_a_rubric_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(
        "- name: Substance\n  about: What.\n  anchors: [one, two]\n"
        "  source_url: nowhere\n  source_kind: coach\n  checked: 2026-11-29\n"
    )
    with pytest.raises(BankError) as caught:
        read_rubric(tmp_path)
    assert str(caught.value).replace(str(tmp_path), "bank") == (
        "The question bank has 2 problems:\n"
        "  bank/rubric.yaml:3: anchors must be five texts, one for each score, not 2\n"
        "  bank/rubric.yaml:4: source_url must be a full address that starts with 'https://', not "
        "'nowhere'"
    )
