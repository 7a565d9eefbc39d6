"""The form of the published site: answers are kept in the browser, and come out as they went in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from prepkit.answers import AnswerStore, export_answers, import_file
from prepkit.answers.exchange import ExchangeError
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.exchange_markdown import from_markdown
from prepkit.bank import Bank
from prepkit.text import pluralize, replace_lone_surrogates
from tests.browser.site_pages import ADDRESS, Site
from tests.browser.test_accessibility import SCHEMES, violations
from tests.browser.waits import stop_clock, until
from tests.examples import long_enough

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")


@pytest.fixture
def site(context: BrowserContext, bank: Bank) -> Iterator[Site]:
    made = Site(context, bank)
    yield made
    assert (made.foreign, made.complaints) == ([], [])


def box(page: Page, field: str) -> Locator:
    return page.locator(f"[data-field={field}]")


def status(page: Page) -> Locator:
    return page.locator(".pk-status-text")


def write(page: Page, field: str, text: str) -> None:
    """Write into a box, and wait until the form says that it is saved."""
    box(page, field).fill(text)
    expect(status(page)).to_have_text(SAVED)


def rehearse(page: Page) -> None:
    """Say the answer aloud for a second and a bit, by a clock that was installed before."""
    stop_clock(page)
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(1200)
    page.get_by_role("button", name="Pause").click()
    page.clock.resume()


def drafts(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('prepkit:'))"
    )
    return found


def until_no_draft(page: Page) -> None:
    """Wait until all that was typed is stored."""
    until(page, lambda: drafts(page) == [])


STORED = """({ name }) => new Promise((resolve, reject) => {
  const open = indexedDB.open("prepkit:prepkit", 1);
  open.onsuccess = () => {
    const all = open.result.transaction(name).objectStore(name).getAll();
    all.onsuccess = () => { open.result.close(); resolve(all.result); };
  };
  open.onerror = () => reject(open.error);
})"""


def texts(page: Page, field: str, question: str = "craft/01") -> list[str]:
    """Return all that is kept of a field, oldest first."""
    return [
        each["text"]
        for each in page.evaluate(STORED, {"name": "revisions"})
        if (each["question"], each["field"]) == (question, field)
    ]


def exported(page: Page, button: str = "Export my answers") -> Path:
    """Press an export button, and return the file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    path = waiting.value.path()
    named = path.with_name(f"{path.name}-{waiting.value.suggested_filename}")
    return path.rename(named)


def bring(page: Page, path: Path) -> str:
    """Import a file on “Your answers”, and return what is said of it."""
    page.locator("#answers-file").set_input_files(path)
    said = page.locator("div.note[role=status]", has=page.locator("p"))
    expect(said).to_have_text(re.compile("Added|Nothing was imported"))
    return said.inner_text()


def test_what_is_typed_is_there_after_a_reload(site: Site) -> None:
    page = site.open()
    expect(status(page)).to_have_text("Nothing written yet. Saves as you type.")
    box(page, "task").press_sequentially("Mine to fix", delay=10)
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("Point two").check()
    expect(status(page)).to_have_text(SAVED)
    page.reload()
    expect(box(page, "task")).to_have_value("Mine to fix")
    expect(page.get_by_label("Point two")).to_be_checked()
    until_no_draft(page)
    assert texts(page, "task")[-1] == "Mine to fix"
    assert texts(page, "key_points") == ["Point two that a good answer has"]


def test_the_form_stands_under_the_pages_own_heading(site: Site) -> None:
    page = site.open()
    expect(box(page, "task")).to_be_editable()
    headings = page.locator("main :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
        "all => all.map(each => `${each.localName} ${each.textContent}`)"
    )
    assert headings == [
        "h1 Tell me about a system that had to grow.",
        "h2 Why this is asked",
        "h2 Key points to cover",
        "h2 Your answer",
        "h2 Practise out loud",
        "h2 What each level is expected to show",
    ]
    assert page.locator(".pk-header, .pk-neighbours, .pk-tips, .pk-companies").count() == 0
    expect(page.get_by_role("region", name="Practise this question")).to_be_visible()
    assert "notebook" not in page.locator(".star").inner_text()


