"""Stories and the other texts beside the answers: kept, moved and checked as answers are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from prepkit.__main__ import main
from prepkit.answers import (
    AnswerStore,
    Conflict,
    StoreError,
    collect_answers,
    export_answers,
    export_of,
    import_answers,
    import_file,
    stored_texts,
    student_stores,
)
from prepkit.answers.carried import take_carried
from prepkit.answers.exchange import ExchangeError, Export
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.kinds import (
    COMMENT,
    DEBRIEF,
    JOB,
    KINDS,
    MOCK,
    RATING,
    REMOVED,
    REPLY,
    STORY,
    TELLING,
)
from prepkit.answers.limits import excess
from prepkit.answers.texts import Texts
from prepkit.answers.transfer import restore_backup
from prepkit.notebook.leak_detector import LeakDetector
from prepkit.notebook.leaks import find_leaks
from prepkit.records import Revision
from tests.answers_files import QUESTION, TODAY

ID = "20260131-7f3a9c"
STAGE = "We moved the billing system while every shop in the country was open."
DWELL = "Dwell on the night when I stopped the move myself."
ATTEMPT = {
    "question": "craft/02",
    "recording": "20260131T093000Z.webm",
    "seconds": 93,
    "note": "I lost the thread where the numbers begin.",
}
RATED = {"rater": "Grace Hopper", "scores": {"Substance": 3}, "revisions": {"situation": 1}}
COMMENTED = {"id": "c1", "rater": "Grace Hopper", "text": "Say what it cost the customer."}
DEBRIEFED = {"asked": ["They asked about the outage of last spring."], "went": 3}


def clock(start: datetime = TODAY) -> Callable[[], datetime]:
    """Return a clock that goes on by a minute whenever it is looked at."""
    moments = iter(start + timedelta(minutes=count) for count in range(10_000))
    return lambda: next(moments)


def with_every_kind(path: Path) -> AnswerStore:
    """Store an answer, a rehearsal and a text of every other kind, some with earlier versions."""
    store = AnswerStore(path, now=clock())
    store.save(QUESTION, "situation", "The answer itself.", based_on=0)
    story = Texts(store, STORY)
    story.save(ID, "title", "Billing", based_on=0)
    story.save(ID, "situation", "We moved.", based_on=0)
    story.save(ID, "situation", STAGE, based_on=1)
    story.save(ID, "tags", "migration, risk", based_on=0)
    Texts(store, TELLING).save(ID, QUESTION, DWELL, based_on=0)
    Texts(store, TELLING).save(ID, "craft/02", REMOVED, based_on=0)
    Texts(store, MOCK).add(QUESTION, "attempt", json.dumps(ATTEMPT))
    Texts(store, DEBRIEF).save("20260131T190500Z", "debrief", json.dumps(DEBRIEFED), based_on=0)
    Texts(store, JOB).save("job", "text", "You will lead four teams of engineers.", based_on=0)
    Texts(store, RATING).add(QUESTION, "rating", json.dumps(RATED))
    Texts(store, COMMENT).add(QUESTION, "comment", json.dumps(COMMENTED))
    Texts(store, REPLY).save(QUESTION, "c1", "It cost them six weeks.", based_on=0)
    store.add_review(QUESTION, "good", 90)
    return store


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an answers file of every kind, to be copied."""
    return with_every_kind(tmp_path_factory.mktemp("kinds") / "answers.sqlite").path.parent


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> AnswerStore:
    """Return a store of the test's own, whose clock goes on from when it was filled."""
    home = shutil.copytree(made_once, tmp_path / "home")
    return AnswerStore(home / "answers.sqlite", now=clock(TODAY + timedelta(hours=1)))


def test_texts_are_stored_with_all_versions_and_apart_from_answers(store: AnswerStore) -> None:
    stories = Texts(store, STORY)
    assert {name: one.text for name, one in stories.one(ID).revisions.items()} == {
        "situation": STAGE,
        "tags": "migration, risk",
        "title": "Billing",
    }
    assert stories.load() == {ID: stories.one(ID)}
    assert [each.text for each in stories.history(ID, "situation")] == ["We moved.", STAGE]
    assert len(stories.history()) == 4
    assert stories.one("another").revisions == {}
    assert list(store.load()) == [QUESTION]
    assert store.history(ID) == ()


def test_a_text_of_another_window_is_never_overwritten(store: AnswerStore) -> None:
    stories = Texts(store, STORY)
    with pytest.raises(Conflict) as caught:
        stories.save(ID, "situation", "From another window.", based_on=1)
    assert caught.value.current.text == STAGE
    assert stories.save(ID, "situation", STAGE, based_on=0).revision == 2
    assert stories.save(ID, "situation", "On we go.", based_on=2).revision == 3


