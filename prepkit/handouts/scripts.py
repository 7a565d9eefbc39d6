"""What characters that no font has are called, in words, and which font would help."""

from __future__ import annotations

import re
import unicodedata

from prepkit.text import join_some

_SCRIPT = re.compile(
    r"(?:FULLWIDTH |HALFWIDTH |SMALL )?(.+?)(?: (?:CAPITAL|SMALL|VOWEL|CONSONANT|INDEPENDENT))*"
    r" (?:LETTER|SIGN|SYLLABLE|CHARACTER|HIEROGLYPH|DIGIT|NUMBER|NUMERAL|MARK|LIGATURE|SYMBOL"
    r"|RADICAL|LOGOGRAM|IDEOGRAPH|TONE|IDEOGRAM|SUBJOINED|HEAD)\b"
)
_NO_SCRIPTS = frozenset(
    {"COMBINING", "MODIFIER", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER", "SQUARED"}
    | {"CIRCLED", "PARENTHESIZED", "NEGATIVE", "SUPERSCRIPT", "SUBSCRIPT", "ZERO", "VARIATION"}
)
"""Words with which names begin that are no scripts."""

# One font has all of these; every other script has its own font.
_CJK = "Noto Sans CJK"
_SCRIPTS = {
    "CJK": ("Chinese or Japanese", _CJK),
    "CJK UNIFIED": ("Chinese or Japanese", _CJK),
    "CJK COMPATIBILITY": ("Chinese or Japanese", _CJK),
    "HIRAGANA": ("Japanese", _CJK),
    "KATAKANA": ("Japanese", _CJK),
    "HANGUL": ("Korean", _CJK),
    "LATIN": ("Latin", "Noto Sans"),
    "GREEK": ("Greek", "Noto Sans"),
    "CYRILLIC": ("Cyrillic", "Noto Sans"),
    "EGYPTIAN": ("Egyptian", "Noto Sans Egyptian Hieroglyphs"),
}


def script_of(character: str) -> str:
    """Return what a character belongs to, in words, such as ``Hebrew`` or ``mathematical``."""
    return _script_and_font(character)[0]


def no_font_for(characters: str) -> str:
    """Say which characters of one script are in no font, and what would help."""
    name, font = _script_and_font(characters[0])
    shown = join_some([f"{_shown(one)} (U+{ord(one):04X})" for one in characters], 5)
    return (
        f"no font here has {shown} ({name} characters), so they are printed as empty boxes;"
        f" install a font that has them{font and f', such as {font}'}"
    )


def _shown(character: str) -> str:
    """Return a character, or what is there instead of one that can't be seen."""
    return character if character.isprintable() else "a character"


def _script_and_font(character: str) -> tuple[str, str]:
    """Return what a character belongs to, and a font that has it; empty if none is known."""
    name, kind = unicodedata.name(character, ""), unicodedata.category(character)
    if not name and not "\U0001f000" <= character <= "\U0001faff":
        return ("private" if kind == "Co" else "unassigned"), ""
    found = _SCRIPT.match(name)
    script = found[1] if found else (name.split() or ["EMOJI"])[0].split("-")[0]
    if script in _SCRIPTS or script.startswith("KATAKANA"):
        return _SCRIPTS.get(script, _SCRIPTS["KATAKANA"])
    if "\U0001f000" <= character <= "\U0001faff" and kind[0] in "SC":
        return "emoji", "Noto Color Emoji"
    if "MATHEMATICAL" in name or "DOUBLE-STRUCK" in name or kind == "Sm":
        return "mathematical", "Noto Sans Math"
    if kind in ("Cf", "Zs", "Zl", "Zp"):
        return "invisible", ""
    if kind[0] in "SPN" or script.split()[0] in _NO_SCRIPTS:
        return "symbol", "Noto Sans Symbols 2"
    words = " ".join(word.capitalize() for word in script.split())
    return words, f"Noto Sans {words}"
