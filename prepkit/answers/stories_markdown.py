"""The current stories as Markdown, to read and to print: the last part of a .md export.

It is not read again: a story comes to another computer in a .json file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prepkit.answers.exchange import Export, current_text
from prepkit.answers.kinds import REMOVED, STORY, TELLING
from prepkit.forms import FORMS

_HEADING = "# Stories"
_NOTE = "To read only: the .json export brings stories to another computer."
_PARTS = FORMS["past-event"].parts


def stories_markdown(export: Export, titles: Mapping[str, str] | None = None) -> str:
    """Return the stories with what they are told for; empty if there are none.

    Parameters
    ----------
    export
        What a store holds.
    titles
        The questions themselves, by id; a question that isn't there is named by its id.
    """
    stories = {
        subject: {name: current_text(value) for name, value in fields.items()}
        for subject, fields in export.beside.get(STORY, {}).items()
    }
    written = {subject: texts for subject, texts in stories.items() if any(texts.values())}
    if not written:
        return ""
    lines = [_HEADING, "", _NOTE, ""]
    for subject, texts in written.items():
        told = {
            question: current_text(value)
            for question, value in export.beside.get(TELLING, {}).get(subject, {}).items()
        }
        lines += _story(texts, told, titles or {})
    return "\n".join(lines)


def _story(
    texts: Mapping[str, str], told: Mapping[str, str], titles: Mapping[str, str]
) -> Iterator[str]:
    yield from (f"## {_one_line(texts.get('title', '')) or 'Untitled story'}", "")
    if texts.get("removed"):
        yield from ("Put away.", "")
    for part in _PARTS:
        if text := texts.get(part.name):
            yield from (f"### {part.title}", "")
            yield from (f"> {line}" if line else ">" for line in text.split("\n"))
            yield ""
    if tags := _one_line(texts.get("tags", "")):
        yield from (f"Tags: {tags}", "")
    lines = [
        f"- {_one_line(titles.get(question, '')) or question}{_dwell(line)}"
        for question, line in told.items()
        if line != REMOVED
    ]
    if lines:
        yield from ("### Questions it answers", "", *lines, "")


def _dwell(line: str) -> str:
    line = _one_line(line)
    return f" (dwell on: {line})" if line else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
