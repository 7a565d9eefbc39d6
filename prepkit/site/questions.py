"""A sheet as the site's templates need it, and the data for the form in a page. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from markupsafe import Markup

from prepkit.forms import FORMS
from prepkit.icons import ICONS, category_mark
from prepkit.language import ENGLISH, Language
from prepkit.notebook.markdown import bank_html, bank_line
from prepkit.sheet import Item, Section, Shape, Sheet

_FORM: tuple[Shape, ...] = ("ticks", "boxes")
"""The sections that the form shows; the page around it shows the other sections."""

_USUAL_PROMPTS = frozenset(part.prompt for form in FORMS.values() for part in form.parts)
_RATED = re.compile(r"(.+): (\d) of 5")
_OUR_TITLES = ("levels", "example", "on-example", "weaker", "companies")
"""The sections whose items have titles of ours; elsewhere a title is the bank's, or a company."""

CompanyHref = Callable[[str], str | None]
"""Returns the address of a company's page, or None if it has none."""


def no_page(company: str) -> None:
    """Return no address, for a question that isn't on the site of a bank."""


def question_view(
    sheet: Sheet,
    company_href: CompanyHref = no_page,
    language: Language = ENGLISH,
    *,
    foreign: str = "",
) -> dict[str, Any]:
    """Return the variables with which templates show a question, and its answer if there is one.

    Parameters
    ----------
    sheet
        The question; one that a notebook has stored is in English.
    company_href
        Returns the address of a company's page.
    language
        The language of headings and hints.
    foreign
        The language of the question if it is another one, or else an empty text.
    """
    own_prompts = [part.name for part in sheet.boxes if part.prompt not in _USUAL_PROMPTS]
    sections = tuple(_worded(section, language) for section in sheet.sections)
    sheet = sheet.model_copy(update={"sections": sections})
    form_data = sheet.without_answer(_FORM).to_json()
    if foreign:
        form_data |= {"lang": foreign, "own_prompts": own_prompts}
    shapes = [section.shape for section in sheet.sections]
    form = min(shapes.index(shape) for shape in _FORM if shape in shapes)
    rest = [section for section in sheet.sections[form:] if section.shape not in _FORM]
    return {
        "sheet": sheet,
        "before": sheet.sections[:form],
        "form": [section for section in sheet.sections if section.shape in _FORM],
        "after": rest,
        "form_data": Markup(script_json(form_data)),
        "own_prompts": own_prompts,
        "contents": [
            (section.name, section.title) for section in sheet.sections if section.shape != "ticks"
        ],
        "company_href": company_href,
    }


def _worded(section: Section, language: Language) -> Section:
    """Return a section with the words of ours in it in a language; texts of the bank stay."""
    say = language.gettext
    items = section.items
    if section.name in _OUR_TITLES:
        items = tuple(_titled(item, language) for item in items)
    if section.name == "companies":  # in them, what each way of knowing means
        items = tuple(
            item.model_copy(update={"text": f"{say(item.text.removesuffix('.'))}."})
            for item in items
        )
    words = {
        "title": say(section.title),
        "hint": section.hint and say(section.hint),
        "items": items,
        "boxes": tuple(
            replace(part, title=say(part.title), prompt=say(part.prompt)) for part in section.boxes
        ),
        "columns": tuple(map(say, section.columns)),
        "rows": tuple(row.model_copy(update={"basis": say(row.basis)}) for row in section.rows),
    }
    return section.model_copy(update=words)


def _titled(item: Item, language: Language) -> Item:
    title = language.gettext(item.title)
    if rated := _RATED.fullmatch(title):
        what = language.gettext(rated[1])
        title = language.gettext("%(what)s: %(score)s of 5", what=what, score=rated[2])
    return item.model_copy(update={"title": title})


def line(text: str) -> Markup:
    """Return one line of the bank's text as HTML that needs no escaping."""
    return Markup(bank_line(text))


def running(text: str) -> Markup:
    """Return a text of the bank, which may have paragraphs, as HTML that needs no escaping."""
    return Markup(bank_html(text))


def script_json(value: Any) -> str:
    """Return JSON that is safe inside a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def icon(emoji: str) -> Markup:
    """Return a category's icon: the drawing for its emoji if there is one, or else the emoji."""
    mark = category_mark(emoji)
    if mark["icon"]:
        return _drawing(mark["icon"])
    return Markup('<span class="emoji" aria-hidden="true">{}</span>').format(mark["emoji"])


@cache
def _drawing(name: str) -> Markup:
    svg = (ICONS / f"{name}.svg").read_text("utf-8")
    drawn = svg[svg.index("<svg") :].replace("\n", "")
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true"', 1))
