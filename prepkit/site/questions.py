"""A worksheet's question as a page shows it: texts as HTML, and what the form is given (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from prepkit.handouts.worksheet import BASES, LEGEND, WorksheetData, category_mark, source_link
from prepkit.notebook.markdown import bank_html, bank_line, sentence
from prepkit.records import LEVELS
from prepkit.text import format_day


def question_view(data: WorksheetData, company_href: Callable[[str], str | None]) -> dict[str, Any]:
    """Return what the templates show of a question, and the stored answer where there is one.

    Parameters
    ----------
    data
        The worksheet.
    company_href
        Gives the address of a company's page, or None where it has none.
    """
    question = data.question
    return {
        "id": question.id,
        "category": data.category,
        "icon": icon(data.icon),
        "number": question.number,
        "of": data.of,
        "text": Markup(bank_line(question.text)),
        "why": Markup(bank_html(question.why)),
        "key_points": [Markup(bank_line(point)) for point in question.key_points],
        "parts": [
            {
                "name": part.title,
                "prompt": Markup(bank_line(data.prompts[part.name])),
                "answer": data.answer.get(part.name, ""),
            }
            for part in question.parts
        ],
        "tips": [Markup(bank_line(text)) for text in question.tips],
        "follow_ups": [Markup(bank_line(text)) for text in question.follow_ups],
        "levels": [
            (level.capitalize(), Markup(bank_html(sentence(question.levels[level]))))
            for level in LEVELS
            if level in question.levels
        ],
        "example": [
            (part.title, Markup(bank_html(question.example[part.name]))) for part in question.parts
        ]
        if question.example
        else [],
        "asks": [
            {
                "company": ask.company,
                "href": company_href(ask.company),
                "value": ask.value,
                "focus": Markup(bank_line(sentence(ask.focus))),
                "basis": BASES[ask.basis],
                "source": source_link(ask.source_url),
                "checked": format_day(ask.checked) if ask.checked else None,
            }
            for ask in data.lines
        ],
        "legend": [
            LEGEND[basis] for basis in BASES if any(ask.basis == basis for ask in data.lines)
        ],
        "form": Markup(script_json(form_content(data))),
    }


def form_content(data: WorksheetData) -> dict[str, Any]:
    """Return what the form shows by itself: the key points to tick, and the four boxes.

    The rest of the question stands on the page around it, so its lists are empty here.
    """
    return {
        "id": data.question.id,
        "key_points": list(data.question.key_points),
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "letter": part.letter,
                "prompt": data.prompts[part.name],
                "words": list(part.words),
            }
            for part in data.question.parts
        ],
        "tips": [],
        "follow_ups": [],
        "levels": {},
        "example": None,
        "asks": [],
    }


def script_json(value: Any) -> str:
    """Return JSON that may stand in a script element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def icon(emoji: str) -> Markup:
    """Return a category's icon: a drawing where there is one for its emoji, else the emoji."""
    mark = category_mark(emoji)
    if mark["icon"]:
        return _drawing(mark["icon"])
    return Markup('<span class="emoji" aria-hidden="true">{}</span>').format(mark["emoji"])


@cache
def _drawing(name: str) -> Markup:
    svg = (files("prepkit") / "handouts" / "icons" / f"{name}.svg").read_text("utf-8")
    drawn = svg[svg.index("<svg") :].replace("\n", "")
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true"', 1))
