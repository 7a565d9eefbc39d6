"""Files inside a notebook that a page can only offer: PDFs, videos, sounds, tables. Pure."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from prepkit.notebook.svg import MAX_BYTES

# What a browser would show as a page of the site (HTML, SVG) must never be in this list: a file
# opened at the site's address may do there whatever the site itself may do.
_TYPES = {
    "application/pdf": ("PDF", ".pdf"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("Excel file", ".xlsx"),
    "application/zip": ("ZIP file", ".zip"),
    "application/json": ("JSON file", ".json"),
    "audio/flac": ("sound (FLAC)", ".flac"),
    "audio/mp3": ("sound (MP3)", ".mp3"),
    "audio/mp4": ("sound (MP4)", ".m4a"),
    "audio/mpeg": ("sound (MP3)", ".mp3"),
    "audio/ogg": ("sound (Ogg)", ".ogg"),
    "audio/wav": ("sound (WAV)", ".wav"),
    "audio/x-wav": ("sound (WAV)", ".wav"),
    "image/bmp": ("picture (BMP)", ".bmp"),
    "image/tiff": ("picture (TIFF)", ".tiff"),
    "text/csv": ("CSV file", ".csv"),
    "text/plain": ("text file", ".txt"),
    "video/mp4": ("video (MP4)", ".mp4"),
    "video/ogg": ("video (Ogg)", ".ogv"),
    "video/webm": ("video (WebM)", ".webm"),
}
OUTPUT_TYPES = tuple(mime for mime in _TYPES if mime not in ("application/json", "text/plain"))
"""The types whose data in an output is a file in base64."""

_ADDRESS = re.compile(r"\s*data:\s*([\w.+-]+/[\w.+-]+)?((?:\s*;[^,;]*)*),", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is offered and not shown."""

    name: str
    """What it is, such as ``PDF`` or ``video (MP4)``."""
    suffix: str
    """How the name of such a file ends: ``.pdf``."""
    content: bytes

    @property
    def label(self) -> str:
        """What it is, and how large."""
        size = len(self.content)
        for unit in ("bytes", "KB"):
            if size < 1000:
                return f"{self.name}, {size} {unit}"
            size = -(-size // 1000)
        return f"{self.name}, {size:,} MB"


def stored_file(mime: str, data: str) -> StoredFile | None:
    """Return the file of an output; None if it is no file to offer, damaged or too large."""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        return None
    return _file(mime, content)


def file_in_address(address: str) -> StoredFile | None:
    """Return the file that a ``data:`` address holds; None as for `stored_file`."""
    head = _ADDRESS.match(address)
    if head is None:
        return None
    mime, options = (head[1] or "text/plain").lower(), head[2].lower().replace(" ", "")
    content = unquote_to_bytes(address[head.end() :])
    if options.endswith(";base64"):
        return stored_file(mime, content.decode("ascii", "replace"))
    return _file(mime, content)


def _file(mime: str, content: bytes) -> StoredFile | None:
    if mime not in _TYPES or not 0 < len(content) <= MAX_BYTES:
        return None
    return StoredFile(*_TYPES[mime], content)
