"""Files beside notebooks: taken along where links lead to them, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from prepkit.answers import AnswerStore
from prepkit.errors import PrepkitError
from prepkit.site import files_beside
from prepkit.site.build import BuildReport
from prepkit.site.files_beside import FilesBeside, NotTakenError
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.site_samples import PIXEL, PLOT, code_cell, text_cell, write_bank, write_notebook

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = "When the scans were lost for eleven minutes I called the vendor at night and stayed on"


def build(folder: Path, *sources: Path, private: frozenset[str] | None = None) -> BuildReport:
    return publish(
        folder / "site",
        sources or [folder / "book"],
        settings=Settings(),
        with_bank=False,
        private=None if private is None else lambda: private,
        now=MONDAY,
    )


def files(site: Path) -> set[str]:
    return {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and path.relative_to(site).parts[0] not in ("assets", "pagefind")
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a folder of notebooks with every kind of link."""
    book = tmp_path / "book"
    (book / "part one" / "data").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("secret")
    (book / ".env").write_text("TOKEN=1")
    (book / "helper.py").write_text("print(1)\n")
    (book / "part one" / "data" / "My table #1.csv").write_text("a,b\n1,2\n")
    (book / "part one" / "not linked.csv").write_text("x")
    (book / "photo.png").write_bytes(base64.b64decode(PIXEL))
    (book / "plot.svg").write_text(PLOT.replace("<rect", "<script>alert(1)</script><rect"))
    (book / "chart.html").write_text("<p>A chart</p><script>alert(1)</script>")
    write_notebook(
        book / "intro.ipynb",
        text_cell(
            "# Intro\n\n[two](part%20one/Two.ipynb), [its plot](./part%20one/Two.ipynb#the-plot),"
            " [part](part%20one/), [code](helper.py), [a photo](photo.png), [a plot](plot.svg),"
            " [chart](chart.html), [web](https://a.example/x.ipynb), [down](#Down)\n\n## Down"
        ),
        text_cell(
            "[gone](gone.csv) [secret](../secret.csv) [env](.env) [place](part%20one/Two.ipynb#no)"
        ),
    )
    write_notebook(
        book / "part one" / "Two.ipynb",
        text_cell("# Two\n\n[table](<data/My table %231.csv>) [table](data/My%20table%20%231.csv)"),
        text_cell("## The plot\n\n`[code](not%20linked.csv)` [back](../intro.ipynb#Down)"),
        code_cell({"text/html": '<a href="../helper.py">code</a>'}),
    )
    return book


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the links and the ids."""
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            elif name == "id" and value:
                self.ids.add(value)


def broken_links(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each link of a built site that leads to nothing in it, with its page."""
    base = "https://site.example/"
    pages = {
        path.relative_to(site).as_posix(): _Links(path.read_text("utf-8"))
        for path in site.rglob("*.html")
        if path.relative_to(site).parts[0] != "files"
    }
    for name, page in pages.items():
        for link in page.links:
            address, anchor = urldefrag(urljoin(base + name, link))
            parts = urlsplit(address)
            if f"{parts.scheme}://{parts.netloc}/" != base:
                continue
            path = unquote(parts.path).removeprefix("/") or "index.html"
            path = f"{path}index.html" if path.endswith("/") else path
            there = (site / path).is_file()
            if not there or (anchor and path in pages and unquote(anchor) not in pages[path].ids):
                yield name, link


@pytest.mark.long
def test_every_link_of_a_book_leads_to_something_in_the_site(book: Path) -> None:
    build(book.parent)
    site = book.parent / "site"
    pages = [name for name in files(site) if name.endswith(".html")]
    links = [link for name in pages for link in _Links((site / name).read_text("utf-8")).links]
    assert len(links) > 40
    assert list(broken_links(site)) == []


@pytest.mark.long
def test_only_files_that_a_link_leads_to_are_taken_along(book: Path) -> None:
    build(book.parent)
    taken = {name for name in files(book.parent / "site") if name.startswith("files/")}
    assert taken == {
        "files/chart.html",
        "files/helper.py",
        "files/part one/data/My table #1.csv",
        "files/photo.png",
        "files/plot.svg",
    }


