"""The front matter of a question file: category, kind and tags, as YAML between two ``---``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prepkit.bank.blocks import heading_mark
from prepkit.bank.source_map import SourceMap, read_yaml
from prepkit.errors import Problems
from prepkit.records import FORMS, KINDS, SLUG, Kind
from prepkit.text import did_you_mean, join_quoted

_KEYS = ("category", "kind", "tags")
_FENCE = "---"
_NOT_CLOSED = "the front matter isn't closed: put a line '---' before the title"

RENAMED_KINDS: Mapping[str, Kind] = {"situational": "case"}
"""Kinds of former versions, and what they are called now."""


def read_front_matter(
    lines: Sequence[str], category: str, source: SourceMap, problems: Problems
) -> tuple[dict[str, Any], int]:
    """Read the front matter.

    Parameters
    ----------
    lines : sequence of str
        The whole file.
    category : str
        The slug that the file must name: that of its folder.
    source, problems
        Take the lines of the values, and what is wrong.

    Returns
    -------
    fields : dict
        Kind and tags. Without a kind where it isn't a known one, so that nothing is said of parts
        which it may well have.
    end : int
        How many lines the front matter takes.
    """
    if lines[0].rstrip() != _FENCE:
        begin = f"begin with '---', 'category: {category}', '---'"
        problems.add_error(f"front matter is missing: {begin}", line=1)
        return {}, 0
    end, closed = _end(lines)
    if not closed:
        problems.add_error(_NOT_CLOSED, line=1)
        return {}, end
    before = len(problems)
    data = read_yaml("\n".join(lines[1:end]), source, problems, first_line=2)
    if len(problems) > before:
        return {}, end + 1
    if not isinstance(data, dict | None):
        problems.add_error(f"front matter is made of lines such as 'category: {category}'", line=2)
        return {}, end + 1
    return _fields(data or {}, category, source, problems), end + 1


def _end(lines: Sequence[str]) -> tuple[int, bool]:
    """Return where the front matter ends, and whether it is closed there."""
    # A line that begins with one '#' may be a comment of YAML's; a section's heading can't be.
    title = len(lines)
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return index, True
        if mark := heading_mark(line):
            title = min(title, index)
            if mark != "#":
                break
    return title, False


def _fields(
    data: Mapping[str, object], category: str, source: SourceMap, problems: Problems
) -> dict[str, Any]:
    """Take the known keys, and note what is wrong with any."""
    for key in data:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, otherwise="known are")
            _add(problems, source, key, f"unknown key '{key}' in the front matter{hint}")
    if "category" not in data:
        problems.add_error(f"the front matter lacks 'category: {category}'", line=1)
    elif data["category"] != category:
        given = data["category"] if isinstance(data["category"], str) else ""
        message = f"the category is '{given}', but the folder is '{category}'"
        _add(problems, source, "category", message)
    fields: dict[str, Any] = {"tags": _tags(data.get("tags", []), source, problems)}
    kind = data.get("kind", KINDS[0])
    if kind in KINDS:
        return fields | {"kind": kind}
    if renamed := RENAMED_KINDS.get(str(kind)):
        titles = join_quoted([part.title for part in FORMS[renamed].parts])
        message = f"the kind '{kind}' is '{renamed}' now, and its parts are {titles}"
    else:
        message = f"the kind must be {join_quoted(KINDS, 'or')}"
    _add(problems, source, "kind", message)
    return fields


def _tags(given: object, source: SourceMap, problems: Problems) -> list[str]:
    if not isinstance(given, list):
        _add(problems, source, "tags", "tags are a list: 'tags: [scaling, cost]'")
        return []
    for index, tag in enumerate(given):
        if not isinstance(tag, str) or not SLUG.fullmatch(tag):
            message = f"the tag {tag!r} must be made of small letters, digits and single hyphens"
            problems.add_error(message, line=source.line_of(("tags", index)))
    return given


def _add(problems: Problems, source: SourceMap, key: str, message: str) -> None:
    problems.add_error(message, line=source.line_of((key,)))
