"""PDFs of a site's notebooks: of each page and of the whole book, made only when they change."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from bs4 import BeautifulSoup

from prepkit.errors import PrepkitError
from prepkit.handouts import Handout, Layout, Part, book_pdf
from prepkit.site import prints
from prepkit.site.build import BuildReport
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.site_samples import PIXEL, code_cell, notebook, text_cell, write_notebook

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
VIEW = "application/vnd.jupyter.widget-view+json"


def build(folder: Path, **settings: Any) -> BuildReport:
    return publish(
        folder / "site",
        [folder / "book"],
        settings=Settings(**{"pdf": True, "title": "My book", **settings}),
        with_bank=False,
        private=None,
        now=MONDAY,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    part = tmp_path / "book" / "part"
    part.mkdir(parents=True)
    write_notebook(
        tmp_path / "book" / "one.ipynb",
        text_cell("# The first\n\n## Below it\n\nText of one."),
        code_cell({"text/plain": "3"}, source="1 + 2"),
    )
    write_notebook(
        part / "two.ipynb",
        text_cell("Text of two, without a heading."),
        title="The second",
    )
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the title of each PDF when it is made."""
    titles: list[str] = []
    one, whole = prints._chapter_pdf, prints._book_pdf

    def chapter_pdf(chapter: Any, *arguments: Any, **options: Any) -> Handout:
        titles.append(chapter.title)
        return one(chapter, *arguments, **options)

    def whole_pdf(*arguments: Any, **options: Any) -> Handout:
        titles.append("whole")
        return whole(*arguments, **options)

    monkeypatch.setattr(prints, "_chapter_pdf", chapter_pdf)
    monkeypatch.setattr(prints, "_book_pdf", whole_pdf)
    return titles


def text_of(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


def links(page: Path) -> list[str]:
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return [str(link["href"]) for link in soup.select("a[href$='.pdf']")]


@pytest.mark.long
def test_without_the_setting_there_is_no_pdf(folder: Path, made: list[str]) -> None:
    build(folder, pdf=False)
    assert list((folder / "site").rglob("*.pdf")) == []
    assert links(folder / "site" / "notebooks" / "one.html") == []
    assert made == []


@pytest.mark.long
def test_each_notebook_has_a_pdf_and_there_is_one_of_all(folder: Path) -> None:
    assert build(folder).notices == ()
    site = folder / "site"
    one = text_of(site / "notebooks" / "one.pdf")
    assert "The first Below it Text of one. 3" in one[0]
    assert "1 + 2" not in one[0]  # on the page, code is folded
    whole = text_of(site / "notebooks.pdf")
    first = next(number for number, text in enumerate(whole) if "Text of one." in text)
    assert "My book" in whole[0]
    assert "The second Text of two, without a heading." in whole[first + 1]
    assert links(site / "notebooks" / "one.html") == ["one.pdf"]
    assert links(site / "notebooks" / "part" / "two.html") == ["two.pdf"]
    assert links(site / "index.html") == ["notebooks.pdf"]
    size = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser").select_one(
        "small"
    )
    assert size is not None
    assert size.text == f"({len(whole)} pages, 0.1 MB)"


@pytest.mark.long
def test_code_is_printed_if_it_is_open_on_the_page(folder: Path) -> None:
    build(folder, code="open")
    assert "1 + 2" in text_of(folder / "site" / "notebooks" / "one.pdf")[0]


@pytest.mark.long
def test_only_pdfs_of_notebooks_that_have_changed_are_made_again(
    folder: Path, made: list[str]
) -> None:
    build(folder)
    assert made == ["The first", "The second", "whole"]
    made.clear()
    build(folder)
    build(folder, description="Other words about the site.")
    assert made == []
    write_notebook(folder / "book" / "one.ipynb", text_cell("# The first\n\nAnother text."))
    build(folder)
    assert made == ["The first", "whole"]
    made.clear()
    (folder / "site" / "notebooks" / "one.pdf").write_bytes(b"%PDF changed by somebody")
    build(folder)
    assert made == ["The first"]


@pytest.mark.long
def test_a_pdf_shows_the_pictures_of_its_page_and_is_made_again_with_them(
    folder: Path, made: list[str]
) -> None:
    (folder / "book" / "dot.png").write_bytes(base64.b64decode(PIXEL))
    write_notebook(folder / "book" / "part" / "two.ipynb", text_cell("# Two\n\n![a](../dot.png)"))
    assert build(folder).notices == ()
    for name in ("notebooks/part/two.pdf", "notebooks.pdf"):
        pages = pypdf.PdfReader(folder / "site" / name).pages
        assert sum(len(page.images) for page in pages) == 1
    made.clear()
    (folder / "book" / "dot.png").write_bytes(base64.b64decode(PIXEL) + b"changed")
    build(folder)
    assert made == ["Two", "whole"]


