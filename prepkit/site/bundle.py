"""The one script of every page: the form, the browser's store and what the site does."""

from __future__ import annotations

import json
from functools import cache

from prepkit.records import FORMS
from prepkit.scripts import page_script


@cache
def site_bundle() -> str:
    """Return the script; which parts an answer has comes from `FORMS`, not from a file."""
    kinds = {
        kind: [{"name": part.name, "title": part.title} for part in form.parts]
        for kind, form in FORMS.items()
    }
    return page_script("site.js", kinds=f"export const KINDS = {json.dumps(kinds)};\n")
