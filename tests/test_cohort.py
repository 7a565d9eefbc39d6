"""How far students are, who to talk to first, and what a coach sees of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

import prepkit as pk
from prepkit.answers.ledger import Ledger, LedgerRow
from prepkit.bank import Bank, load_bank
from prepkit.errors import PrepkitError
from prepkit.forms import FORMS
from prepkit.practice.cohort import (
    REASONS,
    answers_of,
    category_coverage,
    cohort_frame,
    company_coverage,
    student_summary,
    triage,
)
from prepkit.records import Answer, Revision, Student
from prepkit.widgets import cohort_views
from prepkit.words import count_words
from tests.examples import long_enough, past_events

STAR = FORMS["past-event"].names

TODAY = date(2026, 11, 24)
SECRET = "marzipan"
TEXT = long_enough(f"{SECRET} twice")
LEADING, TECHNICAL = "leading-people/01", "technical-leadership/01"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def answer(question: str, parts: Sequence[str] = STAR, *, days_ago: int = 1) -> Answer:
    saved_at = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    revisions = {
        part: Revision.model_validate(
            {
                "question": question,
                "field": part,
                "revision": 1,
                "text": TEXT,
                "saved_at": saved_at - timedelta(days=days_ago),
                "origin": "form",
            }
        )
        for part in parts
    }
    return Answer(question=question, revisions=revisions)


def answered(*answers: Answer) -> dict[str, Answer]:
    return {one.question: one for one in answers}


def student(student_id: str, **fields: Any) -> Student:
    return Student.model_validate({"student_id": student_id, "name": student_id.title(), **fields})


def first(
    bank: Bank, answers: Mapping[str, Mapping[str, Answer]], students: Sequence[Student]
) -> pd.DataFrame:
    cohort = cohort_frame(bank, answers, students)
    return triage(student_summary(cohort, students), TODAY)


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def complete(bank: Bank, count: int, *, days_ago: int = 1) -> dict[str, Answer]:
    return answered(*(answer(one, days_ago=days_ago) for one in past_events(bank)[:count]))


def test_each_student_has_a_row_for_each_question(bank: Bank) -> None:
    answers = {
        "zoe": answered(answer(LEADING), answer("no/01")),
        "ada": answered(answer(TECHNICAL, ["task"])),
    }
    frame = cohort_frame(bank, answers, [student("ada"), student("ben")])
    assert list(frame["student_id"].unique()) == ["ada", "ben", "zoe"]
    assert list(frame["name"].unique()) == ["Ada", "Ben", "zoe"]
    assert list(frame["question"][: len(bank)]) == list(bank)
    begun = frame[frame["state"] != "untouched"]
    assert begun[["student_id", "question", "state", "words"]].values.tolist() == [
        ["ada", TECHNICAL, "started", count_words(TEXT)],
        ["zoe", LEADING, "complete", 4 * count_words(TEXT)],
    ]
    assert begun["updated"].tolist() == [pd.Timestamp("2026-11-23 12:00", tz="UTC")] * 2
    assert frame["updated"].isna().sum() == 3 * len(bank) - 2


def test_frames_have_the_same_types_with_and_without_students(bank: Bank) -> None:
    some = cohort_frame(bank, {"ada": complete(bank, 1)}, [student("ada", companies=["Amazon"])])
    none = cohort_frame(bank, {})
    pairs = [
        (some, none),
        (student_summary(some, [student("ada")]), student_summary(none)),
        (category_coverage(some), category_coverage(none)),
    ]
    for one, other in pairs:
        assert len(one)
        assert not len(other)
        assert dict(one.dtypes) == dict(other.dtypes)


def test_a_student_stands_by_what_is_complete_begun_and_wanted(bank: Bank) -> None:
    students = [
        student("ada", n_questions=8, interview_date=in_days(9), companies=["Amazon"]),
        student("ben"),
    ]
    answers = {"ada": answered(answer(LEADING, days_ago=3), answer(TECHNICAL, ["task"]))}
    ada, ben = student_summary(cohort_frame(bank, answers, students), students).to_dict("records")
    assert ada == {
        "student_id": "ada",
        "name": "Ada",
        "companies": ("Amazon",),
        "interview": pd.Timestamp("2026-12-03"),
        "wanted": 8,
        "complete": 1,
        "begun": 1,
        "words": 5 * count_words(TEXT),
        "updated": pd.Timestamp("2026-11-23 12:00", tz="UTC"),
    }
    assert (ben["wanted"], ben["complete"], ben["companies"]) == (5, 0, ())
    assert pd.isna(ben["interview"])
    assert pd.isna(ben["updated"])


@pytest.mark.parametrize(
    ("fields", "done", "begun", "days_ago", "reason", "sentence"),
    [
        ({"interview_date": in_days(0)}, 4, 0, 1, 0, "today: 4 of 5 answers complete."),
        ({"interview_date": in_days(1)}, 0, 0, 1, 0, "tomorrow: no answers yet."),
        (
            {"interview_date": in_days(14), "n_questions": 1},
            0,
            1,
            1,
            0,
            "in 14 days: 0 of 1 answer complete.",
        ),
        ({"interview_date": in_days(-1)}, 0, 0, 1, 1, "was on 23 November, yesterday."),
        ({"interview_date": in_days(-14)}, 9, 0, 30, 1, "was on 10 November, 14 days ago."),
        ({}, 0, 0, 1, 3, "No answers yet."),
        (
            {"interview_date": in_days(60)},
            0,
            0,
            1,
            3,
            "No answers yet; interview on 23 January 2027, in 60 days.",
        ),
        (
            {},
            0,
            2,
            7,
            4,
            "No change since 17 November: 2 answers in progress, none complete.",
        ),
        ({}, 4, 0, 14, 5, "No change since 10 November: 4 of 5 answers complete."),
        (
            {"interview_date": in_days(3)},
            5,
            0,
            1,
            6,
            "in 3 days: 5 of 5 answers complete. Ask to hear one out loud.",
        ),
    ],
)
def test_each_reason_has_one_plain_sentence(
    bank: Bank,
    fields: dict[str, Any],
    done: int,
    begun: int,
    days_ago: int,
    reason: int,
    sentence: str,
) -> None:
    answers = complete(bank, done, days_ago=days_ago)
    answers |= answered(
        *(answer(one, ["task"], days_ago=days_ago) for one in past_events(bank)[50 : 50 + begun])
    )
    (row,) = first(bank, {"ada": answers}, [student("ada", **fields)]).to_dict("records")
    assert row["reason"] == REASONS[reason]
    assert sentence in row["sentence"]
    assert row["name"] == "Ada"


@pytest.mark.parametrize("state", ["damaged", "refused", "not read", "empty"])
def test_who_sent_a_file_without_answers_has_not_sent_nothing(bank: Bank, state: str) -> None:
    students = [
        student("nothing"),
        student("sent"),
        student("soon", interview_date=in_days(2)),
        student("later", interview_date=in_days(40)),
        student("wrote"),
    ]
    answers = {"wrote": complete(bank, 1)}
    came = tuple(LedgerRow(one, state) for one in ("sent", "soon", "later", "wrote"))
    ledger = Ledger((*came, LedgerRow("nothing", "missing")))
    summary = student_summary(cohort_frame(bank, answers, students), students)
    found = triage(summary, TODAY, ledger)[["student_id", "reason", "sentence"]].values.tolist()
    assert found == [
        [
            "soon",
            "interview soon",
            "Interview on 26 November, in 2 days: a file came, without answers that can be read.",
        ],
        [
            "later",
            "ask again",
            "A file came, without answers that can be read: see What came back; interview on "
            "3 January 2027, in 40 days.",
        ],
        ["sent", "ask again", "A file came, without answers that can be read: see What came back."],
        ["nothing", "nothing yet", "No answers yet."],
    ]


def test_what_came_is_shown_by_student_and_by_file() -> None:
    ledger = Ledger(
        (LedgerRow("ada", "here", "1.ipynb"), LedgerRow("ben", "damaged", "2.ipynb", "Cut.\nOff.")),
        (
            LedgerRow("ada", "taken", "1.ipynb"),
            LedgerRow("ben", "damaged", "2.ipynb", "Cut."),
            LedgerRow("", "not read", "<b>.pdf", "A PDF."),
            LedgerRow("", "opened", "a.zip"),
        ),
    )
    assert pk.ledger_table(ledger, [student("ben")]).frame.values.tolist() == [
        ["Ben (ben)", "Damaged", "Cut. Off."]
    ]
    table = pk.unread_files_table(ledger)
    assert table.frame.values.tolist() == [
        ["2.ipynb", "ben", "Damaged", "Cut."],
        ["<b>.pdf", "not known", "Not read", "A PDF."],
    ]
    assert "&lt;b&gt;.pdf" in bundle(table)["text/html"]
    for empty, texts in (
        (Ledger(), ["Nothing has been collected yet."] * 2),
        (
            Ledger(ledger.students[:1], ledger.files[:1]),
            ["Answers came from everybody.", "Every file was taken."],
        ),
    ):
        views = (pk.ledger_table(empty), pk.unread_files_table(empty))
        for view, text in zip(views, texts, strict=True):
            assert text in bundle(view)["text/html"]


@pytest.mark.parametrize(
    ("fields", "done", "begun", "days_ago"),
    [
        ({"interview_date": in_days(-15)}, 0, 0, 1),
        ({"interview_date": in_days(15)}, 1, 0, 1),
        ({}, 0, 1, 6),
        ({}, 1, 0, 13),
        ({}, 5, 0, 99),
        ({}, 1, 0, -400),  # a clock that is ahead
    ],
)
def test_who_is_on_the_way_or_done_has_no_row(
    bank: Bank, fields: dict[str, Any], done: int, begun: int, days_ago: int
) -> None:
    answers = complete(bank, done, days_ago=days_ago)
    answers |= answered(
        *(answer(one, ["task"], days_ago=days_ago) for one in past_events(bank)[50 : 50 + begun])
    )
    assert first(bank, {"ada": answers}, [student("ada", **fields)]).empty


def test_the_most_urgent_comes_first(bank: Bank) -> None:
    students = [
        student("aloud", interview_date=in_days(2), n_questions=1),
        student("quiet"),
        student("longer-quiet"),
        student("stuck"),
        student("nothing"),
        student("nothing-with-a-day", interview_date=in_days(40)),
        student("went-last-week", interview_date=in_days(-7)),
        student("went-yesterday", interview_date=in_days(-1)),
        student("soon-with-two", interview_date=in_days(5)),
        student("soon-with-one", interview_date=in_days(5)),
        student("sooner", interview_date=in_days(4)),
    ]
    answers = {
        "aloud": complete(bank, 1),
        "quiet": complete(bank, 1, days_ago=20),
        "longer-quiet": complete(bank, 1, days_ago=30),
        "stuck": answered(answer(LEADING, ["task"], days_ago=10)),
        "soon-with-two": complete(bank, 2),
        "soon-with-one": complete(bank, 1),
        "sooner": complete(bank, 4),
    }
    assert list(first(bank, answers, students)["student_id"]) == [
        "sooner",
        "soon-with-one",
        "soon-with-two",
        "went-yesterday",
        "went-last-week",
        "nothing-with-a-day",
        "nothing",
        "stuck",
        "longer-quiet",
        "quiet",
        "aloud",
    ]


def test_categories_count_the_students_with_answers_in_them(bank: Bank) -> None:
    answers = {
        "ada": answered(answer(LEADING), answer("leading-people/02")),
        "ben": answered(answer("leading-people/03", ["task"])),
        "cy": answered(answer(TECHNICAL)),
    }
    coverage = category_coverage(cohort_frame(bank, answers)).set_index("category_title")
    assert coverage.loc["Leading people"].to_dict() == {
        "questions": 10,
        "complete": 1,
        "begun": 1,
        "neither": 1,
        "answers": 2,
    }
    assert list(coverage.index) == [category.title for category in bank.categories]


def test_companies_count_those_who_aim_at_them(bank: Bank) -> None:
    asked = bank.asks.loc[bank.asks["company"] == "Amazon", "question"]
    question = next(one for one in past_events(bank) if one in set(asked))
    students = [
        student("ada", companies=["Amazon", "Apple"]),
        student("ben", companies=["Amazon"]),
        student("cy"),
    ]
    cohort = cohort_frame(bank, {"ada": answered(answer(question))}, students)
    coverage = company_coverage(cohort, student_summary(cohort, students), bank.asks)
    amazon, apple = coverage.to_dict("records")
    listing = bank.asks.loc[bank.asks["company"] == "Amazon", "question"].nunique()
    assert amazon == {
        "company": "Amazon",
        "students": 2,
        "questions": listing,
        "complete": 1,
        "without": ("Ben",),
    }
    assert (apple["company"], apple["students"]) == ("Apple", 1)


def test_one_students_answers_are_those_with_text_in_the_order_of_the_bank(bank: Bank) -> None:
    answers = {"ada": answered(answer(TECHNICAL), answer(LEADING), answer("no/01"))}
    assert list(answers_of(bank, answers, "ada")) == [LEADING, TECHNICAL]
    with pytest.raises(PrepkitError) as error:
        answers_of(bank, answers, "adda")
    assert str(error.value) == (
        "No answers have been collected from the student 'adda'; did you mean 'ada'?"
    )


def shown(bank: Bank, answers: Any, students: Sequence[Student]) -> dict[str, Any]:
    """Return every view of a cohort, by name."""
    cohort = cohort_frame(bank, answers, students)
    summary = student_summary(cohort, students)
    return {
        "first": pk.triage_table(triage(summary, TODAY)),
        "plot": pk.cohort_plot(cohort),
        "students": pk.students_table(summary),
        "answered": pk.answered_table(cohort),
        "categories": pk.by_category_table(category_coverage(cohort)),
        "companies": pk.by_company_table(company_coverage(cohort, summary, bank.asks)),
    }


def bundle(view: Any) -> dict[str, str]:
    data = view._repr_mimebundle_()
    found: dict[str, str] = data[0] if isinstance(data, tuple) else data
    return found


@pytest.mark.long
@pytest.mark.parametrize("count", [0, 1, 6, 200])
def test_views_show_any_number_of_students_and_no_word_of_an_answer(bank: Bank, count: int) -> None:
    students = [
        student(f"s{n}", companies=["Amazon"], interview_date=in_days(n - 3)) for n in range(count)
    ]
    answers = {one.student_id: complete(bank, n % 4) for n, one in enumerate(students)}
    for view in shown(bank, answers, students).values():
        data = bundle(view)
        assert data["text/plain"]
        assert SECRET not in str(data)
        assert len(str(data)) < 900_000


@pytest.mark.long
def test_a_table_of_more_answers_than_a_browser_can_show_has_the_latest_and_says_so(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_views, "MOST_ROWS", 2)
    answers = {
        "ada": answered(answer(LEADING, days_ago=3), answer(TECHNICAL, days_ago=1)),
        "ben": answered(answer(LEADING, days_ago=2)),
    }
    table = shown(bank, answers, [])["answered"]
    assert list(table.frame["Student"]) == ["ada", "ben"]
    assert "Latest change first: the latest 2 of 3 answers" in table.html


def test_with_nobody_each_table_says_so(bank: Bank) -> None:
    found = shown(bank, {}, [])
    texts = {
        name: re.findall(r'<td colspan="\d+">(.*?)</td>', bundle(view)["text/html"])
        for name, view in found.items()
        if name != "plot"
    }
    assert texts == {
        "first": ["Nobody right now."],
        "students": ["No students yet."],
        "answered": ["No answers received yet."],
        "categories": ["No students yet."],
        "companies": ["No companies yet: they come from the column companies of your roster."],
    }
    assert found["plot"].alt == "No students yet."


@pytest.mark.long
def test_columns_that_no_roster_filled_are_left_out(bank: Bank) -> None:
    table = shown(bank, {"ada": complete(bank, 1)}, [])["students"]
    assert list(table.frame) == ["Student", "Complete", "In progress", "Words", "Last change"]


@pytest.mark.long
def test_students_of_one_name_are_told_apart(bank: Bank) -> None:
    students = [student(one, name="Ada Marin") for one in ("a1", "a2")] + [student("ben")]
    table = shown(bank, {}, students)["students"]
    assert list(table.frame["Student"]) == ["Ada Marin (a1)", "Ada Marin (a2)", "Ben"]


@pytest.mark.long
def test_a_table_with_one_of_two_namesakes_says_which_one(bank: Bank) -> None:
    students = [
        student("w1", name="Priya Weiß", companies=["Amazon"]),
        student("w2", name="Priya Weiß", companies=["Google"]),
        student("ben", companies=["Amazon"]),
    ]
    tables = shown(bank, {"w1": complete(bank, 1)}, students)
    assert list(tables["answered"].frame["Student"]) == ["Priya Weiß (w1)"]
    assert list(tables["first"].frame["Student"]) == ["Priya Weiß (w2)", "Ben"]
    waiting = dict(tables["companies"].frame[["Company", "Without one yet"]].to_numpy().tolist())
    assert waiting["Google"] == "Priya Weiß (w2)"


@pytest.mark.long
def test_the_plot_says_in_words_what_it_draws(bank: Bank) -> None:
    answers = {
        "ada": answered(answer(LEADING), answer("leading-people/02"), answer(TECHNICAL, ["task"])),
        "ben": {},
    }
    plot = shown(bank, answers, [])["plot"]
    assert plot.caption == "1 of 2 students have started, with 2 complete answers in all."
    assert plot.alt == (
        f"{plot.caption} ada: Leading people 2 complete, Technical leadership 1 in progress. "
        "ben: nothing."
    )
    root = ElementTree.fromstring(plot.svg)
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text in ("ada", "ben")] == ["ada", "ben"]
    assert "Judgment, failure and values" in texts


@pytest.mark.long
def test_a_plot_of_many_shows_those_who_have_begun_with_the_fewest_complete(bank: Bank) -> None:
    answers = {f"s{n:03d}": complete(bank, n % 3) for n in range(90)}
    plot = shown(bank, answers, [])["plot"]
    assert plot.caption == (
        "60 of 90 students have started, with 90 complete answers in all. Shown are the 40 with "
        "the fewest; the table below has everybody."
    )
    lines = re.findall(r"s\d{3}: [^.]*\.", plot.alt)
    assert len(lines) == 40
    assert sum("1 complete" in line for line in lines) == 30


@pytest.mark.long
def test_names_are_text_and_long_ones_are_cut_in_the_plot(bank: Bank) -> None:
    name = "<script>alert(1)</script> & " + "x" * 60
    found = shown(bank, {}, [student("ada", name=name, companies=["Amazon"])])
    for view in found.values():
        assert "<script>alert" not in bundle(view)["text/html"]
    ElementTree.fromstring(found["plot"].svg)
    assert "x" * 40 not in found["plot"].svg
    assert name in found["plot"].alt
