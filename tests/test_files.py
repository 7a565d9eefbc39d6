"""Files are read with one message for what is wrong, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from prepkit import files
from prepkit.files import (
    UnreadableError,
    atomic_write,
    code_digest,
    digest,
    make_private_folder,
    read_text,
    sync_folder,
)
from tests.platforms import needs_modes


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"one", b"two \x00 and more"):
        atomic_write(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@needs_modes
@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_private_file_is_for_the_user_alone(tmp_path: Path, private: bool, mode: int) -> None:
    before = os.umask(0o022)
    try:
        atomic_write(tmp_path / "file", b"text", private=private)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    atomic_write(path, b"before")

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left on device"):
        atomic_write(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic_write(tmp_path / "none" / "file", b"")


def test_a_text_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeffé".encode())
    assert read_text(path) == "é"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_text_that_is_not_utf8_is_told_with_its_line(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(mark + b"a\nb\n\xff")
    with pytest.raises(UnreadableError) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}:3: this is not UTF-8 text: save the file as UTF-8"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_text(tmp_path / "none.md")
    assert str(caught.value) == f"{tmp_path / 'none.md'}: no such file"
    with pytest.raises(UnreadableError, match="it can't be read: "):
        read_text(tmp_path)


def test_other_parts_have_another_digest() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("é") == digest("é".encode())


def write_package(folder: Path, **changes: str) -> Path:
    """Write a package in which `first` imports `second`, which imports `third`; none `other`."""
    modules = {
        "first": "from pack.second import double\n\ndef run(): return double(1)\n",
        "second": "from pack import third\n\ndef double(x): return third.two({'a', 'b'}) * x\n",
        "third": '"""Two."""\n\ndef two(_):\n    """Two."""\n    return 2\n',
        "other": "def run(): return 3\n",
    }
    package = folder / "pack"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for name, source in (modules | changes).items():
        (package / f"{name}.py").write_text(source)
    return package


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"third": '"""2."""\n\n# Why.\ndef two(_):\n    """2."""\n\n    return 2  # so\n'}, True),
        ({"other": "def run(): return 4\n"}, True),
        ({"third": '"""Two."""\n\ndef two(_):\n    """Two."""\n    return 22\n'}, False),
        ({"first": "from pack.second import double\n\ndef run(): return double(2)\n"}, False),
    ],
)
def test_code_counts_by_what_it_does_and_with_what_it_imports(
    tmp_path: Path, changes: dict[str, str], is_same: bool
) -> None:
    before = code_digest("pack.first", package=write_package(tmp_path / "before"))
    after = code_digest("pack.first", package=write_package(tmp_path / "after", **changes))
    assert (before == after) is is_same


def test_code_that_is_left_out_counts_no_more_than_what_it_imports(tmp_path: Path) -> None:
    changes = {"third": "def two(_): return 22\n"}
    package, changed = write_package(tmp_path), write_package(tmp_path / "after", **changes)
    digests = [
        code_digest("pack.first", package=folder, without=["pack.second"])
        for folder in (package, changed)
    ]
    assert digests[0] == digests[1] != code_digest("pack.first", package=package)


@pytest.mark.long
def test_code_has_the_same_digest_in_every_process(tmp_path: Path) -> None:
    package = write_package(tmp_path)
    program = (
        "import sys; from pathlib import Path; from prepkit.files import code_digest;"
        "print(code_digest('pack.first', package=Path(sys.argv[1])))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(package)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert digests == {f"{code_digest('pack.first', package=package)}\n".encode()}


@pytest.mark.skipif(os.name != "posix", reason="there is no such question elsewhere")
def test_a_name_that_may_not_be_durable_is_told_where_it_matters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output error"):
        sync_folder(tmp_path)
    with pytest.raises(OSError, match="Input/output error"):
        atomic_write(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"  # there, though a power cut may undo it


@pytest.mark.skipif(os.name != "posix", reason="there is no such question elsewhere")
def test_a_file_system_that_has_no_such_question_is_not_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    atomic_write(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"


@pytest.mark.skipif(os.name != "posix", reason="other systems have other modes")
def test_a_private_folder_is_made_with_those_above_it_and_each_name_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    make_private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert synced == [tmp_path, tmp_path / "a"]
    make_private_folder(tmp_path / "a" / "b")
    assert len(synced) == 2
