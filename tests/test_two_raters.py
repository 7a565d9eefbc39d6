"""Two coaches rate the same students: their files meet, and they see how far they agree."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import prepkit as pk
from prepkit.__main__ import main
from prepkit.answers import AnswerStore, students_folder
from prepkit.answers.feedback import RATER, Comment, Feedback, Rating, feedback_store
from prepkit.errors import PrepkitError
from prepkit.practice.two_raters import NOT_YET, TwoRaters, compare_raters
from prepkit.records import Student

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
QUESTIONS = [f"leading-people/{number:02}" for number in range(1, 6)]
STUDENTS = [f"2027-{number:03}" for number in range(1, 7)]


def rate(home: Path, rater: str, scores: dict[tuple[str, str], dict[str, int]]) -> None:
    for (student, question), given in scores.items():
        rating = Rating(question, rater, given, None, {}, AT)
        Feedback(feedback_store(home, student)).rate(rating)


def scores_of(chance: random.Random, apart: float) -> dict[tuple[str, str], dict[str, int]]:
    """Return made-up scores of every answer, which follow what it is worth as far as `apart`."""
    worth = random.Random(1)
    found = {}
    for student in STUDENTS:
        for question in QUESTIONS:
            good = worth.gauss(3, 1.2)
            found[student, question] = {
                name: max(1, min(5, round(good + chance.gauss(0, apart))))
                for name in ("Substance", "Structure")
            }
    return found


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return the user data folders of Ada, whose computer this is, and of Ben."""
    hers, his = tmp_path / "ada", tmp_path / "ben"
    monkeypatch.setenv("PREPKIT_HOME", str(hers))
    monkeypatch.setenv(RATER, "Ada")
    monkeypatch.chdir(tmp_path)
    return hers, his


