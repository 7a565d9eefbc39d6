"""Footnotes of a cell on a page: a list at the end of the cell, with links there and back."""

from __future__ import annotations

from prepkit.notebook.footnotes import marked, notes_of
from prepkit.notebook.html_tree import Node


def place_notes(root: Node, before: int) -> int:
    """Move the footnotes of a tree to its end; return the number of notes on the page so far.

    A note without a mark in the text stays where it was written. `before` is the number of notes on
    the page before this tree; the numbers continue from there.
    """
    numbering = _Numbering(notes_of(root), before)
    numbering.mark(root)
    done = 0
    while done < len(numbering.numbers):  # it grows if a note refers to another note
        numbering.mark(numbering.notes[list(numbering.numbers)[done]])
        done += 1
    items: list[Node | str] = [
        _list_item(numbering.notes[label], number, numbering.marks[number])
        for label, number in numbering.numbers.items()
    ]
    if items:
        numbered = Node("ol", {"class": "footnotes-list", "start": str(before + 1)}, items)
        root.children.append(Node("hr", {"class": "footnotes-sep"}))
        root.children.append(Node("section", {"class": "footnotes"}, [numbered]))
    return before + len(items)


class _Numbering:
    """The notes of a tree, with the numbers and marks given to them so far."""

    def __init__(self, notes: dict[str, Node], before: int) -> None:
        self.notes = notes
        self.numbers: dict[str, int] = {}
        self.marks: dict[int, int] = {}
        self._before = before

    def mark(self, parent: Node) -> None:
        """Give the marks below an element their numbers, and take out the notes that have one."""
        kept: list[Node | str] = []
        for child in parent.children:
            label = child.attributes.get("label", "") if isinstance(child, Node) else ""
            note = self.notes.get(label)
            if isinstance(child, Node) and child.tag == "x-note":
                child = self._mark(label) if note else f"[^{label}]"
            elif isinstance(child, Node) and child.tag == "x-note-text":
                if child is note:
                    continue
                child = Node("div", {}, marked(child.children, f"[^{label}]: "))
                self.mark(child)
            elif isinstance(child, Node):
                self.mark(child)
            kept.append(child)
        parent.children = kept

    def _mark(self, label: str) -> Node:
        number = self.numbers.setdefault(label, self._before + len(self.numbers) + 1)
        self.marks[number] = count = self.marks.get(number, 0) + 1
        link = {"href": f"#fn{number}", "id": _mark_id(number, count)}
        return Node("sup", {"class": "footnote-ref"}, [Node("a", link, [f"[{number}]"])])


def _mark_id(number: int, count: int) -> str:
    return f"fnref{number}" if count == 1 else f"fnref{number}:{count - 1}"


def _list_item(note: Node, number: int, marks: int) -> Node:
    """Return a note as an item of the list, with a link back to each of its marks."""
    item = Node("li", {"id": f"fn{number}", "class": "footnote-item"}, note.children)
    paragraphs = [child for child in item.elements() if child.tag == "p"]
    last = paragraphs[-1] if paragraphs else item
    for count in range(1, marks + 1):
        link = {"href": f"#{_mark_id(number, count)}", "class": "footnote-backref"}
        last.children += [" ", Node("a", link, ["\u21a9\ufe0e"])]
    return item
