"""What stands out in an answer: its first sentences and its numbers, as they stand there."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prepkit.handouts.excerpt import Number, first_sentences, numbers_in
from prepkit.words import sentences


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("One thing. Two things. Three.", "One thing. Two things."),
        ("It rose, e.g. in May. Dr. Roy left. No.", "It rose, e.g. in May. Dr. Roy left."),
        ("“Stop!” she said. I stopped.", "“Stop!” she said. I stopped."),
        ("Version 3.5 came out. fine", "Version 3.5 came out. fine"),
        ("1. I measured\n2. I chose\n3. I told", "I measured I chose"),
        ("A first paragraph\n\nA second one", "A first paragraph A second one"),
        ("wrapped\nin lines. Then more.", "wrapped in lines. Then more."),
        ("```\nx = 1\n```\nThen I ran it.", "x = 1 Then I ran it."),
        ("word " * 44 + "end. One more.", ("word " * 44 + "end.").strip()),
        ("word " * 60 + "end. Next.", ("word " * 60 + "end.").strip()),
        ("我量了。然后我选了。最后。", "我量了。 然后我选了。"),
        (" \n ", ""),
    ],
)
def test_the_first_sentences_are_whole(text: str, told: str) -> None:
    assert first_sentences(text) == told


@given(st.text(alphabet=st.sampled_from("aB1.!? \n-\"')。e,"), max_size=80))
@example("1. a\n- b. C")
def test_sentences_stand_in_the_text_and_leave_no_word_out(text: str) -> None:
    found = list(sentences(text))
    flat = " ".join(text.split())
    assert all(sentence in flat for sentence in found if "\n" not in sentence)
    letters = re.compile(r"[aBe]")
    assert letters.findall("".join(found)) == letters.findall(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cut from 800 ms to 120 ms.", [("800 ms", ""), ("120 ms", "")]),
        ("$5 million and 3.5x load", [("$5 million", ""), ("3.5x", "load")]),
        ("+40 % of it, \u221212 °C", [("+40 %", ""), ("\u221212", "°C")]),
        ("In 2023 we had 2000 users by May 2024", [("2000", "users by May 2024")]),
        ("on 2026-01-02 at 10:30, v2.1, p99, S3, 24/7, 5th", []),
        ("a 3-week sprint, 3-5 people", [("3", "week sprint"), ("3-5", "people")]),
        ("five people, half of it, one more", [("five", "people"), ("half", "")]),
        ("1. First\n2. Second with 7 tests", [("7", "tests")]),
        ("9 tests, 9 tests", [("9", "tests")]),
        ("12 of the best that I have seen", [("12", "of the best")]),
    ],
)  # fmt: skip
def test_numbers_are_found_with_the_words_after_them(
    text: str, numbers: list[tuple[str, str]]
) -> None:
    assert numbers_in([text]) == tuple(Number(*number) for number in numbers)


@given(st.text(max_size=80))
def test_every_number_and_label_stands_in_the_text(text: str) -> None:
    flat = " ".join(text.replace("\u200b", "").split())
    for number in numbers_in([text]):
        assert number.number in flat
        assert all(word in flat for word in number.label.split())
