"""What a plot is called, by itself: the title in a drawing, or in a chart's specification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

_OWN = re.compile(r"\s*<title\b[^>]*>(.*?)</title>", re.DOTALL)
_LABEL = re.compile(r"""\saria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^<>]*>")
_PATCH = re.compile(r'<g id="patch_\d+">\s*<path d="([^"]*)"')
_POINT = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")
_HEIGHT = re.compile(r'translate\(-?[\d.]+ (-?[\d.]+)\)|\sy="(-?[\d.]+)"')


def svg_title(svg: str) -> str | None:
    """Return the title of a drawing, by whichever program it was made; None if it has none."""
    start = svg.find("<svg")
    end = svg.find(">", start) + 1
    if start < 0 or end == 0:
        return None
    if (own := _OWN.match(svg, end)) and (text := _plain(own.group(1))):
        return text
    if (label := _LABEL.search(svg, start, end)) and (text := _plain(label[1] or label[2] or "")):
        return text
    if (vega := svg.find("role-title-text")) > 0:
        return next(iter(_between(svg[vega:], "<text", "</text>")), None) or None
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
    return " ".join(unescape(_TAG.sub("", text)).split())


def _between(text: str, start: str, end: str) -> list[str]:
    """Return each text between `start` and the next `end`; a tag that `start` begins is no text."""
    parts = [part.split(end, 1)[0] for part in text.split(start)[1:]]
    return [_plain(f"{start}{part}" if start == "<text" else part) for part in parts]


# matplotlib indents each group by its depth: a figure's own parts by two, those of its axes by
# three. Words that are set as curves are named in comments.


def _matplotlib_title(svg: str) -> str | None:
    """Return the figure's title, or those of its axes: the texts above the axes' boxes."""
    lines = svg.splitlines()
    titles = []
    tops = []
    for axes in _groups(lines, 2, "axes"):
        box = _PATCH.search("\n".join(axes))
        points = _POINT.findall(box.group(1)) if box else []
        if points:
            tops.append(min(_number(y) for _, y in points))
            titles += _texts_above(tops[-1], _groups(axes, 3, "text"))
    above_all = _texts_above(min(tops, default=0.0), _groups(lines, 2, "text"))
    return "; ".join(above_all or titles) or None


def _groups(lines: list[str], depth: int, kind: str) -> list[list[str]]:
    """Return the lines of each group of a kind at a depth."""
    start, end = f'{" " * depth}<g id="{kind}_', f"{' ' * depth}</g>"
    groups: list[list[str]] = []
    inside = False
    for line in lines:
        if inside:
            inside = line != end
            groups[-1].append(line)
        elif line.startswith(start):
            inside = True
            groups.append([])
    return groups


def _texts_above(top: float, groups: list[list[str]]) -> list[str]:
    texts = []
    for lines in groups:
        group = "\n".join(lines)
        height = _HEIGHT.search(group)
        if height and _number(height[1] or height[2]) < top:
            words = _between(group, "<!--", "-->") or _between(group, "<text", "</text>")
            texts.append(" ".join(words))
    return [text for text in texts if text]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # such as 1.2.3, which nothing writes
        return 0.0
