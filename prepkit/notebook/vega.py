"""Charts of Vega-Lite and Vega, by the package vl-convert-python if it is installed: drawn here.

The package brings the libraries along. It asks no host: what a chart would have to load is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from prepkit.notebook.charts import LiveChart
from prepkit.notebook.svg import PictureError

PACKAGE = "vl-convert-python"


def vega_drawer() -> Callable[[LiveChart], str] | None:
    """Return what draws a chart as SVG; None without the package.

    It raises `PictureError` if it can't draw a chart.
    """
    return _draw if find_spec("vl_convert") else None


def vega_lite_version(major: str) -> str:
    """Return the newest version of Vega-Lite that there is, of the same major version if any."""
    import vl_convert  # type: ignore[import-untyped,unused-ignore]

    versions: list[str] = vl_convert.get_vegalite_versions()
    same = [one for one in versions if one.split(".")[0] == major]
    return (same or versions)[-1]


def _draw(chart: LiveChart) -> str:
    import vl_convert

    if chart.library != "vega":
        raise PictureError("a script draws it")
    if chart.lacks:
        raise PictureError(chart.lacks)
    spec: Any = chart.spec
    try:
        if "/schema/vega/" in str(spec.get("$schema")):
            return str(vl_convert.vega_to_svg(spec, allowed_base_urls=[]))
        version = vega_lite_version(chart.version)
        return str(vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[]))
    except ValueError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        raise PictureError(f"it can't be drawn ({lines[1 % len(lines)].strip()})") from None
