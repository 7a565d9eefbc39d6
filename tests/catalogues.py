"""The catalogues of the site's words: what has to be in them, and what is.

Run it to bring every catalogue up to date after words have changed: it adds the new ones, without a
translation, and takes out those that are no longer said.

    python tests/catalogues.py        # all of languages/*.po
    python tests/catalogues.py fr     # begins one for another language
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.jslexer import unquote_string
from babel.messages.pofile import read_po, write_po

from prepkit.forms import FORMS
from prepkit.interviews import HEARSAY_NOTICE, ROUNDS_HINT, ROUNDS_TITLE, SEVERAL_NOTICE, TOPICS
from prepkit.language import CATALOGUES
from prepkit.practice.mock_rounds import MIXED
from prepkit.practice.mock_rounds import TOPICS as ROUNDS
from prepkit.practice.names import COMPANIES
from prepkit.provenance import BASES, SOURCE_KINDS
from prepkit.records import LEVELS, RATED, STATE_TITLES, WEAKER
from prepkit.scripts import STATIC, page_script
from prepkit.sheet import (
    EXAMPLE_HINT,
    LEVELS_TITLE,
    NOTES_HINT,
    NOTES_TITLE,
    WEAKER_HINT,
    WEAKER_TITLE,
)
from prepkit.site.bundle import mock_bundle, site_bundle
from prepkit.site.company_pages import USED
from prepkit.site.settings import Settings

_MODULE = re.compile(r'^modules\["([^"]+)"\] = ', re.MULTILINE)
PACKAGE = Path(__file__).parents[1] / "prepkit"
_HEADER = """\
# The words of prepkit's sites in another language.
# Any editor for gettext's catalogues opens this file. What is %(between brackets)s or {{in braces}}
# stays as it is. After a change of words: python tests/catalogues.py
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}

Message = str | tuple[str, ...]
"""A text, or its singular and its plural."""


def wanted() -> dict[Message, set[str]]:
    """Return every text that a catalogue must have, with the files that say it."""
    found: dict[Message, set[str]] = {}
    for path, message in [*_extracted(), *(("constants", text) for text in _constants())]:
        found.setdefault(message, set()).add(path)
    return found


def scripts() -> list[Path]:
    """Return the scripts that the site's pages load."""
    others = map(page_script, ("charts.js", "search.js", "theme.js"))
    loaded = (site_bundle(), mock_bundle(), *others)
    names = {name for script in loaded for name in _MODULE.findall(script)}
    return [path for name in sorted(names) if (path := STATIC / name).is_file()]


def templates() -> list[Path]:
    """Return the templates of the site."""
    return sorted((PACKAGE / "site" / "template").glob("*.j2"))


def messages(catalogue: Catalog) -> dict[Message, Any]:
    """Return the texts of a catalogue and their translations."""
    return {
        tuple(each.id) if isinstance(each.id, (list, tuple)) else each.id: each
        for each in catalogue
        if each.id
    }


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _extracted() -> Iterator[tuple[str, Message]]:
    sources = [("python", path) for path in sorted(PACKAGE.rglob("*.py"))]
    sources += [("jinja2.ext:babel_extract", path) for path in templates()]
    for method, path in sources:
        options = {"extensions": "jinja2.ext.i18n"}
        with path.open("rb") as file:
            for _, message, _, _ in extract(method, file, _KEYWORDS, options=options):
                text = tuple(message) if isinstance(message, (list, tuple)) else message
                yield path.relative_to(PACKAGE).as_posix(), text
    for path in scripts():
        for said in said_in_script(path.read_text("utf-8")):
            yield path.relative_to(PACKAGE).as_posix(), said


def said_in_script(source: str) -> Iterator[Message]:
    """Yield the texts that a script gives to ``t`` and ``tn``, also inside other texts."""
    found = list(_tokens(source))
    for at, ((_, name), (_, bracket), (kind, text)) in enumerate(
        zip(found, found[1:], found[2:], strict=False)
    ):
        if (name, bracket, kind) == ("t", "(", "string"):
            yield text
        elif (name, bracket, kind) == ("tn", "(", "string"):
            yield text, found[at + 4][1]


def literals(source: str) -> Iterator[str]:
    """Yield the texts of a script, without the code inside them."""
    yield from (text for kind, text in _tokens(source) if kind in ("string", "template"))


