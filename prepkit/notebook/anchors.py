"""The places of a notebook that links can lead to, and how links spell them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prepkit.notebook import items
from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.html_tree import HEADINGS, Node
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.sanitize import ID_PREFIX
from prepkit.text import join_some, join_words

_TEXTS = frozenset({"text/html", "text/markdown"})
_NO_LETTER = re.compile(r"[^\w\- ]")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
"""What an address begins with that isn't a path."""
_EDGE = "".join(map(chr, range(33)))
_NAMED = 3
"""How many links a notice names."""

# What an address can't have, and the sign that begins what stands for it.
_QUOTED = {ord(each): f"%{ord(each):02X}" for each in '"%<>`'}


def fragment(key: str) -> str:
    """Return the address, on its own page, of what has an id."""
    return f"#{key.translate(_QUOTED)}"


@dataclass(slots=True)
class Anchors:
    """The ids of a notebook's headings and of whatever else has an id.

    Parameters
    ----------
    trusted
        Whether the notebook's HTML is published unchanged: then only headings get ids of ours.
    """

    trusted: bool = False
    ids: dict[int, str] = field(default_factory=dict)
    """The id of each heading on the page, by the identity of its node."""
    _spelled: dict[str, str] = field(default_factory=dict)
    """The id on the page, by the ways in which links spell it."""
    _taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, read: Iterable[items.Item], *, trusted: bool) -> Anchors:
        """Return the places of a notebook that has been read; ``<a name>`` becomes an id."""
        anchors = cls(trusted)
        roots = [item.root for item in read if isinstance(item, items.Html)]
        nodes = [node for root in roots for node in root.descendants()]
        headings = [node for node in nodes if node.tag in HEADINGS]
        for node in headings:
            anchors._add_heading(node)
        for node in nodes:
            if not node.attributes or node.tag in HEADINGS:
                continue
            if node.tag == "a" and (name := node.attributes.get("name")):
                node.attributes = {"id": name, **node.attributes}
            if own := node.attributes.get("id", "").strip():
                anchors._spelled.setdefault(own, own if trusted else _own(own))
        # Last, since what is spelled exactly comes first.
        counts: dict[str, int] = {}
        for node in headings:
            anchors._add_spelling(node, counts)
        return anchors

    def find(self, anchor: str) -> str | None:
        """Return the id that a link means: as it is, in Jupyter's or in GitHub's spelling."""
        return self._spelled.get(anchor) or self._spelled.get(github_name(anchor))

    def key(self, node: Node) -> str:
        """Return the id of an element, as `find` returns it; empty if it has none."""
        own = node.attributes.get("id", "").strip()
        return self.ids.get(id(node)) or (self._spelled.get(own, "") if own else "")

    def _add_heading(self, node: Node) -> None:
        """Name a heading: by its own id, or as Jupyter does, by its words joined by hyphens."""
        own = node.attributes.get("id", "").split()
        words = "-".join(node.words().split())
        name = key = _own(own[0]) if own else ID_PREFIX + words
        count = 1
        while key in self._taken:
            count += 1
            key = f"{name}-{count}"
        self._taken.add(key)
        self.ids[id(node)] = key
        for spelled in (*own[:1], words, key.removeprefix(ID_PREFIX)):
            self._spelled.setdefault(spelled, key)

    def _add_spelling(self, node: Node, counts: dict[str, int]) -> None:
        """Add GitHub's name of a heading; it numbers headings of the same words from 1 on."""
        name = github_name(node.words())
        count = counts[name] = counts.get(name, -1) + 1
        self._spelled.setdefault(f"{name}-{count}" if count else name, self.ids[id(node)])


def github_name(words: str) -> str:
    """Return how GitHub spells the link to a heading: small letters, no marks, hyphens."""
    return _NO_LETTER.sub("", words.strip().lower()).replace(" ", "-")


def as_browsers_read(href: str) -> str:
    """Return an address as browsers read it: without spaces around it and line ends in it."""
    plain = re.sub(r"[\t\n\r]", "", href.strip(_EDGE))
    return plain if SCHEME.match(plain) else plain.replace("\\", "/")


def links_notice(names: Sequence[str], what: str) -> str:
    """Return the notice about links that lead to the same nothing: `what` begins with leads."""
    named = list(dict.fromkeys(names))
    if len(named) == 1:
        return f"the link to {named[0]} {what}"
    listed = join_some(named, _NAMED) if len(named) > _NAMED else join_words(named)
    return f"the links to {listed} {what.replace('leads', 'lead', 1)}"


def only_texts(nb: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook with what can have anchors: texts, and outputs in HTML or Markdown."""
    kept = []
    for cell in map(mapping, sequence(nb.get("cells"))):
        outputs = [
            output for output in sequence(cell.get("outputs")) if _TEXTS.intersection(_data(output))
        ]
        if outputs or cell.get("cell_type") == "markdown":
            kept.append({**cell, "outputs": outputs, "attachments": {}})
    return {**nb, "cells": kept}


def _data(output: Any) -> Mapping[str, Any]:
    """Return the data of an output that shows no picture."""
    data = mapping(mapping(output).get("data"))
    return {} if any(kind.mime in data for kind in TYPES) else data


def _own(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name
