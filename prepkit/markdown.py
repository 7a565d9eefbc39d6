"""A question file <-> Question: strict, with every problem of the file at its line.

The text is split line by line at its headings; a full Markdown parse would cost more than all the
rest of loading a bank.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from prepkit.records import (
    LEVELS,
    PARTS,
    Ask,
    BankError,
    PrepkitError,
    Problem,
    Question,
    Star,
    problems_of,
)
from prepkit.yaml_lines import read_yaml

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

LIMITS = {"key_points": (4, 6), "follow_ups": (3, 5), "tips": (2, 4)}
"""How many items a list may have, where its heading is there."""

_REQUIRED = ("Why this is asked", "Key points to cover")
_FRONT_MATTER = ("category", "kind", "tags")
_COLUMNS = ["Company", "Value", "Focus"]
_BLANK = " \t\n"
_HEADING = re.compile(r"(#{1,3})(?:[ \t]+(.*))?$")
_INDENTED_HEADING = re.compile(r" {1,3}#{1,2}[ \t]")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}(?!.*`)|~{3,})")
_LEVEL = re.compile(r"\*\*(.+?)\*\*:(.*)", re.DOTALL)
_SEPARATOR = re.compile(r":?-+:?")
_CELL_END = re.compile(r"(?<!\\)\|")
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
        self.fields: dict[str, Any] = {}
        self.places: dict[tuple[int | str, ...], int] = {}
        """The line of each field, and of each item of a list field."""

    def refuse(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def read(self, category: str) -> None:
        """Read the whole file into `fields`."""
        for number, line in enumerate(self.lines, 1):
            if not line.isprintable() and (found := _CONTROL.search(line)):
                self.refuse(number, f"a control character (U+{ord(found[0]):04X}); take it out")
        self.read_sections(self.read_front_matter(category))

    def read_front_matter(self, category: str) -> int:
        """Read the YAML between the first two ``---``; return how many lines it takes."""
        if self.lines[0].rstrip() != "---":
            self.refuse(1, "the file must begin with front matter: '---', 'category: …', '---'")
            return 0
        for end, line in enumerate(self.lines[1:], 1):
            if line.rstrip() == "---":
                break
            if line.startswith("# "):
                self.refuse(1, "the front matter isn't closed: put a line '---' before the title")
                return end
        else:
            self.refuse(1, "the front matter isn't closed: put a line '---' after it")
            return len(self.lines)
        found = read_yaml("\n".join(self.lines[1:end]), self.path, first_line=2)
        self.problems.extend(found.problems)
        if isinstance(found.data, dict):
            for key in found.data:
                self.places[(key,)] = found.line_of((key,))
                if key not in _FRONT_MATTER:
                    self.refuse(
                        found.line_of((key,)),
                        f"unknown key {key!r} in the front matter{_nearest(key, _FRONT_MATTER)}",
                    )
            self.fields.update((key, found.data[key]) for key in _FRONT_MATTER if key in found.data)
        elif found.data is not None:
            self.refuse(2, f"the front matter must be lines such as 'category: {category}'")
        given = self.fields.get("category")
        if given is None and not found.problems:
            self.refuse(1, f"the front matter lacks 'category: {category}'")
        elif given not in (None, category):
            self.refuse(
                self.places[("category",)],
                f"the category is {given!r}, but the folder is {category!r}",
            )
        return end + 1

    def blocks(self, start: int) -> Iterator[_Block]:
        """Split the lines from `start` on at the headings of level 1 and 2 outside code."""
        block = _Block("", start)
        fence, opened = "", 0
        for number, line in enumerate(self.lines[start:], start + 1):
            if fence:
                if line.strip(" \t").startswith(fence) and not line.strip(" \t").strip(fence[0]):
                    fence = ""
            elif found := _FENCE.match(line):
                fence, opened = found[1], number
            elif line.startswith("#") and (found := _HEADING.match(line)) and len(found[1]) < 3:
                yield block
                block = _Block(line.rstrip(), number)
                continue
            elif _INDENTED_HEADING.match(line) and block.heading in _PROSE:
                self.refuse(number, "a heading must begin at the start of its line")
            block.lines.append(line)
        if fence:
            self.refuse(opened, f"the code block isn't closed: put a line '{fence}' after it")
        yield block

    def read_sections(self, start: int) -> None:
        """Read title and sections from line `start` (counted from 0) on."""
        seen: list[str] = []
        for block in self.blocks(start):
            heading = block.heading
            name = heading[3:].strip()
            if not heading.startswith("## "):
                self.read_title(block)
            elif name not in SECTIONS:
                near = _nearest(heading, [f"## {known}" for known in SECTIONS])
                self.refuse(block.line, f"unknown heading '{heading}'{near}")
            elif name in seen:
                self.refuse(block.line, f"the heading '{heading}' is there twice")
            else:
                order = list(SECTIONS)
                later = [one for one in seen if order.index(one) > order.index(name)]
                if later:
                    first = min(later, key=order.index)
                    self.refuse(block.line, f"'{heading}' belongs before '## {first}'")
                seen.append(name)
                self.places[(SECTIONS[name],)] = block.line
                if block.text:
                    self.read_section(SECTIONS[name], block)
                else:
                    self.refuse(
                        block.line, f"nothing stands under '{heading}': write it, or take it out"
                    )
        if "text" not in self.fields and ("text",) not in self.places:
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
                return
            self.places[("text",)] = block.line
            title = block.heading[2:].strip(_BLANK)
            if title:
                self.fields["text"] = title
            else:
                self.refuse(block.line, "the title is empty: write '# ' and the question")
        for number, line in block.numbered():
            if line.strip():
                self.refuse(number, "this text is under no heading of level 2 ('## …')")
                return

    def read_section(self, name: str, block: _Block) -> None:
        """Read the text below one heading into the field `name`."""
        if name in LIMITS:
            self.fields[name] = self.read_list(name, block)
        elif name == "levels":
            self.fields[name] = self.read_levels(block)
        elif name in ("prompts", "example"):
            self.fields[name] = self.read_star(name, block)
        elif name == "asks":
            self.fields[name] = self.read_table(block)
        else:
            self.fields[name] = block.text
            if name == "why":
                for line, _ in _part_headings(block):
                    self.refuse(line, "a heading of level 3 can't stand here; write it in bold")

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
        items = self.items(block)
        low, high = LIMITS[name]
        if not low <= len(items) <= high:
            self.refuse(
                block.line, f"'{block.heading}' takes {low} to {high} list items, not {len(items)}"
            )
        self.places.update({(name, index): line for index, (line, _) in enumerate(items)})
        return tuple(text for _, text in items)

    def read_levels(self, block: _Block) -> dict[str, str]:
        levels: dict[str, str] = {}
        wrong = False
        for line, item in self.items(block):
            found = _LEVEL.fullmatch(item)
            text = found[2].strip(_BLANK) if found else ""
            wrong = wrong or not text
            if not found:
                self.refuse(line, f"write the level in bold and a colon: '- **{LEVELS[0]}**: …'")
            elif found[1] not in LEVELS:
                wrong = True
                self.refuse(line, f"unknown level '{found[1]}'{_nearest(found[1], LEVELS)}")
            elif found[1] in levels:
                self.refuse(line, f"the level '{found[1]}' is there twice")
            elif not text:
                self.refuse(line, f"nothing is said of the level '{found[1]}'")
            else:
                levels[found[1]] = text
        missing = [f"'{level}'" for level in LEVELS if level not in levels]
        if missing and not wrong:
            self.refuse(block.line, f"'{block.heading}' lacks {', '.join(missing)}")
        return levels

    def read_star(self, name: str, block: _Block) -> dict[str, str] | None:
        """Read the four parts below ``### Situation`` and so on; None where something is wrong."""
        parts: dict[str, str] = {}
        wanted = [f"### {part.title()}" for part in PARTS]
        headings = _part_headings(block)
        order = [heading for _, heading in headings]
        before = headings[0][0] if headings else block.line + len(block.lines) + 1
        for number, line in block.numbered():
            if line.strip() and number < before:
                self.refuse(number, f"this text must stand under a heading such as '{wanted[0]}'")
                break
        ends = [line for line, _ in headings[1:]] + [block.line + len(block.lines) + 1]
        for (line, heading), end in zip(headings, ends, strict=True):
            text = "\n".join(block.lines[line - block.line : end - block.line - 1]).strip(_BLANK)
            if heading not in wanted:
                self.refuse(line, f"unknown heading '{heading}'{_nearest(heading, wanted)}")
            elif order.index(heading) != order.index(heading) or heading[4:].lower() in parts:
                self.refuse(line, f"the heading '{heading}' is there twice")
            elif not text:
                self.refuse(line, f"nothing stands under '{heading}'")
            else:
                parts[heading[4:].lower()] = text
                self.places[(name, heading[4:].lower())] = line
        missing = [heading for heading in wanted if heading not in order]
        if missing and not set(order) - set(wanted):
            self.refuse(block.line, f"'{block.heading}' lacks {_listed(missing)}")
        if order != wanted and sorted(order) == sorted(wanted):
            self.refuse(block.line, f"the order must be {_listed(wanted)}")
        return parts if list(parts) == list(PARTS) else None

    def read_table(self, block: _Block) -> tuple[dict[str, str | None], ...]:
        rows = [(number, line.strip(" \t")) for number, line in block.numbered()]
        rows = [(number, line) for number, line in rows if line]
        (first, header), asks = rows[0], []
        if _cells(header) != _COLUMNS:
            self.refuse(first, "the table must begin with '| Company | Value | Focus |'")
        if len(rows) < 2 or not all(map(_SEPARATOR.fullmatch, _cells(rows[1][1]) or [""])):
            self.refuse(first, "the line below the table's head must be '| --- | --- | --- |'")
            return ()
        if len(rows) == 2:
            self.refuse(first, "the table has no row: write one, or take '## Companies' out")
        for number, row in rows[2:]:
            cells = _cells(row)
            if len(cells) != 3:
                self.refuse(number, "write a row of three cells: '| Company | Value | Focus |'")
            elif not all(cells):
                self.refuse(number, f"an empty cell; write '{NO_VALUE}' where there is no value")
            else:
                company, value, focus = cells
                no_value = value in (NO_VALUE, "-", "\N{EM DASH}")
                self.places[("asks", len(asks))] = number
                asks.append(
                    {"company": company, "value": None if no_value else value, "focus": focus}
                )
        return tuple(asks)


