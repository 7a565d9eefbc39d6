"""Which rounds a mock interview can have, which questions are drawn in one, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank import load_bank
from prepkit.bank.format import format_question
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.practice.debriefs import Setback
from prepkit.practice.mock import Drawn, draw_questions, part_shares
from prepkit.practice.mock_rounds import EACH, MockRound, mock_rounds
from prepkit.records import LEVELS, Answer, Question, Rating, Review, Revision
from tests.examples import long_enough, tries

BANK = load_bank()
ROUNDS = {one.id: one for one in mock_rounds(BANK)}
NOW = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)  # a Monday


def answered(question: str, *parts: str) -> Answer:
    """Return an answer with the first of its parts written, or all of them."""
    names = parts or BANK[question].question.form.names
    revisions = {
        name: Revision(
            question=question,
            field=name,
            revision=1,
            text=long_enough("So it was."),
            saved_at=NOW,
            origin="form",
        )
        for name in names
    }
    return Answer(question=question, revisions=revisions)


def review(question: str, days_ago: int, rating: Rating = "again") -> Review:
    return Review(
        question=question, rating=rating, seconds=90, reviewed_at=NOW - timedelta(days=days_ago)
    )


def drawn(name: str, minutes: int = 20, seed: int = 1, **known: object) -> tuple[Drawn, ...]:
    return draw_questions(BANK, ROUNDS[name], minutes, now=NOW, seed=seed, **known)  # type: ignore[arg-type]


# ---- rounds


def test_general_rounds_come_first_then_those_that_are_documented() -> None:
    general = [one.title for one in ROUNDS.values() if not one.company]
    assert general == [
        "A mixed interview",
        "People management",
        "A project in depth",
        "Values and judgment",
        "Behavioural interview",
        "Cases",
        "Technical leadership",
        "Delivery and operations",
        "First call",
    ]
    assert [not one.company for one in ROUNDS.values()][: len(general)] == [True] * len(general)
    assert all(one.documented for one in ROUNDS.values() if one.company)


@pytest.mark.parametrize(
    ("company", "titles"),
    [
        (
            "Meta",
            {
                "Recruiter call": "First call",
                "Behavioural screen": "Behavioural interview",
                "People management": "People management",
                "Project retrospective": "A project in depth",
                "Behavioural interview": "Behavioural interview",
                "Full loop of 4 to 6 interviews": "A mixed interview",
            },
        ),
        (
            "Shopify",
            {
                "Life Story": "Values and judgment",
                "Life Story about management": "People management",
                "Deep dive into a project": "A project in depth",
            },
        ),
        (
            "Capital One",
            {
                "Recruiter call": "First call",
                "Hiring manager call": "First call",
                "Power Day: one or two job-fit interviews": "Values and judgment",
                "Power Day: behavioural interviews, for most jobs": "Behavioural interview",
                "Power Day: case": "Cases",
            },
        ),
    ],
)
def test_a_documented_round_asks_what_its_company_says_and_code_is_left_out(
    company: str, titles: dict[str, str]
) -> None:
    mine = {one.title: one.topic.title for one in ROUNDS.values() if one.company == company}
    assert mine == titles


def test_a_documented_round_can_have_its_own_length() -> None:
    assert ROUNDS["Meta/4"].minutes == (20, 45)
    assert ROUNDS["Apple/6"].minutes == (20, 45, 60)
    assert ROUNDS["behavioural"].minutes == (20, 45)


@pytest.mark.long
def test_every_round_of_the_bank_can_be_filled() -> None:
    for one in ROUNDS.values():
        assert draw_questions(BANK, one, min(one.minutes), now=NOW, seed=1), one.id


def small_bank(folder: Path, *kinds: Kind) -> dict[str, MockRound]:
    (folder / "questions" / "craft").mkdir(parents=True)
    (folder / "categories.yaml").write_text(
        "- {slug: craft, title: Craft, icon: ⚙, description: How work gets done.}\n"
    )
    (folder / "companies.yaml").write_text("- {name: Acme}\n")
    for number, kind in enumerate(kinds, 1):
        question = Question(
            category="craft",
            number=number,
            kind=kind,
            text="Tell me.",
            why="So.",
            key_points=("One",),
        )
        path = folder / "questions" / "craft" / f"{number:02d}-topic.md"
        path.write_text(format_question(question))
    return {one.id: one for one in mock_rounds(load_bank(folder))}


def test_a_bank_of_ones_own_has_only_the_rounds_that_it_can_fill(tmp_path: Path) -> None:
    assert list(small_bank(tmp_path, "case", "past-event")) == ["mixed", "behavioural", "cases"]


def test_a_round_is_as_long_as_the_bank_reaches(tmp_path: Path) -> None:
    rounds = small_bank(tmp_path, "case", "past-event")
    bank = load_bank(tmp_path)
    found = draw_questions(bank, rounds["mixed"], 45, now=NOW, seed=1)
    assert sorted(one.question for one in found) == ["craft/01", "craft/02"]


# ---- how many, and which


@pytest.mark.parametrize(
    ("name", "minutes", "count"),
    [("mixed", 20, 2), ("mixed", 45, 5), ("mixed", 60, 7), ("mixed", 1, 1), ("project", 45, 2)],
)
def test_the_length_decides_how_many_questions_there_are(
    name: str, minutes: int, count: int
) -> None:
    assert len(drawn(name, minutes)) == count
    assert EACH == 9


@pytest.mark.long
@settings(max_examples=tries(20))
@given(
    st.sampled_from(list(ROUNDS)),
    st.sampled_from([20, 45, 90]),
    st.integers(0, 10**6),
    st.sampled_from([None, *LEVELS]),
    st.sampled_from(["", "Amazon", "GitLab"]),
)
def test_no_question_comes_twice_and_the_same_seed_draws_the_same(
    name: str, minutes: int, seed: int, level: str | None, company: str
) -> None:
    first = drawn(name, minutes, seed, level=level, company=company)
    assert first == drawn(name, minutes, seed, level=level, company=company)
    questions = [BANK[one.question].question for one in first]
    assert len({one.id for one in questions}) == len(questions) > 0
    assert all(map(ROUNDS[name].topic.holds, questions))
    assert all(one.reason.endswith(".") for one in first)


@pytest.mark.long
def test_another_evening_brings_other_questions() -> None:
    assert len({drawn("behavioural", 45, seed) for seed in range(5)}) == 5


def test_whoever_asks_wants_to_know_first_who_you_are() -> None:
    (me,) = (one for one in BANK if BANK[one].question.kind == "introduction")
    found = drawn("introduction", 45, planned=[me])
    assert found[0].question == me
    assert found[0].reason == "It is in your plan. You haven't practised it yet."


# ---- what comes first


def test_what_is_due_comes_first_and_says_since_when() -> None:
    late, today = "hiring-and-team-building/03", "operations-and-metrics/05"
    found = drawn("mixed", 20, reviews=[review(late, 30), review(today, 1)])
    reasons = {one.question: one.reason for one in found}
    assert set(reasons) == {late, today}
    assert reasons[late].startswith("Due since Sunday 1 November.")
    assert reasons[today].startswith("Due today.")


def test_what_went_badly_in_an_interview_comes_before_what_is_due() -> None:
    bad, late = "leading-people/02", ["hiring-and-team-building/03", "operations-and-metrics/05"]
    reason = "Asked at Amazon on 3 November: stumbled."
    setbacks = {bad: Setback(bad, reason, "")}
    reviews = [review(bad, 0, "easy"), *(review(one, 30) for one in late)]
    found = drawn("mixed", 20, reviews=reviews, setbacks=setbacks)
    assert found[0].question == bad
    assert found[0].reason.startswith(f"{reason} ")
    assert found[1].question in late


def test_what_is_due_need_not_have_been_written() -> None:
    spoken = "leading-people/02"
    found = drawn("people", 20, reviews=[review(spoken, 30)], answers={})
    assert found[0].question == spoken


def test_what_was_practised_and_is_not_due_yet_is_left_alone() -> None:
    walks = [one for one in BANK if BANK[one].question.category == "going-deep"]
    easy = [review(one, 0, "easy") for one in walks[:-1]]
    (first, second) = drawn("project", 45, reviews=easy)
    assert first.question == walks[-1]
    assert first.reason == "You haven't practised it yet."
    assert second.reason == "You practised it, and it isn't due before Tuesday 8 December."


def test_the_plan_and_what_was_never_said_out_loud_come_before_the_rest() -> None:
    planned, written = "leading-people/02", "coaching-and-careers/03"
    found = drawn("people", 20, planned=[planned], answers={written: answered(written)})
    reasons = {one.question: one.reason for one in found}
    assert reasons == {
        planned: "It is in your plan. You have no complete answer on Leading people yet.",
        written: "Written, but never said out loud.",
    }


def test_an_answer_in_progress_says_that_speaking_shows_what_is_missing() -> None:
    started = "leading-people/02"
    found = drawn("people", 20, answers={started: answered(started, "situation")})
    reason = "You have started it: saying it out loud shows what is missing."
    assert Drawn(question=started, reason=reason) in found


def test_a_companys_values_take_turns_and_are_named_with_how_they_are_known() -> None:
    found = drawn("Amazon/5", 60)
    values = [one.reason.split("”")[0] for one in found]
    assert len(set(values)) == len(values) == 7
    assert all(", which Amazon says it assesses." in one.reason for one in found)


def test_a_value_that_no_complete_answer_shows_comes_first_and_says_so() -> None:
    found = drawn("behavioural", 20, company="Amazon")
    first = found[0].question
    value = next(ask.value for ask in BANK[first].asks if ask.company == "Amazon")
    again = drawn("behavioural", 20, company="Amazon", answers={first: answered(first)})
    assert not any(one.reason.startswith(f"It lets you show “{value}”") for one in again)
    assert all("; you have no complete answer for that yet." in one.reason for one in again)


def test_the_categories_that_come_early_at_the_level_are_preferred() -> None:
    found = drawn("technical", 20, level="staff engineer")
    assert "comes early for this level" in " ".join(one.reason for one in found)
    assert all("staff engineer" in BANK[one.question].category.first_for for one in found)


def test_a_director_is_not_asked_what_only_other_levels_are_asked_unless_it_is_planned() -> None:
    only = {"staff-engineer", "first-time-manager"}
    found = drawn("mixed", 90, level="director")
    assert not only & {BANK[one.question].question.category for one in found}
    planned = next(one for one in BANK if BANK[one].question.category == "first-time-manager")
    again = drawn("mixed", 90, level="director", planned=[planned])
    assert planned in [one.question for one in again]


def test_categories_take_turns() -> None:
    found = drawn("mixed", 90)
    categories = [BANK[one.question].question.category for one in found]
    assert len(set(categories)) == len(categories) == 10


# ---- the parts


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_an_answer_share_its_time_as_their_words_do(kind: Kind) -> None:
    shares = part_shares(FORMS[kind])
    assert len(shares) == len(FORMS[kind].parts)
    assert sum(least for least, _ in shares) < 1 < sum(most for _, most in shares)
    assert all(0 < least < most < 1 for least, most in shares)


def test_most_of_a_past_event_is_action() -> None:
    assert part_shares(FORMS["past-event"]) == (
        (0.15, 0.29),
        (0.04, 0.16),
        (0.37, 0.54),
        (0.12, 0.28),
    )
