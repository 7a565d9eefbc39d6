"""HTML and drawings of notebooks as they are published: what stays, what goes, what is said."""

from __future__ import annotations

import io
import json
import re
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from prepkit.bank import load_bank
from prepkit.notebook.css_allowlist import harmless_style
from prepkit.notebook.svg import PictureError, measured_svg
from prepkit.widgets.plots import star_plot
from prepkit.widgets.tables import questions_table
from prepkit.widgets.worksheet import Worksheet
from tests.site_samples import clean_html

VECTORS: list[str] = json.loads(
    (Path(__file__).parent / "data" / "xss-vectors.json").read_text("utf-8")
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def cleaned(html: str) -> tuple[str, list[str]]:
    notices: list[str] = []
    return clean_html(html, notices.append), notices


def clean_svg(svg: bytes | str) -> bytes:
    return measured_svg(svg)[0]


def tree(html: str) -> BeautifulSoup:
    """Return HTML to compare: in it the order of attributes doesn't count."""
    return BeautifulSoup(f"<div>{html}</div>", "html.parser")  # text alone is taken for a name


def problems_of(html: str) -> list[str]:
    """Return what of some HTML could run, call or clash, by a parser other than the cleaner's."""
    found: list[str] = []
    for node in tree(html).find_all(True):
        if node.name in {"script", "style", "iframe", "object", "embed", "form", "input", "svg"}:
            found.append(node.name)
        for name, value in node.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            plain = re.sub(r"[\0-\x20]", "", text).lower()
            if name.startswith(("on", "data-", "srcset", "xlink", "formaction", "action")):
                found.append(name)
            if name in ("href", "src") and re.match("(java|vb)script:|data:text", plain):
                found.append(text)
            if name == "src" and re.match(r"(?!data:image/)[a-z][a-z0-9+.-]*:|[/\\]{2}", plain):
                found.append(text)
            if name == "id" and not text.startswith("nb-"):
                found.append(text)
            if name == "style" and ("url(" in plain or "position" in plain):
                found.append(text)
    return found


@pytest.mark.parametrize("vector", VECTORS)
def test_a_known_attack_leaves_nothing_that_runs(vector: str) -> None:
    html, _ = cleaned(vector)
    assert problems_of(html) == []
    assert tree(clean_html(html)) == tree(html)


PIECES = st.sampled_from(
    [
        "<",
        ">",
        '"',
        "'",
        "=",
        "/",
        "<!--",
        "-->",
        "<svg",
        "<math>",
        "<mi>",
        "<style>",
        "</style>",
        "javascript:hit()",
        "https://a.example/",
        "</p>",
        "<table><td>",
        "<title>",
        "</title>",
        "<noscript>",
        "alt=",
        "&lt;",
        "&quot;",
        "<mglyph>",
        "<template>",
        "<b>",
        "]]>",
        "<![CDATA[",
        "<?",
        "</svg>",
        "</math>",
        "<mtext>",
        "\x00",
        "<annotation-xml",
        "<form>",
        "<select>",
        "<p>",
    ]
) | st.sampled_from(
    [" title='", " onerror=", "<a href=", "<img src=", " style='background:url(x)'"]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_whatever_is_cleaned_has_nothing_that_runs_and_stays_as_it_is(html: str) -> None:
    once = clean_html(html)
    assert problems_of(once) == []
    assert tree(clean_html(once)) == tree(once)


def test_text_without_markup_stays_as_it_is() -> None:
    assert cleaned("a 'b' > \u201cc\u201d") == ("a 'b' > \u201cc\u201d", [])


def test_links_within_a_page_still_lead_to_their_places() -> None:
    html = '<a href="#fn1" id="ref1">1</a><ol><li id="fn1">Note <a href="#ref1">back</a></li></ol>'
    soup = BeautifulSoup(clean_html(html), "html.parser")
    ids = {node["id"] for node in soup.find_all(id=True)}
    assert ids == {"nb-ref1", "nb-fn1"}
    assert {str(link["href"]).removeprefix("#") for link in soup.find_all("a")} == ids


def test_links_elsewhere_say_nothing_of_where_they_come_from() -> None:
    assert clean_html('<a href="https://x.example/?a=1&amp;b" target="_blank">x</a>') == (
        '<a href="https://x.example/?a=1&amp;b" rel="noopener noreferrer">x</a>'
    )


def test_what_the_site_itself_reads_is_not_taken_from_a_notebook() -> None:
    html = (
        '<div id="consent" data-question="a/1" data-mark="a/1" data-cc="show-preferencesModal"'
        ' class="star theme-switch dataframe" data-pagefind-body="">x</div>'
    )
    assert clean_html(html) == '<div id="nb-consent" class="dataframe">x</div>'


def test_pictures_of_other_hosts_leave_their_text_and_a_notice() -> None:
    html = (
        f'<p><img src="//a.example/p.png" alt="A &lt;b&gt; &quot;c&quot;"><img src="{PIXEL}"></p>'
    )
    note = "(picture not published: it is not in the notebook)"
    assert cleaned(html) == (
        f'<p><span><em>A &lt;b&gt; "c" {note}</em></span><img src="{PIXEL}"></p>',
        ["1 picture not published: they must be in the notebook, or files next to it"],
    )


def test_a_picture_beside_the_notebook_stays() -> None:
    assert clean_html('<img src="plots/a.png" alt="A">') == '<img src="plots/a.png" alt="A">'


def test_what_is_left_out_is_said_once_for_each_kind() -> None:
    html = (
        '<p onclick="a()">1<script>b()</script><iframe src="c"></iframe><video src="d">e</video>'
        '<a href="javascript:f()" onfocus="g()">h</a></p>'
    )
    assert cleaned(html) == (
        '<p>1e<a rel="noopener noreferrer">h</a></p>',
        [
            "<script> left out",
            "<iframe> left out",
            "<video> left out",
            "2 event handlers left out",
            "javascript: left out",
        ],
    )


def test_code_that_only_looks_like_a_script_is_no_reason_for_a_notice() -> None:
    html = "<pre><code> online = 5\n&lt;script&gt; javascript: x</code></pre>"
    assert cleaned(html) == (html, [])


def test_a_task_list_keeps_its_ticks() -> None:
    html = '<ul><li><input type="checkbox" disabled checked> a</li><li><input type=checkbox> b</ul>'
    assert cleaned(html) == ("<ul><li>☑ a</li><li>☐ b</li></ul>", [])


def test_maths_stays() -> None:
    html = (
        '<math display="block"><semantics><mfrac linethickness="1"><mi mathvariant="bold">x</mi>'
        '<mn>2</mn></mfrac><annotation encoding="application/x-tex">x/2</annotation></semantics>'
        "</math>"
    )
    assert clean_html(html) == (
        '<math display="block"><mfrac linethickness="1"><mi mathvariant="bold">x</mi><mn>2</mn>'
        "</mfrac></math>"
    )


def test_a_frame_keeps_its_cells_and_spans() -> None:
    frame = pd.DataFrame({("a", "x"): [1, 2], ("a", "y"): ["p & q", "<r>"]}, index=["m", "n"])
    before = frame.to_html()
    after = clean_html(before)
    for select in ("th", "td"):
        cells = [
            [(cell.get_text(), cell.get("colspan")) for cell in soup.find_all(select)]
            for soup in (BeautifulSoup(before, "html.parser"), BeautifulSoup(after, "html.parser"))
        ]
        assert cells[0] == cells[1]
        assert cells[0]


def test_the_colours_of_a_styler_become_those_of_its_cells() -> None:
    styler = pd.DataFrame({"a": [1, 2], "b": [3, 4]}).style.set_table_styles(
        [{"selector": "th.col_heading", "props": "font-style: italic"}]
    )
    styler = styler.highlight_max(color="#ffff00", axis=None).set_properties(
        subset=["a"], **{"text-align": "left"}
    )
    soup = BeautifulSoup(clean_html(styler.to_html()), "html.parser")
    styles = {cell.get_text(): str(cell.get("style", "")) for cell in soup.find_all(["td", "th"])}
    assert styles["4"] == "background-color: #ffff00; color: #000000"
    assert styles["2"] == "text-align: left"
    assert styles["b"] == "font-style: italic"
    assert styles["3"] == ""
    assert soup.find("style") is None


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("width:50%;color:RED", "width: 50%; color: RED"),
        ("position:fixed;top:0;color:red", "color: red"),
        ("background:url(//a.example)", ""),
        ("background:u\\72l(//a.example)", ""),
        ("background-image:linear-gradient(red,blue)", ""),
        ("background:linear-gradient(90deg, #d65f5f 50.0%, transparent 50.0%)",) * 2,
        ("width:expression(alert(1))", ""),
        ("margin:-90px 0;padding:1px", "padding: 1px"),
        ("margin-left: calc(-1 * 90px)", ""),
        ("background-color: #111", "background-color: #111; color: #ffffff"),
        ("background-color: rgba(0, 0, 0, .1)", "background-color: rgba(0, 0, 0, .1)"),
        ("color:red/**/;width:1px}body{", ""),
    ],
)
def test_of_a_style_only_looks_are_kept(style: str, kept: str) -> None:
    assert harmless_style(style) == kept.replace("background:l", "background: l")