@pytest.mark.long
def test_dead_links_are_named_with_the_reason(book: Path) -> None:
    report = build(book.parent)
    page = (book.parent / "site" / "notebooks" / "intro.html").read_text("utf-8")
    scripts = (
        f"{book}/intro.ipynb: cell 1: the link to chart.html leads to a page that is published"
        " without its scripts; if all pages are your own, trust_html keeps them"
    )
    assert report.notices == (
        scripts,
        *(
            f"{book}/intro.ipynb: cell 2: the link to {what}"
            for what in (
                "gone.csv leads nowhere: there is no such file",
                "../secret.csv leads nowhere: it is outside the folders that you publish",
                ".env leads nowhere: hidden files are never published",
                "part one/Two.ipynb#no leads to the top of its page: there is no place #no",
            )
        ),
    )
    assert 'href="../notebooks/part-one/two.html" rel="noopener noreferrer">place</a>' in page


@pytest.mark.long
@pytest.mark.parametrize("with_bank", [True, False])
def test_a_link_to_the_file_of_a_question_leads_to_its_page(
    tmp_path: Path, with_bank: bool
) -> None:
    write_bank(tmp_path / "bank")
    (file,) = (tmp_path / "bank/questions/craft").glob("02-*.md")
    names = [f"../bank/questions/craft/{name}" for name in (file.name, "09-gone.md")]
    (tmp_path / "book").mkdir()
    words = f"# One\n\n[practise]({names[0]}), [its tips]({names[0]}#tips), [gone]({names[1]})"
    write_notebook(tmp_path / "book/one.ipynb", text_cell(words))
    report = publish(
        tmp_path / "site",
        [tmp_path / "book"],
        settings=Settings(),
        bank_folder=tmp_path / "bank",
        with_bank=with_bank,
        now=MONDAY,
    )
    page = (tmp_path / "site/notebooks/one.html").read_text("utf-8")
    dead = {name for name in names if name != names[0] or not with_bank}
    assert _Links(page).links.count("../questions/craft/02.html") == 2 * with_bank
    assert {name for name in names if any(name in notice for notice in report.notices)} == dead


@pytest.mark.long
def test_pages_and_drawings_that_are_taken_along_run_nothing(book: Path) -> None:
    build(book.parent)
    site = book.parent / "site" / "files"
    assert b"script" not in (site / "plot.svg").read_bytes()
    chart = (site / "chart.html").read_bytes()
    policy = (
        b'<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    )
    assert chart.startswith(policy)
    assert b"A chart" in chart


@pytest.mark.long
def test_a_page_whose_file_changed_is_made_again_and_others_are_reused(book: Path) -> None:
    build(book.parent)
    (book / "part one" / "data" / "My table #1.csv").write_text("a,b\n3,4\n")
    assert build(book.parent).made == 1
    taken = book.parent / "site" / "files" / "part one" / "data" / "My table #1.csv"
    assert taken.read_text() == "a,b\n3,4\n"
    (book / "gone.csv").write_text("here")
    assert build(book.parent).made == 1
    assert (book.parent / "site" / "files" / "gone.csv").read_text() == "here"


@pytest.mark.long
def test_a_page_is_made_again_when_the_places_that_it_links_to_have_changed(book: Path) -> None:
    build(book.parent)
    write_notebook(book / "part one" / "Two.ipynb", text_cell("# Two\n\n## The plot"))
    build(book.parent)
    assert list(broken_links(book.parent / "site")) == []
    write_notebook(book / "part one" / "Two.ipynb", text_cell("# Two\n\n## Another plot"))
    notices = build(book.parent).notices
    assert any("there is no place #the-plot" in notice for notice in notices)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", SECRET.encode()),
        ("notes.md", f"\ufeff{SECRET}".encode("utf-16")),
        ("notes.html", f"<p>{SECRET.replace(' ', '</b> <b>')}</p>".encode()),
        ("notes.csv.gz", gzip.compress(SECRET.encode(), mtime=0)),
        ("notes.json", b'{"a": "' + SECRET.replace("W", "\\u0057").encode() + b'"}'),
    ],
)
def test_a_file_that_holds_an_answer_stops_the_build(book: Path, name: str, content: bytes) -> None:
    (book / name).write_bytes(content)
    write_notebook(book / "more.ipynb", text_cell(f"[x]({name})"))
    with pytest.raises(PrepkitError) as caught:
        build(book.parent, private=frozenset({SECRET}))
    lines = str(caught.value).splitlines()
    assert lines[0] == "Nothing was published: 1 file holds private text:"
    assert lines[1].startswith(f"  {book / name}, its text: a stored answer, “")
    assert lines[2] == (
        "Clear the outputs (in JupyterLab: Edit > Clear Outputs of All Cells) or delete the text,"
        " save, and build again. Or remove the link that takes a file along. To publish it anyway,"
        " add --allow-answers."
    )
    assert not (book.parent / "site").exists()


