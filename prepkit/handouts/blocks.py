"""An HTML tree -> the blocks that the template prints: plain data, every leaf a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prepkit.handouts.css import Sheet
from prepkit.handouts.htmltree import BLOCK, Node, parse_html
from prepkit.handouts.tables import table_blocks

Block = dict[str, Any]
"""``{"t": kind, …}``; the kinds are those of template/blocks.typ."""

Inline = str | dict[str, Any]
"""A text, or ``{"t": kind, "c": [Inline, …]}``; the kinds are those of template/inline.typ."""

Find = Callable[[str, str, float | None], Block | None]
"""(source, alternative text, width in points or None) -> a picture, or None after a notice."""

Notice = Callable[[str], None]
"""Takes one sentence about content that is not printed as it is."""

Said = Callable[[], list[Block]]
"""Returns, as blocks, the notices that were given since it was last called."""

STYLES = {
    "b": "strong", "strong": "strong", "i": "emph", "em": "emph", "cite": "emph", "dfn": "emph",
    "var": "emph", "s": "strike", "del": "strike", "strike": "strike", "u": "underline",
    "ins": "underline", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
MACHINERY = frozenset({"style", "head", "title", "template", "link", "meta", "col", "colgroup"})
NOT_PRINTED = {
    "script": "a script, whose result is not printed",
    "iframe": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "canvas": "a drawing that a script makes",
    "video": "a video",
    "audio": "a sound",
    "math": "MathML",
}
CONTROLS = frozenset({"button", "select", "textarea", "noscript"})
MAX_NESTING = 12
"""How many quotes, lists and styles may stand within each other; Typst gives up at some dozens."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_LONG = re.compile(r"[^\s\u200b]{30,}")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)


def soften(text: str) -> str:
    """Let words of 30 characters and more (URLs, hashes) break, by zero-width spaces."""

    def breakable(match: re.Match[str]) -> str:
        parts = re.sub(r"(?<=[/._\-?&=,;:+@#])(?=\w)", "\u200b", match.group()).split("\u200b")
        return "\u200b".join(
            part[start : start + 20] for part in parts for start in range(0, len(part), 20)
        )

    return _LONG.sub(breakable, text)


def text_of(content: Iterable[Inline]) -> str:
    """Return inline content as text."""
    return "".join(
        part
        if isinstance(part, str)
        else "\n"
        if part["t"] == "break"
        else part["s"]
        if "s" in part
        else text_of(part.get("c", [part.get("alt", "")]))
        for part in content
    )


def blocks_of(html: str, find: Find, notice: Notice, said: Said = list) -> list[Block]:
    """Return the blocks of `html`, whoever wrote it: markdown-it, pandas, a person.

    With `said`, each notice stands among them, after the block that it is about.
    """
    root = parse_html(html)
    return Walker(find, notice, said, Sheet(root)).blocks(root.children, 0)


