"""The style declarations of notebooks that are allowed on a page."""

from __future__ import annotations

import re
from functools import lru_cache

# How text or a cell looks; nothing that could move it over other parts of the page.
_PROPERTIES = frozenset(
    {"background", "background-color", "border", "border-bottom", "border-collapse", "border-color"}
    | {"border-left", "border-radius", "border-right", "border-spacing", "border-style"}
    | {"border-top", "border-width", "caption-side", "color", "display", "font-size", "font-style"}
    | {"font-variant-numeric", "font-weight", "height", "list-style", "list-style-type", "margin"}
    | {"margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-height"}
    | {"overflow-x", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top"}
    | {"text-align", "text-decoration", "text-transform", "vertical-align", "white-space", "width"}
)
_VALUE = re.compile(r"[-\w#%.,()+/ ]+(?:!important)?")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = frozenset({"", "calc", "hsl", "hsla", "linear-gradient", "rgb", "rgba"})
_NEGATIVE = re.compile(r"(?:^|[\s,(])-")
_INK_ON = (("#000000", 0.179), ("#ffffff", 0.0))


@lru_cache(4096)
def harmless_style(style: str) -> str:
    """Return the allowed declarations of a style attribute; an empty text if there are none.

    A background without a text colour gets black or white text, whichever can be read on it: the
    page's own text may be dark or light.
    """
    kept: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if name in _PROPERTIES and _is_harmless(name, value):
            kept[name] = value
    ground = kept.get("background-color") or kept.get("background")
    if ground and "color" not in kept and (ink := _ink_on(ground)):
        kept["color"] = ink
    return "; ".join(f"{name}: {value}" for name, value in kept.items())


def _is_harmless(name: str, value: str) -> bool:
    if not _VALUE.fullmatch(value):
        return False
    if name == "display" and value not in ("block", "flex", "inline-block"):
        return False
    if name.startswith("margin") and _NEGATIVE.search(value):
        return False
    return all(one.lower() in _FUNCTIONS for one in _FUNCTION.findall(value))


def _ink_on(ground: str) -> str | None:
    """Return black or white, whichever can be read on a background; None if it isn't one colour.

    After the relative luminance of WCAG 2: black on backgrounds of at least 0.179.
    """
    from tinycss2 import color3  # type: ignore[import-untyped]

    colour = color3.parse_color(ground.removesuffix("!important").strip())
    if colour is None or colour == "currentColor" or colour.alpha < 1:
        return None
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.red, colour.green, colour.blue)
    ]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return next(ink for ink, least in _INK_ON if light >= least)
