"""What is done, and what is due. Pure: takes `now` as an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Protocol

from prepkit.forms import FORMS
from prepkit.practice.gaps import first_gap
from prepkit.records import RATINGS, STATES, Answer, Rating, Review
from prepkit.typed_frame import MOMENTS, beside, one_of, typed_frame

if TYPE_CHECKING:
    import pandas as pd
    from fsrs import Card, Scheduler

_PROGRESS = {
    "state": one_of(STATES, ordered=True),
    "missing": "str",
    "gap": "str",
    "words": "int64",
    "updated": MOMENTS,
    "due": MOMENTS,
    "minutes": "float64",
}
_DUE = {
    "question": "str",
    "reviews": "int64",
    "rating": "str",
    "reviewed_at": MOMENTS,
    "due": MOMENTS,
    "is_due": "bool",
    "recall": "float64",
}


class HasQuestions(Protocol):
    """Anything with the `questions` frame of a bank."""

    @property
    def questions(self) -> pd.DataFrame:
        """One row per question, by id."""


def progress_frame(
    bank: HasQuestions,
    answers: Mapping[str, Answer],
    reviews: Iterable[Review] = (),
    log: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how far the candidate is with each question.

    Parameters
    ----------
    bank
        The question bank; only its `questions` frame is read.
    answers
        The stored answers by question id, as `AnswerStore.load` gives them. Answers to questions
        that the bank lacks are left out.
    reviews
        The rehearsals so far, as `AnswerStore.reviews` gives them.
    log
        The practice log, as `PracticeLog.load` gives it: question and seconds.

    Returns
    -------
    pandas.DataFrame
        One row per question, in the order of the bank: question (its id), category,
        category_title, number, kind, text; state (ordered categorical: untouched, started,
        complete); missing (the first part with too few words, NA when complete); gap (what it
        lacks, in words, NA when complete); words (of all parts);
        updated (UTC, NaT when never saved); due (UTC, NaT when never practised out loud);
        minutes (of practice, from the log; float, 0 without one).
    """
    questions = bank.questions
    due = due_moments(reviews)
    seconds = {} if log is None else log.groupby("question")["seconds"].sum().to_dict()
    rows = []
    for question, kind in zip(questions.index, questions["kind"], strict=True):
        answer, parts = answers.get(question, Answer(question=question)), FORMS[kind].parts
        rows.append(
            (
                answer.state(parts),
                *first_gap(answer, parts),
                answer.words(parts),
                answer.updated,
                due.get(question),
                seconds.get(question, 0) / 60,
            )
        )
    return beside(questions, typed_frame(_PROGRESS, rows))


def due_frame(reviews: Iterable[Review], now: datetime) -> pd.DataFrame:
    """Return when each question should be practised out loud again, the most overdue first.

    The dates come from the FSRS scheduler with its default parameters, in whole days (no learning
    steps of minutes) and without random fuzz: the same reviews give the same dates.

    Parameters
    ----------
    reviews
        The rehearsals so far, in any order.
    now
        The moment to compare with; it must have a time zone.

    Returns
    -------
    pandas.DataFrame
        One row per question: question, reviews (how many), rating (the last one), reviewed_at and
        due (UTC), is_due (bool: due on the day of `now` or before it, in its time zone), recall
        (the estimated chance to recall it now, 0 to 1).
    """
    scheduler = _scheduler()
    rows = [
        (
            question,
            len(history),
            history[-1].rating,
            history[-1].reviewed_at,
            card.due,
            day_in(card.due, now) <= now.date(),
            scheduler.get_card_retrievability(card, now.astimezone(UTC)),
        )
        for question, (card, history) in _cards(reviews).items()
    ]
    return typed_frame(_DUE, rows).sort_values(["due", "question"], ignore_index=True)


def due_moments(reviews: Iterable[Review]) -> dict[str, datetime]:
    """Return when each question that was practised comes back, by its id, in UTC."""
    return {question: card.due for question, (card, _) in _cards(reviews).items()}


def due_after(reviews: Iterable[Review], question: str, now: datetime) -> Mapping[Rating, datetime]:
    """Return when a question comes back after each of the ratings it could get now, in UTC.

    Parameters
    ----------
    reviews
        The rehearsals so far, of any questions and in any order.
    question
        The question's id.
    now
        When it is rated; it must have a time zone.
    """
    mine = [review for review in reviews if review.question == question]
    found: dict[Rating, datetime] = {}
    for rating in RATINGS:
        review = Review(question=question, rating=rating, seconds=0, reviewed_at=now)
        card, _ = _cards([*mine, review])[question]
        found[rating] = card.due
    return found


def day_in(moment: datetime, now: datetime) -> date:
    """Return the day of a moment in the time zone of `now`."""
    return moment.astimezone(now.tzinfo).date()


def told_on(reviews: Iterable[Review], now: datetime) -> set[str]:
    """Return the questions that were practised on the day of `now`; in an interview doesn't count.

    A review that a debrief brought has no seconds.
    """
    practised = (one for one in reviews if one.seconds)
    return {one.question for one in practised if day_in(one.reviewed_at, now) == now.date()}


def _scheduler() -> Scheduler:
    # Imported here: start-up should stay quick for everything that needs no due dates.
    from fsrs import Scheduler

    # Steps of minutes suit flash cards; a story is practised once per evening.
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _cards(reviews: Iterable[Review]) -> dict[str, tuple[Card, list[Review]]]:
    """Return the card of each rehearsed question, and its reviews, the oldest first."""
    histories: dict[str, list[Review]] = {}
    for review in sorted(reviews, key=lambda review: review.reviewed_at):
        histories.setdefault(review.question, []).append(review)
    if not histories:
        return {}
    scheduler = _scheduler()
    return {question: (_card(scheduler, each), each) for question, each in histories.items()}


def _card(scheduler: Scheduler, history: list[Review]) -> Card:
    from fsrs import Card, Rating

    # With an id and a date of our own, the card reads no clock.
    card = Card(card_id=1, due=history[0].reviewed_at)
    for review in history:
        # fsrs compares the zone with datetime.UTC itself, and pydantic's UTC is another object.
        moment = review.reviewed_at.astimezone(UTC)
        card, _ = scheduler.review_card(card, Rating[review.rating.capitalize()], moment)
    return card
