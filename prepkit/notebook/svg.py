"""Drawings (SVG), without scripts and without references to anything outside the drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from prepkit.notebook.picture_metadata import base64_without_metadata
from prepkit.text import replace_lone_surrogates

MAX_BYTES = 20_000_000
"""The size of the largest picture that is shown."""
TOO_LARGE = f"it is larger than {MAX_BYTES // 1_000_000} MB"
PIXEL = 0.75
"""Points in a pixel of CSS."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SHAPES = frozenset(
    {"circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix"}
    | {"feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting"}
    | {"feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB"}
    | {"feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology"}
    | {"feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence"}
    | {"filter", "g", "image", "line", "linearGradient", "marker", "mask", "path", "pattern"}
    | {"polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol"}
    | {"text", "textPath", "title", "tspan", "use"}
)
_RASTER = re.compile(r"data:image/(?:avif|gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]*", re.I)
_ATTRIBUTE = re.compile(r"(?!on)[a-z][A-Za-z0-9-]*")
_CSS_ACTIVE = re.compile(
    r"[\\@<]|\burl\s*\(\s*(?![\"']?\s*#)|image-set|image\s*\(|expression|behavior|binding|script:",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_DECLARES = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)

_POINTS = {"": PIXEL, "px": PIXEL, "pt": 1.0, "in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54}


class PictureError(ValueError):
    """A picture that can't be shown; the text says why."""


def measured_svg(svg: bytes | str) -> tuple[bytes, float | None]:
    """Return a drawing as a file, without scripts and references to anything outside it.

    Also return its width in points, if it states one.

    Raises
    ------
    PictureError
        If it is not plain, well-formed SVG, or larger than 20 MB.
    """
    try:
        root = parse_svg(svg if isinstance(svg, str) else svg.decode("utf-8", "replace"))
        if root.tag != f"{{{_SVG}}}svg":
            raise PictureError("it is not an SVG drawing")
        _clean_element(root)
        root.attrib = {"xmlns": _SVG, **root.attrib}
        return ElementTree.tostring(root, "utf-8"), _width(root)
    except ElementTree.ParseError as error:
        reason = str(error).split(":")[0]
        raise PictureError(f"it is not well-formed SVG ({reason})") from None
    except RecursionError:
        raise PictureError("its elements are nested too deeply") from None


def parse_svg(svg: str) -> ElementTree.Element:
    """Return the root of a drawing, which may be of any kind, with its comments.

    Raises
    ------
    PictureError
        If it is too large, or declares entities of its own.
    ParseError
        If it is not well-formed.
    """
    if len(svg) > MAX_BYTES:
        raise PictureError(TOO_LARGE)
    text = _DOCTYPE.sub("", replace_lone_surrogates(svg), count=1)
    if "<!" in _DECLARES.sub("", text):
        raise PictureError("it declares entities of its own, which are not allowed")
    text = re.sub(r"^\s*<\?xml\b.*?\?>", "", text, count=1, flags=re.DOTALL).strip()
    builder = ElementTree.TreeBuilder(insert_comments=True)
    return ElementTree.fromstring(_with_namespaces(text), ElementTree.XMLParser(target=builder))


def _with_namespaces(text: str) -> str:
    """Return a drawing with its namespaces declared, which HTML may leave out."""
    start = re.match(r"(?:\s*<!--.*?-->)*\s*<svg\b[^>]*>", text, re.DOTALL)
    head = start[0] if start else ""
    for name, address in (("xmlns", _SVG), ("xmlns:xlink", _XLINK)):
        if head and not re.search(rf"\s{name}\s*=", head):
            head = head.replace("<svg", f'<svg {name}="{address}"', 1)
    return head + text[start.end() :] if start else text


def _clean_element(element: ElementTree.Element) -> None:
    """Remove namespaces, and everything that isn't plain SVG, from an element and all below it."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        if name == _XML_SPACE:
            element.set("xml:space", value)
            continue
        plain = "href" if name == f"{{{_XLINK}}}href" else name
        if _is_plain(element.tag, plain, value):
            element.set(plain, _without_metadata(value) if plain == "href" else value)
    if element.tag == "style":
        element.text, element[:] = _plain_rules("".join(element.itertext())), []
    kept: list[ElementTree.Element] = []
    for child in element:
        name = child.tag.removeprefix(f"{{{_SVG}}}") if isinstance(child.tag, str) else ""
        if name == "a":  # what is linked stays
            child.tag, child.attrib = "g", {}
        elif name not in _SHAPES:
            # ElementTree keeps the text after an element in that element: it must not go with it.
            if kept:
                kept[-1].tail = (kept[-1].tail or "") + (child.tail or "")
            else:
                element.text = (element.text or "") + (child.tail or "")
            continue
        _clean_element(child)
        kept.append(child)
    element[:] = kept


def _is_plain(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return value.startswith("#") or (tag == "image" and _RASTER.fullmatch(value) is not None)
    # What an attribute of the author's own ("data-…") says is never seen.
    is_seen = _ATTRIBUTE.fullmatch(name) is not None and not name.startswith("data-")
    return is_seen and not _CSS_ACTIVE.search(value)


def _without_metadata(address: str) -> str:
    """Return the address of a part of the drawing, or of a picture in it, without metadata."""
    if address.startswith("#"):
        return address
    head, _, code = address.partition(",")
    try:
        return f"{head},{base64_without_metadata(code)}"
    except ValueError:
        return f"{head},"  # it can't be shown either


def _plain_rules(css: str) -> str:
    """Return a style sheet without the rules that load or run something."""
    if not _CSS_ACTIVE.search(css):
        return css
    import tinycss2  # type: ignore[import-untyped]

    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    written = [rule.serialize() for rule in rules if rule.type == "qualified-rule"]
    return "".join(rule for rule in written if not _CSS_ACTIVE.search(rule))


def _width(root: ElementTree.Element) -> float | None:
    """Return the width in points that a drawing states; None if it has no width of its own."""
    size = re.fullmatch(r"([\d.]+)(pt|px|in|mm|cm|)", root.get("width", ""))
    if size:
        return float(size[1]) * _POINTS[size[2]]
    box = re.match(r"\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d+\.?\d*)", root.get("viewBox", ""))
    return float(box[1]) * PIXEL if box else None
