"""The Python side of the forms: what they answer, show, keep to themselves, and record."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import pytest
from ipywidgets.embed import embed_data  # type: ignore[import-untyped]

from prepkit.answers import AnswerStore, StoreError
from prepkit.answers.planned import Planned, save_planned
from prepkit.answers.preferences import PracticeLog, Preferences, save_preferences
from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.practice.progress import due_frame
from prepkit.records import Ask, Question
from prepkit.widgets.picker import Picker
from prepkit.widgets.star_form import StarForm
from tests.site_samples import write_bank, write_question

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("bank")
    (folder / "categories.yaml").write_text(
        "- {slug: craft, title: Craft, icon: ⚙, description: How work gets done.}\n"
        "- {slug: people, title: People, icon: ☺, description: Who it is done with.}\n",
        "utf-8",
    )
    (folder / "companies.yaml").write_text("- {name: Acme}\n- {name: Bolt}\n", "utf-8")
    for category, number, company in (
        ("craft", 1, "Acme"),
        ("craft", 2, "Bolt"),
        ("people", 1, "Bolt"),
    ):
        question = Question(
            category=category,
            number=number,
            text=f"What about <{category}> {number}?",
            why="To see & hear it.",
            key_points=("one", "two", "three", "four"),
            asks=(Ask(company=company, focus="Speed"),),
        )
        path = folder / "questions" / category / f"{number:02d}-topic.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(format_question(question), "utf-8")
    return load_bank(folder)


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)


def save(text: str, based_on: int, question: str = "craft/01") -> dict[str, Any]:
    return {
        "type": "save",
        "view": "v1",
        "seq": 7,
        "question": question,
        "field": "task",
        "text": text,
        "based_on": based_on,
    }


ADDRESS = {"view": "v1", "seq": 7, "question": "craft/01", "field": "task"}
STORED = {"revision": 1, "saved_at": "2026-03-01T12:30:00+00:00"}


def test_a_save_is_answered_to_its_view_and_told_to_the_others(
    bank: Bank, store: AnswerStore
) -> None:
    form = StarForm(bank["craft/01"], store)
    place = {"question": "craft/01", "field": "task"}
    assert form.handle(save("Mine", 0)) == (
        {"type": "saved", **ADDRESS, **STORED},
        {"type": "changed", **place, "by": "v1", "text": "Mine", **STORED},
    )
    assert store.answer("craft/01").text("task") == "Mine"


def test_a_save_on_an_older_revision_is_answered_by_the_stored_text(
    bank: Bank, store: AnswerStore
) -> None:
    store.save("craft/01", "task", "Theirs", based_on=0)
    answers = StarForm(bank["craft/01"], store).handle(save("Mine", 0))
    assert answers == ({"type": "conflict", **ADDRESS, "text": "Theirs", **STORED},)
    assert store.answer("craft/01").text("task") == "Theirs"


def test_a_failed_save_is_answered_by_its_reason_and_what_to_do(
    bank: Bank, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError(
            "Nothing was saved: the disk that holds /home/ada is full. Free some space, …",
            reason="your disk is full.",
            remedy="Free some space",
        )

    monkeypatch.setattr(store, "save", full)
    error = {"message": "your disk is full.", "remedy": "Free some space"}
    assert StarForm(bank["craft/01"], store).handle(save("Mine", 0)) == (
        {"type": "error", **ADDRESS, "about": "save", **error},
    )


def test_a_text_is_stored_with_the_question_it_was_typed_for(
    bank: Bank, store: AnswerStore
) -> None:
    form = StarForm(bank["craft/01"], store)
    form.show(bank["craft/02"])
    form.handle(save("Typed before the question changed", 0))
    assert store.answer("craft/01").text("task") == "Typed before the question changed"
    assert store.answer("craft/02").text("task") == ""


def test_loading_answers_what_is_stored(bank: Bank, store: AnswerStore) -> None:
    form = StarForm(bank["craft/01"], store)
    store.save("craft/01", "key_points", "one\nthree", based_on=0)
    (answer,) = form.handle({"type": "load", "view": "v1", "question": "craft/01"})
    assert answer["fields"] == {"key_points": {"text": "one\nthree", **STORED}}
    assert answer["notice"] is None


def test_a_damaged_answers_file_is_told_in_the_form(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"not a database" * 100)
    store = AnswerStore(path)
    form = StarForm(bank["craft/01"], store)
    (answer,) = form.handle({"type": "load", "view": "v1", "question": "craft/01"})
    assert answer["notice"] == store.recovered
    assert answer["notice"]


def test_the_history_of_a_field_is_answered_oldest_first(bank: Bank, store: AnswerStore) -> None:
    form = StarForm(bank["craft/01"], store)
    form.handle(save("First", 0))
    form.handle(save("Second", 1))
    (answer,) = form.handle(
        {"type": "history", "view": "v1", "question": "craft/01", "field": "task"}
    )
    assert [(past["revision"], past["text"]) for past in answer["revisions"]] == [
        (1, "First"),
        (2, "Second"),
    ]


def test_any_question_of_the_bank_can_be_opened_and_no_other(
    bank: Bank, store: AnswerStore
) -> None:
    form = StarForm(bank["craft/01"], store)
    assert form.handle({"type": "open", "view": "v1", "question": "people/01"}) == ()
    assert form.question["id"] == "people/01"
    form.handle({"type": "open", "view": "v1", "question": "craft/02"})
    assert form.question["next"] == {"id": "people/01", "text": "What about <people> 1?"}
    (error,) = form.handle({"type": "open", "view": "v1", "question": "people/02"})
    assert (error["type"], error["about"]) == ("error", "open")
    assert form.question["id"] == "craft/02"


def test_a_rehearsal_is_recorded(bank: Bank, store: AnswerStore) -> None:
    form = StarForm(bank["craft/01"], store)
    message = {"type": "review", "view": "v1", "seq": 1, "question": "craft/01"}
    (answer,) = form.handle({**message, "rating": "good", "seconds": 95})
    assert answer["type"] == "reviewed"
    assert [(each.rating, each.seconds) for each in store.reviews()] == [("good", 95)]


def test_when_a_question_comes_back_is_told_before_the_rating_and_after_it(
    bank: Bank, store: AnswerStore
) -> None:
    form = StarForm(bank["craft/01"], store)
    about = {"view": "v1", "seq": 1, "question": "craft/01"}
    store.add_review("craft/02", "easy", 60)
    for _ in range(2):
        (before,) = form.handle({"type": "comebacks", **about})
        assert list(before["due"]) == ["again", "hard", "good", "easy"]
        review = {"type": "review", **about, "rating": "good", "seconds": 95}
        (after,) = form.handle(review)
        assert after["due"] == before["due"]["good"]
    due = due_frame(store.reviews(), store.moment()).set_index("question").due
    assert due["craft/01"].isoformat() == after["due"]


def test_a_message_of_an_unknown_kind_is_left_unanswered(bank: Bank, store: AnswerStore) -> None:
    assert StarForm(bank["craft/01"], store).handle({"type": "hello"}) == ()


def test_widget_state_holds_no_answer(bank: Bank, store: AnswerStore) -> None:
    widgets.Widget.close_all()  # the state has all widgets, and other tests may have left some
    picker = Picker(bank, store)
    picker.form.handle(save("A secret told to nobody", 0))
    (answer,) = picker.form.handle({"type": "load", "view": "v1", "question": "craft/01"})
    assert answer["fields"]["task"]["text"] == "A secret told to nobody"
    state = json.dumps(embed_data([picker])["manager_state"])
    assert "What about" in state
    assert "A secret told to nobody" not in state


def output_of(shown: Any) -> dict[str, str]:
    """Return what a notebook keeps of a widget, by MIME type."""
    bundle = shown._repr_mimebundle_()
    data: dict[str, str] = bundle[0] if isinstance(bundle, tuple) else bundle
    return data


@pytest.mark.parametrize("kind", [StarForm, Picker])
def test_a_saved_notebook_keeps_the_question_and_no_answer(
    bank: Bank, store: AnswerStore, kind: type[Any]
) -> None:
    store.save("craft/01", "task", "Mine alone", based_on=0)
    store.save("craft/01", "key_points", "two", based_on=0)
    shown = StarForm(bank["craft/01"], store) if kind is StarForm else Picker(bank, store)
    data = output_of(shown)
    assert "Mine alone" not in json.dumps(data)
    assert "☑" not in data["text/html"]
    assert "<h2>What about &lt;craft&gt; 1?</h2>" in data["text/html"]
    note = (
        "Your answer is in your answers file; this notebook keeps no copy of it. To see it here, "
        "choose Run > Run All Cells. To print it, enter this in a terminal: prepkit handout "
        "craft/01 --answered"
    )
    assert data["text/plain"].endswith(f"\n\n{note}")
    assert escape(note) in data["text/html"]


@pytest.mark.parametrize("kind", [StarForm, Picker])
def test_a_page_without_widgets_shows_the_answer_as_stored_with_its_date_if_that_is_asked(
    bank: Bank, store: AnswerStore, kind: type[Any]
) -> None:
    store.save("craft/01", "task", "<script>\nMine", based_on=0)
    store.save("craft/01", "key_points", "two", based_on=0)
    shown: Any = (
        StarForm(bank["craft/01"], store, with_answer=True)
        if kind is StarForm
        else Picker(bank, store, with_answer=True)
    )
    data = output_of(shown)
    assert "application/vnd.jupyter.widget-view+json" in data
    html = data["text/html"]
    assert "<h2>What about &lt;craft&gt; 1?</h2>" in html
    assert re.search(r'<div dir="auto" [^>]*><p>&lt;script&gt;<br>Mine</p></div>', html)
    assert "<li>☑ two</li>" in html
    assert "This is the answer as last saved on 1 March 2026, 12:30 UTC." in html
    assert "Task\n<script>\nMine\n" in data["text/plain"]


def test_a_page_without_widgets_says_why_an_answer_cannot_be_shown(
    bank: Bank, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_question: str) -> None:
        raise StoreError("The file is locked.")

    monkeypatch.setattr(store, "answer", locked)
    assert StarForm(bank["craft/01"], store, with_answer=True).fallback() == {
        "text/plain": "Your answers can't be read: The file is locked."
    }


def test_two_stores_have_drafts_of_their_own(bank: Bank, tmp_path: Path) -> None:
    names = {
        StarForm(bank["craft/01"], AnswerStore(tmp_path / name)).workbook
        for name in ("a.sqlite", "b.sqlite")
    }
    assert len(names) == 2


def test_practice_is_recorded_only_while_it_is_allowed(
    bank: Bank, store: AnswerStore, tmp_path: Path
) -> None:
    log = PracticeLog(tmp_path)
    form = StarForm(bank["craft/01"], store, log=log, now=lambda: NOW)
    practised = {"type": "practised", "view": "v1", "question": "craft/01", "seconds": 30}
    assert form.practice_log is False
    form.handle(practised)
    assert not log.exists()
    save_preferences(Preferences(analytics=True), tmp_path)
    form.handle({"type": "load", "view": "v1", "question": "craft/01"})
    assert form.practice_log is True
    form.handle(practised)
    save_preferences(Preferences(analytics=False), tmp_path)
    form.handle(practised)
    assert form.practice_log is False
    rows = log.load()
    assert list(rows["seconds"]) == [30]
    assert list(rows["at"]) == [NOW]


# The picker ---------------------------------------------------------------------------------


def lists(picker: Picker) -> dict[str, Any]:
    message, _ = picker.questions.handle({"type": "load"})
    return message


def progress(picker: Picker) -> dict[str, Any]:
    (message,) = picker.questions.handle({"type": "refresh"})
    return message


def open_question(picker: Picker, question: str) -> None:
    picker.form.handle({"type": "open", "view": "v1", "question": question})


def choose(picker: Picker, **chosen: str) -> None:
    picker.questions.chosen = {**picker.questions.chosen, **chosen}


def test_the_list_has_every_question_with_the_texts_that_find_it(
    tmp_path: Path, store: AnswerStore
) -> None:
    folder = write_bank(tmp_path / "bank", questions=1)
    write_question(folder, "craft", 2, also_asked=("Have you retired a system?",), tags=("it-ops",))
    (folder / "synonyms.yaml").write_text("- {of: [it-ops], words: [run, pager]}\n", "utf-8")
    shown = lists(Picker(load_bank(folder), store))
    assert [question["id"] for question in shown["questions"]] == [
        "craft/01",
        "craft/02",
        "people/01",
    ]
    assert shown["questions"][1] == {
        "id": "craft/02",
        "text": "Tell me about craft number 2, <and> why.",
        "slug": "craft",
        "category": "Craft",
        "number": 2,
        "also": ["Have you retired a system?"],
        "words": ["it ops", "run", "pager"],
        "companies": ["Acme & Sons", "Bolt"],
    }
    assert shown["categories"] == [["craft", "⚙ Craft"], ["people", "👥 People"]]
    assert shown["states"]["started"] == {"mark": "◐", "title": "In progress"}


def test_a_list_of_further_words_that_cannot_be_read_only_finds_less(
    tmp_path: Path, store: AnswerStore
) -> None:
    folder = write_bank(tmp_path / "bank", questions=1)
    (folder / "synonyms.yaml").write_text("- 7\n", "utf-8")
    question, _ = lists(Picker(load_bank(folder), store))["questions"]
    assert question["words"] == ["growth"]


def test_the_list_is_told_how_far_each_answer_is_and_when_it_is_due(
    bank: Bank, store: AnswerStore
) -> None:
    picker = Picker(bank, store)
    assert progress(picker) == {"type": "progress", "progress": {}, "error": ""}
    picker.form.handle(save("Begun", 0))
    store.add_review("people/01", "good", 90)
    store.save("gone/01", "task", "Of a bank that is no longer here", based_on=0)
    due = due_frame(store.reviews(), NOW)["due"][0].to_pydatetime().astimezone()
    assert progress(picker)["progress"] == {
        "craft/01": {"state": "started", "due": None},
        "people/01": {"state": "untouched", "due": due.date().isoformat()},
    }


def test_a_choice_in_the_filters_keeps_the_open_question(bank: Bank, store: AnswerStore) -> None:
    picker = Picker(bank, store, question="people/01")
    choose(picker, category="craft", state="complete")
    assert picker.form.entry.id == picker.questions.current == "people/01"


def test_the_level_is_marked_in_the_form(bank: Bank, store: AnswerStore) -> None:
    picker = Picker(bank, store)
    choose(picker, level="director")
    assert picker.form.level == "director"
    assert Picker(bank, store).form.level == "director"


def test_the_level_is_that_of_the_plan_until_another_is_chosen(
    bank: Bank, store: AnswerStore, tmp_path: Path
) -> None:
    save_planned(Planned(level="director"), tmp_path)
    picker = Picker(bank, store)
    assert picker.form.level == picker.questions.chosen["level"] == "director"
    open_question(picker, "craft/02")
    save_planned(Planned(level="senior manager"), tmp_path)
    picker = Picker(bank, store)
    assert picker.form.level == "senior manager"
    choose(picker, level="staff engineer")
    assert Picker(bank, store).form.level == "staff engineer"


def test_a_list_that_was_made_before_the_plan_takes_its_level_and_keeps_a_chosen_one(
    bank: Bank, store: AnswerStore, tmp_path: Path
) -> None:
    picker = Picker(bank, store)
    save_planned(Planned(level="director"), tmp_path)
    progress(picker)
    assert picker.form.level == picker.questions.chosen["level"] == "director"
    assert lists(Picker(bank, store))["first"]
    choose(picker, level="staff engineer")
    save_planned(Planned(level="senior manager"), tmp_path)
    progress(picker)
    assert picker.form.level == picker.questions.chosen["level"] == "staff engineer"


def test_a_damaged_plan_does_not_keep_the_questions_from_being_shown(
    bank: Bank, store: AnswerStore, tmp_path: Path
) -> None:
    save_planned(Planned(level="director"), tmp_path)
    (tmp_path / "plan.json").write_text("{")
    assert Picker(bank, store).form.level == ""


def test_the_list_follows_the_forms_own_steps(bank: Bank, store: AnswerStore) -> None:
    picker = Picker(bank, store)
    open_question(picker, "craft/02")
    assert picker.questions.current == "craft/02"


def test_the_list_is_shown_from_the_start_only_to_who_has_opened_nothing_yet(
    bank: Bank, store: AnswerStore
) -> None:
    assert not lists(Picker(bank, store, question="craft/02"))["first"]
    picker = Picker(bank, store)
    assert lists(picker)["first"]
    open_question(picker, "craft/02")
    assert not lists(Picker(bank, store))["first"]


def test_a_message_that_the_list_does_not_know_gets_no_answer(
    bank: Bank, store: AnswerStore
) -> None:
    assert Picker(bank, store).questions.handle({"type": "hello"}) == ()


def choices(picker: Picker) -> dict[str, str]:
    return dict(picker.questions.chosen)


def test_a_new_picker_opens_what_the_last_one_had_open(bank: Bank, store: AnswerStore) -> None:
    first = Picker(bank, store)
    assert first.form.entry.id == "craft/01"
    choose(first, level="director", company="Bolt", due="week")
    open_question(first, "people/01")
    again = Picker(bank, store)
    assert again.form.entry.id == again.questions.current == "people/01"
    assert again.form.level == "director"
    assert choices(again) == choices(first)
    assert {name: value for name, value in choices(again).items() if value} == {
        "level": "director",
        "company": "Bolt",
        "due": "week",
    }
    open_question(again, "craft/01")
    assert Picker(bank, store).form.entry.id == "craft/01"
    assert Picker(bank, store, question="craft/02").form.entry.id == "craft/02"


def test_the_last_place_is_one_of_each_notebook_and_store(
    bank: Bank, store: AnswerStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ada/02-answer.ipynb")
    open_question(Picker(bank, store), "people/01")
    others = AnswerStore(tmp_path / "others.sqlite")
    assert Picker(bank, others).form.entry.id == "craft/01"
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ada/more.ipynb")
    assert Picker(bank, store).form.entry.id == "craft/01"
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ada/02-answer.ipynb")
    assert Picker(bank, store).form.entry.id == "people/01"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"answers.sqlite ": {"question": 7}}',
        b'{"answers.sqlite ": {"question": "craft/99", "level": "director"}}',
        b"\xff",
    ],
)
def test_a_last_place_that_cannot_be_used_opens_the_first_question(
    bank: Bank, store: AnswerStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    (tmp_path / "places.json").write_bytes(content)
    picker = Picker(bank, store)
    assert picker.form.entry.id == "craft/01"
    assert set(choices(picker).values()) == {""}


def test_a_filter_that_is_no_longer_there_is_left_open(
    bank: Bank, store: AnswerStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    place = {"question": "craft/02", "level": "king", "category": "gone", "company": "Bolt"}
    (tmp_path / "places.json").write_text(json.dumps({"answers.sqlite ": place}))
    picker = Picker(bank, store)
    assert picker.form.entry.id == "craft/02"
    assert {name: value for name, value in choices(picker).items() if value} == {"company": "Bolt"}


def test_the_last_place_is_private_and_holds_no_text(
    bank: Bank, store: AnswerStore, tmp_path: Path
) -> None:
    picker = Picker(bank, store)
    picker.form.handle(save("Nobody else's business", 0))
    open_question(picker, "craft/02")
    path = tmp_path / "places.json"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert "business" not in path.read_text()


def test_a_folder_that_cannot_be_written_to_only_forgets_the_last_place(
    bank: Bank, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    picker = Picker(bank, store)
    monkeypatch.setattr("prepkit.answers.places.atomic_write", full)
    open_question(picker, "craft/02")
    assert picker.form.entry.id == "craft/02"
    assert Picker(bank, store).form.entry.id == "craft/01"


def test_answers_that_cannot_be_read_are_told_in_the_picker(
    bank: Bank, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise StoreError("The file is locked.")

    monkeypatch.setattr(store, "load", locked)
    picker = Picker(bank, store)
    assert progress(picker)["error"] == "Your answers can't be read: The file is locked."
    assert len(lists(picker)["questions"]) == 3
