"""The first page: what it shows, what can be chosen and saved there, and what it never keeps."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import prepkit as pk
from prepkit.answers import AnswerStore
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.planned import Planned, load_planned, save_planned
from prepkit.answers.preferences import PracticeLog, Preferences, load_preferences, save_preferences
from prepkit.answers.texts import Texts
from prepkit.bank import Bank, load_bank
from prepkit.widgets.home import Home
from tests.examples import past_events
from tests.platforms import needs_modes

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
INTERVIEW = date(2026, 12, 14)


class Page:
    """Home with a clock, asked as a browser asks it."""

    def __init__(self, bank: Bank, folder: Path) -> None:
        self.now = NOW
        self.home = folder / "home"
        self.beside = folder / "pages"
        self.beside.mkdir(exist_ok=True)
        self.store = AnswerStore(self.home / "answers.sqlite", now=lambda: self.now)
        self.widget = Home(bank, self.store, folder=self.beside, now=lambda: self.now)

    def ask(self, type_: str = "home", /, **content: Any) -> dict[str, Any]:
        """Send a message, and return its answer."""
        (answer,) = self.widget.handle({"type": type_, "view": "a", "seq": 1, **content})
        assert (answer["view"], answer["seq"]) == ("a", 1)
        json.dumps(answer)  # a browser gets nothing else
        return answer

    def refused(self, type_: str, /, **content: Any) -> str:
        """Send a message that is refused, and return why."""
        answer = self.ask(type_, **content)
        assert (answer["type"], answer["about"]) == ("refused", type_)
        return str(answer["message"])

    def saved(self, kind: str, subject: str = "") -> Path:
        """Save a file, and return its path."""
        file = self.ask("file", kind=kind, subject=subject)["file"]
        assert file["path"] == str(self.beside / file["name"])
        return Path(file["path"])


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def page(bank: Bank, tmp_path: Path) -> Page:
    return Page(bank, tmp_path)


def write(page: Page, bank: Bank, question: str) -> None:
    """Store the example as an answer."""
    for part, text in (bank[question].question.example or {}).items():
        page.store.save(question, part, text, based_on=0)


def items(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return everything to do, tonight's first."""
    tonight = shown["tonight"]["items"] if shown["tonight"] else []
    return [*tonight, *(item for evening in shown["later"] for item in evening["items"])]


# What it shows ---------------------------------------------------------------------------------


def test_at_first_it_asks_what_to_prepare_for_and_has_something_to_begin_with(
    page: Page, bank: Bank
) -> None:
    shown = page.ask()
    assert shown["wishes"] is None
    assert [one["name"] for one in shown["choices"]["levels"]][-1] == "director"
    assert {"name": "Amazon", "region": ""} in shown["choices"]["companies"]
    assert len(items(shown)) == 5
    first = items(shown)[0]
    assert (first["title"], first["minutes"]) == ("Start", 45)
    assert first["text"] == bank[first["question"]].question.text
    assert first["why"].startswith("A first story on ")
    assert json.dumps(shown, ensure_ascii=False).count(shown["start"]) == 1
    assert not (page.home / "plan.json").exists()


@pytest.mark.long
def test_with_a_date_it_shows_tonight_and_the_evenings_with_reasons(page: Page) -> None:
    page.ask("wishes", companies=["amazon"], level="director", interview="2026-12-14")
    shown = page.ask()
    assert shown["wishes"] == {
        "companies": ["Amazon"],
        "level": "director",
        "interview": "2026-12-14",
        "at": "",
    }
    assert shown["note"] == (
        "Your interview is on Monday 14 December 2026, in 20 days. 19 evenings of practice, 1 free."
    )
    assert shown["made_of"] == (
        "Your plan has 11 questions to write, at most one per evening. Say each out loud the "
        "evening after; then it comes back when you rate it to. Nothing is new on the last 5 "
        "evenings."
    )
    assert shown["over"] is False
    (tonight,) = shown["tonight"]["items"]
    assert (tonight["title"], tonight["minutes"]) == ("Write a first version", 45)
    assert "which Amazon says it assesses" in tonight["why"]
    days = [evening["day"] for evening in shown["later"]]
    assert days == sorted(days)
    assert days[-1] == "2026-12-13"
    assert shown["later"][-1]["items"] == [
        {
            "title": "Rest",
            "text": "Read your story sheets or notes once. Then stop, and rest.",
            "minutes": 20,
            "mock": False,
        }
    ]
    rehearsal = shown["later"][-2]["items"]
    assert [(one["minutes"], one["mock"]) for one in rehearsal] == [(60, True)]


