"""Plots as SVG, drawn from a few shapes: importing a plotting library would be slow."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, Self, TypeAlias

from prepkit.widgets.table import style

Anchor = Literal["start", "middle", "end"]
Fill = Literal["full", "half", "empty"]
DotRow: TypeAlias = tuple[str, Mapping[Fill, int], str]
"""A name, how many dots of each kind it has, and a note at the end such as ``3 of 5``."""

# Every colour has a contrast of 3:1 or more with white and with JupyterLab's dark theme (#111).
INK = "#1f2328"
LINE = "#80868e"
COLOURS = {"complete": "#2e7d6b", "started": "#b7791f", "untouched": "none"}
ON_COLOUR = {"complete": "#ffffff", "started": "#111111", "untouched": INK}

WIDTH = 547.2
"""In points: the width of the text on a printed page."""
LETTER = 6.45
"""In points: the average width of a letter, in the widest of the fonts that a reader may have."""
_RADIUS = 4.8


@dataclass(frozen=True)
class Plot:
    """A plot as SVG. In a notebook its text takes the colour of the theme, light or dark."""

    svg: str = field(repr=False)
    """The plot with dark text on a transparent background, as for print."""
    alt: str
    """Everything the plot shows, in words, for who can't see it."""
    caption: str
    """What the plot shows, in a sentence or two."""

    @classmethod
    def of(cls, shapes: Iterable[str], height: float, *, alt: str, caption: str) -> Self:
        """Return a plot of `shapes` that is `height` points high."""
        size = f'width="{WIDTH}pt" height="{height:.1f}pt" viewBox="0 0 {WIDTH} {height:.1f}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(shapes)}</svg>'
        return cls(svg=svg, alt=alt, caption=caption)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        figcaption = f"<figcaption>{escape(self.caption)}</figcaption>"
        html = f"{style()}{self._figure()}{figcaption}</figure>"
        data = {"text/html": html, "image/svg+xml": self.svg, "text/plain": self.alt}
        return data, {"image/svg+xml": {"alt": self.alt}}

    def _figure(self) -> str:
        # Inline: JupyterLab shows image/svg+xml without its alternative text, and dark on dark.
        themed = self.svg.replace(INK, "currentColor")
        themed = themed.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        # In a narrow window it scrolls sideways, by the arrow keys too: they aren't the notebook's.
        keys = 'tabindex="0" data-lm-suppress-shortcuts'
        return f'<figure class="prepkit-view prepkit-figure" {keys}>{themed}'


class Picture(Plot):
    """A plot as a picture with a white background.

    In a notebook that was made elsewhere, JupyterLab drops style sheets and the drawings in HTML.
    A picture is always shown.
    """

    def _figure(self) -> str:
        ground = self.svg.replace(">", '><rect width="100%" height="100%" fill="#ffffff"/>', 1)
        source = f"data:image/svg+xml;base64,{b64encode(ground.encode()).decode()}"
        picture = f'<img src="{source}" alt="{escape(self.alt)}">'
        return f'<figure class="prepkit-view" style="margin: 0">{picture}'


def text(
    words: str,
    x: float,
    y: float,
    anchor: Anchor = "start",
    *,
    size: float = 10.5,
    fill: str = INK,
    heading: bool = False,
) -> str:
    """Return a line of text with its baseline at `y`. It stays text: it can be selected."""
    font = "'Source Serif 4', serif" if heading else "'Source Sans 3', system-ui, sans-serif"
    weight = ' font-weight="600"' if heading else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{font}" font-size="{size}"{weight} '
        f'fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def box(
    x: float, y: float, width: float, height: float, *, fill: str, line: str = "none", radius: int
) -> str:
    """Return a rectangle with round corners."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"'
    return f'<rect {place} fill="{fill}" stroke="{line}" stroke-width="1.2"/>'


def dot(fill: Fill, x: float, y: float) -> str:
    """Return a dot around `x`, `y`: full, half or empty, so that it can be read without colour."""
    colour = {"full": COLOURS["complete"], "half": COLOURS["started"], "empty": LINE}[fill]
    inside = colour if fill == "full" else "none"
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"'
    circle = f'<circle {place} fill="{inside}" stroke="{colour}" stroke-width="1.2"/>'
    if fill != "half":
        return circle
    top, bottom = f"{x:.1f} {y - _RADIUS:.1f}", f"{x:.1f} {y + _RADIUS:.1f}"
    half = f'<path d="M {top} A {_RADIUS} {_RADIUS} 0 0 0 {bottom} Z" fill="{colour}"/>'
    return circle + half


DOT_ROW = 21.6
"""In points: the height of a row of dots."""


def dot_rows(rows: Sequence[DotRow], top: float) -> list[str]:
    """Return rows of dots below `top`, with the spacing that the longest row needs."""
    counts = [sum(dots.values()) for _, dots, _ in rows]
    left = label_width([name for name, _, _ in rows])
    note = LETTER * max((len(words) for _, _, words in rows), default=0)
    # With very many dots in one row, they move closer together, not out of the picture.
    step = min(17.0, (WIDTH - left - note - 8) / max([1, *counts]))
    shapes = []
    for number, (name, dots, words) in enumerate(rows):
        y = top + DOT_ROW * (number + 0.5)
        fills = [fill for fill, count in dots.items() for _ in range(count)]
        shapes.append(text(name, left - 10, y + 3.6, "end"))
        shapes += [dot(fill, left + step * place + 5, y) for place, fill in enumerate(fills)]
        shapes.append(text(words, left + step * len(fills) + 8, y + 3.6))
    return shapes


def label_width(labels: Iterable[str]) -> float:
    """Return the width of the longest of `labels` with some space beside it, in points."""
    return 16 + LETTER * max(map(len, labels), default=0)


LEGEND = 26.0
"""In points: the height of a legend."""


def legend(marks: Iterable[tuple[Callable[[float], str], str]], *, gap: float) -> list[str]:
    """Return a line at the top that says what each mark means.

    Parameters
    ----------
    marks
        For each mark a function and its meaning. The function gets a distance from the left edge
        and draws the mark there, about 11 points from the top.
    gap
        Points from the left edge of a mark to its words.
    """
    shapes, x = [], 5.0
    for mark, words in marks:
        shapes += [mark(x), text(words, x + gap, 15)]
        x += gap + 15 + LETTER * len(words)
    return shapes
