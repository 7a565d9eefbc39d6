"""Elements of HTML that need a program, a form or a browser -> what can be shown of them. Pure.

Nothing that has content is dropped: it becomes text, a link, a file to download, or else a node
``x-missing`` whose notice says what is not there. Its children are what there is instead.
"""

from __future__ import annotations

import re

from prepkit.notebook.html_tree import Node
from prepkit.notebook.stored_files import file_in_address
from prepkit.text import shorten

_HIDDEN = re.compile(r"(?:^|;)(?:display:none|visibility:hidden)(?:!important)?(?:;|$)")
_BREAK = re.compile(
    r"(?:^|;)(?:page-)?break-(before|after):(?:always|page|left|right|recto|verso)(?:;|!|$)"
)
_SIZED = re.compile(r"(?:^|;)(?:width|height):(?!0(?:px|%)?(?:;|$))")
_COLOURLESS = re.compile(r"background(?:-color)?:(?:none|transparent|white|#fff|#ffffff)(?:;|!|$)")
_BREAK_CLASSES = frozenset({"pagebreak", "page-break", "page_break", "newpage"})
_BREAK_COMMANDS = frozenset({"\\newpage", "\\pagebreak", "\\clearpage", "\\cleardoublepage"})
_NAMES = {
    "iframe": "an embedded page",
    "frame": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "applet": "an embedded program",
    "video": "a video",
    "audio": "a sound",
    "canvas": "a drawing that a script makes",
}
_AS_TEXT = frozenset({"button", "input", "meter", "noscript", "progress", "select", "textarea"})
_CLOSED = frozenset({"datalist", "dialog"})
# What these fields show is not what they hold.
_UNSEEN_FIELDS = frozenset({"file", "hidden", "password", "image"})

_MOST_OPTIONS = 20  # of a list to choose from, beside what is chosen

EMBEDDED = frozenset(_NAMES)
"""Elements of which a link, a file, or what stands in them instead is shown."""


def is_hidden(node: Node) -> bool:
    """Return whether an element is not seen unless a script or another style sheet changes it."""
    if not node.attributes:
        return node.tag in _CLOSED
    if "hidden" in node.attributes or node.tag == "datalist":
        return True
    if node.tag == "dialog" and "open" not in node.attributes:
        return True
    style = node.attributes.get("style", "").lower()
    return ("none" in style or "hidden" in style) and bool(_HIDDEN.search(_plain(style)))


def page_breaks(node: Node) -> tuple[bool, bool]:
    """Return whether paper begins a new page before an element, and after it."""
    if not node.attributes:
        return False, False
    style = node.attributes.get("style", "").lower()
    sides = set(_BREAK.findall(_plain(style))) if "break-" in style else set()
    is_one = not _BREAK_CLASSES.isdisjoint(node.classes) and not node.words()
    return "before" in sides, "after" in sides or is_one


def is_break_command(node: Node) -> bool:
    """Return whether a paragraph is a command of LaTeX that begins a new page, and nothing else."""
    if len(node.children) != 1 or not isinstance(node.children[0], str):
        return False
    return node.children[0].strip() in _BREAK_COMMANDS


def is_bar(node: Node) -> bool:
    """Return whether an element is empty but for a coloured ground of some size, such as a bar."""
    style = node.attributes.get("style", "").lower()
    if "background" not in style or node.children:
        return False
    plain = _plain(style)
    return bool(_SIZED.search(plain)) and not _COLOURLESS.search(plain)


def as_shown(node: Node, shown: str) -> None:
    """Turn an element that needs more than a page into what can be shown of it.

    Parameters
    ----------
    node
        The element, which is changed.
    shown
        The word for showing something: ``printed`` or ``published``.
    """
    if node.tag in _AS_TEXT:
        _as_text(node, shown)
    elif node.tag in EMBEDDED:
        _embedded(node, shown)
    elif node.tag == "a" and node.attributes.get("href", "").lstrip()[:5].lower() == "data:":
        _stored(node, node.attributes["href"], "a file in a link", shown)
    elif node.tag == "script" and node.attributes.get("type", "").startswith("math/tex"):
        node.tag = "x-math" if "display" in node.attributes["type"] else "x-math-inline"
    elif node.tag == "math":
        _formula(node)


