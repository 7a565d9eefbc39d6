"""Random Markdown, HTML and terminal output: what nbconvert's page shows, ours shows or names.

Few examples are tried, since each takes a second; ``PREPKIT_EXAMPLES=500`` tries as many others.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from prepkit.notebook.notices import Notice
from prepkit.site import article
from prepkit.site.rendering import standalone_page
from tests.corpus import pages
from tests.corpus.shown import Missing, missing

pytestmark = pytest.mark.slow

v4 = nbformat.v4
# The same few each time, so that a run fails for what was changed, and not by chance.
few = settings(
    max_examples=int(os.environ.get("PREPKIT_EXAMPLES", "8")),
    derandomize="PREPKIT_EXAMPLES" not in os.environ,
)
NEVER_SHOWN = "the name of a notebook"

WORDS = st.text(
    st.sampled_from(
        "abcXYZ019 \u00e9\u0142\u00df\u4e16\u754c\u05d0\u05d1\u0628\u062a\u0939\u093f🙂é'-.,"
    ),
    min_size=1,
    max_size=12,
).map(lambda text: " ".join(text.split()) or "word")

# ---- HTML ----------------------------------------------------------------------------------------

INLINE = [
    *(
        "b",
        "i",
        "em",
        "strong",
        "u",
        "s",
        "small",
        "big",
        "sub",
        "sup",
        "kbd",
        "samp",
        "var",
        "code",
    ),
    *("q", "cite", "dfn", "abbr", "mark", "span", "font", "tt", "del", "ins", "time", "data"),
    *("ruby", "a", "label", "button", "acronym", "bdi", "bdo", "output", "meter", "progress"),
]
BLOCK = [
    *("div", "p", "blockquote", "ul", "ol", "dl", "table", "section", "article", "header"),
    *("footer", "aside", "nav", "main", "figure", "details", "center", "address", "fieldset"),
    *("form", "pre", "h2", "h3", "h6", "dir", "menu", "hgroup", "search"),
]
INSIDE = {
    "ul": ("li",),
    "ol": ("li",),
    "menu": ("li",),
    "dl": ("dt", "dd"),
    "table": ("caption", "tr", "thead", "tbody", "tfoot"),
    "tr": ("td", "th"),
    "details": ("summary", "p", "div"),
    "figure": ("figcaption", "p"),
    "fieldset": ("legend", "p"),
    "ruby": ("rt", "rp"),
}
ATTRIBUTES = st.sampled_from(
    [
        "",
        "",
        "",
        ' style="display:none"',
        ' style="visibility:hidden"',
        " hidden",
        ' class="x"',
        ' align="right"',
        ' style="color:red;font-weight:bold"',
        ' aria-hidden="true"',
        ' title="tip"',
        ' dir="rtl"',
        ' style="text-transform:uppercase"',
        ' style="position:absolute"',
        ' style="float:left;width:1px"',
    ]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3, tag: str | None = None) -> str:
    """Return an element with words and elements in it."""
    name = tag or draw(st.sampled_from([*BLOCK, *INLINE, "textarea", "input", "br", "hr"]))
    attributes = draw(ATTRIBUTES)
    if name in ("br", "hr"):
        return f"<{name}>"
    if name == "input":
        return f'<input value="{draw(WORDS)}"{attributes}>'
    if depth == 0 or name in ("textarea", "option", "title"):
        return f"<{name}{attributes}>{draw(WORDS)}</{name}>"
    inside = INSIDE.get(name)
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        if inside:
            one = draw(st.sampled_from(inside))
            if name == "table" and one not in ("tr", "caption"):
                parts.append(f"<{one}>{draw(elements(depth - 1, 'tr'))}</{one}>")
            else:
                parts.append(draw(elements(depth - 1, one)))
        else:
            parts.append(draw(st.one_of(WORDS, elements(depth - 1))))
    end = "" if draw(st.integers(0, 19)) == 7 else f"</{name}>"
    return f"<{name}{attributes}>{' '.join(parts)}{end}"


HTML = st.lists(st.one_of(elements(), WORDS), min_size=1, max_size=4).map("\n".join)

# ---- Markdown ------------------------------------------------------------------------------------


@st.composite
def spans(draw: st.DrawFn) -> str:
    """Return a line of Markdown."""
    shapes = [
        "{}",
        "*{}*",
        "**{}**",
        "`{}`",
        "~~{}~~",
        "[{}](https://a.example)",
        "<b>{}</b>",
        "***{}***",
        "<kbd>{}</kbd>",
        "![{}](gone.png)",
        "<span style='color:red'>{}</span>",
        "<!-- {} -->",
        "https://a.example/{}",
        "<https://b.example>",
        "{}<br>{}",
        "&amp; {} &copy;",
        "[ ] {}",
        "^{}^",
        "==x== {}",
        ":smile: {}",
        "a\\*{}",
        "<font color=red>{}</font>",
        "<q>{}</q>",
    ]
    chosen = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=4))
    return " ".join(shape.replace("{}", draw(WORDS)) for shape in chosen)


@st.composite
def markdown_blocks(draw: st.DrawFn) -> str:
    """Return a block of Markdown."""
    line = draw(spans())
    other = draw(spans())
    shapes = [
        "# {}",
        "### {} ###",
        "{}\n===",
        "{}\n---\n",
        "- {}\n- {2}",
        "1. {}\n\n   {2}\n2. x",
        "* {}\n  * {2}\n    * deep",
        "> {}\n> > {2}",
        "| a | {} |\n|---|:-:|\n| {2} | b |",
        "```python\n{}\n{2}\n```",
        "~~~\n{}\n~~~",
        "    {}\n    {2}",
        "---",
        "<div>\n\n{}\n\n</div>",
        "<div>\n{}\n</div>",
        "<details><summary>{}</summary>\n\n{2}\n\n</details>",
        "- [x] {}\n- [ ] {2}",
        "> [!NOTE]\n> {}",
        "<div class='alert alert-info'>{}</div>",
        "Term\n: {}",
        "{}  \n{2}",
        "<table><tr><td>{}<td>{2}</table>",
        "{}\n{2}",
        "```\n{}",
        "<pre>{}\n\n{2}</pre>",
        "***\n{}\n***",
        "10) {}\n11) {2}",
        "+ {}\n\n+ {2}",
        "```{note}\n{}\n```",
        ":::{tip}\n{}\n:::",
    ]
    shape = draw(st.sampled_from(shapes))
    return shape.replace("{2}", other).replace("{}", line)


MARKDOWN = st.lists(st.one_of(markdown_blocks(), spans()), min_size=1, max_size=5).map("\n\n".join)

# ---- terminals -----------------------------------------------------------------------------------

SIGNS = [
    "\n",
    "\n\n",
    "\t",
    "\x1b[31m",
    "\x1b[0m",
    "\x1b[1;38;5;12m",
    "\x1b[48;2;1;2;3m",
    "\x1b[K",
    "<b>",
    "&amp;",
    "  ",
    "│",
    "█",
    "\x07",
]
TERMINAL = st.lists(st.one_of(WORDS, st.sampled_from(SIGNS)), min_size=1, max_size=12).map("".join)


@pytest.fixture(scope="module")
def reader(browser: Browser) -> pages.Chromium:
    return pages.reader_in(browser)


@pytest.fixture(autouse=True)
def each_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let notices name each place, and not only the first ones of many."""
    monkeypatch.setattr(article, "grouped", each)


