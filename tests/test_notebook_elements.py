"""Parts of HTML that need a script or a browser: what is shown of them, and what is said."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from prepkit.handouts import Layout
from prepkit.handouts.notebook import notebook_document
from prepkit.notebook.elements import EMBEDDED
from prepkit.notebook.html_tree import Node, parse_html, write_html
from prepkit.notebook.items import Html, Item, Missing
from prepkit.notebook.pictures import PictureFinder
from prepkit.notebook.stored_files import file_in_address
from prepkit.notebook.trees import TreeReader
from prepkit.site.article import Article, Renderer
from tests.site_samples import code_cell, notebook, text_cell
from tests.test_notebook_reader import PAPER, SCREEN, items

PDF = base64.b64encode(b"%PDF-1.7 pages").decode()


def tree(html: str, shown: str = "published") -> Node:
    return TreeReader(PictureFinder((), shown, None), shown, keep_web=False).read(html, {})


def words(html: str) -> str:
    return tree(html).words()


def said(html: str, shown: str = "published") -> list[str]:
    return [notice for node in tree(html, shown).descendants() for notice in node.notices]


def page(html: str) -> Article:
    return Renderer(worksheet=str).article(notebook(code_cell({"text/html": html}, source="")), "x")


def printed(*cells: Any) -> Any:
    return notebook_document(notebook(*cells), Layout())


def kinds(*cells: Any) -> list[str]:
    return [block["t"] for part in printed(*cells).data["body"] for block in part["c"]]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<button onclick='x()'>Run <b>all</b></button>", "Run all"),
        ("<select><option>One<option selected>Two</select>", "○ One ◉ Two"),
        ("<select><option>One</option><option>Two</option></select>", "◉ One ○ Two"),
        ("<select multiple><option>A</option><option>B</option></select>", "☐ A ☐ B"),
        ("<select multiple><option selected>A<option>B<option selected>C</select>", "☑ A ☐ B ☑ C"),
        ("<select><optgroup label='Letters'><option label='A'></optgroup></select>", "◉ A"),
        ("<textarea>typed words</textarea>", "typed words"),
        ("<textarea placeholder='Your answer'></textarea>", "Your answer"),
        ("<input value='42'>", "42"),
        ("<input type=submit value='Send'>", "Send"),
        ("<input type=radio checked> a <input type=radio> b", "◉ a ○ b"),
        ("<input type=hidden value='x'><input type=password value='y'>", ""),
        ("<progress value='3' max='4'></progress>", "75%"),
        ("<meter value='2' max='0'></meter>", ""),
        ("<progress value=1>almost</progress>", "almost"),
        ("<noscript>Without a script</noscript>", "Without a script"),
        ("a <span style='display: none'>b</span> c", "a c"),
        ("a <p style='color:red; DISPLAY:NONE !important'>b</p> c", "a c"),
        ("a <i style='visibility:hidden'>b</i> c", "a c"),
        ("a <div hidden>b</div> c", "a c"),
        ("a <datalist><option>b</datalist> <dialog>d</dialog> c", "a c"),
    ],
)
def test_what_is_seen_of_a_form_is_shown_and_what_is_hidden_is_not(html: str, shown: str) -> None:
    assert words(html) == shown
    assert said(html) == []


@pytest.mark.parametrize(
    ("html", "notice", "link"),
    [
        (
            '<iframe src="https://a.example/p" title="A map"></iframe>',
            "an embedded page is {} as a link",
            ("https://a.example/p", "A map"),
        ),
        ('<iframe srcdoc="<p>x</p>"></iframe>', "an embedded page is not {}", None),
        (
            '<video controls><source src="film.mp4">Your browser is old.</video>',
            "a video is {} as a link",
            ("film.mp4", "film.mp4"),
        ),
        ("<audio src='blob:x'></audio>", "a sound is not {}", None),
        ("<audio src='blob:x' title='A bird'></audio>", "a sound “A bird” is not {}", None),
        (
            "<video src='walk.mp4' aria-label='A robot walks'></video>",
            "a video is {} as a link",
            ("walk.mp4", "A robot walks"),
        ),
        ("<canvas id=c></canvas>", "a drawing that a script makes is not {}", None),
        (
            "<object data='https://a.example/o.swf'></object>",
            "an embedded object is {} as a link",
            ("https://a.example/o.swf", "https://a.example/o.swf"),
        ),
    ],
)
@pytest.mark.parametrize("shown", ["published", "printed"])
def test_what_is_embedded_is_a_link_or_is_named(
    html: str, notice: str, link: tuple[str, str] | None, shown: str
) -> None:
    assert said(html, shown) == [notice.format(shown)]
    links = [node for node in tree(html, shown).descendants() if node.tag == "a"]
    found = [(node.attributes["href"], node.words()) for node in links]
    assert found == ([link] if link else [])


def test_what_stands_in_an_embedded_object_is_shown_instead() -> None:
    assert words("<object><p>A table of costs</p></object>") == "A table of costs"
    assert words("<canvas>A drawing of costs</canvas>") == "A drawing of costs"


def test_a_page_says_in_its_place_what_is_embedded() -> None:
    article = page('<p>Map:</p><iframe src="https://a.example/m"></iframe>')
    (label,) = BeautifulSoup(article.html, "html.parser").find_all("span", class_="missing")
    assert label.text == "An embedded page is published as a link. https://a.example/m"
    assert label.a
    assert label.a["href"] == "https://a.example/m"
    assert article.notices == ("cell 1, output 1: an embedded page is published as a link",)


def test_a_file_inside_html_is_a_download_on_a_page_and_named_in_print() -> None:
    film = "data:video/mp4;base64," + base64.b64encode(b"frames").decode()
    table = "data:text/csv;charset=utf-8,a%2Cb%0A1%2C2"
    html = f'<video src="{film}"></video> <a href="{table}">the rows</a>'
    article = page(html)
    assert sorted(article.files.values()) == [b"a,b\n1,2", b"frames"]
    links = BeautifulSoup(article.html, "html.parser").find_all("a", download=True)
    assert [link.text for link in links] == ["video (MP4), 6 bytes", "the rows (CSV file, 7 bytes)"]
    assert {str(link["href"]).removeprefix("files/") for link in links} == set(article.files)
    assert said(html, "printed") == [
        "a video (video (MP4), 6 bytes) is not printed",
        "a file in a link (CSV file, 7 bytes) is not printed",
    ]


def test_a_file_inside_html_is_called_by_its_title() -> None:
    sound = "data:audio/wav;base64," + base64.b64encode(b"waves").decode()
    html = f'<audio title="A bird"><source src="{sound}">Your browser is old.</audio>'
    link = BeautifulSoup(page(html).html, "html.parser").a
    assert link
    assert link.text == "A bird (sound (WAV), 5 bytes)"
    assert said(html, "printed") == ["a sound “A bird” (sound (WAV), 5 bytes) is not printed"]


def test_of_a_long_list_to_choose_from_the_chosen_are_shown_and_the_rest_is_counted() -> None:
    options = "".join(f"<option{' selected' * (n == 90)}>n{n}" for n in range(100))
    html = f"<select>{options}</select>"
    listed = [f"○ n{n}" for n in range(20)]
    assert words(html) == " ".join([*listed, "◉ n90"])
    what = "79 of 100 options of a list are not {}"
    assert page(html).notices == (f"cell 1, output 1: {what.format('published')}",)
    document = printed(code_cell({"text/html": html}, source=""))
    assert document.notices == (f"cell 1, output 1: {what.format('printed')}",)


@pytest.mark.parametrize("plain", ["", "<IPython.core.display.Javascript object>"])
@pytest.mark.parametrize(
    "data", [{"application/javascript": "x()"}, {"text/html": "<script>x()</script>"}]
)
def test_an_output_that_is_only_a_script_is_named_in_its_place(
    data: dict[str, str], plain: str
) -> None:
    cell = code_cell({**data, "text/plain": plain}, source="")
    article = Renderer(worksheet=str).article(notebook(cell), "x")
    assert article.html == '<p class="note">What a script shows is not published.</p>'
    assert article.notices == ("cell 1, output 1: what a script shows is not published",)
    assert printed(cell).notices == ("cell 1, output 1: what a script shows is not printed",)


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"]
)
def test_a_file_that_could_run_at_the_sites_address_is_never_offered(kind: str) -> None:
    address = f"data:{kind},<script>x()</script>"
    assert file_in_address(address) is None
    article = page(f'words <a href="{address}">open</a>')
    assert article.files == {}
    assert article.notices == ("cell 1, output 1: a file in a link is not published",)


def test_an_output_that_is_a_file_is_a_download_on_a_page_and_named_in_print() -> None:
    cell = code_cell({"application/pdf": PDF, "text/plain": "<Figure size 640x480>"}, source="")
    article = Renderer(worksheet=str).article(notebook(cell), "x")
    assert list(article.files.values()) == [b"%PDF-1.7 pages"]
    link = BeautifulSoup(article.html, "html.parser").a
    assert link
    assert link.text == "PDF, 14 bytes"
    assert article.notices == ()
    assert printed(cell).notices == (
        "cell 1, output 1: a PDF, 14 bytes is not printed; it is in the notebook",
    )


def test_a_script_is_named_where_it_is_all_that_there_is() -> None:
    def notices(html: str) -> list[tuple[str, bool]]:
        found = items(code_cell({"text/html": html}, source=""), medium=SCREEN)
        return [(item.what, item.for_author) for item in found if isinstance(item, Missing)]

    what = "what a script shows is not published"
    assert notices("<div id=x></div><script>draw()</script>") == [(what, False)]
    assert notices("<p>Loading</p><script src=x.js></script>") == [(what, False)]
    assert notices("<table><td>1</td></table><script>sort()</script>") == [(what, True)]
    assert notices("<p>x</p><script type='application/json'>{}</script>") == []
    empty = code_cell({"text/html": "<table id=t></table><script>fill()</script>"}, source="")
    assert not any(isinstance(item, Html) for item in items(empty))


def test_a_table_without_cells_is_not_announced_as_a_table() -> None:
    assert 'aria-label="Table"' not in page("<p>x</p><table id=t></table>").html


def test_formulas_of_mathjax_and_mathml_are_formulas() -> None:
    root = tree('<script type="math/tex; mode=display">a^2</script>')
    assert [(node.tag, node.text()) for node in root.descendants()] == [("x-math", "a^2")]
    mathml = "<math><mi>a</mi><annotation encoding='application/x-tex'>a</annotation></math>"
    assert [node.tag for node in tree(mathml).descendants()] == ["x-math-inline"]
    assert printed(code_cell({"text/html": "<math><mi>a</mi></math>"}, source="")).notices == (
        "cell 1, output 1: MathML is printed as its words",
    )


@pytest.mark.parametrize(
    "text",
    [
        "<div style='page-break-after: always'></div>",
        "<p style='break-before:page'></p>",
        "<div class='pagebreak'></div>",
        "\\newpage",
        "\\clearpage",
    ],
)
def test_a_page_break_is_one_in_print_and_nothing_on_a_page(text: str) -> None:
    cell = text_cell(f"before\n\n{text}\n\nafter")
    assert kinds(cell) == ["paragraph", "newpage", "paragraph"]
    html = Renderer(worksheet=str).article(notebook(cell), "x").html
    assert BeautifulSoup(html, "html.parser").text.split() == ["before", "after"]
    in_a_list = text_cell(f"- before\n\n  {text}\n\n  after")
    assert kinds(in_a_list) == ["list"]


def raw(source: str, kind: str = "", key: str = "format") -> dict[str, Any]:
    return {"cell_type": "raw", "source": source, "metadata": {key: kind} if kind else {}}


@pytest.mark.parametrize(
    ("cell", "html", "notices"),
    [
        (raw("Licence: MIT *"), "<pre>Licence: MIT *</pre>", []),
        (raw("<b>x</b>", "text/html"), "<b>x</b>", []),
        (raw("<b>x</b>", "text/html", "raw_mimetype"), "<b>x</b>", []),
        (raw("*x*", "text/markdown"), "<p><em>x</em></p>\n", []),
        (raw("$x$", "text/latex"), "<x-math>x</x-math>", []),
        (raw("\\newpage", "text/latex"), "<x-page-break></x-page-break>", []),
        (
            raw(".. note:: x", "text/restructuredtext"),
            "<pre>.. note:: x</pre>",
            ["a raw cell for another program (text/restructuredtext) is published as it was typed"],
        ),
        (raw("---\ntitle: x\n---"), "<h1>x</h1>", []),
        (
            raw("---\nformat: html\n---"),
            "",
            ["settings at the top of the notebook (YAML) are not published: format"],
        ),
        (raw("  "), "", []),
    ],
)
def test_a_raw_cell_is_shown_in_its_format(cell: Any, html: str, notices: list[str]) -> None:
    found = items(cell)
    shown = [write_html(item.root.children) for item in found if isinstance(item, Html)]
    assert "".join(shown) == html
    assert [item.what for item in found if isinstance(item, Missing)] == notices


def test_an_output_of_another_text_or_of_json_is_shown_as_text() -> None:
    def shown(**data: Any) -> str:
        named = {name.replace("_", "/"): value for name, value in data.items()}
        (item,) = items(code_cell(named, source=""))
        return str(getattr(item, "text", ""))

    stand_in = "<IPython.core.display.JSON object>"
    json = {"application/json": {"a": [1]}, "text/plain": stand_in}
    (item,) = items(code_cell(json, source=""))
    assert getattr(item, "text", "") == '{\n  "a": [\n    1\n  ]\n}'
    assert shown(text_csv="a,b") == "a,b"


@given(
    st.lists(
        st.sampled_from(
            [
                f"<{tag} {more}>"
                for tag in sorted(EMBEDDED)
                for more in ("", "src=x", "src='data:,x'")
            ]
            + ["<input>", "<select>", "<option>", "<a href='data:text/csv,x'>", "</a>", "<script>"]
            + [
                "</script>",
                "words",
                "<p hidden>",
                "<div style='page-break-before:always'>",
                "<svg>",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_whatever_is_in_html_is_read_and_leaves_nothing_that_runs(html: str) -> None:
    for medium in (SCREEN, PAPER):
        found: list[Item] = items(code_cell({"text/html": html}, source=""), medium=medium)
        for item in found:
            if isinstance(item, Html):
                tags = {node.tag for node in item.root.descendants()}
                assert not tags & (EMBEDDED | {"script", "select", "button", "textarea"})
    assert "<script" not in page(html).html


def test_of_a_page_in_two_parts_each_word_stays(tmp_path: Path) -> None:
    root = parse_html("<p>a</p><p style='page-break-before: always'>b</p>")
    assert words(write_html(root.children)) == "ab"


def test_a_bar_that_css_draws_is_on_the_page_and_named_in_print() -> None:
    bar = "<div style='display:inline-block; background:#4682b4; width:34%; height:12px'></div>"
    html = f"<table><tr><td>34 %{bar}</td></tr></table>"
    style = "display: inline-block; background: #4682b4; width: 34%; height: 12px; color: #000000"
    assert style in page(html).html
    assert said(html, "published") == []
    notice = "a bar that a style sheet draws is not printed"
    assert said(html, "printed") == [notice]
    assert printed(code_cell({"text/html": html}, source="")).notices == (
        f"cell 1, output 1: {notice}",
    )
    for style in ("background: white; width: 9px", "background: red; width: 0", "width: 9px"):
        assert said(f"<div style='{style}'></div>", "printed") == []
    assert said("<div style='background: red; width: 9px'>words</div>", "printed") == []
