"""What a coach says of a roster: the file ``ROSTER.prepkit.toml`` beside it, read and written.

prepkit writes down what it understood of a roster, and later obeys it, also where the coach has
changed it. A file that the coach has changed is not written again unasked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from prepkit.errors import InputError, Problem, Problems
from prepkit.files import atomic_write, digest, read_text
from prepkit.packets.roster.aliases import toml_text
from prepkit.packets.roster.dates import Order
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import FileSettings, mapping_path
from prepkit.packets.roster.levels import read_level
from prepkit.records import LEVELS, Level, Record
from prepkit.text import did_you_mean, join_quoted, printable

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PASSED_BY = "passed_by"
"""Stands in [columns] before the names of columns that are not read."""

NameOrder = Literal["as written", "last name first"]

_CURLY = re.compile(
    "[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}]"
)
_PLAIN = re.compile(r"[^\W\d_][^\"'\[\]{}#]*")
_SIGNED = re.compile(r"# As prepkit wrote it: ([0-9a-f]{32})\n")


def _several(given: object) -> object:
    return (given,) if isinstance(given, str) else given


def _as_in_a_cell(given: object) -> object:
    """Return the level that the words mean in a cell; what means none is refused as it is."""
    try:
        return read_level(given, {}, "").level if given and isinstance(given, str) else given
    except CellError:
        return given


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
LevelSaid = Annotated[Literal[Level, ""], BeforeValidator(_as_in_a_cell)]
RowsAnswer = Literal["", "leave out", "take"]


class FileSection(Record):
    """How the file is read; what isn't said is found."""

    sheet: str = ""
    header_row: Annotated[int, Field(ge=0, strict=True)] = 0
    delimiter: str = ""
    encoding: str = ""


class DatesSection(Record):
    """How dates are written that can be read in two ways."""

    order: Order | None = None


class NamesSection(Record):
    """How names with a comma are written: ``Lee, Ann`` is the last name first."""

    order: NameOrder | None = None


class RowsSection(Record):
    """What becomes of rows that may not be students."""

    hidden: RowsAnswer = ""
    struck: RowsAnswer = ""
    totals: RowsAnswer = ""


class Said(Record):
    """Everything that can be said of a roster, by the sections of the file."""

    file: FileSection = FileSection()
    columns: Mapping[str, Names] = {}
    """The names of columns in the roster's file, by what they are to prepkit."""
    dates: DatesSection = DatesSection()
    names: NamesSection = NamesSection()
    rows: RowsSection = RowsSection()
    levels: Mapping[str, LevelSaid] = {}
    companies: Mapping[str, Names] = {}

    @property
    def passed_by(self) -> tuple[str, ...]:
        """The names of the columns in the roster's file that are not read."""
        return self.columns.get(PASSED_BY, ())

    @property
    def settings(self) -> FileSettings:
        """What is said of the file itself."""
        return FileSettings(**self.file.model_dump(), **self.rows.model_dump())


