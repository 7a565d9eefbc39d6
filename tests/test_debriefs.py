"""Debriefs: what is stored, which rehearsals they are, and what they change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore, StoreError, export_answers, import_file
from prepkit.answers.debriefs import FIELD, KeptDebrief, debriefs_of, read_debrief, reviews_in
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.planned import Planned
from prepkit.answers.texts import Texts
from prepkit.bank import Bank, load_bank
from prepkit.own_plan import own_plan
from prepkit.practice.debriefs import asked_before, not_in_the_bank, setbacks
from prepkit.practice.selection import select_questions
from prepkit.practice.steps import next_steps
from prepkit.records import Rating, Review

NOW = datetime(2026, 12, 4, 19, 0, tzinfo=UTC)
BEGUN = "20261203T190500Z"
FIRST, SECOND = "technical-leadership/06", "leading-people/01"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)


def asked(
    question: str | None = FIRST, rating: str | None = "again", **more: Any
) -> dict[str, Any]:
    return {
        "words": "When did you scale something?",
        "question": question,
        "rating": rating,
        **more,
    }


def debrief(*questions: dict[str, Any], **fields: Any) -> str:
    fields = {"company": "Amazon", "day": "2026-12-03", **fields}
    return json.dumps({**fields, "asked": list(questions)})


def kept(*texts: str) -> tuple[KeptDebrief, ...]:
    return tuple(
        KeptDebrief(f"2026120{n}T190500Z", read_debrief(text)) for n, text in enumerate(texts, 3)
    )


def save(store: AnswerStore, text: str, name: str = BEGUN, based_on: int = 0) -> None:
    Texts(store, DEBRIEF).save(name, FIELD, text, based_on=based_on)


def review(question: str, rating: Rating, at: datetime) -> Review:
    return Review(question=question, rating=rating, seconds=60, reviewed_at=at)


def test_a_question_rated_in_a_debrief_is_one_rehearsal_however_often_it_is_saved(
    store: AnswerStore,
) -> None:
    save(store, debrief(asked()))
    save(store, debrief(asked(probed="what I did alone")), based_on=1)
    save(store, debrief(asked(rating="good")), based_on=2)
    (found,) = store.reviews()
    assert found == Review(
        question=FIRST,
        rating="good",
        seconds=0,
        reviewed_at=datetime(2026, 12, 3, 10, 0, tzinfo=UTC),
    )


def test_what_is_not_confirmed_or_not_rated_or_put_away_is_no_rehearsal(store: AnswerStore) -> None:
    save(store, debrief(asked(None), asked(rating=None), asked(None, elsewhere=True)))
    save(store, debrief(asked(), removed=True), name="20261203T200000Z")
    assert store.reviews() == ()


def test_rehearsals_of_debriefs_stand_among_the_others_in_order(store: AnswerStore) -> None:
    store.add_review(SECOND, "easy", 60)
    save(store, debrief(asked()))
    assert [one.question for one in store.reviews()] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("name", "day", "at"),
    [
        (BEGUN, "2026-12-03", datetime(2026, 12, 3, 10, tzinfo=UTC)),
        ("20261203T080000Z", "2026-12-03", datetime(2026, 12, 3, 8, tzinfo=UTC)),
        ("20261203T080000Z", "2026-12-09", datetime(2026, 12, 3, 8, tzinfo=UTC)),
        ("20261203T080000Z-2", None, datetime(2026, 12, 3, 8, tzinfo=UTC)),
        ("one of mine", "2026-12-03", datetime(2026, 12, 3, 10, tzinfo=UTC)),
        ("one of mine", None, None),
    ],
)
def test_ratings_are_dated_on_the_day_of_the_interview_and_never_later_than_the_debrief(
    name: str, day: str | None, at: datetime | None
) -> None:
    assert KeptDebrief(name, read_debrief(debrief(asked(), day=day))).at == at


def test_a_debrief_that_only_a_later_prepkit_can_read_is_left_out(store: AnswerStore) -> None:
    save(store, json.dumps({"asked": "in a new way"}))
    save(store, debrief(asked(), mood="fine"), name="20261203T200000Z")
    found = debriefs_of(Texts(store, DEBRIEF).load())
    assert [one.id for one in found] == ["20261203T200000Z"]
    assert [one.question for one in reviews_in(found)] == [FIRST]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "debrief: Invalid JSON: EOF while parsing an object at line 1 column 1."),
        ('{"day": "May"}', "day: Input should be a valid date or datetime, input is too short."),
        (
            '{"asked": [{"rating": "bad"}]}',
            "asked.0.rating: Input should be 'again', 'hard', 'good' or 'easy'.",
        ),
    ],
)
def test_what_is_no_debrief_is_not_stored(text: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        read_debrief(text)
    assert str(caught.value) == f"This debrief can't be stored: {message}"


def test_what_went_badly_is_told_with_where_and_when_the_worst_first() -> None:
    told = kept(
        debrief(asked(SECOND, "hard"), company="  Stripe  \n", day="2025-12-02"),
        debrief(asked(FIRST, "again", probed=" who decided "), asked("a/1", "good")),
    )
    found = setbacks(told, (), NOW)
    assert [(one.question, one.reason, one.probed) for one in found.values()] == [
        (FIRST, "Asked at Amazon on 3 December: stumbled.", "who decided"),
        (SECOND, "Asked at Stripe on 2 December 2025: got through it.", ""),
    ]


def test_what_was_told_well_since_is_no_setback_any_more() -> None:
    told = kept(debrief(asked()))
    at = datetime(2026, 12, 3, 10, tzinfo=UTC)
    well, badly = review(FIRST, "good", at + timedelta(1)), review(FIRST, "hard", at + timedelta(1))
    before = review(FIRST, "good", at - timedelta(1))
    assert setbacks(told, [well], NOW) == {}
    assert list(setbacks(told, [badly, before], NOW)) == [FIRST]
    later = kept(debrief(asked()), debrief(asked(rating="easy"), day="2026-12-04"))
    assert setbacks(later, reviews_in(later), NOW) == {}


def test_each_time_that_a_question_was_asked_is_told_the_latest_first() -> None:
    told = kept(
        debrief(asked(probed="who decided"), company="", day=None),
        debrief(asked(rating=None), asked(SECOND)),
    )
    assert [(one.when, one.probed) for one in asked_before(told, FIRST, NOW)] == [
        ("Asked in an interview: stumbled.", "who decided"),
        ("Asked at Amazon on 3 December.", ""),
    ]


def test_what_is_not_in_the_bank_is_kept_once_each(bank: Bank) -> None:
    told = kept(
        debrief(asked(None, words="Why  tea?"), asked(None, words="Why tea?"), asked()),
        debrief(asked("old/99", words="Who left?"), asked(None, words=" ")),
    )
    assert not_in_the_bank(told, bank) == ("Why tea?", "Who left?")


@pytest.mark.long
def test_next_steps_begin_with_what_went_badly_and_say_why(bank: Bank, store: AnswerStore) -> None:
    save(store, debrief(asked(FIRST, "hard"), asked(SECOND)))
    bad = setbacks(debriefs_of(Texts(store, DEBRIEF).load()), store.reviews(), NOW)
    steps = next_steps(bank, store.load(), store.reviews(), NOW, limit=3, setbacks=bad)
    assert [step.question for step in steps[:2]] == [SECOND, FIRST]
    assert [step.sentence for step in steps[:2]] == [
        "Asked at Amazon on 3 December: stumbled."
        " Due today: say it out loud again, then write it down.",
        "Asked at Amazon on 3 December: got through it."
        " Due today: say it out loud again, then write it down.",
    ]
    assert not steps[2].sentence.startswith("Asked")
    # Complete, and due on a later day: it has a step only because it went badly.
    same_day = NOW - timedelta(1)
    for part in bank[FIRST].parts:
        store.save(FIRST, part.name, "word " * part.least, based_on=0)
    answers, reviews = store.load(), store.reviews()
    steps = next_steps(bank, answers, reviews, same_day, limit=999, setbacks=bad)
    told = "Asked at Amazon on 3 December: got through it. Say it out loud again."
    assert [step.sentence for step in steps if step.question == FIRST] == [told]
    without = next_steps(bank, answers, reviews, same_day, limit=999)
    assert FIRST not in {step.question for step in without}


def test_a_selection_begins_with_what_went_badly_within_its_categories(bank: Bank) -> None:
    bad = setbacks(kept(debrief(asked(FIRST), asked(SECOND))), (), NOW)
    chosen = select_questions(bank, {}, count=3, setbacks=bad)
    assert list(chosen["question"])[:2] == [FIRST, SECOND]
    assert len(set(chosen["question"])) == 3
    assert chosen["reason"][0].startswith("Asked at Amazon on 3 December: stumbled. ")
    assert "Asked" not in chosen["reason"][2]
    assert list(select_questions(bank, {}, count=1, setbacks=bad)["question"]) == [FIRST]
    people = select_questions(bank, {}, categories=["leading-people"], count=2, setbacks=bad)
    assert next(iter(people["question"])) == SECOND
    assert FIRST not in set(people["question"])


def test_the_next_plan_begins_with_what_went_badly_and_stays_with_its_questions(
    bank: Bank, store: AnswerStore
) -> None:
    given = {"interview": date(2026, 12, 20), "companies": ("Amazon",)}
    before, _ = own_plan(bank, store, NOW, given)
    save(store, debrief(asked("cases/01", probed="who\n decided")))
    planned, plan = own_plan(bank, store, NOW)
    assert planned.questions == before.questions
    assert list(plan.questions) == ["cases/01", *before.questions]
    assert plan.reasons["cases/01"].startswith("Asked at Amazon on 3 December: stumbled. ")
    text = bank["cases/01"].question.text
    assert plan.lines[2] == f"1. {text} Asked at Amazon on 3 December: stumbled."
    assert plan.probed_lines == ("They probed in question 1: who decided",)
    assert "who decided" not in " ".join(plan.lines)
    assert 1 in plan.evenings[0].numbers


def test_without_a_debrief_a_plan_is_as_it_was(bank: Bank, store: AnswerStore) -> None:
    _, plan = own_plan(bank, store, NOW, {"interview": date(2026, 12, 20)})
    assert plan.setbacks == {}
    assert plan.probed_lines == ()
    assert isinstance(own_plan(bank, store, NOW)[0], Planned)


def test_a_markdown_export_has_the_debriefs_below_the_answers_and_only_to_read(
    store: AnswerStore, tmp_path: Path
) -> None:
    store.save(FIRST, "situation", "Mine.\n# Debriefs", based_on=0)
    questions = [asked(probed="Who?\n\nWhen?"), asked(None, None, words="Why tea?")]
    save(store, debrief(*questions, company="Amazon\n", round="Loop", note="They were\nfriendly."))
    save(store, debrief(), name="20261204T100000Z", based_on=0)
    path = export_answers(store, tmp_path / "all.md", titles={FIRST: "How did it grow?"})
    answers, below = path.read_text("utf-8").split("\n# Debriefs\n")
    assert "> Mine.\n> # Debriefs" in answers
    assert (
        below
        == """
