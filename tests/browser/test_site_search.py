"""The search page of the built site, with the bank that comes with prepkit, in Chromium."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prepkit.bank import load_bank
from prepkit.site.search_index import INDEX
from tests.browser.searching import links, search, settle
from tests.browser.waits import stand_still
from tests.serving import serving
from tests.site_samples import index_pages

pytestmark = pytest.mark.slow

SEARCHES = Path(__file__).parents[1] / "data" / "searches.csv"
"""What people type, as they type it, and the questions of which one has to be near the top."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "prepkit", "site", "-o", str(folder)]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as where:
        yield where


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open a tab, in whose console nothing may be reported."""
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    assert said == []


def found(page: Page) -> list[str]:
    """Return the questions that are shown, by their ids."""
    addresses = [link.get_attribute("href") or "" for link in links(page).all()]
    return [one.removeprefix("questions/").removesuffix(".html") for one in addresses]


def rank(page: Page, query: str, right: set[str]) -> int | None:
    """Return the place of the first right question, counted from 1, on the page that is open."""
    page.get_by_label("Search the questions").fill(query)
    settle(page)
    return next((place for place, one in enumerate(found(page), 1) if one in right), None)


def test_what_people_type_has_the_right_question_in_the_first_five(
    page: Page, address: str
) -> None:
    with SEARCHES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    search(page, address)
    ranks = {row["query"]: rank(page, row["query"], set(row["questions"].split())) for row in rows}
    late = {query: place for query, place in ranks.items() if place is None or place > 5}
    assert len(rows) >= 20
    assert len(late) <= len(rows) // 10, late


def test_a_misspelt_word_is_corrected_and_the_original_offered(page: Page, address: str) -> None:
    search(page, address, "Avoiding burnuot")
    notice = page.locator(".search-notice")
    expect(notice.locator("p")).to_have_text("Showing results for Avoiding burnout.")
    expect(page.get_by_role("status")).to_contain_text("for “Avoiding burnout”")
    right = found(page)
    notice.get_by_role("button", name="Search for “Avoiding burnuot” instead").click()
    settle(page)
    assert page.url.endswith("?q=Avoiding+burnuot&exact=1")
    expect(notice).to_be_hidden()
    assert found(page) != right
    page.get_by_label("Search the questions").fill("burnuot")
    settle(page)
    expect(notice.locator("p")).to_have_text("Showing results for burnout.")


def test_american_spelling_finds_what_is_spelt_in_british(page: Page, address: str) -> None:
    search(page, address, "prioritizing")
    expect(page.locator(".search-notice")).to_be_hidden()
    assert "technical-leadership/02" in found(page)


def test_a_word_that_no_page_has_is_named_and_left_out(page: Page, address: str) -> None:
    search(page, address, "erlang migration")
    expect(page.locator(".search-notice")).to_have_text("No page contains “erlang”.")
    assert "strategy-customers-and-change/05" in found(page)[:5]


def test_a_result_shows_its_place_and_the_words_in_their_sentence(page: Page, address: str) -> None:
    search(page, address, "load test profile")
    first = page.locator(".search-results li", has_text="Technical leadership · Q6")
    expect(first.get_by_role("heading", level=2)).to_contain_text("to scale a system")
    expect(first.locator(".excerpt mark").first).to_be_visible()
    marked = {mark.inner_text().strip(".,:;").lower() for mark in first.locator("mark").all()}
    assert len(marked) >= 2
    assert marked <= {"load", "loads", "loaded", "test", "tests", "testing", "profile", "profiles"}


def test_synonyms_find_a_question_and_are_not_shown(page: Page, address: str) -> None:
    search(page, address, "sacked")
    assert found(page)[0] == "leading-people/08"
    assert "sacked" not in page.locator(".search-results").inner_text()


def test_filters_work_together_are_counted_and_stay_in_the_address(
    page: Page, address: str
) -> None:
    search(page, address, "conflict")
    filters = page.locator(".search-filters")
    category = filters.locator("details", has_text="Category")
    company = filters.locator("details", has_text="Company")
    company.locator("summary").click()
    box = category.get_by_role("checkbox", name="Conflict and hard conversations")
    row = category.locator("li", has_text="Conflict and hard conversations")
    count = row.locator(".hits").inner_text()
    box.check()
    settle(page)
    expect(page.get_by_role("status")).to_have_text(f"{count} results for “conflict”")
    category.get_by_role("checkbox", name="Technical leadership").check()
    settle(page)
    both = found(page)
    assert {one.split("/")[0] for one in both} == {
        "conflict-and-hard-conversations",
        "technical-leadership",
    }
    company.get_by_role("checkbox", name="Amazon").check()
    settle(page)
    expect(category.locator("summary")).to_have_text("Category 2 chosen")
    some = found(page)
    assert 0 < len(some) < len(both) or page.get_by_role("button", name="more").is_visible()
    page.reload()
    settle(page)
    assert found(page) == some
    expect(company.get_by_role("checkbox", name="Amazon")).to_be_checked()
    page.get_by_role("button", name="Clear filters").click()
    settle(page)
    assert page.url == f"{address}search.html?q=conflict"


def test_filters_alone_list_what_they_leave(page: Page, address: str) -> None:
    search(page, address, category="Leading people")
    expect(page.get_by_role("status")).to_have_text("10 results")
    assert sorted(found(page)) == [f"leading-people/{number:02d}" for number in range(1, 11)]
    expect(page.locator("#all-questions")).to_be_hidden()


def test_questions_are_filtered_by_the_region_of_those_who_ask_them(
    page: Page, address: str
) -> None:
    bank = load_bank()
    asked = [one for one in bank if "Canada" in {each.region for each in bank[one].companies}]
    search(page, address, region="Canada")
    expect(page.get_by_role("status")).to_have_text(f"{len(asked)} results")
    assert 0 < len(asked) < len(bank)
    titles = page.locator(".search-filters summary").all_inner_texts()
    assert titles == ["Category", "Level", "Kind", "Company", "Region 1 chosen"]


def test_filters_that_leave_nothing_say_what_there_is_without_them(
    page: Page, address: str
) -> None:
    search(page, address, "layoffs", category="Technical leadership")
    expect(page.get_by_role("status")).to_have_text("No results for “layoffs”")
    expect(page.locator(".search-notice")).to_have_text(
        "3 results without filters. Try removing one, or clear them all."
    )


def test_more_results_are_shown_on_demand(page: Page, address: str) -> None:
    search(page, address, level="Director")
    expect(links(page)).to_have_count(10)
    page.get_by_role("button", name="Show 10 more").click()
    expect(links(page)).to_have_count(20)
    expect(links(page).nth(10)).to_be_focused()


def test_the_keyboard_alone_searches_and_opens_a_question(page: Page, address: str) -> None:
    search(page, address)
    page.get_by_label("Search the questions").focus()
    page.keyboard.type("brilliant jerk")
    settle(page)
    page.keyboard.press("ArrowDown")
    expect(links(page).first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Search the questions")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}questions/leading-people/02.html")
    page.go_back()
    settle(page)
    assert found(page)[0] == "leading-people/02"


def test_an_empty_search_lists_every_question_and_suggests_some(page: Page, address: str) -> None:
    search(page, address)
    expect(page.locator("#all-questions a[href^=questions]").first).to_be_visible()
    suggestion = page.locator(".search-suggestions a").first
    text = suggestion.inner_text()
    suggestion.click()
    expect(page.get_by_role("status")).to_contain_text(f"for “{text}”")
    expect(page.locator("#all-questions")).to_be_hidden()
    page.get_by_label("Search the questions").fill("")
    settle(page)
    expect(page.locator("#all-questions")).to_be_visible()
    expect(links(page)).to_have_count(0)


def test_words_that_nothing_has_are_answered_with_suggestions(page: Page, address: str) -> None:
    search(page, address, "xylophonist")
    expect(page.get_by_role("status")).to_have_text("No results for “xylophonist”")
    expect(page.locator(".search-suggestions a").first).to_be_visible()


def test_a_query_is_never_read_as_html(page: Page, address: str) -> None:
    search(page, address, "<b id=injected>burnuot</b>")
    assert page.locator("#injected").count() == 0


def test_only_the_newest_of_quick_searches_is_shown(page: Page, address: str) -> None:
    search(page, address)
    box = page.get_by_label("Search the questions")
    for query in ("layoffs", "outage", "brilliant jerk"):
        box.fill(query)
        page.wait_for_url(re.compile(f"[?]q={query.replace(' ', '[+]')}$"))  # it is being searched
    settle(page)
    assert found(page) == ["leading-people/02"]


def test_an_index_that_cannot_be_loaded_leaves_the_list(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.route("**/words.json", lambda route: route.fulfill(status=500))
    search(page, address, "conflict")
    expect(page.locator(".search-notice p")).to_have_text(
        "Search couldn't be loaded (words.json: 500). The list below has every question."
    )
    expect(page.locator("#all-questions")).to_be_visible()
    page.unroute("**/words.json")
    page.get_by_role("button", name="Try again").click()
    settle(page)
    expect(links(page).first).to_be_visible()


def test_from_a_file_the_page_says_what_search_needs(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri())
    expect(page.locator(".search-notice")).to_contain_text("Search needs a web server")
    expect(page.locator("#all-questions")).to_be_visible()


def test_without_scripts_the_page_is_a_list(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search.html?q=conflict")
    assert page.locator("#all-questions a[href^=questions]").count() == len(load_bank())
    context.close()


def test_a_site_in_a_folder_of_its_host_is_searched_too(
    page: Page, site: Path, tmp_path: Path
) -> None:
    shutil.copytree(site, tmp_path / "host" / "some" / "pagefind-site")
    with serving(tmp_path / "host") as host:
        address = f"{host}some/pagefind-site/"
        search(page, address, "brilliant jerk")
        links(page).first.click()
        expect(page).to_have_url(f"{address}questions/leading-people/02.html")


def test_an_index_in_parts_is_searched_as_one(
    page: Page, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prepkit.site.search_index.IN_A_PART", 20)
    folder = tmp_path / "parts"
    shutil.copytree(site, folder)
    index_pages(folder)
    assert (folder / INDEX / "4").is_dir()
    with serving(folder) as address:
        search(page, address)
        assert rank(page, "brilliant jerk", {"leading-people/02"}) == 1
        assert rank(page, "worst outage", {"operations-and-metrics/01"}) == 1
        search(page, address, category="Leading people")
        assert sorted(found(page)) == [f"leading-people/{number:02d}" for number in range(1, 11)]
        expect(page.locator(".search-results .excerpt").first).not_to_be_empty()


def test_no_part_of_the_index_is_fetched_before_there_is_a_word_to_look_for(
    page: Page, address: str, requests: list[str]
) -> None:
    def parts() -> list[str]:
        return [one for one in requests if one.endswith((".pf_index", ".pf_filter"))]

    search(page, address, "")
    assert page.locator(".search-filters input").count() > 10
    assert parts() == []
    page.get_by_label("Search the questions").fill("conflict")
    settle(page)
    expect(links(page).first).to_be_visible()
    assert parts() != []


def test_search_asks_no_other_host(page: Page, address: str, requests: list[str]) -> None:
    search(page, address, "how do you handle conflict")
    assert requests
    assert [one for one in requests if not one.startswith(address)] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_page_has_no_accessibility_violation_and_no_sideways_scroll(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    size: Any = {"width": width, "height": 900}
    # axe is put into the page as a script, which the page's own policy would refuse.
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for query, filters in (
        ("", {}),
        ("avoiding burnuot", {"category": "Leading people"}),
        ("xylophonist", {}),
    ):
        search(page, address, query, **filters)
        for group in page.locator(".search-filters details").all():
            group.evaluate("group => { group.open = true; }")
        stand_still(page)
        broken = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in broken] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
