"""The plan on the first page: chosen once, shown at once, and saved with a button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path

import pytest
from icalendar import Calendar

from prepkit.answers import AnswerStore
from prepkit.answers.planned import load_planned, save_planned
from prepkit.bank import Bank, load_bank
from prepkit.widgets.plan_panel import PlanPanel

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
INTERVIEW = date(2026, 12, 14)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def panel(bank: Bank, tmp_path: Path) -> Callable[[], PlanPanel]:
    """Return what opens the page: again and again with the same answers."""
    (tmp_path / "pages").mkdir()

    def open_page() -> PlanPanel:
        store = AnswerStore(tmp_path / "home" / "answers.sqlite")
        return PlanPanel(bank, store, folder=tmp_path / "pages", now=lambda: NOW)

    return open_page


def said(panel: PlanPanel) -> str:
    """Return the note, whose words a screen reader says when it changes."""
    note = unescape(panel.note.value)
    assert not note or note.startswith('<span role="status">')
    return note.removeprefix('<span role="status">').removesuffix("</span>")


def test_without_a_date_the_panel_asks_for_it_and_keeps_nothing(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    page = panel()
    assert page.evenings.value == (
        "<p>Choose the date of your interview, and your evenings are shown here.</p>"
    )
    page.calendar.click()
    assert said(page) == "Choose the date of your interview first."
    page.cards.click()
    assert said(page) == "Choose the date of your interview first."
    assert list((tmp_path / "pages").iterdir()) == []
    assert not (tmp_path / "home" / "plan.json").exists()


def test_a_date_shows_the_evenings_and_everything_is_there_again_the_next_time(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    page = panel()
    page.interview.value = INTERVIEW
    page.level.value = "director"
    page.companies.value = "amazon; shopify"
    page.at.value = time(19, 30)
    assert said(page) == ""
    assert "Your interview is on Monday 14 December 2026, in 20 days." in page.evenings.value
    assert "<p>Sunday 13 December (20 min): " in page.evenings.value
    again = panel()
    assert again.evenings.value == page.evenings.value
    assert (again.interview.value, again.level.value) == (INTERVIEW, "director")
    assert (again.companies.value, again.at.value) == ("Amazon; Shopify", time(19, 30))
    assert load_planned(tmp_path / "home").companies == ("Amazon", "Shopify")


def test_a_page_that_is_opened_again_changes_nothing(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    panel().interview.value = INTERVIEW
    kept = (tmp_path / "home" / "plan.json").stat()
    panel()
    assert (tmp_path / "home" / "plan.json").stat().st_mtime_ns == kept.st_mtime_ns


def test_a_time_that_was_given_in_the_terminal_is_in_the_list_and_stays(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    page = panel()
    page.interview.value = INTERVIEW
    home = tmp_path / "home"
    save_planned(load_planned(home).model_copy(update={"at": time(19, 15)}), home)
    again = panel()
    assert again.at.value == time(19, 15)
    times = [one for _, one in again.at.options if one]
    assert times == sorted(times)
    again.level.value = "director"
    assert load_planned(home).at == time(19, 15)


def test_a_button_saves_the_plan_for_a_calendar_and_says_where_it_is(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    page = panel()
    page.interview.value = INTERVIEW
    page.at.value = time(19)
    page.calendar.click()
    path = tmp_path / "pages" / "plan.ics"
    assert said(page) == (
        f"Your plan is in {path}. Open that file with your calendar. When your plan changes, save "
        "it again and open it again: the evenings in your calendar move."
    )
    first, *_ = Calendar.from_ical(path.read_bytes()).events
    assert first.start == datetime(2026, 11, 24, 19)
    page.calendar.click()
    assert said(page).startswith("Your plan is in ")


def test_a_button_saves_cards_for_anki_and_says_who_can_read_them(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    page = panel()
    page.interview.value = INTERVIEW
    page.cards.click()
    path = tmp_path / "pages" / "cards.txt"
    assert said(page) == (
        f"Your cards are in {path}. In Anki, choose File > Import. They hold the first sentences "
        "of your complete answers, so only you can read this file."
    )
    assert path.read_bytes().count(b"\nprepkit:") == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"companies": "Amazn"}, "no company 'Amazn'; did you mean 'Amazon'?"),
        (
            {"interview": NOW.date() - timedelta(1)},
            "23 November 2026 is over. Give the date of your next interview.",
        ),
    ],
)
def test_what_cannot_be_planned_is_said_and_what_was_kept_before_stays(
    panel: Callable[[], PlanPanel], tmp_path: Path, change: dict[str, object], message: str
) -> None:
    page = panel()
    page.interview.value = INTERVIEW
    kept = load_planned(tmp_path / "home")
    for name, value in change.items():
        getattr(page, name).value = value
    assert (said(page), page.evenings.value) == (message, "")
    page.calendar.click()
    assert said(page) == message
    assert list((tmp_path / "pages").iterdir()) == []
    assert load_planned(tmp_path / "home") == kept


def test_an_interview_that_is_over_is_said_when_the_page_is_opened(
    bank: Bank, panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    panel().interview.value = INTERVIEW
    store = AnswerStore(tmp_path / "home" / "answers.sqlite")
    later = PlanPanel(bank, store, folder=tmp_path / "pages", now=lambda: NOW + timedelta(21))
    assert said(later) == "14 December 2026 is over. Give the date of your next interview."
    later.interview.value = INTERVIEW + timedelta(60)
    assert said(later) == ""


def test_a_file_of_the_same_name_that_is_not_ours_stays(
    panel: Callable[[], PlanPanel], tmp_path: Path
) -> None:
    path = tmp_path / "pages" / "plan.ics"
    path.write_text("my own")
    page = panel()
    page.interview.value = INTERVIEW
    page.calendar.click()
    assert said(page) == (
        f"Nothing was written: {path} is there already, and it is not a calendar file from prepkit."
        " Move or rename that file, then try again."
    )
    assert path.read_text() == "my own"