@pytest.mark.long
def test_what_was_typed_into_widgets_is_in_no_pdf(folder: Path) -> None:
    widget = {"text/plain": "Text(value='typed')", VIEW: {"model_id": "m"}}
    write_notebook(folder / "book" / "one.ipynb", text_cell("# The first"), code_cell(widget))
    build(folder)
    assert len(list((folder / "site").rglob("*.pdf"))) == 3
    for path in (folder / "site").rglob("*.pdf"):
        assert "typed" not in " ".join(text_of(path))


@pytest.mark.long
def test_a_notebook_whose_pdf_cannot_be_made_is_published_without_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder)

    def fail(*arguments: Any, **options: Any) -> Handout:
        raise PrepkitError("The PDF can't be made: too deep")

    monkeypatch.setattr(prints, "_chapter_pdf", fail)
    write_notebook(folder / "book" / "one.ipynb", text_cell("# Changed"))
    report = build(folder)
    why = "there is no PDF of it: The PDF can't be made: too deep"
    assert report.notices == (f"{folder / 'book' / 'one.ipynb'}: {why}",)
    assert links(folder / "site" / "notebooks" / "one.html") == []
    assert links(folder / "site" / "notebooks" / "part" / "two.html") == ["two.pdf"]
    assert not (folder / "site" / "notebooks" / "one.pdf").exists()


@pytest.mark.long
def test_what_a_pdf_lacks_is_told_once_also_when_it_is_taken_over(folder: Path) -> None:
    table = {"text/html": "<iframe src='https://a.example'></iframe>", "text/plain": "x"}
    write_notebook(folder / "book" / "one.ipynb", text_cell("# The first"), code_cell(table))
    notices = build(folder).notices
    printed = [notice for notice in notices if ", PDF: " in notice]
    assert len(printed) == 1
    assert build(folder).notices == notices


@pytest.mark.long
def test_what_page_and_pdf_say_in_the_same_words_is_told_once(folder: Path) -> None:
    picture = {"image/png": "no picture", "text/plain": "x"}
    write_notebook(folder / "book" / "one.ipynb", text_cell("# The first"), code_cell(picture))
    what = "the picture (PNG) is left out: its data (base64) is damaged"
    assert build(folder).notices == (f"{folder / 'book' / 'one.ipynb'}: cell 2, output 1: {what}",)


def test_a_link_to_another_notebook_leads_to_it_in_the_pdf_of_all(folder: Path) -> None:
    (folder / "book" / "one.ipynb").unlink()
    text = "# The first\n\nSee [the second](part/two.ipynb) and [a file](notes.txt)."
    write_notebook(folder / "book" / "one.ipynb", text_cell(text))
    build(folder)
    reader = pypdf.PdfReader(folder / "site" / "notebooks.pdf")
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    linking = next(number for number, text in enumerate(pages) if "See the second and" in text)
    annotations: Any = reader.pages[linking]["/Annots"]
    (led,) = (link.get_object() for link in annotations)
    found: Any = led.get("/Dest") or led["/A"]["/D"]
    there: Any = reader.named_destinations[found].page if isinstance(found, str) else found[0]
    second: Any = reader.get_page_number(there.get_object())
    assert "Text of two, without a heading." in pages[second]


def test_headings_of_a_book_are_below_its_title_and_no_level_is_skipped() -> None:
    parts = [
        Part("One", notebook(text_cell("# One\n\n### Deep"), text_cell("# Again"))),
        Part("Two", notebook(text_cell("text first\n\n# Not the title"))),
    ]
    handout = book_pdf(parts, Layout(title="Book"))
    assert handout.notices == ()

    def levels(outline: list[Any], depth: int = 1) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for one in outline:
            found += levels(one, depth + 1) if isinstance(one, list) else [(depth, one.title)]
        return found

    assert levels(pypdf.PdfReader(io.BytesIO(handout.pdf)).outline) == [
        (1, "Book"),
        (2, "One"),
        (3, "Deep"),
        (3, "Again"),
        (2, "Two"),
        (3, "Not the title"),
    ]
