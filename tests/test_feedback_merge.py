"""A second rater's feedback: a file of it, and what is added from such a file."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import (
    ImportReport,
    StoreError,
    feedback_exchange,
    feedback_merge,
    import_answers,
)
from prepkit.answers.exchange import ExchangeError
from prepkit.answers.feedback import (
    RATER,
    Comment,
    Feedback,
    Rating,
    feedback_store,
    feedback_stores,
    read_feedback,
)
from prepkit.answers.feedback_exchange import (
    FeedbackFile,
    export_feedback,
    read_feedback_file,
    under_name,
)
from prepkit.answers.feedback_merge import merge_feedback
from tests.platforms import needs_modes

AT = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = AT + 30 * DAY
HIS = Rating("craft/01", "Ben", {"Substance": 3, "Structure": 4}, True, {"task": 2}, AT)
HER = replace(HIS, rater="Ada", scores={"Substance": 2})
NOTE = Comment("c-ben-1", "craft/01", "Ben", "task", "we agreed", 7, "Who is “we”? 🙂", AT)


def feedback_of(home: Path, student: str = "s1") -> Feedback:
    return Feedback(feedback_store(home, student))


@pytest.fixture
def hers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user data folder of the coach whose computer this is, Ada."""
    monkeypatch.setenv(RATER, "Ada")
    return tmp_path / "ada"


@pytest.fixture(scope="module")
def rated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a user data folder with a rating and a comment of Ben's, to be copied."""
    home = tmp_path_factory.mktemp("ben")
    feedback_of(home).rate(HIS)
    feedback_of(home).comment(NOTE)
    return home


@pytest.fixture
def his(rated_once: Path, tmp_path: Path) -> Path:
    """Return the user data folder of Ben, who has rated an answer and commented on it."""
    return shutil.copytree(rated_once, tmp_path / "ben")


def sent(home: Path, name: str = "ben.json", rater: str = "Ben") -> Path:
    path = home.parent / name
    export_feedback(home, path, rater=rater, replace=True)
    return path


def read(path: Path) -> FeedbackFile:
    return read_feedback_file(path, now=LATER)


def everything(home: Path) -> dict[str, object]:
    return {student: read_feedback(path) for student, path in feedback_stores(home).items()}


def test_a_file_has_one_raters_feedback_on_all_students(his: Path, hers: Path) -> None:
    feedback_of(his, "s2").rate(replace(HIS, question="craft/02"))
    feedback_of(his, "s2").rate(HER)
    feedback_of(his, "s3").rate(HER)
    path = his.parent / "out.json"
    assert export_feedback(his, path, rater="Ben") == 2
    found = json.loads(path.read_text("utf-8"))
    assert (found["format"], found["version"], found["rater"]) == ("prepkit-feedback", 1, "Ben")
    assert list(found["students"]) == ["s1", "s2"]
    assert "Ada" not in path.read_text("utf-8")
    # The rater is this computer's coach if nobody is named.
    other = his.parent / "her.json"
    assert export_feedback(his, other) == 2
    assert json.loads(other.read_text("utf-8"))["rater"] == "Ada"


@needs_modes
def test_only_its_owner_can_read_the_file(his: Path) -> None:
    assert stat.S_IMODE(sent(his).stat().st_mode) == 0o600


def test_the_same_feedback_gives_the_same_file(his: Path) -> None:
    assert sent(his, "one.json").read_bytes() == sent(his, "two.json").read_bytes()


def test_a_file_that_is_there_is_replaced_only_if_asked(his: Path) -> None:
    path = sent(his)
    with pytest.raises(StoreError) as caught:
        export_feedback(his, path, rater="Ben")
    assert str(caught.value) == f"{path} already exists. Choose another name, or add --replace."
    with pytest.raises(StoreError) as caught:
        export_feedback(his, his.parent / "ben.csv", rater="Ben")
    assert str(caught.value) == f"{his.parent / 'ben.csv'}: expected a name that ends in .json."


def test_no_file_is_written_of_somebody_without_feedback(his: Path) -> None:
    path = his.parent / "cem.json"
    with pytest.raises(StoreError) as caught:
        export_feedback(his, path, rater="Cem")
    assert str(caught.value) == (
        "There is no feedback of Cem yet, so no file was written. There is some of 'Ben': add"
        " --rater with that name."
    )
    assert not path.exists()


