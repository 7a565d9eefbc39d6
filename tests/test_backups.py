"""Dated backups of the answers file, and how a candidate comes back to one."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, StoreError, backups, checksums, read_answers
from prepkit.answers.backups import backups_to_keep, find_backups
from prepkit.answers.checksums import check_structure
from prepkit.answers.kinds import STORY
from prepkit.answers.texts import Texts
from prepkit.answers.transfer import restore_backup
from tests.answers_files import QUESTION

FIRST = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        """Return the moment that it was set to."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> AnswerStore:
    return AnswerStore(tmp_path / "home" / "answers.sqlite", now=clock)


def save_each_day(store: AnswerStore, clock: Clock, days: int) -> None:
    for number in range(days):
        store.save(QUESTION, "task", f"Day {number}.", based_on=number)
        clock.now += timedelta(days=1)


def backed_up(store: AnswerStore) -> dict[date, str]:
    """Return the current text in each backup."""
    return {
        backup.day: read_answers(backup.path)[QUESTION].text("task")
        for backup in find_backups(store.path)
    }


def test_each_day_with_a_save_has_a_backup_of_what_was_there_before_it(
    store: AnswerStore, clock: Clock
) -> None:
    save_each_day(store, clock, 3)
    clock.now += timedelta(days=5)
    store.load()
    store.save(QUESTION, "task", "After a break.", based_on=3)
    assert backed_up(store) == {
        date(2026, 1, 6): "Day 0.",
        date(2026, 1, 7): "Day 1.",
        date(2026, 1, 13): "Day 2.",
    }


def test_the_file_is_checked_whole_once_before_a_backup_and_not_twice(
    store: AnswerStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_each_day(store, clock, 2)
    checks: list[object] = []

    def counted(connection: sqlite3.Connection) -> None:
        checks.append(connection)
        check_structure(connection)

    for module in (checksums, backups):
        monkeypatch.setattr(module, "check_structure", counted)
    AnswerStore(store.path, now=clock).save(QUESTION, "task", "Of a new process.", based_on=2)
    assert len(checks) == 1
    clock.now += timedelta(days=1)
    store.save(QUESTION, "task", "Of one that checked it days ago.", based_on=3)
    assert len(checks) == 2
    assert len(backed_up(store)) == 3


def test_a_backup_of_today_is_made_again_when_it_is_an_hour_old(
    store: AnswerStore, clock: Clock
) -> None:
    for number, minutes in enumerate([0, 10, 50, 5]):
        clock.now += timedelta(minutes=minutes)
        store.save(QUESTION, "task", f"Text {number}.", based_on=number)
    assert backed_up(store) == {date(2026, 1, 5): "Text 0."}
    clock.now += timedelta(minutes=40)
    store.save(QUESTION, "task", "Later.", based_on=4)
    assert backed_up(store) == {date(2026, 1, 5): "Text 3."}


def test_a_year_of_days_leaves_a_week_four_weeks_and_twelve_months() -> None:
    newest = date(2026, 12, 31)  # a Thursday
    days = [newest - timedelta(days=number) for number in range(500)]
    month_ends = [date(2026, month, 1) - timedelta(days=1) for month in range(2, 13)]
    sundays = [date(2026, 12, day) for day in (27, 20, 13)]
    assert backups_to_keep(days) == {*days[:7], *sundays, *month_ends}


@given(st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=60))
def test_at_most_twenty_three_backups_are_kept_the_newest_seven_among_them(
    days: set[date],
) -> None:
    kept = backups_to_keep(days)
    assert kept <= days
    assert len(kept) <= 23
    assert set(sorted(days)[-7:]) <= kept
    assert backups_to_keep(kept) == kept