def test_a_question_that_was_asked_in_an_interview_today_was_not_practised(page: Page) -> None:
    asked = {"question": "leading-people/01", "rating": "again"}
    debrief = json.dumps({"company": "Acme", "day": "2026-11-24", "asked": [asked]})
    Texts(page.store, DEBRIEF).save("20261124T170000Z", "debrief", debrief, based_on=0)
    assert [one.question for one in page.store.reviews()] == ["leading-people/01"]
    assert page.ask()["done"] == ""


@pytest.mark.long
def test_a_question_that_was_practised_is_done_for_today_and_comes_back(
    page: Page, bank: Bank
) -> None:
    page.ask("wishes", interview="2026-12-14")
    question = page.ask()["tonight"]["items"][0]["question"]
    write(page, bank, question)
    written = "Done today: 1 answer written. That is enough for tonight."
    assert page.ask()["done"] == written
    page.store.add_review(question, "good", 90)
    shown = page.ask()
    assert shown["done"] == (
        "Done today: 1 answer written and 1 question practised out loud. That is enough for "
        "tonight."
    )
    assert (shown["tonight"], shown["nothing"]) == (None, "")
    [offered] = shown["more"]
    assert (offered["title"], offered["question"] != question) == ("Write a first version", True)
    again = next(item for item in items(shown) if item.get("question") == question)
    assert (again["title"], again["aloud"]) == ("Practise out loud", True)


def test_without_a_plan_one_question_is_enough_and_another_is_offered(
    page: Page, bank: Bank
) -> None:
    first, *_ = items(page.ask())
    page.ask("wishes")
    page.store.add_review(first["question"], "good", 90)
    shown = page.ask()
    assert shown["done"] == (
        "Done today: 1 question practised out loud. That is enough for tonight."
    )
    assert shown["tonight"] is None
    [offered] = shown["more"]
    later = [one["question"] for one in shown["later"][0]["items"]]
    assert first["question"] not in (offered["question"], *later)
    assert offered["question"] not in later


@pytest.mark.long
def test_an_answer_that_was_practised_without_a_plan_is_due_with_its_day(
    page: Page, bank: Bank
) -> None:
    page.ask("wishes", interview="2026-12-14")
    planned = load_planned(page.home).questions
    other = next(one for one in bank if one not in planned)
    write(page, bank, other)
    page.store.add_review(other, "good", 90)
    page.now = NOW + timedelta(9)
    due = next(item for item in page.ask()["tonight"]["items"] if item["question"] == other)
    assert due["why"] == "Due since Thursday 26 November."


@pytest.mark.long
def test_an_evening_without_a_plan_says_which_is_next(page: Page, bank: Bank) -> None:
    page.ask("wishes", interview="2026-12-14")
    page.now = NOW + timedelta(1)
    for question in load_planned(page.home).questions:
        write(page, bank, question)
        page.store.add_review(question, "good", 90)
    assert page.ask()["nothing"] == ""  # what was done is said, and that it is enough
    page.now += timedelta(1)
    shown = page.ask()
    assert (shown["tonight"], shown["done"], shown["more"]) == (None, "", [])
    assert shown["nothing"] == (
        f"Nothing is planned for tonight. The next evening is {shown['later'][0]['when']}."
    )


@pytest.mark.long
def test_an_interview_that_is_over_is_said_and_the_next_steps_are_shown(page: Page) -> None:
    page.ask("wishes", companies=["Amazon"], interview="2026-12-14")
    page.now = NOW + timedelta(21)
    shown = page.ask()
    assert shown["note"] == "Your interview on Monday 14 December 2026 is over."
    assert shown["over"] is True
    assert [item["title"] for item in items(shown)] == ["Start"] * 5
    assert shown["wishes"]["companies"] == ["Amazon"]


@pytest.mark.long
def test_nothing_to_do_is_said(bank: Bank, page: Page) -> None:
    for question in bank:
        for part in bank[question].parts:
            page.store.save(question, part.name, "word " * part.least, based_on=0)
        page.store.add_review(question, "easy", 90)
    shown = page.ask()
    assert (shown["tonight"], shown["later"]) == (None, [])
    assert shown["nothing"] == "You're all caught up."


def test_questions_to_ask_are_one_press_away(page: Page, bank: Bank) -> None:
    question = page.ask()["to_ask"]
    assert bank[question].question.text == "What questions do you have for us?"


