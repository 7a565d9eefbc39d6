"""The extension of `prepkit lab`: a crash loses no key, and its page comes back by itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from prepkit.answers import AnswerStore
from prepkit.workbook.server import Server
from tests.browser.kernels import kernel_of
from tests.browser.shipped_pages import FIRST_QUESTION, PAGES, PARTS

pytestmark = pytest.mark.slow

BOX, OTHER_BOX = (f"[data-field={name}]" for name in (PARTS[0], PARTS[-1]))
IDLE = "Python 3 (ipykernel) | Idle"
IN_FOCUS = f"{BOX}:focus:not([readonly])"
SENTENCE = "The ferry was late, and the crew had gone home before I came to the quay. "


def server_of(workbook: Any) -> Server:
    """Return the server of a `prepkit lab`."""
    address = urlsplit(workbook.url())
    return Server(address.port or 0, parse_qs(address.query)["token"][0])


def opened(workbook: Any, context: BrowserContext, name: str) -> Page:
    """Open a page of the workbook, and wait for its kernel."""
    page = context.new_page()
    page.goto(f"{server_of(workbook).url(name)}&reset")
    expect(page.locator(".prepkit-page")).to_be_visible()
    expect(page.get_by_text(IDLE)).to_be_attached()  # the status bar, which a page doesn't show
    return page


def stored(workbook: Any, field: str) -> str:
    store = AnswerStore(workbook.home / "answers.sqlite")
    (answer,) = store.load().values()
    return answer.text(field)


def mark_as_old(page: Page, selector: str) -> None:
    """Mark an element that is going to be replaced."""
    page.locator(selector).first.evaluate("node => { node.dataset.old = '1'; }")


def test_every_character_typed_around_three_crashes_is_in_the_box_and_stored(
    workbook: Any, context: BrowserContext
) -> None:
    page = opened(workbook, context, "02-answer.ipynb")
    box = page.locator(BOX)
    expect(box).to_be_editable()
    box.click()
    page.keyboard.press("Control+End")
    typed = box.input_value()
    for number in range(3):
        mark_as_old(page, ".pk-form")
        for place, letter in enumerate(SENTENCE):
            if place == 5:
                killed = kernel_of(server_of(workbook), "02-answer.ipynb")
                assert killed is not None
                killed.kill()
            page.keyboard.press("Space" if letter == " " else letter)
            page.wait_for_timeout(15)
            typed += letter
        while page.locator(".pk-form[data-old]").count():  # and until it has come back
            page.keyboard.press(str(number))
            typed += str(number)
            page.wait_for_timeout(40)
        expect(page.locator(IN_FOCUS)).to_have_value(typed)
        assert page.locator(".jp-Dialog").count() == 0
    page.keyboard.type("The end.")
    expect(page.locator(".pk-status-text")).to_have_text(re.compile(r"^Saved \d"))
    assert stored(workbook, PARTS[0]) == f"{typed}The end."


def test_the_first_page_comes_back_with_the_question_that_was_open_on_it(
    workbook: Any, context: BrowserContext
) -> None:
    page = opened(workbook, context, "01-start.ipynb")
    expect(page.locator(".pk-home .pk-kept")).to_be_visible()
    # As a table on this page would open it: the one question that the other tests write to.
    page.evaluate(
        "question => window.dispatchEvent(new CustomEvent('prepkit:open', {cancelable: true, "
        "detail: {question, source: document.querySelector('.pk-home')}}))",
        FIRST_QUESTION,
    )
    box = page.locator(OTHER_BOX)
    expect(box).to_be_editable()
    box.click()
    page.keyboard.press("Control+End")
    typed = box.input_value()
    mark_as_old(page, ".pk-home")
    for place, letter in enumerate(SENTENCE):
        if place == 5:
            killed = kernel_of(server_of(workbook), "01-start.ipynb")
            assert killed is not None
            killed.kill()
        page.keyboard.press("Space" if letter == " " else letter)
        page.wait_for_timeout(15)
        typed += letter
    while page.locator(".pk-home[data-old]").count():  # and until it has come back
        page.keyboard.press("x")
        typed += "x"
        page.wait_for_timeout(40)
    expect(page.locator(f"{OTHER_BOX}:focus:not([readonly])")).to_have_value(typed)
    expect(page.locator(".pk-status-text")).to_have_text(re.compile(r"^Saved \d"))
    assert stored(workbook, PARTS[-1]) == typed.rstrip()
    page.get_by_role("button", name="Back to Start").click()
    expect(page.locator(".pk-sums")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "root", "label"),
    [
        ("03-companies.ipynb", ".pk-job", "Job description"),
        ("06-debrief.ipynb", ".pk-debrief", "What did they ask?"),
    ],
)
def test_what_is_typed_around_a_crash_stays_on_the_other_pages_too(
    workbook: Any, context: BrowserContext, name: str, root: str, label: str
) -> None:
    page = opened(workbook, context, name)
    box = page.locator(root).get_by_label(label).first
    expect(box).to_be_editable()
    before = "Written before. "
    box.fill(before)
    said = page.locator(f"{root} .pk-state, {root} .pk-status-text")
    expect(said.first).to_contain_text("Saved")
    box.click()
    page.keyboard.press("Control+End")
    mark_as_old(page, root)
    typed = before
    for place, letter in enumerate(SENTENCE):
        if place == 5:
            killed = kernel_of(server_of(workbook), name)
            assert killed is not None
            killed.kill()
        page.keyboard.press("Space" if letter == " " else letter)
        typed += letter
    while page.locator(f"{root}[data-old]").count():  # and until it has come back
        page.keyboard.press("x")
        typed += "x"
        page.wait_for_timeout(40)
    page.keyboard.type("The end.")
    expect(box).to_be_focused()
    expect(box).to_have_value(f"{typed}The end.")


def test_a_page_whose_kernel_died_while_nobody_had_it_open_is_alive_when_it_is_opened(
    workbook: Any, context: BrowserContext
) -> None:
    page = opened(workbook, context, "02-answer.ipynb")
    expect(page.locator(BOX)).to_be_editable()
    page.close()
    killed = kernel_of(server_of(workbook), "02-answer.ipynb")
    assert killed is not None
    killed.kill()
    while kernel_of(server_of(workbook), "02-answer.ipynb") in (None, killed):
        pass  # Jupyter starts another one
    page = opened(workbook, context, "02-answer.ipynb")
    expect(page.locator(BOX)).to_be_editable()
    assert page.get_by_text("Error displaying widget").count() == 0


IMPATIENT = """
const timeout = AbortSignal.timeout.bind(AbortSignal);
let left = 1;
AbortSignal.timeout = (ms) => timeout(ms >= 2000 && left-- > 0 ? 0 : ms);
"""
"""Makes anywidget give up its first widget, as it would after its time limit."""

BUSY = """
const address = URL.createObjectURL.bind(URL);
URL.createObjectURL = (blob) => {
  const end = performance.now() + 2500;
  while (performance.now() < end);
  return address(blob);
};
"""
"""Keeps the page busy for longer than the two seconds that anywidget gives a widget to start."""

DROWSY = """
const wait = window.setTimeout.bind(window);
window.setTimeout = (task, ms, ...more) => wait(task, ms === 100 ? 6000 : ms, ...more);
"""
"""Lets Jupyter, which looks for a widget ten times a second for two seconds, look only once."""


def test_a_page_whose_widget_was_given_up_on_a_busy_computer_comes_alive(
    workbook: Any, context: BrowserContext
) -> None:
    context.add_init_script(IMPATIENT)
    gave_up: list[str] = []
    context.on("weberror", lambda error: gave_up.append(str(error.error)))
    page = opened(workbook, context, "04-stories.ipynb")
    expect(page.get_by_text("No story yet.")).to_be_visible()
    assert any("Failed to initialize model" in one for one in gave_up)


def widgets_of(workbook: Any, name: str) -> list[str]:
    """Return the ids of the widgets on a page as it is saved: others, once it was run again."""
    text = (workbook.folder / name).read_text("utf-8")
    return re.findall(r'"model_id": "(\w+)"', text)


@pytest.mark.parametrize("slowness", [BUSY, DROWSY], ids=["busy", "drowsy"])
def test_a_widget_that_comes_late_on_a_busy_computer_is_shown_and_its_page_not_run_again(
    workbook: Any, context: BrowserContext, slowness: str
) -> None:
    page = opened(workbook, context, "04-stories.ipynb")
    expect(page.get_by_text("No story yet.")).to_be_visible()
    before = widgets_of(workbook, "04-stories.ipynb")
    page.close()
    context.add_init_script(slowness)
    gave_up: list[str] = []
    context.on("weberror", lambda error: gave_up.append(str(error.error)))
    page = opened(workbook, context, "04-stories.ipynb")
    expect(page.get_by_text("No story yet.")).to_be_visible()
    page.get_by_role("button", name="New story").click()
    expect(page.locator("[data-field=title]:focus:not([readonly])")).to_be_visible()
    assert page.get_by_text("Error displaying widget").count() == 0
    assert gave_up == []
    assert widgets_of(workbook, "04-stories.ipynb") == before != []


def test_a_page_with_changed_code_is_not_run_again_after_a_crash(
    workbook: Any, context: BrowserContext
) -> None:
    page = opened(workbook, context, "03-companies.ipynb")
    table = page.locator(".prepkit-view .dt-search input").last
    expect(table).to_be_visible()
    page.get_by_role("switch", name="Show as notebook").click()
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".jp-InputPlaceholder").click()  # the code is hidden
    cell.locator(".cm-content").click()
    page.keyboard.type("  # mine")
    mark_as_old(page, ".prepkit-view")
    killed = kernel_of(server_of(workbook), "03-companies.ipynb")
    assert killed is not None
    with page.expect_response("**/prepkit/shipped*") as answer:
        killed.kill()
    assert answer.value.json() == {"copied": True, "code": [], "text": []}
    expect(page.get_by_text(IDLE)).to_be_visible()
    assert page.locator(".prepkit-view[data-old]").count() == 1


def test_a_page_is_unsaved_only_when_its_text_or_code_was_changed(
    workbook: Any, context: BrowserContext
) -> None:
    asked: list[str] = []

    def answered(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = opened(workbook, context, "03-companies.ipynb")
    page.on("dialog", answered)
    table = page.locator(PAGES["03-companies.ipynb"])
    table.fill("led")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    number = page.locator(".jp-CodeCell .jp-OutputPrompt").last
    before = number.inner_text()  # empty if the page has come back after a crash
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(number).to_have_text(re.compile(rf"^(?!{re.escape(before)}$)\[\d+\]:$"))
    expect(table).to_have_value("")
    unsaved = page.get_by_role("link", name="Companies · not saved")
    assert unsaved.count() == 0
    page.reload()  # where something isn't saved, the browser asks
    expect(table).to_be_visible()
    page.locator(".jp-RenderedMarkdown").first.dblclick(position={"x": 200, "y": 20})
    page.locator(".jp-MarkdownCell .cm-content").first.click()
    page.keyboard.type("Mine")
    expect(unsaved).to_have_count(1)
    assert asked == []
    page.reload()
    assert asked == ["beforeunload"]


def test_no_dialog_takes_keys_from_the_form_while_the_server_is_gone(
    workbook: Any, context: BrowserContext
) -> None:
    page = opened(workbook, context, "02-answer.ipynb")
    box = page.locator(OTHER_BOX)
    expect(box).to_be_editable()
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    page.route("**/api/**", refuse)
    box.click()
    before = box.input_value()
    page.keyboard.press("Control+End")
    while not any("/api/sessions" in url for url in refused):
        page.keyboard.press("x")
        before += "x"
        page.wait_for_timeout(100)
    page.keyboard.type(" and the end")
    assert page.locator(".jp-Dialog").count() == 0
    expect(box).to_have_value(f"{before} and the end")
