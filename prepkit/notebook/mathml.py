"""MathML as latex2mathml makes it -> plain data. Anything that isn't known here is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from prepkit.notebook.arrays import lines_of
from prepkit.notebook.tex import MathsError
from prepkit.notebook.tex_colors import color_of

Formula = list[dict[str, Any]]
"""``{"t": kind, …}`` in order; the kinds are those of template/maths.typ."""

MAX_DEPTH = 16
"""How deep a formula may be nested: the template's functions call themselves at each level."""

_MAX_GROUPS = 60  # how deep its MathML may be nested: most of its levels are only groups
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]+);")

# In em, as TeX has them (The TeXbook, chapter 18: thin, medium and thick are 3, 4 and 5 mu).
_SPACES = {"thin": 3 / 18, "medium": 4 / 18, "thick": 5 / 18}
_UNITS = {"em": 1.0, "mu": 1 / 18, "ex": 0.43, "pt": 0.1, "px": 0.075, "mm": 0.285, "cm": 2.85}
_ACCENTS = {
    "^": "\u0302", "~": "\u0303", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307", "¨": "\u0308",
    "˚": "\u030a", "ˇ": "\u030c", "\u00b4": "\u0301", "`": "\u0300", "→": "\u20d7", "←": "\u20d6",
    "↔": "\u20e1", "\u20db": "\u20db", "\u20dc": "\u20dc",
}  # fmt: skip
_OVER = {"―": "overline", "⏞": "overbrace", "⎴": "overbracket", "⏜": "overparen"}
_UNDER = {"―": "underline", "⏟": "underbrace", "⎵": "underbracket", "⏝": "underparen"}
_VARIANTS = {
    "normal": ("upright",),
    "italic": ("italic",),
    "bold": ("upright", "bold"),
    "bold-italic": ("italic", "bold"),
    "double-struck": ("bb",),
    "script": ("cal",),
    "fraktur": ("frak",),
    "sans-serif": ("upright", "sans"),
    "sans-serif-italic": ("italic", "sans"),
    "monospace": ("mono",),
}
_STRIKES = {
    "updiagonalstrike": "up",
    "downdiagonalstrike": "down",
    "updiagonalstrike downdiagonalstrike": "cross",
    "box": "box",
}
# Their limits are beside or below them, depending on the formula's style: the template decides.
_LARGE = frozenset("∑∏∐\u22c0\u22c1\u22c2\u22c3⨀⨁⨂⨄⨆")
_LIMITS = frozenset({"lim", "max", "min", "sup", "inf"})
# As latex2mathml leaves them after \big and its like.
_DELIMITERS = {
    "<": "⟨", ">": "⟩",
    "\\{": "{", "\\}": "}", "\\|": "\u2016", "\\langle": "⟨", "\\rangle": "⟩", "\\lfloor": "⌊",
    "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉", "\\vert": "|", "\\lvert": "|", "\\rvert": "|",
    "\\Vert": "\u2016", "\\lVert": "\u2016", "\\rVert": "\u2016", "\\backslash": "\\",
}  # fmt: skip
_OPENING = frozenset("([{⟨|‖\u2223∥⌊⌈")


def read_mathml(root: Element) -> Formula:
    """Return the formula in a ``<math>`` element.

    Raises
    ------
    MathsError
        If it has anything that isn't known here.
    """
    row = _read_row(root, 0)
    if _depth(row) > MAX_DEPTH:
        raise MathsError(f"it is nested more than {MAX_DEPTH} levels deep")
    if len(row) == 1 and row[0]["t"] == "table" and row[0]["style"] == "display":
        return [{"t": "lines", "rows": row[0]["rows"]}]
    return row


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    return max((_depth(item) for item in value), default=0) if isinstance(value, list) else 0


def _decoded_text(element: Element) -> str:
    """Return an element's text; latex2mathml writes symbols as entities for a later step."""
    return _ENTITY.sub(lambda code: chr(int(code.group(1), 16)), element.text or "")


