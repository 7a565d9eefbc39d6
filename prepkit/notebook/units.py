r"""Numbers and units as siunitx writes them: ``\SI{9.81}{\meter\per\second\squared}``."""

from __future__ import annotations

import re
from collections.abc import Callable

from prepkit.notebook.tex import Cursor, MathsError, Tokens, is_word, tex_of, tokens_of

_UNITS = {
    "meter": "m", "metre": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A",
    "kelvin": "K", "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa",
    "joule": "J", "watt": "W", "coulomb": "C", "volt": "V", "farad": "F", "siemens": "S",
    "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm", "lux": "lx", "becquerel": "Bq",
    "gray": "Gy", "sievert": "Sv", "katal": "kat", "radian": "rad", "steradian": "sr",
    "minute": "min", "hour": "h", "day": "d", "hectare": "ha", "litre": "l", "liter": "L",
    "tonne": "t", "electronvolt": "eV", "dalton": "Da", "bar": "bar", "bel": "B",
    "decibel": "dB", "neper": "Np", "astronomicalunit": "au", "bit": "bit", "byte": "B",
    "atomicmassunit": "u", "nauticalmile": "M", "knot": "kn", "barn": "b", "mmHg": "mmHg",
    "m": "m", "s": "s", "g": "g", "kg": "kg", "A": "A", "K": "K", "mol": "mol", "Hz": "Hz",
    "N": "N", "Pa": "Pa", "J": "J", "W": "W", "V": "V", "cm": "cm", "mm": "mm", "km": "km",
    "nm": "nm", "um": "\u00b5m", "ms": "ms", "ns": "ns", "us": "\u00b5s", "eV": "eV",
    "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "kJ": "kJ", "kW": "kW", "mL": "mL", "kPa": "kPa",
}  # fmt: skip
_SYMBOLS = {
    "ohm": r"\Omega", "degreeCelsius": r"{}^\circ\mathrm{C}", "celsius": r"{}^\circ\mathrm{C}",
    "degree": r"{}^\circ", "percent": r"\%", "arcminute": "{}'", "arcsecond": "{}''",
    "angstrom": r"\mathrm{\AA}",
}  # fmt: skip
_PREFIXES = {
    "quecto": "q", "ronto": "r", "yocto": "y", "zepto": "z", "atto": "a", "femto": "f",
    "pico": "p", "nano": "n", "micro": "\u00b5", "milli": "m", "centi": "c", "deci": "d",
    "deca": "da", "deka": "da", "hecto": "h", "kilo": "k", "mega": "M", "giga": "G",
    "tera": "T", "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y", "ronna": "R",
    "quetta": "Q", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti",
}  # fmt: skip
_POWERS_AFTER = {"squared": "2", "cubed": "3"}
_POWERS_BEFORE = {"square": "2", "cubic": "3"}
_NUMBER = re.compile(
    r"(?P<sign>[+-]|\\pm)?\s*(?P<digits>\d*(?:[.,]\d*)?)\s*(?:(?:\+-|\\pm)\s*(?P<error>\d+(?:\.\d+)?))?"
    r"\s*(?P<short>\(\d+\))?\s*(?:[eEdD]\s*(?P<power>[+-]?\d+))?"
)


def _number(tokens: Tokens) -> str:
    """Return a number as siunitx sets it: ``6.02e23`` is a product with a power of ten."""
    text = tex_of(tokens).strip()
    found = _NUMBER.fullmatch(text.replace("~", "").replace(r"\,", "").replace(r"\pm", "+-"))
    if not found or not (found["digits"] or found["power"]):
        return text  # such as a formula, which is set as it is
    digits = found["digits"].replace(",", ".")
    whole, point, rest = digits.partition(".")
    if len(whole) > 4:
        whole = r"\,".join(re.findall(r"\d{1,3}", whole[::-1]))[::-1].replace(",\\", "\\,")
    number = (found["sign"] or "") + whole + point + rest
    if found["error"]:
        number += rf"\pm {found['error']}"
    number += found["short"] or ""
    if found["power"]:
        times = r"\times " if found["digits"] else ""
        number = f"({number})" if found["error"] else number
        number += f"{times}10^{{{found['power']}}}"
    return number