def test_a_key_point_in_markdown_is_shown_as_such_and_kept_as_written(site: Site) -> None:
    point = "Say `why`, *then* **how**"
    html = site.files()["questions/craft/01.html"]
    page = site.context.new_page()
    page.route(
        f"{ADDRESS}/questions/craft/01.html",
        lambda route: route.fulfill(
            body=html.replace("Point one that a good answer has", point),
            content_type="text/html; charset=utf-8",
        ),
    )
    page.goto(f"{ADDRESS}/questions/craft/01.html")
    page.get_by_label("Say why, then how").check()
    expect(status(page)).to_have_text(SAVED)
    assert texts(page, "key_points") == [point]
    page.reload()
    expect(page.get_by_label("Say why, then how")).to_be_checked()
    assert page.locator(".pk-point strong, .pk-point em, .pk-point code").count() == 3


def test_another_tabs_text_appears_in_a_box_that_was_left_alone(site: Site) -> None:
    first, second = site.open(), site.open()
    write(first, "task", "From the first tab")
    expect(box(second, "task")).to_have_value("From the first tab")
    write(second, "action", "From the second")
    expect(box(first, "action")).to_have_value("From the second")
    assert first.locator(".pk-conflict").count() + second.locator(".pk-conflict").count() == 0


def test_text_that_another_page_could_not_save_is_saved_or_named_by_the_next_page(
    site: Site,
) -> None:
    page = site.open("questions/craft/02.html")
    write(page, "task", "Stored")
    write(page, "action", "Stored, too")
    # As if this page had been closed before its last words were saved.
    page.evaluate(
        """() => {
          const keep = (field, base, text) => localStorage.setItem(
            `prepkit:prepkit:craft/02:${field}:gone`,
            JSON.stringify({ text, base, sent: [], place: "Craft Q2", at: 1, left: true }));
          keep("task", 1, "Stored, and went on");
          keep("action", 0, "Typed elsewhere");
        }"""
    )
    page.close()
    page = site.open("questions/craft/01.html")
    news = page.locator(".pk-news")
    expect(news).to_contain_text("What you typed earlier in “Craft Q2” is now saved.")
    page.get_by_role("button", name="Open Craft Q2").click()
    expect(page).to_have_url(re.compile(r"questions/craft/02\.html$"))
    expect(box(page, "task")).to_have_value("Stored, and went on")
    expect(box(page, "action")).to_have_value("Typed elsewhere")
    expect(page.locator(".pk-conflict")).to_contain_text("Stored, too")


def test_two_tabs_that_type_in_one_box_conflict_and_both_texts_are_kept(site: Site) -> None:
    first, second = site.open(), site.open()
    write(first, "task", "Both know this.")
    expect(box(second, "task")).to_have_value("Both know this.")
    # Neither hears of the other's text before it sends its own.
    type_in = "([area, text]) => { area.value = text; area.dispatchEvent(new Event('input')); }"
    for page, text in ((first, "One tab's text"), (second, "The other tab's text")):
        page.evaluate(type_in, [box(page, "task").element_handle(), text])
    both = {"One tab's text", "The other tab's text"}
    for page in (first, second):
        expect(page.locator(".pk-bar[data-tone=busy]")).to_have_count(0)
    asking = first if first.locator(".pk-conflict").count() else second
    expect(asking.locator(".pk-conflict")).to_have_count(1)
    shown = {box(asking, "task").input_value(), asking.locator(".pk-version").inner_text()}
    assert shown == both
    asking.get_by_role("button", name="Keep mine").click()
    expect(status(asking)).to_have_text(SAVED)
    assert both <= set(texts(asking, "task"))
    kept = box(asking, "task").input_value()
    other = second if asking is first else first
    expect(box(other, "task")).to_have_value(kept)


def test_a_tab_that_is_closed_in_mid_typing_loses_nothing(site: Site) -> None:
    for closing in (False, True):
        page = site.open()
        expect(box(page, "result")).to_be_editable()
        box(page, "result").press_sequentially(f"closed {closing} ")
        typed = box(page, "result").input_value()
        page.close(run_before_unload=False)
        page = site.open()
        expect(box(page, "result")).to_have_value(typed)
        expect(status(page)).to_have_text(SAVED)
        until_no_draft(page)  # what it says may be from before
        assert texts(page, "result")[-1] == typed
        page.close()


