"""Code in colours on a page."""

from __future__ import annotations

from functools import cache
from typing import Any

from prepkit.notebook.html_tree import Node


def fence_language(pre: Node) -> str:
    """Return the language of the code in a ``<pre>``; an empty text if it names none."""
    code = pre.elements()
    classes = code[0].classes if len(code) == 1 and code[0].tag == "code" else []
    named = (name for name in classes if name.startswith("language-"))
    return next(named, "").removeprefix("language-")


def highlighted(source: str, language: str) -> str:
    """Return code as a ``<div>`` with the classes of Pygments' colours."""
    from pygments import highlight

    lexer, formatter = _highlighter(language)
    return str(highlight(source, lexer, formatter))


@cache
def _highlighter(language: str) -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = TextLexer()
    return lexer, HtmlFormatter(nowrap=False, cssclass="highlight")
