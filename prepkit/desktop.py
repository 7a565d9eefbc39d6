"""The user's own computer: the address that only it can reach, and its browser."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser

HOST = "127.0.0.1"
"""The address of the preview and of the workbook: no other computer can reach it."""


def open_in_browser(url: str) -> None:
    """Open a page in the user's browser, if there is one."""
    # Without a display, some systems would open a text browser in the terminal.
    if sys.platform == "linux" and not ("DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ):
        return
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)
