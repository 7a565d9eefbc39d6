"""Cookie preferences: nothing is asked of another host before the visitor allows it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from prepkit.bank import Bank
from tests.browser.site_pages import ADDRESS, Consent, Site
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import flush, until

pytestmark = pytest.mark.slow

BOTH: Consent = {
    "analytics": {"script": "https://stats.example/count.js", "cookies": ["_ga", "_pk_*"]},
    "marketing": {"script": "https://ads.example/ads.js", "cookies": ["_ad.id"]},
}

SCRIPTS = {
    "stats.example": (
        "document.cookie = '_ga=1; path=/'; document.cookie = '_pk_id.7=1';"
        "document.cookie = '_pk_ses=1; domain=site.example; path=/questions';"
        "document.cookie = '_gat=1; path=/'; window.counting = true;"
    ),
    "ads.example": "document.cookie = '_ad.id=1; path=/'; document.cookie = '_adxid=1; path=/';",
}


class Hosts:
    """Stands in for the other hosts, and counts what they are asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: Counter[str] = Counter()
        for host in SCRIPTS:
            context.route(f"https://{host}/**", self._serve)

    def _serve(self, route: Route) -> None:
        host = urlsplit(route.request.url).netloc
        self.asked[host] += 1
        route.fulfill(body=SCRIPTS[host], content_type="text/javascript")


@pytest.fixture
def hosts(context: BrowserContext) -> Hosts:
    return Hosts(context)


@pytest.fixture
def site(context: BrowserContext, bank: Bank, hosts: Hosts) -> Site:
    context.clock.install()
    return Site(context, bank, consent=BOTH)


