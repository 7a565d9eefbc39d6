"""A candidate's own plan: the same stories from day to day, and `prepkit plan`, which prints it."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from prepkit.__main__ import main
from prepkit.answers import AnswerStore
from prepkit.answers.planned import PlanError, Planned, is_planned, load_planned, save_planned
from prepkit.bank import Bank, load_bank
from prepkit.errors import PrepkitError
from prepkit.own_plan import keep_wishes, written_on
from prepkit.practice.evenings import PracticePlan, practice_plan, settle
from prepkit.practice.progress import due_after
from prepkit.practice.selection import select_questions
from prepkit.practice.timetable import EVENING
from prepkit.records import Review
from prepkit.text import format_day
from tests.platforms import needs_modes, refusal

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
TODAY = NOW.date()
INTERVIEW = TODAY + timedelta(20)
WANTED = Planned(interview=INTERVIEW, companies=("amazon",), level="engineering manager", count=5)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test answers of its own, and a folder to write to."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def settled(bank: Bank, wanted: Planned = WANTED, kept: Planned | None = None) -> Planned:
    return settle(bank, {}, wanted, kept or Planned(), today=TODAY, new_name="new")


def write(store: AnswerStore, bank: Bank, question: str) -> None:
    """Store an answer with which the second look is content, but for the number of its words."""
    for part, text in (bank[question].question.example or {}).items():
        store.save(question, part, text, based_on=0)


def plan_of(bank: Bank, store: AnswerStore, planned: Planned, now: datetime = NOW) -> PracticePlan:
    return practice_plan(bank, store.load(), store.reviews(), planned, now)


def test_a_plan_names_its_companies_as_the_bank_does_and_chooses_its_questions(bank: Bank) -> None:
    planned = settled(bank)
    assert planned.companies == ("Amazon",)
    assert len(planned.questions) == len(set(planned.questions)) == 5
    assert planned.name == "new"


def test_the_questions_stay_when_answers_are_complete_and_when_the_interview_is_moved(
    bank: Bank, tmp_path: Path
) -> None:
    kept = settled(bank).model_copy(update={"name": "first"})
    store = AnswerStore(tmp_path / "answers.sqlite")
    write(store, bank, kept.questions[0])
    moved = kept.model_copy(update={"interview": INTERVIEW + timedelta(7)})
    again = settle(bank, store.load(), moved, kept, today=TODAY, new_name="new")
    assert again == moved


@pytest.mark.parametrize(
    "change", [{"companies": ()}, {"level": "director"}, {"count": 3}, {"companies": ("Shopify",)}]
)
def test_another_company_level_or_number_chooses_again_and_calendars_still_know_the_plan(
    bank: Bank, change: dict[str, object]
) -> None:
    kept = settled(bank).model_copy(update={"name": "first"})
    wanted = kept.model_copy(update=change)
    again = settled(bank, wanted, kept)
    assert again.questions == settled(bank, wanted).questions
    assert again.name == "first"


def test_a_plan_that_is_not_told_how_many_has_as_many_questions_as_its_evenings_have_room_for(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    for days, count in ((7, 5), (21, 12), (60, 30)):
        wanted = WANTED.model_copy(update={"count": None, "interview": TODAY + timedelta(days)})
        planned = settled(bank, wanted)
        assert len(planned.questions) == count
        rows = [row for evening in plan_of(bank, store, planned).evenings for row in evening.rows]
        new = [row for row in rows if row.step == "write"]
        assert {one for row in new for one in row.questions} == set(planned.questions)
        assert len({row.day for row in new}) == count
        told = {one for row in rows if row.step == "tell" for one in row.questions}
        assert told == set(planned.questions)


def test_if_the_interview_is_moved_to_a_later_day_questions_are_added_and_none_goes(
    bank: Bank,
) -> None:
    kept = settled(bank, WANTED.model_copy(update={"count": None}))
    later = kept.model_copy(update={"interview": INTERVIEW + timedelta(10)})
    moved = settled(bank, later, kept)
    assert (len(kept.questions), len(moved.questions)) == (11, 16)
    assert moved.questions[:11] == kept.questions
    assert len(set(moved.questions)) == 16
    assert settled(bank, kept, moved).questions == moved.questions


def test_after_the_interview_a_new_plan_begins(bank: Bank) -> None:
    over = settled(bank).model_copy(
        update={"name": "first", "interview": TODAY - timedelta(1), "questions": ("craft/01",)}
    )
    again = settled(bank, over.model_copy(update={"interview": INTERVIEW}), over)
    assert again == settled(bank)


def test_a_question_that_the_bank_no_longer_has_is_replaced(bank: Bank) -> None:
    kept = settled(bank).model_copy(update={"questions": ("craft/01",)})
    assert settled(bank, kept, kept).questions == settled(bank).questions


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"interview": None},
            "We don't know when your interview is, so there is no plan yet. Give its date first.",
        ),
        (
            {"interview": TODAY - timedelta(1)},
            "23 November 2026 is over. Give the date of your next interview.",
        ),
        ({"companies": ("Amazn",)}, "no company 'Amazn'; did you mean 'Amazon'?"),
        ({"level": "directer"}, "no level 'directer'; did you mean 'director'?"),
    ],
)
def test_what_cannot_be_planned_is_said(
    bank: Bank, change: dict[str, object], message: str
) -> None:
    with pytest.raises(PrepkitError) as caught:
        settled(bank, WANTED.model_copy(update=change))
    assert str(caught.value) == message


def test_the_interview_may_be_today(bank: Bank, tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    today = settled(bank, WANTED.model_copy(update={"interview": TODAY}))
    (evening,) = plan_of(bank, store, today).evenings
    assert (evening.day, evening.left, evening.minutes) == (TODAY, 1, 20)


def test_each_evening_is_one_line_and_the_interview_is_the_last(bank: Bank, tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    plan = plan_of(bank, store, settled(bank))
    title = bank[next(iter(plan.questions))].category.title
    assert plan.lines[0] == (
        "Your interview is on Monday 14 December 2026, in 20 days. 9 evenings of practice, 11 free."
        " Your plan has 5 questions to write, at most one per evening. Say each out loud the "
        "evening after; then it comes back when you rate it to. Nothing is new on the last 9 "
        "evenings."
    )
    assert plan.lines[2].startswith("1. ")
    assert plan.lines[8].startswith(
        f"Tuesday 24 November (45 min): Write a first version of question 1 ({title} Q"
    )
    assert plan.lines[-2:] == (
        "Sunday 13 December (20 min): Read your story sheets or notes once. Then stop, and rest.",
        "Monday 14 December: your interview",
    )
    assert len(plan.lines) == 1 + 1 + 5 + 1 + 9 + 1
    assert [evening.left for evening in plan.evenings] == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_story_that_was_practised_today_is_not_planned_for_today(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)
    planned = settled(bank)
    first = planned.questions[0]
    write(store, bank, first)
    before = plan_of(bank, store, planned).evenings[0]
    assert 1 in before.numbers
    store.add_review(first, "good", 100)
    after = plan_of(bank, store, planned).evenings
    assert next(one.day for one in after if 1 in one.numbers) >= TODAY + timedelta(2)


def test_what_was_done_today_leaves_less_for_tonight(bank: Bank, tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)
    planned = settled(bank, WANTED.model_copy(update={"count": None}))
    first, second, *_ = planned.questions
    write(store, bank, first)
    answers = store.load()
    written = written_on(bank, store, NOW, answers)
    assert written == {first}
    assert written_on(bank, store, NOW + timedelta(1), answers) == set()
    plan = practice_plan(bank, answers, [], planned, NOW, written=written)
    assert plan.evenings[0].day == TODAY + timedelta(1), "tonight has one new story, and that's it"
    assert [(row.step, row.questions) for row in plan.evenings[0].rows] == [
        ("tell", (first,)),
        ("write", (second,)),
    ]


def test_an_answer_that_was_complete_before_today_was_not_written_today(
    bank: Bank, tmp_path: Path
) -> None:
    now = NOW
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: now)
    write(store, bank, "leading-people/01")
    now = NOW + timedelta(1)
    text = store.answer("leading-people/01").text("result")
    store.save("leading-people/01", "result", f"{text} Done.", based_on=1)
    assert written_on(bank, store, now, store.load()) == set()


def test_the_day_of_a_rehearsal_is_the_one_where_the_candidate_is(bank: Bank) -> None:
    planned = settled(bank)
    first = planned.questions[0]
    # In UTC it is still Monday; the candidate, in Auckland, already has Tuesday morning.
    auckland = timezone(timedelta(hours=13))
    now = datetime(2026, 11, 24, 9, tzinfo=auckland)
    review = Review(
        question=first,
        rating="good",
        seconds=100,
        reviewed_at=datetime(2026, 11, 23, 19, tzinfo=UTC),
    )
    plan = practice_plan(bank, {}, [review], planned, now)
    assert plan.evenings[0].day == date(2026, 11, 24)


def test_what_a_plan_is_for_is_kept_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    assert load_planned(folder) == Planned()
    save_planned(WANTED, folder)
    assert load_planned(folder) == WANTED
    assert [path.name for path in folder.iterdir()] == ["plan.json"]


@needs_modes
def test_only_the_user_can_read_what_a_plan_is_for(tmp_path: Path) -> None:
    save_planned(WANTED, tmp_path / "home")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.rglob("*"))]
    assert modes == [0o700, 0o600]


DAMAGED = [b"", b"\xff", b"[]", b'{"interview": "soon"}', b"[" * 9999]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_kept_plan_that_cannot_be_read_is_said_and_stays_as_it_is(
    bank: Bank, home: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    home.mkdir()
    path = home / "plan.json"
    path.write_bytes(content)
    message = (
        f"Your plan can't be read: {path} is damaged. Your answers are not affected. Nothing was "
        "changed. To choose your companies and your date again: prepkit plan --new --date "
        "2026-01-31"
    )
    with pytest.raises(PlanError) as caught:
        load_planned(home)
    assert str(caught.value) == message
    assert main(["plan", "--date", INTERVIEW.isoformat()]) == 1
    assert capsys.readouterr() == ("", f"{message}\n")
    with pytest.raises(PlanError):
        keep_wishes(bank, AnswerStore(home / "answers.sqlite"), NOW, {"companies": ("Amazon",)})
    assert path.read_bytes() == content


@pytest.mark.long
def test_a_new_plan_takes_the_place_of_a_damaged_one_which_gets_another_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    interview = (datetime.now().astimezone().date() + timedelta(20)).isoformat()
    for number, content in enumerate([b"{", b"["], 1):
        (home / "plan.json").write_bytes(content)
        assert main(["plan", "--new", "--date", interview]) == 0
        assert load_planned(home).interview is not None
        assert (home / f"plan-damaged-{number}.json").read_bytes() == content
    assert main(["plan", "--new", "--date", interview]) == 0  # nothing is damaged now
    assert len(list(home.glob("plan-damaged-*"))) == 2
    capsys.readouterr()


def test_a_kept_plan_that_may_not_be_read_says_what_to_check(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.mkdir()
    reason = refusal(path.read_bytes)
    with pytest.raises(PlanError) as caught:
        load_planned(tmp_path)
    assert str(caught.value) == (
        f"Your plan can't be read: {path} can't be opened ({reason}). Nothing was changed. Check "
        "the file's permissions."
    )


def test_wishes_are_kept_without_a_date_and_settled_when_there_is_one(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    assert not is_planned(tmp_path)
    keep_wishes(bank, store, NOW, {})  # all of it skipped
    assert is_planned(tmp_path)
    assert load_planned(tmp_path) == Planned()
    keep_wishes(bank, store, NOW, {"companies": ("amazon", "Amazon"), "level": "director"})
    assert load_planned(tmp_path) == Planned(companies=("Amazon",), level="director")
    with pytest.raises(PrepkitError) as caught:
        keep_wishes(bank, store, NOW, {"companies": ("Amazn",)})
    assert str(caught.value) == "no company 'Amazn'; did you mean 'Amazon'?"
    keep_wishes(bank, store, NOW, {"interview": INTERVIEW})
    planned = load_planned(tmp_path)
    assert (planned.interview, len(planned.questions)) == (INTERVIEW, 11)
    keep_wishes(bank, store, NOW, {"interview": None})
    assert load_planned(tmp_path) == planned.model_copy(update={"interview": None})


def test_a_rating_decides_when_a_question_of_the_plan_comes_back(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)
    planned = settled(bank)
    first = planned.questions[0]
    write(store, bank, first)
    days = {}
    for rating in ("easy", "again"):
        review = Review(question=first, rating=rating, seconds=100, reviewed_at=NOW)
        plan = practice_plan(bank, store.load(), [review], planned, NOW)
        days[rating] = next(one.day for one in plan.evenings if 1 in one.numbers)
    due = {rating: moment.date() for rating, moment in due_after([], first, NOW).items()}
    assert days["again"] == due["again"] == TODAY + timedelta(1)
    # "Very easy" brings it back after more than a week, and the first evening after that has it.
    assert days["easy"] >= due["easy"] > TODAY + timedelta(7)


@pytest.mark.long
def test_what_was_practised_before_the_plan_comes_back_when_it_is_due(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)
    planned = settled(bank)
    other = next(one for one in bank if one not in planned.questions)
    text = bank[other].question.text
    write(store, bank, other)
    again = f"Practise “{text}” out loud again."
    before = plan_of(bank, store, planned)
    assert again not in "".join(before.lines)
    store.add_review(other, "good", 100)
    due = due_after([], other, NOW)["good"].date()
    plan = plan_of(bank, store, planned)
    full = {one.day for one in before.evenings if one.minutes + 15 > EVENING}
    day = next(due + timedelta(n) for n in range(9) if due + timedelta(n) not in full)
    assert [one.day for one in plan.evenings if again in one.tasks] == [day]
    assert all(one.minutes <= EVENING for one in plan.evenings)
    assert [one.left for one in plan.evenings] == list(range(len(plan.evenings), 0, -1))
    # Overdue by a week, it is practised tonight.
    later = plan_of(bank, store, planned, NOW + timedelta(9))
    assert again in later.evenings[0].tasks
    assert later.evenings[0].day == TODAY + timedelta(9)
    # What comes back only after the interview doesn't, and the evening before it is for rest.
    near = planned.model_copy(update={"interview": due + timedelta(1)})
    assert again not in "".join(plan_of(bank, store, near).lines)


@pytest.mark.long
def test_a_plan_has_a_reason_for_each_of_its_questions(bank: Bank, tmp_path: Path) -> None:
    planned = settled(bank)
    chosen = select_questions(bank, {}, companies=planned.companies, level=planned.level)
    store = AnswerStore(tmp_path / "answers.sqlite")
    plan = plan_of(bank, store, planned)
    assert plan.reasons == dict(zip(chosen["question"], chosen["reason"], strict=True))
    assert list(plan.questions) == list(planned.questions)


@pytest.mark.long
def test_a_plan_is_made_without_frames(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from datetime import datetime, timedelta\n"
        "from pathlib import Path\n"
        "import prepkit as pk\n"
        "from prepkit.own_plan import own_plan\n"
        "now = datetime.now().astimezone()\n"
        "store = pk.AnswerStore(Path(sys.argv[1]))\n"
        "given = {'interview': now.date() + timedelta(20)}\n"
        "_, plan = own_plan(pk.load_bank(), store, now, given)\n"
        "print(len(plan.questions), 'pandas' in sys.modules)\n"
    )
    path = tmp_path / "answers.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "11 False\n"


def test_a_plan_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.write_text("a file, not a folder")
    reason = refusal(lambda: path.mkdir(exist_ok=True))
    with pytest.raises(PrepkitError) as caught:
        save_planned(WANTED, path)
    assert str(caught.value) == (
        f"Your plan was not kept: {path / 'plan.json'} can't be written ({reason}). Your answers "
        "are not affected."
    )


@pytest.mark.long
def test_prepkit_plan_prints_the_plan_and_needs_its_date_only_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    interview = datetime.now().astimezone().date() + timedelta(20)
    date_ = interview.isoformat()
    command = ["plan", "--date", date_, "--company", "amazon", "--company", "Shopify"]
    assert main([*command, "--level", "Director", "--questions", "3"]) == 0
    first = capsys.readouterr()
    assert first.err == ""
    lines = first.out.splitlines()
    assert lines[0].startswith(f"Your interview is on {format_day(interview, weekday=True)}, in 20")
    assert [line[:3] for line in lines[2:5]] == ["1. ", "2. ", "3. "]
    assert lines[-1].endswith(": your interview")
    kept = load_planned(home)
    assert (kept.companies, kept.level, kept.count) == (("Amazon", "Shopify"), "director", 3)
    assert main(["plan"]) == 0
    assert capsys.readouterr().out == first.out


@pytest.mark.long
def test_new_forgets_what_was_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    interview = (datetime.now().astimezone().date() + timedelta(20)).isoformat()
    assert main(["plan", "--date", interview, "--company", "Amazon"]) == 0
    first = load_planned(home)
    assert main(["plan", "--new", "--date", interview]) == 0
    again = load_planned(home)
    assert again.companies == ()
    assert again.name != first.name
    capsys.readouterr()
    assert main(["plan", "--new"]) == 1
    assert load_planned(home) == again


def test_prepkit_plan_without_a_date_says_how_to_give_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan"]) == 1
    assert capsys.readouterr() == (
        "",
        "We don't know when your interview is, so there is no plan yet. Give its date: prepkit plan"
        " --date 2026-01-31\n",
    )
    assert not (home / "plan.json").exists()


def test_prepkit_plan_suggests_the_company_that_was_meant_and_keeps_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    interview = (datetime.now().astimezone().date() + timedelta(20)).isoformat()
    assert main(["plan", "--date", interview, "--company", "Amazn"]) == 1
    assert capsys.readouterr() == ("", "no company 'Amazn'; did you mean 'Amazon'?\n")
    assert not (home / "plan.json").exists()