def test_an_earlier_text_is_restored_as_a_new_version(store: AnswerStore) -> None:
    stories = Texts(store, STORY)
    restored = stories.restore(ID, "situation", 1)
    assert (restored.revision, restored.text, restored.origin) == (3, "We moved.", "restore")
    with pytest.raises(StoreError) as caught:
        stories.restore(ID, "situation", 9)
    assert str(caught.value) == f"{ID} has no revision 9 of situation; it has: 1, 2, 3."


def test_the_same_attempt_may_come_again(store: AnswerStore) -> None:
    mock = Texts(store, MOCK)
    again = mock.add(QUESTION, "attempt", json.dumps(ATTEMPT))
    assert again.revision == 2
    assert [each.revision for each in mock.history(QUESTION, "attempt")] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "subject", "field", "message"),
    [
        (STORY, "", "title", "'' can't be the id of a story."),
        (STORY, ID, "titel", "There is no field 'titel' in a story."),
        (TELLING, ID, " craft/02", "There is no field ' craft/02' in a story."),
        (MOCK, QUESTION, "task", "There is no field 'task' in a mock interview."),
    ],
)
def test_what_a_kind_cant_have_is_refused(
    store: AnswerStore, kind: str, subject: str, field: str, message: str
) -> None:
    texts = Texts(store, kind)
    with pytest.raises(StoreError) as saved:
        texts.save(subject, field, "x", based_on=0)
    with pytest.raises(StoreError) as added:
        texts.add(subject, field, "x")
    with pytest.raises(StoreError) as restored:
        texts.restore(subject, field, 1)
    assert {str(saved.value), str(added.value), str(restored.value)} == {message}


# ---- export and import


def test_everything_comes_to_another_computer_as_it_was(store: AnswerStore, tmp_path: Path) -> None:
    file = export_answers(store, tmp_path / "all.json")
    other = AnswerStore(tmp_path / "other.sqlite")
    report = import_file(other, file)
    assert str(report) == (
        "Added 1 answer, 1 story, 1 mock interview, 1 debrief, 1 job description, 1 rating, "
        "1 comment, 1 reply and 1 rehearsal, with their earlier versions; 0 texts already here."
    )
    assert export_of(other) == export_of(store)
    assert {"revision", *export_of(other).beside} == set(KINDS)
    assert str(import_file(other, file)) == "Added nothing; 12 texts already here."
    assert export_of(other) == export_of(store)
    kept = import_answers(other, export_of(store), keep="imported")
    assert kept.added == ()


def test_an_import_counts_stories_and_replies_and_not_their_parts(
    tmp_path: Path,
) -> None:
    source = AnswerStore(tmp_path / "source.sqlite")
    for story in ("one", "two"):
        Texts(source, STORY).save(story, "title", "Billing", based_on=0)
        Texts(source, STORY).save(story, "task", "Mine.", based_on=0)
        Texts(source, TELLING).save(story, QUESTION, DWELL, based_on=0)
        Texts(source, REPLY).save(QUESTION, story, "Thank you.", based_on=0)
    report = import_answers(AnswerStore(tmp_path / "other.sqlite"), export_of(source))
    assert str(report) == "Added 2 stories and 2 replies; 0 texts already here."


def test_every_kind_has_an_example_here(store: AnswerStore) -> None:
    export = export_of(store)
    assert {"revision", *export.beside} == set(KINDS)


