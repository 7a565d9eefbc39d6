"""Stories: the widget with a candidate's stories, what each is told for, and what is still open.

The browser side is prepkit/static/stories.js. What somebody wrote is sent in messages only, never
as widget state: a saved or published notebook must not contain it by accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.kinds import STORY
from prepkit.answers.planned import load_planned
from prepkit.answers.texts import Texts
from prepkit.practice.stories import (
    PARTS,
    Row,
    Story,
    coverage_rows,
    importable,
    open_stories,
    source_of,
    told_twice,
)
from prepkit.practice.story_fits import WordBook
from prepkit.records import STATE_TITLES
from prepkit.text import fold
from prepkit.widgets.component import Component, Message, one_line
from prepkit.widgets.star_form import workbook_name
from prepkit.widgets.story_texts import (
    import_answers_as_stories,
    kind_of,
    new_story_id,
    put_away,
    stored_fields,
    stored_stories,
    tell,
    tell_no_more,
)
from prepkit.widgets.text_messages import Action, act, history_reply, reply, save_replies, stored

if TYPE_CHECKING:
    from prepkit.bank import Bank

_FOUND = 8
"""The most questions that a search lists."""
_NO_WIDGET = "Your stories are in your answers file. To see them here, choose Run > Run All Cells."


class Stories(Component):
    """The candidate's stories, saved while they are typed.

    Parameters
    ----------
    bank
        Where the questions are.
    store
        Where the stories are kept, in the same file as the answers.
    """

    script = "stories.js"
    styles = ("colours.css", "stories.css", "star_form.css")

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the store; the browser keeps drafts of stories under it."""

    def __init__(self, bank: Bank, store: AnswerStore) -> None:
        self._bank = bank
        self._store = store
        self._book: WordBook | None = None
        # Not the name for answers: their forms would take our drafts for theirs.
        super().__init__(workbook=f"{workbook_name(store)}-stories")

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it.

        An error that the candidate can act on is answered with ``{"type": "error", …}``. A message
        of an unknown type gets no answer.
        """
        actions: dict[str, Action] = {
            "bank": self._questions,
            "overview": self._overview,
            "new": self._new,
            "show": self._show,
            "load": self._load,
            "save": self._save,
            "history": self._history,
            "tell": self._tell,
            "untell": self._untell,
            "put-away": self._put_away,
            "bring-back": self._bring_back,
            "import": self._import,
            "suggest": self._suggest,
            "find": self._find,
        }
        return act(actions, message)

    # ---- the page

    def _questions(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        questions = {one: self._named(one) for one in self._bank}
        companies = [one.name for one in self._bank.company_records if one.values]
        return (reply(message, "bank", questions=questions, companies=companies),)

    def _named(self, question: str) -> Message:
        entry = self._bank[question]
        return {
            "text": entry.question.text,
            "place": f"{entry.category.title} Q{entry.question.number}",
            "icon": entry.category.icon,
        }

    def _overview(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer with all but the texts of the stories; ``company`` in the message is optional."""
        stories = stored_stories(self._store)
        shown = open_stories(stories)
        planned = load_planned(self._store.path.parent)
        chosen = [message["company"]] if message.get("company") else planned.companies
        known = {one.name for one in self._bank.company_records}
        companies = [name for name in chosen if name in known]
        waiting = importable(self._bank, self._store.load(), Texts(self._store, STORY).load())
        twice = told_twice(self._bank, shown, planned.questions, companies)
        return (
            reply(
                message,
                "overview",
                stories=[_listed(story) for story in stories],
                rows=[_row(row) for row in coverage_rows(self._bank, shown, companies)],
                twice=[asdict(each) for each in twice],
                companies=companies,
                planned=[name for name in planned.companies if name in known],
                importable=len(waiting),
                notice=self._store.recovered,
            ),
        )

    def _new(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        return self._shown(message, new_story_id(self._store.moment()))

    def _show(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        return self._shown(message, message["story"], again=message.get("again", False))

    def _shown(self, message: Mapping[str, Any], story: str, **more: Any) -> tuple[Message, ...]:
        return (reply(message, "shown", story=story, content=self._content(story), **more),)

    def _content(self, story: str) -> Message:
        """Return what the form shows of a story: its boxes, and the questions it is told for."""
        names = [*stored_fields(self._store, story)]
        told = [one for one in self._bank if one in names]
        title = Texts(self._store, STORY).one(story).text("title")
        source = source_of(story)
        boxes = [
            {
                "name": "title",
                "title": "Title",
                "prompt": "A few words by which you know it: “Moving the billing system”.",
                "line": True,
            },
            *(
                {"name": one.name, "title": one.title, "prompt": one.prompt, "words": one.words}
                for one in PARTS
            ),
            {
                "name": "tags",
                "title": "Tags",
                "prompt": "What it shows, with commas between: conflict, deadline, hiring.",
                "line": True,
            },
        ]
        items = [{"name": one, **self._named(one)} for one in told]
        return {
            "id": story,
            "category": "Story",
            "text": title,
            "label": "Write this story",
            "place": " ".join(title.split()) or "your new story",
            "told": "story",
            "source": source if source in self._bank else "",
            "sections": [
                {"name": "answer", "title": "Your story", "shape": "boxes", "boxes": boxes},
                {
                    "name": "tellings",
                    "title": "Questions it answers",
                    "shape": "tellings",
                    "items": items,
                },
            ],
        }

    # ---- the form of one story

    def _load(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        found = stored_fields(self._store, message["question"])
        fields = {name: stored(revision) for name, revision in found.items()}
        return (reply(message, "answer", fields=fields, notice=self._store.recovered),)

    def _save(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        story, field = message["question"], message["field"]
        texts = Texts(self._store, kind_of(field))
        _, replies = save_replies(
            message,
            lambda: texts.save(story, field, message["text"], based_on=message["based_on"]),
        )
        return replies

    def _history(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        story, field = message["question"], message["field"]
        revisions = Texts(self._store, kind_of(field)).history(story, field)
        return (history_reply(message, revisions),)

    # ---- what a story is told for

    def _tell(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        tell(self._store, message["story"], self._bank[message["add"]].id)
        return self._shown(message, message["story"])

    def _untell(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        tell_no_more(self._store, message["story"], message["remove"])
        return self._shown(message, message["story"])

    def _suggest(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        self._book = self._book or WordBook(self._bank)
        found = [one for one in stored_stories(self._store) if one.id == message["story"]]
        fits = [fit for story in found for fit in self._book.questions_for(story)]
        suggested = [{"id": fit.id, "words": fit.words} for fit in fits]
        return (reply(message, "suggestions", story=message["story"], found=suggested),)

    def _find(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        words = fold(message["text"]).split()
        found = [one for one in self._bank if all(word in self._said(one) for word in words)]
        shown = found[:_FOUND] if words else []
        more = max(0, len(found) - len(shown)) if words else 0
        return (reply(message, "found", text=message["text"], found=shown, more=more),)

    def _said(self, question: str) -> str:
        entry = self._bank[question]
        tags = [tag.replace("-", " ") for tag in entry.question.tags]
        said = [entry.question.text, *entry.question.also_asked, *tags, entry.category.title]
        return fold(" ".join(said))

    # ---- put away, brought back, made of answers

    def _put_away(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        put_away(self._store, message["story"], away=True)
        return (reply(message, "done", about="put-away", story=message["story"]),)

    def _bring_back(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        put_away(self._store, message["story"], away=False)
        return (reply(message, "done", about="bring-back", story=message["story"]),)

    def _import(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        made = import_answers_as_stories(self._bank, self._store)
        return (reply(message, "done", about="import", count=made),)

    def fallback(self) -> dict[str, str]:
        """Return where the stories are; nothing private is in it."""
        return one_line(_NO_WIDGET)


def _listed(story: Story) -> Message:
    return {
        "id": story.id,
        "title": story.title,
        "state": STATE_TITLES[story.state],
        "words": story.words,
        "tags": story.tags,
        "away": story.is_put_away,
        "questions": list(story.tellings),
    }


def _row(row: Row) -> Message:
    cells: Mapping[str, Mapping[str, Sequence[str]]] = {
        name: {"stories": cell.stories, "open": cell.open, "told": cell.told}
        for name, cell in row.cells.items()
    }
    return {"group": row.group, "name": row.name, "cells": cells}
