"""A document's data -> a PDF, by the fixed template; strict first, then step by step less so."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from prepkit.errors import PrepkitError
from prepkit.handouts.notices import noted
from prepkit.notebook.pictures import PLACEHOLDER

if TYPE_CHECKING:
    import typst

_Standard = Literal["ua-1", "a-2a"]

_NAMES: dict[_Standard, str] = {"a-2a": "PDF/A-2a", "ua-1": "PDF/UA-1"}
_ACCESSIBLE: tuple[_Standard, ...] = ("ua-1",)
_ARCHIVE: tuple[_Standard, ...] = ("a-2a", "ua-1")
_HERE = Path(__file__).parent
_ACCENT = b"#1d5c4f"  # the template's, for the icons
_NO_GLYPH = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_INSTALL = {
    "CJK": "Noto Sans CJK",
    "HIRAGANA": "Noto Sans CJK",
    "KATAKANA": "Noto Sans CJK",
    "HANGUL": "Noto Sans CJK",
}


@dataclass(frozen=True, slots=True)
class Handout:
    """A printed document, and every way in which it differs from what went in."""

    pdf: bytes
    notices: tuple[str, ...]
    """One sentence each, with the cell and output it is about where there is one."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the template prints: its data, the pictures by name, and notices so far."""

    data: dict[str, Any]
    pictures: dict[str, bytes]
    notices: tuple[str, ...] = ()


def typeset(document: Document, *, archive: bool = False) -> Handout:
    """Return `document` as a tagged PDF (PDF/UA-1), byte for byte the same for the same input.

    With `archive` it conforms to PDF/A-2a as well, and carries its date. What a standard refuses
    does not cost the reader the handout: broken pictures are replaced by a placeholder, then the
    computer's own fonts are used, then PDF/A-2a and at last PDF/UA-1 are given up. Each step is
    among the notices.

    Raises
    ------
    PrepkitError
        If no step gives a PDF, or if it is to be archived and has no date.
    """
    if archive and document.data["meta"]["date"] is None:
        raise PrepkitError("A PDF to archive carries its date, so give one, such as 2026-01-31.")
    standards = _ARCHIVE if archive else _ACCESSIBLE
    files = {
        **_template_files(),
        **document.pictures,
        "document.json": _json(document.data),
    }
    data = document.data
    notices = list(document.notices)
    fonts = _fonts(of_computer=False)
    errors = _compile(files, fonts, standards)
    if isinstance(errors, bytes):
        return Handout(errors, tuple(notices))

    broken = [name for name in document.pictures if not _is_sound(files[name], fonts)]
    if broken:
        files |= dict.fromkeys(broken, PLACEHOLDER)
        left_out = [f"{_place_of(name, data)}: the picture is broken; left out" for name in broken]
        notices += left_out
        data = {**data, "body": noted(data["body"], left_out)}
        files["document.json"] = _json(data)
        errors = _compile(files, fonts, standards)
        if isinstance(errors, bytes):
            return Handout(errors, tuple(notices))
    missing = _missing_text(errors)

    fonts = _fonts(of_computer=True)
    errors = _compile(files, fonts, standards)
    still_missing = "" if isinstance(errors, bytes) else _missing_text(errors)
    helped = "".join(character for character in missing if character not in still_missing)
    if helped:
        notices.append(
            f"{_place_of(helped[0], document.data)}: {_scripts(helped)} text is set in fonts of"
            " this computer; another may print it differently"
        )
    if isinstance(errors, bytes):
        return Handout(errors, tuple(notices))

    unset = _missing_notices(still_missing, data)
    files["document.json"] = _json({**data, "body": noted(data["body"], unset)})
    for kept in (_ACCESSIBLE, ()) if archive else ((),):
        pdf = _compile(files, fonts, kept)
        if isinstance(pdf, bytes):
            break
    if not isinstance(pdf, bytes):
        raise PrepkitError(f"The handout can't be typeset: {pdf.splitlines()[0]}")
    notices.extend(unset)
    reason = "" if still_missing else f": {errors.splitlines()[0]}"
    names = " and ".join(_NAMES[standard] for standard in standards if standard not in kept)
    notices.append(f"the PDF is tagged, but does not conform to {names}{reason}")
    return Handout(pdf, tuple(notices))


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


@cache
def _template_files() -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted((_HERE / "template").glob("*.typ"))}
    files["main.typ"] = files.pop("handout.typ")
    for path in sorted((_HERE / "icons").glob("*.svg")):
        files[f"icons/{path.name}"] = path.read_bytes().replace(b"currentColor", _ACCENT)
    return files


@cache
def _fonts(*, of_computer: bool) -> typst.Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=of_computer,
        include_embedded_fonts=True,
        font_paths=[str(_HERE / "fonts")],
    )


def _compile(
    files: dict[str, bytes], fonts: typst.Fonts, standards: Sequence[_Standard]
) -> bytes | str:
    """Return the PDF, or what Typst has against it."""
    import typst

    try:
        pdf: bytes = typst.compile(
            files,  # type: ignore[call-overload]  # a dict is taken; the stub does not say so
            # Files come from the dict; a path that is not in it may only reach the icons.
            root=str(_HERE / "icons"),
            font_paths=fonts,
            format="pdf",
            pdf_standards=list(standards),
            timestamp=0,
        )
    except typst.TypstError as error:
        return f"{error.message}\n{error.diagnostic}"
    return pdf


def _is_sound(picture: bytes, fonts: typst.Fonts) -> bool:
    page = {"main.typ": b'#image("picture.svg", alt: "-")', "picture.svg": picture}
    return isinstance(_compile(page, fonts, ()), bytes)


def _missing_text(errors: str) -> str:
    """Return the characters for which Typst found no glyph, each once."""
    found: dict[str, None] = {}
    for quoted in _NO_GLYPH.findall(errors):
        text = _RUST_ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), quoted[1:-1])
        found.update(dict.fromkeys(text))
    return "".join(found)


def _script(character: str) -> str:
    """Return the script of a character as Unicode's names begin: ``ARABIC``, ``CJK``, ``THAI``."""
    return unicodedata.name(character, "UNNAMED").split()[0].split("-")[0]


def _scripts(characters: str) -> str:
    names = dict.fromkeys(_script(character) for character in characters)
    return ", ".join(name if name == "CJK" else name.capitalize() for name in names)


def _missing_notices(characters: str, data: dict[str, Any]) -> list[str]:
    """Name every script that no font has, where it first stands, and what would help."""
    by_script: dict[str, str] = {}
    for character in characters:
        script = _script(character)
        by_script[script] = by_script.get(script, "") + character
    notices = []
    for script, text in by_script.items():
        name = "Unnamed" if script == "UNNAMED" else _scripts(text)
        shown = ", ".join(f"{c} (U+{ord(c):04X})" for c in text[:5])
        more = f" and {len(text) - 5} more" if len(text) > 5 else ""
        font = _INSTALL.get(script, f"Noto Sans {name}")
        notices.append(
            f"{_place_of(text[0], data)}: no font has {shown}{more}, {name} characters,"
            f" printed as empty boxes; install a font that has them, such as {font}"
        )
    return notices


def _place_of(text: str, data: dict[str, Any]) -> str:
    """Return the place of the first part of the document in which `text` stands."""
    for part in data["body"]:
        if text in _leaves(part):
            return str(part["place"])
    return "the handout"


def _leaves(value: Any) -> str:
    if isinstance(value, str):
        return value
    values: Sequence[Any] = (
        list(value.values())
        if isinstance(value, dict)
        else value
        if isinstance(value, list)
        else []
    )
    return "\n".join(_leaves(item) for item in values)
