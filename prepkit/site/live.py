"""A chart as a page draws it: the place, what to draw, and what is shown where no script runs."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from prepkit.language import Language
from prepkit.notebook.charts import LiveChart
from prepkit.site.questions import script_json
from prepkit.text import replace_lone_surrogates

CHARTS = "charts"
"""The folder of a site that has the libraries."""


def live_html(chart: LiveChart, scripts: Iterable[str], picture: str, words: Language) -> str:
    """Return a chart as HTML, which ``static/charts.js`` draws.

    Parameters
    ----------
    chart
        The chart.
    scripts
        The names of the files that draw it, in the order of loading.
    picture
        An ``<img>`` of it, for those who have no scripts; empty if there is none.
    words
        The site's language.
    """
    label = chart.label or words.gettext("Chart")
    said = words.gettext("A script draws this chart.")
    shown = picture or f'<p class="note">{said}</p>'
    return (
        f'<figure class="chart" aria-label="{escape(replace_lone_surrogates(label))}"'
        f' data-library="{chart.library}" data-scripts="{escape(" ".join(scripts))}">'
        f'<div class="chart-place" style="min-height: {chart.height}px">{shown}</div>'
        f'<script type="application/json">{replace_lone_surrogates(script_json(chart.spec))}'
        "</script></figure>"
    )
