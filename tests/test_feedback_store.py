"""A coach's feedback: kept in a file of its own, nothing ever removed, two raters added up."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from prepkit.answers import AnswerStore, StoreError, export_of, import_answers, stored_texts
from prepkit.answers.backups import find_backups
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.feedback import (
    Comment,
    Feedback,
    Rating,
    feedback_store,
    feedback_stores,
    rater_name,
    read_feedback,
    read_replies,
)
from prepkit.answers.kinds import COMMENT, RATING, REPLY
from prepkit.answers.preferences import Preferences, save_preferences
from prepkit.answers.repair import recover
from prepkit.answers.texts import Texts
from prepkit.answers.transfer import restore_backup
from prepkit.notebook.leak_detector import LeakDetector
from prepkit.notebook.leaks import find_leaks
from tests.answers_files import QUESTION, TODAY
from tests.platforms import needs_modes
from tests.test_texts import published

MINUTE = timedelta(minutes=1)
WORDS = "Say what it cost, in money or in weeks: nobody else can tell us."


def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by a minute whenever it is looked at."""
    moments = iter(TODAY + MINUTE * count for count in range(10_000))
    return lambda: next(moments)


def rating(**changes: object) -> Rating:
    """Return a rating of Grace's, with changes."""
    one = Rating(QUESTION, "Grace", {"Substance": 3}, True, {"situation": 1}, TODAY)
    return replace(one, **changes)  # type: ignore[arg-type]


def comment(**changes: object) -> Comment:
    """Return a comment of Grace's, with changes."""
    place = ("situation", "a large system", 9)
    return replace(Comment("c1", QUESTION, "Grace", *place, WORDS, TODAY), **changes)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "feedback" / "ada.sqlite", now=clock())


@pytest.fixture
def feedback(store: AnswerStore) -> Feedback:
    return Feedback(store)


def test_a_rating_and_a_comment_come_back_as_they_were_given(feedback: Feedback) -> None:
    assert feedback.ratings() == ()
    assert feedback.comments() == ()
    assert feedback.rate(rating()) == rating()
    assert feedback.comment(comment()) == comment()
    assert feedback.ratings() == feedback.ratings(QUESTION) == (rating(),)
    assert feedback.comments() == feedback.comments(QUESTION) == (comment(),)
    assert feedback.ratings("craft/02") == ()
    assert feedback.comments("craft/02") == ()


def test_the_latest_rating_of_each_rater_counts_and_earlier_ones_stay(
    feedback: Feedback, store: AnswerStore
) -> None:
    feedback.rate(rating())
    feedback.rate(rating(rater="Alan", scores={"Substance": 5}, at=TODAY + MINUTE))
    later = feedback.rate(rating(scores={"Substance": 4}, level_met=None, at=TODAY + 2 * MINUTE))
    assert [(one.rater, one.scores["Substance"]) for one in feedback.ratings()] == [
        ("Alan", 5),
        ("Grace", 4),
    ]
    assert feedback.ratings()[1] == later
    assert len(Texts(store, RATING).history(QUESTION, "rating")) == 3


def test_a_comment_is_changed_and_taken_back_and_every_version_stays(
    feedback: Feedback, store: AnswerStore
) -> None:
    feedback.comment(comment())
    feedback.comment(comment(id="c2", part="", quote="", start=0, text="Well told."))
    changed = feedback.comment(comment(text="And in weeks?", at=TODAY + MINUTE))
    assert {one.id: one.text for one in feedback.comments()} == {
        "c1": "And in weeks?",
        "c2": "Well told.",
    }
    feedback.remove("c1", "Grace")
    feedback.remove("c1", "Grace")
    feedback.remove("never there", "Grace")
    assert [one.id for one in feedback.comments()] == ["c2"]
    assert len(Texts(store, COMMENT).history()) == 4
    assert feedback.comment(changed).text == "And in weeks?"
    assert [one.id for one in feedback.comments()] == ["c2", "c1"]


def test_what_is_stored_already_is_not_added_again(feedback: Feedback, store: AnswerStore) -> None:
    for minutes in range(3):  # whoever isn't told that it is stored sends it again
        feedback.rate(rating(at=TODAY + minutes * MINUTE))
        feedback.comment(comment(at=TODAY + minutes * MINUTE))
    assert len(Texts(store, RATING).history()) == len(Texts(store, COMMENT).history()) == 1
    feedback.rate(rating(scores={"Substance": 4}))
    feedback.rate(rating())  # back to the first is a change
    assert feedback.ratings()[0].scores == {"Substance": 3}


