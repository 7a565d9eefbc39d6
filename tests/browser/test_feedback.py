"""What a coach wrote stands beside the parts of a form, and each comment can be replied to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from prepkit.answers.feedback import read_replies
from prepkit.bank import Bank
from prepkit.practice.feedback import QuestionFeedback, Remark, StudentFeedback
from prepkit.widgets.hand_in import HandIn
from tests.browser.conftest import ADDRESS, Host
from tests.browser.form_page import SAVED, box, drafts, status
from tests.browser.test_accessibility import violations
from tests.browser.waits import until

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUESTION = "craft/01"
WRITTEN = StudentFeedback(
    raters=("Barbara",),
    questions=(
        QuestionFeedback(
            question=QUESTION,
            at=AT,
            remarks=(
                Remark(id="c0", text="Well told.", rater="Barbara"),
                Remark(
                    id="c1",
                    part="task",
                    quote="mine to fix",
                    start=7,
                    text="Who <b>else</b> could have?",
                    rater="Barbara",
                ),
            ),
        ),
    ),
)


class FeedbackHost(Host):
    """Serves the form of a notebook with feedback."""

    def show(self, page: Page, question: str = QUESTION) -> None:
        """Show a question in a tab, with what a coach wrote about the answer to it."""
        written = WRITTEN.model_dump_json()
        hand_in = HandIn(self.store, [self.bank[question]], student_id="ada", feedback=written)
        self.forms[page] = hand_in.form(question)
        hand_in.handle({"type": "carried", "found": [], "by": "page"})
        page.goto(f"{ADDRESS}/page.html")
        page.wait_for_function("window.ready")


@pytest.fixture
def noted(context: BrowserContext, bank: Bank, tmp_path: Path) -> FeedbackHost:
    host = FeedbackHost(context, bank, tmp_path)
    host.store.save(QUESTION, "task", "It was mine to fix, alone.", based_on=0)
    return host


def reply_box(page: Page, number: int) -> Locator:
    return page.get_by_role("textbox", name=f"Your reply to comment {number}")


def test_each_comment_stands_with_its_part_and_leads_to_its_words(noted: FeedbackHost) -> None:
    page = noted.open()
    part = page.locator(".pk-part", has=page.locator("[data-field=task]")).first
    comment = part.locator(".pk-remark")
    expect(comment).to_contain_text("Comment 2 · Barbara")
    expect(comment).to_contain_text("Who <b>else</b> could have?")
    expect(page.locator(".pk-parts > .pk-remark")).to_contain_text("Comment 1 · Barbara")
    words = comment.get_by_role("button", name="“mine to fix”")
    words.click()
    marked = "(b) => b.value.slice(b.selectionStart, b.selectionEnd)"
    assert box(page, "task").evaluate(marked) == "mine to fix"
    box(page, "task").fill("Last spring, after the outage, it was mine  to fix.")
    words.click()
    assert box(page, "task").evaluate(marked) == "mine  to fix"
    gone = comment.get_by_text("These words are no longer in your answer.")
    expect(gone).to_be_hidden()
    box(page, "task").fill("It was ours.")
    expect(gone).to_be_visible()
    expect(words).to_be_disabled()


def test_a_reply_is_stored_as_it_is_typed_and_is_there_again(noted: FeedbackHost) -> None:
    page = noted.open()
    reply = reply_box(page, 2)
    reply.press_sequentially("Nobody,\nI think.", delay=10)
    expect(status(page)).to_have_text(SAVED)
    replies = read_replies(noted.store.path)
    assert replies["c1"].text == "Nobody,\nI think."
    assert drafts(page) == []
    assert noted.text("task") == "It was mine to fix, alone."
    noted.show(page)
    expect(reply_box(page, 2)).to_have_value("Nobody,\nI think.")
    other = noted.open()
    expect(reply_box(other, 2)).to_have_value("Nobody,\nI think.")
    reply_box(other, 1).fill("Thank you.")
    until(other, lambda: "c0" in read_replies(noted.store.path))


def test_a_reply_that_no_host_hears_is_kept_and_stored_later(noted: FeedbackHost) -> None:
    page = noted.open()
    page.evaluate("window.line = 'dead'")
    reply_box(page, 1).fill("Thank you.")
    until(page, lambda: drafts(page) == ["Thank you."])
    noted.show(page)
    until(page, lambda: "c0" in read_replies(noted.store.path))
    expect(reply_box(page, 1)).to_have_value("Thank you.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_with_comments_has_nothing_that_axe_objects_to(
    noted: FeedbackHost, scheme: Literal["light", "dark"]
) -> None:
    page = noted.open()
    page.emulate_media(color_scheme=scheme)
    reply_box(page, 1).fill("Thank you.")
    expect(status(page)).to_have_text(SAVED)
    assert violations(page, ".pk-form") == []
    page.set_viewport_size({"width": 390, "height": 844})
    box(page, "task").fill("It was ours.")
    expect(page.get_by_text("These words are no longer in your answer.")).to_be_visible()
    assert violations(page, ".pk-form") == []
