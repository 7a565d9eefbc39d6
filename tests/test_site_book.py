"""A site as a book: which notebooks are found, their addresses and order, and what is left out."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from prepkit.__main__ import main
from prepkit.site.book import Book, Folder, make_book
from prepkit.site.build import BuildReport
from prepkit.site.notebooks import NotebookError, Reading, read_notebooks
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.site_samples import code_cell, text_cell, write_bank, write_notebook
from tests.test_site_build import check_links, pages


def write(folder: Path, *places: str) -> Path:
    """Write notebooks at these places in a folder, each with a title, and return the folder."""
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_notebook(path, text_cell(f"# {path.stem.title()}"))
    return folder


def unrun(path: Path) -> Path:
    never = code_cell({"text/plain": "1"}) | {"outputs": [], "execution_count": None}
    return write_notebook(path, never)


def places(reading: Reading) -> list[str]:
    return [notebook.place for notebook in reading.notebooks]


def book(folder: Path, *toc: object) -> Book:
    settings = Settings.model_validate({"toc": toc})
    return make_book(read_notebooks([folder]).notebooks, settings.toc)


def addresses(made: Book) -> list[str]:
    return [chapter.path for chapter in made.chapters]


def test_a_folder_is_searched_whole_but_for_what_nobody_means(tmp_path: Path) -> None:
    write(
        tmp_path,
        *("a.ipynb", "lectures/1.ipynb", "lectures/deep/2.ipynb"),
        *(".hidden/no.ipynb", "lectures/.ipynb_checkpoints/1-checkpoint.ipynb"),
        *("node_modules/no.ipynb", "env/no.ipynb", "site/no.ipynb"),
    )
    (tmp_path / "env/pyvenv.cfg").touch()
    found = read_notebooks([tmp_path], without=tmp_path / "site")
    assert places(found) == ["a.ipynb", "lectures/1.ipynb", "lectures/deep/2.ipynb"]
    assert found.problems == ()


@pytest.mark.skipif(os.name == "nt", reason="making a link takes rights that most don't have")
def test_links_between_folders_lead_nowhere_twice(tmp_path: Path) -> None:
    write(tmp_path, "book/a.ipynb", "book/z/b.ipynb", "elsewhere/c.ipynb")
    (tmp_path / "book/z/up").symlink_to(tmp_path / "book")
    (tmp_path / "book/alias").symlink_to(tmp_path / "book/z")
    (tmp_path / "book/more").symlink_to(tmp_path / "elsewhere")
    found = read_notebooks([tmp_path / "book", tmp_path / "book/z"])
    assert places(found) == ["a.ipynb", "z/b.ipynb", "more/c.ipynb"]


def test_pages_keep_the_folders_and_names_that_clash_get_a_number(tmp_path: Path) -> None:
    write(tmp_path, "A b.ipynb", "a-b.ipynb", "Week 1/A b.ipynb", "week-1/x.ipynb", "日本.ipynb")
    made = book(tmp_path)
    assert addresses(made) == [
        "notebooks/a-b.html",
        "notebooks/a-b-2.html",
        "notebooks/week-1/a-b.html",
        "notebooks/week-1-2/x.html",
        "notebooks/日本.html",
    ]
    assert made.notices == (
        f"{tmp_path / 'a-b.ipynb'}: its address has a-b-2 in it, because"
        f" {tmp_path / 'A b.ipynb'} would have the same address; rename one of them",
        "the folder week-1: its address has week-1-2 in it, because the folder Week 1 would have"
        " the same address; rename one of them",
    )


def test_notebooks_of_one_title_are_told_apart_by_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name, lesson in {"2": "Waves", "1": "Lines", "b/3": "Heat"}.items():
        write_notebook(tmp_path / f"{name}.ipynb", text_cell(f"# Flow\n\n## {lesson}"))
    titles = [notebook.title for notebook in read_notebooks([tmp_path]).notebooks]
    assert sorted(titles) == ["Flow", "Flow · Lines", "Flow · Waves"]


def test_notebooks_alike_in_all_headings_are_told_apart_by_name(tmp_path: Path) -> None:
    for name in ("one_lesson", "another"):
        write_notebook(tmp_path / f"{name}.ipynb", text_cell("# Flow\n\n## Goals"))
    titles = [notebook.title for notebook in read_notebooks([tmp_path]).notebooks]
    assert sorted(titles) == ["Flow · Another", "Flow · One lesson"]


def test_names_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write(tmp_path, "10 End.ipynb", "2 Graphs/1.ipynb", "1 Start.ipynb", "3.ipynb", "b.ipynb")
    assert [chapter.place for chapter in book(tmp_path).chapters] == [
        *("1 Start.ipynb", "2 Graphs/1.ipynb", "3.ipynb", "10 End.ipynb", "b.ipynb")
    ]


def test_the_order_may_be_the_publishers(tmp_path: Path) -> None:
    write(tmp_path, "a.ipynb", "z.ipynb", "part/1.ipynb", "part/2.ipynb", "part/3.ipynb")
    made = book(
        tmp_path,
        *("z", "part/3.ipynb", {"path": "part/", "title": "All parts"}),
        {"path": "./a.ipynb", "title": "The end"},
    )
    assert [chapter.place for chapter in made.chapters] == [
        *("z.ipynb", "part/3.ipynb", "part/1.ipynb", "part/2.ipynb", "a.ipynb")
    ]
    assert made.chapters[-1].title == "The end"
    assert made.folders[1].title == "All parts"
    assert made.notices == ()
    # The order changes no address.
    assert set(addresses(made)) == set(addresses(book(tmp_path)))


def test_an_order_says_what_it_names_in_vain_and_what_it_forgets(tmp_path: Path) -> None:
    write(tmp_path, "lectures/1.ipynb", "notes/1.ipynb", "end.ipynb")
    unrun(tmp_path / "draft.ipynb")
    reading = read_notebooks([tmp_path])
    toc = Settings.model_validate({"toc": ["lecturs", "draft", "end", "notes/7"]}).toc
    made = make_book(reading.notebooks, toc, left_out=reading.left_out)
    assert made.notices == (
        "toc: there is no notebook or folder 'lecturs'; did you mean 'lectures'?",
        "toc: there is no notebook or folder 'notes/7'; did you mean 'notes'?",
        "toc doesn't name all notebooks; these come last: lectures/1.ipynb, notes/1.ipynb",
    )


def test_the_index_or_readme_of_a_folder_is_its_page(tmp_path: Path) -> None:
    write(tmp_path, "README.ipynb", "x.ipynb", "both/index.ipynb", "both/readme.ipynb")
    made = book(tmp_path)
    assert addresses(made) == [
        "notebooks/index.html",
        "notebooks/both/index.html",
        "notebooks/both/readme.html",
        "notebooks/x.html",
    ]
    assert [folder.title for folder in made.folders] == ["Readme", "Index"]
    assert made.notices == ()


def test_no_letter_of_a_name_is_missing_in_its_address(tmp_path: Path) -> None:
    write(tmp_path, "Größen.ipynb", "Łódź/Smørrebrød.ipynb", "Été/Æneid.ipynb", "統計.ipynb")
    assert sorted(addresses(book(tmp_path))) == [
        "notebooks/ete/aeneid.html",
        "notebooks/grossen.html",
        "notebooks/lodz/smorrebrod.html",
        "notebooks/統計.html",
    ]


def test_a_book_knows_neighbours_and_the_way_to_each_page(tmp_path: Path) -> None:
    made = book(write(tmp_path, "1.ipynb", "2/a.ipynb", "2/deep/b.ipynb", "3.ipynb"))
    before, after = made.beside("notebooks/2/a.html")
    assert before is not None
    assert after is not None
    assert (before.place, after.place) == ("1.ipynb", "2/deep/b.ipynb")
    assert made.beside("notebooks/1.html")[0] is None
    assert made.beside("notebooks/3.html")[1] is None
    assert made.beside("notebooks/2/index.html") == (None, None)

    def trail(path: str) -> list[str]:
        return [folder.title for folder in made.trails[path]]

    assert trail("notebooks/2/deep/b.html") == ["Notebooks", "2", "Deep"]
    assert trail("notebooks/2/index.html") == ["Notebooks", "2"]
    assert isinstance(made.top.parts[1], Folder)


def faulty(folder: Path) -> list[Path]:
    """Write all kinds of notebooks that can't be published."""
    (folder / "empty").mkdir()
    (folder / "old.ipynb").write_text('{"nbformat": 2, "worksheets": 1}', "utf-8")
    (folder / "broken.ipynb").write_text("{", "utf-8")
    unrun(folder / "never.ipynb")
    return [folder / name for name in ("never.ipynb", "old.ipynb", "broken.ipynb", "empty")]


