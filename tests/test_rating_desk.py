"""The page for rating: what its messages do, and that nothing private is in a saved notebook."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from prepkit.answers import AnswerStore
from prepkit.answers.calibrations import Calibrations
from prepkit.answers.feedback import Comment, Feedback, Rating, feedback_store
from prepkit.answers.kinds import REPLY
from prepkit.answers.texts import Texts
from prepkit.bank import load_bank
from prepkit.records import Student
from prepkit.widgets.feedback import RatingDesk
from prepkit.widgets.feedback_content import hidden_numbers
from prepkit.widgets.feedback_host import FeedbackHost

NOW = datetime(2026, 12, 4, 19, 0, tzinfo=UTC)
QUESTION = "technical-leadership/06"
OTHER = "technical-leadership/01"
SECRET = "marzipan"
ALL = {"Substance": 3, "Structure": 4, "Relevance": 5, "Credibility": 2, "Differentiation": 1}


def hand_in(home: Path, student: str, question: str = QUESTION, **texts: str) -> None:
    store = AnswerStore(home / "students" / f"{student}.sqlite", now=lambda: NOW)
    for part, text in texts.items():
        current = store.answer(question).revisions.get(part)
        store.save(question, part, text, based_on=current.revision if current else 0)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a coach's folder with what two students have handed in, to be copied."""
    folder = tmp_path_factory.mktemp("coach")
    hand_in(folder, "ada", situation=f"We had {SECRET}.", action="I measured 🎉 it.")
    hand_in(folder, "ada", OTHER, situation="Another one.")
    hand_in(folder, "bo", situation="Ours was slow.")
    return folder


@pytest.fixture
def home(handed_in: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handed_in, tmp_path, dirs_exist_ok=True)


ROSTER = (Student(student_id="ada", name="Ada Marin", level="engineering manager"),)


def host_of(home: Path, rater: str = "Kim") -> FeedbackHost:
    ticks: Iterator[datetime] = (NOW + timedelta(minutes=each) for each in range(1000))
    return FeedbackHost(
        load_bank(), ROSTER, home, home / "students", rater=rater, now=lambda: next(ticks)
    )


@pytest.fixture
def host(home: Path) -> FeedbackHost:
    return host_of(home)


def ask(host: FeedbackHost, kind: str, **message: Any) -> dict[str, Any]:
    (answer,) = host.answer({"type": kind, "view": "v", "seq": 7, **message})
    assert (answer["view"], answer["seq"]) == ("v", 7)
    return answer


def rate(host: FeedbackHost, change: dict[str, Any], **place: Any) -> dict[str, Any]:
    message = {"student": "ada", "question": QUESTION, "revisions": {"situation": 1, "action": 1}}
    return ask(host, "rate", **{**message, **place}, change=change)


def comment(host: FeedbackHost, text: str, **more: Any) -> dict[str, Any]:
    message = {
        "student": "ada",
        "question": QUESTION,
        "id": "c1",
        "part": "action",
        "quote": "measured",
        "start": 2,
        "before": "",
    }
    return ask(host, "comment", **{**message, **more}, text=text)


def opened(host: FeedbackHost, student: str = "ada", question: str = QUESTION) -> dict[str, Any]:
    return ask(host, "open", student=student, question=question)


# ---- what there is


def test_the_overview_has_each_answer_with_any_text_and_nothing_of_the_text(
    host: FeedbackHost,
) -> None:
    overview = ask(host, "overview")
    assert overview["answers"] == [
        {"student": "ada", "question": OTHER, "state": "new", "comments": 0, "replies": 0},
        {"student": "ada", "question": QUESTION, "state": "new", "comments": 0, "replies": 0},
        {"student": "bo", "question": QUESTION, "state": "new", "comments": 0, "replies": 0},
    ]
    assert [(one["id"], one["name"], one["level"]) for one in overview["students"]] == [
        ("ada", "Ada Marin", "engineering manager"),
        ("bo", "bo", None),
    ]
    assert [one["id"] for one in overview["questions"]] == [OTHER, QUESTION]
    assert overview["questions"][1]["place"] == "Technical leadership · Q6"
    assert [one["name"] for one in overview["rubric"]] == [*ALL]
    assert all(len(one["anchors"]) == 5 for one in overview["rubric"])
    assert SECRET not in json.dumps(overview)


