"""A question page as HTML -> the same page as Markdown, with what isn't text of it named. Pure.

Read are whole web pages as a browser saves them, exports of Google Docs, Notion and Confluence,
and what Word saves as a filtered web page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape, unescape

from prepkit.bank.importer.html_tables import (
    beside_cells,
    cells_of,
    grid,
    is_layout,
    pipe_rows,
    rows_of,
)
from prepkit.bank.importer.lines import NESTED
from prepkit.bank.importer.mending import LOST_ADDRESS, LOST_PICTURE, Mending, Row
from prepkit.notebook.html_tree import BLOCK, HEADINGS, Node, parse_html

_BLOCKS = BLOCK | {
    *("body", "html", "root", "button", "textarea", "legend", "tr", "td", "th", "caption"),
    *("dialog", "tbody", "thead", "tfoot", "ac:task", "ac:rich-text-body", "ac:layout-cell"),
}
_WITHOUT_WORDS = {
    **dict.fromkeys(("script", "style", "template", "head", "link", "meta"), ""),
    **dict.fromkeys(("ac:parameter", "ac:task-id", "ac:task-status"), ""),
    "noscript": "what a page shows without JavaScript",
    "select": "the choices of a list",
    "option": "the choices of a list",
    "datalist": "the choices of a list",
}
"""Elements that are left out, each with its reason; without one, they have no words to read."""

_AROUND = "what is around the page's own text"
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "tt": "`"}
_IN_CODE = {"a", "b", "br", "code", "em", "i", "kbd", "mark", "samp", "span", "strong"}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WORD_LIST = re.compile(r"mso-list:\s*\S+\s+level(\d)", re.IGNORECASE)
_WORD_MARK = re.compile(r"\s*(?:[^\w\s]|[o§]|\(?\w{1,4}[.)])\s+")
_DOCS_LEVEL = re.compile(r"\blst-kix_\w+-(\d)\b")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<style\b.*?</style>|<[^>]*>", re.DOTALL)
_HASHES = re.compile(r"^(\s*)(#{1,6})(?=\s|$)", re.MULTILINE)


def markdown_of(html: str, mending: Mending, has_question: Callable[[str], bool]) -> str:
    """Return a page of HTML as Markdown.

    Parameters
    ----------
    html
        The page, or a piece of one.
    mending
        Gets what was left out, and how many links lost their addresses.
    has_question
        Tells whether a text has the headings of a question page. The main part of a web page is
        read alone only if it has them.
    """
    # What Confluence keeps unparsed; the tree leaves it out, as browsers do.
    root = parse_html(_CDATA.sub(lambda found: escape(found[1], quote=False), html))
    mains = [
        node
        for node in root.descendants()
        if node.tag == "main" or node.attributes.get("role") == "main"
    ]
    if len(mains) == 1 and has_question(_Reader(Mending()).page(mains[0])):
        mending.leave(_AROUND, _spaced_words(root, without=mains[0]))
        return _Reader(mending).page(mains[0])
    return _Reader(mending, chrome=True).page(root)


class _Reader:
    """Turns elements into lines.

    Parameters
    ----------
    mending
        Gets what is left out.
    chrome
        Whether the page's navigation and foot are to be left out.
    """

    def __init__(self, mending: Mending, *, chrome: bool = False) -> None:
        self._mending = mending
        self._chrome = chrome

    def page(self, node: Node) -> str:
        """Return an element's content as blocks with blank lines between them."""
        return "\n\n".join(self._blocks(node.children))

    def _leave(self, node: Node) -> bool:
        """Leave an element out, with its reason, if its words aren't text of the page."""
        reason = _WITHOUT_WORDS.get(node.tag)
        if reason is None and node.tag == "svg":
            reason = "the words of a drawing"
        if reason is None and self._chrome and node.tag in ("nav", "footer"):
            reason = _AROUND
        style = node.attributes.get("style", "")
        if reason is None and ("hidden" in node.attributes or _HIDDEN.search(style)):
            reason = "hidden text"
        if reason is None:
            return False
        if reason:
            self._mending.leave(reason, _spaced_words(node))
        return True

    def _blocks(self, children: Iterable[Node | str]) -> list[str]:
        """Return children as blocks; inline ones between two blocks are one paragraph."""
        found: list[str] = []
        inline: list[Node | str] = []
        for child in children:
            if isinstance(child, str) or not self._is_block(child):
                inline.append(child)
                continue
            found += self._paragraph(inline)
            inline = []
            if not self._leave(child):
                found += self._block(child)
        return _joined_lists([*found, *self._paragraph(inline)])

    def _is_block(self, node: Node) -> bool:
        """Tell whether an element is a block, or has one in it, as bold around a whole page."""
        if "checkbox" in node.classes:  # Notion's box to tick, before its text
            return False
        return node.tag in _BLOCKS or any(one.tag in _BLOCKS for one in node.descendants())

    def _paragraph(self, inline: Sequence[Node | str]) -> list[str]:
        text = _tidy(self._inline(inline))
        return [_HASHES.sub(r"\1\\\2", text)] if text else []

    def _block(self, node: Node) -> list[str]:
        match node.tag:
            case tag if tag in HEADINGS:
                words = " ".join(self._inline(node.children, plain=True).split())
                return [f"{'#' * int(tag[1])} {words}"] if words else []
            case "ul" if "toggle" in node.classes:  # Notion's text that can be folded away
                return [
                    block
                    for child in node.children
                    for block in self._blocks(
                        child.children if isinstance(child, Node) and child.tag == "li" else [child]
                    )
                ]
            case "ul" | "ol":
                return self._list(node)
            case "table":
                return self._table(node)
            case "dl":
                return self._terms(node)
            case "pre" if all(one.tag in _IN_CODE for one in node.descendants()):
                text = node.text().strip("\n")
                return [f"```\n{text}\n```"] if text.strip() else []
            case "p" if "MsoListParagraph" in node.attributes.get("class", ""):
                return self._word_item(node)
            case "textarea" if not (node.elements() or node.text().strip()):
                hint = node.attributes.get("placeholder", "")
                self._mending.leave("the hint in an empty box", hint)
                return []
            case "li" | "ac:task":  # outside of any list
                return self._item("\n".join(self._blocks(node.children)), "- ", "")
            case "blockquote":
                text = "\n\n".join(self._blocks(node.children))
                return [re.sub(r"^", "> ", text, flags=re.MULTILINE)] if text else []
        return self._blocks(node.children)

    def _word_item(self, node: Node) -> list[str]:
        """Return a paragraph that Word shows as an item: its mark is text, and spaces follow it."""
        text = _tidy(self._inline(node.children))
        level = _WORD_LIST.search(node.attributes.get("style", ""))
        mark = _WORD_MARK.match(f"{text} ")
        if not text or not mark:
            return [text] if text else []
        rest = text[mark.end() :]
        if level:
            return self._item(rest, "- ", NESTED * (int(level[1]) - 1))
        # A tab after the mark: by it, and by the marks above, its level is found.
        return [f"{mark[0].strip()}\t{rest}"] if rest else []

    def _list(self, node: Node) -> list[str]:
        """Return a list as one block."""
        level = _DOCS_LEVEL.search(node.attributes.get("class", ""))
        indent = NESTED * int(level[1]) if level else ""
        start = node.attributes.get("start", "1")
        number = int(start) if start.isdecimal() and len(start) < 3 else 1
        lines: list[str] = []
        for child in node.children:
            if isinstance(child, str):
                lines += self._item(_tidy(child), "- ", indent)
            elif child.tag in ("ul", "ol"):  # not valid, but editors write it
                lines += [
                    f"{indent}{NESTED}{line}"
                    for block in self._list(child)
                    for line in block.split("\n")
                ]
            elif not self._leave(child):
                mark = f"{number}. " if node.tag == "ol" and number < 100 else "- "
                inside = child.children if child.tag == "li" else [child]
                item = self._item("\n".join(self._blocks(inside)), mark, indent)
                lines += item
                number += bool(item)
        return ["\n".join(lines)] if lines else []

    def _item(self, text: str, mark: str, indent: str) -> list[str]:
        """Return an item of a list as one block."""
        first, *others = text.split("\n")
        if not text.strip():
            return []
        rest = [f"{indent}{NESTED}{line}" for line in others if line.strip()]
        return ["\n".join([f"{indent}{mark}{first}", *rest])]

    def _table(self, node: Node) -> list[str]:
        """Return a table as rows between bars, or as blocks if it only arranges the page."""
        beside = self._blocks(beside_cells(node))
        if is_layout(node):
            cells = (cell for row in rows_of(node) for cell in cells_of(row))
            return [*beside, *self._blocks(cells)]
        texts = [
            [
                " ".join("\n".join(self._blocks(cell.children)).split()) if cell else ""
                for cell in row
            ]
            for row in grid(node)
        ]
        rows = pipe_rows(texts)
        return [*beside, *(["\n".join(rows)] if rows else [])]

    def _terms(self, node: Node) -> list[str]:
        """Return a list of terms as labels, each with the text that belongs to it."""
        found: list[str] = []
        for child in node.children:
            tag = "" if isinstance(child, str) else child.tag
            if isinstance(child, Node) and tag not in ("dt", "dd") and _has_terms(child):
                found += self._terms(child)  # each pair may be in a box
                continue
            inside = child.children if isinstance(child, Node) and tag in ("dt", "dd") else [child]
            text = "\n\n".join(self._blocks(inside))
            if tag == "dt" and text:
                found.append(f"**{' '.join(text.replace('**', '').split())}:**")
            elif text and found and found[-1].endswith(":**"):
                found[-1] += f" {text}"
            elif text:
                found.append(text)
        return found

    def _inline(self, children: Iterable[Node | str], *, plain: bool = False) -> str:
        """Return running text; `plain` leaves out the marks of bold and italics."""
        parts: list[str] = []
        for child in children:
            if isinstance(child, str):
                parts.append(_SPACE.sub(" ", child))
            elif not self._leave(child):
                parts.append(self._inline_element(child, plain))
        return "".join(parts)

    def _inline_element(self, node: Node, plain: bool) -> str:
        classes = node.classes
        match node.tag:
            case "br":
                return "\n"
            case "img":
                alt = node.attributes.get("alt", "")
                if alt and not re.search(r"\w", alt):  # an emoji
                    return alt
                self._mending.note(LOST_PICTURE, Row(0, alt or "without a description"))
                if alt:
                    self._mending.leave("the description of a picture", alt)
                return ""
            case "input":
                return self._input(node)
            case "wbr":
                return ""
        if "checkbox" in classes:
            return "[x] " if "checkbox-on" in classes else "[ ] "
        text = self._inline(node.children, plain=plain)
        address = node.attributes.get("href", "")
        if node.tag == "a" and re.match(r"https?:", address) and address not in text:
            self._mending.note(LOST_ADDRESS, Row(0, address))
        mark = "" if plain else _MARKS.get(node.tag, "")
        bare = text.strip()
        if not mark or not re.search(r"\w", bare) or mark in bare or "\n" in bare:
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}{mark}{bare}{mark}{after}"

    def _input(self, node: Node) -> str:
        kind = node.attributes.get("type", "text").lower()
        if kind == "checkbox":
            return "[x] " if "checked" in node.attributes else "[ ] "
        if kind in ("hidden", "radio", "file", "image", "password"):
            return ""
        self._mending.leave("the hint in an empty box", node.attributes.get("placeholder", ""))
        return node.attributes.get("value", "")


