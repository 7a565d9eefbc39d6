"""An HTML tree -> the blocks that the template prints: plain data in which every leaf is a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prepkit.handouts.grid import A4, Room
from prepkit.handouts.inline import SPACE, Inline, holds, soften, text_of, tidy, unlined
from prepkit.handouts.links import PrintedLinks
from prepkit.handouts.notices import Notice
from prepkit.handouts.paragraphs import by_direction, directed, paragraphs_of
from prepkit.handouts.pictures import PrintedPictures, stated_width
from prepkit.handouts.tables import table_blocks
from prepkit.notebook.footnotes import marked, notes_of
from prepkit.notebook.html_tree import BLOCK, HEADINGS, Node
from prepkit.notebook.tex import MathsError

Block = dict[str, Any]
"""``{"t": kind, …}``; the kinds are those of template/blocks.typ."""

Said = Callable[[], list[Block]]
"""A function that returns, as blocks, the notices given since it was last called."""

STYLES = {
    "b": "strong", "strong": "strong", "i": "emph", "em": "emph", "cite": "emph", "dfn": "emph",
    "var": "emph", "s": "strike", "del": "strike", "strike": "strike", "u": "underline",
    "ins": "underline", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
MACHINERY = frozenset({"style", "head", "title", "template", "link", "meta", "col", "colgroup"})
NOT_PRINTED = {
    "script": "what a script shows",
    "iframe": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "canvas": "a drawing that a script makes",
    "video": "a video",
    "audio": "a sound",
}
_STRUCTURE = frozenset({"ul", "ol", "li", "dl", "dt", "dd", "blockquote", "p", "div"})
CONTROLS = frozenset({"button", "select", "textarea", "noscript"})
MAX_NESTING = 12
"""How deep quotes, lists and styles may be nested; Typst gives up after a few dozen levels."""


def blocks_of(
    root: Node,
    notice: Notice,
    said: Said = list,
    pictures: PrintedPictures | None = None,
    room: Room = A4,
    links: PrintedLinks | None = None,
) -> list[Block]:
    """Return the blocks of HTML from any source: markdown-it, pandas, a person.

    Parameters
    ----------
    root
        The tree that `prepkit.notebook.reader` or `parse_html` made from it.
    notice
        Called for anything that is not printed as it is.
    said
        If given, each notice is placed among the blocks, after the one that it is about.
    pictures
        Collects the pictures; None if there can be none.
    room
        How wide the pages are, for tables.
    links
        Follows the links; None for a text that has no places to lead to.
    """
    links = links or PrintedLinks()
    walker = Walker(notice, said, notes_of(root), pictures or PrintedPictures(), room, links)
    found = [*walker.blocks(root.children, 0), *walker.late_notes()]
    for dead in links.notices():
        notice(dead, for_author=True)
    return links.settle_rest(root, found)


class Walker:
    """Walks an HTML tree; `notice` is called for anything that is not printed.

    `notes` are the footnotes by label; each is printed at its first mark.
    """

    def __init__(
        self,
        notice: Notice,
        said: Said,
        notes: dict[str, Node],
        pictures: PrintedPictures,
        room: Room,
        links: PrintedLinks,
    ) -> None:
        self._notice = notice
        self._said = said
        self._notes = notes
        self._pictures = pictures
        self._room = room
        self._links = links
        self._in_note = False
        self._noted: set[str] = set()
        self._late: list[str] = []

    def blocks(self, nodes: Sequence[Node | str], nesting: int) -> list[Block]:
        """Return the blocks of `nodes`; inline content between block elements is a paragraph."""
        found: list[Block] = []
        run: list[Node | str] = []

        def add(blocks: list[Block]) -> None:
            # A footnote may be printed without its blocks, so its places are where its mark is.
            found.extend(blocks if self._in_note else self._links.settle(blocks))

        def end_run() -> None:
            add(paragraphs_of(tidy(self.inline(run, nesting))))
            run.clear()
            found.extend(self._said())

        for node in nodes:
            if isinstance(node, str):
                run.append(node)
            elif "hidden" in node.attributes:
                continue
            elif node.tag in BLOCK:
                end_run()
                self._links.pass_by(node)
                add(self._block(node, nesting))
                found.extend(self._said())
            elif any(below.tag in BLOCK for below in node.descendants()):
                end_run()
                self._say(node)
                self._links.pass_by(node)
                inside = self.blocks(node.children, nesting)
                found.extend(self._links.around(node, inside) if node.tag == "a" else inside)
            else:
                run.append(node)
        end_run()
        return found

    def _say(self, node: Node) -> None:
        for notice in node.notices:
            self._notice(notice)

    def _block(self, node: Node, nesting: int) -> list[Block]:
        if node.tag in ("ul", "ol", "dl", "blockquote") and nesting >= MAX_NESTING:
            self._notice(f"lists or quotes more than {MAX_NESTING} deep are printed without levels")
            return self.blocks(_flat(node), nesting)
        match node.tag:
            case tag if tag in HEADINGS:
                content = tidy(self.inline(node.children, nesting))
                heading = {"t": "heading", "level": int(node.tag[1]), "c": content}
                return [directed(heading, text_of(content))] if content else []
            case "ul" | "ol":
                return self._list(node, nesting)
            case "div" if "alert" in node.classes:
                return [{"t": "alert", "c": self.blocks(node.children, nesting + 1)}]
            case "blockquote":
                return [{"t": "quote", "c": self.blocks(node.children, nesting + 1)}]
            case "pre":
                text = node.text().strip("\n").expandtabs(4)
                return [{"t": "code", "s": text, "lang": _language(node)}] if text else []
            case "dl":
                return self._terms(node, nesting)
            case "x-math":
                return self._formula(node, display=True)
            case "x-note-text":
                label = node.attributes.get("label", "")
                if self._notes.get(label) is node:
                    return []  # it is printed with its mark
                # Nothing in the text refers to this footnote, so it is printed in its own place.
                return self.blocks(marked(node.children, f"[^{label}]: "), nesting)
            case "hr":
                return [{"t": "rule"}]
            case "x-page-break":
                return [{"t": "newpage"}] if nesting == 0 else []
            case "table":
                return table_blocks(
                    node,
                    lambda cell: tidy(self.inline(cell.children, nesting)),
                    self._notice,
                    self._room,
                )
            case "figcaption":
                return [
                    {**block, "t": "caption"} if block["t"] == "paragraph" else block
                    for block in self.blocks(node.children, nesting)
                ]
        return self.blocks(node.children, nesting)

    def _list(self, node: Node, nesting: int) -> list[Block]:
        """Return a list; several, if some of its items run left to right and some right to left."""
        items: list[dict[str, Any]] = []
        for item in _items(node):
            self._links.pass_by(item)
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
        loose = any(below.tag == "p" for item in _items(node) for below in item.elements())
        start = _number(node.attributes.get("start", "1")) if node.tag == "ol" else None
        found: list[Block] = []
        for group in by_direction(items, _beginning) or [[]]:
            block = {"t": "list", "start": start, "tight": not loose, "items": group}
            found.append(directed(block, "\n".join(map(_beginning, group))))
            start = None if start is None else start + len(group)
        return found

    def _terms(self, node: Node, nesting: int) -> list[Block]:
        """Return a definition list; anything in it that is not an item comes after it."""
        items: list[dict[str, Any]] = []
        others: list[Node | str] = []
        parts = [
            part
            for child in node.children
            for part in (
                child.children if isinstance(child, Node) and child.tag == "div" else [child]
            )
        ]
        for part in parts:
            if isinstance(part, Node) and part.tag == "dt":
                term = tidy(self.inline(part.children, nesting + 1))
                items.append({"term": term, "c": []})
            elif isinstance(part, Node) and part.tag == "dd":
                if not items:
                    items.append({"term": [], "c": []})
                items[-1]["c"].extend(self.blocks(part.children, nesting + 1))
            else:
                others.append(part)
        found = directed({"t": "terms", "items": items}, text_of(items[0]["term"] if items else []))
        return [*([found] if items else []), *self.blocks(others, nesting)]

    def _formula(self, node: Node, *, display: bool) -> list[Any]:
        """Return maths as a block or within a line; its source, if it can't be set."""
        tex = node.text().strip()
        if not tex:
            return []
        from prepkit.notebook.maths import formula, tex_of_node  # most handouts have no maths

        number = node.attributes.get("number", "") if display else ""
        try:
            content = formula(tex_of_node(node), display=display)
            return [{"t": "formula", "s": tex, "c": content, "number": number}]
        except MathsError as error:
            self._notice(f"a formula is printed as its TeX source: {error}")
        return [{"t": "code", "s": tex, "lang": None} if display else {"t": "code", "s": tex}]

    def _note(self, label: str, nesting: int) -> list[Inline]:
        """Return the mark of a footnote; the first mark comes with the note itself."""
        if label not in self._notes or label in self._late:
            return [f"[^{label}]"]
        if label in self._noted:
            return [{"t": "note", "label": label, "note": None}]
        if nesting >= MAX_NESTING:
            self._late.append(label)
            return [f"[^{label}]"]
        self._noted.add(label)
        outer, self._in_note = self._in_note, True
        content = self.blocks(self._notes[label].children, nesting + 4)
        self._in_note = outer
        return [{"t": "note", "label": label, "note": content}]

    def late_notes(self) -> list[Block]:
        """Return the footnotes whose marks are nested too deep, as blocks of their own."""
        found: list[Block] = []
        for label in self._late:  # the list grows if a late note contains another one
            found.extend(self.blocks(marked(self._notes[label].children, f"[^{label}]: "), 0))
        return found

    def inline(self, nodes: Iterable[Node | str], nesting: int) -> list[Inline]:
        """Return inline content; a block element in it starts a new line."""
        found: list[Inline] = []
        for node in nodes:
            if isinstance(node, str):
                found.append(SPACE.sub(" ", node))
            else:
                found.extend(self._inline_element(node, nesting))
        return found

    def _inline_element(self, node: Node, nesting: int) -> list[Inline]:
        tag = node.tag
        self._say(node)
        self._links.pass_by(node)
        if tag in MACHINERY or tag in CONTROLS or tag == "input" or "hidden" in node.attributes:
            return []
        if tag == "math":
            self._notice("MathML is printed as its words")
        if tag in NOT_PRINTED:
            if tag != "script" or node.text().strip() or node.attributes.get("src"):
                self._notice(f"{NOT_PRINTED[tag]} is not printed")
            return []
        if tag == "br":
            return [{"t": "break"}]
        if tag == "wbr":
            return ["\u200b"]
        if tag == "img":
            return self._picture(node)
        if tag in ("code", "kbd", "samp", "tt"):
            return [{"t": "code", "s": soften(node.text())}]
        if tag in ("x-math-inline", "x-math"):
            return self._formula(node, display=False)
        if tag == "x-note":
            return self._note(node.attributes.get("label", ""), nesting)
        content = self.inline(node.children, nesting + 1)
        if nesting >= MAX_NESTING:
            return content
        if tag == "a":
            return self._links.link(node, content)
        if tag in STYLES:
            return self._styled(STYLES[tag], content)
        if "gt_footnote_marks" in node.classes:
            return [{"t": "sup", "c": content}]
        if tag in BLOCK or tag in ("td", "th", "tr"):
            return [{"t": "break"}, *content, {"t": "break"}]
        return content

    def _styled(self, style: str, content: list[Inline]) -> list[Inline]:
        # In PDF/UA-1, Typst can give a text only one line: through it or under it.
        other = {"strike": "underline", "underline": "strike"}.get(style)
        if other and holds(content, other):
            self._notice("text both struck through and underlined is only struck through")
            if style == "underline":
                return content
        return [{"t": style, "c": unlined(content) if style == "strike" else content}]

    def _picture(self, node: Node) -> list[Inline]:
        alt = node.attributes.get("alt", "")
        if node.picture is None:
            return [{"t": "emph", "c": [alt]}] if alt else []
        points, share = stated_width(node.attributes)
        return [self._pictures.block(node.picture, alt, points, share)]


def _items(node: Node) -> list[Node]:
    """Return the items of a list; a text between them, which HTML forbids, is one too."""
    return [
        child if isinstance(child, Node) else Node("li", children=[child])
        for child in node.children
        if isinstance(child, Node) or child.strip()
    ]


def _beginning(item: Mapping[str, Any]) -> str:
    """Return the text that an item of a list begins with."""
    first = item["c"][0] if item["c"] else {"t": ""}
    return text_of(first["c"]) if first["t"] == "paragraph" else ""


def _flat(node: Node) -> list[Node | str]:
    """Return the content of `node` without its lists and quotes: one line per item or paragraph."""
    flat: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node) and child.tag in _STRUCTURE:
            if flat and not (isinstance(flat[-1], Node) and flat[-1].tag == "br"):
                flat.append(Node("br"))
            flat.extend([*_flat(child), Node("br")])
        elif not isinstance(child, str) or child.strip():
            flat.append(child)
    return flat


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else None


def _language(node: Node) -> str | None:
    for below in node.elements():
        match = re.search(r"language-([\w+#.-]+)", below.attributes.get("class", ""))
        if match:
            return match.group(1)
    return None