def test_an_answer_comes_with_its_question_its_level_and_all_that_helps_to_judge(
    host: FeedbackHost,
) -> None:
    answer = opened(host)
    texts = {part: one["text"] for part, one in answer["texts"].items()}
    assert texts == {"situation": f"We had {SECRET}.", "action": "I measured 🎉 it."}
    assert answer["texts"]["action"]["revision"] == 1
    assert answer["level"] == "engineering manager"
    content = answer["content"]
    assert [one["name"] for one in content["parts"]] == ["situation", "task", "action", "result"]
    assert content["key_points"]
    assert content["notes"]
    assert content["example"]
    assert "engineering manager" in [one["level"] for one in content["levels"]]
    assert (answer["rating"], answer["comments"], answer["state"]) == (None, [], "new")
    assert opened(host, "bo")["level"] is None


def test_a_page_without_collected_answers_says_so(tmp_path: Path) -> None:
    assert ask(host_of(tmp_path), "overview")["answers"] == []


def test_an_answer_that_is_gone_is_refused(host: FeedbackHost) -> None:
    for student, question in (("nobody", QUESTION), ("bo", OTHER), ("ada", "no-such/01")):
        assert ask(host, "open", student=student, question=question) == {
            "type": "error",
            "about": "open",
            "message": "This answer isn't there any more. Choose another one.",
            "remedy": "",
            "view": "v",
            "seq": 7,
        }


def test_what_is_said_about_an_answer_that_is_gone_meanwhile_is_kept(
    host: FeedbackHost, home: Path
) -> None:
    opened(host)
    (home / "students" / "ada.sqlite").unlink()
    assert rate(host, {"scores": {"Substance": 3}})["type"] == "rated"
    assert comment(host, "Kept.")["type"] == "commented"
    feedback = Feedback(feedback_store(home, "ada"))
    assert [dict(one.scores) for one in feedback.ratings()] == [{"Substance": 3}]
    assert [one.text for one in feedback.comments()] == ["Kept."]
    refused = rate(host, {"scores": {"Substance": 3}}, student="../ada")
    assert refused["message"] == "'../ada' can't be a student id."


def test_a_message_of_another_version_is_told_apart(host: FeedbackHost) -> None:
    assert host.answer({"type": "unheard-of"}) == ()
    answer = ask(host, "rate", student="ada", question=QUESTION)
    assert (answer["message"], answer["remedy"]) == (
        "the page and the workbook don't understand each other.",
        "Reload the page",
    )


def test_students_keep_their_numbers_when_others_join(home: Path) -> None:
    some = hidden_numbers(f"s{each}" for each in range(40))
    more = hidden_numbers(f"s{each}" for each in range(60))
    assert len(set(more.values())) == 60
    assert all(100 <= number <= 999 for number in more.values())
    moved = [each for each, number in some.items() if more[each] != number]
    assert len(moved) <= 4
    many = hidden_numbers(map(str, range(1000)))
    assert len(set(many.values())) == 1000


# ---- rating


def test_a_rating_is_stored_with_what_was_rated_as_soon_as_it_is_answered(
    host: FeedbackHost, home: Path
) -> None:
    answer = rate(host, {"scores": {"Substance": 3}})
    assert answer["type"] == "rated"
    assert answer["state"] == "begun"
    (stored,) = Feedback(feedback_store(home, "ada")).ratings()
    assert stored == Rating(
        QUESTION, "Kim", {"Substance": 3}, None, {"situation": 1, "action": 1}, stored.at
    )
    assert answer["rating"]["scores"] == {"Substance": 3}
    assert not (home / "feedback" / "bo.sqlite").exists()
    assert (home / "feedback" / "ada.sqlite").stat().st_mode & 0o777 == 0o600


