"""Cleans the HTML of notebooks for a page: nothing in it runs or loads from another host.

Only what is listed here stays. Cleaning twice gives the same HTML as cleaning once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import nh3

from prepkit.notebook.css_allowlist import harmless_style
from prepkit.notebook.html_tree import Node, write_html
from prepkit.notebook.pictures import TYPES, data_uri
from prepkit.text import pluralize, replace_lone_surrogates

Notice = Callable[[str], None]

ID_PREFIX = "nb-"
"""Put before every id of a notebook and every link to one, so that none clashes with the site's."""

_TAGS = frozenset(
    {"a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br"}
    | {"caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div"}
    | {"dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt"}
    | {"ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"}
)
# MathML Core, without the elements that can contain HTML again.
_MATHS = frozenset(
    {"math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"}
    | {"mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub"}
    | {"msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none"}
)
# Elements that are removed with their content. Of other unknown elements, the content stays.
_WHOLE = frozenset(
    {"annotation", "annotation-xml", "applet", "embed", "frameset", "iframe", "math-field"}
    | {"noembed", "noframes", "noscript", "object", "option", "script", "select", "style", "svg"}
    | {"template", "textarea", "title", "xmp"}
)
# Of forms, embedded pages and the like, `prepkit.notebook.elements` has kept what can be shown.
_MATHS_ATTRIBUTES = frozenset(
    {
        "accent",
        "accentunder",
        "alttext",
        "columnalign",
        "columnlines",
        "columnspacing",
        "columnspan",
        "depth",
    }
    | {"display", "displaystyle", "fence", "form", "height", "largeop", "linethickness", "lspace"}
    | {"mathcolor", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines"}
    | {"rowspacing"}
    | {"rowspan", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"}
)
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset(
        {"aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "class", "dir", "id"}
        | {"lang", "role", "style", "tabindex", "title"}
    ),
    "a": frozenset({"download", "href"}),
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
    r"alert(?:-[a-z]+)?|anchor-link|ansi-[a-z-]+|col_heading|dataframe|equation(?:-number)?|formula"
    r"|footnotes?(?:-[a-z]+)?|gt_[a-z_]+|highlight"
    r"|hl-[a-z0-9-]+|missing|prepkit-[a-z-]+|row_heading|wide|[a-z]{1,3}\d?"
)
_IMAGE = re.compile(
    rf"data:(?:{'|'.join(re.escape(kind.mime) for kind in TYPES)})[;,]", re.IGNORECASE
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_EDGE = "".join(map(chr, range(33)))

_NOT_HERE = "picture not published: it is not in the notebook"
_LEFT_OUT = frozenset(
    {"applet", "audio", "button", "canvas", "embed", "form", "frameset", "iframe", "input", "link"}
    | {"meta", "object", "script", "select", "textarea", "video"}
)
"""Elements for which a notice says that they are left out."""
_SCRIPT_LINK = re.compile(r"(?:java|vb)script:", re.IGNORECASE)


def clean_tree(root: Node, notice: Notice) -> str:
    """Return the HTML of a notebook without anything that runs, loads from other hosts or misleads.

    It has no scripts, event handlers, forms, frames or style elements; no pictures of other hosts
    (their alternative text is shown instead); and no ids, classes or data that mean something to
    the site. The tree is rewritten before the cleaning and never after it, so that the text of an
    attribute can't become markup again.

    Parameters
    ----------
    root
        A part of a page, made of whole elements; it is changed. Parts of a page may link to each
        other.
    notice
        Called with what isn't published, once per kind of thing.
    """
    for what in _prepare(root):
        notice(what)
    return str(_cleaner().clean(replace_lone_surrogates(write_html(root.children))))


def _prepare(root: Node) -> Iterator[str]:
    """Prepare a tree for the cleaner; yield the notices about it, one per kind of thing."""
    elements: dict[str, None] = {}
    links: dict[str, None] = {}
    handlers = pictures = 0
    for node in list(root.descendants()):
        yield from node.notices
        if node.tag == "input" and node.attributes.get("type", "").lower() == "checkbox":
            node.source = "☑" if "checked" in node.attributes else "☐"
        elif node.picture and node.source:
            # On a white background, because a drawing's lines are dark even in a dark theme.
            ground = {"style": "background-color: #ffffff; max-width: 100%"}
            node.attributes = {"src": data_uri(node.picture), **node.attributes, **ground}
            node.source = ""
        elif node.tag == "img" and _picture_address(node.attributes.get("src", "")) is None:
            pictures += not node.notices
            alt = node.attributes.get("alt", "").strip()
            note = Node("em", children=[f"{alt} ({_NOT_HERE})" if alt else f"({_NOT_HERE})"])
            node.tag, node.attributes, node.children = "span", {}, [note]
        elif node.tag in _LEFT_OUT:
            elements[f"<{node.tag}> left out"] = None
        for name, value in node.attributes.items():
            handlers += name.startswith("on")
            if name in ("href", "src") and (script := _SCRIPT_LINK.match(_address(value))):
                links[f"{script[0].lower()} left out"] = None
    yield from elements
    if handlers:
        yield f"{pluralize(handlers, 'event handler')} left out"
    yield from links
    if pictures:
        where = "they must be in the notebook, or files next to it"
        yield f"{pluralize(pictures, 'picture')} not published: {where}"


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
    """Return an attribute's value as it is published; None to remove the attribute."""
    match name:
        case "href":
            return _link(value)
        case "src":
            return _picture_address(value)
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
    """Return an address as browsers read it: they ignore spaces around it and line ends in it."""
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


def _picture_address(value: str) -> str | None:
    address = _address(value)
    if _IMAGE.match(address):
        return address
    # Any other picture must be a file of the site itself.
    return None if not address or _SCHEME.match(address) or address.startswith("//") else address
