"""How the pages of a book lead to each other: sidebar, breadcrumbs, neighbours and lists. Pure.

A page's own part of the navigation stays small however large the book is: of a large book, the
sidebar shows the folders that lead to the page, and of a long folder what is around the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING

from prepkit.site.book import Chapter, Folder
from prepkit.site.pages import Context
from prepkit.text import shorten

if TYPE_CHECKING:
    from prepkit.site.book import Book

WHOLE_UP_TO = 60
"""Up to so many notebooks, the sidebar has them all, and lists have their first words."""

LISTED_UP_TO = 200
"""Up to so many notebooks, the search page has them all for those who can't search."""

AROUND = 40
"""How many notebooks of one folder a sidebar has at most."""

_TITLE = 120
IN_A_SECTION = 6
"""How many notebooks of a folder the list of the folder around it has."""


def navigation(book: Book, path: str) -> Context:
    """Return the variables of the navigation on the page at `path`."""
    before, after = book.beside(path)
    return {
        "sidebar": _sidebar(book, path) if len(book.chapters) > 1 else [],
        "top": {"title": book.top.title, "href": book.top.path, "current": book.top.path == path},
        "crumbs": _crumbs(book, path),
        "previous": before and link(before),
        "next": after and link(after),
        "place": "".join(f" · {folder.title}" for folder in _above(book, path)[1:]),
    }


def link(part: Chapter | Folder) -> Context:
    """Return the variables with which a template links to a notebook or a folder."""
    return {"href": part.path, "title": shorten(part.title, _TITLE)}


def all_links(book: Book) -> list[Context]:
    """Return links to all notebooks, or to their folders if there are very many."""
    if len(book.chapters) <= LISTED_UP_TO:
        return list(map(link, book.chapters))
    alone = [link(part) for part in book.top.parts if isinstance(part, Chapter)]
    return [*(link(folder) for folder in book.folders[1:]), *alone]


def listing(book: Book, folder: Folder) -> list[Context]:
    """Return what is in a folder, for its page: notebooks, and a section for each folder in it."""
    brief = len(book.chapters) > WHOLE_UP_TO

    def shown(chapter: Chapter) -> Context:
        return {**link(chapter), "summary": "" if brief else chapter.summary}

    sections: list[Context] = []
    for is_folder, parts in groupby(folder.parts, lambda part: isinstance(part, Folder)):
        if not is_folder:
            notebooks = [shown(part) for part in parts if isinstance(part, Chapter)]
            sections.append({"title": "", "of": 0, "notebooks": notebooks, "brief": brief})
            continue
        for part in parts:
            if isinstance(part, Folder):
                inside = [one for one in part.chapters() if one is not part.chapter]
                some = list(map(shown, islice(inside, IN_A_SECTION)))
                section = {"of": len(inside), "notebooks": some, "brief": brief}
                sections.append({**link(part), **section})
    return sections


def _above(book: Book, path: str) -> Sequence[Folder]:
    """Return the folders above a page; the page of a folder isn't above itself."""
    trail = book.trails[path]
    return trail[:-1] if trail[-1].path == path else trail


def _crumbs(book: Book, path: str) -> list[tuple[str, str]]:
    """Return the addresses and titles of the folders above a page, without the home page."""
    folders = [folder for folder in _above(book, path) if folder.path != "index.html"]
    return [(folder.path, folder.title) for folder in folders]


def _sidebar(book: Book, path: str) -> list[Context]:
    open_ones = {folder.path for folder in book.trails[path]}
    return _items(book.top, path, open_ones, whole=len(book.chapters) <= WHOLE_UP_TO)


def _items(folder: Folder, path: str, open_ones: set[str], *, whole: bool) -> list[Context]:
    """Return the entries of a folder in the sidebar of the page at `path`."""
    way = {path, *open_ones}
    here = max((n for n, part in enumerate(folder.parts) if part.path in way), default=0)
    first = max(0, min(here - AROUND // 2, len(folder.parts) - AROUND))
    shown: list[Context] = []
    for part in folder.parts[first : first + AROUND]:
        item: Context = {**link(part), "current": part.path == path}
        if isinstance(part, Folder):
            is_open = part.path in open_ones
            parts = _items(part, path, open_ones, whole=whole) if is_open or whole else []
            item |= {"open": is_open, "parts": parts}
        shown.append(item)
    # Without their number, which would change all pages whenever a notebook is added.
    others = [{"more": folder.title, "href": folder.path}]
    before = others if first else []
    return before + shown + (others if first + len(shown) < len(folder.parts) else [])