def test_a_file_without_stories_is_one_that_an_older_prepkit_reads(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    store.save(QUESTION, "task", "Mine.", based_on=0)
    assert set(json.loads(to_json(export_of(store)))) == {"format", "version", "answers", "reviews"}
    assert json.loads(to_json(export_of(store)))["version"] == 1
    Texts(store, STORY).save(ID, "title", "Billing", based_on=0)
    assert json.loads(to_json(export_of(store)))["version"] == 2


def test_a_story_that_was_changed_on_both_computers_is_a_choice(
    store: AnswerStore, tmp_path: Path
) -> None:
    other = AnswerStore(tmp_path / "other.sqlite", now=clock())
    import_answers(other, export_of(store))
    Texts(other, STORY).save(ID, "situation", "Changed there.", based_on=2)
    Texts(store, STORY).save(ID, "situation", "Changed here.", based_on=2)
    report = import_answers(store, export_of(other))
    assert str(report).splitlines()[2:] == [
        f"story {ID}, situation: changed both here and in the file.",
        "  Here (revision 3):",
        "    Changed here.",
        "  In the file:",
        "    Changed there.",
    ]
    assert Texts(store, STORY).one(ID).text("situation") == "Changed here."
    import_answers(store, export_of(other), keep="imported")
    assert Texts(store, STORY).one(ID).text("situation") == "Changed there."
    assert "Changed here." in [each.text for each in Texts(store, STORY).history(ID, "situation")]


def test_attempts_of_two_computers_are_put_together(store: AnswerStore, tmp_path: Path) -> None:
    other = AnswerStore(tmp_path / "other.sqlite", now=clock(TODAY + timedelta(days=1)))
    import_answers(other, export_of(store))
    Texts(other, MOCK).add(QUESTION, "attempt", '{"seconds": 70}')
    Texts(store, MOCK).add(QUESTION, "attempt", '{"seconds": 80}')
    for _ in range(2):
        report = import_answers(store, export_of(other))
        assert report.conflicts == ()
    found = Texts(store, MOCK).history(QUESTION, "attempt")
    assert [(each.revision, json.loads(each.text)["seconds"]) for each in found] == [
        (1, 93),
        (2, 80),
        (3, 70),
    ]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (
            {"tale": {}},
            'texts: "tale" is not known here; expected story, telling, mock, debrief, job',
        ),
        ({"story": {"a": {"titel": "x"}}}, "\"titel\" is not known here; did you mean 'title'?"),
        (
            {"telling": {"a": {" ": "x"}}},
            'texts.telling["a"]: " " is not known here; expected the id of a question',
        ),
        ({"story": {"": {}}}, 'texts.story[""]: this can\'t be an id'),
        ({"story": {"a": {"title": 7}}}, 'texts.story["a"].title: expected a text or a list'),
        (
            {"story": {"a": {"title": [{"revision": 0}]}}},
            'texts.story["a"].title[0].revision: expected a whole number from 1, found 0',
        ),
        (
            {"telling": {"a": {"craft/02": [{}]}}},
            'texts.telling["a"]["craft/02"][0].text: expected a text, found null',
        ),
        ([], "texts: expected an object, found []"),
    ],
)
def test_what_is_wrong_with_a_text_in_a_file_is_named(texts: object, problem: str) -> None:
    document = {"format": "prepkit-answers", "version": 2, "answers": {}, "texts": texts}
    with pytest.raises(ExchangeError) as caught:
        from_json(json.dumps(document))
    assert problem in str(caught.value)


def test_a_page_to_read_has_the_stories_after_the_answers(
    store: AnswerStore, tmp_path: Path
) -> None:
    Texts(store, STORY).save("away", "removed", "yes", based_on=0)
    Texts(store, STORY).save("away", "task", "Two\n\nlines.", based_on=0)
    page = export_answers(store, tmp_path / "all.md", titles={QUESTION: "Tell me about a  move."})
    text = page.read_text("utf-8")
    assert text.partition("# Stories")[2] == (
        "\n\nTo read only: the .json export brings stories to another computer.\n\n"
        f"## Billing\n\n### Situation\n\n> {STAGE}\n\nTags: migration, risk\n\n"
        "### Questions it answers\n\n"
        f"- Tell me about a move. (dwell on: {DWELL})\n\n"
        "## Untitled story\n\nPut away.\n\n### Task\n\n> Two\n>\n> lines.\n"
    )
    other = AnswerStore(tmp_path / "other.sqlite")
    assert str(import_file(other, page)) == (
        "Added 1 answer; 0 texts already here.\n"
        "Not imported: stories. A .md file has them to read only; a .json export brings them along."
    )
    assert export_of(other).texts() == {QUESTION: {"situation": "The answer itself."}}


