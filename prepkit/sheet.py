"""Everything that is shown of a question, decided once; form, PDF, site and plain HTML render it.

A `Sheet` is plain data. The `shape` of a section decides its layout, so a renderer knows shapes and
not section names: another section is one more line in `_sections`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import ValidationError, field_validator, model_validator

from prepkit.errors import PrepkitError
from prepkit.forms import FORMS, Part
from prepkit.interviews import ROUNDS_HINT, ROUNDS_TITLE, rounds_by_company
from prepkit.language import ENGLISH, Language
from prepkit.provenance import basis_title, meanings, source_host, source_label
from prepkit.records import (
    LEVELS,
    RATED,
    WEAKER,
    Answer,
    Company,
    Level,
    Question,
    Record,
    SourcedAsk,
)
from prepkit.text import capitalize_first

if TYPE_CHECKING:
    from prepkit.bank import Entry

Paper = Literal["a4", "us-letter"]
"""The paper sizes of handouts."""

OnPaper = Literal["always", "if room", "second sheet", "never"]
"""Whether a worksheet prints a section; ``if room``: if it fits when there is only one sheet."""

Shape = Literal[
    "text", "ticks", "boxes", "bullets", "numbers", "terms", "parts", "signs", "companies"
]
"""How a section is laid out.

``text`` is one item of running text. ``ticks`` are items to tick. ``boxes`` are the parts of an
answer, to write in. ``bullets`` and ``numbers`` are lists. ``terms`` are items with a title,
``parts`` are texts with the title of a part of the answer. ``signs`` is a list of plus and minus.
``companies`` is a table, and its items explain the column "How we know".
"""

LEVELS_TITLE = "What each level is expected to show"
EXAMPLE_HINT = "A made-up example. Draft yours before you look."
NOTES_TITLE = "What the interviewer notes"
NOTES_HINT = "About the example: what speaks for it, and what is missing."
WEAKER_TITLE = "A weaker answer"
WEAKER_HINT = "The same question as many people answer it, and what would lift it most."


class Item(Record):
    """One text of a section, with a name and a title if the section's shape has them."""

    name: str = ""
    """Such as ``senior engineer`` or ``situation``: the same in every view."""
    title: str = ""
    text: str
    sign: str = ""
    """Drawn in place of the title, which screen readers say: some of them leave out a minus."""


class CompanyRow(Record):
    """What a company looks for with a question, and how we know."""

    company: str
    value: str = ""
    """A value that the company has published; empty if there is none."""
    focus: str
    basis: str
    """How we know, in words for the reader, such as ``Published value``."""
    href: str = ""
    source: str = ""
    """The text of the link: a `source_label`, whose site a reader of paper can look up."""

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, stored: Any) -> Any:
        """Put host and day, which notebooks stored until there were labels, into a label."""
        if not (isinstance(stored, Mapping) and "host" in stored):
            return stored
        row = {**stored, "source": stored["host"]}
        del row["host"]
        if day := row.pop("checked", None):
            row["source"] = source_label(None, row.get("href", ""), date.fromisoformat(day))
        return row

    @field_validator("href")
    @classmethod
    def _safe(cls, href: str) -> str:
        return href if source_host(href) else ""  # whoever made the notebook wrote it


class Section(Record):
    """A part of a sheet below one heading. Its shape decides which of the lists are filled."""

    name: str
    title: str
    shape: Shape
    icon: str = ""
    """The name of a drawing in `prepkit.icons`."""
    hint: str = ""
    """A line above the content. A section with one is folded on a screen; others are open."""
    items: tuple[Item, ...] = ()
    boxes: tuple[Part, ...] = ()
    """The parts to write in, with the question's own prompts if it has some."""
    rows: tuple[CompanyRow, ...] = ()
    columns: tuple[str, ...] = ()
    beside: bool = False
    """Whether it is read while writing: the form shows it above the boxes, two in a row."""
    on_paper: OnPaper = "always"


