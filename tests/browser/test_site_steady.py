"""Pages of a built site in Chromium: nothing moves while they load, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.browser.searching import settle
from tests.serving import serving
from tests.site_samples import text_cell, write_bank, write_notebook

pytestmark = pytest.mark.slow

SHIFTS = """
  window.moved = 0;
  new PerformanceObserver((list) => {
    const shifts = list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput);
    for (const { value } of shifts) window.moved += value;
  }).observe({ type: "layout-shift", buffered: true });
"""
PHONE: Any = {"width": 390, "height": 844}
DESK: Any = {"width": 1280, "height": 800}
LIST = "\n".join(f"{number}. Item {number}" for number in range(1, 121))
PAGES = (
    *("index.html", "questions/craft/01.html", "questions/index.html", "companies/index.html"),
    *("companies/bolt.html", "levels/index.html", "levels/director.html", "mock.html", "404.html"),
    *("answers.html", "notebooks/index.html", "notebooks/lists.html", "search.html"),
    *("search.html?q=craft", "search.html?q=xylophone", "search.html?category=Craft"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("steady")
    text = f'# Lists\n\n{LIST}\n\n## 100% of "it"\n\nText.\n\n## More\n\nText.'
    write_notebook(folder / "lists.ipynb", text_cell(text))
    publish(
        folder / "site",
        [folder / "lists.ipynb"],
        settings=Settings(),
        bank_folder=write_bank(folder / "bank", questions=12),
        private=None,
        now=datetime(2026, 1, 2, tzinfo=UTC),
    )
    with serving(folder / "site") as where:
        yield where


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_loads(
    browser: Browser, address: str, name: str, size: Any
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.add_init_script(SHIFTS)
    held: list[Route] = []
    painted: list[bool] = []
    # A page is painted before its scripts have come, as over a slow line.
    page.route("**/assets/*.js?*", lambda route: hold(route, held, painted))
    page.goto(f"{address}{name}", wait_until="commit")
    expect(page.locator("h1")).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    painted.append(True)
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    if name.startswith("search"):
        settle(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.moved") < 0.1
    context.close()


def hold(route: Route, held: list[Route], painted: list[bool]) -> None:
    """Keep a script back until the page is painted, unless it isn't painted without it."""
    if painted or "theme.js" in route.request.url:
        route.continue_()
    else:
        held.append(route)


def test_a_navigation_that_is_cut_off_shows_where_there_is_more(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}index.html")
    navigation = page.locator(".top nav")
    sign = "(node, side) => getComputedStyle(node, side).content"
    expect(navigation).to_have_class("more-after")
    assert navigation.evaluate(sign, "::after").startswith('"\u203a"')
    assert navigation.evaluate(sign, "::before") == "none"
    navigation.evaluate("node => { node.scrollLeft = node.scrollWidth; }")
    expect(navigation).to_have_class("more-before")
    page.goto(f"{address}notebooks/index.html")
    expect(page.locator(".top nav [aria-current]")).to_be_in_viewport(ratio=1)
    context.close()


def test_a_navigation_that_has_room_shows_no_sign(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}answers.html")
    expect(page.locator("#answers h2").first).to_be_visible()
    expect(page.locator(".top nav")).not_to_have_class("more-after")


def test_numbers_of_a_list_begin_where_the_text_does(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}notebooks/lists.html")
    room, wide = page.locator("article ol").evaluate(
        """list => {
          const mark = document.createElement("span");
          mark.textContent = "120. ";
          mark.style.cssText = "position: absolute; white-space: pre";
          list.append(mark);
          const wide = mark.getBoundingClientRect().width;
          mark.remove();
          return [parseFloat(getComputedStyle(list).paddingLeft), wide];
        }"""
    )
    assert room >= wide
    context.close()


def test_contents_lead_to_a_heading_with_any_characters(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}notebooks/lists.html")
    link = page.locator("nav.sections a", has_text="100% of").first
    assert link.get_attribute("href") == "#nb-100%25-of-%22it%22"
    link.evaluate("link => link.click()")
    expect(page.get_by_role("heading", name='100% of "it"')).to_be_in_viewport()
    assert said == []
