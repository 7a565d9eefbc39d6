"""The one script of every page: the form, the browser's store and the site, in one function.

It is a classic script, because browsers load no modules from ``file://``.
"""

from __future__ import annotations

from pathlib import Path

_FORM = Path(__file__).parents[1] / "static" / "star_form.js"
_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("exchange.js", "browser_store.js", "answers_page.js", "consent.js", "site.js")

_EXPORT = "export default { render };"


def site_bundle() -> str:
    """Return the script: the form's module, then the site's own scripts, which share its names."""
    form, exported, rest = _FORM.read_text("utf-8").partition(_EXPORT)
    if not exported or rest.strip():
        raise ValueError(f"{_FORM}: expected {_EXPORT!r} as its last line")
    scripts = "".join((_ASSETS / name).read_text("utf-8") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{form}const starForm = {{ render }};\n{scripts}}})();\n'
