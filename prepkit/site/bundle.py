"""The script of every page: the form, the browser's store and the site's own features."""

from __future__ import annotations

import json
from functools import cache

from prepkit.forms import FORMS
from prepkit.records import STATE_TITLES
from prepkit.scripts import page_script


@cache
def site_bundle() -> str:
    """Return the script; the parts and the statuses of an answer come from `prepkit.records`."""
    kinds = {
        kind: [{"name": part.name, "title": part.title, "words": part.words} for part in form.parts]
        for kind, form in FORMS.items()
    }
    made = {"KINDS": kinds, "STATES": dict(STATE_TITLES)}
    exports = [f"export const {name} = {json.dumps(value)};\n" for name, value in made.items()]
    return page_script("site.js", kinds="".join(exports))
