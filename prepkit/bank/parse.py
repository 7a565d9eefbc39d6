"""A question file <-> Question: strict, with every problem of the file at its line.

The text is split line by line at its headings; a full Markdown parse would cost more than all the
rest of loading a bank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from prepkit.bank.source_map import Place, YamlLines, line_at, read_yaml
from prepkit.errors import BankError, PrepkitError, Problem, problems_of
from prepkit.records import FORMS, KINDS, LEVELS, PART_NAMES, SLUG, Ask, Kind, Part, Question
from prepkit.text import did_you_mean, join_quoted

NO_VALUE = "\N{EN DASH}"
"""Stands in the table of companies where a company has no value."""

SECTIONS = {
    "Why this is asked": "why",
    "Key points to cover": "key_points",
    "Follow-up questions": "follow_ups",
    "By level": "levels",
    "STAR template": "prompts",
    "Tips": "tips",
    "Example answer": "example",
    "Companies": "asks",
    "Notes": "notes",
}
"""The headings of a question file, in their order, and the field of Question that each fills."""

OPTIONAL_LEVELS = ("staff engineer",)
"""Levels that 'By level' may leave out: there are questions from before there were these levels."""

LIMITS = {"key_points": (4, 6), "follow_ups": (3, 5), "tips": (2, 4)}
"""How many items a list may have, where its heading is there."""

_REQUIRED = ("Why this is asked", "Key points to cover")
_FRONT_MATTER = ("category", "kind", "tags")
_COLUMNS = ["Company", "Value", "Focus"]
_STARS = ("prompts", "example")
_BLANK = " \t\n"
_HEADING = re.compile(r"(#{1,3})(?:[ \t]|$)")
_ALMOST_HEADING = re.compile(r" {1,3}#{1,2}[ \t]|(#{1,3})([^#\s].*)")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}(?!.*`)|~{3,})")
_LEVEL = re.compile(r"\*\*(.+?)\*\*:(.*)", re.DOTALL)
_RULE = re.compile(r":?-+:?")
_CELL_END = re.compile(r"(?<!\\)\|")
_KNOWN_HEADINGS = {name.casefold() for name in (*SECTIONS, *PART_NAMES)}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class _Block:
    """The lines below one heading, and the line of the heading in the file."""

    heading: str
    line: int
    lines: list[str] = field(default_factory=list)

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number in the file."""
        return enumerate(self.lines, self.line + 1)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip(_BLANK)


