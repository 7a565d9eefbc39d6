"""The contents of a notebook as items, which pages and handouts each show in their own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prepkit.notebook.ansi import Run
from prepkit.notebook.charts import LiveChart
from prepkit.notebook.html_tree import Node
from prepkit.notebook.notices import Notice
from prepkit.notebook.pictures import Picture
from prepkit.notebook.stored_files import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that a cell shows."""

    place: str
    """Such as ``cell 4, output 2``."""
    folded: bool = False
    """Whether the author has folded it away (``hide-input``, ``hide-output``, ``hide-cell``, or
    collapsed in JupyterLab), so that a reader who wants it unfolds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Html(Item):
    """Text, tables, lists, pictures and maths, of a Markdown cell or of an output.

    Its pictures are found and have alternative texts if possible. Maths and footnotes are marked as
    described in `prepkit.notebook.markdown`; the cells of a Styler have their styles. Where paper
    begins a new page, there is an ``<x-page-break>``. The HTML isn't cleaned yet.
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
    styled: tuple[Run, ...] = ()
    """The same text in runs, if it has colours; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Item):
    """An error that ended a cell."""

    text: str
    """Its kind and message, in one line or a few."""
    traceback: str = ""
    """Where it happened, as a terminal shows it, with `text` at its end; empty if it isn't said."""
    styled: tuple[Run, ...] = ()
    """The traceback in runs, if it has colours; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download(Item):
    """A file that is an output and that only other programs show, such as a PDF or a film."""

    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Item):
    """A picture that is an output."""

    picture: Picture
    alt: str
    """The alternative text; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live(Item):
    """A chart that the page draws itself, and the picture of it, if the output has one."""

    chart: LiveChart
    figure: Figure | None


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
    for_author: bool = False
    """Whether only the author has to know it: then it isn't said where it is missing."""

    @property
    def notice(self) -> Notice:
        """The same as a line for the terminal."""
        return Notice(self.place, self.what, self.for_author)
