"""The plan until the interview: which evening has what, and what there is no evening for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.practice.plan import plan_frame, plan_note
from prepkit.practice.plan_rules import RULES, rules_of
from prepkit.practice.progress import due_frame
from prepkit.practice.timetable import EVENING, GAPS
from prepkit.records import Review

DAY = date(2026, 11, 24)


def questions(*states: str, findings: int = 0) -> pd.DataFrame:
    """Return a frame of chosen questions, as far as a plan reads it."""
    rows = [
        {
            "question": f"craft/{number:02d}",
            "category_title": "Craft",
            "number": number + 10,
            "kind": "past-event",
            "state": state,
            "gap": None if state == "complete" else "Task is still empty",
            "findings": findings if state == "complete" else 0,
        }
        for number, state in enumerate(states, 1)
    ]
    columns = ["question", "category_title", "number", "kind", "state", "gap", "findings"]
    return pd.DataFrame(rows, columns=columns)


FIVE = questions(*["untouched"] * 5)


def after(days: int) -> date:
    return DAY + timedelta(days)


def steps(plan: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return evening, step and the numbers of the questions of each row."""
    return [
        (evening, step, *(int(question[-2:]) for question in told))
        for evening, step, told in zip(
            plan["evening"], plan["step"], plan["questions"], strict=True
        )
    ]


