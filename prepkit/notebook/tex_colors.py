r"""The colours of formulas, as the packages color and xcolor name them."""

from __future__ import annotations

import re

from prepkit.notebook.tex import MathsError

# Of the names of dvips, those that aren't names of CSS, too.
_DVIPS = {
    "apricot": "#fbb982", "bittersweet": "#c04f17", "bluegreen": "#00b3b8",
    "blueviolet": "#473992", "brickred": "#b6321c", "burntorange": "#f7921d",
    "cerulean": "#00a2e3", "emerald": "#00a99d", "junglegreen": "#00a99a",
    "midnightblue": "#006795", "mulberry": "#a93c93", "navyblue": "#006eb8",
    "olivegreen": "#3c8031", "orangered": "#ed135a", "pinegreen": "#008b72",
    "processblue": "#00b0f0", "rawsienna": "#974006", "red orange": "#f26035",
    "redorange": "#f26035", "redviolet": "#a1246b", "rhodamine": "#ef559f",
    "royalpurple": "#613f99", "sepia": "#671800", "wildstrawberry": "#ee2967",
    "yellowgreen": "#98cc70", "yelloworange": "#faa21a",
}  # fmt: skip


def color_of(name: str, model: str = "") -> str:
    """Return a colour as ``#rrggbb``.

    Parameters
    ----------
    name
        A name of dvips or CSS, ``#rrggbb``, or the numbers that `model` takes.
    model
        ``rgb``, ``RGB``, ``HTML``, ``gray`` or nothing.

    Raises
    ------
    MathsError
        If there is no such colour.
    """
    from tinycss2 import color3  # type: ignore[import-untyped]

    name = name.strip()
    numbers = [float(number) for number in re.findall(r"\d*\.?\d+", name)]
    match model:
        case "rgb" if len(numbers) == 3:
            return _hex([number * 255 for number in numbers])
        case "RGB" if len(numbers) == 3:
            return _hex(numbers)
        case "gray" if len(numbers) == 1:
            return _hex([numbers[0] * 255] * 3)
        case "HTML" if re.fullmatch("[0-9a-fA-F]{6}", name):
            return f"#{name.lower()}"
        case "" | "named":
            if name.lower() in _DVIPS:
                return _DVIPS[name.lower()]
            if "!" in name:  # such as red!50, which is mixed with white
                return _mixed(name)
            found = color3.parse_color(name)
            if found is not None and not isinstance(found, str) and found.alpha == 1:
                return _hex([found.red * 255, found.green * 255, found.blue * 255])
    raise MathsError(f"the colour {name} is not known")


def _mixed(name: str) -> str:
    """Return a colour of xcolor such as ``red!50`` or ``red!50!black``."""
    first, share, *other = name.split("!")
    if not re.fullmatch(r"\d{1,3}", share.strip()) or len(other) > 1:
        raise MathsError(f"the colour {name} is not known")
    ends = [color_of(first), color_of(other[0] if other else "white")]
    parts = [[int(end[place : place + 2], 16) for place in (1, 3, 5)] for end in ends]
    weight = min(int(share), 100) / 100
    return _hex([a * weight + b * (1 - weight) for a, b in zip(*parts, strict=True)])


def _hex(parts: list[float]) -> str:
    return "#" + "".join(f"{min(max(round(part), 0), 255):02x}" for part in parts)
