"""Answers back from students: what is added, what is reported, and what hostile files cannot do."""

from __future__ import annotations

import copy
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepkit.answers import (
    AnswerStore,
    CollectReport,
    StoreError,
    collect_answers,
    export_answers,
    limits,
    read_answers,
    student_stores,
    students_folder,
)
from prepkit.answers.exchange import Export
from prepkit.answers.exchange_json import to_json
from prepkit.errors import PrepkitError
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Revision, Student
from tests.platforms import needs_links

QUESTION, OTHER = "technical-leadership/06", "leading-people/01"
START = datetime(2026, 11, 1, 18, tzinfo=UTC)
COLLECTED = datetime(2026, 11, 24, 9, tzinfo=UTC)
AGAIN = "open it, choose Run All Cells, save it, and send it again"
DAMAGED = "If it is still being copied, collect again later; otherwise ask for it again."


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    folder = tmp_path / "returned"
    folder.mkdir()
    return folder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "students"


def history(*texts: str, question: str = QUESTION, start: int = 0) -> tuple[Revision, ...]:
    """Return revisions of a task, a day from one to the next."""
    return tuple(
        Revision(
            question=question,
            field="task",
            revision=count,
            text=text,
            saved_at=START + timedelta(days=start + count),
            origin="form",
        )
        for count, text in enumerate(texts, start=1)
    )


