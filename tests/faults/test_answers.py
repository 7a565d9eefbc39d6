"""What becomes of acknowledged answers when calls to the system fail, and when the power goes."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from prepkit.answers import AnswerStore, StoreError
from tests.answers_files import QUESTION, TODAY, filled
from tests.faults.failing_calls import CALLS, failing, is_possible

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.skipif(not is_possible(), reason="this Python's SQLite can't be told to fail")
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", CALLS)
def test_whichever_call_fails_a_save_is_acknowledged_or_says_why_not_and_none_is_lost(
    call: str, error: int, tmp_path: Path
) -> None:
    path = tmp_path / "answers.sqlite"
    filled(path, 8)
    saved = AnswerStore(path, now=lambda: TODAY).answer(QUESTION).revisions["task"]
    for number in range(200):
        text = f"Attempt {number}. " * 600
        history = set(AnswerStore(path, now=lambda: TODAY).history())
        with failing(call, number, error) as made:
            store = AnswerStore(path, now=lambda: TODAY)
            try:
                saved = store.save(QUESTION, "task", text, based_on=saved.revision)
                history.add(saved)
            except StoreError as refused:
                told = str(refused)
                assert told.startswith("Nothing was saved: ")
                assert "rollback" not in told
        found = AnswerStore(path, now=lambda: TODAY)
        left = set(found.history())
        assert history <= left
        # A text that was refused may be there all the same, if only the last step failed.
        assert {each.text for each in left - history} <= {text}
        assert found.recovered is None
        saved = found.answer(QUESTION).revisions["task"]
        if len(made) <= number:
            break
    assert number > 0
    assert not list(tmp_path.glob("answers.corrupt-*"))


SAVE_ON = """
import sys
from pathlib import Path
from prepkit.answers import AnswerStore
store = AnswerStore(Path(sys.argv[1]))
current = store.answer("technical-leadership/06").revisions.get("task")
revision = current.revision if current else 0
while True:
    text = f"{revision + 1} " + "x" * (revision * 37 % 9000)
    revision = store.save("technical-leadership/06", "task", text, based_on=revision).revision
    print(revision, flush=True)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk that is a file: a copy of the file is the disk after a power cut."""
    image, folder = tmp_path / "disk.img", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(24 * 2**20)
    made = (
        shutil.which("mkfs.ext4")
        and not subprocess.run(["mkfs.ext4", "-q", str(image)], capture_output=True).returncode
    )
    if not made or not mounted(image, folder):
        pytest.skip("no disk can be made of a file here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def mounted(image: Path, folder: Path) -> bool:
    folder.mkdir(exist_ok=True)
    command = ["mount", "-o", "loop", str(image), str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def copy_of_one_moment(image: Path, copy: Path) -> None:
    """Copy a disk's file; what the system has not yet given to the disk is not in it.

    A disk that is written to while it is read would give a state that never was.
    """
    before = b""
    while before != (now := hashlib.sha256(image.read_bytes()).digest()):
        before = now
        shutil.copyfile(image, copy)


def test_what_was_acknowledged_before_a_power_cut_is_there_after_it(
    disk: Path, tmp_path: Path, round_: int
) -> None:
    chance = random.Random(round_)
    child = subprocess.Popen(
        [sys.executable, "-c", SAVE_ON, str(disk / "home" / "answers.sqlite")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    try:
        for cut in range(5):
            for _ in range(chance.randrange(1, 12)):
                acknowledged = int(child.stdout.readline())
            copy, after = tmp_path / f"cut-{cut}.img", tmp_path / f"after-{cut}"
            os.kill(child.pid, signal.SIGSTOP)
            copy_of_one_moment(tmp_path / "disk.img", copy)
            os.kill(child.pid, signal.SIGCONT)
            assert mounted(copy, after)
            try:
                store = AnswerStore(after / "home" / "answers.sqlite")
                numbers = [each.revision for each in store.history(QUESTION, "task")]
                assert numbers == list(range(1, len(numbers) + 1))
                assert len(numbers) >= acknowledged
                assert store.recovered is None
            finally:
                subprocess.run(["umount", str(after)], check=True)
            copy.unlink()
    finally:
        child.kill()
        with suppress(ValueError):
            child.stdout.close()
        child.wait()
