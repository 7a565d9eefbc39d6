"""Files of an earlier prepkit: they open, merge, collect and update, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import (
    AnswerStore,
    collect_answers,
    export_answers,
    export_of,
    import_file,
    read_answers,
    stored_texts,
)
from prepkit.answers.exchange_json import from_json
from prepkit.answers.exchange_markdown import from_markdown
from prepkit.answers.preferences import PracticeLog, Preferences, load_preferences
from prepkit.bank import load_bank
from prepkit.errors import PrepkitError
from prepkit.forms import FORMS
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.plan import Options, plan_packets
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from prepkit.workbook import default_notebooks

BEFORE = Path(__file__).parent / "data" / "before"
CRAFT, PEOPLE, GONE = "craft/01", "people/01", "own-bank/07"
START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 9, tzinfo=UTC)

SITUATION = "Three teams, one release train — “stuck” since Zürich.\n\n東京 joined late. 🚂 e\u0301"
TEXTS = {
    CRAFT: {
        "situation": SITUATION,
        "task": "Mine: get the train moving again.",
        "action": "I stopped the line.\n# not a heading\n> not a quote",
        "result": "Weekly releases; ½ the rollbacks.",
        "key_points": "Point one of it\nPoint six of it",
    },
    GONE: {"result": "A question of a bank that is gone."},
    PEOPLE: {"situation": "שלום: a new lead, right to left.", "task": ""},
}
"""The current texts of the candidate's answers file, and of both exports."""