def rows(plan: pd.DataFrame) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return days from the first evening, step and questions of each row of a dated plan."""
    days = [(day.date() - DAY).days for day in plan["day"].tolist()]
    return list(zip(days, plan["step"].tolist(), plan["questions"].tolist(), strict=True))


def test_the_distances_are_those_at_which_practice_makes_a_story_due() -> None:
    moment = datetime(2026, 1, 1, 18, tzinfo=UTC)
    told = []
    gaps = []
    for _ in GAPS:
        told.append(Review(question="a/01", rating="good", seconds=100, reviewed_at=moment))
        due = due_frame(told, moment)["due"].iloc[0].to_pydatetime()
        gaps.append((due - moment).days)
        moment = due
    assert tuple(gaps) == GAPS


def test_a_week_has_a_new_story_an_evening_and_ends_with_rest() -> None:
    assert steps(plan_frame(FIVE, DAY, after(9))) == [
        (1, "write", 1),
        (2, "tell", 1),
        (2, "write", 2),
        (3, "tell", 2),
        (3, "write", 3),
        (4, "tell", 3),
        (4, "write", 4),
        (5, "tell", 4),
        (5, "write", 5),
        (6, "tell", 5),
        (6, "look again", 1, 2),
        (7, "look again", 3, 4),
        (8, "rehearse"),
        (9, "rest"),
    ]


def test_few_evenings_go_to_the_first_questions_and_the_others_are_named() -> None:
    plan = plan_frame(FIVE, DAY, after(4))
    assert steps(plan) == [
        (1, "write", 1),
        (2, "tell", 1),
        (2, "write", 2),
        (3, "tell", 2),
        (3, "write", 3),
        (4, "tell", 3),
        (4, "rest"),
    ]
    assert plan_note(plan, FIVE, DAY, after(4)) == (
        "Your interview is on Saturday 28 November 2026, in 4 days. You need every evening. "
        "No evening is left for questions 4 and 5: a few well-practised stories are worth more."
    )


def test_an_interview_tomorrow_gets_two_sketches_and_rest() -> None:
    plan = plan_frame(questions("untouched", "complete", "started"), DAY, after(1))
    assert steps(plan) == [(1, "sketch", 1), (1, "tell", 2), (1, "rest")]
    assert plan["what"].iloc[0] == (
        "Sketch question 1 (Craft Q11): one real event, one line per part. Then say it out loud "
        "once."
    )
    assert plan_note(plan, FIVE[:3], DAY, after(1)) == (
        "Your interview is tomorrow, Wednesday 25 November 2026. One evening is enough to get two "
        "stories ready, and to rest. No evening is left for question 3: a few well-practised "
        "stories are worth more."
    )


def test_an_interview_today_leaves_nothing_to_write() -> None:
    plan = plan_frame(FIVE, DAY, DAY)
    assert steps(plan) == [(1, "rest")]
    assert plan_note(plan, FIVE, DAY, DAY) == (
        "Your interview is today, Tuesday 24 November 2026. There is nothing left to write."
    )


def test_many_evenings_stay_free_and_stories_come_back_after_days_and_weeks() -> None:
    plan = plan_frame(FIVE, DAY, after(97))
    busy = [days for days, _, _ in rows(plan)]
    assert all(later - earlier in (0, *range(3, 46)) for earlier, later in pairwise(busy[:-1]))
    first = [(days, step) for days, step, told in rows(plan) if "craft/01" in told]
    assert [step for _, step in first] == ["write", "tell", "look again", "tell", "tell"]
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(first[1:])]
    assert all(gap >= least for gap, least in zip(gaps, GAPS[:3], strict=True))
    assert plan_note(plan, FIVE, DAY, after(97)) == (
        "Your interview is on Monday 1 March 2027, in 97 days. 13 evenings of practice, 84 free."
    )


def test_free_evenings_lie_between_the_others_and_not_all_at_the_end() -> None:
    plan = plan_frame(FIVE, DAY, after(13))
    assert sorted({days for days, _, _ in rows(plan)}) == [0, 1, 3, 4, 6, 7, 9, 11, 12]


@pytest.mark.parametrize(
    ("day", "interview", "note"),
    [
        (
            DAY,
            None,
            "We don't know your interview date, so the evenings are only numbered. Two or three "
            "per week are enough.",
        ),
        (
            None,
            after(9),
            "Your interview is on Thursday 3 December 2026. The evenings are only numbered: choose "
            "your own days, and keep the last row for the evening before the interview.",
        ),
        (
            DAY,
            after(-4),
            "The interview we know of was on Friday 20 November 2026, before this packet was made. "
            "For your next one, the evenings are only numbered. Two or three per week are enough.",
        ),
    ],
)
def test_without_days_to_count_the_evenings_are_numbered(
    day: date | None, interview: date | None, note: str
) -> None:
    plan = plan_frame(FIVE, day, interview)
    assert plan["day"].isna().all()
    assert list(plan["when"].unique()) == [
        *(f"Evening {n}" for n in range(1, 9)),
        "Evening before the interview",
    ]
    assert plan_note(plan, FIVE, day, interview) == note


def test_an_answer_that_was_begun_is_finished_and_a_weak_one_fixed() -> None:
    plan = plan_frame(questions("started", "complete", findings=2), DAY)
    assert steps(plan)[:4] == [
        (1, "finish", 1),
        (1, "fix", 2),
        (2, "tell", 1, 2),
        (3, "look again", 1),
    ]
    assert list(plan["what"])[:3] == [
        "Finish question 1 (Craft Q11). Task is still empty.",
        "Fix what the checks point out in question 2 (Craft Q12), and keep the rest in your own "
        "words.",
        "Practise questions 1 and 2 out loud, with the timer.",
    ]


def test_a_sound_answer_is_only_told() -> None:
    plan = plan_frame(questions("complete"), DAY)
    assert steps(plan) == [(1, "tell", 1), (2, "tell", 1), (3, "rest")]


def test_a_plan_names_only_what_it_goes_by() -> None:
    sources = [rule.source for rule in rules_of(plan_frame(FIVE, DAY, after(1)))]
    assert sources == ["guides for candidates"]
    assert rules_of(plan_frame(FIVE, DAY, after(9))) == RULES


def test_no_question_needs_no_plan() -> None:
    plan = plan_frame(questions(), DAY, after(9))
    assert plan.empty
    assert plan_note(plan, questions(), DAY, after(9)) == (
        "There is nothing to plan: no question was chosen."
    )


def test_the_sentences_name_the_parts_of_each_kind_of_question() -> None:
    chosen = questions("untouched", "started").assign(
        kind=["introduction", "approach"],
        gap=["Now is still empty", "Limits: 3 words, at least 15"],
    )
    plan = plan_frame(chosen)
    assert list(plan.loc[plan["step"].isin(["write", "finish"]), "what"]) == [
        "Write a first version of question 1 (Craft Q11): all three parts.",
        "Finish question 2 (Craft Q12). Limits: 3 words, at least 15.",
    ]
    sketch = plan_frame(chosen, DAY, after(1))["what"].iloc[0]
    assert sketch == "Sketch questions 1 and 2: one line per part. Then say each out loud once."


@pytest.mark.long
@given(
    st.lists(st.sampled_from(["untouched", "started", "complete"]), max_size=12),
    st.integers(0, 60),
    st.integers(0, 3),
)
def test_no_evening_is_too_long_and_none_comes_after_the_interview(
    states: list[str], days: int, findings: int
) -> None:
    chosen = questions(*states, findings=findings)
    plan = plan_frame(chosen, DAY, after(days))
    assert (plan.groupby("evening")["minutes"].sum() <= EVENING).all()
    assert all(0 <= day <= max(0, days - 1) for day, _, _ in rows(plan))
    assert plan["day"].is_monotonic_increasing
    assert set(plan["step"][-1:]) == ({"rest"} if states else set())
    planned = [question for row in plan["questions"] for question in row]
    assert set(planned) <= set(chosen["question"])
    # Every story that is written is also told before the interview.
    opened = plan[plan["step"].isin(["write", "finish", "fix"])]["questions"]
    told = plan[plan["step"].isin(["tell", "look again"])]["questions"]
    assert {q for row in opened for q in row} <= {q for row in told for q in row}


@pytest.mark.long
@given(st.lists(st.sampled_from(["untouched", "started", "complete"]), max_size=30))
def test_numbered_evenings_tell_every_story_twice(states: list[str]) -> None:
    chosen = questions(*states)
    plan = plan_frame(chosen)
    assert (plan.groupby("evening")["minutes"].sum() <= EVENING).all()
    told = [q for row in plan[plan["step"].isin(["tell", "look again"])]["questions"] for q in row]
    assert all(told.count(question) >= 2 for question in chosen["question"])


def test_a_story_that_was_told_before_comes_back_on_the_first_evening_on_which_it_is_due() -> None:
    stories = questions("complete", "complete")
    told = {"craft/01": [after(0), after(-3)], "craft/02": [after(-1)]}
    assert rows(plan_frame(stories, DAY, after(20), told))[:2] == [
        (3, "tell", ("craft/02",)),
        (12, "tell", ("craft/01",)),
    ]


def test_what_was_told_before_counts_for_nothing_while_there_is_something_left_to_write() -> None:
    told = {"craft/01": [after(-1)], "craft/02": [after(-1)]}
    for state, findings in (("untouched", 0), ("started", 0), ("complete", 1)):
        stories = questions(state, state, findings=findings)
        assert rows(plan_frame(stories, DAY, after(20), told)) == rows(
            plan_frame(stories, DAY, after(20))
        )
