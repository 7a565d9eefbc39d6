"""The page of stories and the answers that begin from one: what they do with messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore
from prepkit.answers.kinds import REMOVED, STORY, TELLING
from prepkit.answers.planned import Planned, save_planned
from prepkit.answers.texts import Texts
from prepkit.bank import Bank, load_bank
from prepkit.widgets.star_form import StarForm
from prepkit.widgets.stories import Stories
from prepkit.widgets.story_texts import PUT_AWAY
from tests.answers_files import QUESTION, TODAY
from tests.examples import past_events

SECRET = "The shops lost a marzipan morning."


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: TODAY)


@pytest.fixture
def page(bank: Bank, store: AnswerStore) -> Stories:
    return Stories(bank, store)


def ask(page: Stories, kind: str, **message: Any) -> dict[str, Any]:
    """Return the first answer to a message."""
    answer, *_ = page.handle({"type": kind, "view": "v", **message})
    assert answer["view"] == "v"
    return answer


def save(page: Stories, story: str, field: str, text: str, based_on: int = 0) -> dict[str, Any]:
    message = {"question": story, "field": field, "text": text, "based_on": based_on, "seq": 1}
    return ask(page, "save", **message)


def told(content: dict[str, Any]) -> list[str]:
    """Return the questions that a story is told for, as its form lists them."""
    return [item["name"] for item in content["sections"][1]["items"]]


# ---- the page


def test_a_new_story_is_listed_once_something_is_written(page: Stories, store: AnswerStore) -> None:
    shown = ask(page, "new")
    story = shown["story"]
    assert story.startswith("20260131-")
    boxes = [box["name"] for box in shown["content"]["sections"][0]["boxes"]]
    assert boxes == ["title", "situation", "task", "action", "result", "tags"]
    assert ask(page, "overview")["stories"] == []
    assert save(page, story, "situation", SECRET)["type"] == "saved"
    assert ask(page, "overview")["stories"] == [
        {
            "id": story,
            "title": "The shops lost a marzipan morning.",
            "state": "In progress",
            "words": 6,
            "tags": (),
            "away": False,
            "questions": [],
        }
    ]
    assert Texts(store, STORY).one(story).text("situation") == SECRET
    assert store.load() == {}


def test_what_two_windows_write_is_never_overwritten(page: Stories) -> None:
    save(page, "a", "situation", "From one window.")
    answer = save(page, "a", "situation", "From another window.")
    assert (answer["type"], answer["text"], answer["revision"]) == (
        "conflict",
        "From one window.",
        1,
    )
    save(page, "a", "situation", "From both.", based_on=1)
    past = ask(page, "history", question="a", field="situation")["revisions"]
    assert [one["text"] for one in past] == ["From one window.", "From both."]


def test_every_other_window_hears_of_what_was_saved(page: Stories) -> None:
    message = {"type": "save", "view": "v", "seq": 1, "question": "a", "field": "title"}
    _, changed = page.handle({**message, "text": "Billing", "based_on": 0})
    assert (changed["type"], changed["by"], changed["text"]) == ("changed", "v", "Billing")


@pytest.mark.parametrize(
    "text", ["👩🏽‍🚒 moved 🎉", "نقلنا النظام.", "wörd " * 3000, "half \ud83d a pair"]
)
def test_any_text_comes_back_as_it_was_typed(page: Stories, text: str) -> None:
    save(page, "a", "action", text)
    fields = ask(page, "load", question="a")["fields"]
    assert fields["action"]["text"] == text.replace("\ud83d", "\ufffd")


def test_questions_are_added_with_a_line_and_removed(page: Stories, store: AnswerStore) -> None:
    save(page, "a", "title", "Billing")
    assert told(ask(page, "tell", story="a", add=QUESTION)["content"]) == [QUESTION]
    assert save(page, "a", QUESTION, "The night.", based_on=1)["type"] == "saved"
    # Added again from another window, it keeps its line.
    ask(page, "tell", story="a", add=QUESTION)
    assert ask(page, "load", question="a")["fields"][QUESTION]["text"] == "The night."
    assert told(ask(page, "untell", story="a", remove=QUESTION)["content"]) == []
    assert QUESTION not in ask(page, "load", question="a")["fields"]
    history = Texts(store, TELLING).history("a", QUESTION)
    assert [one.text for one in history] == ["", "The night.", REMOVED]
    assert told(ask(page, "tell", story="a", add=QUESTION)["content"]) == [QUESTION]
    assert ask(page, "load", question="a")["fields"][QUESTION]["text"] == ""


def test_a_question_that_the_bank_lacks_is_refused(page: Stories, store: AnswerStore) -> None:
    answer = ask(page, "tell", story="a", add="craft/99")
    assert (answer["type"], answer["about"]) == ("error", "tell")
    assert answer["message"].startswith("no question 'craft/99'")
    assert Texts(store, TELLING).load() == {}


def test_a_story_is_put_away_and_brought_back_and_nothing_is_deleted(
    page: Stories, store: AnswerStore, bank: Bank
) -> None:
    save(page, "a", "title", "Billing")
    ask(page, "tell", story="a", add=QUESTION)
    assert ask(page, "put-away", story="a")["type"] == "done"
    overview = ask(page, "overview")
    assert [one["away"] for one in overview["stories"]] == [True]
    assert all(not cell["stories"] for row in overview["rows"] for cell in row["cells"].values())
    ask(page, "bring-back", story="a")
    (row,) = (
        row for row in ask(page, "overview")["rows"] if row["name"] == bank[QUESTION].category.title
    )
    assert row["cells"][""]["stories"] == ("a",)
    removed = Texts(store, STORY).history("a", "removed")
    assert [one.text for one in removed] == [PUT_AWAY, ""]


def test_the_companies_of_the_plan_have_columns_until_another_is_chosen(
    page: Stories, store: AnswerStore
) -> None:
    save_planned(Planned(companies=("Amazon", "Nobody's")), store.path.parent)
    assert ask(page, "overview")["companies"] == ["Amazon"]
    other = ask(page, "overview", company="Google")
    assert (other["companies"], other["planned"]) == (["Google"], ["Amazon"])
    assert {row["group"] for row in other["rows"]} == {"", "Google"}


def test_the_only_story_for_two_questions_of_the_plan_is_told(
    page: Stories, store: AnswerStore, bank: Bank
) -> None:
    one, two, *_ = past_events(bank)
    save_planned(Planned(questions=(one, two)), store.path.parent)
    save(page, "a", "title", "Billing")
    for question in (one, two):
        ask(page, "tell", story="a", add=question)
    assert ask(page, "overview")["twice"] == [{"story": "a", "loop": "", "questions": (one, two)}]


def test_answers_become_stories_once_and_remember_their_question(
    page: Stories, store: AnswerStore, bank: Bank
) -> None:
    one, two, *_ = past_events(bank)
    store.save(one, "situation", SECRET, based_on=0)
    store.save(two, "task", "Mine.", based_on=0)
    assert ask(page, "overview")["importable"] == 2
    assert ask(page, "import")["count"] == 2
    assert ask(page, "import")["count"] == 0
    overview = ask(page, "overview")
    assert overview["importable"] == 0
    assert {story["title"] for story in overview["stories"]} == {
        bank[one].question.text,
        bank[two].question.text,
    }
    shown = ask(page, "show", story=f"from/{one}")["content"]
    assert (shown["source"], told(shown)) == (one, [one])
    assert ask(page, "load", question=f"from/{one}")["fields"]["situation"]["text"] == SECRET
    assert store.answer(one).text("situation") == SECRET


def test_a_question_is_found_by_its_words(page: Stories, bank: Bank) -> None:
    found = ask(page, "find", text="SCALE  system")
    assert QUESTION in found["found"]
    assert ask(page, "find", text="nothing has these words")["found"] == []
    assert ask(page, "find", text="  ")["found"] == []
    many = ask(page, "find", text="time")
    assert len(many["found"]) == 8
    assert many["more"] > 0


@pytest.mark.long
def test_suggestions_come_with_words_of_the_story(page: Stories) -> None:
    save(page, "a", "situation", "Our database was at its limit before the sale; latency tripled.")
    save(page, "a", "action", "I scaled the system, and rehearsed the migration.")
    (first, *_) = ask(page, "suggest", story="a")["found"]
    assert set(first["words"]) <= {"database", "limit", "sale", "latency", "tripled", "scaled"} | {
        "system",
        "rehearsed",
        "migration",
    }
    assert ask(page, "suggest", story="none")["found"] == []


def test_neither_state_nor_output_has_a_text_of_a_story(page: Stories) -> None:
    save(page, "a", "situation", SECRET)
    ask(page, "show", story="a")
    ask(page, "overview")
    state = {name: value for name, value in page.get_state().items() if name[:1] != "_"}
    shown = page._repr_mimebundle_()
    assert shown is not None
    assert "marzipan" not in f"{state} {shown}"
    said = "Your stories are in your answers file. To see them here, choose Run > Run All Cells."
    assert shown[0]["text/plain"] == said


def test_a_file_that_cant_be_written_is_said_with_what_to_do(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").mkdir()
    page = Stories(bank, AnswerStore(tmp_path / "answers.sqlite"))
    answer = save(page, "a", "title", "Billing")
    assert (answer["type"], answer["about"]) == ("error", "save")
    assert answer["remedy"] == "Move or rename that folder"


# ---- an answer that begins from a story


@pytest.fixture
def form(bank: Bank, store: AnswerStore) -> StarForm:
    return StarForm(bank[QUESTION], store)


def offers(form: StarForm) -> list[dict[str, Any]]:
    (answer,) = form.handle({"type": "offers", "view": "v", "question": form.entry.id})
    found: list[dict[str, Any]] = answer["found"]
    return found


def test_a_story_told_for_the_question_is_offered_first_with_its_line(
    page: Stories, form: StarForm
) -> None:
    assert offers(form) == []
    near = f"{QUESTION.split('/')[0]}/01"
    for story, title in (("a", "Alpha"), ("b", "Beta"), ("c", "Gamma"), ("d", "Delta")):
        save(page, story, "title", title)
        if story != "d":  # without a text there is nothing to begin from
            save(page, story, "situation", f"{title} was late.")
    ask(page, "tell", story="c", add=QUESTION)
    save(page, "c", QUESTION, "The night.", based_on=1)
    ask(page, "tell", story="b", add=near)
    found = offers(form)
    assert [offer["title"] for offer in found] == ["Gamma", "Beta", "Alpha"]
    assert found[0] == {
        "id": "c",
        "title": "Gamma",
        "words": 3,
        "linked": True,
        "dwell": "The night.",
        "texts": {"situation": "Gamma was late.", "task": "", "action": "", "result": ""},
    }
    ask(page, "put-away", story="c")
    assert [offer["title"] for offer in offers(form)] == ["Beta", "Alpha"]


def test_a_story_that_an_answer_begins_from_is_told_for_its_question(
    page: Stories, form: StarForm, store: AnswerStore
) -> None:
    save(page, "a", "situation", "We moved.")
    assert form.handle({"type": "tell", "view": "v", "story": "a", "question": QUESTION}) == ()
    assert Texts(store, TELLING).one("a").text(QUESTION) == ""
    assert told(ask(page, "show", story="a")["content"]) == [QUESTION]


def test_where_an_answer_can_only_be_read_no_story_is_told(
    form: StarForm, store: AnswerStore
) -> None:
    form.read_only = True
    (answer,) = form.handle({"type": "tell", "view": "v", "story": "a", "question": QUESTION})
    assert answer["type"] == "error"
    assert Texts(store, TELLING).load() == {}
