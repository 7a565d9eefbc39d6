"""Texts that hold a student's or a coach's words: shown as typed, never read as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import pandas as pd

from prepkit.practice.params import PacketParams
from prepkit.practice.plan_rules import Rule
from prepkit.practice.review import STATUS_TITLES
from prepkit.provenance import source_label
from prepkit.sheet import level_title
from prepkit.text import escape_html, format_day
from prepkit.widgets.table import LEFT, link, style

_LINE_ENDS = re.compile(r"<br>|</(?:h1|h2|h3|p|li|tr)>")


@dataclass(frozen=True)
class DisplayText:
    """A few paragraphs that show themselves in a notebook, or as plain text."""

    body: str
    """HTML, with every word escaped."""

    @property
    def html(self) -> str:
        """The text as it is shown in a notebook."""
        return f'{style()}<div class="prepkit-view">{self.body}</div>'

    @property
    def text(self) -> str:
        """The words alone, one line per paragraph."""
        # Made from the HTML, so that the two always say the same.
        lines = _LINE_ENDS.sub("\n", self.body.replace("</th>", ": "))
        return unescape(re.sub(r"<[^>]*>", "", lines)).strip("\n")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def welcome(name: str, params: PacketParams) -> DisplayText:
    """Return the head of a packet: who it is for, its date, and what it prepares for.

    Parameters
    ----------
    name
        The student's name, any text; empty for a packet without a name.
    params
        What the student prepares for.
    """
    facts = {
        "For": " ".join(name.split()),
        "Date": format_day(params.day, weekday=True) if params.day else "",
        "Interview": format_day(params.interview, weekday=True) if params.interview else "",
        "Level": level_title(params.level) if params.level else "",
        "Companies": ", ".join(params.companies),
    }
    rows = "".join(
        f'<tr><th scope="row"{LEFT}>{key}</th><td{LEFT}>{escape_html(value)}</td></tr>'
        for key, value in facts.items()
        if value
    )
    table = f'<table class="prepkit-table"><tbody>{rows}</tbody></table>' if rows else ""
    return DisplayText(f"<h1>Your interview packet</h1>{table}")


def coach_note(notes: str) -> DisplayText | None:
    """Return a coach's notes, line by line as they were typed; None if there are none."""
    lines = [line.strip() for line in notes.strip().splitlines()]
    if not lines:
        return None
    # Empty lines, one or more, begin a new paragraph.
    paragraphs = [part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip()]
    quoted = "".join(f"<p>{escape_html(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    return DisplayText(f"<h2>A note from your coach</h2><blockquote>{quoted}</blockquote>")


def paragraph(text: str) -> DisplayText:
    """Return `text` as one paragraph."""
    return DisplayText(f"<p>{escape_html(text)}</p>")


def plan_rules(rules: Sequence[Rule]) -> DisplayText:
    """Return what a plan is based on, and whether that is research or a rule of thumb."""
    items = "".join(
        f"<li><b>{STATUS_TITLES[rule.status]}:</b> "
        f"{escape_html(f'{rule.text} ({rule.source})')}</li>"
        for rule in rules
    )
    return DisplayText(f"<p>What this plan is based on:</p><ul>{items}</ul>")


def company_sources(companies: pd.DataFrame, names: Sequence[str]) -> DisplayText:
    """Return what is known about each company, and where and when its values were read.

    Parameters
    ----------
    companies
        A bank's frame `companies`.
    names
        The companies to include.
    """
    items = []
    for name in names:
        rows = companies[companies["company"] == name].to_dict("records")
        known = [row["note"] for row in rows[:1] if isinstance(row["note"], str)]
        sources = dict.fromkeys(_source(row) for row in rows if isinstance(row["value"], str))
        told = " ".join(filter(None, [*map(escape_html, known), "; ".join(sources)]))
        if not rows:
            told = "We have nothing on this company, so no question was chosen for it."
        items.append(f"<li><b>{escape_html(name)}:</b> {told}</li>")
    return DisplayText(f"<ul>{''.join(items)}</ul>")


def _source(value: dict[Any, Any]) -> str:
    """Return where a value was read, and when, as a link."""
    url = value["source_url"]
    return link(url, source_label(value["source_kind"], url, value["checked"]))


def fill_in_name(student_id: str) -> DisplayText:
    """Return which notebook a student writes in; without an id, how to recognize it."""
    name = f"<code>{escape_html(student_id)}-fill-in.ipynb</code>"
    if student_id:
        return DisplayText(f"<p>Write your answers in {name}, which came with this packet.</p>")
    return DisplayText(
        "<p>Write your answers in the notebook that came with this packet: its name ends in"
        f" {name}.</p>"
    )


def story_hint(question: str) -> DisplayText:
    """Return how to print an answer on one page, with one question's id as the example."""
    command = f"<code>prepkit handout --story {escape_html(question)}</code>"
    return DisplayText(
        f"<p>For the last evening, print one page per answer, with its first sentences and its "
        f"numbers: run {command} in a terminal.</p>"
    )