def test_scores_add_up_and_a_score_is_taken_back(host: FeedbackHost) -> None:
    rate(host, {"scores": {"Substance": 3}})
    rate(host, {"scores": {"Structure": 4}, "level_met": False})
    both = rate(host, {"scores": {"Substance": None}})
    assert both["rating"]["scores"] == {"Structure": 4}
    assert both["rating"]["level_met"] is False


def test_what_two_windows_rate_at_once_is_kept_of_both(home: Path) -> None:
    one, other = host_of(home), host_of(home)
    opened(one)
    opened(other)
    rate(one, {"scores": {"Substance": 3}})
    rate(other, {"scores": {"Structure": 4}})
    assert opened(one)["rating"]["scores"] == {"Substance": 3, "Structure": 4}


@pytest.mark.long
def test_no_score_and_no_comment_is_lost_when_two_windows_send_theirs_at_the_same_moment(
    home: Path,
) -> None:
    windows = host_of(home), host_of(home)
    names = ("Substance", "Structure")
    together = Barrier(2)

    def send(place: int, turn: int) -> str:
        together.wait()
        rate(windows[place], {"scores": {names[place]: 1 + turn % 5}})
        together.wait()
        said = comment(windows[place], f"From window {place}.", id=f"c{turn}")
        return str(said["type"])

    for turn in range(10):
        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(send, (0, 1), (turn, turn)))
        assert sorted(replies) == ["clash", "commented"]
        (rating,) = Feedback(feedback_store(home, "ada")).ratings(QUESTION)
        assert rating.scores == dict.fromkeys(names, 1 + turn % 5)


def test_a_rating_that_is_sent_twice_is_stored_once(host: FeedbackHost, home: Path) -> None:
    first = rate(host, {"scores": ALL, "level_met": True})
    second = rate(host, {"scores": ALL, "level_met": True})
    assert first["rating"]["at"] == second["rating"]["at"]


def test_an_answer_is_rated_when_all_of_it_is_and_the_level_counts_only_if_it_is_known(
    host: FeedbackHost,
) -> None:
    assert rate(host, {"scores": ALL})["state"] == "begun"
    assert rate(host, {"level_met": True})["state"] == "rated"
    nobody = {"student": "bo", "revisions": {"situation": 1}}
    assert rate(host, {"scores": ALL}, **nobody)["state"] == "rated"


def test_an_answer_that_was_changed_after_it_was_rated_says_what_was_rated(
    host: FeedbackHost, home: Path
) -> None:
    rate(host, {"scores": ALL, "level_met": True})
    hand_in(home, "ada", action="I measured twice.", result="It held.")
    changed = opened(host)
    assert changed["state"] == "changed"
    assert changed["rated_texts"] == {
        "action": {"text": "I measured 🎉 it.", "revision": 1, "saved_at": NOW.isoformat()},
        "result": {"text": "", "revision": 0, "saved_at": None},
    }
    assert changed["texts"]["action"]["text"] == "I measured twice."
    state = {one["question"]: one["state"] for one in ask(host, "overview")["answers"]}
    assert state[OTHER] == "new"
    newer = {"situation": 1, "action": 2, "result": 1}
    assert rate(host, {}, revisions=newer)["state"] == "rated"
    assert opened(host)["rated_texts"] == {}


def test_a_score_that_is_none_is_refused_and_nothing_is_stored(
    host: FeedbackHost, home: Path
) -> None:
    refused = rate(host, {"scores": {"Substance": 6}})
    assert refused["type"] == "error"
    assert refused["message"].startswith("This rating can't be stored: scores.Substance: ")
    assert opened(host)["rating"] is None


