"""An executed notebook -> an article: HTML, the pictures beside it, and what was left out (pure).

Nothing here imports nbconvert: its exporter pays for that when it is used.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from prepkit.handouts.worksheet import WorksheetData
from prepkit.notebook.fields import joined, mapping, sequence, stream_text
from prepkit.notebook.mime import SHEET_MIME, WIDGET_VIEW
from prepkit.notebook.sanitize import ID_PREFIX, clean_html, clean_svg
from prepkit.notebook.titles import svg_title
from prepkit.site.prose import cell_html, latex_html
from prepkit.text import replace_lone_surrogates, strip_ansi

PICTURES = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
"""The types of pictures that are published, best first, and how their names end."""

_ID = re.compile(r'\sid="([^"]+)"')
_IMAGE = re.compile(r"""(<img\b[^>]*?\ssrc=)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.DOTALL)
_OWN_SCRIPT = re.compile(r"(?<=</table></div>)<script>.*</script>\Z", re.DOTALL)
_SECTION = re.compile(r'<h2 id="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
_SHEET = re.compile(r"<!--worksheet \d+-->")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Article:
    """A notebook as it is published."""

    title: str
    html: str
    sections: tuple[tuple[str, str], ...]
    """Id and text of each heading of the second level."""
    files: Mapping[str, bytes]
    """The pictures, by the name under which `html` refers to them."""
    notices: tuple[str, ...]
    """What is not published as it is, and where."""


@dataclass(slots=True)
class Renderer:
    """Renders one notebook, cell by cell.

    Parameters
    ----------
    worksheet
        Gives the HTML of a question; it is the site's own and is not cleaned.
    folder
        Where the notebook is, for the pictures beside it; None reads no file.
    link
        Gives the address under which the article shows a picture, from its name.
    trusted
        Whether the notebook's HTML is published as it is, with its scripts.
    """

    worksheet: Callable[[WorksheetData], str]
    folder: Path | None = None
    link: Callable[[str, bytes], str] = field(default=lambda name, content: f"files/{name}")
    trusted: bool = False
    _files: dict[str, bytes] = field(default_factory=dict)
    _notices: dict[str, None] = field(default_factory=dict)
    _sheets: list[str] = field(default_factory=list)
    _place: str = ""
    _above: str = ""

    def article(self, nb: Mapping[str, Any], name: str) -> Article:
        """Return the article of an executed notebook of format 4, titled `name` if by nothing."""
        body = []
        for number, cell in enumerate(sequence(nb.get("cells")), start=1):
            self._place = f"cell {number}"
            body.append(self._cell(mapping(cell)))
        html, title = _with_headings("\n".join(filter(None, body)))
        sheets = {f"<!--worksheet {count}-->": sheet for count, sheet in enumerate(self._sheets)}
        html = _SHEET.sub(lambda mark: sheets.get(mark.group(), ""), html)
        sections = tuple((key, _plain(text)) for key, text in _SECTION.findall(html))
        named = joined(mapping(nb.get("metadata")).get("title")) or title or name
        return Article(
            replace_lone_surrogates(named), html, sections, self._files, tuple(self._notices)
        )

    def _notice(self, text: str) -> None:
        self._notices[f"{self._place}: {text}"] = None

    def _cell(self, cell: Mapping[str, Any]) -> str:
        metadata = mapping(cell.get("metadata"))
        tags = sequence(metadata.get("tags"))
        folded = mapping(metadata.get("jupyter"))
        if "remove-cell" in tags:
            return ""
        source = joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            if folded.get("source_hidden"):
                return ""
            html = self._pictured(cell_html(source, self._notice), mapping(cell.get("attachments")))
            clean = _TABLE.sub(lambda table: _wide(table.group()), self._clean(html))
            headings = _HEADING.findall(clean)
            self._above = _plain(headings[-1][1]) if headings else self._above
            return clean
        if cell.get("cell_type") != "code":
            return ""  # a raw cell is for other formats
        parts = []
        if source.strip() and "remove-input" not in tags and not folded.get("source_hidden"):
            parts.append(_code(source))
        if "remove-output" not in tags and not folded.get("outputs_hidden"):
            for output in sequence(cell.get("outputs")):
                parts.append(self._output(mapping(output)))
        return "\n".join(filter(None, parts))

    def _output(self, output: Mapping[str, Any]) -> str:
        kind = output.get("output_type")
        if kind == "stream":
            text = stream_text(joined(output.get("text"))).rstrip()
            return f'<pre class="output">{escape(text)}</pre>' if text else ""
        if kind == "error":
            said = strip_ansi(f"{output.get('ename')}: {joined(output.get('evalue'))}")
            return f'<pre class="output error">{escape(said)}</pre>'
        return self._bundle(mapping(output.get("data")), mapping(output.get("metadata")))

    def _bundle(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
        if SHEET_MIME in data:
            try:
                sheet = self.worksheet(WorksheetData.model_validate(data[SHEET_MIME]))
            except ValidationError:
                self._notice("a worksheet of another version of prepkit is shown as its text")
            else:
                # Its headings have their levels already, so it is put in when the rest is done.
                self._sheets.append(sheet)
                return f"<!--worksheet {len(self._sheets) - 1}-->"
        for mime in PICTURES:
            if mime in data:
                picture = joined(data[mime])
                alt = joined(metadata.get("alt") or mapping(metadata.get(mime)).get("alt"))
                alt = alt or (svg_title(picture) if mime == "image/svg+xml" else None) or ""
                return self._figure(mime, picture, alt or self._above or "Plot")
        if html := joined(data.get("text/html")).strip():
            # A table of prepkit's own is whole without the script by which it is searched.
            html = _OWN_SCRIPT.sub("", html)
            clean = self._clean(self._pictured(html, {}))
            return _wide(clean) if clean.strip() else ""
        if markdown := joined(data.get("text/markdown")).strip():
            return self._clean(cell_html(markdown, self._notice))
        if latex := joined(data.get("text/latex")).strip():
            return self._clean(latex_html(latex, self._notice))
        if WIDGET_VIEW in data:
            self._notice("a widget is left out: it needs a running notebook")
            return '<p class="note">This part works in the notebook only.</p>'
        text = strip_ansi(joined(data.get("text/plain"))).rstrip()
        return f'<pre class="output">{escape(text)}</pre>' if text else ""

    def _clean(self, html: str) -> str:
        # The cleaner takes whole characters only, and so does a file.
        whole = replace_lone_surrogates(html)
        return whole if self.trusted else clean_html(whole, self._notice)

    def _figure(self, mime: str, picture: str, alt: str) -> str:
        address = self._published(mime, picture)
        if address is None:
            return ""
        return f'<figure><img src="{escape(address)}" alt="{escape(alt)}"></figure>'

    def _published(self, mime: str, picture: str) -> str | None:
        """Return the address of a picture; None, after a notice, where it is damaged."""
        try:
            if mime != "image/svg+xml":
                content = base64.b64decode("".join(picture.split()), validate=True)
            elif "<svg" in picture:
                content = clean_svg(picture)
            else:  # as attachments have it
                content = clean_svg(base64.b64decode(picture, validate=True))
        except ValueError as error:
            self._notice(f"a picture ({mime}) is left out: it is damaged ({error})")
            return None
        return self._file(content, PICTURES[mime])

    def _file(self, content: bytes, suffix: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self._files[name] = content
        return self.link(name, content)

    def _pictured(self, html: str, attachments: Mapping[str, Any]) -> str:
        """Return HTML whose pictures are files of the site: attachments, and those beside it."""

        def address(match: re.Match[str]) -> str:
            source = unescape(match.group(2) or match.group(3) or "")
            found = self._found(source, attachments)
            return f'{match.group(1)}"{escape(source if found is None else found)}"'

        return _IMAGE.sub(address, html)

    def _found(self, source: str, attachments: Mapping[str, Any]) -> str | None:
        """Return the address of a picture that a text names; None where it isn't in a file here.

        After a notice, it is an empty text where there is no such picture.
        """
        if source.startswith("attachment:"):
            bundle = mapping(attachments.get(unquote(source.removeprefix("attachment:"))))
            for mime in PICTURES:
                if mime in bundle:
                    return self._published(mime, joined(bundle[mime])) or ""
            self._notice(f"the picture {source} is left out: the cell has no such attachment")
            return ""
        try:
            return self._beside(source)
        except OSError as error:
            self._notice(f"the picture {source} is left out: {error.strerror}")
        except ValueError as error:  # no address, no name of a file, or no plain drawing
            self._notice(f"the picture {source} is left out: {error}")
        return ""

    def _beside(self, source: str) -> str | None:
        """Return the address of a picture beside the notebook, read now."""
        parts = urlsplit(source)
        if self.folder is None or parts.scheme or parts.netloc or not parts.path:
            return None
        path = (self.folder / unquote(parts.path)).resolve()
        suffix = path.suffix.lower().replace(".jpeg", ".jpg")
        if suffix not in PICTURES.values() or not path.is_relative_to(self.folder.resolve()):
            raise ValueError("it is none, or not beside it")
        content = path.read_bytes()
        return self._file(clean_svg(content) if suffix == ".svg" else content, suffix)


def _with_headings(html: str) -> tuple[str, str | None]:
    """Return HTML whose headings have ids, and the first one's text.

    The first heading is the page's and of level 1; no other is, and none skips a level.
    """
    title: str | None = None
    taken: set[str] = set()
    level = 0

    def heading(match: re.Match[str]) -> str:
        nonlocal title, level
        text = _plain(match.group(2))
        level = 1 if title is None else max(2, min(int(match.group(1)), level + 1))
        title = text if title is None else title
        # Links within a notebook name a heading as Jupyter does: by its words, with hyphens.
        own = _ID.search(match.group().partition(">")[0])
        name = key = own.group(1) if own else ID_PREFIX + escape("-".join(text.split()))
        count = 1
        while key in taken:
            count += 1
            key = f"{name}-{count}"
        taken.add(key)
        return f'<h{level} id="{key}">{match.group(2)}</h{level}>'

    return _HEADING.sub(heading, html), title


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def _wide(html: str) -> str:
    # It scrolls sideways in a narrow window, by keyboard too: hence the tabindex.
    return f'<div class="wide" role="group" aria-label="Table" tabindex="0">{html}</div>'


def _code(source: str) -> str:
    from pygments import highlight

    lexer, formatter = _highlighter()
    code = highlight(source, lexer, formatter)
    return f'<details class="code" data-pagefind-ignore><summary>Code</summary>{code}</details>'


@cache
def _highlighter() -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(), HtmlFormatter(nowrap=False, cssclass="highlight")
