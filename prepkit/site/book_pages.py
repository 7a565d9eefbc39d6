"""The pages of a book of notebooks: one for each notebook, and one for each folder. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from prepkit.language import ENGLISH, Language
from prepkit.site.navigation import listing, navigation
from prepkit.site.pages import Context, Page

if TYPE_CHECKING:
    from prepkit.site.book import Book, Chapter, Folder
    from prepkit.site.linking import Linking
    from prepkit.site.notebooks import Notebook

SECTION = "notebooks"
"""The entry in the navigation that the pages belong to."""


def book_pages(
    book: Book,
    notebooks: Iterable[Notebook],
    linking: Linking,
    questions: Collection[str],
    language: Language = ENGLISH,
) -> list[Page]:
    """Return the pages of a book: folders first, then notebooks in reading order.

    Parameters
    ----------
    book
        The book.
    notebooks
        The notebooks that it is made of.
    linking
        What their links lead to.
    questions
        The ids of the questions that have a page, to which notebooks may link.
    language
        The language of the pages around the notebooks.
    """
    by_source = {notebook.source: notebook for notebook in notebooks}
    known = frozenset(questions)
    pages = [
        _folder_page(book, folder, language) for folder in book.folders if folder.chapter is None
    ]
    return pages + [
        _notebook_page(book, chapter, by_source[chapter.source], linking, known)
        for chapter in book.chapters
    ]


def _folder_page(book: Book, folder: Folder, language: Language) -> Page:
    around = navigation(book, folder.path)
    if folder is book.top:
        around["sidebar"] = []  # it would say the same as the page
    inside = listing(book, folder)
    count = len(list(folder.chapters()))
    return Page(
        folder.path,
        "notebooks",
        folder.title,
        language.ngettext("%(num)s notebook to read.", "%(num)s notebooks to read.", count),
        SECTION,
        lambda: {**around, "listing": inside},
        cache_key=repr(inside),
        around=repr(around),
    )


def _notebook_page(
    book: Book,
    chapter: Chapter,
    notebook: Notebook,
    linking: Linking,
    questions: frozenset[str],
) -> Page:
    around = navigation(book, chapter.path)
    folder = book.trails[chapter.path][-1]
    around["listing"] = listing(book, folder) if folder.chapter is chapter else []
    return Page(
        chapter.path,
        "notebook",
        chapter.title,
        chapter.summary or chapter.title,
        SECTION,
        partial(_notebook_context, book, chapter, notebook, linking, questions, around),
        cache_key=f"{notebook.digest}{linking.key(chapter.path)}{sorted(questions)}",
        around=repr(around),
        source=notebook.source,
    )


def _notebook_context(
    book: Book,
    chapter: Chapter,
    notebook: Notebook,
    linking: Linking,
    questions: frozenset[str],
    around: Context,
) -> Context:
    return {
        "notebook": notebook.nb,
        "folder": notebook.source.parent,
        "questions": questions,
        "linking": linking,
        "book": book,
        "chapter": chapter,
        "around": around,
    }
