"""Text as HTML in which nothing of it is markup, wherever it is shown."""

from __future__ import annotations

from html import escape


def html_text(text: str) -> str:
    """Return `text` as HTML that shows it as it was typed.

    JupyterLab looks for formulas in HTML too, but not beyond the end of an element: what begins
    and ends one stands alone in an element here.
    """
    return escape(text).replace("$", "<span>$</span>").replace("\\", "<span>\\</span>")
