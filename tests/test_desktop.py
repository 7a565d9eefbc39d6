"""The user's browser is opened where there is one to see."""

from __future__ import annotations

import sys
import webbrowser

import pytest

from prepkit.desktop import open_in_browser

PAGE = "http://127.0.0.1:8000/"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the pages that were opened, on a Linux without a display."""
    pages: list[str] = []
    monkeypatch.setattr(webbrowser, "open", pages.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return pages


def test_no_text_browser_is_opened_in_a_terminal_without_a_display(opened: list[str]) -> None:
    open_in_browser(PAGE)
    assert opened == []


@pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_page_is_opened_where_there_is_a_display(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv(display, ":0")
    open_in_browser(PAGE)
    assert opened == [PAGE]


def test_a_system_without_a_browser_is_no_error(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(url: str) -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", fail)
    monkeypatch.setenv("DISPLAY", ":0")
    open_in_browser(PAGE)