def test_nobody_sees_what_another_rater_has_given(host: FeedbackHost, home: Path) -> None:
    other = host_of(home, "Lee")
    rate(other, {"scores": ALL, "level_met": True})
    comment(other, "Lee's own.")
    answer = opened(host)
    assert (answer["rating"], answer["comments"], answer["state"]) == (None, [], "new")
    assert ask(host, "pool")["pool"] == []
    rate(host, {"scores": {"Substance": 1}})
    assert opened(other)["rating"]["scores"] == ALL


# ---- comments


def test_a_comment_is_stored_on_its_words_changed_and_removed(
    host: FeedbackHost, home: Path
) -> None:
    kept = comment(host, "Which number?")
    assert kept["type"] == "commented"
    (stored,) = Feedback(feedback_store(home, "ada")).comments()
    words = ("action", "measured", 2)
    assert stored == Comment("c1", QUESTION, "Kim", *words, "Which number?", stored.at)
    comment(host, "Which number first?", before="Which number?")
    (shown,) = opened(host)["comments"]
    assert (shown["id"], shown["text"], shown["reply"]) == ("c1", "Which number first?", None)
    place = {"student": "ada", "question": QUESTION, "id": "c1"}
    assert ask(host, "remove", **place)["type"] == "removed"
    assert ask(host, "remove", **place)["type"] == "removed"
    assert opened(host)["comments"] == []


def test_a_comment_that_another_window_has_changed_is_not_overwritten(home: Path) -> None:
    one, other = host_of(home), host_of(home)
    comment(one, "First.")
    comment(other, "From the other window.", before="First.")
    clash = comment(one, "From this window.", before="First.")
    assert (clash["type"], clash["comment"]["text"]) == ("clash", "From the other window.")
    kept = comment(one, "From this window.", before="From the other window.")
    assert kept["comment"]["text"] == "From this window."
    again = comment(one, "From this window.", before="From the other window.")
    assert again["comment"] == kept["comment"]  # sent twice


def test_another_raters_comment_is_not_removed(host: FeedbackHost, home: Path) -> None:
    comment(host_of(home, "Lee"), "Lee's own.")
    ask(host, "remove", student="ada", question=QUESTION, id="c1")
    assert len(Feedback(feedback_store(home, "ada")).comments()) == 1


def test_a_students_reply_is_shown_with_the_comment(host: FeedbackHost, home: Path) -> None:
    comment(host, "Which number?")
    handed_in = AnswerStore(home / "students" / "ada.sqlite", now=lambda: NOW)
    Texts(handed_in, REPLY).save(QUESTION, "c1", "It was 400.", based_on=0)
    (shown,) = opened(host)["comments"]
    assert shown["reply"] == {"text": "It was 400.", "at": NOW.isoformat()}
    cell = ask(host, "overview")["answers"][1]
    assert (cell["comments"], cell["replies"]) == (1, 1)


def test_comments_are_offered_again_the_most_used_first(host: FeedbackHost) -> None:
    comment(host, "Say what you did.")
    comment(host, "Say  what\nyou did.", id="c2", question=OTHER, part="situation")
    comment(host, "Which number?", id="c3")
    comment(host, "Say what you did.", id="c4", student="bo", part="situation")
    assert ask(host, "pool")["pool"] == [
        {"text": "Say what you did.", "count": 3},
        {"text": "Which number?", "count": 1},
    ]


# ---- the coach's name


def test_a_name_is_asked_for_once_and_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREPKIT_RATER", raising=False)
    host = FeedbackHost(load_bank(), ROSTER, home, home / "students")
    assert ask(host, "overview")["asks_name"] is True
    assert ask(host, "rater", name="  ")["message"] == (
        "A name has 1 to 200 characters. Choose another one."
    )
    assert ask(host, "rater", name=" Kim  Lee ")["rater"] == "Kim Lee"
    again = ask(FeedbackHost(load_bank(), ROSTER, home, home / "students"), "overview")
    assert (again["rater"], again["asks_name"]) == ("Kim Lee", False)


