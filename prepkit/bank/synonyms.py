"""synonyms.yaml of a question bank: what people type, for questions that use other words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from prepkit.bank.source_map import YamlLines, read_yaml
from prepkit.errors import BankError, Problem, problems_of
from prepkit.records import Record, Text


class Synonyms(Record):
    """Words that people type, for questions that have other words for the same thing."""

    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Tags, or words that stand next to each other in a question's first line."""
    words: Annotated[tuple[Text, ...], Field(min_length=1)]


def read_synonyms(folder: Path) -> tuple[Synonyms, ...]:
    """Read synonyms.yaml of a question bank; nothing where the bank has none.

    Raises
    ------
    BankError
        With every problem, its line, and what would be right.
    """
    path = folder / "synonyms.yaml"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BankError([Problem(path, 0, f"it can't be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        wrong = "not UTF-8 text; save the file in the encoding UTF-8"
        raise BankError([Problem(path, line, wrong)]) from None
    found = read_yaml(text, path)
    synonyms = () if found.problems else _synonyms(found)
    if found.problems:
        raise BankError(found.problems)
    return synonyms


def _synonyms(found: YamlLines) -> tuple[Synonyms, ...]:
    """Return the entries of a file; its problems go to `found`."""
    if not isinstance(found.data, list):
        found.refuse(1, "the file must be a list: '- of: […]' begins each entry")
        return ()
    synonyms = []
    for index, item in enumerate(found.data):
        if not isinstance(item, dict):
            found.refuse(found.line_of((index,)), "this must be 'of: […]' and 'words: […]'")
            continue
        try:
            synonyms.append(Synonyms.model_validate(item))
        except ValidationError as error:
            problems = problems_of(error)
            inside = {place[:1] for place, _ in problems if place[1:]}
            for place, message in problems:
                if place not in inside:  # a list is short by the items that are wrong in it
                    found.refuse(found.line_of((index, *place)), _plain(place, message))
    return tuple(synonyms)


def _plain(place: tuple[int | str, ...], message: str) -> str:
    """Return one part of a ValidationError in the words of the file's author."""
    name = str(place[0])
    if name not in Synonyms.model_fields:
        return f"unknown key '{name}'; known are 'of' and 'words'"
    if message == "Field required":
        return f"'{name}: […]' is missing"
    return f"'{name}' must be a list of words, such as [outage, downtime]"
