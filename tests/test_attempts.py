"""Attempts of mock interviews: stored once, with their rating as a rehearsal, or not at all."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore, StoreError, export_of, import_answers, stored_texts
from prepkit.answers.attempts import Attempts, FollowUp, Mark, read_attempt
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.kinds import MOCK
from prepkit.answers.texts import Texts
from prepkit.records import Review
from tests.answers_files import QUESTION, TODAY

SENT = {
    "type": "attempt",
    "view": "v1",
    "seq": 7,
    "session": "20260131T093000Z-4k2f",
    "question": QUESTION,
    "take": "20260131T093100Z-9zz0",
    "started_at": "2026-01-31T09:31:00.250Z",
    "seconds": 131.4,
    "thinking_seconds": 22.0,
    "start_delay": 1.2,
    "marks": [{"part": "situation", "at": 0.0}, {"part": "task", "at": 31.5}],
    "longest_pause": 3.9,
    "fillers": None,
    "follow_ups": [{"text": "What would you do today?", "seconds": 40.0, "take": None}],
    "ticked": ["What was at stake, in numbers"],
    "level_met": False,
    "scores": {"Substance": 3},
    "rating": "good",
}


def attempt(**changes: Any) -> Any:
    return read_attempt({**SENT, **changes})


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: TODAY)


def test_an_attempt_is_kept_as_it_was_sent(store: AnswerStore) -> None:
    attempts = Attempts(store)
    assert attempts.add(attempt())
    (kept,) = attempts.load(QUESTION)
    assert kept.at == TODAY
    assert kept.attempt == attempt()
    assert kept.attempt.started_at == datetime(2026, 1, 31, 9, 31, 0, 250000, tzinfo=UTC)
    assert kept.attempt.marks == (Mark(part="situation", at=0), Mark(part="task", at=31.5))
    assert kept.attempt.follow_ups == (FollowUp(text="What would you do today?", seconds=40),)
    assert attempts.load("craft/01") == ()


def test_its_rating_is_a_rehearsal(store: AnswerStore) -> None:
    Attempts(store).add(attempt())
    Attempts(store).add(attempt(question="craft/02", rating=None))
    assert store.reviews() == (
        Review(question=QUESTION, rating="good", seconds=131, reviewed_at=TODAY),
    )


def test_an_attempt_that_is_sent_again_is_stored_once_and_rated_once(store: AnswerStore) -> None:
    attempts = Attempts(store)
    assert [attempts.add(attempt()) for _ in range(3)] == [True, False, False]
    # Another process doesn't know that it was stored.
    assert not Attempts(AnswerStore(store.path)).add(attempt())
    assert attempts.add(attempt(started_at="2026-01-31T09:40:00Z"))
    assert len(attempts.load()) == len(store.reviews()) == 2


def test_the_newest_attempt_comes_first(store: AnswerStore) -> None:
    attempts = Attempts(store)
    for number in range(3):
        attempts.add(attempt(started_at=f"2026-01-31T09:4{number}:00Z"))
    minutes = [kept.attempt.started_at.minute for kept in attempts.load(QUESTION)]
    assert minutes == [42, 41, 40]


def test_if_the_rehearsal_cannot_be_stored_neither_is_the_attempt(
    store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: sqlite3.Connection, reviews: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    attempts = Attempts(store)
    with monkeypatch.context() as patch:
        patch.setattr("prepkit.answers.attempts.add_reviews", fails)
        with pytest.raises(StoreError, match=r"^Nothing was saved: "):
            attempts.add(attempt())
    assert attempts.load() == ()
    assert attempts.add(attempt())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rating": "super"}, "rating: Input should be 'again', 'hard', 'good' or 'easy'."),
        ({"seconds": -1}, "seconds: Input should be greater than or equal to 0."),
        ({"seconds": "nan"}, "seconds: Input should be a finite number."),
        ({"started_at": "2026-01-31T09:31:00"}, "started_at: Input should have timezone info."),
        (
            {"scores": {"Substance": 6}},
            "scores.Substance: Input should be less than or equal to 5.",
        ),
        (
            {"follow_ups": [{"text": "x" * 2001, "seconds": 1}]},
            "follow_ups.0.text: String should have at most 2000 characters.",
        ),
    ],
)
def test_what_is_no_attempt_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(StoreError) as caught:
        attempt(**change)
    assert str(caught.value) == f"This attempt can't be stored: {told}"


def test_an_attempt_goes_with_an_export_and_comes_back_once(
    store: AnswerStore, tmp_path: Path
) -> None:
    Attempts(store).add(attempt())
    other = AnswerStore(tmp_path / "other.sqlite")
    for _ in range(2):
        import_answers(other, from_json(to_json(export_of(store))))
    assert [kept.attempt for kept in Attempts(other).load()] == [attempt()]
    assert len(other.reviews()) == 1
    assert not Attempts(other).add(attempt())


def test_an_attempt_of_a_later_prepkit_is_left_alone(store: AnswerStore) -> None:
    Texts(store, MOCK).add(QUESTION, "attempt", '{"seconds": "a while"}')
    attempts = Attempts(store)
    assert attempts.add(attempt())
    assert len(attempts.load()) == 1
    assert len(Texts(store, MOCK).history()) == 2


def test_nothing_in_an_attempt_was_written_by_the_candidate(store: AnswerStore) -> None:
    # Key points and follow-ups are the bank's: a site that shows them must not be stopped.
    Attempts(store).add(attempt())
    assert list(stored_texts(store.path.parent)) == []
