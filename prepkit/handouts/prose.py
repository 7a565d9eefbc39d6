"""Markdown -> blocks: a notebook's cells, the bank's texts, and what a candidate typed."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from prepkit.handouts.blocks import Block, Find, Notice, Said, blocks_of
from prepkit.handouts.inline import Inline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# markdown-it drops what nests deeper than its limit; Python's own limit is an error instead.
_ANY_DEPTH = 1_000_000


def cell_blocks(source: str, find: Find, notice: Notice, said: Said = list) -> list[Block]:
    """Return the blocks of a Markdown cell.

    That is CommonMark with tables, task lists, strikethrough, definition lists, footnotes, maths
    and HTML.
    """
    return blocks_of(_rendered(_cell_parser(), source, notice), find, notice, said)


def latex_blocks(source: str, find: Find, notice: Notice, said: Said = list) -> list[Block]:
    r"""Return the blocks of an output's LaTeX: formulas in ``$``, ``$$``, ``\(``, ``\[``, text.

    LaTeX without any of these is one formula.
    """
    dollars = re.sub(r"(?<!\\)\\\[(.*?)\\\]", r"$$\1$$", source, flags=re.DOTALL)
    dollars = re.sub(r"(?<!\\)\\\((.*?)\\\)", r"$\1$", dollars, flags=re.DOTALL).strip()
    # SymPy and IPython's Latex and Math put a formula that stands by itself in single dollars.
    alone = re.fullmatch(r"\$(?:\\displaystyle)?([^$]+)\$", dollars)
    if alone:
        dollars = f"$${alone.group(1).strip()}$$"
    elif "$" not in dollars and not dollars.startswith("\\begin"):
        dollars = f"$${dollars}$$"
    return blocks_of(_rendered(_latex_parser(), dollars, notice), find, notice, said)


def bank_blocks(text: str) -> list[Block]:
    """Return the blocks of a text of the question bank: Markdown without HTML and maths."""
    return blocks_of(_rendered(bank_parser(), text, _unheard), _no_picture, _unheard)


def bank_inline(text: str) -> list[Inline]:
    """Return a text of the question bank that is one line, such as a question."""
    content: list[Inline] = []
    for block in bank_blocks(" ".join(text.split())):
        content.extend(block.get("c", []))
    # A line that Markdown reads as something else than a paragraph is printed as it stands.
    return content if content and all(_is_inline(part) for part in content) else [text]


def answer_blocks(text: str, notice: Notice) -> list[Block]:
    """Return the blocks of what a candidate typed: every word, line by line.

    Lists, ``**bold**``, ``code`` and fenced code are set as such, lists with the numbers that
    were typed; nothing else is taken for markup, so that ``$5 and $10``, ``__init__`` or ``<T>``
    are printed as they stand.
    """
    return blocks_of(_rendered(_answer_parser(), text, notice), _no_picture, notice)


def _rendered(parser: MarkdownIt, text: str, notice: Notice) -> str:
    """Return the HTML of `text`; as it stands where it nests too deep to be read."""
    try:
        html: str = parser.render(text)
    except RecursionError:
        notice("the text nests too deep for Markdown; printed as it stands")
        return f"<pre>{escape(text)}</pre>"
    return html


def _is_inline(part: Inline) -> bool:
    return isinstance(part, str) or part["t"] not in ("paragraph", "list", "quote")


def _no_picture(source: str, alt: str, width: float | None) -> Block | None:
    return None


def _unheard(notice: str) -> None:
    """Take a notice that cannot arise: such a text holds no HTML."""


@cache
def _cell_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _ANY_DEPTH}).enable(["table", "strikethrough"])
    parser.use(tasklists_plugin)
    parser.use(deflist_plugin)
    # Kept where they stand: what nobody refers to would be dropped on the way to the end.
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.add_render_rule(
        "footnote_ref", _rule(lambda note: f"<x-note label='{_note_label(note)}'></x-note>")
    )
    parser.add_render_rule(
        "footnote_reference_open", _rule(lambda note: f"<x-note-text label='{_note_label(note)}'>")
    )
    parser.add_render_rule("footnote_reference_close", _rule(lambda _: "</x-note-text>"))
    return _with_maths(parser)


@cache
def _latex_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return _with_maths(MarkdownIt("zero", {"breaks": True}).enable("newline"))


def _with_maths(parser: MarkdownIt) -> MarkdownIt:
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
    parser.use(amsmath_plugin)
    parser.add_render_rule(
        "math_inline",
        _rule(lambda formula: f"<x-math-inline>{escape(formula.content)}</x-math-inline>"),
    )
    for rule in ("math_inline_double", "math_block", "amsmath"):
        parser.add_render_rule(
            rule, _rule(lambda formula: f"<x-math>{escape(formula.content)}</x-math>")
        )
    return parser


def _rule(html: Callable[[Token], str]) -> Callable[..., str]:
    """Return the render rule that writes `html` of the token at hand."""

    def render(
        self: RendererHTML,
        tokens: Sequence[Token],
        index: int,
        options: OptionsDict,
        env: EnvType,
    ) -> str:
        return html(tokens[index])

    return render


def _note_label(token: Token) -> str:
    return escape(token.meta["label"])


@cache
def bank_parser() -> MarkdownIt:
    """Return the parser of the question bank's texts: no HTML, no pictures, round quotes."""
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
