"""A packet as one web page that loads nothing from the web."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def packet_page(nb: Mapping[str, Any], title: str) -> str:
    """Return a page with a packet's text, tables and plots, and the student's answers.

    Parameters
    ----------
    nb
        An executed notebook.
    title
        The title of the page: the student's name.
    """
    # Imported here: most packets have no web page.
    from prepkit.site.rendering import standalone_page

    html, _ = standalone_page(nb, title, title=title, live=False)
    return html