class _Reader:
    """One pass over one question file, which collects fields, their lines, and problems."""

    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.problems: list[Problem] = []
        self.kind: Kind = KINDS[0]
        self.fields: dict[str, Any] = {}
        self.places: dict[Place, int] = {}
        """The line of each field, and of each item of a list field."""
        self.code: set[int] = set()
        """The lines inside code blocks, where '#' begins no heading."""

    def refuse(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def read(self, category: str) -> None:
        """Read the whole file into `fields`."""
        for number, line in enumerate(self.lines, 1):
            if not line.isprintable() and (found := _CONTROL.search(line)):
                self.refuse(number, f"a control character (U+{ord(found[0]):04X}); take it out")
        start = self.read_front_matter(category)
        self.find_code(start)
        self.read_sections(start)

    def read_front_matter(self, category: str) -> int:
        """Read the YAML between the first two ``---``; return how many lines it takes."""
        if self.lines[0].rstrip() != "---":
            self.refuse(
                1, f"front matter is missing: begin with '---', 'category: {category}', '---'"
            )
            return 0
        # A line that begins with one '#' may be a comment of YAML's; a section's heading can't be.
        title = len(self.lines)
        for end, line in enumerate(self.lines[1:], 1):
            if line.rstrip() == "---":
                break
            if _heading(line):
                title = min(title, end)
            if _heading(line) in ("##", "###"):
                self.refuse(1, "the front matter isn't closed: put a line '---' before the title")
                return title
        else:
            self.refuse(1, "the front matter isn't closed: put a line '---' before the title")
            return title
        found = read_yaml("\n".join(self.lines[1:end]), self.path, first_line=2)
        self.problems.extend(found.problems)
        if found.problems:
            return end + 1
        data = {} if found.data is None else found.data
        if not isinstance(data, dict):
            self.refuse(2, f"front matter is made of lines such as 'category: {category}'")
            return end + 1
        self.places.update({(key,): found.line_of((key,)) for key in data})
        for key in data:
            if key not in _FRONT_MATTER:
                known = (
                    did_you_mean(key, _FRONT_MATTER) or f"; known are {join_quoted(_FRONT_MATTER)}"
                )
                self.refuse(
                    found.line_of((key,)), f"unknown key '{key}' in the front matter{known}"
                )
        self.check_front_matter(data, found, category)
        return end + 1

    def check_front_matter(
        self, data: Mapping[str, object], found: YamlLines, category: str
    ) -> None:
        """Take the known keys of the front matter into `fields`, and refuse wrong values."""
        if "category" not in data:
            self.refuse(1, f"the front matter lacks 'category: {category}'")
        elif data["category"] != category:
            given = data["category"] if isinstance(data["category"], str) else ""
            self.refuse(
                found.line_of(("category",)),
                f"the category is '{given}', but the folder is '{category}'",
            )
        kind = data.get("kind", KINDS[0])
        if kind not in KINDS:
            self.refuse(found.line_of(("kind",)), f"the kind must be {join_quoted(KINDS, 'or')}")
        else:
            self.kind = kind
        tags = data.get("tags", [])
        if not isinstance(tags, list):
            self.refuse(found.line_of(("tags",)), "tags are a list: 'tags: [scaling, cost]'")
            tags = []
        for index, tag in enumerate(tags):
            if not isinstance(tag, str) or not SLUG.fullmatch(tag):
                self.refuse(
                    found.line_of(("tags", index)),
                    f"the tag {tag!r} must be made of small letters, digits and single hyphens",
                )
        self.fields |= {"kind": kind, "tags": tags}

    def find_code(self, start: int) -> None:
        """Find the lines inside fenced code blocks, their fences included."""
        inside, unclosed = code_lines(self.lines[start:])
        if unclosed is not None:
            # Read on as if it were no code: else it would hide every problem below.
            self.refuse(
                start + 1 + unclosed,
                "the code block isn't closed: end it with a line of the same fence",
            )
            inside = {index for index in inside if index < unclosed}
        self.code = {start + 1 + index for index in inside}
        for number in self.code:
            heading = self.lines[number - 1]
            if heading.startswith("## ") and heading[3:] in SECTIONS:
                self.refuse(number, f"'{heading}' is in a code block; is the block's end missing?")

    def blocks(self, start: int, end: int, levels: Sequence[str]) -> Iterator[_Block]:
        """Split the lines from `start` to before `end` (from 0) at the headings of `levels`."""
        block = _Block("", start)
        for number, line in enumerate(self.lines[start:end], start + 1):
            if line.startswith("#") and number not in self.code and _heading(line) in levels:
                yield block
                block = _Block(line.rstrip(), number)
            else:
                block.lines.append(line)
        yield block

    def read_sections(self, start: int) -> None:
        """Read title and sections from line `start` (counted from 0) on."""
        order = list(SECTIONS)
        seen: list[str] = []
        for block in self.blocks(start, len(self.lines), ("#", "##")):
            heading = block.heading
            name = heading[2:].strip(_BLANK)
            if not heading.startswith("##"):
                self.read_title(block)
            elif name not in SECTIONS:
                near = did_you_mean(heading, [f"## {known}" for known in order])
                hint = near or f"; known are {join_quoted(order)}"
                self.refuse(block.line, f"unknown heading '{heading}'{hint}")
            elif name in seen:
                self.refuse(block.line, f"the heading '{heading}' is there twice")
            else:
                later = [one for one in order[order.index(name) :] if one in seen]
                if later:
                    self.refuse(block.line, f"'{heading}' belongs before '## {later[0]}'")
                seen.append(name)
                self.places[(SECTIONS[name],)] = block.line
                if block.text:
                    self.read_section(SECTIONS[name], block)
                else:
                    self.refuse(
                        block.line, f"nothing stands under '{heading}': write it, or take it out"
                    )
        if ("text",) not in self.places:
            self.refuse(
                min(start + 1, len(self.lines)), "no title: write '# ' and the question in one line"
            )
        for name in _REQUIRED:
            if name not in seen:
                self.refuse(len(self.lines), f"the section '## {name}' is missing")

    def read_title(self, block: _Block) -> None:
        """Take the question from a heading of level 1 (or note what stands before any heading)."""
        if block.heading:
            if ("text",) in self.places:
                self.refuse(
                    block.line,
                    "a second title; a file holds one question, sections begin with '##'",
                )
            self.places.setdefault(("text",), block.line)
            title = block.heading[1:].strip(_BLANK)
            self.fields.setdefault("text", title)
            if not title:
                self.refuse(block.line, "the title is empty: write '# ' and the question")
        for number, line in block.numbered():
            if line.strip(_BLANK):
                self.refuse(number, "this text stands under no heading: '# ' or '## ' and a space")
                return

    def read_section(self, name: str, block: _Block) -> None:
        """Read the text below one heading into the field `name`."""
        if name in LIMITS:
            self.fields[name] = self.read_list(name, block)
        elif name == "levels":
            self.fields[name] = self.read_levels(block)
        elif name == "asks":
            self.fields[name] = self.read_table(block)
        else:
            self.check_headings(name, block)
            text = self.read_star(name, block) if name in _STARS else block.text
            self.fields[name] = text

    def check_headings(self, name: str, block: _Block) -> None:
        """Refuse lines of running text that were meant, or would be shown, as headings."""
        for number, line in block.numbered():
            if number in self.code or not (found := _ALMOST_HEADING.match(line)):
                continue
            if found[1] is None:
                self.refuse(number, "a heading must begin at the start of its line")
            elif found[2].strip(_BLANK).casefold() in _KNOWN_HEADINGS:
                self.refuse(number, f"put a space after '{found[1]}' to make this a heading")
        if name == "why":
            for part in self.blocks(block.line, block.line + len(block.lines), ("###",)):
                if part.heading:
                    self.refuse(part.line, f"no heading such as '{part.heading}' can stand here")

    def items(self, block: _Block) -> list[tuple[int, str]]:
        """Return the items of the list that a block holds, each with its line."""
        items: list[tuple[int, list[str]]] = []
        for number, line in block.numbered():
            if line.startswith("- ") or line == "-":
                items.append((number, [line[2:]]))
            elif items and (line.startswith("  ") or not line.strip(" \t")):
                items[-1][1].append(line[2:])
            elif line.strip(" \t"):
                self.refuse(
                    number, "not a list item: begin it with '- ', or indent it to continue an item"
                )
        texts = [(number, "\n".join(lines).strip(_BLANK)) for number, lines in items]
        for number, text in texts:
            if not text:
                self.refuse(number, "the list item is empty")
        return [(number, text) for number, text in texts if text]

    def read_list(self, name: str, block: _Block) -> tuple[str, ...]:
        """Read a list whose number of items has limits."""
        items = self.items(block)
        low, high = LIMITS[name]
        if not low <= len(items) <= high:
            self.refuse(
                block.line, f"'{block.heading}' takes {low} to {high} list items, not {len(items)}"
            )
        self.places.update({(name, index): line for index, (line, _) in enumerate(items)})
        return tuple(text for _, text in items)

    def read_levels(self, block: _Block) -> dict[str, str]:
        """Read the list that says what each level is expected to show."""
        levels: dict[str, str] = {}
        before = len(self.problems)
        for line, item in self.items(block):
            found = _LEVEL.fullmatch(item)
            text = found[2].strip(_BLANK) if found else ""
            if not found:
                self.refuse(line, f"write the level in bold, then a colon: '- **{LEVELS[0]}**: …'")
            elif found[1] not in LEVELS:
                hint = did_you_mean(found[1], LEVELS) or f"; known are {join_quoted(LEVELS)}"
                self.refuse(line, f"unknown level '{found[1]}'{hint}")
            elif found[1] in levels:
                self.refuse(line, f"the level '{found[1]}' is there twice")
            elif not text:
                self.refuse(line, f"nothing is said of the level '{found[1]}'")
            else:
                levels[found[1]] = text
                self.places[("levels", found[1])] = line
        missing = [one for one in LEVELS if one not in levels and one not in OPTIONAL_LEVELS]
        if missing and len(self.problems) == before:
            self.refuse(block.line, f"'{block.heading}' lacks {join_quoted(missing)}")
        return levels

    def read_star(self, name: str, block: _Block) -> dict[str, str]:
        """Read the four parts below ``### Situation`` and so on."""
        wanted = [f"### {part.title()}" for part in FORMS[self.kind].names]
        parts: dict[str, str] = {}
        before = len(self.problems)
        for part in self.blocks(block.line, block.line + len(block.lines), ("###",)):
            key = part.heading[3:].strip(_BLANK).lower()
            if not part.heading:
                if part.text:
                    self.refuse(
                        part.line + 1, f"this text must stand under a heading such as '{wanted[0]}'"
                    )
            elif part.heading not in wanted:
                hint = did_you_mean(part.heading, wanted) or f"; known are {join_quoted(wanted)}"
                self.refuse(part.line, f"unknown heading '{part.heading}'{hint}")
            elif key in parts:
                self.refuse(part.line, f"the heading '{part.heading}' is there twice")
            else:
                parts[key] = part.text
                self.places[(name, key)] = part.line
                if not part.text:
                    self.refuse(part.line, f"nothing stands under '{part.heading}'")
        missing = [heading for heading in wanted if heading[4:].lower() not in parts]
        if len(self.problems) > before:
            return parts
        if missing:
            self.refuse(block.line, f"'{block.heading}' lacks {join_quoted(missing)}")
        elif tuple(parts) != FORMS[self.kind].names:
            self.refuse(
                block.line, f"the order under '{block.heading}' must be {join_quoted(wanted)}"
            )
        return parts

    def read_table(self, block: _Block) -> list[dict[str, str | None]]:
        """Read the table of companies."""
        rows = [(number, line.strip(" \t")) for number, line in block.numbered()]
        rows = [(number, line) for number, line in rows if line]
        asks: list[dict[str, str | None]] = []
        first, header = rows[0]
        rule = _cells(rows[1][1]) if len(rows) > 1 else []
        if _cells(header) != _COLUMNS:
            self.refuse(first, "the table must begin with '| Company | Value | Focus |'")
        elif len(rule) != 3 or not all(map(_RULE.fullmatch, rule)):
            self.refuse(first, "the line below the table's head must be '| --- | --- | --- |'")
        elif len(rows) == 2:
            self.refuse(first, "the table has no rows: write one, or take '## Companies' out")
        for number, row in rows[2:]:
            cells = _cells(row)
            if len(cells) != 3:
                self.refuse(number, "a row has three cells: '| company | value | focus |'")
            elif not all(cells):
                self.refuse(number, f"a cell is empty; write '{NO_VALUE}' where there is no value")
            else:
                company, value, focus = cells
                none = value in (NO_VALUE, "-", "\N{EM DASH}")
                self.places[("asks", len(asks))] = number
                asks.append({"company": company, "value": None if none else value, "focus": focus})
        return asks


def parse_question(text: str, path: Path, *, category: str, number: int) -> Question:
    """Read a question file.

    Parameters
    ----------
    text : str
        The whole file.
    path : Path
        Named in problems.
    category : str
        The slug of the category: the name of the folder.
    number : int
        The question's number in its category: the file name's.

    Returns
    -------
    Question

    Raises
    ------
    BankError
        With every problem of the file, each with its line and what would be right.
    """
    return parse_with_lines(text, path, category=category, number=number)[0]


def parse_with_lines(
    text: str, path: Path, *, category: str, number: int
) -> tuple[Question, Mapping[Place, int]]:
    """Read a question file as `parse_question` does, with the line of each part of it."""
    reader = _Reader(text, path)
    reader.read(category)
    if reader.problems:
        raise BankError(reader.problems)
    try:
        question = Question(category=category, number=number, **reader.fields)
    except ValidationError as error:
        for place, message in problems_of(error):
            reader.refuse(line_at(reader.places, place), f"{place[0]}: {message}")
        raise BankError(reader.problems) from None
    return question, reader.places


def format_question(question: Question) -> str:
    """Write a question as the text of its file; the inverse of `parse_question`.

    Parameters
    ----------
    question : Question

    Returns
    -------
    str
        The whole file, in its one canonical form.

    Raises
    ------
    PrepkitError
        Where the file's format has no way to say what the question holds, such as a title of two
        lines, or a line that begins with ``## `` and would be read as a heading.
    """
    front = ["---", f"category: {_scalar(question.category)}", f"kind: {question.kind}"]
    if question.tags:
        front.append(f"tags: [{', '.join(map(_scalar, question.tags))}]")
    blocks = ["\n".join([*front, "---", f"# {question.text}"])]
    for heading, name in SECTIONS.items():
        value = getattr(question, name)
        if value:
            blocks += [f"## {heading}", _written(name, value, question.parts)]
    text = "\n\n".join(blocks) + "\n"
    path = Path(f"{question.id}.md")
    try:
        same = parse_question(text, path, category=question.category, number=question.number)
    except BankError as error:
        reasons = "; ".join(f"line {one.line}: {one.message}" for one in error.problems)
        raise PrepkitError(f"{question.id} can't be written as a file: {reasons}") from None
    if same != question:
        wrong = [
            name for name in Question.model_fields if getattr(same, name) != getattr(question, name)
        ]
        raise PrepkitError(
            f"{question.id} can't be written as a file: {join_quoted(wrong)} would be read"
            " differently"
        )
    return text


def _written(name: str, value: Any, parts: Sequence[Part]) -> str:
    """Return the text below the heading of the field `name`."""
    if name in LIMITS:
        return "\n".join(map(_item, value))
    if name == "levels":
        return "\n".join(_item(f"**{one}**: {value[one]}") for one in LEVELS if one in value)
    if name in _STARS:
        return "\n\n".join(f"### {part.title}\n\n{value[part.name]}" for part in parts)
    if name == "asks":
        rows = ["| Company | Value | Focus |", "| --- | --- | --- |"]
        return "\n".join(rows + [_row(ask) for ask in value])
    return str(value)


def _item(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" if line else "" for line in rest)])


def _row(ask: Ask) -> str:
    cells = (ask.company, ask.value or NO_VALUE, ask.focus)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(row: str) -> list[str]:
    """Return the cells of a table's row; none where it isn't one between two pipes."""
    if len(row) < 2 or not row.startswith("|") or not row.endswith("|") or row.endswith("\\|"):
        return []
    return [cell.strip(_BLANK).replace("\\|", "|") for cell in _CELL_END.split(row[1:-1])]


def _scalar(slug: str) -> str:
    """Return a slug as YAML reads it back: in quotes where it would be a number or a boolean."""
    return slug if yaml.safe_load(slug) == slug else f"'{slug}'"


def code_lines(lines: Sequence[str]) -> tuple[set[int], int | None]:
    """Find fenced code blocks, those inside list items too.

    Parameters
    ----------
    lines : sequence of str

    Returns
    -------
    inside : set of int
        The positions of all lines that belong to a code block, its fences included.
    unclosed : int or None
        Where a block begins that has no end; it then reaches to the last line.
    """
    inside: set[int] = set()
    fence, opened = "", 0
    for index, line in enumerate(lines):
        if fence:
            inside.add(index)
            bare = line.strip(" \t")
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
        elif ("```" in line or "~~~" in line) and (found := _FENCE.match(line)):
            inside.add(index)
            fence, opened = found[1], index
    return inside, opened if fence else None


def _heading(line: str) -> str:
    """Return the hashes of a heading of level 1 to 3; an empty string for any other line."""
    found = _HEADING.match(line)
    return found[1] if found else ""
