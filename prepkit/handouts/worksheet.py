"""The worksheet of one question: an object that shows itself in a notebook and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from prepkit.errors import PrepkitError
from prepkit.handouts.blocks import Block, Notice
from prepkit.handouts.prose import answer_blocks, bank_blocks, bank_inline
from prepkit.notebook.mime import SHEET_MIME
from prepkit.records import (
    LEVELS,
    Answer,
    Basis,
    Level,
    Question,
    Record,
    SourcedAsk,
)
from prepkit.text import escape_html

if TYPE_CHECKING:
    from prepkit.bank import Entry

# Emoji that a category may have as its icon -> the file of that drawing in icons/.
ICONS = {
    "⚙": "settings",
    "👥": "users",
    "🌱": "sprout",
    "🤝": "user-plus",
    "🚀": "rocket",
    "📈": "activity",
    "⚔": "swords",
    "📣": "megaphone",
    "🧭": "compass",
    "⚖": "scale",
}
BASES: Mapping[Basis, str] = {
    "stated": "Stated",
    "published value": "Published value",
    "inferred": "Inferred",
}
LEGEND: Mapping[Basis, str] = {
    "stated": "Stated: the company says that it looks for this.",
    "published value": "Published value: the company has published it, which is no proof that it"
    " is scored.",
    "inferred": "Inferred: our reading of how the company works.",
}
Paper = Literal["a4", "us-letter"]


class WorksheetData(Record):
    """What a worksheet prints; its JSON is what a notebook stores under `SHEET_MIME`."""

    version: Literal[1] = 1
    question: Question
    category: str
    icon: str
    of: int
    prompts: Mapping[str, str]
    """By the name of each part."""
    lines: tuple[SourcedAsk, ...]
    answered: bool
    """Whether the stored answer is printed rather than boxes to write in."""
    answer: Mapping[str, str] = {}
    """The answer's texts by part; parts without text are absent."""
    ticked: tuple[str, ...] = ()
    updated: datetime | None = None
    paper: Paper | None = None
    """What to print it on; None leaves that to whoever prints."""


class Worksheet:
    """A question as a sheet to write on, or with an answer; the last line of a cell shows it.

    Parameters
    ----------
    entry
        The question, ``bank["technical-leadership/06"]``.
    answer
        What to print in the four parts. None, or an answer without text, gives ruled boxes to
        write in by hand.
    paper
        ``a4`` or ``us-letter``; None leaves that to whoever prints.

    Raises
    ------
    PrepkitError
        If the paper is another.
    """

    def __init__(
        self, entry: Entry, answer: Answer | None = None, *, paper: Paper | None = None
    ) -> None:
        check_paper(paper)
        texts = {one: answer.text(one) for one in entry.question.form.names} if answer else {}
        self.data = WorksheetData(
            question=entry.question,
            category=entry.category.title,
            icon=entry.category.icon,
            of=entry.of,
            prompts={part.name: part.prompt for part in entry.parts},
            lines=entry.asks,
            answered=any(text.strip() for text in texts.values()),
            answer={part: text for part, text in texts.items() if text.strip()},
            ticked=answer.ticked if answer else (),
            updated=answer.updated if answer else None,
            paper=paper,
        )

    def __repr__(self) -> str:
        return f"<Worksheet {self.data.question.id}: {self.data.question.text}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {
            SHEET_MIME: self.data.model_dump(mode="json"),
            "text/html": worksheet_html(self.data),
            "text/plain": worksheet_text(self.data),
        }


def check_paper(paper: str | None) -> None:
    """Raise `PrepkitError` if `paper` is neither None nor a size that handouts are printed on."""
    if paper not in (None, *get_args(Paper)):
        raise PrepkitError(f"Handouts are printed on a4 or us-letter, not on {paper!r}.")


def running_title(data: WorksheetData) -> str:
    """Return how a page names its question, such as ``Technical leadership · Q6``."""
    return f"{data.category} · Q{data.question.number}"


def category_mark(icon: str) -> dict[str, str | None]:
    """Return a category's emoji, and the drawing that is printed instead where there is one."""
    emoji = icon.replace("\ufe0f", "").strip()
    return {"icon": ICONS.get(emoji), "emoji": emoji}


