"""Agreement of two raters: figures that are known from elsewhere, and what is said of them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.answers.feedback import Comment, Rating
from prepkit.practice.agreement import (
    LEVEL,
    Agreement,
    Disagreement,
    agreement,
    agreement_notes,
    disagreements,
    other_versions,
    pairs_of_raters,
)

AT = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
PAIR = ("Ada", "Ben")
Ratings = dict[str, list[Rating]]


def rating(
    rater: str,
    question: str = "craft/01",
    *,
    level: bool | None = None,
    revisions: Mapping[str, int] | None = None,
    more: Mapping[str, int] | None = None,
    **scores: int,
) -> Rating:
    return Rating(question, rater, {**scores, **(more or {})}, level, revisions or {}, AT)


def rated(by_student: Iterable[Sequence[tuple[int, int]]], name: str = "Substance") -> Ratings:
    """Return what two raters gave; each of a student's answers is to another question."""
    return {
        f"s{student:03}": [
            rating(rater, f"craft/{number:02}", more={name: score})
            for number, pair in enumerate(pairs, 1)
            for rater, score in zip(PAIR, pair, strict=True)
        ]
        for student, pairs in enumerate(by_student)
    }


def only(ratings: Mapping[str, Iterable[Rating]], raters: tuple[str, str] = PAIR) -> Agreement:
    (found,) = agreement(ratings, raters)
    return found


@pytest.mark.long
def test_kappa_is_that_of_a_published_example() -> None:
    """Two abstractors of 100 charts, from Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.

    The R package irrCAC, which is Gwet's own, has the table as ``cont3x3abstractors``, and its page
    on ``kappa2.table`` prints 0.8921569 for quadratic weights.
    """
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    pairs = [
        (first, second)
        for first, row in enumerate(table, 1)
        for second, count in enumerate(row, 1)
        for _ in range(count)
    ]
    found = only(rated([pair] for pair in pairs))
    assert found.kappa == pytest.approx(0.8921569, abs=5e-8)
    assert (found.answers, found.equal, found.within_one) == (100, 89, 100)
    assert found.lean == pytest.approx(0.03)
    assert found.low is not None
    assert found.high is not None
    # The formula for large samples gives a standard error of 0.03535: on Fisher's z, that is from
    # 0.798 to 0.944. With 100 charts, leaving out one at a time gives nearly the same.
    assert found.low == pytest.approx(0.798, abs=0.01)
    assert found.high == pytest.approx(0.944, abs=0.01)


SCORES = st.integers(1, 5)
STUDENTS = st.lists(
    st.lists(st.tuples(SCORES, SCORES), min_size=3, max_size=4), min_size=4, max_size=6
)


@pytest.mark.long
@given(STUDENTS)
def test_kappa_is_lins_concordance_of_the_scores(by_student: list[list[tuple[int, int]]]) -> None:
    """With quadratic weights, kappa is one minus the mean square difference over what chance gives.

    Fleiss and Cohen (1973, Educational and Psychological Measurement 33, 613-619) show it for the
    intraclass correlation; Lin (1989, Biometrics 45, 255-268) has it as concordance.
    """
    firsts, seconds = zip(*(pair for pairs in by_student for pair in pairs), strict=True)
    count = len(firsts)
    mean, other = sum(firsts) / count, sum(seconds) / count
    apart = sum((one - two) ** 2 for one, two in zip(firsts, seconds, strict=True)) / count
    chance = (
        sum((one - mean) ** 2 for one in firsts) / count
        + sum((two - other) ** 2 for two in seconds) / count
        + (mean - other) ** 2
    )
    found = only(rated(by_student))
    if chance == 0:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx(1 - apart / chance, abs=1e-9)


@pytest.mark.long
@given(STUDENTS)
def test_it_doesnt_matter_which_rater_comes_first(by_student: list[list[tuple[int, int]]]) -> None:
    ratings = rated(by_student)
    one, other = only(ratings), only(ratings, ("Ben", "Ada"))
    assert (one.answers, one.equal, one.within_one) == (
        other.answers,
        other.equal,
        other.within_one,
    )
    assert one.lean == -other.lean
    assert one.reading == other.reading
    for figure, same in ((one.kappa, other.kappa), (one.low, other.low), (one.high, other.high)):
        assert figure == (same if same is None else pytest.approx(same, abs=1e-6))


