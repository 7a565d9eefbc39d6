"""The first page in JupyterLab: a first evening, by mouse and keyboard, and never out of date."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Page, expect

from prepkit.answers import AnswerStore
from prepkit.answers.planned import load_planned
from prepkit.text import format_day
from tests.browser.test_accessibility import SCHEMES, violations

pytestmark = pytest.mark.slow

HOME = "pk.Home(bank, store)"
INTERVIEW = datetime.now().astimezone().date() + timedelta(20)
COUNTDOWN = f"Your interview is on {format_day(INTERVIEW, weekday=True)}, in 20 days."
DONE = "Done today: 1 answer written and 1 question practised out loud."
FIRST = "[data-field=situation]"


def opened(
    lab: Any, page: Page, store: Path, *, name: str = "home.ipynb", shown: str = HOME
) -> Page:
    """Write a notebook, open it and run it."""
    lab.write(name, store, shown)
    lab.open(page, name)
    lab.run(page, "select[name=level]" if shown == HOME else "[data-field=task]")
    return page


def is_focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("css => document.activeElement?.matches(css)", selector))


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press a key until the focus is on an element, as somebody without a mouse does."""
    for _ in range(60):
        if is_focused(page, selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {selector}")


def write_and_rate(page: Page, store: AnswerStore) -> None:
    """Fill in the four parts, of which the first has the focus, and rate the answer by keyboard."""
    for place in range(4):
        if place:
            page.keyboard.press("Alt+PageDown")
        page.keyboard.insert_text("I led the crew over the sea in two days. " * 20)
    expect(page.locator(".pk-state[data-state=saved]")).to_have_count(4)
    tab_to(page, ".pk-rehearsal .pk-strong")
    page.keyboard.press("Space")
    expect(page.locator(".pk-clock")).not_to_have_text("0:00")
    page.keyboard.press("Space")
    tab_to(page, ".pk-choice:nth-of-type(3)")
    page.keyboard.press("Enter")
    expect(page.locator(".pk-review-result")).to_contain_text("We'll bring this back on")
    assert len(store.reviews()) == 1


def test_a_whole_first_evening_by_mouse_and_nobody_else_is_asked(
    lab: Any, context: BrowserContext, requests: list[str], tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    page = opened(lab, context.new_page(), store.path)
    page.get_by_role("textbox", name="Companies").fill("acm")
    page.get_by_role("button", name="Acme", exact=True).click()
    expect(page.get_by_role("button", name="Remove Acme")).to_be_visible()
    page.locator("select[name=level]").select_option("director")
    page.get_by_label("Interview date").fill(INTERVIEW.isoformat())
    page.get_by_role("button", name="Plan my evenings").click()
    expect(page.get_by_text(COUNTDOWN)).to_be_visible()
    expect(page.get_by_role("heading", name="Tonight")).to_be_focused()
    planned = load_planned(tmp_path)
    assert (planned.companies, planned.interview) == (("Acme",), INTERVIEW)
    page.locator(".pk-tonight [data-do=open]").click()
    expect(page.locator(FIRST)).to_be_focused()
    expect(page.locator(".pk-desk .pk-question")).to_be_in_viewport(ratio=1)
    write_and_rate(page, store)
    page.get_by_role("button", name="Print this question (PDF)").click()
    expect(page.get_by_role("link", name="Open craft-01.pdf")).to_be_visible()
    page.get_by_role("button", name="Back to Start").click()
    expect(page.get_by_text(DONE)).to_be_visible()
    expect(page.locator(".pk-sums")).to_contain_text("1 complete · 0 in progress · 2 not started")
    page.get_by_role("button", name="Save for my calendar").click()
    expect(page.get_by_text(f"Saved: {lab.folder / 'plan.ics'}")).to_be_visible()
    *_, last = Calendar.from_ical((lab.folder / "plan.ics").read_bytes()).events
    assert last.start == INTERVIEW
    page.get_by_role("button", name="Story sheets (PDF)").click()
    page.get_by_role("link", name="Open stories.pdf").click()
    expect(page.locator(".jp-PDFContainer")).to_be_visible()
    assert {urlsplit(address).hostname for address in requests} <= {"127.0.0.1", None}


def test_a_list_that_was_open_before_the_plan_was_made_takes_its_level(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = tmp_path / "answers.sqlite"
    shown = "pk.Picker(bank, store)"
    writing = opened(lab, context.new_page(), store, name="pick.ipynb", shown=shown)
    expect(writing.get_by_label("Your level")).to_have_value("")
    home = opened(lab, context.new_page(), store)
    home.locator("select[name=level]").select_option("director")
    home.get_by_role("button", name="Plan my evenings").click()
    expect(writing.get_by_label("Your level")).to_have_value("director")


def test_pages_that_were_open_before_the_plan_was_made_show_its_company(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = tmp_path / "answers.sqlite"
    lab.write("rounds.ipynb", store, "pk.CompanyPicker(bank, store=store)")
    companies = context.new_page()
    lab.open(companies, "rounds.ipynb")
    lab.run(companies, ".prepkit-keys select >> nth=0")
    lab.write("mock.ipynb", store, "pk.MockInterview(bank, store, log=log)")
    mock = context.new_page()
    lab.open(mock, "mock.ipynb")
    lab.run(mock, ".pk-mock select >> nth=0")
    expect(companies.get_by_label("Company")).to_have_value("Acme")
    home = opened(lab, context.new_page(), store)
    home.get_by_role("textbox", name="Companies").fill("bol")
    home.get_by_role("button", name="Bolt", exact=True).click()
    home.locator("select[name=level]").select_option("director")
    home.get_by_role("button", name="Plan my evenings").click()
    expect(companies.get_by_label("Company")).to_have_value("Bolt")
    expect(companies.get_by_role("heading", name="Bolt")).to_be_visible()
    expect(mock.locator(".pk-mock").get_by_label("Company")).to_have_value("Bolt")
    expect(mock.locator(".pk-mock").get_by_label("Level")).to_have_value("director")


def test_a_whole_first_evening_by_keyboard_alone(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    page = opened(lab, context.new_page(), store.path)
    page.locator("#pk-wish-title").focus()
    tab_to(page, "input[name=find]")
    page.keyboard.type("bol")
    page.keyboard.press("Enter")
    tab_to(page, "select[name=level]")
    page.keyboard.press("d")
    tab_to(page, "input[name=interview]")
    page.keyboard.type(f"{INTERVIEW:%m%d%Y}")
    tab_to(page, ".pk-wishes [type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(COUNTDOWN)).to_be_visible()
    assert load_planned(tmp_path).companies == ("Bolt",)
    assert load_planned(tmp_path).level == "director"
    tab_to(page, ".pk-tonight [data-do=open]")
    page.keyboard.press("Enter")
    expect(page.locator(FIRST)).to_be_focused()
    write_and_rate(page, store)
    tab_to(page, "[data-do=back]", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(DONE)).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.pk-tonight') !== null")
    assert page.locator(".jp-Cell").count() == 2  # no key has reached the notebook


def test_home_shows_what_is_written_elsewhere_and_nothing_moves_under_a_reader(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = tmp_path / "answers.sqlite"
    AnswerStore(store)
    home = opened(lab, context.new_page(), store)
    home.get_by_role("button", name="Skip for now").click()
    expect(home.get_by_role("heading", name="Tonight")).to_be_focused()
    home.get_by_text("By category", exact=True).click()
    home.locator(".pk-later [data-do=open]").last.focus()
    home.evaluate("window.focused = document.activeElement")
    top = home.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")
    other = opened(
        lab,
        context.new_page(),
        store,
        name="form.ipynb",
        shown='pk.StarForm(bank["craft/02"], store)',
    )
    other.locator("[data-field=task]").fill("Three plain words")
    expect(other.locator("[data-field=task] ~ .pk-under .pk-state")).to_contain_text("Saved")
    expect(home.locator(".pk-sums")).to_contain_text(
        "1 in progress · 2 not started · 3 words written"
    )
    expect(home.locator(".pk-counts tbody tr").first).to_contain_text("1")
    assert home.evaluate("document.activeElement === window.focused && window.focused.isConnected")
    assert home.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop") == top
    # What no page tells of, such as a command in a terminal, is seen when the reader comes back.
    AnswerStore(store).save("craft/03", "task", "Two words", based_on=0)
    home.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(home.locator(".pk-sums")).to_contain_text("2 in progress · 1 not started")


def test_a_kernel_that_is_gone_and_a_damaged_plan_are_said_in_plain_words(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = tmp_path / "answers.sqlite"
    page = opened(lab, context.new_page(), store)
    page.get_by_role("button", name="Skip for now").click()
    expect(page.get_by_role("button", name="Change what you prepare for")).to_be_visible()
    (tmp_path / "plan.json").write_bytes(b"{")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("alert").get_by_text("plan.json is damaged")).to_be_visible()
    page.get_by_role("button", name="Set it aside and choose again").click()
    expect(page.get_by_text("What are you preparing for?")).to_be_visible()
    assert (tmp_path / "plan-damaged-1.json").read_bytes() == b"{"
    lab.end_kernels()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(".pk-trouble")).to_contain_text("This page may be out of date: ")
    expect(page.locator(".pk-trouble")).to_contain_text("Choose Run > Run All Cells.")


def test_the_first_page_has_no_violation_in_either_theme(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    for part in ("situation", "task", "action", "result"):
        store.save("craft/01", part, "We usually did it. " * 40, based_on=0)
    page = opened(lab, context.new_page(), store.path)
    page.get_by_role("textbox", name="Companies").fill("b")

    def look() -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            light = "true" if scheme == "light" else "false"
            expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
            for width in (390, 1100):
                page.set_viewport_size({"width": width, "height": 844})
                assert violations(page, ".pk-home") == []

    look()
    page.get_by_role("textbox", name="Companies").press("Enter")
    page.get_by_label("Interview date").fill(INTERVIEW.isoformat())
    page.get_by_role("button", name="Plan my evenings").click()
    expect(page.get_by_text(COUNTDOWN)).to_be_visible()
    for folded in page.locator(".pk-folded summary").all():
        folded.click()
    page.get_by_label("Practice log").check()
    expect(page.get_by_text("The practice log is on.")).to_be_visible()
    look()
    page.locator(".pk-tonight [data-do=open]").first.click()
    expect(page.locator(".pk-form")).to_be_visible()
    look()
