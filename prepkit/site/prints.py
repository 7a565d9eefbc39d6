"""The PDFs of a site's notebooks: one for each page, and one of the whole book.

They are handouts, made from what is published of each notebook, and made again only if that has
changed. Making them takes longer than making pages, so a publisher has to ask for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.files import digest

if TYPE_CHECKING:
    from prepkit.handouts import Handout
    from prepkit.language import Language
    from prepkit.site.book import Book, Chapter
    from prepkit.site.linking import Linking
    from prepkit.site.notebooks import Notebook
    from prepkit.site.settings import Settings

Fetch = Callable[[str], bytes]
"""Returns a picture of another host."""

WHOLE = "notebooks.pdf"
"""The path of the PDF of all notebooks."""

MAKERS = ("prepkit.handouts", "prepkit.site.prints")
"""The modules that make PDFs; what they import counts too."""

LIBRARIES = ("latex2mathml", "markdown-it-py", "mdit-py-plugins", "tinycss2", "typst")
"""The libraries whose versions can change PDFs."""


_PAGE = re.compile(rb"/Type\s*/Page\b")


@dataclass(frozen=True, slots=True)
class Print:
    """A PDF of a site, before it is made."""

    path: str
    """Below the site's folder."""
    make: Callable[[Fetch | None], Handout]
    """Makes it; what fetches pictures of other hosts is given if the publisher wants them."""
    cache_key: str
    """Everything that its content depends on, except code and fonts."""
    source: Path | None = None
    """The notebook that it shows, for notices; None for the whole book, which repeats them."""


def print_path(page: str) -> str:
    """Return the path of the PDF of a notebook's page."""
    return f"{page.removesuffix('.html')}.pdf"


def pdf_size(pdf: bytes, language: Language) -> str:
    """Return how large a handout is: ``570 pages, 12.3 MB``."""
    pages = len(_PAGE.findall(pdf))
    counted = language.ngettext("%(num)s page", "%(num)s pages", pages)
    return f"{counted}, {language.decimal(max(0.1, len(pdf) / 1_000_000))} MB"


def book_prints(
    book: Book, notebooks: Iterable[Notebook], linking: Linking, settings: Settings
) -> list[Print]:
    """Return the PDFs of a book, in reading order; of the whole book if it has several parts."""
    by_source = {notebook.source: notebook for notebook in notebooks}
    parts = [(chapter, by_source[chapter.source]) for chapter in book.chapters]
    # Code that a page shows folded is not printed.
    code = settings.code == "open"
    chosen = f"{code} {settings.contents} {settings.vendor}"
    prints = [
        Print(
            print_path(chapter.path),
            partial(_chapter_pdf, chapter, notebook, settings.contents, code=code),
            digest(chosen, chapter.title, notebook.digest, linking.key(chapter.path)),
            notebook.source,
        )
        for chapter, notebook in parts
    ]
    if len(prints) > 1:
        whole = partial(_book_pdf, parts, linking, settings, code=code)
        keys = digest(chosen, settings.title, *(one.cache_key for one in prints))
        prints.append(Print(WHOLE, whole, keys))
    return prints


def _chapter_pdf(
    chapter: Chapter, notebook: Notebook, language: str, fetch: Fetch | None, *, code: bool
) -> Handout:
    from prepkit.handouts import Layout, handout_pdf
    from prepkit.notebook.byline import byline
    from prepkit.site.downloads import published

    layout = Layout(title=chapter.title, date=byline(notebook.nb).day, language=language)
    return handout_pdf(
        published(notebook.nb),
        layout,
        code=code,
        folder=notebook.source.parent,
        root=chapter.root,
        fetch=fetch,
    )


def _book_pdf(
    parts: Iterable[tuple[Chapter, Notebook]],
    linking: Linking,
    settings: Settings,
    fetch: Fetch | None,
    *,
    code: bool,
) -> Handout:
    from prepkit.handouts import Layout, Part, book_pdf
    from prepkit.site.downloads import published

    layout = Layout(title=settings.title, language=settings.contents)
    chapters = [
        Part(
            chapter.title,
            published(notebook.nb),
            notebook.source.parent,
            chapter.root,
            chapter.path,
            partial(linking.page, page=chapter.path),
        )
        for chapter, notebook in parts
    ]
    return book_pdf(chapters, layout, code=code, fetch=fetch)
