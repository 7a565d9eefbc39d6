"""The form on a page of its own, with a real StarForm and a real store behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from prepkit.answers import StoreError
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.preferences import PracticeLog, Preferences, save_preferences
from prepkit.answers.texts import Texts
from prepkit.bank import Bank
from prepkit.forms import KINDS
from prepkit.practice.progress import due_frame
from prepkit.records import Question
from prepkit.text import format_day
from tests.browser.conftest import Host
from tests.browser.form_page import (
    SAVED,
    box,
    conflicts,
    drafts,
    line,
    status,
    wait_until_sent,
    wait_until_stored,
)
from tests.browser.waits import stop_clock, until

pytestmark = pytest.mark.slow


def test_what_is_typed_is_stored_and_its_draft_goes(host: Any) -> None:
    page = host.open()
    expect(status(page)).to_have_text("Nothing written yet. Saves as you type.")
    box(page, "task").press_sequentially("Mine to fix", delay=20)
    assert drafts(page) == ["Mine to fix"]
    expect(status(page)).to_have_text(SAVED)
    assert host.text("task") == "Mine to fix"
    assert drafts(page) == []


def test_saved_is_never_said_before_the_row_is_there(host: Any, context: BrowserContext) -> None:
    context.clock.install()
    page = host.open()
    line(page, "held", "busy")
    stop_clock(page)
    box(page, "task").fill("Held back")
    page.clock.run_for(800)
    wait_until_sent(page)
    expect(status(page)).to_have_text("Saving …")
    assert host.text("task") == ""


def test_steady_typing_is_saved_at_least_every_second(host: Any, context: BrowserContext) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "action")).to_be_editable()
    stop_clock(page)
    for letter in "steadily and without a pause":
        box(page, "action").press_sequentially(letter)
        page.clock.run_for(120)
    page.clock.resume()
    expect(status(page)).to_have_text(SAVED)
    assert len(host.texts("action")) >= 3


def test_a_busy_kernel_is_named_and_the_text_is_saved_when_it_is_free(host: Any) -> None:
    page = host.open()
    line(page, "held", "busy")
    box(page, "task").fill("First")
    expect(status(page)).to_have_text(
        "Not saved yet: the workbook is busy. Your text is safe in this browser. It will save "
        "itself in a moment."
    )
    box(page, "task").press_sequentially(" and second")
    page.evaluate("window.release()")
    expect(status(page)).to_have_text(SAVED)
    wait_until_stored(page, host, "task", "First and second")
    assert conflicts(page).count() == 0
    assert drafts(page) == []


def test_a_kernel_that_is_gone_is_told_from_a_busy_one(host: Any) -> None:
    page = host.open()
    line(page, "dead")
    box(page, "task").fill("Typed on")
    expect(status(page)).to_have_text(
        "Not saved yet: the workbook has stopped or was restarted. Your text is safe in this "
        "browser. Choose Run > Run All Cells."
    )
    expect(page.locator(".pk-bar [role=status]")).to_contain_text("Not saved yet")
    host.show(page)
    expect(box(page, "task")).to_have_value("Typed on")
    wait_until_stored(page, host, "task", "Typed on")


def test_where_the_kernel_is_not_known_the_message_says_no_more_than_that(host: Any) -> None:
    page = host.open()
    page.evaluate("() => { delete model.widget_manager; window.line = 'lost' }")
    box(page, "task").fill("Into the dark")
    expect(status(page)).to_have_text(
        "Not saved yet: the workbook isn't responding. Your text is safe in this browser. If this "
        "message stays, choose Run > Run All Cells."
    )
    line_back = "() => { model.widget_manager = { kernel: {} }; window.line = 'open' }"
    page.evaluate(line_back)
    expect(status(page)).to_have_text(SAVED)


def test_a_refused_save_is_shown_with_its_reason_and_tried_again(
    host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = host.open()

    def full(*_: object, **__: object) -> None:
        reason, remedy = "your disk is full.", "Free some space"
        raise StoreError("Nothing was saved: …", reason=reason, remedy=remedy)

    with monkeypatch.context() as patch:
        patch.setattr(host.store, "save", full)
        box(page, "task").fill("Too much")
        expect(status(page)).to_have_text(
            "Not saved: your disk is full. Your text is safe in this browser. Free some space, and "
            "it will save itself."
        )
        expect(page.locator(".pk-state[data-state=refused]")).to_have_text("Not saved")
        assert "Saved" not in page.locator(".pk-form").inner_text()
    expect(status(page)).to_have_text(SAVED)
    assert host.text("task") == "Too much"


def test_a_lost_acknowledgement_is_no_conflict(host: Any) -> None:
    page = host.open()
    line(page, "deaf")
    box(page, "task").fill("One")
    wait_until_stored(page, host, "task", "One")
    line(page, "open")
    box(page, "task").press_sequentially(" two")
    wait_until_stored(page, host, "task", "One two")
    expect(status(page)).to_have_text(SAVED)
    assert conflicts(page).count() == 0


def test_a_draft_of_a_closed_view_is_stored_when_the_question_is_next_shown(host: Any) -> None:
    page = host.open()
    line(page, "lost")
    box(page, "result").fill("Never sent")
    page.close()
    page = host.open()
    wait_until_stored(page, host, "result", "Never sent")
    expect(box(page, "result")).to_have_value("Never sent")
    expect(status(page)).to_have_text(SAVED)
    assert drafts(page) == []


def test_a_draft_continues_a_text_whose_acknowledgement_was_lost(host: Any) -> None:
    page = host.open()
    line(page, "deaf")
    box(page, "result").fill("Arrived")
    wait_until_stored(page, host, "result", "Arrived")
    line(page, "lost")
    box(page, "result").press_sequentially(" and went on")
    page.close()
    page = host.open()
    wait_until_stored(page, host, "result", "Arrived and went on")
    assert conflicts(page).count() == 0


def test_a_draft_that_had_arrived_and_was_replaced_is_not_offered_again(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    line(page, "deaf")
    box(page, "result").fill("Old")
    wait_until_stored(page, host, "result", "Old")
    page.close()
    host.store.save("craft/01", "result", "New", based_on=1)
    page = host.open()
    expect(box(page, "result")).to_have_value("New")
    page.clock.run_for(2500)  # a younger draft may belong to a window that is being typed in
    until(page, lambda: drafts(page) == [])
    expect(box(page, "result")).to_have_value("New")
    assert conflicts(page).count() == 0


def test_a_draft_behind_another_windows_text_is_offered_beside_it(host: Any) -> None:
    page = host.open()
    line(page, "lost")
    box(page, "result").fill("Mine, typed offline")
    page.close()
    host.store.save("craft/01", "result", "Theirs", based_on=0)
    page = host.open()
    expect(conflicts(page)).to_contain_text("Theirs")
    expect(box(page, "result")).to_have_value("Mine, typed offline")
    page.get_by_role("button", name="Keep mine").click()
    wait_until_stored(page, host, "result", "Mine, typed offline")
    assert host.texts("result") == ["Theirs", "Mine, typed offline"]


def test_conflicts_stand_by_their_boxes_at_the_same_time_and_nothing_is_lost(host: Any) -> None:
    page = host.open()
    for field in ("situation", "task", "action"):
        box(page, field).fill(f"{field} at first")
        wait_until_stored(page, host, field, f"{field} at first")
    expect(status(page)).to_have_text(SAVED)
    long = "A stored text that is long enough to be cut somewhere. " * 12
    for field in ("situation", "task", "action"):
        host.store.save("craft/01", field, f"{field} elsewhere. {long}", based_on=1)
        box(page, field).fill(f"{field} here")
    expect(conflicts(page)).to_have_count(3)
    expect(status(page)).to_have_text(
        "Situation, Task and Action were changed in two places. Pick one below; we keep both."
    )
    for field in ("situation", "task", "action"):
        near = page.locator(".pk-part", has=box(page, field)).locator(".pk-version")
        expect(near).to_have_text(f"{field} elsewhere. {long.strip()}")
        assert near.evaluate("node => node.scrollHeight <= node.clientHeight")
    part = {
        field: page.locator(".pk-part", has=box(page, field))
        for field in ("situation", "task", "action")
    }
    part["situation"].get_by_role("button", name="Keep mine").click()
    part["task"].get_by_role("button", name="Use the saved version").click()
    part["action"].get_by_role("button", name="Keep both").click()
    expect(status(page)).to_have_text(SAVED)
    assert host.text("situation") == "situation here"
    assert host.texts("task") == [
        "task at first", f"task elsewhere. {long}", "task here", f"task elsewhere. {long}",
    ]  # fmt: skip
    assert host.text("action") == f"action elsewhere. {long.strip()}\n\naction here"
    expect(box(page, "task")).to_have_value(f"task elsewhere. {long}")
    part["task"].get_by_role("button", name="Earlier versions of Task").click()
    expect(part["task"].locator(".pk-past")).to_have_count(3)


def test_a_choice_that_cannot_be_stored_is_asked_again(host: Any) -> None:
    page = host.open()
    host.store.save("craft/01", "task", "Elsewhere", based_on=0)
    box(page, "task").fill("Here")
    expect(conflicts(page)).to_have_count(1)
    line(page, "dead")
    page.get_by_role("button", name="Use the saved version").click()
    expect(conflicts(page)).to_have_count(1)
    expect(box(page, "task")).to_have_value("Here")
    assert drafts(page) == ["Here"]


def test_another_windows_text_appears_in_a_box_that_was_left_alone(host: Any) -> None:
    first, second = host.open(), host.open()
    box(first, "task").fill("From the first window")
    expect(box(second, "task")).to_have_value("From the first window")
    box(second, "action").fill("From the second")
    expect(box(first, "action")).to_have_value("From the second")
    for page in (first, second):
        assert conflicts(page).count() == 0


def told(page: Any, kind: str, subject: str) -> None:
    """Tell the page that another one, in the same window, has stored something."""
    page.evaluate(
        "what => window.dispatchEvent(new CustomEvent('prepkit:changed', {detail: what}))",
        {"kind": kind, "subject": subject},
    )


def test_what_another_page_of_the_same_window_stores_is_shown_at_once(host: Any) -> None:
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    host.store.save("craft/01", "task", "Written on the first page", based_on=0)
    told(page, "answer", "craft/01")
    expect(box(page, "task")).to_have_value("Written on the first page")
    box(page, "task").press_sequentially(" and here")
    wait_until_stored(page, host, "task", "Written on the first page and here")
    assert conflicts(page).count() == 0


def test_a_debrief_is_seen_in_a_form_that_is_open_already(host: Any) -> None:
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    asked = {"question": "craft/01", "rating": "again", "probed": "Why?"}
    debrief = {"company": "Acme", "day": "2026-11-30", "asked": [asked]}
    Texts(host.store, DEBRIEF).save("20261130T190500Z", "debrief", json.dumps(debrief), based_on=0)
    told(page, "debrief", "20261130T190500Z")
    expect(page.locator(".pk-form")).to_contain_text("Asked at Acme on 30 November")


def test_a_form_asks_for_nothing_when_it_has_saved_something_itself(host: Any) -> None:
    page = host.open()
    box(page, "task").fill("Mine")
    wait_until_stored(page, host, "task", "Mine")
    told(page, "answer", "craft/02")
    box(page, "task").fill("Mine again")
    wait_until_stored(page, host, "task", "Mine again")
    page.wait_for_timeout(500)  # longer than changes are gathered
    assert page.evaluate("sent.filter(({type}) => type === 'load').length") == 1


def test_a_message_of_another_view_of_the_same_form_is_taken_over_or_left(host: Any) -> None:
    page = host.open()
    changed = {"type": "changed", "question": "craft/01", "field": "task", "by": "another"}
    page.evaluate(
        "m => hear(m)",
        {**changed, "text": "Told", "revision": 1, "saved_at": "2026-01-01T10:00:00+00:00"},
    )
    expect(box(page, "task")).to_have_value("Told")
    page.evaluate(
        "m => hear(m)",
        {
            **changed,
            "question": "craft/02",
            "text": "Other",
            "revision": 2,
            "saved_at": "2026-01-01T10:00:00+00:00",
        },
    )
    expect(box(page, "task")).to_have_value("Told")


def test_windows_that_type_in_different_boxes_never_conflict(host: Any) -> None:
    first, second = host.open(), host.open()
    for word in ("One ", "two ", "three "):
        box(first, "task").press_sequentially(word, delay=30)
        box(second, "result").press_sequentially(word, delay=30)
    wait_until_stored(first, host, "task", "One two three ")
    wait_until_stored(second, host, "result", "One two three ")
    for page in (first, second):
        assert conflicts(page).count() == 0


def test_ticks_of_two_windows_are_joined(host: Any) -> None:
    first, second = host.open(), host.open()
    first.evaluate("window.line = 'lost'")
    first.get_by_label("Point one").check()
    second.get_by_label("Point three").check()
    wait_until_stored(second, host, "key_points", "Point three that a good answer has")
    line(first, "open")
    both = "Point one that a good answer has\nPoint three that a good answer has"
    wait_until_stored(first, host, "key_points", both)
    expect(first.get_by_label("Point three")).to_be_checked()
    expect(second.get_by_label("Point one")).to_be_checked()


def test_a_browser_without_storage_says_so_and_still_saves(host: Any) -> None:
    page = host.open()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full') } }")
    box(page, "task").fill("Unkept")
    expect(status(page)).to_have_text(
        "This browser's storage is full or turned off: wait for “Saved” before you close this page."
    )
    wait_until_stored(page, host, "task", "Unkept")
    line(page, "dead")
    box(page, "task").fill("Unkept either")
    expect(status(page)).to_have_text(
        "Not saved yet: the workbook has stopped or was restarted. This browser has no copy "
        "either: copy your text somewhere else before you close this page. Choose Run > Run All "
        "Cells."
    )


def test_the_next_question_opens_and_each_text_is_stored_with_its_own(host: Any) -> None:
    page = host.open()
    box(page, "task").fill("Of the first")
    page.get_by_role("button", name="Next question").first.click()
    expect(page.locator(".pk-question")).to_have_text("Tell me about a promise you could not keep.")
    expect(page.locator(".pk-question")).to_be_focused()
    box(page, "task").fill("Of the second")
    expect(status(page)).to_have_text(SAVED)
    assert host.text("task", "craft/01") == "Of the first"
    assert host.text("task", "craft/02") == "Of the second"
    assert drafts(page) == []
    page.get_by_role("button", name="Previous question").first.click()
    expect(box(page, "task")).to_have_value("Of the first")
    expect(page.get_by_role("button", name="No previous question").first).to_be_disabled()


def test_an_answer_that_comes_after_the_next_step_drops_its_own_draft_only(host: Any) -> None:
    page = host.open()
    line(page, "deaf")
    box(page, "task").fill("Of the first")
    wait_until_stored(page, host, "task", "Of the first")
    save = page.evaluate("sent.find(message => message.type === 'save')")
    line(page, "open")
    # What the form asks about the first question itself is lost: only the late answer comes.
    page.evaluate(
        "() => { const { send } = model; model.send = (message) => "
        "{ if (message.question !== 'craft/01') send(message); } }"
    )
    page.get_by_role("button", name="Next question").first.click()
    expect(page.locator(".pk-number")).to_have_text("Q2 of 3")
    expect(box(page, "task")).to_be_editable()
    line(page, "lost")
    box(page, "task").fill("Of the second")
    wait_until_sent(page, "craft/02")
    assert sorted(drafts(page)) == ["Of the first", "Of the second"]
    saved = {"type": "saved", "revision": 1, "saved_at": "2026-01-01T10:00:00+00:00"}
    page.evaluate("message => hear(message)", {**save, **saved})
    assert drafts(page) == ["Of the second"]


def test_a_conflict_left_unresolved_is_shown_again(host: Any) -> None:
    page = host.open()
    line(page, "lost")
    box(page, "task").fill("Mine, typed offline")
    page.close()
    host.store.save("craft/01", "task", "Theirs", based_on=0)
    for _ in range(2):
        page = host.open()
        expect(conflicts(page)).to_contain_text("Theirs")
        expect(box(page, "task")).to_have_value("Mine, typed offline")
        page.close()
    assert host.texts("task") == ["Theirs"]


def test_answers_out_of_order_are_no_conflict(host: Any) -> None:
    page = host.open()
    line(page, "deaf")
    box(page, "task").fill("One")
    wait_until_stored(page, host, "task", "One")
    early = page.evaluate("sent.find(message => message.type === 'save')")
    line(page, "open")
    box(page, "task").fill("One two")
    wait_until_stored(page, host, "task", "One two")
    expect(status(page)).to_have_text(SAVED)
    stale = {"type": "conflict", "text": "One", "revision": 1, "saved_at": "2026-01-01T10:00:00Z"}
    page.evaluate("message => hear(message)", {**early, **stale})
    assert conflicts(page).count() == 0
    expect(box(page, "task")).to_have_value("One two")


def test_the_choice_stays_as_it_is_while_the_same_text_is_told_again(host: Any) -> None:
    page = host.open()
    host.store.save("craft/01", "task", "Theirs", based_on=0)
    box(page, "task").fill("Mine")
    page.get_by_role("button", name="Keep both").focus()
    answered = page.evaluate("window.answered")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_function("answered => window.answered > answered", arg=answered)
    expect(page.get_by_role("button", name="Keep both")).to_be_focused()
    host.store.save("craft/01", "task", "Theirs, and more", based_on=1)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(".pk-version")).to_have_text("Theirs, and more")


def test_showing_a_stored_text_stores_nothing(host: Any, context: BrowserContext) -> None:
    context.clock.install()
    host.store.save("craft/01", "task", "Two lines\r\nof an import", based_on=0)
    three_one = "Point three that a good answer has\nPoint one that a good answer has"
    host.store.save("craft/01", "key_points", three_one, based_on=0)
    page = host.open()
    expect(box(page, "task")).to_have_value("Two lines\nof an import")
    page.clock.run_for(10_000)
    assert "save" not in page.evaluate("sent.map((message) => message.type)")
    assert len(host.store.history()) == 2


def test_a_damaged_draft_hides_no_other(host: Any) -> None:
    page = host.open()
    line(page, "lost")
    box(page, "task").fill("Never sent")
    page.evaluate("localStorage.setItem(`prepkit:${model.get('workbook')}:craft/01:task:x`, '{')")
    page.close()
    page = host.open()
    wait_until_stored(page, host, "task", "Never sent")


def test_an_earlier_version_can_be_restored_and_the_present_one_stays_a_version(host: Any) -> None:
    page = host.open()
    for text in ("A first telling of what was mine", "Something else altogether"):
        box(page, "task").fill(text)
        wait_until_stored(page, host, "task", text)
    page.get_by_role("button", name="Earlier versions of Task").click()
    page.get_by_role("button", name="Restore").click()
    wait_until_stored(page, host, "task", "A first telling of what was mine")
    expect(box(page, "task")).to_have_value("A first telling of what was mine")
    assert len(host.texts("task")) == 3


def test_no_key_of_the_form_reaches_the_notebook(host: Any) -> None:
    page = host.open()
    page.evaluate(
        "() => { window.keys = 0; document.addEventListener('keydown', () => window.keys++) }"
    )
    for place in (
        ".pk-button:enabled >> nth=0",
        "[data-field=task]",
        ".pk-tick >> nth=0",
        "summary",
    ):
        page.locator(place).focus()
        for key in ("x", "b", "d", "d", "Shift+Enter", "Control+Enter", "Escape", "Control+s"):
            page.keyboard.press(key)
    assert page.evaluate("window.keys") == 0


def test_control_s_saves_now_and_alt_page_down_goes_from_part_to_part(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "result")).to_be_editable()
    stop_clock(page)  # so that no pause in the typing saves it
    page.locator(".pk-form").focus()
    for field in ("situation", "task", "action", "result", "result"):
        page.keyboard.press("Alt+PageDown")
        expect(box(page, field)).to_be_focused()
    page.locator(".pk-part", has=box(page, "result")).locator("button").focus()
    for field in ("result", "action"):
        page.keyboard.press("Alt+PageUp")
        expect(box(page, field)).to_be_focused()
    box(page, "result").focus()
    page.keyboard.type("Now")
    assert host.text("result") == ""
    page.keyboard.press("Control+s")
    wait_until_stored(page, host, "result", "Now")


def test_no_key_that_types_a_character_anywhere_is_taken_by_the_form(host: Any) -> None:
    page = host.open()
    taken = page.evaluate(
        """() => {
          const box = document.querySelector('[data-field=task]');
          box.focus();
          // A Mac types these with Option, Windows with AltGr, which is Control with Alt.
          const keys = [['@', 'KeyL', {}], ['#', 'Digit3', {}], ['$', 'Digit4', {}],
            ['@', 'Digit2', { ctrlKey: true }], ['ś', 'KeyS', { ctrlKey: true }]];
          return keys.filter(([key, code, more]) => !box.dispatchEvent(new KeyboardEvent('keydown',
            { key, code, altKey: true, bubbles: true, cancelable: true, ...more })));
        }"""
    )
    assert taken == []
    expect(box(page, "task")).to_be_focused()


def test_a_rehearsal_is_timed_rated_and_told_when_it_comes_back(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    stop_clock(page)
    assert page.locator(".pk-clock").get_attribute("role") == "timer"
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(1700)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".pk-clock")).to_have_text("0:01")
    expect(page.locator(".pk-of")).to_have_text("aim for 1:15\N{EN DASH}2:55 min")
    expect(page.locator(".pk-review button")).to_have_text(
        [
            "Stumbled tomorrow",
            "Got through it tomorrow",
            "Smooth in 2 days",
            re.compile(r"^Very easy in \d days$"),
        ]
    )
    page.get_by_role("button", name="Got through it").click()
    expect(page.locator(".pk-review-result")).to_contain_text("Saved. We'll bring this back on")
    (review,) = host.store.reviews()
    now = review.reviewed_at.astimezone()
    due = due_frame([review], now).due[0].to_pydatetime().astimezone()
    day = format_day(due, weekday=True, year=due.year != now.year)
    expect(page.locator(".pk-review-result")).to_have_text(
        f"Saved. We'll bring this back on {day}."
    )
    assert (review.question, review.rating, review.seconds) == ("craft/01", "hard", 1)


def test_with_analytics_off_no_practice_is_sent_or_recorded(host: Any) -> None:
    page = host.open()
    box(page, "task").fill("Practising")
    page.get_by_role("button", name="Next question").first.click()
    expect(page.locator(".pk-number")).to_have_text("Q2 of 3")
    page.evaluate("window.leave()")
    assert "practised" not in page.evaluate("window.sent.map(m => m.type)")
    assert not PracticeLog(host.folder).exists()


def test_with_analytics_on_an_opened_question_and_its_active_seconds_are_recorded(
    host: Any, context: BrowserContext
) -> None:
    save_preferences(Preferences(analytics=True), host.folder)
    context.clock.install()
    page = host.open()
    stop_clock(page)
    box(page, "task").press_sequentially("Practising")
    page.clock.run_for(5500)
    page.get_by_role("button", name="Next question").first.click()
    expect(page.locator(".pk-number")).to_have_text("Q2 of 3")
    expect(box(page, "task")).to_be_editable()
    rows = PracticeLog(host.folder).load()
    assert list(zip(rows["question"], rows["seconds"], strict=True)) == [
        ("craft/01", 0), ("craft/01", 5), ("craft/02", 0),
    ]  # fmt: skip


def test_the_chosen_level_is_marked(host: Any) -> None:
    page = host.open()
    page.evaluate("set('level', 'director')")
    expect(page.locator(".pk-level[data-chosen=true]")).to_have_text(
        re.compile("Director.*your level.*Shows what a director can move", re.DOTALL)
    )


def test_words_are_counted_against_their_targets(host: Any) -> None:
    page = host.open()
    box(page, "task").fill("word " * 25)
    counts = page.locator(".pk-count")
    expect(counts.nth(0)).to_have_text("0 words · aim for 40\u201390")
    expect(counts.nth(1)).to_have_text("25 words · aim for 10\u201350")
    expect(counts.nth(1)).to_have_attribute("data-fit", "good")
    box(page, "result").fill("word " * 115)
    expect(page.locator(".pk-total")).to_have_text("140 words · about 1:00 min out loud")


def test_words_of_a_script_without_spaces_are_counted_as_python_counts_them(host: Any) -> None:
    page = host.open()
    text = "我们的团队花了三个月，把部署时间从两天缩短到了一个小时。" * 5  # noqa: RUF001
    box(page, "situation").fill(text)
    expect(page.locator(".pk-count").first).to_have_text("82 words · aim for 40\u201390")
    expect(page.locator(".pk-total")).to_have_text("82 words · about 35 s out loud")
    expect(status(page)).to_have_text(SAVED)
    answer = host.store.answer("craft/01")
    assert answer.words(host.bank["craft/01"].parts) == 82


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_only_what_is_read_while_writing_stands_above_the_boxes(host: Any, width: int) -> None:
    page = host.open()
    page.set_viewport_size({"width": width, "height": 900})
    above = page.locator(".pk-before > .pk-section")
    expect(above.locator(".pk-heading")).to_have_text(["Key points to cover", "Tips"])
    places = [each.bounding_box() for each in above.all()]
    assert (places[0]["y"] == places[1]["y"]) == (width > 640)
    below = page.locator(".pk-parts ~ .pk-section .pk-heading").all_inner_texts()
    assert below[:3] == ["Practise out loud", "Follow-up questions", "Also asked as"]
    other = page.locator(".pk-also-asked").bounding_box()
    assert other["width"] == page.locator(".pk-follow-ups").bounding_box()["width"]


def test_markup_in_a_text_stays_text(host: Any) -> None:
    page = host.open()
    question: Question = host.bank["craft/01"].question
    shown = host.forms[page].question
    why, *rest = shown["sections"]
    text = f"{question.why}\n\n- one\n- two\n\n1. first\n2. [second](https://a.example/b)"
    content = {
        **shown,
        "text": "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) <b>b</b>",
        "sections": [{**why, "items": [{"text": text}]}, *rest],
    }
    page.evaluate("content => set('question', content)", content)
    heading = page.locator(".pk-question")
    expect(heading).to_have_text(
        "<img src=x onerror=alert(1)> bold [x](javascript:alert(1)) <b>b</b>"
    )
    assert heading.locator("img, a, b").count() == 0
    assert page.locator(".pk-why ul > li").all_inner_texts() == ["one", "two"]
    assert page.locator(".pk-why ol a").get_attribute("rel") == "noopener noreferrer"
    assert page.locator(".pk-why em").inner_text() == "judgement"


def test_a_heading_within_a_text_is_a_heading(host: Any) -> None:
    page = host.open()
    shown = host.forms[page].question
    text = "Choose two.\n\n### Recruiter\n\n- Why *now*?\n\n### People round\n- Who left?"
    notes = {"name": "notes", "title": "Background", "shape": "text", "items": [{"text": text}]}
    content = {**shown, "sections": [*shown["sections"], notes]}
    page.evaluate("content => set('question', content)", content)
    expect(page.locator(".pk-notes")).to_match_aria_snapshot(
        '- heading "Background" [level=3]\n'
        "- paragraph: Choose two.\n"
        '- heading "Recruiter" [level=4]\n'
        "- list:\n"
        "  - listitem:\n"
        "    - text: Why\n"
        "    - emphasis: now\n"
        '    - text: "?"\n'
        '- heading "People round" [level=4]\n'
        "- list:\n"
        "  - listitem: Who left?\n"
    )


def test_what_is_said_about_the_example_is_folded_and_its_signs_are_said(host: Any) -> None:
    page = host.open()
    shown = host.forms[page].question
    about = {
        "name": "on-example",
        "title": "What the interviewer notes",
        "shape": "signs",
        "hint": "About the example.",
        "items": [
            {"title": "Plus", "sign": "+", "text": "It says why."},
            {"title": "Minus", "sign": "\N{MINUS SIGN}", "text": "No date."},
        ],
    }
    content = {**shown, "sections": [*shown["sections"], about]}
    page.evaluate("content => set('question', content)", content)
    notes = page.locator(".pk-on-example")
    expect(notes.locator("li").first).to_be_hidden()
    notes.locator("summary").click()
    expect(notes).to_match_aria_snapshot(
        "- group:\n"
        "  - text: What the interviewer notes\n"
        "  - paragraph: About the example.\n"
        "  - list:\n"
        '    - listitem: "Plus: It says why."\n'
        '    - listitem: "Minus: No date."\n'
    )


def test_a_narrow_page_has_nothing_to_scroll_sideways(host: Any) -> None:
    page = host.open()
    for width in (320, 390, 700):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_state_stays_in_view_while_the_page_scrolls(host: Any) -> None:
    page = host.open()
    for field in ("situation", "result"):
        box(page, field).focus()
        expect(page.locator(".pk-bar")).to_be_in_viewport(ratio=0.99)
        expect(box(page, field)).to_be_in_viewport(ratio=0.99)


def test_every_kind_of_question_has_its_own_parts(
    context: BrowserContext, bank_of_kinds: Bank, tmp_path: Path
) -> None:
    host = Host(context, bank_of_kinds, tmp_path)
    entries = [bank_of_kinds[name] for name in bank_of_kinds]
    assert {entry.question.kind for entry in entries} == set(KINDS)
    for entry in entries:
        page = host.open(entry.id)
        assert page.locator(".pk-label").all_inner_texts() == [part.title for part in entry.parts]
        assert page.locator(".pk-badge").all_inner_texts() == [part.letter for part in entry.parts]
        assert page.locator(".pk-prompt").all_inner_texts() == [part.prompt for part in entry.parts]
        page.locator(".pk-form").focus()
        for part in entry.parts:
            low, high = part.words
            page.keyboard.press("Alt+PageDown")
            expect(box(page, part.name)).to_be_focused()
            page.keyboard.type(f"My {part.name}")
            count = page.locator(".pk-part", has=box(page, part.name)).locator(".pk-count")
            goal = f"aim for {low}\N{EN DASH}{high}"
            expect(count).to_have_text(f"2 words, at least {part.least} · {goal}")
            page.keyboard.insert_text(" word" * (part.least - 2))
            expect(count).to_have_text(f"{part.least} words · {goal}")
        expect(status(page)).to_have_text(SAVED)
        stored = {part.name: host.text(part.name, entry.id) for part in entry.parts}
        texts = {part.name: f"My {part.name}{' word' * (part.least - 2)}" for part in entry.parts}
        assert stored == texts
        assert host.store.answer(entry.id).state(entry.parts) == "complete"
        page.locator(".pk-example summary").click()
        assert page.locator(".pk-example .pk-definition").all_inner_texts() == [
            f"The {part.name} was so." for part in entry.parts
        ]
        page.close()