def test_progress_is_counted_by_category(page: Page, bank: Bank) -> None:
    first, second = past_events(bank)[:2]
    write(page, bank, first)
    page.store.save(second, bank[second].parts[0].name, "Three plain words", based_on=0)
    PracticeLog(page.home).record(first, NOW, 90)
    page.ask("privacy", analytics=True, marketing=False)
    PracticeLog(page.home).record(first, NOW, 150)
    rows = page.ask()["progress"]
    assert [row["title"] for row in rows] == [one.title for one in bank.categories]
    assert sum(row["complete"] + row["started"] + row["untouched"] for row in rows) == len(bank)
    row = next(one for one in rows if one["title"] == bank[first].category.title)
    assert (row["complete"], row["started"], row["seconds"]) == (1, 1, 150)
    assert row["words"] == 3 + page.store.answer(first).words(bank[first].parts)


def test_a_second_look_is_grouped_by_question_and_only_at_complete_answers(
    page: Page, bank: Bank
) -> None:
    first, second = past_events(bank)[:2]
    for part in bank[first].parts:
        page.store.save(first, part.name, "We did it. " * part.least, based_on=0)
    page.store.save(second, bank[second].parts[0].name, "Short.", based_on=0)
    (look,) = page.ask()["second_look"]
    assert (look["question"], look["text"]) == (first, bank[first].question.text)
    assert len(look["remarks"]) > 1
    assert {one["basis"] for one in look["remarks"]} == {"Rule of thumb"}


def test_answers_that_cannot_be_read_are_said_and_nothing_is_shown_as_empty(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(page.store, "load", locked)
    shown = page.ask()
    assert shown["trouble"].startswith("Your answers can't be read: ")
    assert "progress" not in shown


@pytest.mark.long
def test_a_company_that_the_bank_no_longer_has_is_said_above_the_next_steps(page: Page) -> None:
    page.ask("wishes", companies=["Amazon"], interview="2026-12-14")
    kept = load_planned(page.home)
    save_planned(kept.model_copy(update={"companies": ("Amazn",), "questions": ()}), page.home)
    shown = page.ask()
    assert shown["note"] == "no company 'Amazn'; did you mean 'Amazon'?"
    assert len(items(shown)) == 5


# What is chosen --------------------------------------------------------------------------------


def test_all_of_it_can_be_skipped_and_it_is_not_asked_again(page: Page) -> None:
    nothing = {"companies": [], "level": "", "interview": "", "at": ""}
    assert page.ask("wishes")["wishes"] == nothing
    assert page.ask()["wishes"] == nothing


def test_companies_and_level_are_kept_without_a_date_and_decide_what_comes_next(
    page: Page,
) -> None:
    page.ask("wishes", companies=["shopify"], level="staff engineer", interview="")
    shown = page.ask()
    assert load_planned(page.home) == Planned(companies=("Shopify",), level="staff engineer")
    assert "Shopify" in shown["tonight"]["items"][0]["why"]


@pytest.mark.long
def test_a_page_that_is_opened_again_changes_nothing(page: Page, bank: Bank) -> None:
    page.ask("wishes", interview="2026-12-14")
    kept = (page.home / "plan.json").stat()
    Page(bank, page.home.parent).ask()
    assert (page.home / "plan.json").stat().st_mtime_ns == kept.st_mtime_ns


@pytest.mark.long
def test_a_time_that_was_given_in_the_terminal_stays_when_something_else_is_chosen(
    page: Page,
) -> None:
    page.ask("wishes", interview="2026-12-14")
    kept = load_planned(page.home).model_copy(update={"at": time(19, 15)})
    save_planned(kept, page.home)
    assert page.ask()["wishes"]["at"] == "19:15"
    page.ask("wishes", level="director")
    assert load_planned(page.home).at == time(19, 15)
    page.ask("wishes", at="")
    assert load_planned(page.home).at is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"companies": ["Amazn"]}, "no company 'Amazn'; did you mean 'Amazon'?"),
        (
            {"interview": "2026-11-23"},
            "23 November 2026 is over. Give the date of your next interview.",
        ),
        ({"interview": "soon"}, "soon is no date or time. Choose another one."),
    ],
)
def test_what_cannot_be_planned_is_said_and_what_was_kept_before_stays(
    page: Page, change: dict[str, object], message: str
) -> None:
    page.ask("wishes", interview="2026-12-14")
    kept = load_planned(page.home)
    assert page.refused("wishes", **change) == message
    assert load_planned(page.home) == kept


