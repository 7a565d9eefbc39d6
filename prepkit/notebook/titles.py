"""What a plot is called: the title and the axes that its drawing or its specification names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.svg import PictureError, parse_svg

_POINT = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")
_MOVED = re.compile(r"translate\(-?[\d.]+ (-?[\d.]+)\)")
_VEGA_AXIS = re.compile(r"([XY])-axis titled '(.*)' for a", re.DOTALL)
# What matplotlib writes at the end of an axis: the factor, the number or the date to add.
_OFFSET = re.compile(
    r"[-+\u2212]?[\d.]*(?:e[-+\u2212]?\d+)?|\$.*\\mathdefault\{.*|\d{4}-\w{3}(?:-\d\d)?.*"
)
_MOST_AXES = 4  # the axes of more plots than these in one picture are not told


@dataclass(frozen=True, slots=True)
class PlotWords:
    """What a plot is called."""

    title: str = ""
    axes: str = ""
    """Such as ``x: Week, y: Revenue``; empty if the axes have no names."""

    def __bool__(self) -> bool:
        """Whether there are any words."""
        return bool(self.title or self.axes)

    def alt(self, above: str = "") -> str:
        """Return an alternative text.

        Parameters
        ----------
        above
            The heading or caption above, for a plot without a title.
        """
        return "; ".join(filter(None, (self.title or above, self.axes)))


NO_WORDS = PlotWords()


def axes_words(names: Mapping[str, str]) -> str:
    """Return the names of the axes ``x`` and ``y`` in one line."""
    return ", ".join(f"{axis}: {name}" for axis in "xy" if (name := names.get(axis)))


def svg_words(svg: str) -> PlotWords:
    """Return what a drawing says of itself, whatever program made it."""
    try:
        root = parse_svg(svg)
    except (PictureError, ParseError, RecursionError):
        return NO_WORDS
    own = [*root][:1]
    if own and _tag_name(own[0]) == "title" and (text := _text_of(own)):
        return PlotWords(text)
    if label := " ".join(root.get("aria-label", "").split()):
        return PlotWords(label)
    return _vega_words(root) or _matplotlib_words(root)


def spec_words(spec: Any) -> PlotWords:
    """Return the description, or else title and axes, of a Vega, Vega-Lite or Plotly chart."""
    spec = mapping(spec)
    if description := _plain(spec.get("description")):
        return PlotWords(description)
    layout = mapping(spec.get("layout"))
    title = spec.get("title")
    axes = {axis: _plain(mapping(layout.get(f"{axis}axis")).get("title")) for axis in "xy"}
    for part in (spec, *map(mapping, sequence(spec.get("layer")))):
        encoding = mapping(part.get("encoding"))
        for axis in "xy":
            axes[axis] = axes[axis] or _channel_name(mapping(encoding.get(axis)))
    return PlotWords(_plain(layout.get("title") if title is None else title), axes_words(axes))


def _plain(text: Any) -> str:
    """Return a text of a specification, which may have lines and markup, as one line."""
    if isinstance(text, Mapping):
        text = text.get("text")
    if isinstance(text, list):
        text = " ".join(str(line) for line in text)
    return parse_html(text).words() if isinstance(text, str) else ""


def _channel_name(channel: Mapping[str, Any]) -> str:
    """Return what Vega-Lite writes at an axis: its own title, or else the field."""
    axis = channel.get("axis", {})
    if axis is None:
        return ""
    for holder in (mapping(axis), channel):
        if "title" in holder:
            return _plain(holder["title"])
    field, aggregate = channel.get("field"), channel.get("aggregate")
    if aggregate == "count":
        return "Count of Records"
    name = _plain(field).replace("\\", "")  # a backslash stands before a dot in a name
    return f"{aggregate.capitalize()} of {name}" if name and isinstance(aggregate, str) else name


def _tag_name(element: Element) -> str:
    """Return the name of an element without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text_of(elements: Iterable[Element]) -> str:
    return " ".join(" ".join("".join(each.itertext()) for each in elements).split())


def _vega_words(root: Element) -> PlotWords:
    title = ""
    axes: dict[str, str] = {}
    for group in root.iter():
        kind = group.get("class", "")
        if "role-title-text" in kind:
            texts = (each for each in group.iter() if _tag_name(each) == "text")
            title = title or _text_of(texts)
        elif "role-axis" in kind and (named := _VEGA_AXIS.match(group.get("aria-label", ""))):
            axes.setdefault(named[1].lower(), " ".join(named[2].split()))
    return PlotWords(title, axes_words(axes))


# In matplotlib's drawings, the children of the figure's group are its own parts, and the children
# of each axes' group are the parts of the axes. Text drawn as curves is given in comments.


def _matplotlib_words(root: Element) -> PlotWords:
    """Return the figure's title, or those of its axes (the texts above their boxes), and axes."""
    figure = next(_groups(root, "figure_1"), None)
    if figure is None:
        return NO_WORDS
    titles: list[str] = []
    named: dict[str, None] = {}
    tops = [0.0]
    for axes in _groups(figure, "axes_"):
        box = next(_groups(axes, "patch_"), None)
        points = _POINT.findall(box[0].get("d", "")) if box is not None and len(box) else []
        if points:
            tops.append(min(float(y) for _, y in points))
            titles += _texts_above(tops[-1], axes)
        if names := axes_words(dict(_axis_names(axes))):
            named[names] = None
    above_all = _texts_above(min(tops[1:], default=0.0), figure)
    said = "; ".join(named) if len(named) <= _MOST_AXES else ""
    return PlotWords("; ".join(above_all or titles), said)


def _axis_names(axes: Element) -> Iterator[tuple[str, str]]:
    """Yield ``x`` and ``y`` with the name that is drawn at each; it comes before the offset."""
    for axis, group in zip("xy", _groups(axes, "matplotlib.axis_"), strict=False):
        # One that is switched off isn't drawn, so the ticks say it better than the order does.
        ticks = (id_[0] for each in group if (id_ := each.get("id", ""))[1:6] == "tick_")
        texts = map(_words_of, _groups(group, "text_"))
        name = next((text for text in texts if text and not _OFFSET.fullmatch(text)), "")
        yield next(ticks, axis), name


def _groups(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent if child.get("id", "").startswith(name))


def _texts_above(top: float, parent: Element) -> list[str]:
    texts = []
    for group in _groups(parent, "text_"):
        heights = [h for each in group.iter() if (h := _height(each)) is not None]
        if heights and heights[0] < top:
            texts.append(_words_of(group))
    return [text for text in texts if text]


def _words_of(group: Element) -> str:
    comments = [each.text or "" for each in group.iter() if not _tag_name(each)]
    shown = (each for each in group.iter() if _tag_name(each) == "text")
    return parse_html(" ".join(comments)).words() or _text_of(shown)


def _height(element: Element) -> float | None:
    moved = _MOVED.search(element.get("transform", ""))
    found = re.fullmatch(r"-?\d+\.?\d*", moved[1] if moved else element.get("y", ""))
    return float(found[0]) if found else None
