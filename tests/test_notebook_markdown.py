"""What notebooks write beside CommonMark: alerts, addresses, languages, sizes, front matter."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import re
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from prepkit.handouts import handout_pdf
from prepkit.handouts.pictures import stated_width
from prepkit.language import language_of
from prepkit.notebook.languages import cell_language, fence_language
from prepkit.notebook.markdown import cell_html
from prepkit.site.article import Article, Renderer
from tests.test_handout_maths import text_of

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


def article(*cells: Any) -> Article:
    return Renderer(worksheet=lambda sheet: "").article(new_notebook(cells=list(cells)), "name")


# ---- alerts


def test_an_alert_of_github_is_a_note_with_its_kind_as_title() -> None:
    assert cell_html("> [!WARNING]\n> *Hot*\n> - a") == (
        '<div class="alert alert-warning" role="note">\n'
        '<p class="alert-title"><strong>Warning</strong></p>\n'
        "<p><em>Hot</em></p>\n<ul>\n<li>a</li>\n</ul>\n</div>\n"
    )
    assert cell_html("> [!TIP]\n\nx") == (
        '<div class="alert alert-tip" role="note">\n'
        '<p class="alert-title"><strong>Tip</strong></p>\n</div>\n<p>x</p>\n'
    )


def test_the_title_of_an_alert_is_in_the_language_of_the_site() -> None:
    nb = new_notebook(cells=[new_markdown_cell("> [!TIP]\n> x")])
    renderer = Renderer(worksheet=lambda sheet: "", words=language_of("de"))
    assert "<strong>Tipp</strong>" in renderer.article(nb, "name").html


def test_a_quotation_that_only_mentions_a_kind_of_alert_stays_one() -> None:
    assert cell_html("> [!NOTE] x") == "<blockquote>\n<p>[!NOTE] x</p>\n</blockquote>\n"
    assert cell_html("> [!NEWS]\n> x").startswith("<blockquote>")


def test_alerts_are_kept_on_a_page_and_printed() -> None:
    cell = new_markdown_cell('<div class="alert alert-info"><b>Hint</b></div>\n\n> [!NOTE]\n> Look')
    html = article(cell).html
    assert '<div class="alert alert-info"><b>Hint</b></div>' in html
    assert '<div class="alert alert-note" role="note">' in html
    printed = handout_pdf(new_notebook(cells=[cell]))
    assert printed.notices == ()
    assert "Hint Note Look" in text_of(printed)


# ---- addresses


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.org/b_c_d.", ["https://a.org/b_c_d"]),
        ("(https://a.org/x_(y)), www.b.org!", ["https://a.org/x_(y)", "http://www.b.org"]),
        ("https://a.org/?b=1&c=2", ["https://a.org/?b=1&amp;c=2"]),
        ("[https://a.org](https://b.org)", ["https://b.org"]),
        ("<a href='https://b.org'>https://a.org</a>", ["https://b.org"]),
        ("<https://a.org>", ["https://a.org"]),
        ("`https://a.org` http:// www.a x.https://a.org", []),
    ],
)
def test_bare_addresses_are_links(text: str, links: list[str]) -> None:
    assert re.findall("href=[\"'](.*?)[\"']", cell_html(text)) == links


# ---- languages


@pytest.mark.parametrize(
    ("source", "kernel", "language"),
    [
        ("x = 1", "python", "python"),
        ("x <- 1", "R", "r"),
        ("x = 1", "julia", "julia"),
        ("%%bash\nls", "python", "bash"),
        ("%%R -i x\nx", "python", "r"),
        ("%%script /usr/bin/perl\nx", "python", "perl"),
        ("\n%%html\n<b>", "python", "html"),
        ("%%time\nx", "R", "r"),
        ("x", "C++17", "cpp"),
        ("x", "ipython", "python"),
        ("x", "", "python"),
    ],
)
def test_a_cell_has_the_language_of_its_magic_or_of_its_kernel(
    source: str, kernel: str, language: str
) -> None:
    assert cell_language(source, kernel) == language


@pytest.mark.parametrize(
    ("info", "language"),
    [("python", "python"), ("{r, echo=FALSE}", "r"), ("{.julia}", "julia"), ("C++ x", "c++")],
)
def test_a_fence_names_its_language_in_several_ways(info: str, language: str) -> None:
    assert fence_language(info) == language


def test_a_fence_of_myst_keeps_the_word_that_says_what_it_is() -> None:
    assert cell_html("```{warning} Hot\nDon't touch.\n```") == (
        "<pre><code>{warning} Hot\nDon't touch.\n</code></pre>\n"
    )
    assert cell_html("```{glue:figure} plot\n```") == (
        "<pre><code>{glue:figure} plot\n</code></pre>\n"
    )


def test_a_fence_with_a_language_is_coloured_and_keeps_its_words() -> None:
    html = article(new_markdown_cell("```{python}\nfor x in y: pass\n```")).html
    assert html == (
        '<div class="highlight"><pre><span></span><span class="k">for</span> '
        '<span class="n">x</span> <span class="ow">in</span> <span class="n">y</span>'
        '<span class="p">:</span> <span class="k">pass</span>\n</pre></div>\n'
    )
    plain = article(new_markdown_cell("```\nfor x\n```")).html
    assert plain == "<pre><code>for x\n</code></pre>\n"


def test_the_code_of_other_kernels_is_coloured_as_their_language() -> None:
    kernel = {"name": "ir", "language": "R", "display_name": "R"}
    nb = new_notebook(metadata={"kernelspec": kernel}, cells=[new_code_cell("x <- TRUE")])
    html = Renderer(worksheet=lambda sheet: "").article(nb, "name").html
    assert '<span class="kc">TRUE</span>' in html


# ---- sizes of pictures


def test_a_picture_has_the_width_that_is_written_beside_it() -> None:
    image = cell_html(f"![a]({PIXEL}){{#fig-a .wide width=50%}} b")
    assert image == f'<p><img src="{PIXEL}" alt="a" style="width: 50%" /> b</p>\n'
    assert 'width="300"' in cell_html("![a](b.png){width=300px}")
    assert 'alt="A plot"' in cell_html('![a](b.png){fig-alt="A plot"}')
    assert cell_html("![a](b.png){x}") == '<p><img src="b.png" alt="a" />{x}</p>\n'


@pytest.mark.parametrize(
    ("attributes", "width"),
    [
        ({"width": "96"}, (72.0, None)),
        ({"width": "96px"}, (72.0, None)),
        ({"width": "50%"}, (None, 0.5)),
        ({"style": "max-width: 3px; width: 25%"}, (None, 0.25)),
        ({"style": "width:2.54cm", "width": "9"}, (72.0, None)),
        ({"width": "200%"}, (None, 1)),
        ({"width": "wide"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_printed_picture_has_the_width_that_it_states(
    attributes: dict[str, str], width: tuple[float | None, float | None]
) -> None:
    points, share = stated_width(attributes)
    assert (points and round(points, 6), share) == width


def test_a_picture_of_half_the_width_of_the_text_is_printed() -> None:
    cell = new_markdown_cell(f'<img src="{PIXEL}" alt="a" width="50%">\n\nafter')
    assert handout_pdf(new_notebook(cells=[cell])).notices == ()


# ---- titles


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("```python\n# not a title\n```\n\nReal title\n==========", "Real title"),
        ("<!-- # no -->\n## Second level", "Second level"),
        ("    # code\n\n# $x^2$ and *more*", "x^2 and more"),
        ("---\ntitle: 'From: YAML'\n---\ntext", "From: YAML"),
        ("---\ntext\n---", "text"),
        ("---\n: broken: [\n---\n\n# Title", ": broken: ["),
    ],
)
def test_the_title_is_the_first_heading_as_it_is_shown(source: str, title: str) -> None:
    shown = article(new_markdown_cell(source))
    assert shown.title == title
    assert shown.notices == ()


def test_other_lines_of_yaml_are_named_to_the_author_and_not_shown() -> None:
    shown = article(new_markdown_cell("---\ntitle: T\njupytext: {a: b}\n---\ntext"))
    assert shown.html == '<h1 id="nb-T">T</h1>\n<p>text</p>\n'
    what = "settings at the top of the notebook (YAML) are not published: jupytext"
    assert shown.notices == (f"cell 1: {what}",)


def test_title_authors_and_date_in_yaml_are_shown_so_there_is_no_notice_about_them() -> None:
    front = "---\ntitle: T\nauthor: [Ada, Ben]\ndate: 2026-05-03\n---\ntext"
    assert article(new_markdown_cell(front)).notices == ()


def test_the_title_in_a_raw_first_cell_is_the_heading_of_the_page() -> None:
    cells = [new_raw_cell("---\ntitle: A report\n---\n"), new_markdown_cell("## Part")]
    shown = article(*cells)
    assert (shown.title, shown.notices) == ("A report", ())
    assert re.findall("<h[1-6].*?</h", shown.html) == [
        '<h1 id="nb-A-report">A report</h',
        '<h2 id="nb-Part">Part</h',
    ]
    printed = handout_pdf(new_notebook(cells=cells))
    assert text_of(printed).startswith("A report")


@pytest.mark.parametrize(
    "cells",
    [
        [new_markdown_cell("---\ntitle: A report\n---\n\n# A report\n\ntext")],
        [new_markdown_cell("---\ntitle: A report\n---\nA report\n========\n\ntext")],
        [new_raw_cell("---\ntitle: A  report\n---"), new_markdown_cell("# A report #\n\ntext")],
    ],
)
def test_a_title_in_yaml_and_the_same_first_heading_are_shown_once(cells: list[Any]) -> None:
    shown = article(*cells)
    assert (shown.title, shown.notices) == ("A report", ())
    assert shown.html == '<h1 id="nb-A-report">A report</h1>\n<p>text</p>\n'


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("# Another\n\ntext"),
        new_markdown_cell("text\n\n# A report"),
        new_markdown_cell("# A report", metadata={"tags": ["remove-cell"]}),
        new_markdown_cell("# A report", metadata={"tags": ["hide-input"]}),
        new_code_cell("# A report"),
    ],
)
def test_a_title_in_yaml_is_shown_if_no_other_heading_shows_it_at_the_top(cell: Any) -> None:
    shown = article(new_raw_cell("---\ntitle: A report\n---"), cell)
    assert shown.html.startswith('<h1 id="nb-A-report">A report</h1>')