def _as_text(node: Node, shown: str) -> None:
    """Turn a part of a form into the words that it shows."""
    match node.tag:
        case "select":
            _list_options(node, shown)
        case "textarea":
            node.children = [node.text() or node.attributes.get("placeholder", "")]
        case "input":
            kind = node.attributes.get("type", "text").lower()
            if kind == "checkbox":
                return  # lists of tasks are read elsewhere
            node.children = [_field(node, kind)]
        case "progress" | "meter" if not node.words():
            node.children = [_share(node)]
    node.tag, node.attributes = "span", {}


def _list_options(select: Node, shown: str) -> None:
    """Turn a list to choose from into its options, with signs for what is chosen.

    Of a list to open, that is the first if none is. Of a long one, the rest is counted.
    """
    options = [node for node in select.descendants() if node.tag == "option"]
    is_many = "multiple" in select.attributes
    selected = [one for one in options if "selected" in one.attributes]
    chosen = {id(one) for one in (selected if is_many else selected[-1:] or options[:1])}
    yes, no = "☑☐" if is_many else "◉○"
    listed = [one for n, one in enumerate(options) if n < _MOST_OPTIONS or id(one) in chosen]
    words = (
        f"{yes if id(one) in chosen else no} {one.words() or one.attributes.get('label', '')}"
        for one in listed
    )
    select.children = [" ".join(words)]
    if more := len(options) - len(listed):
        select.notices = (f"{more:,} of {len(options):,} options of a list are not {shown}",)


def _field(node: Node, kind: str) -> str:
    if kind == "radio":
        return "◉" if "checked" in node.attributes else "○"
    if kind in _UNSEEN_FIELDS:
        return node.attributes.get("alt", "")
    return node.attributes.get("value", "") or node.attributes.get("placeholder", "")


def _share(node: Node) -> str:
    try:
        share = float(node.attributes["value"]) / float(node.attributes.get("max", "1"))
        return f"{share:.0%}"
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return ""


def _embedded(node: Node, shown: str) -> None:
    """Turn an embedded page, film or sound into a link or a file, or what stands in it instead."""
    name = _NAMES[node.tag]
    sources = (
        each.attributes.get("src") or each.attributes.get("data", "")
        for each in (node, *node.descendants())
        if each.tag in (*EMBEDDED, "source")
    )
    address = next(filter(None, map(str.strip, sources)), "")
    title = node.attributes.get("title", "") or node.attributes.get("aria-label", "")
    title = title.strip()
    if address[:5].lower() == "data:":
        _stored(node, address, f"{name} “{title}”" if title else name, shown, title)
        return
    inside = [] if node.tag in ("iframe", "frame") else node.children
    node.tag, node.attributes, node.children = "x-missing", {}, inside
    if address and not address.lower().startswith(("about:", "blob:", "javascript:")):
        node.notices = (f"{name} is {shown} as a link",)
        link = Node("a", {"href": address}, [title or shorten(address, 80)])
        node.children = [link]
    else:
        called = f" “{title}”" if title else ""
        node.notices = (f"{name}{called} is not {shown}",)


def _stored(node: Node, address: str, name: str, shown: str, title: str = "") -> None:
    """Turn an element into the file that its address holds, where there can be files."""
    file = file_in_address(address)
    words = [child for child in node.children if node.tag == "a"]
    if file and shown == "published":
        node.tag, node.attributes, node.children = "x-file", {}, [title] if title else words
        node.file = file
        return
    node.tag, node.attributes, node.children = "x-missing", {}, words
    label = f" ({file.label})" if file else ""
    node.notices = (f"{name}{label} is not {shown}",)


def _formula(node: Node) -> None:
    """Turn MathML that says its TeX into that, since both outputs set TeX."""
    for below in node.descendants():
        if below.tag == "annotation" and "tex" in below.attributes.get("encoding", "").lower():
            display = node.attributes.get("display") == "block"
            node.children, node.attributes = [below.text()], {}
            node.tag = "x-math" if display else "x-math-inline"
            return


def _plain(style: str) -> str:
    return re.sub(r"\s+", "", style)
