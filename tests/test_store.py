"""The answers file as forms and notebooks use it."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepkit.answers import (
    AnswerStore,
    Conflict,
    ImportReport,
    StoreError,
    database,
    export_answers,
    export_of,
    import_answers,
    import_file,
    user_folder,
)
from prepkit.answers.exchange import Export
from prepkit.answers.schema import new_database
from prepkit.errors import PrepkitError
from prepkit.forms import FORMS, Kind
from prepkit.records import Review, Revision
from prepkit.words import count_words
from tests.answers_files import write_version_1
from tests.examples import long_enough, tries
from tests.platforms import needs_modes, needs_posix_files

QUESTION = "technical-leadership/06"
OTHER = "technical-leadership/07"
START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by a minute each time it is read."""
    minutes = itertools.count(1)
    return lambda: START + timedelta(minutes=next(minutes))


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "home" / "answers.sqlite", now=clock())


def texts(store: AnswerStore, question: str = QUESTION, field: str = "task") -> list[str]:
    return [revision.text for revision in store.history(question, field)]


def test_a_new_store_is_empty(store: AnswerStore) -> None:
    assert store.load() == {}
    assert store.answer(QUESTION).state(FORMS["past-event"].parts) == "untouched"
    assert store.history(QUESTION) == ()
    assert store.reviews() == ()
    assert store.recovered is None


def test_a_saved_text_is_there_for_every_other_store(store: AnswerStore) -> None:
    saved = store.save(QUESTION, "task", "Mine.", based_on=0)
    assert saved == Revision(
        question=QUESTION,
        field="task",
        revision=1,
        text="Mine.",
        saved_at=saved.saved_at,
        origin="form",
    )
    other = AnswerStore(store.path)
    assert other.answer(QUESTION).revisions == {"task": saved}
    assert other.load() == {QUESTION: other.answer(QUESTION)}


def test_each_save_adds_a_revision_dated_by_the_clock(store: AnswerStore) -> None:
    first = store.save(QUESTION, "task", "One.", based_on=0)
    second = store.save(QUESTION, "task", "Two.", based_on=1, origin="paste")
    elsewhere = store.save(OTHER, "task", "Three.", based_on=0)
    assert first.saved_at < second.saved_at < elsewhere.saved_at
    assert second.saved_at.tzinfo == UTC
    assert (second.revision, second.origin) == (2, "paste")
    assert store.history(QUESTION, "task") == store.history(QUESTION) == (first, second)
    assert store.history() == (first, second, elsewhere)
    assert store.load()[QUESTION].revisions == {"task": second}


def test_one_fields_history_is_in_the_order_of_its_revisions_though_the_clock_went_back(
    tmp_path: Path,
) -> None:
    moments = iter([START, START, START - timedelta(hours=1)])
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: next(moments))
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    assert texts(store) == ["One.", "Two."]
    assert store.answer(QUESTION).text("task") == "Two."


def test_saving_the_current_text_again_adds_nothing(store: AnswerStore) -> None:
    saved = store.save(QUESTION, "task", "One.", based_on=0)
    assert store.save(QUESTION, "task", "One.", based_on=0) == saved
    assert store.history(QUESTION) == (saved,)


