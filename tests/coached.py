"""A coach's user data folder for tests: two students' answers, ratings, comments and replies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prepkit.answers import AnswerStore
from prepkit.answers.feedback import Comment, Feedback, Rating, feedback_store
from prepkit.answers.kinds import REPLY
from prepkit.answers.texts import Texts
from prepkit.bank import Bank

ONE, OTHER = "technical-leadership/06", "technical-leadership/02"
RATED = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROSTER = (
    "student_id,name,level\nada,Ada Lovelace,Engineering manager\n"
    "grace,Grace Hopper,Director\nalan,Alan Turing,\n"
)
SECRET = "Only Grace Hopper should ever read this comment of mine."


def coached(home: Path, bank: Bank) -> Path:
    """Store what Ada and Grace handed in and what two coaches say about it; return the roster.

    Alan has handed in nothing, and nobody has written about him.
    """
    for student in ("ada", "grace"):
        store = AnswerStore(home / "students" / f"{student}.sqlite", now=lambda: RATED - MINUTE)
        for question in (ONE, OTHER):
            example = bank[question].question.example
            assert example is not None
            for part, text in example.items():
                store.save(question, part, text, based_on=0)
    store = AnswerStore(home / "students" / "ada.sqlite", now=lambda: RATED)
    Texts(store, REPLY).save(ONE, "c1", "Six weeks, as far as I know.", based_on=0)
    feedback = Feedback(feedback_store(home, "ada"))
    for comment in comments_on(store):
        feedback.comment(comment)
    for rating in (
        Rating(ONE, "Barbara", {"Substance": 3, "Structure": 4}, False, {"result": 1}, RATED),
        Rating(ONE, "Tony", {"Substance": 4, "Structure": 4}, True, {"result": 1}, RATED + MINUTE),
        Rating(OTHER, "Barbara", {"Substance": 2, "Relevance": 5}, None, {}, RATED + 2 * MINUTE),
    ):
        feedback.rate(rating)
    Feedback(feedback_store(home, "grace")).comment(
        Comment("g1", ONE, "Barbara", "", "", 0, SECRET, RATED)
    )
    roster = home / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    return roster


def comments_on(store: AnswerStore) -> tuple[Comment, ...]:
    """Return comments on words of Ada's answer, on a part, and on the whole."""
    situation = store.answer(ONE).text("situation")
    first, later = situation.split()[3:6], situation.split()[10:14]
    quotes = [" ".join(first), " ".join(later)]
    return (
        Comment(
            *("c1", ONE, "Barbara", "situation", quotes[0], situation.index(quotes[0])),
            "How long did it take? A number here would carry the rest of the story.",
            RATED,
        ),
        Comment(
            *("c2", ONE, "Tony", "situation", quotes[1], situation.index(quotes[1])),
            "Good: I can see it.\nKeep this.",
            RATED + MINUTE,
        ),
        Comment(
            *("c3", ONE, "Barbara", "result", "", 0),
            "What would the team say of it today?",
            RATED + 2 * MINUTE,
        ),
        Comment(
            *("c4", ONE, "Tony", "", "", 0), "Tell it in two minutes next time.", RATED + 3 * MINUTE
        ),
        Comment(
            *("c5", OTHER, "Barbara", "action", "words that were never there", 4),
            "I liked how you put this.",
            RATED,
        ),
    )
