"""Outputs that a script draws -> what can be shown of them without a script: tables and titles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from prepkit.notebook.charts import json_after
from prepkit.notebook.titles import NO_WORDS, PlotWords, spec_words

_SCRIPT = re.compile(r"<(/?)script\b[^<>]*>", re.IGNORECASE)
_ITABLES = re.compile(r"\b(?:dt_for_itables|_itables_\w+|ITables v\d)")
_ARGUMENTS = re.compile(r"\blet dt_args = (?=\{)")
_CATEGORIES = re.compile(r"var categories = (?=\[)")
_SPECIFICATION = re.compile(r"\}\)\((?=\{)")
_NOT_FINITE = {"___NaN___": "NaN", "___Infinity___": "Infinity", "___-Infinity___": "-Infinity"}
_UNREADABLE = "a script fills in the rows of this table, so it is {} as text"
_REMEDIES = {
    "Vega-Lite": 'install vl-convert-python and use alt.renderers.enable("svg")',
    "Plotly": 'install kaleido and set plotly.io.renderers.default = "svg"',
    "Bokeh": "install selenium and use bokeh.io.export.get_svg",
}


@dataclass(frozen=True)
class Chart:
    """A chart that a script draws: its library, its name, and how to get a picture of it."""

    kind: str
    words: PlotWords = NO_WORDS

    def notice(self, shown: str, lacks: str = "", first: str = "") -> str:
        """Return a notice that it isn't `shown` (``printed`` or ``published``), with a remedy.

        Parameters
        ----------
        shown
            The word for showing something.
        lacks
            What it lacks to be drawn, if that is more than a script.
        first
            A remedy that comes before the one of the chart's library.
        """
        name = f" “{self.words.title}”" if self.words.title else ""
        why = lacks or "a script draws it"
        remedy = f"{first}, or {_REMEDIES[self.kind]}" if first else _REMEDIES[self.kind]
        return f"the {self.kind} chart{name} is not {shown}, because {why}; to show it, {remedy}"


def chart_of(data: Mapping[str, Any], html: str) -> Chart | None:
    """Return the chart of an output, given as its data by type and its HTML; None if it is none."""
    for mime, spec in data.items():
        if re.fullmatch(r"application/vnd\.vega(?:lite)?\.v\d+[.+]json", mime):
            return Chart("Vega-Lite", spec_words(spec))
        if mime == "application/vnd.plotly.v1+json":
            return Chart("Plotly", spec_words(spec))
        if mime.startswith("application/vnd.bokehjs"):
            return Chart("Bokeh")
    _, scripts = _html_and_scripts(html)
    if "vegaEmbed" in scripts:
        return Chart("Vega-Lite", spec_words(json_after(_SPECIFICATION, scripts)[0]))
    if "Plotly.newPlot" in scripts:
        return Chart("Plotly")
    return None


def readable_html(html: str, shown: str) -> tuple[str | None, list[str]]:
    """Return HTML that needs no script, and notices about what is different in it.

    The rows of an itables table are taken from its script. If they can't be found, the HTML is
    None, and a notice says how the table is `shown` instead.
    """
    html = without_own_script(html)
    if not _ITABLES.search(html):
        return html, []
    arguments = json_after(_ARGUMENTS, html)[0]
    if not isinstance(arguments, Mapping) or "table_html" not in arguments:
        rest, _ = _html_and_scripts(html)
        if "Loading ITables" in rest:
            return None, [_UNREADABLE.format(shown)]
        return rest, []  # what itables.init_notebook_mode shows: nothing
    try:
        return _itables_table(arguments), _itables_notices(arguments)
    except (AttributeError, KeyError, TypeError, ValueError):  # not what itables writes today
        return None, [_UNREADABLE.format(shown)]


def without_own_script(html: str) -> str:
    """Return HTML without its scripts if it is one of prepkit's tables, which need none."""
    return _html_and_scripts(html)[0] if 'class="prepkit-view"' in html else html


def _html_and_scripts(html: str) -> tuple[str, str]:
    """Return `html` without its scripts, and the text of these."""
    rest: list[str] = []
    scripts: list[str] = []
    start, inside = 0, False
    for tag in _SCRIPT.finditer(html):
        closes = bool(tag.group(1))
        if closes == inside:
            (scripts if inside else rest).append(html[start : tag.start()])
            start, inside = tag.end(), not inside
    (scripts if inside else rest).append(html[start:])
    return "".join(rest), "".join(scripts)


def _itables_table(arguments: Mapping[str, Any]) -> str:
    """Return the table that itables would build from its `arguments`."""
    table = str(arguments["table_html"])
    if "data_json" in arguments:
        rows = json.loads(arguments["data_json"])
        categories = _column_categories(arguments)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{_cell_html(v, categories.get(x))}</td>" for x, v in enumerate(row))
            + "</tr>"
            for row in rows
        )
        table = re.sub(r"<tfoot\b.*?</tfoot>", "", table, flags=re.DOTALL)  # repeats the head
        table = table.replace("<table>", '<table class="dataframe">')
        table = table.replace("</table>", f"<tbody>{body}</tbody></table>")
    if caption := arguments.get("caption"):
        table = re.sub(r"(<table\b[^>]*>)", rf"\g<1><caption>{escape(caption)}</caption>", table)
    return f"<style>{arguments.get('table_style', '')}</style>{table}"


def _column_categories(arguments: Mapping[str, Any]) -> dict[int, list[Any]]:
    """Return the categories of each column whose cells are category numbers."""
    found: dict[int, list[Any]] = {}
    for column in arguments.get("columnDefs", []):
        names = json_after(_CATEGORIES, str(column.get("render", "")))[0]
        if isinstance(names, list):
            targets = column["targets"]
            found |= dict.fromkeys(targets if isinstance(targets, list) else [targets], names)
    return found


def _cell_html(value: Any, categories: list[Any] | None) -> str:
    """Return a cell's HTML. Texts are HTML already; numbers come in a list with a sort key."""
    if isinstance(value, list):
        value = value[0] if value else None
    if categories is not None and isinstance(value, int):
        value = escape(str(categories[value - 1])) if 0 < value <= len(categories) else None
    return "" if value is None else _NOT_FINITE.get(str(value), str(value))


def _itables_notices(arguments: Mapping[str, Any]) -> list[str]:
    missing = [
        f"{count:,} {name}{'s' if count > 1 else ''}"
        for name in ("row", "column")
        if (count := arguments.get(f"filtered_{name}_count") or 0)
    ]
    if not missing:
        return []
    return [
        f"{' and '.join(missing)} of a table are not in the notebook: itables was told to show"
        " less (maxBytes, maxRows, maxColumns)"
    ]
