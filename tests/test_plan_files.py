"""The plan in a calendar and in Anki: files that can be imported again, and that are private."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from prepkit.__main__ import main
from prepkit.answers import AnswerStore
from prepkit.answers.planned import Planned, load_planned
from prepkit.bank import Bank, load_bank
from prepkit.errors import PrepkitError
from prepkit.files import write_own
from prepkit.practice.evenings import Evening, PracticePlan, practice_plan, settle
from prepkit.practice.plan_calendar import CALENDAR_MARK, calendar_file
from prepkit.practice.plan_cards import CARDS_MARK, cards_file
from prepkit.practice.timetable import Row
from tests.platforms import needs_modes, refusal

NOW = datetime(2026, 11, 24, 19, 30, tzinfo=timezone(timedelta(hours=1)))
INTERVIEW = date(2026, 12, 14)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Give new files to all readers, as most computers do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test answers of its own, and a folder to write to."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plan_of(bank: Bank, now: datetime = NOW, interview: date = INTERVIEW) -> PracticePlan:
    wanted = Planned(interview=interview, companies=("Amazon",), count=5)
    planned = settle(bank, {}, wanted, Planned(), today=now.date(), new_name="f00d")
    return practice_plan(bank, {}, [], planned, now)


def events_of(content: bytes) -> list[Any]:  # what a property holds depends on its name
    return list(Calendar.from_ical(content).events)


def uids(content: bytes) -> list[str]:
    return [str(event["UID"]) for event in events_of(content)]


# The calendar ----------------------------------------------------------------------------------


def test_a_calendar_has_an_event_per_evening_and_the_interview(bank: Bank) -> None:
    plan = plan_of(bank)
    *evenings, interview = events_of(calendar_file(plan, NOW))
    assert [event["DTSTART"].dt for event in evenings] == [one.day for one in plan.evenings]
    assert [str(event["SUMMARY"]) for event in evenings][:2] == [
        "Interview practice (45 min)",
        "Interview practice (60 min)",
    ]
    assert str(interview["SUMMARY"]) == "Your interview"
    assert (interview["DTSTART"].dt, interview["DTEND"].dt) == (INTERVIEW, date(2026, 12, 15))


def test_an_event_says_what_to_do_and_asks_the_question(bank: Bank) -> None:
    plan = plan_of(bank)
    first, second, *_ = events_of(calendar_file(plan, NOW))
    one, two, *_ = plan.questions.values()
    assert str(first["DESCRIPTION"]) == f"{plan.evenings[0].tasks[0]}\nQuestion 1: {one}"
    assert str(second["DESCRIPTION"]).splitlines()[-2:] == [
        f"Question 1: {one}",
        f"Question 2: {two}",
    ]


def test_without_a_time_an_evening_takes_the_day_and_leaves_it_free(bank: Bank) -> None:
    first, *_ = events_of(calendar_file(plan_of(bank), NOW))
    assert first["DTSTART"].to_ical() == b"20261124"
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert first["DTEND"].dt == date(2026, 11, 25)
    assert first["TRANSP"] == "TRANSPARENT"


def test_a_time_is_the_local_one_wherever_the_reader_is(bank: Bank) -> None:
    first, *_ = events_of(calendar_file(plan_of(bank), NOW, at=time(19)))
    assert (first["DTSTART"].to_ical(), first["DTEND"].to_ical()) == (
        b"20261124T190000",
        b"20261124T194500",
    )
    assert "TZID" not in first["DTSTART"].params
    assert "TRANSP" not in first


def test_there_is_an_alarm_only_if_one_is_asked_for(bank: Bank) -> None:
    plan = plan_of(bank)
    assert not any(
        event.walk("VALARM") for event in events_of(calendar_file(plan, NOW, at=time(19)))
    )
    *evenings, interview = events_of(calendar_file(plan, NOW, at=time(19), remind=15))
    for event in evenings:
        (alarm,) = event.walk("VALARM")
        assert (alarm["ACTION"], alarm["TRIGGER"].to_ical()) == ("DISPLAY", b"-PT15M")
        assert str(alarm["DESCRIPTION"]) == "Interview practice"
    assert not interview.walk("VALARM")


def test_a_calendar_keeps_the_rules_of_its_format(bank: Bank) -> None:
    content = calendar_file(plan_of(bank), NOW, at=time(19), remind=15)
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + CALENDAR_MARK + b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    for event in events_of(content):
        # In UTC, as it must be, and from the clock that was given.
        assert event["DTSTAMP"].to_ical() == b"20261124T183000Z"
        assert event["CLASS"] == "PRIVATE"
    assert len(set(uids(content))) == len(uids(content)) == 10
    assert calendar_file(plan_of(bank), NOW, at=time(19), remind=15) == content


def test_texts_with_commas_lines_and_letters_of_several_bytes_come_back_as_they_were() -> None:
    text = "Why; “naïve, or not”?\\n " + "日本語" * 40
    what = "Write, first; then\\rest."
    row = Row(1, NOW.date(), "", "write", ("a/01",), 45, what)
    evening = Evening(day=NOW.date(), left=1, rows=(row,), numbers=(1,))
    plan = PracticePlan(
        name="f00d",
        interview=INTERVIEW,
        note="",
        questions={"a/01": text},
        reasons={},
        evenings=(evening,),
    )
    content = calendar_file(plan, NOW)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert all(line.decode("utf-8") is not None for line in content.split(b"\r\n"))
    first, _ = events_of(content)
    assert str(first["DESCRIPTION"]) == f"Write, first; then\\rest.\nQuestion 1: {text}"


@pytest.mark.long
def test_a_calendar_knows_the_evenings_again_on_a_later_day_and_when_the_interview_is_moved(
    bank: Bank,
) -> None:
    first = calendar_file(plan_of(bank), NOW)
    later = calendar_file(plan_of(bank, now=NOW + timedelta(1)), NOW + timedelta(1))
    moved = calendar_file(plan_of(bank, interview=INTERVIEW + timedelta(2)), NOW)
    assert uids(later) == uids(moved) == uids(first)
    assert uids(first)[-2:] == ["f00d-evening-1@prepkit", "f00d-interview@prepkit"]
    days = [event["DTSTART"].dt for event in events_of(later)]
    assert days[0] == date(2026, 11, 25)


# The cards -------------------------------------------------------------------------------------


def rows_of(content: bytes) -> list[list[str]]:
    """Return the columns of each card, read as Anki reads them: a line with # is no card."""
    lines = [line for line in content.decode().split("\n") if not line.startswith("#")]
    return list(csv.reader(io.StringIO("\n".join(lines)), delimiter="\t"))


