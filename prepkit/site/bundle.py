"""The scripts that know the forms of answers: every page's, and the mock interview's."""

from __future__ import annotations

import json
from functools import cache

from prepkit.forms import FORMS
from prepkit.records import STATE_TITLES
from prepkit.scripts import page_script


@cache
def site_bundle() -> str:
    """Return the script of every page: the form, the store and the site's own features."""
    return page_script("site.js", kinds=_kinds())


@cache
def mock_bundle() -> str:
    """Return the script of the mock interview's page."""
    return page_script("mock_page.js", kinds=_kinds())


def _kinds() -> str:
    """Return the module of the parts and the statuses of an answer."""
    kinds = {
        kind: [{"name": part.name, "title": part.title, "words": part.words} for part in form.parts]
        for kind, form in FORMS.items()
    }
    made = {"KINDS": kinds, "STATES": dict(STATE_TITLES)}
    exports = [f"export const {name} = {json.dumps(value)};\n" for name, value in made.items()]
    return "".join(exports)
