"""Drafts of questions that aren't on the screen: all are saved when a form loads, or named."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.form_page import SAVED, box, conflicts, drafts, line, status, wait_until_stored
from tests.browser.waits import stop_clock, until

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD = "craft/01", "craft/02", "craft/03"


def news(page: Page) -> Any:
    return page.locator(".pk-news")


def leave_unsaved(host: Any, question: str, **texts: str) -> None:
    """Type texts into the parts of a question, and close the page before they are sent."""
    page = host.open(question)
    expect(box(page, "task")).to_be_editable()
    type_in_vain(page, **texts)


def type_in_vain(page: Page, **texts: str) -> None:
    line(page, "lost")
    for field, text in texts.items():
        box(page, field).fill(text)
    page.evaluate("window.leave()")
    page.close()


def test_what_was_typed_into_other_questions_is_saved_when_a_form_loads(host: Any) -> None:
    second, third = host.open(SECOND), host.open(THIRD)
    expect(box(third, "task")).to_be_editable()
    type_in_vain(second, task="Of the second", result="Its result")
    type_in_vain(third, action="Of the third")
    page = host.open(FIRST)
    expect(news(page)).to_contain_text(
        "What you typed earlier in “Craft Q2” and “Craft Q3” is now saved."
    )
    assert host.text("task", SECOND) == "Of the second"
    assert host.text("result", SECOND) == "Its result"
    assert host.text("action", THIRD) == "Of the third"
    until(page, lambda: drafts(page) == [])
    assert news(page).get_attribute("role") == "status"
    page.get_by_role("button", name="OK").click()
    expect(news(page)).to_be_empty()
    expect(status(page)).to_have_text("Nothing written yet. Saves as you type.")


def test_a_draft_of_an_earlier_prepkit_names_its_question_by_its_id(host: Any) -> None:
    page = host.open(FIRST)
    expect(box(page, "task")).to_be_editable()
    page.evaluate(
        "localStorage.setItem(`prepkit:${model.get('workbook')}:craft/02:task:old`, "
        "JSON.stringify({ text: 'Of before', base: 0, sent: [], at: 1 }))"
    )
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(news(page)).to_contain_text("What you typed earlier in “craft/02” is now saved.")
    assert host.text("task", SECOND) == "Of before"


def test_a_draft_goes_on_from_the_text_that_its_window_had_stored(host: Any) -> None:
    page = host.open(SECOND)
    box(page, "task").fill("Arrived")
    expect(status(page)).to_have_text(SAVED)
    line(page, "deaf")
    box(page, "task").fill("Arrived, too")
    until(page, lambda: host.text("task", SECOND) == "Arrived, too")
    line(page, "lost")
    box(page, "task").fill("Arrived, too, and went on")
    page.evaluate("window.leave()")
    page.close()
    page = host.open(FIRST)
    until(page, lambda: host.text("task", SECOND) == "Arrived, too, and went on")
    assert host.texts("task", SECOND) == ["Arrived", "Arrived, too", "Arrived, too, and went on"]


def test_a_draft_never_replaces_a_text_that_was_stored_elsewhere_but_is_named_and_opened(
    host: Any,
) -> None:
    leave_unsaved(host, THIRD, task="Mine, typed offline")
    host.store.save(THIRD, "task", "Theirs", based_on=0)
    page = host.open(FIRST)
    expect(news(page)).to_contain_text(
        "What you typed earlier in “Craft Q3” differs from the text saved there. We kept both."
    )
    assert host.texts("task", THIRD) == ["Theirs"]
    assert drafts(page) == ["Mine, typed offline"]
    page.get_by_role("button", name="Open Craft Q3").click()
    expect(page.locator(".pk-number")).to_have_text("Q3 of 3")
    expect(conflicts(page)).to_contain_text("Theirs")
    expect(box(page, "task")).to_have_value("Mine, typed offline")
    expect(news(page)).to_be_empty()
    page.get_by_role("button", name="Keep mine").click()
    until(page, lambda: host.texts("task", THIRD) == ["Theirs", "Mine, typed offline"])


def test_a_draft_that_had_arrived_and_was_replaced_goes_without_a_word(host: Any) -> None:
    page = host.open(SECOND)
    line(page, "deaf")
    box(page, "task").fill("Old")
    until(page, lambda: host.text("task", SECOND) == "Old")
    page.evaluate("window.leave()")
    page.close()
    host.store.save(SECOND, "task", "New", based_on=1)
    page = host.open(FIRST)
    until(page, lambda: drafts(page) == [])
    assert host.texts("task", SECOND) == ["Old", "New"]
    expect(news(page)).to_be_empty()


def test_ticks_of_another_question_are_saved_too(host: Any) -> None:
    host.store.save(SECOND, "key_points", "Point one that a good answer has", based_on=0)
    page = host.open(SECOND)
    expect(page.get_by_label("Point one")).to_be_checked()
    line(page, "lost")
    page.get_by_label("Point three").check()
    page.evaluate("window.leave()")
    page.close()
    page = host.open(FIRST)
    both = "Point one that a good answer has\nPoint three that a good answer has"
    until(page, lambda: host.text("key_points", SECOND) == both)


def test_a_draft_of_a_window_in_which_somebody_types_waits_until_the_typing_pauses(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    typing = host.open(SECOND)
    expect(box(typing, "task")).to_be_editable()
    line(typing, "lost")
    stop_clock(typing)
    box(typing, "task").fill("Still typing")
    page = host.open(FIRST)
    expect(box(page, "task")).to_be_editable()
    assert "Still typing" in drafts(page)
    page.clock.run_for(2500)
    until(page, lambda: host.text("task", SECOND) == "Still typing")
    line(typing, "open")
    box(typing, "task").press_sequentially(" here")
    typing.clock.run_for(20_000)
    until(page, lambda: host.text("task", SECOND) == "Still typing here")
    expect(conflicts(typing)).to_have_count(0)


def test_forms_of_one_window_leave_each_others_drafts_alone(
    host: Any, context: BrowserContext
) -> None:
    leave_unsaved(host, SECOND, task="Of another form of this window")
    page = context.new_page()
    page.add_init_script(
        "window[Symbol.for('prepkit.forms')] = new Set([{ view: 'another', question: 'craft/02' }])"
    )
    host.show(page, FIRST)
    expect(status(page)).to_have_text("Nothing written yet. Saves as you type.")
    box(page, "task").fill("Mine")
    wait_until_stored(page, host, "task", "Mine")
    assert drafts(page) == ["Of another form of this window"]
    assert host.texts("task", SECOND) == []


def test_a_form_that_is_only_read_saves_no_draft_until_it_is_written_in(host: Any) -> None:
    page = host.open(FIRST)
    expect(box(page, "task")).to_be_editable()
    page.evaluate("set('read_only', true)")
    page.evaluate(
        """() => {
          for (const question of ["craft/01", "craft/02"]) {
            localStorage.setItem(`prepkit:${model.get("workbook")}:${question}:task:gone`,
              JSON.stringify({ text: question, base: 0, sent: [], at: 1, left: true }));
          }
        }"""
    )
    answered = page.evaluate("window.answered")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_function("before => window.answered > before", arg=answered)
    # When it could still be written in, it asked for stories to begin from.
    assert {message["type"] for message in page.evaluate("sent")} == {"load", "offers"}
    assert sorted(drafts(page)) == [FIRST, SECOND]
    page.evaluate("set('read_only', false)")
    until(page, lambda: drafts(page) == [])
    assert [host.text("task", question) for question in (FIRST, SECOND)] == [FIRST, SECOND]


def test_a_host_that_falls_silent_meanwhile_is_asked_again(
    host: Any, context: BrowserContext
) -> None:
    leave_unsaved(host, SECOND, task="Patient")
    context.clock.install()
    page = context.new_page()
    page.add_init_script("window.line = 'lost'")
    host.show(page, FIRST)
    # The form's own load is answered, what comes after it is not.
    page.evaluate("window.hear({ ...sent[0], type: 'answer', fields: {}, notice: null })")
    asked = "sent.filter((message) => message.question === 'craft/02').length"
    page.wait_for_function(f"{asked} === 1")
    page.clock.run_for(5500)
    page.wait_for_function(f"{asked} === 2")
    page.evaluate("window.line = 'open'")
    page.clock.run_for(8000)
    until(page, lambda: host.text("task", SECOND) == "Patient")