def test_a_page_without_stories_ends_with_the_answers(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    store.save(QUESTION, "task", "Mine.", based_on=0)
    text = export_answers(store, tmp_path / "all.md").read_text("utf-8")
    assert text == f"# Answers\n\n## {QUESTION}\n\n### Task\n\n> Mine.\n"


def test_earlier_versions_of_a_story_are_listed_and_restored_in_a_terminal(
    store: AnswerStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(store.path.parent))
    assert main(["answers", "history", ID, "situation"]) == 0
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert shown == ["    We moved.", f"    {STAGE}"]
    assert main(["answers", "restore", ID, "situation", "1"]) == 0
    assert capsys.readouterr().out == f"{ID} situation: the current version is now 3.\n"
    assert Texts(store, STORY).one(ID).text("situation") == "We moved."


# ---- damage, repair and backups


def make_backup(path: Path) -> None:
    """Save something a few hours later: the backup is made before."""
    later = AnswerStore(path, now=lambda: TODAY + timedelta(hours=3))
    later.save(QUESTION, "task", "This save makes a backup.", based_on=0)


def test_one_damaged_byte_in_a_story_is_found_and_mended(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    before = export_of(with_every_kind(path))
    make_backup(path)
    whole = path.read_bytes()
    assert whole.count(STAGE.encode()) == 1
    path.write_bytes(whole.replace(STAGE.encode(), STAGE.replace("shop", "shxp").encode()))
    again = AnswerStore(path, now=lambda: TODAY)
    assert Texts(again, STORY).one(ID).text("situation") == STAGE
    assert str(again.recovered).startswith(
        "The answers file was damaged. 14 saved texts were recovered; the damaged file is kept as "
    )
    assert export_of(again).beside == before.beside


def test_without_a_backup_a_damaged_story_is_kept_and_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    store = with_every_kind(path)
    for backup in (tmp_path / "backups").glob("*"):
        backup.unlink()
    before = export_of(store)
    changed = path.read_bytes().replace(b"every shop", b"every shxp")
    path.write_bytes(changed)
    again = AnswerStore(path, now=lambda: TODAY)
    found = export_of(again)
    assert Texts(again, STORY).one(ID).text("situation") == STAGE.replace("shop", "shxp")
    assert f"Some characters may be wrong in: {ID} situation 2." in str(again.recovered)
    assert {kind: set(texts) for kind, texts in found.beside.items()} == {
        kind: set(texts) for kind, texts in before.beside.items()
    }
    assert found.answers == before.answers


def test_a_backup_brings_stories_back(store: AnswerStore) -> None:
    make_backup(store.path)
    stories = Texts(store, STORY)
    stories.save(ID, "situation", "Spoilt.", based_on=2)
    (backup,) = (store.path.parent / "backups").glob("*.sqlite")
    restore_backup(store, date.fromisoformat(backup.stem.removeprefix("answers-")))
    assert stories.one(ID).text("situation") == STAGE


# ---- nothing private is published or handed in


def published(text: str) -> dict[str, object]:
    output = new_output("stream", name="stdout", text=f"Some words before.\n{text}\nAnd after.")
    cell = new_code_cell("print()")
    cell.outputs = [output]
    notebook: dict[str, object] = new_notebook(cells=[cell])
    return notebook


@pytest.mark.parametrize(
    "text",
    [
        STAGE,
        DWELL,
        ATTEMPT["note"],
        DEBRIEFED["asked"][0],  # type: ignore[index]
        "You will lead four teams of engineers.",
        COMMENTED["text"],
        "It cost them six weeks.",
    ],
)
def test_a_published_notebook_with_such_a_text_is_found(store: AnswerStore, text: str) -> None:
    known = LeakDetector(stored_texts(store.path.parent))
    (leak,) = find_leaks(published(text), known)
    assert (leak.kind, leak.cell, leak.place) == ("answer", 1, "output 1")


def test_ids_numbers_and_marks_are_nobodys_texts(store: AnswerStore) -> None:
    texts = stored_texts(store.path.parent)
    assert texts == {
        "The answer itself.",
        "Billing",
        "We moved.",
        STAGE,
        "migration, risk",
        DWELL,
        ATTEMPT["note"],
        "They asked about the outage of last spring.",
        "You will lead four teams of engineers.",
        COMMENTED["text"],
        "It cost them six weeks.",
    }
    assert not find_leaks(published(f"{QUESTION} 20260131T093000Z.webm 93"), LeakDetector(texts))


def test_a_story_is_never_collected_from_what_a_student_sends(
    store: AnswerStore, tmp_path: Path
) -> None:
    returned = tmp_path / "returned"
    returned.mkdir()
    export_answers(store, returned / "ada.json")
    report = collect_answers(returned, tmp_path / "students")
    assert report.problems == ()
    (path,) = student_stores(tmp_path / "students").values()
    found = export_of(AnswerStore(path))
    assert set(found.beside) == {REPLY}  # what a coach asked for; no story, rating or comment
    assert found.texts() == {QUESTION: {"situation": "The answer itself."}}


def test_a_notebook_brings_no_story(store: AnswerStore, tmp_path: Path) -> None:
    students = AnswerStore(tmp_path / "ada.sqlite")
    take_carried(students, export_of(store))
    assert set(export_of(students).beside) == {REPLY}
    assert list(export_of(students).answers) == [QUESTION]


def test_what_stands_beside_the_answers_counts_in_what_one_may_send() -> None:
    long = {"situation": "x" * 1_000_001}
    document = {"answers": {}, "texts": {"story": {"a": long}}}
    assert excess(document) == "a text of 1.0 MB is in it; one text may have 1 MB."


def test_stories_of_a_file_are_read_as_they_are_written(store: AnswerStore) -> None:
    export = export_of(store)
    assert from_json(to_json(export)) == export
    undated = Export(beside={STORY: {ID: {"title": "Billing"}}})
    assert from_json(to_json(undated)) == undated


def test_an_undated_story_is_added_once(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: TODAY)
    undated = Export(beside={STORY: {ID: {"title": "Billing"}}})
    assert import_answers(store, undated).added == (
        Revision(
            question=ID, field="title", revision=1, text="Billing", saved_at=TODAY, origin="import"
        ),
    )
    assert import_answers(store, undated).added == ()