def test_no_file_is_written_without_any_feedback(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        export_feedback(tmp_path, tmp_path / "cem.json", rater="Cem")
    assert str(caught.value) == "There is no feedback of Cem yet, so no file was written."


def test_a_second_raters_feedback_is_added_to_the_first_ones(his: Path, hers: Path) -> None:
    mine = feedback_of(hers).rate(HER)
    report = merge_feedback(hers, read(sent(his)))
    assert str(report) == "Added 1 rating and 1 comment of Ben on 1 student."
    ratings, comments = read_feedback(feedback_stores(hers)["s1"])
    assert ratings == (mine, HIS) or ratings == (HIS, mine)
    assert comments == (NOTE,)


def test_merging_the_same_file_again_adds_nothing(his: Path, hers: Path) -> None:
    feedback_of(hers).rate(HER)
    found = read(sent(his))
    merge_feedback(hers, found)
    before = everything(hers)
    report = merge_feedback(hers, found)
    assert str(report) == (
        "Added 0 ratings and 0 comments of Ben on 0 students.\n"
        "On 1 student, everything was here already."
    )
    assert everything(hers) == before


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1, 0)])
def test_changes_and_removals_count_whatever_the_order_of_the_files(
    his: Path, hers: Path, order: tuple[int, ...]
) -> None:
    files = [sent(his, "first.json")]
    feedback_of(his).rate(replace(HIS, scores={"Substance": 5}, at=AT + DAY))
    feedback_of(his).comment(replace(NOTE, text="Say who.", at=AT + DAY))
    feedback_of(his).comment(replace(NOTE, id="c-ben-2", text="Good.", at=AT + DAY))
    files.append(sent(his, "second.json"))
    feedback_of(his).remove("c-ben-2", NOTE.rater)
    files.append(sent(his, "third.json"))
    feedback_of(hers).rate(replace(HER, at=AT + 2 * DAY))
    for place in order:
        # Ben's computer has removed the comment just now, by its own clock.
        merge_feedback(hers, read_feedback_file(files[place], now=datetime.now(UTC) + LATER_STILL))
    ratings, comments = read_feedback(feedback_stores(hers)["s1"])
    assert {one.rater: one.scores for one in ratings} == {
        "Ada": {"Substance": 2},
        "Ben": {"Substance": 5},
    }
    assert [(one.id, one.text) for one in comments] == [("c-ben-1", "Say who.")]


LATER_STILL = timedelta(days=3650)


def test_two_computers_that_send_each_other_files_have_the_same(his: Path, hers: Path) -> None:
    feedback_of(hers).rate(HER)
    feedback_of(hers, "s2").comment(replace(NOTE, id="c-ada-1", rater="Ada"))
    from_her = sent(hers, "ada.json", "Ada")
    merge_feedback(hers, read(sent(his)))
    merge_feedback(his, read(from_her), mine=True)
    assert everything(his) == everything(hers)
    # Each file has one rater's rows alone, also when both are stored.
    assert sent(hers, "again.json", "Ada").read_bytes() == from_her.read_bytes()


def test_unknown_students_and_questions_are_kept_and_named(his: Path, hers: Path) -> None:
    feedback_of(his, "s9").rate(replace(HIS, question="craft/99"))
    report = merge_feedback(
        hers, read(sent(his)), known_students={"s1"}, known_questions={"craft/01"}
    )
    assert str(report) == (
        "Added 2 ratings and 1 comment of Ben on 2 students.\n"
        "Nothing handed in here by s9. The feedback on them is kept: collect their answers, or"
        " check the ids.\n"
        "Not in the question bank: craft/99. The feedback on these is kept."
    )
    assert list(feedback_stores(hers)) == ["s1", "s9"]


def test_feedback_under_my_own_name_is_asked_about(his: Path, hers: Path) -> None:
    found = under_name(read(sent(his)), "Ada")
    feedback_of(hers).rate(HER)
    before = everything(hers)
    with pytest.raises(StoreError) as caught:
        merge_feedback(hers, found)
    assert str(caught.value) == (
        "Nothing was added: the file has feedback of Ada, and that is your own name here. If"
        " somebody else wrote it, add --as with another name for them. If you wrote it on another"
        " computer, add --mine."
    )
    assert everything(hers) == before
    merge_feedback(hers, under_name(found, "Ada of Lyon"))
    merge_feedback(hers, under_name(found, "Ada of Lyon"))
    ratings, _ = read_feedback(feedback_stores(hers)["s1"])
    assert sorted(one.rater for one in ratings) == ["Ada", "Ada of Lyon"]


def test_a_file_cant_change_another_raters_comment(his: Path, hers: Path) -> None:
    mine = feedback_of(hers).comment(replace(NOTE, rater="Ada", text="Mine."))
    feedback_of(his, "a-student-before").rate(HIS)
    with pytest.raises(StoreError) as caught:
        merge_feedback(hers, read(sent(his)))
    assert str(caught.value) == (
        "Nothing was added: a comment on s1 in the file has the id of one by Ada"
        ' ("c-ben-1"). The file isn\'t as prepkit wrote it.'
    )
    assert everything(hers) == {"s1": ((), (mine,))}


