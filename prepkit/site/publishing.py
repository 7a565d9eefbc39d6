"""publish: settings, bank and notebooks, which are read and checked -> a built site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.rubric import Dimension, read_rubric
from prepkit.bank.synonyms import Synonyms, read_synonyms
from prepkit.errors import PrepkitError
from prepkit.language import ENGLISH, Language, language_of
from prepkit.site.bank_pages import bank_pages
from prepkit.site.book import FOLDER, Book, make_book
from prepkit.site.book_pages import book_pages
from prepkit.site.build import BuildReport, build_site
from prepkit.site.linking import Linking, question_files
from prepkit.site.navigation import all_links
from prepkit.site.notebooks import Notebook, read_notebooks
from prepkit.site.pages import Page, plain_pages
from prepkit.site.prints import book_prints

if TYPE_CHECKING:
    from prepkit.bank import Bank
    from prepkit.site.settings import Settings


def publish(
    output: Path,
    sources: Sequence[Path] = (),
    *,
    settings: Settings,
    bank_folder: Path | None = None,
    with_bank: bool = True,
    private: Callable[[], Collection[str]] | None = frozenset,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> BuildReport:
    """Write the site of a question bank and of executed notebooks to `output`.

    Parameters
    ----------
    output
        The folder; see `prepkit.site.build.build_site`.
    sources
        Notebooks that have been run, and folders of such notebooks.
    settings
        What the publisher has chosen.
    bank_folder
        The bank; None for the one that comes with prepkit.
    with_bank
        Whether the bank is published. Its questions count as public either way.
    private
        Returns the texts of answers that must not be published, such as `stored_texts` from
        `prepkit.answers`. It is called only if there are notebooks. With None, notebooks are
        published even if they contain answers.
    now, progress
        As in `build_site`.

    Raises
    ------
    PrepkitError
        As in `build_site`, `load_bank` and `read_notebooks`; also if there is nothing to publish,
        or a notebook, or a file that it links to, contains answers.
    """
    folder = bank_folder or shipped_folder()
    bank = load_bank(folder) if with_bank else None
    reading = read_notebooks(sources, without=output)
    if not with_bank and not reading.notebooks:
        raise PrepkitError("There is nothing to publish: name a notebook, or leave out --no-bank.")
    home = f"{FOLDER}/index.html" if with_bank else "index.html"
    language = language_of(settings.language)
    book = make_book(
        reading.notebooks,
        settings.toc,
        home=home,
        title=language.gettext("Notebooks"),
        left_out=reading.left_out,
    )
    questions = question_files(bank, folder) if bank is not None else {}
    linking = Linking.of(book, reading.notebooks, sources, questions)
    linking.look_through()
    if reading.notebooks and private is not None:
        _refuse_private(reading.notebooks, linking, lambda: bank or load_bank(folder), private())
    synonyms, rubric = (
        (read_synonyms(folder), read_rubric(shipped_folder())) if with_bank else ((), ())
    )
    pages = site_pages(bank, book, reading.notebooks, linking, synonyms, rubric, language=language)
    return build_site(
        output,
        pages,
        settings=settings,
        prints=book_prints(book, reading.notebooks, linking, settings) if settings.pdf else (),
        notices=[*map(str, reading.problems), *book.notices],
        bank_language=settings.contents if bank_folder else "en",
        now=now,
        progress=progress,
    )


def site_pages(
    bank: Bank | None,
    book: Book,
    notebooks: Sequence[Notebook],
    linking: Linking,
    synonyms: Sequence[Synonyms] = (),
    rubric: Sequence[Dimension] = (),
    *,
    language: Language = ENGLISH,
) -> list[Page]:
    """Return all pages of a site. Pure.

    Parameters
    ----------
    bank
        The questions; None for a site that only has notebooks.
    book
        The notebooks to publish, in order.
    notebooks
        What `book` is made of, already checked.
    linking
        What their links lead to, already looked through.
    synonyms
        More words with which search finds questions.
    rubric
        What an answer in a mock interview is rated on.
    language
        The language of the pages around questions and notebooks.
    """
    links = all_links(book)
    pages = bank_pages(bank, synonyms, links, rubric, language) if bank is not None else []
    pages += plain_pages(links, with_bank=bank is not None, language=language)
    if notebooks:
        pages += book_pages(book, notebooks, linking, bank or (), language)
    return pages


def _refuse_private(
    notebooks: Sequence[Notebook],
    linking: Linking,
    read_bank: Callable[[], Bank],
    texts: Collection[str],
) -> None:
    # Imported here: most sites have no notebooks.
    from prepkit.notebook.leak_detector import LeakDetector
    from prepkit.notebook.leaks import find_leaks, leaks_in_file, leaks_message, question_texts

    # Without known answers, no text of a question can be mistaken for one.
    bank = read_bank() if texts else None
    questions = (bank[question_id].question for question_id in bank) if bank else ()
    known = LeakDetector(texts, question_texts(questions))
    found = {notebook.source: find_leaks(notebook.nb, known) for notebook in notebooks}
    found |= {path: leaks_in_file(text, known) for path, text in linking.files.texts()}
    if message := leaks_message(found):
        raise PrepkitError(message)
