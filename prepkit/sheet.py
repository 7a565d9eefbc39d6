"""What is shown of a question, once: the form, the PDF, the site and plain HTML only render it.

A `Sheet` is plain data. Its sections say by their `shape` how they are laid out, so that a renderer
knows shapes and no names: a further section of a question is one more line in `_sections`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import ValidationError

from prepkit.errors import PrepkitError
from prepkit.records import FORMS, LEVELS, Answer, Basis, Level, Part, Question, Record, SourcedAsk
from prepkit.text import capitalize_first

if TYPE_CHECKING:
    from prepkit.bank import Entry

Paper = Literal["a4", "us-letter"]
"""What handouts are printed on."""

Shape = Literal["text", "ticks", "boxes", "bullets", "numbers", "terms", "parts", "companies"]
"""How a section is laid out.

``text`` is one item of running text, ``ticks`` are items to tick, ``boxes`` are the parts of an
answer to write in, ``terms`` are items with a title, ``parts`` the same by part of an answer, and
``companies`` is a table whose items say what its bases mean.
"""

BASES: Mapping[Basis, str] = {
    "stated": "the company says that it looks for this",
    "published value": "the company has published it, which is no proof that it is scored",
    "inferred": "our reading of how the company works",
}
"""What it means that something which a company looks for rests on this."""

LEVELS_TITLE = "What each level is expected to show"
EXAMPLE_HINT = "A made-up example. Draft yours before you look."

ICONS = Path(__file__).parent / "static" / "icons"
"""The folder of the drawings that handouts and site show."""

CATEGORY_ICONS = {
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
"""Emoji that a category may have as its icon -> the drawing that is shown instead."""


class Item(Record):
    """One text of a section, with a name and a title where the section's shape has them."""

    name: str = ""
    """Such as ``senior engineer`` or ``situation``: the same in every view."""
    title: str = ""
    text: str


class CompanyRow(Record):
    """What a company looks for with a question, and how that is known."""

    company: str
    value: str = ""
    """One that it has published, or none."""
    focus: str
    basis: str
    """As a reader sees it, such as ``Published value``."""
    href: str = ""
    host: str = ""
    """What the link says: a reader of paper can look it up."""
    checked: date | None = None
    """The day on which the source was last read."""


class Section(Record):
    """A part of a sheet below one heading; what of it is filled, its shape says."""

    name: str
    title: str
    shape: Shape
    icon: str = ""
    """The name of a drawing in `ICONS`."""
    hint: str = ""
    """Said above what is folded away on a screen; a section without one is open."""
    items: tuple[Item, ...] = ()
    boxes: tuple[Part, ...] = ()
    """With the question's own prompts, where it has some."""
    rows: tuple[CompanyRow, ...] = ()
    columns: tuple[str, ...] = ()


class Sheet(Record):
    """All that is shown of a question, and an answer to it where there is one.

    Its JSON (`to_json`) is what a notebook stores under `SHEET_MIME`, for `read_sheet`.
    """

    version: Literal[2] = 2
    id: str
    """The question's name everywhere, such as ``technical-leadership/06``."""
    category: str
    """Its title."""
    icon: str
    number: int
    of: int
    """How many questions the category has."""
    text: str
    """The question itself."""
    sections: tuple[Section, ...]
    answer: Mapping[str, str] = {}
    """The stored texts by part; parts without text are absent."""
    ticked: tuple[str, ...] = ()
    updated: datetime | None = None
    paper: Paper | None = None
    """What to print it on; None leaves that to whoever prints."""

    @property
    def running(self) -> str:
        """How a page names its question, such as ``Technical leadership · Q6``."""
        return f"{self.category} · Q{self.number}"

    @property
    def boxes(self) -> tuple[Part, ...]:
        """The parts of an answer to this question, in order."""
        return next((one.boxes for one in self.sections if one.shape == "boxes"), ())

    @property
    def answered(self) -> bool:
        """Whether there is an answer to show rather than boxes to write in."""
        return bool(self.answer)

    def to_json(self) -> dict[str, Any]:
        """Return the sheet as JSON values; what is empty is left out."""
        return {"version": self.version, **self.model_dump(mode="json", exclude_defaults=True)}

    def without_answer(self, shapes: Iterable[Shape] = get_args(Shape)) -> Sheet:
        """Return the question alone, or its sections of some shapes alone: nothing is private."""
        kept = tuple(one for one in self.sections if one.shape in shapes)
        changed: dict[str, Any] = {"sections": kept, "answer": {}, "ticked": (), "updated": None}
        return self.model_copy(update=changed)


def sheet_of(entry: Entry, answer: Answer | None = None, *, paper: Paper | None = None) -> Sheet:
    """Return what is shown of a question of a bank, and of an answer to it."""
    answer = answer or Answer(question=entry.id)
    texts = {part.name: answer.text(part.name) for part in entry.parts}
    return Sheet(
        **_head(entry.question),
        category=entry.category.title,
        icon=entry.category.icon,
        of=entry.of,
        sections=_sections(entry.question, entry.asks),
        answer={name: text for name, text in texts.items() if text.strip()},
        ticked=answer.ticked,
        updated=answer.updated,
        paper=paper,
    )


