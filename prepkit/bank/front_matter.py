"""The front matter of a question file: category, kind and tags, as YAML between two ``---``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import field_validator

from prepkit.bank.blocks import heading_mark
from prepkit.bank.source_map import SourceMap, read_yaml, validate
from prepkit.errors import Problems
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.records import Record, Slug, Text
from prepkit.text import join_quoted

_FENCE = "---"
_NOT_CLOSED = "the front matter isn't closed: put a line '---' before the title"

RENAMED_KINDS: Mapping[str, Kind] = {"situational": "case"}
"""Kinds as earlier versions called them, and what they are called now."""


class FrontMatter(Record):
    """The fields above the title of a question file."""

    category: Text
    kind: Kind = KINDS[0]
    tags: tuple[Slug, ...] = ()

    @field_validator("kind", mode="before")
    @classmethod
    def _is_not_renamed(cls, kind: object) -> object:
        if renamed := RENAMED_KINDS.get(str(kind)):
            titles = join_quoted([part.title for part in FORMS[renamed].parts])
            raise ValueError(f"the kind '{kind}' is now called '{renamed}'; its parts are {titles}")
        return kind


def read_front_matter(
    lines: Sequence[str], category: str, source: SourceMap, problems: Problems
) -> tuple[dict[str, Any], int]:
    """Read the front matter.

    Parameters
    ----------
    lines : sequence of str
        The whole file.
    category : str
        The slug that the file must name, which is the name of its folder.
    source : SourceMap
        Gets the line of each value.
    problems : Problems
        Gets every problem.

    Returns
    -------
    fields : dict
        Kind and tags. There is no kind if the file's is unknown: then its parts can't be checked.
    end : int
        How many lines the front matter takes.
    """
    if lines[0].rstrip() != _FENCE:
        begin = f"begin the file with the lines '---', 'category: {category}' and '---'"
        problems.add_error(f"the front matter is missing: {begin}", line=1)
        return {}, 0
    end, closed = _end(lines)
    if not closed:
        problems.add_error(_NOT_CLOSED, line=1)
        return {}, end
    before = len(problems)
    data = read_yaml("\n".join(lines[1:end]), source, problems, first_line=2)
    if len(problems) > before:
        return {}, end + 1
    front = validate(FrontMatter, {} if data is None else data, source, problems)
    if front is None:
        kind = data.get("kind", KINDS[0]) if isinstance(data, dict) else None
        return {"kind": kind} if kind in KINDS else {}, end + 1
    if front.category != category:
        message = (
            f"the category is '{front.category}', but the file is in the folder '{category}';"
            " change one of them"
        )
        problems.add_error(message, line=source.line_of(("category",)))
    return {"kind": front.kind, "tags": front.tags}, end + 1


def _end(lines: Sequence[str]) -> tuple[int, bool]:
    """Return where the front matter ends, and whether it is closed there."""
    # A line that begins with one '#' may be a YAML comment; one with '##' is a section's heading.
    title = len(lines)
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return index, True
        if mark := heading_mark(line):
            title = min(title, index)
            if mark != "#":
                break
    return title, False
