"""Hand-ins that claim to be somebody else's, or that are far too large: what collecting does."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from prepkit.__main__ import main
from prepkit.answers import (
    CollectReport,
    StoreError,
    collect_answers,
    read_answers,
    student_stores,
)
from prepkit.answers.ledger import LedgerRow
from prepkit.answers.signatures import CoachKeys, new_key, store_key
from prepkit.answers.students import collected_answers
from prepkit.bank import load_bank
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.practice.cohort import cohort_frame, student_summary
from prepkit.records import Student
from tests.examples import past_events

QUESTION, OTHER = "technical-leadership/06", "leading-people/01"
RUN = "2026-12-01"
START = datetime(2026, 12, 2, 18, tzinfo=UTC)
NOTHING = "Nothing of it was taken."
ASK = f"{NOTHING} Ask who sent it what happened."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def keys(home: Path) -> CoachKeys:
    return store_key(home, new_key())


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    folder = tmp_path / "returned"
    folder.mkdir()
    return folder


@pytest.fixture
def into(home: Path) -> Path:
    return home / "students"


def versions(*texts: str, day: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "revision": number,
            "saved_at": (START + timedelta(days=day, minutes=number)).isoformat(),
            "origin": "form",
            "text": text,
        }
        for number, text in enumerate(texts, 1)
    ]


def document(answers: dict[str, Any]) -> dict[str, Any]:
    return {"format": "prepkit-answers", "version": 1, "answers": answers, "reviews": []}


def sent(
    keys: CoachKeys | None, student_id: str, questions: Sequence[str] = (QUESTION,), run: str = RUN
) -> dict[str, Any]:
    """Return a notebook as the coach has sent it, as JSON."""
    key = keys.student_key(student_id, run) if keys else b""
    student = Student(student_id=student_id, name=student_id)
    nb = fill_in_notebook(student, questions, run=run, signing_key=key)
    plain: dict[str, Any] = json.loads(nbformat.writes(nb))
    return plain


def filled(nb: dict[str, Any], answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the notebook with answers, as its student saves it."""
    found = {QUESTION: {"task": versions("Mine.")}} if answers is None else answers
    owner = {"prepkit": {"student_id": nb["metadata"]["prepkit"]["student_id"]}}
    nb["cells"][-1]["outputs"] = [
        {
            "output_type": "display_data",
            "data": {"text/plain": "…", HAND_IN_MIME: document(found)},
            "metadata": owner,
        }
    ]
    return nb


def put(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content))


def collect(folder: Path, into: Path, keys: CoachKeys, **options: Any) -> CollectReport:
    return collect_answers(folder, into, keys=keys, now=lambda: START, **options)


