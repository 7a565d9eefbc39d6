"""An executed notebook -> an article: HTML, its pictures, and notices of what was left out. Pure.

Nothing here imports nbconvert, which is slow to import; only the exporter does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from prepkit.language import ENGLISH, Language
from prepkit.notebook import items
from prepkit.notebook.anchors import Anchors
from prepkit.notebook.ansi import Run
from prepkit.notebook.html_tree import HEADINGS, Node, parse_html, write_html
from prepkit.notebook.maths import mathml, tex_of_node
from prepkit.notebook.notices import Notice, grouped
from prepkit.notebook.pictures import TYPES, without_metadata_inside
from prepkit.notebook.reader import Medium, notebook_title, read_notebook
from prepkit.notebook.sanitize import clean_tree
from prepkit.notebook.stored_files import StoredFile
from prepkit.notebook.tex import MathsError
from prepkit.sheet import Sheet, read_sheet
from prepkit.site.article_links import follow_links
from prepkit.site.footnotes import place_notes
from prepkit.site.highlighting import fence_language, highlighted
from prepkit.site.links import Link
from prepkit.site.live import live_html
from prepkit.site.spoken import spoken_html
from prepkit.site.trusted import refused
from prepkit.site.vendor import Vendor
from prepkit.text import capitalize_first, end_sentence, replace_lone_surrogates, shorten

_FOLD = '<details class="folded"><summary>{}</summary>{}</details>'
_SHORT_FORMULA = 40  # characters of TeX
_SECTION = re.compile(r'<h2 id="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
_CONTENTS_AT_MOST = 60
# A wide table scrolls sideways in a narrow window. The tabindex lets the keyboard scroll it too.
_WIDE = {"class": "wide", "role": "group", "tabindex": "0"}


class Heading(NamedTuple):
    """A heading, for the contents of a page."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Article:
    """A notebook as it is published."""

    title: str
    html: str
    sections: tuple[Heading, ...]
    """The headings of levels 2 and 3; only those of level 2 if there are many."""
    files: Mapping[str, bytes]
    """The pictures and downloads, by the names that `html` uses for them."""
    scripts: Mapping[str, bytes]
    """The libraries that draw its charts, by name; empty if it has no charts to draw."""
    notices: tuple[str, ...]
    """What is left out or shown differently, and where in the notebook."""


