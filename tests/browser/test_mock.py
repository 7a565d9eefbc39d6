"""A mock interview on a page of its own, with a made microphone and a host that keeps its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from prepkit.scripts import style_sheet, widget_script
from tests.browser.mock_page import CLOCK, RECORD, button, heading, press
from tests.browser.test_accessibility import violations
from tests.browser.waits import moment
from tests.browser.whole_words import faults

pytestmark = pytest.mark.slow

ADDRESS = "http://localhost:1"
INSECURE = "http://mock.example"


VOICES = """
window.spoken = [];
const voices = [
  { name: "Google US English", lang: "en-US", localService: false, default: true, voiceURI: "g" },
  { name: "Alex", lang: "en-US", localService: true, default: false, voiceURI: "a" },
].slice(0, %s);
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  addEventListener: () => {},
  removeEventListener: () => {},
  cancel: () => spoken.push("silence"),
  speak: (words) => {
    spoken.push([words.voice?.name ?? "the default", words.text]);
    setTimeout(() => { words.onstart(); window.end = words.onend; }, 0);
  },
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""

DENY = """
navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("denied", "NotAllowedError");
};
"""

KEEP_TRACKS = """
window.tracks = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  tracks.push(...stream.getTracks());
  return stream;
};
"""


@pytest.fixture
def context(heard: BrowserContext) -> BrowserContext:
    for address in (ADDRESS, INSECURE):
        heard.route(f"{address}/*", serve)
    return heard


def serve(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[1]
    if name == "mock.html":
        route.fulfill(path=Path(__file__).parent / name)
    elif name == "mock.js":
        script = widget_script("mock.js")
        route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
    elif name == "mock.css":
        style = style_sheet("colours.css", "star_form.css", "mock.css")
        route.fulfill(body=style, content_type="text/css; charset=utf-8")
    else:
        route.fulfill(status=404)


def opened(context: BrowserContext, *, address: str = ADDRESS, script: str = "") -> Page:
    page = context.new_page()
    if script:
        page.add_init_script(script)
    page.goto(f"{address}/mock.html")
    expect(button(page, RECORD)).to_be_visible()
    return page


def wait_for_pieces(page: Page, least: int) -> None:
    """Wait until so many pieces of recordings were brought to the host, or would have been."""
    page.wait_for_function(
        "least => sent.filter(({ type }) => type === 'chunk').length >= least", arg=least
    )


def stored(page: Page) -> Any:
    """Return how many takes and pieces are in the browser's storage, and drafts of attempts."""
    return page.evaluate(
        """async () => {
          const database = await new Promise((done) => {
            const request = indexedDB.open("prepkit-recordings:test", 1);
            request.onsuccess = () => done(request.result);
          });
          const count = (name) => new Promise((done) => {
            const request = database.transaction(name).objectStore(name).count();
            request.onsuccess = () => done(request.result);
          });
          const found = [await count("takes"), await count("pieces"), localStorage.length];
          database.close();
          return found;
        }"""
    )


def test_an_interview_is_held_by_the_keyboard_alone_and_nothing_of_it_is_lost(
    context: BrowserContext, requests: list[str]
) -> None:
    page = opened(context, script=KEEP_TRACKS)
    press(page, RECORD, "More time", "Record")
    expect(heading(page, "Recording")).to_be_focused()
    page.keyboard.press("1")
    expect(button(page, "Situation")).to_have_attribute("aria-pressed", "true")
    wait_for_pieces(page, 2)
    press(page, "Task")
    page.keyboard.press("4")
    press(page, "Undo mark", "Pause")
    expect(heading(page, "Paused: not recording")).to_be_focused()
    press(page, "Continue", "Stop")
    expect(heading(page, "Follow-up 1 of 2")).to_be_focused()
    press(page, "Record")
    wait_for_pieces(page, 4)
    press(page, "Stop", "Enough")
    expect(heading(page, "Listen back")).to_be_focused()
    assert page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended", "ended"]
    page.wait_for_function("document.querySelector('audio')?.duration < 60")
    press(page, "Um", "Um", "One less", "Rate this answer")
    page.get_by_label("Says what it cost").press("Space")
    page.get_by_label("Not yet").press("Space")
    page.get_by_text("Score it in detail, if you like").press("Enter")
    page.get_by_label("3 Saw it and acted.").press("Space")
    page.get_by_role("button", name="Smooth").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Saved. We'll bring this back on Wednesday 9 January 2030.")
    ).to_be_visible()
    (attempt,) = page.evaluate("kept.attempts")
    takes = page.evaluate("kept.whole")
    assert {attempt["take"], attempt["follow_ups"][0]["take"]} == set(takes)
    assert {take["question"] for take in takes.values()} == {"craft/01"}
    assert [mark["part"] for mark in attempt["marks"]] == ["situation", "task"]
    assert attempt["seconds"] > attempt["marks"][1]["at"] > 0
    judged = {
        name: attempt[name] for name in ("ticked", "level_met", "scores", "rating", "fillers")
    }
    assert judged == {
        "ticked": ["Says what it *cost*"],
        "level_met": False,
        "scores": {"Ownership": 3},
        "rating": "good",
        "fillers": 1,
    }
    assert stored(page) == [0, 0, 0]
    press(page, "Next question")
    expect(heading(page, "Tell me about a promise you could not keep.")).to_be_visible()
    assert [url for url in requests if not url.startswith((ADDRESS, "blob:", "data:"))] == []


