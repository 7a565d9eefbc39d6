"""The current texts of answers as Markdown: to read, to print, and to change in an editor.

There is one section per question and one subsection per field. Texts are block quotes, so that
nothing in them can be taken for a heading::

    # Answers

    ## Tell me about a time you had to scale a system.

    Question: technical-leadership/06

    ### Situation

    > At our last big sale, web shops waited twenty minutes for their orders.

A page may go on with the headings ``# Stories`` and ``# Debriefs``: what follows is for readers
only, and isn't read.

The title of a question is for readers. What counts is the line with its id, so that a title may be
changed in the bank or in the file. Where no section has such a line, as in the files of before, the
headings are the ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prepkit.answers.exchange import ExchangeError, found_text, is_question_id
from prepkit.errors import Problems
from prepkit.forms import FORMS
from prepkit.text import did_you_mean

_TITLES = {part.name: part.title for form in FORMS.values() for part in form.parts}
_TITLES["key_points"] = "Key points"
_FIELDS = {title: name for name, title in _TITLES.items()}
_ID = "Question:"
TO_READ_ONLY = {"# Stories": "stories", "# Debriefs": "debriefs"}
"""Headings that end what is read: texts are quoted, so no line of a text can look like one."""


def to_markdown(
    texts: Mapping[str, Mapping[str, str]], titles: Mapping[str, str] | None = None
) -> str:
    """Return a page with the current texts, by question id and field.

    Parameters
    ----------
    texts
        The current texts, by question id and field.
    titles
        The questions themselves, by id, for the headings. A question that isn't there has its id as
        its heading. With None, all have.
    """
    lines = ["# Answers", ""]
    for question, fields in texts.items():
        if titles is None:
            lines += [f"## {question}", ""]
        else:
            title = " ".join(titles.get(question, "").split()) or question
            lines += [f"## {title}", "", f"{_ID} {question}", ""]
        for name, text in fields.items():
            lines += [f"### {_TITLES[name]}", ""]
            lines += [f"> {line}" if line else ">" for line in text.split("\n")]
            lines.append("")
    return "\n".join(lines)


def from_markdown(text: str) -> dict[str, dict[str, str]]:
    """Return the texts of a page, by question id and field.

    Raises
    ------
    ExchangeError
        With all problems, each with its line.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].endswith("\r"):  # an editor has changed every line end
        lines = [line.removesuffix("\r") for line in lines]
    ends = (number for number, line in enumerate(lines) if line.rstrip() in TO_READ_ONLY)
    lines = lines[: next(ends, len(lines))]
    page = _MarkdownPage(_ids_below_headings(lines))
    for number, line in enumerate(lines, start=1):
        if problem := page.read(line, number):
            page.problems.add_error(problem, where=f"line {number}")
    page.problems.raise_any()
    return {
        question: {name: "\n".join(quoted) for name, quoted in fields.items()}
        for question, fields in page.answers.items()
    }


def unread_in(text: str) -> tuple[str, ...]:
    """Return what else stands on a page, to read only, such as ``stories``."""
    lines = {line.rstrip() for line in text.split("\n")}
    return tuple(noun for heading, noun in TO_READ_ONLY.items() if heading in lines)


def _ids_below_headings(lines: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Return the lines with ids: for the number of a heading, that of its line, and the id."""
    found: dict[int, tuple[int, str]] = {}
    heading = 0
    for number, line in enumerate(lines, start=1):
        if heading and line.startswith(_ID):
            found[heading] = number, line.removeprefix(_ID).strip()
        if line.strip():
            heading = number if line.startswith("## ") else 0
    return found


class _MarkdownPage:
    """A page of answers that is read line by line."""

    def __init__(self, ids: Mapping[int, tuple[int, str]]) -> None:
        self._ids = ids
        """By the number of a heading's line: the number of the line with the id, and the id."""
        self._read_ahead = {number for number, _ in ids.values()}
        self.problems = Problems(error=ExchangeError)
        self.answers: dict[str, dict[str, list[str]]] = {}
        self._fields: dict[str, list[str]] = {}
        """The fields of the question that is being read."""
        self._quote: list[str] | None = None
        """The lines of the text that is being read; None before the heading of a part."""

    def read(self, line: str, number: int) -> str:
        """Read one line, and return what is wrong with it; an empty text if nothing is."""
        if number == 1:
            right = line.rstrip() == "# Answers"
            return "" if right else f"expected '# Answers', found {found_text(line)}"
        if line.startswith("### "):
            return self._begin_field(line)
        if line.startswith("## "):
            return self._begin_question(line, number)
        if number in self._read_ahead:
            return ""
        if line == ">" or line.startswith("> "):
            if self._quote is None:
                return "a text needs a heading, such as '### Situation'"
            self._quote.append(line[2:])
            return ""
        if line.strip():
            return f"each line of a text starts with '> ', found {found_text(line)}"
        return ""

    def _begin_question(self, line: str, number: int) -> str:
        self._fields, self._quote = {}, None
        if self._ids and number not in self._ids:
            return (
                "the question's id is missing below this heading: add a line such as"
                f" '{_ID} technical-leadership/06'"
            )
        _, question = self._ids.get(number, (0, line[3:].strip()))
        if question in self.answers:
            return f"{question} appears twice; merge its sections"
        self.answers[question] = self._fields
        if is_question_id(question):
            return ""
        found = f"{_ID} {question}" if self._ids else line
        return f"expected the id of a question, found {found_text(found)}"

    def _begin_field(self, line: str) -> str:
        self._quote = []
        title = line[4:].strip()
        if title not in _FIELDS:
            near = did_you_mean(title, _FIELDS) or "; examples are '### Situation' and '### Task'"
            return f"{found_text(line)} is not a part of an answer{near}"
        if _FIELDS[title] in self._fields:
            return f"{title} appears twice in this answer; keep one"
        self._fields[_FIELDS[title]] = self._quote
        return ""
