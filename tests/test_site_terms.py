"""The words by which search knows a text: the same in the index and in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.site.terms import PAIR, fold, index_keys, keys_of, words_of

# tests/static/terms.test.mjs reads the same file.
EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "terms.json").read_text("utf-8")
)


@pytest.mark.parametrize(("text", "words"), EXAMPLES["words"])
def test_a_text_has_the_words_that_people_type(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(("word", "keys"), EXAMPLES["keys"])
def test_a_word_is_looked_up_by_its_keys(word: str, keys: list[str]) -> None:
    assert keys_of(word) == keys


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert list(words_of(folded)) == list(words_of(text))


def test_plain_text_needs_no_keys_of_its_own() -> None:
    assert (
        list(
            index_keys("Plain English, a trade-off, l'alphabet and a \u201ccafé\u201d: don\u2019t.")
        )
        == []
    )


def test_keys_are_what_pagefind_would_not_find() -> None:
    text = "Łódź l\u2019équipe leaders\u2014managers the \ufb01rst \uff26\uff55\uff4c\uff4c"
    assert list(index_keys(text)) == ["lodz", "equipe", "managers", "first", "full"]


def test_a_run_is_found_by_any_part_of_it() -> None:
    keys = list(index_keys("私は東京都へ"))

    def has(word: str) -> bool:
        return all(any(key.startswith(wanted) for key in keys) for wanted in keys_of(word))

    assert all(map(has, ["私", "は東", "東京", "東京都", "都へ", "へ"]))
    assert not any(map(has, ["京東", "東へ", "猫"]))
    assert keys[-1] == f"{PAIR}へ{PAIR}"