@pytest.mark.parametrize(
    ("address", "script", "told"),
    [
        (
            ADDRESS,
            DENY,
            "The microphone was not allowed. Nothing is recorded. Allow it in the address bar, then"
            " press Record again, or go on with the clock only.",
        ),
        (
            INSECURE,
            "",
            "This address can't use a microphone. Open the page at http://127.0.0.1 or"
            " http://localhost instead of this address, or go on with the clock only.",
        ),
    ],
)
def test_without_a_microphone_it_says_what_to_do_and_goes_on_by_the_clock(
    context: BrowserContext, address: str, script: str, told: str
) -> None:
    page = opened(context, address=address, script=script)
    press(page, RECORD, "Record")
    expect(page.locator(".pk-alarm")).to_have_text(told)
    press(page, "Go on with the clock only")
    expect(heading(page, "The clock is running: not recording")).to_be_visible()
    press(page, "Stop", "Enough")
    expect(heading(page, "How it went")).to_be_visible()
    expect(page.locator("audio")).to_have_count(0)
    press(page, "Rate this answer")
    page.get_by_role("button", name="Stumbled").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (attempt,) = page.evaluate("kept.attempts")
    assert (attempt["take"], attempt["rating"]) == (None, "again")


def test_a_page_that_is_closed_in_the_middle_offers_what_was_said_the_next_time(
    context: BrowserContext,
) -> None:
    page = opened(context)
    press(page, RECORD, "Record")
    page.evaluate("window.line = 'lost'")
    expect(heading(page, "Recording")).to_be_focused()
    page.keyboard.press("1")
    page.wait_for_function("sent.some((m) => m.type === 'chunk')")
    page.reload()
    expect(heading(page, "From last time")).to_be_visible()
    expect(page.get_by_text("The page was closed in the middle.")).to_be_visible()
    page.wait_for_function("Object.keys(kept.whole).length === 1")
    press(page, "Listen and rate")
    expect(page.get_by_role("button", name="0:00 Situation")).to_be_visible()
    press(page, "Rate this answer")
    page.get_by_role("button", name="Got through it").click()
    expect(page.get_by_text("Saved. We'll bring")).to_be_visible()
    (attempt,) = page.evaluate("kept.attempts")
    assert [attempt["take"]] == page.evaluate("Object.keys(kept.whole)")
    assert stored(page) == [0, 0, 0]


