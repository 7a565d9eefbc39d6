"""Recordings of mock interviews: whatever happens on the way, they are whole and private."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.answers.recordings import MOST, RecordingError, Recordings, Take
from tests.examples import tries
from tests.platforms import needs_links, needs_linux, needs_modes

TAKE = "20260131T093000Z-4k2f9a"
LATER = "20260201T190000Z-zz10"
QUESTION = "technical-leadership/06"
WEBM = "audio/webm;codecs=opus"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "home" / "recordings")


def record(recordings: Recordings, data: bytes, take: str = TAKE, question: str = QUESTION) -> None:
    """Store a whole take."""
    assert recordings.write(take, question, WEBM, 0, data) == len(data)
    assert recordings.finish(take, len(data), sha(data)) == (len(data), True)


def heard(recordings: Recordings, take: str = TAKE) -> bytes:
    return b"".join(piece for _, piece in recordings.read(take))


def files(recordings: Recordings) -> list[str]:
    folder = recordings.folder
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


# ---- the way of the pieces

FAULTS = st.sampled_from(["arrives", "doubled", "late", "lost", "unheard", "killed", "torn"])


@pytest.mark.long
@settings(max_examples=tries(60))
@given(st.binary(min_size=1, max_size=400), st.integers(1, 60), st.lists(FAULTS, max_size=40))
def test_however_pieces_are_doubled_mixed_lost_or_cut_the_recording_is_what_was_recorded(
    data: bytes, length: int, faults: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        recordings = Recordings(Path(folder) / "recordings")
        late: list[tuple[int, bytes]] = []
        told = 0  # what the browser believes to be on the disk
        for fault in [*faults, *["arrives"] * (len(data) + 2)]:
            at, piece = told, data[told : told + length]
            if not piece:
                break
            if fault == "lost":
                continue
            if fault == "late":
                late.append((at, piece))
                continue
            if fault == "killed":
                recordings = Recordings(recordings.folder)
            if fault == "torn":
                # As a kernel leaves it that was killed while it wrote.
                recordings.write(TAKE, QUESTION, WEBM, at, piece[: len(piece) // 2] or piece)
                continue
            size = recordings.write(TAKE, QUESTION, WEBM, at, piece)
            if fault == "doubled":
                assert recordings.write(TAKE, QUESTION, WEBM, at, piece) == size
            for earlier in late:
                size = recordings.write(TAKE, QUESTION, WEBM, *earlier)
            if fault != "unheard":
                told = size
        kept = recordings.finish(TAKE, len(data), sha(data))
        if kept.size < len(data):  # the last answers weren't heard
            recordings.write(TAKE, QUESTION, WEBM, kept.size, data[kept.size :])
            kept = recordings.finish(TAKE, len(data), sha(data))
        assert kept == (len(data), True)
        assert heard(recordings) == data


def test_a_piece_that_comes_twice_adds_nothing(recordings: Recordings) -> None:
    for _ in range(2):
        assert recordings.write(TAKE, QUESTION, WEBM, 0, b"first ") == 6
    for _ in range(2):
        assert recordings.write(TAKE, QUESTION, WEBM, 6, b"second") == 12
    assert heard(recordings) == b"first second"


def test_a_piece_that_comes_too_early_is_asked_for_again(recordings: Recordings) -> None:
    assert recordings.write(TAKE, QUESTION, WEBM, 6, b"second") == 0
    assert recordings.write(TAKE, QUESTION, WEBM, 0, b"first ") == 6
    assert recordings.write(TAKE, QUESTION, WEBM, 12, b"third") == 6


def test_until_it_is_compared_a_recording_is_a_part_which_plays_all_the_same(
    recordings: Recordings,
) -> None:
    recordings.write(TAKE, QUESTION, WEBM, 0, b"first ")
    assert files(recordings) == [f"technical-leadership-06/{TAKE}.webm.part"]
    assert [each.whole for each in recordings.takes()] == [False]
    assert recordings.finish(TAKE, 12, sha(b"first second")) == (6, False)
    assert recordings.finish(LATER, 12, sha(b"first second")) == (0, False)
    assert heard(recordings) == b"first "
    recordings.write(TAKE, QUESTION, WEBM, 6, b"second")
    for _ in range(2):  # the first answer may be lost
        assert recordings.finish(TAKE, 12, sha(b"first second").upper()) == (12, True)
    assert files(recordings) == [f"technical-leadership-06/{TAKE}.webm"]
    assert recordings.write(TAKE, QUESTION, WEBM, 0, b"first ") == 12


def test_other_bytes_than_were_recorded_are_set_aside_and_asked_for_again(
    recordings: Recordings,
) -> None:
    recordings.write(TAKE, QUESTION, WEBM, 0, b"first sexond")
    assert recordings.finish(TAKE, 12, sha(b"first second")) == (0, False)
    assert files(recordings) == [f"technical-leadership-06/{TAKE}.webm.differs"]
    assert recordings.takes() == ()
    record(recordings, b"first second")
    assert heard(recordings) == b"first second"
    recordings.delete(TAKE)
    assert files(recordings) == [f"technical-leadership-06/{TAKE}.deleted"]


def test_a_recording_that_changed_on_the_disk_is_noticed_when_it_is_compared_again(
    recordings: Recordings,
) -> None:
    record(recordings, b"first second")
    (recordings.folder / files(recordings)[0]).write_bytes(b"first sexond")
    assert recordings.finish(TAKE, 12, sha(b"first second")) == (0, False)
    record(recordings, b"first second")
    assert heard(recordings) == b"first second"


SEND_ON = """
import sys
from pathlib import Path
from prepkit.answers.recordings import Recordings
folder, take, question = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
data = Path(sys.argv[4]).read_bytes()
at = 0
while True:
    at = Recordings(folder).write(take, question, "audio/webm", at, data[at:at + 4096])
    print(at, flush=True)
