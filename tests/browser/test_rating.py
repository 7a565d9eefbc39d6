"""The page for rating in a browser: by keyboard, cut off from its host, in two windows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prepkit.answers import AnswerStore
from prepkit.answers.feedback import read_feedback
from prepkit.answers.kinds import REPLY
from prepkit.answers.texts import Texts
from prepkit.bank import load_bank
from prepkit.records import Student
from prepkit.widgets.feedback_content import hidden_numbers
from tests.browser.rating_page import (
    RatingHost,
    answer_box,
    hand_in,
    press_tab_until,
    status,
)
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import until

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "notebooks" / "coach" / "feedback.ipynb"
SAVED = re.compile(r"^Saved \d")
ROSTER = (
    Student(student_id="ada", name="Ada Marin", level="engineering manager"),
    Student(student_id="bo", name="Bo Sand", level="engineering manager"),
)
ACTION = "First I 🎉 measured the pool. Then I moved reads away."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for student in ("ada", "bo"):
        hand_in(tmp_path, student, "craft/01", situation="It was slow.", action=ACTION)
    hand_in(tmp_path, "ada", "craft/02", situation="وعدت\n\nand kept it")
    return tmp_path


@pytest.fixture
def host(context: BrowserContext, bank: Any, home: Path) -> RatingHost:
    made = RatingHost(context, bank, home, ROSTER)
    made.skip_calibration()
    return made


def open_desk(host: RatingHost, page: Page | None = None) -> Page:
    """Show the page, and wait for the first answer."""
    page = host.open(page)
    expect(page.locator(".pk-feedback-rows")).to_be_visible()
    return page


def choose(page: Page, student: str, question: str = "craft/01") -> None:
    page.get_by_label("One question, all students").check()
    page.get_by_label("Question", exact=True).select_option(question)
    page.get_by_label("Student", exact=True).select_option(student)
    expect(page.locator(".pk-feedback-desk .pk-number")).to_have_text(
        f"Craft · Q{int(question[-2:])}"
    )
    page.locator(".pk-feedback .pk-question").focus()


def current(page: Page) -> str | None:
    """Return the row of the rubric that the next digit goes to."""
    return page.locator(".pk-judged[data-current]").get_attribute("data-row")


def test_an_answer_is_rated_by_digits_alone_and_n_leads_to_the_next(host: RatingHost) -> None:
    page = open_desk(host)
    numbers = hidden_numbers(["ada", "bo"])
    first, second = sorted(numbers, key=lambda student: numbers[student])
    choose(page, first)
    assert current(page) == "Substance"
    for digit in "34521":
        page.keyboard.press(digit)
    assert current(page) == "Level"
    page.keyboard.press("2")
    expect(page.locator(".pk-judged[data-current]")).to_have_count(0)
    expect(status(page)).to_have_text(SAVED)
    stored = host.rating(first, "craft/01")
    assert list(stored.scores.values()) == [3, 4, 5, 2, 1]
    assert stored.level_met is True
    assert stored.revisions == {"situation": 1, "action": 1}
    page.keyboard.press("Backspace")
    assert current(page) == "Level"
    page.keyboard.press("1")
    until(page, lambda: host.rating(first, "craft/01").level_met is False)
    page.get_by_role("group", name="Structure").get_by_role("radio").first.focus()
    page.keyboard.press("0")
    until(page, lambda: "Structure" not in host.rating(first, "craft/01").scores)
    page.keyboard.press("5")
    until(page, lambda: host.rating(first, "craft/01").scores.get("Structure") == 5)
    expect(page.locator(".pk-feedback-done")).to_have_text("1 of 3 rated")
    page.keyboard.press("n")
    expect(page.locator(".pk-feedback .pk-question")).to_be_focused()
    page.keyboard.press("4")
    until(page, lambda: (host.home / "feedback" / f"{second}.sqlite").exists())
    assert host.rating(second, "craft/01").scores == {"Substance": 4}
    page.keyboard.press("b")
    expect(page.locator(".pk-judged[data-current]")).to_have_count(0)


def test_words_are_marked_and_commented_on_by_keyboard_and_by_mouse(host: RatingHost) -> None:
    page = open_desk(host)
    choose(page, "ada")
    press_tab_until(page, answer_box(page, "action"))
    page.keyboard.press("Control+Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("c")
    box = page.get_by_label("Your comment on “🎉 measured the”")
    expect(box).to_be_focused()
    page.keyboard.type("Which number? 123 cnb")
    page.keyboard.press("Control+Enter")
    expect(answer_box(page, "action")).to_be_focused()
    expect(page.locator(".pk-feedback-mark")).to_have_text("🎉 measured the")
    until(page, lambda: len(host.comments("ada")) == 1)
    (kept,) = host.comments("ada")
    assert (kept.part, kept.quote, kept.text) == (
        "action",
        "🎉 measured the",
        "Which number? 123 cnb",
    )
    assert ACTION[kept.start :].startswith(kept.quote)

    page.locator(".pk-feedback-text[data-part=situation]").dblclick(position={"x": 30, "y": 12})
    page.get_by_role("button", name="Comment on the marked words").click()
    expect(page.get_by_role("group", name="Comment on “was”")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Which number")).click()
    expect(page.get_by_label("Your comment on “was”")).to_have_value("Which number? 123 cnb")
    page.keyboard.type(" Or how slow?")
    page.get_by_role("button", name="Save comment").click()
    until(page, lambda: len(host.comments("ada")) == 2)
    assert {one.text for one in host.comments("ada")} == {
        "Which number? 123 cnb",
        "Which number? 123 cnb Or how slow?",
    }
    page.locator(".pk-feedback-mark").last.click()
    expect(page.get_by_role("article", name="Comment on “🎉 measured the”")).to_be_focused()
    page.get_by_role("button", name="Change the comment on “🎉 measured the”").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("How many?")
    page.get_by_role("button", name="Save comment").click()
    until(page, lambda: "How many?" in {one.text for one in host.comments("ada")})
    page.get_by_role("article", name="Comment on “was”").get_by_role(
        "button", name="Remove", exact=True
    ).click()
    page.get_by_role("button", name="Remove it?").click()
    until(page, lambda: len(host.comments("ada")) == 1)
    page.get_by_role("button", name="Undo").click()
    until(page, lambda: len(host.comments("ada")) == 2)
    page.locator(".pk-feedback .pk-question").focus()
    page.keyboard.press("c")
    expect(page.get_by_label("Your comment on The whole answer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".pk-feedback .pk-question")).to_be_focused()


def test_an_earlier_comment_is_found_by_some_words_and_used_again_by_keyboard(
    host: RatingHost,
) -> None:
    page = open_desk(host)
    choose(page, "ada")
    for text in ("Say what you did yourself.", "Which number shows it?"):
        page.keyboard.press("c")
        page.keyboard.type(text)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".pk-feedback .pk-question")).to_be_focused()
    until(page, lambda: len(host.comments("ada")) == 2)
    choose(page, "bo")
    answer_box(page, "action").focus()
    page.keyboard.press("c")
    expect(page.locator(".pk-feedback-earlier")).to_have_count(2)
    press_tab_until(page, page.get_by_label("Use an earlier comment again"))
    page.keyboard.type("YOURSELF wha")
    expect(page.locator(".pk-feedback-earlier")).to_have_text("Say what you did yourself.")
    page.keyboard.press("Enter")
    box = page.get_by_label("Your comment on All of Action")
    expect(box).to_be_focused()
    page.keyboard.type(" And who helped?")
    page.keyboard.press("Control+Enter")
    until(page, lambda: len(host.comments("bo")) == 1)
    assert host.comments("bo")[0].text == "Say what you did yourself. And who helped?"


def test_nothing_that_is_typed_pasted_or_dropped_changes_an_answer(host: RatingHost) -> None:
    page = open_desk(host)
    choose(page, "ada")
    box = answer_box(page, "action")
    box.focus()
    page.keyboard.press("Control+a")
    for key in ("x", "Delete", "Backspace", "Enter", "Control+x", "Control+v", "Control+b"):
        page.keyboard.press(key)
    page.keyboard.insert_text("日本")
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    client.send("Input.insertText", {"text": "日本"})
    expect(box).to_have_text(ACTION)
    page.get_by_label("Student", exact=True).select_option("bo")
    expect(answer_box(page, "action")).to_have_text(ACTION)


def test_what_was_said_while_the_host_was_gone_is_stored_when_it_is_back(
    host: RatingHost,
) -> None:
    page = open_desk(host)
    choose(page, "ada")
    for line in ("dead", "lost"):
        page.evaluate(f"window.line = {line!r}")
        page.keyboard.press("3" if line == "dead" else "4")
        expect(status(page)).to_have_text(
            re.compile(r"^Not saved yet: the workbook .* is safe in this browser\.$")
        )
        expect(page.locator(".pk-bar")).to_have_attribute("data-tone", "bad")
    page.keyboard.press("c")
    page.keyboard.type("Said in the dark")
    page.keyboard.press("Control+Enter")
    answer_box(page, "action").focus()
    page.keyboard.press("c")
    page.keyboard.type("Begun in the dark")
    assert not (host.home / "feedback").exists()
    open_desk(host, page)
    until(page, lambda: len(host.comments("ada")) == 1)
    expect(page.get_by_label("Your comment on All of Action")).to_have_value("Begun in the dark")
    expect(status(page)).to_have_text(re.compile(r"^Saved .* · 1 comment not saved yet$"))
    assert host.comments("ada")[0].text == "Said in the dark"
    assert host.rating("ada", "craft/01").scores == {"Substance": 3, "Structure": 4}


def test_a_browser_that_keeps_nothing_says_so_and_ratings_are_stored_all_the_same(
    host: RatingHost,
) -> None:
    page = host.context.new_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    open_desk(host, page)
    page.locator(".pk-feedback .pk-question").focus()
    page.evaluate("window.line = 'lost'")
    page.keyboard.press("3")
    expect(status(page)).to_have_text(
        re.compile(r"^Not saved yet: .* This browser has no copy either: don't close this page")
    )
    page.evaluate("window.line = 'open'")
    expect(status(page)).to_have_text(
        "This browser's storage is full or turned off: wait for “Saved” before you close this page."
    )
    assert len(list((host.home / "feedback").glob("*.sqlite"))) == 1


def test_a_text_from_another_system_is_marked_where_it_is(host: RatingHost) -> None:
    text = "One.\r\n\r\nTwo 🎉 three.\n"
    hand_in(host.home, "ada", "craft/02", situation=text)
    page = open_desk(host)
    choose(page, "ada", "craft/02")
    box = answer_box(page, "situation")
    assert box.evaluate("node => node.textContent") == text
    box.focus()
    page.keyboard.press("Control+End")
    for _ in range(3):
        page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("c")
    page.keyboard.type("Why?")
    page.keyboard.press("Control+Enter")
    until(page, lambda: len(host.comments("ada")) == 1)
    (kept,) = host.comments("ada")
    assert "three" in kept.quote
    assert text[kept.start :].startswith(kept.quote)
    expect(page.locator(".pk-feedback-mark").first).to_be_visible()


def test_saved_is_shown_only_when_it_is_on_the_disk(host: RatingHost) -> None:
    page = open_desk(host)
    choose(page, "ada")
    page.evaluate("window.line = 'deaf'")
    page.keyboard.press("3")
    until(page, lambda: (host.home / "feedback" / "ada.sqlite").exists())
    expect(status(page)).to_have_text(re.compile(r"^(Saving …|Not saved yet: .*)$"))
    page.evaluate("window.line = 'open'")
    expect(status(page)).to_have_text(SAVED)
    ratings, _ = read_feedback(host.home / "feedback" / "ada.sqlite")
    assert [dict(one.scores) for one in ratings] == [{"Substance": 3}]


def test_two_windows_keep_both_ratings_and_both_texts_of_a_comment(host: RatingHost) -> None:
    one, other = open_desk(host), open_desk(host)
    for page in (one, other):
        choose(page, "ada")
    one.keyboard.press("c")
    one.keyboard.type("First")
    one.keyboard.press("Control+Enter")
    expect(other.get_by_role("article")).to_contain_text("First")
    for page in (one, other):
        page.get_by_role("button", name="Change the comment on The whole answer").click()
    one.keyboard.type(" of one")
    one.keyboard.press("Control+Enter")
    until(one, lambda: host.comments("ada")[0].text == "First of one")
    other.keyboard.type(" of the other")
    other.keyboard.press("Control+Enter")
    expect(other.locator(".pk-conflict")).to_contain_text("First of one")
    assert host.comments("ada")[0].text == "First of one"
    other.get_by_role("button", name="Save mine instead").click()
    until(other, lambda: host.comments("ada")[0].text == "First of the other")
    expect(one.get_by_role("article")).to_contain_text("First of the other")

    one.locator(".pk-feedback .pk-question").focus()
    one.keyboard.press("2")
    until(one, lambda: (host.home / "feedback" / "ada.sqlite").exists())
    other.get_by_role("group", name="Relevance").get_by_role("radio").nth(4).check()
    until(
        other,
        lambda: host.rating("ada", "craft/01").scores == {"Substance": 2, "Relevance": 5},
    )
    expect(one.get_by_role("group", name="Relevance").get_by_role("radio").nth(4)).to_be_checked()


def test_another_order_loses_nothing_and_names_are_hidden_until_they_are_wanted(
    host: RatingHost,
) -> None:
    page = open_desk(host)
    choose(page, "ada")
    page.keyboard.press("4")
    page.keyboard.press("c")
    page.keyboard.type("Not finished")
    body = page.locator(".pk-feedback")
    assert "Ada" not in body.inner_text()
    page.get_by_label("One student, all questions").check()
    expect(page.get_by_label("Your comment on The whole answer")).to_have_value("Not finished")
    expect(page.get_by_label("Student", exact=True)).to_have_value("ada")
    page.locator(".pk-feedback .pk-question").focus()
    page.keyboard.press("n")
    expect(page.locator(".pk-feedback-desk .pk-number")).to_have_text("Craft · Q2")
    expect(page.get_by_label("Student", exact=True)).to_have_value("ada")
    page.keyboard.press("b")
    expect(page.get_by_label("Your comment on The whole answer")).to_have_value("Not finished")
    expect(page.get_by_role("group", name="Substance").get_by_role("radio").nth(3)).to_be_checked()
    page.get_by_label("Show names").check()
    expect(page.locator(".pk-feedback-desk .pk-category")).to_have_text("Ada Marin")
    open_desk(host, page)
    expect(page.locator(".pk-feedback-desk .pk-category")).to_have_text("Ada Marin")
    expect(page.get_by_label("One student, all questions")).to_be_checked()


def test_a_newer_text_and_a_reply_of_the_student_are_shown(host: RatingHost) -> None:
    page = open_desk(host)
    choose(page, "ada")
    for digit in "333332":
        page.keyboard.press(digit)
    answer_box(page, "action").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("c")
    page.keyboard.type("When?")
    page.keyboard.press("Control+Enter")
    until(page, lambda: len(host.comments("ada")) == 1)
    (asked,) = host.comments("ada")
    store = AnswerStore(host.home / "students" / "ada.sqlite")
    Texts(store, REPLY).save("craft/01", asked.id, "In March <b>.", based_on=0)
    hand_in(host.home, "ada", "craft/01", action="In March I measured.")
    open_desk(host, page)
    news = page.locator(".pk-feedback-news")
    expect(news).to_contain_text("The student has written something newer since you rated this")
    expect(news).to_contain_text(": Action.")
    expect(page.get_by_text("an earlier text than the one here")).to_be_visible()
    page.get_by_text("What you rated before, written").click()
    expect(page.locator(".pk-version")).to_have_text(ACTION)
    card = page.get_by_role("article", name="Comment on “First”")
    expect(card).to_contain_text("In March <b>.")
    expect(card).to_contain_text("The student has changed these words since.")
    expect(page.locator(".pk-feedback-done")).to_have_text("0 of 3 rated")
    page.get_by_role("button", name="My rating still holds").click()
    until(page, lambda: host.rating("ada", "craft/01").revisions["action"] == 2)
    expect(page.locator(".pk-feedback-done")).to_have_text("1 of 3 rated")
    expect(news).to_be_empty()
    expect(page.get_by_text(": the text that you see.")).to_be_visible()


@pytest.fixture
def real(context: BrowserContext, home: Path) -> RatingHost:
    """Return a host with the bank that ships, whose examples have reference ratings."""
    hand_in(home, "ada", "technical-leadership/06", situation="It was slow.")
    return RatingHost(context, load_bank(), home, ROSTER)


def test_calibration_comes_first_is_done_by_digits_and_can_be_skipped_and_repeated(
    real: RatingHost,
) -> None:
    page = real.open()
    page.get_by_role("button", name="Skip for now").click()
    expect(page.locator(".pk-feedback-rows")).to_be_visible()
    page.get_by_role("button", name="Rate three examples").click()
    page.get_by_role("button", name="Rate three examples").press("Enter")
    for number in (1, 2, 3):
        expect(page.get_by_text(f"Example {number} of 3")).to_be_visible()
        for digit in "33333":
            page.keyboard.press(digit)
        assert "Reference" not in page.locator(".pk-feedback").inner_text()
        if number == 2:  # the page is closed in the middle, and goes on from there
            page = real.open(page)
            page.get_by_role("button", name="Rate three examples").click()
            page.get_by_role("button", name="Go on").click()
            expect(page.get_by_text("Example 2 of 3")).to_be_visible()
            expect(page.get_by_role("radio", checked=True)).to_have_count(5)
        page.keyboard.press("n")
    expect(page.get_by_role("heading", name="How your ratings compare")).to_be_focused()
    expect(page.locator(".pk-feedback-compared")).to_have_count(15)
    expect(page.get_by_text("of 15 ratings are within one point of the reference")).to_be_visible()
    assert violations(page, ".pk-host") == []
    page.get_by_role("button", name="Start rating").click()
    expect(page.locator(".pk-feedback-desk .pk-question")).to_be_focused()
    page = real.open(page)
    expect(page.locator(".pk-feedback-end")).to_contain_text("of 15 ratings are within one point")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_with_all_that_can_be_open_has_no_violation(real: RatingHost, scheme: Any) -> None:
    page = real.open()
    page.emulate_media(color_scheme=scheme)
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page, ".pk-host") == []
    page.get_by_role("button", name="Skip for now").click()
    expect(page.locator(".pk-feedback-rows")).to_be_visible()
    page.keyboard.press("4")
    box = page.locator(".pk-feedback-text").first
    for text in ("A comment", "Another"):
        box.focus()
        page.keyboard.press("Control+Home")
        page.keyboard.press("Shift+Control+ArrowRight")
        page.keyboard.press("c")
        page.keyboard.type(text)
        if text == "A comment":
            page.keyboard.press("Control+Enter")
    for summary in page.locator(".pk-feedback-judging summary").all():
        summary.click()
    page.get_by_text("You rate as Kim").click()
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page, ".pk-host") == []
        sideways = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(sideways)


def fill_roster(folder: Path, home: Path) -> None:
    """Put a roster beside the notebook, and name it and the students' folder in its first cell."""
    (folder / "roster.csv").write_text("student_id,name,level\nada,Ada Marin,director\n")
    notebook = nbformat.read(SHIPPED, as_version=4)
    (cell,) = [one for one in notebook.cells if one.id == "parameters"]
    cell.source = cell.source.replace('roster: str = ""', 'roster: str = "roster.csv"')
    cell.source += f"\nimport os\nos.environ['PREPKIT_HOME'] = {str(home)!r}"
    nbformat.write(notebook, folder / "feedback.ipynb")


