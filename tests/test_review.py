"""The checks on one answer: what they find, which words they point at, and what they call it."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.forms import FORMS
from prepkit.practice.review import Finding, review_answer, review_texts
from prepkit.records import Answer, Revision
from prepkit.words import spoken_range
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


def test_the_word_targets_of_a_kind_add_up_to_a_time_that_an_interviewer_listens() -> None:
    times = {
        kind: spoken_range(*form.words).replace("\N{EN DASH}", "-") for kind, form in FORMS.items()
    }
    assert times == {
        "past-event": "1:15-2:55 min",
        "approach": "1:30-3:00 min",
        "case": "1:30-3:00 min",
        "introduction": "1:00-2:00 min",
        "motivation": "0:45-1:45 min",
        "walkthrough": "1:30-3:00 min",
    }


def test_half_of_the_fewest_usual_words_is_enough_for_a_part() -> None:
    assert [part.name for part in PARTS] == list(SOUND)
    assert [(*part.words, part.least) for part in PARTS] == [
        (40, 90, 20),
        (10, 50, 5),
        (90, 180, 45),
        (30, 90, 15),
    ]
    assert [part.least for part in FORMS["introduction"].parts] == [28, 25, 20]


# In the shape of the shipped examples: about 250 words, few figures, a lesson at the end.
TOLD: dict[str, str] = {
    "situation": "I got four teams to move to one deploy pipeline without any authority over them,"
    " and failed deploys dropped by two thirds. I was the staff engineer for developer tools at a"
    " company that makes accounting software. Each team had its own scripts, which always broke at"
    " the end of a quarter.",
    "task": "My director wanted one pipeline by the end of the year. Nobody had to use mine.",
    "action": "I started with what the teams wanted, not with my design. I sat in on each team's"
    " deploys for a week and wrote down what hurt. Three of four had the same complaint: rollbacks"
    " often took an hour. So I built that first, for the team with the most pain, and let their"
    " lead show it to the others. The fourth team said that whenever they changed something, their"
    " auditors asked for a signature. I could have asked my director to decide, and I didn't,"
    " because a team that is forced keeps its old scripts as a backup. Instead I asked their lead"
    " what an auditor would have to see. We added a sign-off step together.",
    "result": "All four moved by October, a month early. Rollbacks went from an hour to a few"
    " minutes. I learned that people adopt the thing that removes their pain, so I now always ship"
    " the most painful part first.",
}


def test_an_answer_told_as_the_examples_are_has_no_finding() -> None:
    assert review_texts(TOLD, "past-event") == ()


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
    assert finding.message == "Task is short: 2 words (10\N{EN DASH}50 is typical)."
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
    finding = only(found(result="It went much better. " + "word " * 30))
    assert (finding.rule, finding.status) == ("measure", "convention")
    assert finding.message == (
        "Result has no number. Add one if you have an honest one. No study has found that numbers "
        "raise ratings."
    )
    assert finding.basis == "Rule of thumb"


@pytest.mark.parametrize(
    "measure", ["3", "half", "doubled", "a third", "per cent", "Twice", "forty", "a month", "once"]
)
def test_a_measure_may_be_a_word(measure: str) -> None:
    assert found(result=f"It was {measure} of it. " + "word " * 30) == ()


def test_generalities_are_pointed_at_as_research() -> None:
    text = "Usually I met the team, and we always ran late. " + "word " * 40
    finding = only(found(situation=text))
    assert (finding.rule, finding.status) == ("general", "research")
    assert [span.words for span in finding.spans] == ["Usually", "always"]
    assert finding.message == (
        "Situation says “usually”, “always”. One specific event is rated higher than what you "
        "usually do. If this describes a habit, tell about one time it happened."
    )
    assert finding.basis == "Research: Bangerter, Corvalan and Cavin 2014"


@pytest.mark.parametrize(
    "text",
    [
        "Usually the team met, and it always ran late.",
        "She said that whenever she reported a risk, I asked her for updates.",
        "I asked how often that would matter.",
        "He'd always wanted the role, and often said so.",
    ],
)
def test_what_others_usually_do_is_no_habit_of_the_candidate(text: str) -> None:
    assert found(situation=f"{text} " + "word " * 40) == ()


@pytest.mark.parametrize(
    "text",
    [
        "In general, I ask first.",
        "I would usually ask first.",
        "Every time we met, I asked first.",
        "I tend to ask first.",
    ],
)
def test_what_the_candidate_usually_does_is_pointed_at(text: str) -> None:
    assert only(found(situation=f"{text} " + "word " * 40)).rule == "general"


def test_a_habit_learnt_may_stand_in_the_result() -> None:
    assert found(result="I always load-test now, all 3. " + "word " * 30) == ()


@pytest.mark.long
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
        "Now is short: 4 words (55\N{EN DASH}105 is typical).",
        "Before is still empty. An answer like this has all three parts.",
        "Next is still empty. An answer like this has all three parts.",
    ]
    assert [finding.source for finding in findings][1:] == ["ours", "ours"]
