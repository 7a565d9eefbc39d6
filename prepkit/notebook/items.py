"""What a notebook says, as a list of items: each output writes them out in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prepkit.notebook.html_tree import Node
from prepkit.notebook.pictures import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that a cell shows."""

    place: str
    """Such as ``cell 4, output 2``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Html(Item):
    """Text, tables, lists, pictures and maths, of a Markdown cell or of an output.

    The pictures in it are found, and have alternative texts where there is anything to say. Maths
    and footnotes are marked as `prepkit.notebook.markdown` says; a Styler's cells have their
    styles. It is not cleaned.
    """

    root: Node
    is_cell: bool
    """Whether it is the text of a Markdown cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Item):
    """The source of a code cell."""

    source: str
    language: str
    """Such as ``python``, as the notebook's kernel has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Item):
    """Text as a terminal shows it in the end."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Item):
    """An error that ended a cell, in one line or a few."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Item):
    """A picture that is an output."""

    picture: Picture
    alt: str
    """What it shows; empty where nobody says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSheet(Item):
    """A stored worksheet, as the reader's caller has read it."""

    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget(Item):
    """A widget, with what it and all that stand in it showed when the notebook was saved."""

    shown: tuple[Item, ...]
    has_text: bool
    """Whether there is a text that stands for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetText(Item):
    """A text in a stored widget, with the label beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Item):
    """What is not shown, or not as it is, and where there is a way, how to have it shown."""

    what: str
