"""A mock interview in JupyterLab, with a microphone of Chromium's own that hears it beep."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, expect

from prepkit.answers import AnswerStore
from prepkit.answers.attempts import Attempts, Kept
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import moment, until
from tests.browser.whole_words import WIDTHS, faults_by_width

pytestmark = pytest.mark.slow

WEBM = b"\x1a\x45\xdf\xa3"
"""The first bytes of every WebM file."""

HEAR = """() => {
  window.changes = [];
  addEventListener("prepkit:changed", ({ detail }) => changes.push(detail));
}"""
"""Notes what other pages are told."""


class Mock:
    """A page that shows a mock interview, and what is stored of it."""

    def __init__(self, lab: Any, context: BrowserContext, folder: Path) -> None:
        self.lab = lab
        self.store = AnswerStore(folder / "answers.sqlite")
        self.recordings = folder / "recordings"
        lab.write("mock.ipynb", self.store.path, "pk.MockInterview(bank, store, log=log)")
        self.hosts: set[str | None] = set()
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        self.page = context.new_page()
        lab.open(self.page, "mock.ipynb")
        self.run()

    def run(self) -> None:
        """Run all cells, and wait until the rounds are there."""
        self.lab.run(self.page, box=".pk-mock select >> nth=0")

    def comes_back(self) -> bool:
        """Do what people do after a crash, and tell whether the rounds are there again."""
        dialog = self.page.locator(".jp-Dialog button")
        if dialog.count():  # it says that the kernel died
            dialog.last.click()
        elif self.page.get_by_text("Python 3 (ipykernel) | Idle").count():
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            with suppress(Error):
                self.page.locator(".pk-mock select").first.wait_for(timeout=10_000)
        return self.page.locator(".pk-mock select").count() > 0

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """Return a button with just this name."""
        inside = self.page.locator(".pk-mock")
        return inside.get_by_role("button", name=name, exact=isinstance(name, str))

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button by its name."""
        self.button(name).click()

    def shows(self, title: str) -> None:
        """Wait for the screen with a title."""
        inside = self.page.locator(".pk-mock")
        expect(inside.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def says(self, text: str | re.Pattern[str]) -> None:
        """Wait until the screen has a sentence."""
        expect(self.page.locator(".pk-mock").get_by_text(text).first).to_be_visible()

    def speak(self, least: int) -> None:
        """Wait until something of the recording is in the folder: `least` bytes."""
        until(self.page, lambda: sum(one.stat().st_size for one in self.files()) >= least)

    def files(self) -> list[Path]:
        """Return all that is in the folder of the recordings."""
        return sorted(one for one in self.recordings.rglob("*") if one.is_file())

    def attempts(self) -> list[Kept]:
        """Return the attempts that are stored."""
        return list(Attempts(self.store).load())

    def can_be_heard(self) -> None:
        """Wait until the player has more than a second to play."""
        audio = self.page.locator(".pk-mock audio").first
        until(self.page, lambda: 1 < (audio.evaluate("audio => audio.duration") or 0) < 600)

    def played(self) -> str:
        """Return the SHA-256 of the recording that is heard, which the page gives as a file."""
        expect(self.page.locator(".pk-mock audio").first).to_be_visible()
        with self.page.expect_download() as download:
            self.press("Download")
        return sha(Path(download.value.path()))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_interview_is_recorded_heard_again_rated_and_kept(
    lab: Any, heard: BrowserContext, tmp_path: Path
) -> None:
    mock = Mock(lab, heard, tmp_path)
    mock.page.evaluate(HEAR)
    mock.press("Begin, and record my answers")
    mock.shows("Time to think")
    assert not mock.recordings.exists()
    mock.press("Record")
    mock.shows("Recording")
    mock.press("Situation")
    mock.speak(8_000)
    mock.press("Action")
    mock.press("Stop")
    mock.shows("Follow-up 1 of 3")
    mock.press("Record")
    mock.shows("Recording")
    mock.press("Stop")
    mock.press("Enough")
    mock.shows("Listen back")
    until(mock.page, lambda: [one.suffix for one in mock.files()] == [".webm", ".webm"])
    first = mock.files()[0]
    assert first.read_bytes()[:4] == WEBM
    mock.can_be_heard()
    assert mock.played() == sha(first)
    mock.press("Rate this answer")
    mock.page.get_by_label("Point two").check()
    mock.press(re.compile("^Smooth"))
    mock.says(re.compile(r"^Saved\. We'll bring this back on "))
    (kept,) = mock.attempts()
    attempt = kept.attempt
    assert attempt.take == first.stem
    assert [mark.part for mark in attempt.marks] == ["situation", "action"]
    assert attempt.marks[0].at < attempt.marks[1].at <= attempt.seconds
    assert [one.take for one in attempt.follow_ups] == [mock.files()[1].stem]
    assert attempt.ticked == ("Point two that a good answer has",)
    (review,) = mock.store.reviews()
    assert (review.rating, review.question) == ("good", attempt.question)
    told = [{"kind": "mock", "subject": attempt.question}]
    until(mock.page, lambda: mock.page.evaluate("changes") == told)
    saved = lab.save(mock.page, "mock.ipynb")
    assert "Point two" not in str(saved)
    assert attempt.take not in str(saved)
    assert mock.hosts - {"127.0.0.1", None} == set()


def test_a_kernel_killed_in_the_middle_costs_no_second_of_what_was_said(
    lab: Any, heard: BrowserContext, tmp_path: Path
) -> None:
    mock = Mock(lab, heard, tmp_path)
    mock.press("Begin, and record my answers")
    mock.press("Record")
    mock.speak(8_000)
    before = mock.files()[0].read_bytes()
    killed = lab.kernel("mock.ipynb")
    assert killed is not None
    killed.kill()
    clock = mock.page.locator(".pk-mock .pk-clock")
    passed = clock.inner_text()
    expect(clock).not_to_have_text(passed)  # it goes on all the same
    until(mock.page, lambda: lab.kernel("mock.ipynb") not in (None, killed))
    until(mock.page, mock.comes_back)
    mock.shows("From last time")
    until(mock.page, lambda: [one.suffix for one in mock.files()] == [".webm"])
    (whole,) = mock.files()
    assert whole.read_bytes().startswith(before)
    assert whole.stat().st_size > len(before)
    mock.press("Listen and rate")
    mock.shows("Listen back")
    mock.can_be_heard()
    assert mock.played() == sha(whole)
    mock.press("Rate this answer")
    mock.press(re.compile("^Got through it"))
    mock.says(re.compile(r"^Saved\."))
    (kept,) = mock.attempts()
    assert kept.attempt.take == whole.stem
    assert kept.attempt.seconds > 1


def test_a_recording_can_be_deleted_and_is_gone(
    lab: Any, heard: BrowserContext, tmp_path: Path
) -> None:
    mock = Mock(lab, heard, tmp_path)
    mock.press("Begin, and record my answers")
    mock.press("Record")
    mock.speak(4_000)
    mock.press("Stop")
    mock.press("Enough")
    mock.shows("Listen back")
    until(mock.page, lambda: [one.suffix for one in mock.files()] == [".webm"])
    mock.press("Rate this answer")
    mock.press(re.compile("^Smooth"))
    mock.says(re.compile(r"^Saved\."))
    mock.page.reload()
    mock.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    mock.run()
    mock.page.get_by_text("Your recordings: 1 recording").click()
    (kept,) = mock.files()
    with mock.page.expect_download() as download:
        mock.press(re.compile("^Download"))
    assert download.value.path().read_bytes() == kept.read_bytes()
    mock.press("Delete")
    mock.press("Delete for good?")
    mock.says("No recordings yet.")
    (left,) = mock.files()
    assert (left.suffix, left.stat().st_size) == (".deleted", 0)
    assert len(mock.attempts()) == 1


def use(mock: Mock, name: str | re.Pattern[str], key: str = "Enter") -> None:
    """Go to a button by the Tab key and press it; the focus stays in the interview."""
    button = mock.button(name)
    expect(button).to_be_visible()
    for _ in range(60):
        if button.evaluate("node => node === document.activeElement"):
            break
        mock.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    mock.page.keyboard.press(key)
    expect(mock.page.locator(".pk-mock :focus")).to_have_count(1)


def test_without_a_microphone_the_clock_alone_and_the_keyboard_alone_are_enough(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    mock = Mock(lab, context, tmp_path)
    page = mock.page
    page.locator(".pk-mock select").first.focus()
    use(mock, "Begin, and record my answers")
    mock.shows("Time to think")
    use(mock, "Record")
    mock.says(re.compile("The microphone was not allowed|No microphone was found"))
    use(mock, "Go on with the clock only")
    mock.shows("The clock is running: not recording")
    page.keyboard.press("2")
    for _ in range(2):  # the second has nothing to undo
        use(mock, "Undo mark", "Space")
    page.keyboard.press("1")
    expect(page.locator(".pk-mock .pk-clock")).to_have_text(re.compile(r"0:0[2-9]|0:[1-9]"))
    page.keyboard.press("3")
    use(mock, "Stop", "Space")
    use(mock, "Enough")
    use(mock, "Rate this answer")
    mock.shows("Rate this answer")
    use(mock, re.compile("^Very easy"))
    mock.says(re.compile(r"^Saved\."))
    (kept,) = mock.attempts()
    assert kept.attempt.take is None
    assert [mark.part for mark in kept.attempt.marks] == ["situation", "action"]
    assert kept.attempt.rating == "easy"
    assert not mock.recordings.exists()
    # No key has reached the notebook.
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)


def test_every_screen_has_no_violation_and_whole_words(
    lab: Any, heard: BrowserContext, tmp_path: Path
) -> None:
    mock = Mock(lab, heard, tmp_path)
    page = mock.page
    page.keyboard.press("Control+b")  # no list of files beside it
    page.clock.install()
    found: list[Any] = []

    def look(screen: str) -> None:
        with moment(page):
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found.extend((screen, scheme, one) for one in violations(page, ".pk-mock"))
            broken = faults_by_width(page.locator(".pk-mock"))
            found.extend((screen, width, broken[width]) for width in WIDTHS if broken[width])

    look("set-up")
    mock.press("Begin, and record my answers")
    look("thinking")
    mock.press("Record")
    mock.shows("Recording")
    look("answering")
    mock.press("Pause")
    mock.shows("Paused: not recording")
    look("paused")
    mock.press("Stop")
    look("follow-up")
    mock.press("Enough")
    mock.shows("Listen back")
    look("listening")
    mock.press("Rate this answer")
    look("rating")
    assert found == []
