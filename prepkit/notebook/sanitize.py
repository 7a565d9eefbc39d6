"""What may stand on a page: HTML and drawings of notebooks, without what runs or calls elsewhere.

Only what is listed here stays. The same HTML comes out of cleaning twice as of cleaning once.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from html import escape, unescape
from xml.etree import ElementTree

import nh3

from prepkit.notebook.css_allowlist import harmless_style, with_styler_rules
from prepkit.notebook.pictures import MAX_BYTES, PictureError
from prepkit.text import pluralize

Notice = Callable[[str], None]

ID_PREFIX = "nb-"
"""Stands before every id of a notebook and every link to one, so that none is the site's own."""

_TAGS = frozenset(
    {"a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br"}
    | {"caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div"}
    | {"dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt"}
    | {"ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"}
)
# MathML Core, without the elements in which HTML may begin again.
_MATHS = frozenset(
    {"math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"}
    | {"mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub"}
    | {"msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none"}
)
# Elements that go with all that is in them; of others that aren't listed, the content stays.
_WHOLE = frozenset(
    {"annotation", "annotation-xml", "applet", "embed", "frameset", "iframe", "math-field"}
    | {"noembed", "noframes", "noscript", "object", "option", "script", "select", "style", "svg"}
    | {"template", "textarea", "title", "xmp"}
)
_MATHS_ATTRIBUTES = frozenset(
    {"accent", "accentunder", "columnalign", "columnlines", "columnspacing", "columnspan", "depth"}
    | {"display", "displaystyle", "fence", "form", "height", "largeop", "linethickness", "lspace"}
    | {"mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing"}
    | {"rowspan", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"}
)
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset(
        {"aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "class", "dir", "id"}
        | {"lang", "role", "style", "tabindex", "title"}
    ),
    "a": frozenset({"href"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "td": frozenset({"align", "colspan", "headers", "rowspan", "valign"}),
    "th": frozenset({"align", "colspan", "headers", "rowspan", "scope", "valign"}),
    "time": frozenset({"datetime"}),
    **dict.fromkeys(_MATHS, _MATHS_ATTRIBUTES),
}
_IDS = frozenset({"aria-describedby", "aria-labelledby", "headers", "id"})
_ROLES = frozenset(
    {"doc-backlink", "doc-endnotes", "doc-footnote", "doc-noteref", "group", "img", "list"}
    | {"listitem", "math", "none", "note", "presentation", "region", "table"}
)
# Of pandas, great_tables, our own views, footnotes, and code in colours.
_CLASS = re.compile(
    r"anchor-link|ansi-[a-z-]+|col_heading|dataframe|footnotes?(?:-[a-z]+)?|gt_[a-z_]+|highlight"
    r"|hl-[a-z0-9-]+|prepkit-[a-z-]+|row_heading|[a-z]{1,3}\d?"
)
_IMAGE = re.compile(r"data:image/(?:avif|gif|jpeg|png|svg\+xml|webp)[;,]", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_EDGE = "".join(map(chr, range(33)))

# As nh3 writes a tag: each attribute in double quotes, and no such quote within.
_WRITTEN_TAG = re.compile(r'<([a-z][a-z0-9-]*)((?: [^\s"=>/]+="[^"]*")*)>')
_WRITTEN_ALT = re.compile(r' alt="([^"]*)"')
_MISSING = "picture not published: it is not in the notebook"

_INLINE_SVG = re.compile(r"<svg\b[^>]*>.*?</svg\s*>", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"""<svg\b[^>]*?\saria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_CHECKBOX = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?checkbox\b[^>]*>", re.IGNORECASE)
_CHECKED = re.compile(r"\schecked\b", re.IGNORECASE)
_TAG_LEFT_OUT = re.compile(
    r"<(applet|audio|button|canvas|embed|form|frameset|iframe|input|link|meta|object|script|select"
    r"|textarea|video)\b",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]{3,}\s*=", re.IGNORECASE)
_SCRIPT_LINK = re.compile(r"=\s*[\"']?\s*((?:java|vb)script:)", re.IGNORECASE)


def clean_html(html: str, notice: Notice = lambda text: None) -> str:
    """Return the HTML of a notebook without anything that runs, calls another host or disguises.

    No scripts, event handlers, forms, frames, style elements; no pictures of other hosts, in whose
    place their alternative text stands; no ids, classes and data that mean something to the site.
    Drawings within the HTML become pictures, and the colours of a pandas Styler become those of
    its cells.

    Parameters
    ----------
    html
        A part of a page, whole elements. Parts of one page may link to each other.
    notice
        Told what of it is not published, once for each kind of thing.
    """
    dropped: dict[str, int] = {}

    def drop(what: str) -> None:
        dropped[what] = dropped.get(what, 0) + 1

    if "<" not in html and "&" not in html:
        return html
    ready = _with_pictures(html, drop) if "<svg" in html.lower() else html
    if "T_" in ready and "<style" in ready:
        ready = with_styler_rules(ready)
    ready = _CHECKBOX.sub(lambda box: "☑" if _CHECKED.search(box[0]) else "☐", ready)
    for tag in _TAG_LEFT_OUT.findall(ready):
        drop(f"<{tag.lower()}>")
    for _ in _HANDLER.finditer(ready):
        drop("event handler")
    for scheme in _SCRIPT_LINK.findall(ready):
        drop(scheme.lower())
    written = _cleaner().clean(ready)

    def pictured(tag: re.Match[str]) -> str:
        if tag[1] != "img" or ' src="' in tag[2]:
            return tag[0]
        drop("picture")
        alt = _WRITTEN_ALT.search(tag[2])
        shown = escape(unescape(alt[1]).strip(), quote=False) if alt else ""
        return f"<span><em>{f'{shown} ' if shown else ''}({_MISSING})</em></span>"

    page = _WRITTEN_TAG.sub(pictured, written) if "<img" in written else written
    for what, count in dropped.items():
        notice(_said(what, count))
    return page


_PICTURES = {
    "picture": "they must be in the notebook, or files beside it",
    "drawing": "they must be plain, well-formed SVG",
}


def _said(what: str, count: int) -> str:
    """Return the notice of something that was left out."""
    if what in _PICTURES:
        return f"{pluralize(count, what)} not published: {_PICTURES[what]}"
    return f"{pluralize(count, what)} left out" if what == "event handler" else f"{what} left out"


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*_TAGS, *_MATHS},
        clean_content_tags=set(_WHOLE),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes={"data", "http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return an attribute as it is published; None if it isn't."""
    match name:
        case "href":
            return _link(value)
        case "src":
            return _source(value)
        case "style":
            return harmless_style(value) or None
        case "class":
            return " ".join(one for one in value.split() if _CLASS.fullmatch(one)) or None
        case "role":
            return value if value in _ROLES else None
        case "tabindex":
            return value if value in ("0", "-1") else None
        case _ if name in _IDS:
            return " ".join(map(_own_id, value.split())) or None
    return value


def _own_id(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def _address(value: str) -> str:
    """Return an address as browsers read it: they overlook spaces at its ends and line ends."""
    plain = re.sub(r"[\t\n\r]", "", value.strip(_EDGE))
    return plain if _SCHEME.match(plain) else plain.replace("\\", "/")


def _link(value: str) -> str | None:
    address = _address(value)
    if address.startswith("#") and len(address) > 1:
        return f"#{_own_id(address[1:])}"
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
        return None
    return address


def _source(value: str) -> str | None:
    address = _address(value)
    if _IMAGE.match(address):
        return address
    # The rest must be a file of the site itself.
    return None if not address or _SCHEME.match(address) or address.startswith("//") else address


def _with_pictures(html: str, drop: Callable[[str], None]) -> str:
    """Return HTML in which its drawings are pictures: browsers run nothing of a picture."""

    def picture(found: re.Match[str]) -> str:
        label = _LABEL.match(found[0])
        alt = (label[1] or label[2] or "").replace('"', "&quot;") if label else ""
        try:
            source = b64encode(clean_svg(found[0])).decode()
        except PictureError:
            drop("drawing")
            return ""
        # On a ground of its own, since its ink is dark in a dark theme, too.
        ground = "background-color: #ffffff; max-width: 100%"
        return f'<img src="data:image/svg+xml;base64,{source}" alt="{alt}" style="{ground}">'

    return _INLINE_SVG.sub(picture, html)


_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SHAPES = frozenset(
    {"circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix"}
    | {"feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA", "feFuncB"}
    | {"feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset", "filter", "g"}
    | {"image", "line", "linearGradient", "marker", "mask", "path", "pattern", "polygon"}
    | {"polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text"}
    | {"textPath", "title", "tspan", "use"}
)
_RASTER = re.compile(r"data:image/(?:avif|gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]*", re.I)
_ATTRIBUTE = re.compile(r"(?!on)[a-z][A-Za-z0-9-]*")
_CSS_ACTIVE = re.compile(
    r"[\\@<]|\burl\s*\(\s*(?![\"']?\s*#)|image-set|image\s*\(|expression|behavior|binding|script:",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)


def clean_svg(svg: bytes | str) -> bytes:
    """Return a drawing, as a file, without anything that runs or refers to something outside it.

    Raises
    ------
    PictureError
        If it is not plain, well-formed SVG, or larger than 20 MB.
    """
    text = svg if isinstance(svg, str) else svg.decode("utf-8", "replace")
    if len(text) > MAX_BYTES:
        raise PictureError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    text = _DOCTYPE.sub("", text, count=1)
    if "<!" in re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", text, flags=re.DOTALL):
        raise PictureError("it declares things of its own, which plain SVG doesn't")
    text = re.sub(r"^\s*<\?xml\b.*?\?>", "", text, count=1, flags=re.DOTALL).strip()
    try:
        root = ElementTree.fromstring(_named(text))
        if root.tag != f"{{{_SVG}}}svg":
            raise PictureError("it is not an SVG drawing")
        _clean_drawing(root)
        root.set("xmlns", _SVG)
        cleaned: bytes = ElementTree.tostring(root, "utf-8")
        return cleaned
    except ElementTree.ParseError as error:
        reason = str(error).split(":")[0]
        raise PictureError(f"it is not well-formed SVG ({reason})") from None
    except RecursionError:
        raise PictureError("its elements are nested too deeply") from None


def _named(text: str) -> str:
    """Return a drawing with the names of its namespaces, which HTML may leave out."""
    start = re.match(r"(?:\s*<!--.*?-->)*\s*<svg\b[^>]*>", text, re.DOTALL)
    head = start[0] if start else ""
    for name, address in (("xmlns", _SVG), ("xmlns:xlink", _XLINK)):
        if head and not re.search(rf"\s{name}\s*=", head):
            head = head.replace("<svg", f'<svg {name}="{address}"', 1)
    return head + text[start.end() :] if start else text


def _clean_drawing(element: ElementTree.Element) -> None:
    """Take the namespaces off an element, and what isn't plain out of it, and all below it."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        plain = "href" if name == f"{{{_XLINK}}}href" else name
        if _is_plain(element.tag, plain, value):
            element.set(plain, value)
    if element.tag == "style" and (len(element) or _CSS_ACTIVE.search(element.text or "")):
        element.text, element[:] = None, []
    kept: list[ElementTree.Element] = []
    for child in element:
        name = child.tag.removeprefix(f"{{{_SVG}}}")
        if name in _SHAPES:
            _clean_drawing(child)
            kept.append(child)
        elif name == "a":  # what is linked stays
            child.tag, child.attrib = "g", {}
            _clean_drawing(child)
            kept.append(child)
    element[:] = kept


def _is_plain(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return value.startswith("#") or (tag == "image" and _RASTER.fullmatch(value) is not None)
    return _ATTRIBUTE.fullmatch(name) is not None and not _CSS_ACTIVE.search(value)