def read_sheet(stored: Any) -> Sheet:
    """Return the sheet that a notebook stored, or one that it stored before there were sections.

    Raises
    ------
    ValueError
        If it is neither; says where it is damaged.
    """
    try:
        if isinstance(stored, Mapping) and isinstance(stored.get("question"), Mapping):
            return _sheet_of_version_1(stored)
        return Sheet.model_validate(stored)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def check_paper(paper: str | None) -> None:
    """Raise `PrepkitError` if `paper` is neither None nor a size that handouts are printed on."""
    if paper not in (None, *get_args(Paper)):
        raise PrepkitError(f"Handouts are printed on a4 or us-letter, not on {paper!r}.")


def category_mark(icon: str) -> dict[str, str | None]:
    """Return a category's emoji, and the drawing that is shown instead where there is one."""
    emoji = icon.replace("\ufe0f", "").strip()
    return {"icon": CATEGORY_ICONS.get(emoji), "emoji": emoji}


def source_link(url: str | None) -> dict[str, str] | None:
    """Return a link whose text is the host, which a reader of paper can look up."""
    host = urlsplit(url).hostname if url and url.startswith("https://") else None
    return {"href": url, "host": host.removeprefix("www.")} if url and host else None


def basis_title(basis: Basis) -> str:
    """Return a basis as it stands alone, such as ``Published value``."""
    return basis.capitalize()


def legend(bases: Iterable[Basis]) -> tuple[Item, ...]:
    """Return what each of `bases` means, in their order of weight."""
    named = set(bases)
    return tuple(
        Item(name=basis, title=basis_title(basis), text=f"{meaning}.")
        for basis, meaning in BASES.items()
        if basis in named
    )


def legend_text(bases: Iterable[Basis]) -> str:
    """Return what each of `bases` means, as one paragraph."""
    return " ".join(f"{item.title}: {item.text}" for item in legend(bases))


def level_title(level: Level) -> str:
    """Return a level as it stands alone, such as ``Senior engineer``."""
    return level.capitalize()


def _sections(question: Question, asks: Iterable[SourcedAsk]) -> tuple[Section, ...]:
    """Return what is shown of a question, in order; what it leaves out has no section."""
    follow_ups = _items(*question.follow_ups)
    example = [
        Item(name=part.name, title=part.title, text=question.example[part.name])
        for part in question.parts
        if question.example
    ]
    levels = [
        Item(name=level, title=level_title(level), text=capitalize_first(question.levels[level]))
        for level in LEVELS
        if level in question.levels
    ]
    sections = (
        _section("why", "Why this is asked", "text", _items(question.why)),
        _section("key-points", "Key points to cover", "ticks", _items(*question.key_points)),
        Section(name="answer", title="Your answer", shape="boxes", boxes=question.parts),
        _section("tips", "Tips", "bullets", _items(*question.tips), "lightbulb"),
        _section("follow-ups", "Follow-up questions", "numbers", follow_ups, "messages-square"),
        _section("levels", LEVELS_TITLE, "terms", levels, "trending-up"),
        _section("example", "Example answer", "parts", example, "pen-line", EXAMPLE_HINT),
        _companies(tuple(asks)),
        _section("notes", "Background", "text", _items(question.notes), "book-open"),
    )
    return tuple(one for one in sections if one.items or one.boxes)


def _section(
    name: str, title: str, shape: Shape, items: Iterable[Item], icon: str = "", hint: str = ""
) -> Section:
    return Section(name=name, title=title, shape=shape, items=tuple(items), icon=icon, hint=hint)


def _items(*texts: str) -> list[Item]:
    return [Item(text=text) for text in texts if text]


def _companies(asks: tuple[SourcedAsk, ...]) -> Section:
    return Section(
        name="companies",
        title="Companies that look for this",
        shape="companies",
        icon="building-2",
        items=legend(ask.basis for ask in asks),
        rows=tuple(map(_row, asks)),
        columns=("Company", "Value", "What they look for", "How we know"),
    )


def _row(ask: SourcedAsk) -> CompanyRow:
    link = source_link(ask.source_url) or {}
    return CompanyRow(
        company=ask.company,
        value=ask.value or "",
        focus=capitalize_first(ask.focus),
        basis=basis_title(ask.basis),
        checked=ask.checked,
        **link,
    )


def _head(question: Question) -> dict[str, Any]:
    return {"id": question.id, "number": question.number, "text": question.text}


_STAR = FORMS["past-event"].names


class _Version1(Record):
    """What a notebook stored of a question before there were sections."""

    version: Literal[1] = 1
    question: Question
    category: str
    icon: str
    of: int
    prompts: Mapping[str, str]
    """The question's own, or those that all questions had."""
    lines: tuple[SourcedAsk, ...]
    answered: bool
    answer: Mapping[str, str] = {}
    ticked: tuple[str, ...] = ()
    updated: datetime | None = None
    paper: Paper | None = None


def _sheet_of_version_1(stored: Mapping[str, Any]) -> Sheet:
    question = {**stored["question"], "prompts": stored.get("prompts"), "kind": "past-event"}
    for name in ("prompts", "example"):
        if isinstance(texts := question.get(name), Mapping):
            # A saved notebook has them in the order of the alphabet.
            question[name] = {part: texts[part] for part in _STAR if part in texts}
    old = _Version1.model_validate({**stored, "question": question})
    return Sheet(
        **_head(old.question),
        category=old.category,
        icon=old.icon,
        of=old.of,
        sections=_sections(old.question, old.lines),
        answer=old.answer,
        ticked=old.ticked,
        updated=old.updated,
        paper=old.paper,
    )