def each(notices: list[Notice]) -> list[str]:
    return list(map(str, notices))


def silent(reader: pages.Chromium, folder: Path, *cells: nbformat.NotebookNode) -> list[Missing]:
    """Return what nbconvert's page shows of cells, and ours neither shows nor names."""
    nb = v4.new_notebook(cells=list(cells))
    path = folder / "notebook.ipynb"
    nbformat.write(nb, path)
    html, notices = standalone_page(nb, NEVER_SHOWN)
    read = reader.read(
        folder, "ours.html", html=html, root="article.notebook", skipped=pages.OUR_WORDS
    )
    theirs = pages.theirs(reader, folder, path)
    found = missing(theirs, pages.shown(read, lambda link: link["alive"]), notices)
    return [one for one in found if not one.notice]


@few
@given(source=MARKDOWN)
def test_random_markdown_is_shown_or_named(
    reader: pages.Chromium, tmp_path_factory: pytest.TempPathFactory, source: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert silent(reader, folder, v4.new_markdown_cell(source)) == []


@few
@given(html=HTML)
def test_random_html_is_shown_or_named(
    reader: pages.Chromium, tmp_path_factory: pytest.TempPathFactory, html: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    output = v4.new_output("display_data", data={"text/html": html, "text/plain": "plain"})
    assert silent(reader, folder, v4.new_code_cell("x", outputs=[output])) == []


@few
@given(text=TERMINAL)
def test_random_terminal_output_is_shown_or_named(
    reader: pages.Chromium, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    outputs = [
        v4.new_output("stream", name="stdout", text=text),
        v4.new_output("execute_result", data={"text/plain": text}, execution_count=1),
        v4.new_output("error", ename="Error", evalue=text, traceback=[text, "Error"]),
    ]
    assert silent(reader, folder, v4.new_code_cell("x", outputs=outputs)) == []