RETURNED = {
    "situation": "We were late — by a quarter.",
    "task": "I owned the date.",
    "key_points": "Point two of it",
}
"""The texts in the notebook that Ada sends back."""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Return a copy of the files; programs of the site that are left out are empty files here."""
    folder = tmp_path / "before"
    shutil.copytree(BEFORE, folder)
    for name in json.loads((folder / ".site.json").read_bytes())["files"]:
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def current_texts(path: Path) -> dict[str, dict[str, str]]:
    """Return what an answers file or an export says now, by question and field."""
    return {
        question: {field: revision.text for field, revision in answer.revisions.items()}
        for question, answer in read_answers(path).items()
    }


def test_an_answers_file_opens_with_its_history_key_points_and_rehearsals(before: Path) -> None:
    store = AnswerStore(before / "home" / "answers.sqlite", now=lambda: LATER)
    answers = store.load()
    assert {
        question: {field: revision.text for field, revision in answer.revisions.items()}
        for question, answer in answers.items()
    } == TEXTS
    assert answers[CRAFT].ticked == ("Point one of it", "Point six of it")
    parts = FORMS["past-event"].parts
    assert (answers[CRAFT].state(parts), answers[PEOPLE].state(parts)) == (
        "started",  # each of its parts has some text, but too little
        "started",
    )
    assert [
        (revision.revision, revision.text, revision.origin)
        for revision in store.history(CRAFT, "situation")
    ] == [
        (1, "Two teams,\none release train.", "form"),
        (2, SITUATION, "form"),
        (3, "Three teams", "form"),
        (4, SITUATION, "restore"),
    ]
    assert [(review.rating, review.seconds) for review in store.reviews()] == [
        ("good", 150),
        ("again", 95),
    ]
    assert store.history()[0].saved_at == START + timedelta(minutes=2, microseconds=500)
    assert store.recovered is None


def test_an_answers_file_is_written_on(before: Path) -> None:
    path = before / "home" / "answers.sqlite"
    store = AnswerStore(path, now=lambda: LATER)
    earlier = store.history()
    saved = store.save(CRAFT, "task", "Mine, and mine alone.", based_on=1)
    restored = store.restore(CRAFT, "situation", 1)
    store.add_review(PEOPLE, "easy", 60)
    store = AnswerStore(path)
    assert store.history() == (*earlier, *sorted([saved, restored], key=lambda new: new.field))
    assert len(store.reviews()) == 3


def test_answers_in_a_log_beside_the_file_are_there(before: Path) -> None:
    expected = {
        CRAFT: {"situation": "In the log alone."},
        PEOPLE: {"result": "Also in the log alone: ça va."},
    }
    path = before / "killed" / "answers.sqlite"
    assert current_texts(path) == expected  # read as a coach's student file is: nothing is written
    store = AnswerStore(path)
    assert [revision.text for revision in store.history(CRAFT)] == [
        "In the file itself.",
        "In the log alone.",
    ]
    assert store.recovered is None
    assert current_texts(path) == expected


def test_exports_say_what_the_answers_file_says(before: Path) -> None:
    export = from_json((before / "answers.json").read_text(encoding="utf-8"))
    assert export.texts() == TEXTS
    assert from_markdown((before / "answers.md").read_text(encoding="utf-8")) == TEXTS
    store = AnswerStore(before / "home" / "answers.sqlite")
    assert export_of(store) == export


def test_a_json_export_is_merged_into_other_answers_with_its_history(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: LATER)
    mine = [
        store.save(CRAFT, "task", "My own words.", based_on=0),
        store.save("craft/02", "result", "Of another question.", based_on=0),
    ]
    report = import_file(store, BEFORE / "answers.json")
    assert [str(conflict) for conflict in report.conflicts] == [
        "craft/01, task: changed both here and in the file.\n"
        "  Here (revision 1):\n"
        "    My own words.\n"
        "  In the file:\n"
        "    Mine: get the train moving again."
    ]
    assert (len(report.added), report.unchanged, report.reviews) == (11, 0, 2)
    texts = export_of(store).texts()
    assert texts == {
        **TEXTS,
        CRAFT: {**TEXTS[CRAFT], "task": "My own words."},
        "craft/02": {"result": "Of another question."},
    }
    assert [each.text for each in store.history(CRAFT, "situation")][:1] == [
        "Two teams,\none release train."
    ]
    assert set(mine) <= set(store.history())
    again = import_file(store, BEFORE / "answers.json", keep="imported")
    assert [revision.text for revision in again.added] == ["Mine: get the train moving again."]
    assert export_of(store).texts() == {**texts, CRAFT: TEXTS[CRAFT]}


def test_a_markdown_export_is_merged_into_other_answers(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: LATER)
    store.save(PEOPLE, "situation", "My own words.", based_on=0)
    report = import_file(store, BEFORE / "answers.md")
    assert [conflict.stored.field for conflict in report.conflicts] == ["situation"]
    assert len(report.added) == 6
    assert export_of(store).texts() == {
        **TEXTS,
        PEOPLE: {"situation": "My own words."},  # an empty box of a page is no answer
    }


def test_answers_of_before_are_exported_and_imported_again(before: Path, tmp_path: Path) -> None:
    for name in ("again.json", "again.md"):
        store = AnswerStore(before / "home" / "answers.sqlite")
        path = export_answers(store, tmp_path / name)
        other = AnswerStore(tmp_path / f"{name}.sqlite")
        assert not import_file(other, path).conflicts
        texts = export_of(other).texts()
        empty = {"task": ""} if name == "again.json" else {}
        assert texts == {**TEXTS, PEOPLE: {"situation": TEXTS[PEOPLE]["situation"], **empty}}


def test_what_students_return_is_collected_once(before: Path, tmp_path: Path) -> None:
    into = tmp_path / "students"
    report = collect_answers(before / "returned", into, now=lambda: LATER)
    unsigned = (
        "Not signed (exports never are), so anybody could have written these:\n"
        "  ada-fill-in.ipynb\n"
        "  bjorn-answers.json"
    )
    assert str(report) == (
        f"ada: 1 answer new or changed\nbjorn: 1 answer new or changed\n{unsigned}"
    )
    assert report.problems == ()
    assert current_texts(into / "ada.sqlite") == {CRAFT: RETURNED}
    assert current_texts(into / "bjorn.sqlite") == {CRAFT: {"situation": "Written in a browser."}}
    collected = before / "home" / "students"
    again = collect_answers(before / "returned", collected, now=lambda: LATER)
    assert str(again) == f"ada: nothing new\nbjorn: nothing new\n{unsigned}"
    assert current_texts(collected / "ada.sqlite") == {CRAFT: RETURNED}
    store = AnswerStore(collected / "ada.sqlite")
    assert [each.text for each in store.history(CRAFT, "situation")] == [
        "Wir waren zu spät.",
        "We were late — by a quarter.",
    ]


def test_a_student_writes_on_in_a_notebook_of_before(
    before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(before / "home"))
    monkeypatch.chdir(before)
    notebook = json.loads((before / "returned" / "ada-fill-in.ipynb").read_bytes())
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    names: dict[str, Any] = {}
    exec(cells["load"], names)
    form = eval(cells["form-1"], names)
    assert form.question["id"] == CRAFT
    hand_in = eval(cells["hand-in"], names)
    # What the page does when it is opened: it reads the notebook, and tells what is in it.
    (output,) = notebook["cells"][-1]["outputs"][:1]
    brought = output["data"][HAND_IN_MIME]
    found = [{"student_id": "ada", "answers": brought}]
    assert hand_in.handle({"type": "carried", "found": found, "by": "page"}) == (
        {"type": "taken", "by": "page"},
    )
    # It is Ada's text, and not that of the person whose computer this is.
    carried = hand_in.bundle()[HAND_IN_MIME]
    assert from_json(json.dumps(carried)).texts() == {CRAFT: RETURNED}
    message = {"view": "v", "seq": 1, "question": CRAFT, "field": "result", "text": "Done."}
    form.handle({"type": "save", **message, "based_on": 0})
    store = AnswerStore(before / "home" / "fill-in" / "ada.sqlite")
    assert export_of(store).texts() == {CRAFT: {**RETURNED, "result": "Done."}}
    store = AnswerStore(before / "home" / "answers.sqlite")
    assert export_of(store).texts() == TEXTS
    assert "Done." in stored_texts(before / "home")


def test_what_must_not_be_published_is_known(before: Path) -> None:
    texts = stored_texts(before / "home")
    assert {SITUATION, "Three teams", "We were late — by a quarter."} <= texts
    assert "Point two of it" not in texts


def test_choices_and_the_practice_log_are_read_and_the_log_goes_on(before: Path) -> None:
    home = before / "home"
    assert load_preferences(home) == Preferences(analytics=True)
    log = PracticeLog(home)
    log.record("craft/02", LATER, 7)
    rows = log.load()
    assert list(rows.question) == [CRAFT, PEOPLE, "craft/02"]
    assert list(rows.seconds) == [150, 40, 7]
    assert list(rows["at"]) == [START, START + timedelta(hours=1), LATER]


def test_a_bank_loads() -> None:
    assert list(load_bank(BEFORE / "bank")) == [CRAFT, PEOPLE]


@pytest.mark.long
def test_packets_are_planned_again_with_the_reason_for_each(before: Path) -> None:
    options = Options(template=default_notebooks() / "coach" / "packet.ipynb", bank=before / "bank")
    plan = plan_packets(
        before / "roster.csv", str(before / "packets"), options, today=date(2026, 3, 1)
    )
    assert [(job.student.student_id, reason) for job, reason in plan.jobs] == [
        ("ada", "changed"),
        ("bjorn", "changed"),
        ("cem", "changed"),
    ]
    assert plan.config.day == date(2026, 1, 31)  # that of the packets there
    assert (plan.left, plan.not_again) == ((), ())


@pytest.mark.slow
def test_packets_are_made_again_and_what_somebody_changed_is_kept(before: Path) -> None:
    packets = before / "packets"
    (packets / "ada.ipynb").write_text("A coach's remarks.", encoding="utf-8")
    filled = (before / "returned" / "ada-fill-in.ipynb").read_bytes()
    (packets / "ada-fill-in.ipynb").write_bytes(filled)
    old_pdf = (packets / "ada.pdf").read_bytes()
    words = ["roster.csv", "-o", "packets", "--bank", "bank", "--workers", "1"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "prepkit", "packets", *words],
            cwd=before,
            env={**os.environ, "PREPKIT_HOME": str(before / "home")},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    first = run()
    assert (first.returncode, first.stderr.splitlines()[0]) == (
        0,
        "3 students, 3 packets to make: 3 changed",
    )
    assert first.stdout.startswith("packets: 3 packets made; see index.html and summary.csv there")
    contents = {path.name: path.read_bytes() for path in packets.iterdir()}
    assert b"A coach's remarks." in contents.values()
    assert filled in contents.values()
    assert old_pdf not in contents.values()  # prepkit's own, which nobody had changed
    made = {f"{who}{end}" for who in ("ada", "bjorn", "cem") for end in (".ipynb", ".pdf")}
    made |= {f"{who}-fill-in.ipynb" for who in ("ada", "bjorn", "cem")}
    pages = {"index.html", "summary.csv", "manifest.jsonl", ".lock"}
    assert len(contents.keys() - made - pages) == 2  # what was kept
    second = run()
    assert second.stdout.startswith("packets: nothing to do, all packets are up to date")
    assert {path.name: path.read_bytes() for path in packets.iterdir()} == contents


def build_site(folder: Path, *notebooks: Path) -> Any:
    return publish(
        folder / "site",
        notebooks,
        settings=Settings(base_url="https://example.org/practice/", title="Practice"),
        bank_folder=folder / "bank",
        now=LATER,
    )


def site_files(folder: Path) -> set[str]:
    """Return the files of a site; those of the search index have names of their own each time."""
    site = folder / "site"
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    return {name for name in files if not name.startswith("pagefind/")}


@pytest.mark.long
def test_a_site_is_taken_over_and_updated(before: Path, tmp_path: Path) -> None:
    report = build_site(before, before / "report.ipynb")
    assert report.pages >= 19
    fresh = tmp_path / "fresh"
    for name in ("bank", "report.ipynb"):
        copy = shutil.copytree if (before / name).is_dir() else shutil.copyfile
        fresh.mkdir(exist_ok=True)
        copy(before / name, fresh / name)
    build_site(fresh, fresh / "report.ipynb")
    assert site_files(before) == site_files(fresh)
    assert {path.name for path in before.iterdir() if path.name.startswith(".site")} == {
        ".site.json"
    }
    assert build_site(before, before / "report.ipynb").made == 0
    build_site(before)
    assert not (before / "site" / "notebooks" / "report.html").exists()


def test_a_file_of_somebody_in_a_site_is_not_overwritten(before: Path) -> None:
    mine = before / "site" / "notes.txt"
    mine.write_text("Mine.")
    with pytest.raises(PrepkitError, match="holds files that prepkit didn't write"):
        build_site(before)
    assert mine.read_text() == "Mine."