@pytest.mark.long
def test_our_own_tables_and_worksheets_lose_nothing_that_is_read() -> None:
    bank = load_bank()
    entry = bank["technical-leadership/06"]
    for html in (
        Worksheet(entry)._repr_mimebundle_()["text/html"],
        questions_table(bank.questions)._repr_mimebundle_()["text/html"],
        star_plot()._repr_mimebundle_()[0]["text/html"],
    ):
        before = BeautifulSoup(html, "html.parser")
        for active in before.find_all(["style", "script"]):
            active.decompose()
        assert BeautifulSoup(clean_html(html), "html.parser").get_text() == before.get_text()


def test_a_drawing_in_html_becomes_a_picture_with_its_label() -> None:
    html = (
        '<figure><svg role="img" aria-label="A &quot;line&quot;"><path d="M0 0h9"/></svg></figure>'
    )
    picture = BeautifulSoup(clean_html(html), "html.parser").find("img")
    assert picture is not None
    assert picture["alt"] == 'A "line"'
    assert str(picture["src"]).startswith("data:image/svg+xml;base64,")


def test_a_broken_drawing_in_html_is_left_out_and_said() -> None:
    assert cleaned("<p>a<svg>\x01</svg></p>") == (
        "<p>a</p>",
        ["a drawing is left out: it is not well-formed SVG (not well-formed (invalid token))"],
    )


