"""A document's data -> a PDF by the fixed template, as strictly as the document allows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from prepkit.errors import PrepkitError
from prepkit.handouts.back_sizes import Size, keep_sizes, with_sizes, without_sizes
from prepkit.handouts.fitting import Spot, fitted, has_pictures, numbered
from prepkit.handouts.notices import noted
from prepkit.handouts.pictures import PLACEHOLDER
from prepkit.handouts.scripts import no_font_for, script_of
from prepkit.icons import ICONS
from prepkit.text import join_words

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


@dataclass(frozen=True, slots=True)
class Handout:
    """A printed document, and every difference from what it was made from."""

    pdf: bytes
    notices: tuple[str, ...]
    """One sentence each, with the cell and output that it is about, if any."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the template prints: its data, the pictures by name, and notices so far."""

    data: dict[str, Any]
    pictures: dict[str, bytes]
    notices: tuple[str, ...] = ()
    archive: bool = False
    """Whether the PDF should conform to PDF/A-2a too."""


def typeset(document: Document) -> Handout:
    """Return `document` as a tagged PDF (PDF/UA-1), byte for byte the same for the same input.

    A PDF for archives also conforms to PDF/A-2a, and contains its date. If a standard isn't met,
    the reader still gets a handout: broken pictures are replaced by a placeholder, then the
    computer's own fonts are used, then the PDF is made without PDF/A-2a, and last without PDF/UA-1.
    Each step is among the notices.

    Raises
    ------
    PrepkitError
        If no step gives a PDF, or if a PDF for archives has no date.
    """
    if document.archive and document.data["meta"]["date"] is None:
        raise PrepkitError("A PDF for archives needs a date: give one, such as 2026-01-31.")
    return _Typesetter(document).handout()


class _Typesetter:
    """Tries the steps for one document, the strictest first, until one gives a PDF."""

    def __init__(self, document: Document) -> None:
        self._data = document.data
        self._pictures = dict(document.pictures)
        self._notices = list(document.notices)
        self._standards = _ARCHIVE if document.archive else _ACCESSIBLE
        self._errors = ""  # why Typst refused the last step

    def handout(self) -> Handout:
        """Return the PDF, and every difference from what it was made from."""
        self._fit_pictures()
        pdf = (
            self._set(of_computer=False)
            or self._without_broken_pictures()
            or self._in_fonts_of_the_computer()
            or self._by_a_lower_standard()
        )
        return Handout(pdf, tuple(self._notices))

    def _fit_pictures(self) -> None:
        """Say of each picture how high it may be, to stay on the page on which there is room."""
        if not has_pictures(self._data["body"]):
            return
        meta = self._data["meta"]
        body = with_sizes(numbered(self._data["body"]), meta)
        # The blocks tell where they begin in the PDF, too: Typst remembers what it has set, and a
        # second time costs a quarter of the first as long as nothing else is different.
        self._data = {**self._data, "body": body, "meta": {**meta, "measured": True}}
        spots, sizes = _measured(self._files(self._data))
        keep_sizes(body, meta, sizes)
        limits = fitted(body, spots, meta)
        for part in body:
            for block in part["c"] if part["t"] == "text" else ():
                if block["spot"] in limits:
                    block["height"] = limits[block["spot"]]

    def _without_broken_pictures(self) -> bytes | None:
        fonts = _fonts(of_computer=False)
        broken = [name for name, each in self._pictures.items() if not _is_sound(each, fonts)]
        if not broken:
            return None
        left_out = [f"{self._place_of(name)}: a damaged picture is left out" for name in broken]
        self._pictures |= dict.fromkeys(broken, PLACEHOLDER)
        self._notices += left_out
        self._say(left_out)
        return self._set(of_computer=False)

    def _in_fonts_of_the_computer(self) -> bytes | None:
        missing = _missing_text(self._errors)
        # Not earlier: without these fonts, the same input gives the same bytes on every computer.
        pdf = self._set(of_computer=True)
        still_missing = "" if pdf else _missing_text(self._errors)
        helped = "".join(character for character in missing if character not in still_missing)
        if helped:
            scripts = join_words(list(_by_script(helped)))
            self._notices.append(
                f"{self._place_of(helped[0])}: {scripts} text is printed in this computer's own"
                " fonts; another computer may print it differently"
            )
        return pdf

    def _by_a_lower_standard(self) -> bytes:
        errors = self._errors
        missing = _missing_text(errors)
        # Without a standard, Typst prints characters that no font has as empty boxes.
        boxes = [
            f"{self._place_of(characters[0])}: {no_font_for(characters)}"
            for characters in _by_script(missing).values()
        ]
        self._say(boxes)
        for kept in (_ACCESSIBLE, ()) if self._standards == _ARCHIVE else ((),):
            pdf = self._set(of_computer=True, standards=kept)
            if pdf:
                break
        else:
            raise PrepkitError(f"The PDF can't be made: {self._errors.splitlines()[0]}")
        reason = "" if missing else f": {errors.splitlines()[0]}"
        given_up = [_NAMES[standard] for standard in self._standards if standard not in kept]
        conforms = f"the PDF is tagged, but does not conform to {' and '.join(given_up)}{reason}"
        self._notices += [*boxes, conforms]
        return pdf

    def _set(
        self, *, of_computer: bool, standards: Sequence[_Standard] | None = None
    ) -> bytes | None:
        """Return the PDF; None if Typst refuses it, and then `_errors` says why."""
        wanted = self._standards if standards is None else standards
        if of_computer:
            self._data = {**self._data, "body": without_sizes(self._data["body"])}
        pdf = _compile(self._files(self._data), _fonts(of_computer=of_computer), wanted)
        if isinstance(pdf, bytes):
            return pdf
        self._errors = pdf
        return None

    def _files(self, data: Mapping[str, Any]) -> dict[str, bytes]:
        """Return all files that Typst needs to set some data."""
        document = json.dumps(data, ensure_ascii=False).encode()
        meta = json.dumps(data["meta"], ensure_ascii=False).encode()
        own = {"document.json": document, "meta.json": meta}
        return {**_template_files(), **self._pictures, **own}

    def _say(self, notices: Sequence[str]) -> None:
        """Add notices to the document, each after the part that it is about."""
        self._data = {**self._data, "body": noted(self._data["body"], notices)}

    def _place_of(self, text: str) -> str:
        """Return the place of the first part of the document that contains `text`."""
        for part in self._data["body"]:
            if text in _leaves(part):
                return str(part["place"])
        return "the handout"


