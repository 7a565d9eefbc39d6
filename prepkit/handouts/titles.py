"""What a plot is called, by itself: the title in a drawing, or in a chart's specification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

_OWN = re.compile(r"<svg\b[^>]*>\s*<title\b[^>]*>(.*?)</title>", re.DOTALL)
_LABEL = re.compile(r"""<svg\b[^>]*?\saria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_VEGA = re.compile(r'class="[^"]*\brole-title-text\b[^>]*>\s*(<text\b.*?</text>)', re.DOTALL)
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

# matplotlib indents each group by its depth: a figure's own parts by two, those of its axes by
# three. Words set as curves are named in comments.
_AXES = re.compile(r'^  <g id="axes_\d+">\n(.*?)^  </g>', re.DOTALL | re.MULTILINE)
_FIGURE_TEXT = re.compile(r'^  <g id="text_\d+">\n(.*?)^  </g>', re.DOTALL | re.MULTILINE)
_AXES_TEXT = re.compile(r'^   <g id="text_\d+">\n(.*?)^   </g>', re.DOTALL | re.MULTILINE)
_PATCH = re.compile(r'<g id="patch_\d+">\s*<path d="([^"]*)"')
_POINT = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")
_HEIGHT = re.compile(r'translate\(-?[\d.]+ (-?[\d.]+)\)|\sy="(-?[\d.]+)"')
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)


def svg_title(svg: str) -> str | None:
    """Return the title of a drawing, by whichever program it was made; None if it has none."""
    for pattern in (_OWN, _LABEL, _VEGA):
        if (match := pattern.search(svg)) and (text := _plain(match.group(match.lastindex or 0))):
            return text
    return _matplotlib_title(svg) if '<g id="figure_1">' in svg else None


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
        if isinstance(found, str) and (text := _plain(found)):
            return text
    return None


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", text)).split())


def _matplotlib_title(svg: str) -> str | None:
    """Return the figure's title, or those of its axes: the texts above the axes' boxes."""
    titles = []
    tops = []
    for axes in _AXES.findall(svg):
        box = _PATCH.search(axes)
        points = _POINT.findall(box.group(1)) if box else []
        if points:
            tops.append(min(float(y) for _, y in points))
            titles += _texts_above(tops[-1], _AXES_TEXT.findall(axes))
    above_all = _texts_above(min(tops, default=0.0), _FIGURE_TEXT.findall(svg))
    return "; ".join(above_all or titles) or None


def _texts_above(top: float, groups: list[str]) -> list[str]:
    texts = []
    for group in groups:
        height = _HEIGHT.search(group)
        if height and float(height.group(1) or height.group(2)) < top:
            lines = _COMMENT.findall(group) or _TEXT.findall(group)
            texts.append(_plain(" ".join(lines)))
    return [text for text in texts if text]
