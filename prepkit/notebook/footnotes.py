"""Footnotes in HTML: which note belongs to which mark."""

from __future__ import annotations

from collections.abc import Sequence

from prepkit.notebook.html_tree import Node


def notes_of(root: Node) -> dict[str, Node]:
    """Return the footnotes that the text refers to, directly or in another note, by label.

    If two notes have the same label, only the first counts.
    """
    every: dict[str, Node] = {}
    for node in root.descendants():
        if node.tag == "x-note-text":
            every.setdefault(node.attributes.get("label", ""), node)
    notes: dict[str, Node] = {}
    to_read = root.elements()
    while to_read:
        node = to_read.pop()
        if node.tag == "x-note":
            label = node.attributes.get("label", "")
            if label in every and label not in notes:
                notes[label] = every[label]
                to_read.extend(every[label].elements())
        elif node.tag != "x-note-text":
            to_read.extend(node.elements())
    return notes


def marked(nodes: Sequence[Node | str], mark: str) -> list[Node | str]:
    """Return `nodes` with a mark before the first word, which may be inside a paragraph."""
    start = next((place for place, node in enumerate(nodes) if node != "\n"), 0)
    first = nodes[start] if nodes else None
    if isinstance(first, Node) and first.tag == "p":
        return [Node("p", first.attributes, [mark, *first.children]), *nodes[start + 1 :]]
    return [mark, *nodes]
