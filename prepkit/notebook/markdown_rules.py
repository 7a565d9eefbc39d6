"""What notebooks write beside CommonMark: alerts, bare addresses, languages, widths of pictures."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from prepkit.notebook.languages import fence_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![\w/@.:-])(?:https?://[^\s<>\"`\ufdd0]+|www\.[\w-]+\.[^\s<>\"`\ufdd0]+)", re.IGNORECASE
)
_AFTER_ADDRESS = re.compile(r"(?:[?!.,:*_~'\";]|&\w+;)+$")
# Beside a picture, as Pandoc and Quarto have it: {#fig-a .wide width=50%}
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s{}\"']+)"
_ONE = rf"(?:[#.][\w:-]+|[\w-]+={_VALUE})"
_ATTRIBUTES = re.compile(rf"\{{(\s*{_ONE}(?:\s+{_ONE})*)\s*\}}")
_ATTRIBUTE = re.compile(rf"([\w-]+)=({_VALUE})")
# What MyST has in fences that is no language: with its word, a text is still read as a warning.
_DIRECTIVE = re.compile(
    r"\{(?:admonition|attention|caution|danger|error|hint|important|note|seealso|tip|warning"
    r"|figure|math|table|glue:\w*)\}"
)
_SIZE = re.compile(r"\d{1,5}(?:\.\d+)?(px|%|em|rem|cm|mm|in|pt)?")


def use_notebook_rules(parser: MarkdownIt) -> None:
    """Let a parser read what GitHub, Quarto and Jupyter have added to Markdown."""
    parser.core.ruler.before("inline", "alerts", _alerts)
    parser.core.ruler.push("addresses", _addresses)
    parser.core.ruler.push("sizes_and_languages", _sizes_and_languages)


def _alerts(state: StateCore) -> None:
    """Turn a quotation that begins with ``[!NOTE]`` into a note."""
    tokens = state.tokens
    for place in range(len(tokens) - 3, -1, -1):
        opening, paragraph, inline = tokens[place : place + 3]
        if (opening.type, paragraph.type) != ("blockquote_open", "paragraph_open"):
            continue
        alert = _ALERT.match(inline.content)
        if not alert:
            continue
        kind = alert[1].lower()
        closing = next(
            token
            for token in tokens[place:]
            if token.type == "blockquote_close" and token.level == opening.level
        )
        opening.tag = closing.tag = "div"
        opening.attrSet("class", f"alert alert-{kind}")
        opening.attrSet("role", "note")
        inline.content = inline.content[alert.end() :]
        title = _title(kind.capitalize(), paragraph)
        # Without words of its own on the lines after the mark, its paragraph goes.
        end = place + 1 if inline.content.strip() else place + 4
        tokens[place + 1 : end] = title


def _title(words: str, paragraph: Token) -> list[Token]:
    from markdown_it.token import Token

    opening = Token("paragraph_open", "p", 1, level=paragraph.level, block=True)
    opening.attrSet("class", "alert-title")
    inline = Token("inline", "", 0, children=[], level=paragraph.level + 1, block=True)
    inline.content = f"**{words}**"
    closing = Token("paragraph_close", "p", -1, level=paragraph.level, block=True)
    return [opening, inline, closing]


def _addresses(state: StateCore) -> None:
    """Turn bare addresses into links, as GitHub does."""
    for token in state.tokens:
        if token.type == "inline" and token.children and _ADDRESS.search(token.content):
            token.children = list(_linked(token.children))


def _linked(children: list[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        if child.type == "link_open" or (child.type == "html_inline" and child.content[:2] == "<a"):
            inside += 1
        elif child.type == "link_close" or child.content[:3] == "</a":
            inside = max(0, inside - 1)
        if child.type == "text" and not inside:
            yield from _with_links(child)
        else:
            yield child


def _with_links(text: Token) -> Iterator[Token]:
    from markdown_it.token import Token

    words = text.content
    done = 0
    for found in _ADDRESS.finditer(words):
        address = _AFTER_ADDRESS.sub("", found[0])
        while address.endswith(")") and address.count(")") > address.count("("):
            address = _AFTER_ADDRESS.sub("", address[:-1])
        if address.count("://") and not address.partition("://")[2]:
            continue
        href = address if "://" in address else f"http://{address}"
        yield Token("text", "", 0, content=words[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        done = found.start() + len(address)
    yield Token("text", "", 0, content=words[done:])


def _sizes_and_languages(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "fence" and _DIRECTIVE.match(token.info.strip()):
            token.content = f"{token.info.strip()}\n{token.content}"
            token.info = ""
        elif token.type == "fence":
            token.info = fence_language(token.info)
        children = token.children or []
        for image, text in pairwise(children):
            if image.type == "image" and text.type == "text":
                written = _ATTRIBUTES.match(text.content)
                if written:
                    _give(image, written[1])
                    text.content = text.content[written.end() :]


def _give(image: Token, attributes: str) -> None:
    """Give a picture the width, the height and the description that are written beside it."""
    from markdown_it.token import Token

    styles = []
    for name, value in _ATTRIBUTE.findall(attributes):
        value = value.strip("\"'").strip()
        measured = _SIZE.fullmatch(value)
        if name == "fig-alt":
            image.content, image.children = value, [Token("text", "", 0, content=value)]
        elif name not in ("width", "height") or not measured:
            continue
        elif measured[1] in (None, "px"):
            image.attrSet(name, value.removesuffix("px"))
        else:
            styles.append(f"{name}: {value}")
    if styles:
        image.attrSet("style", "; ".join(styles))
