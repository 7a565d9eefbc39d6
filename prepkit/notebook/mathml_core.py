"""A formula as data -> MathML Core, which browsers show: letters, alignment, lines and all.

MathML Core has no attributes for bold letters, aligned columns or boxes: letters are characters of
their own, and the rest is CSS.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from prepkit.notebook.mathml import Formula

_Part = Mapping[str, Any]
_Names = tuple[str, ...]

# Where Unicode has the capital and the small letters and the digits of each alphabet.
_ALPHABETS: Mapping[str, tuple[int, int, int]] = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "bold italic": (0x1D468, 0x1D482, 0x1D7CE),
    "italic": (0x1D434, 0x1D44E, 0),
    "bb": (0x1D538, 0x1D552, 0x1D7D8),
    "cal": (0x1D49C, 0x1D4B6, 0),
    "bold cal": (0x1D4D0, 0x1D4EA, 0x1D7CE),
    "frak": (0x1D504, 0x1D51E, 0),
    "bold frak": (0x1D56C, 0x1D586, 0x1D7CE),
    "sans": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "bold sans": (0x1D5D4, 0x1D5EE, 0x1D7EC),
    "italic sans": (0x1D608, 0x1D622, 0x1D7E2),
    "mono": (0x1D670, 0x1D68A, 0x1D7F6),
}
_GREEK = {"bold": (0x1D6A8, 0x1D6C2), "bold italic": (0x1D71C, 0x1D736)}
# The letters that Unicode had before it had the alphabets.
_OLDER = {
    "bb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "cal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "frak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "italic": {"h": "ℎ"},
}
_ACCENTS = {
    "\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0306": "˘", "\u0307": "˙", "\u0308": "¨",
    "\u030a": "˚", "\u030c": "ˇ", "\u0301": "´", "\u0300": "`", "\u20d7": "→", "\u20d6": "←",
    "\u20e1": "↔", "\u20db": "⋯", "\u20dc": "⋯",
}  # fmt: skip
_BRACES = {
    "overbrace": "⏞", "overbracket": "⎴", "overparen": "⏜", "underbrace": "⏟",
    "underbracket": "⎵", "underparen": "⏝",
}  # fmt: skip
_LARGE = frozenset("∑∏∐⋀⋁⋂⋃⨀⨁⨂⨄⨆")
# Symbols that aren't letters, but stand for a thing as letters do.
_THINGS = frozenset("∞∅…⋯⋮⋱⋰°%$#&△▲□■◊★☆✓♠♡♢♣♭♮♯℘℧†‡_?\u00a0'\"∠∡∢∎⊤")
_UNSPACED = frozenset("|‖/\\")
_SHOWN = {"-": "−", "*": "∗"}
_THIN = '<mspace width="0.167em"></mspace>'
_STYLES = {
    "display": 'displaystyle="true" scriptlevel="0"',
    "inline": 'displaystyle="false" scriptlevel="0"',
    "script": 'displaystyle="false" scriptlevel="1"',
    "sscript": 'displaystyle="false" scriptlevel="2"',
}
_LINE = "transparent calc(50% - 0.6px), currentColor, transparent calc(50% + 0.6px)"
_STRUCK = {
    "box": "border: 1px solid; padding: 0.2em 0.3em",
    "up": f"background: linear-gradient(to top left, {_LINE})",
    "down": f"background: linear-gradient(to top right, {_LINE})",
    "cross": (
        f"background: linear-gradient(to top left, {_LINE}), linear-gradient(to top right, {_LINE})"
    ),
}
_TEXT_STYLES = {
    "bold": "font-weight: bold",
    "italic": "font-style: italic",
    "mono": "font-family: monospace",
    "sans": "font-family: sans-serif",
}


def core_mathml(formula: Formula, tex: str, *, display: bool) -> str:
    """Return a formula as a ``<math>`` element; its TeX goes with it for those who copy it."""
    content = _row(formula, ())
    if any(part["t"] == "break" for part in formula):
        content = _broken(formula)
    block = ' display="block"' if display else ""
    return f'<math{block} alttext="{escape(tex)}">{content}</math>'


def _broken(formula: Formula) -> str:
    """Return a formula with line breaks, line by line."""
    lines: list[Formula] = [[]]
    for part in formula:
        if part["t"] == "break":
            lines.append([])
        else:
            lines[-1].append(part)
    rows = "".join(f"<mtr><mtd>{_row(line, ())}</mtd></mtr>" for line in lines)
    return f'<mtable displaystyle="true">{rows}</mtable>'


def _row(formula: Sequence[_Part], names: _Names) -> str:
    parts: list[str] = []
    for place, part in enumerate(formula):
        before = formula[place - 1] if place else None
        after = formula[place + 1] if place + 1 < len(formula) else None
        if _is_named(part) and before and _is_thing(before):
            parts.append(_THIN)
        if part.get("s") in ("+", "-", "\u00b1") and not (before and after) and len(formula) > 1:
            # A sign or a charge, and not an operation.
            parts.append(f'<mo lspace="0" rspace="0">{_SHOWN.get(part["s"], part["s"])}</mo>')
        else:
            parts.append(_written(part, names))
        if _is_named(part) and after and (_is_thing(after) or _is_named(after)):
            parts.append(_THIN)
    return "".join(parts)


def _is_named(part: _Part) -> bool:
    """Return whether a part is an operator with a name, such as sin, even with a power."""
    if part["t"] == "attached":
        return len(part["c"]) == 1 and part["c"][0]["t"] == "operator"
    return bool(part["t"] == "operator")


def _is_thing(part: _Part) -> bool:
    """Return whether a part is what TeX calls ordinary: letters, numbers, what they are in."""
    if part["t"] == "symbol":
        return unicodedata.category(part["s"][:1] or " ")[0] in "LN" or part["s"] in _THINGS
    return part["t"] in ("text", "fraction", "root", "accent", "attached", "variant", "color")


def _one(formula: Sequence[_Part] | None, names: _Names) -> str:
    """Return a formula as a single element."""
    if formula and len(formula) == 1 and formula[0]["t"] in ("symbol", "text", "fraction", "root"):
        return _written(formula[0], names)
    return f"<mrow>{_row(formula or [], names)}</mrow>"


def _written(part: _Part, names: _Names) -> str:
    match part["t"]:
        case "symbol":
            return _symbol(part["s"], names)
        case "text":
            return _text(part["s"], names)
        case "operator":
            return f"{_operator(part, names)}<mo>\u2061</mo>"
        case "variant":
            return _row(part["c"], (*names, *part["names"]))
        case "style":
            return f"<mstyle {_STYLES[part['name']]}>{_row(part['c'], names)}</mstyle>"
        case "color":
            return f'<mrow mathcolor="{escape(part["color"])}">{_row(part["c"], names)}</mrow>'
        case "space":
            return f'<mspace width="{max(part["em"], 0)}em"></mspace>'
        case "break":
            return '<mspace width="1em"></mspace>'
        case "primes":
            return f"<mo>{'′' * part['count']}</mo>"
        case "fraction":
            line = "" if part["line"] else ' linethickness="0"'
            return f"<mfrac{line}>{_one(part['above'], names)}{_one(part['below'], names)}</mfrac>"
        case "root" if part["index"] is None:
            return f"<msqrt>{_row(part['c'], names)}</msqrt>"
        case "root":
            return f"<mroot>{_one(part['c'], names)}{_one(part['index'], names)}</mroot>"
        case "attached":
            return _attached(part, names)
        case "lines" | "table":
            return _table(part, names)
    return _marked(part, names)


def _marked(part: _Part, names: _Names) -> str:
    """Return something with marks, lines or delimiters around it."""
    match part["t"]:
        case "accent":
            wide = len(part["c"]) > 1
            mark = f'<mo stretchy="{str(wide).lower()}">{_ACCENTS[part["mark"]]}</mo>'
            return f'<mover accent="true">{_one(part["c"], names)}{mark}</mover>'
        case "line" if part["name"] in _BRACES:
            tag = "mover" if part["name"].startswith("over") else "munder"
            brace = f'<mo stretchy="true">{_BRACES[part["name"]]}</mo>'
            return f"<{tag}>{_one(part['c'], names)}{brace}</{tag}>"
        case "line":
            side = "top" if part["name"] == "overline" else "bottom"
            style = f"border-{side}: 1px solid; padding-{side}: 0.1em"
            return f'<mrow style="{style}">{_row(part["c"], names)}</mrow>'
        case "stretched":
            return _row(part["c"], names).replace("<mo", '<mo stretchy="true"', 1)
        case "fenced":
            before, after = _fence(part["open"], "pre"), _fence(part["close"], "post")
            return f"<mrow>{before}<mrow>{_row(part['c'], names)}</mrow>{after}</mrow>"
        case "middle":
            return f'<mo stretchy="true" fence="true">{escape(part["s"])}</mo>'
        case "big":
            size = f'minsize="{part["size"]}em" maxsize="{part["size"]}em"'
            return f'<mo stretchy="true" {size} lspace="0" rspace="0">{escape(part["s"])}</mo>'
        case "phantom":
            return f"<mphantom>{_row(part['c'], names)}</mphantom>"
        case "struck":
            return f'<mrow style="{_STRUCK[part["how"]]}">{_row(part["c"], names)}</mrow>'
    return f"<mrow>{_row(part['c'], names)}</mrow>"


def _fence(character: str, form: str) -> str:
    if not character:
        return ""
    return f'<mo stretchy="true" fence="true" form="{form}fix">{escape(character)}</mo>'


def _operator(part: _Part, names: _Names) -> str:
    name = "".join(each.get("s", "") for each in part["c"])
    return f"<mi>{escape(_letters(name, names) if set(names) - {'upright'} else name)}</mi>"


def _attached(part: _Part, names: _Names) -> str:
    base, below, above = part["c"], part["below"], part["above"]
    alone = base[0] if len(base) == 1 else {"t": ""}
    moving = (alone["t"] == "operator" and alone["limits"]) or alone.get("s") in _LARGE
    limits = part["limits"] or moving
    if alone["t"] == "operator":
        written = _operator(alone, names)
        if moving:
            written = re.sub(r"^<mi>(.*)</mi>$", r'<mo movablelimits="true">\1</mo>', written)
    else:
        written = _one(base, names)
    if part["limits"] and written.startswith("<mo>"):
        written = written.replace("<mo>", '<mo movablelimits="false">', 1)
    tag = "m" + "".join(
        name
        for name, given in zip(
            ("under", "over") if limits else ("sub", "sup"), (below, above), strict=True
        )
        if given is not None
    )
    if tag == "m":
        return written
    others = "".join(_one(each, names) for each in (below, above) if each is not None)
    after = "<mo>\u2061</mo>" if alone["t"] == "operator" else ""
    return f"<{tag}>{written}{others}</{tag}>{after}"


def _table(part: _Part, names: _Names) -> str:
    aligned = part["t"] == "lines"
    style = "display" if aligned else part["style"]
    columns, lines = part.get("lines", ()), part.get("rows_lines", ())
    rows = []
    last_row, last_column = len(part["rows"]), max(len(row) for row in part["rows"])
    for number, row in enumerate(part["rows"]):
        cells = []
        for place, cell in enumerate(row):
            css = [] if cell["align"] == "center" else [f"text-align: {cell['align']}"]
            if aligned:
                css += ["padding-left: 0" if place % 2 else "padding-right: 0"]
                css += ["padding-left: 2em"] if place and not place % 2 else []
            css += ["border-left: 1px solid"] if place in columns else []
            ends = place + 1 == last_column and last_column in columns
            css += ["border-right: 1px solid"] if ends else []
            css += ["border-top: 1px solid"] if number in lines else []
            ends = number + 1 == last_row and last_row in lines
            css += ["border-bottom: 1px solid"] if ends else []
            styled = f' style="{"; ".join(css)}"' if css else ""
            cells.append(f"<mtd{styled}>{_row(cell['c'], names)}</mtd>")
        rows.append(f"<mtr>{''.join(cells)}</mtr>")
    displayed = ' displaystyle="true"' if style == "display" else ""
    level = ' scriptlevel="1"' if style == "script" else ""
    return f"<mtable{displayed}{level}>{''.join(rows)}</mtable>"


# ---- letters


def _symbol(character: str, names: _Names) -> str:
    if unicodedata.category(character[:1] or " ")[0] in "LN" or character in _THINGS:
        shown = _letters(character, names)
        # TeX sets Greek capitals upright.
        upright = "upright" in names or "\u0391" <= character <= "\u03a9" or character in _THINGS
        normal = ' mathvariant="normal"' if shown == character and upright else ""
        return f"<mi{normal}>{escape(shown)}</mi>"
    shown = escape(_SHOWN.get(character, character))
    if character in _UNSPACED:
        return f'<mo stretchy="false" lspace="0" rspace="0">{shown}</mo>'
    if unicodedata.category(character[:1] or " ") in ("Ps", "Pe"):
        return f'<mo stretchy="false">{shown}</mo>'
    return f"<mo>{shown}</mo>"


def _text(text: str, names: _Names) -> str:
    if re.fullmatch(r"[\d.,]+", text):
        return f"<mn>{_letters(text, names)}</mn>"
    styles = "; ".join(_TEXT_STYLES[name] for name in names if name in _TEXT_STYLES)
    styled = f' style="{styles}"' if styles else ""
    return f"<mtext{styled}>{escape(text).replace(' ', chr(0xA0))}</mtext>"


def _letters(text: str, names: _Names) -> str:
    """Return letters and digits of the alphabet that is named."""
    kinds = [name for name in ("bb", "cal", "frak", "mono", "sans") if name in names]
    kind = kinds[-1] if kinds else "italic" if "italic" in names else ""
    key = f"bold {kind}".strip() if "bold" in names else kind
    if kind == "sans" and key == "sans" and "italic" in names:
        key = "italic sans"
    if key not in _ALPHABETS:
        key = kind
    return "".join(_letter(character, key) for character in text) if key else text


def _letter(character: str, key: str) -> str:
    if older := _OLDER.get(key, {}).get(character):
        return older
    capital, small, digit = _ALPHABETS[key]
    if "A" <= character <= "Z":
        return chr(capital + ord(character) - ord("A"))
    if "a" <= character <= "z":
        return chr(small + ord(character) - ord("a"))
    if character.isascii() and character.isdigit() and digit:
        return chr(digit + int(character))
    if key in _GREEK and "\u0391" <= character <= "\u03c9":
        great, lesser = _GREEK[key]
        if character < "\u03b1":
            return chr(great + ord(character) - 0x391)
        return chr(lesser + ord(character) - 0x3B1)
    return character