def complete(store: AnswerStore, bank: Bank, question: str, opening: str) -> None:
    example = bank[question].question.example or {}
    first, *others = example
    store.save(question, first, f"{opening} {example[first]}", based_on=0)
    for part in others:
        store.save(question, part, example[part], based_on=0)


def test_a_file_of_cards_tells_anki_how_to_read_it(bank: Bank) -> None:
    content = cards_file(bank, {}, ["technical-leadership/06"])
    assert content.decode().split("\n")[:8] == [
        "# Cards from prepkit. Importing them again updates them",
        "#separator:tab",
        "#html:true",
        "#notetype:Basic",
        "#deck:Interview practice",
        "#tags:prepkit",
        "#guid column:1",
        "#if matches:update current",
    ]
    assert content.startswith(CARDS_MARK)
    assert content.endswith(b"\n")
    assert b"\r" not in content


def test_a_card_has_the_question_on_its_front_and_the_key_points_on_its_back(bank: Bank) -> None:
    ((guid, front, back),) = rows_of(cards_file(bank, {}, ["technical-leadership/06"]))
    question = bank["technical-leadership/06"].question
    assert guid == "prepkit:technical-leadership/06"
    assert unescape(front) == question.text
    points = "".join(f"<li>{point}</li>" for point in question.key_points)
    assert unescape(back) == f"<ul>{points}</ul>"


