"""Pictures are published and printed without their metadata, and look as they did."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, ImageCms, PngImagePlugin

from prepkit.__main__ import main
from prepkit.handouts.layout import Layout
from prepkit.handouts.notebook import notebook_document
from prepkit.notebook.picture_metadata import base64_without_metadata, without_metadata
from prepkit.notebook.pictures import clean_pictures
from prepkit.packets.template import read_template

SECRET = "Ourimporttookninehours"
WORDS = SECRET.encode()
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{SECRET}</a></x:xmpmeta>'.encode()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(mode: str = "RGB", seed: int = 0) -> Image.Image:
    """Return a picture whose every pixel is its own."""
    size = (37, 23)
    raw = bytes((seed + 7 * n + n * n // 11) % 256 for n in range(37 * 23 * len(mode)))
    return Image.frombytes(mode, size, raw)


def exif(orientation: int) -> bytes:
    """Return Exif with a place, a name, a description and the way up."""
    said = Image.Exif()
    said[0x010E] = said[0x013B] = SECRET
    if orientation:
        said[0x0112] = orientation
    said.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: SECRET})
    content: bytes = said.tobytes()
    assert WORDS in content
    return content


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(orientation: int, **options: Any) -> bytes:
    raw = saved(
        picture(),
        "JPEG",
        exif=exif(orientation),
        xmp=XMP,
        comment=WORDS,
        icc_profile=PROFILE,
        **options,
    )
    # What Photoshop writes (APP13), and a small picture in the first part.
    extra = b"\xff\xed" + (2 + len(WORDS)).to_bytes(2, "big") + WORDS
    return raw[:2] + extra + raw[2:] + WORDS


def png(orientation: int, **options: Any) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", SECRET)
    said.add_text("Description", SECRET * 3, zip=True)
    said.add_itxt("Title", SECRET, "en", SECRET)
    raw = saved(
        picture("RGBA"),
        "PNG",
        pnginfo=said,
        exif=exif(orientation),
        icc_profile=PROFILE,
        dpi=(144, 144),
        **options,
    )
    own = b"prVt" + WORDS
    return (
        raw[:33]
        + len(WORDS).to_bytes(4, "big")
        + own
        + zlib.crc32(own).to_bytes(4, "big")
        + raw[33:]
        + WORDS
    )


def webp(orientation: int, **options: Any) -> bytes:
    return saved(
        picture("RGBA"), "WEBP", exif=exif(orientation), xmp=XMP, icc_profile=PROFILE, **options
    )


def gif(_orientation: int, **options: Any) -> bytes:
    return saved(picture(), "GIF", comment=WORDS, **options) + WORDS


def avif(orientation: int, **options: Any) -> bytes:
    return saved(
        picture("RGBA"), "AVIF", exif=exif(orientation), xmp=XMP, icc_profile=PROFILE, **options
    )


MORE = [picture("RGBA", seed) for seed in (50, 90)]
FILES: dict[str, Callable[[int], bytes]] = {
    "JPEG": jpeg,
    "progressive JPEG": lambda turn: jpeg(turn, progressive=True),
    "grey JPEG": lambda turn: saved(picture("L"), "JPEG", exif=exif(turn), comment=WORDS),
    "CMYK JPEG": lambda turn: saved(picture("CMYK"), "JPEG", exif=exif(turn), comment=WORDS),
    "JPEG with restarts": lambda turn: jpeg(turn, restart_marker_rows=1),
    "PNG": png,
    "animated PNG": lambda turn: png(turn, save_all=True, append_images=MORE, duration=90),
    "GIF": gif,
    "animated GIF": lambda turn: gif(turn, save_all=True, append_images=MORE, duration=90, loop=3),
    "WebP": webp,
    "lossless WebP": lambda turn: webp(turn, lossless=True),
    "animated WebP": lambda turn: webp(turn, save_all=True, append_images=MORE, duration=90),
    "AVIF": avif,
}


def frames(raw: bytes) -> list[tuple[str, bytes, Any]]:
    """Return what is seen of a picture: each frame's pixels, and how long it is shown."""
    image = Image.open(io.BytesIO(raw))
    seen = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        seen.append((image.mode, image.tobytes(), image.info.get("duration")))
    return seen


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("orientation", [0, 1, 6, 8])
def test_a_picture_loses_its_metadata_and_nothing_that_is_seen(name: str, orientation: int) -> None:
    raw = FILES[name](orientation)
    assert WORDS in raw
    clean = without_metadata(raw)
    assert WORDS not in clean
    assert len(clean) <= len(raw)
    assert frames(clean) == frames(raw)
    before, after = Image.open(io.BytesIO(raw)), Image.open(io.BytesIO(clean))
    density = ["dpi"] if "PNG" in name else ["jfif_density"]
    for seen in ("icc_profile", "loop", "transparency", "adobe", "background", *density):
        assert after.info.get(seen) == before.info.get(seen), seen
    said_of_it = ("comment", "xmp", "XML:com.adobe.xmp", "photoshop")
    assert [key for key in said_of_it if after.info.get(key, b"").strip()] == []
    if name not in ("GIF", "animated GIF", "AVIF"):
        said = dict(after.getexif())
        assert said == ({0x0112: orientation} if orientation > 1 else {})
    assert without_metadata(clean) == clean


