"""The pictures of a document: files that the template can read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from prepkit.notebook.pictures import TYPES, Picture, data_uri
from prepkit.notebook.svg import PIXEL

PRINTED = tuple(kind for kind in TYPES if kind.name != "AVIF")
"""The types of pictures that are printed, the best first."""

PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="80"><path d="M1 1h158v78H1z'
    b'M60 20l40 40m0-40l-40 40" fill="none" stroke="#8f989f" stroke-dasharray="4"/></svg>'
)
"""Printed in place of a picture that is damaged."""


# By the number with which Exif says which way is up: how its pixels have to be moved.
_TURNED = {
    2: ' transform="matrix(-1 0 0 1 {across} 0)"',
    3: ' transform="matrix(-1 0 0 -1 {across} {down})"',
    4: ' transform="matrix(1 0 0 -1 0 {down})"',
    5: ' transform="matrix(0 1 1 0 0 0)"',
    6: ' transform="matrix(0 1 -1 0 {down} 0)"',
    7: ' transform="matrix(0 -1 -1 0 {down} {across})"',
    8: ' transform="matrix(0 -1 1 0 0 {across})"',
}
_STYLED = re.compile(r"(?:^|[;\s])width\s*:\s*([^;]+)", re.IGNORECASE)
_WIDTH = re.compile(r"(\d{1,5}(?:\.\d{1,5})?)\s*(px|%|em|rem|cm|mm|in|pt)?")
_UNITS = {"px": PIXEL, "em": 10, "rem": 10, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72, "pt": 1}


class PrintedPictures:
    """Collects pictures. `files` maps the names that the template uses to the pictures' content."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def block(
        self, picture: Picture, alt: str, width: float | None = None, share: float | None = None
    ) -> dict[str, Any]:
        """Return the block of a picture.

        Parameters
        ----------
        picture
            A picture whose type is in `PRINTED`.
        alt
            What it shows, in words; may be empty.
        width
            In points; by default the width that the picture itself gives.
        share
            Its share of the width of the text, instead of a width.
        """
        name = f"pictures/{len(self.files)}.svg"
        self.files[name] = _as_drawing(picture)
        return {
            "t": "picture",
            "src": name,
            "alt": alt or "Picture",
            "width": width or picture.width,
            **({"share": share} if share else {}),
        }


def stated_width(attributes: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Return the width in points that an ``<img>`` states, or its share of the text's width."""
    styled = _STYLED.search(attributes.get("style", ""))
    width = styled[1] if styled else attributes.get("width", "")
    found = _WIDTH.fullmatch(width.strip())
    if not found or float(found[1]) == 0:
        return None, None
    if found[2] == "%":
        return None, min(float(found[1]) / 100, 1)
    return float(found[1]) * _UNITS[found[2] or "px"], None


def _as_drawing(picture: Picture) -> bytes:
    """Return a picture as SVG.

    Typst's Python binding takes files only as text, so a PNG or JPEG is embedded as a data URI.
    """
    if picture.pixels is None:
        return picture.content
    across, down = picture.pixels
    wide, high = (down, across) if picture.orientation > 4 else (across, down)
    turned = _TURNED.get(picture.orientation, "").format(across=across, down=down)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}"><image width="{across}" height="{down}"{turned}'
        f' href="{data_uri(picture)}"/></svg>'
    ).encode()
