"""The lists of a question bank: its categories, companies and words."""

from __future__ import annotations

from pathlib import Path

from prepkit.bank.source_map import R, SourceMap, read_yaml, validate
from prepkit.errors import Problems
from prepkit.files import UnreadableError, read_text
from prepkit.records import Category, Company


def read_categories(folder: Path) -> tuple[Category, ...]:
    """Read categories.yaml of a bank that may be unfinished; empty if there is no such file."""
    return read_list(folder / "categories.yaml", Category)


def read_companies(folder: Path) -> tuple[Company, ...]:
    """Read companies.yaml of a bank that may be unfinished; empty if there is no such file."""
    return read_list(folder / "companies.yaml", Company)


def read_words(folder: Path) -> frozenset[str]:
    """Read words.txt: words that aren't in the dictionary, one per line; '#' begins a comment."""
    path = folder / "words.txt"
    problems = Problems(path)
    text = read_file(path, problems) if path.exists() else ""
    problems.raise_any()
    lines = (line.partition("#")[0].strip() for line in (text or "").splitlines())
    return frozenset(line.casefold() for line in lines if line)


def read_list(path: Path, kind: type[R]) -> tuple[R, ...]:
    """Read a YAML file that is a list of records; empty if there is no such file.

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    problems = Problems(path)
    found = read_records(kind, SourceMap(path), problems) if path.exists() else ()
    problems.raise_any()
    return found or ()


def read_records(kind: type[R], source: SourceMap, problems: Problems) -> tuple[R, ...] | None:
    """Read a YAML file that is a list of records.

    Parameters
    ----------
    kind : type of Record
        Its first field begins each entry. If that field is a text, it is the record's name, and
        no two records may have the same name (capitals don't count).
    source : SourceMap
        Names the file, and gets the line of every value.
    problems : Problems
        Gets every problem; nothing is raised.

    Returns
    -------
    tuple or None
        None if the file has a problem.
    """
    found = Problems(source.path)
    text = read_file(source.path, found)
    data = None if text is None else read_yaml(text, source, found, numbers=kind.numbers)
    key = next(iter(kind.model_fields))
    records: list[R] = []
    names: set[str] = set()
    if not found and not isinstance(data, list):
        found.add_error(f"the file must be a list: begin each entry with '- {key}: …'", line=1)
    for index, item in enumerate(data if isinstance(data, list) and not found else ()):
        record = validate(kind, item, source, found, loc=(index,))
        if record is None:
            continue
        name = getattr(record, key)
        if isinstance(name, str) and name.casefold() in names:
            line = source.line_of((index,))
            found.add_error(f"the {key} '{name}' appears twice; keep one", line=line)
        names.add(str(name).casefold())  # "amazon" and "Amazon" are one company
        records.append(record)
    problems.extend(found)
    return None if found else tuple(records)


def read_file(path: Path, problems: Problems) -> str | None:
    """Return the text of a file; None, with a problem, if it can't be read."""
    try:
        return read_text(path)
    except UnreadableError as error:
        problems.extend([error.problem])
        return None