class MappingError(InputError):
    """Every problem in a file beside a roster."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        super().__init__(f"{path} has {{count}}:", sorted(problems))


@dataclass(frozen=True, slots=True)
class RosterMapping:
    """What is said of a roster, and where."""

    path: Path
    said: Said = field(default_factory=Said)
    exists: bool = False
    is_edited: bool = False
    """Whether somebody has changed the file since prepkit wrote it."""
    text: str = ""

    def line_of(self, section: str, key: str = "") -> int:
        """Return the line, from 1, of a key or of the head of its section; 0 without either."""
        head = 0
        written = re.compile(
            rf"\s*(?:\"{re.escape(key)}\"|'{re.escape(key)}'|{re.escape(key)})\s*="
        )
        for number, line in enumerate(self.text.split("\n"), 1):
            if found := re.match(r"\s*\[\s*[\"']?([^\]\"']*?)[\"']?\s*\]", line):
                head = number if found[1] == section else 0
                if head and not key:
                    return head
            elif head and written.match(line):
                return number
        return self.line_of(section) if key else 0

    def problems(self) -> Problems:
        """Return what collects the problems of the file."""
        return Problems(self.path, error=partial(MappingError, self.path))


def read_mapping(roster: Path) -> RosterMapping:
    """Return what is said of a roster; nothing if there is no file beside it.

    Raises
    ------
    MappingError
        With every problem: its line, what is wrong, and what would be right.
    UnreadableError
        If the file can't be read.
    """
    path = mapping_path(roster)
    if not path.is_file():
        return RosterMapping(path)
    text = read_text(path).replace("\r\n", "\n")
    found = RosterMapping(path, exists=True, text=text)
    problems = found.problems()
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        message = str(error).removesuffix(place[0]) if place else str(error)
        line = int(place[1]) if place else text.count("\n") + 1
        problems.add_error(_not_toml(text.split("\n")[line - 1], message), line=line)
        problems.fail()
    try:
        said = Said.model_validate(values)
    except ValidationError as error:
        problems.add_validation(
            error,
            say=_explain,
            line_of=lambda loc: found.line_of(*[str(part) for part in loc[:2]]),
        )
        problems.fail()
    return RosterMapping(path, said, True, not _is_as_written(text), text)


def _not_toml(line: str, message: str) -> str:
    """Say what is wrong with a line, for somebody who has never heard of TOML."""
    key, equals, value = line.partition("=")
    wanted = _CURLY.sub('"', value).strip()
    if equals and _CURLY.search(value):
        return f"the quotation marks must be straight ones: {key.strip()} = {wanted}"
    if message == "Cannot overwrite a value":
        return (
            "this name stands in an earlier line, too. Keep one of the lines; several columns"
            ' stand in one line, as in passed_by = ["Fee", "Invited"]'
        )
    if equals and _PLAIN.fullmatch(wanted):
        return f'quotation marks are missing: {key.strip()} = "{wanted}"'
    return f"this isn't valid TOML: {message}"


def _explain(part: ErrorDetails) -> str:
    names = [str(step) for step in part["loc"][:2]]
    section, key = names[0], names[-1]
    given = f"'{part['input']}'"
    if part["type"] == "extra_forbidden":
        model = Said if len(names) == 1 else Said.model_fields[section].annotation
        known = list(getattr(model, "model_fields", {}))
        what = f"[{section}]" if len(names) == 1 else f"'{key}' under [{section}]"
        return f"there is no {what}{did_you_mean(key, known, otherwise='there are')}"
    if len(names) == 1:
        return f'[{section}] must have lines such as: name = "…"'
    if section == "levels":
        levels = join_quoted(LEVELS, "or")
        return f"'{key}' must be {levels}, or \"\" for none; not {given}"
    if part["type"] == "literal_error":
        return f"{key} must be {part['ctx']['expected']}, not {given}"
    if section in ("columns", "companies"):
        return f'\'{key}\' must be a text in quotation marks, or a list such as ["…", "…"]'
    if key == "header_row":
        return f"header_row must be the number of a row, such as 3; not {given}"
    return f"'{key}' must be a text in quotation marks, not {given}"


def _is_as_written(text: str) -> bool:
    signed = _SIGNED.match(text)
    return signed is not None and _signature(text[signed.end() :]) == signed[1]


def _signature(text: str) -> str:
    return digest(text)[:32]


def mapping_text(roster: Path, said: Said, found: FileSettings) -> str:
    """Return the text of the file beside a roster.

    Parameters
    ----------
    said
        What was said of the roster, or understood.
    found
        How the file was read; what isn't said is only a comment, to be found anew each time.
    """
    lines = [
        f"# How prepkit reads {roster.name}. Change what isn't right: prepkit obeys this file, and",
        "# doesn't write it again once you have changed it. Without it, everything is found anew.",
    ]
    lines += _section("file", _texts(said.file, found), "How the file is read")
    lines += _section(
        "columns",
        [f"{_key(name)} = {_names(headers)}" for name, headers in said.columns.items()],
        "What the columns are; those after passed_by are not read",
    )
    lines += _section("dates", _texts(said.dates), 'order = "day first" or "month first"')
    lines += _section("names", _texts(said.names), 'order = "last name first" or "as written"')
    lines += _section("rows", _texts(said.rows), 'Each "leave out" or "take"')
    lines += _section(
        "levels",
        [f"{toml_text(name)} = {toml_text(level)}" for name, level in said.levels.items()],
        "What the roster's words for levels mean",
    )
    lines += _section(
        "companies",
        [f"{toml_text(name)} = {_names(each)}" for name, each in said.companies.items()],
        "What the roster's names for companies mean: a company, several, or [] for none",
    )
    return _signed(lines)


def starter_text(roster: Path, questions: Mapping[str, Iterable[str]]) -> str:
    """Return the text of a file beside a roster in which the coach can answer questions.

    Parameters
    ----------
    questions
        Comments with what is asked and the lines that answer it, by the section they belong to.
    """
    lines = [
        f"# What you say of {printable(roster.name, one_line=True)}: prepkit obeys it. Below each"
        " question are lines to choose from:",
        "# remove the # before the one that is right, and save this file. Then type the command"
        " again.",
    ]
    for head in Said.model_fields:
        lines += ["", f"[{head}]", *questions.get(head, ())]
    return _signed(lines)


def _signed(lines: Iterable[str]) -> str:
    text = "\n".join([*lines, ""])
    return f"# As prepkit wrote it: {_signature(text)}\n{text}"


def _section(head: str, lines: list[str], comment: str) -> list[str]:
    return ["", f"# {comment}.", f"[{head}]", *lines] if lines else []


def _texts(section: Record, found: FileSettings | None = None) -> list[str]:
    lines = []
    for key, value in section.model_dump().items():
        if value:
            lines.append(f"{key} = {_value(value)}")
        elif found and (was := getattr(found, key)):
            lines.append(f"# {key} = {_value(was)}")
    return lines


def _value(value: Any) -> str:
    return toml_text(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_text(name)


def _names(names: Iterable[str]) -> str:
    quoted = [toml_text(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def write_mapping(path: Path, text: str) -> None:
    """Write the file beside a roster, whole or not at all."""
    atomic_write(path, text.encode())
