"""Nothing is recorded that the candidate has not allowed."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

from prepkit.answers.preferences import PracticeLog, Preferences, load_preferences, save_preferences
from prepkit.errors import PrepkitError
from tests.platforms import needs_modes, refusal

QUESTION = "technical-leadership/06"
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_nothing_is_allowed_until_the_candidate_says_so(tmp_path: Path) -> None:
    assert load_preferences(tmp_path) == Preferences(analytics=False, marketing=False)
    assert load_preferences(tmp_path).notice is None


@pytest.mark.parametrize(
    "preferences", [Preferences(), Preferences(analytics=True), Preferences(marketing=True)]
)
def test_choices_are_stored_and_can_be_changed(tmp_path: Path, preferences: Preferences) -> None:
    folder = tmp_path / "home"
    save_preferences(Preferences(analytics=True, marketing=True), folder)
    save_preferences(preferences, folder)
    assert load_preferences(folder) == preferences
    assert [found.name for found in folder.iterdir()] == ["preferences.json"]


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\xff",
        b"[]",
        b"true",
        b'{"analytics": true}',
        b'{"analytics": true, "marketing": "no"}',
        b'{"analytics": 1, "marketing": false}',
        b"[" * 100_000,
    ],
)
def test_choices_that_cannot_be_read_allow_nothing_and_it_is_said(
    tmp_path: Path, stored: bytes
) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(stored)
    preferences = load_preferences(tmp_path)
    assert preferences == Preferences()
    assert preferences.notice == (
        f"Your choices can't be read from {path}, so everything is off. Choose again."
    )
    PracticeLog(tmp_path).record(QUESTION, AT, 60)
    assert not PracticeLog(tmp_path).exists()


def test_choices_that_cannot_be_stored_leave_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_preferences(Preferences(), tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PrepkitError) as caught:
        save_preferences(Preferences(analytics=True), tmp_path)
    path = tmp_path / "preferences.json"
    assert str(caught.value) == (
        f"Your choice was not saved: {path} can't be written (No space left on device). Your "
        "earlier choices still apply."
    )
    assert load_preferences(tmp_path) == Preferences()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("marketing", [False, True])
def test_with_analytics_off_nothing_is_recorded(tmp_path: Path, marketing: bool) -> None:
    log = PracticeLog(tmp_path)
    log.record(QUESTION, AT, 60)
    assert list(tmp_path.iterdir()) == []
    save_preferences(Preferences(marketing=marketing), tmp_path)
    log.record(QUESTION, AT, 60)
    assert [found.name for found in tmp_path.iterdir()] == ["preferences.json"]
    assert log.load().empty


@needs_modes
def test_choices_and_the_log_are_for_the_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    save_preferences(Preferences(analytics=True), folder)
    log = PracticeLog(folder)
    log.record(QUESTION, AT, 60)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, *sorted(folder.iterdir()))]
    assert modes == [0o700, 0o600, 0o600]


def test_with_analytics_on_questions_and_seconds_are_recorded(tmp_path: Path) -> None:
    save_preferences(Preferences(analytics=True), tmp_path)
    log = PracticeLog(tmp_path)
    log.record(QUESTION, AT, 60)
    log.record("a/01", AT.astimezone(timezone(timedelta(hours=2))), 5)
    expected = pd.DataFrame(
        {
            "question": pd.Series([QUESTION, "a/01"], dtype="str"),
            "at": pd.Series([AT, AT], dtype="datetime64[us, UTC]"),
            "seconds": [60, 5],
        }
    )
    pd.testing.assert_frame_equal(log.load(), expected)


def test_an_empty_log_has_the_same_columns(tmp_path: Path) -> None:
    types = {"question": "str", "at": "datetime64[us, UTC]", "seconds": "int64"}
    assert PracticeLog(tmp_path).load().dtypes.astype(str).to_dict() == types


def test_switching_analytics_off_stops_the_log_at_once_and_it_can_be_deleted(
    tmp_path: Path,
) -> None:
    save_preferences(Preferences(analytics=True), tmp_path)
    log = PracticeLog(tmp_path)
    log.record(QUESTION, AT, 60)
    save_preferences(Preferences(), tmp_path)
    log.record(QUESTION, AT, 60)
    assert len(log.load()) == 1
    log.delete()
    log.delete()
    assert not log.exists()


def test_a_row_that_was_cut_short_spoils_only_itself(tmp_path: Path) -> None:
    save_preferences(Preferences(analytics=True), tmp_path)
    log = PracticeLog(tmp_path)
    log.record(QUESTION, AT, 1)
    with log.path.open("ab") as writing:
        writing.write(b'\n{"question": "tech')
    log.record(QUESTION, AT, 2)
    assert list(log.load()["seconds"]) == [1, 2]


def test_a_log_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    save_preferences(Preferences(analytics=True), tmp_path)
    log = PracticeLog(tmp_path)
    log.path.mkdir()
    reason = refusal(log.path.read_bytes)
    with pytest.raises(PrepkitError) as caught:
        log.record(QUESTION, AT, 1)
    assert str(caught.value) == f"The practice log {log.path} can't be written: {reason}."
    reason = refusal(log.path.unlink)
    with pytest.raises(PrepkitError) as caught:
        log.delete()
    assert str(caught.value) == f"The practice log {log.path} can't be deleted: {reason}."
