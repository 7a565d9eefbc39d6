"""Text in any usual encoding is read as a page, and documents say what they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from prepkit.bank import load_bank
from prepkit.bank.importer.write import import_pages
from tests.test_importer import one, page

AS_TEXT = (
    "open it, save it as plain text (.txt, encoding UTF-8) or as a web page (.html), and import"
    " that file"
)
COPY = "open it, copy its text into a plain text file (.txt, encoding UTF-8), and import that file"
UNPACK = "unpack it, and import the pages in it"
SAVE_HTML = "open it in a browser, save it as 'Webpage, HTML Only' (.html), and import that file"
TYPE = "type or copy the words in it into a plain text file"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "bank"


def zipped(*names: str, mimetype: str = "") -> bytes:
    """Return a ZIP file with these files in it; OpenDocument has its type as the first one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "<x/>")
    return buffer.getvalue()


DOCUMENTS = [
    (zipped("[Content_Types].xml", "word/document.xml"), "a Word document", AS_TEXT),
    (
        zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
        "an OpenDocument file",
        AS_TEXT,
    ),
    (zipped("Index/Document.iwa"), "a Pages document", AS_TEXT),
    (zipped("META-INF/container.xml", "a.xhtml"), "an e-book (EPUB)", COPY),
    (zipped("xl/workbook.xml"), "an Excel workbook", COPY),
    (zipped("ppt/presentation.xml"), "a PowerPoint presentation", COPY),
    (zipped("Question.html"), "a ZIP file", UNPACK),
    (b"PK\x03\x04 cut off", "a ZIP file", UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a document of an older Microsoft Office", AS_TEXT),
    (rb"{\rtf1\ansi Why this is asked}", "a rich text document (RTF)", AS_TEXT),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF file", COPY),
    (b"\r\n%PDF-1.4\n", "a PDF file", COPY),
    (b"\x89PNG\r\n\x1a\n", "a picture", TYPE),
    (b"\xff\xd8\xff\xe0", "a picture", TYPE),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a picture", TYPE),
    (b"bplist00\xd1", "a web page saved by Safari (webarchive)", SAVE_HTML),
    (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n",
        "a web page in one file (MHTML)",
        SAVE_HTML,
    ),
]


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.docx"])
@pytest.mark.parametrize(("content", "what", "remedy"), DOCUMENTS)
def test_a_document_says_what_it_is_by_whatever_name(
    content: bytes, what: str, remedy: str, name: str, tmp_path: Path, into: Path
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    assert str(one(source, into)) == (
        f"Not imported: {source}: this is {what}, which can't be read here: {remedy}"
    )
    assert not into.exists()


def test_documents_in_a_folder_of_pages_are_named(tmp_path: Path, into: Path) -> None:
    page(tmp_path, "a.txt")
    (tmp_path / "pages/b.docx").write_bytes(zipped("word/document.xml"))
    (tmp_path / "pages/c.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "pages/picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = import_pages([tmp_path / "pages"], into)
    assert [(each.source.name, bool(each.written)) for each in done] == [
        ("a.txt", True),
        ("b.docx", False),
        ("c.pdf", False),
    ]


def test_files_that_a_browser_saved_beside_a_page_are_passed_over(
    tmp_path: Path, into: Path
) -> None:
    (tmp_path / "pages/Question_files").mkdir(parents=True)
    (tmp_path / "pages/Question_files/frame.html").write_text("<html>An advertisement", "utf-8")
    (tmp_path / "pages/Question.html").write_text("<html>No question", "utf-8")
    (tmp_path / "pages/own_files").mkdir()
    (tmp_path / "pages/own_files/a.txt").write_text("No question", "utf-8")
    done = import_pages([tmp_path / "pages"], into)
    assert [each.source.name for each in done] == ["Question.html", "a.txt"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_byte_order_mark_is_read(encoding: str, tmp_path: Path, into: Path) -> None:
    source = page(tmp_path, "a.txt", question="What did “naïve” cost?")
    source.write_bytes(source.read_text("utf-8").encode(encoding))
    assert one(source, into).written is not None
    assert load_bank(into)["leading-people/01"].question.text == "What did “naïve” cost?"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "Why this is asked: “naïve”".encode("windows-1252"),
            ":1: this is not UTF-8 text: save the file as UTF-8",
        ),
        (
            "Why this is asked".encode("utf-16-le"),
            ": this is not plain text: save the page as plain text (.txt, encoding UTF-8), and"
            " import that file",
        ),
        (
            b"\xff\xfe\x00\xd8",
            ": this file is damaged: it begins as UTF-16 text, but doesn't go on as such",
        ),
    ],
)
def test_text_in_an_unknown_encoding_is_refused_with_the_remedy(
    content: bytes, message: str, tmp_path: Path, into: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(content)
    assert one(source, into).error == f"{source}{message}"


def test_a_category_that_is_replaced_is_said(tmp_path: Path, into: Path) -> None:
    done = one(page(tmp_path, "a.txt"), into, category="delivery")
    assert done.notices[0] == (
        "the page names the category 'Leading People', but --category put the question into"
        " 'delivery'"
    )
    front = page(tmp_path, "b.md", question="And then?")
    text = front.read_text("utf-8").replace("🧭\nLeading People · Q1 of 10", "")
    front.write_text(f"---\ncategory: hiring\ntags: [a]\n---\n{text}", "utf-8")
    assert one(front, into, category="delivery").notices[0] == (
        "the page names the category 'hiring', but --category put the question into 'delivery'"
    )


def test_a_category_that_is_given_as_the_page_names_it_needs_no_word(
    tmp_path: Path, into: Path
) -> None:
    done = one(page(tmp_path, "a.txt"), into, category="leading-people")
    assert [text for text in done.notices if "--category" in text] == []
