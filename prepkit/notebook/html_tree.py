"""HTML as a tree. Accepts the mistakes that browsers accept; limits how deep it is nested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prepkit.notebook.pictures import Picture
    from prepkit.notebook.stored_files import StoredFile

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr"}
)
RAW = frozenset({"script", "style"})
"""Elements whose text can't contain entities or elements."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCK = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul"}
    | {"x-math", "x-note-text", "x-page-break"}
)
# Each of these opening tags closes the innermost open element if that is one of those listed.
ENDED_BY = {
    "li": {"li"},
    "option": {"option"},
    "optgroup": {"option", "optgroup"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
}
TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
MAX_DEPTH = 80

Attributes = list[tuple[str, str | None]]
"""A tag's attributes as Python's HTML parser gives them."""

_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?")


@dataclass
class Node:
    """An element: its tag, its attributes, and its text and elements in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    source: str = ""
    """If set, it is written instead of the whole element. For ``<svg>`` it is the drawing as XML,
    or empty if the drawing isn't closed; then its texts are kept as children."""
    picture: Picture | None = None
    """For ``<img>``: the picture, once it is found."""
    file: StoredFile | None = None
    """For ``<x-file>``: the file that is offered."""
    notices: tuple[str, ...] = ()
    """Notices about it for the reader, such as why there is no picture."""

    def elements(self) -> list[Node]:
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def descendants(self) -> Iterator[Node]:
        """Yield every element below this one, in document order."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Node):
                yield node
                waiting += node.children[::-1]

    def text(self) -> str:
        """Return all text below this element, with a line break for each ``<br>``."""
        return "".join(
            child if isinstance(child, str) else "\n" if child.tag == "br" else child.text()
            for child in self.children
        )

    def words(self) -> str:
        """Return all text below this element as one line."""
        return " ".join(self.text().split())

    @property
    def classes(self) -> list[str]:
        """The classes of the element."""
        return self.attributes.get("class", "").split()


class _Drawing:
    """Collects the contents of ``<svg>`` as XML, in which (unlike in HTML) case matters."""

    def __init__(self) -> None:
        self.texts: list[Node | str] = []
        self._parts: list[str] = []
        self._open: list[str] = []
        self._prefixes: set[str] = set()

    def start(self, raw: str, attrs: Attributes, *, closed: bool) -> None:
        """Take an opening tag; `raw` is its text, `attrs` what the HTML parser made of it."""
        name = raw[1:].split()[0].rstrip("/>") if self._open else "svg"
        written = {word.casefold(): word for word in re.findall(r"[\w:.-]+", raw)}
        self._parts.append(f"<{name}")
        for key, value in dict(attrs).items():
            if _XML_NAME.fullmatch(key) and (len(self._open) or not key.startswith("xmlns")):
                self._parts.append(f' {written.get(key, key)}="{escape(value or "")}"')
                self._prefixes.update(key.split(":")[:-1])
        self._prefixes.update(name.split(":")[:-1])
        self._parts.append("/>" if closed else ">")
        if not closed:
            self._open.append(name)

    def end(self, tag: str) -> bool:
        """Take a closing tag; return whether the drawing is still open."""
        names = [name.casefold() for name in self._open]
        if tag in names:
            while self._open:
                name = self._open.pop()
                self._parts.append(f"</{name}>")
                if name.casefold() == tag:
                    break
        return bool(self._open)

    def text(self, data: str) -> None:
        self.texts.append(data)
        self._parts.append(escape(data, quote=False))

    def breaks_off(self, tag: str) -> bool:
        """Return whether `tag` is HTML that isn't allowed here: browsers end the drawing at it."""
        names = {name.casefold() for name in self._open}
        return tag in BLOCK and tag not in names and "foreignobject" not in names

    def xml(self) -> str:
        """Return the drawing with its prefixes declared."""
        known = {"xlink": "http://www.w3.org/1999/xlink"}
        names = "".join(
            f' xmlns:{prefix}="{known.get(prefix, prefix)}"'
            for prefix in sorted(self._prefixes - {"xml", "xmlns"})
        )
        start = f'<svg xmlns="http://www.w3.org/2000/svg"{names}'
        return start + "".join(self._parts)[len("<svg") :]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]
        self.drawing: _Drawing | None = None

    def updatepos(self, i: int, j: int) -> int:
        """Return `j` without counting lines: that takes time, and the counts aren't used."""
        return j

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self.drawing and self.drawing.breaks_off(tag):
            self.end_drawing(closed=False)
        if self.drawing:
            self.drawing.start(self.get_starttag_text() or "", attrs, closed=False)
            return
        ended = ENDED_BY.get(tag) or ({"p"} if tag in BLOCK else set())
        while self.open[-1].tag in ended:
            self.open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag == "svg":
            self.drawing = _Drawing()
            self.drawing.start(self.get_starttag_text() or "", attrs, closed=False)
            return
        # Beyond the limit, an element's content goes to its parent, so that no text is lost.
        if tag not in VOID and len(self.open) < MAX_DEPTH:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        if self.drawing and not self.drawing.breaks_off(tag):
            self.drawing.start(self.get_starttag_text() or "", attrs, closed=True)
            return
        self.handle_starttag(tag, attrs)
        if tag == "svg":
            self.handle_endtag(tag)
            return
        if tag not in VOID and self.open[-1].tag == tag:
            self.open.pop()

    def end_drawing(self, *, closed: bool) -> None:
        if self.drawing:
            drawn = self.open[-1].elements()[-1]
            if closed:
                drawn.source = self.drawing.xml()
            else:
                drawn.children = self.drawing.texts
            self.drawing = None

    def handle_endtag(self, tag: str) -> None:
        if self.drawing and self.drawing.breaks_off(tag):
            self.end_drawing(closed=False)
        if self.drawing:
            if not self.drawing.end(tag):
                self.end_drawing(closed=True)
            return
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return
            if self.open[depth].tag in TABLE_PARTS and tag not in TABLE_PARTS:
                return  # a stray closing tag inside a cell does not end the table

    def handle_data(self, data: str) -> None:
        if self.drawing:
            self.drawing.text(data)
            return
        self.open[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        # Such as <![CDATA[, which browsers don't show in HTML.
        if self.drawing and data.startswith("CDATA["):
            self.drawing.text(data.removeprefix("CDATA["))


def parse_html(html: str) -> Node:
    """Return the tree of `html` under a node whose tag is ``root``. Never raises."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    builder.end_drawing(closed=False)
    return builder.root


def write_html(nodes: Iterable[Node | str]) -> str:
    """Return texts and elements as HTML; if it isn't trusted, the caller cleans it after this."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(node, quote=False))
        elif node.source:
            parts.append(node.source)
        else:
            parts.append(f"<{node.tag}")
            parts += [f' {name}="{escape(value)}"' for name, value in node.attributes.items()]
            parts.append(">")
            parts.append(node.text() if node.tag in RAW else write_html(node.children))
            if node.tag not in VOID:
                parts.append(f"</{node.tag}>")
    return "".join(parts)
