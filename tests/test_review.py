"""The checks on one answer: what they find, which words they point at, and what they call it."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.forms import FORMS
from prepkit.practice.review import Finding, review_answer
from prepkit.records import Answer, Revision
from tests.examples import tries

PARTS = FORMS["past-event"].parts

SAVED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SOUND: dict[str, str] = {
    "situation": "In March " + "word " * 48,
    "task": "I had to " + "word " * 27,
    "action": "I " + "word " * 149,
    "result": "It took 40 seconds less " + "word " * 25,
}


def stored(texts: Mapping[str, str]) -> Answer:
    revisions = {
        part: Revision(
            question="technical-leadership/06",
            field=part,
            revision=1,
            text=text,
            saved_at=SAVED_AT,
            origin="form",
        )
        for part, text in texts.items()
    }
    return Answer(question="technical-leadership/06", revisions=revisions)


def answer(**texts: str) -> Answer:
    """Build an answer that is sound but for the parts given."""
    return stored({part: texts.get(part, text) for part, text in SOUND.items()})


def found(**texts: str) -> tuple[Finding, ...]:
    """Return what the checks find in an answer that is sound but for the parts given."""
    return review_answer(answer(**texts), "past-event")


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_a_sound_answer_has_no_findings() -> None:
    assert found() == ()


def test_the_word_targets_add_up_to_one_and_a_half_to_three_minutes() -> None:
    for kind in ("past-event", "approach", "case", "walkthrough"):
        words = [part.words for part in FORMS[kind].parts]
        assert (sum(low for low, _ in words), sum(high for _, high in words)) == (195, 450)
    assert [part.name for part in PARTS] == list(SOUND)


def test_an_answer_never_begun_misses_all_four_parts() -> None:
    findings = review_answer(Answer(question="technical-leadership/06"), "past-event")
    assert [(finding.part, finding.rule) for finding in findings] == [
        (part, "missing") for part in SOUND
    ]


@pytest.mark.parametrize(
    ("part", "status", "message"),
    [
        ("task", "convention", "Task is still empty. A STAR answer has all four parts."),
        (
            "result",
            "research",
            "Result is still empty. Candidates often say too little about what they did and what "
            "came of it.",
        ),
    ],
)
def test_a_missing_part_is_named(part: str, status: str, message: str) -> None:
    finding = only(found(**{part: " \n"}))
    assert (finding.rule, finding.status, finding.message) == ("missing", status, message)
    assert finding.spans == ()


def test_a_short_part_is_counted() -> None:
    finding = only(found(task="Mine alone"))
    assert finding.rule == "short"
    assert finding.message == "Task is short: 2 words (20\N{EN DASH}45 is typical)."
    assert finding.basis == "Rule of thumb"


def test_a_long_part_points_at_the_words_too_many() -> None:
    text = "one " * 90 + "too many "
    finding = only(found(situation=text))
    assert finding.rule == "long"
    assert finding.message == "Situation is long: 92 words (40\N{EN DASH}90 is typical)."
    assert [span.words for span in finding.spans] == ["too many"]


@pytest.mark.parametrize("count", PARTS[1].words)
def test_the_ends_of_a_target_are_within_it(count: int) -> None:
    assert found(task="word " * count) == ()


def test_we_outnumbering_i_in_action_is_pointed_at() -> None:
    text = "We\u2019d planned it, I built it, and we shipped. " + "word " * 110
    finding = only(found(action=text))
    assert (finding.rule, finding.status) == ("we", "convention")
    assert [span.words for span in finding.spans] == ["We", "we"]
    assert finding.message == (
        "Action says “we” twice and “I” once. Say “I” for what you did yourself, and name the "
        "others for what they did."
    )


def test_as_many_i_as_we_is_no_finding() -> None:
    assert found(action="We planned it, I built it. " + "word " * 130) == ()


def test_the_i_of_i_o_is_not_the_candidate() -> None:
    finding = only(found(action="We cut the I/O. " + "word " * 130))
    assert "“I” never" in finding.message


def test_we_outside_action_is_no_finding() -> None:
    assert found(situation="We were late. " + "word " * 50) == ()


def test_a_result_without_a_measure_is_called_a_rule_of_thumb_that_no_study_backs() -> None:
    finding = only(found(result="It went much better. " + "word " * 20))
    assert (finding.rule, finding.status) == ("measure", "convention")
    assert finding.message == (
        "Result has no number. Add one if you have an honest one. No study has found that numbers "
        "raise ratings."
    )
    assert finding.basis == "Rule of thumb"


@pytest.mark.parametrize("measure", ["3", "half", "doubled", "a third", "per cent", "Twice"])
def test_a_measure_may_be_a_word(measure: str) -> None:
    assert found(result=f"It was {measure} of it. " + "word " * 20) == ()


def test_generalities_are_pointed_at_as_research() -> None:
    text = "Usually the team met, and it always ran late. " + "word " * 40
    finding = only(found(situation=text))
    assert (finding.rule, finding.status) == ("general", "research")
    assert [span.words for span in finding.spans] == ["Usually", "always"]
    assert finding.message == (
        "Situation says “usually”, “always”. One specific event is rated higher than what you "
        "usually do. If this describes a habit, tell about one time it happened."
    )
    assert finding.basis == "Research: Bangerter, Corvalan and Cavin 2014"


def test_a_habit_learnt_may_stand_in_the_result() -> None:
    assert found(result="I always load-test now, all 3. " + "word " * 20) == ()


@settings(max_examples=tries(30))
@given(st.fixed_dictionaries({part: st.text(max_size=200) for part in SOUND}))
def test_spans_hold_the_words_they_name(texts: dict[str, str]) -> None:
    for finding in found(**texts):
        for span in finding.spans:
            assert texts[finding.part][span.start : span.end] == span.words
        research = f"Research: {finding.source}"
        assert finding.basis == (research if finding.status == "research" else "Rule of thumb")


def test_an_approach_is_asked_for_its_example_and_its_principle_may_be_general() -> None:
    texts = {
        "principle": "I usually ask first. " + "word " * 40,
        "example": "We always measured. " + "word " * 120,
        "result": "It went well. " + "word " * 40,
        "limits": "word " * 40,
    }
    findings = review_answer(stored(texts), "approach")
    assert [(finding.part, finding.rule) for finding in findings] == [
        ("example", "we"),
        ("example", "general"),
        ("result", "measure"),
    ]


def test_the_lengths_and_parts_of_an_introduction_are_its_own() -> None:
    findings = review_answer(stored({"now": "I lead a team."}), "introduction")
    assert [finding.message for finding in findings] == [
        "Now is short: 4 words (45\N{EN DASH}100 is typical).",
        "Before is still empty. An answer like this has all three parts.",
        "Next is still empty. An answer like this has all three parts.",
    ]
    assert [finding.source for finding in findings][1:] == ["ours", "ours"]
