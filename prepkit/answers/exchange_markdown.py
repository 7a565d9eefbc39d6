"""The current texts of answers as Markdown: to read, to print, and to change in an editor.

There is one section per question and one subsection per field. Texts are block quotes, so that
nothing in them can be taken for a heading.
"""

from __future__ import annotations

from collections.abc import Mapping

from prepkit.answers.exchange import ExchangeError, found_text, is_question_id
from prepkit.errors import Problems
from prepkit.forms import FORMS
from prepkit.text import did_you_mean

_TITLES = {part.name: part.title for form in FORMS.values() for part in form.parts}
_TITLES["key_points"] = "Key points"
_FIELDS = {title: name for name, title in _TITLES.items()}


def to_markdown(texts: Mapping[str, Mapping[str, str]]) -> str:
    """Return a page with the current texts, by question id and field."""
    lines = ["# Answers", ""]
    for question, fields in texts.items():
        lines += [f"## {question}", ""]
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
    page = _MarkdownPage()
    for number, line in enumerate(lines, start=1):
        if problem := page.read(line, is_first=number == 1):
            page.problems.add_error(problem, where=f"line {number}")
    page.problems.raise_any()
    return {
        question: {name: "\n".join(quoted) for name, quoted in fields.items()}
        for question, fields in page.answers.items()
    }


class _MarkdownPage:
    """A page of answers that is read line by line."""

    def __init__(self) -> None:
        self.problems = Problems(error=ExchangeError)
        self.answers: dict[str, dict[str, list[str]]] = {}
        self._fields: dict[str, list[str]] = {}
        """The fields of the question that is being read."""
        self._quote: list[str] | None = None
        """The lines of the text that is being read; None before the heading of a part."""

    def read(self, line: str, *, is_first: bool) -> str:
        """Read one line, and return what is wrong with it; an empty text if nothing is."""
        if is_first:
            right = line.rstrip() == "# Answers"
            return "" if right else f"expected '# Answers', found {found_text(line)}"
        if line.startswith("### "):
            return self._begin_field(line)
        if line.startswith("## "):
            return self._begin_question(line)
        if line == ">" or line.startswith("> "):
            if self._quote is None:
                return "a text needs a heading, such as '### Situation'"
            self._quote.append(line[2:])
            return ""
        if line.strip():
            return f"each line of a text starts with '> ', found {found_text(line)}"
        return ""

    def _begin_question(self, line: str) -> str:
        self._fields, self._quote = {}, None
        question = line[3:].strip()
        if question in self.answers:
            return f"{question} appears twice; merge its sections"
        self.answers[question] = self._fields
        if is_question_id(question):
            return ""
        return f"expected the id of a question, found {found_text(line)}"

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
