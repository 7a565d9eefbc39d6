"""HTML of a notebook -> a tree with its pictures found and named, and its cells styled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prepkit.notebook.elements import as_shown, is_bar, is_break_command, is_hidden, page_breaks
from prepkit.notebook.html_tree import BLOCK, HEADINGS, Node, parse_html
from prepkit.notebook.pictures import PictureFinder, find_drawing, html_notices, is_on_the_web
from prepkit.notebook.styler import style_cells
from prepkit.notebook.svg import PictureError
from prepkit.text import readable, shorten

SILENT = frozenset(
    {"annotation", "annotation-xml", "col", "colgroup", "head", "link", "meta", "script", "style"}
    | {"template", "title"}
)
"""Elements that show nothing if no script runs."""


class TreeReader:
    """Reads the HTML of one notebook, part by part.

    Parameters
    ----------
    finder
        Finds the pictures that are named.
    shown
        The word for showing something: ``printed`` or ``published``.
    keep_web
        Whether pictures of other hosts stay as they are.
    """

    def __init__(self, finder: PictureFinder, shown: str, *, keep_web: bool) -> None:
        self.above = ""
        """The heading or caption right above, used for a picture without an alternative text."""
        self.has_script = False
        """Whether there was a script in the HTML that was read last."""
        self.is_undescribed = False
        """Whether there was a picture without an alternative text in it."""
        self._finder = finder
        self._shown = shown
        self._keep_web = keep_web
        self._has_words = False

    def read(self, html: str, attachments: Mapping[str, Any]) -> Node:
        """Return the tree of some HTML, below a node whose tag is ``root``."""
        root = parse_html(html)
        self.has_script = self.is_undescribed = False
        if "#T_" in html:
            style_cells(root)
        self._look_through(root, attachments)
        self._end_block()
        return root

    def _look_through(self, parent: Node, attachments: Mapping[str, Any]) -> None:
        """Find the pictures below an element, and give each an alternative text."""
        breaks: list[int] = []
        for place, child in enumerate(parent.children):
            if isinstance(child, str):
                self._has_words = self._has_words or bool(child.strip())
                continue
            if not self._keep_web:
                self._settle(child)
                before, after = page_breaks(child)
                breaks += [place] * before + [place + 1] * after
            if child.tag == "svg":
                find_drawing(child, self._shown, self.above)
                self._note_picture(child)
            elif child.tag == "img":
                self._find(child, attachments)
                self._note_picture(child)
            elif child.tag in SILENT or child.tag == "pre":
                continue
            elif child.tag in HEADINGS or child.tag == "figcaption":
                self._look_through(child, attachments)
                self.above, self._has_words = child.words(), False
            elif child.tag in BLOCK:
                self._end_block()
                if child.tag == "figure":
                    _caption_pictures(child)
                self._look_through(child, attachments)
                self._has_words = self._has_words or child.tag == "hr"
                self._end_block()
            else:
                self._look_through(child, attachments)

        for place in reversed(breaks):
            parent.children.insert(place, Node("x-page-break"))

    def _note_picture(self, node: Node) -> None:
        self._has_words = True
        if node.picture and not node.attributes.get("alt"):
            self.is_undescribed = True

    def _settle(self, node: Node) -> None:
        """Turn an element that needs a script, or that isn't seen, into what is shown of it."""
        if is_hidden(node):
            node.tag, node.attributes, node.children, node.source = "template", {}, [], ""
        elif node.tag == "p" and is_break_command(node):
            node.tag, node.children = "x-page-break", []
        else:
            as_shown(node, self._shown)
        if self._shown == "printed" and is_bar(node):
            node.notices = ("a bar that a style sheet draws is not printed",)
        if node.tag == "script":
            kind = node.attributes.get("type", "")
            is_program = "json" not in kind and "template" not in kind
            if is_program and (node.text().strip() or node.attributes.get("src")):
                self.has_script = True
            node.tag, node.attributes, node.children = "template", {}, []

    def _end_block(self) -> None:
        if self._has_words:
            self.above, self._has_words = "", False

    def _find(self, node: Node, attachments: Mapping[str, Any]) -> None:
        """Give an ``<img>`` its picture and its alternative text, or say why there is none."""
        source = node.attributes.get("src", "")
        if self._keep_web and is_on_the_web(source):
            return
        try:
            node.picture = self._finder.named(source, attachments)
        except PictureError as error:
            node.notices = (f"the picture {shorten(readable(source), 58)} is left out: {error}",)
        else:
            alt = node.attributes.get("alt") or self.above
            node.attributes = {**node.attributes, "alt": alt}
            node.notices = html_notices(node.picture, self._shown)


def _caption_pictures(figure: Node) -> None:
    """Use a figure's caption as the alternative text of its pictures that have none."""
    below = list(figure.descendants())
    caption = next((node.words() for node in below if node.tag == "figcaption"), "")
    for node in below:
        if node.tag == "img" and not node.attributes.get("alt"):
            node.attributes = {**node.attributes, "alt": caption}
