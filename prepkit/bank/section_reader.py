"""The text below one heading of a question file -> the value of its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from prepkit.bank.blocks import BLANK, Block
from prepkit.bank.sections import (
    BY_HEADING,
    NO_VALUE,
    OPTIONAL_LEVELS,
    SectionSpec,
)
from prepkit.bank.source_map import SourceMap
from prepkit.errors import Problems
from prepkit.forms import FORMS, Kind
from prepkit.records import LEVELS, RATED, WEAKER, Level
from prepkit.text import did_you_mean, join_quoted

T = TypeVar("T")

COLUMNS = ["Company", "Value", "Focus"]
CELL_END = re.compile(r"(?<!\\)\|")

_ALMOST_HEADING = re.compile(r" {1,3}#{1,2}[ \t]|(#{1,3})([^#\s].*)")
_LEVEL = re.compile(r"\*\*(.+?)\*\*:(.*)", re.DOTALL)
_LEVELS: Mapping[str, Level] = {level: level for level in LEVELS}
_MARK = re.compile(rf"([+-]) ([0-9]{{1,2}}):[{BLANK}]*([^{BLANK}].*)", re.DOTALL)
_RATING = re.compile(rf"\*\*(.+?)\*\*: ([1-5]) of 5\.[{BLANK}]*([^{BLANK}].*)", re.DOTALL)
_RULE = re.compile(r":?-+:?")
_KNOWN_TITLES = {
    title.casefold()
    for title in (
        *BY_HEADING,
        *WEAKER.values(),
        *(part.title for form in FORMS.values() for part in form.parts),
    )
}


class SectionReader:
    """Reads the sections of one question file, and notes the lines of values and every problem.

    Parameters
    ----------
    source
        Gets the line of each value.
    problems
        Gets every problem.
    code
        The numbers of the lines inside code blocks, where '#' begins no heading.
    kind
        The question's kind; None if the file's kind is unknown.
    """

    def __init__(
        self, source: SourceMap, problems: Problems, code: Collection[int], kind: Kind | None
    ) -> None:
        self.source = source
        self.problems = problems
        self.code = code
        self.kind = kind

    def add_error(self, line: int, message: str) -> None:
        """Note a problem in a line of the file."""
        self.problems.add_error(message, line=line)

    def read(self, section: SectionSpec, block: Block) -> Any:
        """Return the value of a section's field."""
        match section.syntax:
            case "items":
                return self.read_items(section, block)
            case "levels":
                return self.read_levels(block)
            case "parts" if self.kind:
                return self.read_parts(section, block, self.kind)
            case "marks":
                return self.read_marks(section, block)
            case "weaker":
                return self.read_weaker(section, block)
            case "asks":
                return self.read_asks(block)
        self.check_headings(block)
        if section.syntax == "prose":
            self.check_no_headings(block)
        # If the kind isn't known, every part would be reported as wrong.
        return None if section.syntax == "parts" else block.text

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
        """Note headings of level 3 in running text."""
        for part in block.parts("###", self.code):
            if part.heading:
                self.add_error(part.line, f"'{part.heading}': this section can't have headings")

    def items(self, block: Block, marks: str = "-") -> list[tuple[int, str]]:
        """Return the items of a block's list, each with its line.

        An item begins with one of `marks`. If there are several, the mark says something, so it
        stays the first character of the text.
        """
        items: list[tuple[int, list[str]]] = []
        for number, line in block.numbered():
            if line and line[0] in marks and line[1:2] in ("", " "):
                items.append((number, [line if len(marks) > 1 else line[2:]]))
            elif items and (line.startswith("  ") or not line.strip(" \t")):
                items[-1][1].append(line[2:])
            elif line.strip(" \t"):
                wanted = " or ".join(f"'{mark} '" for mark in marks)
                begin = f"begin it with {wanted}, or with two spaces to continue the item above"
                self.add_error(number, f"not a list item: {begin}")
        texts = [(number, "\n".join(lines).strip(BLANK)) for number, lines in items]
        for number, text in texts:
            if not text:
                self.add_error(number, "this list item is empty: write it, or delete it")
        return [(number, text) for number, text in texts if text]

    def read_items(self, section: SectionSpec, block: Block) -> tuple[str, ...]:
        """Read a list."""
        items = self.items(block)
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

    def read_parts(self, section: SectionSpec, block: Block, kind: Kind) -> dict[str, str]:
        """Read the parts of the kind's form, below ``### Situation`` and so on."""
        titles = {part.title: part.name for part in FORMS[kind].parts}
        return {name: part.text for name, part in self.titled(section, block, titles).items()}

    def titled(
        self, section: SectionSpec, block: Block, titles: Mapping[str, str]
    ) -> dict[str, Block]:
        """Return what is below each heading of level 3; all of `titles` must be there, in order.

        Parameters
        ----------
        section, block
            The section, and its text.
        titles
            The names of the parts by what their headings say.
        """
        names = {f"### {title}": name for title, name in titles.items()}
        found: dict[str, Block] = {}
        before = len(self.problems)
        self.check_headings(block)
        above, *parts = block.parts("###", self.code)
        if above.text:
            such = f"such as '{next(iter(names))}'"
            self.add_error(above.line + 1, f"this text must be under a heading {such}")
        for part in parts:
            if name := self.known(part.line, "heading", part.heading, names, found):
                found[name] = part
                self.source.lines[(section.field, name)] = part.line
                if not part.text:
                    self.add_error(part.line, f"no text under '{part.heading}': write some")
        missing = [heading for heading, name in names.items() if name not in found]
        if len(self.problems) > before:
            return found
        if missing:
            self.add_error(block.line, f"'{block.heading}' is missing {join_quoted(missing)}")
        elif list(found) != list(names.values()):
            order = f"must be in the order {join_quoted(list(names))}"
            self.add_error(block.line, f"the parts of '{block.heading}' {order}")
        return found

    def read_marks(self, section: SectionSpec, block: Block) -> list[dict[str, str | int]]:
        """Read what the interviewer notes: each with its sign and the number of a key point."""
        marks: list[dict[str, str | int]] = []
        for line, item in self.items(block, "+-"):
            if found := _MARK.fullmatch(item):
                sign, number, text = found.groups()
                self.source.lines[(section.field, len(marks))] = line
                marks.append({"sign": sign, "key_point": int(number), "text": text})
            else:
                wanted = "'+ 2: …' or '- 2: …', where 2 is the number of a key point"
                self.add_error(line, f"write the note as {wanted}")
        return marks

    def read_weaker(self, section: SectionSpec, block: Block) -> dict[str, str | int]:
        """Read a weaker answer: how it is told, what would lift it, and two ratings."""
        found = self.titled(section, block, {title: name for name, title in WEAKER.items()})
        ratings = self.read_ratings(found.pop("scores")) if "scores" in found else {}
        return {**{name: part.text for name, part in found.items()}, **ratings}

    def read_ratings(self, block: Block) -> dict[str, str | int]:
        """Read the ratings of a weaker answer and of the example, each with its reason."""
        names = {what: name for name, what in RATED.items()}
        ratings: dict[str, str | int] = {}
        before = len(self.problems)
        for line, item in self.items(block):
            found = _RATING.fullmatch(item)
            if found is None:
                wanted = f"'- **{RATED['score']}**: 2 of 5. …', from 1 to 5, with the reason"
                self.add_error(line, f"write the rating as {wanted}")
            elif name := self.known(line, "rating", found[1], names, ratings):
                rating = {name: int(found[2]), name.replace("score", "reason"): found[3]}
                self.source.lines.update({("weaker", each): line for each in rating})
                ratings |= rating
        missing = [f"**{what}**" for what, name in names.items() if name not in ratings]
        if missing and len(self.problems) == before:
            self.add_error(block.line, f"'{block.heading}' is missing {join_quoted(missing)}")
        return ratings

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


def is_no_value(cell: str) -> bool:
    """Tell whether a cell of the table of companies says that there is no value."""
    return cell in (NO_VALUE, "-", "\N{EM DASH}")


def _cells(row: str) -> list[str]:
    """Return the cells of a table's row; an empty list if it isn't between two pipes."""
    if len(row) < 2 or not row.startswith("|") or not row.endswith("|") or row.endswith("\\|"):
        return []
    return [cell.strip(BLANK).replace("\\|", "|") for cell in CELL_END.split(row[1:-1])]
