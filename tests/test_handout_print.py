"""Handouts as print: what stays together on a page, and what a reader copies from it."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.handouts import Handout, Layout, handout_pdf


def printed(*cells: Any, **layout: Any) -> Handout:
    return handout_pdf(new_notebook(cells=list(cells)), Layout(**layout), code=True)


def pages(handout: Handout) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(handout.pdf)).pages]


def stream(text: str) -> Any:
    return new_output("stream", text=text)


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


@pytest.mark.parametrize("count", [39, 41, 1000, 2500])
def test_every_line_of_a_long_output_is_printed_once(count: int) -> None:
    lines = [f"step {number} of the run" for number in range(count)]
    text = "\n".join(pages(printed(new_code_cell("1", outputs=[stream("\n".join(lines))]))))
    assert [line for line in text.splitlines() if line.startswith("step ")] == lines


@pytest.mark.parametrize("where", ["output", "code"])
def test_a_line_that_fills_pages_is_printed_whole(where: str) -> None:
    line = "x" * 160_000
    cell = new_code_cell(line) if where == "code" else new_code_cell("1", outputs=[stream(line)])
    handout = printed(cell)
    assert handout.notices == ()
    assert sum(page.count("x") for page in pages(handout)) == len(line)


@pytest.mark.parametrize("above", range(30, 54, 4))
@pytest.mark.parametrize("length", [3, 20])
def test_the_end_of_code_is_on_the_page_on_which_its_output_begins(above: int, length: int) -> None:
    filler = new_markdown_cell("\n\n".join(["A line of text."] * above))
    source = "\n".join(f"line_{number} = {number}" for number in range(length))
    shown = new_output("display_data", data={"text/html": "<table><tr><td>Cell</table>"})
    text = pages(printed(filler, new_code_cell(source, outputs=[shown])))
    (page,) = [page for page in text if "Cell" in page]
    assert f"line_{length - 1} = " in page
