"""What students did in each week, and what a coach sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import prepkit as pk
from prepkit.answers import AnswerStore
from prepkit.answers.work import Work, Written, collected_work
from prepkit.errors import PrepkitError
from prepkit.practice.weeks import weeks_frame, weeks_together
from prepkit.records import Student

TODAY = date(2026, 11, 26)  # a Thursday
SECRET = "marzipan"


def on(day: int, words: int, question: str = "craft/01", part: str = "task") -> Written:
    return Written(question, part, date(2026, 11, day), words)


def student(student_id: str, name: str = "Ada Marin") -> Student:
    return Student(student_id=student_id, name=name)


def rows(work: Mapping[str, Work], **settings: Any) -> list[tuple[Any, ...]]:
    frame = weeks_frame(work, today=TODAY, **settings)
    frame["week"] = frame["week"].dt.day
    return list(frame.drop(columns="name").itertuples(index=False, name=None))


def test_a_week_counts_changed_answers_and_by_how_many_words_they_grew() -> None:
    work = Work(
        (on(9, 40), on(10, 60), on(16, 100), on(17, 20, "craft/02"), on(18, 90, part="result")),
        (date(2026, 11, 18), date(2026, 11, 22)),
    )
    assert rows({"ada": work}, weeks=4) == [
        ("ada", 2, 0, 0, 0),
        ("ada", 9, 1, 60, 0),
        ("ada", 16, 2, 150, 2),
        ("ada", 23, 0, 0, 0),
    ]


def test_an_answer_that_got_shorter_takes_no_words_away() -> None:
    work = Work((on(9, 100), on(16, 30), on(23, 50), on(23, 10, part="result")))
    assert [words for *_, words, _ in rows({"ada": work}, weeks=3)] == [100, 0, 30]


def test_what_was_written_before_the_first_week_is_no_growth_in_it() -> None:
    work = Work((on(2, 100), on(24, 110)))
    assert rows({"ada": work}, weeks=1) == [("ada", 23, 1, 10, 0)]


def test_a_clock_that_is_ahead_counts_as_this_week() -> None:
    work = Work((Written("craft/01", "task", date(2027, 3, 1), 12),), (date(2027, 3, 1),))
    assert rows({"ada": work}, weeks=1) == [("ada", 23, 1, 12, 1)]


def test_everybody_on_the_roster_has_every_week_and_others_come_after() -> None:
    frame = weeks_frame({"zoe": Work(), "ben": Work()}, [student("zoe")], today=TODAY, weeks=2)
    assert list(zip(frame["student_id"], frame["name"], strict=True)) == [
        *[("zoe", "Ada Marin")] * 2,
        *[("ben", "ben")] * 2,
    ]
    assert weeks_frame({}, today=TODAY).empty


def test_all_students_together_are_counted_by_week() -> None:
    work = {"ada": Work((on(16, 10),)), "ben": Work((), (date(2026, 11, 16),)), "zoe": Work()}
    together = weeks_together(weeks_frame(work, today=TODAY, weeks=2))
    assert together.drop(columns="week").to_numpy().tolist() == [[2, 3, 1, 10, 1], [0, 3, 0, 0, 0]]


def test_the_work_of_students_is_read_from_their_files_and_has_no_text(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 16, 9, tzinfo=UTC)
    store = AnswerStore(tmp_path / "ada.sqlite", now=lambda: moment)
    store.save("craft/01", "task", SECRET, based_on=0)
    store.save("craft/01", "task", f"{SECRET} again", based_on=1)
    store.save("craft/01", "key_points", '["One"]', based_on=0)
    store.add_review("craft/01", "good", 90)
    moment = datetime(2026, 11, 17, 9, tzinfo=UTC)
    store.save("craft/01", "task", f"{SECRET} and again", based_on=2)
    found = collected_work(tmp_path)
    assert found == {"ada": Work((on(16, 2), on(17, 3)), (date(2026, 11, 16),))}
    assert SECRET not in str(found)
    assert collected_work(tmp_path / "none") == {}


def test_the_file_of_another_program_is_named(tmp_path: Path) -> None:
    (tmp_path / "ada.sqlite").mkdir()
    with pytest.raises(PrepkitError) as error:
        collected_work(tmp_path)
    assert str(error.value) == f"{tmp_path / 'ada.sqlite'}: it can't be read: Is a directory"


def test_the_plot_and_the_table_say_what_was_done_in_each_week() -> None:
    work = {"a1": Work((on(16, 1200),), (date(2026, 11, 17),)), "a2": Work()}
    weeks = weeks_frame(work, [student("a1"), student("a2")], today=TODAY, weeks=2)
    assert pk.weeks_plot(weeks).alt == (
        "How many students did anything in the week that began on each of these days."
        " 16 November: 1 of 2 students, 1 answer, 1,200 words, 1 rehearsal."
        " 23 November: 0 of 2 students."
    )
    assert pk.weeks_table(weeks).frame.to_dict("list") == {
        "Student": ["Ada Marin (a1)", "Ada Marin (a2)"],
        "Words": [1200, 0],
        "16 November": ["1 answer, 1 rehearsal", ""],
        "23 November": ["", ""],
    }


def test_with_no_students_both_say_so() -> None:
    weeks = weeks_frame({}, today=TODAY)
    assert pk.weeks_plot(weeks).alt == "No students yet."
    assert "No students yet." in pk.weeks_table(weeks).html