@pytest.mark.long
@given(STUDENTS)
def test_the_interval_is_around_kappa(by_student: list[list[tuple[int, int]]]) -> None:
    found = only(rated(by_student))
    if found.low is not None:
        assert found.kappa is not None
        assert found.high is not None
        assert -1 <= found.low <= found.kappa <= found.high <= 1


@given(st.lists(st.lists(SCORES, min_size=3, max_size=4), min_size=4, max_size=6))
def test_the_same_scores_are_full_agreement(by_student: list[list[int]]) -> None:
    found = only(rated([(score, score) for score in scores] for scores in by_student))
    varied = len({score for scores in by_student for score in scores}) > 1
    assert found.kappa == (pytest.approx(1) if varied else None)
    assert (found.low, found.high, found.lean) == (None, None, 0)
    assert found.reading == "The same score each time"


def scores_of(chance: random.Random, students: int, answers: int) -> Ratings:
    """Return made-up scores: what an answer is worth, and each rater's own view of a student."""
    cuts = (-1.3, -0.3, 0.6, 1.5)
    made = []
    for _ in range(students):
        good = chance.gauss(0, 0.7)
        views = [chance.gauss(0, 0.3) for _ in PAIR]
        pairs = []
        for _ in range(answers):
            worth = good + chance.gauss(0, 0.7)
            first, second = (
                1 + sum(worth + view + chance.gauss(0, 0.4) > cut for cut in cuts) for view in views
            )
            pairs.append((first, second))
        made.append(pairs)
    return rated(made)


@pytest.mark.long
def test_the_interval_holds_the_true_value_about_as_often_as_it_says() -> None:
    chance = random.Random(20)
    truth = only(scores_of(chance, 1500, 5)).kappa
    assert truth is not None
    held = 0
    for _ in range(200):
        found = only(scores_of(chance, 8, 3))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.9 * 200 <= held <= 0.99 * 200


def test_what_only_one_has_rated_doesnt_count() -> None:
    ratings: Ratings = {
        "s1": [
            rating("Ada", Substance=3, Structure=2, level=True),
            rating("Ben", Substance=4, level=False),
            rating("Cem", Structure=5),
            rating("Ada", "craft/02", Substance=1),
        ],
        "s2": [rating("Ada", Substance=2)],
        "s3": [],
    }
    substance, level = agreement(ratings, PAIR)
    assert (substance.dimension, substance.answers, substance.students) == ("Substance", 1, 1)
    assert (substance.equal, substance.within_one, substance.lean) == (0, 1, 1)
    assert (level.dimension, level.answers, level.lean) == (LEVEL, 1, -1)
    assert agreement({"s2": ratings["s2"]}, PAIR) == ()


def test_dimensions_come_in_the_order_of_the_rubric_and_the_level_last() -> None:
    ratings = {
        "s1": [rating(rater, level=True, Humour=2, Structure=1, Substance=2) for rater in PAIR]
    }
    found = agreement(ratings, PAIR, ["Substance", "Structure", "Relevance"])
    assert [one.dimension for one in found] == ["Substance", "Structure", "Humour", LEVEL]


def test_the_latest_rating_of_a_rater_counts() -> None:
    early = Rating("craft/01", "Ada", {"Substance": 1}, None, {}, AT)
    late = Rating("craft/01", "Ada", {"Substance": 4}, None, {}, AT + timedelta(days=1))
    for order in ([early, late], [late, early]):
        assert only({"s1": [*order, rating("Ben", Substance=4)]}).equal == 1


def test_raters_with_most_answers_in_common_come_first() -> None:
    ratings = {
        "s1": [rating(rater, Substance=1) for rater in ("Cem", "Ben", "Ada")],
        "s2": [rating(rater, Substance=1) for rater in ("Cem", "Ben")],
        "s3": [rating("Dov", Substance=1)],
    }
    assert pairs_of_raters(ratings) == (("Ben", "Cem"), ("Ada", "Ben"), ("Ada", "Cem"))


GOOD = [[(1, 1), (2, 2), (3, 3)], [(4, 4), (5, 5), (2, 2)], [(3, 3), (1, 1), (4, 4)]]


