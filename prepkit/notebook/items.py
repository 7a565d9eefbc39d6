"""The contents of a notebook as items, which pages and handouts each show in their own way."""

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

    Its pictures are found and have alternative texts if possible. Maths and footnotes are marked as
    described in `prepkit.notebook.markdown`; the cells of a Styler have their styles. The HTML
    isn't cleaned yet.
    """

    root: Node
    is_cell: bool
    """Whether it is the text of a Markdown cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Item):
    """The source of a code cell."""

    source: str
    language: str
    """Such as ``python``, as the notebook's kernel calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Item):
    """Text as a terminal finally shows it, for example after a progress bar has ended."""

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
    """The alternative text; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSheet(Item):
    """A stored worksheet, as the medium's `sheet` function has read it."""

    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget(Item):
    """A widget, with what it and the widgets in it showed when the notebook was saved."""

    shown: tuple[Item, ...]
    has_text: bool
    """Whether the output also has a text to show instead of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetText(Item):
    """A text in a stored widget, with the label beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Item):
    """A notice about what isn't shown, or is shown differently, with a remedy if there is one."""

    what: str
