"""Pictures of a notebook, wherever they are stored: found, checked, cleaned, measured.

`TYPES` is the only list of what counts as a picture.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, unquote_to_bytes

from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.html_tree import Node
from prepkit.notebook.picture_metadata import (
    base64_without_metadata,
    is_animation,
    orientation,
    without_metadata,
)
from prepkit.notebook.svg import MAX_BYTES, PIXEL, TOO_LARGE, PictureError, measured_svg
from prepkit.notebook.titles import NO_WORDS, PlotWords, svg_words
from prepkit.text import join_words

MAX_PIXELS = 50_000_000

_DATA_URI = re.compile(
    r"\s*data:\s*(image/[\w.+-]+)\s*(?:;[^,;]*)*?(;\s*base64\s*)?,(.*)", re.DOTALL | re.IGNORECASE
)
_STORED = re.compile(
    r"(data:image/(?:avif|gif|jpe?g|png|webp);base64,)([A-Za-z0-9+/=\s]*)", re.IGNORECASE
)
_ON_THE_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_NO_WIDTH = re.compile(r"(?<![a-z-])width:0(?![.\d])")

Size = tuple[int, int, float]
"""Width and height in pixels, and the width in points that the picture states."""


@dataclass(frozen=True, slots=True)
class PictureType:
    """A type of picture: its name, how its files end and begin, and how to measure it."""

    mime: str
    name: str
    suffix: str
    begins: re.Pattern[bytes]
    size: Callable[[bytes], Size | None] | None = None
    """Measures a file; None if the size isn't needed."""

    @property
    def is_drawing(self) -> bool:
        """Whether notebooks store it as text and not as base64."""
        return self.suffix == ".svg"


def _png_size(raw: bytes) -> Size | None:
    if len(raw) < 45 or not raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    across, down = int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
    place = raw.find(b"pHYs", 0, 4096)
    per_metre = int.from_bytes(raw[place + 4 : place + 8], "big") if place > 0 else 0
    # Resolutions under 25 dots per inch are mistakes of whatever wrote the file.
    return across, down, across / per_metre * 72 / 0.0254 if per_metre > 1000 else across * PIXEL


