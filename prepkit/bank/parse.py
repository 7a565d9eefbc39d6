"""A question file -> Question. Strict: every problem of the file is reported with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from prepkit.bank.blocks import BLANK, Block, code_lines, split
from prepkit.bank.front_matter import read_front_matter
from prepkit.bank.sections import (
    BY_HEADING,
    NO_VALUE,
    OPTIONAL_LEVELS,
    SECTIONS,
    SectionSpec,
)
from prepkit.bank.source_map import SourceMap, validate
from prepkit.errors import Loc, Problem, Problems
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.records import LEVELS, Level, Question
from prepkit.text import did_you_mean, join_quoted

T = TypeVar("T")

COLUMNS = ["Company", "Value", "Focus"]
CELL_END = re.compile(r"(?<!\\)\|")

_ALMOST_HEADING = re.compile(r" {1,3}#{1,2}[ \t]|(#{1,3})([^#\s].*)")
_LEVEL = re.compile(r"\*\*(.+?)\*\*:(.*)", re.DOTALL)
_LEVELS: Mapping[str, Level] = {level: level for level in LEVELS}
_RULE = re.compile(r":?-+:?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KNOWN_TITLES = {heading.casefold() for heading in BY_HEADING} | {
    part.title.casefold() for form in FORMS.values() for part in form.parts
}


class QuestionFile(NamedTuple):
    """A question, its file, and the line of each value in the file."""

    question: Question
    source: SourceMap

    def problem(self, loc: Loc, message: str) -> Problem:
        """Return a problem with the value at `loc`, such as ``("tips", 0)``."""
        return self.source.problem(loc, message)


def parse_question(text: str, path: Path, *, category: str, number: int) -> Question:
    """Read a question file.

    Parameters
    ----------
    text : str
        The whole file.
    path : Path
        The file's name for error messages; it isn't opened.
    category : str
        The slug of the category, which is the name of the folder.
    number : int
        The question's number in its category, from the file's name.

    Returns
    -------
    Question

    Raises
    ------
    BankError
        With every problem in the file: its line, what is wrong, and what would be right.
    """
    problems = Problems(path)
    found = read_question(text, path, problems, category=category, number=number)
    if found is None:
        problems.fail()
    return found.question


def read_question(
    text: str, path: Path, problems: Problems, *, category: str, number: int
) -> QuestionFile | None:
    """Read a question file as `parse_question` does, but add problems to `problems`.

    Returns
    -------
    QuestionFile or None
        None if the file has a problem.
    """
    reader = _Reader(text, path)
    reader.read(category)
    question: Question | None = None
    # With problems, the record would only repeat them in other words and without their lines.
    if not reader.problems:
        fields = {"category": category, "number": number, **reader.fields}
        question = validate(Question, fields, reader.source, reader.problems)
    problems.extend(reader.problems)
    return QuestionFile(question, reader.source) if question else None


class _Reader:
    """One pass over one question file, which collects its fields, their lines and problems."""

    def __init__(self, text: str, path: Path) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.source = SourceMap(path)
        self.problems = Problems(path)
        self.fields: dict[str, Any] = {}
        self.code: set[int] = set()
        """The numbers of the lines inside code blocks, where '#' begins no heading."""

    def add_error(self, line: int, message: str) -> None:
        self.problems.add_error(message, line=line)

    @property
    def kind(self) -> Kind:
        """The question's kind; the usual one if the file's kind is unknown."""
        kind: Kind = self.fields.get("kind", KINDS[0])
        return kind

    def read(self, category: str) -> None:
        """Read the whole file into `fields`."""
        for number, line in enumerate(self.lines, 1):
            if not line.isprintable() and (found := _CONTROL.search(line)):
                character = f"U+{ord(found[0]):04X}"
                self.add_error(number, f"a control character ({character}); delete it")
        self.fields, start = read_front_matter(self.lines, category, self.source, self.problems)
        self.find_code(start)
        self.read_sections(start)

    def find_code(self, start: int) -> None:
        """Find the lines inside fenced code blocks, their fences included."""
        inside, unclosed = code_lines(self.lines[start:])
        if unclosed is not None:
            # Read on as if it weren't code: otherwise it would hide every problem below it.
            message = "the code block isn't closed: end it with the same marks that open it"
            self.add_error(start + 1 + unclosed, message)
            inside = {index for index in inside if index < unclosed}
        self.code = {start + 1 + index for index in inside}
        for number in self.code:
            heading = self.lines[number - 1]
            if heading.startswith("## ") and heading[3:] in BY_HEADING:
                message = f"'{heading}' is in a code block; is the block's end missing?"
                self.add_error(number, message)

    def read_sections(self, start: int) -> None:
        """Read the title and the sections, beginning at line `start` (counted from 0)."""
        seen: list[SectionSpec] = []
        for block in split(self.lines[start:], start, ("#", "##"), self.code):
            if not block.heading.startswith("##"):
                self.read_title(block)
            elif section := self.section_of(block, seen):
                seen.append(section)
                self.source.lines[(section.field,)] = block.line
                if block.text:
                    self.read_section(section, block)
                else:
                    message = f"no text under '{block.heading}': write some, or delete the heading"
                    self.add_error(block.line, message)
        if ("text",) not in self.source.lines:
            line = min(start + 1, len(self.lines))
            self.add_error(line, "the title is missing: write '# ' and the question on one line")
        for section in SECTIONS:
            if section.required and section not in seen:
                message = f"the section '## {section.heading}' is missing"
                self.add_error(len(self.lines), message)

    def section_of(self, block: Block, seen: Sequence[SectionSpec]) -> SectionSpec | None:
        """Return the section that a heading begins; None, with a problem, if it can't be here."""
        title = block.title
        # The template of a past event has two names: "STAR template" and "Answer template".
        if self.kind == "past-event" and title in BY_HEADING:
            title = BY_HEADING[title].heading_for(self.kind)
        section = self.known(block.line, "heading", f"## {title}", _headings(self.kind), seen)
        if section is None:
            return None
        after = SECTIONS[SECTIONS.index(section) :]
        if later := next((one for one in after if one in seen), None):
            below = later.heading_for(self.kind)
            self.add_error(block.line, f"'{block.heading}' belongs before '## {below}'")
        return section

    def known(
        self, line: int, what: str, name: str, known: Mapping[str, T], seen: Collection[T]
    ) -> T | None:
        """Look a name up in `known`; None, with a problem, if it isn't there or in `seen`."""
        found = known.get(name)
        if found is None:
            hint = did_you_mean(name, known, otherwise="expected one of")
            self.add_error(line, f"unknown {what} '{name}'{hint}")
        elif found in seen:
            self.add_error(line, f"the {what} '{name}' appears twice; keep one")
            return None
        return found

    def read_title(self, block: Block) -> None:
        """Take the question from a heading of level 1, or note text above the first heading."""
        if block.heading:
            if ("text",) in self.source.lines:
                message = "this is a second title; a file has one question, sections need '## '"
                self.add_error(block.line, message)
            self.source.lines.setdefault(("text",), block.line)
            self.fields.setdefault("text", block.title)
            if not block.title:
                self.add_error(block.line, "the title is empty: write '# ' and the question")
        # Only once: the lines after the first belong to the same text.
        for number, line in block.numbered():
            if line.strip(BLANK):
                message = (
                    "this text has no heading: begin the question with '# ', or put other text"
                    " under a '## ' heading"
                )
                self.add_error(number, message)
                return

    def read_section(self, section: SectionSpec, block: Block) -> None:
        """Read the text below one heading into the section's field."""
        match section.syntax:
            case "items":
                self.fields[section.field] = self.read_items(section, block)
            case "levels":
                self.fields[section.field] = self.read_levels(block)
            case "asks":
                self.fields[section.field] = self.read_asks(block)
            case "parts":
                self.check_headings(block)
                # If the kind isn't known, every part would be reported as wrong.
                if "kind" in self.fields:
                    self.fields[section.field] = self.read_parts(section, block)
            case "prose" | "notes":
                self.check_headings(block)
                if section.syntax == "prose":
                    self.check_no_headings(block)
                self.fields[section.field] = block.text

    def check_headings(self, block: Block) -> None:
        """Note lines of running text that are meant as headings, or would be shown as such."""
        for number, line in block.numbered():
            if number in self.code or not (found := _ALMOST_HEADING.match(line)):
                continue
            if found[1] is None:
                self.add_error(number, "a heading must begin at the start of its line")
            elif found[2].strip(BLANK).casefold() in _KNOWN_TITLES:
                self.add_error(number, f"put a space after '{found[1]}' to make this a heading")

    def check_no_headings(self, block: Block) -> None:
        for part in block.parts("###", self.code):
            if part.heading:
                self.add_error(part.line, f"'{part.heading}': this section can't have headings")

    def items(self, block: Block) -> list[tuple[int, str]]:
        """Return the items of a block's list, each with its line."""
        items: list[tuple[int, list[str]]] = []
        for number, line in block.numbered():
            if line.startswith("- ") or line == "-":
                items.append((number, [line[2:]]))
            elif items and (line.startswith("  ") or not line.strip(" \t")):
                items[-1][1].append(line[2:])
            elif line.strip(" \t"):
                begin = "begin it with '- ', or with two spaces to continue the item above"
                self.add_error(number, f"not a list item: {begin}")
        texts = [(number, "\n".join(lines).strip(BLANK)) for number, lines in items]
        for number, text in texts:
            if not text:
                self.add_error(number, "this list item is empty: write it, or delete it")
        return [(number, text) for number, text in texts if text]

    def read_items(self, section: SectionSpec, block: Block) -> tuple[str, ...]:
        """Read a list, whose number of items has limits."""
        items = self.items(block)
        low, high = section.limits
        if not low <= len(items) <= high:
            takes = f"needs {low} to {high} list items; it has {len(items)}"
            self.add_error(block.line, f"'{block.heading}' {takes}")
        for index, (line, _) in enumerate(items):
            self.source.lines[(section.field, index)] = line
        return tuple(text for _, text in items)

    def read_levels(self, block: Block) -> dict[Level, str]:
        """Read the list of what each level is expected to show."""
        levels: dict[Level, str] = {}
        before = len(self.problems)
        for line, item in self.items(block):
            found = _LEVEL.fullmatch(item)
            if not found:
                example = f"'- **{LEVELS[0]}**: …'"
                self.add_error(line, f"write the level in bold, then a colon: {example}")
            elif level := self.known(line, "level", found[1], _LEVELS, levels):
                levels[level] = found[2].strip(BLANK)
                self.source.lines[("levels", level)] = line
                if not levels[level]:
                    self.add_error(line, f"no text for the level '{level}': write some")
        missing = [one for one in LEVELS if one not in levels and one not in OPTIONAL_LEVELS]
        # A level may seem to be missing only because its line is wrong.
        if missing and len(self.problems) == before:
            self.add_error(block.line, f"'{block.heading}' is missing {join_quoted(missing)}")
        return levels

    def read_parts(self, section: SectionSpec, block: Block) -> dict[str, str]:
        """Read the parts of the kind's form, below ``### Situation`` and so on."""
        names = {f"### {part.title}": part.name for part in FORMS[self.kind].parts}
        texts: dict[str, str] = {}
        before = len(self.problems)
        above, *parts = block.parts("###", self.code)
        if above.text:
            such = f"such as '{next(iter(names))}'"
            self.add_error(above.line + 1, f"this text must be under a heading {such}")
        for part in parts:
            if name := self.known(part.line, "heading", part.heading, names, texts):
                texts[name] = part.text
                self.source.lines[(section.field, name)] = part.line
                if not part.text:
                    self.add_error(part.line, f"no text under '{part.heading}': write some")
        missing = [heading for heading, name in names.items() if name not in texts]
        if len(self.problems) > before:
            return texts
        if missing:
            self.add_error(block.line, f"'{block.heading}' is missing {join_quoted(missing)}")
        elif list(texts) != list(names.values()):
            order = f"must be in the order {join_quoted(list(names))}"
            self.add_error(block.line, f"the parts of '{block.heading}' {order}")
        return texts

    def read_asks(self, block: Block) -> list[dict[str, str | None]]:
        """Read the table of companies."""
        rows = [(number, line.strip(" \t")) for number, line in block.numbered()]
        rows = [(number, line) for number, line in rows if line]
        asks: list[dict[str, str | None]] = []
        first, header = rows[0]
        rule = _cells(rows[1][1]) if len(rows) > 1 else []
        if _cells(header) != COLUMNS:
            self.add_error(first, "the table must begin with '| Company | Value | Focus |'")
        elif len(rule) != 3 or not all(map(_RULE.fullmatch, rule)):
            self.add_error(first, "the line below the table's header must be '| --- | --- | --- |'")
        elif len(rows) == 2:
            self.add_error(first, "the table has no rows: add one, or delete '## Companies'")
        for number, row in rows[2:]:
            cells = _cells(row)
            if len(cells) != 3:
                self.add_error(number, "a row must have 3 cells: '| company | value | focus |'")
            elif not all(cells):
                message = f"a cell is empty; write '{NO_VALUE}' where there is no value"
                self.add_error(number, message)
            else:
                company, value, focus = cells
                self.source.lines[("asks", len(asks))] = number
                known = None if is_no_value(value) else value
                asks.append({"company": company, "value": known, "focus": focus})
        return asks


@cache
def _headings(kind: Kind) -> Mapping[str, SectionSpec]:
    return {f"## {section.heading_for(kind)}": section for section in SECTIONS}


def is_no_value(cell: str) -> bool:
    """Tell whether a cell of the table of companies says that there is no value."""
    return cell in (NO_VALUE, "-", "\N{EM DASH}")


def _cells(row: str) -> list[str]:
    """Return the cells of a table's row; an empty list if it isn't between two pipes."""
    if len(row) < 2 or not row.startswith("|") or not row.endswith("|") or row.endswith("\\|"):
        return []
    return [cell.strip(BLANK).replace("\\|", "|") for cell in CELL_END.split(row[1:-1])]
