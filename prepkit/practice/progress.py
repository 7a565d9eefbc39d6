"""What is done, what is due and what to do next. Pure: takes `now` as an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from prepkit.forms import FORMS
from prepkit.practice.debriefs import Setback
from prepkit.practice.gaps import first_gap
from prepkit.records import RATINGS, STATES, Answer, Rating, Review
from prepkit.text import format_day
from prepkit.typed_frame import MOMENTS, beside, one_of, typed_frame

if TYPE_CHECKING:
    import pandas as pd
    from fsrs import Card, Scheduler

STEPS = ("review", "continue", "rehearse", "begin")
"""What can be done next, most urgent first."""

FIRST_EVENT = "Start with one event: where it happened and what was at stake."
"""How to start any past event: a table with several of them says it once."""

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
_NEXT = {
    "question": "str",
    "category_title": "str",
    "text": "str",
    "step": one_of(STEPS, ordered=True),
    "sentence": "str",
}


_Row: TypeAlias = tuple[str, str, str, str, str]
"""The values of `_NEXT`."""


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


def next_steps(
    progress: pd.DataFrame,
    now: datetime,
    *,
    limit: int | None = None,
    setbacks: Mapping[str, Setback] | None = None,
) -> pd.DataFrame:
    """Return what to do next, one plain sentence per question.

    First what went badly in an interview. Then what is due to be practised again, the longest
    overdue first; it may have been said in a mock interview and never written. Then the answers in
    progress, the last changed first. Then complete answers that were never said out loud. Then
    questions that aren't started: one from each category before a second one from any.

    Parameters
    ----------
    progress
        A frame of `progress_frame`.
    now
        The present moment, with a time zone: an answer is due on the whole of its day there.
    limit
        How many rows at most; None for all.
    setbacks
        What went badly in an interview: see `prepkit.practice.debriefs.setbacks`.

    Returns
    -------
    pandas.DataFrame
        question, category_title, text, step (ordered categorical: review, continue, rehearse,
        begin) and sentence. A complete answer that isn't due yet has no row, unless it went badly.
    """
    import pandas as pd

    # By the day, not by the hour: who is told "on Tuesday" may come at any time on Tuesday.
    tonight = datetime.combine(now.date(), time.max, now.tzinfo)
    due = progress[progress["due"] <= pd.Timestamp(tonight)]
    rest = progress.drop(due.index)
    in_progress = rest[rest["state"] == "started"]
    unspoken = rest[(rest["state"] == "complete") & rest["due"].isna()]
    untouched = rest[rest["state"] == "untouched"]
    # A category's first untouched question has turn 0, its second turn 1, and so on; each story
    # that was started there moves all of them one turn back.
    started = progress["state"].ne("untouched").groupby(progress["category"], observed=True).sum()
    turn = untouched.groupby("category", observed=True).cumcount()
    turn += untouched["category"].astype("str").map(started.to_dict()).astype("int64")
    groups = {
        "review": due.sort_values("due", kind="stable"),
        "continue": in_progress.sort_values("updated", ascending=False, kind="stable"),
        "rehearse": unspoken,
        "begin": untouched.loc[turn.sort_values(kind="stable").index],
    }
    rows = [
        (row["question"], row["category_title"], row["text"], step, _sentence(step, row, now))
        for step, group in groups.items()
        for row in group.to_dict("records")
    ]
    return typed_frame(_NEXT, _setbacks_first(rows, progress, setbacks or {})[:limit])


def _setbacks_first(
    rows: Sequence[_Row], progress: pd.DataFrame, setbacks: Mapping[str, Setback]
) -> list[_Row]:
    """Return the rows, first those of `setbacks` with their reason; each of these gets one."""
    listed = {question for question, *_ in rows}
    again = progress[progress["question"].isin([one for one in setbacks if one not in listed])]
    found = [*rows]
    for row in again.to_dict("records"):
        head = (row["question"], row["category_title"], row["text"])
        found.append((*head, "review", "Say it out loud again."))
    order = {question: place for place, question in enumerate(setbacks)}
    found.sort(key=lambda row: order.get(row[0], len(order)))
    return [
        (*row[:-1], f"{setbacks[row[0]].reason} {row[-1]}") if row[0] in setbacks else row
        for row in found
    ]


def _sentence(step: str, row: Mapping[Any, Any], now: datetime) -> str:
    import pandas as pd

    if step == "review":
        due = day_in(row["due"], now)
        since = format_day(due, weekday=True, year=due.year != now.year)
        when = "Due today" if due >= now.date() else f"Due since {since}"
        then = ", then write it down" if row["state"] == "untouched" else ""
        return f"{when}: say it out loud again{then}."
    if step == "rehearse":
        return "Written but not spoken yet: say it out loud once, with the timer running."
    if step == "begin" and pd.notna(row["due"]):
        return "You have said it out loud. Now write it down, while you remember it."
    if step == "begin" and row["kind"] == "past-event":
        return FIRST_EVENT
    if step == "begin":
        first = FORMS[row["kind"]].parts[0]
        return f"Start with {first.title}. {first.prompt}"
    return f"Keep writing. {row['gap']}."


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
