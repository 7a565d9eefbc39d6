"""Archives that somebody sent: what is read, the limits, and names that lead elsewhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prepkit.answers import archives, limits
from prepkit.answers.archives import ArchiveError, Member, is_archive, members_of

AGAIN = "If it is still being copied, collect again later; otherwise ask for it again."
UNPACK = "Unpack it yourself, and put what you need of it into the folder."
OUTSIDE = "its name leads out of the archive, so it was not read. Ask who sent it why."


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, inner in files.items():
            archive.writestr(name, inner)
    return content.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, inner in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(inner)
            archive.addfile(info, io.BytesIO(inner))
    return content.getvalue()


def read(content: bytes, name: str = "a.zip") -> list[Member]:
    return list(members_of(io.BytesIO(content), name, len(content)))


def contents(content: bytes, name: str = "a.zip") -> dict[str, bytes]:
    return {each.place.as_posix(): each.content for each in read(content, name)}


def problems(content: bytes, name: str = "a.zip") -> dict[str, str]:
    return {each.place.as_posix(): each.problem for each in read(content, name)}


FILES = {"week 1/ada.ipynb": b"One.", "ben.ipynb": b"Two." * 100_000, "empty": b""}


@pytest.mark.parametrize(
    "pack",
    [
        zipped,
        partial(zipped, method=zipfile.ZIP_STORED),
        partial(zipped, method=zipfile.ZIP_BZIP2),
        *(partial(tarred, mode=mode) for mode in ("w", "w:gz", "w:bz2", "w:xz")),
    ],
    ids=["zip", "stored", "bzip2", "tar", "tar.gz", "tar.bz2", "tar.xz"],
)
def test_an_archive_gives_its_files(pack: Callable[[Mapping[str, bytes]], bytes]) -> None:
    content = pack(FILES)
    assert is_archive(content[: archives.HEAD], "whatever it is called")
    assert contents(content) == FILES


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_file_that_is_compressed_alone_has_the_name_without_its_end(
    pack: Callable[[bytes], bytes],
) -> None:
    assert contents(pack(b"One." * 1000), "ada.ipynb.gz") == {"ada.ipynb": b"One." * 1000}


def test_a_compressed_file_may_have_been_put_together_of_several() -> None:
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert contents(pack(b"One.") + pack(b"Two." * 50_000), "a.gz") == {
            "a": b"One." + b"Two." * 50_000
        }


def test_the_holes_of_sparse_files_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED", 3_000_000)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name in "abcd":
            info = tarfile.TarInfo(name)
            info.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": "1000000"}
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(ArchiveError) as error:
        read(content.getvalue())
    assert "takes more than 3 MB" in str(error.value)


def test_archives_in_archives_are_opened_up_to_a_depth() -> None:
    content = zipped({"ada.ipynb": b"One.", "0.zip": b""})
    for pack in (tarred, zipped):
        content = pack({"inner": content, "beside": b"Two."})
    assert contents(content) == {
        "inner/inner/ada.ipynb": b"One.",
        "inner/inner/0.zip": b"",
        "inner/beside": b"Two.",
        "beside": b"Two.",
    }
    assert problems(zipped({"outer": content}))["outer/inner/inner"] == (
        f"an archive inside 3 others, so it was not opened. {UNPACK}"
    )


def test_documents_of_office_programs_are_not_unpacked() -> None:
    document = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert not is_archive(document[: archives.HEAD], "renamed.zip")
    assert not is_archive(zipped({"content.xml": b""})[: archives.HEAD], "ada.odt")
    assert contents(zipped({"ada.docx": document})) == {"ada.docx": document}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("../ada.ipynb", "ada.ipynb"),
        ("week/../../ada.ipynb", "week/ada.ipynb"),
        ("/etc/ada.ipynb", "etc/ada.ipynb"),
        ("..\\ada.ipynb", "ada.ipynb"),
        ("C:\\ada.ipynb", "ada.ipynb"),
        ("\\\\server\\ada.ipynb", "server/ada.ipynb"),
        ("..", "a file without a name"),
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str, place: str) -> None:
    for content in (zipped({name: b"One."}), tarred({name: b"One."})):
        (member,) = read(content)
        assert member == Member(Path(place), problem=OUTSIDE)


def test_folders_in_names_of_windows_are_folders() -> None:
    assert contents(zipped({"week 1\\ada.ipynb": b"One."})) == {"week 1/ada.ipynb": b"One."}


def test_links_and_devices_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("pipe")
        info.type = tarfile.FIFOTYPE
        archive.addfile(info)
    link = "a link, and links are not followed. Put the file itself there."
    assert problems(content.getvalue()) == {"soft": link, "hard": link, "pipe": "not a file."}
    named = zipfile.ZipInfo("soft")
    named.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(named, "/etc/passwd")
    assert problems(content.getvalue()) == {"soft": link}


def test_a_file_with_a_password_is_named_and_the_others_are_read() -> None:
    content = bytearray(zipped({"a.ipynb": b"One.", "b.ipynb": b"Two."}, zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + offset] |= 1
    found = read(bytes(content))
    assert found[0].problem == (
        "protected by a password. Ask for it without one, or unpack it yourself."
    )
    assert found[1] == Member(Path("b.ipynb"), b"Two.")


def test_two_files_of_one_name_are_two_files() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("ada.ipynb", "One.")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("ada.ipynb", "Two.")
    assert contents(content.getvalue()) == {"ada.ipynb": b"One.", "ada (2).ipynb": b"Two."}


def test_a_file_that_is_damaged_in_its_archive_stops_no_other() -> None:
    content = bytearray(zipped({"a.ipynb": b"One." * 9, "b.ipynb": b"Two."}, zipfile.ZIP_STORED))
    content[content.index(b"One.") + 5] ^= 1
    assert problems(bytes(content)) == {
        "a.ipynb": f"it is damaged in the archive. {AGAIN}",
        "b.ipynb": "",
    }


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_an_archive_that_breaks_off_says_so(pack: Callable[[Mapping[str, bytes]], bytes]) -> None:
    content = pack({"a.ipynb": bytes(range(256)) * 400})
    with pytest.raises(ArchiveError) as error:
        read(content[: len(content) // 2])
    assert str(error.value) == f"an archive that is incomplete or damaged. {AGAIN}"
    outer = zipped({"inner.zip": content[: len(content) // 2], "b.ipynb": b"Two."})
    assert problems(outer)["inner.zip"] == f"an archive that is incomplete or damaged. {AGAIN}"
    assert contents(outer)["b.ipynb"] == b"Two."


def test_more_files_than_may_be_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 3)
    inner = zipped({"a": b"", "b": b""})
    for content in (
        zipped(dict.fromkeys("abcd", b"")),
        tarred(dict.fromkeys("abcd", b"")),
        zipped({"1": inner, "2": inner}),
    ):
        with pytest.raises(ArchiveError) as error:
            read(content)
        assert str(error.value) == f"it has more than 3 files; no more of it was read. {UNPACK}"


def test_a_list_of_files_that_would_fill_the_memory_is_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = zipped(dict.fromkeys(map(str, range(1000)), b""))
    monkeypatch.setattr(archives, "_LARGEST_INDEX", 30_000)
    with pytest.raises(ArchiveError) as error:
        read(content)
    assert str(error.value) == f"it has more than 10,000 files; nothing of it was read. {UNPACK}"


def test_a_name_of_megabytes_in_a_tar_is_damage() -> None:
    with pytest.raises(ArchiveError):
        read(tarred({"a" * 4_000_000: b""}, "w"))


@pytest.mark.long
def test_what_unpacks_to_more_than_may_be_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED", 3_000_000)
    files = {name: bytes(1_000_000) for name in "abcd"}
    for content in (zipped(files), tarred(files), tarred(files, "w"), tarred(files, "w:xz")):
        with pytest.raises(ArchiveError) as error:
            read(content)
        assert str(error.value) == (
            f"what is in it takes more than 3 MB; no more of it was read. {UNPACK}"
        )


@pytest.mark.long
@pytest.mark.parametrize(
    "pack",
    [
        lambda zeros: zipped({"a": zeros}),
        lambda zeros: zipped({"inner": zipped({"a": zeros})}),
        lambda zeros: tarred({"a": zeros}),
        bz2.compress,
        lzma.compress,
    ],
    ids=["zip", "zip in zip", "tar.gz", "bz2", "xz"],
)
def test_what_is_made_to_fill_a_disk_is_not_read(pack: Callable[[bytes], bytes]) -> None:
    content = pack(bytes(40_000_000))
    with pytest.raises(ArchiveError) as error:
        read(content)
    assert str(error.value) == (
        "what is in it takes more than 1,000 times as much as the archive, as in one that is made "
        "to fill a disk; no more of it was read. Ask who sent it what it is."
    )


def test_a_file_that_is_too_large_is_named_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "LARGEST", 1_000_000)
    files = {"a": bytes(1_000_001), "b": b"Two."}
    for content in (zipped(files), tarred(files), tarred(files, "w")):
        assert problems(content) == {
            "a": "larger than 1 MB, so it was not read. Ask for the answers alone: 'prepkit "
            "answers export' writes them.",
            "b": "",
        }


@pytest.mark.parametrize(
    "name", ["Übung für Zoë.ipynb", "Упражнение.ipynb", "演習.ipynb", "día.ipynb"]
)
def test_names_are_read_whichever_way_a_zip_says_how_they_are_written(name: str) -> None:
    said = zipped({name: b"One."})
    assert contents(said) == {name: b"One."}
    unsaid = bytearray(said)  # as programs write that give UTF-8 and don't say so
    for mark, offset in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
        unsaid[unsaid.index(mark) + offset] &= ~8
    assert contents(bytes(unsaid)) == {name: b"One."}


def test_names_in_the_alphabet_of_dos_are_read() -> None:
    content = zipped({"xxbung.ipynb": b"One."}).replace(b"xxbung", "éÜbung".encode("cp437")[:6])
    assert contents(content) == {"éÜbung.ipynb"[:6] + ".ipynb": b"One."}


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@pytest.mark.long
@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=6))
@example({"a/../b": b"", "C:": b"", "./a": b"1", "a": b"2"})
def test_whatever_the_names_each_file_is_given_once_and_none_leads_elsewhere(
    files: dict[str, bytes],
) -> None:
    files = {name: inner for name, inner in files.items() if "\0" not in name}
    expected = [name for name in files if not name.endswith(("/", "\\"))]
    # A tar without any file is nothing but zeros.
    packed = [zipped(files), *([tarred(dict.fromkeys(expected, b"One."))] if expected else [])]
    for content in packed:
        found = read(content)
        assert len({member.place for member in found}) == len(found) == len(expected)
        for member in found:
            assert not member.place.is_absolute()
            assert ".." not in member.place.parts


@pytest.mark.long
@given(st.binary(max_size=2000), st.integers(0, 3), st.data())
def test_whatever_is_damaged_nothing_but_an_archive_error_is_raised(
    noise: bytes, kind: int, data: st.DataObject
) -> None:
    modes = ("w", "w:gz", "w:xz")
    whole = zipped(FILES) if kind == 0 else tarred(FILES, modes[kind - 1])
    at = data.draw(st.integers(0, len(whole)))
    content = whole[:at] + noise + whole[at + len(noise) :]
    found: list[Member] = []
    with suppress(ArchiveError):
        found = read(content)
    assert all(isinstance(member.content, bytes) for member in found)