def _unit(tokens: Tokens) -> str:
    r"""Return a unit: with commands, as in ``\meter\per\second``, or literally, as in ``m/s``."""
    if not any(is_word(token) for token in tokens):
        text = re.sub(r"\s+|~", ".", tex_of(tokens).strip())
        text = re.sub(r"\^\{?(-?\d+)\}?", r"}^{\1}\\mathrm{", text).replace("/", r"}/\mathrm{")
        text = re.sub(r"[.*]", r"}\\,\\mathrm{", text).replace("%", r"\%")
        return rf"\mathrm{{{text}}}".replace(r"\mathrm{}", "")
    parts: list[str] = []
    cursor = Cursor(tokens)
    below = False
    power, prefix = "", ""
    while cursor:
        token = cursor.take()
        name = token[1:]
        if token in (" ", ".", "~", r"\,"):
            continue
        if name == "per":
            below = True
        elif name in _POWERS_BEFORE:
            power = _POWERS_BEFORE[name]
        elif name == "raiseto":
            power = tex_of(cursor.argument())
        elif name in _PREFIXES and name not in ("m", "g"):
            prefix = _PREFIXES[name]
        elif name in _UNITS or name in _SYMBOLS:
            power = power or _power_after(cursor)
            if below:
                power = f"-{power or 1}"
            symbol = _SYMBOLS.get(name) or rf"\mathrm{{{prefix}{_UNITS[name]}}}"
            if name in _SYMBOLS and prefix:
                symbol = rf"\mathrm{{{prefix}}}{symbol}"
            parts.append(symbol + (f"^{{{power}}}" if power else ""))
            below, power, prefix = False, "", ""
        else:
            raise MathsError(f"the unit {token} is not supported")
    return r"\,".join(parts)


def _power_after(cursor: Cursor) -> str:
    cursor.skip_blanks()
    name = cursor.peek()[1:]
    if name in _POWERS_AFTER:
        cursor.take()
        return _POWERS_AFTER[name]
    if name == "tothe":
        cursor.take()
        return tex_of(cursor.argument())
    if cursor.peek() == "^":
        cursor.take()
        return tex_of(cursor.argument())
    return ""


def _quantity(cursor: Cursor) -> Tokens:
    cursor.optional()
    number = _number(cursor.argument())
    cursor.optional()
    unit = _unit(cursor.argument())
    space = "" if unit.startswith(("{}^\\circ}", r"{}'")) else r"\,"
    return tokens_of(f"{number}{space}{unit}")


def _only_number(cursor: Cursor) -> Tokens:
    cursor.optional()
    return tokens_of(_number(cursor.argument()))


def _only_unit(cursor: Cursor) -> Tokens:
    cursor.optional()
    return tokens_of(_unit(cursor.argument()))


def _angle(cursor: Cursor) -> Tokens:
    cursor.optional()
    degrees, *others = tex_of(cursor.argument()).split(";")
    marks = [f"{part}{mark}" for part, mark in zip(others, ("'", "''"), strict=False) if part]
    return tokens_of("".join([rf"{degrees}^\circ" if degrees else "", *marks]))


def _range(cursor: Cursor) -> Tokens:
    cursor.optional()
    first, last = _number(cursor.argument()), _number(cursor.argument())
    unit = rf"\,{_unit(cursor.argument())}"
    return tokens_of(rf"{first}{unit}\text{{ to }}{last}{unit}")


UNIT_COMMANDS: dict[str, Callable[[Cursor], Tokens]] = {
    r"\SI": _quantity, r"\qty": _quantity, r"\si": _only_unit, r"\unit": _only_unit,
    r"\num": _only_number, r"\ang": _angle, r"\SIrange": _range, r"\qtyrange": _range,
}  # fmt: skip
"""What returns the TeX of a command of siunitx, from the tokens after the command."""
