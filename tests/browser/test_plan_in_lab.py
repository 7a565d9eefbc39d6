"""The plan on a page of the workbook: chosen, shown and saved by mouse and keyboard."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import BrowserContext, expect

from prepkit.text import format_day
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.slow


def test_a_date_shows_the_evenings_and_a_button_saves_them_beside_the_page(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    interview = datetime.now().astimezone().date() + timedelta(20)
    lab.write("plan.ipynb", tmp_path / "answers.sqlite", "pk.PlanPanel(bank, store)")
    page = context.new_page()
    lab.open(page, "plan.ipynb")
    lab.run(page, "input[type=date]")
    page.get_by_label("Interview date").fill(interview.isoformat())
    day = format_day(interview, weekday=True)
    expect(page.get_by_text(f"Your interview is on {day}, in 20 days.")).to_be_visible()
    page.get_by_label("Companies").fill("Nobody's")
    page.get_by_label("Companies").press("Enter")
    expect(page.get_by_role("status").get_by_text("no company 'Nobody's'")).to_be_visible()
    page.get_by_label("Companies").fill("")
    page.get_by_label("Companies").press("Enter")
    page.get_by_label("Evenings begin").select_option("19:00")
    page.get_by_role("button", name="Save for my calendar").click()
    path = lab.folder / "plan.ics"
    expect(page.get_by_text(f"Your plan is in {path}.")).to_be_visible()
    *evenings, last = Calendar.from_ical(path.read_bytes()).events
    assert {f"{event.start:%H:%M}" for event in evenings} == {"19:00"}
    assert last.start == interview
    page.get_by_role("button", name="Save for Anki").click()
    expect(page.get_by_text(f"Your cards are in {lab.folder / 'cards.txt'}.")).to_be_visible()
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page, ".widget-vbox") == []
