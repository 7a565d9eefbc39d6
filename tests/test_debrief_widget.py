"""The page of debriefs: what its messages do, and that nothing private is in a saved notebook."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore
from prepkit.answers.students import stored_texts
from prepkit.bank import load_bank
from prepkit.records import RATING_TITLES
from prepkit.scripts import STATIC
from prepkit.widgets.debrief import Debrief
from prepkit.widgets.star_form import StarForm

NOW = datetime(2026, 12, 4, 19, 0, tzinfo=UTC)
BEGUN = "20261203T190500Z-ab12"
QUESTION = "technical-leadership/06"
TYPED = {
    "company": "Amazon",
    "round": "Loop",
    "day": "2026-12-03",
    "note": "They were late and friendly.",
    "asked": [
        {"id": "a", "words": "When did something grow?", "question": QUESTION, "rating": "again",
         "probed": "what I did alone"},
        {"id": "b", "words": "Why do you like tea?", "question": None, "elsewhere": True},
    ],
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)


@pytest.fixture
def widget(store: AnswerStore) -> Debrief:
    return Debrief(load_bank(), store)


def ask(widget: Debrief, kind: str, **message: Any) -> tuple[dict[str, Any], ...]:
    return widget.handle({"type": kind, "view": "v", **message})


def save(widget: Debrief, text: str, based_on: int = 0) -> tuple[dict[str, Any], ...]:
    place = {"question": BEGUN, "field": "debrief", "seq": 1}
    return ask(widget, "save", **place, text=text, based_on=based_on)


@pytest.mark.long
def test_the_browser_learns_questions_companies_with_their_rounds_and_ratings(
    widget: Debrief,
) -> None:
    (lists,) = ask(widget, "lists")
    assert (lists["type"], lists["view"]) == ("lists", "v")
    known = {one["id"]: one for one in lists["questions"]}
    assert known[QUESTION]["text"] == "Tell me about a time you had to scale a system."
    assert known[QUESTION]["also"]
    rounds = {one["name"]: one["rounds"] for one in lists["companies"]}
    assert "Written exercise" in rounds["Amazon"]
    assert lists["ratings"] == [
        ["again", "Stumbled"],
        ["hard", "Got through it"],
        ["good", "Smooth"],
        ["easy", "Very easy"],
    ]


def test_ratings_are_called_as_in_the_form() -> None:
    script = (STATIC / "form" / "rehearsal.js").read_text("utf-8")
    labels = re.search(r"LABELS = \{(.*?)\}", script, re.DOTALL)
    assert labels
    named = dict(re.findall(r'(\w+): t\("(.*?)"\)', labels[1]))
    assert named == RATING_TITLES


def test_a_debrief_is_saved_and_told_to_other_views_and_listed(
    widget: Debrief, store: AnswerStore
) -> None:
    saved, changed = save(widget, json.dumps(TYPED))
    assert (saved["type"], saved["revision"], saved["seq"]) == ("saved", 1, 1)
    assert (changed["type"], changed["by"], changed["question"]) == ("changed", "v", BEGUN)
    (answer,) = ask(widget, "load", question=BEGUN)
    assert json.loads(answer["fields"]["debrief"]["text"]) == TYPED
    (overview,) = ask(widget, "overview")
    assert overview["debriefs"] == [
        {"id": BEGUN, "company": "Amazon", "round": "Loop", "day": "2026-12-03", "count": 2}
    ]
    assert overview["first"] == [
        {
            "question": QUESTION,
            "text": "Tell me about a time you had to scale a system.",
            "reason": "Asked at Amazon on 3 December: stumbled.",
            "probed": "what I did alone",
        }
    ]
    assert overview["elsewhere"] == ["Why do you like tea?"]
    (history,) = ask(widget, "history", question=BEGUN, field="debrief")
    assert [one["origin"] for one in history["revisions"]] == ["form"]
    assert len(store.reviews()) == 1


def test_what_another_window_saved_first_is_told_and_nothing_is_overwritten(
    widget: Debrief,
) -> None:
    save(widget, json.dumps(TYPED))
    (conflict,) = save(widget, json.dumps({**TYPED, "note": "Mine."}))
    assert conflict["type"] == "conflict"
    assert json.loads(conflict["text"]) == TYPED


def test_a_debrief_that_was_emptied_is_stored_as_empty_and_not_listed(widget: Debrief) -> None:
    save(widget, json.dumps(TYPED))
    saved, _ = save(widget, "", based_on=1)
    assert saved["revision"] == 2
    (overview,) = ask(widget, "overview")
    assert overview["debriefs"] == overview["first"] == overview["elsewhere"] == []


def test_what_is_no_debrief_is_refused_with_a_reason(widget: Debrief) -> None:
    (error,) = save(widget, '{"asked": 5}')
    assert (error["type"], error["about"]) == ("error", "save")
    assert error["message"] == (
        "This debrief can't be stored: asked: Input should be a valid array."
    )
    assert ask(widget, "dance") == ()


def test_no_word_of_a_debrief_is_in_a_saved_notebook(widget: Debrief) -> None:
    save(widget, json.dumps(TYPED))
    ask(widget, "overview")
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    kept = json.dumps([widget.get_state(), bundle[0]], default=str)
    for text in ("late and friendly", "what I did alone", "like tea", "Amazon", BEGUN):
        assert text not in kept
    assert "Run &gt; Run All Cells" in bundle[0]["text/html"]


def test_the_check_for_private_texts_knows_what_was_typed_into_a_debrief(
    widget: Debrief, store: AnswerStore
) -> None:
    save(widget, json.dumps(TYPED))
    known = stored_texts(store.path.parent)
    for text in ("They were late and friendly.", "what I did alone", "Why do you like tea?"):
        assert text in known
    assert QUESTION not in known


def test_the_form_of_a_question_learns_when_it_was_asked_and_what_was_probed(
    widget: Debrief, store: AnswerStore
) -> None:
    save(widget, json.dumps(TYPED))
    form = StarForm(load_bank()[QUESTION], store)
    (answer,) = form.handle({"type": "load", "question": QUESTION, "view": "v"})
    assert answer["asked"] == [
        {"when": "Asked at Amazon on 3 December: stumbled.", "probed": "what I did alone"}
    ]
    (answer,) = form.handle({"type": "load", "question": "leading-people/01", "view": "v"})
    assert answer["asked"] == []
    assert "what I did alone" not in json.dumps(form.get_state()["question"], default=str)