class Walker:
    """Walks an HTML tree; `find` brings pictures, `notice` hears what is not printed."""

    def __init__(self, find: Find, notice: Notice, said: Said, sheet: Sheet) -> None:
        self._find = find
        self._notice = notice
        self._said = said
        self._sheet = sheet

    def blocks(self, nodes: Sequence[Node | str], nesting: int) -> list[Block]:
        """Return the blocks of `nodes`; inline content between block elements is a paragraph."""
        found: list[Block] = []
        run: list[Node | str] = []

        def end_run() -> None:
            content = tidy(self.inline(run, nesting))
            run.clear()
            if len(content) == 1 and isinstance(content[0], dict) and content[0]["t"] == "picture":
                found.append(content[0])
            elif content:
                found.append({"t": "paragraph", "c": content})
            found.extend(self._said())

        for node in nodes:
            if isinstance(node, str):
                run.append(node)
            elif "hidden" in node.attributes:
                continue
            elif node.tag in BLOCK:
                end_run()
                found.extend(self._block(node, nesting))
                found.extend(self._said())
            elif any(below.tag in BLOCK for below in node.descendants()) and node.tag != "svg":
                end_run()
                found.extend(self.blocks(node.children, nesting))
            else:
                run.append(node)
        end_run()
        return found

    def _block(self, node: Node, nesting: int) -> list[Block]:
        if node.tag in ("ul", "ol", "blockquote") and nesting >= MAX_NESTING:
            self._notice(f"lists or quotes are nested deeper than {MAX_NESTING}: set without")
            return self.blocks(_flat(node), nesting)
        match node.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                content = tidy(self.inline(node.children, nesting))
                heading = {"t": "heading", "level": int(node.tag[1]), "c": content}
                return [heading] if content else []
            case "ul" | "ol":
                return [self._list(node, nesting)]
            case "blockquote":
                return [{"t": "quote", "c": self.blocks(node.children, nesting + 1)}]
            case "pre":
                text = node.text().strip("\n").expandtabs(4)
                return [{"t": "code", "s": text, "lang": _language(node)}] if text else []
            case "x-math":
                self._notice("a formula is printed as its TeX source")
                return [{"t": "code", "s": node.text().strip("\n"), "lang": None}]
            case "hr":
                return [{"t": "rule"}]
            case "table":
                return table_blocks(
                    node,
                    lambda cell: tidy(self.inline(cell.children, nesting)),
                    self._sheet,
                    self._notice,
                )
            case "figure":
                _caption_pictures(node)
            case "figcaption":
                return [
                    {**block, "t": "caption"} if block["t"] == "paragraph" else block
                    for block in self.blocks(node.children, nesting)
                ]
            case "dt":
                return [
                    {"t": "paragraph", "c": [{"t": "strong", "c": block["c"]}]}
                    if block["t"] == "paragraph"
                    else block
                    for block in self.blocks(node.children, nesting)
                ]
        return self.blocks(node.children, nesting)

    def _list(self, node: Node, nesting: int) -> Block:
        items = []
        for item in node.elements():
            box = next((below for below in item.elements() if below.tag == "input"), None)
            if box is None and item.elements() and item.elements()[0].tag == "p":
                box = next((b for b in item.elements()[0].elements() if b.tag == "input"), None)
            task = box is not None and box.attributes.get("type") == "checkbox"
            ticked = "checked" in box.attributes if task and box is not None else None
            items.append(
                {
                    "ticked": ticked,
                    "number": _number(item.attributes.get("value")),
                    "c": self.blocks(item.children, nesting + 1),
                }
            )
        loose = any(below.tag == "p" for item in node.elements() for below in item.elements())
        return {
            "t": "list",
            "start": _number(node.attributes.get("start", "1")) if node.tag == "ol" else None,
            "tight": not loose,
            "items": items,
        }

    def inline(self, nodes: Iterable[Node | str], nesting: int) -> list[Inline]:
        """Return inline content; a block element in it starts a new line."""
        found: list[Inline] = []
        for node in nodes:
            if isinstance(node, str):
                found.append(_SPACE.sub(" ", node))
            else:
                found.extend(self._inline_element(node, nesting))
        return found

    def _inline_element(self, node: Node, nesting: int) -> list[Inline]:
        tag = node.tag
        if tag in MACHINERY or tag in CONTROLS or tag == "input" or "hidden" in node.attributes:
            return []
        if tag in NOT_PRINTED:
            if tag != "script" or node.text().strip() or node.attributes.get("src"):
                self._notice(f"it holds {NOT_PRINTED[tag]}")
            return []
        if tag == "svg":
            self._notice("it holds a drawing (SVG) within HTML, which is not printed")
            return []
        if tag == "br":
            return [{"t": "break"}]
        if tag == "wbr":
            return ["\u200b"]
        if tag == "img":
            return self._picture(node)
        if tag in ("code", "kbd", "samp", "tt"):
            return [{"t": "code", "s": soften(node.text())}]
        if tag == "x-math-inline":
            self._notice("a formula is printed as its TeX source")
            return [{"t": "code", "s": node.text()}]
        content = self.inline(node.children, nesting + 1)
        if nesting >= MAX_NESTING:
            return content
        if tag == "a" and _LINK.fullmatch(href := node.attributes.get("href", "").strip()):
            return [{"t": "link", "href": href, "c": content}] if text_of(content) else content
        if tag in STYLES:
            return [{"t": STYLES[tag], "c": content}]
        if "gt_footnote_marks" in node.attributes.get("class", "").split():
            return [{"t": "sup", "c": content}]
        if tag in BLOCK or tag in ("td", "th", "tr"):
            return [{"t": "break"}, *content, {"t": "break"}]
        return content

    def _picture(self, node: Node) -> list[Inline]:
        width = node.attributes.get("width", "").removesuffix("px")
        points = float(width) * 0.75 if re.fullmatch(r"\d{1,5}", width) else None
        alt = node.attributes.get("alt", "")
        picture = self._find(node.attributes.get("src", ""), alt, points)
        return [picture] if picture else [{"t": "emph", "c": [alt]}] if alt else []


def tidy(content: Iterable[Inline]) -> list[Inline]:
    """Join texts, and drop white space and line breaks at the ends and beside line breaks."""
    joined: list[Inline] = []
    for part in content:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] = _SPACE.sub(" ", joined[-1] + part)
        else:
            joined.append(part)
    kept: list[Inline] = []
    for position, part in enumerate(joined):
        if not isinstance(part, str):
            if not (_is_break(part) and not kept):
                kept.append(part)
            continue
        text = part.lstrip(" ") if not kept or _is_break(kept[-1]) else part
        if position + 1 == len(joined) or _is_break(joined[position + 1]):
            text = text.rstrip(" ")
        if text:
            kept.append(soften(text))
    while kept and _is_break(kept[-1]):
        kept.pop()
    return kept


def _is_break(part: Inline) -> bool:
    return isinstance(part, dict) and part["t"] == "break"


def _caption_pictures(figure: Node) -> None:
    """Give the pictures of a figure that have no alternative text its caption as one."""
    below = list(figure.descendants())
    caption = next((" ".join(n.text().split()) for n in below if n.tag == "figcaption"), "")
    for node in below:
        if node.tag == "img" and not node.attributes.get("alt"):
            node.attributes = {**node.attributes, "alt": caption}


def _flat(node: Node) -> list[Node | str]:
    """Return the text below `node`, an item or paragraph a line."""
    flat: list[Node | str] = []
    for line in node.text().splitlines():
        if line.strip():
            flat.extend([line, Node("br")])
    return flat


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else None


def _language(node: Node) -> str | None:
    for below in node.elements():
        match = re.search(r"language-([\w+#.-]+)", below.attributes.get("class", ""))
        if match:
            return match.group(1)
    return None
