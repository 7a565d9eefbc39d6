"""Where the links of a text lead in print: to a place in it, to an address, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import unquote

from prepkit.handouts.inline import Inline, holds, soften, text_of
from prepkit.handouts.paragraphs import paragraphs_of
from prepkit.notebook import items
from prepkit.notebook.anchors import SCHEME, Anchors, as_browsers_read, links_notice
from prepkit.notebook.html_tree import Node
from prepkit.text import readable, shorten

_WEB = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_LONGEST = 8000
"""In bytes: Typst refuses longer addresses."""
_LONGEST_SHOWN = 80
"""How many characters of an address are printed after the words of its link."""
_NOWHERE = frozenset({"about", "attachment", "blob", "data", "javascript", "vbscript"})
_PICTURES = frozenset({"img", "svg"})


class PrintedLinks:
    """The links of one notebook or text, and the places in it that they lead to.

    The walker calls `pass_by` for each element, and `settle` for the blocks that it makes: a place
    is the block that has the element in it or comes after it.

    Parameters
    ----------
    read
        The notebook; without it, no link leads to a place.
    numbers
        The numbers of places, which are unique in a document.
    elsewhere
        Returns the place of another notebook of the same document that a link leads to.
    """

    def __init__(
        self,
        read: Sequence[items.Item] = (),
        numbers: Iterator[int] | None = None,
        elsewhere: Callable[[str], int | None] = lambda address: None,
    ):
        self._elsewhere = elsewhere
        roots = [item.root for item in read if isinstance(item, items.Html)]
        linked = dict.fromkeys(
            _anchor(href)
            for root in roots
            for node in root.descendants()
            if (href := _address(node)).startswith("#")
        )
        self._anchors = Anchors.of(read, trusted=False) if linked else Anchors()
        keys = dict.fromkeys(filter(None, map(self._anchors.find, linked)))
        self._numbers = dict(zip(keys, numbers or count(), strict=False))
        self._unseen = set(self._numbers)
        self._waiting: list[int] = []
        self._dead: dict[str, list[str]] = {}

    def pass_by(self, node: Node) -> None:
        """Note that an element is printed, in case that links lead to it."""
        if self._unseen and (key := self._anchors.key(node)) in self._unseen:
            self._unseen.remove(key)
            self._waiting.append(self._numbers[key])

    def settle(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return blocks, the first of them as the place of all elements since the last block."""
        if not self._waiting or not blocks:
            return blocks
        places = [*blocks[0].get("places", []), *self._waiting]
        self._waiting = []
        return [{**blocks[0], "places": places}, *blocks[1:]]

    def settle_rest(self, root: Node, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the blocks of `root`, the first as the place of what isn't printed itself."""
        if not self._unseen:
            return blocks
        self._waiting, later = [], self._waiting
        for node in root.descendants():
            self.pass_by(node)
        settled = self.settle(blocks)
        self._waiting += later
        return settled

    def last(self) -> list[dict[str, Any]]:
        """Return a block for the places that no block comes after."""
        return self.settle([{"t": "place"}]) if self._waiting else []

    def link(self, node: Node, content: list[Inline]) -> list[Inline]:
        """Return the content of an ``<a>`` as a link, or with the address that it leads to."""
        address = _address(node).replace(" ", "%20")
        if not text_of(content).strip():
            if not address or not any(below.tag in _PICTURES for below in node.descendants()):
                return content
            content = [_shown(address)]
        lined = not holds(content, "strike")
        if _WEB.match(web := f"https:{address}" if address.startswith("//") else address):
            if len(web.encode(errors="replace")) <= _LONGEST:
                return [{"t": "link", "href": web, "c": content, "lined": lined}]
            return self._nowhere(address, "leads to an address too long for a PDF", content)
        if not address or address in ("#", "#top") or "pk-open" in node.classes:
            return content
        if address.startswith("#"):
            number = self._numbers.get(self._anchors.find(_anchor(address)) or "")
            if number is not None:
                return [{"t": "link", "to": number, "c": content, "lined": lined}]
            return self._nowhere(address, "leads to no place in this notebook", content)
        if (number := self._elsewhere(address)) is not None:
            return [{"t": "link", "to": number, "c": content, "lined": lined}]
        scheme = SCHEME.match(address)
        if address.startswith("/") or (scheme and (scheme[1] == "file" or len(scheme[1]) == 1)):
            return self._nowhere(address, "leads to a place on one computer", content)
        if address.startswith("?") or (scheme and scheme[1].lower() in _NOWHERE):
            return self._nowhere(address, "leads nowhere in print", content)
        return [*content, *_address_after(address, text_of(content))]

    def around(self, node: Node, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the blocks in an ``<a>``; the first that can be a link leads where it leads."""
        for number, block in enumerate(blocks):
            if block["t"] in ("paragraph", "heading", "caption"):
                linked = [{**block, "c": self.link(node, block["c"])}]
            elif block["t"] == "picture":
                linked = paragraphs_of(self.link(node, [block]))
            else:
                continue
            return [*blocks[:number], *linked, *blocks[number + 1 :]]
        return blocks

    def _nowhere(self, address: str, why: str, content: list[Inline]) -> list[Inline]:
        self._dead.setdefault(why, []).append(shorten(readable(address)))
        return content

    def notices(self) -> list[str]:
        """Return notices about the links since the last call that lead nowhere."""
        dead, self._dead = self._dead, {}
        return [links_notice(names, why) for why, names in dead.items()]


def unlink_lost(body: Sequence[Any]) -> None:
    """Make the words of a link plain if the place that it leads to isn't in the document."""
    links: list[dict[str, Any]] = []
    places: set[int] = set()
    waiting: list[Any] = list(body)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            places.update(value.get("places", ()))
            if isinstance(value, dict) and value.get("t") == "link" and "to" in value:
                links.append(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    for link in links:
        if link["to"] not in places:
            link["to"] = None


def _address(node: Node) -> str:
    return as_browsers_read(node.attributes.get("href", "")) if node.tag == "a" else ""


def _anchor(address: str) -> str:
    return unquote(address[1:])


def _shown(address: str) -> str:
    """Return an address as people write it."""
    return shorten(" ".join(unquote(address).split()).removeprefix("./"), _LONGEST_SHOWN)


def _address_after(address: str, words: str) -> list[Inline]:
    """Return an address to print after the words of its link, if they don't name it already."""
    path = _shown(address.partition("#")[0])
    said = " ".join(words.split()).casefold()
    if not path or path.removesuffix(".ipynb").casefold() in said:
        return []
    return [" ", {"t": "address", "s": soften(f"({_shown(address)})")}]
