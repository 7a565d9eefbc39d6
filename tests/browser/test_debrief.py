"""A debrief in a real JupyterLab: written after the interview, through the death of a kernel."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prepkit.answers import AnswerStore
from prepkit.answers.debriefs import debriefs_of
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.texts import Texts
from prepkit.own_plan import own_setbacks
from prepkit.practice.steps import next_steps
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import until

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")


def status(page: Page) -> Any:
    return page.locator(".pk-debrief .pk-status-text")


def test_a_debrief_outlives_its_kernel_and_decides_what_comes_first(
    lab: Any, context: BrowserContext, bank: Any, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    lab.write("debrief.ipynb", answers, "pk.Debrief(bank, store)")
    page = context.new_page()
    lab.open(page, "debrief.ipynb")
    lab.run(page, ".pk-debrief input >> nth=0")
    page.get_by_label("Company").fill("Acme")
    page.get_by_label("Day").fill("2026-01-30")
    page.get_by_label("What did they ask?").click()
    page.keyboard.type("a promse that you could not keep", delay=15)  # misspelt, as people type
    page.get_by_role("button", name="Tell me about a promise you could not keep.").click()
    expect(page.locator(".pk-matched")).to_contain_text("In the workbook: Tell me about a promise")
    page.get_by_label("Stumbled").check()
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator(".pk-debrief-next")).to_contain_text(
        "Asked at Acme on 30 January: stumbled."
    )

    lab.kernel("debrief.ipynb").kill()
    page.get_by_label("What did they probe?").click()
    page.keyboard.type("Who was told, and when", delay=15)
    until(page, lambda: type_on(page) and "Not saved yet" in status(page).inner_text())
    typed = page.get_by_label("What did they probe?").input_value()
    lab.run(page, ".pk-debrief input >> nth=0")
    expect(page.get_by_label("What did they probe?")).to_have_value(typed)
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator(".pk-debrief-next")).to_contain_text(f"They probed: {typed.strip()}")

    store = AnswerStore(answers)
    kept = debriefs_of(Texts(store, DEBRIEF).load())
    (asked,) = kept[0].debrief.asked
    assert (asked.question, asked.rating, asked.probed) == ("craft/02", "again", typed)
    assert [one.question for one in store.reviews()] == ["craft/02"]
    now = store.moment().astimezone()
    bad = own_setbacks(store, now)
    first, *_ = next_steps(bank, store.load(), store.reviews(), now, setbacks=bad)
    assert first.question == "craft/02"

    page.get_by_role("button", name="Add a question").click()
    page.keyboard.type("something about a rule or two")
    expect(page.locator(".pk-suggestion")).to_have_count(1)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        light = "true" if scheme == "light" else "false"
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        for width in (1100, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert violations(page, ".pk-host") == []
    page.set_viewport_size({"width": 1100, "height": 900})
    saved = json.dumps(lab.save(page, "debrief.ipynb"))
    for text in ("Who was told", "promse", "Acme"):
        assert text not in saved

    page.get_by_role("button", name="Put this debrief away").click()
    expect(page.get_by_role("heading", name="Put away")).to_be_visible()
    lab.run(page, ".pk-debrief input >> nth=0")  # a button of that moment is gone by then
    page.get_by_role("button", name="Bring back: Acme").click()
    expect(page.locator(".pk-matched").first).to_contain_text("In the workbook")
    until(page, lambda: len(debriefs_of(Texts(store, DEBRIEF).load())) == 1)


def type_on(page: Page) -> bool:
    page.keyboard.type(" and on", delay=15)
    return True


def test_what_was_probed_stands_above_the_form_of_that_question_only(host: Any) -> None:
    asked = {
        "words": "",
        "question": "craft/02",
        "rating": "again",
        "probed": "Who was told\nfirst",
    }
    told = json.dumps({"company": "Acme", "day": "2026-01-30", "asked": [asked]})
    Texts(host.store, DEBRIEF).save("20260130T190500Z", "debrief", told, based_on=0)
    page = host.open("craft/02")
    before = page.get_by_role("group", name="Asked in interviews")
    expect(before).to_contain_text("Asked at Acme on 30 January: stumbled.")
    expect(before).to_contain_text("They probed: Who was told")
    assert violations(page, ".pk-host") == []
    other = host.open("craft/01")
    expect(other.locator(".pk-status-text")).to_have_text("Nothing written yet. Saves as you type.")
    expect(other.locator(".pk-asked-before")).to_be_hidden()
