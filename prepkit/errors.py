"""Errors that a user can act on, and the one way to collect every problem in what they wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, get_args

from prepkit.text import did_you_mean, pluralize, printable

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_QUOTED = re.compile("'([^']*)'")

Loc = tuple[int | str, ...]
"""Where a value is: keys and positions in lists, outermost first, as in pydantic's `loc`."""


class PrepkitError(Exception):
    """An error that a user can act on; the command line prints its text and nothing else."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what would be right."""

    path: Path | None
    """The file; None if the error's first line names it, or if there is no file."""
    line: int
    """From 1; 0 if the problem is the file itself, or if lines mean nothing in it."""
    message: str
    where: str = ""
    """A place other than a line, in words: ``row 3, column level`` or ``cell 4``."""

    def __str__(self) -> str:
        file = printable(str(self.path), one_line=True) if self.path else ""
        line = f"{file}:{self.line}" if file and self.line else file
        place = ", ".join(part for part in (line, self.where) if part)
        return f"{place}: {self.message}" if place else self.message


class InputError(PrepkitError):
    """Every problem in something that a person wrote, so that all can be fixed in one go.

    Parameters
    ----------
    head
        The first line; ``{count}`` in it is replaced by, for example, ``3 problems``.
    problems
        In the order in which they are listed.
    most
        How many are listed; a last line says how many more there are. None for all.
    """

    def __init__(self, head: str, problems: Iterable[Problem], *, most: int | None = None) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [head.replace("{count}", pluralize(count, "problem"))]
        lines += [f"  {problem}" for problem in self.problems[:most]]
        if most is not None and count > most:
            lines.append(f"  and {count - most:,} more")
        super().__init__("\n".join(lines))


class BankError(InputError):
    """Every problem in every file of a question bank, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("The question bank has {count}:", sorted(problems))


class Problems:
    """Collects problems while something is read, to raise them all as one error at the end.

    Parameters
    ----------
    path
        The file being read; `add_error` may name another.
    error
        The class of that error, such as `BankError`, or what makes it from the problems.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        error: Callable[[Iterable[Problem]], InputError] = BankError,
    ) -> None:
        self.path = path
        self._error = error
        self._found: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add_error(
        self, message: str, *, line: int = 0, where: str = "", path: Path | None = None
    ) -> None:
        """Note a problem in the file being read, or in `path`."""
        self._found.append(Problem(path or self.path, line, message, where))

    def add_validation(
        self,
        error: ValidationError,
        *,
        say: Callable[[ErrorDetails], str],
        line_of: Callable[[Loc], int] | None = None,
        where_of: Callable[[Loc], str] | None = None,
    ) -> None:
        """Note each part of a pydantic error: `say` gives the text, the others the place."""
        parts = error.errors()
        within = {part["loc"][:end] for part in parts for end in range(len(part["loc"]))}
        for part in parts:
            loc = part["loc"]
            if part["type"] == "too_short" and loc in within:
                continue  # the list is too short only because of the wrong items in it
            self.add_error(
                say(part),
                line=line_of(loc) if line_of else 0,
                where=where_of(loc) if where_of else "",
            )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems that another reader has found."""
        self._found.extend(problems)

    def raise_any(self) -> None:
        """Raise one error with all problems noted so far; do nothing if there are none."""
        if self._found:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise one error with all problems noted so far."""
        raise self._error(self._found)


def explain(part: ErrorDetails, kind: type[BaseModel]) -> str:
    """Return one part of a ValidationError of `kind`, in words for the author of the file."""
    loc = part["loc"]
    name = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    given = f"'{part['input']}'"
    match part["type"]:
        case "missing":
            return f"'{name}: …' is missing"
        case "extra_forbidden":
            known = list(_model_at(kind, loc[:-1]).model_fields)
            return f"unknown key '{name}'{did_you_mean(name, known, otherwise='the keys are')}"
        case "string_pattern_mismatch" if name.endswith("_url"):
            return f"{name} must be a full address that starts with 'https://', not {given}"
        case "string_pattern_mismatch":
            return (
                f"{name} must be made of lowercase letters, digits and single hyphens, not {given}"
            )
        case "literal_error":
            known = _QUOTED.findall(part["ctx"]["expected"])
            near = did_you_mean(str(part["input"]), known)
            return f"{name} must be {part['ctx']['expected']}, not {given}{near}"
        case "value_error":
            return str(part["ctx"]["error"])
        case "date_from_datetime_parsing" | "date_parsing" | "date_from_datetime_inexact":
            return f"{name} must be a date such as 2026-01-31, not {given}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "this must be lines such as 'name: …'"
        case "tuple_type" | "list_type" | "too_short":
            return f"{name} must be a list, such as [one, two]"
        case "string_type" | "string_too_short":
            return f"'{name}: …' has no text"
        case _:
            return f"{name}: {part['msg']}"


def _model_at(kind: type[BaseModel], loc: Loc) -> type[BaseModel]:
    """Return the model that `loc` leads to from `kind`, through lists of models."""
    for step in loc:
        if isinstance(step, str) and step in kind.model_fields:
            inner = get_args(kind.model_fields[step].annotation)
            kind = next((one for one in inner if hasattr(one, "model_fields")), kind)
    return kind
