"""The coach's key: made once, kept private, moved to another computer, and what it signs."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prepkit.__main__ import main
from prepkit.answers.signatures import (
    CoachKeys,
    export_keys,
    import_keys,
    new_key,
    read_keys,
    sign,
    store_key,
)
from prepkit.errors import PrepkitError

QUESTIONS = ["technical-leadership/06", "leading-people/01"]
RUN = "2026-12-01"
needs_modes = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of files")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home" / "prepkit"


def key_file(home: Path) -> Path:
    (found,) = home.iterdir()
    return found


def make_key(home: Path) -> CoachKeys:
    return store_key(home, new_key())


def signature(keys: CoachKeys, student_id: str = "ada", run: str = RUN) -> str:
    return sign(keys.student_key(student_id, run), QUESTIONS)


def test_a_key_is_made_once_and_is_the_same_afterwards(home: Path) -> None:
    assert not read_keys(home)
    assert not home.exists()
    made = make_key(home)
    content = key_file(home).read_bytes()
    assert made == read_keys(home) == make_key(home)
    assert key_file(home).read_bytes() == content


def test_processes_that_need_a_key_at_once_get_the_same_one(home: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(make_key, [home] * 64))
    assert len({signature(each) for each in keys}) == 1
    assert len(list(home.iterdir())) == 1


def test_a_file_system_without_links_gets_a_key_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert make_key(home) == read_keys(home)
    assert len(list(home.iterdir())) == 1


@needs_modes
def test_only_its_owner_can_read_a_key_even_one_that_a_backup_brought_back(home: Path) -> None:
    make_key(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600
    key_file(home).chmod(0o644)
    read_keys(home)
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600


def test_a_signature_is_of_one_student_one_run_and_these_questions(home: Path) -> None:
    keys = make_key(home)
    mine = signature(keys)
    assert keys.verify(mine, "ada", RUN, QUESTIONS)
    assert mine == signature(read_keys(home))
    for student_id, run, questions in [
        ("Ada", RUN, QUESTIONS),
        ("ben", RUN, QUESTIONS),
        ("ada", "2026-12-02", QUESTIONS),
        ("ada", RUN, QUESTIONS[:1]),
        ("ada", RUN, [*QUESTIONS, "craft/01"]),
        ("ada", RUN, QUESTIONS[::-1]),
        ("ada", RUN, ["".join(QUESTIONS)]),
        ("ad", f"a{RUN}", QUESTIONS),
    ]:
        assert not keys.verify(mine, student_id, run, questions)
    for forged in ("", mine[:-1], mine.upper(), "é\ud800", "0" * len(mine)):
        assert not keys.verify(forged, "ada", RUN, QUESTIONS)
    assert not CoachKeys().verify(mine, "ada", RUN, QUESTIONS)


def test_another_coach_makes_other_signatures(home: Path, tmp_path: Path) -> None:
    keys, others = make_key(home), make_key(tmp_path / "other")
    assert not keys.verify(signature(others), "ada", RUN, QUESTIONS)
    assert keys.name != others.name


def test_no_key_is_told_by_what_is_printed_or_sent_to_other_machines(home: Path) -> None:
    keys = make_key(home)
    secret = key_file(home).read_text().strip()
    assert secret not in repr(keys) + keys.name + keys.student_key("ada", RUN).hex()
    assert repr(bytes.fromhex(secret)) not in repr(keys)


def test_a_key_goes_to_another_computer_and_signs_the_same_there(
    home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    file = export_keys(make_key_and_home(home), tmp_path / "key.txt")
    assert import_keys(other, file) == 1
    assert read_keys(other) == read_keys(home)
    assert import_keys(other, file) == 0
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(key_file(other).stat().st_mode) == 0o600


def make_key_and_home(home: Path) -> Path:
    make_key(home)
    return home


def test_a_computer_with_a_key_of_its_own_keeps_it_and_knows_both(
    home: Path, tmp_path: Path
) -> None:
    there, here = make_key(home), make_key(tmp_path / "here")
    import_keys(tmp_path / "here", export_keys(home, tmp_path / "key.txt"))
    both = read_keys(tmp_path / "here")
    assert signature(both) == signature(here)
    assert both.name == here.name
    for each in (there, here):
        assert both.verify(signature(each), "ada", RUN, QUESTIONS)


@pytest.mark.parametrize(
    "damage",
    [b"", b"\n", b"00ff", b"x" * 64, b"0" * 63, b"0" * 64 + b"\n12"],
)
def test_a_damaged_key_is_refused_without_telling_what_is_in_it(home: Path, damage: bytes) -> None:
    make_key(home)
    path = key_file(home)
    path.write_bytes(damage)
    attempts: list[Callable[[], object]] = [
        lambda: read_keys(home),
        lambda: make_key(home),
        lambda: import_keys(home.with_name("other"), path),
    ]
    for attempt in attempts:
        with pytest.raises(PrepkitError) as error:
            attempt()
        assert str(error.value) == (
            f"{path} is not a file of keys, or it is damaged. Import a copy made by 'prepkit "
            "answers export-key', after moving this file elsewhere."
        )
    assert path.read_bytes() == damage


def test_what_cannot_be_exported_says_why(home: Path, tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as none:
        export_keys(home, tmp_path / "key.txt")
    assert str(none.value) == (
        "There is no key yet: 'prepkit packets' makes it with the first fill-in notebooks."
    )
    make_key(home)
    taken = tmp_path / "taken.txt"
    taken.write_text("Mine.")
    with pytest.raises(PrepkitError) as exists:
        export_keys(home, taken)
    assert str(exists.value) == f"{taken} already exists. Choose another name, or add --replace."
    assert taken.read_text() == "Mine."
    with pytest.raises(PrepkitError) as nowhere:
        export_keys(home, tmp_path / "no folder" / "key.txt")
    assert str(nowhere.value) == (
        f"{tmp_path / 'no folder' / 'key.txt'} can't be written: No such file or directory."
    )


def test_the_commands_bring_the_key_over_and_print_nothing_of_it(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_key(home)
    secret = key_file(home).read_text().strip()
    file = tmp_path / "key.txt"
    monkeypatch.setenv("PREPKIT_HOME", str(home))
    assert main(["answers", "export-key", str(file)]) == 0
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "other"))
    assert main(["answers", "import-key", str(file)]) == 0
    assert main(["answers", "import-key", str(file)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{file}\nAdded 1 key.\nThis key was here already.\n"
    assert err == (
        "Whoever has this file can make notebooks that look like yours. Delete it when you have "
        "imported it.\n"
    )
    assert secret not in out + err
    assert read_keys(tmp_path / "other") == read_keys(home)