def _refuse_others(element: Element, *known: str) -> None:
    unknown = set(element.attrib) - set(known)
    if unknown:
        raise MathsError(f"{min(unknown)} of {element.tag} is not supported")


def _read_row(element: Element, depth: int) -> Formula:
    """Return the contents of a row, with the fences that grow with what is inside them."""
    children = list(element)
    # \left … \right, and the brace before cases.
    if children and children[0].get("form") == "prefix":
        closed = children[-1].get("form") == "postfix"
        inner = children[1:-1] if closed else children[1:]
        close = _decoded_text(children[-1]) if closed else ""
        return [_fenced(_decoded_text(children[0]), _read_elements(inner, depth + 1), close)]
    return _read_elements(children, depth)


def _read_elements(children: Sequence[Element], depth: int) -> Formula:
    if depth > _MAX_GROUPS:
        raise MathsError(f"it is nested more than {MAX_DEPTH} levels deep")
    found: Formula = []
    place = 0
    while place < len(children):
        child = children[place]
        three = children[place : place + 3]
        if len(three) == 3 and _is_fenced(*three):
            found.append(
                _fenced(
                    _decoded_text(child),
                    _read_element(three[1], depth + 1),
                    _decoded_text(three[2]),
                )
            )
            place += 3
        elif child.tag == "mpadded" and "".join(child.itertext()) == "&#x029F8;":  # \not
            if place + 1 == len(children):
                raise MathsError("there is nothing after \\not")
            found.append(_symbol(_negated(_decoded_text(children[place + 1]))))
            place += 2
        else:
            found.extend(_read_element(child, depth))
            place += 1
    return found


def _is_fenced(before: Element, inner: Element, after: Element) -> bool:
    """Return whether three elements are a matrix or a binomial in its parentheses."""
    return (
        before.tag == after.tag == "mo"
        and (inner.tag == "mtable" or inner.get("linethickness") == "0")
        and "stretchy" not in before.attrib
        and _decoded_text(before) in _OPENING
    )


def _fenced(before: str, content: Formula, after: str) -> dict[str, Any]:
    return {"t": "fenced", "open": _delimiter(before), "c": content, "close": _delimiter(after)}


def _delimiter(text: str) -> str:
    text = _DELIMITERS.get(text, text)
    if len(text) > 1:
        raise MathsError(f"{text} as a delimiter is not supported")
    return "" if text == "." else text


def _negated(text: str) -> str:
    negated = unicodedata.normalize("NFC", f"{text}\u0338")
    if len(negated) != 1:
        raise MathsError(f"\\not before {text or 'this'} is not supported")
    return negated


def _symbol(text: str) -> dict[str, Any]:
    return {"t": "symbol", "s": text}


def _read_element(element: Element, depth: int) -> Formula:
    match element.tag:
        case "mi" | "mn" | "mo" | "mtext":
            if len(element):
                return _classed(element, depth)
            return _varied(element, _token(element))
        case "mrow" | "mstyle" | "mpadded" | "mphantom" | "menclose":
            return _group(element, depth)
        case "mspace":
            return _space(element)
        case "mfrac":
            _refuse_others(element, "linethickness")
            above, below = _parts(element, 2, depth)
            thickness = element.get("linethickness")
            if thickness not in (None, "0"):
                raise MathsError("the thickness of a fraction's line is not supported")
            return [{"t": "fraction", "above": above, "below": below, "line": thickness is None}]
        case "msqrt":
            return [{"t": "root", "c": _read_row(element, depth + 1), "index": None}]
        case "mroot":
            content, index = _parts(element, 2, depth)
            return [{"t": "root", "c": content, "index": index}]
        case "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover":
            return [_attached(element, depth)]
        case "mtable":
            return [_read_table(element, depth)]
    raise MathsError(f"{element.tag} is not supported")


def _parts(element: Element, count: int, depth: int) -> list[Formula]:
    children = list(element)
    if len(children) != count:
        raise MathsError("it is not complete")
    return [_read_elements([child], depth + 1) for child in children]


