"""The scripts of the site's pages, in the language of the site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from prepkit.forms import FORMS
from prepkit.language import script_words
from prepkit.records import STATE_TITLES
from prepkit.scripts import page_script


def site_bundle(language: str = "en", bank: str = "en", notebooks: str = "en") -> str:
    """Return the script of every page: the form, the store and the site's own features."""
    return site_script("site.js", language, bank, notebooks)


def mock_bundle(language: str = "en", bank: str = "en", notebooks: str = "en") -> str:
    """Return the script of the mock interview's page."""
    return site_script("mock_page.js", language, bank, notebooks)


@cache
def site_script(name: str, language: str = "en", bank: str = "en", notebooks: str = "en") -> str:
    """Return a script of the site, with the words that it needs.

    Parameters
    ----------
    name
        The module that it begins with.
    language
        The language in which it speaks.
    bank, notebooks
        The languages of the texts that it shows.
    """
    kinds = _kinds()
    words = script_words(language, page_script(name, kinds=kinds))
    spoken = {"LANGUAGE": language, "BANK": bank, "NOTEBOOKS": notebooks, "WORDS": words}
    return page_script(name, **{"kinds": kinds, "shared/catalogue": _module(spoken)})


def _kinds() -> str:
    """Return the module of the parts and the statuses of an answer."""
    kinds = {
        kind: [{"name": part.name, "title": part.title, "words": part.words} for part in form.parts]
        for kind, form in FORMS.items()
    }
    return _module({"KINDS": kinds, "STATES": dict(STATE_TITLES)})


def _module(values: Mapping[str, object]) -> str:
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n"
        for name, value in values.items()
    )
