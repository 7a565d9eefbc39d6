"""Pictures of a notebook: which way up they are, whether they move, how their names are written."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image, ImageOps

from prepkit.handouts import Layout
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.pictures import PrintedPictures
from prepkit.notebook.items import Figure, Html, Missing
from prepkit.notebook.pictures import TYPES, Picture, PictureFinder
from tests.site_samples import PIXEL, code_cell, notebook, text_cell
from tests.test_notebook_reader import PAPER, SCREEN, items

MIMES = {kind.name: kind.mime for kind in TYPES}
SIZE = (40, 20)


def corner() -> Image.Image:
    """Return a white picture that is red in its upper left corner."""
    picture = Image.new("RGB", SIZE, "white")
    picture.paste((255, 0, 0), (0, 0, 10, 10))
    return picture


def stored(kind: str, picture: Image.Image, **options: Any) -> str:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()


def found(kind: str, code: str) -> Picture:
    finder = PictureFinder(TYPES, "printed", None)
    return finder.stored(next(one for one in TYPES if one.name == kind), code)


def red_corners(picture: Image.Image) -> list[bool]:
    across, down = picture.size
    places = [(2, 2), (across - 3, 2), (2, down - 3), (across - 3, down - 3)]
    pixels = [picture.convert("RGB").getpixel(place) for place in places]
    return [isinstance(pixel, tuple) and pixel[1] < 128 for pixel in pixels]


@pytest.mark.parametrize("number", range(1, 9))
def test_a_photo_is_printed_the_right_way_up(number: int) -> None:
    import typst

    exif = Image.Exif()
    exif[0x0112] = number
    code = stored("JPEG", corner(), exif=exif, quality=95, subsampling=0)
    with Image.open(io.BytesIO(base64.b64decode(code))) as photo:
        upright = ImageOps.exif_transpose(photo)
    pictures = PrintedPictures()
    block = pictures.block(found("JPEG", code), "A corner")
    assert block["width"] == upright.width * 0.75
    across, down = upright.size
    page = (
        f'#set page(width: {across}pt, height: {down}pt, margin: 0pt)\n#image("a.svg", width: 100%)'
    )
    files = {"main.typ": page.encode(), "a.svg": pictures.files[block["src"]]}
    drawn = typst.compile(files, format="png", ppi=72)  # type: ignore[call-overload]
    with Image.open(io.BytesIO(drawn)) as printed:
        assert printed.size == upright.size
        assert red_corners(printed) == red_corners(upright)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("GIF", {}), ("WebP", {}), ("WebP", {"lossless": True}), ("PNG", {}), ("JPEG", {})],
)
def test_pictures_are_measured(kind: str, options: dict[str, Any]) -> None:
    picture = found(kind, stored(kind, corner(), **options))
    assert (picture.pixels, picture.orientation, picture.moves) == (SIZE, 1, False)


@pytest.mark.parametrize("kind", ["GIF", "WebP", "PNG"])
def test_of_an_animation_the_first_picture_is_printed_and_it_is_said(kind: str) -> None:
    more = [Image.new("RGB", SIZE, "blue")]
    code = stored(kind, corner(), save_all=True, append_images=more)
    cell = code_cell({MIMES[kind]: code}, source="", alt="A film")
    cell["outputs"][0]["metadata"] = {"alt": "A film"}
    (figure,) = items(cell, medium=SCREEN)
    assert isinstance(figure, Figure)
    assert figure.picture.moves
    document = notebook_document(notebook(cell), Layout())
    assert document.notices == ("cell 1, output 1: of an animation, the first picture is printed",)
    assert len(document.pictures) == 1


@pytest.mark.parametrize(
    "source",
    [
        "data:image/png;base64, {}",
        " data:image/png; base64,{}",
        "data: image/png ;base64,{}",
        "DATA:IMAGE/PNG;BASE64,{}",
        "data:image/png;charset=utf-8;base64,{}",
    ],
)
def test_addresses_that_hold_a_picture_may_have_blanks(source: str) -> None:
    quoted = PIXEL.replace("+", "%2B").replace("=", "%3D")
    for code in (PIXEL, f"{PIXEL[:20]} {PIXEL[20:]}", quoted):
        html = f'<img alt="x" src="{source.format(code)}">'
        (item,) = items(code_cell({"text/html": html}, source=""))
        assert isinstance(item, Html)
        assert [node.picture is not None for node in item.root.descendants()] == [True]


@pytest.mark.parametrize(
    ("written", "stored_as"),
    [
        ("a%20plot.png", "a plot.png"),
        ("a%20plot.png", "a%20plot.png"),
        ("a.png", "a.png"),
        ("100%.png", "100%.png"),
        ("Bl%C3%BCte.png", "Blüte.png"),
        ("Blüte.png", "Blu\N{COMBINING DIAERESIS}te.png"),
    ],
)
def test_attachments_are_found_however_their_names_are_written(
    written: str, stored_as: str
) -> None:
    cell = text_cell(
        f'<img alt="x" src="attachment:{written}">',
        attachments={"another.png": {}, stored_as: {"image/png": PIXEL}},
    )
    for medium in (SCREEN, PAPER):
        found = items(cell, medium=medium)
        assert not any(isinstance(item, Missing) for item in found)
        (item,) = found
        assert isinstance(item, Html)
        assert [bool(node.picture) for node in item.root.descendants() if node.tag == "img"] == [
            True
        ]