class Sheet(Record):
    """Everything that is shown of a question, and the answer to it if there is one.

    Notebooks store its JSON (`to_json`) under `SHEET_MIME`, and `read_sheet` reads it.
    """

    version: Literal[2] = 2
    id: str
    """The question's name everywhere, such as ``technical-leadership/06``."""
    category: str
    """The title of the category."""
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
    """The paper to print on; None leaves the choice to the command that prints it."""
    compact: bool = False
    """Whether it is printed on one sheet of paper, if it has no answer."""

    @property
    def running(self) -> str:
        """The name of the question on a page, such as ``Technical leadership · Q6``."""
        return f"{self.category} · Q{self.number}"

    @property
    def boxes(self) -> tuple[Part, ...]:
        """The parts of an answer to this question, in order."""
        return next((one.boxes for one in self.sections if one.shape == "boxes"), ())

    @property
    def answered(self) -> bool:
        """Whether there is an answer to show; otherwise there are boxes to write in."""
        return bool(self.answer)

    def to_json(self) -> dict[str, Any]:
        """Return the sheet as JSON values, without empty ones."""
        return {"version": self.version, **self.model_dump(mode="json", exclude_defaults=True)}

    def without_answer(self, shapes: Iterable[Shape] = get_args(Shape)) -> Sheet:
        """Return the sheet without anything private, and only with sections of these shapes."""
        kept = tuple(one for one in self.sections if one.shape in shapes)
        changed: dict[str, Any] = {"sections": kept, "answer": {}, "ticked": (), "updated": None}
        return self.model_copy(update=changed)


def sheet_of(
    entry: Entry,
    answer: Answer | None = None,
    *,
    paper: Paper | None = None,
    language: Language = ENGLISH,
) -> Sheet:
    """Return the sheet of a question of a bank, with an answer to it if there is one."""
    answer = answer or Answer(question=entry.id)
    texts = {part.name: answer.text(part.name) for part in entry.parts}
    return Sheet(
        **_head(entry.question),
        category=entry.category.title,
        icon=entry.category.icon,
        of=entry.of,
        sections=_sections(entry.question, entry.asks, entry.companies, language),
        answer={name: text for name, text in texts.items() if text.strip()},
        ticked=answer.ticked,
        updated=answer.updated,
        paper=paper,
    )


def read_sheet(stored: Any) -> Sheet:
    """Return the sheet that a notebook stored, in the current format or the one of version 1.

    Raises
    ------
    ValueError
        If it is neither; the message says where it is damaged.
    """
    try:
        if isinstance(stored, Mapping) and isinstance(stored.get("question"), Mapping):
            return _sheet_of_version_1(stored)
        return Sheet.model_validate(stored)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def check_paper(paper: str | None) -> None:
    """Raise `PrepkitError` if `paper` is neither None nor a paper size of handouts."""
    if paper not in (None, *get_args(Paper)):
        raise PrepkitError(f"Handouts are printed on a4 or us-letter, not on {paper!r}.")


def level_title(level: Level, language: Language = ENGLISH) -> str:
    """Return a level as a title, such as ``Senior engineer``."""
    return language.gettext(level.capitalize())


def _sections(
    question: Question,
    asks: Iterable[SourcedAsk],
    companies: Sequence[Company] = (),
    language: Language = ENGLISH,
) -> tuple[Section, ...]:
    """Return the sections of a question, in order; an empty one is left out.

    Texts that join the bank's words and prepkit's own are in `language`. The other words of prepkit
    are the same in every sheet, and a page looks them up (`prepkit.site.questions`).
    """
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
    also = _items(*question.also_asked)
    rounds = [
        Item(title=title, text=text) for title, text in rounds_by_company(companies, language)
    ]
    notes, weaker = _interviewer_notes(question, language), _weaker(question, language)
    sections = (
        _section("why", "Why this is asked", "text", _items(question.why)),
        _section("key-points", "Key points to cover", "ticks", _items(*question.key_points)),
        Section(name="answer", title="Your answer", shape="boxes", boxes=question.parts),
        _section("tips", "Tips", "bullets", _items(*question.tips), "lightbulb"),
        _section("follow-ups", "Follow-up questions", "numbers", follow_ups, "messages-square"),
        _section("also-asked", "Also asked as", "bullets", also, "megaphone", paper="if room"),
        _section("levels", LEVELS_TITLE, "terms", levels, "trending-up"),
        _section("example", "Example answer", "parts", example, "pen-line", EXAMPLE_HINT),
        # For after a first draft: folded on a screen, and on paper on the back of a second sheet.
        _section("on-example", NOTES_TITLE, "signs", notes, hint=NOTES_HINT, paper="second sheet"),
        _section("weaker", WEAKER_TITLE, "terms", weaker, hint=WEAKER_HINT, paper="second sheet"),
        _companies(tuple(asks), language),
        # Of a company and not of the question, so on paper they are on the company sheet.
        _section("rounds", ROUNDS_TITLE, "terms", rounds, hint=ROUNDS_HINT, paper="never"),
        _section("notes", "Background", "text", _items(question.notes), "book-open"),
    )
    return tuple(one for one in sections if one.items or one.boxes)


