"""Pages as HTML: saved by a browser, or exported by Google Docs, Notion, Confluence and Word."""

# ruff: noqa: E501, RUF001

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank.importer.page import PastedPage, read_page
from prepkit.bank.importer.repairs import repair
from prepkit.bank.importer.write import import_pages
from prepkit.errors import PrepkitError
from tests.examples import tries

GOOGLE = """\
<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><style>.c0{}</style>
</head><body class="doc-content"><p class="c1"><span>Delivery &middot; Q2 of 5</span></p>
<p class="title"><span>What&rsquo;s a project that was late?</span></p>
<h2><span class="c4">Why this is asked</span></h2>
<p><span>They look for </span><span class="c0">ownership</span><span>.</span></p><p><span></span></p>
<h2><span>Key points to cover</span></h2>
<ul class="c6 lst-kix_abc1-0 start"><li><span>When you knew</span></li></ul>
<ul class="c6 lst-kix_abc1-1 start"><li><span>and how</span></li></ul>
<ul class="c6 lst-kix_abc1-0"><li><span>Who you told</span></li><li><span>What you cut</span></li></ul>
<p><span class="c0">Companies</span></p><a id="t.0"></a>
<table><tr><td><p><span>Company</span></p></td><td><p><span>Value</span></p></td>
<td><p><span>Focus</span></p></td></tr>
<tr><td rowspan="2"><p><span>Amazon</span></p></td><td><p>Ownership</p></td><td>Owning the slip</td></tr>
<tr><td><p>Deliver Results</p></td><td>Shipping<br>anyway</td></tr></table></body></html>
"""

NOTION = """\
<html><head><title>How do you run a retro?</title><style>body{}</style></head><body>
<article class="page sans"><header><div class="page-header-icon"><span class="icon">🧭</span></div>
<h1 class="page-title">How do you run a retro?</h1><table class="properties"><tbody><tr
class="property-row"><th><span class="icon"><svg viewBox="0 0 16 16"><path d=""/></svg></span>Category
</th><td><span class="selected-value">Team health</span></td></tr></tbody></table></header>
<div class="page-body"><h2>Why this is asked</h2>
<p>Teams learn from <strong>what went wrong</strong>, or they don&#x27;t.</p>
<h2>Key points to cover</h2><ul class="bulleted-list"><li>Who speaks first<ul
class="bulleted-list"><li>and who last</li></ul></li></ul>
<ul class="bulleted-list"><li>What is decided</li></ul>
<ul class="to-do-list"><li><div class="checkbox checkbox-on"></div> <span>How it is
followed up</span></li></ul>
<h2>Tips</h2><ol class="numbered-list" start="1"><li>Bring one example</li></ol>
<ol class="numbered-list" start="2"><li>Say what failed</li></ol>
<ul class="toggle"><li><details open=""><summary>Example answer</summary>
<p><strong>Situation:</strong> Nobody spoke.</p><p><strong>Task:</strong> I had to change that.</p>
<p><strong>Action:</strong> I asked in writing.</p><p><strong>Result:</strong> All nine wrote.</p>
</details></li></ul><h2>Companies</h2><table class="simple-table"><thead><tr><th>Company</th>
<th>Focus</th></tr></thead><tbody><tr><td><a href="https://amazon.example">Amazon</a></td>
<td>Ownership | Dive Deep</td></tr></tbody></table></div></article></body></html>
"""