@pytest.mark.long
def test_backups_that_need_not_be_kept_are_removed_and_other_files_are_not(
    store: AnswerStore, clock: Clock
) -> None:
    save_each_day(store, clock, 2)
    folder = store.path.parent / "backups"
    for name in ("notes.txt", "answers-2026-99-99.sqlite", "ada-2026-01-05.sqlite"):
        (folder / name).write_text("not one of these backups")
    save_each_day(AnswerStore(store.path.with_name("more.sqlite"), now=clock), clock, 40)
    for number in range(2, 40):
        clock.now += timedelta(days=1)
        store.save(QUESTION, "task", f"Day {number}.", based_on=number)
    own = [each for each in folder.iterdir() if each.name.startswith("answers-2026")]
    assert len(own) - 1 == len(find_backups(store.path)) < 13
    assert len(list(folder.glob("*"))) > len(own) + 2


def test_a_save_is_not_held_up_by_a_backup_that_cannot_be_made(
    store: AnswerStore, clock: Clock
) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    (store.path.parent / "backups").write_text("in the way")
    assert store.save(QUESTION, "task", "Two.", based_on=1).revision == 2
    assert store.recovered == (
        "Today's backup of your answers can't be made (Not a directory). Your answers are saved as "
        f"usual. Check the folder {store.path.parent / 'backups'}."
    )


def test_going_back_to_a_backup_changes_texts_back_and_removes_none(
    store: AnswerStore, clock: Clock
) -> None:
    save_each_day(store, clock, 3)
    store.save(QUESTION, "result", "Written since.", based_on=0)
    report = restore_backup(store, date(2026, 1, 7))
    assert (len(report.added), report.unchanged) == (1, 0)
    assert [(each.text, each.origin) for each in store.history(QUESTION, "task")] == [
        ("Day 0.", "form"),
        ("Day 1.", "form"),
        ("Day 2.", "form"),
        ("Day 1.", "restore"),
    ]
    assert store.answer(QUESTION).text("result") == "Written since."


def test_a_day_without_a_backup_and_a_damaged_one_are_refused(
    store: AnswerStore, clock: Clock
) -> None:
    save_each_day(store, clock, 3)
    with pytest.raises(StoreError) as caught:
        restore_backup(store, date(2026, 1, 5))
    assert str(caught.value) == (
        "There is no backup of 5 January 2026; there are: 7 January 2026 and 6 January 2026."
    )
    backup = find_backups(store.path)[0].path
    backup.write_bytes(backup.read_bytes().replace(b"Day 1.", b"Bay 1."))
    with pytest.raises(StoreError) as caught:
        restore_backup(store, date(2026, 1, 7))
    assert str(caught.value) == (
        f"Nothing was changed: the backup of 7 January 2026 is damaged ({backup}). Choose another "
        "one: 'prepkit answers backups' lists them."
    )
    assert store.answer(QUESTION).text("task") == "Day 2."


def test_the_commands_list_the_backups_and_go_back_to_one(
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path))
    assert main(["answers", "backups"]) == 0
    assert capsys.readouterr().out == (
        "There are no backups yet. One is made on each day on which something is saved.\n"
    )
    store = AnswerStore(now=clock)
    for number, text in enumerate(("Mine.", "Mine again.")):
        Texts(store, STORY).save("one", "task", text, based_on=number)
    save_each_day(store, clock, 3)
    backup = tmp_path / "backups" / "answers-2026-01-07.sqlite"
    backup.write_bytes(backup.read_bytes().replace(b"Day 1.", b"Bay 1."))
    assert main(["answers", "backups"]) == 0
    assert capsys.readouterr().out == (
        "2026-01-07  damaged\n2026-01-06  1 answer, 1 story\n2026-01-05  0 answers, 1 story\n"
        f"They are in {tmp_path / 'backups'}\n"
    )
    assert main(["answers", "restore-backup", "2026-01-06"]) == 0
    assert capsys.readouterr().out == (
        "1 text went back to the backup of 6 January 2026; 1 are as they were in it. Nothing was "
        "removed: what you had is among the earlier versions.\n"
    )
    assert AnswerStore().answer(QUESTION).text("task") == "Day 0."


def test_a_backup_cut_short_leaves_no_file_under_its_name(
    store: AnswerStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)

    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prepkit.answers.backups.sync_file", full)
    store.save(QUESTION, "task", "Two.", based_on=1)
    assert not list((store.path.parent / "backups").iterdir())