def test_a_drawing_whose_elements_are_not_closed_is_mended() -> None:
    html, notices = cleaned("<p>a<svg><g></svg></p>")
    picture = BeautifulSoup(html, "html.parser").find("img")
    assert picture is not None
    drawn = b64decode(str(picture["src"]).removeprefix("data:image/svg+xml;base64,"))
    assert (drawn, notices) == (b'<svg xmlns="http://www.w3.org/2000/svg"><g /></svg>', [])


@pytest.mark.parametrize(
    "active",
    [
        "<script>alert(1)</script>",
        "<ns:script xmlns:ns='http://www.w3.org/2000/svg'>alert(1)</ns:script>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
        "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/></foreignObject>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<handler type='text/javascript'>alert(1)</handler>",
        "<metadata>Made by</metadata>",
        "<?xml-stylesheet href='https://a.example/s.css'?>",
    ],
)
def test_active_parts_of_a_drawing_go(active: str) -> None:
    assert clean_svg(SVG.format(active)) == clean_svg(SVG.format(""))


@pytest.mark.parametrize(
    "attribute",
    [
        "onload='alert(1)'",
        "ONLOAD='alert(1)'",
        "fill='url(https://a.example/f.svg#a)'",
        "style='fill:url(//a.example)'",
        "style='fill:u\\72l(//a.example)'",
        "xml:base='https://a.example/'",
        "xlink:href='https://a.example/s.svg#x' xmlns:xlink='http://www.w3.org/1999/xlink'",
        "href='javascript:alert(1)'",
        "href='data:image/svg+xml;base64,PHN2Zy8+'",
        "href='data:text/html,x'",
    ],
)
def test_active_attributes_of_a_drawing_go(attribute: str) -> None:
    for tag in ("use", "image", "rect"):
        assert clean_svg(SVG.format(f"<{tag} {attribute}/>")) == clean_svg(SVG.format(f"<{tag}/>"))


def test_a_drawing_keeps_its_looks_and_inner_references() -> None:
    inner = (
        "<defs><style>*{stroke-linejoin: round}</style><clipPath id='c'><path d='M0 0h9'/>"
        "</clipPath></defs><a href='https://a.example'><g clip-path='url(#c)'>"
        "<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='#c' style='fill: #123456'/>"
        f"<image href='{PIXEL}'/><text>a &lt; b</text></g></a>"
    )
    root = ElementTree.fromstring(clean_svg(SVG.format(inner)))
    name = "{http://www.w3.org/2000/svg}"
    tags = [node.tag.removeprefix(name) for node in root.iter()]
    assert tags == ["svg", "defs", "style", "clipPath", "path", "g", "g", "use", "image", "text"]
    use, image = root.find(f".//{name}use"), root.find(f".//{name}image")
    assert use is not None
    assert use.attrib == {"href": "#c", "style": "fill: #123456"}
    assert image is not None
    assert image.attrib == {"href": PIXEL}


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        ("<html/>", "it is not an SVG drawing"),
        ("<svg><g></svg>", "it is not well-formed SVG (mismatched tag)"),
        (
            '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
            "it declares entities of its own, which are not allowed",
        ),
        (
            "<svg>" + "<g>" * 20_000 + "</g>" * 20_000 + "</svg>",
            "its elements are nested too deeply",
        ),
    ],
)
def test_what_is_no_plain_drawing_is_refused(svg: str, reason: str) -> None:
    with pytest.raises(PictureError) as caught:
        clean_svg(svg)
    assert str(caught.value) == reason


def test_no_word_goes_with_what_is_taken_out_of_a_drawing() -> None:
    inner = "<text>a<!-- b -->c<tspan>d</tspan><animate attributeName='x'/>e<set/>f</text>"
    assert clean_svg(SVG.format(inner)) == SVG.format("<text>ac<tspan>d</tspan>ef</text>").encode()


def test_of_a_style_sheet_in_a_drawing_the_rules_that_load_nothing_stay() -> None:
    style = "@font-face {src: url(//a.example)} .a {fill: red} .b {fill: url(//a.example)}"
    assert clean_svg(SVG.format(f"<style>{style}</style>")) == (
        SVG.format("<style>.a {fill: red}</style>").encode()
    )


@pytest.mark.long
def test_a_plot_of_matplotlib_keeps_its_shapes() -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 3, 2], marker="o")
    target = io.BytesIO()
    figure.savefig(target, format="svg")
    before, after = target.getvalue(), clean_svg(target.getvalue())
    shapes = [
        sum(node.tag.endswith(("}path", "}use")) for node in ElementTree.fromstring(svg).iter())
        for svg in (before, after)
    ]
    assert shapes[0] == shapes[1] > 20
