"""What goes back to a student: comments at their words, scores in words, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from prepkit.answers.feedback import Comment, Rating
from prepkit.bank import Bank, load_bank, shipped_folder
from prepkit.bank.rubric import read_rubric
from prepkit.errors import PrepkitError
from prepkit.packets.feedback import FeedbackSources
from prepkit.practice.feedback import (
    Given,
    StudentFeedback,
    next_steps_of,
    place_of,
    read_student_feedback,
    student_feedback,
)
from prepkit.records import Answer, Level, Revision, Student
from prepkit.widgets.student_feedback import overview, question_texts, title_text
from tests.coached import ONE, OTHER, SECRET, coached

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLACES = json.loads((Path(__file__).parent / "data" / "places.json").read_text("utf-8"))
ADA = Student(student_id="ada", name="Ada Lovelace", level="engineering manager")


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def revision(part: str, text: str, number: int = 1) -> Revision:
    return Revision(
        question=ONE, field=part, revision=number, text=text, saved_at=AT, origin="form"
    )


def given(
    *said: Rating | Comment, texts: Mapping[str, Revision] | None = None, reply: str = ""
) -> Given:
    ratings = [one for one in said if isinstance(one, Rating)]
    comments = [one for one in said if isinstance(one, Comment)]
    answers = {ONE: Answer(question=ONE, revisions=texts)} if texts else {}
    return Given(ratings, comments, {"c1": revision("c1", reply)} if reply else {}, answers)


def comment(part: str, quote: str, start: int = 0, **more: object) -> Comment:
    values = {"id": "c1", "rater": "Barbara", "text": "Say more.", "at": AT, **more}
    return Comment(question=ONE, part=part, quote=quote, start=start, **values)  # type: ignore[arg-type]


def rating(rater: str = "Barbara", met: bool | None = None, **scores: int) -> Rating:
    return Rating(ONE, rater, scores, met, {"situation": 1}, AT)


def returned(
    bank: Bank, found: Given, level: Level | None = None, *, names: bool = True
) -> StudentFeedback:
    rubric = read_rubric(shipped_folder())
    feedback = student_feedback(found, [bank[one] for one in bank], rubric, level, names=names)
    assert feedback is not None
    assert read_student_feedback(feedback.model_dump_json()) == feedback
    return feedback


def shown(bank: Bank, found: Given, level: Level | None = None) -> BeautifulSoup:
    """Return the page about the only question."""
    (text,) = question_texts(bank, found.answers, returned(bank, found, level), level=2)
    return BeautifulSoup(text.html, "html.parser")


@pytest.mark.parametrize(("text", "quote", "start", "place"), PLACES)
def test_marked_words_are_found_where_they_are_now(
    text: str, quote: str, start: int, place: list[int] | None
) -> None:
    assert place_of(text, quote, start) == (tuple(place) if place else None)


def test_nothing_goes_back_if_nobody_has_written_anything(bank: Bank) -> None:
    entries = [bank[one] for one in bank]
    assert student_feedback(given(), entries, ()) is None
    taken_back = given(rating("Tony"), comment("", "", text=" "))
    assert student_feedback(taken_back, entries, ()) is None
    assert student_feedback(given(rating()), [bank[OTHER]], ()) is None


def test_comments_come_by_part_and_place_and_each_has_its_number_at_its_words(bank: Bank) -> None:
    texts = {
        "situation": revision("situation", "We moved a large system.\n\nIt took a year."),
        "result": revision("result", "It paid off."),
    }
    page = shown(
        bank,
        given(
            comment("result", "paid off", 3, id="c9"),
            comment("situation", "a year", 34, id="c8"),
            comment("situation", "moved a large", 3, id="c7"),
            comment("", "", id="c6", text="Well told."),
            texts=texts,
        ),
    )
    assert [mark.get_text() for mark in page("mark")] == ["moved a large", "a year", "paid off"]
    assert [number.get_text() for number in page("sup")] == ["2", "3", "4"]
    comments = page.find("h3", string="Comments")
    assert comments is not None
    items = comments.find_next("ol")
    assert items is not None
    assert [" ".join(item.get_text(" ").split()) for item in items("li")] == [
        "The whole answer · Barbara Well told.",
        "Situation “moved a large” · Barbara Say more.",
        "Situation “a year” · Barbara Say more.",
        "Result “paid off” · Barbara Say more.",
    ]


def test_marks_may_overlap_and_go_from_one_paragraph_to_the_next(bank: Bank) -> None:
    texts = {"situation": revision("situation", "One two three.\n\nFour <five>.")}
    page = shown(
        bank,
        given(
            comment("situation", "two three. Four", 4),
            comment("situation", "three. Four <five>.", 8, id="c2"),
            texts=texts,
        ),
    )
    assert [mark.get_text() for mark in page("mark")] == ["two ", "three.", "Four", " <five>."]
    assert not page("five")
    paragraphs = [p.get_text() for p in page("p", dir="auto")][:2]
    assert paragraphs == ["One two three.", "Four1 <five>.2"]


def test_an_answer_is_changed_too_if_a_part_was_written_after_it_was_rated(bank: Bank) -> None:
    written = {"situation": revision("situation", "We moved.")}
    (before,) = returned(bank, given(rating(Substance=3), texts=written)).questions
    assert not before.changed
    more = {**written, "result": revision("result", "It paid off.")}
    (after,) = returned(bank, given(rating(Substance=3), texts=more)).questions
    assert after.changed
    assert "You have changed it since it was rated." in shown(
        bank, given(rating(Substance=3), texts=more)
    ).get_text(" ")


def test_words_that_are_gone_are_named_with_their_comment(bank: Bank) -> None:
    texts = {"situation": revision("situation", "Something else.", 2)}
    page = shown(bank, given(comment("situation", "a large system"), rating(Wit=3), texts=texts))
    assert not page("mark")
    text = " ".join(page.get_text(" ").split())
    assert "“a large system” (These words are no longer in your answer.) · Barbara" in text
    assert "As saved on 23 November 2026. You have changed it since it was rated." in text


def test_a_score_comes_with_its_words_and_those_of_the_next_one(bank: Bank) -> None:
    substance, structure, *_ = read_rubric(shipped_folder())
    page = shown(bank, given(rating(Substance=3, Structure=5)))
    rows = [[cell.get_text() for cell in row("td")] for row in page("tr")[1:]]
    assert rows == [
        ["3 of 5", substance.anchors[2], f"4: {substance.anchors[3]}"],
        ["5 of 5", structure.anchors[4], "\N{EN DASH}"],
    ]


def test_of_several_raters_the_mean_is_shown_with_each_one(bank: Bank) -> None:
    found = given(
        rating(Substance=3, Structure=4), rating("Tony", Substance=4, Structure=4), rating("Ann")
    )
    (one,) = returned(bank, found).questions
    assert [(score.name, score.text, score.whole) for score in one.scores] == [
        ("Substance", "3.5 of 5 (Barbara 3, Tony 4)", 3),
        ("Structure", "4 of 5", 4),
    ]
    assert one.weakest is not None
    assert one.weakest.name == "Substance"


def test_the_raters_are_named_only_if_the_coach_wants_it(bank: Bank) -> None:
    alone = given(rating(Substance=3), comment("", ""))
    assert returned(bank, alone).raters == ("Barbara",)
    assert returned(bank, alone, names=False).raters == ("your coach",)
    both = given(rating(Substance=3), rating("Tony", Substance=4, met=True), comment("", ""))
    hidden = returned(bank, both, "director", names=False)
    assert hidden.raters == ("coach 1", "coach 2")
    assert "Barbara" not in hidden.model_dump_json()
    assert "Tony" not in hidden.model_dump_json()


def test_a_level_is_met_not_yet_or_by_some_raters(bank: Bank) -> None:
    def verdict(*met: bool) -> str:
        found = given(*(rating(f"Rater {at}", one) for at, one in enumerate(met)))
        return next(b.get_text() for b in shown(bank, found, "director")("b"))

    assert verdict(True, True) == "Director: yes."
    assert verdict(False) == "Director: not yet."
    assert verdict(False, True, True) == "Director: 2 of 3 raters say yes."


def test_what_to_do_next_begins_with_what_lifts_the_answer_most(bank: Bank) -> None:
    titles = {part.name: part.title for part in bank[ONE].parts}
    found = given(
        rating(met=False, Substance=4, Structure=2, Relevance=2), comment("result", "paid off")
    )
    (one,) = returned(bank, found, "director").questions
    lift, level, read, say = next_steps_of(one, titles)
    assert lift == f"Lift Structure from 2 to 3: {read_rubric(shipped_folder())[1].anchors[2]}"
    assert level.startswith("Show what is expected at your level. ")
    assert (
        read == "Read the comment, and change your answer where you agree, most of all in Result."
    )
    assert say == "Then say it out loud once more, with a timer."


def test_a_perfect_answer_has_nothing_to_lift(bank: Bank) -> None:
    (one,) = returned(bank, given(rating(met=True, Substance=5)), "director").questions
    assert list(next_steps_of(one, {})) == ["Then say it out loud once more, with a timer."]


def test_a_reply_is_shown_under_its_comment(bank: Bank) -> None:
    page = shown(bank, given(comment("", ""), reply="Six <weeks>."))
    assert "Your reply: Six <weeks>." in page.get_text()


def test_a_score_of_something_that_the_rubric_does_not_have_is_shown_without_words(
    bank: Bank,
) -> None:
    page = shown(bank, given(rating(Wit=3)))
    assert [cell.get_text() for cell in page("td")] == ["3 of 5", "\N{EN DASH}", "\N{EN DASH}"]


@pytest.mark.long
def test_all_scores_are_in_one_table(bank: Bank, tmp_path: Path) -> None:
    coached(tmp_path, bank)
    sources = FeedbackSources.of(bank, tmp_path / "feedback", tmp_path / "students")
    feedback = sources.read(ADA).feedback
    assert feedback is not None
    assert [one.question for one in feedback.questions] == sorted([ONE, OTHER])
    assert SECRET not in feedback.model_dump_json()
    table = BeautifulSoup(overview(bank, feedback).html, "html.parser")
    assert [[cell.get_text() for cell in row("td")] for row in table("tr")[1:]] == [
        ["2", "5", "\N{EN DASH}"],
        ["3.5", "\N{EN DASH}", "4"],
    ]
    assert title_text("Ada <3", feedback).text == (
        "Feedback on your answers\nFor: Ada <3\nFrom: Barbara and Tony\n"
        "Date: Monday 23 November 2026"
    )
    assert feedback.at == AT + timedelta(minutes=3)


def test_feedback_that_cannot_be_read_says_what_to_do() -> None:
    with pytest.raises(PrepkitError) as caught:
        read_student_feedback('{"raters": 5}')
    assert str(caught.value) == (
        "The feedback in this notebook can't be read. Ask your coach to send it again."
    )
