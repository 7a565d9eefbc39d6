"""The page "Mock interview" of a bank's site, and what its script knows of the bank. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from prepkit.interviews import HEARSAY_NOTICE
from prepkit.language import ENGLISH, Language
from prepkit.site.pages import Page
from prepkit.site.questions import script_json
from prepkit.text import capitalize_first

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry
    from prepkit.bank.rubric import Dimension
    from prepkit.practice.mock_rounds import Topic


def mock_page(bank: Bank, rubric: Sequence[Dimension], language: Language = ENGLISH) -> Page:
    """Return the page; the whole interview runs in the visitor's browser."""
    data = script_json(mock_data(bank, rubric, language))
    return Page(
        "mock.html",
        "mock",
        language.gettext("Mock interview"),
        language.gettext(
            "Answer out loud against the clock, listen back, and rate yourself. Nothing leaves your"
            " browser."
        ),
        "mock",
        lambda: {"mock_data": Markup(data)},
        cache_key=data,
    )


def mock_data(
    bank: Bank, rubric: Sequence[Dimension], language: Language = ENGLISH
) -> dict[str, Any]:
    """Return the rounds, the questions and the rubric as JSON values.

    Topics name their questions by their places in the list of questions.
    """
    # Imported here: the frames behind them take a while, and most commands publish nothing.
    from prepkit.practice.mock_rounds import mock_rounds
    from prepkit.widgets.mock_content import (
        mock_rubric,
        offered_companies,
        offered_levels,
        offered_round,
    )

    rounds = mock_rounds(bank)
    entries = [bank[question] for question in bank]
    topics = {one.topic.id: _topic(one.topic, entries) for one in rounds}
    return {
        "rounds": [{**offered_round(one, language), "topic": one.topic.id} for one in rounds],
        "topics": topics,
        "companies": offered_companies(bank, rounds),
        "levels": offered_levels(language),
        "questions": _questions(bank, entries, language),
        "rubric": mock_rubric(rubric, language),
        "note": language.gettext(HEARSAY_NOTICE),
    }


def _topic(topic: Topic, entries: Sequence[Entry]) -> dict[str, Any]:
    places = [place for place, entry in enumerate(entries) if topic.holds(entry.question)]
    return {"each": topic.each, "questions": places}


def _questions(bank: Bank, entries: Sequence[Entry], language: Language) -> list[dict[str, Any]]:
    from prepkit.practice.coverage import published_values
    from prepkit.widgets.mock_content import mock_question

    values = published_values(bank)
    found = []
    for entry in entries:
        question = mock_question(entry, None, "", language)
        question["category"] = entry.question.category
        question["levels"] = {
            level: capitalize_first(text) for level, text in entry.question.levels.items()
        }
        # For a value that its company has since replaced, all there is is our own reading.
        question["asks"] = [
            {
                "company": ask.company,
                "value": ask.value,
                "basis": values.get(ask.company, {}).get(ask.value or "", "inferred"),
            }
            for ask in entry.asks
        ]
        found.append(question)
    return found
