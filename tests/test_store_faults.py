"""What becomes of answers when disks, files and processes fail."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prepkit.answers import AnswerStore, StoreError, database
from prepkit.answers.errors import explain
from prepkit.answers.salvage import PAGE_SIZE, Rows, read_rows
from prepkit.records import Revision
from tests.platforms import needs_posix_files

pytestmark = pytest.mark.faults

QUESTION = "technical-leadership/06"
FIELDS = ("situation", "task", "action", "result")
TODAY = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ASIDE = "answers.corrupt-2026-01-31.sqlite"


def filled(path: Path, saves: int = 60) -> tuple[Revision, ...]:
    """Store some short texts, some long ones, and a few of many pages; return the history."""
    chance = random.Random(1)
    with AnswerStore(path, now=lambda: TODAY) as store:
        for number in range(saves):
            text = f"{number} " + "wörd " * chance.choice([3, 40, 300, 2500])
            revision = number // len(FIELDS)
            store.save(QUESTION, FIELDS[number % len(FIELDS)], text, based_on=revision)
        store.add_review(QUESTION, "good", 90)
        return store.history()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, tuple[Revision, ...]]:
    """Return the bytes of a sound file, and what it holds."""
    path = tmp_path_factory.mktemp("sound") / "answers.sqlite"
    history = filled(path)
    return path.read_bytes(), history


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite"


def wiped(database: bytes, start: int, size: int) -> bytes:
    noise = random.Random(2).randbytes(size)
    return database[:start] + noise + database[start + size :]


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "the header": (lambda whole: wiped(whole, 0, 100), 0),
    "the first page": (lambda whole: wiped(whole, 0, PAGE_SIZE), 0),
    "a page in the middle": (
        lambda whole: wiped(whole, len(whole) // PAGE_SIZE // 2 * PAGE_SIZE, PAGE_SIZE),
        10,
    ),
    "cut short": (lambda whole: whole[: len(whole) * 3 // 4 + 77], 25),
    "empty": (lambda whole: b"", 60),
    "not a database": (lambda whole: b"Dear diary,\n" * 1000, 60),
}
"""What is done to a file of 60 revisions, and how many of them may be lost at most."""


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_file_is_kept_and_what_can_be_read_is_recovered(
    what: str, path: Path, sound: tuple[bytes, tuple[Revision, ...]]
) -> None:
    whole, history = sound
    damage, most = DAMAGE[what]
    path.write_bytes(damage(whole))
    with AnswerStore(path, now=lambda: TODAY) as store:
        found = store.history()
        assert set(found) <= set(history)
        assert len(history) - len(found) <= most
        assert store.recovered == (
            f"The answers file was damaged. {len(found)} saved texts were recovered; the damaged "
            f"file is kept as {path.with_name(ASIDE)}."
        )
        current = store.answer(QUESTION).revisions.get("task")
        store.save(QUESTION, "task", "On we go.", based_on=current.revision if current else 0)
    assert path.with_name(ASIDE).read_bytes() == damage(whole)
    with AnswerStore(path, now=lambda: TODAY) as store:
        assert store.answer(QUESTION).text("task") == "On we go."
        assert store.recovered is None
    assert sorted(each.name for each in path.parent.iterdir()) == [
        ASIDE,
        "answers.lock",
        "answers.sqlite",
    ]


def test_whichever_page_is_lost_no_row_of_another_page_is(
    sound: tuple[bytes, tuple[Revision, ...]],
) -> None:
    whole, history = sound
    assert set(read_rows(whole, b"").revisions) == set(history)
    for start in range(0, len(whole), PAGE_SIZE):
        found = read_rows(wiped(whole, start, PAGE_SIZE), b"").revisions
        # Noise in the middle of a long text can't be told from the text.
        changed = {each for each in set(found) - set(history) if len(each.text) < 1000}
        assert not changed
        assert len(history) - len(found) <= 12


def test_a_file_whose_log_was_never_taken_over_is_read_whole(path: Path) -> None:
    history = filled(path, 12)
    with AnswerStore(path) as store:
        more = store.save(QUESTION, "task", "In the log alone.", based_on=3)
        wal = path.with_name(path.name + "-wal").read_bytes()
        rows = read_rows(path.read_bytes(), wal)
        assert set(rows.revisions) == {*history, more}
        assert rows.reviews == store.reviews()


def killed_copy(store: AnswerStore, path: Path) -> None:
    """Leave at `path` what a killed process leaves: the file with its log."""
    for side in ("", "-wal"):
        shutil.copyfile(f"{store.path}{side}", f"{path}{side}")


def test_the_log_is_recovered_although_the_file_itself_is_empty(path: Path, tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "first.sqlite") as first:
        saved = first.save(QUESTION, "task", "In the log alone.", based_on=0)
        killed_copy(first, path)
    path.write_bytes(b"")
    with AnswerStore(path, now=lambda: TODAY) as store:
        assert store.history() == (saved,)
        assert store.recovered == (
            "The answers file was damaged. 1 saved text was recovered; the damaged file is kept "
            f"as {path.with_name(ASIDE)}."
        )
    assert path.with_name(ASIDE + "-wal").exists()


def test_a_log_whose_file_is_gone_is_recovered_too(path: Path, tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "first.sqlite") as first:
        saved = first.save(QUESTION, "task", "In the log alone.", based_on=0)
        killed_copy(first, path)
    path.unlink()
    with AnswerStore(path) as store:
        assert store.history() == (saved,)


@needs_posix_files
def test_a_store_that_has_the_damaged_file_open_goes_on_in_the_repaired_one(path: Path) -> None:
    with AnswerStore(path) as early, AnswerStore(path, now=lambda: TODAY) as late:
        early.save(QUESTION, "task", "One.", based_on=0)
        path.write_bytes(wiped(path.read_bytes(), 0, PAGE_SIZE))
        assert [each.text for each in late.history()] == ["One."]
        assert late.recovered
        early.save(QUESTION, "task", "Two.", based_on=1)
        assert [each.text for each in late.history()] == ["One.", "Two."]


def test_what_is_saved_before_a_repaired_file_is_put_in_place_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str | None:
        if path.with_suffix(".next").exists():  # as Windows does while another window has the file
            raise PermissionError(13, "The file is in use")
        return finish(path)

    finish = database._finish_replacing
    with AnswerStore(path) as early, AnswerStore(path) as late:
        early.save(QUESTION, "task", "One.", based_on=0)
        path.write_bytes(wiped(path.read_bytes(), 0, PAGE_SIZE))
        with monkeypatch.context() as patch:
            patch.setattr(database, "_finish_replacing", refuse)
            with pytest.raises(StoreError, match=r"^Nothing was saved: "):
                late.save(QUESTION, "task", "Never.", based_on=1)
        early.save(QUESTION, "task", "Two.", based_on=1)
        assert [each.text for each in late.history()] == ["One.", "Two."]


@pytest.mark.parametrize("saving", [False, True])
def test_a_row_that_makes_no_sense_is_set_aside_with_its_file(path: Path, saving: bool) -> None:
    history = filled(path, 4)
    with AnswerStore(path, now=lambda: TODAY) as store:
        store.load()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "INSERT INTO revision VALUES (?, 'task', 9, 'x', 'never', 'form')", (QUESTION,)
            )
        if saving:
            store.save(QUESTION, "task", "Two.", based_on=1)
        assert store.history()[:4] == history
        assert len(store.history()) == 4 + saving
        assert store.recovered
        assert path.with_name(ASIDE).exists()


def test_a_damaged_byte_in_a_text_leaves_the_rest_of_it_readable(path: Path) -> None:
    with AnswerStore(path) as store:
        store.save(QUESTION, "task", "Where the café was.", based_on=0)
    path.write_bytes(path.read_bytes().replace("café".encode(), b"caf\xff\xff"))
    with AnswerStore(path) as store:
        assert store.answer(QUESTION).text("task") == "Where the caf\ufffd\ufffd was."


def test_noise_that_leads_in_a_circle_is_passed_over() -> None:
    here = (PAGE_SIZE - 12) * 32 // 255 - 23  # what the cell itself holds of a record this size
    size = here + (PAGE_SIZE - 4) * 10**10
    digits = [size >> shift & 0x7F for shift in range(49, -1, -7)]
    cell = bytes(digit | 0x80 for digit in digits[:-1]) + bytes([digits[-1], 1])
    cell += bytes(here) + (3).to_bytes(4, "big")
    head = bytes([13, 0, 0, 0, 1, 0, 0, 0]) + (3000).to_bytes(2, "big")
    leaf = (head.ljust(3000, b"\0") + cell).ljust(PAGE_SIZE, b"\0")
    overflow = (3).to_bytes(4, "big").ljust(PAGE_SIZE, b"\0")
    assert read_rows(bytes(PAGE_SIZE) + leaf + overflow, b"") == Rows()


@pytest.mark.parametrize("call", ["_build", "_finish_replacing"])
def test_a_repair_that_is_cut_short_is_done_when_the_file_is_next_opened(
    call: str,
    path: Path,
    sound: tuple[bytes, tuple[Revision, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path.write_bytes(wiped(sound[0], 0, 100))
    calls = iter([False, True])

    def cut_short(*_: object) -> None:
        if call == "_build" or next(calls):
            raise KeyboardInterrupt

    with monkeypatch.context() as broken, AnswerStore(path, now=lambda: TODAY) as store:
        broken.setattr(database, call, cut_short)
        with pytest.raises(KeyboardInterrupt):
            store.load()
    with AnswerStore(path, now=lambda: TODAY) as store:
        assert store.history() == sound[1]
        assert store.recovered == (
            "The answers file was damaged. 60 saved texts were recovered; the damaged file is "
            f"kept as {path.with_name(ASIDE)}."
        )
    assert len(list(path.parent.glob("answers.corrupt-*"))) == 1


def test_a_full_file_saves_nothing_and_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 12")

    with AnswerStore(path) as store:
        store.save(QUESTION, "task", "One.", based_on=0)
        store.close()
        with monkeypatch.context() as full:
            full.setattr(database, "set_durable", limited)
            with pytest.raises(StoreError) as caught:
                store.save(QUESTION, "task", "long " * 20_000, based_on=1)
            assert str(caught.value) == (
                f"Nothing was saved: the disk that holds {path.parent} is full. Free some space, "
                "then try again."
            )
            assert explain(caught.value) == ("your disk is full.", "Free some space")
            assert [each.text for each in store.history()] == ["One."]
            assert store.save(QUESTION, "task", "Two.", based_on=1).revision == 2
        store.close()
        assert store.save(QUESTION, "task", "long " * 20_000, based_on=2).revision == 3


def test_answers_can_be_read_while_another_program_keeps_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = filled(path, 4)
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    with AnswerStore(path) as store, database.exclusive_lock(path):
        assert store.history() == history
        with pytest.raises(StoreError) as caught:
            store.save(QUESTION, "task", "Two.", based_on=1)
    assert str(caught.value) == (
        f"Nothing was saved: another program is using {path}. Close it, then try again."
    )
    assert explain(caught.value) == (
        "another program is using your answers file.",
        "Close that program",
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = AnswerStore(tmp_path / "file" / "answers.sqlite")
    with pytest.raises(StoreError) as caught:
        store.save(QUESTION, "task", "One.", based_on=0)
    assert str(caught.value) == (
        f"Nothing was saved: {tmp_path / 'file'} has to be a folder, but it is a file. Move or "
        "rename that file, or set PREPKIT_HOME to a folder of your own."
    )
    assert explain(caught.value) == (
        f"{tmp_path / 'file'} has to be a folder, but it is a file.",
        "Move or rename that file",
    )


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "prepkit-test", str(folder)],
        capture_output=True,
        text=True,
    )
    if not mounted or mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr if mounted else 'no mount'}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_saves_nothing_and_the_answers_can_still_be_read(disk: Path) -> None:
    history = filled(disk / "answers.sqlite", 8)
    for opened in (True, False):
        with AnswerStore(disk / "answers.sqlite", now=lambda: TODAY) as store:
            if opened:
                store.load()
            with (disk / "films").open("wb", buffering=0) as films, suppress(OSError):
                while films.write(bytes(512)):
                    pass
            with pytest.raises(StoreError) as caught:
                store.save(QUESTION, "task", "long " * 4000, based_on=2)
            assert str(caught.value) == (
                f"Nothing was saved: the disk that holds {disk} is full. Free some space, then "
                "try again."
            )
            assert store.history() == history
            (disk / "films").unlink()
            history = (
                *history,
                store.save(QUESTION, "task", f"{opened}", based_on=2 + (not opened)),
            )
            assert set(store.history()) == set(history)
            history = store.history()


@pytest.mark.slow
def test_in_a_read_only_folder_answers_can_be_read_and_saving_says_why_not(disk: Path) -> None:
    history = filled(disk / "sub" / "answers.sqlite", 8)
    with AnswerStore(disk / "sub" / "answers.sqlite") as live:
        last = live.save(QUESTION, "task", "In the log alone.", based_on=2)
        (disk / "killed").mkdir()
        killed_copy(live, disk / "killed" / "answers.sqlite")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for name, expected in (("sub", {*history, last}), ("killed", {*history, last}), ("new", set())):
        with AnswerStore(disk / name / "answers.sqlite") as store:
            assert set(store.history()) == expected
            with pytest.raises(StoreError) as caught:
                store.save(QUESTION, "task", "No.", based_on=3)
            assert str(caught.value) == (
                f"Nothing was saved: prepkit can't write to the folder {disk / name}. Check the "
                "folder's permissions, or set PREPKIT_HOME to a folder of your own."
            )
            assert explain(caught.value) == (
                f"prepkit can't write to the folder {disk / name}.",
                "Check the folder's permissions",
            )


def python(source: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


SAVE_MANY = """
import sys
from pathlib import Path
from prepkit.answers import AnswerStore, Conflict
path, field, count, word, clashes = sys.argv[1:]
store = AnswerStore(Path(path))
question, revision = "technical-leadership/06", 0
for number in range(int(count)):
    text = f"{word} {number} " + "x" * (number * 37 % 9000)
    while True:
        try:
            revision = store.save(question, field, text, based_on=revision).revision
            break
        except Conflict as conflict:
            if clashes == "none":
                raise
            revision = conflict.current.revision
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("fields", [("task", "action"), ("task", "task")])
def test_two_processes_save_at_once_and_every_revision_is_there(
    fields: tuple[str, str], path: Path
) -> None:
    words = ("left", "right")
    clashes = "none" if len(set(fields)) > 1 else "some"
    children = [
        python(SAVE_MANY, path, field, 200, word, clashes)
        for field, word in zip(fields, words, strict=True)
    ]
    for child in children:
        child.communicate()
        assert child.returncode == 0
    with AnswerStore(path) as store:
        for field in set(fields):
            history = store.history(QUESTION, field)
            assert [each.revision for each in history] == list(range(1, len(history) + 1))
        for word in words:
            numbers = [
                int(each.text.split()[1]) for each in store.history() if each.text.startswith(word)
            ]
            assert numbers == list(range(200))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_what_was_acknowledged_before_a_kill_is_there_after_it(path: Path) -> None:
    chance = random.Random()
    for turn in range(12):
        child = python(SAVE_MANY, path, "task", 100_000, f"round-{turn}", "some")
        assert child.stdout
        acknowledged = int(child.stdout.readline())
        with suppress(subprocess.TimeoutExpired):
            child.wait(chance.uniform(0, 0.25))
        child.kill()
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        with AnswerStore(path) as store:
            history = store.history(QUESTION, "task")
            assert store.recovered is None
            found = [each.text.split()[1] for each in history if f"round-{turn} " in each.text]
            assert found[: acknowledged + 1] == [str(n) for n in range(acknowledged + 1)]
            assert [each.revision for each in history] == list(range(1, len(history) + 1))


@pytest.mark.slow
def test_many_processes_that_meet_a_damaged_file_repair_it_once(
    path: Path, sound: tuple[bytes, tuple[Revision, ...]]
) -> None:
    path.write_bytes(wiped(sound[0], 0, PAGE_SIZE))
    children = [python(SAVE_MANY, path, "key_points", 5, "same", "some") for _ in range(4)]
    for child in children:
        child.communicate()
        assert child.returncode == 0
    with AnswerStore(path) as store:
        assert set(sound[1]) <= set(store.history())
        assert len(store.history(QUESTION, "key_points")) >= 5
    assert len(list(path.parent.glob("answers.corrupt-*.sqlite"))) == 1