_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<name>[\w$]+)|(?P<space>\s+)|(?P<tick>`)|(?P<sign>.)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Yield the strings, names and signs of a script: kind and text."""
    tokens, _ = _read(source, 0)
    yield from tokens


def _read(source: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """Return the tokens from a place to the bracket that closes the code, and where that is."""
    tokens: list[tuple[str, str]] = []
    depth = 0
    while at < len(source):
        before = tokens[-1] if tokens else ("sign", ";")
        may_be_regex = before[0] == "sign" and before[1] not in ")]"
        if may_be_regex and (regex := _REGEX.match(source, at)):
            at = regex.end()
            continue
        found = _TOKEN.match(source, at)
        assert found is not None
        at, kind, text = found.end(), found.lastgroup or "", found[0]
        depth += {"{": 1, "}": -1}.get(text, 0) if kind == "sign" else 0
        if depth < 0:
            break
        if kind == "tick":
            inside, at = _template(source, at)
            tokens += inside
        elif kind == "string":
            tokens.append((kind, unquote_string(text)))
        elif kind in ("name", "sign"):
            tokens.append((kind, text))
    return tokens, at


def _template(source: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """Return the tokens of a template literal: its text, and then the code in it."""
    text, inside = "", []
    while source[at] != "`":
        if source.startswith("${", at):
            code, at = _read(source, at + 2)
            inside += [*code, *[("sign", ";")] * 5]  # a call never goes on behind its code
        else:
            length = 2 if source[at] == "\\" else 1
            text, at = text + source[at : at + length], at + length
    return [("template", text), *inside], at + 1


def _constants() -> Iterator[str]:
    """Yield the texts that are constants where they are said."""
    for form in FORMS.values():
        yield form.title
        for part in form.parts:
            yield from (part.title, part.prompt)
    yield from (level.capitalize() for level in LEVELS)
    yield from STATE_TITLES.values()
    yield from (WEAKER["text"], WEAKER["lift"], *RATED.values())
    for topic in (MIXED, *ROUNDS):
        yield from (topic.title, topic.about)
    for basis, meaning in BASES.items():
        yield from (basis, basis.capitalize(), meaning)
    yield from SOURCE_KINDS.values()
    yield from USED.values()
    yield from (HEARSAY_NOTICE, SEVERAL_NOTICE, ROUNDS_TITLE, ROUNDS_HINT, COMPANIES, *TOPICS)
    yield from (LEVELS_TITLE, EXAMPLE_HINT, NOTES_TITLE, NOTES_HINT, WEAKER_TITLE, WEAKER_HINT)
    yield from ("Why this is asked", "Key points to cover", "Your answer", "Tips", "Background")
    yield from ("Follow-up questions", "Also asked as", "Example answer", "Plus", "Minus")
    yield from ("Companies that look for this", "Company", "Value", "What they look for")
    yield from ("How we know", "Text", "Output", Settings().title, Settings().description)


def brought_up_to_date(catalogue: Catalog, texts: Iterable[Message]) -> Catalog:
    """Return a catalogue that has exactly these texts, with the translations that it had."""
    known = messages(catalogue)
    made = Catalog(locale=catalogue.locale, fuzzy=False)
    for text in sorted(texts, key=str):
        translation = known[text].string if text in known else None
        made.add(text, translation or (("", "") if isinstance(text, tuple) else ""))
    return made


def main(names: list[str]) -> None:
    """Bring catalogues up to date."""
    texts = wanted()
    for name in names or sorted(path.stem for path in CATALOGUES.glob("*.po")):
        path = CATALOGUES / f"{name}.po"
        before = read(path) if path.exists() else Catalog(locale=name)
        made = BytesIO()
        now = brought_up_to_date(before, texts)
        write_po(made, now, width=0, no_location=True, omit_header=True)
        header = _HEADER.format(code=name, plurals=now.plural_forms)
        path.write_bytes(header.encode() + made.getvalue())
        left = [text for text, each in messages(read(path)).items() if not _is_full(each.string)]
        print(f"{path.name}: {len(texts)} texts, {len(left)} not yet translated")


def _is_full(translation: str | tuple[str, ...]) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


if __name__ == "__main__":
    main(sys.argv[1:])