@cache
def _template_files() -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted((_HERE / "template").glob("*.typ"))}
    files["main.typ"] = files.pop("handout.typ")
    for path in sorted(ICONS.glob("*.svg")):
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
    """Return the PDF, or Typst's error message."""
    import typst

    try:
        pdf: bytes = typst.compile(
            files,  # type: ignore[call-overload]  # a dict works; the stub does not say so
            # Files come from the dict; any other path can only reach the folder of icons.
            root=str(ICONS),
            font_paths=fonts,
            format="pdf",
            pdf_standards=list(standards),
            timestamp=0,
        )
    except typst.TypstError as error:
        return f"{error.message}\n{error.diagnostic}"
    return pdf


def _measured(files: dict[str, bytes]) -> tuple[list[Spot], list[Size]]:
    """Return where each block begins, and the sizes of backs; nothing if Typst can't set it."""
    import typst

    try:
        found = typst.query(
            files,  # type: ignore[type-var]  # a dict works, as in `_compile`
            "selector(<spot>).or(<back-size>)",
            field="value",
            root=str(ICONS),
            font_paths=_fonts(of_computer=False),
        )
    except RuntimeError:  # also of a damaged picture, which is left out later
        return [], []
    values = [tuple(value) for value in json.loads(found)]
    return [one for one in values if len(one) == 4], [one for one in values if len(one) == 3]


def _is_sound(picture: bytes, fonts: typst.Fonts) -> bool:
    page = {"main.typ": b'#image("picture.svg", alt: "-")', "picture.svg": picture}
    return isinstance(_compile(page, fonts, ()), bytes)


def _missing_text(errors: str) -> str:
    """Return the characters that Typst found in no font, each once."""
    found: dict[str, None] = {}
    for quoted in _NO_GLYPH.findall(errors):
        text = _RUST_ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), quoted[1:-1])
        found.update(dict.fromkeys(text))
    # Of a letter with a mark that no font has, Typst names the letter too, which isn't missing.
    return "".join([one for one in found if one > "\xff"] or found)


def _by_script(characters: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for character in characters:
        script = script_of(character)
        found[script] = found.get(script, "") + character
    return found


def _leaves(value: Any) -> str:
    """Return all texts in a part of the document, one per line."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = list(value.values())
    return "\n".join(map(_leaves, value)) if isinstance(value, list) else ""
