"""Files that people send instead of their notebook: what each is, and what to ask for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Foreign(NamedTuple):
    """A kind of file in which no answers are looked for."""

    problem: str
    """What it is, and why nothing was read, as a sentence."""
    request: str
    """What its student is to be asked, as the end of a sentence."""


_NOTEBOOK = "for the notebook itself: the file whose name ends in .ipynb"
_TYPED = "to paste the texts into the forms of the fill-in notebook, and to send that"

_KINDS: tuple[tuple[tuple[str, ...], Foreign], ...] = (
    (
        (".docx", ".doc", ".odt", ".rtf", ".pages", ".gdoc", ".dotx", ".docm", ".wps"),
        Foreign("a text document, which can't be read here.", _TYPED),
    ),
    ((".pdf",), Foreign("a PDF, which can't be read here.", _NOTEBOOK)),
    (
        (".png", ".jpg", ".jpeg", ".heic", ".heif", ".gif", ".webp", ".bmp", ".tif", ".tiff"),
        Foreign("a picture, in which no text can be read.", _NOTEBOOK),
    ),
    (
        (".html", ".htm", ".mhtml", ".mht", ".webarchive"),
        Foreign(
            "a web page, which doesn't hold what was typed into it.",
            "for the notebook, or for the file that the page's own button saves",
        ),
    ),
    (
        (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".numbers", ".gsheet", ".pptx", ".ppt", ".key"),
        Foreign("a table or slides, which can't be read here.", _TYPED),
    ),
    (
        (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".mp4", ".mov", ".webm", ".mkv", ".avi"),
        Foreign("a recording, which is not listened to.", _NOTEBOOK),
    ),
    (
        (".eml", ".msg", ".mbox"),
        Foreign(
            "a mail. Save the files that are attached to it into the folder, then collect again.",
            "",
        ),
    ),
    (
        (".rar", ".7z", ".zipx", ".sit", ".dmg", ".iso", ".cab", ".zst", ".lz4"),
        Foreign(
            "an archive of a kind that isn't opened here. Unpack it yourself into the folder, then "
            "collect again.",
            "",
        ),
    ),
    (
        (".lnk", ".url", ".webloc", ".desktop", ".gslides", ".alias"),
        Foreign("a shortcut, and not the file that it leads to.", _NOTEBOOK),
    ),
    (
        (".crdownload", ".part", ".partial", ".download", ".tmp", ".icloud", ".opdownload"),
        Foreign("a download that isn't finished.", "to send the file again, if it doesn't come"),
    ),
    (
        (".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".lock"),
        Foreign("something that a program keeps beside its file.", _NOTEBOOK),
    ),
)
_BY_SUFFIX = {suffix: kind for suffixes, kind in _KINDS for suffix in suffixes}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"{\\rtf", ".rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"Rar!\x1a", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"<!DOCTYPE html", ".html"),
    (b"<html", ".html"),
    (b"PK\3\4", ".docx"),
)

UNKNOWN = Foreign("not a file of answers.", _NOTEBOOK)
"""What isn't known otherwise."""
PLAIN_TEXT = Foreign(
    "a text in which the answers aren't marked as in an export, so it isn't known which text "
    "answers which question.",
    _TYPED,
)
"""A text that somebody has written."""
EMPTY = Foreign("it has no content at all (0 bytes).", "to send it again")


def foreign(place: Path, head: bytes) -> Foreign | None:
    """Return what kind of file it is if no answers are in any file of that kind, else None.

    Parameters
    ----------
    place
        Its name.
    head
        How it begins, which counts more than its name.
    """
    for mark, suffix in _MAGIC:
        if head.startswith(mark) or head[: len(mark)].upper() == mark.upper():
            return _BY_SUFFIX.get(place.suffix.casefold(), _BY_SUFFIX[suffix])
    return _BY_SUFFIX.get(place.suffix.casefold())
