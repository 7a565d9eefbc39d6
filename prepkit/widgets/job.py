"""JobDescription: a pasted job description, and what to practise for it.

The browser side (prepkit/static/job.js) sends the text in messages and shows what was found. The
text is private: it is in the candidate's own file, and never in the notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers import AnswerStore, Conflict
from prepkit.answers.kinds import JOB, STORY, TELLING
from prepkit.answers.planned import load_planned
from prepkit.answers.texts import Texts
from prepkit.bank import shipped_folder
from prepkit.bank.competencies import read_competencies, read_posting_words
from prepkit.errors import PrepkitError
from prepkit.practice.job_description import Asked, Mention, Practice, Rules, asked_of
from prepkit.practice.stories import Story, open_stories, stories_of, told_for
from prepkit.records import STATE_TITLES, Level, Revision
from prepkit.sheet import level_title
from prepkit.text import replace_lone_surrogates
from prepkit.widgets.component import Component, Message, one_line
from prepkit.widgets.star_form import workbook_name
from prepkit.widgets.table import STATE_MARKS
from prepkit.widgets.text_messages import act, reply

if TYPE_CHECKING:
    from prepkit.bank import Bank

MOST_CHARACTERS = 60_000
"""A job description has some 5,000; this is for a whole page copied with it."""

_SUBJECT, _FIELD = "job", "text"
_TOO_LONG = (
    "This text is longer than a job description: paste at most 60,000 characters. "
    "Your earlier text is still stored."
)
_FALLBACK = "Paste a job description here when the workbook runs: choose Run > Run All Cells."


class JobDescription(Component):
    """A box for a job description, and the competencies that it speaks of, with their questions.

    Parameters
    ----------
    bank
        The questions; its folder may have a competencies.yaml and a postings.yaml of its own.
    store
        Where the text is kept, and where the answers and stories are.

    Raises
    ------
    BankError
        If competencies.yaml or postings.yaml has a problem.
    """

    script = "job.js"
    styles = ("colours.css", "job.css")

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the store; the browser keeps a draft under it."""

    def __init__(self, bank: Bank, store: AnswerStore) -> None:
        self._bank = bank
        self._store = store
        self._texts = Texts(store, JOB)
        self._rules = Rules(
            read_competencies(_folder_of(bank, "competencies.yaml")),
            read_posting_words(_folder_of(bank, "postings.yaml")),
        )
        super().__init__(workbook=workbook_name(store))

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Load or save the text, or read it again because answers or stories have changed."""
        return act({"load": self._load, "save": self._save, "read": self._load}, message)

    def _load(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        kind = "loaded" if message["type"] == "load" else "read"
        stored = self._texts.one(_SUBJECT).revisions.get(_FIELD)
        return (reply(message, kind, **_stored(stored), reading=self._reading(stored)),)

    def _save(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        text = replace_lone_surrogates(str(message["text"]))
        if len(text) > MOST_CHARACTERS:
            return (reply(message, "error", message=_TOO_LONG, remedy="", final=True),)
        try:
            saved = self._texts.save(_SUBJECT, _FIELD, text, based_on=int(message["based_on"]))
        except Conflict as conflict:
            return (reply(message, "conflict", **_stored(conflict.current)),)
        reading = self._reading(saved)
        return (reply(message, "saved", revision=saved.revision, reading=reading),)

    def _reading(self, stored: Revision | None) -> Message:
        """Return what a text speaks of, as it is shown."""
        text = stored.text if stored else ""
        mentions = self._rules.read(text)
        states = {
            key: answer.state(self._bank[key].parts)
            for key, answer in self._store.load().items()
            if key in self._bank
        }
        stories = open_stories(
            stories_of(Texts(self._store, STORY).load(), Texts(self._store, TELLING).load())
        )
        named = self._rules.level(text)
        level = named or self._planned_level()
        asked = asked_of(self._bank, mentions, states, told_for(stories), level)
        titles = {each.slug: each.title for each in self._bank.categories if each.is_for(level)}
        known = [one for one in mentions if one.category in titles]
        numbers = {each.category: number for number, each in enumerate(asked, 1)}
        return {
            "pieces": _pieces(text, known, numbers),
            "level": level_title(named) if named else "",
            "asked": [self._asked(each, text, stories) for each in asked],
            "denied": [
                {"quote": text[one.start : one.end], "title": titles[one.category]}
                for one in known
                if one.denied
            ],
        }

    def _planned_level(self) -> Level | None:
        """Return the level that the candidate prepares for; None if that isn't known."""
        try:
            return load_planned(self._store.path.parent).level
        except PrepkitError:
            return None  # the first page tells what is wrong with the plan

    def _asked(self, asked: Asked, text: str, stories: Sequence[Story]) -> Message:
        category = next(one for one in self._bank.categories if one.slug == asked.category)
        quotes = {" ".join(text[one.start : one.end].split()): one.source for one in asked.mentions}
        return {
            "title": category.title,
            "icon": category.icon,
            "quotes": [{"text": quote, "source": source} for quote, source in quotes.items()],
            "covered": asked.covered,
            "more": asked.more,
            "questions": [self._practice(one, stories) for one in asked.practice],
        }

    def _practice(self, practice: Practice, stories: Sequence[Story]) -> Message:
        if practice.cover == "story":
            told = [one.title for one in stories if one.id in practice.stories]
            cover = f"{STATE_MARKS['complete']} Story: {told[0]}"
        else:
            state = "complete" if practice.cover == "answer" else practice.cover
            cover = f"{STATE_MARKS[state]} {STATE_TITLES[state]}"
        text = self._bank[practice.question].question.text
        return {"id": practice.question, "text": text, "cover": cover}

    def fallback(self) -> dict[str, str]:
        """Return what it is; nothing of the text is in it."""
        return one_line(_FALLBACK)


def _folder_of(bank: Bank, name: str) -> Path:
    """Return where a list is: the bank's own, or else the one that comes with prepkit."""
    return bank.folder if (bank.folder / name).exists() else shipped_folder()


def _pieces(text: str, mentions: Sequence[Mention], numbers: Mapping[str, int]) -> list[Message]:
    """Return a text in pieces, each with the number of what it speaks of; 0 if the text denies it.

    In pieces, because a place in a text isn't the same number here and in a browser.
    """
    pieces: list[Message] = []
    end = 0
    for mention in mentions:
        pieces.append({"text": text[end : mention.start], "number": None})
        number = 0 if mention.denied else numbers[mention.category]
        pieces.append({"text": text[mention.start : mention.end], "number": number})
        end = mention.end
    pieces.append({"text": text[end:], "number": None})
    return [piece for piece in pieces if piece["text"]]


def _stored(revision: Revision | None) -> Message:
    return {
        "text": revision.text if revision else "",
        "revision": revision.revision if revision else 0,
    }
