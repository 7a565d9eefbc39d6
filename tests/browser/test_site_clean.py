"""Known attacks, cleaned, in a real browser without any policy: nothing runs, nobody is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from prepkit.notebook.svg import PictureError, measured_svg
from tests.site_samples import clean_html

pytestmark = pytest.mark.slow

VECTORS: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "xss-vectors.json").read_text("utf-8")
)
ADDRESS = "http://site.example/"
PAGE = "<!DOCTYPE html><meta charset=utf-8><script>hits = []; hit = () => hits.push(1)</script>"


class Visited:
    """A page that is shown some HTML, and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body: bytes = b""
        self.kind = ""
        self.asked: list[str] = []
        page.route("**/*", self._serve)
        page.on("dialog", lambda dialog: dialog.dismiss())

    def show(self, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        """Show a page, and do to it what a visitor may do, by script."""
        self.body, self.kind, self.asked = body, kind, []
        self.page.goto(ADDRESS)
        self.page.evaluate(
            """() => {
              for (const link of document.querySelectorAll("a")) {
                if (!["http:", "https:", "mailto:", ":"].includes(link.protocol)) link.click();
              }
              for (const node of document.querySelectorAll("*")) {
                for (const name of ["focus", "mouseover", "click", "toggle", "animationstart"]) {
                  if (!node.closest("a")) node.dispatchEvent(new Event(name));
                }
              }
            }"""
        )

    def wait(self) -> None:
        """Wait until all that was asked for is answered, an animation has begun, and more."""
        self.page.evaluate(
            """async () => {
              await fetch(location.href).then((answer) => answer.text());
              await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
              await new Promise((done) => setTimeout(done, 20));
            }"""
        )

    def hits(self) -> int:
        """Return how often anything ran."""
        count: int = self.page.evaluate("() => (window.hits ?? []).length")
        return count

    def _serve(self, route: Route) -> None:
        url = route.request.url
        if url == ADDRESS:
            route.fulfill(body=self.body, content_type=self.kind)
        else:
            self.asked.append(url)
            route.fulfill(status=404)

    def others(self) -> list[str]:
        """Return the addresses of other hosts that the page asked for."""
        return [url for url in self.asked if not url.startswith(ADDRESS)]


@pytest.fixture
def visited(browser: Browser) -> Visited:
    return Visited(browser.new_context().new_page())


def test_of_known_attacks_nothing_runs_and_nobody_is_called(visited: Visited) -> None:
    ran = {}
    for vector in VECTORS:
        visited.show(f"{PAGE}<main>{clean_html(vector)}</main>".encode())
        # A second time through the browser's own writer, where mutations come to light.
        visited.page.evaluate(
            """() => {
              const main = document.querySelector("main");
              const again = document.createElement("div");
              document.body.append(again);
              again.innerHTML = main.innerHTML;
              again.innerHTML = again.innerHTML;
            }"""
        )
        visited.wait()
        if visited.hits() or visited.others():
            ran[vector] = (visited.hits(), visited.others())
    assert ran == {}


def test_the_same_attacks_do_run_where_nothing_is_cleaned(visited: Visited) -> None:
    ran = 0
    for vector in VECTORS[:12]:
        visited.show(f"{PAGE}<main>{vector}</main>".encode())
        visited.wait()
        ran += bool(visited.hits() or visited.others())
    assert ran >= 8


def test_of_drawings_opened_alone_nothing_runs_and_nobody_is_called(visited: Visited) -> None:
    frame = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
    run = "<script>window.hits = [1]</script>"
    active = [
        run,
        "<rect width='9' height='9' onload='window.hits = [1]'/>",
        "<image href='x' onerror='window.hits = [1]'/>",
        "<image href='http://a.example/x.png'/><image xlink:href='//a.example/y.png'/>",
        "<style>@import url(http://a.example/x.css)</style>",
        "<style>rect { fill: url(http://a.example/x.svg#a) }</style><rect width='9' height='9'/>",
        f"<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>{run}</body></foreignObject>",
        "<use href='http://a.example/x.svg#a'/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>window.hits = [1]</h:script>",
        "<animate attributeName='x' dur='1s' onbegin='window.hits = [1]'/>",
    ]
    visited.show(frame.format(run).encode(), "image/svg+xml")
    assert visited.hits() == 1
    for one in active:
        try:
            drawing, _ = measured_svg(frame.format(one))
        except PictureError:
            continue
        visited.show(drawing, "image/svg+xml")
        visited.wait()
        assert (visited.hits(), visited.others()) == (0, []), one