def test_a_host_that_dies_in_the_middle_takes_nothing_with_it(context: BrowserContext) -> None:
    page = opened(context)
    press(page, RECORD, "Record")
    wait_for_pieces(page, 1)
    page.evaluate("window.line = 'dead'")
    wait_for_pieces(page, 2)
    press(page, "Stop", "Enough")
    expect(heading(page, "Saving your recording")).to_be_visible()
    expect(
        page.get_by_text(
            "not yet in your folder. The workbook has stopped or was restarted. Choose Run > Run"
            " All Cells."
        )
    ).to_be_visible()
    press(page, "Listen now")
    expect(page.locator("audio")).to_be_visible()
    press(page, "Rate this answer")
    page.get_by_role("button", name="Very easy").click()
    expect(
        page.get_by_text(
            "Not saved yet: the workbook has stopped or was restarted. Choose Run > Run All Cells."
            " Your rating is safe in this browser."
        )
    ).to_be_visible()
    page.reload()
    page.wait_for_function("kept.attempts.length === 1 && Object.keys(kept.whole).length === 1")
    page.wait_for_function("localStorage.length === 0")
    expect(heading(page, "From last time")).to_have_count(0)


@pytest.mark.parametrize(
    ("lose", "told"),
    [
        (
            "tracks[0].dispatchEvent(new Event('ended'))",
            "The microphone was lost. What you said until then is kept.",
        ),
        (
            "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))",
            "You left the page, so the recording ended. What you said until then is kept.",
        ),
    ],
)
def test_a_recording_that_is_cut_off_is_kept_and_the_answer_goes_on(
    context: BrowserContext, lose: str, told: str
) -> None:
    page = opened(context, script=KEEP_TRACKS)
    press(page, RECORD, "Record")
    wait_for_pieces(page, 1)
    page.evaluate(lose)
    expect(page.locator(".pk-alarm")).to_have_text(told)
    assert page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended"]
    press(page, "Go on with the clock only")
    expect(heading(page, "The clock is running: not recording")).to_be_visible()
    press(page, "Stop", "Enough")
    expect(heading(page, "Listen back")).to_be_visible()
    expect(page.locator("audio")).to_be_visible()
    page.wait_for_function("Object.keys(kept.whole).length === 1")


def test_nothing_starts_at_zero_and_a_minutes_pause_releases_the_microphone(
    context: BrowserContext,
) -> None:
    context.clock.install()
    page = opened(context, script=KEEP_TRACKS)
    press(page, RECORD)
    page.clock.fast_forward(31_000)
    expect(
        page.get_by_text("Time to think is over. Recording starts when you press Record.")
    ).to_be_visible()
    assert page.evaluate("tracks") == []
    press(page, "Record")
    wait_for_pieces(page, 1)
    press(page, "Pause")
    page.clock.fast_forward(61_000)
    expect(page.locator(".pk-alarm")).to_have_text(
        "You paused for a minute, so the microphone was released. What you said until then is kept."
    )
    assert page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended"]


def test_an_answer_that_is_stopped_after_ten_minutes_says_so_and_is_kept(
    context: BrowserContext,
) -> None:
    told = "Your answer reached ten minutes, so it was stopped. What you said until then is kept."
    context.clock.install()
    page = opened(context, script=KEEP_TRACKS)
    press(page, RECORD, "Record")
    wait_for_pieces(page, 1)
    page.clock.fast_forward(601_000)
    expect(heading(page, "Follow-up 1 of 2")).to_be_visible()
    expect(page.locator(".pk-alarm")).to_have_text(told)
    assert page.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended"]
    press(page, "Next follow-up", "Record")
    expect(heading(page, "Recording")).to_be_visible()
    page.clock.fast_forward(601_000)
    expect(heading(page, "Listen back")).to_be_visible()
    expect(page.locator(".pk-alarm")).to_have_text(told)
    page.wait_for_function("Object.keys(kept.whole).length === 2")