def _interviewer_notes(question: Question, language: Language) -> list[Item]:
    """Return what an interviewer notes about the example, each with its key point."""
    signs = {"+": ("Plus", "+"), "-": ("Minus", "\N{MINUS SIGN}")}
    return [
        Item(
            title=title,
            text=language.gettext(
                "%(text)s (key point %(number)s)", text=note.text, number=note.key_point
            ),
            sign=sign,
        )
        for note in question.interviewer_notes
        for title, sign in [signs[note.sign]]
    ]


def _weaker(question: Question, language: Language) -> list[Item]:
    """Return the weaker answer, what would lift it, and why both answers are rated as they are."""
    weaker = question.weaker
    if weaker is None:
        return []

    def rated(what: str, score: int) -> str:
        return language.gettext(
            "%(what)s: %(score)s of 5", what=language.gettext(what), score=score
        )

    return [
        Item(title=WEAKER["text"], text=weaker.text),
        Item(title=WEAKER["lift"], text=weaker.lift),
        Item(title=rated(RATED["score"], weaker.score), text=weaker.reason),
        Item(title=rated(RATED["example_score"], weaker.example_score), text=weaker.example_reason),
    ]


def _section(
    name: str,
    title: str,
    shape: Shape,
    items: Iterable[Item],
    icon: str = "",
    hint: str = "",
    paper: OnPaper = "always",
) -> Section:
    beside = name in ("key-points", "tips")
    about: Any = {"icon": icon, "hint": hint, "on_paper": paper, "beside": beside}
    return Section(name=name, title=title, shape=shape, items=tuple(items), **about)


def _items(*texts: str) -> list[Item]:
    return [Item(text=text) for text in texts if text]


def _companies(asks: tuple[SourcedAsk, ...], language: Language) -> Section:
    return Section(
        name="companies",
        title="Companies that look for this",
        shape="companies",
        icon="building-2",
        items=tuple(
            Item(name=basis, title=title, text=text)
            for basis, title, text in meanings((ask.basis for ask in asks), language)
        ),
        rows=tuple(_row(ask, language) for ask in asks),
        columns=("Company", "Value", "What they look for", "How we know"),
    )


def _row(ask: SourcedAsk, language: Language) -> CompanyRow:
    url, day = ask.source_url, ask.checked
    known = (
        {"href": url, "source": source_label(ask.source_kind, url, day, language=language)}
        if url and day
        else {}
    )
    return CompanyRow(
        company=ask.company,
        value=ask.value or "",
        focus=capitalize_first(ask.focus),
        basis=basis_title(ask.basis, language),
        **known,
    )


def _head(question: Question) -> dict[str, Any]:
    return {"id": question.id, "number": question.number, "text": question.text}


_STAR = FORMS["past-event"].names


class _Version1(Record):
    """A question as notebooks stored it before there were sections."""

    version: Literal[1] = 1
    question: Question
    category: str
    icon: str
    of: int
    prompts: Mapping[str, str]
    """By part: the question's own prompts, or the usual ones."""
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
            # Jupyter saves the keys of a notebook's JSON in alphabetical order.
            question[name] = {part: texts[part] for part in _STAR if part in texts}
    old = _Version1.model_validate({**stored, "question": question})
    kept = {"category", "icon", "of", "answer", "ticked", "updated", "paper"}
    sections = _sections(old.question, old.lines)
    return Sheet(**_head(old.question), **old.model_dump(include=kept), sections=sections)
