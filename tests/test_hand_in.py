"""What a notebook carries back: which answers, which of their texts, and what it says of them."""

from __future__ import annotations

import itertools
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ipywidgets.embed import embed_data  # type: ignore[import-untyped]

from prepkit.answers import AnswerStore, StoreError
from prepkit.answers.exchange_json import from_json
from prepkit.bank import Bank, load_bank
from prepkit.errors import PrepkitError
from prepkit.forms import FORMS
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.widgets.hand_in import HandIn
from tests.examples import long_enough

STAR = FORMS["past-event"].names

FIRST, SECOND, OTHER = "technical-leadership/01", "technical-leadership/02", "leading-people/01"
START = datetime(2026, 11, 24, 20, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    """Make an answers file whose clock goes on by a minute each time it is asked."""
    ticks = itertools.count()
    now = lambda: START + timedelta(minutes=next(ticks))  # noqa: E731
    return AnswerStore(tmp_path / "answers.sqlite", now=now)


@pytest.fixture
def hand_in(bank: Bank, store: AnswerStore) -> HandIn:
    return HandIn(store, [bank[FIRST], bank[SECOND]], student_id="ada")


def carried(hand_in: HandIn) -> dict[str, dict[str, list[str]]]:
    """Return all texts that are carried, by question and field."""
    export = from_json(json.dumps(hand_in.bundle()[HAND_IN_MIME]))
    return {
        question: {
            field: [each.text for each in value]
            for field, value in fields.items()
            if not isinstance(value, str)
        }
        for question, fields in export.answers.items()
    }


def test_only_the_questions_of_the_notebook_are_carried_with_their_versions(
    hand_in: HandIn, store: AnswerStore
) -> None:
    store.save(FIRST, "task", "One.", based_on=0)
    store.save(FIRST, "task", "Two.", based_on=1)
    store.save(OTHER, "task", "Not for the coach.", based_on=0)
    store.add_review(FIRST, "good", 100)
    assert carried(hand_in) == {FIRST: {"task": ["One.", "Two."]}}
    assert set(hand_in.bundle()[HAND_IN_MIME]) == {"format", "version", "answers", "reviews"}
    assert hand_in.bundle()[HAND_IN_MIME]["reviews"] == []


def test_steps_of_typing_are_no_versions_and_the_last_text_always_is(
    bank: Bank, tmp_path: Path
) -> None:
    typed = {0: "I", 1: "I a", 2: "I ask", 12: "I asked", 13: "I asked w", 13.5: "I asked why"}
    seconds = 0.0
    store = AnswerStore(tmp_path / "a.sqlite", now=lambda: START + timedelta(seconds=seconds))
    for count, (seconds, text) in enumerate(typed.items()):  # noqa: B007 (the clock reads it)
        store.save(FIRST, "task", text, based_on=count)
    hand_in = HandIn(store, [bank[FIRST]], student_id="ada")
    assert carried(hand_in) == {FIRST: {"task": ["I ask", "I asked why"]}}


def test_what_is_saved_later_is_carried_next_time(hand_in: HandIn, store: AnswerStore) -> None:
    store.save(FIRST, "task", "One.", based_on=0)
    assert carried(hand_in) == {FIRST: {"task": ["One."]}}
    elsewhere = AnswerStore(store.path, now=lambda: START + timedelta(hours=1))
    elsewhere.save(FIRST, "task", "Two.", based_on=1)
    elsewhere.save(SECOND, "key_points", "A point", based_on=0)
    assert carried(hand_in) == {
        FIRST: {"task": ["One.", "Two."]},
        SECOND: {"key_points": ["A point"]},
    }


def test_the_text_says_how_many_are_complete_and_when_it_was_saved(
    hand_in: HandIn, store: AnswerStore
) -> None:
    nothing = "0 of 2 answers complete: nothing written yet."
    assert hand_in.bundle()["text/plain"] == nothing
    for part in STAR:
        store.save(FIRST, part, long_enough("Text"), based_on=0)
    store.save(SECOND, "task", "Text", based_on=0)
    last = store.history()[-1].saved_at.astimezone()
    text = (
        f"1 of 2 answers complete, 1 in progress; last saved on {last.day} {last:%B %Y, %H:%M}. "
        "What you wrote, and earlier versions of it, go to your coach with this notebook."
    )
    assert hand_in.bundle()["text/plain"] == text
    assert hand_in.bundle()["text/html"] == f"<p>{text}</p>"


def test_a_form_leads_to_no_other_question_and_tells_when_it_has_saved(
    hand_in: HandIn, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(hand_in, "send", sent.append)
    hand_in.handle({"type": "carried", "found": [], "by": "v1"})
    form = hand_in.form(SECOND)
    assert (form.question["id"], form.question["previous"], form.question["next"]) == (
        SECOND,
        None,
        None,
    )
    message = {"view": "v", "question": SECOND, "field": "task", "text": "x", "based_on": 0}
    form.handle({"type": "save", **message})
    assert sent == [{"type": "changed"}]


def test_a_request_is_answered_to_its_view_with_what_is_stored_now(
    hand_in: HandIn, store: AnswerStore
) -> None:
    store.save(FIRST, "task", "One.", based_on=0)
    (answer,) = hand_in.handle({"type": "carry", "by": "v1", "display": False})
    assert answer == {
        "type": "answers",
        "by": "v1",
        "data": hand_in.bundle(),
    }
    assert hand_in.handle({"type": "something else"}) == ()


def test_answers_that_cannot_be_read_take_nothing_out_of_the_notebook(
    hand_in: HandIn, store: AnswerStore
) -> None:
    with closing(sqlite3.connect(store.path)) as another:
        another.execute("CREATE TABLE something (other TEXT)")
    (answer,) = hand_in.handle({"type": "carry", "by": "v1", "display": False})
    problem = f"{store.path} is a database of another program. Move that file elsewhere."
    assert answer == {
        "type": "error",
        "by": "v1",
        "message": f"Your answers can't be read: {problem}",
    }
    with pytest.raises(StoreError, match="database of another program"):
        hand_in.bundle()


@pytest.mark.long
def test_no_answer_is_in_widget_state(hand_in: HandIn, store: AnswerStore) -> None:
    store.save(FIRST, "task", "Marzipan", based_on=0)
    hand_in.handle({"type": "carry", "by": "v1", "display": False})
    assert "Marzipan" not in str(embed_data([hand_in, hand_in.form(FIRST)]))


def test_what_cannot_be_handed_in_is_refused(bank: Bank, store: AnswerStore) -> None:
    with pytest.raises(PrepkitError) as wrong_student:
        HandIn(store, [bank[FIRST]], student_id="../ada")
    assert str(wrong_student.value) == "'../ada' can't be a student id."
    with pytest.raises(PrepkitError) as wrong_question:
        HandIn(store, [bank[FIRST]], student_id="ada").form(OTHER)
    assert str(wrong_question.value) == (
        "'leading-people/01' is not handed in here; the questions are technical-leadership/01."
    )
