"""Calibration: answers of the bank with reference ratings, and a coach's own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prepkit.bank import shipped_folder
from prepkit.bank.calibration import read_calibration
from prepkit.bank.loader import read_folder
from prepkit.bank.rubric import read_rubric
from prepkit.errors import BankError
from prepkit.practice.calibration import (
    JUDGEMENT,
    Sample,
    calibration_findings,
    compare,
    draw_samples,
    samples,
)
from prepkit.records import Question

DIMENSIONS = ["Substance", "Structure", "Relevance", "Credibility", "Differentiation"]


@pytest.fixture(scope="module")
def questions() -> Mapping[str, Question]:
    return read_folder(shipped_folder()).questions


@pytest.fixture(scope="module")
def shipped(questions: Mapping[str, Question]) -> tuple[Sample, ...]:
    folder = shipped_folder()
    return samples(questions, read_calibration(folder, questions, read_rubric(folder)))


def as_the_reference(drawn: tuple[Sample, ...], more: int = 0) -> dict[str, dict[str, int]]:
    return {
        sample.id: {one.dimension: one.score + more for one in sample.reference.scores}
        for sample in drawn
    }


def wrong_calibration(folder: Path, questions: Mapping[str, Question], text: str) -> str:
    (folder / "calibration.yaml").write_text(text)
    with pytest.raises(BankError) as caught:
        read_calibration(folder, questions, read_rubric(shipped_folder()))
    return str(caught.value).replace(str(folder), "bank")


def test_a_bank_needs_no_calibration(tmp_path: Path) -> None:
    assert read_calibration(tmp_path, {}, ()) == ()


def test_the_bank_has_two_rounds_of_a_weak_a_middle_and_a_strong_answer(
    shipped: tuple[Sample, ...],
) -> None:
    assert sorted(sample.band for sample in shipped) == sorted(["weak", "middle", "strong"] * 2)


def test_each_reference_rates_everything_near_the_rating_of_the_whole(
    shipped: tuple[Sample, ...],
) -> None:
    for sample in shipped:
        scores = [one.score for one in sample.reference.scores]
        assert [one.dimension for one in sample.reference.scores] == DIMENSIONS
        assert abs(sum(scores) / len(scores) - sample.overall) <= 0.7


def test_a_sample_shows_the_answer_and_what_its_question_file_says_of_it(
    shipped: tuple[Sample, ...],
) -> None:
    by_id = {sample.id: sample for sample in shipped}
    example, weaker = by_id["technical-leadership/06"], by_id["leading-people/01"]
    assert [title for title, _ in example.parts] == ["Situation", "Task", "Action", "Result"]
    assert (example.overall, example.reason) == (
        5,
        "One limit is followed from symptom to proof, with a rejected option, a failed test and a"
        " clear before and after.",
    )
    assert [title for title, _ in weaker.parts] == [""]
    assert weaker.parts[0][1].startswith("We had a developer whose quality")
    assert (weaker.overall, weaker.reason) == (
        2,
        "The right situation, but no standard, no cause, no date and no number, so nothing can be"
        " checked.",
    )


def test_three_samples_are_drawn_and_a_second_round_has_three_others(
    shipped: tuple[Sample, ...],
) -> None:
    first = draw_samples(shipped, seed=1)
    second = draw_samples(shipped, [sample.id for sample in first], seed=2)
    assert {sample.band for sample in first} == {sample.band for sample in second}
    assert len({sample.id for sample in (*first, *second)}) == 6
    assert draw_samples(shipped, seed=1) == first
    # When all are rated, they come again.
    assert len(draw_samples(shipped, [sample.id for sample in shipped], seed=3)) == 3


def test_the_order_of_the_samples_doesnt_tell_which_is_the_weak_one(
    shipped: tuple[Sample, ...],
) -> None:
    firsts = {draw_samples(shipped, seed=seed)[0].band for seed in range(40)}
    assert firsts == {"weak", "middle", "strong"}


def test_ratings_equal_to_the_reference_have_no_bias(shipped: tuple[Sample, ...]) -> None:
    drawn = draw_samples(shipped, seed=1)
    found = compare(drawn, as_the_reference(drawn))
    assert (found.bias, found.equal, found.within_one, found.left_out) == (0, 15, 15, 0)
    assert found.largest == ()
    assert calibration_findings(found) == (
        "15 of 15 ratings are within one point of the reference, and 15 are equal to it.",
        "On average you are neither stricter nor more lenient than the reference.",
        f"A few answers can only give a hint. {JUDGEMENT}",
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (1, "On average you rate 1.0 point higher than the reference: you are more lenient."),
        (-2, "On average you rate 2.0 points lower than the reference: you are stricter."),
    ],
)
def test_a_coach_who_is_always_off_the_same_way_is_told_which(
    shipped: tuple[Sample, ...], more: int, said: str
) -> None:
    drawn = draw_samples(shipped, seed=1)
    found = compare(drawn, as_the_reference(drawn, more))
    assert found.bias == more
    assert said in calibration_findings(found)


def test_the_dimension_that_differs_is_named_and_its_largest_differences_come_first(
    shipped: tuple[Sample, ...],
) -> None:
    drawn = draw_samples(shipped, seed=1)
    given = as_the_reference(drawn)
    for scores in given.values():
        scores["Credibility"] += 1
    weak = next(sample for sample in drawn if sample.band == "weak")
    given[weak.id]["Credibility"] += 2
    del given[weak.id]["Structure"]
    found = compare(drawn, given)
    assert found.bias_by_dimension == {
        "Substance": 0,
        "Structure": 0,
        "Relevance": 0,
        "Credibility": pytest.approx(5 / 3),
        "Differentiation": 0,
    }
    first = found.largest[0]
    assert (first.question, first.dimension, first.points) == (weak.id, "Credibility", 3)
    assert any(first.quote in text for _, text in weak.parts)
    assert calibration_findings(found) == (
        "13 of 14 ratings are within one point of the reference, and 11 are equal to it.",
        "1 rating left out.",
        "On average you are neither stricter nor more lenient than the reference.",
        "Credibility: 1.7 points higher on average. Read again what each score means there.",
        f"A few answers can only give a hint. {JUDGEMENT}",
    )


def test_nothing_rated_is_said(shipped: tuple[Sample, ...]) -> None:
    found = compare(shipped[:3], {})
    assert (found.bias, found.left_out) == (0, 15)
    assert calibration_findings(found) == ("Nothing is rated yet.",)


def test_everything_wrong_with_references_is_said_at_once(
    tmp_path: Path, questions: Mapping[str, Question]
) -> None:
    text = (
        "- question: leading-people/01\n"
        "  answer: weaker\n"
        "  scores:\n"
        "    - dimension: Substance\n"
        "      score: 2\n"
        "      quote: There were quite a few bugs\n"
        "      reason: Vague.\n"
        "    - dimension: Structur\n"
        "      score: 3\n"
        "      quote: words that nobody said\n"
        "      reason: Vague.\n"
        "    - dimension: Substance\n"
        "      score: 3\n"
        "      quote: There were quite a few bugs\n"
        "      reason: Vague.\n"
        "- question: leading-peple/02\n"
        "  answer: example\n"
        "  scores:\n"
        "    - {dimension: Substance, score: 1, quote: a, reason: b}\n"
    )
    assert wrong_calibration(tmp_path, questions, text) == (
        "The question bank has 6 problems:\n"
        "  bank/calibration.yaml:3: no score for 'Structure', 'Relevance', 'Credibility' and"
        " 'Differentiation'\n"
        "  bank/calibration.yaml:8: rubric.yaml has no dimension 'Structur'; did you mean"
        " 'Structure'?\n"
        "  bank/calibration.yaml:10: these words aren't in the answer; copy them exactly, from one"
        " part of it\n"
        "  bank/calibration.yaml:12: the dimension 'Substance' appears twice; keep one\n"
        "  bank/calibration.yaml:16: the bank has no question 'leading-peple/02'; did you mean"
        " 'leading-people/02'?\n"
        "  bank/calibration.yaml:18: no score for 'Structure', 'Relevance', 'Credibility' and"
        " 'Differentiation'"
    )


def test_a_file_of_references_with_other_keys_or_scores_is_refused(
    tmp_path: Path, questions: Mapping[str, Question]
) -> None:
    text = (
        "- question: leading-people/01\n"
        "  answer: best\n"
        "  scores:\n"
        "    - {dimension: Substance, score: 6, quote: a, reason: b}\n"
        "    - {dimension: Substance, score: 2.5, quote: a, reson: b}\n"
    )
    assert wrong_calibration(tmp_path, questions, text) == (
        "The question bank has 5 problems:\n"
        "  bank/calibration.yaml:2: answer must be 'example' or 'weaker', not 'best'\n"
        "  bank/calibration.yaml:4: score must be a whole number from 1 to 5, not '6'\n"
        "  bank/calibration.yaml:5: 'reason: …' is missing\n"
        "  bank/calibration.yaml:5: score must be a whole number from 1 to 5, not '2.5'\n"
        "  bank/calibration.yaml:5: unknown key 'reson'; did you mean 'reason'?"
    )


def test_an_answer_without_ratings_in_its_question_file_is_refused(
    tmp_path: Path, questions: Mapping[str, Question]
) -> None:
    question = questions["leading-people/01"].model_copy(update={"weaker": None})
    text = (shipped_folder() / "calibration.yaml").read_text()
    text = text.partition("- question: leading-people/01")[2]
    alone = "- question: leading-people/01" + text.partition("\n- question")[0] + "\n"
    assert wrong_calibration(tmp_path, {question.id: question}, alone) == (
        "The question bank has 1 problem:\n"
        "  bank/calibration.yaml:2: the question 'leading-people/01' has no rated weaker answer"
    )