def test_saving_on_an_older_revision_is_a_conflict_with_both_texts(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    second = store.save(QUESTION, "task", "Two.", based_on=1)
    with pytest.raises(Conflict) as caught:
        store.save(QUESTION, "task", "Three.", based_on=1)
    assert (caught.value.current, caught.value.text) == (second, "Three.")
    assert str(caught.value) == (
        "technical-leadership/06, task: another window saved revision 2 in the meantime. "
        "Choose which of the two texts to keep."
    )
    assert texts(store) == ["One.", "Two."]


def test_a_revision_the_file_never_had_is_a_conflict_but_no_obstacle_to_an_empty_field(
    store: AnswerStore,
) -> None:
    assert store.save(QUESTION, "task", "One.", based_on=7).revision == 1
    with pytest.raises(Conflict):
        store.save(QUESTION, "task", "Two.", based_on=7)


def test_an_earlier_text_is_restored_as_a_new_revision(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    restored = store.restore(QUESTION, "task", 1)
    assert (restored.revision, restored.text, restored.origin) == (3, "One.", "restore")
    assert store.restore(QUESTION, "task", 1) == restored
    assert texts(store) == ["One.", "Two.", "One."]


def test_restoring_what_was_never_saved_says_what_there_is(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    with pytest.raises(StoreError) as caught:
        store.restore(QUESTION, "task", 2)
    assert str(caught.value) == "technical-leadership/06 has no revision 2 of task; it has: 1."
    with pytest.raises(StoreError, match=r"^technical-leadership/07 .* of task; it has: none\.$"):
        store.restore(OTHER, "task", 1)


def test_an_unknown_field_and_an_impossible_question_are_refused(store: AnswerStore) -> None:
    with pytest.raises(StoreError) as caught:
        store.save(QUESTION, "resul", "One.", based_on=0)
    assert str(caught.value) == ("There is no field 'resul' in an answer; did you mean 'result'?")
    with pytest.raises(StoreError) as caught:
        store.save("two\nlines", "task", "One.", based_on=0)
    assert str(caught.value) == (
        "'two\\nlines' is not a question id; one looks like 'technical-leadership/06'."
    )
    assert not store.path.exists()


def test_reviews_are_kept_in_order(store: AnswerStore) -> None:
    first = store.add_review(QUESTION, "hard", 150)
    second = store.add_review(OTHER, "good", 0)
    assert store.reviews() == (first, second)
    assert first == Review(
        question=QUESTION, rating="hard", seconds=150, reviewed_at=first.reviewed_at
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(
    max_examples=tries(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_is_kept_exactly(store: AnswerStore, text: str) -> None:
    current = store.answer(QUESTION).revisions.get("task")
    store.save(QUESTION, "task", text, based_on=current.revision if current else 0)
    assert store.answer(QUESTION).text("task") == text


def test_line_ends_nul_characters_and_a_megabyte_are_kept_exactly(store: AnswerStore) -> None:
    for number, text in enumerate(["a\r\nb\rc\n", "a\0b", "", "\ufeff\U0001f600", "é" * 500_000]):
        store.save(QUESTION, "task", text, based_on=number)
        assert store.answer(QUESTION).text("task") == text


def test_half_a_surrogate_pair_is_replaced_and_the_rest_of_the_text_is_kept(
    store: AnswerStore,
) -> None:
    saved = store.save(QUESTION, "task", "a\ud83d b\ude00 \ud83d\ude00", based_on=0)
    assert saved.text == store.answer(QUESTION).text("task") == "a\ufffd b\ufffd \U0001f600"


def test_sqlite_itself_refuses_to_change_or_delete_what_is_stored(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    store.add_review(QUESTION, "good", 1)
    with closing(sqlite3.connect(store.path)) as connection:
        for statement in ("UPDATE event SET text = ''", "DELETE FROM event"):
            with pytest.raises(sqlite3.IntegrityError, match=r"^what is stored never changes$"):
                connection.execute(statement)


@needs_modes
def test_only_the_owner_can_read_the_folders_and_their_files(store: AnswerStore) -> None:
    before = os.umask(0o022)
    try:
        store.save(QUESTION, "task", "One.", based_on=0)
        store.save(QUESTION, "task", "Two.", based_on=1)
    finally:
        os.umask(before)
    home = store.path.parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}
    assert modes == {
        "home": 0o700,
        "answers.sqlite": 0o600,
        "answers.lock": 0o600,
        "backups": 0o700,
        "answers-2026-01-31.sqlite": 0o600,
    }


@pytest.mark.long
def test_a_plain_copy_of_the_one_file_has_every_saved_text(
    store: AnswerStore, tmp_path: Path
) -> None:
    for number in range(20):
        store.save(QUESTION, "task", f"Text {number}.", based_on=number)
        copy = tmp_path / f"copy-{number}.sqlite"
        shutil.copyfile(store.path, copy)
        assert texts(AnswerStore(copy)) == [f"Text {each}." for each in range(number + 1)]
    assert not list(store.path.parent.glob("answers.sqlite-*"))


def test_the_users_folder_is_the_one_that_prepkit_home_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path))
    assert user_folder() == tmp_path
    assert AnswerStore().path == tmp_path / "answers.sqlite"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PREPKIT_HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert user_folder().name == "prepkit"
    assert tmp_path in user_folder().parents


@pytest.mark.long
def test_threads_share_a_store(store: AnswerStore) -> None:
    def save(field: str) -> None:
        for number in range(20):
            store.save(QUESTION, field, f"{field} {number}", based_on=number)

    fields = ["situation", "task", "action", "result"]
    threads = [threading.Thread(target=save, args=(field,)) for field in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(store.history(QUESTION, field)) for field in fields] == [20] * 4


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_and_its_parent_both_save(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "Before.", based_on=0)
    child = os.fork()
    if child == 0:
        try:
            store.save(QUESTION, "task", "In the child.", based_on=1)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    store.save(QUESTION, "task", "In the parent.", based_on=2)
    assert texts(store) == ["Before.", "In the child.", "In the parent."]


@needs_posix_files
def test_a_file_put_in_place_of_the_open_one_is_used_from_then_on(
    store: AnswerStore, tmp_path: Path
) -> None:
    store.save(QUESTION, "task", "Old.", based_on=0)
    backup = AnswerStore(tmp_path / "backup.sqlite")
    backup.save(QUESTION, "task", "From the backup.", based_on=0)
    backup.path.replace(store.path)
    assert texts(store) == ["From the backup."]


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 3")
    before = store.path.read_bytes()
    for use in (store.load, lambda: store.save(QUESTION, "task", "Two.", based_on=1)):
        with pytest.raises(StoreError) as caught:
            use()
        assert str(caught.value) == (
            f"{store.path} was written by a newer prepkit (format 3; this one reads up to 2). "
            "Update prepkit, then open it again."
        )
    assert store.path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photo (name TEXT)")
    before = path.read_bytes()
    store = AnswerStore(path)
    with pytest.raises(StoreError) as caught:
        store.load()
    assert str(caught.value) == (
        f"{path} is a database of another program. Move that file elsewhere, or set PREPKIT_HOME "
        "to another folder."
    )
    assert path.read_bytes() == before


def test_an_older_file_is_brought_up_to_date_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    write_version_1(path, [(QUESTION, "task", 1, "One."), (QUESTION, "task", 2, "Two.")])
    store = AnswerStore(path, now=clock())
    assert texts(store) == ["One.", "Two."]
    assert store.recovered is None
    assert [review.rating for review in store.reviews()] == ["good"]
    copy = path.with_name("answers.version-1-2026-01-31.sqlite")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT text FROM revision").fetchall() == [("One.",), ("Two.",)]
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "answers.lock",
        "answers.sqlite",
        copy.name,
    ]
    assert texts(store) == ["One.", "Two."]


def test_an_upgrade_that_fails_leaves_the_older_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.sqlite"
    write_version_1(path, [(QUESTION, "task", 1, "One.")])

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("no")

    with monkeypatch.context() as broken:
        broken.setattr(database, "make_table", fail)
        with pytest.raises(StoreError):
            AnswerStore(path, now=clock()).save(QUESTION, "task", "Two.", based_on=1)
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        assert sorted(tables) == [("review",), ("revision",)]
    assert not list(tmp_path.glob("answers.version-*"))
    assert texts(AnswerStore(path)) == ["One."]


def test_each_commit_waits_for_the_file_and_its_folder(tmp_path: Path) -> None:
    with closing(new_database(tmp_path / "answers.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)


def test_an_export_brings_an_empty_store_the_same_history(
    store: AnswerStore, tmp_path: Path
) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(OTHER, "situation", "There.", based_on=0)
    store.save(QUESTION, "action", "I did.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    store.restore(QUESTION, "task", 1)
    store.add_review(QUESTION, "good", 60)
    path = export_answers(store, tmp_path / "answers.json")
    new = AnswerStore(tmp_path / "new.sqlite")
    report = import_file(new, path)
    assert new.history() == store.history()
    assert new.reviews() == store.reviews()
    assert str(report) == (
        "Added 2 answers and 1 rehearsal, with their earlier versions; 0 texts already here."
    )
    assert str(import_file(new, path)) == "Added nothing; 3 texts already here."
    assert new.history() == store.history()
    assert new.reviews() == store.reviews()


def imported(store: AnswerStore, *history: str, keep: str = "stored") -> ImportReport:
    """Import a history of the task, or its current text alone."""
    revisions = tuple(
        Revision(
            question=QUESTION, field="task", revision=n, text=text, saved_at=START, origin="form"
        )
        for n, text in enumerate(history, start=1)
    )
    value = revisions if len(history) > 1 else history[0]
    export = Export({QUESTION: {"task": value}})
    return import_answers(store, export, keep="imported" if keep == "imported" else "stored")


def test_an_imported_text_is_stored_where_there_was_none(store: AnswerStore) -> None:
    (added,) = imported(store, "One.").added
    assert (added.revision, added.text, added.origin) == (1, "One.", "import")
    assert store.history() == (added,)


def test_an_empty_text_without_history_is_not_imported(store: AnswerStore) -> None:
    imported(store, "")
    assert store.history() == ()
    store.save(QUESTION, "task", "One.", based_on=0)
    assert imported(store, "", keep="imported").unchanged == 1
    assert texts(store) == ["One."]


def test_a_text_made_from_the_stored_one_is_added_after_it(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    (added,) = imported(store, "One.", "Two.", "Three.").added
    assert (added.revision, added.text, added.origin) == (2, "Three.", "import")


def test_a_text_that_the_stored_history_has_is_not_imported_again(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.", based_on=1)
    assert imported(store, "One.").unchanged == 1
    assert texts(store) == ["One.", "Two."]


def test_a_text_changed_on_both_sides_is_a_conflict_that_tells_both(store: AnswerStore) -> None:
    stored = store.save(QUESTION, "task", "Mine.", based_on=0)
    report = imported(store, "Theirs,\non two lines.")
    assert [(each.stored, each.imported) for each in report.conflicts] == [
        (stored, "Theirs,\non two lines.")
    ]
    assert texts(store) == ["Mine."]
    assert str(report) == (
        "Added nothing; 0 texts already here.\n"
        "1 text not imported, because both versions were changed. To use the file's version, "
        "import again with --keep imported; the one here stays in the history.\n"
        "technical-leadership/06, task: changed both here and in the file.\n"
        "  Here (revision 1):\n"
        "    Mine.\n"
        "  In the file:\n"
        "    Theirs,\n"
        "    on two lines."
    )


@pytest.mark.parametrize("text", ["Mine.", "Theirs."])
def test_keeping_the_imported_text_makes_it_current_and_keeps_the_other(
    store: AnswerStore, text: str
) -> None:
    store.save(QUESTION, "task", "Mine.", based_on=0)
    store.save(QUESTION, "task", "Mine again.", based_on=1)
    assert not imported(store, text, keep="imported").conflicts
    assert texts(store) == ["Mine.", "Mine again.", text]
    assert imported(store, text, keep="imported").unchanged == 1


def test_an_import_is_stored_whole_or_not_at_all(store: AnswerStore) -> None:
    twice = Revision(
        question=OTHER, field="task", revision=1, text="x", saved_at=START, origin="form"
    )
    broken = Export({QUESTION: {"task": "One."}, OTHER: {"task": (twice, twice)}})
    with pytest.raises(StoreError):
        import_answers(store, broken)
    assert store.history() == ()


def test_a_markdown_export_holds_the_current_texts(store: AnswerStore, tmp_path: Path) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    store.save(QUESTION, "task", "Two.\r\n", based_on=1)
    path = export_answers(store, tmp_path / "answers.md")
    assert path.read_bytes() == (
        b"# Answers\n\n## technical-leadership/06\n\n### Task\n\n> Two.\r\n>\n"
    )
    new = AnswerStore(tmp_path / "new.sqlite")
    import_file(new, path)
    assert texts(new) == ["Two.\r\n"]


def test_an_export_replaces_no_file_unless_told_to(store: AnswerStore, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text("mine")
    with pytest.raises(StoreError) as caught:
        export_answers(store, path)
    assert str(caught.value) == f"{path} already exists. Choose another name, or add --replace."
    assert path.read_text() == "mine"
    export_answers(store, path, replace=True)
    assert path.read_text().startswith("{")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["answers.json", "home"]


def test_files_that_cannot_be_exported_to_or_imported_say_why(
    store: AnswerStore, tmp_path: Path
) -> None:
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    (tmp_path / "bad.md").write_text("# Answers\ntext\n")
    (tmp_path / "bad.json").write_text("[]")
    messages = {}
    for name in ("answers.txt", "none.md", "latin.md", "bad.md", "bad.json"):
        with pytest.raises(PrepkitError) as caught:
            import_file(store, tmp_path / name)
        messages[name] = str(caught.value).removeprefix(f"{tmp_path / name}")
    assert messages == {
        "answers.txt": ": expected a name that ends in .json or .md.",
        "none.md": ": no such file",
        "latin.md": ":1: this is not UTF-8 text: save the file as UTF-8",
        "bad.md": ": nothing was imported.\n"
        "  line 2: each line of a text starts with '> ', found \"text\"",
        "bad.json": ": nothing was imported.\n  expected an object, found []",
    }
    with pytest.raises(StoreError) as caught:
        export_answers(store, tmp_path / "none" / "answers.md")
    assert str(caught.value) == (
        f"{tmp_path / 'none' / 'answers.md'} can't be written: No such file or directory."
    )


@pytest.mark.parametrize("kind", FORMS)
def test_an_answer_to_each_kind_of_question_is_stored_exported_and_brought_back(
    kind: Kind, store: AnswerStore, tmp_path: Path
) -> None:
    form = FORMS[kind]
    fields = [*form.names, "key_points"]
    assert store.answer(QUESTION).state(form.parts) == "untouched"
    for field in reversed(fields):
        assert store.answer(QUESTION).state(form.parts) != "complete"
        store.save(QUESTION, field, long_enough(f"My {field}"), based_on=0)
    assert store.answer(QUESTION).state(form.parts) == "complete"
    words = sum(count_words(long_enough(f"My {name}")) for name in form.names)
    assert store.answer(QUESTION).words(form.parts) == words
    assert list(export_of(store).answers[QUESTION]) == fields
    for name in ("answers.json", "answers.md"):
        path = export_answers(store, tmp_path / name)
        other = AnswerStore(tmp_path / f"{name}.sqlite")
        assert len(import_file(other, path).added) == len(fields)
        assert export_of(other).texts() == export_of(store).texts()
    page = (tmp_path / "answers.md").read_text(encoding="utf-8")
    titles = [line[4:] for line in page.splitlines() if line.startswith("### ")]
    assert titles == [*(part.title for part in form.parts), "Key points"]


def test_fields_of_two_kinds_are_all_exported(store: AnswerStore) -> None:
    for field in ("hindsight", "situation", "result"):
        store.save(QUESTION, field, field, based_on=0)
    assert list(export_of(store).answers[QUESTION]) == ["situation", "result", "hindsight"]


def test_an_export_lists_fields_in_the_order_of_an_answer(store: AnswerStore) -> None:
    for field in ("result", "key_points", "situation"):
        store.save(QUESTION, field, field, based_on=0)
    assert list(export_of(store).answers[QUESTION]) == ["situation", "result", "key_points"]