# ---- calibration


def test_three_answers_are_rated_before_the_reference_is_told(
    host: FeedbackHost, home: Path
) -> None:
    assert ask(host, "overview")["calibration"] == {"offered": True, "last": None}
    drawn = ask(host, "samples", ids=[], seed=3)
    ids = [one["id"] for one in drawn["samples"]]
    assert len(ids) == 3
    assert all(set(one) == {"id", "text", "key_points", "parts"} for one in drawn["samples"])
    assert ask(host, "samples", ids=ids, seed=9)["samples"] == drawn["samples"]
    given = {one: {"Substance": 3, "Structure": 3} for one in ids}
    result = ask(host, "calibrated", id="k1", ids=ids, given=given)
    assert result["type"] == "compared"
    assert [one["id"] for one in result["answers"]] == ids
    for one in result["answers"]:
        assert one["reason"]
        assert [each["dimension"] for each in one["scores"]] == ["Substance", "Structure"]
        assert all(each["reason"] and 1 <= each["reference"] <= 5 for each in one["scores"])
    last = ask(host, "overview")["calibration"]["last"]
    assert last["findings"] == result["findings"]


def test_a_calibration_is_kept_once_however_often_it_is_sent_and_per_rater(
    host: FeedbackHost, home: Path
) -> None:
    ids = [one["id"] for one in ask(host, "samples", ids=[], seed=3)["samples"]]
    for _ in range(2):
        ask(host, "calibrated", id="k1", ids=ids, given={ids[0]: {"Substance": 3}})
    kept = Calibrations(home)
    assert [dict(one.given[ids[0]]) for one in kept.of("Kim")] == [{"Substance": 3}]
    assert kept.of("Lee") == ()
    assert ask(host_of(home, "Lee"), "overview")["calibration"]["last"] is None
    path = home / "feedback" / "calibrations.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(path.read_bytes() + b'\n{"id": "k2", "cut sho')
    assert [one.id for one in kept.of("Kim")] == ["k1"]
    ask(host, "calibrated", id="k3", ids=ids, given={ids[0]: {"Substance": 4}})
    assert [one.id for one in kept.of("Kim")] == ["k1", "k3"]


def test_a_calibration_with_a_score_that_is_none_is_refused(host: FeedbackHost) -> None:
    ids = [one["id"] for one in ask(host, "samples", ids=[], seed=3)["samples"]]
    refused = ask(host, "calibrated", id="k1", ids=ids, given={ids[0]: {"Substance": 9}})
    assert refused["type"] == "error"
    assert ask(host, "overview")["calibration"]["last"] is None


# ---- the widget


def test_nothing_private_is_in_a_notebook_that_is_saved(home: Path) -> None:
    desk = RatingDesk(load_bank(), ROSTER, home=home, rater="Kim")
    place = {"student": "ada", "question": QUESTION}
    desk.handle({"type": "open", "view": "v", **place})
    desk.handle({"type": "overview", "view": "v"})
    comment(desk.host, f"On {SECRET}.")
    bundle = desk._repr_mimebundle_()
    assert bundle is not None
    saved = json.dumps([desk.get_state(), bundle[0]], default=str)
    for text in (SECRET, "Ada Marin", '"ada"', "Kim"):
        assert text not in saved
    assert bundle[0]["text/plain"] == (
        "Here you rate your students' answers. Ratings and comments are in your user data folder. "
        "To see them here, choose Run > Run All Cells."
    )


def test_the_page_takes_the_folder_of_answers_that_is_named(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (home / "students").rename(elsewhere)
    desk = RatingDesk(load_bank(), home=home, folder=elsewhere, rater="Kim")
    (overview,) = desk.handle({"type": "overview", "view": "v", "seq": 1})
    assert len(overview["answers"]) == 3
    rate(desk.host, {"scores": {"Substance": 3}})
    assert (home / "feedback" / "ada.sqlite").exists()