def test_saved_is_said_only_when_the_transaction_is_complete(site: Site) -> None:
    site.context.clock.install()
    page = site.open()
    expect(box(page, "task")).to_be_editable()
    stop_clock(page)
    page.evaluate(
        """() => new Promise((resolve) => {
          const open = indexedDB.open("prepkit:prepkit", 1);
          open.onsuccess = () => {
            window.held = true;
            const held = open.result.transaction("revisions", "readwrite");
            const store = held.objectStore("revisions");
            const hold = () => { if (window.held) store.count().onsuccess = hold; };
            hold();
            resolve();
          };
        })"""
    )
    box(page, "task").fill("Held back")
    page.clock.run_for(3000)
    expect(status(page)).to_have_text("Saving …")
    page.clock.run_for(1000)
    expect(status(page)).to_have_text(
        "Not saved yet: this browser's storage isn't responding. Your text is safe in this "
        "browser. If this message stays, reload the page."
    )
    page.evaluate("window.held = false")
    page.clock.resume()
    expect(status(page)).to_have_text(SAVED)
    assert texts(page, "task") == ["Held back"]


def test_where_the_browser_keeps_nothing_the_form_says_so_and_what_to_do(site: Site) -> None:
    # A sandbox has no origin, so every kind of storage refuses, as with site data switched off.
    site.headers = {"content-security-policy": "sandbox allow-scripts"}
    page = site.open()
    expect(status(page)).to_have_text(
        "Your saved answer can't be read: This browser doesn't let the site store data, so "
        "nothing that you write here can be saved. Allow it in the browser's settings, or open the "
        "site in a window that isn't private, then reload the page."
    )
    expect(page.locator(".pk-part .pk-state").first).to_have_text("Not loaded")
    expect(box(page, "task")).not_to_be_editable()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".pk-clock")).to_have_text("0:01")
    assert page.locator("html").get_attribute("data-theme") == "light"
    page = site.open("answers.html")
    expect(page.locator(".list")).to_contain_text("This browser doesn't let the site store data")


def test_a_full_storage_is_told_and_the_text_is_saved_when_there_is_space(site: Site) -> None:
    page = site.context.new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": ADDRESS, "quotaSize": 100_000})
    page.goto(f"{ADDRESS}/questions/craft/01.html")
    write(page, "task", "Small")
    box(page, "action").fill("x" * 400_000)
    expect(status(page)).to_have_text(
        "Not saved: This browser's storage for this site is full. Export your answers, then free "
        "some space on this device. Your text is safe in this browser. It will save itself as soon "
        "as it can."
    )
    assert texts(page, "action") == []
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": ADDRESS})
    expect(status(page)).to_have_text(SAVED)
    assert texts(page, "action") == ["x" * 400_000]


def test_answers_go_on_when_the_browser_has_dropped_its_data(site: Site) -> None:
    site.context.clock.install()
    page = site.open()
    for text in ("One", "Two", "Three"):
        write(page, "task", text)
    devtools = page.context.new_cdp_session(page)
    devtools.send(
        "Storage.clearDataForOrigin", {"origin": ADDRESS, "storageTypes": "indexeddb,local_storage"}
    )
    write(page, "task", "Three and four")
    page.clock.run_for(10_000)
    assert texts(page, "task") == ["Three and four"]
    page.reload()
    expect(box(page, "task")).to_have_value("Three and four")


