"""Notebooks as articles: text, maths, outputs, pictures, and what is left out."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from prepkit.sheet import Sheet
from prepkit.site.article import Article, Renderer
from prepkit.site.rendering import standalone_page
from tests.site_samples import PIXEL, PLOT, clean_html, code_cell, notebook, text_cell


def sheet(data: Sheet) -> str:
    return f'<h2 id="sheet">{data.id}</h2>'


def rendered(*cells: dict, folder: Path | None = None, trusted: bool = False) -> Article:  # type: ignore[type-arg]
    return Renderer(worksheet=sheet, folder=folder, trusted=trusted).article(
        notebook(*cells), "fallback"
    )


def test_markdown_becomes_html_with_maths_tables_and_footnotes() -> None:
    html = rendered(text_cell("# T\n\n$a^2$\n\n| a |\n|---|\n| 1 |\n\nx[^1]\n\n[^1]: y")).html
    assert "<math" in html
    assert "<table>" in html
    assert 'class="wide" role="group"' in html
    for link in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{link}"' in html


def test_lines_of_formulas_have_numbers_if_a_text_refers_to_one() -> None:
    lines = "\\begin{align} a &= b \\label{first} \\\\ &= c \\end{align}"
    html = rendered(text_cell(lines + "\n\nSee \\eqref{first}")).html
    assert re.findall(r"<mtext>(.*?)</mtext>", html) == ["(1)", "(2)"]
    assert '<span id="nb-eq-first"></span>' in html
    assert '<a href="#nb-eq-first" rel="noopener noreferrer">(1)</a>' in html
    # As in JupyterLab.
    assert re.findall(r"<mtext>(.*?)</mtext>", rendered(text_cell(lines)).html) == []


def test_a_long_formula_can_be_scrolled_by_keyboard() -> None:
    tex = "+".join(f"x_{number}" for number in range(20))
    html = rendered(text_cell(f"$$ {tex} $$\n\nText ${tex}$ and $x$")).html
    assert re.findall('<span class="([a-z]+)" tabindex="0"><math', html) == ["equation", "formula"]


def test_a_formula_has_its_tag_beside_it_and_its_colours() -> None:
    html = rendered(text_cell(r"$$\color{red} x \tag{7}$$")).html
    assert html == (
        '<span class="equation"><math display="block" alttext="\\color{#ff0000} x">'
        '<mrow mathcolor="#ff0000"><mi>x</mi></mrow></math>'
        '<span class="equation-number">(7)</span></span>\n'
    )


def test_what_cannot_be_read_as_maths_is_shown_as_typed_and_told() -> None:
    article = rendered(text_cell(r"$\undefinedthing{$"))
    assert r"\undefinedthing{" in article.html
    assert "the formula" in article.notices[0]


def test_the_first_heading_is_the_title_and_no_level_is_skipped() -> None:
    article = rendered(text_cell("### Deep\n\n##### Deeper\n\n##### Deepest\n\n# Again"))
    assert article.title == "Deep"
    assert re.findall(r"<h(\d)", article.html) == ["1", "2", "3", "2"]
    assert [one[1:] for one in article.sections] == [("Deeper", 2), ("Deepest", 3), ("Again", 2)]


def test_very_long_contents_have_the_main_sections_only() -> None:
    many = "\n\n".join(f"## Part {number}\n\n### Detail {number}" for number in range(40))
    assert [one.level for one in rendered(text_cell(f"# T\n\n{many}")).sections] == [2] * 40


def test_a_notebook_without_headings_is_titled_by_its_name() -> None:
    assert rendered(text_cell("plain")).title == "fallback"


def test_two_headings_of_the_same_words_have_two_ids() -> None:
    ids = re.findall(r'id="([^"]+)"', rendered(text_cell("# A\n\n## B\n\n## B")).html)
    assert ids == ["nb-A", "nb-B", "nb-B-2"]


def test_a_link_to_a_heading_by_its_words_arrives() -> None:
    html = rendered(text_cell("# Top\n\n[down](#The-End)\n\n## The End")).html
    assert 'href="#nb-The-End"' in html
    assert 'id="nb-The-End"' in html


def test_cells_and_outputs_with_the_tags_are_left_out() -> None:
    html = rendered(
        text_cell("kept"),
        {**text_cell("gone"), "metadata": {"tags": ["remove-cell"]}},
        code_cell({"text/plain": "shown output"}, source="secret", tags=["remove-input"]),
        code_cell({"text/plain": "secret"}, source="visible_code", tags=["remove-output"]),
    ).html
    assert "kept" in html
    assert "shown output" in html
    assert "visible_code" in html
    assert "gone" not in html
    assert "secret" not in html


def test_what_is_folded_can_be_unfolded() -> None:
    hidden = code_cell({"text/plain": "inside"}, source="x", jupyter={"outputs_hidden": True})
    html = rendered(text_cell("folded words", metadata={"tags": ["hide_cell"]}), hidden).html
    folded = BeautifulSoup(html, "html.parser").find_all("details", class_="folded")
    assert [each.get_text(" ", strip=True) for each in folded] == [
        "Text folded words",
        "Output inside",
    ]


def test_code_that_is_folded_is_left_out_of_a_page_for_readers_only() -> None:
    nb = notebook(code_cell({"text/plain": "seen"}, source="unseen", tags=["hide-input"]))
    html = Renderer(worksheet=sheet, folded_code=False).article(nb, "x").html
    assert "seen</pre>" in html
    assert "unseen" not in html


def test_what_is_missing_is_said_where_it_is_missing() -> None:
    chart = code_cell({"application/vnd.plotly.v1+json": {"layout": {"title": "A & B"}}}, source="")
    article = rendered(chart, code_cell({"image/png": PIXEL}, source=""))
    (note,) = BeautifulSoup(article.html, "html.parser").find_all("p", class_="note")
    what = (
        "he Plotly chart “A & B” is not published, because a script draws it;"
        ' to show it, install kaleido and set plotly.io.renderers.default = "svg"'
    )
    assert note.text == f"T{what}."
    assert article.notices == (
        f"cell 1, output 1: t{what}",
        'cell 2, output 1: a picture has no description for screen readers ("alt" in the metadata)',
    )


def test_pictures_of_outputs_attachments_and_files_beside_become_files(tmp_path: Path) -> None:
    raw = base64.b64decode(PIXEL)
    (tmp_path / "dot.png").write_bytes(raw)
    attached = text_cell("![a](attachment:a.png)", attachments={"a.png": {"image/png": PIXEL}})
    article = rendered(
        attached, text_cell("![b](dot.png)"), code_cell({"image/png": PIXEL}), folder=tmp_path
    )
    assert list(article.files.values()) == [raw]  # three times the same picture
    assert article.html.count("<img") == 3
    assert article.notices == (
        'cell 3, output 1: a picture has no description for screen readers ("alt" in the metadata)',
    )


def test_a_plot_is_described_by_its_title() -> None:
    article = rendered(code_cell({"image/svg+xml": PLOT, "text/plain": "Figure"}))
    assert 'alt="Pages a week"' in article.html


@pytest.mark.parametrize("source", ["../secret.png", "/etc/passwd.png", "gone.png", "notes.txt"])
def test_a_picture_that_is_not_beside_the_notebook_is_left_out_and_told(
    tmp_path: Path, source: str
) -> None:
    (tmp_path / "secret.png").write_bytes(base64.b64decode(PIXEL))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "notes.txt").write_text("private")
    article = rendered(text_cell(f"![x]({source})"), folder=tmp_path / "notebooks")
    assert article.files == {}
    assert f"cell 1: the picture {source} is left out" in article.notices[0]


def test_a_picture_that_is_damaged_or_has_no_address_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_text("<svg><")
    damaged = {"image/svg+xml": "no drawing", "text/plain": "x"}
    article = rendered(
        text_cell("![a](broken.svg)"),
        text_cell("<img src='http://['>"),
        text_cell("![c](attachment:c.svg)", attachments={"c.svg": {"image/svg+xml": "@@@"}}),
        code_cell(damaged),
        folder=tmp_path,
    )
    assert article.files == {}
    assert article.notices == (
        "cell 1: the picture broken.svg is left out: it is not well-formed SVG (unclosed token)",
        "cell 2: the picture http://[ is left out: pictures are not fetched from the web; save it"
        " next to the notebook",
        "cell 3: the picture attachment:c.svg is left out: its data (base64) is damaged",
        "cell 4, output 1: the picture (SVG) is left out: its data (base64) is damaged",
    )
    missing = "(picture not published: it is not in the notebook)"
    assert article.html.count(missing) == 3
    assert '<pre class="output">x</pre>' in article.html


def test_half_a_character_is_shown_as_one_that_is_missing() -> None:
    article = rendered(text_cell("# A \ud800 title"), code_cell({"text/html": "<p>\udc00</p>"}))
    assert article.title == "A \ufffd title"
    assert "<p>\ufffd</p>" in article.html


def test_of_a_progress_bar_its_last_state_is_shown() -> None:
    cell = code_cell({})
    cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "10%\r50%\r100%\n"}]
    assert '<pre class="output">100%</pre>' in rendered(cell).html


def test_a_trusted_notebook_may_hold_any_comment() -> None:
    html = "<!--worksheet 7--><p>x</p>"
    assert "<p>x</p>" in rendered(code_cell({"text/html": html}), trusted=True).html


def test_scripts_of_a_notebook_are_left_out_unless_it_is_trusted() -> None:
    cell = code_cell({"text/html": "<p onclick='x()'>hi<script>alert(1)</script></p>"})
    assert "<script" not in rendered(cell).html
    assert "alert" not in rendered(cell).html
    assert "onclick" not in rendered(cell).html
    assert "<script>alert(1)</script>" in rendered(cell, trusted=True).html


HIDDEN = [
    '<p><img src="dot.png" alt="<img src=x onerror=hit()>">',
    '<table title="</table><img src=x onerror=hit()>"><tr><td>1</td></tr></table>',
    '<h2 title="</h2><script>hit()</script>">Heading</h2>',
    "<p title='<h2>No heading</h2>'>x</p>",
    '<p title="<!--worksheet 0-->"><a title="<table></table>" href="#x">x</a></p>',
    "<table><tr><td title='</table></div><svg onload=hit()>'>1</td></tr></table>",
]


@pytest.mark.parametrize("html", HIDDEN)
def test_markup_in_an_attribute_stays_an_attribute(tmp_path: Path, html: str) -> None:
    (tmp_path / "dot.png").write_bytes(base64.b64decode(PIXEL))
    wanted = BeautifulSoup(html, "html.parser").find_all(title=True)
    for article in (
        rendered(text_cell(f"# Title\n\n{html}\n\n[^1]"), folder=tmp_path),
        rendered(code_cell({"text/html": html, "text/plain": "x"}), folder=tmp_path),
    ):
        soup = BeautifulSoup(article.html, "html.parser")
        names = {node.name for node in soup.find_all(True)}
        assert names.isdisjoint({"script", "svg", "section"})
        assert not soup.find_all(onerror=True) + soup.find_all(onload=True)
        if not html.startswith("<h2"):
            titles = [node["title"] for node in soup.find_all(title=True)]
            assert titles == [node["title"] for node in wanted]
        assert len(soup.find_all(["h1", "h2"])) <= 2


def test_nothing_is_changed_after_the_cleaning() -> None:
    cell = text_cell(
        "# Title\n\n## Part <b>2</b>\n\n| a |\n|---|\n| $x$ |\n\nnote[^1]\n\n[^1]: n\n\n"
        '<svg><path d="M0 0h9"/></svg> ![no](gone.png)'
    )
    html = rendered(cell).html
    again = BeautifulSoup(clean_html(html), "html.parser")
    assert again == BeautifulSoup(html, "html.parser")
    assert 'class="wide"' in html


def test_footnotes_of_two_cells_do_not_mix_and_none_is_lost() -> None:
    article = rendered(
        text_cell("One[^a] two[^b] again[^a].\n\n[^a]: Note A[^b].\n[^b]: Note **B**."),
        text_cell("Three[^a].\n\n[^a]: Another.\n\n[^lost]: Nobody's."),
    )
    soup = BeautifulSoup(article.html, "html.parser")
    assert [mark.get_text() for mark in soup.select(".footnote-ref")] == [
        *("[1]", "[2]", "[1]", "[2]", "[3]")
    ]
    notes = [item.get_text().replace("\u21a9\ufe0e", "").split() for item in soup.select("ol > li")]
    assert notes == [["Note", "A[2]."], ["Note", "B."], ["Another."]]
    ids = [str(node["id"]) for node in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in soup.find_all("a"):
        assert str(link["href"]).removeprefix("#") in ids
    assert "[^lost]: Nobody's." in soup.get_text()


def test_a_widget_is_told_of_in_its_place() -> None:
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    article = rendered(code_cell({**view, "text/plain": "IntSlider(value=1)"}))
    assert "This part only works in the notebook." in article.html
    assert article.notices == (
        "cell 1, output 1: a widget is left out: it only works in a running notebook",
    )


def test_errors_and_streams_are_shown_in_their_colours() -> None:
    cell = code_cell({})
    cell["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["\x1b[31mred\x1b[0m <b>"]},
        {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []},
    ]
    html = rendered(cell).html
    assert '<span class="ansi-red-fg">red</span> &lt;b&gt;' in html
    assert "KeyError: &#x27;x&#x27;" in html


@given(st.text(max_size=300), st.text(max_size=100))
def test_no_text_of_a_notebook_makes_the_renderer_fail_or_a_script(source: str, plain: str) -> None:
    article = rendered(text_cell(source), code_cell({"text/plain": plain}, source=source))
    assert "<script" not in article.html.lower()


def test_links_to_headings_are_addresses_whatever_the_heading_has_in_it() -> None:
    cell = text_cell('# T\n\n## 100% of "it"\n\n[there](<#100%25-of-"it">)')
    html, notices = standalone_page(notebook(cell), "T")
    page = BeautifulSoup(html, "html.parser")
    links = [link["href"] for link in page.select('main a[href^="#"], nav.sections a')]
    assert links
    assert set(links) == {"#nb-100%25-of-%22it%22"}
    assert page.find(id='nb-100%-of-"it"')
    assert notices == ()