def written_by_ben(his: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as there:
        there.setenv("PREPKIT_HOME", str(his))
        there.setenv(RATER, "Ben")
        assert main(["feedback", "export", "-o", "ben.json"]) == 0


@pytest.mark.long
def test_two_coaches_exchange_their_feedback_and_see_how_far_they_agree(
    homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hers, his = homes
    rate(hers, "Ada", scores_of(random.Random(2), 0.3))
    theirs = scores_of(random.Random(3), 0.3)
    theirs[STUDENTS[4], QUESTIONS[1]]["Structure"] = 1
    rate(his, "Ben", theirs)
    note = Comment("b1", QUESTIONS[1], "Ben", "action", "", 0, "No step\nfollows.", AT)
    Feedback(feedback_store(his, STUDENTS[4])).comment(note)
    for student in STUDENTS[:5]:
        path = students_folder(hers) / f"{student}.sqlite"
        AnswerStore(path).save(QUESTIONS[0], "task", "Mine.", based_on=0)
    written_by_ben(his, monkeypatch)
    assert main(["feedback", "merge", "ben.json"]) == 0
    assert capsys.readouterr().out == (
        "ben.json: feedback on 6 students\n"
        "It quotes your students' answers: send it only to somebody who may read them.\n"
        "Added 30 ratings and 1 comment of Ben on 6 students.\n"
        "Nothing handed in here by 2027-006. The feedback on them is kept: collect their answers,"
        " or check the ids.\n"
    )
    assert main(["feedback", "merge", "ben.json"]) == 0
    capsys.readouterr()
    assert main(["feedback", "agreement", "--most", "1"]) == 0
    assert capsys.readouterr().out == (
        "Ada and Ben\n"
        "\n"
        "           Answers  Same  Within 1  Kappa  95% interval\n"
        "Substance       30    20        30   0.86  0.69 to 0.94  They agree well\n"
        "Structure       30    19        29   0.75  0.09 to 0.95  The interval is too wide to say"
        " much\n"
        "\n"
        "Kappa is 1 where two raters agree fully, and 0 where they agree no more than by chance. A"
        " difference of two points counts four times as much as one of a point.\n"
        "The true value lies between the two numbers of an interval in about 95 of 100 cases. The"
        " interval leaves out one student at a time.\n"
        "\n"
        "Where they differ most (21 differences):\n"
        "\n"
        "2027-005, leading-people/02, Structure: Ada 4, Ben 1\n"
        "    Ben: No step follows.\n"
    )


@pytest.mark.long
def test_a_roster_says_which_students_count(
    homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hers, _ = homes
    for rater in ("Ada", "Ben"):
        rate(hers, rater, scores_of(random.Random(4), 0.3))
    Path("roster.csv").write_text("student_id,name\n2027-001,Ada Marin\n2027-009,Bo\n", "utf-8")
    assert main(["feedback", "agreement", "roster.csv"]) == 0
    assert capsys.readouterr().out == (
        "Ada and Ben\n"
        "\n"
        "           Answers  Same  Within 1  Kappa  95% interval\n"
        "Substance        5     5         5                       Too few to say\n"
        "Structure        5     5         5                       Too few to say\n"
        "\n"
        "Kappa is 1 where two raters agree fully, and 0 where they agree no more than by chance. A"
        " difference of two points counts four times as much as one of a point.\n"
        "The true value lies between the two numbers of an interval in about 95 of 100 cases. The"
        " interval leaves out one student at a time.\n"
        "It takes 10 answers of 4 students that both have rated to say anything.\n"
    )


@pytest.mark.long
def test_nobody_else_has_rated_yet(
    homes: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rate(homes[0], "Ada", scores_of(random.Random(2), 0.3))
    assert main(["feedback", "agreement"]) == 0
    assert capsys.readouterr().out == (
        "No answer has been rated by two people yet. Ask the other one for their file (prepkit"
        " feedback export), and add it here (prepkit feedback merge).\n"
    )
    assert compare_raters({}) == TwoRaters(notes=(NOT_YET,))


@pytest.mark.long
def test_a_file_of_my_own_needs_a_word(
    homes: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rate(homes[0], "Ada", scores_of(random.Random(2), 0.3))
    assert main(["feedback", "export", "-o", "ada.json"]) == 0
    assert main(["feedback", "export", "-o", "ada.json"]) == 1
    assert main(["feedback", "merge", "ada.json"]) == 1
    assert capsys.readouterr().err == (
        "ada.json already exists. Choose another name, or add --replace.\n"
        "Nothing was added: the file has feedback of Ada, and that is your own name here. If"
        " somebody else wrote it, add --as with another name for them. If you wrote it on another"
        " computer, add --mine.\n"
    )
    assert main(["feedback", "merge", "ada.json", "--mine"]) == 0
    assert capsys.readouterr().out.startswith("Added 0 ratings and 0 comments of Ada")
    assert main(["feedback", "merge", "ada.json", "--as", "Ada of Lyon"]) == 0
    assert capsys.readouterr().out.startswith("Added 30 ratings and 0 comments of Ada of Lyon")


def given(*raters: str, student: str = "s1") -> dict[str, tuple[list[Rating], list[Comment]]]:
    ratings = [Rating("craft/01", rater, {"Substance": 3}, None, {}, AT) for rater in raters]
    return {student: (ratings, [])}


def test_the_two_are_me_and_whoever_has_most_in_common_with_me() -> None:
    feedback = {**given("Ada", "Ben", "Cem"), **given("Ada", "Cem", student="s2")}
    assert compare_raters(feedback, me="Ben").raters == ("Ben", "Ada")
    found = compare_raters(feedback, me="Cem")
    assert found.raters == ("Cem", "Ada")
    assert found.others == (("Ada", "Ben"), ("Ben", "Cem"))
    assert compare_raters(feedback, me="Dov").raters == ("Ada", "Cem")
    assert compare_raters(feedback, ["Cem", "Ben"], me="Ada").raters == ("Cem", "Ben")


def test_raters_who_cant_be_compared_are_refused() -> None:
    feedback = {**given("Ada", "Ben"), **given("Cem", "Dov", student="s2")}
    with pytest.raises(PrepkitError) as caught:
        compare_raters(feedback, ["Ada", "Benn"])
    assert str(caught.value) == (
        "'Benn' has rated no answer that somebody else has; did you mean 'Ben'?"
    )
    with pytest.raises(PrepkitError) as caught:
        compare_raters(feedback, ["Ada", "Cem"])
    assert str(caught.value) == "Ada and Cem have rated no answer both."


def test_only_the_other_twos_comments_are_beside_a_difference() -> None:
    feedback = given("Ada", "Ben")
    ratings, comments = feedback["s1"]
    ratings[1] = replace(ratings[1], scores={"Substance": 5})
    comments += [
        Comment("a", "craft/01", rater, "", "", 0, f"By {rater}.", AT)
        for rater in ("Ada", "Ben", "Cem")
    ]
    (one,) = compare_raters(feedback, me="Ben").disagreements
    assert (one.raters, one.scores) == (("Ben", "Ada"), (5, 3))
    assert one.comments == (("By Ben.",), ("By Ada.",))


@pytest.mark.long
def test_a_page_shows_how_far_two_raters_agree_and_what_both_said(
    homes: tuple[Path, Path],
) -> None:
    home = homes[0]
    for rater, seed in (("Ada", 2), ("Ben", 3)):
        rate(home, rater, scores_of(random.Random(seed), 0.3))
    kept = Feedback(feedback_store(home, STUDENTS[0]))
    kept.rate(Rating("of-my-own/01", "Ada", {"Structure": 1}, True, {}, AT))
    kept.rate(Rating("of-my-own/01", "Ben", {"Structure": 5}, True, {}, AT))
    kept.comment(Comment("b1", "of-my-own/01", "Ben", "", "", 0, "<b>Clear</b>", AT))
    kept.comment(Comment("b2", "of-my-own/01", "Ben", "", "", 0, "Short.", AT))
    two = pk.two_raters()
    table = pk.agreement_table(two)
    assert list(table.frame["Rated"]) == ["Substance", "Structure", "Level"]
    assert list(table.frame["Answers"]) == [30, 31, 1]
    assert list(table.frame["Kappa"]) == ["0.86", "0.66", ""]
    assert table.frame["What it says"][2] == "Too few to say"
    assert "Kappa is 1 where two raters agree fully" in pk.agreement_hints(two).text
    students = (Student(student_id=STUDENTS[0], name="Ada Marin"),)
    table = pk.disagreements_table(two, pk.load_bank(), students)
    assert dict(table.frame.iloc[0]) == {
        "Student": "Ada Marin",
        "Question": "of-my-own/01",
        "Rated": "Structure",
        "Ada's score": 1,
        "Ben's score": 5,
        "Ada's comments": "",
        "Ben's comments": "<b>Clear</b> · Short.",
    }
    assert "&lt;b&gt;Clear&lt;/b&gt;" in table.html
    assert pk.two_raters({STUDENTS[1]}).agreements[0].answers == 5


def test_a_page_says_that_nobody_else_has_rated_yet(homes: tuple[Path, Path]) -> None:
    two = pk.two_raters(home=homes[0])
    assert NOT_YET in pk.agreement_table(two).html
    assert pk.agreement_hints(two).text == ""
    assert NOT_YET in pk.disagreements_table(two, pk.load_bank()).html