def _jpeg_size(raw: bytes) -> Size | None:
    place = 2
    while place + 9 < len(raw) and raw[place] == 0xFF:
        marker = raw[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            down = int.from_bytes(raw[place + 5 : place + 7], "big")
            across = int.from_bytes(raw[place + 7 : place + 9], "big")
            return across, down, across * PIXEL
        place += 2 + int.from_bytes(raw[place + 2 : place + 4], "big")
    return None


def _gif_size(raw: bytes) -> Size | None:
    if len(raw) < 14 or not raw.startswith(b"GIF8"):
        return None
    across, down = int.from_bytes(raw[6:8], "little"), int.from_bytes(raw[8:10], "little")
    return across, down, across * PIXEL


def _webp_size(raw: bytes) -> Size | None:
    if len(raw) < 26 or raw[8:12] != b"WEBP":
        return None
    match raw[12:16]:
        case b"VP8X":
            across = 1 + int.from_bytes(raw[24:27], "little")
            down = 1 + int.from_bytes(raw[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(raw[21:25], "little")
            across, down = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            across = int.from_bytes(raw[26:28], "little") & 0x3FFF
            down = int.from_bytes(raw[28:30], "little") & 0x3FFF
    return across, down, across * PIXEL


TYPES = (
    PictureType("image/svg+xml", "SVG", ".svg", re.compile(rb"(?s).*?<svg\b")),
    PictureType("image/png", "PNG", ".png", re.compile(rb"\x89PNG"), _png_size),
    PictureType("image/jpeg", "JPEG", ".jpg", re.compile(rb"\xff\xd8"), _jpeg_size),
    PictureType("image/gif", "GIF", ".gif", re.compile(rb"GIF8"), _gif_size),
    PictureType("image/webp", "WebP", ".webp", re.compile(rb"(?s)RIFF.{4}WEBP"), _webp_size),
    PictureType("image/avif", "AVIF", ".avif", re.compile(rb"(?s).{4}ftypavi[fs]")),
)
"""What counts as a picture, the best type first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown as it is."""

    type: PictureType
    content: bytes
    """The file, without metadata such as the place where a photo was taken.

    In a drawing, scripts and references to anything outside it are removed too.
    """
    width: float | None = None
    """In points, if the picture states it."""
    pixels: tuple[int, int] | None = None
    """Width and height as they are stored, if its type is measured."""
    orientation: int = 1
    """Which way is up, as Exif counts it; from 5 on, the picture lies on its side."""
    moves: bool = False
    """Whether it is an animation."""
    words: PlotWords = NO_WORDS
    """What a drawing calls itself."""
    has_html: bool = False
    """Whether the drawing had HTML in it, which is left out."""


class PictureFinder:
    """Finds the pictures that a notebook shows, of the types that an output can show.

    Parameters
    ----------
    types
        Those of `TYPES` that can be shown.
    shown
        The word for showing something: ``printed`` or ``published``.
    folder
        Where the notebook is, for the pictures that its text names by a path; with None, no file is
        read.
    root
        The folder that such pictures must be in; None for that of the notebook.
    fetch
        Returns a picture of another host; without it, none is fetched.
    """

    def __init__(
        self,
        types: tuple[PictureType, ...],
        shown: str,
        folder: Path | None,
        root: Path | None = None,
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self.types = types
        self._names = join_words([one.name for one in types], "or")
        self._shown = shown
        self._folder = folder
        self._root = root
        self._fetch = fetch

    def stored(self, kind: PictureType, data: str) -> Picture:
        """Return a picture from the data of an output or an attachment.

        Raises
        ------
        PictureError
            If it is broken, too large, or of another type.
        """
        if not kind.is_drawing:
            return self._checked(kind, _decoded(data))
        # Attachments have drawings in base64, outputs as text.
        return _drawing(data if "<svg" in data else _decoded(data).decode("utf-8", "replace"))

    def named(self, source: str, attachments: Mapping[str, Any]) -> Picture:
        """Return the picture that Markdown or HTML names by `source`.

        Raises
        ------
        PictureError
            If it is neither in the notebook nor in its folder, or as `stored`.
        """
        if uri := _DATA_URI.fullmatch(source):
            raw = _decoded(unquote(uri[3])) if uri[2] else unquote_to_bytes(uri[3])
            return self._checked(self._type(mime=uri[1].lower()), raw)
        if source.startswith("attachment:"):
            bundle = _attached(source.removeprefix("attachment:"), attachments)
            for kind in self.types:
                if kind.mime in bundle:
                    return self.stored(kind, joined(bundle[kind.mime]))
            raise PictureError(
                f"no picture of this name ({self._names}) is stored with the cell; paste it again"
            )
        if _ON_THE_WEB.match(source):
            if self._fetch:
                raw = self._fetch(source)
                return self._checked(self._type(raw=raw), raw)
            raise PictureError(
                "pictures are not fetched from the web; save it next to the notebook"
            )
        if self._folder is None:
            raise PictureError(f"only pictures stored in the notebook are {self._shown}")
        raw = _read_beside(source, self._folder, self._root, self._shown)
        return self._checked(self._type(raw=raw), raw)

    def _type(self, *, mime: str = "", raw: bytes = b"") -> PictureType:
        for kind in self.types:
            if kind.mime == mime or (not mime and kind.begins.match(raw)):
                return kind
        raise PictureError(f"it is not an {self._names} picture")

    def _checked(self, kind: PictureType, raw: bytes) -> Picture:
        if kind.is_drawing:
            return _drawing(raw.decode("utf-8", "replace"))
        if len(raw) > MAX_BYTES:
            raise PictureError(TOO_LARGE)
        size = kind.size(raw) if kind.size else None
        if not kind.begins.match(raw) or (kind.size and size is None):
            raise PictureError(f"it is not a {kind.name} picture")
        try:
            raw = without_metadata(raw)
        except ValueError:
            raise PictureError(f"its data ({kind.name}) is damaged") from None
        if size is None:
            return Picture(kind, raw)
        across, down, points = size
        if not 0 < across * down <= MAX_PIXELS:
            raise PictureError(
                f"it has {across} x {down} pixels; at most {MAX_PIXELS:,} are {self._shown}"
            )
        up = orientation(raw)
        width = points * down / across if up > 4 else points
        return Picture(kind, raw, width, (across, down), up, is_animation(raw))


def find_drawing(node: Node, shown: str, above: str = "") -> None:
    """Turn an ``<svg>`` element in HTML into an ``<img>`` with a picture and its alternative text.

    If it is hidden or can't be shown, it becomes a ``<template>``, which shows nothing. If it isn't
    closed, only its texts stay. Notices about either are added to the node.

    Parameters
    ----------
    node
        The element, which is changed.
    shown
        The word for showing something: ``printed`` or ``published``.
    above
        The heading or caption above, used for a drawing without a title.
    """
    attributes, node.attributes = node.attributes, {}
    if not node.source:
        node.tag = "span"
        node.notices = (f"it holds a drawing (SVG) that isn't closed; its text is {shown}",)
        return
    node.tag = "template"
    style = attributes.get("style", "").replace(" ", "").casefold()
    if "display:none" in style or _NO_WIDTH.search(style) or attributes.get("width") == "0":
        return
    try:
        node.picture = _drawing(node.source)
    except PictureError as error:
        node.notices = (f"a drawing is left out: {error}",)
        return
    node.tag, node.attributes = "img", {"alt": node.picture.words.alt(above)}
    node.notices = html_notices(node.picture, shown)


def html_notices(picture: Picture, shown: str) -> tuple[str, ...]:
    """Return the notices for a picture of which not all is shown."""
    if picture.has_html:
        return (f"a drawing has HTML in it (foreignObject), which is not {shown}",)
    if picture.moves and shown == "printed":
        return ("of an animation, the first picture is printed",)
    return ()


def is_on_the_web(source: str) -> bool:
    """Return whether the address of a picture is on another host."""
    return _ON_THE_WEB.match(source) is not None and not source.startswith(("attachment:", "data:"))


def data_uri(picture: Picture) -> str:
    """Return a ``data:`` address, with which a page shows a picture that isn't a file."""
    return f"data:{picture.type.mime};base64,{base64.b64encode(picture.content).decode()}"


def without_metadata_inside(html: str) -> str:
    """Return HTML, or any other text, in which the pictures have no metadata."""
    return _STORED.sub(_cleaned, html) if "data:image/" in html else html


def clean_pictures(nb: Mapping[str, Any]) -> None:
    """Remove the metadata of all pictures in a notebook, wherever they are stored."""
    for cell in map(mapping, sequence(nb.get("cells"))):
        outputs = [mapping(output).get("data") for output in sequence(cell.get("outputs"))]
        for bundle in (*outputs, *mapping(cell.get("attachments")).values()):
            _clean_bundle(bundle)
        source = joined(cell.get("source"))
        if isinstance(cell, MutableMapping) and "data:image/" in source:
            cell["source"] = without_metadata_inside(source)


def _clean_bundle(bundle: object) -> None:
    if not isinstance(bundle, MutableMapping):
        return
    for kind in TYPES:
        if kind.mime in bundle and not kind.is_drawing:
            with suppress(ValueError):  # a damaged picture, which shows nothing
                stored = joined(bundle[kind.mime])
                if (clean := base64_without_metadata(stored)) != stored:
                    bundle[kind.mime] = clean
    for mime in ("text/html", "text/markdown", "image/svg+xml"):
        if "data:image/" in (text := joined(bundle.get(mime))):
            bundle[mime] = without_metadata_inside(text)


def _cleaned(stored: re.Match[str]) -> str:
    try:
        return f"{stored[1]}{base64_without_metadata(stored[2])}"
    except ValueError:  # a damaged picture shows nothing
        return stored[1]


def _attached(name: str, attachments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the attachment of a name, whichever of the two is written in an encoded form."""
    plain = normalize("NFC", unquote(name))
    for known in (name, unquote(name)):
        if known in attachments:
            return mapping(attachments[known])
    return next(
        (
            mapping(one)
            for key, one in attachments.items()
            if normalize("NFC", unquote(key)) == plain
        ),
        {},
    )


def _drawing(text: str) -> Picture:
    if "<svg" not in text.casefold():
        raise PictureError("it is not an SVG drawing")
    content, width = measured_svg(text)
    has_html = "<foreignobject" in text.casefold()
    return Picture(TYPES[0], content, width, words=svg_words(text), has_html=has_html)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        raise PictureError("its data (base64) is damaged") from None


def _read_beside(source: str, folder: Path, root: Path | None, shown: str) -> bytes:
    """Return the file that `source`, a relative URL, names; nothing outside `root`.

    Without a `root`, that is the notebook's own folder. A path that begins with a slash begins in
    the `root`.
    """
    name = unquote(re.split(r"[?#]", source)[0])
    where = "the folders that you publish" if root else "the folder of the notebook"
    outside = PictureError(f"only pictures in {where} are {shown}")
    leaves = not root and (name.startswith("/") or ".." in re.split(r"[/\\]", name))
    if name.startswith(("\\", "~")) or "\0" in name or leaves:
        raise outside
    try:
        home = (root or folder).resolve(strict=True)
        start = home if name.startswith("/") else folder.resolve(strict=True)
        path = (start / name.lstrip("/")).resolve(strict=True)
        if not path.is_relative_to(home) or (root and _is_hidden(path.relative_to(home))):
            raise outside
        if not path.is_file():
            raise PictureError("it is not a file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError("there is no such file next to the notebook") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        raise PictureError(f"it can't be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise PictureError(TOO_LARGE)
    return raw


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