def test_what_was_stopped_in_the_middle_is_whole_after_merging_again(
    his: Path, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback_of(his, "s2").rate(HIS)
    found = read(sent(his))
    calls: list[int] = []

    def stopped(*given: Any) -> ImportReport:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return import_answers(*given)

    with monkeypatch.context() as there:
        there.setattr(feedback_merge, "import_answers", stopped)
        with pytest.raises(KeyboardInterrupt):
            merge_feedback(hers, found)
    assert everything(hers) == {"s1": ((HIS,), (NOTE,))}
    merge_feedback(hers, found)
    assert everything(hers) == everything(his)


def test_nothing_is_added_if_a_students_file_cant_be_read(his: Path, hers: Path) -> None:
    feedback_of(his, "s2").rate(HIS)
    (hers / "feedback/s2.sqlite").mkdir(parents=True)
    with pytest.raises(StoreError):
        merge_feedback(hers, read(sent(his)))
    assert not (hers / "feedback/s1.sqlite").exists()


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_exchange, "_MOST_BYTES", 2_000_000)
    (tmp_path / "ben.json").write_text(" " * 2_000_001, "utf-8")
    assert refused(tmp_path / "ben.json") == (
        "ben.json can't be merged, so nothing was added: 1 problem\n"
        "  it is larger than 2 MB, which no feedback is"
    )


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """Return what is said of a file with a change, without its path."""
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    return refused(path)


def refused(path: Path) -> str:
    with pytest.raises(ExchangeError) as caught:
        read(path)
    return str(caught.value).replace(str(path), "ben.json")


def test_everything_wrong_with_a_file_is_said_at_once_and_nothing_is_added(
    his: Path, hers: Path
) -> None:
    for student in ("s2", "s3", "s4", "s5"):
        feedback_of(his, student).rate(HIS)

    def change(document: dict[str, Any]) -> None:
        students = document["students"]
        rows = {name: one["rating"]["craft/01"]["rating"][0] for name, one in students.items()}
        students["../s7"] = {}
        students["s1"]["comment"]["craft/01"]["comment"][0]["saved_at"] = "yesterday"
        rows["s2"]["text"] = rows["s2"]["text"].replace("3", "9")
        rows["s3"]["saved_at"] = "2999-01-01T00:00:00+00:00"
        rows["s4"]["text"] = rows["s4"]["text"].replace("Ben", "Ada")
        students["s5"]["rating"]["craft/02"] = {"rating": "good"}
        students["s6"] = {"story": {"a": {"title": "A story"}}}

    assert changed(sent(his), change) == (
        "ben.json can't be merged, so nothing was added: 7 problems\n"
        '  s1, texts.comment["craft/01"].comment[0].saved_at: expected a time with its zone, such'
        ' as 2026-01-31T09:30:00+00:00, found "yesterday"\n'
        "  s2, craft/01, rating 1: not as prepkit writes it (scores.Substance: Input should be less"
        " than or equal to 5)\n"
        "  s3, craft/01, rating 1: 2999-01-01T00:00:00+00:00 hasn't come yet; is a computer's clock"
        " wrong?\n"
        '  s4, craft/01, rating 1: it is "Ada"\'s, and the file is "Ben"\'s\n'
        "  s5, craft/02, rating: expected a list of revisions, found a text\n"
        '  students: "../s7" can\'t be a student id\n'
        "  s6: a story is no feedback"
    )
    assert not hers.exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "line 1, column 2: not JSON (Expecting property name enclosed in double quotes)"),
        ("[" * 100_000, "not JSON that prepkit would write"),
        ("[]", "expected an object, found []"),
        ('{"format": "prepkit-feedback", "version": 2}', "version: 2 is from a newer prepkit"),
    ],
)
def test_what_is_no_file_of_feedback_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "ben.json").write_text(text, "utf-8")
    said = refused(tmp_path / "ben.json").splitlines()
    assert said[0] == "ben.json can't be merged, so nothing was added: 1 problem"
    assert said[1].startswith(f"  {problem}")
    assert len(said) == 2


def test_a_file_of_answers_is_no_file_of_feedback(tmp_path: Path) -> None:
    path = tmp_path / "ben.json"
    path.write_text('{"format": "prepkit-answers", "version": 1, "answers": {}}', "utf-8")
    assert refused(path) == (
        "ben.json can't be merged, so nothing was added: 4 problems\n"
        '  format: expected "prepkit-feedback", found "prepkit-answers"\n'
        "  rater: expected the name of who rated, found null\n"
        "  students: expected an object, found null\n"
        '  "answers" is not known here'
    )


def test_a_student_who_is_twice_in_a_file_is_not_taken_by_halves(his: Path) -> None:
    path = sent(his)
    text = path.read_text("utf-8").replace('"students": {', '"students": {"s1": {},')
    path.write_text(text, "utf-8")
    assert refused(path) == (
        "ben.json can't be merged, so nothing was added: 1 problem\n"
        '  not JSON that prepkit would write ("s1" appears twice in one place)'
    )
