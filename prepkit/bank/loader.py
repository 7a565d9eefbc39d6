"""The files of a question bank -> records, or one error that lists every problem of every file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from prepkit.bank.parse import parse_with_lines
from prepkit.bank.source_map import Place, YamlLines, line_at, read_yaml
from prepkit.errors import BankError, Problem
from prepkit.records import SLUG, Ask, Category, Company, Question, Record, Value
from prepkit.text import did_you_mean, join_quoted

_FILE_NAME = re.compile(rf"(\d\d)-{SLUG.pattern}\.md")
_Record = TypeVar("_Record", bound=Record)


class Records(NamedTuple):
    """What a bank's folder holds."""

    questions: dict[str, Question]
    """By id, in the order of categories.yaml and of the numbers."""
    categories: tuple[Category, ...]
    companies: tuple[Company, ...]


class Placed(NamedTuple):
    """A question with its file, and the line of each of its parts in it."""

    question: Question
    path: Path
    lines: Mapping[Place, int]

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem of the part at `place`, such as ``("tips", 0)``."""
        return Problem(self.path, line_at(self.lines, place), message)


def read_folder(folder: Path) -> Records:
    """Read a question bank.

    Parameters
    ----------
    folder : Path
        Holds questions/<category>/<nn>-<slug>.md, categories.yaml and companies.yaml.

    Returns
    -------
    Records

    Raises
    ------
    BankError
        With every problem, its file and line, and what would be right.
    """
    return _Reader(folder).read()


def read_placed(folder: Path) -> tuple[Records, tuple[Placed, ...]]:
    """Read a question bank as `read_folder` does, with the place of every question."""
    reader = _Reader(folder)
    return reader.read(), tuple(reader.placed)


def read_categories(folder: Path) -> tuple[Category, ...]:
    """Read categories.yaml of a bank that may be unfinished; nothing where it isn't there yet."""
    return _read_list(folder, "categories.yaml", Category, "slug")


def read_companies(folder: Path) -> tuple[Company, ...]:
    """Read companies.yaml of a bank that may be unfinished; nothing where it isn't there yet."""
    return _read_list(folder, "companies.yaml", Company, "name")


def read_words(folder: Path) -> frozenset[str]:
    """Read words.txt: right words that dictionaries lack, one a line; '#' begins a comment."""
    reader = _Reader(folder)
    path = folder / "words.txt"
    text = reader.text(path) if path.exists() else ""
    if text is None:
        raise BankError(reader.problems)
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(line.casefold() for line in lines if line)


def _read_list(folder: Path, name: str, kind: type[_Record], key: str) -> tuple[_Record, ...]:
    reader = _Reader(folder)
    records = reader.records(name, kind, key) if (folder / name).exists() else {}
    if records is None:
        raise BankError(reader.problems)
    return tuple(records.values())


