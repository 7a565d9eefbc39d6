"""A question file -> Question. Strict: every problem of the file is reported with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from prepkit.bank.blocks import BLANK, Block, code_lines, split
from prepkit.bank.front_matter import read_front_matter
from prepkit.bank.section_reader import SectionReader
from prepkit.bank.sections import BY_FIELD, BY_HEADING, SECTIONS, SectionSpec
from prepkit.bank.source_map import SourceMap, validate
from prepkit.errors import Loc, Problem, Problems
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.records import Question

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


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
        reader = SectionReader(self.source, self.problems, self.code, self.fields.get("kind"))
        for block in split(self.lines[start:], start, ("#", "##"), self.code):
            if not block.heading.startswith("##"):
                self.read_title(block)
            elif section := self.section_of(reader, block, seen):
                seen.append(section)
                self.source.lines[(section.field,)] = block.line
                if block.text:
                    value = reader.read(section, block)
                    if value is not None:
                        self.fields[section.field] = value
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
        self.check_notes()

    def check_notes(self) -> None:
        """Note what the interviewer notes about a key point that isn't there."""
        # With a line of the list that can't be read, the numbers would seem wrong.
        if self.problems:
            return
        most = len(self.fields["key_points"])
        for index, note in enumerate(self.fields.get("interviewer_notes", ())):
            if not 1 <= note["key_point"] <= most:
                message = (
                    f"there is no key point {note['key_point']}; they are numbered 1 to {most}"
                )
                self.add_error(self.source.line_of(("interviewer_notes", index)), message)

    def section_of(
        self, reader: SectionReader, block: Block, seen: Sequence[SectionSpec]
    ) -> SectionSpec | None:
        """Return the section that a heading begins; None, with a problem, if it can't be here."""
        title = block.title
        # The template of a past event has two names: "STAR template" and "Answer template".
        if title == BY_FIELD["prompts"].heading:
            title = FORMS[self.kind].template
        section = reader.known(block.line, "heading", f"## {title}", _headings(self.kind), seen)
        if section is None:
            return None
        after = SECTIONS[SECTIONS.index(section) :]
        if later := next((one for one in after if one in seen), None):
            below = later.heading_for(self.kind)
            self.add_error(block.line, f"'{block.heading}' belongs before '## {below}'")
        return section

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


@cache
def _headings(kind: Kind) -> Mapping[str, SectionSpec]:
    return {f"## {section.heading_for(kind)}": section for section in SECTIONS}