def test_questions_are_read_by_a_voice_of_this_device_and_never_by_another(
    context: BrowserContext,
) -> None:
    page = opened(context, script=VOICES % 2)
    page.get_by_label("Read the questions out loud").press("Space")
    press(page, CLOCK)
    expect(heading(page, "Listen to the question")).to_be_visible()
    page.wait_for_function("Boolean(window.end)")
    page.evaluate("window.end()")
    expect(heading(page, "Time to think")).to_be_visible()
    press(page, "Start now", "Stop")
    expect(heading(page, "Follow-up 1 of 2")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("spoken") == [
        "silence",
        ["Alex", "Tell me about a system that had to grow."],
        "silence",
        ["Alex", "What would you do today?"],
        "silence",
    ]


def test_a_device_with_remote_voices_only_shows_the_question(context: BrowserContext) -> None:
    page = opened(context, script=VOICES % 1)
    expect(page.get_by_text("No voice on this device; read the question.")).to_be_visible()
    press(page, CLOCK)
    expect(heading(page, "Time to think")).to_be_visible()
    assert page.evaluate("spoken") == []


def test_recordings_can_be_heard_and_deleted_and_the_second_press_does_it(
    context: BrowserContext,
) -> None:
    page = opened(context)
    press(page, RECORD, "Record")
    wait_for_pieces(page, 1)
    press(page, "Stop", "Enough", "End the interview")
    page.get_by_text("Your recordings").click()
    page.get_by_role("button", name="Play the recording").click()
    expect(page.locator("audio")).to_be_visible()
    button(page, "Delete").click()
    assert page.evaluate("Object.keys(kept.whole).length") == 1
    button(page, "Delete for good?").click()
    expect(page.get_by_text("No recordings yet.")).to_be_visible()
    assert page.evaluate("kept.whole") == {}
    (attempt,) = page.evaluate("kept.attempts")  # not rated, and kept all the same
    assert attempt["rating"] is None


def test_an_earlier_attempt_is_heard_beside_the_new_one(context: BrowserContext) -> None:
    page = opened(context)
    press(page, RECORD, "Record")
    wait_for_pieces(page, 1)
    press(page, "Stop", "Enough", "Answer it again", "Record")
    wait_for_pieces(page, 2)
    press(page, "Stop", "Enough")
    page.get_by_role("button", name="Play the attempt").click()
    expect(page.locator("audio")).to_have_count(2)
    page.evaluate("Object.keys(kept.whole).slice(0, 1).forEach((take) => delete kept.whole[take])")
    press(page, "Answer it again", "Answer with the clock only", "Stop", "Enough")
    cells = page.get_by_role("table", name="Earlier attempts").locator("[data-column=Recording]")
    expect(cells).to_have_text(["deleted", "Play"])


def test_every_screen_is_accessible_and_its_words_are_whole(context: BrowserContext) -> None:
    context.clock.install()
    page = opened(context)
    found = {}

    def look(state: str) -> None:
        expect(page.locator(f"[data-state={state}]")).to_be_visible()
        for scheme, width in (("light", 1100), ("dark", 390)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 844})
            with moment(page):
                bad = violations(page, ".pk-host") + faults(page.locator(".pk-mock"))
            found[f"{state}, {scheme}"] = bad

    look("ready")
    button(page, RECORD).click()
    look("thinking")
    button(page, "Record").click()
    page.keyboard.press("1")
    look("answering")
    assert page.locator(".pk-rec").evaluate("dot => getComputedStyle(dot).animationName") == "none"
    button(page, "Pause").click()
    look("paused")
    button(page, "Stop").click()
    look("follow-up")
    button(page, "Enough").click()
    expect(page.locator("audio")).to_be_visible()
    look("listening")
    button(page, "Rate this answer").click()
    look("rating")
    page.get_by_role("button", name="Smooth").click()
    button(page, "Next question").click()
    button(page, "Answer with the clock only").click()
    button(page, "Stop").click()
    button(page, "Enough").click()
    button(page, "Rate this answer").click()
    page.get_by_role("button", name="Smooth").click()
    button(page, "Finish").click()
    look("done")
    assert {state: bad for state, bad in found.items() if bad} == {}
    assert len(found) == 16
