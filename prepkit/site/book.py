"""The notebooks of a site as a book: their addresses, folders, order and neighbours. Pure."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.site.terms import fold
from prepkit.text import capitalize_first, did_you_mean, join_some, natural_key, slugify

if TYPE_CHECKING:
    from prepkit.site.notebooks import Notebook
    from prepkit.site.settings import TocEntry

FOLDER = "notebooks"
"""The folder of a site that holds the pages of notebooks."""

_OWN_PAGES = ("index", "readme")
"""The notebooks that are the page of their folder, by name; the first one counts."""

_LAST = sys.maxsize
"""The rank of what the publisher's order doesn't name."""

_NUMBER = re.compile(r"^(?:\d{1,3}\s*[-_.)]\s*|0\d{1,2}\s+)(?=[^\W\d])")
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Chapter:
    """A notebook of a book, as other pages see it."""

    source: Path
    """Its file."""
    place: str
    """Its path in the folder that the publisher named, such as ``lectures/02 Graphs.ipynb``."""
    path: str
    """Its page, such as ``notebooks/lectures/02-graphs.html``."""
    title: str
    summary: str = ""
    """Its first words; may be empty."""

    @property
    def root(self) -> Path:
        """The folder that the publisher named."""
        return self.source.parents[self.place.count("/")]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a book, with a page of its own."""

    place: str
    """Its path in the folder that the publisher named; empty for that folder itself."""
    path: str
    """Its page, such as ``notebooks/lectures/index.html``."""
    title: str
    chapter: Chapter | None
    """The notebook that is its page: its index.ipynb or README.ipynb, if it has one."""
    parts: tuple[Chapter | Folder, ...]
    """What is directly in it, in reading order, without its own page."""

    def chapters(self) -> Iterator[Chapter]:
        """Yield all notebooks in it and below, in reading order."""
        if self.chapter:
            yield self.chapter
        for part in self.parts:
            if isinstance(part, Folder):
                yield from part.chapters()
            else:
                yield part

    def folders(self) -> Iterator[Folder]:
        """Yield the folder and all folders below it, in reading order."""
        yield self
        for part in self.parts:
            if isinstance(part, Folder):
                yield from part.folders()


@dataclass(frozen=True)
class Book:
    """All notebooks of a site in reading order, by folder."""

    top: Folder
    """The folder that the publisher named; its page is the list of all notebooks."""
    notices: tuple[str, ...] = ()
    """What is different from what the publisher may expect."""

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """All notebooks, in reading order."""
        return tuple(self.top.chapters())

    @cached_property
    def folders(self) -> tuple[Folder, ...]:
        """All folders, the top one first."""
        return tuple(self.top.folders())

    @cached_property
    def trails(self) -> Mapping[str, tuple[Folder, ...]]:
        """The folders that lead to each page, from the top one, by the page's path.

        The trail to the page of a folder ends with that folder.
        """
        return dict(_trails(self.top, ()))

    def beside(self, path: str) -> tuple[Chapter | None, Chapter | None]:
        """Return the notebooks before and after the one whose page is at `path`."""
        place = self._numbers.get(path)
        if place is None:
            return None, None
        before = self.chapters[place - 1] if place else None
        return before, next(iter(self.chapters[place + 1 : place + 2]), None)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {chapter.path: number for number, chapter in enumerate(self.chapters)}


def make_book(
    notebooks: Iterable[Notebook],
    toc: Sequence[TocEntry] = (),
    *,
    home: str = f"{FOLDER}/index.html",
    title: str = "Notebooks",
    left_out: Collection[str] = (),
) -> Book:
    """Return the book of notebooks.

    Parameters
    ----------
    notebooks
        The notebooks. Several may have the same name.
    toc
        The order that the publisher wants. What it doesn't name comes last. Names with numbers are
        in the order of the numbers, 2 before 10. A folder stays together, where its first part is.
    home
        The path of the page that lists the notebooks.
    title
        The title of that page, unless a notebook or `toc` gives it one.
    left_out
        The places of notebooks that can't be published, which `toc` may name all the same.
    """
    notices: list[str] = []
    top = _Bare("", title)
    for notebook in notebooks:
        folder = top
        *names, _ = notebook.place.split("/")
        for name in names:
            place = f"{folder.place}/{name}".lstrip("/")
            folder = folder.inside.setdefault(name, _Bare(place, title_without_number(name)))
        folder.notebooks.append(notebook)
    addressed = _addressed(top, FOLDER, home, notices)
    known = _known_places(addressed)
    for place in left_out:
        known.update([place, *_above(place)])
    wanted: dict[str, tuple[int, str]] = {}
    for rank, entry in enumerate(toc):
        listed = _place_of(entry.path, known)
        if listed is None:
            near = did_you_mean(entry.path, sorted(known - {""}))
            notices.append(f"toc: there is no notebook or folder '{entry.path}'{near}")
        else:
            wanted.setdefault(listed, (rank, entry.title))
    if forgotten := _forgotten(addressed, wanted):
        some = join_some(forgotten, _NAMED_AT_MOST)
        notices.append(f"toc doesn't name all notebooks; these come last: {some}")
    _, ordered = _ordered(addressed, wanted, _LAST)
    return Book(ordered, tuple(notices))


@dataclass(slots=True)
class _Bare:
    """A folder while its notebooks are collected."""

    place: str
    title: str
    notebooks: list[Notebook] = field(default_factory=list)
    inside: dict[str, _Bare] = field(default_factory=dict)


