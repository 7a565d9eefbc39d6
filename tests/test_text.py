"""Words, counts and days in sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.text import (
    closest,
    did_you_mean,
    fold,
    format_day,
    format_moment,
    join_quoted,
    join_some,
    pluralize,
    printable,
    shorten,
    slugify,
    spell,
    strip_ansi,
)

DAY = date(2026, 3, 14)


def test_counts_have_their_nouns() -> None:
    assert [pluralize(1, "page"), pluralize(0, "page")] == ["1 page", "0 pages"]
    assert pluralize(2, "company", "companies") == "2 companies"


def test_thousands_have_a_comma() -> None:
    counts = [pluralize(999, "word"), pluralize(1000, "word"), pluralize(1_234_567, "word")]
    assert counts == ["999 words", "1,000 words", "1,234,567 words"]
    assert join_some(["a"] * 1001, 1) == "a and 1,000 more"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "'a'"), (["a", "b"], "'a' and 'b'"), (["a", "b", "c"], "'a', 'b' and 'c'")],
)
def test_quoted_words_are_running_text(words: list[str], text: str) -> None:
    assert join_quoted(words) == text


def test_of_many_words_a_few_are_listed() -> None:
    assert join_some(["a", "b"], 2) == "a, b"
    assert join_some(["a", "b", "c", "d"], 2) == "a, b and 2 more"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("situaton", "; did you mean 'situation'?"),
        ("SITUATION", "; did you mean 'situation'?"),
        ("engineer staff", "; did you mean 'staff engineer'?"),
        ("xyz", "; known are 'situation', 'task' and 'staff engineer'"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_known_one(word: str, text: str) -> None:
    known = ["situation", "task", "staff engineer"]
    assert did_you_mean(word, known, otherwise="known are") == text


def test_several_near_words_are_offered_and_none_where_none_is_near() -> None:
    known = ["delivery/01", "delivery/02", "hiring/01"]
    near = "; did you mean 'delivery/01' or 'delivery/02'?"
    assert did_you_mean("delivery/1", known, most=2) == near
    assert did_you_mean("xyz", known) == ""
    assert closest("xyz", known) == []


def test_days_read_the_same_in_every_locale() -> None:
    assert format_day(DAY) == "14 March 2026"
    assert format_day(DAY, weekday=True, year=False) == "Saturday 14 March"
    assert format_day(DAY, weekday=True) == "Saturday 14 March 2026"
    assert format_moment(datetime(2026, 3, 4, 9, 5, tzinfo=UTC)) == "4 March 2026, 09:05"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_shortened_text_fits_and_begins_as_the_text_does(text: str, most: int) -> None:
    shown = shorten(text, most)
    assert len(shown) <= most or shown == text
    assert text.startswith(shown.removesuffix("…")) or shown == text


@given(st.text())
def test_slugs_are_safe_in_names_of_files(text: str) -> None:
    slug = slugify(text)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slug) == slug


def test_slugs_keep_words_and_leave_out_apostrophes() -> None:
    assert slugify("Don't split Société Générale") == "dont-split-societe-generale"
    assert slugify("one two three", most_words=2) == "one-two"


def test_names_are_the_same_whatever_their_capitals_and_blanks() -> None:
    assert fold("  Cafe\u0301  Nero ") == fold("CAFÉ nero")


def test_texts_that_differ_only_in_what_nobody_sees_are_the_same_to_a_search() -> None:
    assert fold("the \ufb01rst judg\u00adment\u200b o\ufb00er\u00a0\u202anow\u202c") == (
        fold("the first judgment offer now")
    )


def test_codes_of_terminals_are_left_out() -> None:
    assert strip_ansi("\x1b[31mred\x1b[0m \x1b]8;;x\x07link") == "red link"


def test_small_numbers_are_spelt_out() -> None:
    assert [spell(number) for number in (0, 1, 4, 9, 10)] == ["no", "one", "four", "nine", "10"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b1m \x9d8;;x\x9c", r"\x9b1m \x9d8;;x\x9c"),
        ("over\rwritten\x08", r"over\rwritten\x08"),
        ("a\x00b\x7f", r"a\x00b\x7f"),
        ("gpj.\u202eexe\u2066", r"gpj.\u202eexe\u2066"),
        ("half\ud83d", r"half\ud83d"),
        ("one\u2028line", r"one\u2028line"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_by_its_number(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "two\n\tlines",
        "می\u200cخواهم",  # noqa: RUF001  # a script that needs joiners
        "क्\u200dष",
        "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}\ufe0f",
        "«\u00a0mots\u00a0» 10\u202f000\u3000字",
        "Łódź \U0001fae8",  # newer than the Unicode of the oldest Python
    ],
)
def test_texts_of_any_script_are_printed_as_they_are(text: str) -> None:
    assert printable(text) == text


def test_line_ends_of_windows_are_line_ends_and_a_name_stays_on_its_line() -> None:
    assert printable("a\r\nb") == "a\nb"
    assert printable("a\r\nb\tc", one_line=True) == r"a\r\nb\tc"
    assert printable("ada\u200b", one_line=True) == r"ada\u200b"
