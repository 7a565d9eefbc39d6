"""Where the links in a notebook lead: to pages, to files beside it, to the web, or nowhere. Pure.

Paths are absolute and in POSIX spelling, such as ``/book/part/one.ipynb``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from posixpath import basename, dirname, join, normpath, splitext
from typing import Any, Literal
from urllib.parse import quote, unquote

from prepkit.notebook.anchors import SCHEME, as_browsers_read
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.text import did_you_mean

NOTEBOOK = ".ipynb"

_WEB = frozenset({"http", "https", "mailto"})
# What pages are called that other programs make of the same notebook.
_TWINS = ("", ".html", ".htm", ".md")
_NUMBER = re.compile(r"\d+")
_FIRST = ("index.ipynb", "README.ipynb", "Index.ipynb")
# A space may stand in <…> only. One pair of brackets inside is as deep as names have them.
_IN_MARKDOWN = re.compile(
    r"\]\(\s*(?:<([^<>\n]*)>|((?:\\.|\([^\s()]*\)|[^\s()\\])+))"
    r"|^\s{0,3}\[[^\]\n]+\]:\s*(?:<([^<>\n]*)>|(\S+))",
    re.MULTILINE,
)
_IN_HTML = re.compile(
    r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# Everything that may stand in a path or a fragment as it is.
_PLAIN = "!$&'()*+,;=:@/-._~"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads."""

    kind: Literal["page", "file", "here", "web", "program", "dead"]
    """A link for a ``program`` is one such as ``javascript:`` or ``data:``, for trusted pages only.
    """
    path: str = ""
    """Of a page, its path below the site's folder; of a file, the file to take along."""
    anchor: str = ""
    """The place on the page, as the link spells it; empty for the whole page."""
    why: str = ""
    """Why it leads nowhere."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What links between notebooks may lead to."""

    pages: Mapping[str, str]
    """The path of each notebook's page below the site's folder, by the path of the notebook."""
    roots: Collection[str]
    """The publisher's folders: no link takes anything outside them along."""
    is_file: Callable[[str], bool]
    """Tells whether there is a file at a path."""

    def resolve(self, href: str, source: str) -> Target:
        """Return where a link in the notebook at `source` leads."""
        address = as_browsers_read(href)
        if address.startswith("//"):
            return Target("web")
        if scheme := SCHEME.match(address):
            if scheme[1].lower() in _WEB:
                return Target("web")
            return _to_program(scheme[1].lower())
        address, _, fragment = address.partition("#")
        name, anchor = address.partition("?")[0], unquote(fragment)
        if not name:
            return Target("here", anchor=anchor)
        return self._found(name, source, anchor)

    def _found(self, name: str, source: str, anchor: str) -> Target:
        paths = list(dict.fromkeys(self._path(each, source) for each in (unquote(name), name)))
        for path in paths:
            if page := self.pages.get(path):
                return Target("page", page, anchor)
            if self._is_ours(path) and self.is_file(path):
                if not path.endswith(NOTEBOOK):
                    return Target("file", path, anchor)
                return Target("dead", why="that notebook is not published")
        for path in paths:
            for other in _other_names(path):
                if page := self.pages.get(other):
                    return Target("page", page, anchor)
        return Target("dead", why=self._why(paths[0]))

    def _path(self, name: str, source: str) -> str:
        """Return the path that a link names; one that begins with a slash, in the source's root."""
        if name.startswith("/"):
            mine = [root for root in self.roots if is_inside(source, root)]
            return normpath(join(max(mine, key=len, default=dirname(source)), name.lstrip("/")))
        return normpath(join(dirname(source), name))

    def _is_ours(self, path: str) -> bool:
        """Tell whether a path is in one of the publisher's folders, and not hidden there."""
        return any(
            is_inside(path, root)
            and not any(part.startswith(".") for part in path[len(root) :].split("/"))
            and "\0" not in path
            for root in self.roots
        )

    def _why(self, path: str) -> str:
        if not any(is_inside(path, root) for root in self.roots):
            return "it is outside the folders that you publish"
        if not self._is_ours(path):
            return "hidden files are never published"
        beside = {basename(page) for page in self.pages if dirname(page) == dirname(path)}
        like = {name for name in beside if _could_mean(basename(path), name)}
        return f"there is no such file{did_you_mean(basename(path), like)}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a page has it."""

    address: str | None
    """None if it leads nowhere: then only its words stay."""
    notice: str = ""
    """What its author should know, without the name of the link."""


def _could_mean(wrong: str, name: str) -> bool:
    """Tell whether a name may be meant by a wrong one: that it has other numbers is no mistake."""
    return _NUMBER.findall(wrong) == _NUMBER.findall(name)


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path is below a folder."""
    return path.startswith(folder if folder.endswith("/") else f"{folder}/")


def address_of(path: str, root: str, anchor: str = "") -> str:
    """Return the address of something in the site's folder, for a page whose `root` is given."""
    place = f"#{quote(anchor, safe=_PLAIN + '?')}" if anchor else ""
    return f"{root}{quote(path, safe=_PLAIN.replace(':', ''))}{place}"


def named_in(nb: Mapping[str, Any]) -> list[str]:
    """Return every address in a notebook that may be a link or a picture, each once.

    It is quicker than reading the notebook, and finds too many rather than too few.
    """
    found: dict[str, None] = {}
    for cell in map(mapping, sequence(nb.get("cells"))):
        if cell.get("cell_type") == "markdown":
            found |= dict.fromkeys(_named(joined(cell.get("source"))))
        for output in map(mapping, sequence(cell.get("outputs"))):
            data = mapping(output.get("data"))
            for mime in ("text/html", "text/markdown"):
                found |= dict.fromkeys(_named(joined(data.get(mime))))
    return list(found)


def _named(text: str) -> Iterator[str]:
    if "](" in text or "]:" in text:
        for match in _IN_MARKDOWN.finditer(text):
            yield unescape(_ESCAPED.sub(r"\1", next(filter(None, match.groups()), "")))
    small = text.lower()
    if "href" in small or "src" in small:
        for match in _IN_HTML.finditer(text):
            yield unescape(next(filter(None, match.groups()), ""))


def _other_names(path: str) -> Iterator[str]:
    """Yield the notebooks that a link may mean by another name: a page of it, or its folder."""
    stem, suffix = splitext(path)
    if suffix in _TWINS:
        yield stem + NOTEBOOK
    yield path + NOTEBOOK
    yield from (join(path, name) for name in _FIRST)


def _to_program(scheme: str) -> Target:
    if scheme == "file" or len(scheme) == 1:  # C:\
        return Target("dead", why="it is a place on one computer")
    if scheme == "attachment":
        return Target("dead", why="of what is pasted into a cell, only pictures are published")
    if scheme == "data":
        return Target("program", why="files inside a link (data:) are not published")
    return Target("program", why=f"links that begin with {scheme}: are not published")
