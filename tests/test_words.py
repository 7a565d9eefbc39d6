"""What a word is, and how long words take to say: the same in Python and in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prepkit.forms import Part
from prepkit.words import count_words, find_words, spoken_range, spoken_seconds, start_beyond

# tests/static/words.test.mjs reads the same file.
EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "words.json").read_text("utf-8")
)
CHINESE = "我们的团队花了三个月\uff0c把部署时间从两天缩短到了一个小时。" * 27


@pytest.mark.parametrize(("text", "count"), EXAMPLES["counts"])
def test_words_are_counted_as_a_reader_counts_them(text: str, count: int) -> None:
    assert count_words(text) == count


def test_a_text_in_chinese_has_more_words_than_blanks() -> None:
    assert (len(CHINESE.split()), len(CHINESE)) == (1, 756)
    assert count_words(CHINESE) == 439
    assert spoken_seconds(439) == 190


def test_each_character_of_a_script_without_spaces_is_found() -> None:
    assert find_words("我用Go 1.22 in well-known-ways") == [
        "我", "用", "Go", "1.22", "in", "well-known-ways",
    ]  # fmt: skip


def test_the_words_too_many_start_after_the_others() -> None:
    text = "one two - three 我们的团队"
    assert [text[start_beyond(text, words) :] for words in range(8)] == [
        text, "two - three 我们的团队", "three 我们的团队", "我们的团队", "的团队", "队", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(("least", "most", "time"), EXAMPLES["ranges"])
def test_a_goal_in_words_is_a_goal_in_minutes(least: int, most: int, time: str) -> None:
    assert spoken_range(least, most) == time


@pytest.mark.parametrize(("low", "high", "least"), EXAMPLES["leasts"])
def test_a_part_counts_as_written_with_half_of_the_words_its_goal_begins_with(
    low: int, high: int, least: int
) -> None:
    assert Part("point", "Point", "", (low, high)).least == least


@pytest.mark.parametrize("text", ["....", "a--", 'אא"', "1,", "'a", "\u0301", "a", "http://", "本"])
def test_a_text_that_only_repeats_itself_is_counted_in_one_pass(text: str) -> None:
    count_words(text * 100_000)  # a pattern that goes back and forth would take hours