class _Reader:
    """Reads one folder, and collects every problem before anything is raised."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        """The line of each category's and company's entry."""
        self.placed: list[Placed] = []

    def refuse(self, path: Path, line: int, message: str) -> None:
        self.problems.append(Problem(path, line, message))

    def read(self) -> Records:
        """Read everything; raise one error for all problems."""
        root = self.folder / "questions"
        if not root.is_dir():
            what = "no folder 'questions' in it" if self.folder.exists() else "no such folder"
            needed = "a bank is a folder with questions/, categories.yaml and companies.yaml"
            self.refuse(self.folder, 0, f"{what}; {needed}")
            raise BankError(self.problems)
        categories = self.records("categories.yaml", Category, "slug")
        companies = self.records("companies.yaml", Company, "name")
        questions: dict[str, Question] = {}
        for path in self.category_folders(root, categories):
            questions.update(self.questions(path, companies))
        if self.problems or categories is None or companies is None:
            raise BankError(self.problems)
        return Records(questions, tuple(categories.values()), tuple(companies.values()))

    def text(self, path: Path) -> str | None:
        """Return the text of a file; None, with a problem, where there is none to be had."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            self.refuse(path, 0, "no such file")
            return None
        except OSError as error:
            self.refuse(path, 0, f"it can't be read: {error.strerror}")
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.refuse(path, line, "not UTF-8 text; save the file in the encoding UTF-8")
            return None

    def records(self, name: str, kind: type[_Record], key: str) -> dict[str, _Record] | None:
        """Read a YAML file that is a list of records; None where it has a problem."""
        path = self.folder / name
        text = self.text(path)
        if text is None:
            return None
        before = len(self.problems)
        found = read_yaml(text, path)
        self.problems.extend(found.problems)
        if found.problems:
            return None
        if not isinstance(found.data, list):
            self.refuse(path, 1, f"the file must be a list: '- {key}: …' begins each entry")
            return None
        records: dict[str, _Record] = {}
        for index, item in enumerate(found.data):
            record = self.record(item, index, kind, found)
            if record is None:
                continue
            line, word = found.line_of((index,)), str(getattr(record, key))
            if word.casefold() in {known.casefold() for known in records}:
                self.refuse(path, line, f"the {key} '{word}' is there twice")
            records[word] = record
            self.lines[word] = line
        return records if len(self.problems) == before else None

    def record(
        self, item: object, index: int, kind: type[_Record], found: YamlLines
    ) -> _Record | None:
        try:
            return kind.model_validate(item)
        except ValidationError as error:
            for part in error.errors():
                self.refuse(found.path, found.line_of((index, *part["loc"])), _plain(part, kind))
            return None

    def category_folders(self, root: Path, categories: dict[str, Category] | None) -> list[Path]:
        """Return the folders of questions, in the order of categories.yaml."""
        found: dict[str, Path] = {}
        for path in sorted(root.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_dir():
                found[path.name] = path
            else:
                self.refuse(path, 0, "a question file belongs in the folder of its category")
        if categories is None:
            return list(found.values())
        for name in found:
            if name not in categories:
                near = did_you_mean(name, categories)
                self.refuse(found[name], 0, f"categories.yaml has no category '{name}'{near}")
        for name in categories:
            if name not in found:
                path = self.folder / "categories.yaml"
                self.refuse(path, self.lines[name], f"the category '{name}' has no questions")
        order = list(categories)
        return [found[name] for name in order if name in found] + [
            path for name, path in found.items() if name not in categories
        ]

    def questions(self, folder: Path, companies: dict[str, Company] | None) -> dict[str, Question]:
        """Read the questions of one category, in the order of their numbers."""
        numbers: dict[int, Path] = {}
        questions: dict[str, Question] = {}
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            match = _FILE_NAME.fullmatch(path.name)
            number = int(match[1]) if match else 0
            if not number:
                self.refuse(
                    path,
                    0,
                    "a question file's name must be two digits from 01, a hyphen, words in lower"
                    " case joined by hyphens, and .md: '06-scaling-a-system.md'",
                )
                continue
            if number in numbers:
                self.refuse(
                    path, 0, f"the number {number:02d} is taken by '{numbers[number].name}'"
                )
            numbers[number] = path
            question = self.question(path, number, companies)
            if question is not None:
                questions[question.id] = question
        if not numbers:
            self.refuse(folder, 0, "the category has no questions")
        missing = [f"{one:02d}" for one in range(1, max(numbers, default=0)) if one not in numbers]
        if missing:
            self.refuse(
                folder,
                0,
                f"the numbering has a gap: {', '.join(missing)} missing before {max(numbers):02d}",
            )
        return questions

    def question(
        self, path: Path, number: int, companies: dict[str, Company] | None
    ) -> Question | None:
        text = self.text(path)
        if text is None:
            return None
        try:
            question, lines = parse_with_lines(text, path, category=path.parent.name, number=number)
        except BankError as error:
            self.problems.extend(error.problems)
            return None
        placed = Placed(question, path, lines)
        self.placed.append(placed)
        for index, ask in enumerate(question.asks):
            if companies is not None:
                self.check_ask(placed, index, ask, companies)
        return question

    def check_ask(
        self, placed: Placed, index: int, ask: Ask, companies: Mapping[str, Company]
    ) -> None:
        """Refuse a company or value that companies.yaml lacks."""
        company = companies.get(ask.company)
        if company is None:
            near = did_you_mean(ask.company, companies)
            message = f"companies.yaml has no company '{ask.company}'{near}"
            self.problems.append(placed.problem(("asks", index), message))
            return
        values = [value.name for value in company.values]
        if ask.value is not None and ask.value not in values:
            known = f"its values are {join_quoted(values)}" if values else "it has no values there"
            near = did_you_mean(ask.value, values) or f"; {known}"
            what = f"no value '{ask.value}' of {ask.company}"
            message = f"companies.yaml has {what}{near}"
            self.problems.append(placed.problem(("asks", index), message))


def _plain(part: Any, kind: type[Record]) -> str:
    """Return one part of a ValidationError in the words of the file's author."""
    place = part["loc"]
    name = str(place[-1]) if place else ""
    given = f"'{part['input']}'"
    match part["type"]:
        case "missing":
            return f"'{name}: …' is missing"
        case "extra_forbidden":
            fields = list((Value if "values" in place else kind).model_fields)
            hint = did_you_mean(name, fields) or f"; known are {join_quoted(fields)}"
            return f"unknown key '{name}'{hint}"
        case "string_pattern_mismatch" if name == "source_url":
            return f"{name} must be a whole address that begins with 'https://', not {given}"
        case "string_pattern_mismatch":
            return f"{name} must be made of small letters, digits and single hyphens, not {given}"
        case "literal_error":
            return f"{name} must be {part['ctx']['expected']}, not {given}"
        case "value_error":
            return str(part["ctx"]["error"])
        case "date_from_datetime_parsing" | "date_parsing" | "date_from_datetime_inexact":
            return f"{name} must be a date such as 2026-01-31, not {given}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "this must be lines such as 'name: …'"
        case "string_type" | "string_too_short":
            return f"'{name}: …' has no text"
        case _:
            return f"{name}: {part['msg']}"
