"""Whose each file is: by what it says of itself, then by its name, then by its folder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from prepkit.answers.received import HandIn
from prepkit.records import is_student_id
from prepkit.text import did_you_mean

# What browsers add to the name of a second download, and the names of exports before a student
# renames them.
_COUNTED = re.compile(r" ?\(\d+\)$")
_NAMELESS = frozenset({"answers", "my-answers", "prepkit-answers"})
_ENDINGS = (".ipynb", ".json", ".md", ".txt", ".sqlite")
_PACKED = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_FILL_IN = re.compile(r"-fill-in(-\d+)?$")  # a course's download adds a number
_WORD = re.compile(r"[^\W_]+")
_SHORTEST, _SURE = 3, 4
"""The least letters of an id that is looked for in a name, and of one that is believed there."""
_LONGEST_ID = 8
"""In words: ``2027-014`` has two."""
_JSON_NAME = (
    "it doesn't say whose answers these are. Name it <student_id>{}, or put it into a folder named "
    "<student_id>."
)


def claims_of_name(place: Path) -> tuple[str, ...]:
    """Return the ids of the students an export may be from, by the names of file and folder."""
    stem = _stem(place)
    names = [] if stem.casefold() in _NAMELESS else [stem, _FILL_IN.sub("", stem)]
    names = [*names, *(name.removesuffix("-answers") for name in names)]
    folder = _stem(place.parent, _PACKED)
    return tuple(dict.fromkeys(each for each in [*reversed(names), folder] if is_student_id(each)))


def _stem(place: Path, endings: Sequence[str] = _ENDINGS) -> str:
    """Return a name without what was added to it: ``ada`` for ``ada (1).ipynb.txt``."""
    name, before = place.name, ""
    while name != before:
        before = name
        ending = next((each for each in endings if name.casefold().endswith(each)), "")
        name = _COUNTED.sub("", name[: len(name) - len(ending)])
    return name


def with_owners(
    found: Sequence[HandIn], known: Collection[str] | None, stores: Collection[str]
) -> list[HandIn]:
    """Return the files, each with its student, or with the reason why that can't be known.

    Ids that differ only in capitals are one student: on many systems their files are the same.

    Parameters
    ----------
    found
        The files as they were read.
    known
        The ids of a roster; None allows any id.
    stores
        The ids of students who have handed in something before.
    """
    of_notebooks = [one.claims[0] for one in found if one.is_notebook and one.claims]
    names = list(known) if known is not None else [*stores, *of_notebooks]
    # The roster decides how an id is spelt; without a roster, whoever handed in first.
    spelling = {name.casefold(): name for name in reversed(names)}
    exactly = set(names)
    owned = []
    for one in found:
        if one.state == "skipped" and not one.is_notebook:
            owned.append(one)
            continue
        owner = _owner(one, exactly, spelling, guess=known is None)
        if owner:
            spelling.setdefault(owner.casefold(), owner)
        elif one.claims or one.exports:
            one = replace(one, state="refused", problem=_without_owner(one, known), request="")
        said = spelling.get(one.said.casefold(), "")
        owned.append(replace(one, student_id=owner or said or _sender(one.path, spelling)))
    return owned


def _owner(
    one: HandIn, exactly: Collection[str], spelling: Mapping[str, str], *, guess: bool
) -> str:
    """Return whose answers a file has; empty if that isn't known."""
    claims = one.claims
    if not claims and one.is_notebook and one.exports:
        # Its name alone must not make up a student: anything may be called untitled.
        claims = claims_of_name(one.path)
        guess = guess and bool(_FILL_IN.search(_stem(one.path)))
    if not claims and not one.exports:
        return ""
    exact = [claim for claim in claims if claim in exactly]
    alike = [spelling[key] for claim in claims if (key := claim.casefold()) in spelling]
    if guess or (one.claims and (one.is_notebook or one.is_page)):
        return next(iter([*exact, *alike, *(claims if guess else ())]), "")
    named = _sender(one.path, spelling)
    # A part of a name is sure only if it is no word: ada-marin may be another student than ada.
    is_sure = len(named) >= _SURE and any(map(str.isdigit, named))
    return next(iter([*exact, *alike, *([named] if is_sure else ())]), "")


def _sender(place: Path, spelling: Mapping[str, str]) -> str:
    """Return whose file it is by the name of the file or a folder above it; empty if unknown.

    A course's download puts other things before and after an id; two ids in one name say nothing.
    """
    for part in [place, *place.parents]:
        name = _stem(part, (*_ENDINGS, *_PACKED)).casefold()
        for whole in (name, _FILL_IN.sub("", name), name.removesuffix("-answers")):
            if whole in spelling:
                return spelling[whole]
        if len(ids := set(_ids_in(name, spelling))) == 1:
            return ids.pop()
    return ""


def _ids_in(name: str, spelling: Mapping[str, str]) -> Iterator[str]:
    """Yield the ids that stand in a name as whole words, without those that are in a longer one."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(name)]
    first = 0
    while first < len(words):
        start = words[first][0]
        ends = range(min(first + _LONGEST_ID, len(words)), first, -1)
        longest = next((end for end in ends if name[start : words[end - 1][1]] in spelling), 0)
        if longest and words[longest - 1][1] - start >= _SHORTEST:
            yield spelling[name[start : words[longest - 1][1]]]
        first = longest or first + 1


def _without_owner(one: HandIn, known: Collection[str] | None) -> str:
    """Return why a file has no student."""
    if one.is_notebook and not one.claims:
        return "it doesn't say whose answers these are. Ask for the notebook that you sent."
    if known is None or not one.claims:
        return _JSON_NAME.format(one.path.suffix or ".json")
    hint = did_you_mean(one.claims[0], known) or "."
    return f"from {one.claims[0]}, who is not in the roster{hint}"
