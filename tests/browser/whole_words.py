"""Whether all text of a component can be read: no word is broken, cut, or sticks out of its box."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator

_SCRIPT = Path(__file__).with_suffix(".js")

WIDTHS = (390, 1024, 1440)
"""The widths of windows to look at: a phone, a small laptop, a large screen."""


def faults(root: Locator) -> list[str]:
    """Return what can't be read in a component, as it is shown now; an empty list if all can.

    A word may be broken at a hyphen, a dash or a slash. Closed details and what only screen readers
    get are left out, so open what is folded first.
    """
    script = _SCRIPT.read_text("utf-8").strip().removesuffix(";")
    found: list[str] = root.evaluate(script[script.index("(root)") :])
    return found


def faults_by_width(root: Locator) -> dict[int, list[str]]:
    """Return what can't be read in windows of each width in `WIDTHS`."""
    found = {}
    for width in WIDTHS:
        root.page.set_viewport_size({"width": width, "height": 900})
        found[width] = faults(root)
    return found
