"""The current debriefs as Markdown, to read and to print: the last part of a .md export.

They are not read again: a debrief comes to another computer in a .json file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prepkit.answers.debriefs import Asked, Debrief, KeptDebrief
from prepkit.records import RATING_TITLES
from prepkit.text import format_day

_HEADING = "# Debriefs"
_NOTE = "To read only: the .json export brings debriefs to another computer."


def debriefs_markdown(
    debriefs: Sequence[KeptDebrief], titles: Mapping[str, str] | None = None
) -> str:
    """Return the debriefs with what was asked; empty if there are none.

    Parameters
    ----------
    debriefs
        What `prepkit.answers.debriefs.debriefs_of` returns.
    titles
        The questions themselves, by id; a question that isn't there is named by its id.
    """
    if not debriefs:
        return ""
    lines = [_HEADING, "", _NOTE, ""]
    for kept in debriefs:
        lines += _debrief(kept.debrief, titles or {})
    return "\n".join(lines)


def _debrief(debrief: Debrief, titles: Mapping[str, str]) -> Iterator[str]:
    day = format_day(debrief.day) if debrief.day else ""
    head = (_one_line(debrief.company) or "An interview", _one_line(debrief.round), day)
    yield from (f"## {', '.join(filter(None, head))}", "")
    for asked in debrief.asked:
        yield from _asked(asked, titles)
    if debrief.note.strip():
        yield from ("### The interview as a whole", "", *_quoted(debrief.note))


def _asked(asked: Asked, titles: Mapping[str, str]) -> Iterator[str]:
    known = _one_line(titles.get(asked.question, "")) or asked.question if asked.question else ""
    yield from (f"### {known or 'Asked, and not in the workbook'}", "")
    if asked.rating:
        yield from (f"How it went: {RATING_TITLES[asked.rating]}", "")
    for title, text in (("In your words:", asked.words), ("They probed:", asked.probed)):
        if text.strip():
            yield from (title, "", *_quoted(text))


def _quoted(text: str) -> list[str]:
    return [*(f"> {line}" if line else ">" for line in text.split("\n")), ""]


def _one_line(text: str) -> str:
    return " ".join(text.split())
