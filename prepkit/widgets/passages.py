"""Texts with words of a student or a coach in them: shown as typed, never taken for markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from prepkit.practice.params import PacketParams
from prepkit.practice.plan import Rule, day_in_full
from prepkit.text import escape_html
from prepkit.widgets.table import style


@dataclass(frozen=True)
class Passage:
    """A few paragraphs that display themselves, in a notebook or as plain text."""

    text: str
    """The words alone, a line a paragraph."""
    html: str = field(repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def welcome(name: str, aims: PacketParams) -> Passage:
    """Return the head of a packet: whose it is, of which day, and what it prepares for.

    Parameters
    ----------
    name
        The student's name, any text; empty for a packet that is nobody's.
    aims
        What the student prepares for.
    """
    facts = {
        "For": " ".join(name.split()),
        "Date": day_in_full(aims.day) if aims.day else "",
        "Interview": day_in_full(aims.interview) if aims.interview else "",
        "Level": (aims.level or "").capitalize(),
        "Companies": ", ".join(aims.companies),
    }
    known = {key: value for key, value in facts.items() if value}
    left = 'style="text-align: left"'  # kept where a notebook's style sheets are not
    rows = "".join(
        f'<tr><th scope="row" {left}>{key}</th><td {left}>{escape_html(value)}</td></tr>'
        for key, value in known.items()
    )
    title = "Your interview packet"
    table = f'<table class="prepkit-table"><tbody>{rows}</tbody></table>' if rows else ""
    lines = [title, *(f"{key}: {value}" for key, value in known.items())]
    return _passage(lines, f"<h1>{title}</h1>{table}")


def coach_note(notes: str) -> Passage | None:
    """Return a coach's notes, line by line as they were typed; None where there are none."""
    lines = [line.strip() for line in notes.strip().splitlines()]
    if not lines:
        return None
    title = "A note from your coach"
    # An empty line begins a paragraph; several of them are no more than one.
    paragraphs = [part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip()]
    quoted = "".join(f"<p>{escape_html(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    return _passage([title, *paragraphs], f"<h2>{title}</h2><blockquote>{quoted}</blockquote>")


def paragraph(text: str) -> Passage:
    """Return `text` as one paragraph."""
    return _passage([text], f"<p>{escape_html(text)}</p>")


def plan_rules(rules: Sequence[Rule]) -> Passage:
    """Return what a plan goes by, and whether that is research or convention."""
    items = [(rule.status.capitalize(), f"{rule.text} ({rule.source})") for rule in rules]
    head = "What this goes by:"
    listed = "".join(f"<li><b>{status}:</b> {escape_html(text)}</li>" for status, text in items)
    lines = [head, *(f"{status}: {text}" for status, text in items)]
    return _passage(lines, f"<p>{head}</p><ul>{listed}</ul>")


def company_sources(companies: pd.DataFrame, names: Sequence[str]) -> Passage:
    """Return what is known of each company, where its values were read, and when.

    Parameters
    ----------
    companies
        A bank's frame `companies`.
    names
        The companies to tell of.
    """
    notes: dict[str, str] = {}
    sources: dict[str, dict[tuple[str, str], str]] = {name: {} for name in names}
    for row in companies[companies["company"].isin(names)].to_dict("records"):
        notes[row["company"]] = row["note"] if isinstance(row["note"], str) else ""
        if isinstance(row["value"], str):
            kind = "" if row["source_kind"] == "owner" else f", {row['source_kind']}"
            read = f"{kind}, read on {row['checked'].day} {row['checked']:%B %Y}"
            sources[row["company"]][row["source_url"], read] = urlsplit(row["source_url"]).netloc
    lines, items = [], []
    for name in names:
        hosts = {key: host.removeprefix("www.") for key, host in sources[name].items()}
        plain = "; ".join(f"{host}{read}" for (_, read), host in hosts.items())
        links = "; ".join(
            f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
            f"{escape_html(host)}</a>{read}"
            for (url, read), host in hosts.items()
        )
        lines.append(" ".join([f"{name}:", *filter(None, [notes[name], plain])]))
        items.append(
            " ".join(
                [f"<b>{escape_html(name)}:</b>", *filter(None, [escape_html(notes[name]), links])]
            )
        )
    listed = "".join(f"<li>{item}</li>" for item in items)
    return _passage(lines, f"<ul>{listed}</ul>")


def fill_in_name(student_id: str) -> Passage:
    """Return which notebook a student writes in; without an id, how to tell it."""
    if student_id:
        name = f"{student_id}-fill-in.ipynb"
        texts = ("The notebook to write in is ", name, ". It came with this packet.")
    else:
        end = "-fill-in.ipynb"
        texts = ("The notebook to write in came with this packet: its name ends in ", end, ".")
    before, name, after = texts
    return _passage(["".join(texts)], f"<p>{before}<code>{escape_html(name)}</code>{after}</p>")


def story_hint(question: str) -> Passage:
    """Return how to print an answer on one page, with the id of a question as the example."""
    command = f"prepkit handout --story {question}"
    before, after = "For the last evening, ", " in a terminal makes a page of an answer: its first"
    after += " sentences and its numbers."
    return _passage([before + command + after], f"<p>{before}<code>{command}</code>{after}</p>")


def _passage(lines: Sequence[str], html: str) -> Passage:
    return Passage(text="\n".join(lines), html=f'{style()}<div class="prepkit-view">{html}</div>')