def test_what_was_added_last_counts_though_the_clock_went_back(feedback: Feedback) -> None:
    feedback.rate(rating())
    earlier = TODAY - timedelta(days=1)
    kept = feedback.rate(rating(scores={"Substance": 1}, at=earlier))
    assert kept.at > TODAY
    assert feedback.ratings() == (kept,)
    feedback.comment(comment())
    feedback.comment(comment(text="Changed.", at=earlier))
    assert feedback.comments()[0].text == "Changed."


def test_nobody_changes_the_comment_of_another_rater(feedback: Feedback) -> None:
    feedback.comment(comment())
    with pytest.raises(StoreError) as caught:
        feedback.comment(comment(rater="Alan", text="No, in money."))
    assert str(caught.value) == "This comment is Grace's. Write one of your own."
    assert feedback.comments() == (comment(),)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"question": " "}, "' ' is not a question id."),
        (
            {"scores": {"Substance": 6}},
            "This rating can't be stored: scores.Substance: Input should be less than or equal "
            "to 5.",
        ),
        (
            {"rater": ""},
            "This rating can't be stored: rater: String should have at least 1 character.",
        ),
    ],
)
def test_what_is_no_rating_is_refused(
    feedback: Feedback, change: dict[str, object], told: str
) -> None:
    with pytest.raises(StoreError) as caught:
        feedback.rate(rating(**change))
    assert str(caught.value) == told
    assert feedback.ratings() == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": -1}, "start: Input should be greater than or equal to 0."),
        *(
            (
                {"id": name},
                "id: Value error, expected 1 to 100 letters, digits, hyphens and underscores.",
            )
            for name in ("", "a:b", "situation", "x" * 101)
        ),
    ],
)
def test_what_is_no_comment_is_refused(
    feedback: Feedback, change: dict[str, object], told: str
) -> None:
    with pytest.raises(StoreError) as caught:
        feedback.comment(comment(**change))
    assert str(caught.value) == f"This comment can't be stored: {told}"


def test_half_a_character_in_a_comment_is_replaced(feedback: Feedback) -> None:
    assert feedback.comment(comment(text="Say \ud83d it.")).text == "Say \ufffd it."
    assert feedback.comments()[0].text == "Say \ufffd it."


def test_fields_of_a_later_prepkit_are_ignored_and_its_rows_left_alone(
    feedback: Feedback, store: AnswerStore
) -> None:
    later = {"rater": "Alan", "scores": {"Substance": 2}, "confidence": "high"}
    Texts(store, RATING).add(QUESTION, "rating", json.dumps(later))
    Texts(store, RATING).add(QUESTION, "rating", '{"rater": "Alan", "scores": "good"}')
    Texts(store, COMMENT).add(QUESTION, "comment", json.dumps({"id": "n", "spoken": "take 3"}))
    feedback.rate(rating(at=TODAY + 9 * MINUTE))
    assert [(one.rater, dict(one.scores)) for one in feedback.ratings()] == [
        ("Alan", {"Substance": 2}),
        ("Grace", {"Substance": 3}),
    ]
    assert feedback.comments() == ()
    assert len(Texts(store, RATING).history()) == 3


@needs_modes
def test_only_the_coach_can_read_the_file(tmp_path: Path) -> None:
    store = feedback_store(tmp_path / "home", "ada")
    Feedback(store).comment(comment())
    assert store.path == tmp_path / "home" / "feedback" / "ada.sqlite"
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_each_student_has_a_file_and_nobody_else_does(tmp_path: Path) -> None:
    assert feedback_stores(tmp_path) == {}
    for name in ("grace", "ada"):
        Feedback(feedback_store(tmp_path, name)).comment(comment())
    assert feedback_stores(tmp_path) == {
        name: tmp_path / "feedback" / f"{name}.sqlite" for name in ("ada", "grace")
    }
    with pytest.raises(StoreError) as caught:
        feedback_store(tmp_path, "../ada")
    assert str(caught.value) == "'../ada' can't be a student id."