def run_page(page: Page) -> None:
    """Run all cells, as the menu does, and wait for the page for rating."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(".pk-feedback .pk-heading").first).to_be_visible()


def test_in_jupyterlab_an_answer_is_rated_by_keyboard_around_a_killed_kernel(
    lab: Any, context: BrowserContext, requests: list[str], tmp_path: Path
) -> None:
    question = "technical-leadership/06"
    hand_in(tmp_path, "ada", question, situation="Our pool was full.", action=ACTION)
    fill_roster(lab.folder, tmp_path)
    page = context.new_page()
    lab.open(page, "feedback.ipynb")
    run_page(page)
    expect(page.get_by_role("heading", name="Who is rating?")).to_be_visible()
    name = page.get_by_label(re.compile("^Your name, as students"))
    press_tab_until(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type("Kim Lee")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Before you rate")).to_be_focused()
    press_tab_until(page, page.get_by_role("button", name="Skip for now"))
    page.keyboard.press("Enter")
    expect(page.locator(".pk-feedback-desk .pk-question")).to_be_focused()
    count = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("3")
    expect(status(page)).to_have_text(SAVED)
    press_tab_until(page, answer_box(page, "action"))
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    for key in ("d", "d", "x", "a", "z", "ArrowDown", "ArrowUp"):  # JupyterLab's own, elsewhere
        page.keyboard.press(key)
    expect(answer_box(page, "action")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("c")
    page.keyboard.type("Before it died, ", delay=15)

    killed = lab.kernel("feedback.ipynb")
    killed.kill()
    until(page, lambda: type_on(page) and lab.kernel("feedback.ipynb") not in (None, killed))
    typed = page.get_by_label("Your comment on “First”").input_value()
    page.keyboard.press("Control+Enter")
    for digit in "4512":
        page.keyboard.press(digit)
    expect(status(page)).to_have_text(re.compile("^Not saved yet: "))
    assert page.locator(".jp-Notebook .jp-Cell").count() == count
    run_page(page)
    skip = page.get_by_role("button", name="Skip for now")
    expect(skip.or_(page.locator(".pk-feedback-rows"))).to_be_visible()
    until(page, lambda: len(feedback(tmp_path)[1]) == 1)
    expect(status(page)).to_have_text(SAVED)
    (rating,), (comment,) = feedback(tmp_path)
    assert (rating.rater, comment.rater) == ("Kim Lee", "Kim Lee")
    assert list(rating.scores.values()) == [3, 4, 5, 1, 2]
    assert (comment.quote, comment.text) == ("First", typed.strip())
    assert re.fullmatch(r"Before it died, (on and )*", typed)

    page.keyboard.press("1")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        light = "true" if scheme == "light" else "false"
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        for width in (1100, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert violations(page, ".pk-host") == []
    page.set_viewport_size({"width": 1100, "height": 900})
    saved = json.dumps(lab.save(page, "feedback.ipynb"))
    for text in ("measured the pool", "Before it died", "Ada Marin"):
        assert text not in saved
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


def feedback(home: Path) -> tuple[Any, Any]:
    path = home / "feedback" / "ada.sqlite"
    return read_feedback(path) if path.exists() else ((), ())


def type_on(page: Page) -> bool:
    page.keyboard.type("on and ", delay=15)
    return True