WORD = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type
content="text/html; charset=windows-1252"><style><!-- p {margin:0} --></style></head><body>
<h1>What’s the naïve way to hire?</h1><h2>Why this is asked</h2><p class=MsoNormal>Hiring is
where leaders
spend most.</p><h2>Key points to cover</h2>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'>·<span>&nbsp;&nbsp;&nbsp; </span></span><![endif]>What you look for</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span>o<span>&nbsp;&nbsp;
</span></span>and why</p>
<p class=MsoListParagraph style='text-indent:-18.0pt'><span>·<span>&nbsp;&nbsp; </span></span>How
you test it</p>
<p class=MsoListParagraph style='margin-left:72.0pt'><span>§<span>&nbsp; </span></span>and when</p>
<table class=MsoTableGrid><tr><td><p><b>Company</b></p></td><td><p><b>Focus</b></p></td></tr>
<tr><td><p>Amazon</p></td><td><p>Raising the<br>bar</p></td></tr></table></body></html>
"""

STORAGE = """\
<h1>How do you say no?</h1><h2>Why this is asked</h2><ac:structured-macro ac:name="panel">
<ac:parameter ac:name="title">x</ac:parameter><ac:rich-text-body><p>Focus.</p></ac:rich-text-body>
</ac:structured-macro><h2>Key points to cover</h2><ac:task-list><ac:task><ac:task-id>1</ac:task-id>
<ac:task-status>incomplete</ac:task-status><ac:task-body>Who asked</ac:task-body></ac:task>
</ac:task-list><ul><li><p>What it costs</p></li></ul><h2>Tips</h2><ac:structured-macro
ac:name="code"><ac:plain-text-body><![CDATA[Say <no>]]></ac:plain-text-body></ac:structured-macro>
"""

SAVED = """\
<!DOCTYPE html>
<!-- saved from url=(0031)https://prep.example/q/7 -->
<html lang="en"><head><title>Q7 | Prep</title><script>var a="</p>";</script></head><body>
<header><nav><a href="/">Home</a> <a href="/pricing">Pricing</a></nav></header>
<main><p>⚙️</p><p>Technical Leadership · Q7 of 10</p><h1>How do you handle tech debt?</h1>
<section><h2>Why This Is Asked</h2><p>To see trade-offs &amp; timing.</p></section>
<section><h2>Key Points to Cover</h2><ul><li>How you <em>see</em> it</li><li>When you pay</li></ul>
</section><section><h2>STAR Method Answer Template</h2><div>S</div><h3>Situation</h3>
<textarea placeholder="Describe">My own draft</textarea><div>T</div><h3>Task</h3>
<textarea placeholder="What was yours?"></textarea></section>
<section><h2>🏢 Companies Known to Ask This</h2><table><thead><tr><th>Company</th>
<th>Variation / Focus</th></tr></thead><tbody><tr><td>Amazon</td><td>Dive Deep</td></tr></tbody>
</table></section><img src="a.png" alt="A chart"><select><option>English</option></select>
<div style="display: none">Hidden promo</div></main><footer><p>© Prep Inc.</p></footer>
<noscript>Turn on JavaScript</noscript></body></html>
"""


def read(html: str) -> PastedPage:
    return read_page(html, source="page.html")


def asks(page: PastedPage) -> list[tuple[str, str | None, str]]:
    return [(ask.company, ask.value, ask.focus) for ask in page.fields["asks"]]


def test_a_page_of_google_docs_comes_out_whole() -> None:
    page = read(GOOGLE)
    assert (page.category, page.number) == ("Delivery", 2)
    assert page.fields["text"] == "What’s a project that was late?"
    assert page.fields["why"] == "They look for ownership."
    assert page.fields["key_points"] == ("When you knew\n- and how", "Who you told", "What you cut")
    assert asks(page) == [
        ("Amazon", "Ownership", "Owning the slip"),
        ("Amazon", "Deliver Results", "Shipping anyway"),
    ]
    assert (page.moved, page.left_out, page.repairs) == ((), (), ())


def test_a_page_of_notion_comes_out_whole() -> None:
    page = read(NOTION)
    assert (page.category, page.icon) == ("Team health", "🧭")
    assert page.fields["why"] == "Teams learn from **what went wrong**, or they don't."
    assert page.fields["key_points"] == (
        "Who speaks first\n- and who last", "What is decided", "How it is followed up"
    )  # fmt: skip
    assert page.fields["tips"] == ("Bring one example", "Say what failed")
    assert page.fields["example"]["result"] == "All nine wrote."
    assert asks(page) == [("Amazon", None, "Ownership | Dive Deep")]
    assert (page.moved, page.left_out) == ((), ())
    assert [str(each) for each in page.repairs] == [
        "a link lost its address, and kept its words (once: 'https://amazon.example')",
        "a ticked box became a bullet, without its tick (once: '- [x] How it is followed up')",
    ]


def test_a_page_that_word_saved_in_the_encoding_of_windows_comes_out_whole(tmp_path: Path) -> None:
    source = tmp_path / "page.htm"
    source.write_bytes(WORD.encode("windows-1252"))
    (done,) = import_pages([source], tmp_path / "bank", category="hiring")
    assert done.page is not None
    fields = done.page.fields
    assert fields["text"] == "What’s the naïve way to hire?"
    assert fields["why"] == "Hiring is where leaders spend most."
    assert fields["key_points"] == ("What you look for\n- and why", "How you test it\n- and when")
    assert asks(done.page) == [("Amazon", None, "Raising the bar")]
    assert done.page.moved == ()


def test_the_source_of_a_confluence_page_comes_out_whole() -> None:
    fields = read(STORAGE).fields
    assert (fields["text"], fields["why"]) == ("How do you say no?", "Focus.")
    assert fields["key_points"] == ("Who asked", "What it costs")
    assert fields["tips"] == ("Say <no>",)


def test_what_is_left_out_of_a_saved_page_is_named() -> None:
    page = read(SAVED)
    assert page.fields["text"] == "How do you handle tech debt?"
    assert page.fields["key_points"] == ("How you *see* it", "When you pay")
    assert asks(page) == [("Amazon", None, "Dive Deep")]
    assert page.moved[0] == ("STAR Method Answer Template", "**Situation:** My own draft")
    assert page.left_out == (
        "what is around the page's own text: Home Pricing © Prep Inc. Turn on JavaScript",
        "the hint in an empty box: What was yours?",
        "the description of a picture: A chart",
        "the choices of a list: English",
        "hidden text: Hidden promo",
        "the letter beside a part's name: S / T",
    )


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.md"])
def test_html_is_read_as_such_by_whatever_name(name: str, tmp_path: Path) -> None:
    source = tmp_path / name
    source.write_text(SAVED, "utf-8")
    (done,) = import_pages([source], tmp_path / "bank")
    assert done.written is not None
    assert done.written.name == "07-how-do-you-handle-tech-debt.md"


def test_markdown_with_some_html_in_it_stays_markdown() -> None:
    text = "<p align=center>How?</p>\n\n# How?\n\n## Tips\n\n- a <b>c</b>"
    assert repair(text).text == text


def test_a_text_about_html_that_was_in_html_is_not_read_as_html_again() -> None:
    once = repair("<html><p>&lt;p>Say no&lt;/p>").text
    assert once == "\\<p>Say no</p>"
    assert repair(once).text == once


# Elements of any kind in any order, open or closed: every word that a reader sees is kept or named.
TAGS = (
    *("p", "div", "b", "i", "h2", "h3", "ul", "ol", "li", "table", "tr", "td", "th", "dl", "dt"),
    *("dd", "pre", "code", "blockquote", "details", "summary", "main", "nav", "footer", "section"),
    *("select", "option", "textarea", "button", "noscript", "a href='https://x.example/'", "span"),
    *("p class=MsoListParagraph", "ul class='lst-kix_a-1'", "ul class=toggle", "br", "wbr"),
    *("p hidden", "p style='display:none'", "ac:task", "ac:task-body", "caption", "body", "hr"),
    *("img alt=w0", "input value=w0", "input placeholder=w0", "td rowspan=2", "td colspan=3"),
)
OPEN = st.sampled_from(TAGS).map(lambda tag: f"<{tag}>")
CLOSE = st.sampled_from(TAGS).map(lambda tag: f"</{tag.split()[0]}>")
TEXT = st.sampled_from(["w0", " w0 ", "w0: w0", "- w0", "# w0", "w0 | w0", "&amp;", "\n", "Tips",
                        "Companies", "·&nbsp; w0", "<![CDATA[w0]]>", "**w0**", "<svg><text>w0</text></svg>"])  # fmt: skip
PIECES = st.lists(OPEN | CLOSE | TEXT | TEXT, max_size=30).map("".join)


@pytest.mark.slow
@settings(max_examples=tries(300))
@given(PIECES, PIECES)
def test_no_word_that_a_page_of_html_shows_is_lost(above: str, below: str) -> None:
    number = itertools.count()
    html = (
        f"<html>{above}<h1>How did you grow?</h1><h2>Why this is asked</h2><p>It shows.</p>"
        f"<h2>Key points to cover</h2><ul><li>a</li></ul>{below}"
    )
    html = re.sub("w0", lambda _: f"w{next(number)}w", html)
    try:
        page = read(html)
    except PrepkitError:
        return
    question: Any = page.question("technical-leadership", 1)
    said = " ".join([*page.left_out, *map(repr, page.repairs), str(page.category)])
    shown = set(re.findall(r"w\d+w", html))
    assert shown <= set(re.findall(r"w\d+w", f"{question.model_dump_json()} {said}"))