To read only: the .json export brings debriefs to another computer.

## Amazon, 3 December 2026

## Amazon, Loop, 3 December 2026

### How did it grow?

How it went: Stumbled

In your words:

> When did you scale something?

They probed:

> Who?
>
> When?

### Asked, and not in the workbook

In your words:

> Why tea?

### The interview as a whole

> They were
> friendly.
"""
    )
    assert import_file(AnswerStore(tmp_path / "new.sqlite"), path).added[0].text == (
        "Mine.\n# Debriefs"
    )


def test_a_markdown_export_without_debriefs_has_no_such_part(
    store: AnswerStore, tmp_path: Path
) -> None:
    store.save(FIRST, "situation", "Mine.", based_on=0)
    assert "# Debriefs" not in export_answers(store, tmp_path / "all.md").read_text("utf-8")


def test_a_json_export_brings_debriefs_to_another_computer(
    store: AnswerStore, tmp_path: Path
) -> None:
    save(store, debrief(asked()))
    other = AnswerStore(tmp_path / "new.sqlite")
    import_file(other, export_answers(store, tmp_path / "all.json"))
    import_file(other, tmp_path / "all.json")
    assert debriefs_of(Texts(other, DEBRIEF).load()) == debriefs_of(Texts(store, DEBRIEF).load())
    assert len(other.reviews()) == 1