def _spaced_words(node: Node, *, without: Node | None = None) -> str:
    """Return all words below an element, with a space between those of two elements."""
    if node is without or node.tag in ("script", "style", "template", "head"):
        return ""
    if node.tag == "svg" and node.source:
        return " ".join(unescape(_TAG.sub(" ", node.source)).split())
    given = node.attributes if node.tag in ("img", "input", "textarea") else {}
    named = [given.get(name, "") for name in ("alt", "value", "placeholder")]
    texts = [*named] if given.get("type") != "hidden" else []
    texts += [
        child if isinstance(child, str) else _spaced_words(child, without=without)
        for child in node.children
    ]
    return " ".join(" ".join(text.split()) for text in texts if text.strip())


def _has_terms(node: Node) -> bool:
    return any(child.tag in ("dt", "dd") for child in node.elements())


def _tidy(text: str) -> str:
    """Return running text without the spaces around its lines, and without empty lines."""
    lines = (re.sub(r" {2,}", " ", line).strip(" \t\n\r\f") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


_ITEM = re.compile(r" *(?:- |\d{1,2}\. |\S{1,4}\t)")


def _joined_lists(blocks: Sequence[str]) -> list[str]:
    """Join lists that follow each other: editors write a list for each item."""
    found: list[str] = []
    for block in blocks:
        if found and _ITEM.match(found[-1]) and _ITEM.match(block):
            found[-1] += f"\n{block}"
        else:
            found.append(block)
    return found
