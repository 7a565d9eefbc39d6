"""A question as the form gets it, and a sheet as HTML and text for pages without prepkit. Pure.

Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prepkit.notebook.mime import ANSWER_NOTE
from prepkit.sheet import CompanyRow, Item, Section, Sheet, sheet_of
from prepkit.text import escape_html, format_moment

if TYPE_CHECKING:
    from prepkit.bank import Entry
    from prepkit.records import Answer

_BOX = "border-left: 2px solid #7f9e96; margin: .3em 0 .9em; padding: .1em .8em; min-height: 1.6em"


def question_content(entry: Entry) -> dict[str, Any]:
    """Return everything that the form shows of a question, as JSON values; never an answer."""
    return {
        **sheet_of(entry).to_json(),
        "previous": _neighbour(entry.previous),
        "next": _neighbour(entry.next),
    }


def answer_text(entry: Entry, answer: Answer) -> str:
    """Return the question and its stored answer as plain text, with the date of the answer."""
    return f"{sheet_text(sheet_of(entry, answer))}\n\n{_dated(answer)}"


def answer_html(entry: Entry, answer: Answer) -> str:
    """Return the question and its stored answer as HTML, with the date of the answer."""
    return sheet_html(sheet_of(entry, answer), note=_dated(answer), folded=False)


def form_text(entry: Entry) -> str:
    """Return the question as plain text without an answer, and where the answer is."""
    return f"{sheet_text(sheet_of(entry))}\n\n{_kept_elsewhere(entry)}"


def form_html(entry: Entry) -> str:
    """Return the question as HTML without an answer, and where the answer is."""
    return sheet_html(sheet_of(entry), note=_kept_elsewhere(entry), folded=False)


def sheet_text(sheet: Sheet) -> str:
    """Return a sheet as plain text: the question, and each part with its answer."""
    heads = [f"{sheet.running} of {sheet.of}: {sheet.text}"]
    parts = [f"{part.title}\n{sheet.answer.get(part.name, '…')}" for part in sheet.boxes]
    return "\n\n".join([*heads, *parts])


def sheet_html(sheet: Sheet, *, note: str = "", folded: bool = True) -> str:
    """Return a sheet as HTML for a screen, in the colours of the page around it.

    Parameters
    ----------
    sheet
        The question, with or without an answer.
    note
        A line of small text below it.
    folded
        Whether to add the sections after the answer, folded away.
    """
    html = [
        f"<p><small>{escape_html(f'{sheet.icon} {sheet.running} of {sheet.of}')}</small></p>",
        f"<h2>{escape_html(sheet.text)}</h2>",
    ]
    after = False
    for section in sheet.sections:
        title, body = escape_html(section.title), _body(section, sheet)
        if not after:
            html.append(f"<h3>{title}</h3>{body}")
        elif folded:
            html.append(f"<details><summary>{title}</summary>{body}</details>")
        after = after or section.shape == "boxes"
    if note:
        html.append(f"<p><small>{escape_html(note)}</small></p>")
    return f'<section style="max-width: 46em">{"".join(html)}</section>'


def _body(section: Section, sheet: Sheet) -> str:
    """Return the content of a section, below its heading."""
    if section.shape == "boxes":
        return "".join(
            f"<p><b>{escape_html(part.title)}</b> <small>{escape_html(part.prompt)}</small></p>"
            f'<div dir="auto" style="{_BOX}">{_paragraphs(sheet.answer.get(part.name, ""))}</div>'
            for part in section.boxes
        )
    if section.shape == "text":
        return "".join(_paragraphs(item.text) for item in section.items)
    if section.shape == "ticks":
        marks = ["☑" if item.text in sheet.ticked else "☐" for item in section.items]
        lines = [f"{mark} {item.text}" for mark, item in zip(marks, section.items, strict=True)]
        return _list(lines, style="list-style: none; padding-left: 0")
    return _list([*map(_company_line, section.rows), *map(_item_line, section.items)])


def _company_line(row: CompanyRow) -> str:
    what = f"{row.company}, {row.value}" if row.value else row.company
    known = f"{row.basis}. {row.source}" if row.source else row.basis
    return f"{what}: {row.focus} ({known})"


def _item_line(item: Item) -> str:
    return f"{item.title}: {item.text}" if item.title else item.text


def _list(lines: Iterable[str], *, style: str = "") -> str:
    items = "".join(f"<li>{escape_html(line)}</li>" for line in lines)
    return f'<ul style="{style}">{items}</ul>' if style else f"<ul>{items}</ul>"


def _paragraphs(text: str) -> str:
    return "".join(
        "<p>" + escape_html(block).replace("\n", "<br>") + "</p>"
        for block in text.split("\n\n")
        if block.strip()
    )


def _neighbour(entry: Entry | None) -> dict[str, str] | None:
    return {"id": entry.id, "text": entry.question.text} if entry else None


def _dated(answer: Answer) -> str:
    if answer.updated is None:
        return "No answer was saved yet when this was shown."
    return f"{ANSWER_NOTE} {format_moment(answer.updated)} UTC."


def _kept_elsewhere(entry: Entry) -> str:
    return (
        "Your answer is in your answers file; this notebook keeps no copy of it. To see it here, "
        "choose Run > Run All Cells. To print it, enter this in a terminal: prepkit handout "
        f"{entry.id} --answered"
    )
