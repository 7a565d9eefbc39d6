"""The language in which prepkit speaks to the readers of a site: its own words, days and plurals.

English is the language of the code: a text in it is its own key in the catalogues, as in every
program that uses gettext. A catalogue is a file ``languages/de.po``, which any editor for
translations opens; it serves all regions of its language. What a question bank or a notebook says
isn't prepkit's, and stays as it is.

To mark a text for the catalogues: ``language.gettext("Page not found")`` in Python, ``_("Home")``
or ``{% trans %}`` in a template, ``t("Saved")`` in a script (static/shared/language.js). Constants,
such as the titles of an answer's parts, stay in English where they are, and are looked up where
they are shown; ``tests/catalogues.py`` lists them, and brings the catalogues up to date.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.text import format_day, format_period, join_words

if TYPE_CHECKING:
    from babel.messages import Catalog

CATALOGUES = Path(__file__).parent / "languages"
"""The folder of the catalogues."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface."""

    code: str
    """As in HTML's ``lang``: ``en``, ``de-AT``."""
    translations: NullTranslations = field(default_factory=NullTranslations, compare=False)

    @property
    def is_english(self) -> bool:
        """Whether the words are those of the code."""
        return _base(self.code) == "en"

    def gettext(self, message: str, **values: object) -> str:
        """Return a text in this language, with `values` in the places ``%(name)s``."""
        text = self.translations.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Return a text for a number of things, which is ``%(num)s`` in it."""
        text = self.translations.ngettext(one, many, count)
        return text % {"num": self.number(count), **values}

    def number(self, number: int) -> str:
        """Return a whole number: ``10,010`` or ``10.010``."""
        if self.is_english:
            return f"{number:,}"
        from babel.numbers import format_decimal

        return format_decimal(number, locale=_locale(self.code))

    def decimal(self, number: float) -> str:
        """Return a number with one decimal: ``12.3`` or ``12,3``."""
        if self.is_english:
            return f"{number:,.1f}"
        from babel.numbers import format_decimal

        return format_decimal(number, "#,##0.0", locale=_locale(self.code))

    def day(self, day: date) -> str:
        """Return such as ``14 March 2026`` or ``14. März 2026``."""
        if self.is_english:
            return format_day(day)
        from babel.dates import format_date

        return format_date(day, "long", locale=_locale(self.code))

    def period(self, text: str) -> str:
        """Return a year, a month or a day: ``November 2024`` for ``2024-11``."""
        if self.is_english:
            return format_period(text)
        from babel.dates import format_skeleton

        year, *rest = map(int, text.split("-"))
        if len(rest) == 2:
            return self.day(date(year, *rest))
        if not rest:
            return str(year)
        return format_skeleton("yMMMM", date(year, rest[0], 1), locale=_locale(self.code))

    def words(self, words: Sequence[str], last: str = "and") -> str:
        """Return words as running text: ``a, b and c``; `last` is ``and`` or ``or``."""
        return join_words(words, self.gettext("and") if last == "and" else self.gettext("or"))


ENGLISH = Language("en")


def languages() -> list[str]:
    """Return the languages that there are."""
    return sorted(["en", *(path.stem for path in CATALOGUES.glob("*.po"))])


def is_known(code: str) -> bool:
    """Tell whether there is a language, in any region: ``de`` and ``de-AT``."""
    return _base(code) in languages()


def in_other_language(code: str, around: str) -> str:
    """Return the language of a part of a page; empty if it is that of the page around it.

    Regions don't count: ``en`` in ``en-GB`` is the same language, and needs no mark.
    """
    return "" if _base(code) == _base(around) else code


@cache
def language_of(code: str) -> Language:
    """Return a language, in the words of its catalogue.

    Raises
    ------
    ValueError
        If there is no catalogue for it.
    """
    if not is_known(code):
        raise ValueError(f"there is no catalogue for {code!r}")
    if _base(code) == "en":
        return Language(code)
    return Language(code, _read_catalogue(_base(code)))


def script_words(code: str, script: str) -> dict[str, str | list[str]]:
    """Return the translation of each text that a script says; of a number of things, all forms.

    A script says a text with ``t("…")`` or ``tn("…", "…", count)``, where it stands as it is here.
    """
    if _base(code) == "en":
        return {}
    found: dict[str, str | list[str]] = {}
    for each in _catalogue(_base(code)):
        text, *_ = each.id if isinstance(each.id, (list, tuple)) else (each.id,)
        if text and json.dumps(text, ensure_ascii=False) in script:
            told = each.string or text
            found[text] = told if isinstance(told, str) else list(told)
    return found


@cache
def _read_catalogue(name: str) -> GNUTranslations:
    from io import BytesIO

    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, _catalogue(name))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _catalogue(name: str) -> Catalog:
    # Imported here: most sites are in English, and pay nothing.
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)


def _base(code: str) -> str:
    return code.split("-")[0].lower()


def _locale(code: str) -> Any:
    """Return Babel's locale for a code, in the general form of its language if need be."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_base(code))