def reasons(folder: Path) -> list[str]:
    return [
        f"{folder / 'never.ipynb'}: it was never run, so there is nothing to show; open it in"
        " JupyterLab, choose Run ▸ Run All Cells, and save it",
        f"{folder / 'old.ipynb'}: its notebook format isn't 4; open it in JupyterLab and save it"
        " again",
        f"{folder / 'broken.ipynb'}: this isn't a notebook, or it is damaged; open it in"
        " JupyterLab and save it again",
        f"{folder / 'empty'}: there are no notebooks (.ipynb) in this folder",
    ]


def test_what_cannot_be_published_is_named_and_the_rest_is_published(tmp_path: Path) -> None:
    good = write(tmp_path / "good", "a.ipynb")
    found = read_notebooks([*faulty(tmp_path), good])
    assert [str(problem) for problem in found.problems] == reasons(tmp_path)
    assert places(found) == ["a.ipynb"]
    assert found.left_out == {"never.ipynb", "old.ipynb", "broken.ipynb"}


def test_if_no_notebook_is_left_all_reasons_are_one_error(tmp_path: Path) -> None:
    with pytest.raises(NotebookError) as refused:
        read_notebooks(faulty(tmp_path))
    listed = [f"  {reason}" for reason in reasons(tmp_path)]
    assert str(refused.value).splitlines() == ["Nothing was published:", *listed]


