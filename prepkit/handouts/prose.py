"""The bank's texts, and what a candidate typed -> blocks."""

from __future__ import annotations

from collections.abc import Callable

from prepkit.handouts.blocks import Block, blocks_of
from prepkit.handouts.inline import Inline
from prepkit.handouts.notices import Notice
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.markdown import TooDeepError, bank_html, typed_html


def bank_blocks(text: str) -> list[Block]:
    """Return the blocks of a text of the question bank: Markdown without HTML and maths."""
    return _blocks(bank_html, text, _unheard)


def bank_inline(text: str) -> list[Inline]:
    """Return a text of the question bank that is one line, such as a question."""
    content: list[Inline] = []
    for block in bank_blocks(" ".join(text.split())):
        content.extend(block.get("c", []))
    # A line that Markdown doesn't read as a paragraph is printed unchanged.
    return content if content and all(_is_inline(part) for part in content) else [text]


def answer_blocks(text: str, notice: Notice) -> list[Block]:
    """Return the blocks of what a candidate typed: see `prepkit.notebook.markdown.typed_html`."""
    return _blocks(typed_html, text, notice)


def _blocks(render: Callable[[str], str], text: str, notice: Notice) -> list[Block]:
    try:
        html = render(text)
    except TooDeepError as error:
        notice(f"{error}; printed as it was typed")
        html = error.html
    return blocks_of(parse_html(html), notice)


def _is_inline(part: Inline) -> bool:
    return isinstance(part, str) or part["t"] not in ("paragraph", "list", "quote")


def _unheard(text: str, *, for_author: bool = False) -> None:
    """Ignore notices: the bank's texts have no HTML, so there are none."""
