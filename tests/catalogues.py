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

_KEYWORDS: dict[str, Any] = {
    **{"_": None, "gettext": None, "ngettext": (1, 2)},
    **{"t": None, "tn": (1, 2), "fill": None},
}

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
    loaded = (site_bundle(), mock_bundle(), page_script("search.js"), page_script("theme.js"))
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
    sources += [("javascript", path) for path in scripts()]
    for method, path in sources:
        options = {"extensions": "jinja2.ext.i18n", "parse_template_string": "true"}
        with path.open("rb") as file:
            for _, message, _, _ in extract(method, file, _KEYWORDS, options=options):
                text = tuple(message) if isinstance(message, (list, tuple)) else message
                yield path.relative_to(PACKAGE).as_posix(), text


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
