"""Pictures of a notebook -> files that the template may read: checked, cleaned, measured."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

MIMES = ("image/svg+xml", "image/png", "image/jpeg")
"""The kinds of picture that are printed, the best first."""

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000

PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="80"><path d="M1 1h158v78H1z'
    b'M60 20l40 40m0-40l-40 40" fill="none" stroke="#8f989f" stroke-dasharray="4"/></svg>'
)
"""Stands where a picture could not be set."""

_CSS_PIXEL = 0.75  # points
_UNITS = {"": 0.75, "px": 0.75, "pt": 1.0, "in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54}
_DATA_URI = re.compile(r"data:(image/(?:svg\+xml|png|jpeg))(?:;[^,;]*)*?(;base64)?,(.*)", re.DOTALL)
_ON_THE_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
# Whatever an SVG file refers to must lie within it.
_OUTSIDE_REFERENCE = re.compile(
    r"""\s(?:xlink:)?href\s*=\s*(?:"(?!\s*(?:data:image/|\#))[^"]*"|'(?!\s*(?:data:image/|\#))[^']*')""",
    re.IGNORECASE,
)
_OUTSIDE_URL = re.compile(r"""url\(\s*(?!["']?\s*(?:\#|data:))[^)]*\)""", re.IGNORECASE)
_ACTIVE = re.compile(
    r"<(script|foreignObject)\b[^>]*(?:/>|>.*?</\1\s*>)|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>|<\?xml-stylesheet.*?\?>",
    re.IGNORECASE | re.DOTALL,
)


class PictureError(ValueError):
    """A picture that cannot be printed; the text says why."""


class Pictures:
    """The pictures of one document: `files` maps the names the template uses to their bytes.

    Parameters
    ----------
    folder
        Where the notebook is: pictures that its text names by a path are read from in there, and
        from nowhere else. None reads no file.
    notice
        Told what of a picture is not printed.
    """

    def __init__(
        self, folder: Path | None = None, notice: Callable[[str], None] = lambda text: None
    ) -> None:
        self.files: dict[str, bytes] = {}
        self._folder = folder
        self._notice = notice

    def add(self, mime: str, data: str, *, alt: str, width: float | None = None) -> dict[str, Any]:
        """Return the block of a picture from an output's data: SVG as text, others as base64.

        Parameters
        ----------
        mime
            One of `MIMES`.
        data
            The picture as a notebook stores it.
        alt
            What it shows, for those who don't see it; not empty.
        width
            In points; by default the width that the picture itself states.

        Raises
        ------
        PictureError
            If it is broken, too large, or of another kind.
        """
        if mime == "image/svg+xml":
            content, own_width = _svg(data)
            if "<foreignobject" in data.casefold():
                self._notice("a drawing has HTML in it (foreignObject), which is not printed")
        else:
            content, own_width = _raster(mime, data)
        name = f"pictures/{len(self.files)}.svg"
        self.files[name] = content
        return {"t": "picture", "src": name, "alt": alt, "width": width or own_width}

    def find(
        self,
        source: str,
        attachments: Mapping[str, Mapping[str, str]],
        *,
        alt: str,
        width: float | None = None,
    ) -> dict[str, Any]:
        """Return the block of the picture that Markdown or HTML names by `source`.

        Raises
        ------
        PictureError
            If it is neither in the notebook nor in its folder, or as `add`.
        """
        uri = _DATA_URI.fullmatch(source)
        if uri:
            mime, is_base64, data = uri.groups()
            if mime == "image/svg+xml":
                raw = _decoded(data) if is_base64 else unquote_to_bytes(data)
                data = raw.decode("utf-8", "replace")
            elif not is_base64:
                data = base64.b64encode(unquote_to_bytes(data)).decode()
            return self.add(mime, data, alt=alt, width=width)
        if source.startswith("attachment:"):
            bundle = attachments.get(source.removeprefix("attachment:"), {})
            for mime in MIMES:
                if mime in bundle:
                    return self.add(mime, "".join(bundle[mime]), alt=alt, width=width)
            raise PictureError("the cell has no such attachment, or not as SVG, PNG or JPEG")
        if _ON_THE_WEB.match(source):
            raise PictureError("pictures are not fetched from the web")
        if self._folder is None:
            raise PictureError("only pictures stored in the notebook are printed")
        mime, data = _stored(source, self._folder)
        return self.add(mime, data, alt=alt, width=width)


