"""The bytes of a page -> its text, or one clear error that says what kind of file it is instead.

A file is known by its first bytes, never by its name: a Word document that was renamed to
``page.txt`` is still a Word document.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path

from prepkit.files import UnreadableError, decode_text

PAGES = (".md", ".markdown", ".txt", ".html", ".htm", ".xhtml")
"""How the names of pages end, in a folder of them."""
DOCUMENTS = (
    *(".docx", ".docm", ".doc", ".rtf", ".odt", ".pages", ".pdf", ".epub", ".mht", ".mhtml"),
    *(".webarchive", ".pptx", ".xlsx"),
)
"""How the names of files end that hold text but can't be imported, in a folder of pages."""

_AS_TEXT = (
    "open it, save it as plain text (.txt, encoding UTF-8) or as a web page (.html), and import"
    " that file"
)
_COPY = "open it, copy its text into a plain text file (.txt, encoding UTF-8), and import that file"
_UNPACK = "unpack it, and import the pages in it"
_SAVE_HTML = "open it in a browser, save it as 'Webpage, HTML Only' (.html), and import that file"

_TYPE = "type or copy the words in it into a plain text file"

_STARTS = (
    ((b"{\\rtf",), "a rich text document (RTF)", _AS_TEXT),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), "a document of an older Microsoft Office", _AS_TEXT),
    ((b"bplist00",), "a web page saved by Safari (webarchive)", _SAVE_HTML),
    ((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8"), "a picture", _TYPE),
    ((b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"), "a compressed file", _UNPACK),
)
_IN_ZIP = (
    ("word/", "a Word document", _AS_TEXT),
    ("ppt/", "a PowerPoint presentation", _COPY),
    ("xl/", "an Excel workbook", _COPY),
    ("Index/Document.iwa", "a Pages document", _AS_TEXT),
    ("META-INF/container.xml", "an e-book (EPUB)", _COPY),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_WEB_ARCHIVE = re.compile(rb"^Content-Type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*(?:<!doctype\s+html\b|<html\b)",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(r"\s*<(?:ac:|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_CLOSED_BLOCK = re.compile(r"</(?:p|h[1-6]|li|td|th)\s*>", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(r"^ {0,3}#{1,3}[ \t]+\S", re.MULTILINE)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*="""
    rb"""\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEAD = 4096
"""How far into an HTML file its encoding may be declared; browsers look no further than 1024."""


def decode_page(content: bytes, source: Path) -> str:
    """Return the text of a page.

    Text may be UTF-8, or UTF-16 with its mark (which Windows calls Unicode); HTML may also be in
    the encoding that it names.

    Raises
    ------
    UnreadableError
        If the file isn't text: the message says what it is, and what to do. Also if it is text in
        an encoding that can't be known.
    """
    if found := _kind_of(content):
        raise UnreadableError(source, f"this is {found[0]}, which can't be read here: {found[1]}")
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            with suppress(UnicodeDecodeError):
                return content.decode(encoding)
            raise UnreadableError(
                source, "this file is damaged: it begins as UTF-16 text, but doesn't go on as such"
            )
    if b"\x00" in content[:_HEAD]:
        raise UnreadableError(
            source,
            "this is not plain text: save the page as plain text (.txt, encoding UTF-8), and import"
            " that file",
        )
    declared = _CHARSET.search(content[:_HEAD])
    if declared and _HTML.match(content[:_HEAD].decode("latin-1")):
        name = (declared[1] or declared[2]).decode("ascii")
        with suppress(UnicodeDecodeError, LookupError):
            # Browsers read Latin-1 as the encoding of Windows, which has curly quotes besides.
            latin = codecs.lookup(name).name in ("iso8859-1", "ascii")
            return content.decode("windows-1252" if latin else name).removeprefix("\ufeff")
    return decode_text(content, source)


def _kind_of(content: bytes) -> tuple[str, str] | None:
    """Return what a file is and what to do about it; None if it may be text."""
    for starts, what, remedy in _STARTS:
        if content.startswith(starts):
            return what, remedy
    # Some programs put a few bytes before the mark, and readers accept that.
    if b"%PDF-" in content[:1024]:
        return "a PDF file", _COPY
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "a picture", _TYPE
    if b"MIME-Version:" in content[:_HEAD] and _WEB_ARCHIVE.search(content[:_HEAD]):
        # What Chrome saves as .mhtml, and what Confluence exports as "Word" (.doc).
        return "a web page in one file (MHTML)", _SAVE_HTML
    return None


def _kind_of_zip(content: bytes) -> tuple[str, str]:
    """Return what a ZIP file is, by the names of the files in it."""
    names: list[str] = []
    with suppress(zipfile.BadZipFile, ValueError, OSError):
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    for beginning, what, remedy in _IN_ZIP:
        if any(name.startswith(beginning) for name in names):
            return what, remedy
    if _OPEN_DOCUMENT in content[:200]:
        return "an OpenDocument file", _AS_TEXT
    return "a ZIP file", _UNPACK


def is_html(text: str) -> bool:
    """Tell whether a text is HTML: a whole page, or a piece of one without any Markdown heading."""
    if _HTML.match(text):
        return True
    return bool(
        _FRAGMENT.match(text) and _CLOSED_BLOCK.search(text) and not _MARKDOWN_HEADING.search(text)
    )