_PROSE = {"## Why this is asked", "## STAR template", "## Example answer", "## Notes"}


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
) -> tuple[Question, tuple[int, ...]]:
    """Read a question file as `parse_question` does, with the line of each row of Companies."""
    reader = _Reader(text, path)
    reader.read(category)
    question = None
    fields = {key: value for key, value in reader.fields.items() if value is not None}
    fields |= {"category": category, "number": number}
    try:
        question = Question(**fields)
    except ValidationError as error:
        told = bool(reader.problems)
        for place, message in problems_of(error):
            # What the reader has refused already needs no second line in pydantic's words.
            if told and (len(place) < 2 or place[0] not in ("tags", "asks")) and place[0] != "kind":
                continue
            reader.refuse(_line_of(place, reader.places), f"{place[0]}: {message}")
    if reader.problems or question is None:
        raise BankError(reader.problems)
    return question, tuple(reader.places[("asks", index)] for index in range(len(question.asks)))


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
            blocks += [f"## {heading}", _written(name, value)]
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
            f"{question.id} can't be written as a file: {_listed(wrong)} would be read differently"
        )
    return text


def _written(name: str, value: Any) -> str:
    """Return the text below the heading of the field `name`."""
    if name in LIMITS:
        return "\n".join(map(_item, value))
    if name == "levels":
        return "\n".join(_item(f"**{one}**: {value[one]}") for one in LEVELS if one in value)
    if isinstance(value, Star):
        return "\n\n".join(f"### {part.title()}\n\n{getattr(value, part)}" for part in PARTS)
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


def _part_headings(block: _Block) -> list[tuple[int, str]]:
    """Return the headings of level 3 of a block outside code, with their lines."""
    headings, fence = [], ""
    for number, line in block.numbered():
        if fence:
            if line.strip(" \t").startswith(fence) and not line.strip(" \t").strip(fence[0]):
                fence = ""
        elif found := _FENCE.match(line):
            fence = found[1]
        elif line.startswith("###") and (found := _HEADING.match(line)) and len(found[1]) == 3:
            headings.append((number, line.rstrip()))
    return headings


def _line_of(place: tuple[int | str, ...], places: Mapping[tuple[int | str, ...], int]) -> int:
    while place and place not in places:
        place = place[:-1]
    return places.get(place, 1)


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean '…'?``, or a list of what is known, for the end of a message."""
    known = list(known)
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; known are {_listed(known)}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
