"""Where links in notebooks lead: to pages, to files, to places on pages, or nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.notebook.anchors import Anchors, github_name, only_texts
from prepkit.notebook.reader import read_notebook
from prepkit.site.article import Article, Renderer, medium
from prepkit.site.links import Link, Shelf, Target, address_of, named_in
from tests.site_samples import code_cell, notebook, text_cell

PAGES = {
    "/book/intro.ipynb": "notebooks/intro.html",
    "/book/part/One & two.ipynb": "notebooks/part/one-two.html",
    "/book/part/index.ipynb": "notebooks/part/index-notebook.html",
    "/other/alone.ipynb": "notebooks/alone.html",
}
FILES = {
    *PAGES,
    "/book/data/My table.csv",
    "/book/data/a%20b.csv",
    "/book/intro.py",
    "/book/part/unrun.ipynb",
    "/book/.env",
    "/book/.git/config.csv",
    "/secret.csv",
}
SHELF = Shelf(PAGES, ("/book", "/other"), FILES.__contains__)


def target(href: str, source: str = "/book/part/One & two.ipynb") -> Target:
    return SHELF.resolve(href, source)


@pytest.mark.parametrize(
    ("href", "page", "anchor"),
    [
        ("../intro.ipynb", "notebooks/intro.html", ""),
        ("./../intro.ipynb#The-plot", "notebooks/intro.html", "The-plot"),
        ("../intro.ipynb#%C3%9Cber-uns", "notebooks/intro.html", "Über-uns"),
        ("One%20&%20two.ipynb", "notebooks/part/one-two.html", ""),
        (" One & two.ipynb ", "notebooks/part/one-two.html", ""),
        ("..\\intro.ipynb", "notebooks/intro.html", ""),
        ("/intro.ipynb", "notebooks/intro.html", ""),
        ("../intro", "notebooks/intro.html", ""),
        ("../intro.html#x", "notebooks/intro.html", "x"),
        ("../intro.md", "notebooks/intro.html", ""),
        ("../intro.ipynb?raw=1", "notebooks/intro.html", ""),
        ("../part/", "notebooks/part/index-notebook.html", ""),
        (".", "notebooks/part/index-notebook.html", ""),
        ("../../other/alone.ipynb", "notebooks/alone.html", ""),
    ],
)
def test_a_link_to_a_notebook_leads_to_its_page(href: str, page: str, anchor: str) -> None:
    assert target(href) == Target("page", page, anchor)


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("../data/My%20table.csv", "/book/data/My table.csv"),
        ("../data/My table.csv#row=3", "/book/data/My table.csv"),
        ("../data/a%20b.csv", "/book/data/a%20b.csv"),
        ("/data/My table.csv", "/book/data/My table.csv"),
        ("../intro.py", "/book/intro.py"),
    ],
)
def test_a_link_to_a_file_leads_to_the_file(href: str, path: str) -> None:
    found = target(href)
    assert (found.kind, found.path) == ("file", path)


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("unrun.ipynb", "that notebook is not published"),
        ("../intr.ipynb", "there is no such file; did you mean 'intro.ipynb'?"),
        ("gone.csv", "there is no such file"),
        ("../data", "there is no such file"),
        ("../../secret.csv", "it is outside the folders that you publish"),
        ("../../../../secret.csv", "it is outside the folders that you publish"),
        ("../.env", "hidden files are never published"),
        ("/.git/config.csv", "hidden files are never published"),
        ("../intro.py%00.csv", "hidden files are never published"),
        ("file:///home/ada/x.csv", "it is a place on one computer"),
        ("C:\\data\\x.csv", "it is a place on one computer"),
        ("data:text/csv;base64,YQ==", "files inside a link (data:) are not published"),
        ("attachment:x.pdf", "of what is pasted into a cell, only pictures are published"),
        ("java\nscript:alert(1)", "links that begin with javascript: are not published"),
    ],
)
def test_a_link_that_leads_nowhere_says_why(href: str, why: str) -> None:
    found = target(href)
    assert found.kind in ("dead", "program")
    assert found == Target(found.kind, why=why)


@pytest.mark.parametrize(
    "href", ["https://a.example/x.ipynb", "HTTP://a.example", "//a.example/x", "mailto:a@b.example"]
)
def test_a_link_to_the_web_stays(href: str) -> None:
    assert target(href) == Target("web")


@pytest.mark.parametrize("href", ["#The-plot", "", "?x=1#The-plot"])
def test_a_link_without_a_name_stays_on_the_page(href: str) -> None:
    assert target(href).kind == "here"


PARTS = st.lists(
    st.sampled_from(
        (
            *("..", ".", "", "book", "part", "data", "intro.ipynb", ".git", ".env", "%2e%2e"),
            *("%2F", "\\", "secret.csv", "config.csv", "My table.csv", "a%20b.csv", "#x", "?y"),
            *("~", "\0", "C:"),
        )
    )
    | st.text(max_size=4),
    max_size=7,
)


@given(PARTS, st.sampled_from(sorted(PAGES)))
def test_no_link_takes_along_what_is_outside_or_hidden(parts: list[str], source: str) -> None:
    asked: list[str] = []

    def is_file(path: str) -> bool:
        asked.append(path)
        return True

    found = Shelf(PAGES, ("/book", "/other"), is_file).resolve("/".join(parts), source)
    for path in (*asked, *([found.path] if found.kind == "file" else [])):
        assert path.startswith(("/book/", "/other/"))
        assert not {".", "..", ""}.intersection(path.split("/")[1:])
        assert not any(part.startswith(".") for part in path.split("/"))
    if found.kind == "page":
        assert found.path in PAGES.values()


@given(st.text(min_size=1), st.text())
def test_an_address_names_one_path_below_the_site_and_one_place(path: str, anchor: str) -> None:
    from urllib.parse import unquote

    try:
        address = address_of(path, "../", anchor)
    except UnicodeEncodeError:  # half a character, which no name of a file has
        return
    assert address.startswith("../")
    name, _, place = address.removeprefix("../").partition("#")
    assert unquote(name) == path
    assert unquote(place) == anchor
    assert not {"?", ":", "\\", '"', "<", " "}.intersection(name)


def test_every_link_of_a_notebook_is_named_however_it_is_written() -> None:
    nb = notebook(
        text_cell("[a](a.csv), [b](<b c.csv> 'title'), ![c](c.png)\n\n[d]: d.csv\n"),
        text_cell(
            "[e](a_(b).csv) [f](a\\).csv) <a class=x href='f&amp;g.csv'>f</a> <A HREF=h.csv>"
        ),
        code_cell({"text/html": '<a href="i.csv">i</a>', "text/markdown": "[j](j.csv)"}),
    )
    assert named_in(nb) == [
        *(
            "a.csv",
            "b c.csv",
            "c.png",
            "d.csv",
            "a_(b).csv",
            "a).csv",
            "f&g.csv",
            "h.csv",
            "i.csv",
            "j.csv",
        )
    ]


def rendered(*cells: dict, trusted: bool = False, links: dict | None = None) -> Article:  # type: ignore[type-arg]
    follow = (links or {}).get
    return Renderer(
        worksheet=lambda sheet: "", trusted=trusted, follow=lambda href: follow(href, Link(href))
    ).article(notebook(*cells), "fallback")


@pytest.mark.parametrize(
    ("anchor", "heading"),
    [
        ("The-plot,-again", "## The plot, again"),
        ("the-plot-again", "## The plot, again"),
        ("The-Plot,-Again", "## The plot, again"),
        ("%C3%9Cber-uns", "## Über uns"),
        ("über-uns", "## Über uns"),
        ("below", '## <a id="below"></a>The plot'),
        ("below", '<a name="below"></a>\n\n## The plot'),
        ("some-html", '<h2 id="some-html">The plot</h2>'),
        ("the-plot-1", "## The plot\n\n## The plot"),
        ("The-plot-2", "## The plot\n\n## The plot"),
    ],
)
@pytest.mark.parametrize("trusted", [False, True])
def test_a_link_to_a_heading_arrives_in_jupyters_and_githubs_spelling(
    anchor: str, heading: str, trusted: bool
) -> None:
    article = rendered(text_cell(f"# Top\n\n[down](#{anchor})\n\n{heading}"), trusted=trusted)
    link = article.html.partition('href="#')[2].partition('"')[0]
    assert f'id="{link}"' in article.html
    assert article.notices == ()


def test_a_link_to_no_place_on_the_page_is_told() -> None:
    article = rendered(text_cell("# T\n\n[down](#nowhere) [up](#top)"))
    assert article.notices == ("cell 1: the link to #nowhere leads to no place on this page",)
    assert 'href="#"' in article.html


def test_a_note_and_its_mark_still_lead_to_each_other() -> None:
    article = rendered(text_cell("# Top\n\nx[^1]\n\n[^1]: y"))
    assert 'href="#nb-fn1"' in article.html
    assert 'href="#nb-fnref1"' in article.html
    assert article.notices == ()


def test_a_link_that_leads_nowhere_keeps_its_words_and_says_what_it_named() -> None:
    dead = Link(None, "leads nowhere: there is no such file")
    article = rendered(text_cell("See [the *table*](gone.csv)."), links={"gone.csv": dead})
    assert (
        '<p>See <span title="Not published: gone.csv">the <em>table</em></span>.</p>'
        in article.html
    )
    assert article.notices == ("cell 1: the link to gone.csv leads nowhere: there is no such file",)


def test_several_links_of_a_text_that_lead_nowhere_are_named_together() -> None:
    dead = Link(None, "leads nowhere: there is no such file")
    names = ("a.csv", "b.csv", "c.csv", "d.csv", "e.csv")
    article = rendered(
        text_cell(" ".join(f"[x]({name})" for name in names)),
        text_cell("[x](#a) [x](#b) [x](#a)"),
        links=dict.fromkeys(names, dead),
    )
    assert article.notices == (
        "cell 1: the links to a.csv, b.csv, c.csv and 2 more lead nowhere: there is no such file",
        "cell 2: the links to #a and #b lead to no place on this page",
    )


def test_a_notebook_with_another_number_is_not_what_a_dead_link_means() -> None:
    pages = {"/book/09_Step_7.ipynb": "notebooks/a.html", "/book/Intro_1.ipynb": "notebooks/b.html"}
    shelf = Shelf(pages, ("/book",), pages.__contains__)
    assert shelf.resolve("04_Step_3.ipynb", "/book/x.ipynb").why == "there is no such file"
    assert shelf.resolve("intro_1.ipynb", "/book/x.ipynb").why == (
        "there is no such file; did you mean 'Intro_1.ipynb'?"
    )


def test_the_places_of_another_notebook_are_those_that_its_page_has() -> None:
    nb = notebook(
        text_cell("# Top\n\n## Part\n\n<a name='x'></a>"),
        code_cell({"text/html": "<h2>Part</h2>"}),
        code_cell({"image/svg+xml": "<svg/>", "text/html": "<h2>Part</h2>"}),
        text_cell("## Part"),
    )
    anchors = Anchors.of(read_notebook(only_texts(nb), medium(trusted=False)), trusted=False)
    assert anchors.find("part-2") == "nb-Part-3"
    assert anchors.find("x") == "nb-x"
    assert anchors.find("nowhere") is None


@pytest.mark.long
@given(st.text())
def test_a_spelling_of_github_stays_the_same_when_it_is_spelled_again(words: str) -> None:
    name = github_name(words)
    assert github_name(name) == name