def _token(element: Element) -> Formula:
    """Return a letter, number, operator or text."""
    raw, text = element.text or "", _decoded_text(element)
    if element.tag == "mtext":
        words = re.sub(r"\\([%$&#_{} ])", r"\1", text)
        if "\\" in words or "{" in words:
            raise MathsError("a command within its text is not supported")
        return [{"t": "text", "s": words}]
    if raw in ("&", "{", "}", "#", "$", "^", "_"):
        raise MathsError(f"{raw} has no meaning here")
    if not text:
        if element.tag == "mo" and "minsize" not in element.attrib:
            raise MathsError("the name of an operator is not supported")
        return []
    if "minsize" in element.attrib:
        size = float(element.attrib["minsize"].removesuffix("em"))
        return [{"t": "big", "s": _delimiter(text), "size": size}]
    if element.get("fence") == "true":
        return [{"t": "middle", "s": _delimiter(text)}]
    if "\\" in raw:
        raise MathsError(f"{text} is not supported")
    if number := re.match(r"\d+(?:\.\d*)?|\.\d+", text):
        # A number before letters that are a unit of length elsewhere, such as 3in.
        rest = text[number.end() :].strip()
        return [{"t": "text", "s": number.group()}, *map(_symbol, rest)]
    if set(text) == {"\u2032"}:
        return [{"t": "primes", "count": len(text)}]
    if len(text) > 1:
        limits = text in _LIMITS or "movablelimits" in element.attrib
        return [{"t": "operator", "c": [{"t": "text", "s": text}], "limits": limits}]
    if raw != text and text.isascii() and text.isalpha():
        return [{"t": "variant", "names": ["upright"], "c": [_symbol(text)]}]  # \mathrm{d}
    return [_symbol("\u223c" if text == "~" else text)]  # \sim


def _varied(element: Element, content: Formula) -> Formula:
    name = element.get("mathvariant")
    if name is None or not content:
        return content
    if name not in _VARIANTS:
        raise MathsError(f"the letters {name} are not supported")
    return [{"t": "variant", "names": list(_VARIANTS[name]), "c": content}]


def _classed(element: Element, depth: int) -> Formula:
    r"""Return ``\mathop`` and its like: content that is spaced as an operator of a kind."""
    content = _read_row(element, depth + 1)
    if element.tag == "mi":
        kind = "normal"
    elif element.get("separator"):
        kind = "punctuation"
    elif element.get("lspace") == "0.22em":
        kind = "binary"
    elif element.attrib:
        kind = "normal"
    else:
        raise MathsError("\\mathop and \\mathrel are not supported")
    return [{"t": "class", "name": kind, "c": content}]


def _group(element: Element, depth: int) -> Formula:
    content = _read_row(element, depth + 1)
    match element.tag:
        case "mstyle":
            _refuse_others(element, "displaystyle", "scriptlevel", "mathcolor")
            if color := element.get("mathcolor"):
                return [{"t": "color", "color": color_of(color), "c": content}]
            style = (element.get("displaystyle"), element.get("scriptlevel"))
            names: dict[tuple[str | None, str | None], str]
            names = {("true", "0"): "display", (None, "0"): "", ("false", "0"): "inline"}
            names |= {("false", "1"): "script", ("false", "2"): "sscript", (None, "1"): "script"}
            name = names[style]
            if style == (None, "1"):  # \substack, smallmatrix
                content[0]["style"] = name
                return content
            return [{"t": "style", "name": name, "c": content}] if name else content
        case "mpadded":
            # The space beside the words on an arrow, which the template sets itself.
            if element.attrib and element.get("lspace") != "0.556em":
                raise MathsError("moved or overlapping parts are not supported")
            return content
        case "mphantom":
            return [{"t": "phantom", "c": content}]
        case "menclose":
            notation = element.get("notation", "")
            if notation not in _STRIKES:
                raise MathsError(f"{notation} is not supported")
            return [{"t": "struck", "how": _STRIKES[notation], "c": content}]
    _refuse_others(element)
    return content


