"""Progress and due dates, from frames and records alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

import pandas as pd
import pytest

from prepkit.forms import FORMS
from prepkit.practice.gaps import first_gap
from prepkit.practice.progress import due_after, due_frame, progress_frame
from prepkit.records import RATINGS, Answer, Review, Revision
from prepkit.words import count_words
from tests.examples import long_enough

STAR = FORMS["past-event"].names

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = long_enough("three plain words")


@dataclass(frozen=True)
class FakeBank:
    """What progress reads of a bank."""

    questions: pd.DataFrame


BANK = FakeBank(
    pd.DataFrame(
        {
            "category": pd.Categorical(["delivery", "delivery", "delivery", "people", "people"]),
            "category_title": ["Delivery", "Delivery", "Delivery", "People", "People"],
            "number": [1, 2, 3, 1, 2],
            "kind": ["past-event"] * 5,
            "text": ["A late project", "A scope cut", "An estimate", "Feedback", "A rival"],
        },
        index=pd.Index(
            ["delivery/01", "delivery/02", "delivery/03", "people/01", "people/02"],
            name="question",
        ),
    )
)


def answer(question: str, *parts: str, saved_at: datetime = START) -> Answer:
    revisions = {
        part: Revision.model_validate(
            {
                "question": question,
                "field": part,
                "revision": 1,
                "text": TEXT,
                "saved_at": saved_at,
                "origin": "form",
            }
        )
        for part in parts
    }
    return Answer(question=question, revisions=revisions)


def review(
    question: str, day: int, rating: Literal["again", "hard", "good", "easy"] = "good"
) -> Review:
    return Review(
        question=question, rating=rating, seconds=90, reviewed_at=START + timedelta(days=day)
    )


def test_progress_has_a_row_for_every_question_in_the_order_of_the_bank() -> None:
    progress = progress_frame(BANK, {})
    assert list(progress.question) == list(BANK.questions.index)
    assert list(progress.state) == ["untouched"] * 5
    assert list(progress.missing) == ["situation"] * 5
    assert progress.updated.isna().all()
    assert progress.due.isna().all()


def test_progress_tells_states_words_and_dates() -> None:
    answers = {
        "delivery/01": answer("delivery/01", *STAR),
        "people/01": answer("people/01", "situation", "task"),
    }
    progress = progress_frame(BANK, answers, [review("delivery/01", 1)]).set_index("question")
    assert progress.state.cat.ordered
    assert list(progress.state) == ["complete", "untouched", "untouched", "started", "untouched"]
    assert progress.words["delivery/01"] == 4 * count_words(TEXT)
    assert progress.updated["people/01"] == START
    assert (progress.missing["people/01"], progress.gap["people/01"]) == (
        "action",
        "Action is still empty",
    )
    assert pd.isna(progress.missing["delivery/01"])
    assert pd.isna(progress.gap["delivery/01"])
    assert progress.due["delivery/01"] > START + timedelta(days=1)


@pytest.mark.parametrize(
    ("texts", "gap"),
    [
        ({}, ("situation", "Situation is still empty")),
        ({"situation": TEXT, "task": " \n"}, ("task", "Task is still empty")),
        ({"situation": "One day"}, ("situation", "Situation: 2 words, at least 20")),
        ({"situation": TEXT, "task": "Mine"}, ("task", "Task: 1 word, at least 5")),
        (dict.fromkeys(STAR, TEXT), (None, None)),
    ],
)
def test_the_first_part_that_lacks_words_is_named(
    texts: dict[str, str], gap: tuple[str | None, str | None]
) -> None:
    revisions = {
        part: Revision(
            question="a/01", field=part, revision=1, text=text, saved_at=START, origin="form"
        )
        for part, text in texts.items()
    }
    found = first_gap(Answer(question="a/01", revisions=revisions), FORMS["past-event"].parts)
    assert found == gap


def test_an_answer_to_a_question_that_the_bank_lacks_is_left_out() -> None:
    progress = progress_frame(BANK, {"gone/01": answer("gone/01", "task")}, [review("gone/01", 0)])
    assert list(progress.question) == list(BANK.questions.index)


@pytest.mark.parametrize("frame", [due_frame([], START), due_frame([review("a/01", 0)], START)])
def test_the_dtypes_do_not_depend_on_there_being_reviews(frame: pd.DataFrame) -> None:
    assert frame.dtypes.astype("str").to_dict() == {
        "question": "str",
        "reviews": "int64",
        "rating": "str",
        "reviewed_at": "datetime64[us, UTC]",
        "due": "datetime64[us, UTC]",
        "is_due": "bool",
        "recall": "float64",
    }


def test_intervals_grow_with_good_reviews_and_shrink_with_a_lapse() -> None:
    first = due_frame([review("a/01", 0)], START).due[0] - START
    reviews = [review("a/01", 0), review("a/01", 3)]
    second = due_frame(reviews, START).due[0] - (START + timedelta(days=3))
    lapse = [*reviews, review("a/01", 14, "again")]
    third = due_frame(lapse, START).due[0] - (START + timedelta(days=14))
    assert timedelta(days=1) <= first < second
    assert timedelta(days=1) <= third < second


def test_due_dates_are_the_same_each_time_whatever_the_order_of_the_reviews() -> None:
    reviews = [review("a/01", day) for day in (0, 3, 14, 60)]
    backwards = due_frame(reversed(reviews), START)
    pd.testing.assert_frame_equal(due_frame(reviews, START), backwards)


def test_the_most_overdue_question_comes_first() -> None:
    frame = due_frame([review("b/01", 2), review("a/01", 0)], START + timedelta(days=3))
    assert list(frame.question) == ["a/01", "b/01"]
    assert list(frame.is_due) == [True, False]
    assert frame.recall[0] < frame.recall[1]


def test_a_question_is_due_on_the_whole_of_its_day_where_the_reader_is() -> None:
    due = due_frame([review("a/01", 0)], START).due[0].to_pydatetime()
    for hours in (-11, 0, 5.5):
        here = due.astimezone(timezone(timedelta(hours=hours)))
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        assert due_frame([review("a/01", 0)], midnight).is_due[0]
        assert not due_frame([review("a/01", 0)], midnight - timedelta(seconds=1)).is_due[0]


def test_each_rating_says_when_the_question_comes_back() -> None:
    reviews = [review("a/01", 0), review("b/01", 0)]
    now = START + timedelta(days=2)
    due = due_after(reviews, "a/01", now)
    assert list(due) == ["again", "hard", "good", "easy"]
    days = [(moment - now).days for moment in due.values()]
    assert days == sorted(days)
    assert 1 == days[0] < days[2] < days[3]
    for rating in RATINGS:
        rated = [*reviews, review("a/01", 2, rating)]
        frame = due_frame(rated, now).set_index("question")
        assert frame.due["a/01"] == due[rating]
