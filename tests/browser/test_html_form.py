"""The web page that a student fills in: opened as a file, handed in, and collected as written."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from prepkit.__main__ import main
from prepkit.answers import collect_answers, read_answers, student_stores
from prepkit.answers.feedback import Comment, Feedback, feedback_store
from prepkit.answers.signatures import CoachKeys, new_key
from prepkit.bank import Bank
from prepkit.packets.html_form import html_form
from prepkit.records import Student
from prepkit.sheet import sheet_of
from tests.browser.conftest import FLAGS, chromium
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import SECONDS, until

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")
RUN = date(2026, 12, 1).isoformat()
AWKWARD = "“Mine” </script> & <b>\n\n  two spaces, שלום, 你好, e\u0301 🧑‍🚀\t&amp; \\n {{ x }}\n"
"""A text that is easily changed on its way."""

# What a browser does that stores nothing.
BLOCKED = """
const refuse = () => { throw new DOMException("blocked", "SecurityError"); };
Object.defineProperty(window, "localStorage", { get: refuse });
IDBFactory.prototype.open = refuse;
"""
SILENT = "IDBFactory.prototype.open = () => ({});"
FULL = """
const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (...given) {
  if (window.isFull) throw new DOMException("no room", "QuotaExceededError");
  return add.apply(this, given);
};
"""


class Desk:
    """A student's computer: a folder with pages, and a browser that opens them as files."""

    def __init__(self, context: BrowserContext, folder: Path, bank: Bank, keys: CoachKeys) -> None:
        self.context = context
        self.folder = folder
        self.sheets = [sheet_of(bank[one]) for one in bank]
        self.keys = keys
        self.complaints: list[str] = []
        self.asked: list[str] = []
        """What any page has asked for, except itself and what it hands in."""
        context.on("page", self._follow)

    def made(self, student_id: str = "ada", name: str = "Ada Marin") -> Path:
        """Return the page of a student, as the coach has sent it."""
        path = self.folder / f"{student_id}-fill-in.html"
        html = html_form(
            Student(student_id=student_id, name=name),
            self.sheets,
            coach=self.keys.name,
            run=RUN,
            signing_key=self.keys.student_key(student_id, RUN),
        )
        path.write_text(html, encoding="utf-8")
        return path

    def open(self, path: Path) -> Page:
        """Open a page, and wait until it can be written in."""
        page = self.context.new_page()
        page.goto(path.as_uri())
        expect(box(page)).to_be_editable()
        return page

    def _follow(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text))
        page.on("request", lambda asked: self._note(asked.url))

    def _note(self, address: str) -> None:
        if not re.fullmatch(rf"{self.folder.as_uri()}/[\w-]+\.html(#.*)?|blob:.*", address):
            self.asked.append(address)


@pytest.fixture
def keys() -> CoachKeys:
    return new_key()


@pytest.fixture
def desk(context: BrowserContext, tmp_path: Path, bank: Bank, keys: CoachKeys) -> Iterator[Desk]:
    made = Desk(context, tmp_path, bank, keys)
    yield made
    assert (made.complaints, made.asked) == ([], [])


def box(page: Page, field: str = "task", number: int = 1) -> Locator:
    return page.locator(f'.star[data-question="craft/{number:02d}"] [data-field={field}]')


def status(page: Page, number: int = 1) -> Locator:
    return page.locator(f'.star[data-question="craft/{number:02d}"] .pk-status-text')


def write(page: Page, text: str, field: str = "task", number: int = 1) -> None:
    """Write into a box, and wait until the page says that it is saved."""
    box(page, field, number).fill(text)
    expect(status(page, number)).to_have_text(SAVED)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def handed_in(page: Page, to: Path) -> Path:
    """Choose Hand in, and put the file into a folder."""
    with page.expect_download() as waiting:
        press(page, "Hand in")
    to.mkdir(exist_ok=True)
    waiting.value.save_as(to / waiting.value.suggested_filename)
    return to / waiting.value.suggested_filename


def go_on(page: Page, path: Path) -> str:
    """Go on from a file, and return what is said of it."""
    page.locator("#answers-file").set_input_files(path)
    said = page.locator("div.note[role=status]", has=page.locator("p"))
    expect(said).to_have_text(re.compile("Added|Nothing was added"))
    return said.inner_text()