"""


@needs_linux
@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_kernel_is_killed(
    recordings: Recordings, tmp_path: Path
) -> None:
    data = random.Random(1).randbytes(2_000_000)
    (tmp_path / "sound").write_bytes(data)
    command = [sys.executable, "-c", SEND_ON, str(recordings.folder), TAKE, QUESTION]
    with subprocess.Popen([*command, str(tmp_path / "sound")], stdout=subprocess.PIPE) as process:
        assert process.stdout
        told = [int(process.stdout.readline()) for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout]
    found = heard(recordings)
    assert len(found) >= told[-1] > 0
    assert data.startswith(found)
    at = len(found)
    while at < len(data):
        at = recordings.write(TAKE, QUESTION, WEBM, at, data[at : at + MOST])
    assert recordings.finish(TAKE, len(data), sha(data)) == (len(data), True)


# ---- what can't be stored


@pytest.mark.parametrize(
    "take",
    [
        "../answers",
        f"{TAKE}/../../x",
        f"{TAKE}.webm",
        "",
        "20260131T093000Z-",
        f"{TAKE}\n",
        TAKE.upper(),
        "con",
    ],
)
def test_what_is_no_id_of_a_take_names_no_file(take: str, recordings: Recordings) -> None:
    told = f"{take!r} is not the id of a recording."
    calls: list[Any] = [
        lambda: recordings.write(take, QUESTION, WEBM, 0, b"x"),
        lambda: recordings.finish(take, 1, sha(b"x")),
        lambda: list(recordings.read(take)),
        lambda: recordings.delete(take),
        lambda: recordings.state(take),
    ]
    for call in calls:
        with pytest.raises(RecordingError) as caught:
            call()
        assert str(caught.value) == told
    assert not recordings.folder.parent.exists()


@pytest.mark.parametrize("question", ["../../etc/06", "a/b/06", "a\\b/06", "a", "a/6", "", "A/06"])
def test_what_is_no_question_names_no_folder(question: str, recordings: Recordings) -> None:
    with pytest.raises(RecordingError) as caught:
        recordings.write(TAKE, question, WEBM, 0, b"x")
    assert str(caught.value) == f"{question!r} is not a question's id."
    assert not recordings.folder.parent.exists()


@pytest.mark.parametrize("mime", ["", "text/html", "audio/webm/../../x", "video/webm", "audio/ogg"])
def test_only_the_two_kinds_of_sound_that_browsers_record_are_kept(
    mime: str, recordings: Recordings
) -> None:
    with pytest.raises(RecordingError) as caught:
        recordings.write(TAKE, QUESTION, mime, 0, b"x")
    assert str(caught.value) == f"A recording is audio/webm or audio/mp4, not {mime!r}."
    recordings.write(TAKE, QUESTION, "audio/mp4", 0, b"x")
    assert files(recordings) == [f"technical-leadership-06/{TAKE}.m4a.part"]


@pytest.mark.parametrize("size", [0, MOST + 1])
def test_a_piece_is_neither_empty_nor_too_large(size: int, recordings: Recordings) -> None:
    with pytest.raises(RecordingError) as caught:
        recordings.write(TAKE, QUESTION, WEBM, 0, bytes(size))
    assert str(caught.value) == f"A piece of a recording has 1 to 262144 bytes, not {size}."


def test_on_a_full_disk_a_piece_is_refused_whole_and_goes_in_later(
    recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    recordings.write(TAKE, QUESTION, WEBM, 0, b"first ")
    write = os.write

    def half(handle: int, data: Any) -> int:
        if len(data) < 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:3])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(RecordingError) as caught:
            recordings.write(TAKE, QUESTION, WEBM, 6, b"second")
    assert str(caught.value) == (
        "This piece of the recording was not saved: the disk that holds "
        f"{recordings.folder} is full. Free some space, then try again."
    )
    assert (caught.value.reason, caught.value.remedy) == ("your disk is full.", "Free some space")
    assert heard(recordings) == b"first "
    assert recordings.write(TAKE, QUESTION, WEBM, 6, b"second") == 12


def test_a_disk_that_fails_is_told_with_the_folder(
    recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    recordings.write(TAKE, QUESTION, WEBM, 0, b"first ")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(RecordingError) as caught:
            recordings.write(TAKE, QUESTION, WEBM, 6, b"second")
    assert str(caught.value) == (
        f"This piece of the recording was not saved: {recordings.folder} can't be used "
        "(Input/output error)."
    )
    assert heard(recordings) == b"first "


@needs_links
def test_no_link_leads_a_recording_out_of_its_folder(
    recordings: Recordings, tmp_path: Path
) -> None:
    place = recordings.folder / "technical-leadership-06"
    place.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (place / f"{TAKE}.webm.part").symlink_to(target)
    with pytest.raises(RecordingError):
        recordings.write(TAKE, QUESTION, WEBM, 4, b"x")
    (place / f"{LATER}.webm").symlink_to(target)
    assert recordings.takes() == ()
    with pytest.raises(RecordingError, match=r"^This recording isn't in your folder any more\.$"):
        list(recordings.read(LATER))
    recordings.delete(LATER)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (recordings.folder / "cases-01").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(RecordingError) as caught:
        recordings.write(TAKE, "cases/01", WEBM, 0, b"x")
    assert str(caught.value) == (
        f"Nothing was saved: {recordings.folder / 'cases-01'} is a link. Put a folder in its place."
    )
    assert list(elsewhere.iterdir()) == []
    assert target.read_bytes() == b"mine"


# ---- what is there


def test_takes_are_listed_the_newest_first(recordings: Recordings) -> None:
    assert recordings.takes() == ()
    record(recordings, b"one")
    recordings.write(LATER, "cases/01", "audio/mp4", 0, b"four")
    earlier = Take(
        id=TAKE,
        question=QUESTION,
        at=datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        mime="audio/webm",
        size=3,
        whole=True,
    )
    later = Take(
        id=LATER,
        question="cases/01",
        at=datetime(2026, 2, 1, 19, tzinfo=UTC),
        mime="audio/mp4",
        size=4,
        whole=False,
    )
    (recordings.folder / "note.txt").write_text("of somebody else")
    (recordings.folder / "cases-01" / "note.txt").write_text("of somebody else")
    assert recordings.takes() == (later, earlier)
    assert recordings.takes(QUESTION) == (earlier,)


def test_a_recording_is_read_in_pieces(recordings: Recordings) -> None:
    data = random.Random(1).randbytes(2 * MOST + 7)
    for at in range(0, len(data), MOST):
        recordings.write(TAKE, QUESTION, WEBM, at, data[at : at + MOST])
    recordings.finish(TAKE, len(data), sha(data))
    pieces = list(recordings.read(TAKE))
    assert [(at, len(piece)) for at, piece in pieces] == [(0, MOST), (MOST, MOST), (2 * MOST, 7)]
    assert b"".join(piece for _, piece in pieces) == data


def test_a_deleted_recording_is_gone_and_stays_gone(recordings: Recordings) -> None:
    record(recordings, b"one")
    record(recordings, b"two", LATER)
    assert recordings.state(TAKE) == "kept"
    for _ in range(2):
        recordings.delete(TAKE)
    assert files(recordings) == [
        f"technical-leadership-06/{TAKE}.deleted",
        f"technical-leadership-06/{LATER}.webm",
    ]
    assert (recordings.folder / files(recordings)[0]).read_bytes() == b""
    assert [each.id for each in recordings.takes()] == [LATER]
    with pytest.raises(RecordingError) as caught:
        Recordings(recordings.folder).write(TAKE, QUESTION, WEBM, 0, b"one")
    assert str(caught.value) == "This recording was deleted, so no more of it is kept."
    assert [recordings.state(each) for each in (TAKE, LATER, "20260202T190000Z-none")] == [
        "deleted",
        "kept",
        "missing",
    ]


@needs_modes
def test_nobody_else_can_hear_a_recording(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        recordings = Recordings(tmp_path / "home" / "recordings")
        record(recordings, b"one")
        recordings.write(LATER, QUESTION, WEBM, 0, b"two")
        recordings.delete(TAKE)
    finally:
        os.umask(umask)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