def test_a_name_with_a_mistake_in_it_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "report.ipynb")
    with pytest.raises(NotebookError) as refused:
        read_notebooks([tmp_path / "report.ipynb", tmp_path / "reprot.ipynb"])
    assert str(refused.value).splitlines() == [
        "Nothing was published:",
        f"  {tmp_path / 'reprot.ipynb'}: no such file",
    ]


def titled(page: BeautifulSoup, selector: str) -> list[str]:
    return [found.get_text(" ", strip=True) for found in page.select(selector)]


class Site:
    """A site of notebooks alone, built as often as a test wants."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "book"
        self.folder = folder / "site"

    def build(
        self, *, now: datetime = datetime(2026, 11, 23, tzinfo=UTC), **settings: object
    ) -> BuildReport:
        """Build the site with these settings."""
        return publish(
            self.folder,
            [self.source],
            settings=Settings.model_validate(settings),
            with_bank=False,
            private=None,
            now=now,
        )

    def page(self, path: str) -> BeautifulSoup:
        """Return a page that was built."""
        return BeautifulSoup((self.folder / path).read_text("utf-8"), "html.parser")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.mark.long
def test_a_page_has_a_sidebar_by_folder_neighbours_and_the_way_to_it(site: Site) -> None:
    write(site.source, "1-start.ipynb", "2-graphs/a.ipynb", "2-graphs/b.ipynb", "3/x.ipynb")
    site.build()
    page = site.page("notebooks/2-graphs/a.html")
    assert titled(page, "#tree > div > ul > li > a") == ["1-Start", "Graphs", "3"]
    assert titled(page, "#tree li li a") == ["A", "B", "X"]
    assert titled(page, '#tree [aria-current="page"]') == ["A"]
    assert [each.has_attr("open") for each in page.select("#tree details")] == [True, False]
    assert titled(page, ".crumbs li") == ["Home", "Graphs", "A"]
    links = {str(each["rel"][0]): each["href"] for each in page.select(".pager a")}
    assert links == {
        "prev": "../../notebooks/1-start.html",
        "next": "../../notebooks/2-graphs/b.html",
    }
    folder = site.page("notebooks/2-graphs/index.html")
    assert titled(folder, "h1, .card") == ["Graphs", "A", "B"]
    assert titled(folder, '#tree [aria-current="page"]') == ["Graphs"]


@pytest.mark.long
def test_the_page_of_a_folder_shows_its_readme_and_what_is_in_it(site: Site) -> None:
    write(site.source, "README.ipynb", "x.ipynb", "part/readme.ipynb", "part/a.ipynb")
    site.build()
    home = site.page("index.html")
    assert titled(home, "h1") == ["Readme"]
    assert titled(home, ".in-folder h2, .in-folder h3") == [
        *("In this folder", "Readme 1 notebook", "X")
    ]
    part = site.page("notebooks/part/index.html")
    assert titled(part, "h1, .in-folder .card") == ["Readme", "A"]


@pytest.mark.long
def test_every_link_of_a_book_leads_somewhere(site: Site) -> None:
    write(site.source, "index.ipynb", "日本.ipynb", "Größe & Maß/a b.ipynb", "x/y/z/deep.ipynb")
    write(site.source, *(f"many/{number}.ipynb" for number in range(70)))
    report = site.build(base_url="https://example.org/", redirects={"old.html": "notebooks/x/"})
    assert report.notices == ()
    check_links(site.folder, pages(site.folder), "/")
    sitemap = (site.folder / "sitemap.xml").read_text("utf-8")
    assert "https://example.org/notebooks/%E6%97%A5%E6%9C%AC.html" in sitemap


@pytest.mark.long
def test_one_notebook_alone_has_nothing_around_it(site: Site) -> None:
    write(site.source, "only.ipynb")
    site.build()
    assert titled(site.page("notebooks/only.html"), "#tree, .pager, .book-bar") == []


@pytest.mark.long
def test_contents_of_a_page_have_sections_and_their_parts(site: Site) -> None:
    site.source.mkdir()
    write_notebook(site.source / "a.ipynb", text_cell("# T\n\n## One\n\n### Deep\n\n#### No"))
    site.build()
    page = site.page("notebooks/a.html")
    assert titled(page, "#contents li") == ["One", "Deep"]
    assert titled(page, "#contents li.below") == ["Deep"]


@pytest.mark.long
def test_the_home_page_has_sections_by_folder_with_their_first_notebooks(site: Site) -> None:
    inside = [f"part/{number}.ipynb" for number in range(1, 9)]
    write(site.source, "a.ipynb", *inside)
    site.build()
    home = site.page("index.html")
    assert titled(home, "main > .cards h2") == ["A"]
    assert titled(home, ".part h2") == ["Part 8 notebooks"]
    assert titled(home, ".part h3") == list("123456")
    assert titled(home, ".part .all") == ["All 8 in Part"]


@pytest.mark.long
def test_in_a_large_book_a_page_shows_only_what_is_around_it(site: Site) -> None:
    there = [f"{part}/{number}.ipynb" for part in ("p", "q") for number in range(1, 101)]
    write(site.source, *there)
    site.build()
    page = site.page("notebooks/p/50.html")
    shown = titled(page, "#tree li li a")
    assert shown == ["… all in P", *map(str, range(30, 70)), "… all in P"]
    assert titled(page, "#tree > div > ul > li > a") == ["P", "Q"]
    assert titled(site.page("index.html"), ".part .titles li") == [*"123456", *"123456"]
    # What isn't shown doesn't count: a new title changes the pages around it, and lists.
    write_notebook(site.source / "p/99.ipynb", text_cell("# Ninety-nine"))
    assert site.build().made == 23
    write(site.source, "p/1-new.ipynb")
    assert site.build().made < 50


@pytest.mark.long
def test_where_there_are_very_many_the_search_page_lists_folders(site: Site) -> None:
    write(site.source, "a.ipynb", *(f"many/{number}.ipynb" for number in range(199)))
    site.build()
    assert len(titled(site.page("search.html"), "#all-questions li")) == 200
    write(site.source, "many/199.ipynb")
    site.build()
    assert titled(site.page("search.html"), "#all-questions li") == ["Many", "A"]


@pytest.mark.long
def test_a_changed_notebook_makes_its_own_page_and_no_other(site: Site) -> None:
    write(site.source, *(f"{part}/{number}.ipynb" for part in "ab" for number in range(5)))
    site.build()
    write_notebook(site.source / "a/3.ipynb", text_cell("# 3\n\nOther words."))
    # Its first words are on the pages of its folder and of all notebooks, too.
    assert site.build().made == 3
    write_notebook(site.source / "a/3.ipynb", text_cell("# 3\n\nOther words.\n\nMore."))
    assert site.build().made == 1


@pytest.mark.long
def test_a_new_title_is_on_every_page_that_shows_it(site: Site) -> None:
    write(site.source, "a.ipynb", "b.ipynb", "c/d.ipynb")
    site.build()
    write_notebook(site.source / "b.ipynb", text_cell("# Renamed"))
    site.build()
    for path in ("notebooks/a.html", "notebooks/c/d.html", "notebooks/c/index.html"):
        assert "Renamed" in titled(site.page(path), "#tree li a")
    assert "Renamed" in titled(site.page("index.html"), "h2")


@pytest.mark.long
def test_a_title_without_end_is_shortened_wherever_others_link_to_it(site: Site) -> None:
    write(site.source, "a.ipynb")
    write_notebook(site.source / "b.ipynb", text_cell(f"# {'long ' * 400}"))
    site.build()
    assert [len(each) for each in titled(site.page("notebooks/a.html"), "#tree li a")] == [1, 120]


@pytest.mark.long
def test_new_neighbours_are_no_news_for_the_feed(site: Site) -> None:
    write(site.source, "a.ipynb", "c.ipynb")
    site.build(base_url="https://example.org/")
    write(site.source, "b.ipynb")
    site.build(base_url="https://example.org/", now=datetime(2026, 11, 24, tzinfo=UTC))
    feed = ElementTree.fromstring((site.folder / "feed.xml").read_text("utf-8"))
    atom = {"a": "http://www.w3.org/2005/Atom"}
    days = {
        entry.findtext("a:title", "", atom): entry.findtext("a:updated", "", atom)[:10]
        for entry in feed.findall("a:entry", atom)
    }
    assert days == {"A": "2026-11-23", "B": "2026-11-24", "C": "2026-11-23"}


@pytest.mark.long
def test_old_addresses_lead_to_the_new_ones(site: Site) -> None:
    write(site.source, "part/new.ipynb")
    report = site.build(
        base_url="https://example.org/book/",
        redirects={
            "notebooks/old.html": "notebooks/part/new.html#One",
            "older/": "notebooks/old.html",
            "blog.html": "https://blog.example/",
        },
    )
    assert report.notices == ()

    def leads(path: str) -> tuple[str, str, str]:
        page = site.page(path)
        found = page.select("meta[http-equiv=refresh], link[rel=canonical], a")
        return tuple(str(one.get("content") or one["href"]) for one in found)  # type: ignore[return-value]

    new = "https://example.org/book/notebooks/part/new.html"
    assert leads("notebooks/old.html") == ("0; url=part/new.html#One", new, "part/new.html#One")
    beside = "../notebooks/part/new.html#One"
    assert leads("older/index.html") == (f"0; url={beside}", new, beside)
    elsewhere = "https://blog.example/"
    assert leads("blog.html") == (f"0; url={elsewhere}", elsewhere, elsewhere)
    assert "old" not in (site.folder / "sitemap.xml").read_text("utf-8")
    # A redirect that is given up leaves no page.
    site.build()
    assert not (site.folder / "blog.html").exists()


@pytest.mark.long
def test_redirects_that_lead_nowhere_are_named(site: Site) -> None:
    write(site.source, "new.ipynb")
    report = site.build(
        redirects={
            "old.html": "notebooks/nwe.html",
            "notebooks/new.html": "index.html",
            "a.html": "b.html",
            "b.html": "a.html",
        }
    )
    assert report.notices == (
        "redirects: old.html is left out, because there is no page notebooks/nwe.html; did you"
        " mean 'notebooks/new.html'?",
        "redirects: notebooks/new.html is left out, because there is a page at that address",
        "redirects: a.html is left out, because it leads back to itself",
        "redirects: b.html is left out, because it leads back to itself",
    )
    assert not (site.folder / "old.html").exists()


@pytest.mark.long
def test_strict_fails_if_anything_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_bank(tmp_path / "bank", questions=1)
    write(tmp_path / "book", "a.ipynb")
    site = tmp_path / "site"
    command = ["site", str(tmp_path / "book"), "-o", str(site), "--bank", str(tmp_path / "bank")]
    assert main([*command, "--strict"]) == 0
    never = unrun(tmp_path / "book/b.ipynb")
    assert main(command) == 0
    assert str(never) in capsys.readouterr().err
    assert main([*command, "--strict"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"{site} was built, but not everything is published as it is: see above (--strict)"
    )
    assert (site / "notebooks/a.html").is_file()


@pytest.mark.long
def test_a_site_without_questions_does_not_speak_of_answers(site: Site) -> None:
    write(site.source, "one.ipynb")
    site.build()
    for path in ("index.html", "404.html", "search.html"):
        page = site.page(path)
        assert page.select("a[href$='answers.html']") == []
        assert "What you w" not in page.get_text()


def test_search_knows_notebooks_of_one_title_by_what_tells_them_apart(site: Site) -> None:
    site.source.mkdir()
    for name in ("graphs", "trees"):
        write_notebook(site.source / f"{name}.ipynb", text_cell(f"# A course\n\n## {name}"))
    site.build()
    page = site.page("notebooks/graphs.html")
    title = page.select_one('meta[data-pagefind-meta="title[content]"]')
    assert title is not None
    assert (page.h1 and page.h1.text, title["content"]) == ("A course", "A course · graphs")


def test_the_search_page_knows_whether_there_are_questions(site: Site) -> None:
    write(site.source, "a.ipynb")
    site.build()
    data = site.page("search.html").select_one("#search-data")
    assert data is not None
    assert json.loads(data.text) == {"questions": False, "suggestions": [], "order": {}}


def test_a_name_becomes_a_title_without_the_number_that_puts_it_in_its_place(site: Site) -> None:
    names = ("01_intro-to-numpy", "02 - Plots", "03 More plots", "3 body problem", "2024_report")
    for name in names:
        (site.source / name).mkdir(parents=True)
        write_notebook(site.source / name / f"{name}.ipynb", text_cell("Text."))
    site.build()
    titles = ["3 body problem", "2024 report", "Intro to numpy", "More plots", "Plots"]
    assert sorted(titled(site.page("index.html"), "section h2 a")) == sorted(titles)
    assert sorted(titled(site.page("index.html"), "section h3")) == sorted(titles)
