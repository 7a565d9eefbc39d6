"""What to do next where there is no date to plan for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.forms import FORMS, Kind
from prepkit.practice.progress import due_moments
from prepkit.practice.steps import NextStep, next_steps
from prepkit.records import Answer, Ask, Question, Review, Revision
from prepkit.text import format_day
from tests.examples import long_enough

STAR = FORMS["past-event"].names
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = long_enough("three plain words")
CATEGORIES = """
- {slug: delivery, title: Delivery, icon: 🚀, description: Dates.}
- {slug: people, title: People, icon: 👥, description: Teams.}
"""


def write_bank(folder: Path, kind: Kind = "past-event") -> Bank:
    for name in ("delivery/01", "delivery/02", "delivery/03", "people/01", "people/02"):
        category, number = name.split("/")
        question = Question(
            category=category,
            number=int(number),
            kind=kind,
            text=f"Tell me about case {number} of {category}.",
            why="Growth finds the limits that nobody drew.",
            key_points=("The load", "The limit", "The choice", "The proof"),
            follow_ups=("What broke first?", "What would break next?", "Who agreed?"),
            tips=("Bring one figure.", "Name what it cost."),
            asks=(Ask(company="Acme", focus="calm"),) if name == "people/02" else (),
        )
        path = folder / "questions" / category / f"{number}-case.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(format_question(question), "utf-8")
    (folder / "categories.yaml").write_text(CATEGORIES, "utf-8")
    (folder / "companies.yaml").write_text("- {name: Acme}\n", "utf-8")
    return load_bank(folder)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return write_bank(tmp_path_factory.mktemp("bank"))


def answer(question: str, *parts: str, saved_at: datetime = START) -> Answer:
    revisions = {
        part: Revision(
            question=question, field=part, revision=1, text=TEXT, saved_at=saved_at, origin="form"
        )
        for part in parts
    }
    return Answer(question=question, revisions=revisions)


def review(question: str) -> Review:
    return Review(question=question, rating="good", seconds=90, reviewed_at=START)


SPOKEN = {"people/02": answer("people/02", *STAR)}
DUE = due_moments([review("people/02")])["people/02"]


def steps_of(
    bank: Bank, answers: Mapping[str, Answer], now: datetime, *reviewed: str, limit: int = 9
) -> tuple[NextStep, ...]:
    return next_steps(bank, answers, [review(one) for one in reviewed], now, limit=limit)


def asked(steps: tuple[NextStep, ...]) -> list[str]:
    return [step.question for step in steps]


def test_steps_go_from_due_to_begun_to_unspoken_to_untouched(bank: Bank) -> None:
    answers = {
        "delivery/01": answer("delivery/01", *STAR),
        "delivery/02": answer("delivery/02", "situation"),
        "people/01": answer("people/01", "situation", "task", saved_at=START + timedelta(hours=1)),
        "people/02": answer("people/02", *STAR),
    }
    steps = steps_of(bank, answers, START + timedelta(days=30), "delivery/01")
    assert [(step.question, step.step) for step in steps] == [
        ("delivery/01", "review"),
        ("people/01", "continue"),
        ("delivery/02", "continue"),
        ("people/02", "rehearse"),
        ("delivery/03", "begin"),
    ]
    day = format_day(due_moments([review("delivery/01")])["delivery/01"], weekday=True, year=False)
    assert [step.sentence for step in steps] == [
        f"Due since {day}: say it out loud again.",
        "Keep writing. Action is still empty.",
        "Keep writing. Task is still empty.",
        "Written but not spoken yet: say it out loud once, with the timer running.",
        "Start with one event: where it happened and what was at stake.",
    ]
    assert [step.minutes for step in steps] == [15, 30, 30, 15, 45]


def test_what_is_due_later_today_is_among_the_steps_since_that_day_was_promised(
    bank: Bank,
) -> None:
    morning = DUE.replace(hour=0, minute=0)
    first, *_ = steps_of(bank, SPOKEN, morning, "people/02")
    assert (first.step, first.sentence) == ("review", "Due today: say it out loud again.")
    early = morning - timedelta(seconds=1)
    assert "people/02" not in asked(steps_of(bank, SPOKEN, early, "people/02"))


def test_an_answer_that_is_not_due_yet_needs_nothing(bank: Bank) -> None:
    assert "people/02" not in asked(steps_of(bank, SPOKEN, START, "people/02"))


def test_what_was_only_said_is_to_be_written_and_comes_back_when_it_is_due(bank: Bank) -> None:
    first, *rest = steps_of(bank, {}, START, "people/02")
    assert (first.question, first.step, first.sentence) == (
        "people/02",
        "begin",
        "You have said it out loud. Now write it down, while you remember it.",
    )
    assert "people/02" not in [step.question for step in rest]
    day = format_day(DUE, weekday=True, year=False)
    first, *_ = steps_of(bank, {}, START + timedelta(days=30), "people/02")
    assert (first.question, first.step, first.sentence) == (
        "people/02",
        "review",
        f"Due since {day}: say it out loud again, then write it down.",
    )


def test_untouched_categories_take_turns_those_with_a_story_last(bank: Bank) -> None:
    assert asked(steps_of(bank, {}, START)) == [
        "delivery/01",
        "people/01",
        "delivery/02",
        "people/02",
        "delivery/03",
    ]
    written = {"delivery/01": answer("delivery/01", *STAR)}
    assert asked(steps_of(bank, written, START))[1:] == [
        "people/01",
        "delivery/02",
        "people/02",
        "delivery/03",
    ]


def test_what_a_company_looks_for_is_begun_first_and_the_step_says_why(bank: Bank) -> None:
    first, *_ = next_steps(bank, {}, [], START, companies=["Acme"])
    assert first.question == "people/02"
    assert first.reason == "Acme may look for this (our reading: no published value says so)."


def test_what_is_no_event_begins_with_its_first_part(tmp_path: Path) -> None:
    first, *_ = steps_of(write_bank(tmp_path, "approach"), {}, START)
    assert first.sentence == "Start with “Principle”. What do you go by, in one or two sentences?"


def test_no_more_steps_than_asked_for(bank: Bank) -> None:
    assert len(steps_of(bank, {}, START, limit=2)) == 2


def test_due_dates_are_told_in_the_time_zone_of_the_reader(bank: Bank) -> None:
    now = (START + timedelta(days=30)).astimezone(timezone(timedelta(hours=15)))
    first, *_ = steps_of(bank, SPOKEN, now, "people/02")
    day = format_day(DUE.date() + timedelta(days=1), weekday=True, year=False)
    assert first.sentence == f"Due since {day}: say it out loud again."


def test_a_day_of_another_year_is_told_with_its_year(bank: Bank) -> None:
    first, *_ = steps_of(bank, SPOKEN, START + timedelta(days=400), "people/02")
    day = format_day(DUE, weekday=True)
    assert first.sentence == f"Due since {day}: say it out loud again."


def test_when_all_is_written_and_said_and_nothing_is_due_there_is_no_step(bank: Bank) -> None:
    answers = {one: answer(one, *STAR) for one in bank}
    assert steps_of(bank, answers, START, *bank) == ()
