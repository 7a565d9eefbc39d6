"""Markdown as HTML: the texts of the question bank, and the cells of notebooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from prepkit.handouts.mathml import MathsError
from prepkit.handouts.maths import formula
from prepkit.handouts.prose import bank_parser

Notice = Callable[[str], None]

_PARAGRAPH = re.compile(r"<p>(.*?)</p>\n?", re.DOTALL)


def bank_html(text: str) -> str:
    """Return a text of the question bank as HTML: Markdown without HTML and maths."""
    html: str = bank_parser().render(text)
    return html


@lru_cache(maxsize=4096)  # most lines stand on several pages
def bank_line(text: str) -> str:
    """Return a text of the question bank that stands in a line, such as a question, as HTML."""
    html = bank_html(" ".join(text.split()))
    alone = _PARAGRAPH.fullmatch(html)
    # A line that Markdown reads as something else than a paragraph is shown as it stands.
    return alone.group(1) if alone and "<p>" not in alone.group(1) else escape(text)


def sentence(text: str) -> str:
    """Return a text of the bank with a capital letter, as one that stands alone begins."""
    return text[:1].upper() + text[1:]


def cell_html(source: str, notice: Notice) -> str:
    """Return a Markdown cell as HTML, with the HTML that the cell holds; it is not cleaned here.

    That is CommonMark with tables, task lists, strikethrough, definition lists, footnotes and
    maths, which becomes MathML. What can't be read as maths is shown as it was typed, after a
    notice.
    """
    html: str = _cell_parser().render(source, {"notice": notice})
    return html


def latex_html(source: str, notice: Notice) -> str:
    """Return an output's LaTeX, one formula, as MathML."""
    return _maths(source.strip().strip("$"), True, notice)


@cache
def _cell_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(tasklists_plugin)
    parser.use(deflist_plugin)
    parser.use(footnote_plugin)
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
    parser.use(amsmath_plugin)
    for name in ("math_inline", "math_inline_double", "math_block", "amsmath"):
        parser.add_render_rule(name, _render_inline if name == "math_inline" else _render_display)
    return parser


def _render_inline(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return _maths(tokens[index].content, False, env["notice"])


def _render_display(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return _maths(tokens[index].content, True, env["notice"])


def _maths(tex: str, display: bool, notice: Notice) -> str:
    # Imported here: most notebooks hold no formula.
    from latex2mathml.converter import convert

    try:
        formula(tex, display=display)  # latex2mathml lets pass what this refuses
        mathml: str = convert(tex, display="block" if display else "inline")
    except MathsError as error:
        notice(f"the formula {tex if len(tex) < 40 else tex[:37] + '…'} is shown as typed: {error}")
        return f"<code>{escape(tex)}</code>"
    return mathml
