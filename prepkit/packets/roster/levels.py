"""The level that words for it mean: ``Sr. EM``, ``Staff``, ``Head of Engineering``. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, cast

from prepkit.packets.roster.aliases import alias_key, aliases, misspelt, toml_text
from prepkit.packets.roster.cells import visible
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import Answers
from prepkit.records import LEVELS, Level
from prepkit.text import join_words

_BETWEEN = re.compile(
    r"\s*(?:[/|;,\N{EN DASH}\N{EM DASH}]| - |(?<=\d)-(?=\w)|\b(?:to|or|bis|oder|ou|à|o)\b)\s*",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PLUS = re.compile(r"\s*(?:\+|\band (?:up|above)\b|\bor above\b)\s*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_GRADE = re.compile(r"(?:l|e|ic|ict|t|g|p|k|band|grade|level)?\s?-?\d{1,3}", re.IGNORECASE)
_HIGHEST = frozenset({"vp", "director"})
_NUMBERED = re.compile(
    r"\b(?:engineer|developer|swe|sde|programmer) (?:i{1,3}|iv|v|\d)\b", re.IGNORECASE
)
_LEADS = frozenset(
    {"lead", "tech lead", "team lead", "technical lead", "lead engineer", "tl", "tlm"}
)

_THE_LEVELS = join_words([f"'{level}'" for level in LEVELS])
NO_LEVEL = (
    f"no [level|levels] {{}}; the levels are {_THE_LEVELS}, and a cell may be empty. You can also"
    " say what [it means|they mean] under [levels] in {mapping}"
)
MISSPELT = "no [level|levels] {}; did you mean {near}?"
DEPENDS = (
    "{} [is not the same level|are not the same levels] everywhere: correct the [cell|cells], or"
    " say what [it is|they are] under [levels] in {mapping}, for instance:"
)
READ_AS = "{} [is|are] read as '{level}'"
OF_SPAN = "of the levels in {}, the highest counts"


class LevelRead(NamedTuple):
    """A level, and whether something other than its name says it."""

    level: Level | None
    remark: CellError | None = None


def read_level(text: str, said: Mapping[str, str], mapping: str) -> LevelRead:
    """Return the level that a cell means.

    Parameters
    ----------
    text
        What the cell has, on one line.
    said
        What the coach has written down: levels, by what the roster calls them; '' for none.
    mapping
        The name of the file in which this can be written down.

    Raises
    ------
    CellError
        If it means no level, or none for sure.
    """
    own = {alias_key(name) or name: level for name, level in said.items()}
    if (key := alias_key(text) or text) in own:
        return LevelRead(cast(Level, own[key]) if own[key] else None)
    if exact := _exact(text):
        return LevelRead(exact)
    least = _PLUS.sub("", text)  # "Senior Manager+" is at least that
    parts = [part for part in _BETWEEN.split(least) if part]
    found = [_of_part(part, own) for part in parts] if len(parts) > 1 else []
    if len(set(found)) > 1 and None not in found:
        return LevelRead(
            max(cast(list[Level], found), key=LEVELS.index), CellError(OF_SPAN, visible(text))
        )
    plain = _IN_BRACKETS.sub(" ", least)
    if one := _exact(least) or level_named(least) or level_named(plain):
        return LevelRead(one, CellError(READ_AS.replace("{level}", one), visible(text)))
    raise _unknown(text, parts, mapping)


def _of_part(part: str, own: Mapping[str, str]) -> Level | None:
    """Return the level of one end of a span: ``Senior / Staff Engineer``, ``EM - Senior EM``."""
    said = own.get(alias_key(part))
    return cast(Level, said) if said else _exact(part) or level_named(part)


def _exact(text: str) -> Level | None:
    return next((level for level in LEVELS if alias_key(level) == alias_key(text)), None)


def _unknown(text: str, parts: list[str], mapping: str) -> CellError:
    if any(" ".join(_words(part)) in _LEADS for part in parts):
        return _depends(text, "staff engineer", mapping)
    if any(_GRADE.fullmatch(part) for part in parts) or _NUMBERED.search(text):
        return _depends(text, "senior engineer", mapping)
    if near := misspelt(text, LEVELS):
        return CellError(MISSPELT, visible(text), near=near)
    says = NO_LEVEL.replace("{mapping}", mapping)
    return CellError(says, visible(text), is_other=True, answers=_each_level(text))


def _depends(text: str, example: Level, mapping: str) -> CellError:
    says, quoted = DEPENDS.replace("{mapping}", mapping), visible(text)
    line = f"{toml_text(quoted)} = {toml_text(example)}"
    return CellError(says, quoted, line=line, answers=_each_level(text))


def _each_level(text: str) -> Answers:
    """Return the lines that say what a text means; the last says that it means none."""
    return Answers(
        "levels", tuple(f"{toml_text(text)} = {toml_text(each)}" for each in (*LEVELS, ""))
    )


def level_named(text: str) -> Level | None:
    """Return the level that the words of `text` name; None if they don't, or there are others."""
    words = _normal_words(text)
    known = {"vp", "director", "manager", "senior", "staff", "principal", "distinguished", "fellow"}
    if not words or not words <= known | _fillers():
        return None
    senior = "senior" in words
    if words & _HIGHEST:
        return "director"
    if "manager" in words:
        return "senior manager" if senior else "engineering manager"
    if words & {"staff", "principal", "distinguished", "fellow"}:
        return "staff engineer"
    return "senior engineer" if senior else None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return _WORD.findall(plain.replace("full-stack", "fullstack"))


def _normal_words(text: str) -> set[str]:
    """Return the words of a level's name, with those of `aliases` in place of shorter ones."""
    joined = f" {' '.join(_words(text))} "
    for short, long in aliases()["levels"]["abbreviations"]:
        joined = joined.replace(f" {short} ", f" {long} ")
    return set(joined.split())


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for one in aliases()["levels"]["fillers"] for word in _words(one))
