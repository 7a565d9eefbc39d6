"""Write and remove files, but keep every file that somebody has changed, under a new name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from prepkit.packets.storage import Output


def put(output: Output, name: str, content: bytes, *, known: Collection[str]) -> str | None:
    """Write a file; if somebody has changed the old one, it is kept next to the new one.

    Parameters
    ----------
    known
        The digests of all that prepkit may have written to this file before.

    Returns
    -------
    str or None
        The name under which a changed file was kept; None if none was.
    """
    present = output.read(name)
    if present == content:
        return None
    kept = _keep_changed(output, name, present, known)
    output.write(name, content)
    return kept


def withdraw(output: Output, name: str, *, known: Collection[str]) -> str | None:
    """Remove a file, if it is there; if somebody has changed it, it gets another name instead.

    Parameters
    ----------
    known
        The digests of all that prepkit may have written to this file before.

    Returns
    -------
    str or None
        The name under which a changed file was kept; None if none was.
    """
    kept = _keep_changed(output, name, output.read(name), known)
    output.remove(name)
    return kept


def _keep_changed(
    output: Output, name: str, present: bytes | None, known: Collection[str]
) -> str | None:
    """Write a changed file under a free name, and return the name; None if it is not changed."""
    if present is None or content_digest(present) in known:
        return None
    stem, _, suffix = name.rpartition(".")
    number = 1
    while True:
        kept = f"{stem} (kept{f' {number}' if number > 1 else ''}).{suffix}"
        there = output.read(kept)
        if there is None:
            output.write(kept, present)
        if there in (None, present):
            return kept
        number += 1


def content_digest(content: bytes) -> str:
    """Return the first 32 hexadecimal digits of a SHA-256, for keys and manifests."""
    # Not `files.digest`, because the manifests of earlier versions hold digests of this form.
    return hashlib.sha256(content).hexdigest()[:32]
