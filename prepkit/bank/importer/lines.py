"""The lines of a page, and how they are cut into sections at headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from prepkit.bank.blocks import code_lines
from prepkit.bank.sections import BY_FIELD, BY_HEADING
from prepkit.forms import FORMS, Kind
from prepkit.records import LEVELS, WEAKER
from prepkit.words import count_words

_NAMES: Mapping[str, Sequence[str]] = {
    "text": ("question", "the question", "interview question"),
    "why": ("why it is asked", "why is this asked", "why they ask this", "why interviewers ask"),
    "key_points": ("key points", "points to cover"),
    "follow_ups": ("follow ups", "followup questions", "possible follow up questions"),
    "levels": ("levels", "what each level is expected to show", "expectations by level"),
    "prompts": ("star method answer template", "star answer template", "star method template"),
    "tips": ("tips and tricks", "tips for answering", "pro tips"),
    "example": ("example response", "sample answer", "sample response", "example star answer"),
    "also_asked": ("also asked", "other wordings", "other ways to ask this"),
    "interviewer_notes": ("what interviewers note", "interviewer notes"),
    "weaker": ("weaker answer", "a weak answer", "weak answer"),
    "asks": (
        *("companies known to ask this", "companies that ask this", "asked by"),
        "companies that look for this",
    ),
    "cookies": ("cookie preferences", "cookie settings", "cookie consent", "manage cookies"),
}
"""Other names that pages use for the sections of a question file, as `name_of` gives them."""

_ENDS_UNMARKED = ("prose", "items", "levels")
"""Sections, by syntax, that an unknown heading can end even if nothing marks it as a heading."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_ALMOST_HEADING = re.compile(r"^(?!####)( {0,3})(#{1,3})")
_COMPANY_ROW = re.compile(r"[ \t]*(?:\|\W*company\W*\||company\t[^\t]+\t)", re.IGNORECASE)
_NUMBERED_HEADING = re.compile(r"\**(?:\d{1,2}(?:\.\d{1,2})?[.):]?|[A-Z][.)])[ \t]+(\S.*)")
_INLINE = re.compile(r"(\*\*|__)?([^:]{4,60}?)(\*\*|__)?:(\*\*|__)?[ \t]+(\S.*)")
NESTED = "   "
"""How far a list within a list is indented: enough below ``1.``, too."""
BULLET = re.compile(r"([ \t]*)(?:[•●▪◦‣·*+\N{EN DASH}\N{EM DASH}-]|\d{1,2}[.)])(?:[ \t]+(.*))?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the spaces at its end; `code` is true inside a fenced code block."""

    text: str
    code: bool = False

    @property
    def bare(self) -> str:
        """The text without the spaces around it."""
        return self.text.strip()

    @property
    def indent(self) -> int:
        """How many columns the text is indented."""
        expanded = self.text.expandtabs(4)
        return len(expanded) - len(expanded.lstrip())


@dataclass(slots=True)
class PageSection:
    """The lines below one heading; `name` is the field of Question, or empty if unknown."""

    name: str
    heading: str
    lines: list[Line] = field(default_factory=list)
    level: int = 0
    """The level of a Markdown heading; 0 if the heading is a line of plain text."""

    @property
    def text(self) -> str:
        """All lines, without the blank ones around them."""
        return "\n".join(line.text for line in self.lines).strip()


def name_of(text: str) -> str:
    """Return a heading's words in lowercase, without emoji and punctuation."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


KNOWN = {name_of(heading): section.field for heading, section in BY_HEADING.items()} | {
    other: name for name, others in _NAMES.items() for other in others
}
"""Names of sections by what their headings say."""


def lines_of(text: str) -> list[Line]:
    """Split a repaired text into lines; a code block that isn't closed doesn't count as one."""
    lines, inside = close_code(line.rstrip() for line in text.split("\n"))
    return [Line(line, index in inside) for index, line in enumerate(lines)]


def close_code(lines: Iterable[str]) -> tuple[list[str], set[int]]:
    """Escape each fence that opens a code block that isn't closed; return the places in code, too.

    The fences count as code.
    """
    found = list(lines)
    while True:
        inside, unclosed = code_lines(found)
        if unclosed is None:
            return found, inside
        found[unclosed] = re.sub(r"(`{3}|~{3})", r"\\\1", found[unclosed], count=1)


def safe(text: str) -> str:
    """Return running text for a question file: what looks like a heading is escaped."""
    lines, inside = close_code(text.strip().split("\n"))
    return "\n".join(
        line if index in inside else _ALMOST_HEADING.sub(r"\1\\\2", line)
        for index, line in enumerate(lines)
    )


def heading_of(line: Line) -> tuple[int, str] | None:
    """Return the level and text of a Markdown heading; None for any other line."""
    found = None if line.code else _HEADING.match(line.text)
    return (len(found[1]), (found[2] or "").strip()) if found else None


def cut(lines: Sequence[Line], kind: Kind) -> list[PageSection]:
    """Cut a page at its headings; the first section is the text above all of them.

    The labels of an answer's parts (of the question's kind) don't count as headings.
    """
    found = [PageSection("", "")]
    seen: set[str] = set()
    for index, line in enumerate(lines):
        current = found[-1]
        heading = heading_of(line)
        level = heading[0] if heading else 0
        name, title, rest = _known(line, heading)
        is_below_notes = level > current.level > 0 or _COMPANY_ROW.match(line.text)
        if current.name == "notes" and is_below_notes:
            current.lines.append(line)
        elif name and name not in seen:
            seen.add(name)
            found.append(PageSection(name, title, [Line(rest)] if rest else [], level))
        elif name and not rest:
            found.append(PageSection("", title))
        elif len(found) == 1 or not _begins_unknown(current, kind, heading, lines, index):
            current.lines.append(_within_notes(line, heading) if current.name == "notes" else line)
        else:
            found.append(PageSection("", heading[1] if heading else line.bare))
    return found


def _known(line: Line, heading: tuple[int, str] | None) -> tuple[str, str, str]:
    """Return a known heading's section, its words, and the text after it on the same line."""
    if line.code or not line.text:
        return "", "", ""
    numbered = _NUMBERED_HEADING.fullmatch(heading[1] if heading else line.bare)
    if numbered and (name := KNOWN.get(name_of(numbered[1]))):
        return name, numbered[1], ""
    if not heading and BULLET.match(line.text):
        return "", "", ""
    if _COMPANY_ROW.match(line.text):  # a table of companies needs no heading
        return "asks", "", line.text
    title = heading[1] if heading else line.bare
    if name := KNOWN.get(name_of(title)):
        return name, title, ""
    found = _INLINE.fullmatch(line.bare)
    if found and (found[1] or " " in name_of(found[2])):
        name = KNOWN.get(name_of(found[2]), "")
        return name, found[2].strip(), found[5]
    return "", "", ""


def _begins_unknown(
    section: PageSection,
    kind: Kind,
    heading: tuple[int, str] | None,
    lines: Sequence[Line],
    index: int,
) -> bool:
    """Tell whether a line is an unknown heading that ends `section`."""
    syntax = BY_FIELD[section.name].syntax if section.name in BY_FIELD else ""
    if heading:
        level, title = heading
        if syntax == "notes" or level > 3:
            return False
        own = {"parts": part_label(kind), "levels": LEVEL_LABEL, "weaker": _WEAKER_LABEL}.get(
            syntax
        )
        return not (own and own.match(title))
    line = lines[index]
    if syntax not in _ENDS_UNMARKED or line.code or not line.text:
        return False
    looks_so = (
        not lines[index - 1].text
        and any(one.text for one in lines[index + 1 :])
        and line.indent == 0
        and not BULLET.match(line.text)
        and len(line.bare) <= 60
        and count_words(line.bare) <= 8
        and line.bare[-1] not in '.?!:;,)"”*_|'
        and (line.bare[0].isupper() or not line.bare[0].isascii())
        and not LEVEL_LABEL.match(line.bare)
    )
    # Last, because it looks at all lines of the section.
    return looks_so and any(
        one.text and (syntax == "prose" or BULLET.match(one.text)) for one in section.lines
    )


def _within_notes(line: Line, heading: tuple[int, str] | None) -> Line:
    """Return a heading inside Notes at level 3, the highest that a question file allows there."""
    return Line(f"### {heading[1]}") if heading and heading[0] < 3 else line


def _label(words: Iterable[str], letters: str) -> re.Pattern[str]:
    """Return the pattern of a label: one of `words`, perhaps with one of `letters` beside it."""
    names = "|".join(sorted(words, key=len, reverse=True))  # "director of …" before "director"
    return re.compile(
        rf"[^\w*_]*(?P<mark>\*\*|__|\*|_)?(?:[{letters}][\s:.)\N{{EN DASH}}\N{{EM DASH}}-]+)?"
        rf"(?P<name>{names})s?(?![\w])\s*(?:\([{letters}]\))?(?P<rest>.*)",
        re.IGNORECASE,
    )


LEVEL_NAMES: Mapping[str, str] = {
    **{level: level for level in LEVELS},
    "senior software engineer": "senior engineer",
    "staff software engineer": "staff engineer",
    "senior engineering manager": "senior manager",
    "director of engineering": "director",
    "engineering director": "director",
}
LEVEL_LABEL = _label(LEVEL_NAMES, letters="STAR")
_WEAKER_LABEL = re.compile("|".join(WEAKER.values()), re.IGNORECASE)
_TWO_CELLS = re.compile(r"\|([^|]+)(?<!\\)\|((?:[^|]|\\\|)+)(?<!\\)\|")
_SEPARATOR = re.compile(r"\s*:|\s+[\N{EN DASH}\N{EM DASH}-](?=\s)")


@cache
def part_label(kind: Kind) -> re.Pattern[str]:
    """Return the pattern of the labels of an answer's parts, for this kind of question."""
    names = [part.name for part in FORMS[kind].parts]
    return _label(names, letters="".join(name[0].upper() for name in names))


def label_of(line: Line, label: re.Pattern[str]) -> tuple[str, str] | None:
    """Return a label such as ``**Situation:**`` in lowercase, and the rest of its line."""
    heading = heading_of(line)
    text = heading[1] if heading else line.bare
    if row := _TWO_CELLS.fullmatch(text):  # of a table with the labels at the left
        text = f"{row[1].strip()}: {row[2].strip()}"
    found = None if line.code else label.fullmatch(text)
    if not found:
        return None
    mark, rest = found["mark"] or "", found["rest"].strip()
    if mark and rest.startswith(mark):
        rest, mark = rest[len(mark) :], ""
    spaced = rest if rest.startswith(":") else f" {rest}"
    if separator := _SEPARATOR.match(spaced):
        rest = spaced[separator.end() :].strip()
        if mark and rest.startswith(mark):
            rest = rest[len(mark) :]
    elif rest:
        return None
    return found["name"].lower(), rest.strip()


def paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, list[Line]]]:
    """Yield runs of lines between blank lines, each with its position; a heading is its own run."""
    run: list[Line] = []
    for index, line in enumerate([*lines, Line("")]):
        alone = heading_of(line) is not None
        if run and (alone or not (line.text or line.code)):
            yield index - len(run), run
            run = []
        if alone:
            yield index, [line]
        elif line.text or line.code:
            run.append(line)