def _stored(source: str, folder: Path) -> tuple[str, str]:
    """Return the kind and the data, as a notebook would store it, of a picture in `folder`.

    `source` is a relative URL; whatever it names, only a plain file within the folder is read.
    """
    name = unquote(re.split(r"[?#]", source)[0])
    if name.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", name) or "\0" in name:
        raise PictureError("only pictures in the folder of the notebook are printed")
    try:
        home = folder.resolve(strict=True)
        path = (home / name).resolve(strict=True)
        if not path.is_relative_to(home):
            raise PictureError("only pictures in the folder of the notebook are printed")
        if not path.is_file():
            raise PictureError("it is not a file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError("there is no such file beside the notebook") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        raise PictureError(f"it can't be read: {reason}") from None
    if raw.startswith(b"\x89PNG"):
        return "image/png", base64.b64encode(raw).decode()
    if raw.startswith(b"\xff\xd8"):
        return "image/jpeg", base64.b64encode(raw).decode()
    if b"<svg" in raw:
        return "image/svg+xml", raw.decode("utf-8", "replace")
    raise PictureError("it is not an SVG, PNG or JPEG picture")


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        raise PictureError("its base64 is damaged") from None


def _svg(text: str) -> tuple[bytes, float | None]:
    """Return a drawing without references to anything outside it, and its width in points."""
    if len(text) > MAX_BYTES:
        raise PictureError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    clean = _OUTSIDE_URL.sub("none", _OUTSIDE_REFERENCE.sub("", _ACTIVE.sub("", text)))
    start = re.search(r"<svg\b[^>]*>", clean)
    if start is None or "<!ENTITY" in clean:
        raise PictureError("it is not a plain SVG drawing")
    if not re.search(r"\bxmlns\s*=", start.group()):
        clean = clean.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    size = re.search(r"""\swidth\s*=\s*["']([\d.]+)(pt|px|in|mm|cm|)["']""", start.group())
    box = re.search(r"""viewBox\s*=\s*["'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)""", start.group())
    width = (
        float(size.group(1)) * _UNITS[size.group(2)]
        if size
        else float(box.group(1)) * _CSS_PIXEL
        if box
        else None
    )
    return clean.encode("utf-8", "replace"), width


def _raster(mime: str, data: str) -> tuple[bytes, float | None]:
    """Return a PNG or JPEG inside an SVG, and its width in points.

    The Python binding of Typst takes its files as text, so a raster travels as a data URI.
    """
    raw = _decoded(data)
    if len(raw) > MAX_BYTES:
        raise PictureError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    size = _png_size(raw) if mime == "image/png" else _jpeg_size(raw)
    if size is None:
        raise PictureError(f"it is not a {mime.removeprefix('image/').upper()} picture")
    across, down, points = size
    if not 0 < across * down <= MAX_PIXELS:
        raise PictureError(f"it has {across} x {down} pixels; {MAX_PIXELS:,} are printed at most")
    code = base64.b64encode(raw).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}"'
        f' viewBox="0 0 {across} {down}"><image width="{across}" height="{down}"'
        f' href="data:{mime};base64,{code}"/></svg>'
    )
    return svg.encode(), points


def _png_size(raw: bytes) -> tuple[int, int, float] | None:
    """Return a PNG's pixels across and down, and the width in points that it states."""
    if len(raw) < 45 or not raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    across, down = int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
    place = raw.find(b"pHYs", 0, 4096)
    per_metre = int.from_bytes(raw[place + 4 : place + 8], "big") if place > 0 else 0
    # Resolutions under 25 dots an inch are mistakes of whatever wrote the file.
    points = across / per_metre * 72 / 0.0254 if per_metre > 1000 else across * _CSS_PIXEL
    return across, down, points


def _jpeg_size(raw: bytes) -> tuple[int, int, float] | None:
    """Return a JPEG's pixels across and down, and its width in points at 96 dots an inch."""
    if not raw.startswith(b"\xff\xd8"):
        return None
    place = 2
    while place + 9 < len(raw) and raw[place] == 0xFF:
        marker = raw[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            down = int.from_bytes(raw[place + 5 : place + 7], "big")
            across = int.from_bytes(raw[place + 7 : place + 9], "big")
            return across, down, across * _CSS_PIXEL
        place += 2 + int.from_bytes(raw[place + 2 : place + 4], "big")
    return None
