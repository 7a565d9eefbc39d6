"""The user's own machine: what is served to it alone, and the browser that shows it."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser

HOST = "127.0.0.1"
"""Where the preview and the workbook are served: no other machine gets there."""


def open_in_browser(url: str) -> None:
    """Show a page in the user's browser, where there is one."""
    # Without a display, some systems would fill the terminal with a text browser.
    if sys.platform == "linux" and not ("DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ):
        return
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)