@pytest.mark.parametrize(
    ("by_student", "reading"),
    [
        ([[(1, 1)]] * 9, "Too few to say"),
        ([[(1, 2), (3, 3), (5, 4), (2, 2)]] * 3, "Too few to say"),
        ([[(2, 2)]] * 10, "The same score each time"),
        ([[(3, 4), (3, 3), (3, 4)]] * 4, "The scores hardly vary, so chance could explain them"),
        ([*GOOD * 3, [(1, 2), (4, 4)], [(5, 4), (3, 3)]], "They agree well"),
        (
            [[(1, 4), (5, 2), (3, 3)], [(2, 5), (4, 1), (2, 3)], [(1, 3), (5, 2), (4, 3)]] * 3,
            "They agree little: talk about what each score means",
        ),
        (
            [[(1, 2), (5, 2), (3, 3)], [(2, 5), (4, 4), (2, 2)], [(1, 1), (5, 4)], [(3, 3)] * 2],
            "The interval is too wide to say much",
        ),
        (
            [[(1, 2), (4, 2), (5, 4)], [(2, 4), (4, 4), (1, 1)], [(3, 1), (5, 3), (2, 1)]] * 2,
            "They agree in part",
        ),
    ],
)
def test_what_the_figures_say_in_plain_words(
    by_student: list[list[tuple[int, int]]], reading: str
) -> None:
    assert only(rated(by_student)).reading == reading


def test_too_few_answers_have_counts_and_no_kappa() -> None:
    found = only(rated([[(1, 2), (3, 3), (5, 2)]] * 3))
    assert (found.answers, found.students) == (9, 3)
    assert (found.equal, found.within_one) == (3, 6)
    assert found.lean == pytest.approx(-2 / 3)
    assert (found.kappa, found.low, found.high) == (None, None, None)


def test_the_largest_disagreements_come_first_with_what_both_said() -> None:
    ratings = {
        "s1": [
            rating("Ada", Substance=2, Structure=3, Relevance=3),
            rating("Ben", Substance=3, Structure=3, Relevance=5),
        ],
        "s2": [rating("Ada", Substance=5, Relevance=5), rating("Ben", Substance=1, Relevance=4)],
    }
    comments = {
        "s2": [
            Comment("a", "craft/01", "Ben", "task", "we", 3, "Who is we?", AT),
            Comment("b", "craft/01", "Ada", "", "", 0, "Strong.", AT),
            Comment("c", "craft/02", "Ada", "", "", 0, "On another answer.", AT),
        ]
    }
    found = disagreements(ratings, PAIR, comments)
    assert [(one.student, one.dimension, one.points) for one in found] == [
        ("s2", "Substance", -4),
        ("s1", "Relevance", 2),
        ("s2", "Relevance", -1),
        ("s1", "Substance", 1),
    ]
    assert found[0] == Disagreement(
        student="s2",
        question="craft/01",
        dimension="Substance",
        raters=PAIR,
        scores=(5, 1),
        comments=(("Strong.",), ("Who is we?",)),
    )
    assert found[1].comments == ((), ())


def test_answers_that_may_have_been_read_in_different_versions_are_counted() -> None:
    ratings = {
        "s1": [
            rating("Ada", revisions={"task": 1, "action": 2}, Substance=2),
            rating("Ben", revisions={"task": 1, "action": 3}, Substance=2),
        ],
        "s2": [rating("Ada", revisions={"task": 1}, Substance=2), rating("Ben", Substance=2)],
    }
    assert other_versions(ratings, PAIR) == 1


def test_the_notes_say_how_to_read_the_figures() -> None:
    ratings = rated([[(1, 2), (2, 3), (4, 4)]] * 3)
    assert agreement_notes(agreement(ratings, PAIR), 2) == (
        "Kappa is 1 where two raters agree fully, and 0 where they agree no more than by chance. A"
        " difference of two points counts four times as much as one of a point.",
        "The true value lies between the two numbers of an interval in about 95 of 100 cases. The"
        " interval leaves out one student at a time.",
        "It takes 10 answers of 4 students that both have rated to say anything.",
        "Ben gives 0.7 points more than Ada on average.",
        "2 answers may have been rated in different versions of the text.",
    )
    assert agreement_notes(()) == ("No answer has been rated by both yet.",)


def test_without_its_library_all_that_is_counted_is_there_and_then_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.stats.inter_rater", None)
    # What needs no library works without it.
    assert only(rated([[(1, 2)]] * 3)).within_one == 3
    found = only(rated([[(1, 2), (3, 3), (5, 4)]] * 4))
    assert (found.answers, found.equal, found.within_one) == (12, 4, 12)
    assert (found.kappa_text, found.interval_text) == ("", "")
    assert found.reading == "Kappa isn't computed"
    assert agreement_notes([found]) == (
        "Kappa is computed with statsmodels, which isn't installed: run pip install"
        ' "prepkit[agreement]".',
    )
