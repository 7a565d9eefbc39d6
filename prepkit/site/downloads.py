"""What visitors can take with them: a notebook as it is published. Pure.

The file has what its page shows, and no more: no state of widgets, no metadata of whoever ran it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.mime import HAND_IN_MIME, WIDGET_VIEW
from prepkit.notebook.pictures import TYPES, clean_pictures
from prepkit.notebook.svg import PictureError, measured_svg
from prepkit.notebook.upgrade import completed

_NOTEBOOK = frozenset({"authors", "date", "kernelspec", "language_info", "title"})
_CELL = frozenset({"collapsed", "jupyter", "slideshow", "tags"})
_OUTPUT = frozenset({"alt", "isolated", "needs_background"})
_CLEANED = frozenset(kind.mime for kind in TYPES)
_SHOWN_OF_WIDGET = frozenset({"text/html", "text/latex", "text/markdown", *_CLEANED})
_SVG = "image/svg+xml"
_WITH_DRAWINGS = frozenset({"text/html", "text/markdown"})
_DRAWING = re.compile(r"<(?:(/)svg\s*>|svg\b)", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WIDGET_TEXT = "This part only works in the notebook."


def published_notebook(nb: Mapping[str, Any]) -> bytes:
    """Return a notebook of format 4 as a file that anybody may have."""
    return f"{json.dumps(published(nb), ensure_ascii=True, indent=1)}\n".encode()


def published(nb: Mapping[str, Any]) -> dict[str, Any]:
    """Return what anybody may have of a notebook of format 4.

    Cells, sources and outputs that its tags remove from the page are removed. So are the state of
    widgets, whose text a visitor may not see, metadata but for what a reader needs, metadata inside
    pictures, and attachments that are no pictures.
    """
    clean = completed({"cells": list(_cells(nb))})
    clean["metadata"] = _metadata(mapping(nb.get("metadata")))
    clean_pictures(clean)
    for cell in clean["cells"]:
        _clean_drawings(cell)
    return clean


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reader needs of a notebook's metadata, in the form that programs expect."""
    kept = {key: metadata[key] for key in metadata if key in _NOTEBOOK}
    for key, least in (("kernelspec", {"name", "display_name"}), ("language_info", {"name"})):
        named = mapping(kept.get(key))
        if key in kept and not all(isinstance(named.get(each), str) for each in least):
            del kept[key]
    if not isinstance(kept.get("authors", []), list) or not isinstance(kept.get("title", ""), str):
        kept = {key: one for key, one in kept.items() if key not in ("authors", "title")}
    return kept


def _cells(nb: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in map(mapping, sequence(nb.get("cells"))):
        kind, metadata = cell.get("cell_type"), mapping(cell.get("metadata"))
        tags = {joined(tag).replace("_", "-") for tag in sequence(metadata.get("tags"))}
        if "remove-cell" in tags or kind not in ("code", "markdown", "raw"):
            continue
        kept = {
            "cell_type": kind,
            "id": name if _ID.fullmatch(name := joined(cell.get("id"))) else None,
            "metadata": {key: metadata[key] for key in metadata if key in _CELL},
            "source": joined(cell.get("source")),
        }
        if kind == "code":
            outputs = () if "remove-output" in tags else sequence(cell.get("outputs"))
            kept["outputs"] = list(filter(None, map(_output, map(mapping, outputs))))
            kept["execution_count"] = _count(cell)
            if "remove-input" in tags:
                kept["source"] = ""
        elif attachments := _attachments(cell):
            kept["attachments"] = attachments
        yield kept


def _count(found: Mapping[str, Any]) -> int | None:
    count = found.get("execution_count")
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _clean_drawings(cell: dict[str, Any]) -> None:
    """Leave in the drawings of a cell what its page has of them; one that is damaged goes."""
    if cell.get("cell_type") == "markdown":
        cell["source"] = _clean_inside(joined(cell.get("source")))
    for output in map(mapping, sequence(cell.get("outputs"))):
        if isinstance(data := output.get("data"), dict):
            for mime in _WITH_DRAWINGS & data.keys():
                data[mime] = _clean_inside(joined(data[mime]))
            if _SVG in data:
                data[_SVG] = _clean(joined(data[_SVG]))
    for bundle in mapping(cell.get("attachments")).values():
        if _SVG in bundle:  # in base64, unlike outputs
            with suppress(ValueError):  # damaged: then it shows nothing
                text = b64decode(joined(bundle[_SVG])).decode("utf-8", "replace")
                bundle[_SVG] = b64encode(_clean(text).encode()).decode()


def _clean_inside(html: str) -> str:
    """Return HTML or Markdown with clean drawings, which may have drawings inside."""
    waiting: list[int] = []
    drawings: list[tuple[int, int]] = []
    for mark in _DRAWING.finditer(html):
        if not mark[1]:
            waiting.append(mark.start())
        elif waiting:
            start = waiting.pop()
            while drawings and drawings[-1][0] > start:  # it is inside this one
                drawings.pop()
            drawings.append((start, mark.end()))
    parts, end = [], 0
    for start, after in drawings:
        parts += [html[end:start], _clean(html[start:after])]
        end = after
    return "".join([*parts, html[end:]])


def _clean(drawing: str) -> str:
    try:
        return measured_svg(drawing)[0].decode()
    except PictureError:
        return ""


def _attachments(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pictures that are attached to a cell."""
    found = {}
    for name, bundle in mapping(cell.get("attachments")).items():
        if pictures := {key: one for key, one in mapping(bundle).items() if key in _CLEANED}:
            found[name] = pictures
    return found


def _output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an output as it is published; None if it is of a kind that no page shows."""
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": joined(output.get("text"))}
        case "error":
            return {
                "output_type": "error",
                "ename": joined(output.get("ename")),
                "evalue": joined(output.get("evalue")),
                "traceback": [joined(line) for line in sequence(output.get("traceback"))],
            }
        case kind:
            data = _data(mapping(output.get("data")))
            shown = {"data": data, "metadata": _output_metadata(mapping(output.get("metadata")))}
            if kind == "execute_result":
                return {"output_type": kind, "execution_count": _count(output), **shown}
            return {"output_type": "display_data", **shown} if data else None


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output's forms: of a widget only those that its page shows."""
    if WIDGET_VIEW in data:
        shown = {key: one for key, one in data.items() if key in _SHOWN_OF_WIDGET}
        data = {**shown, "text/plain": _WIDGET_TEXT}
    return {
        key: one if key.endswith("json") else joined(one)
        for key, one in data.items()
        if key != HAND_IN_MIME
    }


def _output_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return how an output is to be shown: in general, and by its types (``image/png``)."""
    return {key: one for key, one in metadata.items() if key in _OUTPUT or "/" in key}
