"""The title of a plot, as its drawing or its chart's specification has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.svg import PictureError, parse_svg

_POINT = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")
_MOVED = re.compile(r"translate\(-?[\d.]+ (-?[\d.]+)\)")


def svg_title(svg: str) -> str | None:
    """Return the title of a drawing, whatever program made it; None if it has none."""
    try:
        root = parse_svg(svg)
    except (PictureError, ParseError, RecursionError):
        return None
    own = [*root][:1]
    if own and _tag_name(own[0]) == "title" and (text := _text_of(own)):
        return text
    if label := " ".join(root.get("aria-label", "").split()):
        return label
    for group in root.iter():
        if "role-title-text" in group.get("class", ""):  # of Vega
            return _text_of(each for each in group.iter() if _tag_name(each) == "text") or None
    return _matplotlib_title(root)


def spec_title(spec: Any) -> str | None:
    """Return the description or else the title of a Vega, Vega-Lite or Plotly chart."""
    if not isinstance(spec, Mapping):
        return None
    title = spec.get("title")
    if title is None and isinstance(layout := spec.get("layout"), Mapping):
        title = layout.get("title")
    for found in (spec.get("description"), title):
        if isinstance(found, Mapping):
            found = found.get("text")
        if isinstance(found, list):
            found = " ".join(str(line) for line in found)
        if isinstance(found, str) and (text := parse_html(found).words()):
            return text
    return None


def _tag_name(element: Element) -> str:
    """Return the name of an element without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text_of(elements: Iterable[Element]) -> str:
    return " ".join(" ".join("".join(each.itertext()) for each in elements).split())


# In matplotlib's drawings, the children of the figure's group are its own parts, and the children
# of each axes' group are the parts of the axes. Text drawn as curves is given in comments.


def _matplotlib_title(root: Element) -> str | None:
    """Return the figure's title, or the titles of its axes: the texts above the axes' boxes."""
    figure = next(_groups(root, "figure_1"), None)
    if figure is None:
        return None
    titles: list[str] = []
    tops = [0.0]
    for axes in _groups(figure, "axes_"):
        box = next(_groups(axes, "patch_"), None)
        points = _POINT.findall(box[0].get("d", "")) if box is not None and len(box) else []
        if points:
            tops.append(min(float(y) for _, y in points))
            titles += _texts_above(tops[-1], axes)
    above_all = _texts_above(min(tops[1:], default=0.0), figure)
    return "; ".join(above_all or titles) or None


def _groups(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent if child.get("id", "").startswith(name))


def _texts_above(top: float, parent: Element) -> list[str]:
    texts = []
    for group in _groups(parent, "text_"):
        heights = [h for each in group.iter() if (h := _height(each)) is not None]
        if heights and heights[0] < top:
            comments = [each.text or "" for each in group.iter() if not _tag_name(each)]
            words = parse_html(" ".join(comments)).words()
            shown = (each for each in group.iter() if _tag_name(each) == "text")
            texts.append(words or _text_of(shown))
    return [text for text in texts if text]


def _height(element: Element) -> float | None:
    moved = _MOVED.search(element.get("transform", ""))
    found = re.fullmatch(r"-?\d+\.?\d*", moved[1] if moved else element.get("y", ""))
    return float(found[0]) if found else None
