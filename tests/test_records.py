"""Records are frozen and validated; errors say everything at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from prepkit.errors import BankError, Problem
from prepkit.forms import FORMS
from prepkit.records import Answer, Company, Question, Revision, Value


def revision(field: str, text: str, number: int = 1) -> Revision:
    return Revision.model_validate(
        {
            "question": "a/01",
            "field": field,
            "revision": number,
            "text": text,
            "saved_at": datetime(2026, 1, number, tzinfo=UTC),
            "origin": "form",
        }
    )


def question(**changes: object) -> Question:
    fields = {"category": "a", "number": 6, "text": "?", "why": "w", "key_points": list("abcd")}
    return Question.model_validate(fields | changes)


def weaker(**changes: object) -> dict[str, object]:
    texts = dict.fromkeys(("text", "lift", "reason", "example_reason"), "x")
    return {**texts, "score": 2, "example_score": 4, **changes}


def test_a_question_is_named_by_category_and_number() -> None:
    assert question().id == "a/06"


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        question().text = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"number": 0}, ("number",)),
        ({"number": 100}, ("number",)),
        ({"category": "A b"}, ("category",)),
        ({"key_points": []}, ("key_points",)),
        ({"key_points": ["a", "b", "c", " ", "d"]}, ("key_points", 3)),
        (
            {"interviewer_notes": [{"sign": "+", "key_point": 0, "text": "x"}]},
            ("interviewer_notes", 0, "key_point"),
        ),
        ({"weaker": weaker(score=6)}, ("weaker", "score")),
        ({"colour": "red"}, ("colour",)),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], place: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        question(**changes)
    assert [part["loc"] for part in caught.value.errors()] == [place]


def test_a_note_belongs_to_a_key_point_of_its_question() -> None:
    note = {"sign": "-", "key_point": 4, "text": "x"}
    assert question(interviewer_notes=[note]).interviewer_notes[0].key_point == 4
    with pytest.raises(ValidationError, match="there is no key point 5; they are numbered 1 to 4"):
        question(interviewer_notes=[{**note, "key_point": 5}])


def test_a_company_names_each_value_once() -> None:
    value = Value.model_validate(
        {
            "name": "Dive Deep",
            "source_url": "https://example.org",
            "source_kind": "owner",
            "checked": "2026-01-31",
            "used_in_interviews": "stated",
        }
    )
    with pytest.raises(ValidationError, match="two values have the same name"):
        Company(name="Amazon", values=(value, value))


def test_an_answer_s_state_follows_the_words_of_its_parts() -> None:
    form = FORMS["past-event"].parts
    whole = {part.name: revision(part.name, "word " * part.least) for part in form}
    blank = whole | {"task": revision("task", " ")}
    short = whole | {"task": revision("task", "Mine: to decide.")}
    ticks = {"key_points": revision("key_points", "a\nb\n", 2)}
    assert Answer(question="a/01").state(form) == "untouched"
    assert Answer(question="a/01", revisions=ticks).state(form) == "untouched"
    assert Answer(question="a/01", revisions=blank).state(form) == "started"
    assert Answer(question="a/01", revisions=short).state(form) == "started"
    answer = Answer(question="a/01", revisions=whole | ticks)
    assert (answer.state(form), answer.words(form), answer.ticked) == ("complete", 85, ("a", "b"))
    assert answer.updated == datetime(2026, 1, 2, tzinfo=UTC)
    assert answer.text("none") == ""


def test_an_error_lists_its_problems_in_the_order_of_files_and_lines() -> None:
    error = BankError(
        [Problem(Path("b"), 0, "gone"), Problem(Path("a"), 10, "x"), Problem(Path("a"), 2, "y")]
    )
    assert str(error) == "The question bank has 3 problems:\n  a:2: y\n  a:10: x\n  b: gone"
    assert str(BankError(error.problems[:1])) == "The question bank has 1 problem:\n  a:2: y"


def test_a_part_is_named_by_its_title_and_once_in_its_form() -> None:
    for form in FORMS.values():
        assert [part.title.lower() for part in form.parts] == list(form.names)
        assert len(set(form.names)) == len(form.names)
        assert "key_points" not in form.names


def test_a_question_s_texts_have_the_parts_of_its_kind() -> None:
    texts = dict.fromkeys(FORMS["approach"].names, "x")
    assert question(kind="approach", example=texts).parts == FORMS["approach"].parts
    with pytest.raises(ValidationError, match="example must have situation, task, action, result"):
        question(example=texts)
