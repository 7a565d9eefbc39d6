"""A built site, served from its folder, and its search page."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Is not surprised by a browser that leaves a page before all of it has come."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that was closed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its address."""
    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
