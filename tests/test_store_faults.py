"""What becomes of answers when disks, files and processes fail."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from prepkit.answers import AnswerStore, StoreError, database, read_answers, repair, stored_texts
from prepkit.answers.errors import explain
from prepkit.answers.kinds import REVISION
from prepkit.answers.rows import add_events, revision_from
from prepkit.answers.salvage import Rows, read_rows
from prepkit.answers.schema import PAGE_SIZE
from prepkit.records import Revision
from tests.answers_files import QUESTION, TODAY, filled, write_version_1
from tests.platforms import needs_posix_files

pytestmark = pytest.mark.faults

ASIDE = "answers.corrupt-2026-01-31.sqlite"


def revisions_in(file: bytes) -> set[Revision]:
    """Return the revisions that can be read from the bytes of a file."""
    found = set()
    for row in read_rows(file).rows:
        with suppress(ValueError):  # damaged bytes can look like anything
            if row.event.kind == REVISION:
                found.add(revision_from(row.event))
    return found


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


@pytest.mark.long
@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_file_is_kept_and_what_can_be_read_is_recovered(
    what: str, path: Path, sound: tuple[bytes, tuple[Revision, ...]]
) -> None:
    whole, history = sound
    damage, most = DAMAGE[what]
    path.write_bytes(damage(whole))
    store = AnswerStore(path, now=lambda: TODAY)
    found = store.history()
    assert set(found) <= set(history)
    lost = len(history) - len(found)
    assert lost <= most
    message = (
        f"The answers file was damaged. {len(found)} saved texts were recovered; the damaged file "
        f"is kept as {path.with_name(ASIDE)}."
    )
    if what == "a page in the middle":
        versions = "1 saved version" if lost == 1 else f"{lost} saved versions"
        message += (
            f" {versions} can't be read. Look at your newest answers, and import your last export "
            "if something is missing."
        )
    if what != "cut short":  # there, what is missing before the last text that is left
        assert store.recovered == message
    assert str(store.recovered).startswith(message)
    current = store.answer(QUESTION).revisions.get("task")
    store.save(QUESTION, "task", "On we go.", based_on=current.revision if current else 0)
    assert path.with_name(ASIDE).read_bytes() == damage(whole)
    again = AnswerStore(path, now=lambda: TODAY)
    assert again.answer(QUESTION).text("task") == "On we go."
    assert again.recovered is None
    names = sorted(each.name for each in path.parent.iterdir() if each.name != "backups")
    assert names == [ASIDE, "answers.lock", "answers.sqlite"]


@pytest.mark.long
def test_whichever_page_is_lost_no_row_of_another_page_is(
    sound: tuple[bytes, tuple[Revision, ...]],
) -> None:
    whole, history = sound
    assert revisions_in(whole) == set(history)
    for start in range(0, len(whole), PAGE_SIZE):
        found = revisions_in(wiped(whole, start, PAGE_SIZE))
        # Noise in the middle of a long text can't be told from the text without its checksum.
        changed = {each for each in found - set(history) if len(each.text) < 1000}
        assert not changed
        assert len(history) - len(found) <= 12


@pytest.mark.long
def test_no_changed_bit_changes_a_text_unseen(
    path: Path, sound: tuple[bytes, tuple[Revision, ...]], round_: int
) -> None:
    whole, history = sound
    texts = {(each.field, each.revision): each.text for each in history}
    chance = random.Random(round_)
    for number in range(20):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        here = path.with_name(f"{number}.sqlite")
        here.write_bytes(damaged)
        store = AnswerStore(here, now=lambda: TODAY)
        try:
            left = store.history()
        except StoreError as error:  # the bit is in the number of the format
            told, left = str(error), ()
        else:
            told = str(store.recovered)
        found = {(each.field, each.revision): each.text for each in left}
        lost = [key for key, text in texts.items() if found.get(key) != text]
        for field, revision in lost:
            named = f" {field} {revision}" in told
            assert named or "can't be read" in told or "by a newer prepkit" in told


def test_a_changed_letter_is_told_with_its_place(path: Path) -> None:
    AnswerStore(path).save(QUESTION, "task", "Where the café was.", based_on=0)
    path.write_bytes(path.read_bytes().replace("café".encode(), b"caf\xff\xff"))
    store = AnswerStore(path, now=lambda: TODAY)
    assert store.answer(QUESTION).text("task") == "Where the caf\ufffd\ufffd was."
    assert store.recovered == (
        "The answers file was damaged. 1 saved text was recovered; the damaged file is kept as "
        f"{path.with_name(ASIDE)}. Some characters may be wrong in: {QUESTION} task 1."
    )


def test_what_is_damaged_comes_back_from_the_newest_backup(path: Path) -> None:
    store = AnswerStore(path, now=lambda: TODAY)
    store.save(QUESTION, "task", "The first text.", based_on=0)
    store.save(QUESTION, "task", "The second text.", based_on=1)  # the backup is made before it
    damaged = path.read_bytes().replace(b"The first", b"The worst")
    path.write_bytes(damaged)
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == ["The first text.", "The second text."]
    assert store.recovered == (
        "The answers file was damaged. 2 saved texts were recovered; the damaged file is kept as "
        f"{path.with_name(ASIDE)}. What couldn't be read was taken from the backup of "
        "31 January 2026."
    )


def test_a_file_that_is_gone_comes_back_from_its_newest_backup(path: Path) -> None:
    store = AnswerStore(path, now=lambda: TODAY)
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    path.unlink()
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == ["One."]
    assert store.recovered == (
        "The answers file was missing. 1 saved text was recovered from the backup of "
        "31 January 2026."
    )


def test_an_unfinished_save_of_a_file_that_is_gone_is_not_applied_to_the_new_one(
    path: Path,
) -> None:
    path.with_name(path.name + "-journal").write_bytes(b"\xd9\xd5\x05\xf9 \xa1c\xd7" + bytes(5000))
    store = AnswerStore(path)
    store.save(QUESTION, "task", "One.", based_on=0)
    assert [each.text for each in store.history()] == ["One."]
    assert store.recovered is None


def test_a_backup_of_another_file_gives_nothing(path: Path) -> None:
    other = AnswerStore(path, now=lambda: TODAY)
    other.save(QUESTION, "task", "Somebody else's.", based_on=0)
    other.save(QUESTION, "task", "Somebody else's, again.", based_on=1)
    path.unlink()
    backup = next((path.parent / "backups").iterdir())
    backup.rename(path.with_name("kept"))
    store = AnswerStore(path, now=lambda: TODAY)
    store.save(QUESTION, "task", "Mine.", based_on=0)
    path.with_name("kept").rename(backup)
    file = path.read_bytes()
    path.write_bytes(file.replace(b"Mine.", b"Wine."))
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == ["Wine."]


@pytest.mark.long
@pytest.mark.parametrize("bit", [0, 3, 7])
def test_damage_in_the_description_of_the_table_is_repaired(path: Path, bit: int) -> None:
    store = AnswerStore(path, now=lambda: TODAY)
    saved = store.save(QUESTION, "task", "One.", based_on=0)
    whole = path.read_bytes()
    start, end = whole.index(b"CREATE TABLE event"), whole.index(b"UNIQUE (kind")
    for place in range(start, end, 7):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        path.write_bytes(damaged)
        store = AnswerStore(path, now=lambda: TODAY)
        assert store.history() == (saved,)
        assert store.save(QUESTION, "task", "One.", based_on=1) == saved


# ---- files of version 1, with their log


TEXTS = [(QUESTION, "task", number, f"Text {number}. " * 9) for number in range(1, 301)]


@pytest.mark.long
def test_texts_that_are_in_the_log_alone_are_there(path: Path) -> None:
    write_version_1(path, TEXTS, killed=True)
    assert read_answers(path)[QUESTION].text("task") == TEXTS[-1][3]
    assert not path.with_suffix(".lock").exists()
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == [text for *_, text in TEXTS]
    assert store.recovered is None
    assert not path.with_name(path.name + "-wal").exists()


@pytest.mark.parametrize("gone", [b"", None])
def test_the_log_is_recovered_although_the_file_is_empty_or_gone(
    path: Path, gone: bytes | None
) -> None:
    write_version_1(path, TEXTS[:20], killed=True)
    if gone is None:
        path.unlink()
    else:
        path.write_bytes(gone)
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == [text for *_, text in TEXTS[:20]]
    assert path.with_name(f"{ASIDE}-wal").exists()


@pytest.mark.long
def test_one_damaged_byte_of_the_log_takes_no_text_with_it(path: Path) -> None:
    write_version_1(path, TEXTS, killed=True)
    log = path.with_name(path.name + "-wal")
    whole = bytearray(log.read_bytes())
    whole[len(whole) // 20] ^= 1
    log.write_bytes(whole)
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == [text for *_, text in TEXTS]
    assert store.recovered == (
        "The answers file was damaged. 300 saved texts were recovered; the damaged file is kept "
        f"as {path.with_name(ASIDE)}."
    )
    assert path.with_name(f"{ASIDE}-wal").read_bytes() == whole


def test_an_old_row_that_makes_no_sense_is_set_aside_with_its_file(path: Path) -> None:
    write_version_1(path, TEXTS[:4])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO revision VALUES (?, 'task', 9, 'x', 'never', 'form')", (QUESTION,)
        )
    store = AnswerStore(path, now=lambda: TODAY)
    assert [each.text for each in store.history()] == [text for *_, text in TEXTS[:4]]
    assert store.recovered
    assert path.with_name(ASIDE).exists()


# ---- links, and other programs that use the file


@needs_posix_files
def test_through_a_link_the_file_itself_is_used_repaired_and_kept_private(tmp_path: Path) -> None:
    real, home = tmp_path / "cloud" / "mine.sqlite", tmp_path / "home"
    real.parent.mkdir()
    home.mkdir()
    link = home / "answers.sqlite"
    link.symlink_to(real)
    AnswerStore(link, now=lambda: TODAY).save(QUESTION, "task", "Through the link.", based_on=0)
    AnswerStore(real, now=lambda: TODAY).save(QUESTION, "task", "By its name.", based_on=1)
    assert stored_texts(home) == {"Through the link.", "By its name."}
    real.write_bytes(wiped(real.read_bytes(), 0, 100))
    store = AnswerStore(link, now=lambda: TODAY)
    assert [each.text for each in store.history()] == ["Through the link.", "By its name."]
    assert link.is_symlink()
    assert [each.name for each in home.iterdir()] == ["answers.sqlite"]


@needs_posix_files
def test_a_file_with_a_second_name_becomes_one_of_its_own(path: Path) -> None:
    store = AnswerStore(path, now=lambda: TODAY)
    store.save(QUESTION, "task", "One.", based_on=0)
    other = path.with_name("other.sqlite")
    other.hardlink_to(path)
    store.save(QUESTION, "task", "Two.", based_on=1)
    assert store.recovered == (
        f"{path} also had another name (a hard link), and using both could damage it. Now it is a "
        "file of its own: the other name keeps what was saved until now."
    )
    assert [each.text for each in AnswerStore(path).history()] == ["One.", "Two."]
    assert [each.text for each in AnswerStore(other).history()] == ["One."]


SAVE_ONE = """
import sys
from pathlib import Path
from prepkit.answers import AnswerStore
path, number = sys.argv[1:]
text = f"In the other process {number}."
AnswerStore(Path(path)).save("technical-leadership/06", "task", text, based_on=int(number))
"""


@pytest.mark.slow
def test_reading_the_file_in_the_same_process_costs_no_acknowledged_save(path: Path) -> None:
    store = AnswerStore(path)
    for number in range(0, 6, 2):
        store.save(QUESTION, "task", f"Here {number}.", based_on=number)
        shutil.copyfile(path, path.with_name("copy"))
        read_answers(path)
        child = python(SAVE_ONE, path, number + 1)
        child.communicate()
        assert child.returncode == 0
    assert [each.text for each in store.history()] == [
        text
        for number in range(0, 6, 2)
        for text in (f"Here {number}.", f"In the other process {number + 1}.")
    ]


@pytest.mark.slow
def test_a_file_read_while_somebody_writes_has_all_that_was_acknowledged(path: Path) -> None:
    child = python(SAVE_MANY, path, "task", 100_000, "many", "some")
    assert child.stdout
    acknowledged = [child.stdout.readline()]
    reader = threading.Thread(target=lambda: acknowledged.extend(child.stdout or ()))
    reader.start()
    try:
        for _ in range(60):
            least = int(acknowledged[-1])
            text = read_answers(path)[QUESTION].text("task")
            assert int(text.split()[1]) >= least
    finally:
        child.kill()
        reader.join()
        child.wait()
        child.stdout.close()


def test_what_is_beside_the_file_is_named_when_it_is_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    (tmp_path / "answers.lock").write_bytes(b"garbage " * 1000)
    assert AnswerStore(path).save(QUESTION, "task", "One.", based_on=0).revision == 1
    for name, folder in (("lock", "answers.lock"), ("file", "answers.sqlite")):
        home = tmp_path / name
        (home / folder).mkdir(parents=True)
        with pytest.raises(StoreError) as caught:
            AnswerStore(home / "answers.sqlite").save(QUESTION, "task", "One.", based_on=0)
        assert str(caught.value) == (
            f"Nothing was saved: {home / folder} has to be a file, but it is a folder. Move or "
            "rename that folder, or set PREPKIT_HOME to a folder of your own."
        )
        assert explain(caught.value) == (
            f"{home / folder} has to be a file, but it is a folder.",
            "Move or rename that folder",
        )


def test_text_that_a_newer_prepkit_has_stored_is_no_damage(path: Path) -> None:
    store = AnswerStore(path)
    store.save(QUESTION, "task", "One.", based_on=0)
    newer = read_rows(path.read_bytes()).rows[0].event
    event = type(newer)("revision", QUESTION, "outlook", 1, "New.", newer.at, "form")
    store.write(lambda connection: add_events(connection, [event]))
    with pytest.raises(StoreError) as caught:
        store.load()
    assert str(caught.value) == (
        f"Your answers file has a text of {QUESTION} that this prepkit can't read (outlook 1). "
        "Update prepkit, then start it again."
    )
    assert not path.with_name(ASIDE).exists()


def test_noise_that_leads_in_a_circle_is_passed_over() -> None:
    here = (PAGE_SIZE - 12) * 32 // 255 - 23  # what the cell itself holds of a record this size
    size = here + (PAGE_SIZE - 4) * 10**10
    digits = [size >> shift & 0x7F for shift in range(49, -1, -7)]
    cell = bytes(digit | 0x80 for digit in digits[:-1]) + bytes([digits[-1], 1])
    cell += bytes(here) + (3).to_bytes(4, "big")
    head = bytes([13, 0, 0, 0, 1, 0, 0, 0]) + (3000).to_bytes(2, "big")
    leaf = (head.ljust(3000, b"\0") + cell).ljust(PAGE_SIZE, b"\0")
    overflow = (3).to_bytes(4, "big").ljust(PAGE_SIZE, b"\0")
    assert read_rows(bytes(PAGE_SIZE) + leaf + overflow) == Rows()


@pytest.mark.long
@pytest.mark.parametrize("call", ["build_file", "_report"])
def test_a_repair_that_is_cut_short_is_done_when_the_file_is_next_opened(
    call: str,
    path: Path,
    sound: tuple[bytes, tuple[Revision, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path.write_bytes(wiped(sound[0], 0, 100))

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(repair, call, cut_short)
        with pytest.raises(KeyboardInterrupt):
            AnswerStore(path, now=lambda: TODAY).load()
    store = AnswerStore(path, now=lambda: TODAY)
    assert store.history() == sound[1]
    assert len(list(path.parent.glob("answers.corrupt-*"))) == 1
    # Where the repaired file was in its place already, only the message is missing.
    assert bool(store.recovered) == (call == "build_file")


def test_a_full_file_saves_nothing_and_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 12")

    store = AnswerStore(path)
    store.save(QUESTION, "task", "One.", based_on=0)
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
    assert store.save(QUESTION, "task", "long " * 20_000, based_on=2).revision == 3


def test_answers_can_be_read_while_another_program_keeps_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = filled(path, 4)
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    store = AnswerStore(path)
    with database.exclusive_lock(path):
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
        store = AnswerStore(disk / "answers.sqlite", now=lambda: TODAY)
        if opened:
            store.load()
        with (disk / "films").open("wb", buffering=0) as films, suppress(OSError):
            while films.write(bytes(512)):
                pass
        with pytest.raises(StoreError) as caught:
            store.save(QUESTION, "task", "long " * 4000, based_on=2 + (not opened))
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
    (disk / "killed").mkdir()
    write_version_1(disk / "killed" / "answers.sqlite", TEXTS[:9], killed=True)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    expected = {each.text for each in history}
    for name, texts in (("sub", expected), ("killed", {t for *_, t in TEXTS[:9]}), ("new", set())):
        store = AnswerStore(disk / name / "answers.sqlite")
        assert {each.text for each in store.history()} == texts
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


@pytest.mark.slow
def test_wherever_a_disk_gets_full_a_save_is_whole_or_not_there(disk: Path, round_: int) -> None:
    path = disk / "answers.sqlite"
    history = filled(path, 4)
    chance = random.Random(round_)
    based_on, reasons = 1, set()
    for _ in range(12):
        with (disk / "films").open("wb", buffering=0) as films, suppress(OSError):
            while films.write(bytes(4096)):
                pass
            # All of it but some pages, so that another step of the save meets the full disk.
        with (disk / "films").open("r+b") as films:
            films.truncate(max(0, (disk / "films").stat().st_size - 4096 * chance.randrange(12)))
        store = AnswerStore(path, now=lambda: TODAY)
        text = "long " * chance.randrange(4000)
        try:
            saved = store.save(QUESTION, "task", text, based_on=based_on)
            history, based_on = (*history, saved), saved.revision
        except StoreError as error:
            reasons.add(str(error))
        (disk / "films").unlink()
        assert set(AnswerStore(path).history()) == set(history)
    assert reasons <= {
        f"Nothing was saved: the disk that holds {disk} is full. Free some space, then try again."
    }


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
    store = AnswerStore(path)
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
        store = AnswerStore(path)
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
    store = AnswerStore(path)
    assert set(sound[1]) <= set(store.history())
    assert len(store.history(QUESTION, "key_points")) >= 5
    assert len(list(path.parent.glob("answers.corrupt-*.sqlite"))) == 1