def _space(element: Element) -> Formula:
    _refuse_others(element, "width", "linebreak", "depth")
    if element.get("linebreak"):
        return [{"t": "break"}]
    width = element.get("width", "0em")
    named = re.fullmatch(r"(negative)?(thin|medium|thick)mathspace", width)
    measured = re.fullmatch(r"(-?(?:\d+\.?\d*|\.\d+))\s*([a-z]{2})", width)
    if named:
        em = _SPACES[named.group(2)] * (-1 if named.group(1) else 1)
    elif measured and measured.group(2) in _UNITS:
        em = float(measured.group(1)) * _UNITS[measured.group(2)]
    else:
        raise MathsError(f"the space {width} is not supported")
    if not -2 <= em <= 20:
        raise MathsError(f"the space {width} is too large")
    return [{"t": "space", "em": round(em, 3)}]


def _attached(element: Element, depth: int) -> dict[str, Any]:
    """Return a base with an accent, or with what is above, below and next to it."""
    count = 3 if element.tag in ("msubsup", "munderover") else 2
    children = list(element)
    if len(children) == count + 2 and _is_fenced(*children[:3]):  # a matrix, to the power of
        base = _read_elements(children[:3], depth + 1)
        others = [_read_elements([child], depth + 1) for child in children[3:]]
    else:
        base, *others = _parts(element, count, depth)
    mark = _decoded_text(element[1]) if element[1].tag == "mo" else ""
    if element.tag == "mover" and mark in _ACCENTS and element[0].tag != "mstyle":
        return {"t": "accent", "c": base, "mark": _ACCENTS[mark]}
    lines = {"mover": _OVER, "munder": _UNDER}.get(element.tag, {})
    if mark in lines:
        return {"t": "line", "name": lines[mark], "c": base}
    below = others[0] if element.tag not in ("msup", "mover") else None
    above = others[-1] if element.tag not in ("msub", "munder") else None
    limits = element.tag.startswith(("mu", "mo")) and not (
        len(base) == 1 and base[0].get("s") in _LARGE
    )
    stretched = limits and len(base) == 1 and base[0].get("s", " ") in "→←↔⇒⇐⇔↦"
    return {
        "t": "attached",
        "c": [{"t": "stretched", "c": base}] if stretched else base,
        "below": below,
        "above": above,
        "limits": limits,
    }


def _cell_of(side: str, content: Formula) -> dict[str, Any]:
    return {"align": side, "c": content}


def _read_table(element: Element, depth: int) -> dict[str, Any]:
    _refuse_others(element, "displaystyle", "columnspacing", "rowspacing")
    across, down = _take_lines(element)
    rows: list[list[dict[str, Any]]] = []
    for row in element:
        cells = []
        for cell in row:
            content = _read_row(cell, depth + 2)
            if any(part["t"] == "break" for part in content):
                raise MathsError("a line break within a cell is not supported")
            cells.append(_cell_of(cell.get("columnalign", "center"), content))
        rows.append(cells)
    if not rows:
        raise MathsError("it has an empty table")
    width = max(len(row) for row in rows)
    for cells in rows:
        cells.extend(_cell_of("center", []) for _ in range(width - len(cells)))
    return {
        "t": "table",
        "rows": rows,
        "lines": down,
        "rows_lines": [place for place in across if place <= len(rows)],
        "style": "display" if element.get("displaystyle") == "true" else "inline",
    }


def _take_lines(table: Element) -> tuple[list[int], list[int]]:
    """Take the marks of a table's lines out of its first cell, and return the lines."""
    cell = next(iter(next(iter(table), ())), None)
    first = next(iter(cell), None) if cell is not None else None
    if cell is None or first is None or first.tag != "mtext":
        return [], []
    lines = lines_of(_decoded_text(first))
    if lines is None:
        return [], []
    cell.remove(first)
    return lines
