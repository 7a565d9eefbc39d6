"""The Python side of a mock interview: each message of its browser side, and the answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore, export_answers
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.planned import Planned, save_planned
from prepkit.answers.preferences import PracticeLog, Preferences, save_preferences
from prepkit.answers.recordings import MOST
from prepkit.answers.texts import Texts
from prepkit.bank import load_bank
from prepkit.practice.progress import progress_frame
from prepkit.practice.steps import next_steps
from prepkit.records import LEVELS
from prepkit.widgets.component import Binary
from prepkit.widgets.mock_host import MockHost
from tests.test_attempts import SENT

BANK = load_bank()
QUESTION = "technical-leadership/06"
TAKE = "20260131T093000Z-4k2f9a"
NOW = datetime(2026, 1, 31, 19, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
SOUND = bytes(range(256)) * 2100  # three pieces


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "home" / "answers.sqlite", now=lambda: NOW)


@pytest.fixture
def host(store: AnswerStore) -> MockHost:
    return MockHost(BANK, store, now=lambda: NOW, seed=lambda: 7)


Ask = Callable[..., Any]


@pytest.fixture
def ask(host: MockHost) -> Ask:
    """Send a message, and return its only answer."""

    def send(kind: str, data: bytes | None = None, **content: Any) -> Any:
        buffers = [] if data is None else [memoryview(data)]
        (found,) = host.answer({**content, "type": kind, "view": "v1", "seq": 3}, buffers)
        assert (found.pop("view"), found.pop("seq")) == ("v1", 3)
        return found

    return send


def send_take(ask: Ask, data: bytes = SOUND, take: str = TAKE) -> None:
    for n, at in enumerate(range(0, len(data), MOST)):
        piece = data[at : at + MOST]
        about = {"take": take, "question": QUESTION, "mime": "audio/webm;codecs=opus"}
        size = at + len(piece)
        assert ask("chunk", piece, n=n, at=at, size=len(piece), **about) == {
            "type": "written",
            "take": take,
            "size": size,
        }
    sha256 = hashlib.sha256(data).hexdigest()
    kept = {"type": "kept", "take": take, "size": len(data), "sha256": sha256}
    assert ask("finish", take=take, size=len(data), sha256=sha256) == kept


# ---- offer and draw


def test_it_offers_rounds_with_their_sources_companies_and_levels(
    ask: Ask, store: AnswerStore
) -> None:
    offer = ask("offer")
    rounds = {one["id"]: one for one in offer["rounds"]}
    assert rounds["behavioural"] == {
        "id": "behavioural",
        "title": "Behavioural interview",
        "about": "Past events: what you did, and what came of it.",
        "minutes": [20, 45],
        "company": None,
        "source": None,
    }
    people = rounds["Meta/4"]
    assert (people["title"], people["company"]) == ("People management", "Meta")
    assert people["about"].startswith("Engineering manager, 45 minutes. How you lead people: ")
    assert people["about"].endswith(" Questions here: People management.")
    assert set(people["source"]) == {"href", "label"}
    assert people["source"]["label"].startswith("Coach or preparation site: ")
    assert offer["levels"][1] == {"id": "staff engineer", "title": "Staff engineer"}
    assert [one["id"] for one in offer["levels"]] == list(LEVELS)
    assert "Amazon" in offer["companies"]
    assert (offer["company"], offer["level"]) == (None, None)
    assert offer["recordings"] == {"count": 0, "bytes": 0}
    assert not store.path.parent.exists()


def test_it_offers_what_the_plan_is_for_and_counts_the_recordings(
    ask: Ask, store: AnswerStore
) -> None:
    planned = Planned(companies=("Meta",), level="director", interview=date(2026, 2, 20))
    save_planned(planned, store.path.parent)
    send_take(ask)
    offer = ask("offer")
    assert (offer["company"], offer["level"]) == ("Meta", "director")
    assert offer["recordings"] == {"count": 1, "bytes": len(SOUND)}


def test_a_session_has_all_that_is_shown_of_its_questions(ask: Ask) -> None:
    session = ask("draw", round="behavioural", minutes=45, company=None, level="director")
    assert session["session"] == "20260131T140000Z-00000007"
    assert len({one["id"] for one in session["questions"]}) == len(session["questions"]) == 5
    for one in session["questions"]:
        entry = BANK[one["id"]]
        assert one["text"] == entry.question.text
        assert one["place"] == f"{entry.category.title} · Q{entry.question.number}"
        assert one["follow_ups"] == list(entry.question.follow_ups)
        assert one["key_points"] == list(entry.question.key_points)
        assert one["level_line"].lower() == entry.question.levels["director"].lower()
        assert [part["name"] for part in one["parts"]] == list(entry.question.form.names)
        assert one["seconds"] == [75, 175]
        assert one["reason"]
        names = [each["name"] for each in one["rubric"]]
        assert names == ["Substance", "Structure", "Relevance", "Credibility", "Differentiation"]
        assert [each["score"] for each in one["rubric"][0]["anchors"]] == [1, 2, 3, 4, 5]
    assert session["rubric_source"]["label"] == (
        "Coach or preparation site: github.com, read 29 November 2026"
    )
    json.dumps(session)


def test_without_a_level_nothing_is_said_of_one(ask: Ask) -> None:
    session = ask("draw", round="mixed", minutes=20, company="Nobody", level=None)
    assert [one["level_line"] for one in session["questions"]] == ["", ""]


def test_what_is_in_the_plan_is_drawn(ask: Ask, store: AnswerStore) -> None:
    save_planned(Planned(questions=(QUESTION, "leading-people/02")), store.path.parent)
    session = ask("draw", round="mixed", minutes=20, company=None, level=None)
    drawn = {one["id"]: one["reason"] for one in session["questions"]}
    assert set(drawn) == {QUESTION, "leading-people/02"}
    assert drawn[QUESTION].startswith("It is in your plan.")


def test_what_was_noted_after_an_interview_is_drawn_first(ask: Ask, store: AnswerStore) -> None:
    noted = {
        "company": "Amazon",
        "day": "2026-01-20",
        "asked": [{"words": "Low performer", "question": QUESTION, "rating": "again"}],
    }
    text = json.dumps(noted)
    Texts(store, DEBRIEF).save("20260120T190500Z", "debrief", text, based_on=0)
    session = ask("draw", round="mixed", minutes=20, company=None, level=None)
    first = session["questions"][0]
    assert first["id"] == QUESTION
    assert first["reason"].startswith("Asked at Amazon on 20 January: stumbled.")


def test_a_damaged_plan_keeps_nobody_from_an_interview(ask: Ask, store: AnswerStore) -> None:
    store.path.parent.mkdir()
    (store.path.parent / "plan.json").write_text("{")
    assert ask("offer")["company"] is None
    assert ask("draw", round="mixed", minutes=20, company=None, level=None)["questions"]


# ---- recordings


def test_a_recording_is_kept_listed_played_and_deleted(ask: Ask, host: MockHost) -> None:
    send_take(ask)
    listed = {
        "take": TAKE,
        "question": QUESTION,
        "text": BANK[QUESTION].question.text,
        "at": "2026-01-31T09:30:00+00:00",
        "seconds": None,
        "mime": "audio/webm",
        "size": len(SOUND),
        "whole": True,
    }
    assert ask("takes", question=None) == {"type": "takes", "takes": [listed]}
    assert ask("takes", question="cases/01")["takes"] == []
    pieces = host.answer({"type": "play", "take": TAKE, "view": "v1", "seq": 9})
    assert all(isinstance(one, Binary) for one in pieces)
    assert [dict(one) for one in pieces] == [
        {
            "type": "audio",
            "take": TAKE,
            "total": len(SOUND),
            "mime": "audio/webm",
            "at": at,
            "size": min(MOST, len(SOUND) - at),
            "view": "v1",
            "seq": 9,
        }
        for at in range(0, len(SOUND), MOST)
    ]
    assert b"".join(one.data for one in pieces if isinstance(one, Binary)) == SOUND
    assert ask("delete", take=TAKE) == {"type": "deleted", "take": TAKE}
    assert ask("delete", take=TAKE) == {"type": "deleted", "take": TAKE}
    assert ask("takes", question=None)["takes"] == []
    assert ask("play", take=TAKE) == {
        "type": "error",
        "about": "play",
        "message": "This recording isn't in your folder any more.",
        "remedy": "",
    }


def test_another_kernel_goes_on_where_the_first_was_killed(ask: Ask, store: AnswerStore) -> None:
    piece = {"take": TAKE, "question": QUESTION, "mime": "audio/webm"}
    ask("chunk", SOUND[:1000], n=0, at=0, size=1000, **piece)
    other = MockHost(BANK, store)
    message = {"type": "chunk", "n": 9, "at": 5000, "size": 10, **piece}
    (told,) = other.answer(message, [SOUND[5000:5010]])
    assert (told["type"], told["size"]) == ("written", 1000)
    send_take(ask, SOUND[:1000])


def test_an_attempt_says_whether_its_recording_is_still_there(ask: Ask) -> None:
    send_take(ask)
    missing = "20260131T093000Z-gone"
    for minute, take in enumerate([TAKE, missing, None]):
        ask("attempt", **{**SENT, "started_at": f"2026-01-31T09:4{minute}:00Z", "take": take})
    earlier = ask("attempts", question=QUESTION)["attempts"]
    assert [one["recording"] for one in earlier] == [None, "missing", "kept"]
    assert ask("takes", question=QUESTION)["takes"][0]["seconds"] == 131.4
    ask("delete", take=TAKE)
    earlier = ask("attempts", question=QUESTION)["attempts"]
    assert earlier[-1]["recording"] == "deleted"
    assert earlier[-1]["take"] == TAKE
    assert earlier[-1]["at"] == "2026-01-31T14:00:00+00:00"


def test_no_export_holds_a_recording(ask: Ask, store: AnswerStore, tmp_path: Path) -> None:
    sound = b"marzipan" * 100
    send_take(ask, sound)
    ask("attempt", **{**SENT, "take": TAKE})
    for name in ("answers.json", "answers.md"):
        export_answers(store, tmp_path / name)
        assert b"marzipan" not in (tmp_path / name).read_bytes()


# ---- attempts


def test_an_attempt_sent_twice_is_stored_once_and_both_times_says_when_it_comes_back(
    ask: Ask, store: AnswerStore
) -> None:
    promised = ask("comebacks", question=QUESTION)["due"]
    assert list(promised) == ["again", "hard", "good", "easy"]
    told = [ask("attempt", **SENT) for _ in range(2)]
    assert told[0] == told[1]
    assert told[0]["due"] == promised["good"]
    assert len(store.reviews()) == len(ask("attempts", question=QUESTION)["attempts"]) == 1


def test_an_attempt_counts_as_practice(ask: Ask, store: AnswerStore) -> None:
    ask("attempt", **{**SENT, "rating": "again"})
    progress = progress_frame(BANK, store.load(), store.reviews())
    assert list(progress.dropna(subset=["due"]).question) == [QUESTION]
    tomorrow = NOW + timedelta(days=1)
    first, *_ = next_steps(BANK, store.load(), store.reviews(), tomorrow)
    assert (first.question, first.step, first.sentence) == (
        QUESTION,
        "review",
        "Due today: say it out loud again, then write it down.",
    )


def test_without_a_rating_nothing_comes_back(ask: Ask, store: AnswerStore) -> None:
    told = ask("attempt", **{**SENT, "rating": None})
    assert told == {"type": "attempted", "question": QUESTION, "due": None}
    assert store.reviews() == ()


@pytest.mark.parametrize("allowed", [True, False])
def test_the_practice_log_has_it_once_if_that_is_allowed(allowed: bool, store: AnswerStore) -> None:
    folder = store.path.parent
    folder.mkdir()
    save_preferences(Preferences(analytics=allowed), folder)
    log = PracticeLog(folder)
    host = MockHost(BANK, store, log=log, now=lambda: NOW)
    for _ in range(2):
        host.answer(SENT)
    assert list(log.load().seconds) == ([171] if allowed else [])


# ---- what can't be done


def test_a_message_of_an_unknown_type_gets_no_answer(host: MockHost) -> None:
    assert host.answer({"type": "sing"}) == ()


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        (
            "draw",
            {"round": "Acme/1", "minutes": 20, "company": None, "level": None},
            "This round isn't there any more. Choose another one.",
        ),
        ("attempt", {**SENT, "question": "craft/77"}, "no question 'craft/77'"),
        ("attempt", {**SENT, "rating": "super"}, "This attempt can't be stored: rating: "),
        ("chunk", {"take": TAKE}, "the page and the workbook don't understand each other."),
        ("finish", {"take": 7}, "the page and the workbook don't understand each other."),
        ("delete", {"take": "../../answers"}, "'../../answers' is not the id of a recording."),
    ],
)
def test_what_cant_be_done_is_said(
    kind: str, content: dict[str, Any], told: str, ask: Ask, store: AnswerStore
) -> None:
    answer = ask(kind, **content)
    assert (answer["type"], answer["about"]) == ("error", kind)
    assert answer["message"].startswith(told)
    assert not (store.path.parent / "recordings").exists()


def test_a_piece_with_other_bytes_than_it_says_is_refused(ask: Ask, store: AnswerStore) -> None:
    about = {"take": TAKE, "question": QUESTION, "mime": "audio/webm"}
    answer = ask("chunk", b"abc", n=0, at=0, size=4, **about)
    assert answer["message"] == "A piece of the recording came with other bytes than it says."
    assert not (store.path.parent / "recordings").exists()


def test_a_recording_names_no_question_that_the_bank_lacks(ask: Ask, store: AnswerStore) -> None:
    answer = ask("chunk", b"abc", n=0, at=0, size=3, take=TAKE, question="x/01", mime="audio/webm")
    assert answer["message"].startswith("no question 'x/01'")
    assert not (store.path.parent / "recordings").exists()
