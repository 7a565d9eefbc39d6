"""What shows at a glance how things stand: frame -> Plot."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

import pandas as pd

from prepkit.records import STATES
from prepkit.text import pluralize
from prepkit.widgets.table import style
from prepkit.widgets.tables import state_counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Every colour has a contrast of 3:1 or more with white and with JupyterLab's dark ground (#111).
INK = "#1f2328"
LINE = "#80868e"
COLOURS = {"complete": "#2e7d6b", "started": "#b7791f", "untouched": "none"}
ON_COLOUR = {"complete": "#ffffff", "started": "#111111", "untouched": INK}


@dataclass(frozen=True)
class Plot:
    """A plot as SVG. In a notebook its text takes the colour of the theme, light or dark."""

    svg: str = field(repr=False)
    """The plot with dark text on a transparent ground, as for print."""
    alt: str
    """All that the plot says, in words."""
    caption: str
    """What it comes to, in a sentence."""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        # Inline, since JupyterLab shows image/svg+xml without alternative text and on any ground.
        themed = self.svg.replace(INK, "currentColor")
        themed = themed.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        html = (
            f'{style()}<figure class="prepkit-view prepkit-figure">{themed}'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )
        data = {"text/html": html, "image/svg+xml": self.svg, "text/plain": self.alt}
        return data, {"image/svg+xml": {"alt": self.alt}}


def progress_plot(progress: pd.DataFrame) -> Plot:
    """Return a bar a category: its complete, started and untouched questions.

    Parameters
    ----------
    progress
        A frame of `progress_frame`.
    """
    counts = state_counts(progress)
    sums = counts.sum()
    caption = (
        f"Of {pluralize(len(progress), 'question')}, {sums['complete']} "
        f"{'has' if sums['complete'] == 1 else 'have'} a complete answer, {sums['started']} "
        f"{'is' if sums['started'] == 1 else 'are'} started, and {sums['untouched']} "
        f"{'is' if sums['untouched'] == 1 else 'are'} untouched."
    )

    each = [
        f"{title}: " + ", ".join(f"{row[state]} {state}" for state in reversed(STATES)) + "."
        for title, row in counts.iterrows()
    ]

    def draw(axes: Axes) -> None:
        left = pd.Series(0, index=counts.index)
        for state in reversed(STATES):
            axes.barh(
                range(len(counts)),
                counts[state],
                left=left,
                height=0.62,
                color=COLOURS[state],
                edgecolor=LINE if state == "untouched" else COLOURS[state],
                linewidth=1,
                label=state,
            )
            for row, (start, size) in enumerate(zip(left, counts[state], strict=True)):
                if size:
                    place = (start + size / 2, row)
                    axes.annotate(
                        str(size), place, color=ON_COLOUR[state], ha="center", va="center"
                    )
            left = left + counts[state]
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(-0.01, 1),
            ncols=len(STATES),
            frameon=False,
            handlelength=1,
            handleheight=1,
        )

    svg = _draw(draw, list(counts.index), top=0.5)
    return Plot(svg=svg, alt=" ".join([caption, *each]), caption=caption)


def focus_plot(companies: pd.DataFrame, asks: pd.DataFrame) -> Plot:
    """Return a dot for each published value of each company, filled where a question trains it.

    Values that their company has replaced are left out.

    Parameters
    ----------
    companies
        A bank's frame `companies`.
    asks
        The bank's frame `asks`.
    """
    values = companies[companies["value"].notna() & companies["superseded_by"].isna()]
    trained = set(zip(asks["company"], asks["value"], strict=True))
    pairs = zip(values["company"], values["value"], strict=True)
    coverage = (
        pd.DataFrame(
            {"company": values["company"].array, "covered": [pair in trained for pair in pairs]}
        )
        .groupby("company", observed=True)["covered"]
        .agg(["sum", "size"])
        .sort_values(["sum", "size"], ascending=False, kind="stable")
    )
    total, filled = int(coverage["size"].sum()), int(coverage["sum"].sum())
    caption = (
        f"The questions here train {filled} of the {pluralize(total, 'value')} that "
        f"{pluralize(len(coverage), 'company', 'companies')} "
        f"{'has' if len(coverage) == 1 else 'have'} published."
    )
    each = [f"{name}: {row['sum']} of {row['size']}." for name, row in coverage.iterrows()]

    def draw(axes: Axes) -> None:
        for row, (covered, size) in enumerate(coverage.itertuples(index=False)):
            for place in range(size):
                fill = COLOURS["complete"] if place < covered else "none"
                edge = COLOURS["complete"] if place < covered else LINE
                axes.plot(place, row, "o", ms=9, mfc=fill, mec=edge, mew=1.2)
            axes.annotate(
                f"{covered} of {size}", (size - 0.3, row), color=INK, va="center", ha="left"
            )
        axes.set_xlim(-0.5, max(coverage["size"], default=1) + 1.5)

    svg = _draw(draw, [str(name) for name in coverage.index], row=0.3)
    return Plot(svg=svg, alt=" ".join([caption, *each]), caption=caption)


def _draw(
    draw: Callable[[Axes], None], labels: Sequence[str], *, row: float = 0.42, top: float = 0.1
) -> str:
    """Return an SVG of one row a label; `row` and `top` (the legend's space) are in inches."""
    # Imported here: a session that shows no plot shouldn't pay for matplotlib.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    height = row * max(len(labels), 1) + top + 0.1
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",  # text stays text: selectable, in the reader's own font
        "svg.hashsalt": "prepkit",  # the same frame gives the same bytes
        "font.family": "sans-serif",
        "font.sans-serif": ["Source Sans 3", "system-ui", "DejaVu Sans"],
        "font.size": 10.5,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "axes.edgecolor": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(7.6, height))
        # About what the widest of the fonts takes for the longest label, with some air.
        left = 0.03 + 0.0118 * max(map(len, labels), default=0)
        below = 0.1 / height
        axes = figure.add_axes((left, below, 0.98 - left, (height - top - 0.1) / height))
        draw(axes)
        axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xticks([])
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        text = StringIO()
        nothing = dict.fromkeys(["Creator", "Date", "Format", "Type"])
        figure.savefig(text, format="svg", transparent=True, metadata=nothing)
    # The declaration and the document type have no place in a page, and name another host.
    return re.sub(r"(?s)^.*?(?=<svg )", "", text.getvalue())