def problems(report: CollectReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def wrong(student_id: str) -> str:
    return (
        f"its signature is wrong: you didn't send {student_id} a notebook with these questions "
        f"from this computer. Somebody may have changed or forged it, so ask {student_id}. If you "
        "made it on another computer, bring the key from there: 'prepkit answers export-key' "
        "there, 'prepkit answers import-key' here."
    )


def test_a_notebook_that_was_sent_and_filled_in_is_taken_without_a_word(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "anything.ipynb", filled(sent(keys, "ada", [QUESTION, OTHER])))
    report = collect(returned, into, keys)
    assert str(report) == "ada: 1 answer new or changed"
    assert (problems(report), report.unsigned, report.unchecked) == ([], (), ())


def test_answers_in_the_metadata_are_taken_though_the_outputs_were_cleared(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    nb = filled(sent(keys, "ada"))
    output = nb["cells"][-1]["outputs"].pop()
    nb["metadata"]["prepkit"]["answers"] = output["data"][HAND_IN_MIME]
    put(returned, "1.ipynb", nb)
    assert str(collect(returned, into, keys)) == "ada: 1 answer new or changed"
    # And once only where they are in both.
    nb["cells"][-1]["outputs"] = [output]
    put(returned, "1.ipynb", nb)
    (ada,) = collect(returned, into, keys).students
    assert (ada.added, ada.unchanged) == ((), 1)


def test_newer_answers_in_either_place_of_a_notebook_are_taken(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    nb = filled(sent(keys, "ada"), {QUESTION: {"task": versions("One.")}})
    nb["metadata"]["prepkit"]["answers"] = document({QUESTION: {"task": versions("One.", "Two.")}})
    put(returned, "1.ipynb", nb)
    assert str(collect(returned, into, keys)) == "ada: 1 answer new or changed"
    assert read_answers(into / "ada.sqlite")[QUESTION].text("task") == "Two."


def test_a_notebook_that_claims_another_id_is_refused(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    forged = filled(sent(keys, "eve"))
    forged["metadata"]["prepkit"]["student_id"] = "ada"
    forged["cells"][-1]["outputs"][0]["metadata"]["prepkit"]["student_id"] = "ada"
    put(returned, "1.ipynb", forged)
    report = collect(returned, into, keys)
    assert problems(report) == [f"1.ipynb: {wrong('ada')}"]
    assert not into.exists()


def test_a_signature_copied_from_another_notebook_is_refused(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    copied = sent(keys, "ada", [OTHER])["metadata"]["prepkit"]["signature"]
    other_questions = filled(sent(keys, "ada"))
    other_questions["metadata"]["prepkit"]["signature"] = copied
    put(returned, "1.ipynb", other_questions)
    other_run = filled(sent(keys, "ada"))
    earlier = sent(keys, "ada", run="2026-11-01")["metadata"]["prepkit"]["signature"]
    other_run["metadata"]["prepkit"]["signature"] = earlier
    put(returned, "2.ipynb", other_run)
    capitals = filled(sent(keys, "ada"))
    capitals["metadata"]["prepkit"]["student_id"] = "Ada"
    capitals["cells"][-1]["outputs"][0]["metadata"]["prepkit"]["student_id"] = "Ada"
    put(returned, "3.ipynb", capitals)
    report = collect(returned, into, keys, known=["ada"])
    assert problems(report) == [
        f"1.ipynb: {wrong('ada')}",
        f"2.ipynb: {wrong('ada')}",
        f"3.ipynb: {wrong('Ada')}",
    ]


def test_answers_to_questions_that_the_signed_notebook_lacks_are_refused(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    nb = filled(sent(keys, "ada"), {OTHER: {"task": versions("Of another notebook.")}})
    put(returned, "1.ipynb", nb)
    assert problems(collect(returned, into, keys)) == [
        f"1.ipynb: it has an answer to {OTHER}, which is not in the notebook that you sent to ada. "
        f"{ASK}"
    ]


@pytest.mark.parametrize("name", ["signature", "run", "questions"])
@pytest.mark.parametrize("value", [None, 5, [1, {}], {"a": 1}])
def test_a_damaged_signature_is_refused(
    returned: Path, into: Path, keys: CoachKeys, name: str, value: object
) -> None:
    nb = filled(sent(keys, "ada"))
    nb["metadata"]["prepkit"][name] = value
    put(returned, "1.ipynb", nb)
    (problem,) = problems(collect(returned, into, keys))
    damaged = "its signature is damaged. Ask ada for the notebook that you sent."
    assert problem in (f"1.ipynb: {damaged}", f"1.ipynb: {wrong('ada')}")


def test_an_earlier_notebook_of_the_same_student_is_still_taken(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "1.ipynb", filled(sent(keys, "ada", run="2026-11-01")))
    assert str(collect(returned, into, keys)) == "ada: 1 answer new or changed"


def test_what_has_no_signature_is_taken_and_named(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "of before.ipynb", filled(sent(None, "ada")))
    put(returned, "ben.json", document({QUESTION: {"task": "Of Ben."}}))
    put(returned, "cem.ipynb", filled(sent(keys, "cem")))
    report = collect(returned, into, keys)
    assert problems(report) == []
    assert str(report) == (
        "ada: 1 answer new or changed\n"
        "ben: 1 answer new or changed\n"
        "cem: 1 answer new or changed\n"
        "Not signed (exports never are), so anybody could have written these:\n"
        "  ben.json\n"
        "  of before.ipynb"
    )


def test_a_computer_without_the_key_takes_a_notebook_and_says_that_it_is_not_checked(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "1.ipynb", filled(sent(keys, "ada")))
    report = collect(returned, into, CoachKeys())
    assert str(report) == (
        "ada: 1 answer new or changed\n"
        "Signed, but the key to check it is not on this computer (it is brought here by 'prepkit "
        "answers import-key'):\n"
        "  1.ipynb"
    )


def test_two_files_that_claim_one_student_are_both_named_with_the_newer_one(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "b.ipynb", filled(sent(keys, "ada"), {QUESTION: {"task": versions("One.")}}))
    later = {QUESTION: {"task": versions("One.", "Two.", day=1)}}
    put(returned, "a.ipynb", filled(sent(keys, "ada"), later))
    report = collect(returned, into, keys)
    assert str(report) == (
        "ada: 1 answer new or changed\n"
        "  2 files from ada: b.ipynb and a.ipynb. The newest text is in a.ipynb."
    )
    put(returned, "ADA.json", document({QUESTION: {"task": "Two."}}))
    assert "3 files from ada: b.ipynb, a.ipynb and ADA.json. Which one is newer can't be told " in (
        str(collect(returned, into, keys))
    )


def test_the_same_file_sent_twice_is_named_as_a_copy_and_nothing_is_to_do(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    for name in ("a.ipynb", "a (1).ipynb"):
        put(returned, name, filled(sent(keys, "ada")))
    report = collect(returned, into, keys)
    claims = (
        "2 files from ada: a (1).ipynb and a.ipynb. They are copies: the same answers are in each."
    )
    assert str(report) == f"ada: 1 answer new or changed\n  {claims}"
    assert report.ledger.students == (LedgerRow("ada", "here", "a (1).ipynb, a.ipynb", claims),)


def test_the_newest_of_three_files_is_known_if_two_are_copies_of_it(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "old.ipynb", filled(sent(keys, "ada"), {QUESTION: {"task": versions("One.")}}))
    for name in ("new (1).ipynb", "new.ipynb"):
        texts = {QUESTION: {"task": versions("One.", "Two.")}}
        put(returned, name, filled(sent(keys, "ada"), texts))
    report = collect(returned, into, keys)
    assert report.ledger.students[0].state == "doubled"
    assert report.students[0].claims == (
        "3 files from ada: old.ipynb, new (1).ipynb and new.ipynb. The newest text is in "
        "new (1).ipynb."
    )


LONG = "a text of 40.0 MB is in it; one text may have 1 MB."
MANY = "10,000 questions are answered; one student may answer 1,000."
LARGE = "the answers with their earlier versions take 30.0 MB; those of one student may take 20 MB."


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({f"none/{n}": {"task": versions("x")} for n in range(10_000)}, MANY),
        ({f"none/{n}": 5 for n in range(10_000)}, MANY),
        pytest.param(
            {QUESTION: {"task": versions("x" * 40_000_000)}}, LONG, marks=pytest.mark.slow
        ),
        pytest.param({QUESTION: {"task": "x" * 40_000_000}}, LONG, marks=pytest.mark.slow),
        pytest.param(
            {QUESTION: {"task": versions(*["x" * 99_860] * 300)}}, LARGE, marks=pytest.mark.slow
        ),
    ],
    ids=["questions", "no questions", "a version", "a text", "versions"],
)
@pytest.mark.parametrize("name", ["1.ipynb", "ada.json"])
def test_more_than_anybody_writes_is_refused_with_the_limit(
    returned: Path, into: Path, keys: CoachKeys, name: str, answers: dict[str, Any], problem: str
) -> None:
    is_notebook = name.endswith("ipynb")
    put(returned, name, filled(sent(None, "ada"), answers) if is_notebook else document(answers))
    put(returned, "ben.ipynb", filled(sent(keys, "ben")))
    report = collect(returned, into, keys)
    assert problems(report) == [f"{name}: {problem} {ASK}"]
    assert [one.student_id for one in report.students] == ["ben"]


@pytest.mark.slow
def test_a_notebook_with_answers_in_thousands_of_places_is_refused(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    nb = filled(sent(None, "ada"))
    (output,) = nb["cells"][-1]["outputs"]
    nb["cells"][-1]["outputs"] = [
        {**output, "data": {HAND_IN_MIME: document({QUESTION: {"task": f"Text {number}."}})}}
        for number in range(30_000)
    ]
    put(returned, "1.ipynb", nb)
    assert problems(collect(returned, into, keys)) == [
        f"1.ipynb: it has answers in 30,000 places; there may be 20. {ASK}"
    ]


@pytest.mark.long
def test_dozens_of_files_that_claim_one_student_are_taken_up_to_the_limit(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    for number in range(30):
        answers = {f"none/{number}-{n}": {"task": versions("x")} for n in range(50)}
        put(returned, f"{number}.ipynb", filled(sent(None, "ada"), answers))
    report = collect(returned, into, keys)
    assert len(report.problems) == 10
    assert len(read_answers(into / "ada.sqlite")) == 1000
    (first, claims, *rest) = str(report).split("\n")
    assert first == "ada: 1,000 answers new or changed"
    assert claims == (
        "  20 files from ada: 0.ipynb, 1.ipynb, 10.ipynb, 11.ipynb, 12.ipynb, 13.ipynb, 14.ipynb, "
        "15.ipynb, 16.ipynb, 17.ipynb and 10 more. Which one is newer can't be told from the dates "
        "in them."
    )
    assert len(rest) == 21  # each is named as unsigned


@pytest.mark.long
def test_rehearsals_count_too(returned: Path, into: Path, keys: CoachKeys) -> None:
    review = {"question": QUESTION, "rating": "good", "seconds": 1, "reviewed_at": f"{START}"}
    put(returned, "ada.json", {**document({}), "reviews": [review] * 250_000})
    assert problems(collect(returned, into, keys)) == [
        "ada.json: the answers with their earlier versions take 25.0 MB; those of one student may "
        f"take 20 MB. {ASK}"
    ]


@pytest.mark.long
def test_files_that_are_small_alone_do_not_add_up_to_more_than_the_limit(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    for number in range(3):
        answers = {f"none/{number}-{n}": {"task": versions("x")} for n in range(400)}
        put(returned, f"{number}.ipynb", filled(sent(None, "ada"), answers))
    report = collect(returned, into, keys)
    assert problems(report) == [
        f"2.ipynb: 1,200 questions are answered; one student may answer 1,000. {NOTHING}"
    ]
    assert len(read_answers(into / "ada.sqlite")) == 800
    again = collect(returned, into, keys)
    assert (len(again.problems), again.students[0].added) == (1, ())


@pytest.mark.slow
def test_the_cohort_is_ready_after_the_largest_files_that_are_taken(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    word = "x " * 499_000
    bank = load_bank()
    put(
        returned,
        "1.ipynb",
        filled(sent(None, "eve"), {one: {"task": word} for one in past_events(bank)[:19]}),
    )
    many = {f"none/{n}": {"task": versions(*"abcdefgh")} for n in range(990)}
    put(returned, "2.ipynb", filled(sent(None, "mal"), many))
    report = collect(returned, into, keys)
    assert problems(report) == []
    cohort = cohort_frame(bank, collected_answers(into))
    summary = student_summary(cohort)
    assert list(summary.words) == [19 * 499_000, 0]
    assert list(student_stores(into)) == ["eve", "mal"]


def test_a_file_that_was_collected_before_there_were_limits_is_named_and_not_read(
    returned: Path, into: Path, keys: CoachKeys
) -> None:
    put(returned, "1.ipynb", filled(sent(keys, "ada")))
    collect(returned, into, keys)
    path = into / "ada.sqlite"
    os.truncate(path, 100_000_001)
    with pytest.raises(StoreError) as error:
        collected_answers(into)
    assert str(error.value) == (
        f"{path} is larger than 100 MB, which no student can write. An earlier prepkit has "
        "collected it: move it elsewhere, and look at what was sent."
    )


def test_the_command_checks_signatures_with_the_key_of_this_account(
    home: Path,
    returned: Path,
    keys: CoachKeys,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(home))
    put(returned, "1.ipynb", filled(sent(keys, "ada")))
    forged = sent(keys, "ben")
    forged["metadata"]["prepkit"]["student_id"] = "ada"
    put(returned, "2.ipynb", filled(forged))
    assert main(["answers", "collect", str(returned)]) == 1
    out, err = capsys.readouterr()
    assert out == (
        "ada: 1 answer new or changed\n"
        f"The answers are in {home / 'students'}\n"
        f"What became of each file and student: {home / 'students' / 'ledger.csv'}\n"
    )
    assert err == f"2.ipynb: {wrong('ada')}\n"
