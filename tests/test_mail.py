"""Drafts of mails to students: each has the student's own files, and nothing is lost or sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from prepkit.__main__ import main
from prepkit.bank import load_bank
from prepkit.errors import PrepkitError
from prepkit.packets import mail
from prepkit.packets.kept import content_digest
from prepkit.packets.mail import feedback_files, packet_files, write_drafts
from prepkit.packets.mail_text import PACKETS, MailTextError, read_mail_text
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.storage import open_output
from prepkit.records import Student
from tests.coached import SECRET, coached

HEAD = "Nothing was sent: look at each before you send it."
TEXT = read_mail_text(PACKETS)


def student(student_id: str, name: str = "", email: str = "?", **fields: Any) -> Student:
    address = f"{student_id}@students.example" if email == "?" else email
    return Student(student_id=student_id, name=name or student_id.title(), email=address, **fields)


def packets(folder: Path, made: Mapping[str, Mapping[str, bytes]]) -> str:
    """Write packets, as a run does; return the folder."""
    output = open_output(str(folder))
    manifest = Manifest(output)
    manifest.begin(date(2026, 11, 30))
    for student_id, files in made.items():
        for name, content in files.items():
            output.write(name, content)
        digests = {name: content_digest(content) for name, content in files.items()}
        manifest.add(Outcome(student_id=student_id, key="k", state="done", files=digests))
    return str(folder)


def packet(student_id: str) -> dict[str, bytes]:
    ends = (".pdf", ".ipynb", "-fill-in.ipynb")
    return {f"{student_id}{end}": f"{student_id}{end}".encode() for end in ends}


def sent(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {str(one.get_filename()): one.get_content() for one in mail.iter_attachments()}


def test_each_student_gets_a_draft_with_just_their_own_files(tmp_path: Path) -> None:
    students = [student("a1", "Ada Marin"), student("a1-fill"), student("a1.pdf")]
    place = packets(tmp_path / "p", {one.student_id: packet(one.student_id) for one in students})
    drafts = tmp_path / "drafts"
    report = write_drafts(str(drafts), students, TEXT, packet_files(place, students))
    assert str(report) == f"{drafts}: 3 drafts. {HEAD}"
    for one in students:
        found = sent(drafts / f"{one.student_id}.eml")
        names = (f"{one.student_id}.pdf", f"{one.student_id}-fill-in.ipynb")
        assert attached(found) == {name: name.encode() for name in names}
        assert found["To"].addresses[0].addr_spec == one.email


def test_a_draft_says_what_is_in_it_and_opens_to_be_sent(tmp_path: Path) -> None:
    students = [student("a1", "Zoë Łukaszewicz-O'Neill, PhD")]
    place = packets(tmp_path / "p", {"a1": packet("a1")})
    write_drafts(str(tmp_path / "d"), students, TEXT, packet_files(place, students))
    found = sent(tmp_path / "d" / "a1.eml")
    assert found["X-Unsent"] == "1"
    assert found["To"].addresses[0].display_name == "Zoë Łukaszewicz-O'Neill, PhD"
    assert found["Subject"] == "Your interview preparation"
    assert found["Date"] is None
    body = found.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == (
        "Dear Zoë Łukaszewicz-O'Neill, PhD,\n\nthese files are for you alone:\n\n"
        "- a1.pdf: your packet, to read and to print\n"
        "- a1-fill-in.ipynb: a notebook to write your answers in, with prepkit\n\n"
        "If you write your answers in one of them, send that file back to me.\n"
    )
    types = [one.get_content_type() for one in found.iter_attachments()]
    assert types == ["application/pdf", "application/x-ipynb+json"]


def test_a_text_of_the_coachs_own_is_filled_with_what_the_roster_says(tmp_path: Path) -> None:
    text = read_mail_text(
        "subject:  For {name} ({student_id})\n\n{level} at {companies}, {interview_date}. {}\n"
        "{ not one }\n{files}\n"
    )
    one = student(
        "a1", "Ada\nMarin", companies=["Acme", "Bolt"], level="director",
        interview_date=date(2027, 3, 1),
    )  # fmt: skip
    assert text.fill(one, "- a file") == (
        "For Ada Marin (a1)",
        "director at Acme and Bolt, 1 March 2027. {}\n{ not one }\n- a file\n",
    )
    assert text.lacking(one) == ()
    assert text.lacking(student("b2")) == ("interview_date", "level", "companies")


def test_every_placeholder_that_is_misspelt_is_named_with_its_line() -> None:
    with pytest.raises(MailTextError) as error:
        read_mail_text("Hello {nmae}\n\nYours, {coach}\n", Path("text.txt"))
    assert str(error.value) == (
        "The text for the mails has 3 problems:\n"
        "  text.txt:1: the first line must be the subject, such as 'Subject: Your packet'\n"
        "  text.txt:1: there is no placeholder {nmae}; did you mean 'name'?\n"
        "  text.txt:3: there is no placeholder {coach}; choose from 'name', 'student_id', 'files',"
        " 'interview_date', 'level' and 'companies'"
    )


def test_who_can_not_be_written_to_is_named_with_the_reason(tmp_path: Path) -> None:
    students = [
        student("a1", email=""),
        student("b2", email="b2 at students.example"),
        student("c3", email="pair@students.example"),
        student("d4", email="Pair@students.example"),
        student("e5"),
        student("f6"),
        student("g7", email="jörg@students.example"),
    ]
    made = {one.student_id: packet(one.student_id) for one in students if one.student_id != "f6"}
    found = packet_files(packets(tmp_path / "p", made), students)
    report = write_drafts(str(tmp_path / "d"), students, TEXT, found)
    shared = "another student has the same address, {}; one would get the other's files"
    assert str(report).split("\n") == [
        f"{tmp_path / 'd'}: 1 draft. {HEAD}",
        "Nothing to send yet: f6",
        "No draft for 5 students:",
        "  a1: the roster has no e-mail address",
        "  b2: 'b2 at students.example' is not an e-mail address",
        f"  c3: {shared.format('pair@students.example')}",
        f"  d4: {shared.format('Pair@students.example')}",
        "  g7: 'jörg@students.example' is not an e-mail address",
    ]
    assert [path.name for path in (tmp_path / "d").glob("*.eml")] == ["e5.eml"]


def test_two_students_with_one_address_are_found_also_if_only_one_is_asked_for(
    tmp_path: Path,
) -> None:
    roster = [
        student("a1", email="pair@students.example"),
        student("b2", email="pair@students.example"),
    ]
    found = packet_files(packets(tmp_path / "p", {"a1": packet("a1")}), roster[:1])
    report = write_drafts(str(tmp_path / "d"), roster[:1], TEXT, found, roster=roster)
    assert list(report.refused) == ["a1"]


def test_an_address_in_another_script_is_written_as_mail_servers_do(tmp_path: Path) -> None:
    students = [student("a1", email="ada@bücher.example")]
    found = packet_files(packets(tmp_path / "p", {"a1": packet("a1")}), students)
    write_drafts(str(tmp_path / "d"), students, TEXT, found)
    address = sent(tmp_path / "d" / "a1.eml")["To"].addresses[0].addr_spec
    assert address == "ada@xn--bcher-kva.example"


def test_a_file_with_what_another_student_should_get_is_not_attached(tmp_path: Path) -> None:
    students = [student("a1"), student("b2"), student("c3")]
    place = packets(tmp_path / "p", {one.student_id: packet(one.student_id) for one in students})
    (tmp_path / "p" / "a1.pdf").write_bytes(b"b2.pdf")
    (tmp_path / "p" / "b2.pdf").write_bytes(b"With a note of mine")
    (tmp_path / "p" / "c3.pdf").unlink()
    found = packet_files(place, students)
    report = write_drafts(str(tmp_path / "d"), students, TEXT, found)
    assert report.refused == {
        "a1": "what is in a1.pdf is b2.pdf, another student's; remove it, and make it again first",
        "c3": "c3.pdf is missing; make it again first",
    }
    assert report.notices == ("b2.pdf isn't as prepkit made it; it is attached as it is.",)
    assert attached(sent(tmp_path / "d" / "b2.eml"))["b2.pdf"] == b"With a note of mine"


@pytest.mark.long
def test_a_draft_made_again_is_the_same_and_one_that_was_changed_is_kept(tmp_path: Path) -> None:
    students = [student("a1"), student("b2")]
    made = {one.student_id: packet(one.student_id) for one in students}
    found = packet_files(packets(tmp_path / "p", made), students)
    place = str(tmp_path / "d")
    write_drafts(place, students, TEXT, found)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "d").iterdir()}
    assert write_drafts(place, students, TEXT, found).notices == ()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "d").iterdir()} == before
    (tmp_path / "d" / "a1.eml").write_bytes(b"X-Unsent: 1\r\n\r\nMine")
    report = write_drafts(place, students, read_mail_text("Subject: New\n\nHello"), found)
    assert report.notices == ("You had changed a1.eml: your draft is kept as “a1 (kept).eml”.",)
    assert (tmp_path / "d" / "a1 (kept).eml").read_bytes() == b"X-Unsent: 1\r\n\r\nMine"
    assert sent(tmp_path / "d" / "a1.eml")["Subject"] == "New"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_drafts_are_for_the_coach_alone(tmp_path: Path) -> None:
    students = [student("a1")]
    found = packet_files(packets(tmp_path / "p", {"a1": packet("a1")}), students)
    write_drafts(str(tmp_path / "d"), students, TEXT, found)
    assert (tmp_path / "d").stat().st_mode & 0o777 == 0o700
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "d").glob("*.eml")}
    assert modes == {0o600}


@pytest.mark.long
def test_what_the_roster_lacks_and_what_is_too_large_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "LARGE", 1_999_999)
    students = [student("a1")]
    place = packets(tmp_path / "p", {"a1": {"a1.pdf": b"x" * 2_000_000}})
    text = read_mail_text("Subject: On {interview_date}\n\n{files}")
    report = write_drafts(str(tmp_path / "d"), students, text, packet_files(place, students))
    assert report.notices == (
        "a1.eml: the roster has nothing for {interview_date}.",
        "a1.eml: its files have 2 MB; many mail servers refuse that.",
    )


@pytest.mark.long
def test_feedback_is_sent_with_a_text_of_its_own_and_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "coach"
    home.mkdir()
    coached(home, load_bank())
    monkeypatch.setenv("PREPKIT_HOME", str(home))
    roster = home / "roster.csv"
    ids = ("ada", "grace", "alan")
    lines = [f"{one},{one.title()},{one}@students.example\n" for one in ids]
    roster.write_text("student_id,name,email\n" + "".join(lines))
    place, drafts = str(tmp_path / "feedback"), tmp_path / "drafts"
    assert main(["feedback", "make", str(roster), "-o", place, "--format", "ipynb"]) == 0
    assert main(["mail", "feedback", str(roster), place, "-o", str(drafts)]) == 0
    assert sorted(path.name for path in drafts.glob("*.eml")) == ["ada.eml", "grace.eml"]
    for one in ("ada", "grace"):
        mail = sent(drafts / f"{one}.eml")
        assert mail["Subject"] == "Feedback on your answers"
        assert list(attached(mail)) == [f"{one}-feedback.ipynb"]
        notebook = attached(mail)[f"{one}-feedback.ipynb"]
        assert notebook == (tmp_path / "feedback" / f"{one}-feedback.ipynb").read_bytes()
        assert (SECRET.encode() in notebook) is (one == "grace")


def test_a_folder_without_packets_or_feedback_is_named(tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as error:
        packet_files(str(tmp_path), [])
    assert str(error.value) == (
        f"{tmp_path}: there are no packets here. Make them with 'prepkit packets'."
    )
    with pytest.raises(PrepkitError) as error:
        feedback_files(str(tmp_path), [])
    assert str(error.value) == (
        f"{tmp_path}: there is no feedback here. Make it with 'prepkit feedback make'."
    )


def test_the_command_reads_roster_text_and_packets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("student_id,name,email\na1,Ada Marin,ada@students.example\nb2,Ben,\n")
    text = tmp_path / "text.txt"
    text.write_text("Subject: Hello {name}\n\n{files}\n")
    place = packets(tmp_path / "p", {"a1": packet("a1"), "b2": packet("b2")})
    drafts = str(tmp_path / "d")
    command = ["mail", "packets", str(roster), place, "-o", drafts, "--template", str(text)]
    assert main([*command, "--attach", "ipynb"]) == 1
    assert capsys.readouterr().out == (
        f"{drafts}: 1 draft. {HEAD}\nNo draft for 1 student:\n"
        "  b2: the roster has no e-mail address\n"
    )
    found = sent(tmp_path / "d" / "a1.eml")
    assert found["Subject"] == "Hello Ada Marin"
    assert list(attached(found)) == ["a1.ipynb"]
    text.write_text("Subject: Hello {nam}\n")
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "The text for the mails has 1 problem:\n"
        f"  {text}:1: there is no placeholder {{nam}}; did you mean 'name'?\n"
    )
