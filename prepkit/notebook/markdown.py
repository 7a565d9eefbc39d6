"""Markdown -> HTML: the cells of notebooks, outputs in LaTeX, the bank's texts, typed answers.

Maths becomes ``<x-math>`` or ``<x-math-inline>``: see `CellMaths.write`. The mark of a footnote
becomes ``<x-note>`` and the note ``<x-note-text>``, where it was written; both have the note's
label.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from prepkit.notebook.delimiters import Found, put_back, take_formulas
from prepkit.notebook.equations import CellMaths
from prepkit.notebook.markdown_rules import use_notebook_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# markdown-it silently drops text nested deeper than its limit. With no limit, Python's own limit
# on recursion raises an error instead, so that nothing is lost without a notice.
_ANY_DEPTH = 1_000_000
_MAY_HAVE_FORMULAS = re.compile(r"\$|\\[(\[]|\\begin\s*\{")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>\n?", re.DOTALL)


class TooDeepError(ValueError):
    """A text that is nested too deeply to be read as Markdown."""

    def __init__(self, text: str) -> None:
        super().__init__("the text is nested too deeply for Markdown")
        self.html = f"<pre>{escape(text)}</pre>"
        """The text as it was typed."""


def cell_html(source: str, maths: CellMaths | None = None) -> str:
    """Return a Markdown cell as HTML, including HTML in the cell; nothing is cleaned here.

    The Markdown is CommonMark with tables, task lists, strikethrough, definition lists, footnotes,
    maths, alerts and bare addresses.

    Parameters
    ----------
    source
        The text of the cell.
    maths
        Writes its formulas with what the rest of the notebook defines.

    Raises
    ------
    TooDeepError
        If it is nested too deeply.
    """
    text, formulas = take_formulas(source)
    try:
        parser = _cell_parser()
        env: EnvType = {}
        tokens = parser.parse(text, env)
        for token in tokens:
            if token.type == "html_block":
                token.content, formulas = take_formulas(token.content, "html", formulas)
        html: str = parser.renderer.render(tokens, parser.options, env)
    except RecursionError:
        raise TooDeepError(source) from None
    return put_back(html, formulas, (maths or CellMaths()).write)


def output_html(html: str, maths: CellMaths) -> str:
    """Return the HTML of an output with its formulas; without any, it is as it was."""
    if not _MAY_HAVE_FORMULAS.search(html) or "tex2jax_ignore" in html:
        return html
    marked, formulas = take_formulas(html, "html")
    return put_back(marked, formulas, maths.write) if formulas else html


def latex_html(source: str, maths: CellMaths | None = None) -> str:
    r"""Return an output's LaTeX: formulas in ``$``, ``$$``, ``\(``, ``\[``, and text.

    LaTeX without any of these is one formula.
    """
    text = source.strip()
    write = (maths or CellMaths()).write
    # SymPy and IPython's Latex and Math put even a formula on its own line in single dollars.
    alone = re.fullmatch(r"\$(?:\\displaystyle)?([^$]+)\$", text)
    if alone or not ("$" in text or re.search(r"(?<!\\)\\(?:[\[(]|begin)", text)):
        tex = alone.group(1).strip() if alone else text
        return write(Found(text, tex, display=True))
    marked, formulas = take_formulas(text, "latex")
    return put_back(_rendered(_latex_parser(), marked), formulas, write)


def bank_html(text: str) -> str:
    """Return a text of the question bank as HTML: Markdown without HTML and maths."""
    return _rendered(_bank_parser(), text)


@lru_cache(maxsize=4096)  # most lines are on several pages
def bank_line(text: str) -> str:
    """Return one line of the question bank, such as a question, as HTML without a paragraph."""
    html = bank_html(" ".join(text.split()))
    alone = _PARAGRAPH.fullmatch(html)
    # A line that Markdown reads as anything but a paragraph is shown as it was typed.
    return alone.group(1) if alone and "<p>" not in alone.group(1) else escape(text)


def typed_html(text: str) -> str:
    """Return what a candidate typed as HTML, keeping every word and every line break.

    Only lists (with the numbers that were typed), ``**bold**``, ``code`` and fenced code are read
    as markup, so that ``$5 and $10``, ``__init__`` and ``<T>`` stay as they are.
    """
    return _rendered(_answer_parser(), text)


def _rendered(parser: MarkdownIt, text: str) -> str:
    try:
        html: str = parser.render(text)
    except RecursionError:
        raise TooDeepError(text) from None
    return html


@cache
def _cell_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _ANY_DEPTH}).enable(["table", "strikethrough"])
    parser.use(tasklists_plugin)
    parser.use(deflist_plugin)
    use_notebook_rules(parser)
    # Footnotes stay where they are: moving them to the end would drop those without a mark.
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    for rule, html in {
        "footnote_ref": "<x-note label='{}'></x-note>",
        "footnote_reference_open": "<x-note-text label='{}'>",
        "footnote_reference_close": "</x-note-text>",
    }.items():
        parser.add_render_rule(rule, _written_as(html, lambda note: note.meta.get("label", "")))
    return parser


@cache
def _latex_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero", {"breaks": True}).enable("newline")


def _written_as(html: str, text: Callable[[Token], str]) -> Callable[..., str]:
    """Return a render rule that puts the `text` of the token into `html`."""

    def render(
        self: RendererHTML,
        tokens: Sequence[Token],
        index: int,
        options: OptionsDict,
        env: EnvType,
    ) -> str:
        return html.format(escape(text(tokens[index])))

    return render


@cache
def _bank_parser() -> MarkdownIt:
    """Return the parser for the question bank's texts: no HTML, no pictures, curly quotes."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"typographer": True, "maxNesting": _ANY_DEPTH})
    return parser.enable(["table", "smartquotes"]).disable(["image", "html_inline", "html_block"])


@cache
def _answer_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import emphasis

    def strong_only(state: StateInline, silent: bool) -> bool:
        double = state.src.startswith("**", state.pos)
        return double and emphasis.tokenize(state, silent)

    def keep_what_was_typed(state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "list_item_open" and token.info:
                token.attrSet("value", token.info)
            elif token.type == "fence" and token.info.strip():
                token.content = f"{token.info.strip()}\n{token.content}"
                token.info = ""

    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": _ANY_DEPTH})
    parser.enable(["list", "fence", "newline", "backticks", "emphasis"])
    parser.inline.ruler.at("emphasis", strong_only)
    parser.core.ruler.push("keep_what_was_typed", keep_what_was_typed)
    return parser
