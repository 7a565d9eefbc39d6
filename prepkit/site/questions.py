"""A sheet as the templates of the site take it: texts as HTML, and what the form is given. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from markupsafe import Markup

from prepkit.notebook.markdown import bank_html, bank_line
from prepkit.sheet import ICONS, CompanyRow, Section, Shape, Sheet, category_mark
from prepkit.text import format_day

_FORM: tuple[Shape, ...] = ("ticks", "boxes")
"""What the form shows by itself, in a page that shows the rest of the question around it."""

_RUNNING: tuple[Shape, ...] = ("text", "terms", "parts")
"""Shapes whose items may have paragraphs; those of the others are lines."""

CompanyHref = Callable[[str], str | None]
"""Gives the address of a company's page, or None where it has none."""


def no_page(company: str) -> None:
    """Return no address: what a question has that stands on no site of a bank."""


def question_view(sheet: Sheet, company_href: CompanyHref = no_page) -> dict[str, Any]:
    """Return what the templates show of a question, and the stored answer where there is one."""
    sections = [_section_view(section, sheet, company_href) for section in sheet.sections]
    shapes = [section.shape for section in sheet.sections]
    form = min((shapes.index(shape) for shape in _FORM if shape in shapes), default=len(shapes))
    return {
        "id": sheet.id,
        "category": sheet.category,
        "icon": icon(sheet.icon),
        "number": sheet.number,
        "of": sheet.of,
        "text": Markup(bank_line(sheet.text)),
        "before": sections[:form],
        "form": [one for one in sections if one["shape"] in _FORM],
        "after": [one for one in sections[form:] if one["shape"] not in _FORM],
        "form_data": Markup(script_json(sheet.without_answer(_FORM).to_json())),
        "contents": [
            (section.name, section.title) for section in sheet.sections if section.shape != "ticks"
        ],
    }


def _section_view(section: Section, sheet: Sheet, company_href: CompanyHref) -> dict[str, Any]:
    as_html = bank_html if section.shape in _RUNNING else bank_line
    return {
        "name": section.name,
        "title": section.title,
        "shape": section.shape,
        "hint": section.hint,
        "columns": section.columns,
        "items": [
            {"title": item.title, "text": Markup(as_html(item.text))} for item in section.items
        ],
        "boxes": [
            {
                "title": part.title,
                "prompt": Markup(bank_line(part.prompt)),
                "answer": sheet.answer.get(part.name, ""),
            }
            for part in section.boxes
        ],
        "rows": [_row_view(row, company_href) for row in section.rows],
    }


def _row_view(row: CompanyRow, company_href: CompanyHref) -> dict[str, Any]:
    return {
        "company": row.company,
        "page": company_href(row.company),
        "value": row.value,
        "focus": Markup(bank_line(row.focus)),
        "basis": row.basis,
        "href": row.href,
        "host": row.host,
        "checked": format_day(row.checked) if row.checked else None,
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
    svg = (ICONS / f"{name}.svg").read_text("utf-8")
    drawn = svg[svg.index("<svg") :].replace("\n", "")
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true"', 1))
