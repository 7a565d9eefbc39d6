"""How the tests of the mock interview press its buttons: by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

RECORD = "Begin, and record my answers"
CLOCK = "Begin with the clock only"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, exact=True)


def press(page: Page, *names: str) -> None:
    """Press buttons by the keyboard alone: Tab to each, then Enter."""
    for name in names:
        expect(button(page, name)).to_be_enabled()
        for _ in range(60):
            if button(page, name).evaluate("node => node === document.activeElement"):
                break
            page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab doesn't lead to {name}")
        page.keyboard.press("Enter")
