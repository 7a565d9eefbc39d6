"""Who wrote a notebook, and when: from its metadata, or from YAML in its first cell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.front_matter import split_front_matter
from prepkit.text import replace_lone_surrogates, shorten

_LONGEST = 80
UNDERSTOOD = frozenset({"author", "authors", "date", "title"})
"""The fields at the top of a notebook that are shown, with its title."""
_NO_DATE = frozenset({"last-modified", "now", "today"})
"""What Quarto puts a date in for."""


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a notebook, and when."""

    authors: tuple[str, ...] = ()
    day: date | None = None
    """If the notebook states a date in a form that can be read."""
    written: str = ""
    """The date as the notebook states it, if it can't."""


def byline(nb: Mapping[str, Any]) -> Byline:
    """Return the byline of a notebook; metadata counts before YAML."""
    metadata = mapping(nb.get("metadata"))
    authors = _names(metadata)
    when = metadata.get("date")
    if not authors or not when:
        front = _front_matter(nb)
        authors = authors or _names(front)
        when = when or front.get("date")
    day = _day(when)
    written = "" if day or not isinstance(when, str) or when in _NO_DATE else _line(when)
    return Byline(authors, day, written)


def _names(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value = fields.get("authors") or fields.get("author")
    all_of = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(filter(None, (name for each in all_of for name in _name(each)))))


def _name(value: Any) -> Iterator[str]:
    """Yield the name in an entry: a text, or a mapping as Jupyter and Quarto have it."""
    if isinstance(value, str):
        yield _line(value)
    elif isinstance(name := mapping(value).get("name"), str):
        yield _line(name)
    elif isinstance(literal := mapping(name).get("literal"), str):
        yield _line(literal)
    elif parts := [part for key in ("given", "family") if (part := mapping(name).get(key))]:
        yield _line(" ".join(map(str, parts)))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _line(text: str) -> str:
    return shorten(" ".join(replace_lone_surrogates(text).split()), _LONGEST)


def _front_matter(nb: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields between two ``---`` in the first cell; none if they can't be read."""
    first = mapping(next(iter(sequence(nb.get("cells"))), None))
    if first.get("cell_type") == "code":
        return {}
    return split_front_matter(joined(first.get("source")))[0]
