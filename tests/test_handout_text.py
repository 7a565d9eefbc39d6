"""Running text: Markdown, footnotes, pictures beside the notebook, both directions of writing."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)
# ruff: noqa: RUF001
# (Hebrew and Greek letters are meant.)

from __future__ import annotations

import base64
import io
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.handouts import Handout, Layout, handout_pdf
from prepkit.handouts.blocks import blocks_of
from prepkit.handouts.inline import direction
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.prose import answer_blocks
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.markdown import cell_html
from tests.platforms import needs_links

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><path d="M0 0h9v9z"/></svg>'

pytestmark = pytest.mark.slow  # dozens of PDFs


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0\x1d\x5c\x4f")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


def markdown(text: str, folder: Path | None = None) -> Handout:
    return handout_pdf(new_notebook(cells=[new_markdown_cell(text)]), folder=folder)


def text_of(handout: Handout) -> str:
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    return text.replace("\u200b", "")


def blocks(text: str) -> list[Any]:
    def unexpected(text: str, *, for_author: bool = False) -> None:
        raise AssertionError(text, for_author)

    return blocks_of(parse_html(cell_html(text)), unexpected)


def body(text: str, folder: Path | None = None) -> list[Any]:
    nb = new_notebook(cells=[new_markdown_cell(text)])
    document = notebook_document(nb, Layout(), folder=folder)
    parts: list[Any] = document.data["body"]
    return parts


# ------------------------------------------------------------------------------------ Markdown


def test_lists_nest_and_tasks_keep_their_boxes() -> None:
    (one,) = blocks("3. a\n   - b\n     - [x] c\n     - [ ] d\n4. e")
    assert (one["start"], [item["c"][0]["c"] for item in one["items"]]) == (3, [["a"], ["e"]])
    inner = one["items"][0]["c"][1]
    assert inner["start"] is None
    tasks = inner["items"][0]["c"][1]
    assert [(item["ticked"], item["c"][0]["c"]) for item in tasks["items"]] == [
        (True, ["c"]),
        (False, ["d"]),
    ]


def test_a_text_between_the_items_of_an_html_list_is_an_item() -> None:
    (one,) = blocks("<ul>stray<li>a</li></ul>")
    assert [item["c"][0]["c"] for item in one["items"]] == [["stray"], ["a"]]


def test_definitions_quotes_code_strikes_and_links_keep_their_kind() -> None:
    found = blocks(
        "Term\n: First\n: Second\n\n> said *so*\n\n```python\nx = 1\n```\n\n~~old~~ `code`"
        " [link](https://example.org)\n\n---\n\n| a |\n|---|\n| 1 |"
    )
    assert [block["t"] for block in found] == [
        *("terms", "quote", "code", "paragraph", "rule", "table")
    ]
    assert found[0]["items"] == [
        {
            "term": ["Term"],
            "c": [{"t": "paragraph", "c": ["First"]}, {"t": "paragraph", "c": ["Second"]}],
        }
    ]
    assert found[2] == {"t": "code", "s": "x = 1", "lang": "python"}
    assert found[3]["c"] == [
        {"t": "strike", "c": ["old"]},
        " ",
        {"t": "code", "s": "code"},
        " ",
        {"t": "link", "href": "https://example.org", "c": ["link"], "lined": True},
    ]


def test_links_can_be_followed_and_code_is_coloured() -> None:
    handout = markdown("[here](https://example.org/x)\n\n```python\ndef f(): return 1\n```")
    page = pypdf.PdfReader(io.BytesIO(handout.pdf)).pages[0]
    links: Any = page["/Annots"]
    assert [link.get_object()["/A"]["/URI"] for link in links] == ["https://example.org/x"]
    plain = markdown("[here](https://example.org/x)\n\n```\ndef f(): return 1\n```")
    assert len(colours(handout)) > len(colours(plain))


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("~~[a](https://example.org)~~", ()),
        ("# [~~a~~](https://example.org)", ()),
        (
            "~~<u>a</u>~~",
            ("cell 1: text both struck through and underlined is only struck through",),
        ),
        (
            "<u>~~a~~</u>",
            ("cell 1: text both struck through and underlined is only struck through",),
        ),
    ],
)
def test_a_struck_link_keeps_the_pdf_accessible(text: str, notices: tuple[str, ...]) -> None:
    assert markdown(text).notices == notices


def colours(handout: Handout) -> set[bytes]:
    page: Any = pypdf.PdfReader(io.BytesIO(handout.pdf)).pages[0]
    return set(re.findall(rb"([\d. ]+) scn\b", page["/Contents"].get_object().get_data()))


# ----------------------------------------------------------------------------------- footnotes


def test_a_footnote_stands_at_the_foot_and_its_second_mark_names_it_again() -> None:
    handout = markdown("One[^a] two[^b] three[^a].\n\n[^a]: Note **A**.\n[^b]: Note B.\n\nEnd.")
    assert handout.notices == ()
    assert text_of(handout) == "One1 two2 three1. End. 1Note A. 2Note B. 1 / 1"
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    assert b"/Note" in b"".join(
        str(reader.get_object(number)).encode()
        for number in range(1, int(str(reader.trailer["/Size"])))
    )


def test_footnotes_of_two_cells_do_not_mix() -> None:
    cells = [new_markdown_cell(f"Text[^1] again[^1]\n\n[^1]: Note {name}") for name in "AB"]
    handout = handout_pdf(new_notebook(cells=cells))
    assert handout.notices == ()
    assert text_of(handout) == "Text1 again1 Text2 again2 1Note A 2Note B 1 / 1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\n[^1]: lost", "a [^1]: lost 1 / 1"),
        ("a[^1]\n\n[^1]: one\n\n[^1]: other", "a1 [^1]: other 1one 1 / 1"),
        ("a\n\n[^1]: one [^2]\n\n[^2]: two [^1]", "a [^1]: one [^2] [^2]: two [^1] 1 / 1"),
        ("a[^1]\n\n[^1]: itself [^1]", "a1 1itself 1 1 / 1"),
        ("a[^1]\n\n[^1]: one [^2]\n\n[^2]: two", "a1 1one 2 2two 1 / 1"),
        ("# H[^1]\n\nt[^1]\n\n[^1]: one", "H1 t1 1one H 1 / 1"),
        ("a[^x]", "a[^x] 1 / 1"),
        ("<x-note></x-note><x-note-text>raw</x-note-text>", "1 1raw 1 / 1"),
    ],
)
def test_no_footnote_is_lost(text: str, shown: str) -> None:
    assert text_of(markdown(text)) == shown


def test_two_hundred_footnotes_within_each_other_are_printed() -> None:
    chain = "\n\n".join(f"[^{n}]: note{n} [^{n + 1}]" for n in range(200))
    text = text_of(markdown(f"a[^0]\n\n{chain}"))
    assert [n for n in range(200) if f"note{n} " not in text] == []


# ------------------------------------------------------------------------------------ pictures


def test_a_picture_beside_the_notebook_is_printed(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a plot.svg").write_text(SVG, "utf-8")
    (tmp_path / "dot.png").write_bytes(png())
    text = (
        "![One](figures/a%20plot.svg)\n\n![Two](./dot.png?raw=true) and <img src='dot.png' alt='3'>"
    )
    handout = markdown(text, tmp_path)
    assert handout.notices == ()
    found = body(text, tmp_path)[0]["c"]
    assert [block["t"] for block in found] == ["picture", "paragraph"]
    assert [part["alt"] for part in found[1]["c"] if isinstance(part, dict)] == ["Two", "3"]


def test_a_large_picture_within_a_text_stands_by_itself(tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text(SVG, "utf-8")
    found = body("Before ![A plot](plot.svg)\nFigure 1", tmp_path)[0]["c"]
    assert [block["t"] for block in found] == ["paragraph", "picture", "paragraph"]


ON_THE_WEB = "pictures are not fetched from the web; save it next to the notebook"


@needs_links
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("../secret.svg", "only pictures in the folder of the notebook are printed"),
        ("%2e%2e/secret.svg", "only pictures in the folder of the notebook are printed"),
        ("a/../../secret.svg", "only pictures in the folder of the notebook are printed"),
        ("..%5Csecret.svg", "only pictures in the folder of the notebook are printed"),
        ("/etc/passwd", "only pictures in the folder of the notebook are printed"),
        ("~/secret.svg", "only pictures in the folder of the notebook are printed"),
        ("link.svg", "only pictures in the folder of the notebook are printed"),
        ("linked/secret.svg", "only pictures in the folder of the notebook are printed"),
        ("nul%00.svg", "only pictures in the folder of the notebook are printed"),
        (
            "file:///etc/passwd",
            ON_THE_WEB,
        ),
        (
            "https://example.org/x.png",
            ON_THE_WEB,
        ),
        (
            "//example.org/x.png",
            ON_THE_WEB,
        ),
        ("missing.png", "there is no such file next to the notebook"),
        ("folder", "it is not a file"),
        ("pipe", "it is not a file"),
        ("text.svg", "it is not an SVG, PNG, JPEG, GIF or WebP picture"),
        ("circle.svg", None),
        ("x" * 300 + ".svg", "it can't be read: File name too long"),
    ],
)
def test_only_pictures_within_the_folder_are_read(
    tmp_path: Path, source: str, reason: str | None
) -> None:
    home = tmp_path / "home"
    (home / "folder").mkdir(parents=True)
    (tmp_path / "secret.svg").write_text(SVG, "utf-8")
    (home / "link.svg").symlink_to(tmp_path / "secret.svg")
    (home / "linked").symlink_to(tmp_path)
    (home / "circle.svg").symlink_to(home / "circle.svg")
    (home / "text.svg").write_text("only words", "utf-8")
    os.mkfifo(home / "pipe")
    handout = markdown(f'<img src="{source}" alt="The plot"> text', home)
    # The path as people read it, but for what no terminal shows.
    name = source if "%00" in source else unquote(source)
    name = name if len(name) < 60 else name[:57] + "…"
    (notice,) = handout.notices
    assert notice.startswith(f"cell 1: the picture {name} is left out: ")
    assert reason is None or notice.endswith(reason)
    assert text_of(handout).startswith("The plot text Cell 1: ")


def test_a_picture_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.write(png())
        file.truncate(30_000_000)
    assert markdown("![x](large.png)", tmp_path).notices == (
        "cell 1: the picture large.png is left out: it is larger than 20 MB",
    )


@needs_links
def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text(SVG, "utf-8")
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    assert markdown("![x](link.svg)", tmp_path).notices == ()


def test_a_drawing_in_html_is_printed_as_written() -> None:
    html = (
        '<p>Before</p><SVG viewBox="0 0 9 9" data-x=1 data-y xlink:href="#a">'
        "<title>A &amp; B</title>"
        '<linearGradient id="g"/><clipPath><path d="M0 0"></clipPath><style>a > b {}</style>'
        "<text>1 < 2</text></svg><p>After</p>"
    )
    assert [node.source for node in parse_html(html).elements() if node.tag == "svg"] == [
        '<svg xmlns="http://www.w3.org/2000/svg"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" data-x="1" data-y=""'
        ' xlink:href="#a"><title>A &amp; B</title><linearGradient id="g"/><clipPath>'
        '<path d="M0 0"></path></clipPath><style>a &gt; b {}</style><text>1 &lt; 2</text></svg>'
    ]
    outputs = [new_output("display_data", data={"text/html": html})]
    nb = new_notebook(cells=[new_code_cell("1", outputs=outputs)])
    document = notebook_document(nb, Layout())
    found = document.data["body"][0]["c"]
    assert [block["t"] for block in found] == ["paragraph", "picture", "paragraph"]
    assert found[1]["alt"] == "A & B"
    assert document.notices == ()


def test_a_drawing_in_html_is_cleaned_and_one_that_is_hidden_is_not_printed() -> None:
    html = (
        '<svg width="90" height="30"><script>alert(1)</script><image href="file:///etc/passwd"/>'
        '<foreignObject width="9"><br/>lost</foreignObject><rect width="9" height="9"/></svg>'
        '<svg style="width: 0; height: 0"><defs/></svg><div>after</div>'
    )
    outputs = [new_output("display_data", data={"text/html": html})]
    nb = new_notebook(cells=[new_code_cell("1", outputs=outputs)])
    document = notebook_document(nb, Layout())
    assert [*document.pictures.values()] == [
        b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><image />'
        b'<rect width="9" height="9" /></svg>'
    ]
    handout = handout_pdf(nb)
    assert handout.notices == (
        "cell 1, output 1: a drawing has HTML in it (foreignObject), which is not printed",
        'cell 1, output 1: a picture has no description for screen readers ("alt" in the metadata)',
    )
    assert text_of(handout).endswith("after 1 / 1")


@pytest.mark.parametrize("text", ["a <svg> b\n\nc", "a <svg><g> b", "a <svg> b\n\n<p>c</p></svg>"])
def test_a_drawing_that_is_not_closed_keeps_its_words(text: str) -> None:
    handout = markdown(text)
    assert handout.notices == (
        "cell 1: it holds a drawing (SVG) that isn't closed; its text is printed",
    )
    notice = "Cell 1: it holds a drawing (SVG) that isn't closed; its text is printed."
    words = text_of(handout).replace(notice, "").removesuffix("1 / 1").split()
    assert words == (["a", "b", "c"] if "c" in text else ["a", "b"])


# ------------------------------------------------------------------------------------ direction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("English", "ltr"),
        ("12. עברית English", "rtl"),
        ("«مرحبا»", "rtl"),
        ("English עברית", "ltr"),
        ("123 !?", None),
        ("", None),
    ],
)
def test_a_text_runs_as_its_first_letter_does(text: str, expected: str | None) -> None:
    assert direction(text) == expected


def test_paragraphs_headings_and_lists_run_as_their_text_does() -> None:
    found = blocks("# כותרת\n\nפסקה\n\n- פריט\n- 42\n- item\n\nText\n\nמונח\n: הגדרה")
    assert [(block["t"], block.get("dir")) for block in found] == [
        ("heading", "rtl"),
        ("paragraph", "rtl"),
        ("list", "rtl"),
        ("list", None),
        ("paragraph", None),
        ("terms", "rtl"),
    ]
    assert [[item["c"][0]["c"] for item in block["items"]] for block in found[2:4]] == [
        [["פריט"], ["42"]],
        [["item"]],
    ]
    (first, second) = blocks("1. פריט\n2. item")
    assert (first["start"], second["start"]) == (1, 2)


def test_each_line_of_an_answer_runs_as_its_own_text_does() -> None:
    def unheard(text: str, *, for_author: bool = False) -> None:
        raise AssertionError(text, for_author)

    found = answer_blocks("First\n42\nשלום\nעולם 7\nLast", unheard)
    line = {"t": "break"}
    assert found == [
        {"t": "paragraph", "c": ["First", line, "42"]},
        {"t": "paragraph", "c": ["שלום", line, "עולם 7"], "dir": "rtl"},
        {"t": "paragraph", "c": ["Last"]},
    ]


def test_a_paragraph_in_hebrew_begins_at_the_right() -> None:
    page = pypdf.PdfReader(io.BytesIO(markdown("שלום\n\nHello").pdf)).pages[0]
    starts: dict[str, float] = {}

    def visit(text: str, matrix: list[float], *rest: Any) -> None:
        if text.strip():
            starts[text.strip()] = matrix[4]

    page.extract_text(visitor_text=visit)
    middle = float(page.mediabox.width) / 2
    assert starts["Hello"] < middle
    assert max(starts.values()) > middle


# --------------------------------------------------------------------------------------- words

WORDS = st.text("abcdefghijklmnopqrstuvwxyzäöüßéçñżαβγдж", min_size=1, max_size=9)
MARKS = st.sampled_from(
    [
        *(" ", "\n", "\n\n", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n\n> - ", "\n# ", "\n### "),
        *(" *", "* ", " **", "** ", "_", "~~", " `", "` ", "\n    ", "\n```\n", "\n---\n", "\\"),
        *("[^a] ", "\n\n[^a]: ", "\n: ", "\n- [ ] ", "\n- [x] ", " &amp; "),
        *("<b>", "</b>", "<div>", "</div>\n\n", "<ul><li>"),
    ]
)


@given(st.lists(st.tuples(WORDS, MARKS), min_size=1, max_size=25))
@example([("one", "[^a] "), ("two", "\n\n[^a]: "), ("three", "\n\n[^a]: "), ("four", "\n")])
@settings(max_examples=40, deadline=None)
def test_every_word_of_a_markdown_cell_is_in_the_pdf(parts: list[tuple[str, str]]) -> None:
    handout = markdown("".join(f"{word}{mark}" for word, mark in parts))
    shown = text_of(handout)
    assert [word for word, _ in parts if word not in shown] == []
    assert all("nest" in notice for notice in handout.notices)


@pytest.mark.parametrize(
    "deep",
    [
        "> " * 1000,
        "- " * 1000,
        "<dl><dd>" * 500,
        "<svg>" * 1000 + "</svg>" * 1000,
        "[^1]: " * 1000,
        "*a **b " * 500,
        "<x-note-text label=1>" * 1000,
    ],
)
def test_nesting_of_a_thousand_levels_is_printed(deep: str) -> None:
    assert "needle" in text_of(markdown(f"{deep} needle"))


def test_the_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text(SVG, "utf-8")
    text = "a[^1] $x^2$ ![p](plot.svg)\n\n[^1]: b\n\n<svg width='90' height='30'></svg>"
    assert markdown(text, tmp_path).pdf == markdown(text, tmp_path).pdf


def test_a_picture_in_the_notebook_needs_no_folder() -> None:
    code = base64.b64encode(png()).decode()
    assert markdown(f"![Dot](data:image/png;base64,{code})").notices == ()