def test_the_files_of_two_raters_are_added_up_whichever_comes_first(tmp_path: Path) -> None:
    mine, theirs = (AnswerStore(tmp_path / name / "ada.sqlite") for name in ("mine", "theirs"))
    Feedback(mine).rate(rating())
    Feedback(mine).comment(comment())
    Feedback(theirs).rate(rating(rater="Alan", at=TODAY - MINUTE))
    Feedback(theirs).comment(comment(id="c2", rater="Alan", at=TODAY + MINUTE))
    Feedback(mine).rate(rating(scores={"Substance": 2}, at=TODAY + MINUTE))
    exports = [from_json(to_json(export_of(store))) for store in (mine, theirs)]
    for _ in range(2):
        import_answers(mine, exports[1])
        import_answers(theirs, exports[0])
    for both in (Feedback(mine), Feedback(theirs)):
        assert both.ratings() == (
            rating(rater="Alan", at=TODAY - MINUTE),
            rating(scores={"Substance": 2}, at=TODAY + MINUTE),
        )
        assert [one.id for one in both.comments()] == ["c1", "c2"]
    assert len(Texts(mine, RATING).history()) == len(Texts(theirs, RATING).history()) == 3


def test_feedback_is_read_without_writing_anything(tmp_path: Path, feedback: Feedback) -> None:
    feedback.rate(rating())
    feedback.comment(comment())
    path = tmp_path / "feedback" / "ada.sqlite"
    before = sorted(tmp_path.rglob("*"))
    assert read_feedback(path) == ((rating(),), (comment(),))
    assert read_feedback(tmp_path / "none.sqlite") == ((), ())
    assert sorted(tmp_path.rglob("*")) == before


def test_damaged_feedback_is_repaired_from_the_file_and_its_backup(store: AnswerStore) -> None:
    feedback = Feedback(store)
    feedback.rate(rating())
    feedback.comment(comment())
    feedback.comment(comment(text="Later."))
    assert len(find_backups(store.path)) == 1
    content = bytearray(store.path.read_bytes())
    content[100:140] = bytes(40)
    store.path.write_bytes(content)
    found = recover(store.path)
    assert {(event.kind, event.field) for event in found.events} == {
        (RATING, "rating"),
        (COMMENT, "comment"),
    }
    assert feedback.ratings() == (rating(),)
    assert feedback.comments()[0].text == "Later."


def test_a_backup_of_feedback_is_added_to_what_is_there(store: AnswerStore) -> None:
    feedback = Feedback(store)
    feedback.rate(rating())
    feedback.comment(comment())  # the first change of a day makes the backup
    feedback.rate(rating(scores={"Substance": 5}))
    restore_backup(store, find_backups(store.path)[0].day)
    assert feedback.ratings()[0].scores == {"Substance": 5}


def test_a_published_comment_is_found_and_a_raters_name_is_nobodys_text(tmp_path: Path) -> None:
    feedback = Feedback(feedback_store(tmp_path, "ada"))
    feedback.comment(comment(rater="Grace Hopper"))
    feedback.rate(rating(rater="Grace Hopper"))
    texts = stored_texts(tmp_path)
    assert texts == {"a large system", WORDS}
    (leak,) = find_leaks(published(WORDS), LeakDetector(texts))
    assert leak.kind == "answer"


def test_replies_are_read_by_the_comment_that_they_answer(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "ada.sqlite", now=lambda: TODAY)
    replies = Texts(store, REPLY)
    replies.save(QUESTION, "c1", "Six weeks.", based_on=0)
    replies.save(QUESTION, "c1", "Six weeks, and one customer.", based_on=1)
    replies.save("craft/02", "c9", "Thank you.", based_on=0)
    replies.save("craft/02", "c9", "", based_on=1)
    assert {name: one.text for name, one in read_replies(store.path).items()} == {
        "c1": "Six weeks, and one customer."
    }
    assert read_replies(tmp_path / "none.sqlite") == {}


def test_the_raters_name_is_chosen_once_or_is_the_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "gh")
    monkeypatch.delenv("PREPKIT_RATER", raising=False)
    assert rater_name(tmp_path) == "gh"
    save_preferences(Preferences(rater="Grace Hopper"), tmp_path)
    assert rater_name(tmp_path) == "Grace Hopper"
    monkeypatch.setenv("PREPKIT_RATER", "Alan")
    assert rater_name(tmp_path) == "Alan"
