"""Texts of a page in another language than the text around them. Pure."""

from __future__ import annotations

from html import escape

from prepkit.language import in_other_language
from prepkit.text import replace_lone_surrogates


def spoken_html(text: str, language: str, around: str) -> str:
    """Return a text as HTML, with its `language` where that isn't the one of the text around it."""
    said = escape(replace_lone_surrogates(text))
    other = in_other_language(language, around)
    return f'<span lang="{other}">{said}</span>' if other else said
