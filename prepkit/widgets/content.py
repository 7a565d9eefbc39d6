"""What a form shows of a question, and the same as text for pages that run no widgets (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prepkit.records import Answer
from prepkit.text import escape_html

if TYPE_CHECKING:
    from prepkit.bank import Entry


def question_content(entry: Entry) -> dict[str, Any]:
    """Return everything that the form shows of a question, as JSON values; no answer text."""
    question = entry.question
    return {
        "id": entry.id,
        "category": entry.category.title,
        "icon": entry.category.icon,
        "number": question.number,
        "of": entry.of,
        "text": question.text,
        "why": question.why,
        "key_points": list(question.key_points),
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "letter": part.letter,
                "prompt": part.prompt,
                "words": list(part.words),
            }
            for part in entry.parts
        ],
        "tips": list(question.tips),
        "example": dict(question.example) if question.example else None,
        "follow_ups": list(question.follow_ups),
        "levels": dict(question.levels),
        "asks": [ask.model_dump(mode="json") for ask in entry.asks],
        "previous": _neighbour(entry.previous),
        "next": _neighbour(entry.next),
    }


def answer_text(entry: Entry, answer: Answer) -> str:
    """Return the question and its stored answer as plain text."""
    lines = [f"{_place(entry)}: {entry.question.text}", ""]
    for part in entry.parts:
        lines += [part.title, answer.text(part.name) or "(nothing stored)", ""]
    return "\n".join([*lines, _dated(answer)])


def answer_html(entry: Entry, answer: Answer) -> str:
    """Return the question and its stored answer as HTML; every text is escaped."""
    ticked = set(answer.ticked)
    points = "".join(
        f"<li>{'☑' if point in ticked else '☐'} {escape_html(point)}</li>"
        for point in entry.question.key_points
    )
    parts = "".join(
        f"<h3>{part.title}</h3>" + _paragraphs(answer.text(part.name)) for part in entry.parts
    )
    return (
        f"<section><p>{escape_html(_place(entry))}</p><h2>{escape_html(entry.question.text)}</h2>"
        f"{_paragraphs(entry.question.why)}"
        f'<h3>Key points to cover</h3><ul style="list-style:none">{points}</ul>'
        f"{parts}<p><small>{escape_html(_dated(answer))}</small></p></section>"
    )


def _neighbour(entry: Entry | None) -> dict[str, str] | None:
    return {"id": entry.id, "text": entry.question.text} if entry else None


def _place(entry: Entry) -> str:
    return f"{entry.category.title} · Q{entry.question.number} of {entry.of}"


def _dated(answer: Answer) -> str:
    if answer.updated is None:
        return "No answer was stored when this was shown."
    saved = answer.updated.strftime("%d %B %Y, %H:%M UTC").lstrip("0")
    return f"The answer as it was stored when this was shown, last saved on {saved}."


def _paragraphs(text: str) -> str:
    if not text.strip():
        return "<p><em>(nothing stored)</em></p>"
    return "".join(
        "<p>" + escape_html(block).replace("\n", "<br>") + "</p>" for block in text.split("\n\n")
    )