def worksheet_block(data: WorksheetData, notice: Notice) -> Block:
    """Return the worksheet as the template takes it, as one that stands alone."""
    question = data.question
    example = question.example
    lines = data.lines
    return {
        "t": "worksheet",
        "set": False,
        "opens": False,
        "running": running_title(data),
        "category": data.category,
        **category_mark(data.icon),
        "number": question.number,
        "of": data.of,
        "question": bank_inline(question.text),
        "length": len(question.text),
        "why": bank_blocks(question.why),
        "key_points": [
            {"ticked": point in data.ticked, "c": bank_blocks(point)}
            for point in question.key_points
        ],
        "answered": data.answered,
        "parts": [
            {
                "name": part.title,
                "letter": part.letter,
                "prompt": bank_inline(data.prompts[part.name]),
                "answer": answer_blocks(data.answer.get(part.name, ""), notice),
            }
            for part in question.parts
        ],
        "follow_ups": [bank_blocks(text) for text in question.follow_ups],
        "levels": [
            {"name": level.capitalize(), "c": bank_blocks(text)}
            for level, text in _levels(question)
        ],
        "tips": [bank_blocks(text) for text in question.tips],
        "example": [
            {"name": part.title, "c": bank_blocks(example[part.name])} for part in question.parts
        ]
        if example
        else [],
        "asks": [
            {
                "company": line.company,
                "value": bank_inline(line.value or "–"),  # noqa: RUF001  # as in the bank
                "focus": bank_inline(line.focus),
                "basis": BASES[line.basis],
                "source": source_link(line.source_url),
            }
            for line in lines
        ],
        "legend": " ".join(
            LEGEND[basis] for basis in BASES if any(basis == x.basis for x in lines)
        ),
        "notes": bank_blocks(question.notes),
    }


def source_link(url: str | None) -> dict[str, str] | None:
    """Return a link whose text is the host, which a reader of the paper can look up."""
    host = urlsplit(url).hostname if url and url.startswith("https://") else None
    return {"href": url, "host": host.removeprefix("www.")} if url and host else None


def worksheet_text(data: WorksheetData) -> str:
    """Return the worksheet as plain text: the question, and each part with its answer."""
    heads = [f"{running_title(data)} of {data.of}", data.question.text]
    parts = [f"{part.title}: {data.answer.get(part.name, '…')}" for part in data.question.parts]
    return "\n\n".join([*heads, *parts])


def worksheet_html(data: WorksheetData) -> str:
    """Return the worksheet for a screen, in the colours of the page around it."""
    question = data.question
    box = (
        "white-space: pre-wrap; border-left: 2px solid #7f9e96; margin: .3em 0 .9em;"
        " padding: .2em .8em; min-height: 1.4em"
    )
    parts = "".join(
        f"<p><b>{part.title}</b>"
        f" <small>{escape_html(data.prompts[part.name])}</small></p>"
        f'<div style="{box}">{escape_html(data.answer.get(part.name, ""))}</div>'
        for part in question.parts
    )
    points = "".join(
        f"<li>{'☑' if point in data.ticked else '☐'} {escape_html(point)}</li>"
        for point in question.key_points
    )
    levels = [f"{level.capitalize()}: {text}" for level, text in _levels(question)]
    return (
        '<section style="max-width: 46em">'
        f"<p><small>{escape_html(data.icon)} {escape_html(data.category)} · Q{question.number} of"
        f" {data.of}</small></p><h3>{escape_html(question.text)}</h3>"
        f"<p>{escape_html(question.why)}</p>"
        f'<ul style="list-style: none; padding-left: 0">{points}</ul>{parts}'
        f"{_folded('Follow-up questions', question.follow_ups)}"
        f"{_folded('What each level is expected to show', levels)}"
        f"{_folded('Tips', question.tips)}</section>"
    )


def _levels(question: Question) -> list[tuple[Level, str]]:
    """Return the levels in their order: in a saved notebook they are in that of the alphabet."""
    return [(level, question.levels[level]) for level in LEVELS if level in question.levels]


def _folded(title: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape_html(text)}</li>" for text in texts)
    return f"<details><summary>{title}</summary><ul>{items}</ul></details>" if items else ""
