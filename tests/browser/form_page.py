"""What the tests of the form read from its page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.waits import until

SAVED = re.compile(r"^Saved \d")


def box(page: Page, field: str) -> Any:
    return page.locator(f"[data-field={field}]")


def status(page: Page) -> Any:
    return page.locator(".pk-status-text")


def drafts(page: Page) -> list[str]:
    kept: list[str] = page.evaluate("Object.values(localStorage).map(d => JSON.parse(d).text)")
    return kept


def conflicts(page: Page) -> Any:
    return page.locator(".pk-conflict")


def line(page: Page, state: str, kernel: str = "idle") -> None:
    page.evaluate(
        "([line, status]) => { window.line = line; model.widget_manager.kernel.status = status }",
        [state, kernel],
    )


def wait_until_sent(page: Page, question: str = "craft/01") -> None:
    page.wait_for_function(
        "question => sent.some((m) => m.type === 'save' && m.question === question)", arg=question
    )


def wait_until_stored(page: Page, host: Any, field: str, text: str) -> None:
    until(page, lambda: host.text(field) == text)
