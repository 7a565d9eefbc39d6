r"""Formulas in a text, found as Jupyter finds them: before the text is read as Markdown.

Their TeX is full of what Markdown reads as markup: ``_``, ``*``, ``\\``, ``<``. So each formula is
taken out of the text, a mark stands for it while the Markdown is read, and in the HTML the formula
takes the place of its mark. What turns out to be code gets its text back as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from urllib.parse import quote

SKIPPED = ("pre", "code", "script", "style", "textarea")
"""Elements in which dollars are dollars, as in MathJax."""

# Characters that Unicode keeps out of texts, so that no text of a notebook has them.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MARK_IN_ADDRESS = re.compile(f"{quote(_OPEN)}(\\d+){quote(_CLOSE)}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^>]*>|<!--.*?-->", re.DOTALL)
_NO_TEXT = re.compile(r"<p>\s*</p>\n?")

_CODE = (
    r"(?m:^)[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?"
    r"(?P<ticks>`{3,}|~{3,})(?:(?<=`)[^`\n]*|(?<=~)[^\n]*)\n"
    r"(?:.*?(?m:^)[ \t>]*(?P=ticks)[`~]*[ \t]*(?m:$)|.*)"
    r"|(?<!`)(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`)|`+"
    rf"|<(?P<raw>{'|'.join(SKIPPED)})\b[^<>]*>|(?P<comment><!--)|</?[a-zA-Z][^<>]*>"
)
_BEGIN = r"(?P<begin>\\begin\s*\{(?P<name>[a-zA-Z]*\*?)\})"
_REFERENCE = r"(?P<ref>\\(?:eq)?ref\s*\{[^{}]*\})"
_PLAIN = re.compile(
    rf"(?:{_CODE})|(?P<start>\$\$?|\\\\[\[(])|{_BEGIN}|{_REFERENCE}|\\.", re.DOTALL | re.IGNORECASE
)
_LATEX = re.compile(rf"(?P<start>\$\$?|\\[\[(])|{_BEGIN}|{_REFERENCE}|\\.", re.DOTALL)
_IN_HTML = re.compile(rf"(?:{_CODE})|(?P<start>\$\$?|\\[\[(])|{_BEGIN}|{_REFERENCE}|\\.", re.DOTALL)
_ENDS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]", r"\\(": r"\\)", r"\\[": r"\\]"}
_BLANK = r"\n[ \t>]*\n"
_IN_HTML_BLANK = r"</?(?!w?br\b)[a-zA-Z]"
_QUOTED = re.compile(r" {0,3}>[> ]*")
_LINE_START = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?")


@dataclass(frozen=True, slots=True)
class Found:
    """A formula in a text."""

    source: str
    """As it was typed, with its delimiters."""
    tex: str
    display: bool
    """Whether it is on a line of its own."""


def take_formulas(
    text: str, kind: str = "markdown", before: Sequence[Found] = ()
) -> tuple[str, list[Found]]:
    r"""Return a text with a mark in place of each formula, and the formulas.

    Parameters
    ----------
    text
        The text.
    kind
        ``markdown``, where ``\\(`` and ``\\[`` open a formula and code is left alone; ``html``,
        where ``\(`` and ``\[`` do; or ``latex``, the same without code.
    before
        The formulas that are taken already; they are returned, too.
    """
    formulas = list(before)
    parts: list[str] = []
    done = 0
    for start, end, found in _search(text, kind):
        parts += [text[done:start], f"{_OPEN}{len(formulas)}{_CLOSE}"]
        formulas.append(found)
        done = end
    return "".join([*parts, text[done:]]), formulas


def put_back(html: str, formulas: Sequence[Found], write: Callable[[Found], str]) -> str:
    """Return HTML with each mark replaced by what `write` makes of its formula.

    A formula on a line of its own isn't in a paragraph.
    """
    if not formulas:
        return html
    parts: list[str] = []
    code = 0  # how many elements are open in which a dollar is a dollar
    inline: list[str] | None = None  # what is open in a paragraph; None outside of one

    def written(mark: re.Match[str]) -> str:
        found = formulas[int(mark[1])] if int(mark[1]) < len(formulas) else None
        if found is None or code:
            return escape(found.source if found else "")
        if found.display and inline == []:
            return f"</p>\n{write(found)}\n<p>"
        return write(found)

    done = 0
    for tag in _TAG.finditer(html):
        if tag.start() > done:
            parts.append(_MARK.sub(written, html[done : tag.start()]))
        parts.append(_in_tag(tag[0], formulas))
        done = tag.end()
        name = (tag[2] or "").lower()
        if name in SKIPPED:
            code = max(0, code + (-1 if tag[1] else 1))
        if name == "p":
            inline = None if tag[1] else []
        elif inline is not None and name not in ("", "br", "img", "input", "wbr"):
            inline = inline[:-1] if tag[1] else [*inline, name]
    parts.append(_MARK.sub(written, html[done:]))
    return _NO_TEXT.sub("", "".join(parts))


def _in_tag(tag: str, formulas: Sequence[Found]) -> str:
    """Return a tag or a comment with the text that was typed in place of marks."""
    if tag.isascii() and "%" not in tag:
        return tag

    def source(mark: re.Match[str]) -> str:
        return formulas[int(mark[1])].source if int(mark[1]) < len(formulas) else ""

    if _OPEN in tag:
        tag = _MARK.sub(lambda mark: escape(source(mark)), tag)
    if "%EF%B7%90" in tag:
        tag = _MARK_IN_ADDRESS.sub(lambda mark: escape(quote(source(mark), "$&=+,/:;@")), tag)
    return tag


def _search(text: str, kind: str) -> Iterator[tuple[int, int, Found]]:
    """Yield where each formula starts and ends, and the formula."""
    pattern = {"markdown": _PLAIN, "latex": _LATEX, "html": _IN_HTML}[kind]
    place = 0
    open_ended: set[str] = set()  # what has no end after this place
    ahead = _Ahead(text, in_html=kind == "html")
    while opening := pattern.search(text, place):
        place = opening.end()
        groups = opening.groupdict()
        if hidden := groups.get("raw") or groups.get("comment"):
            place = _after(text, place, hidden.lower(), open_ended)
        elif opening["ref"]:
            yield opening.start(), place, Found(opening["ref"], opening["ref"], display=False)
        elif opening["begin"]:
            name = opening["name"]
            closing = rf"\\end\s*\{{{re.escape(name)}\}}"
            if not ahead.has(closing, place):
                continue
            end = _end(text, place, closing, nested=name, in_html=kind == "html")
            if end:
                source = text[opening.start() : end[1]]
                tex = _decoded(_unquoted(source, text, opening), kind)
                yield opening.start(), end[1], Found(source, tex, True)
                place = end[1]
        elif start := opening["start"]:
            alone = start == "$$" and _starts_line(text, opening.start())
            closing = re.escape(_ENDS[start])
            if not ahead.has(closing, place, across=alone):
                continue
            end = _end(text, place, closing, across=alone, in_html=kind == "html")
            if end is None or not text[place : end[0]].strip():
                continue
            if start == "$" and _is_money(text, opening.start(), end[0]):
                continue
            tex = _decoded(_unquoted(text[place : end[0]], text, opening), kind)
            display = start not in ("$", r"\(", r"\\(")
            yield opening.start(), end[1], Found(text[opening.start() : end[1]], tex, display)
            place = end[1]


class _Ahead:
    """Whether a paragraph has an end for a formula at all, found without reading it each time."""

    def __init__(self, text: str, *, in_html: bool) -> None:
        self._text = text
        self._blank = _IN_HTML_BLANK if in_html else _BLANK
        self._places: dict[str, int] = {}

    def has(self, end: str, place: int, *, across: bool = False) -> bool:
        """Return whether `end` comes after `place`, and before the paragraph's end."""
        last = len(self._text) if across else self._next(self._blank, place)
        return self._next(end, place) <= last

    def _next(self, pattern: str, place: int) -> int:
        if self._places.get(pattern, -1) < place:
            found = re.compile(pattern).search(self._text, place)
            # Past the end of the text if there is none; a paragraph may end with the text.
            beyond = len(self._text) + (pattern != self._blank)
            self._places[pattern] = found.start() if found else beyond
        return self._places[pattern]


def _after(text: str, place: int, hidden: str, open_ended: set[str]) -> int:
    """Return where an element or a comment ends; `place` if it doesn't."""
    if hidden in open_ended:
        return place
    end = r"-->" if hidden == "<!--" else rf"</{hidden}\s*>"
    found = re.compile(end, re.IGNORECASE).search(text, place)
    if not found:
        open_ended.add(hidden)
        return place
    return found.end()


@cache
def _closing(end: str, nested: str, in_html: bool) -> re.Pattern[str]:
    begin = rf"|(?P<again>\\begin\s*\{{{re.escape(nested)}\}})" if nested else ""
    # In HTML, a formula is within one element; blank lines mean nothing.
    blank = _IN_HTML_BLANK if in_html else _BLANK
    return re.compile(rf"(?P<end>{end}){begin}|\\.|[{{}}]|(?P<blank>{blank})", re.DOTALL)


def _end(
    text: str,
    place: int,
    end: str,
    *,
    nested: str = "",
    across: bool = False,
    in_html: bool = False,
) -> tuple[int, int] | None:
    """Return where the end of a formula starts and ends; None if it has none.

    A formula ends where its braces match, or else with its paragraph, at the last end that there
    is. With `across`, one that ends with its line may contain blank lines.
    """
    braces = inside = 0
    last: tuple[int, int] | None = None
    for found in _closing(end, nested, in_html).finditer(text, place):
        if found["end"]:
            if inside:
                inside -= 1
            elif braces:
                last = last or found.span()
            else:
                newline = text.find("\n", found.end())
                rest = text[found.end() : newline if newline >= 0 else len(text)]
                crossed = across and "\n\n" in text[place : found.start()]
                return None if crossed and rest.strip() else found.span()
        elif found["blank"]:
            if last or in_html or not across:
                return last
        elif nested and found["again"]:
            inside += 1
        elif found[0] == "{":
            braces += 1
        elif found[0] == "}" and braces:
            braces -= 1
    return last


def _is_money(text: str, start: int, end: int) -> bool:
    """Return whether two dollars are sums of money, as in ``$5 and $10``, or of a shell.

    The second one stands before a word as an opening one does, and the first one, too; or both
    stand before the commands of a shell.
    """
    tex, after = text[start + 1 : end], text[end + 1 : end + 2]
    if "\\" in tex:
        return False
    if tex[0].isspace():
        return tex[0] == " " and re.search(r"\n[ \t>]*$", tex) is not None
    if tex[-1].isspace():
        return after.isalnum() or tex[0].isdigit()
    return tex[0].isdigit() and after.isdigit()


def _starts_line(text: str, place: int) -> bool:
    return bool(_LINE_START.fullmatch(text, text.rfind("\n", 0, place) + 1, place))


def _decoded(tex: str, kind: str) -> str:
    """Return TeX without HTML's names of characters, which some write in Markdown, too."""
    if kind == "html":
        return unescape(re.sub(r"<[^>]*>", " ", tex))
    if kind == "latex" or "&" not in tex:
        return tex
    return tex.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unquoted(tex: str, text: str, opening: re.Match[str]) -> str:
    """Return TeX without the ``>`` of a quotation before each of its lines."""
    line = text.rfind("\n", 0, opening.start()) + 1
    if "\n" not in tex or not _QUOTED.match(text, line, opening.start()):
        return tex
    return re.sub(r"(?m)^ {0,3}>[> ]*", "", tex)