@dataclass(slots=True)
class Renderer:
    """Renders one notebook, item by item.

    Parameters
    ----------
    worksheet
        Returns the HTML of a question. It is the site's own, so it isn't cleaned.
    folder
        Where the notebook is, for the pictures beside it; with None, no file is read.
    root
        The folder that such pictures must be in; None for that of the notebook.
    link
        Returns the address of a picture in the article, from its name and content.
    question
        Returns the address of a question's page, from the question's id; None if there is no page.
    follow
        Returns where a link to anywhere but this page leads; by default, links stay as they are.
    trusted
        Whether the notebook's HTML is published unchanged, with its scripts.
    code
        Whether code is unfolded, unless its author has folded it (``open``), or not.
    folded_code
        Whether code that its author has folded away is on the page, to be unfolded.
    words
        The language of what the page says itself.
    language
        The language of the notebook.
    vendor
        What the site takes along; without it, no picture is fetched and no chart is drawn.
    chart_remedy
        What would let charts be drawn, where none is.
    hosts
        The hosts from which trusted HTML may load something.
    """

    worksheet: Callable[[Sheet], str]
    folder: Path | None = None
    root: Path | None = None
    link: Callable[[str, bytes], str] = field(default=lambda name, content: f"files/{name}")
    question: Callable[[str], str | None] = field(default=lambda question_id: None)
    follow: Callable[[str], Link] = field(default=Link)
    trusted: bool = False
    code: Literal["open", "folded", "hidden"] = "folded"
    folded_code: bool = True
    words: Language = ENGLISH
    language: str = "en"
    vendor: Vendor | None = None
    chart_remedy: str = ""
    hosts: Sequence[str] = ()
    _scripts: dict[str, bytes] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)
    _notices: dict[Notice, None] = field(default_factory=dict)
    _sections: list[Heading] = field(default_factory=list)
    _anchors: Anchors = field(default_factory=Anchors)
    _level: int = 0
    """The level of the last heading; 0 before the first one."""
    _notes: int = 0
    """The number of footnotes so far."""
    _place: str = ""

    def article(self, nb: Mapping[str, Any], name: str) -> Article:
        """Return the article of an executed notebook of format 4; `name` if it has no title."""
        shown = replace(
            medium(trusted=self.trusted, root=self.root), chart_remedy=self.chart_remedy
        )
        if self.vendor:
            shown = replace(shown, lacks=self.vendor.lacks, fetch=self.vendor.fetch)
        read = list(read_notebook(nb, shown, self.folder))
        title = notebook_title(nb, read) or name
        self._anchors = Anchors.of(read, trusted=self.trusted)
        html = "\n".join(filter(None, self._parts(read)))
        return Article(
            replace_lone_surrogates(title),
            html,
            _contents(self._sections),
            self._files,
            self._scripts,
            tuple(grouped(self._notices)),
        )

    def _notice(self, text: str) -> None:
        self._notices[Notice(self._place, text)] = None

    def _parts(self, read: Iterable[items.Item]) -> Iterator[str]:
        """Yield the HTML of items; what a cell has folded away can be unfolded at one click."""
        for folded, group in groupby(read, key=_fold):
            parts = "\n".join(filter(None, map(self._item, group)))
            title = self._ours(self.words.gettext(folded[1])) if folded else ""
            yield _FOLD.format(title, parts) if folded and parts else parts

    def _item(self, item: items.Item) -> str:
        """Return an item as HTML, which is clean and needs no further change."""
        self._place = item.place
        match item:
            case items.Html():
                return self._html(item.root)
            case items.Code():
                if item.folded and not self.folded_code:
                    return ""
                unfolded = self.code == "open" and not item.folded
                label = self._ours(self.words.gettext("Code"))
                return _code(item.source, item.language, label, unfolded=unfolded)
            case items.Stream():
                return f'<pre class="output">{_styled(item.text.rstrip(), item.styled)}</pre>'
            case items.Error():
                text = _styled(item.traceback or item.text, item.styled)
                return f'<pre class="output error">{text}</pre>'
            case items.Live():
                return self._live(item)
            case items.Figure():
                return f"<figure>{self._image(item)}</figure>"
            case items.Download():
                address = escape(self._kept(item.file.content, item.file.suffix))
                return f'<p class="note"><a href="{address}" download>{item.file.label}</a></p>'
            case items.StoredSheet():
                sheet = self.worksheet(item.data)
                # Its headings have their levels and ids already.
                sections = _SECTION.findall(sheet)
                self._sections += [
                    Heading(key, parse_html(text).words(), 2) for key, text in sections
                ]
                return sheet
            case items.Widget():
                # What it showed isn't published: text typed into a form is private.
                self._notice("a widget is left out: it only works in a running notebook")
                said = self._ours(self.words.gettext("This part only works in the notebook."))
                return f'<p class="note">{said}</p>'
            case items.Missing():
                self._notices[item.notice] = None
                if not item.for_author:
                    what = end_sentence(capitalize_first(item.what))
                    return f'<p class="note">{spoken_html(what, "en", self.language)}</p>'
        return ""

    def _ours(self, text: str) -> str:
        return spoken_html(text, self.words.code, self.language)

    def _live(self, item: items.Live) -> str:
        scripts = self.vendor.scripts(item.chart) if self.vendor else {}
        self._scripts |= scripts
        picture = self._image(item.figure) if item.figure else ""
        return live_html(item.chart, scripts, picture, self.words)

    def _image(self, figure: items.Figure) -> str:
        address = escape(self._kept(figure.picture.content, figure.picture.type.suffix))
        alt = _escaped(figure.alt or self.words.gettext("Plot"))
        return f'<img src="{address}" alt="{alt}">'

    def _html(self, root: Node) -> str:
        for notice in follow_links(root, self._anchors, self.follow, self.words):
            self._notice(notice)
        if any(node.tag == "x-note-text" for node in root.descendants()):
            self._notes = place_notes(root, self._notes)
        _wrap_tables(root, self.words.gettext("Table"))
        for node in root.descendants():
            if node.tag in HEADINGS:
                self._heading(node)
            elif node.tag in ("x-math", "x-math-inline"):
                self._maths(node)
            elif node.tag == "a" and "pk-open" in node.classes:
                self._question_link(node)
            elif "alert-title" in node.classes:
                self._alert_title(node)
            elif node.tag == "pre" and (language := fence_language(node)):
                node.source = highlighted(node.text(), language).rstrip()
            elif node.tag == "img" and not node.source and (node.picture or node.notices):
                shown = node.picture
                address = self._kept(shown.content, shown.type.suffix) if shown else ""
                node.attributes = {**node.attributes, "src": address}
            elif node.tag == "x-file" and node.file:
                self._offer(node, node.file)
            elif node.tag == "x-missing":
                what = end_sentence(capitalize_first(node.notices[0]))
                node.tag, node.attributes = "span", {"class": "missing"}
                node.children = [what, " ", *node.children]
        if not self.trusted:
            return clean_tree(root, self._notice)
        for node in root.descendants():
            for notice in node.notices:
                self._notice(notice)
        if notice := refused(root, self.hosts):
            self._notice(notice)
        return without_metadata_inside(replace_lone_surrogates(write_html(root.children)))

    def _kept(self, content: bytes, suffix: str) -> str:
        """Return the address of a picture or a download, which becomes a file of the site."""
        name = f"{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self._files[name] = content
        return self.link(name, content)

    def _offer(self, node: Node, file: StoredFile) -> None:
        """Let an element lead to the file that was in it."""
        address = self._kept(file.content, file.suffix)
        node.tag, node.attributes = "a", {"href": address, "download": ""}
        words = node.words()
        node.children = [f"{words} ({file.label})" if words else file.label]

    def _heading(self, node: Node) -> None:
        """Give a heading its level and id.

        The first heading is the title of the page and the only one of level 1. No heading skips a
        level.
        """
        self._level = max(2, min(int(node.tag[1]), self._level + 1)) if self._level else 1
        text = node.words()
        key = self._anchors.ids[id(node)]
        node.tag, node.attributes = f"h{self._level}", {"id": key}
        if self._level in (2, 3) and text:
            self._sections.append(Heading(key, replace_lone_surrogates(text), self._level))

    def _question_link(self, node: Node) -> None:
        """Let a question that a table names lead to its page; without a page, it is plain text."""
        address = self.question(node.attributes.get("data-question", ""))
        node.tag, node.attributes = ("a", {"href": address}) if address else ("span", {})

    def _maths(self, node: Node) -> None:
        try:
            tex = tex_of_node(node)
            written = mathml(tex, display=node.tag == "x-math")
        except MathsError as error:
            typed = shorten(node.text().strip(), 40)
            self._notice(f"the formula {typed} is shown as typed: {error}")
            node.tag, node.attributes = "code", {}
            return
        number = node.attributes.get("number", "")
        # One that may be wider than a narrow window scrolls there, also by keyboard.
        is_long = len(tex) > _SHORT_FORMULA
        if number or is_long:
            kind = "equation" if node.tag == "x-math" else "formula"
            focus = ' tabindex="0"' if is_long else ""
            beside = f'<span class="equation-number">{escape(number)}</span>' if number else ""
            written = f'<span class="{kind}"{focus}>{written}{beside}</span>'
        node.source = written

    def _alert_title(self, node: Node) -> None:
        titles = {
            "Note": self.words.gettext("Note"),
            "Tip": self.words.gettext("Tip"),
            "Important": self.words.gettext("Important"),
            "Warning": self.words.gettext("Warning"),
            "Caution": self.words.gettext("Caution"),
        }
        words = node.words()
        node.children = [Node("strong", {}, [titles.get(words, words)])]


