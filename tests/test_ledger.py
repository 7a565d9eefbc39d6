"""Every file that came and every student of the roster is accounted for."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, export_answers
from prepkit.answers.exchange import Export
from prepkit.answers.exchange_json import to_json
from prepkit.answers.ledger import Ledger, LedgerRow, from_csv, read_ledger, to_csv, write_ledger
from prepkit.answers.received import ASK_AGAIN
from prepkit.answers.signatures import new_key
from tests.answers_files import write_version_1
from tests.test_archives import zipped
from tests.test_collect import (
    DAMAGED,
    OTHER,
    QUESTION,
    collect,
    history,
    notebook,
    problems,
    put,
    stored,
)
from tests.test_forged_hand_ins import filled, sent, versions

LONG = "We moved the billing of forty shops in one weekend, and nobody had to wait for an order."


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    folder = tmp_path / "returned"
    folder.mkdir()
    return folder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "students"


def states(ledger: Ledger) -> dict[str, str]:
    return {row.student_id: row.state for row in ledger.students}


def files(ledger: Ledger) -> dict[str, tuple[str, str]]:
    """Return the student and the state of each file."""
    return {row.file: (row.student_id, row.state) for row in ledger.files}


def export(text: str = "Mine.") -> str:
    return to_json(Export({QUESTION: {"task": history(text)}}))


@pytest.mark.parametrize(
    "name",
    [
        "ada.ipynb.txt",
        "ada (1).ipynb",
        "ada.ipynb.json",
        "ada",
        "x.txt",
        "x.html",
        "week 1/mail.dat",
    ],
)
def test_a_notebook_is_known_by_what_is_in_it(returned: Path, into: Path, name: str) -> None:
    put(returned, name, notebook("ada", "One."))
    report = collect(returned, into, known=["ada"])
    assert stored(into) == ["One."]
    assert files(report.ledger) == {name: ("ada", "taken")}
    assert states(report.ledger) == {"ada": "here"}


def test_a_notebook_that_an_editor_saved_in_another_encoding_is_read(
    returned: Path, into: Path
) -> None:
    text = json.dumps(notebook("ada", "Ünë."), ensure_ascii=False)
    (returned / "16.ipynb.txt").write_text(text, "utf-16")
    (returned / "8.ipynb.txt").write_text(text, "utf-8-sig")
    assert problems(collect(returned, into)) == []
    assert stored(into) == ["Ünë."]


def test_pages_of_markdown_and_answers_files_are_read(
    returned: Path, into: Path, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "own.sqlite")
    store.save(QUESTION, "task", "One.\n\n> Two.\n# Three", based_on=0)
    export_answers(store, returned / "ada-answers.md")
    (returned / "ben").mkdir()
    (returned / "ben" / "answers.sqlite").write_bytes(store.path.read_bytes())
    report = collect(returned, into, known=["ada", "ben"])
    assert problems(report) == []
    for student in ("ada", "ben"):
        assert stored(into, student) == ["One.\n\n> Two.\n# Three"]
    again = collect(returned, into, known=["ada", "ben"])
    assert [one.added for one in again.students] == [(), ()]


def test_an_answers_file_that_is_none_is_refused_and_nothing_in_it_is_run(
    returned: Path, into: Path, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "own.sqlite")
    store.save(QUESTION, "task", "One.", based_on=0)
    whole = store.path.read_bytes()
    (returned / "ada.sqlite").write_bytes(whole[: len(whole) - 4096])
    (returned / "ben.sqlite").write_bytes(whole)
    with closing(sqlite3.connect(returned / "ben.sqlite", isolation_level=None)) as changed:
        changed.execute("CREATE VIEW more AS SELECT * FROM event")
    with closing(sqlite3.connect(returned / "cem.sqlite")) as another:
        another.execute("CREATE TABLE something (other TEXT)")
    write_version_1(returned / "deb.sqlite", [(QUESTION, "task", 1, "Old.")])
    report = collect(returned, into, known=["ada", "ben", "cem", "deb"])
    ask = "Ask for a file written by 'prepkit answers export'."
    assert problems(report) == [
        f"ada.sqlite: an answers file that is damaged or incomplete. {ask}",
        "ben.sqlite: an answers file of another version of prepkit, or one that was changed. "
        f"{ask}",
        f"cem.sqlite: a database of another program. {ask}",
        "deb.sqlite: an answers file of another version of prepkit, or one that was changed. "
        f"{ask}",
    ]
    assert states(report.ledger) == dict.fromkeys(["ada", "ben", "cem", "deb"], "damaged")
    assert not into.exists()


def test_what_other_programs_leave_out_of_a_notebook_is_found_in_its_code(
    returned: Path, into: Path
) -> None:
    keys = new_key()
    nb = filled(sent(keys, "ada", [QUESTION, OTHER]))
    del nb["metadata"]["prepkit"]
    nb["cells"][-1]["outputs"][0]["metadata"] = {}
    put(returned, "copy of a copy.ipynb", nb)
    report = collect(returned, into, known=["ada"], keys=keys)
    assert (problems(report), report.unsigned) == ([], ())
    assert stored(into) == ["Mine."]
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).replace("student_id='ada'", "student_id='ben'")
    put(returned, "copy of a copy.ipynb", nb)
    report = collect(returned, into, known=["ada", "ben"], keys=keys)
    assert problems(report)[0].startswith(
        "copy of a copy.ipynb: its signature is wrong: you didn't"
    )
    assert states(report.ledger) == {"ada": "earlier", "ben": "refused"}


def test_a_notebook_that_says_nothing_of_its_student_is_known_by_its_name_then_its_folder(
    returned: Path, into: Path
) -> None:
    nb = notebook("", "One.")
    nb["metadata"].pop("prepkit")
    nb["cells"] = nb["cells"][-1:]
    nb["cells"][-1]["outputs"][0]["metadata"] = {}
    put(returned, "ada-fill-in (2).ipynb", nb)
    put(returned, "ben/untitled.ipynb", nb)
    put(returned, "Marin_4711_2027-014-fill-in-1.ipynb", nb)
    put(returned, "untitled.ipynb", nb)
    report = collect(returned, into, known=["ada", "ben", "2027-014"])
    assert [one.student_id for one in report.students] == ["2027-014", "ada", "ben"]
    assert problems(report) == [
        "untitled.ipynb: it doesn't say whose answers these are. Ask for the notebook that you "
        "sent."
    ]
    (returned / "Marin_4711_2027-014-fill-in-1.ipynb").unlink()
    alone = collect(returned, into.with_name("without a roster"))
    assert [one.student_id for one in alone.students] == ["ada"]


def test_a_part_of_a_name_that_is_a_word_gives_nobody_answers(returned: Path, into: Path) -> None:
    put(returned, "ada-marin.json", export())
    report = collect(returned, into, known=["ada", "ben"])
    assert problems(report) == ["ada-marin.json: from ada-marin, who is not in the roster."]
    assert states(report.ledger) == {"ada": "refused", "ben": "missing"}


def test_a_notebook_that_breaks_off_gives_the_texts_that_are_whole(
    returned: Path, into: Path
) -> None:
    answers = {QUESTION: {"action": "One.", "task": 'Two \\ "{\u2028'}}
    nb = json.dumps(notebook("ada", answers=answers), indent=1)
    text = nb.replace("student_id='x'", "student_id='ada'")
    put(returned, "cut.ipynb", text[: text.index('"Two') + 5])
    report = collect(returned, into, known=["ada"])
    (problem,) = problems(report)
    assert problem.startswith("cut.ipynb: incomplete, or not JSON (line ")
    assert problem.endswith(
        f"Unterminated string starting at). {DAMAGED} 1 text before the place where it breaks off "
        "is whole, and was taken."
    )
    assert [each.text for each in AnswerStore(into / "ada.sqlite").history()] == ["One."]
    assert files(report.ledger) == {"cut.ipynb": ("ada", "taken in part")}
    assert states(report.ledger) == {"ada": "damaged"}
    put(returned, "cut.ipynb", text)
    report = collect(returned, into, known=["ada"])
    assert (problems(report), states(report.ledger)) == ([], {"ada": "here"})
    assert [each.text for each in AnswerStore(into / "ada.sqlite").history()] == [
        "One.",
        'Two \\ "{\u2028',
    ]


def test_a_notebook_that_breaks_off_within_a_letter_gives_the_texts_before_it(
    returned: Path, into: Path
) -> None:
    text = json.dumps(notebook("ada", "Ünë.", "Zwö ü"), ensure_ascii=False)
    whole = text.replace("student_id='x'", "student_id='ada'").encode()
    (returned / "1.ipynb").write_bytes(whole[: whole.index("ü".encode()) + 1])
    report = collect(returned, into)
    assert problems(report) == [
        f"1.ipynb: not UTF-8 text. {DAMAGED} 1 text before the place where it breaks off is whole, "
        "and was taken."
    ]
    assert stored(into) == ["Ünë."]


@pytest.mark.long
def test_wherever_a_notebook_breaks_off_every_text_that_is_taken_is_exact(tmp_path: Path) -> None:
    texts = ["One, [two].", 'A "quote" and a \\ at the end\\', "\U0001f682 \u05d0\u05d1"]
    answers = {QUESTION: {"task": history(*texts), "action": texts[0]}, OTHER: {"task": texts[2]}}
    nb = json.dumps(notebook("ada", answers=answers))
    text = nb.replace("student_id='x'", "student_id='ada'")
    start = text.index('"application/vnd.prepkit')
    counts = []
    for number, end in enumerate(range(start, len(text), 13)):
        folder, into = tmp_path / f"{number}", tmp_path / f"{number}-into"
        folder.mkdir()
        put(folder, "1.ipynb", text[:end])
        report = collect(folder, into)
        assert [row.student_id for row in report.ledger.files] == ["ada"]
        found = AnswerStore(into / "ada.sqlite").history() if report.students else ()
        assert {each.text for each in found} <= set(texts)
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[-1] == 5


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        (
            "ada.docx",
            zipped({"[Content_Types].xml": b""}),
            "a text document, which can't be read here. Ask ada to paste the texts into the forms "
            "of the fill-in notebook, and to send that.",
        ),
        (
            "ada-fill-in.pdf",
            b"%PDF-1.7\n",
            "a PDF, which can't be read here. Ask ada for the notebook itself: the file whose name "
            "ends in .ipynb.",
        ),
        (
            "Screenshot of ada.jpeg",
            b"\xff\xd8\xff",
            "a picture, in which no text can be read. Ask ada for the notebook itself: the file "
            "whose name ends in .ipynb.",
        ),
        (
            "ada/IMG_1.HEIC",
            b"\0\0\0",
            "a picture, in which no text can be read. Ask ada for the notebook itself: the file "
            "whose name ends in .ipynb.",
        ),
        (
            "ada.html",
            b"<!DOCTYPE html>",
            "a web page, which doesn't hold what was typed into it. Ask ada for the notebook, or "
            "for the file that the page's own button saves.",
        ),
        (
            "ada.txt",
            b"My answers",
            "a text in which the answers aren't marked as in an export, so it isn't known which "
            "text answers which question. Ask ada to paste the texts into the forms of the fill-in "
            "notebook, and to send that.",
        ),
        (
            "ada.7z",
            b"7z\xbc\xaf\x27\x1c",
            "an archive of a kind that isn't opened here. Unpack it yourself into the folder, then "
            "collect again.",
        ),
        (
            "ada.txt",
            b"",
            "it has no content at all (0 bytes). Ask ada to send it again.",
        ),
        (
            "ada.bin",
            b"\0\xff",
            "not a file of answers. Ask ada for the notebook itself: the file whose name ends in "
            ".ipynb.",
        ),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_ask_for(
    returned: Path, into: Path, name: str, content: bytes, problem: str
) -> None:
    (returned / name).parent.mkdir(exist_ok=True)
    (returned / name).write_bytes(content)
    report = collect(returned, into, known=["ada", "ben"])
    assert problems(report) == [f"{name}: {problem}"]
    assert report.ledger.students == (
        LedgerRow("ada", "not read", name, f"{name}: {problem}"),
        LedgerRow("ben", "missing"),
    )
    put(returned, "1.ipynb", notebook("ada", "One."))
    beside = collect(returned, into, known=["ada", "ben"])
    assert problems(beside) == []
    assert files(beside.ledger) == {"1.ipynb": ("ada", "taken"), name: ("ada", "not read")}
    assert "1 file without answers besides those that were taken." in str(beside)


def test_a_page_that_somebody_has_broken_is_named_by_its_lines_without_their_words(
    returned: Path, into: Path
) -> None:
    page = f"# Answers\n\n## {QUESTION}\n\n### Task\n\n> One.\nMine alone.\n"
    put(returned, "ada.md", page)
    report = collect(returned, into, known=["ada"])
    assert problems(report) == [
        "ada.md: its answers can't be read (line 8: each line of a text starts with '> '). Ask for "
        "a file written by 'prepkit answers export'."
    ]
    assert states(report.ledger) == {"ada": "damaged"}


@pytest.mark.parametrize(
    "name",
    [
        "Ada Marin_4711_assignsubmission_file/essay.docx",
        "marinada_4711_815_essay.docx",
        "Marin, Ada (1).docx",
        "week 2/ADA_MARIN.docx",
        "अनिता शर्मा.docx",
    ],
)
def test_a_file_without_answers_is_its_students_by_the_name_in_the_roster(
    returned: Path, into: Path, name: str
) -> None:
    put(returned, name, "x")
    names = {"1": "Ada Marin", "2": "Ben Roy", "3": "ben roy", "4": "Cem", "5": "अनिता शर्मा"}
    for other in ("Ben Roy.docx", "Cem.docx", "Ada Marin and Ben.docx"):
        put(returned, other, "x")
    report = collect(returned, into, known=list(names), names=names)
    owner = "5" if "शर्मा" in name else "1"
    assert files(report.ledger)[name] == (owner, "not read")
    assert files(report.ledger)["Ben Roy.docx"] == ("", "not read")  # there are two of that name
    assert files(report.ledger)["Cem.docx"] == ("", "not read")  # a word that may mean anything
    assert states(report.ledger)["2"] == "missing"


def test_a_name_in_the_roster_gives_nobody_answers(returned: Path, into: Path) -> None:
    put(returned, "Ada Marin/answers.json", export())
    report = collect(returned, into, known=["1"], names={"1": "Ada Marin"})
    assert report.students == ()
    assert problems(report) == [
        "Ada Marin/answers.json: it doesn't say whose answers these are. Name it "
        "<student_id>.json, or put it into a folder named <student_id>."
    ]
    assert states(report.ledger) == {"1": "refused"}


def test_files_in_archives_are_collected_and_named_by_their_place(
    returned: Path, into: Path
) -> None:
    nb = {each: json.dumps(notebook(each, f"Of {each}.")).encode() for each in ("ada", "ben")}
    inner = zipped({"answers.json": export().encode(), "__MACOSX/._answers.json": b"x"})
    content = zipped({"Ada Marin/1.ipynb": nb["ada"], "2.ipynb": nb["ben"], "cem.zip": inner})
    (returned / "week 1.zip").write_bytes(content)
    (returned / "deb.zip").write_bytes(zipped({}))
    report = collect(returned, into, known=["ada", "ben", "cem", "deb"])
    assert problems(report) == ["deb.zip: an archive without any file in it."]
    assert stored(into, "cem") == ["Mine."]
    assert files(report.ledger) == {
        "deb.zip": ("deb", "damaged"),
        "week 1.zip/Ada Marin/1.ipynb": ("ada", "taken"),
        "week 1.zip/2.ipynb": ("ben", "taken"),
        "week 1.zip/cem.zip/answers.json": ("cem", "taken"),
        "week 1.zip/cem.zip/__MACOSX/._answers.json": ("", "skipped"),
        "week 1.zip": ("", "opened"),
    }
    assert states(report.ledger) == {"ada": "here", "ben": "here", "cem": "here", "deb": "damaged"}


def test_one_archive_is_collected_without_a_folder(returned: Path, into: Path) -> None:
    path = returned / "course.zip"
    path.write_bytes(zipped({"1.ipynb": json.dumps(notebook("ada", "One.")).encode()}))
    report = collect(path, into, known=["ada"])
    assert files(report.ledger) == {
        "course.zip/1.ipynb": ("ada", "taken"),
        "course.zip": ("", "opened"),
    }


def test_who_sent_a_packet_back_is_not_missing(returned: Path, into: Path) -> None:
    put(returned, "ada.ipynb", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    put(returned, "ben/.DS_Store", "x")
    report = collect(returned, into, known=["ada", "ben"])
    assert states(report.ledger) == {"ada": "not read", "ben": "missing"}


def test_a_notebook_of_another_student_under_ones_own_name_is_named_for_both(
    returned: Path, into: Path
) -> None:
    put(returned, "108.ipynb", notebook("108", "One."))
    put(returned, "109.ipynb", notebook("108", "One.", "Two."))
    ledger = collect(returned, into, known=["108", "109"]).ledger
    told = (
        "By its name or folder this is from 109, but in it stands that it is from 108, and so it "
        "was read. Ask both whose answers these are."
    )
    assert ledger.students[1] == LedgerRow("109", "missing", "", f"109.ipynb: {told}")
    (own, others) = ledger.files
    unsigned = "It has no signature, so anybody could have written it."
    assert (own.details, others.details) == (unsigned, f"{unsigned} {told}")
    assert ledger.notes() == [
        "2 students: 1 doubled and 1 missing.",
        "No file from 109.",
        f"109: 109.ipynb: {told}",
    ]


def test_every_student_of_the_roster_is_accounted_for(returned: Path, into: Path) -> None:
    put(returned, "1.ipynb", notebook("old", "Of before."))
    collect(returned, into)
    (returned / "1.ipynb").unlink()
    put(returned, "here.ipynb", notebook("here", "One."))
    put(returned, "a.ipynb", notebook("twice", "One."))
    put(returned, "b.ipynb", notebook("twice", "One.", "Two."))
    for name in ("same", "alike"):
        put(returned, f"{name}.ipynb", notebook(name, "One.", LONG.replace(" ", "\n" * len(name))))
    put(returned, "cut.json", '{"format": "prepkit-answers", "answers": {')
    put(returned, "empty.ipynb", notebook("empty"))
    put(returned, "1.ipynb", notebook("stranger", "One."))
    known = ["here", "twice", "same", "alike", "cut", "empty", "old", "none"]
    report = collect(returned, into, known=known)
    assert report.ledger.students == (
        LedgerRow("here", "here", "here.ipynb"),
        LedgerRow(
            "twice",
            "doubled",
            "a.ipynb, b.ipynb",
            "2 files from twice: a.ipynb and b.ipynb. The newest text is in b.ipynb.",
        ),
        LedgerRow(
            "same",
            "same text as another's",
            "same.ipynb",
            f"The same text as alike: {QUESTION}, task.",
        ),
        LedgerRow(
            "alike",
            "same text as another's",
            "alike.ipynb",
            f"The same text as same: {QUESTION}, task.",
        ),
        LedgerRow(
            "cut",
            "damaged",
            "cut.json",
            "cut.json: incomplete, or not JSON (line 1, column 43: Expecting property name "
            f"enclosed in double quotes). {DAMAGED}",
        ),
        LedgerRow(
            "empty",
            "empty",
            "empty.ipynb",
            "empty.ipynb: handed in empty. If empty has written answers, ask them to open it, "
            "choose Run All Cells, save it, and send it again.",
        ),
        LedgerRow("old", "earlier"),
        LedgerRow("none", "missing"),
    )
    assert report.ledger.notes() == [
        "8 students: 1 here, 1 doubled, 2 same text as another's, 1 damaged, 1 empty, 1 earlier "
        "and 1 missing.",
        "No file from none.",
        f"alike: The same text as same: {QUESTION}, task.",
    ]
    assert "stranger" not in states(report.ledger)


def test_a_copied_answer_is_named_once_with_its_parts(returned: Path, into: Path) -> None:
    parts = {part: f"{LONG} So it was for the {part}." for part in ("situation", "task", "action")}
    for name in ("c1", "c10", "c2"):
        put(returned, f"{name}.ipynb", notebook(name, answers={QUESTION: parts, OTHER: {}}))
    put(returned, "d.ipynb", notebook("d", answers={OTHER: {"task": parts["task"]}}))
    ledger = collect(returned, into).ledger
    assert [row.details for row in ledger.students if row.student_id == "c2"] == [
        f"The same text as c1, c10: {QUESTION}, action and situation.\n"
        f"The same text as c1, c10, d: {QUESTION}, task."
    ]
    assert ledger.notes()[1:] == [
        f"c1: The same text as c10, c2: {QUESTION}, action and situation.",
        f"c1: The same text as c10, c2, d: {QUESTION}, task.",
    ]


def test_short_texts_and_key_points_that_two_students_have_are_nothing(
    returned: Path, into: Path
) -> None:
    for name in ("ada", "ben"):
        answers = {QUESTION: {"task": "I led the team.", "key_points": LONG}}
        put(returned, f"{name}.ipynb", notebook(name, answers=answers))
    assert set(states(collect(returned, into).ledger).values()) == {"here"}


@pytest.mark.parametrize(
    "text", ["ทีมของเราย้ายระบบการเรียกเก็บเงินของร้านค้าสี่สิบแห่งภายในสุดสัปดาห์เดียว", LONG]
)
def test_the_same_text_is_noticed_in_any_script(returned: Path, into: Path, text: str) -> None:
    for name in ("ada", "ben"):
        put(returned, f"{name}.ipynb", notebook(name, text))
    assert set(states(collect(returned, into).ledger).values()) == {"same text as another's"}


def test_the_command_writes_the_ledger_and_again_the_same_bytes(
    returned: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    put(tmp_path, "roster.csv", "student_id,name\nada,Ada\nben,Ben\ncem,Cem\n")
    put(returned, "1.ipynb", notebook("ada", "One."))
    put(returned, "=cem.txt", "x")
    command = ["answers", "collect", str(returned), "--roster", str(tmp_path / "roster.csv")]
    path = tmp_path / "home" / "students" / "ledger.csv"
    found = []
    for _ in range(2):
        assert main(command) == 1
        out, _ = capsys.readouterr()
        assert out.endswith(
            "3 students: 1 here, 1 not read and 1 missing.\n"
            "No file from ben (Ben).\n"
            f"The answers are in {path.parent}\n"
            f"What became of each file and student: {path}\n"
        )
        found.append((path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino))
    assert found[0] == found[1]
    assert path.stat().st_mode & 0o077 == 0
    plain = (
        "a text in which the answers aren't marked as in an export, so it isn't known which text "
        "answers which question. Ask cem to paste the texts into the forms of the fill-in "
        "notebook, and to send that."
    )
    assert path.read_text("utf-8-sig").splitlines() == [
        "about,student_id,name,state,file,details",
        "student,ada,Ada,here,1.ipynb,",
        "student,ben,Ben,missing,,",
        f"student,cem,Cem,not read,'=cem.txt,\"'=cem.txt: {plain}\"",
        'file,ada,Ada,taken,1.ipynb,"It has no signature, so anybody could have written it."',
        f'file,cem,Cem,not read,\'=cem.txt,"{plain}"',
    ]


def test_who_sent_a_file_of_no_use_is_not_missing_when_another_folder_is_collected(
    returned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    put(tmp_path, "roster.csv", "student_id,name\nada,Ada Marin\nben,Ben\n")
    put(returned, "Marin, Ada.pdf", "%PDF-")
    (tmp_path / "week 2").mkdir()
    for folder in (returned, tmp_path / "week 2", tmp_path / "week 2"):
        main(["answers", "collect", str(folder), "--roster", str(tmp_path / "roster.csv")])
    ledger = read_ledger(tmp_path / "home" / "students")
    assert ledger.students == (
        LedgerRow(
            "ada",
            "earlier",
            "",
            "No file is in this folder. Earlier: Marin, Ada.pdf: a PDF, which can't be read here. "
            "Ask ada for the notebook itself: the file whose name ends in .ipynb.",
            "Ada Marin",
        ),
        LedgerRow("ben", "missing", name="Ben"),
    )
    assert [row.sent_in_vain for row in ledger.students] == [True, False]


@pytest.mark.long
def test_thousands_of_files_with_the_same_problem_are_a_few_lines(
    returned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(returned / "course.zip", "w") as archive:
        for number in range(2000):
            archive.writestr(f"{number:04}.json", "")
    (returned / "ada.json").write_bytes(bytes(4096))  # zeros only
    main(["answers", "collect", str(returned), "--into", str(tmp_path / "into")])
    nothing = f"nothing is in it. {ASK_AGAIN}"
    assert capsys.readouterr().err.splitlines() == [
        f"ada.json: {nothing}",
        *(f"course.zip/{number:04}.json: {nothing}" for number in range(10)),
        f"course.zip: the same of 1,990 more files, which ledger.csv names: {nothing}",
    ]
    assert len(read_ledger(tmp_path / "into").files) == 2002


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        LedgerRow("ada", "here", "=1.ipynb\u202e, 'b'", 'Two\nlines, "quoted"', "-A. Marin"),
        LedgerRow("", "x"),
    ]
    ledger = Ledger(tuple(rows), tuple(reversed(rows)))
    shown = from_csv(to_csv(ledger))
    assert shown.students[0].file == "=1.ipynb\\u202e, 'b'"
    assert shown.students[0].details == rows[0].details
    assert from_csv(to_csv(shown)) == shown
    assert read_ledger(tmp_path) == Ledger()
    write_ledger(tmp_path, shown)
    assert read_ledger(tmp_path) == shown


def test_a_long_history_that_is_refused_in_one_place_is_no_loss_in_the_ledger(
    returned: Path, into: Path
) -> None:
    many: dict[str, Any] = {f"none/{n}": {"task": versions("x")} for n in range(1001)}
    put(returned, "ada.json", {"format": "prepkit-answers", "version": 1, "answers": many})
    report = collect(returned, into, known=["ada"])
    assert files(report.ledger) == {"ada.json": ("ada", "refused")}
    assert states(report.ledger) == {"ada": "refused"}
