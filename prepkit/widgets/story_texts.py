"""What widgets read and write of the stored stories: whole ones, and what they are told for."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prepkit.answers import AnswerStore, import_answers
from prepkit.answers.exchange import Export, History
from prepkit.answers.kinds import KINDS, REMOVED, STORY, TELLING
from prepkit.answers.texts import Texts
from prepkit.practice.stories import PARTS, Story, importable, open_stories, stories_of, story_id_of
from prepkit.records import Revision

if TYPE_CHECKING:
    from prepkit.bank import Bank

PUT_AWAY = "yes"
"""The text of the field ``removed`` of a story that was put away; it is empty when it is back."""


def stored_stories(store: AnswerStore) -> tuple[Story, ...]:
    """Return all stories of a candidate, those put away too.

    Raises
    ------
    StoreError
        If the answers file can't be read.
    """
    return stories_of(Texts(store, STORY).load(), Texts(store, TELLING).load())


def new_story_id(now: datetime) -> str:
    """Return an id that no other story has, on no computer of the candidate."""
    return f"{now:%Y%m%d}-{secrets.token_hex(4)}"


def kind_of(field: str) -> str:
    """Return where a field of a story's form is stored: with the story, or as a telling."""
    return STORY if field in KINDS[STORY].fields else TELLING


def stored_fields(store: AnswerStore, story: str) -> dict[str, Revision]:
    """Return the current texts of a story's form by field; what was taken back is absent."""
    texts = Texts(store, STORY).one(story).revisions
    told = Texts(store, TELLING).one(story).revisions
    return {**texts, **{name: one for name, one in told.items() if one.text != REMOVED}}


def tell(store: AnswerStore, story: str, question: str) -> None:
    """Note that a story is told for a question; what to dwell on is still to be written."""
    tellings = Texts(store, TELLING)
    current = tellings.one(story).revisions.get(question)
    if current is None or current.text == REMOVED:
        based_on = current.revision if current else 0
        tellings.save(story, question, "", based_on=based_on)


def tell_no_more(store: AnswerStore, story: str, question: str) -> None:
    """Take a question from those that a story is told for; its line stays in the history."""
    tellings = Texts(store, TELLING)
    current = tellings.one(story).revisions.get(question)
    if current is not None:
        tellings.save(story, question, REMOVED, based_on=current.revision)


def put_away(store: AnswerStore, story: str, *, away: bool) -> None:
    """Put a story away, or bring it back. Its texts stay as they are."""
    stories = Texts(store, STORY)
    current = stories.one(story).revisions.get("removed")
    based_on = current.revision if current else 0
    stories.save(story, "removed", PUT_AWAY if away else "", based_on=based_on)


def import_answers_as_stories(bank: Bank, store: AnswerStore) -> int:
    """Make a story of each answer about a past event that isn't one yet, and return how many.

    All are made, or none; the answers stay as they are.
    """
    answers = store.load()
    made = importable(bank, answers, Texts(store, STORY).load())
    moment = store.moment()

    def first(story: str, field: str, text: str) -> tuple[Revision]:
        known = {"question": story, "field": field, "text": text, "saved_at": moment}
        return (Revision(**known, revision=1, origin="answer"),)

    stories: dict[str, dict[str, History]] = {}
    tellings: dict[str, dict[str, History]] = {}
    for question in made:
        story = story_id_of(question)
        texts = {part.name: answers[question].text(part.name) for part in PARTS}
        texts = {"title": bank[question].question.text, **texts}
        stories[story] = {name: first(story, name, text) for name, text in texts.items() if text}
        tellings[story] = {question: first(story, question, "")}
    import_answers(store, Export(beside={STORY: stories, TELLING: tellings}))
    return len(made)


def offers_for(store: AnswerStore, question: str) -> list[dict[str, Any]]:
    """Return the stories with which an answer may begin, with their texts.

    Those that are told for the question come first, then those that are told for another question
    of its category.
    """
    category = question.split("/")[0]
    offers = []
    for story in open_stories(stored_stories(store)):
        linked = question in story.tellings
        near = any(one.split("/")[0] == category for one in story.tellings)
        texts = {part.name: story.answer.text(part.name) for part in PARTS}
        if any(text.strip() for text in texts.values()):
            offer = {
                "id": story.id,
                "title": story.title,
                "words": story.words,
                "linked": linked,
                "dwell": story.tellings.get(question, ""),
                "texts": texts,
            }
            offers.append((not linked, not near, offer))
    return [offer for *_, offer in sorted(offers, key=lambda one: one[:2])]