def _addressed(bare: _Bare, base: str, page: str, notices: list[str]) -> Folder:
    """Return a folder with its pages' addresses, in the order of names.

    The addresses don't depend on the publisher's order, so that they stay when it changes.

    Parameters
    ----------
    bare
        The folder.
    base
        The folder of the site in which its pages are.
    page
        The path of its own page.
    notices
        Gets a line for each name that clashes with another one.
    """
    own = _own_page(bare.notebooks)
    named: list[tuple[str, Chapter | Folder]] = []
    twins: dict[str, object] = {"index": None}
    for one in sorted(bare.notebooks, key=lambda one: natural_key(one.source.name)):
        if one is own:
            continue
        slug = _free(_slug(one.source.stem, "notebook"), one.source, twins, notices)
        named.append((one.source.stem, _chapter(one, f"{base}/{slug}.html")))
    twins = {}
    for name in sorted(bare.inside, key=natural_key):
        inside = bare.inside[name]
        slug = _free(_slug(name, "folder"), f"the folder {inside.place}", twins, notices)
        folder = _addressed(inside, f"{base}/{slug}", f"{base}/{slug}/index.html", notices)
        named.append((name, folder))
    named.sort(key=lambda found: natural_key(found[0]))
    return Folder(
        bare.place,
        page,
        own.title if own else bare.title,
        _chapter(own, page) if own else None,
        tuple(part for _, part in named),
    )


def _chapter(one: Notebook, path: str) -> Chapter:
    return Chapter(one.source, one.place, path, one.title, one.summary)


def _own_page(notebooks: Sequence[Notebook]) -> Notebook | None:
    """Return the notebook that is the page of the folder with these notebooks."""
    for name in _OWN_PAGES:
        for one in notebooks:
            if one.source.stem.casefold() == name:
                return one
    return None


def title_from_name(name: str) -> str:
    """Return the title of a notebook or a folder without one, such as ``A report``."""
    return capitalize_first(re.sub(r"[\s_-]+", " ", name).strip() or name)


def title_without_number(name: str) -> str:
    """Return a title from a name without the number that puts it in its place."""
    return title_from_name(_NUMBER.sub("", name))


def _slug(name: str, otherwise: str) -> str:
    """Return a name as a part of an address. Letters of other scripts stay if there are no more."""
    whole = unicodedata.normalize("NFC", name).casefold()
    letters = (one if unicodedata.category(one)[0] in "LMN" else " " for one in whole)
    # With ß as ss and ø as o, which plain ASCII would drop: Größen is grossen, not groen.
    return slugify(fold(name)) or "-".join("".join(letters).split()) or otherwise


def _free(slug: str, what: object, twins: dict[str, object], notices: list[str]) -> str:
    """Return a part of an address that nothing else has: `slug`, or with a number at its end."""
    free, number = slug, 1
    while free in twins:
        number += 1
        free = f"{slug}-{number}"
    if twin := twins.get(slug):
        notices.append(
            f"{what}: its address has {free} in it, because {twin} would have the same address;"
            " rename one of them"
        )
    twins[free] = what
    return free


def _known_places(top: Folder) -> set[str]:
    return {folder.place for folder in top.folders()} | {one.place for one in top.chapters()}


def _place_of(path: str, known: Collection[str]) -> str | None:
    """Return the place that a publisher means by a path in the order; None if there is none."""
    place = "" if path in (".", "./") else path.removeprefix("./").rstrip("/")
    return next((one for one in (place, f"{place}.ipynb") if one in known), None)


def _forgotten(top: Folder, wanted: Collection[str]) -> list[str]:
    """Return the places of the notebooks that an order doesn't name, alone or by a folder."""
    if not wanted or "" in wanted:
        return []
    pages = {folder.chapter for folder in top.folders()}
    return [
        chapter.place
        for chapter in top.chapters()
        if chapter not in pages
        and not any(place in wanted for place in (chapter.place, *_above(chapter.place)))
    ]


def _above(place: str) -> list[str]:
    """Return the folders that a place is in, without the top one."""
    names = place.split("/")[:-1]
    return ["/".join(names[:count]) for count in range(1, len(names) + 1)]


def _ordered(
    folder: Folder, wanted: Mapping[str, tuple[int, str]], inherited: int
) -> tuple[int, Folder]:
    """Return a folder in the publisher's order and with the publisher's titles, and its rank.

    What isn't named has the rank of the folder around it.
    """
    rank, title = wanted.get(folder.place, (inherited, ""))
    ranked: list[tuple[int, Chapter | Folder]] = []
    for part in folder.parts:
        if isinstance(part, Folder):
            ranked.append(_ordered(part, wanted, rank))
        else:
            own, own_title = wanted.get(part.place, (rank, ""))
            ranked.append((own, replace(part, title=own_title or part.title)))
    chapter = folder.chapter
    first = rank
    if chapter:
        first, own_title = wanted.get(chapter.place, (rank, ""))
        title = title or own_title
        chapter = replace(chapter, title=title or chapter.title)
    ranked.sort(key=lambda found: found[0])  # a stable sort: equal ranks stay in order of names
    first = min(rank, first, *(found for found, _ in ranked))
    parts = tuple(part for _, part in ranked)
    return first, replace(folder, title=title or folder.title, chapter=chapter, parts=parts)


def _trails(folder: Folder, above: tuple[Folder, ...]) -> Iterator[tuple[str, tuple[Folder, ...]]]:
    trail = (*above, folder)
    yield folder.path, trail
    for part in folder.parts:
        if isinstance(part, Folder):
            yield from _trails(part, trail)
        else:
            yield part.path, trail
