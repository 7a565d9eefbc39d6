"""The links of a site's notebooks: to each other's pages and places, to questions, and to files."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.files import digest
from prepkit.notebook.anchors import Anchors, only_texts
from prepkit.notebook.reader import read_notebook
from prepkit.site.article import medium
from prepkit.site.files_beside import FilesBeside, NotTakenError, loses_scripts
from prepkit.site.links import Link, Shelf, Target, address_of, named_in
from prepkit.site.listing import question_path

if TYPE_CHECKING:
    from prepkit.site.book import Book
    from prepkit.site.notebooks import Notebook

_WITHOUT_SCRIPTS = (
    "leads to a page that is published without its scripts; if all pages are your own, trust_html"
    " keeps them"
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A notebook that others may link to."""

    source: Path
    """Its file, as an absolute path."""
    page: str
    """Its page, below the site's folder."""
    nb: Mapping[str, Any]
    digest: str
    """The digest of its file."""


class Linking:
    """What the links of all notebooks of a site lead to.

    Parameters
    ----------
    notebooks
        The notebooks that have pages.
    roots
        The publisher's folders, as absolute paths.
    others
        The pages of folders and of questions, by the absolute path of the folder or file.
    """

    def __init__(
        self,
        notebooks: Sequence[Linked],
        roots: Sequence[Path],
        others: Mapping[Path, str] | None = None,
    ) -> None:
        self.files = FilesBeside(roots)
        self._notebooks = {each.page: each for each in notebooks}
        self._anchors: dict[tuple[str, bool], Anchors] = {}
        self._keys: dict[str, str] = {}
        pages = {path.as_posix(): page for path, page in (others or {}).items()}
        # A notebook may be a link to a file elsewhere, and be named by either.
        pages |= {each.source.resolve().as_posix(): each.page for each in notebooks}
        pages |= {each.source.as_posix(): each.page for each in notebooks}
        self._shelf = Shelf(pages, [root.as_posix() for root in roots], self.files.is_file)

    @classmethod
    def of(
        cls,
        book: Book,
        notebooks: Iterable[Notebook],
        sources: Sequence[Path],
        questions: Mapping[Path, str] | None = None,
    ) -> Linking:
        """Return the linking of a book.

        Parameters
        ----------
        book, notebooks
            The notebooks that have pages.
        sources
            The files and folders that the publisher named.
        questions
            What `question_files` returns.
        """
        by_source = {notebook.source: notebook for notebook in notebooks}
        linked = []
        for chapter in book.chapters:
            one = by_source[chapter.source]
            linked.append(Linked(_absolute(one.source), chapter.path, one.nb, one.digest))
        folders = {}
        for folder in book.folders:
            for chapter in folder.chapters():
                folders[_absolute(chapter.root) / folder.place] = folder.path
        named = [_absolute(path) for path in sources]
        roots = [path if path.is_dir() else path.parent for path in named]
        return cls(linked, list(dict.fromkeys(roots)), {**(questions or {}), **folders})

    def look_through(self) -> None:
        """Look at everything that the notebooks may link to, and at the files for it."""
        for notebook in self._notebooks.values():
            named = named_in(notebook.nb)
            self._keys[notebook.page] = digest(*(self._state(href, notebook) for href in named))

    def follower(self, page: str, root: str, *, trusted: bool) -> Follower:
        """Return what follows the links of a notebook's page; `root` is the page's."""
        return Follower(self, self._notebooks[page], root, trusted)

    def key(self, page: str) -> str:
        """Return the digest of all that the links of a notebook's page may lead to."""
        return self._keys[page]

    def _state(self, href: str, notebook: Linked) -> str:
        target = self._shelf.resolve(href, notebook.source.as_posix())
        if target.kind == "file":
            try:
                return repr(self.files.take(target.path))
            except NotTakenError as error:
                return str(error)
        if target.kind == "page" and target.anchor and target.path in self._notebooks:
            return f"{target} {self._notebooks[target.path].digest}"
        return "" if target.kind in ("web", "here") else repr(target)

    def target(self, href: str, notebook: Linked) -> Target:
        """Return where a link leads."""
        return self._shelf.resolve(href, notebook.source.as_posix())

    def page(self, href: str, page: str) -> str | None:
        """Return the page that a link in a notebook's page leads to; None if it leads elsewhere."""
        target = self.target(href, self._notebooks[page])
        return target.path if target.kind == "page" else None

    def anchors(self, page: str, *, trusted: bool) -> Anchors | None:
        """Return the places of a notebook's page; None for a page of something else."""
        if page not in self._notebooks:
            return None
        if (page, trusted) not in self._anchors:
            read = read_notebook(only_texts(self._notebooks[page].nb), medium(trusted=trusted))
            self._anchors[page, trusted] = Anchors.of(read, trusted=trusted)
        return self._anchors[page, trusted]


@dataclass(slots=True)
class Follower:
    """Follows the links of one notebook, while its page is made."""

    linking: Linking
    notebook: Linked
    root: str
    """The relative path from the page to the site's folder."""
    trusted: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    """The files that the page links to, by their paths in the site."""

    def follow(self, href: str) -> Link:
        """Return a link as the page has it."""
        target = self.linking.target(href, self.notebook)
        if target.kind == "page":
            return self._to_page(target)
        if target.kind == "file":
            try:
                taken = self.linking.files.take(target.path)
                content = self.linking.files.content(target.path, trusted=self.trusted)
            except NotTakenError as error:
                return Link(None, f"leads nowhere: {error}")
            self.files[taken.path] = content
            notice = _WITHOUT_SCRIPTS if loses_scripts(content) else ""
            return Link(address_of(taken.path, self.root, target.anchor), notice)
        if target.kind == "dead" or (target.kind == "program" and not self.trusted):
            return Link(href if self.trusted else None, f"leads nowhere: {target.why}")
        return Link(href)

    def _to_page(self, target: Target) -> Link:
        address = address_of(target.path, self.root)
        anchors = self.linking.anchors(target.path, trusted=self.trusted)
        if not target.anchor or anchors is None:
            return Link(address)
        if key := anchors.find(target.anchor):
            return Link(address_of(target.path, self.root, key))
        return Link(address, f"leads to the top of its page: there is no place #{target.anchor}")


def question_files(questions: Container[str], folder: Path) -> dict[Path, str]:
    """Return the page of each question by its file, as an absolute path.

    Parameters
    ----------
    questions
        The ids of the questions that have pages.
    folder
        The folder of the bank. Notebooks may lie beside it or beside what a link leads to.
    """
    found = {}
    for root in {_absolute(folder), folder.resolve()}:
        for path in (root / "questions").glob("*/[0-9][0-9]-*.md"):
            if (question_id := f"{path.parent.name}/{path.name[:2]}") in questions:
                found[path] = question_path(question_id)
    return found


def _absolute(path: Path) -> Path:
    """Return an absolute path, in which links to folders are as they were named."""
    return Path(os.path.normpath(path.absolute()))
