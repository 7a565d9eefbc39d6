"""What a packet shows at a glance, drawn without matplotlib, which would cost more than the rest.

The shapes and colours are those of `prepkit.widgets.plots`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from prepkit.practice.review import WORD_TARGETS
from prepkit.records import PARTS, Part
from prepkit.text import pluralize
from prepkit.widgets.plots import COLOURS, INK, LINE, Plot
from prepkit.widgets.table import style

_WIDTH = 547.2  # points: that of the other plots
_ROW = 21.6
_STEP = 17.0  # from dot to dot
_RADIUS = 4.8
_ASKS: Mapping[Part, tuple[str, str]] = {
    "situation": ("where it was,", "and what was at stake"),
    "task": ("what was", "yours"),
    "action": ("what you did, step by step, and why:", "say “I”, and name the others"),
    "result": ("what came", "of it"),
}
_STORY = "An answer is one story, told in four parts."
_COVERS = ("answer", "packet", "neither")
_LEGEND = {
    "answer": "you have a complete answer",
    "packet": "a question of this packet",
    "neither": "neither",
}


class Drawing(Plot):
    """A plot as a picture, on a ground of its own.

    JupyterLab shows a notebook that was made elsewhere without style sheets and without drawings
    in its HTML; a picture it shows everywhere.
    """

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data, metadata = super()._repr_mimebundle_()
        ground = self.svg.replace(">", '><rect width="100%" height="100%" fill="#ffffff"/>', 1)
        source = f"data:image/svg+xml;base64,{b64encode(ground.encode()).decode()}"
        picture = f'<img src="{source}" alt="{escape(self.alt)}">'
        caption = f"<figcaption>{escape(self.caption)}</figcaption>"
        figure = '<figure class="prepkit-view" style="margin: 0">'
        data["text/html"] = f"{style()}{figure}{picture}{caption}</figure>"
        return data, metadata


def star_plot() -> Drawing:
    """Return the four parts of an answer, each as wide as its share of the time."""
    words = {part: sum(WORD_TARGETS[part]) for part in PARTS}
    shares = {part: words[part] / sum(words.values()) for part in PARTS}
    note = "Each is as wide as its share of the 1.5 to 3 minutes. A convention, no finding."
    shapes, left = [], 0.0
    for part in PARTS:
        wide = shares[part] * _WIDTH
        middle = left + (wide - 5) / 2
        box = f'x="{left:.1f}" y="0" width="{wide - 5:.1f}" height="52" rx="2"'
        shapes.append(f'<rect {box} fill="{COLOURS["complete"]}"/>')
        for text, y, size in ((part[0].upper(), 28, 25), (part.capitalize(), 44, 10.5)):
            letter = len(text) == 1
            shapes.append(
                _text(text, middle, y, "middle", size=size, fill="#ffffff", letter=letter)
            )
        for line, text in enumerate(_ASKS[part]):
            shapes.append(_text(text, left, 66 + 12 * line, size=9.2))
        left += wide
    shapes.append(_text(note, 0, 98, size=9.2))
    parts = [
        f"{part.capitalize()}, {100 * shares[part]:.0f} per cent: {' '.join(_ASKS[part])}."
        for part in PARTS
    ]
    return Drawing(svg=_svg(shapes, 104), alt=" ".join([*parts, note]), caption=_STORY)


def coverage_plot(coverage: pd.DataFrame) -> Drawing:
    """Return a dot for each value or question: whether an answer, the packet or nothing covers it.

    Parameters
    ----------
    coverage
        A frame of `choice.coverage_frame`.
    """
    shapes, each = _legend(), []
    totals = dict.fromkeys(_COVERS, 0)
    groups = coverage.groupby("group", sort=False)[["kind", "cover"]]
    left = 16 + 6.45 * max((len(str(name)) for name, _ in groups), default=0)
    for row, (name, group) in enumerate(groups):
        y = _ROW * (row + 1.9)
        covers, kind = group["cover"].tolist(), str(group["kind"].iloc[0])
        found = {cover: covers.count(cover) for cover in _COVERS}
        places = [cover for cover in _COVERS for _ in range(found[cover])]
        shapes.append(_text(str(name), left - 10, y + 3.6, "end"))
        shapes += [_dot(cover, left + _STEP * n + 5, y) for n, cover in enumerate(places)]
        some = f"{found['answer'] + found['packet']} of {pluralize(len(covers), kind)}"
        shapes.append(_text(some, left + _STEP * len(covers) + 8, y + 3.6))
        each.append(
            f"{name}: {found['answer']} of {pluralize(len(covers), kind)} with a complete answer, "
            f"{found['packet']} more with a question of this packet."
        )
        totals = {cover: totals[cover] + found[cover] for cover in _COVERS}
    kinds = coverage["kind"].value_counts(sort=False)
    whole = " and ".join(pluralize(n, str(kind)) for kind, n in kinds.items() if n) or "nothing"
    caption = (
        f"Of {whole}, {totals['answer']} {'has' if totals['answer'] == 1 else 'have'} a complete "
        f"answer, and {totals['packet']} more {'is' if totals['packet'] == 1 else 'are'} practised "
        "with this packet."
    )
    svg = _svg(shapes, _ROW * (len(each) + 1.5))
    return Drawing(svg=svg, alt=" ".join([caption, *each]), caption=caption)


def _legend() -> list[str]:
    shapes, x = [], 5.0
    for cover in _COVERS:
        shapes += [_dot(cover, x, 8), _text(_LEGEND[cover], x + 10, 11.6)]
        x += 24 + 6.45 * len(_LEGEND[cover])
    return shapes


def _dot(cover: str, x: float, y: float) -> str:
    """Return a dot: full, half full or empty, so that it can be told without its colour too."""
    colour = {"answer": COLOURS["complete"], "packet": COLOURS["started"]}.get(cover, LINE)
    fill = colour if cover == "answer" else "none"
    at = f'cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"'
    dot = f'<circle {at} fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'
    if cover != "packet":
        return dot
    top, bottom = f"{x:.1f} {y - _RADIUS:.1f}", f"{x:.1f} {y + _RADIUS:.1f}"
    return f'{dot}<path d="M {top} A {_RADIUS} {_RADIUS} 0 0 0 {bottom} Z" fill="{colour}"/>'


def _text(
    text: str,
    x: float,
    y: float,
    anchor: str = "start",
    *,
    size: float = 10.5,
    fill: str = INK,
    letter: bool = False,
) -> str:
    font = "'Source Serif 4', serif" if letter else "'Source Sans 3', system-ui, sans-serif"
    weight = ' font-weight="600"' if letter else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{font}" font-size="{size}"{weight} '
        f'fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _svg(shapes: Sequence[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}pt" height="{height:.1f}pt" '
        f'viewBox="0 0 {_WIDTH} {height:.1f}">{"".join(shapes)}</svg>'
    )
