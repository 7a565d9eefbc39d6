"""What is shown in a mock interview: rounds, questions and the rubric, as JSON values. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from prepkit.bank.rubric import Dimension
from prepkit.interviews import round_view, source_of
from prepkit.language import ENGLISH, Language
from prepkit.practice.mock import part_shares
from prepkit.practice.mock_rounds import MockRound
from prepkit.practice.names import companies_in_order
from prepkit.provenance import source_label
from prepkit.records import LEVELS, Level
from prepkit.sheet import level_title
from prepkit.text import capitalize_first, end_sentence
from prepkit.words import spoken_seconds

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry


def offered_round(one: MockRound, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a round to choose, with what is documented of it and who says so."""
    title, told, source = one.title, language.gettext(one.topic.about), None
    if not one.documented:
        title = language.gettext(title)
    else:
        view = round_view(one.documented, language)
        known = [
            end_sentence(capitalize_first(view.facts)) if view.facts else "",
            view.what_and_who,
        ]
        topic = language.gettext(one.topic.title)
        here = language.gettext("Questions here: %(topic)s.", topic=topic)
        told = " ".join([*filter(None, known), here])
        link = source_of(one.documented, language)
        source = {"href": link.href, "label": link.label}
    return {
        "id": one.id,
        "title": title,
        "about": told,
        "minutes": list(one.minutes),
        "company": one.company or None,
        "source": source,
    }


def offered_levels(language: Language = ENGLISH) -> list[dict[str, str]]:
    """Return the levels to choose from."""
    return [{"id": level, "title": level_title(level, language)} for level in LEVELS]


def offered_companies(bank: Bank, rounds: Sequence[MockRound]) -> list[str]:
    """Return the companies to choose from: those with a round, or with a question."""
    known = {one.company for one in rounds}
    known |= {ask.company for question in bank for ask in bank[question].asks}
    return [one.name for one in companies_in_order(bank.company_records) if one.name in known]


def mock_question(
    entry: Entry, level: Level | None, reason: str, language: Language = ENGLISH
) -> dict[str, Any]:
    """Return a question with all that is shown while it is answered and rated.

    Its shares say how much of the answer each part usually takes, from 0 to 1.
    """
    question = entry.question
    shares = part_shares(question.form)
    return {
        "id": entry.id,
        "place": language.gettext(
            "%(category)s · Q%(number)s", category=entry.category.title, number=question.number
        ),
        "text": question.text,
        "kind": question.kind,
        "parts": [
            {"name": part.name, "title": language.gettext(part.title), "share": list(share)}
            for part, share in zip(entry.parts, shares, strict=True)
        ],
        "follow_ups": list(question.follow_ups),
        "key_points": list(question.key_points),
        "level_line": capitalize_first(question.levels.get(level, "")) if level else "",
        "seconds": [spoken_seconds(words) for words in question.form.words],
        "reason": reason,
    }


def mock_rubric(rubric: Sequence[Dimension], language: Language = ENGLISH) -> list[dict[str, Any]]:
    """Return what an answer is rated on, with what each score means and who says so."""
    return [
        {
            "name": one.name,
            "title": one.name,
            "about": one.about,
            "anchors": [
                {"score": score, "text": text} for score, text in enumerate(one.anchors, 1)
            ],
            "source": {
                "href": one.source_url,
                "label": source_label(
                    one.source_kind, one.source_url, one.checked, language=language
                ),
            },
        }
        for one in rubric
    ]