def notebook(
    student_id: str = "ada", *texts: str, answers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a fill-in notebook that came back with a task in some versions, as JSON."""
    nb: dict[str, Any] = json.loads(empty_notebook())
    nb["metadata"]["prepkit"]["student_id"] = student_id
    found: Mapping[str, Any] = {QUESTION: {"task": history(*texts)}} if texts else {}
    carried = json.loads(to_json(Export(found if answers is None else answers)))
    output = nbformat.v4.new_output(
        "display_data",
        {"text/plain": "1 of 2 answers complete", HAND_IN_MIME: carried},
        metadata={"prepkit": {"student_id": student_id}},
    )
    nb["cells"][-1]["outputs"] = [output]
    plain: dict[str, Any] = json.loads(nbformat.writes(nbformat.from_dict(nb)))
    return plain


@cache
def empty_notebook() -> str:
    return str(
        nbformat.writes(fill_in_notebook(Student(student_id="x", name="X"), [QUESTION, OTHER]))
    )


def put(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def collect(folder: Path, into: Path, **options: Any) -> CollectReport:
    return collect_answers(folder, into, now=lambda: COLLECTED, **options)


def stored(into: Path, student_id: str = "ada", question: str = QUESTION) -> list[str]:
    """Return all stored texts of a student's task, oldest first."""
    store = AnswerStore(into / f"{student_id}.sqlite")
    return [each.text for each in store.history(question, "task")]


def problems(report: CollectReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_notebooks_and_exports_come_into_a_file_per_student(returned: Path, into: Path) -> None:
    put(returned, "week 1/Mail from Ada.ipynb", notebook("ada", "One.", "Two."))
    exported = to_json(Export({QUESTION: {"task": history("Mine.")}}))
    put(returned, "ben.json", exported)
    put(returned, "cy-answers.json", exported)
    put(returned, "cy2-answers (1).json", exported)
    put(returned, "deb/answers.json", exported)
    report = collect(returned, into)
    assert [one.student_id for one in report.students] == ["ada", "ben", "cy", "cy2", "deb"]
    assert problems(report) == []
    assert stored(into) == ["One.", "Two."]
    assert stored(into, "deb") == ["Mine."]
    assert report.students[0].files == (Path("week 1/Mail from Ada.ipynb"),)
    assert str(report) == (
        "ada: 1 answer new or changed\n"
        "ben: 1 answer new or changed\n"
        "cy: 1 answer new or changed\n"
        "cy2: 1 answer new or changed\n"
        "deb: 1 answer new or changed\n"
        "Not signed (exports never are), so anybody could have written these:\n"
        "  ben.json\n"
        "  cy-answers.json\n"
        "  cy2-answers (1).json\n"
        "  deb/answers.json\n"
        "  week 1/Mail from Ada.ipynb"
    )


def test_collecting_a_folder_again_adds_nothing(returned: Path, into: Path) -> None:
    put(returned, "a.ipynb", notebook("ada", "One.", "Two."))
    put(returned, "b.ipynb", notebook("ada", "One."))
    put(returned, "ben.json", to_json(Export({QUESTION: {"task": "Undated."}})))
    collect(returned, into)
    before = {name: path.read_bytes() for name, path in student_stores(into).items()}
    report = collect(returned, into)
    assert [(one.added, one.unchanged, one.conflicts) for one in report.students] == [
        ((), 2, ()),
        ((), 1, ()),
    ]
    assert str(report) == (
        "ada: nothing new\n"
        "  2 files from ada: b.ipynb and a.ipynb. The newest text is in a.ipynb.\n"
        "ben: nothing new\n"
        "Not signed (exports never are), so anybody could have written these:\n"
        "  a.ipynb\n"
        "  b.ipynb\n"
        "  ben.json"
    )
    assert {name: path.read_bytes() for name, path in student_stores(into).items()} == before


def test_a_later_notebook_brings_its_versions_with_their_own_dates(
    returned: Path, into: Path
) -> None:
    put(returned, "a.ipynb", notebook("ada", "One.", "Two."))
    collect(returned, into)
    put(returned, "a.ipynb", notebook("ada", "One.", "Two.", "Three.", "Four."))
    (ada,) = collect(returned, into).students
    assert [(each.revision, each.text, each.origin) for each in ada.added] == [
        (3, "Three.", "form"),
        (4, "Four.", "form"),
    ]
    answer = read_answers(ada.path)[QUESTION]
    assert answer.text("task") == "Four."
    assert answer.updated == START + timedelta(days=4)


@pytest.mark.parametrize("names", [("1.ipynb", "2.ipynb"), ("2.ipynb", "1.ipynb")])
def test_files_are_taken_oldest_first_by_what_is_in_them(
    returned: Path, into: Path, names: tuple[str, str]
) -> None:
    older, newer = names
    put(returned, older, notebook("ada", "One.", "Two."))
    path = put(returned, newer, notebook("ada", "One.", "Two.", "One."))
    os.utime(path, (0, 0))
    (ada,) = collect(returned, into).students
    assert ada.files == (Path(older), Path(newer))
    assert stored(into) == ["One.", "Two.", "One."]
    assert not collect(returned, into).students[0].added


def test_an_older_file_that_comes_later_changes_nothing(returned: Path, into: Path) -> None:
    put(returned, "newer.ipynb", notebook("ada", "One.", "Two.", "One."))
    collect(returned, into)
    put(returned, "older.ipynb", notebook("ada", "One.", "Two."))
    for keep in ("stored", "imported"):
        assert not collect(returned, into, keep=keep).students[0].added
    assert stored(into) == ["One.", "Two.", "One."]


def test_texts_of_two_machines_are_a_conflict_that_tells_both_and_loses_none(
    returned: Path, into: Path
) -> None:
    put(returned, "one.ipynb", notebook("ada", "At home.\nIn two lines."))
    answers = {QUESTION: {"task": history("At work.", start=5)}}
    put(returned, "other.ipynb", notebook("ada", answers=answers))
    for _ in range(2):
        report = collect(returned, into)
        assert report.conflicts == 1
        assert stored(into) == ["At home.\nIn two lines."]
    assert str(report) == (
        "ada: nothing new, 1 text not stored\n"
        "  2 files from ada: one.ipynb and other.ipynb. The newest text is in other.ipynb.\n"
        "  technical-leadership/06, task: changed both here and in the file.\n"
        "    Here (revision 1):\n"
        "      At home.\n"
        "      In two lines.\n"
        "    In the file:\n"
        "      At work.\n"
        "Texts that were changed both here and in a file were not stored. To use the file's "
        "version, collect again with --keep imported; the one here stays in the history.\n"
        "Not signed (exports never are), so anybody could have written these:\n"
        "  one.ipynb\n"
        "  other.ipynb"
    )
    assert collect(returned, into, keep="imported").conflicts == 0
    assert stored(into) == ["At home.\nIn two lines.", "At work."]
    for keep in ("stored", "imported"):
        assert not collect(returned, into, keep=keep).students[0].added


def test_what_a_file_lacks_is_said_with_what_to_ask_for(returned: Path, into: Path) -> None:
    never_run = notebook("ada")
    del never_run["cells"][-1]["outputs"][0]
    put(returned, "1.ipynb", never_run)
    put(returned, "2.ipynb", notebook("ben"))
    put(returned, "3.ipynb", '{"cells": [')
    put(returned, "4.ipynb", "")
    (returned / "5.ipynb").write_bytes(b"\xff\xfe")
    newer = notebook("eve", "One.")
    newer["metadata"]["prepkit"]["version"] = 2
    put(returned, "6.ipynb", newer)
    lost = notebook("", "One.")
    lost["metadata"].pop("prepkit")
    del lost["cells"][:-1]  # its code names the student, too
    lost["cells"][-1]["outputs"][0]["metadata"] = {}
    put(returned, "7.ipynb", lost)
    damaged = notebook("fay", "One.")
    damaged["cells"][-1]["outputs"][0]["data"][HAND_IN_MIME]["answers"] = 5
    put(returned, "8.ipynb", damaged)
    put(returned, "settings.json", {"theme": "dark"})
    put(returned, "answers.json", to_json(Export({QUESTION: {"task": "Whose?"}})))
    put(returned, "gus.json", to_json(Export({QUESTION: {"task": ""}})))
    report = collect(returned, into)
    assert report.students == ()
    assert not into.exists()
    assert problems(report) == [
        f"1.ipynb: there are no answers in it. Ask ada to {AGAIN}.",
        f"2.ipynb: handed in empty. If ben has written answers, ask them to {AGAIN}.",
        f"3.ipynb: incomplete, or not JSON (line 1, column 12: Expecting value). {DAMAGED}",
        f"4.ipynb: nothing is in it. {DAMAGED}",
        f"5.ipynb: not UTF-8 text. {DAMAGED}",
        "6.ipynb: made by a newer prepkit. Update prepkit, then collect it again.",
        "7.ipynb: it doesn't say whose answers these are. Ask for the notebook that you sent.",
        "8.ipynb: its answers can't be read (answers: expected an object, found 5). "
        f"Ask fay to {AGAIN}.",
        "answers.json: it doesn't say whose answers these are. Name it <student_id>.json, or put "
        "it into a folder named <student_id>.",
        "gus.json: there are no answers in it.",
        'settings.json: not a file of answers (format: expected "prepkit-answers", found null; '
        "version: expected 1 or 2, found null; answers: expected an object, found null; and 1 "
        "more). Ask for a file written by 'prepkit answers export'.",
    ]
    assert str(report) == "No answers were found."


def test_who_sent_answers_is_not_asked_about_an_empty_notebook(returned: Path, into: Path) -> None:
    never_run = notebook("ada")
    del never_run["cells"][-1]["outputs"][0]
    put(returned, "ada-fill-in.ipynb", never_run)
    put(returned, "ada-fill-in (1).ipynb", notebook("ada", "One."))
    assert problems(collect(returned, into)) == []


def test_one_bad_file_stops_no_other(returned: Path, into: Path) -> None:
    put(returned, "0.ipynb", "{")
    put(returned, "1.ipynb", notebook("ada", "One."))
    into.mkdir()
    with closing(sqlite3.connect(into / "ada.sqlite")) as another:
        another.execute("CREATE TABLE something (other TEXT)")
    put(returned, "2.ipynb", notebook("ben", "Two."))
    report = collect(returned, into)
    assert [one.student_id for one in report.students] == ["ben"]
    assert problems(report) == [
        "0.ipynb: incomplete, or not JSON (line 1, column 2: Expecting property name enclosed in "
        f"double quotes). {DAMAGED}",
        f"1.ipynb: {into / 'ada.sqlite'} is a database of another program. Move that file "
        "elsewhere, or set PREPKIT_HOME to another folder.",
    ]


def test_packets_and_other_notebooks_are_left_alone(returned: Path, into: Path) -> None:
    put(returned, "ada.ipynb", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    report = collect(returned, into)
    assert report.others == (Path("ada.ipynb"),)
    assert str(report) == "No answers were found.\n1 other notebook skipped."


def test_hidden_files_and_checkpoints_are_not_read(returned: Path, into: Path) -> None:
    names = (".a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "~$a.ipynb", "__MACOSX/a.ipynb")
    for name in names:
        put(returned, name, notebook("ada", "One."))
    report = collect(returned, into)
    assert (report.students, report.problems, report.others) == ((), (), ())


def test_a_notebook_saved_under_another_name_is_still_a_notebook(
    returned: Path, into: Path
) -> None:
    put(returned, "Ada.IPYNB", notebook("ada", "One."))
    put(returned, "ben.json", notebook("bea", "One."))
    assert [one.student_id for one in collect(returned, into).students] == ["ada", "bea"]


def test_a_roster_settles_names_and_refuses_strangers(returned: Path, into: Path) -> None:
    exported = to_json(Export({QUESTION: {"task": "Mine."}}))
    put(returned, "ADA-answers.json", exported)
    put(returned, "cy-answers/export.json", exported)
    put(returned, "1.ipynb", notebook("Ben", "One."))
    put(returned, "2.ipynb", notebook("benn", "One."))
    report = collect(returned, into, known=["ada", "ben", "cy-answers"])
    assert [one.student_id for one in report.students] == ["ada", "ben", "cy-answers"]
    assert problems(report) == ["2.ipynb: from benn, who is not in the roster; did you mean 'ben'?"]


def test_ids_that_differ_by_capitals_alone_are_one_student(returned: Path, into: Path) -> None:
    put(returned, "1.ipynb", notebook("ada", "One."))
    put(returned, "Ada.json", to_json(Export({OTHER: {"task": "Mine."}})))
    collect(returned, into)
    assert list(student_stores(into)) == ["ada"]
    assert stored(into, question=OTHER) == ["Mine."]


def test_the_notebook_says_whose_it_is_and_its_name_does_not(returned: Path, into: Path) -> None:
    put(returned, "ada-fill-in.ipynb", notebook("ben", "Of Ben."))
    put(returned, "ben-fill-in.ipynb", notebook("ada", "Of Ada."))
    collect(returned, into)
    assert (stored(into, "ada"), stored(into, "ben")) == (["Of Ada."], ["Of Ben."])


def test_a_notebook_of_two_students_is_nobodys(returned: Path, into: Path) -> None:
    nb = notebook("ada", "One.")
    nb["metadata"]["prepkit"]["student_id"] = "ben"
    put(returned, "1.ipynb", nb)
    report = collect(returned, into)
    assert problems(report) == [
        "1.ipynb: it names both ben and ada. Ask who filled it in, and for a notebook with the "
        "answers of one student."
    ]


@pytest.mark.parametrize(
    "student_id",
    [
        "../ada",
        "/etc/ada",
        "a/b",
        "..",
        "con",
        "ada.",
        "",
        "a" * 65,
        "ada\x1b[2J",
        "ada\n",
        "C:ada",
    ],
)
def test_an_id_that_could_be_a_path_names_nobody(
    returned: Path, into: Path, student_id: str
) -> None:
    put(returned, "1.ipynb", notebook(student_id, "One."))
    report = collect(returned, into)
    assert report.students == ()
    (problem,) = problems(report)
    assert "can't be a student id. Ask for the notebook that you sent." in problem
    assert "\x1b" not in problem
    assert sorted(path.name for path in returned.parent.rglob("*")) == ["1.ipynb", "returned"]


def test_nothing_that_was_returned_is_executed(returned: Path, into: Path, tmp_path: Path) -> None:
    nb = notebook("ada", "One.")
    damage = f"open({str(tmp_path / 'damage')!r}, 'w').write('x')"
    for cell in nb["cells"]:
        cell["source"] = damage
    nb["cells"].append({"cell_type": "code", "source": f"!touch {tmp_path}/damage", "outputs": []})
    nb["metadata"]["kernelspec"]["name"] = f"$(touch {tmp_path}/damage)"
    put(returned, "1.ipynb", nb)
    collect(returned, into)
    assert not (tmp_path / "damage").exists()
    assert stored(into) == ["One."]


def test_markup_and_escapes_in_texts_are_stored_as_text_and_shown_harmlessly(
    returned: Path, into: Path
) -> None:
    hostile = "<script>alert(1)</script>\x1b[2J\x9b1m\u202e\0'; DROP TABLE revision; --"
    put(returned, "1.ipynb", notebook("ada", "Mine."))
    put(
        returned,
        "2.ipynb",
        notebook("ada", answers={QUESTION: {"task": history(hostile, start=9)}}),
    )
    put(returned, "3.ipynb", notebook("ben", hostile))
    if os.name != "nt":  # there is no such name there
        put(returned, "4\x1b[2J.ipynb", "{")
    report = collect(returned, into)
    assert stored(into, "ben") == [hostile]
    shown = "\n".join([str(report), *problems(report)])
    assert all(each.isprintable() or each == "\n" for each in shown)
    assert r"<script>alert(1)</script>\x1b[2J\x9b1m\u202e\x00'; DROP TABLE revision; --" in shown


@needs_links
def test_links_lead_nowhere(returned: Path, into: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.ipynb", notebook("ada", "One."))
    (returned / "link.ipynb").symlink_to(outside)
    (returned / "folder").symlink_to(outside.parent)
    (returned / "loop").symlink_to(returned)
    os.mkfifo(returned / "pipe.json")
    report = collect(returned, into)
    assert problems(report) == [
        "folder: a link, and links are not followed. Put the file itself there.",
        "loop: a link, and links are not followed. Put the file itself there.",
        "link.ipynb: a link, and links are not followed. Put the file itself there.",
        "pipe.json: not a file.",
    ]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="only there can a folder be closed to its owner"
)
def test_a_folder_that_cannot_be_read_is_named(returned: Path, into: Path) -> None:
    put(returned, "closed/1.ipynb", notebook("ada", "One."))
    (returned / "closed").chmod(0)
    try:
        report = collect(returned, into)
    finally:
        (returned / "closed").chmod(0o700)
    assert problems(report) == ["closed: a folder that can't be read. Check its permissions."]


def test_a_file_that_is_too_large_is_not_read(
    returned: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST", 1_000_000)
    put(returned, "1.ipynb", notebook("ada", "x" * 1_000_000))
    assert problems(collect(returned, into)) == [
        "1.ipynb: larger than 1 MB, so it was not read. Ask for the answers alone: "
        "'prepkit answers export' writes them."
    ]


@pytest.mark.parametrize("content", ["9" * 5000, "[" * 100_000, '{"cells": ' * 100_000, "NaN", "5"])
def test_json_that_nobody_writes_is_a_problem_and_no_crash(
    returned: Path, into: Path, content: str
) -> None:
    put(returned, "ada.json", content)
    put(returned, "ben.ipynb", content)
    nb = json.dumps(notebook("cy", "One."))
    put(returned, "cy.ipynb", nb.replace('"answers": {', f'"x": {content}, "answers": {{'))
    put(returned, "deb.ipynb", notebook("deb", "Whole."))
    report = collect(returned, into)
    assert [one.student_id for one in report.students] == ["deb"]
    assert {problem.path.stem for problem in report.problems} <= {"ada", "ben", "cy"}
    assert "ada" in {problem.path.stem for problem in report.problems}
    assert all(len(each) < 700 for each in problems(report))


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of each value in a JSON document."""
    found = [place]
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(each, (*place, key))
    return found


WHOLE = notebook("ada", "One.", "Two.")
PLACES = places(WHOLE)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["../ada", "ada", "\ud800", 10**400, -1, HAND_IN_MIME, [], {}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_no_change_to_a_notebook_does_more_than_add_answers_or_a_problem(
    tmp_path: Path, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    nb: Any = copy.deepcopy(WHOLE)
    for place, value in changes:
        if not place:
            nb = value
            continue
        try:
            inner = nb
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = value
        except (TypeError, LookupError):
            continue  # an earlier change has taken the place away
    folder, into = tmp_path / "returned", tmp_path / "into"
    folder.mkdir(exist_ok=True)
    put(folder, "1.ipynb", json.dumps(nb))
    put(folder, "ben.ipynb", notebook("ben", "Whole."))
    report = collect(folder, into)
    assert "ben" in [one.student_id for one in report.students]
    assert all(each.isprintable() for problem in report.problems for each in str(problem))
    assert {path.name for path in tmp_path.iterdir()} == {"returned", "into"}
    made = [path for path in into.iterdir() if path.name != "backups"]
    assert {path.suffix for path in made} == {".sqlite", ".lock"}
    assert len(made) == 2 * len(student_stores(into))
    str(report).encode()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, into: Path) -> None:
    with pytest.raises(StoreError) as error:
        collect(tmp_path / "nowhere", into)
    assert str(error.value) == (
        f"{tmp_path / 'nowhere'} is not there. Give the folder with the returned files."
    )


def test_copies_that_the_store_made_are_no_students(tmp_path: Path) -> None:
    for name in (
        "ada.sqlite",
        "b.c.sqlite",
        "ada.corrupt-2026-01-31.sqlite",
        "ada.version-1-2026-01-31-2.sqlite",
        "ada.lock",
        ".sqlite",
    ):
        (tmp_path / name).touch()
    assert student_stores(tmp_path) == {
        "ada": tmp_path / "ada.sqlite",
        "b.c": tmp_path / "b.c.sqlite",
    }
    assert student_stores(tmp_path / "nowhere") == {}
    assert students_folder(tmp_path) == tmp_path / "students"


def test_answers_are_read_from_a_store_without_touching_it(tmp_path: Path) -> None:
    folder = tmp_path / "students"
    store = AnswerStore(folder / "ada.sqlite")
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    store.save(OTHER, "result", "Done.", based_on=0)
    expected = store.load()
    assert read_answers(store.path) == expected  # what is in the log only is read, too
    before = sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir())
    folder.chmod(0o500)
    try:
        assert read_answers(folder / "ada.sqlite") == expected
    finally:
        folder.chmod(0o700)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()) == before


def test_answers_are_read_from_an_export_with_their_own_dates(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "a.sqlite")
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    path = export_answers(store, tmp_path / "a.json")
    assert read_answers(path) == store.load()


def test_a_text_without_a_date_is_dated_by_its_file(tmp_path: Path) -> None:
    export = Export({QUESTION: {"task": "In the browser.", "action": ""}})
    path = put(tmp_path, "a.json", to_json(export))
    os.utime(path, (START.timestamp(), START.timestamp()))
    answer = read_answers(path)[QUESTION]
    assert (answer.text("task"), answer.updated) == ("In the browser.", START)
    assert list(answer.revisions) == ["task"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.md", b"", ": expected a name that ends in .sqlite or .json."),
        ("a.sqlite", b"", " is not a prepkit answers file."),
        ("a.sqlite", b"x" * 5000, " is not a prepkit answers file."),
        ("a.json", b"\xff", ":1: this is not UTF-8 text: save the file as UTF-8"),
        (
            "a.json",
            b"{}",
            " is not a file of answers:\n"
            '  format: expected "prepkit-answers", found null\n'
            "  version: expected 1 or 2, found null\n"
            "  answers: expected an object, found null",
        ),
    ],
)
def test_what_holds_no_answers_says_so(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PrepkitError) as error:
        read_answers(path)
    assert str(error.value) == f"{path}{message}"


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    for name in ("a.sqlite", "a.json"):
        with pytest.raises(PrepkitError) as error:
            read_answers(tmp_path / name)
        assert str(error.value) == f"{tmp_path / name}: no such file"
