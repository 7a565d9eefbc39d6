"""Charts that a script draws, as they are stored: what a page needs to draw them itself. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.titles import spec_words

Library = Literal["bokeh", "plotly", "vega"]

_VEGA = re.compile(r"application/vnd\.vega(?:lite)?\.v\d+[.+]json")
_VEGA_IN_HTML = re.compile(r"(?:\}\)\(|\bspec = )(?=\{)")
_PLOTLY_IN_HTML = re.compile(r"Plotly\.newPlot\(\s*(?:\"[^\"]*\"|'[^']*')\s*,\s*(?=\[)")
_COMMA = re.compile(r"\s*,\s*")
_BOKEH_DOCUMENTS = re.compile(r"\bdocs_json = (?=\{)")
_BOKEH_ITEMS = re.compile(r"\brender_items = (?=\[)")
_VERSION = re.compile(r"/v(\d+)")
_MAPS = re.compile(r"choropleth|density(?:map|mapbox)|scatter(?:geo|map|mapbox)")
_REFUSED = ("parcoords", "splom")
"""Plotly's kinds that make code while they run, which a site's security policy refuses."""

_ROOM = 60  # pixels for the title and axes of a Vega-Lite chart, beside its own height
_ROW = 20  # pixels of a Vega-Lite chart that has nothing from top to bottom
_HEIGHTS = {"bokeh": 600, "plotly": 450, "vega": 300}
"""How high charts are that don't say it, in pixels."""


@dataclass(frozen=True, slots=True)
class LiveChart:
    """A chart that a page can draw."""

    library: Library
    spec: Any
    """What its library draws it from, as JSON."""
    label: str
    """Its title and axes; empty if it has none."""
    height: int
    """About how high it will be, in pixels, so that what is below it doesn't move."""
    version: str = ""
    """The major version of the library that it was made for, if it says so."""

    @property
    def lacks(self) -> str:
        """Why a page can't draw it without another host, or at all; empty if it can."""
        text = json.dumps(self.spec)
        if self.library == "plotly":
            kinds = [str(mapping(trace).get("type")) for trace in sequence(self.spec["data"])]
            if any(map(_MAPS.match, kinds)):
                return "its map would have to come from another host"
            if refused := [kind for kind in kinds if kind in _REFUSED]:
                return f"the site's security policy refuses what its kind, {refused[0]}, needs"
        elif self.library == "vega":
            if address := next(_data_addresses(self.spec), ""):
                return f"its data is not in the notebook but at {address}"
        elif "TileSource" in text:
            return "its map would have to come from another host"
        return ""


def live_chart(data: Mapping[str, Any], html: str) -> LiveChart | None:
    """Return the chart of an output, given as its data by type and its HTML; None if it is none."""
    for mime, spec in data.items():
        if _VEGA.fullmatch(mime) and isinstance(spec, Mapping):
            return _vega(spec)
        if mime == "application/vnd.plotly.v1+json" and isinstance(spec, Mapping):
            return _plotly(sequence(spec.get("data")), spec.get("layout"), spec.get("frames"))
    if "application/vnd.bokehjs_exec.v0+json" in data:
        return _bokeh(joined(data.get("application/javascript")))
    if "vegaEmbed" in html:
        spec, _ = json_after(_VEGA_IN_HTML, html)
        return _vega(spec) if isinstance(spec, Mapping) else None
    traces, end = json_after(_PLOTLY_IN_HTML, html)
    if not isinstance(traces, list):
        return None
    comma = _COMMA.match(html, end)
    layout = _decoded(html, comma.end())[0] if comma else None
    return _plotly(traces, layout, None)


def only_loads(data: Mapping[str, Any], html: str) -> bool:
    """Tell whether an output only loads a library for charts, and has nothing to show."""
    if "application/vnd.bokehjs_load.v0+json" in data or "bk-notebook-logo" in html:
        return True
    return "window.PlotlyConfig" in html and "newPlot" not in html


def json_after(place: re.Pattern[str], text: str) -> tuple[Any, int]:
    """Return the JSON value right after `place`, and where it ends; None and 0 if there is none."""
    for number, match in enumerate(place.finditer(text)):
        if number == 10:
            break
        value, end = _decoded(text, match.end())
        if end:
            return value, end
    return None, 0


def _decoded(text: str, start: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, 0


def _plotly(traces: Any, layout: Any, frames: Any) -> LiveChart:
    layout = mapping(layout)
    spec = {"data": list(traces), "layout": layout, "frames": list(sequence(frames))}
    return LiveChart("plotly", spec, spec_words(spec).alt(), _height(layout, "plotly"))


def _vega(spec: Mapping[str, Any]) -> LiveChart:
    version = _VERSION.search(str(spec.get("$schema")))
    encoding = spec.get("encoding")
    is_row = isinstance(encoding, Mapping) and not {"y", "row", "facet"} & encoding.keys()
    own = _ROW if is_row and "height" not in spec else _height(spec, "vega")
    height = own + _ROOM
    label = spec_words(spec).alt()
    return LiveChart("vega", spec, label, height, version[1] if version else "")


def _bokeh(script: str) -> LiveChart | None:
    documents, _ = json_after(_BOKEH_DOCUMENTS, script)
    items, _ = json_after(_BOKEH_ITEMS, script)
    item = mapping(next(iter(sequence(items)), None))
    document = mapping(documents).get(str(item.get("docid")))
    roots = list(mapping(item.get("roots")))
    if not isinstance(document, Mapping) or not roots:
        return None
    titles = [
        str(mapping(each.get("attributes")).get("text", ""))
        for each in _objects(document)
        if each.get("name") == "Title"
    ]
    return LiveChart(
        "bokeh",
        {"doc": document, "roots": roots},
        next(filter(None, titles), ""),
        sum(map(_bokeh_height, sequence(document.get("roots")))),
        str(document.get("version", "")).split(".")[0],
    )


def _bokeh_height(root: Any) -> int:
    """Return the height of the highest figure in what is shown, the least that it needs."""
    figures = (each for each in _objects(root) if each.get("name") in ("Figure", "Plot"))
    return max((_height(mapping(each.get("attributes")), "bokeh") for each in figures), default=0)


def _height(of: Mapping[str, Any], library: Library) -> int:
    height = of.get("height")
    return int(height) if isinstance(height, int | float) else _HEIGHTS[library]


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a JSON value and everything in it, as far as they are objects."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            yield each
            waiting += reversed(list(each.values()))
        elif isinstance(each, list):
            waiting += reversed(each)


def _data_addresses(spec: Mapping[str, Any]) -> Iterator[str]:
    for each in _objects(spec):
        for data in (each.get("data"), *sequence(each.get("data"))):
            address = mapping(data).get("url")
            if isinstance(address, str) and not address.startswith("data:"):
                yield address