@pytest.mark.long
def test_what_is_packed_in_a_document_is_looked_at_too(book: Path) -> None:
    with zipfile.ZipFile(book / "notes.docx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"<w:t>{SECRET.replace(' ', '</w:t> <w:t>')}</w:t>")
    write_notebook(book / "more.ipynb", text_cell("[x](notes.docx)"))
    with pytest.raises(PrepkitError, match="1 file holds private text"):
        build(book.parent, private=frozenset({SECRET}))


def refusal(folder: Path, name: str) -> str:
    beside = FilesBeside([folder])
    try:
        taken = beside.take((folder / name).as_posix())
        beside.content((folder / name).as_posix(), trusted=False)
    except NotTakenError as error:
        return str(error)
    return f"taken: {taken.path}"


def test_a_file_of_answers_is_never_taken_along_and_other_databases_are(tmp_path: Path) -> None:
    AnswerStore(tmp_path / "answers.sqlite").save("craft/01", "situation", SECRET, based_on=0)
    (tmp_path / "copy.db").write_bytes((tmp_path / "answers.sqlite").read_bytes())
    with closing(sqlite3.connect(tmp_path / "songs.db")) as songs, songs:
        songs.execute("CREATE TABLE songs (name TEXT)")
    answers = "it is a file of answers, which is never published"
    assert refusal(tmp_path, "answers.sqlite") == answers
    assert refusal(tmp_path, "copy.db") == answers
    assert refusal(tmp_path, "songs.db") == "taken: files/songs.db"


def test_a_file_that_is_no_picture_or_of_another_kind_is_not_taken_along(tmp_path: Path) -> None:
    for name in ("key.pem", "run.exe", "page.xhtml", "LICENCE", "drawing.svg", "photo.jpg"):
        (tmp_path / name).write_text("<html/>")
    setting = "are not taken along; the setting 'files' can publish it"
    assert refusal(tmp_path, "key.pem") == f".pem files {setting}"
    assert refusal(tmp_path, "run.exe") == f".exe files {setting}"
    assert refusal(tmp_path, "page.xhtml") == f".xhtml files {setting}"
    assert refusal(tmp_path, "LICENCE") == f"files without an ending {setting}"
    assert refusal(tmp_path, "drawing.svg") == "it is no picture, or it is damaged"
    assert refusal(tmp_path, "photo.jpg") == "it is no picture, or it is damaged"


def test_files_that_are_too_large_are_not_taken_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_bytes(b"12345678")
    (tmp_path / "large.csv").write_bytes(b"123456789")
    monkeypatch.setattr(files_beside, "FILE_AT_MOST", 8)
    monkeypatch.setattr(files_beside, "ALL_AT_MOST", 16)
    beside = FilesBeside([tmp_path])
    assert beside.take(f"{tmp_path}/a.csv").path == "files/a.csv"
    assert beside.take(f"{tmp_path}/b.csv").path == "files/b.csv"
    with pytest.raises(NotTakenError, match="all files that are taken along may have 0 MB"):
        beside.take(f"{tmp_path}/c.csv")
    with pytest.raises(NotTakenError, match="it has more than 0 MB"):
        beside.take(f"{tmp_path}/large.csv")


def test_a_link_on_the_disk_that_leads_outside_or_to_something_hidden_is_no_file(
    tmp_path: Path,
) -> None:
    book = tmp_path / "book"
    (book / ".hidden").mkdir(parents=True)
    (book / ".hidden" / "a.csv").write_text("x")
    (tmp_path / "outside.csv").write_text("x")
    (book / "inside.csv").write_text("x")
    beside = FilesBeside([book])
    for name, there in ((".hidden/a.csv", False), ("../outside.csv", False), ("inside.csv", True)):
        (book / "link.csv").symlink_to(book / name)
        assert beside.is_file(f"{book}/link.csv") is there
        (book / "link.csv").unlink()
    (book / "circle.csv").symlink_to(book / "circle.csv")
    assert not beside.is_file(f"{book}/circle.csv")
    assert not beside.is_file(f"{book}/a\0b.csv")


def test_two_files_of_one_name_from_two_folders_have_two_addresses(tmp_path: Path) -> None:
    for name, content in (("one", "1"), ("two", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data.csv").write_text(content)
    (tmp_path / "two" / "DATA.csv").write_text("3")
    beside = FilesBeside([tmp_path / "one", tmp_path / "two"])
    names = ("one/data.csv", "two/data.csv", "two/DATA.csv")
    paths = [beside.take(f"{tmp_path}/{name}").path for name in names]
    assert paths[0] == "files/data.csv"
    assert len({path.casefold() for path in paths}) == 3
    assert all(path.startswith("files/") for path in paths)


def test_a_file_that_changes_during_the_build_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("checked")
    beside = FilesBeside([tmp_path])
    beside.take(f"{tmp_path}/a.csv")
    (tmp_path / "a.csv").write_text("not checked")
    with pytest.raises(NotTakenError, match="it was changed during the build; build again"):
        beside.content(f"{tmp_path}/a.csv", trusted=False)


@pytest.mark.long
def test_a_trusted_notebook_keeps_its_links_to_programs_and_what_it_links_to(book: Path) -> None:
    write_notebook(book / "intro.ipynb", text_cell("[a](javascript:go()) [b](chart.html)"))
    report = publish(
        book.parent / "site",
        [book / "intro.ipynb"],
        settings=Settings(trust_html=True),
        with_bank=False,
        private=None,
        now=MONDAY,
    )
    assert report.notices == ()
    page = (book.parent / "site" / "notebooks" / "intro.html").read_text("utf-8")
    assert 'href="../files/chart.html"' in page
    assert (book.parent / "site/files/chart.html").read_bytes() == (
        book / "chart.html"
    ).read_bytes()


@pytest.mark.long
def test_a_picture_may_be_anywhere_in_the_folder_that_the_publisher_names(book: Path) -> None:
    pixel = base64.b64decode(PIXEL)
    (book / "images").mkdir()
    (book / "images" / "a dot.png").write_bytes(pixel)
    (book / ".hidden").mkdir()
    (book / ".hidden" / "dot.png").write_bytes(pixel)
    (book.parent / "dot.png").write_bytes(pixel)
    write_notebook(
        book / "part one" / "Two.ipynb",
        text_cell(
            "![a](../images/a%20dot.png) ![b](/images/a%20dot.png)\n\n<img src='../photo.png'>"
        ),
        text_cell("![c](../../dot.png) ![d](../.hidden/dot.png) ![e](//dot.png)"),
    )
    report = build(book.parent)
    assert [notice for notice in report.notices if "is left out" in notice] == [
        f"{book}/part one/Two.ipynb: cell 2: the picture {name} is left out: {why}"
        for name, why in (
            ("../../dot.png", "only pictures in the folders that you publish are published"),
            ("../.hidden/dot.png", "only pictures in the folders that you publish are published"),
            ("//dot.png", "pictures are not fetched from the web; save it next to the notebook"),
        )
    ]
    page = (book.parent / "site" / "notebooks" / "part-one" / "two.html").read_text("utf-8")
    assert page.count('<img src="../../files/') == 3
    (book / "images" / "a dot.png").write_bytes(pixel + b"changed")
    assert build(book.parent).made == 1