def collected(folder: Path, keys: CoachKeys) -> tuple[str, dict[str, dict[str, str]]]:
    """Return what collecting says, and the texts of the student who handed in."""
    into = folder.parent / "students"
    report = collect_answers(folder, into, keys=keys)
    assert report.problems == ()
    (path,) = student_stores(into).values()
    answers = read_answers(path)
    return str(report), {
        question: {name: found.text for name, found in answer.revisions.items()}
        for question, answer in answers.items()
    }


def leaving(page: Page) -> list[str]:
    """Close a page as a student does, and return the questions that the browser asks."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    beside = page.context.new_page()
    page.on("dialog", stay)
    page.close(run_before_unload=True)
    until(beside, lambda: bool(asked) or page.is_closed())
    beside.close()
    if not page.is_closed():
        page.remove_listener("dialog", stay)
    return asked


def test_what_is_typed_is_there_when_the_file_is_opened_again(desk: Desk) -> None:
    path = desk.made()
    page = desk.open(path)
    expect(status(page)).to_have_text("Nothing written yet. Saves as you type.")
    box(page).press_sequentially("Mine to fix", delay=10)
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("Point two").first.check()
    expect(page.locator(".mark").first).to_have_text("Your answer: In progress")
    page.close()
    page = desk.open(path)
    expect(box(page)).to_have_value("Mine to fix")
    expect(page.get_by_label("Point two").first).to_be_checked()
    assert page.locator("#storage").inner_text() == ""


def test_what_is_handed_in_is_collected_as_it_was_written(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    page = desk.open(desk.made())
    expect(page.locator(".handed")).to_have_text("Not handed in yet.")
    press(page, "Hand in")
    said = page.locator(".hand-in > div > .note")
    expect(said).to_have_text("Nothing was handed in: you haven't written anything yet.")
    write(page, AWKWARD)
    write(page, "Second answer", "result", 2)
    path = handed_in(page, tmp_path / "returned")
    assert path.name == "ada-answers.json"
    expect(said).to_have_text(
        "Saved in your downloads as ada-answers.json, with answers to 2 of 3 questions. Now send"
        " that file to your coach."
    )
    expect(page.locator(".handed")).to_have_text(
        re.compile(r"^File saved: [\d:]+ ?[AP]?M?\. Your coach gets it when you send it\.$")
    )
    said_of_it, texts = collected(path.parent, keys)
    assert said_of_it == "ada: 2 answers new or changed"
    assert texts == {"craft/01": {"task": AWKWARD}, "craft/02": {"result": "Second answer"}}


def test_a_second_hand_in_follows_the_first_however_soon_the_student_went_on(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    page = desk.open(desk.made())
    write(page, "Begun")
    first = handed_in(page, tmp_path / "returned")
    first.rename(first.with_name("first.json"))
    write(page, "Begun, and changed from the first letter")
    write(page, "Changed from the first letter")
    expect(page.locator(".handed")).to_contain_text("You've changed your answers since")
    said, texts = collected(first.parent, keys)
    assert said == "ada: 1 answer new or changed"
    second = handed_in(page, tmp_path / "returned")
    expect(page.locator(".handed")).not_to_contain_text("changed")
    said, texts = collected(second.parent, keys)
    assert said.startswith("ada: 1 answer new or changed\n  2 files from ada")
    assert texts == {"craft/01": {"task": "Changed from the first letter"}}
    assert collected(second.parent, keys)[0].startswith("ada: nothing new\n")


def test_words_that_were_typed_just_before_are_handed_in(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    page = desk.open(desk.made())
    box(page).fill("The last words")
    path = handed_in(page, tmp_path / "returned")
    assert collected(path.parent, keys)[1] == {"craft/01": {"task": "The last words"}}


def test_the_next_student_on_the_same_account_sees_nothing_of_the_first(desk: Desk) -> None:
    page = desk.open(desk.made())
    write(page, "Ada's alone")
    handed_in(page, desk.folder / "returned")
    other = desk.open(desk.made("bob", "Bob Stern"))
    expect(status(other)).to_have_text("Nothing written yet. Saves as you type.")
    expect(box(other)).to_have_value("")
    expect(other.locator(".handed")).to_have_text("Not handed in yet.")
    assert "Ada's" not in other.locator("body").inner_text()
    write(other, "Bob's alone")
    expect(box(page)).to_have_value("Ada's alone")


def test_a_copy_of_the_file_goes_on_with_what_was_written(desk: Desk) -> None:
    path = desk.made()
    write(desk.open(path), "Written in one")
    copy = shutil.copyfile(path, path.with_name("copy.html"))
    expect(box(desk.open(copy))).to_have_value("Written in one")


def test_two_tabs_of_one_file_keep_both_texts(desk: Desk, tmp_path: Path, keys: CoachKeys) -> None:
    path = desk.made()
    page, other = desk.open(path), desk.open(path)
    write(page, "Of the first tab")
    expect(box(other)).to_have_value("Of the first tab")
    box(page).fill("Of the first tab, longer")
    box(other).fill("Of the second tab")
    until(page, lambda: _settled(page) and _settled(other))
    late = other if status(other).inner_text().startswith("Task was changed") else page
    expect(status(late)).to_have_text(
        "Task was changed in two places. Pick one below; we keep both."
    )
    mine = box(late).input_value()
    file = handed_in(late, tmp_path / "returned")
    assert collected(file.parent, keys)[1] == {"craft/01": {"task": mine}}
    versions = json.loads(file.read_text("utf-8"))["answers"]["craft/01"]["task"]
    assert {"Of the first tab, longer", "Of the second tab"} == {
        each["text"] for each in versions[-2:]
    }


def _settled(page: Page) -> bool:
    said = status(page).inner_text()
    return bool(SAVED.match(said)) or "two places" in said


def test_a_student_goes_on_from_the_file_in_another_browser(
    desk: Desk, browser: Browser, tmp_path: Path, keys: CoachKeys
) -> None:
    path = desk.made()
    page = desk.open(path)
    write(page, AWKWARD)
    file = handed_in(page, tmp_path / "returned")
    elsewhere = browser.new_context()
    elsewhere.set_default_timeout(1000 * SECONDS)
    other = elsewhere.new_page()
    other.goto(path.as_uri())
    expect(box(other)).to_have_value("")
    write(other, "Of this computer", number=2)
    assert go_on(other, file) == "Added 1 text; 0 already here."
    expect(box(other)).to_have_value(AWKWARD)
    expect(box(other, number=2)).to_have_value("Of this computer")
    assert go_on(other, file) == "Added 0 texts; 1 already here."
    write(other, "Changed there")
    last = handed_in(other, tmp_path / "returned")
    assert collected(last.parent, keys)[1] == {
        "craft/01": {"task": "Changed there"},
        "craft/02": {"task": "Of this computer"},
    }
    # And back on the first computer, where something else was written meanwhile.
    write(page, "Changed here")
    assert go_on(page, last) == (
        "Added 1 text; 0 already here. 1 text changed both here and in the file: choose below which"
        " one to keep. Until then yours stays."
    )
    press(page, "Use the file's text")
    expect(box(page)).to_have_value("Changed there")
    elsewhere.close()


def test_a_file_of_somebody_else_or_of_nothing_is_not_added(desk: Desk, tmp_path: Path) -> None:
    page = desk.open(desk.made())
    write(page, "Ada's alone")
    file = handed_in(page, tmp_path / "returned")
    other = desk.open(desk.made("bob", "Bob Stern"))
    assert go_on(other, file) == (
        "Nothing was added from ada-answers.json:\n\n"
        "it has the answers of ada, and this page is for bob"
    )
    expect(box(other)).to_have_value("")
    torn = tmp_path / "torn.json"
    torn.write_text(file.read_text("utf-8")[:200])
    assert go_on(other, torn).startswith("Nothing was added from torn.json:\n\nnot JSON: ")


def test_where_nothing_is_kept_the_page_says_so_and_hands_in_all_the_same(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    desk.context.add_init_script(BLOCKED)
    path = desk.made()
    page = desk.open(path)
    expect(page.locator("#storage")).to_contain_text(
        "This browser doesn't keep what you write here."
    )
    unkept = "Not kept by this browser: hand in before you close this page."
    expect(status(page)).to_have_text(unkept)
    assert leaving(page) == []
    page = desk.open(path)
    box(page).fill("Not to be lost")
    expect(page.locator(".mark").first).to_have_text("Your answer: In progress")
    expect(status(page)).to_have_text(unkept)
    expect(page.locator(".pk-state").first).to_have_text("")
    assert leaving(page) == ["beforeunload"]
    file = handed_in(page, tmp_path / "returned")
    assert collected(file.parent, keys)[1] == {"craft/01": {"task": "Not to be lost"}}
    assert leaving(page) == []
    again = desk.open(path)
    expect(box(again)).to_have_value("")
    go_on(again, file)
    expect(box(again)).to_have_value("Not to be lost")


def test_where_the_storage_never_answers_words_are_handed_in_all_the_same(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    desk.context.add_init_script(SILENT)
    page = desk.open(desk.made())
    box(page).fill("Not to be lost")
    expect(status(page)).to_contain_text("this browser's storage isn't responding")
    file = handed_in(page, tmp_path / "returned")
    assert collected(file.parent, keys)[1] == {"craft/01": {"task": "Not to be lost"}}


def test_what_could_not_be_saved_is_in_the_file_and_leaving_asks_first(
    desk: Desk, tmp_path: Path, keys: CoachKeys
) -> None:
    desk.context.add_init_script(FULL)
    page = desk.open(desk.made())
    write(page, "Saved")
    page.evaluate("window.isFull = true")
    box(page).fill("Saved, and never more")
    expect(status(page)).to_contain_text("Not saved")
    assert leaving(page) == ["beforeunload"]
    file = handed_in(page, tmp_path / "returned")
    expect(page.locator(".hand-in > div > .note")).to_contain_text(
        "What isn't saved in this browser is in the file, too."
    )
    assert collected(file.parent, keys)[1] == {"craft/01": {"task": "Saved, and never more"}}


def test_what_is_called_saved_is_there_after_the_browser_was_killed(
    browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    path = desk.made()
    profile = tmp_path / "profile"

    def started() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            profile, executable_path=chromium(), args=FLAGS
        )

    context = started()
    page = context.new_page()
    page.goto(path.as_uri())
    write(page, AWKWARD)
    for process in psutil.process_iter(["cmdline"]):
        if any(str(profile) in word for word in process.info["cmdline"] or ()):
            process.kill()
    again = started()
    page = again.new_page()
    page.goto(path.as_uri())
    expect(box(page)).to_have_value(AWKWARD)
    again.close()


def test_without_scripts_the_page_is_to_read_and_promises_nothing(
    browser: Browser, desk: Desk
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.made().as_uri())
    expect(page.locator("main > noscript > .note")).to_contain_text("You can only read here")
    expect(page.locator(".questions li")).to_have_count(3)
    expect(page.locator(".prompts").first).to_be_visible()
    shown = page.locator("body").inner_text()
    assert "saved" not in shown.replace("save the file", "")
    context.close()


def test_leaving_a_page_that_is_saved_asks_nothing(desk: Desk) -> None:
    page = desk.open(desk.made())
    write(page, "Saved")
    assert leaving(page) == []


def test_answers_can_be_deleted_from_a_computer_that_others_use(desk: Desk) -> None:
    path = desk.made()
    page = desk.open(path)
    write(page, "Ada's alone")
    handed_in(page, desk.folder / "returned")
    press(page, "Delete my answers here …")
    dialog = page.get_by_role("dialog", name="Delete your answers from this browser?")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".handed")).to_have_text("Not handed in yet.")
    expect(box(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('handed'))") == []


def test_on_paper_there_is_the_whole_of_each_text(desk: Desk) -> None:
    page = desk.open(desk.made())
    write(page, "A long text. " * 400)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.locator(".printed").filter(has_text="A long text.")
    expect(printed).to_be_visible()
    assert printed.inner_text().strip() == ("A long text. " * 400).strip()
    assert page.locator(".pk-area:visible, .hand-in:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".printed")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_has_no_violation(
    desk: Desk, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page = desk.open(desk.made())
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    write(page, "Of this computer")
    file = handed_in(page, tmp_path / "returned")
    document = json.loads(file.read_text("utf-8"))
    document["answers"]["craft/01"]["task"] = "Of another computer"
    file.write_text(json.dumps(document))
    go_on(page, file)
    expect(page.locator(".clash")).to_be_visible()
    assert violations(page, "body") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(page, "Delete my answers here …")
    assert violations(page, "dialog") == []


def test_where_nothing_is_kept_the_page_has_no_violation_either(desk: Desk) -> None:
    desk.context.add_init_script(BLOCKED)
    page = desk.open(desk.made())
    box(page).fill("word")
    expect(status(page)).to_have_text(re.compile("^Not kept"))
    assert violations(page, "body") == []


def test_pages_that_the_command_makes_are_filled_in_handed_in_and_collected(
    context: BrowserContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text(
        "student_id,name,n_questions\n2027-014,Zoë </title> & Co,10\nbob,Bob,3\n", encoding="utf-8"
    )
    asked = ["packets", "roster.csv", "-o", "out", "--format", "html-form", "--workers", "1"]
    assert main([*asked, "--dry-run"]) == 0
    assert not Path("out").exists()
    assert main(asked) == 0
    assert {path.name for path in Path("out").glob("*.html")} == {
        *("2027-014-fill-in.html", "bob-fill-in.html", "index.html"),
    }
    assert "2027-014-fill-in.html" in Path("out/summary.csv").read_text("utf-8-sig")
    assert 'href="bob-fill-in.html">Web page to fill in</a>' in Path("out/index.html").read_text()
    before = Path("out/bob-fill-in.html").read_bytes()
    assert main(asked) == 0
    assert Path("out/bob-fill-in.html").read_bytes() == before
    page: Any = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(Path("out/2027-014-fill-in.html").absolute().as_uri())
    boxes = page.locator(".pk-area")
    expect(boxes.first).to_be_editable()
    expect(page).to_have_title("Zoë </title> & Co: 10 questions to answer")
    for number, one in enumerate(boxes.all()):
        one.fill(f"{number}: {AWKWARD}")
    expect(page.locator(".pk-status-text").filter(has_text=SAVED)).to_have_count(10)
    file = handed_in(page, tmp_path / "returned")
    capsys.readouterr()
    assert main(["answers", "collect", "returned", "--roster", "roster.csv"]) == 0
    assert "2027-014: 10 answers new or changed" in capsys.readouterr().out
    (path,) = student_stores(tmp_path / "home" / "students").values()
    stored = [
        found.text for answer in read_answers(path).values() for found in answer.revisions.values()
    ]
    assert sorted(stored) == sorted(f"{n}: {AWKWARD}" for n in range(boxes.count()))
    assert file.name == "2027-014-answers.json"
    assert complaints == []
    question = next(iter(read_answers(path)))
    Feedback(feedback_store(tmp_path / "home", "2027-014")).comment(
        Comment("c1", question, "Grace", "", "", 0, "Say <what> you decided.", datetime.now(UTC))
    )
    assert main(asked) == 0
    assert context.browser is not None
    again: Any = context.browser.new_context().new_page()
    again.on("console", lambda said: complaints.append(said.text))
    again.goto(Path("out/2027-014-fill-in.html").absolute().as_uri())
    mine = again.locator(f'.worksheet:has([data-question="{question}"])')
    expect(mine.locator(".pk-area").first).to_have_value(re.compile(re.escape(AWKWARD[:9])))
    expect(mine.locator(".told")).to_contain_text("Say <what> you decided.")
    expect(mine.locator(".told")).to_contain_text("Grace")
    expect(again.locator(".lead")).to_contain_text("What you have handed in so far is in the boxes")
    mine.locator(".pk-area").first.fill("A second try.")
    expect(mine.locator(".pk-status-text")).to_have_text(SAVED)
    handed_in(again, tmp_path / "again")
    assert main(["answers", "collect", "again", "--roster", "roster.csv"]) == 0
    texts = [each.text for each in read_answers(path)[question].revisions.values()]
    assert "A second try." in texts
    assert complaints == []
    others = Path("out/bob-fill-in.html").read_text("utf-8")
    assert "Say &lt;what&gt; you decided." not in others
    assert 'class="told"' not in others
    assert "carried" not in json.loads(others.split('id="student">')[1].split("</script>")[0])
    again.context.close()