def test_the_browser_is_asked_to_keep_the_answers_once(context: BrowserContext, bank: Bank) -> None:
    context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'storage', { value: { persist: async () => "
        "localStorage.setItem('asked', `${localStorage.getItem('asked') ?? ''}x`) } })"
    )
    site = Site(context, bank)
    page = site.open()
    expect(box(page, "task")).to_be_editable()
    assert page.evaluate("localStorage.getItem('asked')") is None
    for text in ("One", "One two"):
        write(page, "task", text)
    page.reload()
    write(page, "result", "Three")
    assert page.evaluate("localStorage.getItem('asked')") == "x"


def test_an_earlier_version_and_a_rehearsal_are_kept_as_in_the_workbook(site: Site) -> None:
    site.context.clock.install()
    page = site.open()
    for text in ("A first telling of what was mine", "Something else altogether"):
        write(page, "task", text)
    page.get_by_role("button", name="Earlier versions of Task").click()
    page.get_by_role("button", name="Restore").click()
    expect(box(page, "task")).to_have_value("A first telling of what was mine")
    rehearse(page)
    page.get_by_role("button", name="Got through it").click()
    expect(page.locator(".pk-review-result")).to_have_text(
        "Saved. It goes into your export, and the workbook then tells you when to practise this "
        "again."
    )
    (review,) = page.evaluate(STORED, {"name": "reviews"})
    assert (review["question"], review["rating"], review["seconds"]) == ("craft/01", "hard", 1)


HOSTILE = {
    "emoji": "👩‍👩‍👧‍👦 grew tenfold 🚀, naïve café, 漢字, ‏עברית",
    "half a pair": "before \ud83d after \ude00 and \ud83d",
    "markup": "</script><img src=x onerror=alert(1)> <!-- & &amp; ]]>",
    "markdown": "> a quote\n## A heading\n\n### Situation\n\n\\ ` * _ \u2028\u0007",
    "long": "A word and another. " * 5000,
    "blank": " \n\t ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_text_comes_out_of_the_export_as_it_was_written(
    site: Site, tmp_path: Path, name: str
) -> None:
    text = HOSTILE[name]
    page = site.open()
    expect(box(page, "task")).to_be_editable()
    # As code units, since no half of a pair passes between the test and the browser.
    units = list(text.encode("utf-16-le", "surrogatepass"))
    page.evaluate(
        """([area, bytes]) => {
          const units = new Uint16Array(new Uint8Array(bytes).buffer);
          area.value = [...units].map((unit) => String.fromCharCode(unit)).join("");
          area.dispatchEvent(new Event("input"));
        }""",
        [box(page, "task").element_handle(), units],
    )
    expect(status(page)).to_have_text(SAVED)
    store = AnswerStore(tmp_path / "answers.sqlite")
    report = import_file(store, exported(page))
    assert report.conflicts == ()
    assert store.answer("craft/01").text("task") == replace_lone_surrogates(text)
    page.goto(f"{ADDRESS}/answers.html")
    read = from_markdown(exported(page, "Export as Markdown").read_bytes().decode())
    assert read == {"craft/01": {"task": replace_lone_surrogates(text)}}


def test_an_export_brings_all_histories_and_rehearsals_into_a_store(
    site: Site, tmp_path: Path
) -> None:
    site.context.clock.install()
    page = site.open()
    for text in ("One", "One two", "One two three"):
        write(page, "task", text)
    write(page, "situation", "Where we were")
    page.get_by_label("Point two").check()
    page.get_by_label("Point four").check()
    rehearse(page)
    page.get_by_role("button", name="Smooth").click()
    expect(page.locator(".pk-review-result")).to_have_text(re.compile("^Saved"))
    path = exported(page)
    expect(page.locator(".star > .note")).to_have_text(
        "Saved in your downloads as prepkit-answers.json. To add it to the workbook: "
        "prepkit answers import prepkit-answers.json"
    )
    store = AnswerStore(tmp_path / "answers.sqlite")
    import_file(store, path)
    history = store.history("craft/01", "task")
    assert [(each.revision, each.text) for each in history] == [
        (1, "One"), (2, "One two"), (3, "One two three"),
    ]  # fmt: skip
    assert {each.origin for each in history} == {"form"}
    assert [each.text for each in store.history("craft/01", "key_points")][-1] == (
        "Point two that a good answer has\nPoint four that a good answer has"
    )
    (review,) = store.reviews()
    assert (review.rating, review.seconds) == ("good", 1)
    again = export_answers(store, tmp_path / "again.json")
    assert again.read_bytes() == path.read_bytes()


def ticking(start: datetime) -> Any:
    """Return a clock that goes on by a second and some microseconds."""
    moments = iter(start + timedelta(seconds=n, microseconds=n % 3 * 1234) for n in range(1000))
    return lambda: next(moments)


def a_store(path: Path) -> AnswerStore:
    store = AnswerStore(path, now=ticking(datetime(2026, 1, 31, 9, 30, tzinfo=UTC)))
    for question in ("craft/02", "craft/01", "elsewhere/07"):
        for field in ("situation", "task", "action", "result", "key_points"):
            for count in range(3):
                text = f"{field} {count} 🚀\n\nwith a line, {question}"
                store.save(question, field, text, based_on=count)
    store.save("craft/03", "task", "", based_on=0)
    store.restore("craft/01", "task", 1)
    store.add_review("craft/01", "easy", 90)
    store.add_review("craft/02", "again", 0)
    return store


def test_a_store_comes_back_from_the_browser_as_it_went_in(site: Site, tmp_path: Path) -> None:
    store = a_store(tmp_path / "answers.sqlite")
    path = export_answers(store, tmp_path / "answers.json")
    bank = site.bank
    titles = {question: bank[question].question.text for question in bank}
    markdown = export_answers(store, tmp_path / "answers.md", titles=titles)
    page = site.open("answers.html")
    assert bring(page, path).startswith(
        "Added 16 texts and 2 rehearsals; 0 texts already here.\n\n"
        "To add the same file to the workbook: prepkit answers import answers.json"
    )
    assert exported(page).read_bytes() == path.read_bytes()
    assert exported(page, "Export as Markdown").read_bytes() == markdown.read_bytes()
    assert bring(page, path).startswith("Added 0 texts and 0 rehearsals; 16 texts already here.")
    assert bring(page, markdown).startswith(
        "Added 0 texts and 0 rehearsals; 16 texts already here."
    )
    assert exported(page).read_bytes() == path.read_bytes()


def test_markdown_is_imported_where_nothing_is_written(site: Site, tmp_path: Path) -> None:
    store = a_store(tmp_path / "answers.sqlite")
    path = export_answers(store, tmp_path / "answers.md")
    text = store.answer("craft/01").text("task")
    page = site.open("answers.html")
    bring(page, path)
    assert texts(page, "task") == [text]
    (origin,) = {each["origin"] for each in page.evaluate(STORED, {"name": "revisions"})}
    assert origin == "import"


def test_a_text_changed_on_both_sides_is_a_choice_and_the_other_stays_in_the_history(
    site: Site, tmp_path: Path
) -> None:
    page = site.open()
    for field in ("situation", "task", "action"):
        write(page, field, f"{field} as written here")
    path = tmp_path / "other.md"
    sections = "".join(
        f"### {name.capitalize()}\n\n> {name} from the file\n\n"
        for name in ("situation", "task", "action", "result")
    )
    path.write_text(f"# Answers\n\n## craft/01\n\n{sections}")
    other = page
    page = site.open("answers.html")
    assert bring(page, path).startswith(
        "Added 1 text and 0 rehearsals; 0 texts already here. 3 texts changed both here and in the "
        "file. Choose below which one to keep. Until then yours stays."
    )
    expect(box(other, "result")).to_have_value("result from the file")
    clashes = page.locator(".clash")
    expect(clashes).to_have_count(3)
    for field, clash in zip(("situation", "task"), clashes.all(), strict=False):
        expect(clash).to_contain_text(f"{field} as written here")
        expect(clash).to_contain_text(f"{field} from the file")
    assert texts(page, "situation") == ["situation as written here"]
    clashes.nth(0).get_by_role("button", name="Keep mine").click()
    expect(clashes.nth(0)).to_contain_text("your text stays")
    clashes.nth(1).get_by_role("button", name="Use the file's text").click()
    expect(clashes.nth(1)).to_contain_text("the file's text is now in use")
    assert texts(page, "situation") == [
        "situation as written here", "situation from the file", "situation as written here",
    ]  # fmt: skip
    assert texts(page, "task") == ["task as written here", "task from the file"]
    expect(box(other, "task")).to_have_value("task from the file")
    # The third changes in the other tab before its choice is made: the choice is offered again.
    write(other, "action", "action written just now")
    clashes.nth(2).get_by_role("button", name="Use the file's text").click()
    expect(clashes.nth(2)).to_contain_text("action written just now")
    clashes.nth(2).get_by_role("button", name="Use the file's text").click()
    expect(clashes.nth(2)).to_contain_text("the file's text is now in use")
    assert texts(page, "action") == [
        "action as written here", "action written just now", "action from the file",
    ]  # fmt: skip
    assert bring(page, path).startswith("Added 0 texts and 0 rehearsals; 4 texts already here.")


def test_a_text_that_was_made_from_the_one_here_is_added_after_it(
    site: Site, tmp_path: Path
) -> None:
    page = site.open()
    write(page, "task", "First here")
    store = AnswerStore(tmp_path / "answers.sqlite")
    import_file(store, exported(page))
    store.save("craft/01", "task", "First here, then in the workbook", based_on=1)
    path = export_answers(store, tmp_path / "answers.json")
    page.goto(f"{ADDRESS}/answers.html")
    assert bring(page, path).startswith("Added 1 text and 0 rehearsals; 0 texts already here.\n")
    assert texts(page, "task") == ["First here", "First here, then in the workbook"]


WRONG_JSON = """{
 "format": "prepkit-answers", "version": 1, "colour": "red",
 "answers": {
  " craft/01": {"situation": 5, "mood": "x"},
  "craft/02": {"task": [], "action": [
    {"revision": 2, "text": "a", "saved_at": "2026-02-30T09:30:00+00:00", "origin": "form"},
    {"revision": 2, "text": 1, "saved_at": "2026-01-31T09:30:00", "origin": "form", "who": "me"}]},
  "craft/03": 7
 },
 "reviews": [{"question": "", "rating": "fine", "seconds": -1, "reviewed_at": null}]
}"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answers.json", WRONG_JSON),
        ("answers.json", '{"format": "other", "version": true, "answers": []}'),
        (
            "answers.json",
            '{"format": "prepkit-answers", "version": 1, "answers": {}, "reviews": 0}',
        ),
        ("answers.md", "# Notes\n\n> lost\n\n## craft/01\n\n### Mood\n\n### Task\n\n### Task\nx\n"),
        ("answers.md", "# Answers\n\n## craft/01\n\n## craft/01\n\n## \u200b\n"),
    ],
)
def test_a_file_that_is_not_right_tells_all_that_prepkit_would_tell(
    site: Site, tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    reader = from_json if path.suffix == ".json" else from_markdown
    with pytest.raises(ExchangeError) as raised:
        reader(text)
    page = site.open("answers.html")
    said = bring(page, path)
    assert said.splitlines()[0] == (
        f"Nothing was imported. {name} has {pluralize(len(raised.value.problems), 'problem')}:"
    )
    shown = page.locator(".note li").all_inner_texts()
    assert sorted(shown) == sorted(map(str, raised.value.problems))
    assert page.evaluate(STORED, {"name": "revisions"}) == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("answers.txt", b"", "choose a file whose name ends in .json or .md"),
        (
            "answers.md",
            b"\xff",
            "the file isn't UTF-8 text; save it as UTF-8, then import it again",
        ),
        (
            "answers.json",
            b'{"format": "prepkit-answers", "version": 3, "answers": {}}',
            "version: 3 is from a newer prepkit than this site knows",
        ),
        (
            "answers.json",
            b'{"format": "prepkit-answers", "version": 1, "answers": {"craft/01": '
            b'{"task": "One \\" {", "task": "Two"}}}',
            'answers, craft/01: "task" appears twice; keep one',
        ),
        ("answers.json", b"# Answers", None),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    site: Site, tmp_path: Path, name: str, content: bytes, problem: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    page = site.open("answers.html")
    assert bring(page, path).startswith(f"Nothing was imported. {name} has 1 problem:")
    (shown,) = page.locator(".note li").all_inner_texts()
    assert shown.startswith("not JSON: ") if problem is None else shown == problem


def test_marks_and_counts_follow_what_is_written_in_another_tab(site: Site) -> None:
    index = site.open("index.html")
    mark = index.locator("[data-mark='craft/01']")
    count = index.locator("[data-count='craft/']")
    expect(count).to_have_text("0 of 3 complete")
    expect(mark).to_have_attribute("data-state", "untouched")
    page = site.open()
    write(page, "task", "Mine")
    expect(mark).to_have_text("Your answer: In progress")
    for field in ("situation", "action", "result"):
        write(page, field, long_enough(f"The {field}"))
    write(page, "task", "It was mine to decide")
    expect(mark).to_have_text("Your answer: Complete")
    expect(mark).to_have_attribute("data-state", "complete")
    expect(count).to_have_text("1 of 3 complete")
    expect(index.locator("[data-count='other/']")).to_have_text("0 of 7 complete")
    assert index.locator("progress").evaluate("bar => bar.value") == 1
    box(page, "task").fill("It was mine to")
    expect(mark).to_have_text("Your answer: In progress")
    expect(count).to_have_text("0 of 3 complete")


def test_your_answers_lists_what_is_written(site: Site) -> None:
    page = site.open("answers.html")
    expect(page.locator(".list")).to_contain_text("You haven't written anything here yet.")
    form = site.open("questions/craft/02.html")
    write(form, "task", "Three words here")
    entry = page.locator(".list li")
    expect(entry).to_contain_text(
        re.compile(r"Tell me about a promise you could not keep\.In progress3 words · \d")
    )
    entry.get_by_role("link").click()
    expect(box(page, "task")).to_have_value("Three words here")


def test_deleting_asks_first_offers_the_export_and_leaves_nothing(site: Site) -> None:
    form = site.open()
    write(form, "task", "To be deleted")
    page = site.open("answers.html")
    page.get_by_role("button", name="Delete all answers …").click()
    page.get_by_role("button", name="Keep them").click()
    expect(box(form, "task")).to_have_value("To be deleted")
    page.get_by_role("button", name="Delete all answers …").click()
    assert "To be deleted" in exported(page, "Export first").read_text()
    page.get_by_role("button", name="Delete all", exact=True).click()
    expect(page.locator(".list")).to_contain_text("You haven't written anything here yet.")
    expect(box(form, "task")).to_have_value("")
    assert page.evaluate(STORED, {"name": "revisions"}) == []
    assert drafts(page) == []


def test_single_keys_lead_through_the_site_but_not_while_typing(site: Site) -> None:
    page = site.open("questions/craft/02.html")
    expect(box(page, "task")).to_be_editable()
    box(page, "task").focus()
    for key in ("ArrowLeft", "/", "?"):
        page.keyboard.press(key)
    expect(box(page, "task")).to_have_value("/?")
    box(page, "task").blur()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(f"{ADDRESS}/questions/craft/03.html")
    expect(box(page, "task")).to_be_editable()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(f"{ADDRESS}/questions/craft/02.html")
    expect(box(page, "task")).to_be_editable()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_label("Search")).to_have_value("?")
    page.get_by_label("Search").blur()
    page.get_by_label("Point one").focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("ArrowRight")
    dialog.get_by_label("Use these single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for key in ("?", "/", "ArrowRight"):
        page.keyboard.press(key)
    page.reload()
    expect(box(page, "task")).to_be_editable()
    page.evaluate("navigation.addEventListener('navigate', () => { window.leaves = true })")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.leaves") is None
    expect(page).to_have_url(f"{ADDRESS}/questions/craft/02.html")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Use these single-key shortcuts")).not_to_be_checked()


def test_the_section_that_is_read_is_marked(site: Site) -> None:
    page = site.open()
    here = page.locator("nav.sections [aria-current]")
    expect(here).to_have_text("Why")
    page.locator("#levels").evaluate("each => each.scrollIntoView()")
    expect(here).to_have_text("Levels")
    page.locator("#answer").evaluate("each => each.scrollIntoView()")
    expect(here).to_have_text("Your answer")


def test_the_colours_follow_the_system_until_the_visitor_chooses(site: Site) -> None:
    page = site.open("index.html")
    html = page.locator("html")
    switch = page.get_by_role("button", name="Dark theme")
    expect(html).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-theme", "dark")
    expect(html).to_have_class(re.compile(r"\bcc--darkmode\b"))
    expect(switch).to_have_attribute("aria-pressed", "true")
    other = site.open()
    other.emulate_media(color_scheme="dark")
    switch.click()
    for each in (page, other):
        expect(each.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    expect(html).to_have_attribute("data-theme", "light")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-theme", "light")


def test_the_site_works_as_files(site: Site, tmp_path: Path) -> None:
    site.write(tmp_path)
    address = (tmp_path / "questions/craft/01.html").as_uri()
    page = site.context.new_page()
    page.goto(address)
    write(page, "task", "Written into a file's page")
    page.reload()
    expect(box(page, "task")).to_have_value("Written into a file's page")
    page.goto((tmp_path / "answers.html").as_uri())
    expect(page.locator(".list li")).to_have_count(1)
    page.get_by_role("button", name="Cookie preferences").click()
    expect(page.get_by_role("dialog", name="Cookie preferences")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_form_and_your_answers_have_no_violation(
    site: Site, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    page = site.open()
    page.emulate_media(color_scheme=scheme)
    write(page, "situation", "A text of this window, and a long one. " * 20)
    page.evaluate(
        """() => {
          const place = document.querySelector('[data-field=situation]');
          place.value = 'Mine';
          place.dispatchEvent(new Event('input'));
          const open = indexedDB.open("prepkit:prepkit", 1);
          open.onsuccess = () => open.result.transaction("revisions", "readwrite")
            .objectStore("revisions").add({ question: "craft/01", field: "situation",
              revision: 90, text: "Theirs", saved_at: "2026-01-31T09:30:00Z", origin: "form" });
        }"""
    )
    expect(page.locator(".pk-conflict")).to_be_visible()
    page.get_by_role("button", name="Earlier versions of Task").click()
    path = tmp_path / "other.md"
    path.write_text("# Answers\n\n## craft/01\n\n### Situation\n\n> From the file\n")
    answers = site.open("answers.html")
    answers.emulate_media(color_scheme=scheme)
    bring(answers, path)
    expect(answers.locator(".clash")).to_be_visible()
    for width in (1280, 390):
        for each in (page, answers):
            each.set_viewport_size({"width": width, "height": 844})
            assert violations(each, "body") == []
            assert each.evaluate("document.documentElement.scrollWidth") == width
    answers.get_by_role("button", name="Delete all answers …").click()
    assert violations(answers, "dialog") == []
    page.get_by_role("button", name="Keyboard shortcuts").click()
    assert violations(page, "dialog[open]") == []


def test_a_history_of_the_browser_and_one_of_a_store_are_the_same_json(
    site: Site, tmp_path: Path
) -> None:
    page = site.open()
    write(page, "task", "One")
    path = exported(page)
    text = path.read_text()
    assert to_json(from_json(text)) == text


def test_an_answer_is_finished_by_the_parts_of_its_own_kind(
    context: BrowserContext, bank_of_kinds: Bank, tmp_path: Path
) -> None:
    site = Site(context, bank_of_kinds)
    first, second = (bank_of_kinds[f"craft/{number:02d}"] for number in (1, 2))
    page = site.open()
    for part in first.parts:
        write(page, part.name, long_enough(f"My {part.name}"))
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.locator(".shortcuts")).to_contain_text("Alt + Page Downgo to the next part")
    page = site.open("questions/craft/02.html")
    write(page, second.parts[-1].name, "The end of it")
    page = site.open("index.html")
    marks = page.locator(".mark")
    expect(marks).to_have_text(["Your answer: Complete", "Your answer: In progress", ""])
    expect(page.locator("[data-count='craft/']")).to_have_text("1 of 3 complete")
    page = site.open("answers.html")
    expect(page.locator(".list .lead")).to_contain_text("2 answers, 1 complete.")
    json, markdown = exported(page), exported(page, "Export as Markdown")
    wanted = {
        first.id: {part.name: long_enough(f"My {part.name}") for part in first.parts},
        second.id: {second.parts[-1].name: "The end of it"},
    }
    assert from_json(json.read_text()).texts() == wanted
    assert from_markdown(markdown.read_text()) == wanted
    for number, path in enumerate((json, markdown)):
        store = AnswerStore(tmp_path / f"{number}.sqlite")
        assert len(import_file(store, path).added) == len(first.parts) + 1
        titles = {one.id: one.question.text for one in (first, second)}
        again = export_answers(store, tmp_path / f"{number}{path.suffix}", titles=titles)
        assert again.read_bytes() == path.read_bytes()
    assert bring(page, markdown).startswith("Added 0 texts and 0 rehearsals; 4 texts already here.")
    assert (site.foreign, site.complaints) == ([], [])