def test_a_complete_answer_adds_its_first_sentence_and_has_a_card_of_its_own(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    complete(store, bank, "technical-leadership/06", 'We lost a "ferry"\tin <May>.')
    first = (bank["technical-leadership/07"].question.form.parts[0]).name
    store.save("technical-leadership/07", first, "Only a start. It is not a story.", based_on=0)
    content = cards_file(bank, store.load(), ["technical-leadership/07"])
    unfinished, finished = rows_of(content)
    assert (unfinished[0], finished[0]) == (
        "prepkit:technical-leadership/07",
        "prepkit:technical-leadership/06",
    )
    assert "Only a start" not in content.decode()
    assert finished[2].endswith(
        "</ul><p>You begin: We lost a &quot;ferry&quot; in &lt;May&gt;.</p>"
    )


def test_a_card_is_one_line_with_three_columns_whatever_is_in_it(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    complete(store, bank, "technical-leadership/06", "#One\u2028two\x0bthree\r\nfour\tfive.")
    content = cards_file(bank, store.load(), [])
    assert [len(row) for row in rows_of(content)] == [3]
    assert content.decode().endswith("<p>You begin: #One two three four five.</p>\n")


def test_all_questions_of_the_bank_make_cards_that_can_be_read_back(bank: Bank) -> None:
    rows = rows_of(cards_file(bank, {}, bank))
    assert [row[0] for row in rows] == [f"prepkit:{question}" for question in bank]
    assert {len(row) for row in rows} == {3}


# The files -------------------------------------------------------------------------------------


def test_a_file_of_ours_is_replaced_and_any_other_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.ics"
    write_own(path, b"MARK 1", mark=b"MARK", kind="a plan of prepkit")
    write_own(path, b"MARK 2", mark=b"MARK", kind="a plan of prepkit")
    assert path.read_bytes() == b"MARK 2"
    path.write_bytes(b"my own")
    with pytest.raises(PrepkitError) as caught:
        write_own(path, b"MARK 3", mark=b"MARK", kind="a plan of prepkit")
    assert str(caught.value) == (
        f"Nothing was written: {path} is there already, and it is not a plan of prepkit. Move or "
        "rename that file, then try again."
    )
    assert path.read_bytes() == b"my own"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "plan.ics"
    reason = refusal(lambda: path.write_bytes(b""))
    with pytest.raises(PrepkitError) as caught:
        write_own(path, b"MARK", mark=b"MARK", kind="a plan of prepkit")
    assert str(caught.value) == f"{path} can't be written: {reason}."


@needs_modes
@pytest.mark.usefixtures("usual_umask")
def test_only_the_user_can_read_plan_and_cards_also_if_all_could_read_an_earlier_file(
    folder: Path,
) -> None:
    for name, mark in (("plan.ics", CALENDAR_MARK), ("cards.txt", CARDS_MARK)):
        (folder / name).write_bytes(mark)
        (folder / name).chmod(0o644)
    assert main([*command(), "--ics", "plan.ics", "--anki", "cards.txt"]) == 0
    for name in ("plan.ics", "cards.txt"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def command() -> list[str]:
    return ["plan", "--date", (datetime.now().astimezone().date() + timedelta(20)).isoformat()]


def test_prepkit_plan_writes_a_calendar_and_cards_and_says_what_to_do_with_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [*command(), "--ics", "plan.ics", "--at", "19:00", "--remind", "15"]
    assert main([*given, "--anki", "cards.txt"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-4:] == [
        "",
        "plan.ics: open it with your calendar. When your plan changes, write and open it again: "
        "the evenings in your calendar move.",
        "",
        "cards.txt: in Anki, choose File > Import. It holds the first sentences of your complete "
        "answers, so only you can read it.",
    ]
    *evenings, _ = events_of((folder / "plan.ics").read_bytes())
    assert {event["DTSTART"].dt.time() for event in evenings} == {time(19)}
    assert all(event.walk("VALARM") for event in evenings)
    assert len(rows_of((folder / "cards.txt").read_bytes())) == 11


@pytest.mark.long
def test_the_time_of_the_evenings_is_kept_until_all_day_is_asked_for(folder: Path) -> None:
    assert main([*command(), "--ics", "plan.ics", "--at", "19:30"]) == 0
    assert main(["plan", "--ics", "plan.ics"]) == 0
    first, *_ = events_of((folder / "plan.ics").read_bytes())
    assert first["DTSTART"].dt.time() == time(19, 30)
    before = uids((folder / "plan.ics").read_bytes())
    assert main(["plan", "--ics", "plan.ics", "--all-day"]) == 0
    first, *_ = events_of((folder / "plan.ics").read_bytes())
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert uids((folder / "plan.ics").read_bytes()) == before
    assert load_planned(folder / "home").at is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--at", "7pm"], "argument --at: '7pm' is not a time: write it as in 19:00"),
        (["--at", "25:00"], "argument --at: '25:00' is not a time: write it as in 19:00"),
        (["--remind", "15"], "--remind needs a calendar file: add --ics plan.ics"),
        (
            ["--ics", "plan.ics", "--remind", "15"],
            "--remind needs to know when your evenings begin: add --at 19:00",
        ),
    ],
)
def test_a_time_or_a_reminder_that_makes_no_sense_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command(), *words])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"prepkit plan: error: {message}\n")


@pytest.mark.parametrize(
    ("option", "what"),
    [("--ics", "a calendar file from prepkit"), ("--anki", "a file of cards from prepkit")],
)
def test_a_file_of_somebody_else_stays_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str, what: str
) -> None:
    (folder / "mine").write_text("my own")
    assert main([*command(), option, "mine"]) == 1
    assert capsys.readouterr().err == (
        f"Nothing was written: mine is there already, and it is not {what}. Move or rename that "
        "file, then try again.\n"
    )
    assert (folder / "mine").read_text() == "my own"