def test_the_small_picture_in_a_jpeg_goes_too() -> None:
    raw = saved(picture(), "JPEG")
    small = b"\xff\xe0" + (16 + 3).to_bytes(2, "big") + raw[6:18] + b"\1\1abc"
    clean = without_metadata(raw[:2] + small + raw[20:])
    assert clean == raw
    extension = b"\xff\xe0\0\x0cJFXX\0\x10" + WORDS[:4]
    assert without_metadata(raw[:20] + extension + raw[20:]) == raw


@pytest.mark.parametrize("raw", [b"", b"<svg></svg>", b"GIF", b"RIFF\0\0\0\0WAVE"])
def test_other_files_stay_as_they_are(raw: bytes) -> None:
    assert without_metadata(raw) == raw


def test_base64_is_cleaned_also_without_its_end() -> None:
    raw = jpeg(6) + b"1" * (3 - (len(jpeg(6)) + 1) % 3)
    assert code(raw).endswith("=")
    clean = code(without_metadata(raw))
    assert base64_without_metadata(code(raw)) == clean
    assert base64_without_metadata(code(raw).rstrip("=")) == clean
    assert base64_without_metadata("AA") == "AA"


SAMPLES = [make(6) for make in FILES.values()]


@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_picture_is_cleaned_or_refused(raw: bytes, data: st.DataObject) -> None:
    damaged = bytearray(raw[: data.draw(st.integers(0, len(raw)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        without_metadata(bytes(damaged))


def code(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


SMALL = f"data:image/jpeg;base64,{code(jpeg(6))}"


def notebook() -> Any:
    """Return a notebook with pictures in all places."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f"<metadata>{SECRET}</metadata>"
        f'<!-- {SECRET} --><path d="M0 0h9v9z" data-note="{SECRET}"/>'
        f'<image width="9" height="9" href="{SMALL}"/></svg>'
    )
    outputs = [
        new_output("display_data", data={"image/png": code(png(0))}, metadata={"alt": "a"}),
        new_output("display_data", data={"image/jpeg": code(jpeg(6))}, metadata={"alt": "b"}),
        new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "c"}),
        new_output("display_data", data={"text/html": f'<img alt="d" src="{SMALL}">'}),
        new_output("display_data", data={"text/html": f"<p>e</p>{svg}"}),
    ]
    return new_notebook(
        cells=[
            new_markdown_cell(
                "# Pictures\n\n![f](attachment:a.jpg) ![g](beside.jpg)",
                attachments={"a.jpg": {"image/jpeg": code(jpeg(3))}},
            ),
            new_code_cell("show()", outputs=outputs, execution_count=1),
        ]
    )


def publish(folder: Path, nb: Any, *options: str) -> dict[str, bytes]:
    """Return the files of a site of one notebook."""
    (folder / "beside.jpg").write_bytes(jpeg(1))
    (folder / "a.ipynb").write_text(json.dumps(nb), "utf-8")
    assert main(["site", "a.ipynb", "--no-bank", "-o", "site", *options]) == 0
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    return {path.relative_to(folder / "site").as_posix(): path.read_bytes() for path in files}


def inside(content: bytes) -> list[bytes]:
    """Return a file and the pictures in it."""
    parts = content.split(b";base64,")[1:]
    return [content, *(base64.b64decode(part.split(b'"')[0]) for part in parts)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.long
def test_a_site_publishes_no_metadata(folder: Path) -> None:
    (folder / "public").mkdir()
    (folder / "public" / "preview.png").write_bytes(png(0))
    (folder / "public" / "cut.gif").write_bytes(b"GIF89a")
    (folder / "site.toml").write_text('files = "public"', "utf-8")
    files = publish(folder, notebook())
    assert len([name for name in files if name.startswith("files/")]) == 5
    for name, content in files.items():
        assert [part for part in inside(content) if WORDS in part] == [], name


@pytest.mark.long
def test_a_site_of_trusted_html_publishes_its_pictures_without_metadata(folder: Path) -> None:
    nb = notebook()
    trusted = [new_output("display_data", data={"text/html": f'<img src="{SMALL}">'})]
    script = f"<script>show('x', \"{SMALL}\")</script>"
    trusted += [new_output("display_data", data={"text/html": script})]
    nb.cells[1].outputs = trusted
    files = publish(folder, nb, "--trust-html")
    page = files["notebooks/a.html"]
    assert b"<script>show(" in page
    assert len(inside(page)) >= 2
    for name, content in files.items():
        assert [part for part in inside(content) if WORDS in part] == [], name


def test_a_handout_prints_no_metadata(tmp_path: Path) -> None:
    (tmp_path / "beside.jpg").write_bytes(jpeg(1))
    document = notebook_document(notebook(), Layout(), folder=tmp_path)
    assert len(document.pictures) == 7
    for drawing in document.pictures.values():
        assert [part for part in inside(drawing) if WORDS in part] == []


def test_the_pictures_in_a_notebook_lose_their_metadata() -> None:
    nb = notebook()
    clean_pictures(nb)
    carried = [data for output in nb.cells[1].outputs for data in output.data.values()]
    carried += [data for each in nb.cells[0].attachments.values() for data in each.values()]
    assert len(carried) == 6
    for data in carried:
        is_picture = not data.startswith("<")
        parts = [base64.b64decode(data)] if is_picture else inside(data.encode())[1:]
        assert [part for part in parts if WORDS in part] == []
        assert parts
    damaged = {"cells": [None, {"outputs": [{"data": {"image/png": "?", "image/jpeg": 3}}]}]}
    before = json.dumps(damaged)
    clean_pictures(damaged)
    assert json.dumps(damaged) == before


def test_the_pictures_of_a_template_are_stored_in_it_without_metadata(tmp_path: Path) -> None:
    (tmp_path / "beside.jpg").write_bytes(jpeg(6))
    nb = notebook()
    nb.cells.insert(0, new_code_cell("name = 'x'", metadata={"tags": ["parameters"]}))
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nb, tmp_path / "template.ipynb")
    template = json.loads(read_template(tmp_path / "template.ipynb").content)
    stored = [
        base64.b64decode(data)
        for cell in template["cells"]
        for bundle in cell.get("attachments", {}).values()
        for data in bundle.values()
    ]
    assert len(stored) == 2
    assert [raw for raw in stored if WORDS in raw] == []
