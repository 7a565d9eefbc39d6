"""The words that people use in rosters, from aliases.toml, and how spellings are compared."""

from __future__ import annotations

import difflib
import json
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast


@lru_cache(maxsize=20_000)  # a cohort writes the same words again and again
def alias_key(text: str) -> str:
    """Return a text without capitals, accents, spaces and punctuation, to compare spellings."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in unicodedata.normalize("NFKD", plain) if each.isalnum())


@cache
def aliases() -> dict[str, Any]:
    """Return what aliases.toml says, by the heads of its sections."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def column_aliases() -> dict[str, list[tuple[str, int]]]:
    """Return the columns that each name can mean, by its key, with how sure it is: 1 is surest."""
    found: dict[str, list[tuple[str, int]]] = {}
    for column, lists in aliases()["columns"].items():
        for tier, names in enumerate(lists, 1):
            for name in names:
                found.setdefault(alias_key(name), []).append((column, tier))
    return found


@cache
def _nothing() -> frozenset[str]:
    words = cast(list[str], aliases()["nothing"]["words"])
    return frozenset(map(alias_key, words))


def says_nothing(text: str) -> bool:
    """Tell whether a text says that there is nothing to say, such as ``N/A`` and ``-``."""
    return alias_key(text) in _nothing() or not alias_key(text)


def misspelt(word: str, names: Iterable[str]) -> str:
    """Return the name that `word` is a misspelling of; '' if it is too different from all.

    Stricter than `did_you_mean`: another name that only looks similar must not count as misspelt.
    """
    by_key = {alias_key(name): name for name in names}
    key = alias_key(word)
    for other in by_key:  # two letters in the wrong order
        if key != other and len(key) > 3 and key[0] == other[0] and sorted(key) == sorted(other):
            return by_key[other]
    near = difflib.get_close_matches(key, list(by_key), n=1, cutoff=0.82)
    return by_key[near[0]] if near else ""


def toml_text(text: str) -> str:
    """Return a text as a TOML file has it, in quotation marks."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
