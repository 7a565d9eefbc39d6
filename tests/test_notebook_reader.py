"""A notebook as a list of items: what is shown of it, where, and what is said of the rest."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.notebook.items import (
    Code,
    Error,
    Figure,
    Html,
    Item,
    Missing,
    StoredSheet,
    Stream,
    Widget,
)
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.reader import Medium, notebook_title, read_notebook
from prepkit.notebook.widget_state import STATE_MIME
from tests.site_samples import PIXEL, PLOT, code_cell, notebook, text_cell

GIF = "R0lGODlhAQABAAAAACw="
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
VIEW = "application/vnd.jupyter.widget-view+json"


def sheet(stored: Any) -> Any:
    if stored == "damaged":
        raise ValueError("question: it is missing")
    return stored


SCREEN = Medium(verb="publish", pictures=TYPES, sheet=sheet)
PAPER = Medium(verb="print", pictures=TYPES[:3], sheet=sheet)
TRUSTED = Medium(verb="publish", pictures=TYPES, sheet=sheet, scripts=True)


def items(
    *cells: Any, medium: Medium = SCREEN, folder: Path | None = None, **more: Any
) -> list[Item]:
    return list(read_notebook(notebook(*cells, **more), medium, folder))


def outputs(*found: dict[str, Any]) -> dict[str, Any]:
    return {**code_cell({}, source=""), "outputs": list(found)}


def missing(found: list[Item]) -> list[str]:
    return [f"{item.place}: {item.what}" for item in found if isinstance(item, Missing)]


def test_each_item_says_where_it_stands() -> None:
    found = items(
        text_cell("# Title"),
        code_cell({"image/svg+xml": PLOT}, source="plot()"),
        outputs(
            {"output_type": "stream", "text": ["10%\r", "100%\n"]},
            {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []},
            {"output_type": "display_data", "data": {"text/html": "<p>x</p>"}},
        ),
        code_cell({"application/vnd.prepkit.worksheet+json": {"a": 1}}, source=" "),
    )
    assert [(type(item), item.place) for item in found] == [
        (Html, "cell 1"),
        (Code, "cell 2"),
        (Figure, "cell 2, output 1"),
        (Stream, "cell 3, output 1"),
        (Error, "cell 3, output 2"),
        (Html, "cell 3, output 3"),
        (StoredSheet, "cell 4, output 1"),
    ]
    figure, stream = found[2:4]
    assert isinstance(figure, Figure)
    assert (figure.alt, figure.picture.type.name) == ("Pages a week", "SVG")
    assert stream == Stream(place="cell 3, output 1", text="100%")


def test_what_an_output_shows_depends_on_the_medium() -> None:
    cell = code_cell({"image/gif": GIF, "text/plain": "a figure"}, source="")
    (figure,) = items(cell)
    assert isinstance(figure, Figure)
    assert figure.alt == "a figure"
    assert items(cell, medium=PAPER) == [Stream(place="cell 1, output 1", text="a figure")]
    alone = code_cell({"image/gif": GIF}, source="")
    figure, unnamed = items(alone)
    assert isinstance(figure, Figure)
    assert isinstance(unnamed, Missing)
    assert unnamed.for_author
    assert missing(items(alone, medium=PAPER)) == [
        "cell 1, output 1: not printed: only other programs show its kind (image/gif);"
        " show a table, a picture or text instead"
    ]


@pytest.mark.parametrize("medium", [SCREEN, PAPER])
def test_nothing_is_left_out_without_a_word(medium: Medium) -> None:
    shown = f"{medium.verb}ed"
    found = items(
        text_cell("words"),
        {"cell_type": "sql"},
        outputs({"output_type": "odd"}, {"output_type": "stream"}, {"output_type": "display_data"}),
        code_cell({"image/png": "AAAA", "application/x-own": 1}, source=""),
        code_cell({"application/vnd.prepkit.worksheet+json": "damaged"}, source=""),
        code_cell({"application/vnd.plotly.v1+json": {"layout": {"title": "Costs"}}}, source=""),
        text_cell("![a](gone.png)"),
        medium=medium,
    )
    assert missing(found) == [
        f"cell 2: the cell is not {shown}: its cell_type is 'sql'",
        f"cell 3, output 1: the output is not {shown}: its output_type is 'odd'",
        f"cell 3, output 2: the output is not {shown}: it has no text",
        f"cell 3, output 3: the output is not {shown}: it has no data",
        "cell 4, output 1: the picture (PNG) is left out: it is not a PNG picture",
        f"cell 4, output 1: not {shown}: only other programs show its kind (application/x-own,"
        " image/png); show a table, a picture or text instead",
        "cell 5, output 1: the worksheet's data is damaged (question: it is missing);"
        f" its text is {shown} instead",
        f"cell 5, output 1: not {shown}: only other programs show its kind"
        " (application/vnd.prepkit.worksheet+json); show a table, a picture or text instead",
        f"cell 6, output 1: the Plotly chart “Costs” is not {shown}, because a script draws"
        ' it; to show it, install kaleido and set plotly.io.renderers.default = "svg"',
    ]
    _, cell = [item for item in found if isinstance(item, Html)]
    assert [notice for node in cell.root.descendants() for notice in node.notices] == [
        f"the picture gone.png is left out: only pictures stored in the notebook are {shown}"
    ]


def test_a_widget_brings_what_it_showed_when_the_notebook_was_saved() -> None:
    state = {"1": {"model_name": "TextareaModel", "state": {"value": "typed"}}}
    cell = code_cell({VIEW: {"model_id": "1"}, "text/plain": "Textarea()"}, source="")
    (widget,) = items(cell, widgets={STATE_MIME: {"state": state}})
    assert isinstance(widget, Widget)
    assert [getattr(item, "text", "") for item in widget.shown] == ["typed"]
    (html,) = [
        item
        for item in items(code_cell({VIEW: {}, "text/html": "<p>x</p>"}, source=""))
        if isinstance(item, Html)
    ]
    assert html.root.text() == "x"


def test_a_widget_of_a_damaged_kind_still_brings_its_text() -> None:
    state = {"1": {"model_name": ["TextareaModel"], "state": {"value": "typed"}}}
    cell = code_cell({VIEW: {"model_id": "1"}, "text/plain": "Textarea()"}, source="")
    (widget,) = items(cell, widgets={STATE_MIME: {"state": state}})
    assert isinstance(widget, Widget)
    assert [getattr(item, "text", "") for item in widget.shown] == ["typed"]


def test_a_trusted_page_keeps_scripts_and_pictures_of_other_hosts() -> None:
    html = '<img src="https://a.example/p.png"><script>draw()</script>'
    (found,) = items(code_cell({"text/html": html}, source=""), medium=TRUSTED)
    assert isinstance(found, Html)
    assert [node.tag for node in found.root.descendants()] == ["img", "script"]
    assert [node.notices for node in found.root.descendants()] == [(), ()]
    ours = '<div class="prepkit-view"><table></table></div><script>search()</script>'
    (view,) = items(code_cell({"text/html": ours}, source=""), medium=TRUSTED)
    assert isinstance(view, Html)
    assert "script" not in {node.tag for node in view.root.descendants()}


@pytest.mark.parametrize("mark", ["-", "_"])
def test_what_its_author_folded_is_marked_and_what_is_removed_is_gone(mark: str) -> None:
    def cell(*tags: str, **more: Any) -> dict[str, Any]:
        written = [tag.replace("-", mark) for tag in tags]
        return {**code_cell({"text/plain": "shown"}, source="code", tags=written, **more)}

    def folded(*cells: Any) -> list[tuple[type, bool]]:
        return [(type(item), item.folded) for item in items(*cells)]

    assert folded(cell("hide-input")) == [(Code, True), (Stream, False)]
    assert folded(cell("hide-output")) == [(Code, False), (Stream, True)]
    assert folded(cell("hide-cell")) == [(Code, True), (Stream, True)]
    assert folded(cell("remove-input")) == [(Stream, False)]
    assert folded(cell("remove-output", "hide-input")) == [(Code, True)]
    assert folded(cell("remove-cell")) == []
    hidden = {"source_hidden": True, "outputs_hidden": True}
    assert folded(cell(jupyter=hidden)) == [(Code, True), (Stream, True)]
    assert folded(cell(collapsed=True)) == [(Code, False), (Stream, True)]
    assert folded(cell(hide_input=True)) == [(Code, True), (Stream, False)]
    text = text_cell("words", metadata={"tags": [f"hide{mark}cell"]})
    assert folded(text) == [(Html, True)]


def test_an_error_brings_its_traceback_and_its_colours() -> None:
    def error(*traceback: str) -> Item:
        found = {"output_type": "error", "ename": "KeyError", "evalue": "'x'"}
        (item,) = items(outputs({**found, "traceback": list(traceback)}))
        return item

    place = "cell 1, output 1"
    assert error() == Error(place=place, text="KeyError: 'x'")
    assert error("\x1b[31mKeyError\x1b[39m: 'x'") == Error(
        place=place,
        text="KeyError: 'x'",
        traceback="KeyError: 'x'",
        styled=(("KeyError", "ansi-red-fg"), (": 'x'", "")),
    )
    cut = Error(place=place, text="KeyError: 'x'", traceback="line 3\nKeyError: 'x'")
    assert error("line 3") == cut


def test_a_picture_is_named_by_the_heading_right_above_it() -> None:
    picture = code_cell({"image/png": PIXEL}, source="")
    found = items(text_cell("# One\n\ntext\n\n## Two"), picture, picture, text_cell("x"), picture)
    assert [item.alt for item in found if isinstance(item, Figure)] == ["Two", "", ""]


def test_a_notebook_has_one_title() -> None:
    cells = [text_cell("words"), text_cell("### A *heading*\n\n# Another")]
    for metadata, title in ({"title": "Stated"}, "Stated"), ({}, "A heading"):
        nb = notebook(*cells, **metadata)
        assert notebook_title(nb, read_notebook(nb, SCREEN)) == title
    assert notebook_title(notebook(), []) is None


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"name": "julia-1.10", "language": "julia"}}, "julia"),
        ({}, "python"),
    ],
)
def test_code_has_the_language_of_its_kernel(metadata: Any, language: str) -> None:
    (code,) = [one for one in items(code_cell({}), **metadata) if isinstance(one, Code)]
    assert code.language == language


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("PNG", base64.b64decode(PIXEL)),
        ("GIF", base64.b64decode(GIF)),
        ("SVG", PLOT.encode()),
        ("WebP", WEBP),
        ("AVIF", b"\0\0\0\x1cftypavif"),
        ("JPEG", b"\xff\xd8\xff\xc0\0\x11\x08\0\x01\0\x01\x03\x01\x22\0"),
    ],
)
def test_each_type_of_picture_is_known_by_its_first_bytes(
    tmp_path: Path, name: str, raw: bytes
) -> None:
    (tmp_path / "picture.bin").write_bytes(raw)
    (found,) = items(text_cell("![a](picture.bin)"), folder=tmp_path)
    assert isinstance(found, Html)
    pictures = [node.picture for node in found.root.descendants() if node.tag == "img"]
    assert [picture.type.name if picture else None for picture in pictures] == [name]


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), st.lists, max_leaves=5))
def test_whatever_stands_in_a_cell_is_read(value: Any) -> None:
    cell = {"cell_type": value, "source": value, "metadata": value, "outputs": value}
    for kind in ("code", "markdown", "raw", value):
        items({**cell, "cell_type": kind})