def medium(*, trusted: bool, root: Path | None = None) -> Medium:
    """Return what a page can show; only a trusted notebook keeps its scripts.

    Pictures beside a notebook may be anywhere in `root`.
    """
    return Medium(
        verb="publish",
        pictures=TYPES,
        sheet=read_sheet,
        scripts=trusted,
        files=True,
        root=root,
    )


def _contents(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    many = len(headings) > _CONTENTS_AT_MOST
    return tuple(one for one in headings if one.level == 2 or not many)


def _fold(item: items.Item) -> tuple[str, str] | None:
    """Return what an item is folded away with and under which word; None if it is not."""
    if not item.folded or isinstance(item, items.Code):  # all code is folded by itself
        return None
    is_text = isinstance(item, items.Html) and item.is_cell
    return item.place.split(",")[0], "Text" if is_text else "Output"


def _styled(text: str, runs: Iterable[Run]) -> str:
    """Return a terminal's text as HTML with its colours."""
    return "".join(
        f'<span class="{classes}">{_escaped(part)}</span>' if classes else _escaped(part)
        for part, classes in runs
    ) or _escaped(text)


def _wrap_tables(parent: Node, label: str) -> None:
    """Put each table that isn't inside another one into an element that can scroll."""
    for place, child in enumerate(parent.children):
        if isinstance(child, Node) and child.tag == "table" and _has_cells(child):
            parent.children[place] = Node("div", {**_WIDE, "aria-label": label}, [child])
        elif isinstance(child, Node):
            _wrap_tables(child, label)


def _has_cells(table: Node) -> bool:
    return any(node.tag in ("td", "th") for node in table.descendants())


def _escaped(text: str) -> str:
    return escape(replace_lone_surrogates(text))


def _code(source: str, language: str, label: str, *, unfolded: bool) -> str:
    code = highlighted(source, language)
    state = " open" if unfolded else ""
    start = f'<details class="code"{state} data-pagefind-ignore>'
    return f"{start}<summary>{label}</summary>{code}</details>"
