"""What happens to text on its way into the form: slow loads, dialogs, input methods, long texts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.form_page import SAVED, box, conflicts, drafts, line, status, wait_until_stored
from tests.browser.waits import stop_clock, until

pytestmark = pytest.mark.slow

LONG = "What is stored, and far too long to be replaced by a fragment. " * 5


def typed_before_the_load(host: Any, context: BrowserContext, text: str) -> Page:
    """Return a page whose stored text loads only after `text` was typed into Task."""
    context.clock.install()
    host.store.save("craft/01", "task", LONG, based_on=0)
    page: Page = host.open(line="held")
    page.clock.run_for(3500)
    expect(box(page, "task")).to_be_editable()
    box(page, "task").fill(text)
    page.evaluate("window.release()")
    return page


def test_text_typed_before_the_stored_text_had_loaded_is_offered_to_be_added_to_it(
    host: Any, context: BrowserContext
) -> None:
    page = typed_before_the_load(host, context, "A fragment")
    expect(status(page)).to_have_text(
        "You typed in Task before your saved text had loaded. Pick one below; we keep both."
    )
    expect(page.locator(".pk-conflict-title")).to_have_text(
        "You typed in Task before your saved text had loaded"
    )
    expect(conflicts(page).get_by_role("button")).to_have_text(
        ["Keep both, one after the other", "Use the saved version", "Keep only what I typed"]
    )
    assert host.texts("task") == [LONG]
    conflicts(page).locator(".pk-strong").click()
    wait_until_stored(page, host, "task", f"{LONG.rstrip()}\n\nA fragment")
    expect(status(page)).to_have_text(SAVED)


def test_the_reason_of_a_choice_is_the_same_after_the_page_was_closed(
    host: Any, context: BrowserContext
) -> None:
    page = typed_before_the_load(host, context, "A fragment")
    expect(conflicts(page)).to_have_count(1)
    page.evaluate("window.leave()")
    page.close()
    page = host.open()
    expect(page.locator(".pk-conflict-title")).to_have_text(
        "You typed in Task before your saved text had loaded"
    )
    page.get_by_role("button", name="Use the saved version").click()
    until(page, lambda: host.texts("task") == [LONG, "A fragment", LONG])


def test_a_form_that_is_closed_leaves_its_drafts_to_the_next_one_at_once(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    line(page, "lost")
    box(page, "task").fill("Typed while the kernel died")
    page.evaluate("window.leave()")
    page.close()
    page = host.open()
    expect(box(page, "task")).to_have_value("Typed while the kernel died")  # no time has passed
    box(page, "task").press_sequentially(", and after it")
    page.clock.run_for(500)
    wait_until_stored(page, host, "task", "Typed while the kernel died, and after it")
    expect(conflicts(page)).to_have_count(0)


def test_what_is_given_to_a_box_that_was_replaced_is_stored_by_the_next_load(host: Any) -> None:
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    line(page, "lost")
    page.evaluate("window.old = document.querySelector('[data-field=task]')")
    page.evaluate("window.leave()")
    other = host.open()
    expect(box(other, "task")).to_be_editable()
    page.evaluate("old.value = 'Given late'; old.dispatchEvent(new InputEvent('input'))")
    page.close()
    other.evaluate("window.dispatchEvent(new Event('focus'))")
    wait_until_stored(other, host, "task", "Given late")
    expect(box(other, "task")).to_have_value("Given late")


def test_whoever_saves_a_notebook_can_wait_until_all_that_was_typed_is_stored(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    flush = (
        "() => Promise.all([...window[Symbol.for('prepkit.forms')]].map((form) => form.flush()))"
    )
    box(page, "task").fill("To the last character")
    box(page, "result").fill("In each box")
    assert page.evaluate(flush) == [True]
    assert host.text("task") == "To the last character"
    assert host.text("result") == "In each box"
    line(page, "lost")
    box(page, "task").fill("Never heard")
    page.evaluate(f"() => {{ ({flush})().then((stored) => {{ window.stored = stored }}) }}")
    page.clock.run_for(3500)
    assert page.evaluate("window.stored") == [False]
    page.evaluate("window.leave()")
    assert page.evaluate("window[Symbol.for('prepkit.forms')].size") == 0


def test_text_that_is_half_composed_is_kept_but_is_no_version(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    keys = context.new_cdp_session(page)
    box(page, "task").focus()
    for text in ("に", "にほ", "にほn"):
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        keys.send("Input.imeSetComposition", {"text": text, **at})
        page.clock.run_for(1200)
    assert drafts(page) == ["にほn"]
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    page.keyboard.press("Control+s")
    assert "save" not in page.evaluate("sent.map((message) => message.type)")
    keys.send("Input.insertText", {"text": "日本"})
    page.clock.run_for(1200)
    wait_until_stored(page, host, "task", "日本")
    assert host.texts("task") == ["日本"]
    expect(status(page)).to_have_text(SAVED)


def test_a_word_that_a_phones_keyboard_still_composes_is_saved_after_a_rest(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    keys = context.new_cdp_session(page)
    box(page, "task").focus()
    compose = {"selectionStart": 4, "selectionEnd": 4}
    keys.send("Input.imeSetComposition", {"text": "done", **compose})
    page.clock.run_for(11_000)
    wait_until_stored(page, host, "task", "done")
    keys.send("Input.imeSetComposition", {"text": "donee", **compose})
    page.clock.run_for(2000)
    assert host.texts("task") == ["done"]
    keys.send("Input.insertText", {"text": "doner"})
    page.clock.run_for(2000)
    wait_until_stored(page, host, "task", "doner")


def test_every_place_of_a_text_takes_its_direction_from_it(host: Any) -> None:
    page = host.open()
    host.store.save("craft/01", "task", "קבוצה של שישה", based_on=0)
    box(page, "task").fill("הצוות שלי")
    for shown in (box(page, "task"), conflicts(page).locator(".pk-version")):
        expect(shown).to_have_attribute("dir", "auto")
        expect(shown).to_have_css("direction", "rtl")
    box(page, "action").fill("Left to right")
    expect(box(page, "action")).to_have_css("direction", "ltr")
    page.get_by_role("button", name="Keep both").click()
    expect(status(page)).to_have_text(SAVED)
    page.get_by_role("button", name="Earlier versions of Task").click()
    versions = page.locator(".pk-versions .pk-version")
    for version in versions.all():
        assert version.get_attribute("dir") == "auto"


def test_a_long_text_scrolls_inside_its_box(host: Any) -> None:
    page = host.open()
    for height in (844, 600):
        page.set_viewport_size({"width": 1100, "height": height})
        box(page, "action").fill("A line of a long text.\n" * 1400)
        shown = box(page, "action").bounding_box()
        assert 200 < shown["height"] < height
        page.keyboard.press("Control+End")
        page.keyboard.type("The end")
        inside = "node => node.scrollHeight - node.scrollTop - node.clientHeight"
        assert box(page, "action").evaluate(inside) < 30
        expect(page.locator(".pk-bar")).to_be_in_viewport(ratio=0.99)
    box(page, "action").fill("One line")
    assert box(page, "action").bounding_box()["height"] < 200


def open_dialog(page: Page) -> None:
    """Open a dialog over the form, as a host does: it takes the focus."""
    page.evaluate(
        """() => {
          const dialog = document.createElement("dialog");
          dialog.innerHTML = "<button autofocus>Ok</button>";
          dialog.firstChild.onclick = () => dialog.close();
          document.body.append(dialog);
          dialog.showModal();
        }"""
    )


def test_no_key_is_lost_to_a_dialog_that_opens_while_somebody_types(
    host: Any, context: BrowserContext
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    box(page, "task").focus()
    page.keyboard.type("Then the ")
    open_dialog(page)
    expect(page.get_by_role("button", name="Ok")).to_be_focused()
    for word in ("ser", "ver!r", " went down,\n", "as I said."):
        page.keyboard.type(word)
        page.clock.run_for(1000)
        if word == "ver!r":
            for key in ("Backspace", "Backspace", "Shift", "Control", "Alt", "ArrowLeft"):
                page.keyboard.press(key)
    text = "Then the server went down,\nas I said."
    expect(box(page, "task")).to_have_value(text)
    expect(page.get_by_role("button", name="Ok")).to_be_focused()
    wait_until_stored(page, host, "task", text)
    page.clock.run_for(1600)  # the dialog is seen
    page.keyboard.press("Space")
    expect(page.locator("dialog")).not_to_be_visible()
    expect(box(page, "task")).to_have_value(text)


@pytest.mark.parametrize("way", ["click", "Tab"])
def test_keys_stay_where_the_focus_was_moved_on_purpose(
    host: Any, context: BrowserContext, way: str
) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "result")).to_be_editable()
    stop_clock(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div role=dialog><input></div>')")
    elsewhere = page.locator("[role=dialog] input")
    box(page, "result").click()
    page.keyboard.type("Mine")
    if way == "click":
        elsewhere.click()
    else:
        page.keyboard.press("Tab")
        elsewhere.focus()
    page.keyboard.type("elsewhere")
    expect(elsewhere).to_have_value("elsewhere")
    expect(box(page, "result")).to_have_value("Mine")


def test_keys_outside_a_dialog_are_left_to_the_page(host: Any, context: BrowserContext) -> None:
    context.clock.install()
    page = host.open()
    expect(box(page, "result")).to_be_editable()
    stop_clock(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<a href=#there>A link</a>')")
    box(page, "result").click()
    page.keyboard.type("Mine")
    page.locator("body > a").focus()  # as a screen reader moves it, without a key
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#there$"))
    expect(box(page, "result")).to_have_value("Mine")