@pytest.mark.long
def test_a_damaged_plan_is_said_stays_until_it_is_set_aside_and_is_kept_then(page: Page) -> None:
    page.ask("wishes", interview="2026-12-14")
    path = page.home / "plan.json"
    path.write_bytes(b"{")
    shown = page.ask()
    assert shown["plan_error"] == {
        "message": f"Your plan can't be read: {path} is damaged. Your answers are not affected.",
        "damaged": True,
    }
    assert shown["wishes"] is None
    assert len(items(shown)) == 5
    assert page.refused("wishes", level="director") == shown["plan_error"]["message"]
    assert path.read_bytes() == b"{"
    again = page.ask("start again")
    aside = page.home / "plan-damaged-1.json"
    assert (again["plan_error"], again["aside"]) == (None, str(aside))
    assert aside.read_bytes() == b"{"
    page.ask("wishes", level="director")
    assert load_planned(page.home) == Planned(level="director")


def test_what_is_not_damaged_is_never_set_aside(page: Page) -> None:
    page.ask("wishes", level="director")
    assert "aside" not in page.ask("start again")
    assert load_planned(page.home) == Planned(level="director")


# Files -----------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_calendar_is_saved_beside_the_page_and_replaced_by_a_newer_one(page: Page) -> None:
    page.ask("wishes", interview="2026-12-14", at="19:00")
    path = page.saved("calendar")
    assert path == page.beside / "plan.ics"
    first, *_ = Calendar.from_ical(path.read_bytes()).events
    assert first.start == datetime(2026, 11, 24, 19)
    assert page.saved("calendar") == path


def test_a_calendar_needs_a_date(page: Page) -> None:
    assert page.refused("file", kind="calendar") == (
        "We don't know when your interview is, so there is no plan yet. Give its date first."
    )
    assert list(page.beside.iterdir()) == []


@pytest.mark.long
def test_cards_are_saved_for_anki_and_it_is_said_who_can_read_them(page: Page) -> None:
    page.ask("wishes", interview="2026-12-14")
    answer = page.ask("file", kind="cards")
    assert answer["file"]["hint"] == (
        "In Anki, choose File > Import. The cards hold the first sentences of your complete "
        "answers, so only you can read this file."
    )
    assert (page.beside / "cards.txt").read_bytes().count(b"\nprepkit:") == 11


@pytest.mark.long
def test_a_file_of_the_same_name_that_is_not_ours_stays(page: Page) -> None:
    page.ask("wishes", interview="2026-12-14")
    path = page.beside / "plan.ics"
    path.write_text("my own")
    assert page.refused("file", kind="calendar") == (
        f"Nothing was written: {path} is there already, and it is not a calendar file from prepkit."
        " Move or rename that file, then try again."
    )
    assert path.read_text() == "my own"


@pytest.mark.long
def test_questions_stories_and_companies_are_saved_as_pdfs(page: Page, bank: Bank) -> None:
    question = past_events(bank)[0]
    write(page, bank, question)
    paths = [
        page.saved("question", question),
        page.saved("story", question),
        page.saved("stories"),
        page.saved("company", "Amazon"),
        page.saved("day", "Amazon"),
    ]
    name = question.replace("/", "-")
    assert [path.name for path in paths] == [
        f"{name}.pdf",
        f"{name}-story.pdf",
        "stories.pdf",
        "amazon-sheet.pdf",
        "amazon-day.pdf",
    ]
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)


@pytest.mark.long
def test_a_pdf_with_other_content_is_never_replaced_for_it_may_have_notes_on_it(
    page: Page, bank: Bank
) -> None:
    first = page.saved("company", "Amazon")
    assert page.saved("company", "Amazon") == first
    first.write_bytes(b"%PDF with notes")
    second = page.saved("company", "Amazon")
    assert second.name == "amazon-sheet-2.pdf"
    assert first.read_bytes() == b"%PDF with notes"


def test_without_a_complete_answer_there_is_no_story_to_print(page: Page) -> None:
    message = "No answer is complete yet. Write one, then come back for its sheet."
    assert page.refused("file", kind="stories") == message
    assert page.refused("file", kind="story", subject="technical-leadership/06") == message


@pytest.mark.long
@needs_modes
def test_only_the_user_can_read_what_is_saved(page: Page) -> None:
    page.ask("wishes", interview="2026-12-14")
    for kind, subject in (("calendar", ""), ("cards", ""), ("day", "Amazon")):
        assert stat.S_IMODE(page.saved(kind, subject).stat().st_mode) == 0o600


# Privacy ---------------------------------------------------------------------------------------


def test_everything_but_the_necessary_is_off_at_first_and_nothing_is_written(page: Page) -> None:
    shown = page.ask()
    assert shown["privacy"] == {
        "analytics": False,
        "marketing": False,
        "notice": "",
        "log": False,
    }
    assert not page.home.exists() or list(page.home.glob("p*")) == []