def banner(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Your choice")


def preferences(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Cookie preferences")


def open_preferences(page: Page) -> Locator:
    page.get_by_role("button", name="Cookie preferences").click()
    expect(preferences(page)).to_be_visible()
    return preferences(page)


def cookies(page: Page) -> list[str]:
    return sorted(cookie["name"] for cookie in page.context.cookies())


def settled(page: Page) -> None:
    """Let pass what a script that must not be asked for would wait for, and see what was asked."""
    page.clock.run_for(5000)
    flush(page)


def switch(dialog: Locator, category: str) -> Any:
    """Turn a category's switch, whose box is covered by its picture."""
    dialog.get_by_role("checkbox", name=category).click(force=True)


def test_before_a_choice_nothing_is_asked_for(site: Site, hosts: Hosts) -> None:
    page = site.open()
    expect(banner(page)).to_be_visible()
    settled(page)
    page.goto(f"{ADDRESS}/index.html")
    expect(banner(page)).to_be_visible()
    settled(page)
    assert (hosts.asked, site.foreign, cookies(page)) == ({}, [], [])


def test_after_necessary_only_nothing_is_asked_for_and_the_banner_stays_away(
    site: Site, hosts: Hosts
) -> None:
    page = site.open()
    page.get_by_role("button", name="Necessary only").click()
    expect(banner(page)).to_be_hidden()
    page.reload()
    settled(page)
    expect(banner(page)).to_be_hidden()
    assert (hosts.asked, site.foreign, cookies(page)) == ({}, [], [])


def test_what_is_allowed_is_asked_for_and_nothing_else(site: Site, hosts: Hosts) -> None:
    page = site.open()
    page.get_by_role("button", name="Choose").click()
    dialog = preferences(page)
    expect(dialog).to_be_visible()
    switch(dialog, "Analytics")
    settled(page)
    assert hosts.asked == {}
    dialog.get_by_role("button", name="Save my choice").click()
    expect(banner(page)).to_be_hidden()
    settled(page)
    assert hosts.asked == {"stats.example": 1}
    page.goto(f"{ADDRESS}/questions/craft/02.html")
    settled(page)
    assert hosts.asked == {"stats.example": 2}
    assert site.complaints == []


def test_withdrawn_consent_removes_the_cookies_and_stops_the_script(
    site: Site, hosts: Hosts
) -> None:
    page = site.open()
    page.get_by_role("button", name="Allow all").click()
    until(page, lambda: cookies(page) == ["_ad.id", "_adxid", "_ga", "_gat", "_pk_id.7", "_pk_ses"])
    assert hosts.asked == {"stats.example": 1, "ads.example": 1}
    dialog = open_preferences(page)
    switch(dialog, "Analytics")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Save my choice").click()
    settled(page)
    # Marketing is still allowed; what is not named, such as _gat, is not ours to remove.
    until(page, lambda: cookies(page) == ["_ad.id", "_adxid", "_gat"])
    assert page.evaluate("window.counting") is None
    assert hosts.asked == {"stats.example": 1, "ads.example": 2}
    with page.expect_navigation():
        open_preferences(page).get_by_role("button", name="Necessary only").click()
    settled(page)
    assert cookies(page) == ["_adxid", "_gat"]
    assert hosts.asked == {"stats.example": 1, "ads.example": 2}


def test_consent_withdrawn_in_one_tab_stops_the_script_in_another(site: Site, hosts: Hosts) -> None:
    first = site.open()
    first.get_by_role("button", name="Allow all").click()
    settled(first)
    second = site.open("index.html")
    second.wait_for_function("window.counting === true")
    with second.expect_navigation():
        open_preferences(first).get_by_role("button", name="Necessary only").click()
    settled(second)
    assert second.evaluate("window.counting") is None
    assert hosts.asked == {"stats.example": 2, "ads.example": 2}
    assert cookies(first) == ["_adxid", "_gat"]


def test_one_category_alone_can_be_configured(
    context: BrowserContext, bank: Bank, hosts: Hosts
) -> None:
    context.clock.install()
    site = Site(context, bank, consent=BOTH | {"marketing": None})
    page = site.open()
    expect(banner(page)).to_contain_text("something that you don't need to practise: analytics.")
    page.get_by_role("button", name="Allow all").click()
    settled(page)
    dialog = open_preferences(page)
    expect(dialog).to_contain_text("Marketing · not used on this site")
    assert dialog.get_by_role("checkbox").count() == 2
    assert hosts.asked == {"stats.example": 1}


def test_with_nothing_configured_there_is_no_banner_and_nothing_is_collected(
    context: BrowserContext, bank: Bank
) -> None:
    context.clock.install()
    site = Site(context, bank)
    page = site.open()
    settled(page)
    assert page.locator("#cc-main").count() == 0
    dialog = open_preferences(page)
    expect(dialog).to_contain_text("This site collects nothing")
    for title in ("Strictly necessary · always on", "Analytics · not", "Marketing · not"):
        expect(dialog).to_contain_text(title)
    expect(dialog.get_by_text("saved in this browser and sent nowhere")).to_be_visible()
    expect(dialog.get_by_role("checkbox", name="Strictly necessary")).to_be_disabled()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Cookie preferences")).to_be_focused()
    assert (site.foreign, cookies(page), site.complaints) == ([], [], [])
    assert page.evaluate("Object.keys(localStorage)") == []


def test_every_description_is_open_to_read(site: Site) -> None:
    page = site.open()
    page.get_by_role("button", name="Choose").click()
    for text in ("sent nowhere", "A script from stats.example", "A script from ads.example"):
        expect(preferences(page).get_by_text(text)).to_be_visible()
    expect(preferences(page)).to_contain_text("_ga, _pk_*")


def test_a_choice_is_kept_for_files_too(site: Site, tmp_path: Path, hosts: Hosts) -> None:
    site.write(tmp_path)
    page = site.context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("button", name="Allow all").click()
    until(page, lambda: hosts.asked == {"stats.example": 1, "ads.example": 1})
    page.reload()
    until(page, lambda: hosts.asked == {"stats.example": 2, "ads.example": 2})
    expect(banner(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1280, 390])
def test_banner_and_dialog_have_no_violation(
    site: Site, scheme: Literal["light", "dark"], width: int
) -> None:
    page = site.open()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    expect(banner(page)).to_be_visible()
    assert violations(page, "body") == []
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # where the banner covers nothing
    open_preferences(page)
    assert violations(page, "#cc-main") == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_dialog_that_says_that_nothing_is_collected_has_no_violation(
    context: BrowserContext, bank: Bank, scheme: Literal["light", "dark"]
) -> None:
    page = Site(context, bank).open()
    page.emulate_media(color_scheme=scheme)
    open_preferences(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page, "#cc-main") == []
