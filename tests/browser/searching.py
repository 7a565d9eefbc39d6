"""The search page of a built site."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page


def search(page: Page, address: str, query: str = "", **filters: str) -> None:
    """Open the search page with a query in its address, and wait for what it finds."""
    given = urlencode({"q": query, **filters}) if query or filters else ""
    page.goto(f"{address}search.html?{given}")
    settle(page)


def settle(page: Page) -> None:
    """Wait until what is in the box was searched, and nothing else is."""
    page.wait_for_function(
        """() => {
          const asked = new URLSearchParams(location.search).get("q") ?? "";
          return document.querySelector("#search-box")?.value.trim() === asked
            && document.querySelector(".search-found")?.getAttribute("aria-busy") === "false";
        }"""
    )


def links(page: Page) -> Locator:
    return page.locator(".search-results h2 a")