@pytest.mark.long
def test_a_privacy_choice_is_stored_at_once_and_shown_again(page: Page, bank: Bank) -> None:
    page.ask("privacy", analytics=True, marketing=False)
    assert load_preferences(page.home) == Preferences(analytics=True)
    page.ask("privacy", analytics=True, marketing=True)
    assert load_preferences(page.home) == Preferences(analytics=True, marketing=True)
    again = Page(bank, page.home.parent).ask()["privacy"]
    assert (again["analytics"], again["marketing"]) == (True, True)


def test_a_privacy_choice_leaves_a_coachs_name_as_it_is(page: Page) -> None:
    save_preferences(Preferences(rater="Grace Hopper"), page.home)
    page.ask("privacy", analytics=True, marketing=False)
    assert load_preferences(page.home) == Preferences(analytics=True, rater="Grace Hopper")


def test_a_log_is_kept_only_while_it_is_allowed_and_goes_when_that_is_asked(page: Page) -> None:
    log = PracticeLog(page.home)
    told = {"type": "practised", "view": "a", "question": "craft/01", "seconds": 30}
    page.widget.handle(told)
    assert not log.exists()
    page.ask("privacy", analytics=True, marketing=False)
    assert page.widget.practice_log is True
    page.widget.handle(told)
    off = page.ask("privacy", analytics=False, marketing=False)
    assert page.widget.practice_log is False
    page.widget.handle(told)
    assert off["privacy"]["log"] is True
    assert log.seconds() == {"craft/01": 30}
    assert page.ask("delete log")["privacy"]["log"] is False
    assert not log.exists()


def test_a_choice_that_cannot_be_stored_is_told(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    message = Page(bank, tmp_path).refused("privacy", analytics=True, marketing=False)
    assert message.startswith("Your choice was not saved: ")


# The form, and what is not kept ----------------------------------------------------------------


def test_the_form_saves_and_rates_and_another_question_is_sent_to_the_view_that_asked(
    page: Page, bank: Bank
) -> None:
    question = past_events(bank)[0]
    answer = page.ask("open", question=question)
    assert answer["type"] == "question"
    assert answer["content"]["text"] == bank[question].question.text
    part = bank[question].parts[0].name
    saved, _ = page.widget.handle(
        {
            "type": "save",
            "view": "a",
            "seq": 2,
            "question": question,
            "field": part,
            "text": "The ferry was late.",
            "based_on": 0,
        }
    )
    assert saved["type"] == "saved"
    assert page.store.answer(question).text(part) == "The ferry was late."
    rated = page.ask("review", question=question, rating="good", seconds=60)
    assert rated["type"] == "reviewed"


def test_an_unknown_question_is_refused_in_words(page: Page) -> None:
    answer = page.ask("open", question="craft/99")
    assert (answer["type"], answer["about"]) == ("error", "open")


@pytest.mark.long
def test_neither_the_widget_nor_its_output_keeps_what_is_private(
    page: Page, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = past_events(bank)[0]
    page.ask("wishes", companies=["Amazon"], level="director", interview="2026-12-14")
    write(page, bank, question)
    page.ask()
    page.ask("open", question=question)
    bundle = page.widget._repr_mimebundle_()
    assert bundle is not None
    state = {key: page.widget.get_state()[key] for key in page.widget.keys if key[:4] != "_esm"}
    kept = json.dumps([bundle, {key: str(value) for key, value in state.items()}])
    kept = kept.replace(page.widget._css, "")
    for private in ("Amazon", "irector", "2026", question, bank[question].question.text):
        assert private not in kept
    data, _ = bundle
    assert data["text/plain"] == (
        "Your evenings, your progress and your questions are shown here while the workbook is "
        "running. To see them, choose Run > Run All Cells. This copy of the page has none of your "
        "data."
    )
    assert data["text/html"] == f"<p>{data['text/plain'].replace('>', '&gt;')}</p>"


@pytest.mark.long
def test_it_needs_neither_frames_nor_plots(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "import prepkit as pk\n"
        "home = pk.Home(pk.load_bank(), pk.AnswerStore(Path(sys.argv[1])))\n"
        "home.handle({'type': 'wishes', 'view': 'a', 'interview': '2099-01-01'})\n"
        "print([name for name in ('pandas', 'matplotlib') if name in sys.modules])\n"
    )
    path = tmp_path / "answers.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_it_is_public() -> None:
    make: Callable[..., Any] = pk.Home
    assert make is Home
