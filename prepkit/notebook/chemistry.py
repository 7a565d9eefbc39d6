r"""Chemical formulas as mhchem writes them: ``\ce{2H2 + O2 -> 2H2O}``."""

from __future__ import annotations

import re

from prepkit.notebook.tex import MathsError

_ARROWS = {
    "->": r"\xrightarrow", "<-": r"\xleftarrow", "<->": r"\xleftrightarrow",
    "<-->": r"\rightleftarrows", "<=>": r"\rightleftharpoons",
    "<=>>": r"\rightleftharpoons", "<<=>": r"\rightleftharpoons",
}  # fmt: skip
_PLAIN_ARROWS = {"->": r"\longrightarrow", "<-": r"\longleftarrow", "<->": r"\longleftrightarrow"}
_BONDS = {"-": "-", "=": "=", "#": r"\equiv "}

# The parts of a formula, in the order in which they are tried.
_PART = re.compile(
    r"(?P<arrow><<=>|<=>>|<-->|<=>|<->|->|<-)(?P<above>\[(?:[^\[\]{}]|\{[^{}]*\})*\])?"
    r"(?P<below>\[(?:[^\[\]{}]|\{[^{}]*\})*\])?"
    r"|(?P<maths>\$[^$]*\$)"
    r"|(?P<blank>\s+)"
    r"|(?P<electron>\\bond\{(?P<bond>[^{}]*)\})"
    r"|(?P<command>\\[a-zA-Z]+(?:\s*\{[^{}]*\})*|\\.)"
    r"|\^(?P<above_it>\{[^{}]*\}|\d*[+-]|[+-]?\d+[+-]?|[.\w])"
    r"|_(?P<below_it>\{[^{}]*\}|\d+|\w)"
    r"|(?P<element>[A-Z][a-z]?|e(?=-|\^))"
    r"|(?P<digits>\d+/\d+|\d+(?:\.\d+)?)"
    r"|(?P<letters>[a-z]+)"
    r"|(?P<group>\{[^{}]*\})"
    r"|(?P<other>.)",
    re.DOTALL,
)


def chemistry(text: str) -> str:
    """Return the TeX of a chemical formula or equation.

    Raises
    ------
    MathsError
        If it isn't closed.
    """
    parts: list[str] = []
    before = ""  # what kind the last part was: "" at the start, " " after a blank
    place = 0
    text = text.strip()
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            raise MathsError("it is not complete")
        tex, before = _written(part, before, text)
        parts.append(tex)
        place = part.end()
    return "".join(parts)


def _written(part: re.Match[str], before: str, text: str) -> tuple[str, str]:
    """Return the TeX of one part of a formula, and its kind."""
    after = text[part.end() : part.end() + 1]
    if part["arrow"]:
        return _arrow(part["arrow"], _inside(part["above"]), _inside(part["below"])), " "
    if part["maths"]:
        return f"{{{part['maths'][1:-1]}}}", "letters"
    if part["blank"]:
        return ("" if before == " " else r"\;" if before in ("digits",) else ""), " "
    if part["electron"]:
        return rf"{{{_BONDS.get(part['bond'], '-')}}}", "bond"
    if part["command"]:
        return part["command"] + " ", "element"
    if part["above_it"]:
        return _script("^", part["above_it"], before), "script"
    if part["below_it"]:
        return _script("_", part["below_it"], before), "script"
    if part["element"]:
        return rf"\mathrm{{{part['element']}}}", "element"
    if part["digits"]:
        return _digits(part["digits"], before)
    if part["letters"]:
        return _letters(part["letters"], before, after)
    if part["group"]:
        return f"{{{chemistry(part['group'][1:-1])}}}", "element"
    return _sign(part[0], before, after)


def _inside(text: str | None) -> str:
    return text[1:-1].strip() if text else ""


def _arrow(arrow: str, above: str, below: str) -> str:
    if not above and not below:
        return f"\\;{_PLAIN_ARROWS.get(arrow, _ARROWS[arrow])}\\;"
    over, under = (_on_arrow(words) for words in (above, below))
    tex = _ARROWS[arrow]
    if tex.startswith("\\x"):
        return rf"\;{tex}{f'[{under}]' if under else ''}{{{over}}}\;"
    tex = rf"\overset{{{over}}}{{{tex}}}" if over else tex
    return rf"\;\underset{{{under}}}{{{tex}}}\;" if under else rf"\;{tex}\;"


def _on_arrow(words: str) -> str:
    """Return what stands on an arrow: a formula of its own, or TeX."""
    return words if words.startswith(("\\", "$")) else chemistry(words)


def _script(sign: str, text: str, before: str) -> str:
    text = text[1:-1] if text.startswith("{") else text
    base = "{}" if before in ("", " ", "digits") else ""
    upright = re.sub(r"[A-Za-z]+", lambda word: rf"\mathrm{{{word[0]}}}", text)
    return f"{base}{sign}{{{upright}}}"


def _digits(digits: str, before: str) -> tuple[str, str]:
    """Return a number: below what is before it, or else before what comes."""
    if before in ("element", "close", "script"):
        return f"_{{{digits}}}", "script"
    if "/" in digits:
        above, below = digits.split("/")
        return rf"\tfrac{{{above}}}{{{below}}}\,", "digits"
    return rf"{digits}\,", "digits"


def _letters(letters: str, before: str, after: str) -> tuple[str, str]:
    if letters == "v" and before == " " and not after.strip():
        return r"\downarrow ", "element"
    if len(letters) == 1 and before in ("element", "close") and after != ")":
        return f"_{{{letters}}}", "script"  # a count, as in (CH2)n
    if len(letters) == 1 and before in ("", " "):
        return f"{letters}\\,", "digits"  # a count, as in n H2O
    return rf"\mathrm{{{letters}}}", "element"


def _sign(sign: str, before: str, after: str) -> tuple[str, str]:
    """Return a bracket, a charge, a bond, or a sign between formulas."""
    attached = before in ("element", "close", "script")
    if sign in "+-" and attached and (after in tuple(" )]},") or not after or after == "("):
        return f"^{{{sign}}}", "script"
    if sign == "^" and after.strip() == "":
        return r"\uparrow ", "element"
    if sign == "+":
        return "{}+{}", " "
    if sign in "-=#":
        return f"{{{_BONDS[sign]}}}", "bond"
    if sign in "*.":
        return r"\cdot ", ""
    if sign in "([":
        return sign, ""
    if sign in ")]":
        return sign, "close"
    return sign, "other"
