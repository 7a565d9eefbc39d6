"""Handouts as print: what stays together on a page, and what a reader copies from it."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import prepkit.handouts
from prepkit.handouts import Handout, Layout, handout_pdf
from prepkit.handouts.grid import SMALLEST, text_width
from prepkit.handouts.scripts import no_font_for

PACKAGE = Path(prepkit.handouts.__file__).parent


def printed(*cells: Any, **layout: Any) -> Handout:
    return handout_pdf(new_notebook(cells=list(cells)), Layout(**layout), code=True)


def pages(handout: Handout) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(handout.pdf)).pages]


def stream(text: str) -> Any:
    return new_output("stream", text=text)


@pytest.mark.long
def test_an_address_and_a_long_name_are_copied_as_they_are() -> None:
    address = "https://example.org/a/very/long/address/that/goes/on/index.html?one=1&two=2"
    name = "a_name_that_is_longer_than_any_line_" * 4
    cell = new_code_cell(f"{name} = 1", outputs=[stream(name * 2)])
    text = "".join(pages(printed(new_markdown_cell(f"See <{address}>, `{name}`."), cell)))
    whole = text.replace("\n", "")
    assert "\u200b" not in text
    assert address in whole
    assert whole.count(name) == 4


def test_the_indentation_of_code_is_in_the_text_that_is_copied() -> None:
    source = "def f(x):\n    if x:\n        return 1\n    return 2"
    assert set(source.splitlines()) <= set(pages(printed(new_code_cell(source)))[0].splitlines())


@pytest.mark.long
@pytest.mark.parametrize("count", [39, 41, 1000, 2500])
def test_every_line_of_a_long_output_is_printed_once(count: int) -> None:
    lines = [f"step {number} of the run" for number in range(count)]
    text = "\n".join(pages(printed(new_code_cell("1", outputs=[stream("\n".join(lines))]))))
    assert [line for line in text.splitlines() if line.startswith("step ")] == lines


@pytest.mark.long
@pytest.mark.parametrize("where", ["output", "code"])
def test_a_line_that_fills_pages_is_printed_whole(where: str) -> None:
    line = "x" * 160_000
    cell = new_code_cell(line) if where == "code" else new_code_cell("1", outputs=[stream(line)])
    handout = printed(cell)
    assert handout.notices == ()
    assert sum(page.count("x") for page in pages(handout)) == len(line)


@pytest.mark.long
@pytest.mark.parametrize("above", range(30, 54, 4))
@pytest.mark.parametrize("length", [3, 20])
def test_the_end_of_code_is_on_the_page_on_which_its_output_begins(above: int, length: int) -> None:
    filler = new_markdown_cell("\n\n".join(["A line of text."] * above))
    source = "\n".join(f"line_{number} = {number}" for number in range(length))
    shown = new_output("display_data", data={"text/html": "<table><tr><td>Cell</table>"})
    text = pages(printed(filler, new_code_cell(source, outputs=[shown])))
    (page,) = [page for page in text if "Cell" in page]
    assert f"line_{length - 1} = " in page


def frame(columns: int, rows: int, value: str = "some value") -> Any:
    html = pd.DataFrame({f"column {n}": [value] * rows for n in range(columns)}).to_html()
    return new_output("display_data", data={"text/html": html})


def landscape_pages(handout: Handout) -> list[bool]:
    boxes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(handout.pdf)).pages]
    return [box.width > box.height for box in boxes]


@pytest.mark.long
@pytest.mark.parametrize(("columns", "parts"), [(11, 1), (12, 2), (25, 3)])
def test_a_wide_table_of_a_few_rows_stays_on_its_page(columns: int, parts: int) -> None:
    handout = printed(
        new_markdown_cell("Before"), new_code_cell("1", outputs=[frame(columns, 5)]),
        new_markdown_cell("After"),
    )  # fmt: skip
    (page,) = pages(handout)
    assert page.count("The same table: columns") == parts - 1
    assert page.count("some value") == 5 * columns
    assert landscape_pages(handout) == [False]


@pytest.mark.long
def test_a_long_table_that_fills_pages_in_landscape_is_turned_with_its_code() -> None:
    code = new_code_cell("the_code_of_the_table", outputs=[frame(13, 33)])
    handout = printed(new_markdown_cell("Before"), code, new_markdown_cell("After"))
    assert landscape_pages(handout) == [False, True, False]
    before, table, after = pages(handout)
    assert "the_code_of_the_table" in table
    assert table.count("some value") == 13 * 33
    assert (before.split()[0], after.split()[0]) == ("Before", "After")


@pytest.mark.long
def test_a_table_that_would_leave_its_page_half_empty_is_not_turned() -> None:
    handout = printed(new_code_cell("1", outputs=[frame(13, 40)]))
    assert set(landscape_pages(handout)) == {False}


def test_how_wide_letters_are_is_known_from_the_font_of_tables() -> None:
    fonts = pytest.importorskip("fontTools.ttLib")
    font = fonts.TTFont(PACKAGE / "fonts" / "SourceSans3_600SemiBold.ttf")
    names, advances = font.getBestCmap(), font["hmtx"]
    for letter in map(chr, range(32, 127)):
        wide = advances[names[ord(letter)]][0] * SMALLEST / 1000
        assert text_width(letter) == pytest.approx(wide, abs=0.02)


def tags(handout: Handout) -> list[str]:
    """Return the kinds of the PDF's tags, from the top down."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            found.extend([str(node["/S"])] if "/S" in node else [])
            walk(node.get("/K", []))

    root: Any = pypdf.PdfReader(io.BytesIO(handout.pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.parametrize("text", ["- one\n- two", "1. one\n2. two", "- [ ] one\n- [x] two"])
def test_a_list_is_a_list_for_a_screen_reader(text: str) -> None:
    found = [tag for tag in tags(printed(new_markdown_cell(text))) if tag.startswith("/L")]
    assert found == ["/L", *["/LI", "/Lbl", "/LBody"] * 2]


def test_the_colours_of_a_terminal_are_printed_and_its_spaces_stay() -> None:
    text = "\x1b[31mred\x1b[0m   plain\n    \x1b[1;4;44mmarked\x1b[0m\n\n\x1b[9;7mstruck\x1b[0m end"
    handout = printed(new_code_cell("1", outputs=[stream(text)]))
    assert handout.notices == ()
    assert "red   plain\n    marked\n" in pages(handout)[0]
    contents: Any = pypdf.PdfReader(io.BytesIO(handout.pdf)).pages[0].get_contents()
    red = "0.627451 0.1882353 0.1882353 scn"  # as the template's #a03030
    assert red in contents.get_data().decode("latin-1")


def test_a_traceback_is_printed_with_its_colours() -> None:
    frames = ["\x1b[31mValueError\x1b[0m  Traceback", "Cell \x1b[32mIn[1]\x1b[0m", "ValueError: no"]
    error = new_output("error", ename="ValueError", evalue="no", traceback=frames)
    handout = printed(new_code_cell("1", outputs=[error]))
    assert handout.notices == ()
    assert "ValueError  Traceback\nCell In[1]\nValueError: no" in pages(handout)[0]


@pytest.mark.parametrize(
    ("character", "script", "font"),
    [
        ("א", "Hebrew", "Noto Sans Hebrew"),
        ("漢", "Chinese or Japanese", "Noto Sans CJK"),
        ("한", "Korean", "Noto Sans CJK"),
        ("ー", "Japanese", "Noto Sans CJK"),
        ("𐀀", "Linear B", "Noto Sans Linear B"),
        ("𓀀", "Egyptian", "Noto Sans Egyptian Hieroglyphs"),
        ("\U0001d538", "mathematical", "Noto Sans Math"),
        ("☃", "symbol", "Noto Sans Symbols 2"),
        ("\u0337", "symbol", "Noto Sans Symbols 2"),
        ("\U0001fae8", "emoji", "Noto Color Emoji"),
    ],
)
def test_characters_without_a_font_are_named_by_their_script(
    character: str, script: str, font: str
) -> None:
    assert no_font_for(character) == (
        f"no font here has {character if character.isprintable() else 'a character'}"
        f" (U+{ord(character):04X}) ({script} characters), so they are printed as empty boxes;"
        f" install a font that has them, such as {font}"
    )


def test_characters_of_no_script_get_no_advice_about_a_font() -> None:
    assert no_font_for("\ue000") == (
        "no font here has a character (U+E000) (private characters), so they are printed as empty"
        " boxes; install a font that has them"
    )


@pytest.mark.long
def test_the_letter_below_a_mark_that_no_font_has_is_not_what_is_missing() -> None:
    first, *_ = printed(new_markdown_cell("Z\u1abe")).notices
    assert "(U+1ABE)" in first
    assert "(U+005A)" not in first


def drawing(height: int) -> Any:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="400pt" height="{height}pt"'
        f' viewBox="0 0 400 {height}"><rect width="400" height="{height}" fill="#ccc"/></svg>'
    )
    shown = {"image/svg+xml": svg}
    return new_code_cell("plot()", outputs=[new_output("display_data", data=shown)])


def lines_of_text(count: int) -> Any:
    return new_markdown_cell("\n\n".join(["A line of text."] * count))


@pytest.mark.long
@pytest.mark.parametrize(
    ("above", "page"),
    [(21, 0), (24, 0), (28, 0), (33, 1)],  # it fits; it fits if it is smaller; it doesn't fit
)
def test_a_picture_is_made_smaller_if_that_keeps_it_on_its_page(above: int, page: int) -> None:
    text = pages(printed(lines_of_text(above), drawing(330), new_markdown_cell("After.")))
    assert "plot()" in text[page]
    assert "After." in text[-1]


@pytest.mark.long
def test_pictures_of_a_long_text_share_pages_as_far_as_they_can() -> None:
    cells = [cell for n in range(12) for cell in (lines_of_text(4 + n % 5), drawing(320))]
    # Two such pictures with their code and their text are higher than a page.
    counts = [page.count("plot()") for page in pages(printed(*cells))]
    assert sum(counts) == 12
    assert counts.count(2) >= 3


@pytest.mark.long
def test_a_notice_about_a_missing_font_is_printed_beside_pictures() -> None:
    handout = printed(lines_of_text(15), new_markdown_cell("\U00012000"), drawing(330))
    assert any("Cuneiform" in notice for notice in handout.notices)
    (page,) = pages(handout)
    assert "plot()" in page
    assert "Cuneiform" in page
