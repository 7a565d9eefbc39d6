"""The page of stories in a real JupyterLab: by keyboard, around a killed kernel, in two windows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prepkit.answers import AnswerStore
from prepkit.answers.kinds import STORY, TELLING
from prepkit.answers.texts import Texts
from prepkit.widgets.story_texts import stored_stories
from tests.browser.test_accessibility import violations
from tests.browser.test_form_in_lab import SAVED, box, kill, status
from tests.browser.waits import until

pytestmark = pytest.mark.slow

PAGE = "pk.Stories(bank, store)"
NEW = ".pk-stories .pk-strong"


def opened(lab: Any, context: BrowserContext, name: str, shown: str, answers: Path) -> Page:
    lab.write(name, answers, shown)
    page = context.new_page()
    # Deaf to other windows, as two browsers are.
    page.add_init_script(
        "addEventListener('storage', event => event.stopImmediatePropagation(), true);"
        "window.BroadcastChannel = undefined"
    )
    lab.open(page, name)
    run(lab, page)
    return page


def run(lab: Any, page: Page) -> None:
    """Run all cells, as the menu does, and wait for the page of stories."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(NEW)).to_be_visible()


def press_until_focused(page: Page, wanted: Any) -> None:
    """Press Tab until the focus is on something, as somebody without a mouse does."""

    def is_there() -> bool:
        page.keyboard.press("Tab")
        there: bool = wanted.evaluate("node => node === document.activeElement")
        return there

    until(page, is_there)


def test_a_first_story_is_written_linked_and_put_away_by_keyboard_alone(
    lab: Any, context: BrowserContext, requests: list[str], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    page = opened(lab, context, "stories.ipynb", PAGE, answers)
    page.locator(NEW).focus()
    page.keyboard.press("Enter")
    expect(box(page, "title")).to_be_focused()
    expect(box(page, "title")).to_be_editable()
    page.keyboard.type("The move", delay=15)
    press_until_focused(page, box(page, "situation"))
    page.keyboard.type("We moved 🎉 وانتهينا", delay=15)
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator(".pk-story-title")).to_have_text("The move")
    press_until_focused(page, page.get_by_label("Add a question"))
    page.keyboard.type("promise", delay=15)
    add = page.get_by_role(
        "button", name="Add the question: Tell me about a promise you could not keep."
    )
    expect(add).to_be_visible()
    press_until_focused(page, add)
    page.keyboard.press("Enter")
    dwell = page.locator("textarea[data-field='craft/02']")
    expect(dwell).to_be_focused()
    expect(dwell).to_be_editable()
    page.keyboard.type("The call on Sunday", delay=15)
    until(page, lambda: Texts(AnswerStore(answers), TELLING).load() != {})
    until(
        page,
        lambda: (
            [*stored_stories(AnswerStore(answers))[0].tellings.values()] == ["The call on Sunday"]
        ),
    )
    cell = page.locator(".pk-heat-cell").first
    expect(cell).to_have_attribute("aria-label", "Craft: 1 story, 2 questions without one")
    press_until_focused(page, cell)
    page.keyboard.press("Enter")
    expect(cell).to_be_focused()
    expect(page.locator(".pk-opened .pk-open")).to_have_count(2)
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page, ".pk-stories") == []
    long = "wörd " * 3000
    box(page, "action").fill(long)
    until(page, lambda: stored_stories(AnswerStore(answers))[0].answer.text("action") == long)
    count = page.locator(".jp-Notebook .jp-Cell").count()
    for control in (".pk-story", "[data-field=tags]", ".pk-search", ".pk-select", ".pk-heat-cell"):
        page.locator(control).first.focus()
        for key in ("x", "d", "d", "b", "Escape", "ArrowDown"):
            page.keyboard.press(key)
        assert page.locator(".jp-Notebook .jp-Cell").count() == count, control
        assert page.evaluate(
            "document.querySelector('.pk-stories').contains(document.activeElement)"
        )
    page.get_by_role("button", name="Put away", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“The move” is put away.")).to_be_visible()
    expect(page.locator(NEW)).to_be_focused()
    page.get_by_text("Put away (1)").press("Enter")
    page.get_by_role("button", name="Bring back: The move").press("Enter")
    expect(page.locator("[data-field=situation]")).to_have_value("We moved 🎉 وانتهينا")
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


def test_every_character_typed_into_a_story_around_a_killed_kernel_is_stored(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    page = opened(lab, context, "killed-stories.ipynb", PAGE, answers)
    page.locator(NEW).click()
    expect(box(page, "action")).to_be_editable()
    box(page, "action").click()
    page.keyboard.type("I typed this before the kernel died, ", delay=15)
    kill(lab, page, "killed-stories.ipynb")
    page.keyboard.type("until the end.", delay=15)
    typed = box(page, "action").input_value()
    assert re.fullmatch(r"I typed this before the kernel died, (on and )+until the end\.", typed)
    page.locator(".pk-search").fill("promise")
    expect(page.locator(".pk-story-news")).to_have_text(
        re.compile(r"^Not done( yet)?: the workbook .* Run > Run All Cells\.$")
    )
    run(lab, page)
    expect(box(page, "action")).to_have_value(typed)
    expect(status(page)).to_have_text(SAVED)
    (story,) = stored_stories(AnswerStore(answers))
    assert story.answer.text("action") == typed


def test_a_story_that_is_open_in_two_windows_keeps_both_texts(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    texts = Texts(AnswerStore(answers), STORY)
    texts.save("a", "task", "Stored.", based_on=0)
    one = opened(lab, context, "one-story.ipynb", PAGE, answers)
    other = opened(lab, context, "other-story.ipynb", PAGE, answers)
    for page in (one, other):
        page.locator(".pk-story").click()
        expect(box(page, "task")).to_have_value("Stored.")
        expect(box(page, "task")).to_be_editable()
    box(one, "task").fill("From one window.")
    until(one, lambda: texts.one("a").text("task") == "From one window.")
    box(other, "task").fill("From the other window.")
    expect(other.locator(".pk-conflict")).to_contain_text("From one window.")
    other.get_by_role("button", name="Keep both").click()
    expect(status(other)).to_have_text(SAVED)
    (story,) = stored_stories(AnswerStore(answers))
    assert story.answer.text("task") == "From one window.\n\nFrom the other window."


def test_an_answer_begins_from_a_story_and_boxes_with_text_stay(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    stories = Texts(AnswerStore(answers), STORY)
    for field, text in {
        "title": "The move",
        "task": "Mine to plan.",
        "action": "I planned.",
    }.items():
        stories.save("a", field, text, based_on=0)
    Texts(AnswerStore(answers), TELLING).save("a", "craft/01", "Dwell here.", based_on=0)
    AnswerStore(answers).save("craft/01", "task", "Written before.", based_on=0)
    lab.write("begin.ipynb", answers, 'pk.StarForm(bank["craft/01"], store)')
    page = context.new_page()
    lab.open(page, "begin.ipynb")
    lab.run(page)
    page.get_by_role("button", name="Begin from a story").click()
    expect(page.locator(".pk-offers")).to_contain_text("Dwell on: Dwell here.")
    page.get_by_role("button", name="Use the story: The move").click()
    expect(box(page, "action")).to_be_focused()
    expect(
        page.get_by_text("Filled from “The move”. Boxes that had text are as they were.")
    ).to_be_visible()
    until(page, lambda: AnswerStore(answers).answer("craft/01").text("action") == "I planned.")
    assert AnswerStore(answers).answer("craft/01").text("task") == "Written before."
    assert stories.one("a").text("action") == "I planned."
