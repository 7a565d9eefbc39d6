"""What is done, what is due and what to do next. Pure: takes `now`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from prepkit.records import FORMS, STATES, Answer, Review
from prepkit.text import format_day
from prepkit.typed_frame import MOMENTS, beside, one_of, typed_frame

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

STEPS = ("review", "continue", "rehearse", "begin")
"""What can be done next, the most pressing first."""

_PROGRESS = {
    "state": one_of(STATES, ordered=True),
    "missing": "str",
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
_NEXT = {
    "question": "str",
    "category_title": "str",
    "text": "str",
    "step": one_of(STEPS, ordered=True),
    "sentence": "str",
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
        complete); missing (the first part without text, NA when complete); words (of all parts);
        updated (UTC, NaT when never saved); due (UTC, NaT when never rehearsed);
        minutes (practised, as far as a log was kept; float).
    """
    questions = bank.questions
    due = {question: card.due for question, (card, _) in _cards(reviews).items()}
    seconds = {} if log is None else log.groupby("question")["seconds"].sum().to_dict()
    rows = []
    for question, kind in zip(questions.index, questions["kind"], strict=True):
        answer, parts = answers.get(question, Answer(question=question)), FORMS[kind].parts
        rows.append(
            (
                answer.state(parts),
                answer.first_missing(parts),
                answer.words(parts),
                answer.updated,
                due.get(question),
                seconds.get(question, 0) / 60,
            )
        )
    return beside(questions, typed_frame(_PROGRESS, rows))


def due_frame(reviews: Iterable[Review], now: datetime) -> pd.DataFrame:
    """Return when each rehearsed question should be told again, the most overdue first.

    The dates are those of the FSRS scheduler with its default parameters, in whole days (no
    learning steps of minutes) and without random fuzz: the same reviews give the same dates.

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
        due (UTC), is_due (bool), recall (the estimated chance to recall it now, 0 to 1).
    """
    scheduler = _scheduler()
    rows = [
        (
            question,
            len(history),
            history[-1].rating,
            history[-1].reviewed_at,
            card.due,
            card.due <= now,
            scheduler.get_card_retrievability(card, now.astimezone(UTC)),
        )
        for question, (card, history) in _cards(reviews).items()
    ]
    return typed_frame(_DUE, rows).sort_values(["due", "question"], ignore_index=True)


def next_steps(progress: pd.DataFrame, now: datetime, *, limit: int | None = None) -> pd.DataFrame:
    """Return what to do next, one plain sentence per question.

    First what is due to be told again, the longest overdue first; then answers that were begun,
    the last touched first; then complete answers that were never said aloud; then questions not
    begun, taking the categories in turn, so that each gets a story before any gets a second.

    Parameters
    ----------
    progress
        A frame of `progress_frame`.
    now
        The moment to compare the due dates with; the sentences give dates in its time zone.
    limit
        How many rows at most; None for all.

    Returns
    -------
    pandas.DataFrame
        question, category_title, text, step (ordered categorical: review, continue, rehearse,
        begin) and sentence. A complete answer that isn't due yet has no row.
    """
    due = progress[(progress["state"] != "untouched") & (progress["due"] <= pd.Timestamp(now))]
    rest = progress.drop(due.index)
    begun = rest[rest["state"] == "started"]
    unspoken = rest[(rest["state"] == "complete") & rest["due"].isna()]
    untouched = rest[rest["state"] == "untouched"]
    # A category's first untouched question has turn 0, its second turn 1, and so on; each story
    # that was begun there puts all of them one turn back.
    has_begun = progress["state"].ne("untouched").groupby(progress["category"], observed=True).sum()
    turn = untouched.groupby("category", observed=True).cumcount()
    turn += untouched["category"].astype("str").map(has_begun.to_dict()).astype("int64")
    groups = {
        "review": due.sort_values("due", kind="stable"),
        "continue": begun.sort_values("updated", ascending=False, kind="stable"),
        "rehearse": unspoken,
        "begin": untouched.loc[turn.sort_values(kind="stable").index],
    }
    rows = [
        (row["question"], row["category_title"], row["text"], step, _sentence(step, row, now))
        for step, group in groups.items()
        for row in group.to_dict("records")
    ]
    return typed_frame(_NEXT, rows[:limit])


def _sentence(step: str, row: Mapping[Any, Any], now: datetime) -> str:
    if step == "review":
        due = row["due"].astimezone(now.tzinfo)
        return f"Tell it aloud again: it has been due since {format_day(due)}."
    if step == "rehearse":
        return "Written, and not yet spoken: tell it aloud once, with the timer running."
    if step == "begin" and row["kind"] == "past-event":
        return "Not begun: think of one event, and write where it happened and what was at stake."
    if step == "begin":
        first = FORMS[row["kind"]].parts[0]
        return f"Not begun: write {first.title} first. {first.prompt}"
    return f"Carry on with {str(row['missing']).capitalize()}, the first part still empty."


def _scheduler() -> Scheduler:
    # Imported here: not every use of the package rehearses, and start-up should stay quick.
    from fsrs import Scheduler

    # Steps of minutes are made for flash cards; a story is told once in an evening.
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
