"""The form in a real JupyterLab: kernels that die, windows that disagree, keys, requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from prepkit.answers import AnswerStore
from tests.browser.waits import until

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")
FORM = 'pk.StarForm(bank["craft/01"], store)'


def box(page: Page, field: str) -> Any:
    return page.locator(f"[data-field={field}]")


def status(page: Page) -> Any:
    return page.locator(".pk-status-text")


def stored(path: Path, field: str, question: str = "craft/01") -> str:
    store = AnswerStore(path)
    return store.answer(question).text(field)


def test_a_question_is_picked_and_its_answer_stored_without_asking_another_host(
    lab: Any, context: BrowserContext, requests: list[str], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("pick.ipynb", answers, "pk.Picker(bank, store, log=log)")
    page = context.new_page()
    lab.open(page, "pick.ipynb")
    lab.run(page)
    pick(page, "promises")
    expect(page.locator(".pk-question")).to_have_text("Tell me about a promise you could not keep.")
    expect(page.locator(".pk-question")).to_be_focused()
    expect(box(page, "task")).to_be_editable()
    box(page, "task").click()
    page.keyboard.type("Mine to keep", delay=30)
    expect(status(page)).to_have_text(SAVED)
    assert stored(answers, "task", "craft/02") == "Mine to keep"
    page.get_by_role("button", name="Show the list").click()
    saved = found(page).filter(has_text="a promise you could not keep")
    expect(saved).to_contain_text("Craft · Q2 · In progress · open below")
    page.get_by_label("Status", exact=True).select_option("complete")
    expect(page.get_by_text("No question with these filters.")).to_be_visible()
    page.get_by_role("button", name="Any status (3)").click()
    expect(found(page)).to_have_count(3)
    expect(page.locator(".pk-number")).to_have_text("Q2 of 3")
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


def found(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Questions").get_by_role("option")


def pick(page: Page, words: str) -> None:
    """Open the question that is found first by some words, by keyboard."""
    find = page.get_by_role("combobox", name="Find a question")
    find.fill(words)
    expect(found(page).first).to_be_visible()
    find.press("Enter")


def kill(lab: Any, page: Page, name: str) -> None:
    """Kill a kernel, and type on until Jupyter has started it again and the form knows it."""
    killed = lab.kernel(name)
    killed.kill()
    until(page, lambda: type_on(page) and lab.kernel(name) not in (None, killed))
    until(page, lambda: type_on(page) and "Not saved yet" in status(page).inner_text())


def type_on(page: Page) -> bool:
    page.keyboard.type("on and ", delay=15)
    return True


def test_every_character_typed_around_a_killed_kernel_is_stored(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("kill.ipynb", answers, FORM)
    page = context.new_page()
    lab.open(page, "kill.ipynb")
    lab.run(page)
    box(page, "action").click()
    page.keyboard.type("I typed this before the kernel died, ", delay=15)
    kill(lab, page, "kill.ipynb")
    page.keyboard.type("until the end.", delay=15)
    reached = box(page, "action").input_value()
    assert re.fullmatch(r"I typed this before the kernel died, (on and )+until the end\.", reached)
    box(page, "action").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And this after it.", delay=15)
    reached += " And this after it."
    expect(box(page, "action")).to_have_value(reached)
    expect(status(page)).to_have_text(
        re.compile("^Not saved yet: .*Your text is safe in this browser.")
    )
    assert stored(answers, "action") != reached
    lab.run(page)
    expect(box(page, "action")).to_have_value(reached)
    expect(status(page)).to_have_text(SAVED)
    assert stored(answers, "action") == reached


def test_after_a_restart_the_question_comes_back_with_all_that_was_typed(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("again.ipynb", answers, "pk.Picker(bank, store, log=log)")
    page = context.new_page()
    lab.open(page, "again.ipynb")
    lab.run(page)
    page.get_by_label("Your level").select_option("Director")
    page.get_by_label("Company", exact=True).select_option("Bolt")
    pick(page, "a rule you changed")
    expect(page.locator(".pk-number")).to_have_text("Q3 of 3")
    expect(box(page, "task")).to_be_editable()
    box(page, "task").click()
    page.keyboard.type("Typed ", delay=15)
    kill(lab, page, "again.ipynb")
    page.keyboard.type("and to the end.", delay=15)
    typed = box(page, "task").input_value()
    lab.run(page)
    expect(page.locator(".pk-number")).to_have_text("Q3 of 3")
    expect(box(page, "task")).to_have_value(typed)
    expect(status(page)).to_have_text(SAVED)
    assert stored(answers, "task", "craft/03") == typed
    expect(page.get_by_label("Company", exact=True)).to_have_value("Bolt")
    expect(page.locator(".pk-level[data-chosen=true]")).to_contain_text("Director")


def test_text_typed_before_a_restart_is_saved_though_another_question_is_opened(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("other.ipynb", answers, 'pk.Picker(bank, store, log=log, question="craft/01")')
    page = context.new_page()
    lab.open(page, "other.ipynb")
    lab.run(page)
    page.get_by_role("button", name="Next question").first.click()
    expect(page.locator(".pk-number")).to_have_text("Q2 of 3")
    expect(box(page, "task")).to_be_editable()
    box(page, "task").click()
    page.keyboard.type("Typed ", delay=15)
    kill(lab, page, "other.ipynb")
    page.keyboard.type("and to the end.", delay=15)
    typed = box(page, "task").input_value()
    lab.run(page)
    expect(page.locator(".pk-number")).to_have_text("Q1 of 3")
    expect(page.locator(".pk-news")).to_contain_text(
        "What you typed earlier in “Craft Q2” is now saved."
    )
    assert stored(answers, "task", "craft/02") == typed


def test_a_busy_kernel_is_told_and_what_is_typed_meanwhile_is_stored(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    store = AnswerStore(answers)
    store.save("craft/01", "result", "Stored before", based_on=0)
    free = tmp_path / "free"
    shown = (
        f"from IPython.display import display\nimport time\ndisplay({FORM})\n"
        f"while not Path({str(free)!r}).exists():\n    time.sleep(0.05)"
    )
    lab.write("busy.ipynb", answers, shown)
    page = context.new_page()
    lab.open(page, "busy.ipynb")
    lab.run(page)
    expect(status(page)).to_have_text(
        "Your saved answer hasn't loaded yet: the workbook isn't responding. If this message "
        "stays, choose Run > Run All Cells."
    )
    box(page, "task").fill("Typed while it was busy")
    expect(status(page)).to_have_text(
        "Not saved yet: the workbook isn't responding. Your text is safe in this browser. If this "
        "message stays, choose Run > Run All Cells."
    )
    free.touch()
    expect(status(page)).to_have_text(SAVED)
    assert stored(answers, "task") == "Typed while it was busy"
    expect(box(page, "result")).to_have_value("Stored before")


def test_two_windows_in_conflict_offer_both_texts(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    pages = []
    for name in ("one.ipynb", "two.ipynb"):
        lab.write(name, answers, FORM)
        page = context.new_page()
        # Deaf to each other, as two browsers are: each learns of the other by its own save only.
        page.add_init_script(
            "for (const told of ['storage', 'prepkit:changed'])"
            " addEventListener(told, event => event.stopImmediatePropagation(), true)"
        )
        lab.open(page, name)
        lab.run(page)
        pages.append(page)
    one, two = pages
    box(one, "result").fill("What the first window says")
    expect(status(one)).to_have_text(SAVED)
    box(two, "result").fill("What the second window says")
    expect(two.locator(".pk-conflict")).to_contain_text("What the first window says")
    expect(box(two, "result")).to_have_value("What the second window says")
    two.get_by_role("button", name="Keep both").click()
    expect(status(two)).to_have_text(SAVED)
    both = "What the first window says\n\nWhat the second window says"
    assert stored(answers, "result") == both
    one.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(box(one, "result")).to_have_value(both)


def test_keys_on_the_form_leave_the_notebook_as_it_was(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("keys.ipynb", answers, FORM)
    page = context.new_page()
    lab.open(page, "keys.ipynb")
    lab.run(page)
    cells = page.locator(".jp-Notebook .jp-Cell")
    prompt = page.locator(".jp-CodeCell .jp-OutputPrompt").first
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))  # the cell has run
    before = prompt.inner_text()
    for place in (".pk-plain", ".pk-form", ".pk-tick", "summary"):
        page.locator(place).first.focus()
        for key in ("x", "b", "a", "d", "d", "m", "Shift+Enter", "Control+Enter"):
            page.keyboard.press(key)
    page.locator(".pk-prompt").first.click()  # plain text of the form
    for key in ("x", "b", "d", "d"):
        page.keyboard.press(key)
    box(page, "task").click()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(SAVED)
    assert stored(answers, "task") == "one\ntwo"
    expect(cells).to_have_count(2)
    assert prompt.inner_text() == before


def test_a_second_window_of_the_same_kernel_follows_and_no_answer_is_in_the_notebook(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("same.ipynb", answers, FORM)
    page = context.new_page()
    lab.open(page, "same.ipynb")
    lab.run(page)
    box(page, "task").fill("Only in the answers file")
    expect(status(page)).to_have_text(SAVED)
    notebook = json.dumps(lab.save(page, "same.ipynb"))
    assert "application/vnd.jupyter.widget-view+json" in notebook
    assert "Only in the answers file" not in notebook
    second = context.new_page()
    lab.open(second, "same.ipynb")
    expect(box(second, "task")).to_have_value("Only in the answers file")
    box(second, "task").fill("Changed in the second")
    expect(box(page, "task")).to_have_value("Changed in the second")
    assert page.locator(".pk-conflict").count() == 0


def test_the_state_is_in_view_and_a_narrow_window_scrolls_down_only(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    lab.write("view.ipynb", tmp_path / "answers.sqlite", "pk.Picker(bank, store, log=log)")
    page = context.new_page()
    lab.open(page, "view.ipynb")
    lab.run(page)
    page.keyboard.press("Control+b")
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for field in ("situation", "result"):
            box(page, field).click()
            page.keyboard.press("Control+Home")
            page.keyboard.insert_text("".join(f"line {number}\n" for number in range(12)))
            page.keyboard.press("Control+End")
            page.keyboard.type("and the last")
            expect(page.locator(".pk-bar")).to_be_in_viewport(ratio=0.99)
            bar, area = page.locator(".pk-bar").bounding_box(), box(page, field).bounding_box()
            assert bar is not None
            assert area["y"] + area["height"] - 12 <= bar["y"]  # what is typed is above the bar
    form = page.locator(".pk-form").bounding_box()
    assert form is not None
    assert form["width"] > 250
    wide = page.locator(".pk-form").evaluate(
        "node => [...node.querySelectorAll('*')].filter(each => !each.closest('.pk-live')"
        " && each.getBoundingClientRect().right > node.getBoundingClientRect().right + 1)"
        ".map(each => each.className)"
    )
    assert wide == []
    outer = page.locator(".jp-WindowedPanel-outer")
    assert outer.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
