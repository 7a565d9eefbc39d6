"""The files of a question bank -> records, or one error that lists every problem in every file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from prepkit.bank.lists import read_file, read_records
from prepkit.bank.parse import QuestionFile, read_question
from prepkit.bank.source_map import SourceMap
from prepkit.errors import Problems
from prepkit.files import digest
from prepkit.records import SLUG, Category, Company, Question
from prepkit.text import did_you_mean, join_quoted, join_words

_FILE_NAME = re.compile(rf"(\d\d)-{SLUG.pattern}\.md")
_NAME_NEEDED = (
    "a question file's name must be two digits (from 01), a hyphen, lowercase words joined by"
    " hyphens, and .md, such as '06-scaling-a-system.md'"
)

Signature = tuple[tuple[str, int, int], ...]
"""The path, size (bytes) and time (nanoseconds) of each file: differs when a file has changed."""


class Records(NamedTuple):
    """Everything in a bank's folder."""

    files: tuple[QuestionFile, ...]
    """Sorted by category, in the order of categories.yaml, then by number."""
    categories: tuple[Category, ...]
    companies: tuple[Company, ...]
    read: Mapping[str, Question] = MappingProxyType({})
    """The questions by the digest of all that they were made from: to read the folder again."""

    @property
    def questions(self) -> dict[str, Question]:
        """The questions, by id."""
        return {file.question.id: file.question for file in self.files}


def read_folder(folder: Path, known: Mapping[str, Question] = MappingProxyType({})) -> Records:
    """Read a question bank.

    Parameters
    ----------
    folder : Path
        Holds questions/<category>/<nn>-<slug>.md, categories.yaml and companies.yaml.
    known : mapping
        What was `read` there before. A question whose file hasn't changed isn't parsed again, and
        in what is returned, the lines of its values aren't known.

    Returns
    -------
    Records

    Raises
    ------
    BankError
        With every problem: its file and line, what is wrong, and what would be right.
    """
    problems = Problems(folder)
    root = folder / "questions"
    if not root.is_dir():
        what = "it has no folder 'questions'" if folder.exists() else "no such folder"
        needed = "a question bank has questions/, categories.yaml and companies.yaml"
        problems.add_error(f"{what}; {needed}")
        problems.fail()
    listed = SourceMap(folder / "categories.yaml")
    categories = read_records(Category, listed, problems)
    companies = read_records(Company, SourceMap(folder / "companies.yaml"), problems)
    read: dict[str, QuestionFile] = {}
    for path in _category_folders(root, categories, listed, problems):
        read |= _read_category(path, problems, known)
    files = tuple(read.values())
    # Without the list, every company of every question would be reported as unknown.
    if companies is not None:
        _check_asks(files, companies, problems)
    if problems and known:
        return read_folder(folder)  # where the line of each problem is found
    problems.raise_any()
    questions = {made_from: file.question for made_from, file in read.items()}
    return Records(files, categories or (), companies or (), questions)


def _category_folders(
    root: Path,
    categories: Sequence[Category] | None,
    listed: SourceMap,
    problems: Problems,
) -> list[Path]:
    """Return the folders of questions, in the order of categories.yaml."""
    found: dict[str, Path] = {}
    for path in _visible(root):
        if path.is_dir():
            found[path.name] = path
        else:
            message = "this file must be in the folder of a category"
            problems.add_error(message, path=path)
    if categories is None:
        return list(found.values())
    known = [category.slug for category in categories]
    unknown = [name for name in found if name not in known]
    for name in unknown:
        near = did_you_mean(name, known)
        problems.add_error(f"categories.yaml has no category '{name}'{near}", path=found[name])
    for index, name in enumerate(known):
        if name not in found:
            message = f"the category '{name}' has no questions: there is no folder questions/{name}"
            problems.add_error(message, path=listed.path, line=listed.line_of((index,)))
    return [found[name] for name in (*known, *unknown) if name in found]


def _read_category(
    folder: Path, problems: Problems, known: Mapping[str, Question]
) -> dict[str, QuestionFile]:
    """Read the questions of one category, in the order of their numbers, by their digests."""
    numbers: dict[int, Path] = {}
    files: dict[str, QuestionFile] = {}
    for path in _visible(folder):
        match = _FILE_NAME.fullmatch(path.name)
        number = int(match[1]) if match else 0
        if not number:
            problems.add_error(_NAME_NEEDED, path=path)
            continue
        if number in numbers:
            message = f"the number {number:02d} is already used by '{numbers[number].name}'"
            problems.add_error(message, path=path)
        numbers[number] = path
        text = read_file(path, problems)
        if text is None:
            continue
        made_from = digest(folder.name, str(number), text)
        if question := known.get(made_from):
            files[made_from] = QuestionFile(question, SourceMap(path))
        elif file := read_question(text, path, problems, category=folder.name, number=number):
            files[made_from] = file
    if not numbers:
        problems.add_error("this category has no questions", path=folder)
    last = max(numbers, default=0)
    # A gap is usually a lost file: numbers aren't given again, since stored answers use them.
    if missing := [f"{one:02d}" for one in range(1, last) if one not in numbers]:
        gap = f"there is no {join_words(missing, 'or')} before {last:02d}"
        problems.add_error(f"the numbers have a gap: {gap}", path=folder)
    return files


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder, without hidden files, such as an editor's own."""
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]


def _check_asks(
    files: Sequence[QuestionFile], companies: Sequence[Company], problems: Problems
) -> None:
    """Note every company or value in a question that isn't in companies.yaml."""
    known: Mapping[str, list[str]] = {
        company.name: [value.name for value in company.values] for company in companies
    }
    for file in files:
        for index, ask in enumerate(file.question.asks):
            if ask.company not in known:
                lacks = f"company '{ask.company}'{did_you_mean(ask.company, known)}"
            elif ask.value is not None and ask.value not in known[ask.company]:
                values = known[ask.company]
                there = f"its values are {join_quoted(values)}" if values else "it lists none"
                near = did_you_mean(ask.value, values) or f"; {there}"
                lacks = f"value '{ask.value}' for {ask.company}{near}"
            else:
                continue
            problems.extend([file.problem(("asks", index), f"companies.yaml has no {lacks}")])


def signature_of(folder: Path) -> Signature:
    """Return the signature of the bank in `folder`, which differs when a file has changed."""
    found: list[tuple[str, int, int]] = []
    with suppress(OSError):  # reported when the folder is read
        for file in (*_files(folder / "questions"), *os.scandir(folder)):
            stat = file.stat()
            found.append((file.path, stat.st_size, stat.st_mtime_ns))
    return tuple(sorted(found))


def _files(folder: Path | str) -> list[os.DirEntry[str]]:
    """Return the files in a folder and its subfolders, without hidden ones."""
    files: list[os.DirEntry[str]] = []
    for entry in os.scandir(folder):
        if entry.name.startswith("."):
            continue  # not a question; an editor's lock file may be a link to nothing
        if entry.is_dir():
            files += _files(entry.path)
        else:
            files.append(entry)
    return files
