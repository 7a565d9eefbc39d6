"""A packet as one web page that asks nothing of any other host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def packet_page(nb: Mapping[str, Any], title: str) -> str:
    """Return a page with a packet's text, tables and plots; what was answered stands in it.

    Parameters
    ----------
    nb
        An executed notebook.
    title
        What the page is called: whose it is.
    """
    # Imported here: most packets have no web page.
    from prepkit.site.rendering import standalone_page

    html, _ = standalone_page(nb, title, title=title, live=False)
    return html
